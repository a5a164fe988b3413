"""Every kind of bad input: one sentence, the right exit code, and nothing left behind."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import requests

from seedwright import TorrentManager
from seedwright.clients.qbittorrent import connection as connection_module
from seedwright.errors import OutputError, SeedwrightError
from tests.qbittorrent.support import CommandLine, Outcome, fill, settings_for
from tests.testbed import faults
from tests.testbed.fakes import HangingHost, NotQBittorrent, closed_port
from tests.testbed.proxy import RecordingProxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.testbed.server import Server
    from tests.testbed.tls import Certificate


@dataclass
class World:
    """What a case may arrange: content, and who answers under which settings."""

    server: Server
    folder: Path
    certificate: Certificate
    open: contextlib.ExitStack
    proxies: list[RecordingProxy] = field(default_factory=list)
    client: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    arguments: list[str] = field(default_factory=list)

    def book(self) -> Path:
        """Good content."""
        return fill(self.folder / "book")

    def proxy(self, **options: Any) -> RecordingProxy:
        """A proxy in front of the server, which the client of this case talks to."""
        proxy = self.open.enter_context(RecordingProxy(self.server, **options))
        self.proxies.append(proxy)
        self.client["port"] = proxy.port
        return proxy


@dataclass(frozen=True)
class Case:
    """A kind of bad input: what it arranges, and what it gets."""

    name: str
    code: int
    words: str
    arrange: Callable[[World], Path]

    def __str__(self) -> str:
        return self.name


def absent(world: World) -> Path:
    return world.folder / "nowhere"


def not_seen_by_the_client(world: World) -> Path:
    world.client["docker_path_mapping"] = {str(world.folder): "/not/mounted/there"}
    return world.book()


def not_in_the_clients_folder(world: World) -> Path:
    (world.folder / "other").mkdir(exist_ok=True)
    world.client["docker_path_mapping"] = {str(world.folder): str(world.folder / "other")}
    return world.book()


def empty(world: World) -> Path:
    (world.folder / "empty").mkdir(exist_ok=True)
    return world.folder / "empty"


def dotfiles_only(world: World) -> Path:
    return fill(world.folder / "dots", {".a": 10_000, ".b/c": 10_000})


def empty_files_only(world: World) -> Path:
    return fill(world.folder / "hollow", {"a": 0, "b": 0})


def a_pipe(world: World) -> Path:
    content = fill(world.folder / "pipes")
    with contextlib.suppress(FileExistsError):
        os.mkfifo(content / "pipe")
    return content


def odd_piece_size(world: World) -> Path:
    world.options["piece_size"] = "12345"
    world.arguments += ["--piece-size", "12345"]
    return world.book()


def tracker_without_scheme(world: World) -> Path:
    world.options["trackers"] = ["tracker.example/announce"]
    world.arguments += ["-t", "tracker.example/announce"]
    return world.book()


def unknown_client(world: World) -> Path:
    world.options["client"] = "defualt"
    world.arguments += ["--client", "defualt"]
    return world.book()


def wrong_password(world: World) -> Path:
    world.client["password"] = "wrong"
    return world.book()


def no_sign_in(world: World) -> Path:
    world.client |= {"username": None, "password": None}
    return world.book()


def closed(world: World) -> Path:
    world.client["port"] = world.open.enter_context(closed_port())
    return world.book()


def hanging(world: World) -> Path:
    host = world.open.enter_context(HangingHost())
    world.client |= {"port": host.port, "read_timeout": 0.2}
    return world.book()


def self_signed(world: World) -> Path:
    world.proxy(tls=world.certificate.server_context())
    world.client["use_https"] = True
    return world.book()


def another_web_server(world: World) -> Path:
    world.client["port"] = world.open.enter_context(NotQBittorrent()).port
    return world.book()


def an_error_page(world: World) -> Path:
    world.proxy().on("/api", faults.status(502, "<h1>Bad gateway</h1>"))
    return world.book()


def existing_output(world: World) -> Path:
    (world.folder / "mine.torrent").write_text("mine")
    world.options["output"] = world.folder / "mine.torrent"
    world.arguments += ["-o", str(world.folder / "mine.torrent")]
    return world.book()


def absent_output_folder(world: World) -> Path:
    world.options["output"] = world.folder / "no" / "x.torrent"
    world.arguments += ["-o", str(world.folder / "no" / "x.torrent")]
    return world.book()


def unwritable_output_folder(world: World) -> Path:
    # Nobody, root included, makes files there.
    world.options["output"] = "/proc/x.torrent"
    world.arguments += ["-o", "/proc/x.torrent"]
    return world.book()


def category_elsewhere(world: World) -> Path:
    with world.server.api() as api, contextlib.suppress(Exception):
        api.torrents_create_category("films", save_path=str(world.folder / "films"))
    world.options |= {"seed": True, "category": "films", "auto_management": True}
    world.arguments += ["--seed", "--category", "films", "--auto-management"]
    return world.book()


def save_path_elsewhere(world: World) -> Path:
    world.options |= {"seed": True, "save_path": str(world.folder / "wrong")}
    world.arguments += ["--seed", "--save-path", str(world.folder / "wrong")]
    return world.book()


def unseedable_name(world: World) -> Path:
    world.options["seed"] = True
    world.arguments.append("--seed")
    return fill(world.folder / "named", {"two\nlines": 10_000})


def tag_with_a_comma(world: World) -> Path:
    world.options |= {"seed": True, "tags": ["a,b"]}
    world.arguments += ["--seed", "--tag", "a,b"]
    return world.book()


def time_limit(world: World) -> Path:
    with (world.folder / "hole").open("wb") as hole:
        hole.truncate(64 * 2**30)
    world.options["timeout"] = 0.1
    world.arguments += ["--timeout", "0.1"]
    return world.folder / "hole"


def unreadable_answer(world: World) -> Path:
    world.proxy().on("torrentFile", faults.status(200, "not a torrent"))
    return world.book()


CASES = [
    Case(
        "absent here and there", 5, "does not exist here, and qBittorrent does not see it", absent
    ),
    Case("not seen by the client", 5, "does not see /not/mounted", not_seen_by_the_client),
    Case("not in the client's folder", 5, "does not see", not_in_the_clients_folder),
    Case("empty folder", 5, "contains no files", empty),
    Case("dotfiles only", 5, "contains only dotfiles", dotfiles_only),
    Case("empty files only", 5, "contains only empty files", empty_files_only),
    Case("a pipe", 5, "is neither a file nor a folder", a_pipe),
    Case("piece size 12345", 2, "12345 bytes is not a power of two", odd_piece_size),
    Case("tracker without a scheme", 2, "has no scheme", tracker_without_scheme),
    Case("unknown client", 2, "'defualt'", unknown_client),
    Case("wrong password", 3, "refused the user name 'admin'", wrong_password),
    Case("no sign-in", 3, "needs a sign-in", no_sign_in),
    Case("port closed", 4, "nothing listens at", closed),
    Case("host that hangs", 4, "did not respond within 0.2 s", hanging),
    Case("self-signed certificate", 4, "is not trusted", self_signed),
    Case("another web server", 4, "is not a qBittorrent Web UI", another_web_server),
    Case("an error page", 4, "answers with an error (HTTP 502)", an_error_page),
    Case("output exists", 1, "already exists", existing_output),
    Case("output folder absent", 1, "its folder does not exist", absent_output_folder),
    Case("output folder not writable", 1, "cannot write", unwritable_output_folder),
    Case("category elsewhere", 1, "under automatic management", category_elsewhere),
    Case("save path elsewhere", 1, "in the save path", save_path_elsewhere),
    Case("name that cannot be seeded", 5, "under another name and cannot seed it", unseedable_name),
    Case("tag with a comma", 2, "is not a valid tag", tag_with_a_comma),
    Case("time limit", 1, "did not finish the torrent", time_limit),
    Case("an answer that is no torrent", 1, "torrent", unreadable_answer),
]


@pytest.fixture(autouse=True)
def _no_refusals() -> Iterator[None]:
    yield
    connection_module._refusals.clear()


@pytest.fixture
def world(server: Server, content_dir: Path, certificate: Certificate) -> Iterator[World]:
    with contextlib.ExitStack() as stack:
        yield World(server, content_dir, certificate, stack)


def assert_one_sentence(ended: Outcome, case: Case) -> None:
    assert "Traceback" not in ended.err
    errors = [line for line in ended.err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert case.words in errors[0]
    assert "adminadmin" not in ended.err + ended.out


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_it_ends_in_one_sentence_and_the_right_exit_code(
    world: World, tmp_path: Path, case: Case
) -> None:
    content = case.arrange(world)
    port = world.client.pop("port", None)
    seedwright = CommandLine(
        tmp_path / "out", world.server, **world.client, **({"port": port} if port else {})
    )
    before = sorted(world.folder.rglob("*"))

    ended = await asyncio.to_thread(seedwright.run, "create", content, *world.arguments)

    assert (ended.code, ended.out) == (case.code, "")
    assert_one_sentence(ended, case)
    assert seedwright.files() == []
    assert sorted(world.folder.rglob("*")) == before
    assert [proxy.open_sessions() for proxy in world.proxies] == [[]] * len(world.proxies)


async def test_json_tells_the_failure_on_stdout_too(world: World, tmp_path: Path) -> None:
    seedwright = CommandLine(tmp_path / "out", world.server)
    good, bad = world.book(), absent(world)
    ended = await asyncio.to_thread(seedwright.run, "create", good, bad, "--json")
    rows = {row["ok"]: row for row in ended.rows}
    assert ended.code == 5
    assert rows[False]["error"]["code"] == "content_not_found"
    assert rows[True]["infohash"]
    assert seedwright.files() == ["book.torrent"]


async def test_a_banned_address_is_told_on_the_command_line(
    own_server: Server, content_dir: Path, tmp_path: Path
) -> None:
    for _ in range(5):
        await asyncio.to_thread(
            requests.post,
            f"{own_server.url}/api/v2/auth/login",
            data={"username": "admin", "password": "no"},
            timeout=10,
        )
    seedwright = CommandLine(tmp_path / "out", own_server)
    ended = await asyncio.to_thread(seedwright.run, "create", fill(content_dir))
    assert ended.code == 3
    assert "has banned this address" in ended.err


async def test_qbittorrent_4_is_told_which_version_it_takes(
    old_server: Server, version: str, content_dir: Path, tmp_path: Path
) -> None:
    seedwright = CommandLine(tmp_path / "out", old_server)
    ended = await asyncio.to_thread(seedwright.run, "create", fill(content_dir))
    assert ended.code == 1
    assert "does not support the Torrent Creator" in ended.err
    assert "5.0 or later" in ended.err


async def test_a_full_disk_leaves_no_file_and_adds_nothing(
    server: Server,
    proxy: RecordingProxy,
    content_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = fill(content_dir / "book")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async with TorrentManager(settings_for(proxy)) as manager:
        plan_only = await manager.plan_torrent(content, output=f"{tmp_path}/", seed=True)
        assert plan_only.output == tmp_path / "book.torrent"
        with monkeypatch.context() as patched:
            proxy.on("torrentFile", faults.before(lambda: patched.setattr(os, "fsync", full)))
            with pytest.raises(OutputError, match="no space left"):
                await manager.create_torrent(content, output=f"{tmp_path}/", seed=True)
    assert proxy.count("torrents/add") == 0
    assert os.listdir(tmp_path) == ["content"]


async def test_a_hundred_failures_of_every_kind_leave_nothing(
    server: Server, content_dir: Path, certificate: Certificate, tmp_path: Path
) -> None:
    failures = 0
    for round_ in range(4):
        for case in CASES:
            with contextlib.ExitStack() as stack:
                folder = content_dir / str(round_)
                folder.mkdir(exist_ok=True)
                world = World(server, folder, certificate, stack)
                watched = RecordingProxy(server)
                stack.enter_context(watched)
                world.client["port"] = watched.port
                content = case.arrange(world)
                options = {"output": f"{tmp_path}/", **world.options}
                async with TorrentManager(settings_for(watched, **world.client)) as manager:
                    with pytest.raises(SeedwrightError) as caught:
                        await manager.create_torrent(content, **options)
                assert caught.value.exit_code == case.code
                for proxy in (watched, *world.proxies):
                    assert proxy.open_sessions() == []
            failures += 1
            connection_module._refusals.clear()
            if case.name == "wrong password":
                # Otherwise the fifth one bans the address.
                server.reset()
    assert failures >= 100
    assert server.left_behind() == []
    assert os.listdir(tmp_path) == ["content"]
