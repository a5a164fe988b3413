"""Tickets on the disk: found after a kill, never while their process lives, gone when all is done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from seedwright.clients.ticket import Ticket
from seedwright.stages.tickets import STALE, Claim, TicketBook
from tests.testbed.process import unmeasured

TICKET = Ticket("nas", "asked", "an-id")
HOLD = """
import sys, time
from pathlib import Path
from seedwright.clients.ticket import Ticket
from seedwright.stages.tickets import TicketBook
claim = TicketBook(Path(sys.argv[1])).claim("nas", "/data/book")
claim.keep(Ticket("nas", "asked", "an-id"))
print("kept", flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "tickets"


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def leave(folder: Path, *what: str, ticket: Ticket = TICKET) -> None:
    """What a process that was killed leaves: a ticket, and a lock that nobody holds."""
    claim = TicketBook(folder).claim(ticket.client, *what)
    claim.keep(ticket)
    assert claim._lock is not None
    os.close(claim._lock)


def test_what_was_left_is_found_by_the_same_claim_alone(folder: Path) -> None:
    leave(folder, "/data/book")
    book = TicketBook(folder)
    with book.claim("nas", "/data/other") as other, book.claim("nas2", "/data/book") as another:
        assert (other.ticket, another.ticket) == (None, None)
    with book.claim("nas", "/data/book") as claim:
        assert claim.ticket == TICKET


def test_nothing_stays_when_all_is_done(folder: Path) -> None:
    with TicketBook(folder).claim("nas", "/data/book") as claim:
        claim.keep(TICKET)
        assert len(names_in(folder)) == 2
        claim.keep(Ticket("nas", "asked"))
    assert names_in(folder) == []


def test_nothing_stays_after_a_failure(folder: Path) -> None:
    def fail() -> None:
        with TicketBook(folder).claim("nas", "/data/book") as claim:
            claim.keep(Ticket("nas", "asked", before=("one",), added="hash"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert names_in(folder) == []


def test_a_task_that_could_not_be_deleted_keeps_its_ticket(folder: Path) -> None:
    with TicketBook(folder).claim("nas", "/data/book") as claim:
        claim.keep(TICKET)
    assert len(names_in(folder)) == 1
    with TicketBook(folder).claim("nas", "/data/book") as claim:
        assert claim.ticket == TICKET


def test_a_ticket_that_is_claimed_is_nobody_elses(folder: Path) -> None:
    with TicketBook(folder).claim("nas", "/data/book") as first:
        first.keep(TICKET)
        with TicketBook(folder).claim("nas", "/data/book") as second:
            assert second.ticket is None
            second.keep(Ticket("nas", task="another"))
        assert TicketBook(folder).claim("nas", "/data/book").ticket is None
        assert b"an-id" in b"".join(file.read_bytes() for file in folder.iterdir())


def test_a_ticket_of_a_living_process_is_not_taken_and_that_of_a_killed_one_is(
    folder: Path,
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        env=unmeasured(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "kept\n"
        with TicketBook(folder).claim("nas", "/data/book") as claim:
            assert claim.ticket is None
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    with TicketBook(folder).claim("nas", "/data/book") as claim:
        assert claim.ticket == TICKET


def test_fields_are_changed_one_by_one(folder: Path) -> None:
    leave(folder, "/data/book")
    with TicketBook(folder).claim("nas", "/data/book") as claim:
        claim.note(added="hash")
        assert claim.ticket == Ticket("nas", "asked", "an-id", added="hash")
    with TicketBook(folder).claim("nas", "/data/new") as claim:
        claim.note(added="hash")
        assert claim.ticket == Ticket("nas", added="hash")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[1]"])
def test_half_a_ticket_is_none(folder: Path, content: bytes) -> None:
    leave(folder, "/data/book")
    (ticket,) = folder.glob("*.json")
    ticket.write_bytes(content)
    with TicketBook(folder).claim("nas", "/data/book") as claim:
        assert claim.ticket is None
    assert names_in(folder) == []


def test_a_ticket_is_for_its_user_alone(folder: Path) -> None:
    with TicketBook(folder).claim("nas", "/data/book"):
        assert folder.stat().st_mode & 0o077 == 0


def test_without_a_folder_nothing_is_kept() -> None:
    with TicketBook(None).claim("nas", "/data/book") as claim:
        claim.keep(TICKET)
        assert claim.ticket == TICKET
    assert TicketBook(None).sweep("nas") == []
    assert Claim().ticket is None


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with TicketBook(tmp_path / "file" / "tickets").claim("nas", "/data/book") as claim:
        claim.keep(TICKET)
        assert claim.ticket == TICKET


def test_a_folder_that_goes_meanwhile_fails_nothing(folder: Path) -> None:
    with TicketBook(folder).claim("nas", "/data/book") as claim:
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        claim.keep(TICKET)
        assert claim.ticket == TICKET


def test_tickets_that_nobody_came_back_for_are_swept(folder: Path) -> None:
    theirs = Ticket("seedbox", task="theirs")
    leave(folder, "/data/book")
    leave(folder, "/data/book", ticket=theirs)
    then = time.time() - STALE - 1
    for file in folder.iterdir():
        os.utime(file, (then, then))
    leave(folder, "/data/new", ticket=Ticket("nas", task="new"))
    assert TicketBook(folder).sweep("nas") == [TICKET]
    with TicketBook(folder).claim("nas", "/data/new") as claim:
        assert claim.ticket == Ticket("nas", task="new")
        claim.drop()
    assert names_in(folder) == []


def test_an_old_ticket_of_a_living_process_is_not_swept(folder: Path) -> None:
    with TicketBook(folder).claim("nas", "/data/book") as claim:
        claim.keep(TICKET)
        then = time.time() - STALE - 1
        for file in folder.iterdir():
            os.utime(file, (then, then))
        assert TicketBook(folder).sweep("nas") == []
        assert len(names_in(folder)) == 2
