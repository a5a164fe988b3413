"""Real servers for the tests in this folder: each runs on every version of the test bed."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol

import pytest
from qbittorrentapi import APIError

from tests.testbed import fetch, tls
from tests.testbed.clean import assert_clean
from tests.testbed.proxy import RecordingProxy
from tests.testbed.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_FETCHED: dict[str, fetch.Installation | fetch.TestbedUnavailable] = {}


SharedServer = Callable[[fetch.Installation], Server]


class StartServer(Protocol):
    """A new running server with these keys of ``qBittorrent.conf``, stopped after the test."""

    def __call__(self, settings: Mapping[str, str] | None = None) -> Server: ...


def pytest_collection_finish(session: pytest.Session) -> None:
    """Fetch what the tests will ask for: here, a slow line costs no test its time limit."""
    if session.config.option.collectonly:
        return
    for item in session.items:
        if not isinstance(item, pytest.Function):
            continue
        if hasattr(item, "callspec") and "version" in item.callspec.params:
            _fetch(str(item.callspec.params["version"]))
        if "old_server" in item.fixturenames:
            _fetch(fetch.OLD_VERSION)


@pytest.fixture(
    scope="session",
    # One pytest-xdist worker (--dist loadgroup) runs all tests of one version on one server.
    params=[
        pytest.param(version, marks=pytest.mark.xdist_group(f"qbittorrent-{version}"))
        for version in fetch.versions()
    ],
)
def version(request: pytest.FixtureRequest) -> str:
    """The version of the test bed: "5.1" or "5.3" (``server.version`` is the exact one)."""
    return str(request.param)


@pytest.fixture(scope="session")
def installation(version: str) -> fetch.Installation:
    """The qBittorrent of that version, not running."""
    return _installation(version)


@pytest.fixture(scope="session")
def shared_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedServer]:
    """What ``server`` hands to one test after the other; stopped after the last test of all.

    Not one fixture for each version: pytest would stop a server whenever the next test asks for
    the other version, which with pytest-xdist may be every test.
    """
    with ExitStack() as running:
        servers: dict[str, Server] = {}

        def shared(installation: fetch.Installation) -> Server:
            if installation.version not in servers:
                server = Server(installation, tmp_path_factory.mktemp("qbittorrent"))
                servers[installation.version] = running.enter_context(server)
            return servers[installation.version]

        yield shared


@pytest.fixture
def server(installation: fetch.Installation, shared_servers: SharedServer) -> Iterator[Server]:
    """A running server as good as new; the test must leave no torrent and no task in it.

    It is shared: a test that ends, suspends, moves or reconfigures a server, or has itself banned,
    takes ``own_server``. One that leaves something on purpose ends with ``server.reset()``.
    """
    shared = shared_servers(installation)
    _make_as_new(shared)
    yield shared
    assert_clean(shared)


@pytest.fixture
def start_server(
    installation: fetch.Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StartServer]:
    """Start servers of the test's own, in 0.2 s each."""
    with ExitStack() as running:

        def start(settings: Mapping[str, str] | None = None) -> Server:
            folder = tmp_path_factory.mktemp("qbittorrent")
            return running.enter_context(Server(installation, folder, settings=settings))

        yield start


@pytest.fixture
def own_server(start_server: StartServer) -> Server:
    """A running server of the test's own, to do anything to."""
    return start_server()


@pytest.fixture(scope="session")
def old_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running qBittorrent 4.5, which has no Torrent Creator."""
    installation = _installation(fetch.OLD_VERSION)
    with Server(installation, tmp_path_factory.mktemp("qbittorrent")) as server:
        yield server


@pytest.fixture
def proxy(server: Server) -> Iterator[RecordingProxy]:
    """A proxy in front of ``server`` that records its traffic, and breaks it when told to."""
    with RecordingProxy(server) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tls.Certificate:
    """A certificate for loopback whose CA nobody trusts yet."""
    return tls.certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def content_dir(tmp_path: Path) -> Path:
    """An empty folder that the test and the server both see at the same path."""
    folder = tmp_path / "content"
    folder.mkdir()
    return folder


def _fetch(version: str) -> fetch.Installation | fetch.TestbedUnavailable:
    if version not in _FETCHED:
        try:
            _FETCHED[version] = fetch.qbittorrent(version)
        except fetch.TestbedUnavailable as reason:
            _FETCHED[version] = reason
    return _FETCHED[version]


def _installation(version: str) -> fetch.Installation:
    fetched = _fetch(version)
    if isinstance(fetched, fetch.Installation):
        return fetched
    if os.environ.get("CI"):
        pytest.fail(str(fetched), pytrace=False)
    pytest.skip(str(fetched))


def _make_as_new(server: Server) -> None:
    """Whatever the test before did to it, if need be by force."""
    if server.pid is None:
        server.renew()
    try:
        server.reset()
    except (APIError, TimeoutError):
        server.renew()
