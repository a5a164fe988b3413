"""What the tests of this folder share: settings for a server, content, the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seedwright import Settings
from seedwright.clients.qbittorrent.connection import Connection, Patience
from seedwright.fleet import endpoint_of
from seedwright.settings.model import QBittorrentSettings, TorrentCreationSettings
from tests.testbed.process import unmeasured

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from qbittorrentapi import Client

    from tests.testbed.fakes import HangingHost
    from tests.testbed.server import Server
    from tests.testbed.web import LoopbackServer

    Address = Server | LoopbackServer | HangingHost

CLI_LIMIT = 100.0


def settings_for(
    address: Address, *, creation: Mapping[str, Any] | None = None, **client: Any
) -> Settings:
    """Settings whose default client is at ADDRESS, with the test bed's user and password.

    Hashing is qBittorrent's, unless CREATION says otherwise.
    """
    given: dict[str, Any] = {"host": "127.0.0.1", "port": address.port, "username": "admin"}
    given |= {"password": "adminadmin", **client}
    return Settings(
        qbittorrent=QBittorrentSettings(**given),
        torrent_creation=TorrentCreationSettings(**{"engine": "qbittorrent", **(creation or {})}),
    )


def connection_to(address: Address, patience: Patience | None = None, **client: Any) -> Connection:
    """A connection of its own to ADDRESS; the test closes it."""
    settings = settings_for(address, **client)
    return Connection(endpoint_of("default", settings.qbittorrent), patience=patience)


def add_task(api: Client, content: Path) -> str:
    """The id of a task of somebody else's that makes a torrent of CONTENT."""
    return str(api.torrentcreator_add_task(str(content), start_seeding=False)["taskID"])


def peer_port(api: Client) -> int:
    """Where the client listens for peers."""
    port = api.app_preferences()["listen_port"]
    assert isinstance(port, int)
    return port


def fill(folder: Path, files: Mapping[str, int] | None = None) -> Path:
    """FOLDER with these files of that many bytes, each different; two small ones by default."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, size) in enumerate((files or {"a.bin": 70_000, "b/c.bin": 30_000}).items()):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes((bytes([number + 1]) + name.encode() * 1000)[:size].ljust(size, b"\x07"))
    return folder


def large(file: Path, gigabytes: int = 64) -> Path:
    """FILE as a hole that takes qBittorrent many seconds to hash, and no space."""
    with file.open("wb") as hole:
        hole.truncate(gigabytes * 2**30)
    return file


def until(happened: Callable[[], object], limit: float = 20.0) -> None:
    """Wait until HAPPENED is true; fails after LIMIT seconds."""
    deadline = time.monotonic() + limit
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


@dataclass(frozen=True)
class Outcome:
    """How a command line ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The objects that ``--json`` printed, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class CommandLine:
    """``seedwright`` in a folder of its own, with a settings file for one server, which hashes."""

    def __init__(self, folder: Path, address: Address, **client: Any) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        block = {"host": "127.0.0.1", "port": address.port, "username": "admin"}
        block |= {"password": "adminadmin", **client}
        settings = {"qbittorrent": block, "torrent_creation": {"engine": "qbittorrent"}}
        # JSON is YAML.
        (folder / "seedwright.yaml").write_text(json.dumps(settings))

    def start(self, *arguments: str | Path, stderr: int = subprocess.PIPE) -> subprocess.Popen[str]:
        """The running command, which may be sent signals."""
        return self._started(*arguments, stderr=stderr, environment=unmeasured())

    def _started(
        self, *arguments: str | Path, stderr: int = subprocess.PIPE, environment: Mapping[str, str]
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "seedwright", *map(str, arguments)],
            cwd=self.folder,
            env={k: v for k, v in environment.items() if not k.startswith("SEEDWRIGHT_")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )

    def run(self, *arguments: str | Path) -> Outcome:
        """How the command ended."""
        return self.end_of(self._started(*arguments, environment=os.environ))

    def end_of(self, process: subprocess.Popen[str]) -> Outcome:
        """How a command that was started ends."""
        try:
            out, err = process.communicate(timeout=CLI_LIMIT)
        except BaseException:
            process.kill()
            process.communicate()
            raise
        return Outcome(process.returncode, out, err)

    def files(self) -> list[str]:
        """What lies in the command's folder beside its settings."""
        return sorted(path.name for path in self.folder.iterdir() if path.suffix != ".yaml")
