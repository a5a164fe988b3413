from __future__ import annotations

import json
from pathlib import Path

import pytest

from seedwright.cli.failures import Failures
from seedwright.errors import (
    ContentError,
    CreatorBusyError,
    EmptyContentError,
    ExitCode,
    MissingFilesError,
    OutputExistsError,
    SeedwrightError,
    SignInRefusedError,
    TaskFailedError,
    UnreachableError,
)


def of(kind: type[SeedwrightError]) -> SeedwrightError:
    return kind("it failed")


@pytest.mark.parametrize(
    ("failures", "code"),
    [
        ([], ExitCode.DONE),
        ([of(EmptyContentError)], ExitCode.CONTENT),
        ([of(EmptyContentError), of(ContentError)], ExitCode.CONTENT),
        ([of(EmptyContentError), of(OutputExistsError)], ExitCode.FAILED),
        ([SignInRefusedError("", client="nas")], ExitCode.SIGN_IN),
        ([SignInRefusedError("", client="nas")] * 3, ExitCode.SIGN_IN),
        (
            [SignInRefusedError("", client="nas"), UnreachableError("", client="nas")],
            ExitCode.FAILED,
        ),
        ([CreatorBusyError("", client="nas")], ExitCode.BUSY),
        (
            [TaskFailedError("", client="nas"), MissingFilesError("", client="nas")],
            ExitCode.FAILED,
        ),
    ],
)
def test_failures_of_one_kind_have_its_code_and_a_mixture_has_one(
    failures: list[SeedwrightError], code: ExitCode
) -> None:
    told = Failures(as_json=False)
    for failure in failures:
        told.report("book", failure)
    assert told.exit_code == code


def test_a_sentence_is_printed_once_and_a_row_for_every_path(
    capsys: pytest.CaptureFixture[str],
) -> None:
    failures = Failures(as_json=True)
    for path in ("one", "two"):
        failures.report(path, ContentError("it is gone", hint="find it"))
    failures.report("three", ContentError("it is odd"))
    printed = capsys.readouterr()
    assert printed.err == "error: it is gone\nhint: find it\nerror: it is odd\n"
    rows = [json.loads(line) for line in printed.out.splitlines()]
    assert [row["path"] for row in rows] == [
        str(Path.cwd() / name) for name in ("one", "two", "three")
    ]
    assert rows[0] == {
        "ok": False,
        "path": str(Path.cwd() / "one"),
        "error": {"code": "content", "message": "it is gone", "hint": "find it"},
    }
