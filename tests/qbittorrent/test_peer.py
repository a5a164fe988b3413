"""Real clients give the pieces of what they seed, and what is wrong on their disk shows."""

from __future__ import annotations

import random
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from seedwright import Settings, TorrentManager
from seedwright.clients.qbittorrent.peer.hindrances import (
    NotServedError,
    PeerError,
    PieceDiffersError,
    RefusedPieceError,
)
from seedwright.clients.qbittorrent.peer.sampling import Sample, never, sample
from seedwright.clients.qbittorrent.peer.stream import Clock, Peer, connect
from seedwright.clients.qbittorrent.peer.wire import handshake, read_handshake
from seedwright.metainfo.parse import Metainfo
from tests.qbittorrent.support import peer_port, until
from tests.testbed.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qbittorrentapi import Client

    from tests.qbittorrent.conftest import StartServer

FORMATS = ["v1", "v2", "hybrid"]
LIMIT = 30.0
SIZES = {"a.bin": 100_001, "b/c.bin": 65_536, "b/empty": 0, "d": 1, "e": 70_000, "z": 33_333}
SIZE = 1_234_567


@contextmanager
def listening(start_server: StartServer, **settings: str) -> Iterator[tuple[Client, Peer]]:
    """A client that listens for peers, and where; every torrent is gone from it afterwards."""
    port = {"BitTorrent/Session\\Port": str(free_port())}
    server = start_server(port | {f"BitTorrent/Session\\{k}": v for k, v in settings.items()})
    with server.api() as api:
        try:
            yield api, Peer("127.0.0.1", peer_port(api))
        finally:
            api.torrents_delete(delete_files=False, torrent_hashes="all")
            until(lambda: not api.torrents_info())


async def made(content: Path, format_: str, piece_size: str = "32KiB") -> Metainfo:
    output = content.parent / f"{content.name}.{format_}.torrent"
    async with TorrentManager(Settings()) as manager:
        await manager.create_torrent(
            content, engine="local", output=output, format=format_, piece_size=piece_size
        )
    return Metainfo.parse(output.read_bytes())


def add(api: Client, torrent: Metainfo, save_path: Path, *, is_checked: bool = False) -> None:
    """Have it seeded, as it is or after the client's own check."""
    api.torrents_add(
        torrent_files=torrent.data, save_path=str(save_path), is_skip_checking=not is_checked
    )
    until(lambda: state_of(api, torrent) in ("stalledUP", "uploading"))


def sampled_in_the_end(peer: Peer, torrent: Metainfo) -> Sample:
    """What comes of it once the client serves the torrent: after a check it queues it first."""
    found: list[Sample] = []

    def is_served() -> bool:
        try:
            found.append(sample(peer, torrent, time_limit=LIMIT))
        except NotServedError:
            return False
        return True

    until(is_served)
    return found[0]


def state_of(api: Client, torrent: Metainfo) -> str:
    found = api.torrents_info(torrent_hashes=torrent.client_hash)
    return str(found[0].state) if found else ""


def folder(parent: Path) -> Path:
    content = parent / "folder"
    for name, size in SIZES.items():
        file = content / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(random.Random(name).randbytes(size))
    return content


def single(parent: Path) -> Path:
    content = parent / "single.bin"
    content.write_bytes(random.Random(1).randbytes(SIZE))
    return content


def bytes_of(content: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in content.rglob("*") if file.is_file()}


@pytest.mark.parametrize("encryption", ["0", "1"], ids=["plain", "encrypted"])
@pytest.mark.parametrize("format_", FORMATS)
async def test_a_seeding_torrent_is_proven_by_its_bytes(
    start_server: StartServer, content_dir: Path, format_: str, encryption: str
) -> None:
    contents = {folder(content_dir): sum(SIZES.values()), single(content_dir): SIZE}
    before = bytes_of(content_dir)
    with listening(start_server, Encryption=encryption) as (api, peer):
        for content, size in contents.items():
            torrent = await made(content, format_)
            add(api, torrent, content_dir)
            found = sampled_in_the_end(peer, torrent)
            assert found == Sample(torrent.pieces, torrent.pieces, size, encryption == "1")
            assert state_of(api, torrent) in ("stalledUP", "uploading")
    after = bytes_of(content_dir)
    assert {path: after[path] for path in before} == before


@pytest.mark.parametrize("format_", FORMATS)
async def test_wrong_bytes_of_a_torrent_that_was_not_checked_are_refused(
    start_server: StartServer, content_dir: Path, format_: str
) -> None:
    content = single(content_dir)
    torrent = await made(content, format_, "256KiB")
    data = bytearray(content.read_bytes())
    data[3 * 256 * 1024 + 5] ^= 1
    content.write_bytes(data)
    with listening(start_server) as (api, peer):
        add(api, torrent, content_dir)
        with pytest.raises(RefusedPieceError) as caught:
            sampled_in_the_end(peer, torrent)
        assert (caught.value.piece, caught.value.names) == (3, ())
        api.torrents_delete(delete_files=False, torrent_hashes="all")
    assert content.read_bytes() == bytes(data)


@pytest.mark.parametrize("format_", FORMATS)
async def test_bytes_that_changed_after_the_check_differ(
    start_server: StartServer, content_dir: Path, format_: str
) -> None:
    content = folder(content_dir)
    torrent = await made(content, format_)
    with listening(start_server) as (api, peer):
        add(api, torrent, content_dir, is_checked=True)
        assert sampled_in_the_end(peer, torrent).pieces == torrent.pieces
        file = content / "e"
        file.write_bytes(bytes(file.stat().st_size))
        with pytest.raises(PieceDiffersError) as caught:
            sampled_in_the_end(peer, torrent)
        assert "e" in caught.value.names


async def test_a_file_that_is_shorter_than_it_was_is_refused(
    start_server: StartServer, content_dir: Path
) -> None:
    content = folder(content_dir)
    torrent = await made(content, "hybrid")
    with listening(start_server) as (api, peer):
        add(api, torrent, content_dir, is_checked=True)
        (content / "e").write_bytes(b"")
        with pytest.raises(RefusedPieceError) as caught:
            sampled_in_the_end(peer, torrent)
        assert caught.value.names == ("e",)


async def test_what_is_not_there_or_stopped_or_held_back_is_told(
    start_server: StartServer, content_dir: Path
) -> None:
    torrent = await made(single(content_dir), "v1")
    with listening(start_server) as (api, peer):
        with pytest.raises(NotServedError, match="stopped, queued or not in its list"):
            sample(peer, torrent, time_limit=LIMIT)
        add(api, torrent, content_dir)
        api.torrents_set_super_seeding(enable=True, torrent_hashes="all")
        until(lambda: api.torrents_info()[0].super_seeding)
        with pytest.raises(PeerError, match="does not offer all pieces"):
            sample(peer, torrent, time_limit=LIMIT)
        api.torrents_stop(torrent_hashes="all")
        until(lambda: state_of(api, torrent) == "stoppedUP")
        with pytest.raises(NotServedError, match="stopped, queued or not in its list"):
            sample(peer, torrent, time_limit=LIMIT)


async def test_a_client_is_asked_again_and_again(
    start_server: StartServer, content_dir: Path
) -> None:
    torrent = await made(single(content_dir), "hybrid")
    with listening(start_server) as (api, peer):
        add(api, torrent, content_dir)
        began = time.monotonic()
        for _ in range(20):
            assert sampled_in_the_end(peer, torrent).size == SIZE
        assert time.monotonic() - began < LIMIT


async def test_only_one_at_a_time_is_served_at_an_address(
    start_server: StartServer, content_dir: Path
) -> None:
    torrent = await made(single(content_dir), "v1")
    with listening(start_server) as (api, peer):
        add(api, torrent, content_dir)
        sampled_in_the_end(peer, torrent)
        with connect(peer, Clock(LIMIT, never)) as other:
            other.send(
                handshake(bytes.fromhex(torrent.client_hash), b"-XX0001-" + bytes(12), v2=False)
            )
            read_handshake(other)
            with pytest.raises(NotServedError, match="another peer at this address"):
                sample(peer, torrent, time_limit=LIMIT)
        assert sampled_in_the_end(peer, torrent).size == SIZE
