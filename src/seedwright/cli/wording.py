"""How a command line spells the options that hints name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seedwright.hints import Hint, spelled
from seedwright.names import printable

if TYPE_CHECKING:
    from seedwright.request.option import Option


class Shell:
    """The face of the command line: ``--force``, ``--no-date``, ``seedwright edit --add-tracker``."""

    def option(self, name: str, value: object = None) -> str:
        """The flag, with its value."""
        option = _option(name)
        if value is False:
            return option.flag_off
        if value in (None, True):
            return option.flag
        from shlex import quote

        return f"{option.flag} {quote(str(value))}"

    def setting(self, name: str) -> str:
        """The flag, with the setting that it overrides in brackets."""
        option = _option(name)
        return f"{option.flag} ({', '.join(option.setting).replace('client.', 'qbittorrent.')})"

    def command(self, words: tuple[str, ...], option: str) -> str:
        """The command as it is typed."""
        return f"{' '.join(words)} --{option.replace('_', '-')}"


_SHELL = Shell()


def shown(text: str) -> str:
    """The text for a terminal: options as flags, and nothing that could upset a terminal."""
    return printable(spelled(text, _SHELL))


def plain(value: Any) -> Any:
    """The value for JSON, with options as flags in every text."""
    match value:
        case Hint():
            return spelled(value, _SHELL)
        case dict():
            return {key: plain(each) for key, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case _:
            return value


def _option(name: str) -> Option:
    from seedwright.request import OPTIONS

    return OPTIONS[name]
