"""What fails in a command that goes on with the rest, and the code that it ends with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.cli.output import fail, full_path, print_json
from seedwright.errors import ClientError, ExitCode
from seedwright.hints import Hint
from seedwright.names import printable

if TYPE_CHECKING:
    from seedwright.errors import SeedwrightError


class Failures:
    """The failures of one command, each told as soon as it happens."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._codes: set[ExitCode] = set()
        self._told: set[tuple[str, str]] = set()

    def tell(self, path: str, error: SeedwrightError) -> None:
        """Print what became of ``path``; a sentence that was printed before is not repeated."""
        if self._as_json:
            print_json({"ok": False, "path": full_path(path), "error": error.as_dict()})
        self.note(error)

    def note(self, error: SeedwrightError, where: str = "") -> None:
        """Print the sentence alone, after the place it is about, unless it was printed before.

        What is about a client is about no such place.
        """
        self._codes.add(error.exit_code)
        where = "" if isinstance(error, ClientError) else where
        if (where, error.message) not in self._told:
            self._told.add((where, error.message))
            fail(error, where)

    @property
    def exit_code(self) -> ExitCode:
        """That of the failures where they agree, FAILED where not, DONE without any."""
        if len(self._codes) > 1:
            return ExitCode.FAILED
        return next(iter(self._codes), ExitCode.DONE)


def named(error: SeedwrightError, file: str) -> SeedwrightError:
    """The failure with the name of the file that it is about, unless it has it already."""
    shown = printable(file)
    if shown in error.message:
        return error
    message = Hint("'{file}': {message}", file=shown, message=error.message)
    return type(error)(message, hint=error.hint)
