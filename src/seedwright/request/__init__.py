"""What can be asked about one torrent: each option declared once, and how words go over each other.

From the fields of the groups in this room come the options of the command line, the keys of presets
and batch files with their JSON schema, the tables of the docs, and what only one engine can honour.
"""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, fields
from typing import TYPE_CHECKING, Any, Self

from seedwright.errors import UsageError
from seedwright.hints import named
from seedwright.names import nearest, printable
from seedwright.request.file_options import OfOutput, OfPreset
from seedwright.request.kinds import PATH
from seedwright.request.making_options import OfMaking
from seedwright.request.option import Option
from seedwright.request.seeding_options import OfSeeding
from seedwright.request.torrent_options import OfTorrent

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping

VERSION = 1
"""The version of a request's JSON."""

RIVALS = (frozenset({"piece_length", "piece_count"}),)
"""Options of which a stronger word puts all weaker ones of its group out of force."""

_FROM_ELSEWHERE = {
    "announce": "trackers",
    "announce_list": "trackers",
    "categories": "category",
    "http_seed": "http_seeds",
    "ignore": "exclude",
    "is_private": "private",
    "no_date": "with_date",
    "out": "output",
    "output_dir": "output",
    "piece_exp": "piece_length",
    "start_seeding": "seed",
    "tracker": "trackers",
    "url_list": "web_seeds",
    "url_seeds": "web_seeds",
    "urlSeeds": "web_seeds",
    "webseeds": "web_seeds",
}
"""Names that people bring from other tools, and ours."""

_GROUPS: dict[str, Any] = {
    "preset": OfPreset,
    "output": OfOutput,
    "torrent": OfTorrent,
    "making": OfMaking,
    "seeding": OfSeeding,
}
"""The options by what they are about, in the order that a help text has them."""


@dataclass(init=False, repr=False, eq=False, match_args=False)
class Request(OfSeeding, OfMaking, OfTorrent, OfOutput, OfPreset):
    """All that is asked about one torrent; None says nothing, and leaves it to weaker words.

    ``Request(path, seed=True, tags=["mine"])`` takes plain values, and raises
    :class:`~seedwright.errors.UsageError` for an option that is none, with the nearest that is, and
    for a value that cannot be one. Lengths and sizes are in bytes, or texts such as "4MiB".
    """

    path: str = ""

    if TYPE_CHECKING:

        def __init__(self, path: str | os.PathLike[str], **given: Any) -> None: ...

    else:

        def __init__(self, path: str | os.PathLike[str], **given: Any) -> None:
            said = checked(given)
            object.__setattr__(self, "path", PATH.value(path, "path"))
            for name in OPTIONS:
                object.__setattr__(self, name, said.get(name))

    # As ``frozen`` would have it; to generate that takes longer than making a small torrent's plan.
    def __setattr__(self, name: str, value: object) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Request) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.path, *self.said().items()))

    def __repr__(self) -> str:
        shown = (
            f", {name}={'***' if OPTIONS[name].kind.secret else repr(value)}"
            for name, value in self.said().items()
        )
        return f"Request({self.path!r}{''.join(shown)})"

    def said(self) -> dict[str, Any]:
        """Every option that says anything, by name."""
        return {name: value for name in OPTIONS if (value := getattr(self, name)) is not None}

    def at(self, path: str | os.PathLike[str]) -> Self:
        """The same words about another content. Raises UsageError."""
        return self.of_values(PATH.value(path, "path"), self.said())

    def over(self, *weaker: Mapping[str, Any]) -> Self:
        """The request, with the words of ``weaker`` layers, strongest first, where it says nothing."""
        return self.of_values(self.path, layered(self.said(), *map(checked, weaker)))

    def but(self, **changed: Any) -> Self:
        """The request with other values for some options; None takes a word back."""
        return self.of_values(self.path, {**self.said(), **checked(changed, keeps_none=True)})

    def to_json(self) -> str:
        """The request as JSON, secrets and all; :meth:`from_json` reads it."""
        import json

        plain = {name: OPTIONS[name].kind.plain(value) for name, value in self.said().items()}
        return json.dumps({"version": VERSION, "path": self.path, **plain})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The request that :meth:`to_json` wrote. Raises UsageError."""
        import json

        try:
            document = json.loads(text)
            version, path = document.pop("version"), document.pop("path")
        except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
            raise UsageError("this is not the JSON of a request") from None
        if type(version) is not int or version != VERSION:
            raise UsageError(
                f"the request has version {version!r} of its JSON, and {VERSION} is known",
                hint="read it with the Seedwright that wrote it",
            )
        return cls.of_values(PATH.value(path, "path"), checked(document))

    @classmethod
    def of_values(cls, path: str, said: Mapping[str, Any]) -> Self:
        """A request with values that were checked before, by the names of their options."""
        made = object.__new__(cls)
        vars(made).update(dict.fromkeys(OPTIONS), path=path)
        vars(made).update(said)
        return made


OPTIONS: dict[str, Option] = {
    each.name: Option(each.name, part=part, **each.metadata["option"])
    for part, group in _GROUPS.items()
    for each in fields(group)
}
"""Every option of a request by its name, in the order that a help text has them."""

ALIASES = {alias: each.name for each in OPTIONS.values() for alias in each.aliases}
"""Other names of options, and theirs."""


def one_each(presets: Iterable[str], request: Request) -> list[Request]:
    """The request for each of the presets; several of them label their torrents."""
    names = list(dict.fromkeys((presets,) if isinstance(presets, str) else presets))
    if len(names) == 1:
        return [request.but(preset=names[0])]
    return [request.but(preset=name, label=name, several=True) for name in names]


def checked(
    given: Mapping[str, Any], *, text: bool = False, keeps_none: bool = False
) -> dict[str, Any]:
    """The values of options by their right names; what is None says nothing.

    ``text`` says that texts are read as a command line has them, and options called by their flags.
    Raises UsageError.
    """
    said: dict[str, Any] = {}
    for written, value in given.items():
        name = ALIASES.get(written, written)
        if name not in OPTIONS:
            raise _unknown(written)
        if value is None and not keeps_none:
            continue
        if name in said:
            other = next(
                each for each in given if each != written and name == ALIASES.get(each, each)
            )
            raise UsageError(f"{other} and {written} are the same option", hint="give one of them")
        shown = OPTIONS[name].flag if text else written
        said[name] = None if value is None else OPTIONS[name].kind.value(value, shown, text=text)
    return said


def layered(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """What comes of layers of words, the strongest first; None says nothing.

    A word puts weaker ones of its RIVALS out of force, too.
    """
    merged: dict[str, Any] = {}
    for layer in layers:
        beaten = beaten_by(merged)
        said = {name: value for name, value in layer.items() if value is not None}
        merged |= {k: v for k, v in said.items() if k not in merged and k not in beaten}
    return merged


def beaten_by(said: Iterable[str], rivalries: Iterable[frozenset[str]] = RIVALS) -> frozenset[str]:
    """The options that are out of force where a stronger word says those in ``said``."""
    given = frozenset(said)
    return frozenset().union(*(rivals for rivals in rivalries if rivals & given))


def in_use(request: Request) -> Iterator[Option]:
    """The options that ask for something, and not for what is so anyway."""
    return (
        each
        for name, each in OPTIONS.items()
        if (value := getattr(request, name)) is not None and value != each.default
    )


def only_embedded(request: Request) -> tuple[str, ...]:
    """The options in use that the embedded engine alone can honour, as hints that name them."""
    values = {
        each.name: getattr(request, each.name) for each in in_use(request) if not each.everywhere
    }
    return tuple(
        named(name, value if isinstance(value, bool) else None)
        for name, value in sorted(values.items())
    )


def _unknown(written: str) -> UsageError:
    ours = _FROM_ELSEWHERE.get(written)
    near = f"did you mean '{ours}'?" if ours else nearest(written, OPTIONS)
    hint = near or f"the options are {', '.join(OPTIONS)}"
    if written == "output_dir":
        hint += " A folder ends with /"
    return UsageError(f"'{printable(str(written))}' is not an option", hint=hint)
