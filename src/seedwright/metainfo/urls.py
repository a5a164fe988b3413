"""Addresses of trackers and web seeds: checking them, and showing them without their secrets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from seedwright.errors import UsageError
from seedwright.hints import Hint
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

TRACKER_SCHEMES = ("http", "https", "udp", "ws", "wss")
LONGEST_URL = 8192
"""Characters; a longer URL in a ``.torrent`` is not read."""

_LONGEST_HOST = 253
WEB_SEED_SCHEMES = ("http", "https", "ftp")

_SECOND = re.compile(r"(?i),\s*(?:https?|udp|wss?|ftp)://")
_APART = {
    "tracker": Hint("give each its own {trackers}, or make them one tier"),
    "web seed": Hint("give each its own {web_seeds}"),
}

_PARTS = r"(?s)([A-Za-z][A-Za-z0-9+.-]*://)?([^/?#]*@)?([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?"
_HOST = r"(?:\[[^\]@/?#]*\]|[^:@]*)(?::[0-9]*)?|\[[^@]*"
_KNOWN_HOST = r"(?i).*\.(?:b32\.i2p|onion)(?::[0-9]*)?"
"""Hosts whose name is a key that everybody may know."""
_MIXED = r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])"
_KEY = re.compile(rf"{_MIXED}[\w%+~=-]{{10,}}|[0-9]{{10,}}|[\w%+~=-]{{16,}}")
"""A text that may be a passkey: no word is written so."""
_FILE_NAME = re.compile(r".+\.[A-Za-z][A-Za-z0-9]{1,4}")
_TOKEN = re.compile(rf"{_MIXED}[A-Za-z0-9]{{10,}}|[A-Za-z0-9]{{16,}}")
_BEFORE_ANNOUNCE = re.compile(rf"(?i)(/)({_MIXED}[\w%+~=-]{{5,}})(?=/(?:announce|scrape)[^/]*$)")
_FIELD = re.compile(r"([?&;])([^=&;]*)(=?)([^&;]*)")
_SHORTEST_SECRET = 5

_PASSKEY = re.compile(
    r"(?i)[?&;](?=[^=&;#?]*(?:key|pass|auth|token|secret|sig|pid|uid|user))[^=&;#?]*=[^&;#]|[\w%+~-]{16,}"
)
"""What looks like a passkey to whoever reads an announce URL."""


def mask_url(url: str) -> str:
    """``url`` for a message or a log: what is plainly public as it is, all else as ``***``.

    Scheme, host, port and words of the path are public. User and password, every value of a query
    or of a parameter, the fragment, and what may be a key in the path or in the host are not. Text
    that is not a URL is masked by the same rule, and the result is safe for a terminal.
    """
    return printable(re.sub(_PARTS, _masked, url, count=1))


def holds_secret(url: str) -> bool:
    """Whether ``mask_url`` hides a part of ``url``."""
    return mask_url(url) != printable(url)


def holds_passkey(url: str) -> bool:
    """Whether an announce URL has what looks like a passkey, and not just something to hide."""
    address, _, query = url.partition("?")
    return holds_secret(address) or bool(_PASSKEY.search(f"?{query}"))


def mask_echo(text: str, url: str) -> str:
    """``text`` with every part of ``url`` that ``mask_url`` hides as ``***``, if it is long enough
    to be a secret.
    """
    shown = "(.+)".join(map(re.escape, mask_url(url).split("***")))
    hidden = re.fullmatch(shown, printable(url), re.DOTALL)
    for secret in hidden.groups() if hidden else ():
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, "***")
    return text


def check_tracker(url: str) -> str:
    """``url``, its scheme in lower case, when it can be a tracker's announce URL (BEP 3, BEP 15).

    Else UsageError. Clients compare the scheme as it is written.
    """
    return _check(url, "tracker", TRACKER_SCHEMES)


def check_node(host: str, port: int) -> tuple[str, int]:
    """The DHT node itself, when it can be one (BEP 5); else UsageError."""
    is_host = host.isprintable() and host and len(host) <= _LONGEST_HOST
    if not is_host or re.search(r"[\s/@?#\[\]]", host) or not 0 < port < 65536:
        raise _no_node(f"{host}:{port}")
    return host, port


def node_from(text: str) -> tuple[str, int]:
    """The host and the port of ``HOST:PORT``; an IPv6 address stands in brackets.

    Raises UsageError.
    """
    host, _, port = text.strip().rpartition(":")
    is_number = port.isascii() and port.isdigit() and len(port) < 6
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        is_number = False
    if not is_number:
        raise _no_node(text)
    return check_node(host, int(port))


def _no_node(text: str) -> UsageError:
    return UsageError(
        f"'{printable(text)}' is not a valid DHT node",
        hint="write HOST:PORT, such as router.example:6881",
    )


def check_web_seed(url: str) -> str:
    """``url``, its scheme in lower case, when it can be a web seed (BEP 19); else UsageError."""
    return _check(url, "web seed", WEB_SEED_SCHEMES)


def check_once(urls: Iterable[str], kind: str) -> None:
    """Nothing, when every one of ``urls`` is there once; else UsageError about the ``kind``."""
    seen = set()
    for url in urls:
        if url in seen:
            raise UsageError(f"{kind} '{mask_url(url)}' is given twice", hint="remove one of them")
        seen.add(url)


def _masked(parts: re.Match[str]) -> str:
    scheme, login, host, path, query, fragment = parts.groups("")
    if not scheme or not re.fullmatch(_HOST, host):
        host = re.sub(r"[^/:@]+", lambda found: _word(found[0]), host) if not scheme else "***"
    elif not re.fullmatch(_KNOWN_HOST, host):
        host = ".".join("***" if _KEY.fullmatch(label) else label for label in host.split("."))
    path = _BEFORE_ANNOUNCE.sub(r"\1***", path)
    path = "/".join(_segment(segment) for segment in path.split("/"))
    query = _FIELD.sub(_field, query)
    return scheme + ("***@" if login else "") + host + path + query + ("#***" if fragment else "")


def _segment(segment: str) -> str:
    """A segment of a path; what comes after a semicolon in it are parameters."""
    name, semicolon, parameters = segment.partition(";")
    return _word(name) + _FIELD.sub(_field, semicolon + parameters)


def _word(text: str) -> str:
    """The text, or ``***`` for what may be a key; names of files have letters and digits, too."""
    if "@" in text:
        return "***"
    if _FILE_NAME.fullmatch(text):
        return "***" if _TOKEN.search(text) else text
    # Written with percent signs it is the same key.
    parts = (*text.split("."), *unquote(text).split("."))
    return "***" if any(map(_KEY.search, parts)) else text


def _field(found: re.Match[str]) -> str:
    """A field of a query: its value is hidden, and a name that has none."""
    sign, name, equals, value = found.groups()
    if not equals:
        return f"{sign}***" if name else sign
    name = "***" if _KEY.search(name) else name
    return f"{sign}{name}={'***' if value else ''}"


def _check(url: str, kind: str, schemes: Collection[str]) -> str:
    if not url:
        raise UsageError(f"the URL of a {kind} is empty", hint="write the URL, or remove it")
    shown = mask_url(url)
    if len(url) > LONGEST_URL:
        raise UsageError(
            f"{kind} '{shown[:_LONGEST_HOST]}…' has {len(url)} characters, more than clients accept",
            hint=f"use a URL of at most {LONGEST_URL} characters",
        )
    if any(char.isspace() or not char.isprintable() for char in url):
        raise UsageError(
            f"{kind} '{shown}' contains a space or a control character",
            hint="write %20 for a space",
        )
    if _SECOND.search(url):
        raise UsageError(f"{kind} '{shown}' is several URLs in one", hint=_APART[kind])
    if "://" not in url:
        first, second = ("http", "udp") if "udp" in schemes else ("http", "https")
        raise UsageError(
            f"{kind} '{shown}' has no scheme",
            hint=f"write {first}://{shown} or {second}://{shown}",
        )
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        raise UsageError(f"{kind} '{shown}' has an invalid host or port") from None
    if scheme not in schemes:
        raise UsageError(
            f"{kind} '{shown}' has a scheme that a {kind} cannot use",
            hint=f"use one of {', '.join(schemes)}",
        )
    if not host or port == 0:
        raise UsageError(f"{kind} '{shown}' has no {'port' if host else 'host'}")
    return scheme + url[len(scheme) :]
