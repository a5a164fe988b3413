"""What the values of a torrent's keys look like: texts, flags, dates, and lists of addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seedwright.errors import UsageError
from seedwright.metainfo.urls import (
    LONGEST_URL,
    check_node,
    check_once,
    check_tracker,
    check_web_seed,
    mask_url,
)
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Url = Callable[[str], str]


class Shape:
    """How the values of one kind are read, written, checked, shown and compared.

    ``nothing`` is the value where a torrent says none. ``is_loose`` says that there are several ways
    to write one value, ``is_many`` that a value holds several, and ``holds_urls`` that these may
    hold secrets; ``url`` is what shows a URL.
    """

    nothing: Any = None
    is_loose = False
    is_many = False
    holds_urls = False

    def read(self, found: Any) -> Any:
        """The value of what stands in a torrent."""
        return found

    def write(self, keys: Sequence[bytes], value: Any) -> dict[bytes, Any]:
        """What stands at each key for the value, None where nothing does; the last is the usual."""
        return {**dict.fromkeys(keys), keys[-1]: self.bencodable(value)}

    def bencodable(self, value: Any) -> Any:
        """The value as it is bencoded, None where it is left out."""
        return value

    def check(self, value: Any, what: str) -> None:
        """Nothing, when the value can be written; else UsageError about ``what``."""

    def plain(self, value: Any, _url: Url) -> Any:
        """The value as JSON has it."""
        return value

    def lines(self, value: Any, _url: Url) -> Iterable[str]:
        """The value for people, a line each."""
        return [] if value in (None, "") else [str(value)]

    def comparable(self, value: Any) -> Any:
        """What is equal of two values that count as the same."""
        return value

    def told(self, comparable: Any) -> str:
        """The same for people, without secrets; "" where nobody could tell two of them apart."""
        return str(comparable)


class _Text(Shape):
    def read(self, found: Any) -> Any:
        return text(found)

    def bencodable(self, value: Any) -> Any:
        return None if value == "" else value

    def check(self, value: Any, what: str) -> None:
        check_text(value, what)

    def comparable(self, value: Any) -> Any:
        return "" if value is None else value

    def told(self, comparable: Any) -> str:
        return f"'{printable(comparable)}'" if comparable else "absent"


class _Salt(_Text):
    """A text, or a number, that says nothing to people."""

    def read(self, found: Any) -> Any:
        return text(found) if isinstance(found, bytes) else found

    def check(self, value: Any, what: str) -> None:
        check_text(str(value), what)

    def told(self, _comparable: Any) -> str:
        return ""


class _Privacy(Shape):
    nothing = False
    is_loose = True

    def read(self, found: Any) -> Any:
        return bool(found)

    def bencodable(self, value: Any) -> Any:
        return None if value is None else int(value)

    def told(self, comparable: Any) -> str:
        return "private" if comparable else "public"


class _Moment(Shape):
    """Seconds since 1970."""

    def lines(self, value: Any, _url: Url) -> Iterable[str]:
        from datetime import UTC, datetime

        if value is None:
            return []
        try:
            return [datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")]
        except (ValueError, OverflowError, OSError):
            return [f"at {value}"]


class _Many(Shape):
    nothing = ()
    is_loose = True
    is_many = True

    def bencodable(self, value: Any) -> Any:
        return value or None


class _Nodes(_Many):
    """Hosts and ports."""

    def read(self, found: Any) -> Any:
        return tuple(_nodes(found))

    def check(self, value: Any, what: str) -> None:
        for host, port in value:
            check_node(host, port)

    def plain(self, value: Any, _url: Url) -> Any:
        return [list(node) for node in value]

    def lines(self, value: Any, _url: Url) -> Iterable[str]:
        return [f"{host}:{port}" for host, port in value]

    def comparable(self, value: Any) -> Any:
        return sorted(value)

    def told(self, comparable: Any) -> str:
        return f"[{', '.join(self.lines(comparable, str))}]"


class _Urls(_Many):
    """Web seeds, whose order does not count."""

    holds_urls = True

    def read(self, found: Any) -> Any:
        return _urls(found)

    def check(self, value: Any, what: str) -> None:
        for url in value:
            check_web_seed(url)
        check_once(value, "web seed")

    def plain(self, value: Any, url: Url) -> Any:
        return list(map(url, value))

    def lines(self, value: Any, url: Url) -> Iterable[str]:
        return map(url, value)

    def comparable(self, value: Any) -> Any:
        return sorted(value)

    def told(self, comparable: Any) -> str:
        return f"[{', '.join(map(mask_url, comparable))}]"


class _WebSeeds(_Urls):
    """A list of one is written as that one."""

    def bencodable(self, value: Any) -> Any:
        return value[0] if len(value) == 1 else value or None


class _Tiers(_Many):
    """Groups of trackers, whose order counts, and within them none (BEP 12).

    Clients shuffle the trackers of a tier, and libtorrent's own sorting moves them beyond sixteen.
    """

    holds_urls = True

    def read(self, found: Any) -> Any:
        """The tiers of a list of them, or of one tracker."""
        groups = found if isinstance(found, list) else [[found]]
        tiers = [_urls(group) for group in groups if isinstance(group, list)]
        return tuple([tier for tier in tiers if tier])

    def write(self, keys: Sequence[bytes], value: Any) -> dict[bytes, Any]:
        listed, alone = keys
        trackers = [url for tier in value for url in tier]
        return {
            listed: value if len(trackers) > 1 else None,
            alone: trackers[0] if trackers else None,
        }

    def check(self, value: Any, what: str) -> None:
        for tier in value:
            if not tier:
                raise UsageError("a tier has no tracker", hint="remove the tier")
            for url in tier:
                check_tracker(url)
        check_once((url for tier in value for url in tier), "tracker")

    def plain(self, value: Any, url: Url) -> Any:
        return [list(map(url, tier)) for tier in value]

    def lines(self, value: Any, url: Url) -> Iterable[str]:
        return [", ".join(map(url, tier)) for tier in value]

    def comparable(self, value: Any) -> Any:
        return list(map(sorted, value))

    def told(self, comparable: Any) -> str:
        return f"[{' | '.join(self.lines(comparable, mask_url))}]"


TEXT, SALT, PRIVACY, MOMENT = _Text(), _Salt(), _Privacy(), _Moment()
NODES, URLS, WEB_SEEDS, TIERS = _Nodes(), _Urls(), _WebSeeds(), _Tiers()


def text(raw: bytes) -> str:
    """The text of ``raw``, with U+FFFD for what is not UTF-8."""
    return raw.decode("utf-8", "replace")


def check_text(value: str, what: str) -> None:
    """Nothing, when ``value`` can be written into a torrent as ``what``; else UsageError."""
    if "\0" in value:
        raise UsageError(f"the {what} contains a null character")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UsageError(f"the {what} is not valid UTF-8") from None


def _nodes(found: Iterable[Any]) -> Iterable[tuple[str, int]]:
    for node in found:
        match node:
            case [bytes(host), int(port), *_]:
                yield text(host), port
            case _:
                pass


def _urls(found: Any) -> tuple[str, ...]:
    """One URL or many; what is empty, endless or no string is none."""
    several = found if isinstance(found, list) else [found]
    texts = [url for url in several if isinstance(url, bytes) and len(url) <= LONGEST_URL]
    return tuple([url for url in [text(raw).strip() for raw in texts] if url])
