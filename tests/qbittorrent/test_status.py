"""``seedwright status``: which torrents still seed, on both versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seedwright import Report, TorrentManager
from tests.qbittorrent.support import CommandLine, fill, settings_for, until
from tests.testbed.fakes import Tracker, closed_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path
    from typing import Any

    from tests.testbed.server import Server

PASSKEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
async def book(server: Server, content_dir: Path, tmp_path: Path) -> AsyncIterator[Report]:
    """A torrent that seeds, hashed here."""
    yield await seeding(server, fill(content_dir / "book"), tmp_path, tags=["one", "two"])
    server.reset()


async def seeding(server: Server, content: Path, folder: Path, **options: Any) -> Report:
    async with TorrentManager(settings_for(server)) as manager:
        return await manager.create_torrent(
            content,
            output=folder / f"{content.name}.torrent",
            seed=True,
            engine="local",
            format="hybrid",
            category="books",
            **options,
        )


def test_a_torrent_that_seeds_is_a_line_and_exit_code_0(
    server: Server, tmp_path: Path, book: Report
) -> None:
    ended = CommandLine(tmp_path / "out", server).run("status")
    assert (ended.code, ended.out) == (0, "seeding      book\n")
    assert ended.err == "1 torrent: 1 seeding or being checked, 0 not\n"


@pytest.mark.parametrize("named", ["infohash", "capitals", "file"])
def test_a_torrent_that_is_named_is_shown_in_full(
    server: Server, tmp_path: Path, book: Report, named: str
) -> None:
    names = {"infohash": book.infohash, "capitals": book.infohash.upper()}
    name = names.get(named, str(book.torrent_path))
    seedwright = CommandLine(tmp_path / "out", server)
    [row] = seedwright.run("status", name, "--json").rows
    assert book.infohash_v2 is not None
    assert (row["standing"], row["infohash"], row["name"]) == (
        "seeding",
        book.infohash_v2[:40],
        "book",
    )
    assert (row["category"], row["tags"], row["ok"]) == ("books", ["one", "two"], True)
    assert "one, two" in seedwright.run("status", name).out


def test_a_v2_infohash_finds_its_torrent_in_full_and_as_clients_cut_it(
    server: Server, tmp_path: Path, book: Report
) -> None:
    assert book.infohash_v2 is not None
    seedwright = CommandLine(tmp_path / "out", server)
    [row] = seedwright.run("status", book.infohash_v2, "--json").rows
    assert row["name"] == "book"


def test_a_torrent_that_the_client_does_not_have_is_missing(server: Server, tmp_path: Path) -> None:
    ended = CommandLine(tmp_path / "out", server).run("status", "ab" * 20)
    assert (ended.code, ended.out) == (1, f"missing      {'ab' * 20}\n")


def test_a_torrent_that_was_stopped_is_found(server: Server, tmp_path: Path, book: Report) -> None:
    with server.api() as api:
        api.torrents_stop(torrent_hashes="all")
        until(lambda: api.torrents_info()[0].state == "stoppedUP")
    ended = CommandLine(tmp_path / "out", server).run("status", "--failing", "--json")
    assert (ended.code, [row["standing"] for row in ended.rows]) == (1, ["stopped"])


def test_a_torrent_whose_files_are_gone_is_found(
    server: Server, tmp_path: Path, content_dir: Path, book: Report
) -> None:
    (content_dir / "book" / "a.bin").rename(content_dir / "away")
    with server.api() as api:
        api.torrents_recheck(torrent_hashes="all")
        until(lambda: 0 < api.torrents_info()[0].progress < 1)
    ended = CommandLine(tmp_path / "out", server).run("status", "--json")
    assert (ended.code, [row["standing"] for row in ended.rows]) == (1, ["incomplete"])


async def test_a_torrent_that_no_tracker_takes_is_found_and_shows_no_passkey(
    server: Server, tmp_path: Path, content_dir: Path
) -> None:
    content = fill(content_dir / "book")
    with Tracker(failure="unregistered torrent") as tracker:
        url = f"{tracker.announce_url}?passkey={PASSKEY}"
        await seeding(server, content, tmp_path, trackers=[url])
        seedwright = CommandLine(tmp_path / "out", server)
        until(lambda: seedwright.run("status").code == 1)
        ended = seedwright.run("status")
        rows = seedwright.run("status", "--json").rows
    assert ended.out.startswith("unannounced  book\n")
    assert "unregistered torrent" in ended.out
    assert rows[0]["trackers"][0]["message"] == "unregistered torrent"
    assert PASSKEY not in ended.out + ended.err + str(rows)
    server.reset()


async def test_one_tracker_that_works_is_enough(
    server: Server, tmp_path: Path, content_dir: Path
) -> None:
    with Tracker() as tracker, closed_port() as port:
        trackers = [[f"{tracker.url}/announce"], [f"http://127.0.0.1:{port}/announce"]]
        await seeding(server, fill(content_dir / "book"), tmp_path, trackers=trackers)
        ended = CommandLine(tmp_path / "out", server).run("status", "--json")
    assert (ended.code, ended.rows[0]["standing"]) == (0, "seeding")
    server.reset()


@pytest.mark.parametrize(("since", "count"), [("1h", 1), ("2000-01-01", 1), ("2099-01-01", 0)])
def test_since_leaves_out_what_was_added_before(
    server: Server, tmp_path: Path, book: Report, since: str, count: int
) -> None:
    ended = CommandLine(tmp_path / "out", server).run("status", "--since", since, "--json")
    assert (ended.code, len(ended.rows)) == (0, count)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--since", "tomorrow"], "neither an age nor a date"),
        (["--since", "1٣h"], "neither an age nor a date"),
        (["xyz"], "neither an infohash nor a .torrent file"),
        (["ab" * 20, "--since", "1h"], "--since cannot be combined with torrents"),
        (["--client", "nope"], "client 'nope' does not exist"),
    ],
)
def test_a_word_that_means_nothing_is_a_usage_error(
    server: Server, tmp_path: Path, arguments: list[str], said: str
) -> None:
    ended = CommandLine(tmp_path / "out", server).run("status", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
