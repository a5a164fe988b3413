"""A libtorrent session loads what we made, checks the content against it and seeds it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import libtorrent as lt
import pytest

from seedwright.metainfo.torrent_spec import Format
from tests.unit.libtorrent.making import ours
from tests.unit.libtorrent.trees import BLOCK, Tree, write

PIECE = 2 * BLOCK
LIMIT = 60.0

CONTENTS: dict[str, Tree] = {
    "a file of one byte": 1,
    "a file of one piece": PIECE,
    "a file of several pieces": 5 * PIECE + 7,
    "a folder of one file": {"file": PIECE + 1},
    "a folder in a folder": {"inner": {"file": PIECE + 1}},
    "a folder with empty files and pads": {
        "a": 5,
        "b": 0,
        "c": {"\u65e5\u672c": PIECE + 1, "d": {"e": 3 * PIECE}},
        "f": 0,
        "g": BLOCK,
    },
    "a folder beside a longer name": {"a": {"x": BLOCK + 1}, "a-b": 3, "a.txt": PIECE - 1},
}

# A v2 file tree that is one file is that file to libtorrent, and not a folder around it.
CASES = [
    (name, format_)
    for name in CONTENTS
    for format_ in Format
    if (name, format_) != ("a folder of one file", Format.V2)
]


@pytest.fixture(scope="module")
def session() -> Iterator[lt.session]:
    """A session that talks to nobody."""
    running = lt.session(
        {
            "listen_interfaces": "127.0.0.1:0",
            "enable_dht": False,
            "enable_lsd": False,
            "enable_upnp": False,
            "enable_natpmp": False,
            "alert_mask": lt.alert.category_t.status_notification,
        }
    )
    yield running
    running.pause()


def status_after_the_check(session: lt.session, torrent: bytes, content: Path) -> lt.torrent_status:
    """What the session says of the torrent once it has read all of the content."""
    added = lt.load_torrent_buffer(torrent)
    added.save_path = str(content.parent)
    added.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
    handle = session.add_torrent(added)
    deadline = time.monotonic() + LIMIT
    try:
        while time.monotonic() < deadline:
            session.wait_for_alert(1000)
            if any(
                isinstance(alert, lt.torrent_checked_alert) and alert.handle == handle
                for alert in session.pop_alerts()
            ):
                return handle.status()
    finally:
        session.remove_torrent(handle)
    pytest.fail(f"libtorrent did not check {content} within {LIMIT:g} s")


@pytest.mark.parametrize(("name", "format_"), CASES)
def test_libtorrent_seeds_what_we_made(
    session: lt.session, tmp_path: Path, name: str, format_: Format
) -> None:
    content = write(tmp_path / name, CONTENTS[name])
    status = status_after_the_check(session, ours(content, format_, PIECE), content)
    assert (status.state, status.progress) == (lt.torrent_status.seeding, 1.0)
    assert status.errc.value() == 0


@pytest.mark.parametrize("format_", list(Format))
@pytest.mark.parametrize("name", ["a file of several pieces", "a folder with empty files and pads"])
def test_libtorrent_misses_a_byte_that_is_not_ours(
    session: lt.session, tmp_path: Path, name: str, format_: Format
) -> None:
    content = write(tmp_path / name, CONTENTS[name])
    torrent = ours(content, format_, PIECE)
    file = content / "c" / "d" / "e" if content.is_dir() else content
    changed = bytearray(file.read_bytes())
    changed[PIECE + 3] ^= 1
    file.write_bytes(changed)
    status = status_after_the_check(session, torrent, content)
    assert status.state == lt.torrent_status.downloading
    assert 0 < status.progress < 1
