"""Sentences that name options, and how each face spells these.

A :class:`Hint` names an option in braces: ``leave out {name}``. ``{force.on}`` and ``{date.off}`` are the
two words of a switch, ``{engine[local]}`` is an option with a value, ``{timeout.setting}`` adds the
setting behind it, and ``{seedwright.edit[add_tracker]}`` is an option of another command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_COMMANDS = "seedwright"


class Face(Protocol):
    """How a command line, a call or a page says what there is to choose."""

    def option(self, name: str, value: object = None) -> str:
        """An option of a request, and the value that it is to have where that is given."""

    def setting(self, name: str) -> str:
        """An option of a request, and what it can be set by for all requests."""

    def command(self, words: tuple[str, ...], option: str) -> str:
        """A command with one of its own options."""


class Hint(str):
    """A sentence that names options; as plain text it has them as a call does.

    ``values`` fill its other blanks, and may be hints themselves.
    """

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, **values: object) -> Self:
        """The sentence that ``template`` makes with the ``values``."""
        made = super().__new__(cls, _filled(template, values, CALL))
        made.template = template
        made.values = values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        return (self.template,), dict(self.values)


def spelled(text: str, face: Face) -> str:
    """The text as the face says it; what is no hint stays as it is."""
    return _filled(text.template, text.values, face) if isinstance(text, Hint) else text


def joined(texts: Iterable[str], by: str) -> str:
    """The texts with ``by`` between them, of which hints stay hints."""
    values = {f"text{number}": text for number, text in enumerate(texts)}
    return Hint(by.join(f"{{{name}}}" for name in values), **values)


def named(option: str, value: str | bool | None = None) -> Hint:
    """The option of that name, with the value that it is to have where that is given."""
    if isinstance(value, bool):
        return Hint(f"{{{option}.on}}" if value else f"{{{option}.off}}")
    return Hint(f"{{{option}}}" if value is None else f"{{{option}[{value}]}}")


class Call:
    """How the call of a function says it."""

    def option(self, name: str, value: object = None) -> str:
        """``force=True``, or the name alone."""
        return name if value is None else f"{name}={value!r}"

    def setting(self, name: str) -> str:
        """The name alone, since a call need not be repeated."""
        return name

    def command(self, words: tuple[str, ...], option: str) -> str:
        """The option, and whose it is."""
        return f"{option} of {' '.join(words)}"


CALL = Call()


class _Option:
    """An option that a template names."""

    def __init__(self, name: str, face: Face) -> None:
        self._name = name
        self._face = face

    def __format__(self, _: str) -> str:
        return self._face.option(self._name)

    @property
    def on(self) -> str:
        return self._face.option(self._name, value=True)

    @property
    def off(self) -> str:
        return self._face.option(self._name, value=False)

    @property
    def setting(self) -> str:
        return self._face.setting(self._name)

    def __getitem__(self, value: str) -> str:
        return self._face.option(self._name, value)


class _Command:
    """A command that a template names."""

    def __init__(self, face: Face, *words: str) -> None:
        self._face = face
        self._words = words

    def __getattr__(self, word: str) -> _Command:
        return _Command(self._face, *self._words, word)

    def __getitem__(self, option: str) -> str:
        return self._face.command(self._words, option)


class _Names(dict[str, object]):
    """All that a template can name."""

    def __init__(self, values: Mapping[str, object], face: Face) -> None:
        super().__init__(values)
        self._face = face

    def __missing__(self, name: str) -> object:
        if name == _COMMANDS:
            return _Command(self._face, name)
        return _Option(name, self._face)


def _filled(template: str, values: Mapping[str, object], face: Face) -> str:
    said = {
        name: spelled(value, face) if isinstance(value, str) else value
        for name, value in values.items()
    }
    return template.format_map(_Names(said, face))
