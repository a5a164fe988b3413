"""Names that a client would look for under other ones: refused to seed, else a warning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seedwright import Settings
from seedwright.errors import ContentNameError, ExitCode
from seedwright.stages.notes import with_notes
from tests.unit.planned import plan_of

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.names import Version
    from seedwright.plan import Plan
    from tests.unit.cli.conftest import Seedwright

MAKE = ("create", "book", "--engine", "local", "--no-content-checks")


@pytest.fixture
def book(home: Path) -> Path:
    (home / "book").mkdir()
    return home / "book"


def planned(book: Path, *, engine: str = "local") -> Plan:
    """What is planned to be seeded, before the client is asked."""
    return plan_of(book, Settings(), {"seed": True, "engine": engine, "force": True})


def test_names_that_differ_in_case_alone_are_a_warning(book: Path, seedwright: Seedwright) -> None:
    for name in ("ReadMe.txt", "readme.txt"):
        (book / name).write_bytes(b"text")
    if len(list(book.iterdir())) == 1:
        pytest.skip("this file system takes them for one itself")
    done = seedwright(*MAKE)
    assert done.code == ExitCode.DONE
    assert (
        "'ReadMe.txt' and 'readme.txt' differ only in case, so qBittorrent cannot seed them: it"
        " looks for one of them under another name\n"
    ) in done.out
    for engine in ("local", "qbittorrent"):
        with pytest.raises(ContentNameError, match="cannot seed them") as caught:
            with_notes(planned(book, engine=engine), (2, 0, 11))
        assert caught.value.hint == "rename one of them"


@pytest.mark.parametrize("engine", ["local", "qbittorrent"])
@pytest.mark.parametrize(
    ("name", "libtorrent", "is_refused"),
    [
        ("bell\x07", None, True),
        ("bell\x07", (2, 0, 11), True),
        ("bell\x07", (2, 1), True),
        ("zero\u200bwidth", None, False),
        ("zero\u200bwidth", (1, 2, 19), False),
        ("zero\u200bwidth", (2, 0, 11), False),
        ("zero\u200bwidth", (2, 1, 1), True),
    ],
)
def test_a_name_is_refused_where_the_clients_libtorrent_changes_it(
    book: Path, engine: str, name: str, libtorrent: Version | None, is_refused: bool
) -> None:
    (book / name).write_bytes(b"text")
    plan = planned(book, engine=engine)
    if is_refused:
        with pytest.raises(ContentNameError, match="under another name"):
            with_notes(plan, libtorrent)
    else:
        (warning,) = with_notes(plan, libtorrent).warnings
        assert "a client with libtorrent 2.1 or later looks for" in warning


def test_a_name_that_only_some_clients_change_is_a_warning(
    book: Path, seedwright: Seedwright
) -> None:
    (book / "zero\u200bwidth").write_bytes(b"text")
    done = seedwright(*MAKE)
    assert done.code == ExitCode.DONE
    assert "a client with libtorrent 2.1 or later" in done.out
