"""What an examination finds, one line at a time."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from seedwright.errors import ExitCode

if TYPE_CHECKING:
    from seedwright.errors import SeedwrightError


class Verdict(StrEnum):
    """How one test went."""

    PASS = "pass"  # noqa: S105 - no password
    WARN = "warn"
    FAIL = "fail"
    SKIP = "skip"


@dataclass(frozen=True)
class Finding:
    """One line: which step, how it went, what was seen and what to do about it.

    ``exit_code`` is DONE unless the step failed.
    """

    step: str
    verdict: Verdict
    text: str
    hint: str = ""
    exit_code: ExitCode = ExitCode.DONE

    @property
    def ends_the_examination(self) -> bool:
        """Whether nothing after this step can be tested: there is no conversation."""
        return self.exit_code in (ExitCode.CONNECTION, ExitCode.SIGN_IN)

    def as_dict(self) -> dict[str, str]:
        """The JSON of it."""
        return {
            "step": self.step,
            "verdict": self.verdict.value,
            "text": self.text,
            "hint": self.hint,
        }


def passed(step: str, text: str) -> Finding:
    """All is well."""
    return Finding(step, Verdict.PASS, text)


def warned(step: str, text: str, hint: str) -> Finding:
    """It works, with a drawback that the user should know."""
    return Finding(step, Verdict.WARN, text, hint)


def failed(step: str, text: str, hint: str, exit_code: ExitCode = ExitCode.FAILED) -> Finding:
    """It does not work."""
    return Finding(step, Verdict.FAIL, text, hint, exit_code)


def failed_with(step: str, error: SeedwrightError) -> Finding:
    """It does not work, in the error's own words."""
    return failed(step, error.message, error.hint, error.exit_code)


def skipped(step: str, text: str) -> Finding:
    """There was nothing to test, or no way to test it."""
    return Finding(step, Verdict.SKIP, text)


def os_reason(error: OSError) -> str:
    """Why it did not work, in the system's words: "connection reset by peer"."""
    reason = os.strerror(error.errno) if error.errno else "unknown error"
    return reason[:1].lower() + reason[1:]
