"""Random places for content to seed from: the right one, and all kinds of wrong ones."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seedwright import TorrentManager
from seedwright.errors import SeedwrightError
from tests.qbittorrent.support import settings_for, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.testbed.server import Server

SIZES = (0, 1, 100, 16_384, 70_000, 300_000, 1_500_000)
MEMORY = Path("/dev/shm")


def snapshot(folder: Path) -> dict[str, str]:
    """Every file and folder below FOLDER, files with a digest of their bytes."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else "folder"
        for path in sorted(folder.rglob("*"))
    }


def all_is_there(server: Server, infohash: str) -> bool:
    """Whether a check that is forced finds all of it."""
    with server.api() as api:
        api.torrents_stop(torrent_hashes=infohash)
        until(lambda: api.torrents_info(torrent_hashes=infohash)[0].state == "stoppedUP")
        api.torrents_recheck(torrent_hashes=infohash)
        # What is listed is up to 0.1 s old on the test bed.
        time.sleep(0.3)
        until(lambda: "checking" not in api.torrents_info(torrent_hashes=infohash)[0].state)
        return bool(api.torrents_info(torrent_hashes=infohash)[0].progress == 1)


@dataclass(frozen=True)
class Placement:
    """What was tried, and whether that was called seeding (else ``said`` is the failure)."""

    kind: str
    seeds: bool
    said: str


class Placements:
    """Placements on one server, each tried and judged."""

    def __init__(self, server: Server, folder: Path, seed: int) -> None:
        self._server = server
        self._folder = folder
        self._random = random.Random(seed)
        self._kinds: dict[str, Callable[[Path, Path], None]] = {
            "own": lambda _, there: None,
            "equal": _copied,
            "hard-linked": _linked,
            "one byte": self._one_byte,
            "other": self._other,
            "longer": self._longer,
            "shorter": self._shorter,
            "missing": self._missing,
        }

    async def try_one(self) -> Placement:
        """Try one; fails when what is called seeding is not complete, or content was touched."""
        draw = self._random
        kind, twins = draw.choice(list(self._kinds)), draw.random() < 0.08
        mapped, proof = draw.random() < 0.4, draw.choice(["auto", "auto", "sampled", "rechecked"])
        format_, engine = (
            draw.choice(["v1", "v2", "hybrid"]),
            draw.choice(["local", "local", "auto"]),
        )
        elsewhere = MEMORY if draw.random() < 0.2 and MEMORY.is_dir() else self._folder
        with (
            tempfile.TemporaryDirectory(dir=self._folder) as here,
            tempfile.TemporaryDirectory(dir=elsewhere) as there,
        ):
            content = self._content(Path(here), twins=twins)
            place = Path(here) if kind == "own" else Path(there)
            self._kinds[kind](content, place)
            client: dict[str, Any] = {}
            options: dict[str, Any] = {"proof": proof, "format": format_, "engine": engine}
            if mapped and kind != "own":
                client = {"docker_path_mapping": {here: there}}
            else:
                options["save_path"] = str(place)
            what = f"{kind}{', mapped' if client else ''}{', twins' if twins else ''}"
            what += f", {proof}, {format_}, {engine}"
            before = snapshot(Path(here)), snapshot(Path(there))
            outcome = await self._outcome(content, options, client, what)
            after = snapshot(Path(here)), snapshot(Path(there))
            assert after == before, f"content was touched: {what}"
        self._check_expected(outcome, kind, twins=twins)
        return outcome

    async def _outcome(
        self, content: Path, options: dict[str, Any], client: dict[str, Any], what: str
    ) -> Placement:
        server, output = self._server, self._folder / "made.torrent"
        settings = settings_for(server, creation={"engine": "auto"}, **client)
        try:
            async with TorrentManager(settings) as manager:
                report = await manager.create_torrent(content, output=output, seed=True, **options)
        except SeedwrightError as error:
            assert server.left_behind() == [], f"left behind: {what}"
            assert not output.exists()
            return Placement(what, False, error.message)
        output.unlink()
        assert report.seeding is not None
        is_true = all_is_there(server, report.seeding.infohash)
        server.reset()
        assert is_true, f"called seeding and not complete: {what}, {report.seeding.evidence}"
        return Placement(what, True, report.seeding.evidence)

    def _check_expected(self, outcome: Placement, kind: str, *, twins: bool) -> None:
        if kind in ("own", "equal", "hard-linked"):
            assert outcome.seeds != twins, f"{outcome.kind}: {outcome.said}"
        if kind in ("one byte", "other", "shorter", "missing"):
            assert not outcome.seeds, f"{outcome.kind}: {outcome.said}"

    def _content(self, folder: Path, *, twins: bool) -> Path:
        draw = self._random
        if not twins and draw.random() < 0.3:
            file = folder / "film.mkv"
            file.write_bytes(draw.randbytes(draw.choice(SIZES[1:])))
            return file
        show = folder / "show"
        show.mkdir()
        for number in range(draw.randint(1, 7)):
            file = show / draw.choice(["", "sub", "sub/deep"]) / f"file {number}.bin"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(draw.randbytes(draw.choice(SIZES)))
        (show / "last.nfo").write_bytes(draw.randbytes(99))
        if twins:
            (show / "ReadMe.txt").write_text("one")
            (show / "readme.txt").write_text("another")
        return show

    def _a_file(self, there: Path) -> Path:
        files = sorted(path for path in there.rglob("*") if path.is_file() and path.stat().st_size)
        return self._random.choice(files)

    def _one_byte(self, content: Path, there: Path) -> None:
        _copied(content, there)
        file = self._a_file(there)
        data = bytearray(file.read_bytes())
        data[self._random.randrange(len(data))] ^= 1 << self._random.randrange(8)
        file.write_bytes(data)

    def _other(self, content: Path, there: Path) -> None:
        _copied(content, there)
        for file in [path for path in there.rglob("*") if path.is_file()]:
            file.write_bytes(bytes(byte ^ 0x55 for byte in file.read_bytes()))

    def _longer(self, content: Path, there: Path) -> None:
        _copied(content, there)
        with self._a_file(there).open("ab") as file:
            file.write(b"more")

    def _shorter(self, content: Path, there: Path) -> None:
        _copied(content, there)
        file = self._a_file(there)
        os.truncate(file, self._random.randrange(file.stat().st_size))

    def _missing(self, content: Path, there: Path) -> None:
        _copied(content, there)
        self._a_file(there).unlink()


def _copied(content: Path, there: Path) -> None:
    target = there / content.name
    if content.is_dir():
        shutil.copytree(content, target)
    else:
        shutil.copy(content, target)


def _linked(content: Path, there: Path) -> None:
    def link(source: str, target: str) -> None:
        try:
            os.link(source, target)
        except OSError:
            shutil.copy(source, target)

    if content.is_dir():
        shutil.copytree(content, there / content.name, copy_function=link)
    else:
        link(str(content), str(there / content.name))
