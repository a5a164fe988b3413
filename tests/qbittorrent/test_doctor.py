"""`seedwright doctor`: what it finds about one client, and what it leaves there."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
import requests
import trustme

from seedwright.cli.wording import shown
from seedwright.clients.base import Habits
from seedwright.clients.examination import Finding, Verdict
from seedwright.clients.path_map import PathMap
from seedwright.clients.qbittorrent import connection as connection_module
from seedwright.clients.qbittorrent import reach
from seedwright.clients.qbittorrent.connection import Patience
from seedwright.clients.qbittorrent.doctor import LONG_QUEUE, STEPS, examine
from seedwright.clients.qbittorrent.mapping_search import Bounds, suggest
from seedwright.errors import (
    CapabilityError,
    ContentNotFoundError,
    EmptyContentError,
    ExitCode,
)
from tests.qbittorrent.support import CommandLine, connection_to
from tests.testbed import faults
from tests.testbed.fakes import HangingHost, NotQBittorrent, closed_port
from tests.testbed.proxy import RecordingProxy
from tests.testbed.web import Answer, LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from seedwright.clients.qbittorrent.mapping_search import Suggestion
    from tests.qbittorrent.support import Address, Outcome
    from tests.testbed.faults import Action, Exchange
    from tests.testbed.server import Server
    from tests.testbed.tls import Certificate

QUICK = {"connection_timeout": 0.3, "read_timeout": 0.3}


@pytest.fixture(autouse=True)
def _no_proxies_or_refusals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name in {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}:
            monkeypatch.delenv(name)
    yield
    connection_module._refusals.clear()


async def findings(
    address: Address,
    mapping: Mapping[str, str] | None = None,
    *,
    patience: Patience | None = None,
    client: Mapping[str, Any] | None = None,
    **asked: Any,
) -> list[Finding]:
    """What an examination finds, with the connection closed behind it."""
    connection = connection_to(address, patience, **(client or {}))
    try:
        return [
            finding
            async for finding in examine(connection, PathMap(mapping or {}), Habits(**asked))
        ]
    finally:
        await connection.close()


def of(step: str, found: list[Finding]) -> Finding:
    """The one finding of a step."""
    (finding,) = [finding for finding in found if finding.step == step]
    return finding


def verdicts(found: list[Finding]) -> dict[str, str]:
    return {finding.step: finding.verdict.value for finding in found}


def brief(finding: Finding) -> tuple[str, str]:
    return finding.verdict.value, finding.text


def contained(mounts: Mapping[str, Path]) -> Action:
    """The client's view of the disk from a container that has these folders and no others."""

    def act(exchange: Exchange) -> Answer | None:
        form = exchange.request.form
        for inside, outside in mounts.items():
            rest = form["dirPath"].removeprefix(inside)
            if rest != form["dirPath"] and rest[:1] in ("", "/"):
                exchange.request.body = urlencode({**form, "dirPath": f"{outside}{rest}"}).encode()
                return exchange.forward()
        return Answer(404, b"Directory does not exist")

    return act


def fill(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(name)
    return folder


# A good setup


async def test_a_good_setup_passes_every_step(
    proxy: RecordingProxy, server: Server, content_dir: Path
) -> None:
    fill(content_dir, "a", "b", ".hidden")
    with server.api() as api:
        api.torrents_create_category("books")

    found = await findings(
        proxy,
        {str(content_dir): str(content_dir)},
        category="books",
        save_path=str(content_dir),
    )

    assert not [finding for finding in found if finding.verdict is Verdict.FAIL]
    assert {step: v for step, v in verdicts(found).items() if step != "versions"} == {
        "name": "pass",
        "port": "pass",
        "tls": "skip",
        "sign-in": "pass",
        "torrent creator": "pass",
        "category": "pass",
        "save path": "pass",
        "mapping": "pass",
        "seeding": "pass",
    }
    assert [finding.step for finding in found if finding.step != "versions"] == [
        step for step in STEPS if step != "versions"
    ]
    assert server.version in next(finding.text for finding in found if finding.step == "versions")
    assert brief(of("mapping", found)) == (
        "pass",
        f"{content_dir} → {content_dir}: 2 of 2 names match",
    )
    assert proxy.logins == 1
    assert proxy.open_sessions() == []


async def test_what_this_version_lacks_is_a_warning(server: Server) -> None:
    found = await findings(server)

    warnings = [f.text for f in found if (f.step, f.verdict) == ("versions", Verdict.WARN)]
    old = server.version.startswith("5.1")
    assert warnings == (["torrents cannot include hidden files"] if old else [])


async def test_each_way_in_is_told(server: Server) -> None:
    assert of("sign-in", await findings(server)).text == "signed in as admin"
    nobody = {"username": None, "password": None}
    with server.api() as api:
        api.app_set_preferences({"bypass_local_auth": True})
        key = None if server.version.startswith("5.1") else api.app_rotate_api_key()["apiKey"]
    assert of("sign-in", await findings(server, client=nobody)).text == "no sign-in needed"
    if key:
        found = await findings(server, client={**nobody, "api_key": key})
        assert of("sign-in", found).text == "signed in with the API key"


# No way there


def rest_is_skipped(found: list[Finding], step: str) -> bool:
    """Whether STEP was the last one tested, and every later one is there and skipped."""
    after = found[[finding.step for finding in found].index(step) + 1 :]
    return [finding.step for finding in after] == list(STEPS[STEPS.index(step) + 1 :]) and all(
        brief(finding) == ("skip", f"not tested, because the {step} test failed")
        for finding in after
    )


async def test_a_closed_port_is_told_and_the_rest_skipped() -> None:
    with closed_port() as port:
        address = HangingHost()
        with address:
            found = await findings(address, client={"port": port})

    failure = of("port", found)
    assert brief(failure) == ("fail", f"nothing listens at 127.0.0.1 port {port}")
    assert failure.exit_code == ExitCode.CONNECTION
    assert rest_is_skipped(found, "port")


async def test_a_name_that_is_none_is_told() -> None:
    with HangingHost() as address:
        found = await findings(address, client={"host": "x" * 64 + ".example"})

    failure = of("name", found)
    assert failure.text == f"the host {'x' * 64}.example does not exist"
    assert failure.exit_code == ExitCode.CONNECTION
    assert rest_is_skipped(found, "name")


async def test_a_name_server_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_answer(*_: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", no_answer)
    with HangingHost() as address:
        found = await findings(address, client={"host": "nas"})

    assert of("name", found).text == "the look-up of nas got no answer"


async def test_a_name_server_that_hangs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: ended.wait())
    with HangingHost() as address:
        found = await findings(address, client={"host": "nas", **QUICK})
    ended.set()

    assert of("name", found).text == "the look-up of nas took longer than 0.3 s"


async def test_a_silent_host_is_told() -> None:
    with socket.socket() as listener, contextlib.ExitStack() as waiting:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        # A full backlog: the kernel leaves every further connection unanswered.
        for _ in range(4):
            other = waiting.enter_context(socket.socket())
            other.setblocking(False)
            other.connect_ex(listener.getsockname())
        with HangingHost() as address:
            port = listener.getsockname()[1]
            found = await findings(address, client={"port": port, **QUICK})

    failure = of("port", found)
    assert failure.text == f"127.0.0.1 port {port} did not accept the connection within 0.3 s"
    assert failure.hint == "check the host, the port and the firewall, or raise connection_timeout"


def resolving_to(*addresses: tuple[str, int]) -> Callable[..., list[tuple[object, ...]]]:
    """A getaddrinfo that gives these addresses."""
    return lambda *_: [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in addresses
    ]


async def test_a_first_address_that_is_silent_is_a_warning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def connect(address: reach._Address, limit: float) -> socket.socket:
        if str(address) == "192.0.2.1":
            raise TimeoutError
        return real(address, limit)

    real = reach._connect
    monkeypatch.setattr(reach, "_connect", connect)
    with HangingHost() as address:
        here = ("127.0.0.1", address.port)
        monkeypatch.setattr(socket, "getaddrinfo", resolving_to(("192.0.2.1", 1), here))
        endpoint = connection_to(address, host="nas").endpoint
        found = [finding async for finding in reach.reach(endpoint)]

    assert of("name", found).text == "nas is 192.0.2.1 and 127.0.0.1"
    warning = of("port", found)
    assert warning.verdict is Verdict.WARN
    assert "192.0.2.1, which is tried first, does not respond" in warning.text
    assert warning.hint == "set host to 127.0.0.1: the other address costs 10 s a connection"


async def test_a_second_address_that_refuses_is_no_trouble(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with HangingHost() as address, closed_port() as port:
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            resolving_to(("127.0.0.1", port), ("127.0.0.1", address.port)),
        )
        endpoint = connection_to(address, host="nas").endpoint
        found = [finding async for finding in reach.reach(endpoint)]

    assert of("port", found).verdict is Verdict.PASS


async def test_a_host_that_cannot_be_reached_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(reach, "_connect", unreachable)
    with HangingHost() as address:
        found = await findings(address)

    failure = of("port", found)
    assert failure.text.endswith("cannot be reached: network is unreachable")
    assert failure.hint == "check host, and this machine's network"


async def test_a_host_that_hangs_is_told() -> None:
    with HangingHost() as address:
        found = await findings(address, client=QUICK)

    failure = of("sign-in", found)
    assert failure.verdict is Verdict.FAIL
    assert "did not respond within 0.3 s" in failure.text
    assert failure.exit_code == ExitCode.CONNECTION
    assert rest_is_skipped(found, "sign-in")


async def test_another_web_server_is_told() -> None:
    with NotQBittorrent() as address:
        found = await findings(address)

    failure = of("sign-in", found)
    assert failure.verdict is Verdict.FAIL
    assert "is not a qBittorrent Web UI" in failure.text
    assert failure.exit_code == ExitCode.CONNECTION


async def test_a_proxy_of_the_environment_is_told_without_its_password(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closed_port() as port, monkeypatch.context() as environment:
        environment.setenv("HTTP_PROXY", f"http://me:secret@127.0.0.1:{port}")
        found = await findings(server, patience=Patience(0.1))

    assert brief(of("name", found)) == (
        "warn",
        f"requests go through the proxy 127.0.0.1:{port}, as the environment says",
    )
    assert (of("port", found).verdict, of("tls", found).verdict) == (Verdict.SKIP, Verdict.SKIP)
    assert of("sign-in", found).verdict is Verdict.FAIL
    assert "secret" not in str(found)


# TLS


@pytest.fixture
def secured(server: Server, certificate: Certificate) -> Iterator[RecordingProxy]:
    with RecordingProxy(server, tls=certificate.server_context()) as proxy:
        yield proxy


async def test_a_trusted_certificate_is_shown(
    secured: RecordingProxy, certificate: Certificate
) -> None:
    client = {"use_https": True, "verify_tls": certificate.ca_bundle}
    found = await findings(secured, client=client)

    verdict, text = brief(of("tls", found))
    assert verdict == "pass"
    assert text.startswith("the certificate of 127.0.0.1 and localhost, issued by ")
    assert " is trusted and valid until " in text
    assert of("sign-in", found).verdict is Verdict.PASS
    assert secured.open_sessions() == []


async def test_a_certificate_of_an_unknown_authority_fails(secured: RecordingProxy) -> None:
    found = await findings(secured, client={"use_https": True})

    failure = of("tls", found)
    assert failure.verdict is Verdict.FAIL
    assert "is not trusted" in failure.text
    assert "verify_tls" in failure.hint
    assert failure.exit_code == ExitCode.CONNECTION
    assert rest_is_skipped(found, "tls")
    assert secured.requests == []


async def test_a_certificate_that_is_not_checked_is_a_warning(secured: RecordingProxy) -> None:
    found = await findings(secured, client={"use_https": True, "verify_tls": False})

    warning = of("tls", found)
    assert warning.verdict is Verdict.WARN
    assert warning.text.startswith("the certificate is not checked, because verify_tls is false; ")
    assert of("sign-in", found).verdict is Verdict.PASS


async def test_a_certificate_that_need_not_go_unchecked_is_a_warning(
    secured: RecordingProxy, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests.utils, "DEFAULT_CA_BUNDLE_PATH", str(certificate.ca_bundle))
    found = await findings(secured, client={"use_https": True, "verify_tls": False})

    warning = of("tls", found)
    assert warning.verdict is Verdict.WARN
    assert warning.hint == "set verify_tls to true"


async def test_the_bundle_of_the_environment_counts_as_it_does_for_requests(
    secured: RecordingProxy, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.ca_bundle))
    found = await findings(secured, client={"use_https": True})

    assert (of("tls", found).verdict, of("sign-in", found).verdict) == (
        Verdict.PASS,
        Verdict.PASS,
    )


def certificate_until(end: datetime, folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context with a certificate that ends then, and its authority."""
    ca = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1", common_name="nas", not_after=end).configure_cert(context)
    ca.cert_pem.write_to_path(str(folder / "ca.pem"))
    return context, folder / "ca.pem"


@pytest.mark.parametrize(("days", "verdict"), [(13, "warn"), (15, "pass")])
async def test_a_certificate_that_ends_soon_is_a_warning(
    days: int, verdict: str, tmp_path: Path
) -> None:
    end = datetime.now(UTC) + timedelta(days=days, hours=1)
    context, bundle = certificate_until(end, tmp_path)
    with LoopbackServer(lambda _: Answer(404), tls=context) as address:
        endpoint = connection_to(address, use_https=True, verify_tls=bundle).endpoint
        found = [finding async for finding in reach.reach(endpoint)]

    assert of("tls", found).verdict.value == verdict
    assert f"valid until {end:%Y-%m-%d}" in of("tls", found).text


async def test_a_server_without_tls_is_told() -> None:
    with NotQBittorrent() as address:
        found = await findings(address, client={"use_https": True})

    failure = of("tls", found)
    assert "does not speak TLS" in failure.text
    assert failure.hint.startswith("set use_https to false")


async def test_a_server_with_tls_is_told_where_https_is_off(secured: RecordingProxy) -> None:
    found = await findings(secured, client=QUICK)

    failure = of("sign-in", found)
    assert failure.exit_code == ExitCode.CONNECTION
    assert failure.hint == "this port speaks TLS: set use_https to true"


async def test_a_handshake_without_an_answer_is_told() -> None:
    with HangingHost() as address:
        found = await findings(address, client={"use_https": True, **QUICK})

    assert of("tls", found).text == "the TLS handshake got no answer within 0.3 s"
    assert rest_is_skipped(found, "tls")


async def test_a_handshake_that_breaks_off_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def reset(*_: object, **__: object) -> None:
        raise ConnectionResetError(104, "Connection reset by peer")

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", reset)
    with HangingHost() as address:
        found = await findings(address, client={"use_https": True})

    assert of("tls", found).text == "the TLS handshake failed: connection reset by peer"


async def test_a_bundle_that_is_none_is_told(tmp_path: Path) -> None:
    bundle = fill(tmp_path, "notes.txt") / "notes.txt"
    with HangingHost() as address:
        found = await findings(address, client={"use_https": True, "verify_tls": bundle})

    assert of("tls", found).text == f"cannot read the CA bundle {bundle}"


# Signing in, versions, Torrent Creator


async def test_a_wrong_password_is_one_login_and_no_more(proxy: RecordingProxy) -> None:
    found = await findings(proxy, client={"password": "wrong"})

    failure = of("sign-in", found)
    assert failure.verdict is Verdict.FAIL
    assert "refused" in failure.text
    assert failure.exit_code == ExitCode.SIGN_IN
    assert rest_is_skipped(found, "sign-in")
    assert proxy.logins == 1
    assert proxy.open_sessions() == []


async def test_an_old_server_fails_at_the_torrent_creator(old_server: Server) -> None:
    found = await findings(old_server, {"/srv": "/data"}, save_path="/data")

    failure = of("torrent creator", found)
    assert failure.verdict is Verdict.FAIL
    assert "5.0 or later" in failure.hint
    assert failure.exit_code == ExitCode.FAILED
    assert of("versions", found).verdict is Verdict.PASS
    assert of("save path", found).verdict is Verdict.SKIP
    assert of("mapping", found).verdict is Verdict.SKIP
    assert of("save path", await findings(old_server)).verdict is Verdict.SKIP


def queue_of(active: int, finished: int = 0) -> Action:
    rows = ["Running"] * active + ["Finished"] * finished
    body = [{"taskID": str(i), "sourcePath": "/x", "status": s} for i, s in enumerate(rows)]
    return lambda _: Answer(200, json.dumps(body).encode(), [("Content-Type", "application/json")])


@pytest.mark.parametrize(
    ("active", "verdict", "count"),
    [
        (0, "pass", "no task"),
        (1, "pass", "1 task"),
        (LONG_QUEUE, "pass", f"{LONG_QUEUE} tasks"),
        (LONG_QUEUE + 1, "warn", f"{LONG_QUEUE + 1} tasks"),
    ],
)
async def test_a_long_queue_is_a_warning(
    proxy: RecordingProxy, active: int, verdict: str, count: str
) -> None:
    proxy.on("torrentcreator/status", queue_of(active, finished=20))
    found = await findings(proxy)

    assert of("torrent creator", found).verdict.value == verdict
    assert f"with {count} in progress" in of("torrent creator", found).text


async def test_a_step_that_is_refused_does_not_stop_the_others(proxy: RecordingProxy) -> None:
    proxy.on("torrentcreator/status", faults.status(400, "no"))
    found = await findings(proxy)

    failure = of("torrent creator", found)
    assert (failure.verdict, failure.exit_code) == (Verdict.FAIL, ExitCode.FAILED)
    assert of("save path", found).verdict is Verdict.PASS


async def test_a_server_that_goes_away_ends_the_examination(proxy: RecordingProxy) -> None:
    proxy.on("torrentcreator/status", faults.drop)
    found = await findings(proxy, patience=Patience(0.1, 0.1))

    assert of("torrent creator", found).exit_code == ExitCode.CONNECTION
    assert rest_is_skipped(found, "torrent creator")
    assert proxy.open_sessions() == []


# Category and save path


@pytest.mark.parametrize(
    ("asked", "verdict", "text"),
    [
        ({}, "skip", "no category is set"),
        ({"category": "new"}, "pass", "'new' does not exist yet and will be created"),
        ({"category": "new", "create_category": False}, "fail", "'new' does not exist"),
        (
            {"category": "new", "auto_management": True},
            "fail",
            "'new' does not exist, and automatic management needs its save path",
        ),
        ({"category": "old"}, "pass", "'old' exists"),
    ],
)
async def test_the_category_is_looked_up(
    server: Server, asked: dict[str, Any], verdict: str, text: str
) -> None:
    with server.api() as api:
        api.torrents_create_category("old")

    assert brief(of("category", await findings(server, **asked))) == (verdict, text)
    with server.api() as api:
        assert list(api.torrents_categories()) == ["old"]


async def test_the_folder_of_automatic_management_is_looked_for(
    server: Server, content_dir: Path
) -> None:
    with server.api() as api:
        api.torrents_create_category("here", save_path=str(content_dir))
        api.torrents_create_category("gone", save_path=f"{content_dir}/gone")

    found = await findings(server, category="here", auto_management=True)
    assert brief(of("category", found)) == (
        "pass",
        f"'here' exists; automatic management looks for its content in {content_dir}",
    )
    assert of("save path", found).verdict is Verdict.SKIP
    found = await findings(server, category="gone", auto_management=True)
    assert of("category", found).verdict is Verdict.WARN
    assert of("category", found).text.endswith(
        f"{content_dir}/gone, which qBittorrent does not see"
    )


async def test_a_save_path_goes_through_the_mapping(server: Server, content_dir: Path) -> None:
    found = await findings(server, {"/srv/here": str(content_dir)}, save_path="/srv/here")

    assert brief(of("save path", found)) == (
        "pass",
        f"qBittorrent sees {content_dir} (mapping /srv/here → {content_dir})",
    )


async def test_a_save_path_that_is_not_there_fails(server: Server, content_dir: Path) -> None:
    fill(content_dir, "other")
    found = await findings(server, save_path=f"{content_dir}/wrong/way")

    failure = of("save path", found)
    assert brief(failure) == ("fail", f"qBittorrent does not see {content_dir}/wrong/way")
    assert failure.hint == f"correct save_path: in {content_dir} it sees 'other'"


async def test_a_default_save_path_that_is_not_there_is_a_warning(server: Server) -> None:
    server.profile.downloads.rmdir()
    try:
        found = await findings(server)
    finally:
        server.profile.downloads.mkdir()

    warning = of("save path", found)
    assert brief(warning) == (
        "warn",
        f"qBittorrent does not see {server.profile.downloads}, its default",
    )
    assert f"in {server.profile.folder} it sees " in warning.hint
    assert brief(of("mapping", found)) == ("skip", "no mapping is set")


async def test_automatic_management_without_a_category_takes_the_default(server: Server) -> None:
    found = await findings(server, auto_management=True, save_path="/ignored")

    assert brief(of("save path", found)) == (
        "pass",
        f"qBittorrent sees {server.profile.downloads}, its default",
    )


# Mappings


async def test_a_mapping_is_tested_on_both_sides(proxy: RecordingProxy, tmp_path: Path) -> None:
    fill(tmp_path / "media", "a", "b", "c")
    (tmp_path / "link").symlink_to("media")
    proxy.on("getDirectoryContent", contained({"/data": tmp_path / "media"}))

    found = await findings(proxy, {f"{tmp_path}/link": "/data"})

    assert brief(of("mapping", found)) == (
        "pass",
        f"{tmp_path}/link → /data: 3 of 3 names match",
    )


async def test_a_mapping_of_a_folder_that_is_not_here_fails(server: Server, tmp_path: Path) -> None:
    file = fill(tmp_path, "file") / "file"
    mapping = {f"{tmp_path}/gone": str(tmp_path), str(file): str(tmp_path)}

    gone, no_folder = [f for f in await findings(server, mapping) if f.step == "mapping"]

    assert (gone.verdict, no_folder.verdict) == (Verdict.FAIL, Verdict.FAIL)
    assert gone.text.endswith(
        f": cannot read {tmp_path}/gone on this machine: no such file or directory"
    )
    assert no_folder.text.endswith(f": cannot read {file} on this machine: not a directory")
    assert gone.hint == "correct the left side of the row"


async def test_a_mapping_to_a_folder_that_is_not_there_fails(
    server: Server, tmp_path: Path
) -> None:
    here = fill(tmp_path / "my media", "a")

    failure = of("mapping", await findings(server, {str(here): f"{here}/x/y"}))

    assert brief(failure) == ("fail", f"{here} → {here}/x/y: qBittorrent does not see {here}/x/y")
    assert failure.exit_code == ExitCode.FAILED
    assert shown(failure.hint) == (
        f"correct the right side of the row: in {here} it sees 'a';"
        f" `seedwright doctor --suggest-mapping '{here}'` finds the right one"
    )


async def test_a_mapping_to_nowhere_at_all_fails(proxy: RecordingProxy, tmp_path: Path) -> None:
    proxy.on("getDirectoryContent", contained({}))

    failure = of("mapping", await findings(proxy, {str(tmp_path): "/data/tv"}))

    assert "it sees none of the parent folders" in failure.hint


async def test_a_mapping_to_another_folder_fails(server: Server, tmp_path: Path) -> None:
    here, there = fill(tmp_path / "here", "a"), fill(tmp_path / "there", "b")

    failure = of("mapping", await findings(server, {str(here): str(there)}))

    assert brief(failure) == (
        "fail",
        f"{here} → {there}: not the same folder; only here: 'a'; only in qBittorrent: 'b'",
    )


async def test_a_mapping_that_agrees_in_part_is_a_warning(server: Server, tmp_path: Path) -> None:
    here, there = fill(tmp_path / "here", "a", "b"), fill(tmp_path / "there", "a")

    assert brief(of("mapping", await findings(server, {str(here): str(there)}))) == (
        "warn",
        f"{here} → {there}: 1 of 2 names match; only here: 'b'",
    )


async def test_sizes_count_where_the_server_tells_them(server: Server, tmp_path: Path) -> None:
    here, there = fill(tmp_path / "here", "a"), fill(tmp_path / "there", "a")
    (there / "a").write_text("longer than here")

    verdict = of("mapping", await findings(server, {str(here): str(there)})).verdict
    assert verdict is (Verdict.PASS if server.version.startswith("5.1") else Verdict.FAIL)


async def test_a_mapping_of_empty_folders_is_a_warning(server: Server, tmp_path: Path) -> None:
    warning = of("mapping", await findings(server, {str(tmp_path): str(tmp_path)}))

    assert warning.verdict is Verdict.WARN
    assert "both folders are empty" in warning.text


async def test_a_name_that_stops_the_listing_is_told(server: Server, tmp_path: Path) -> None:
    broken = os.fsdecode(b"caf\xe9")
    (fill(tmp_path, "a") / broken).touch()

    warning = of("mapping", await findings(server, {str(tmp_path): str(tmp_path)}))

    assert "qBittorrent stops listing a folder at a name that is not UTF-8" in warning.text
    assert warning.hint == f"rename '{broken}'"


async def test_without_a_mapping_the_default_folder_is_compared(
    proxy: RecordingProxy, server: Server, tmp_path: Path
) -> None:
    downloads = server.profile.downloads
    assert brief(of("mapping", await findings(proxy))) == (
        "pass",
        f"no mapping is set, and {downloads} is empty on both sides",
    )
    file = fill(downloads, "a") / "a"
    assert brief(of("mapping", await findings(proxy))) == (
        "pass",
        f"no mapping is set, and {downloads} is the same here and in qBittorrent",
    )
    proxy.on("getDirectoryContent", contained({str(downloads): fill(tmp_path, "b")}))
    warning = of("mapping", await findings(proxy))
    file.unlink()
    assert brief(warning) == (
        "warn",
        (
            f"no mapping is set, and {downloads} differs here and in qBittorrent; only here: 'a';"
            " only in qBittorrent: 'b'"
        ),
    )
    assert "--suggest-mapping HOSTDIR" in shown(warning.hint)


async def test_a_default_folder_that_is_not_here_may_need_a_mapping(
    proxy: RecordingProxy, server: Server, tmp_path: Path
) -> None:
    with server.api() as api:
        api.app_set_preferences({"save_path": "/a folder of the container"})
    proxy.on("getDirectoryContent", contained({"/a folder of the container": tmp_path}))

    warning = of("mapping", await findings(proxy))

    assert brief(warning) == (
        "warn",
        "no mapping is set, and qBittorrent's folder /a folder of the container is not on this machine",
    )


# Finding a mapping


async def suggestion(
    address: Address, host_dir: Path, mapping: Mapping[str, str] | None = None, **bounds: Any
) -> Suggestion:
    connection = connection_to(address)
    try:
        return await suggest(
            connection, str(host_dir), PathMap(mapping or {}), bounds=Bounds(**bounds)
        )
    finally:
        await connection.close()


async def test_a_mapping_is_found(proxy: RecordingProxy, tmp_path: Path) -> None:
    fill(tmp_path / "media" / "tv", "a", "b")
    fill(tmp_path / "media" / "films", "c")
    proxy.on("getDirectoryContent", contained({"/data": tmp_path / "media"}))

    for host_dir in ("media", "media/tv"):
        found = await suggestion(proxy, tmp_path / host_dir)

        (candidate,) = found.candidates
        assert str(candidate.mapping) == f"{tmp_path}/media → /data"
        assert (found.in_force, found.is_complete) == (False, True)
    assert proxy.open_sessions() == []


async def test_a_mapping_is_found_in_a_categorys_folder(
    proxy: RecordingProxy, server: Server, tmp_path: Path
) -> None:
    with server.api() as api:
        api.torrents_create_category("tv", save_path="/far/down/there/is/a/folder/for/tv")
        api.torrents_create_category("plain")
    proxy.on("getDirectoryContent", contained({"/far/down/there/is/a": fill(tmp_path, "x")}))

    (candidate,) = (await suggestion(proxy, tmp_path)).candidates

    assert str(candidate.mapping) == f"{tmp_path} → /far/down/there/is/a"


async def test_equally_good_folders_are_all_told(proxy: RecordingProxy, tmp_path: Path) -> None:
    media = fill(tmp_path / "media", "a")
    proxy.on("getDirectoryContent", contained({"/data": media, "/downloads": media}))

    found = await suggestion(proxy, media)

    assert [str(each.mapping.client) for each in found.candidates] == ["/data", "/downloads"]


async def test_a_mapping_that_is_right_is_told(proxy: RecordingProxy, tmp_path: Path) -> None:
    media = fill(tmp_path / "media", "a")
    proxy.on("getDirectoryContent", contained({"/data": media, "/downloads": media}))

    found = await suggestion(proxy, media, {str(tmp_path / "media"): "/downloads"})

    assert found.in_force
    assert [str(each.mapping.client) for each in found.candidates] == ["/downloads"]


async def test_no_mapping_is_suggested_where_none_is_needed(server: Server, tmp_path: Path) -> None:
    found = await suggestion(server, fill(tmp_path / "media", "a name of its own"), folders=1)

    assert found.in_force
    assert [str(each.mapping.client) for each in found.candidates] == [str(tmp_path / "media")]


async def test_nothing_is_suggested_where_nothing_is_alike(
    proxy: RecordingProxy, tmp_path: Path
) -> None:
    fill(tmp_path / "media", "a")
    proxy.on("getDirectoryContent", contained({"/data": fill(tmp_path / "other", "b")}))

    found = await suggestion(proxy, tmp_path / "media")

    assert (found.candidates, found.folders, found.is_complete) == ((), 1, True)


async def test_there_must_be_something_to_compare(server: Server, tmp_path: Path) -> None:
    with pytest.raises(ContentNotFoundError, match="cannot read"):
        await suggestion(server, tmp_path / "gone")
    fill(tmp_path, ".hidden")
    with pytest.raises(EmptyContentError, match="nothing in it to compare"):
        await suggestion(server, tmp_path)


async def test_an_old_server_cannot_be_searched(old_server: Server, tmp_path: Path) -> None:
    with pytest.raises(CapabilityError):
        await suggestion(old_server, tmp_path)


# The command


async def run(seedwright: CommandLine, *arguments: str | Path) -> Outcome:
    return await asyncio.to_thread(seedwright.run, "doctor", *arguments)


async def test_the_command_prints_a_line_a_finding(proxy: RecordingProxy, tmp_path: Path) -> None:
    fill(tmp_path / "media", "a")
    seedwright = CommandLine(
        tmp_path / "out",
        proxy,
        category="gone",
        create_category=False,
        docker_path_mapping={f"{tmp_path}/media": f"{tmp_path}/media"},
    )

    ended = await run(seedwright)

    lines = ended.out.splitlines()
    assert (ended.code, ended.err) == (1, "")
    assert lines[0] == f"qBittorrent at http://127.0.0.1:{proxy.port}"
    assert lines[1] == "  pass  name             127.0.0.1 needs no look-up"
    category = lines.index("  fail  category         'gone' does not exist")
    assert lines[category + 1].strip().startswith("hint: create it in qBittorrent")
    assert lines[-1].startswith("  1 failure")
    assert "\x1b" not in ended.out
    assert proxy.open_sessions() == []


async def test_the_command_prints_one_line_for_all_that_is_skipped(tmp_path: Path) -> None:
    with closed_port() as port, HangingHost() as address:
        ended = await run(CommandLine(tmp_path, address, port=port))

    assert ended.code == 4
    assert ended.out.splitlines()[-2:] == [
        "  skip  the rest         not tested, because the port test failed",
        "  1 failure",
    ]


async def test_the_command_prints_json(proxy: RecordingProxy, tmp_path: Path) -> None:
    good = await run(CommandLine(tmp_path, proxy), "--json")
    bad = await run(CommandLine(tmp_path, proxy, password="wrong"), "--json")

    (row,) = good.rows
    assert (good.code, good.err, row["client"], row["ok"]) == (0, "", "default", True)
    assert {finding["step"] for finding in row["findings"]} == set(STEPS)
    (row,) = bad.rows
    assert (bad.code, row["ok"]) == (3, False)
    assert row["findings"][3]["verdict"] == "fail"
    assert proxy.logins == 2
    assert proxy.open_sessions() == []


async def test_the_command_visits_every_client_and_ends_with_the_worst(
    server: Server, tmp_path: Path
) -> None:
    sign_in = {"username": "admin", "password": "adminadmin"}
    good = {"host": "127.0.0.1", "port": server.port, **sign_in}
    seedwright = CommandLine(tmp_path, server)
    with closed_port() as port:
        settings = {"clients": {"good": good, "bad": {"host": "127.0.0.1", "port": port}}}
        (tmp_path / "seedwright.yaml").write_text(json.dumps(settings))
        others = await run(seedwright, "--json")
        text = await run(seedwright)
        (tmp_path / "seedwright.yaml").write_text(json.dumps({"qbittorrent": good, **settings}))
        every = await run(seedwright, "--json")
        one = await run(seedwright, "--client", "good", "--json")

    assert (others.code, [row["client"] for row in others.rows]) == (4, ["good", "bad"])
    assert f"\n\nqBittorrent 'bad' at http://127.0.0.1:{port}\n" in text.out
    assert (every.code, [row["client"] for row in every.rows]) == (4, ["default", "good", "bad"])
    assert (one.code, [row["client"] for row in one.rows]) == (0, ["good"])


async def test_the_command_knows_its_clients(server: Server, tmp_path: Path) -> None:
    ended = await run(CommandLine(tmp_path, server), "--client", "nas")

    assert (ended.code, ended.out) == (2, "")
    assert "client 'nas' does not exist" in ended.err


async def test_the_command_prints_a_mapping_to_paste(proxy: RecordingProxy, tmp_path: Path) -> None:
    media = fill(tmp_path / "my: media", "a")
    proxy.on("getDirectoryContent", contained({"/data": media}))
    seedwright = CommandLine(tmp_path / "out", proxy)
    arguments = ("--suggest-mapping", "../my: media")

    text = await run(seedwright, *arguments)
    rows = (await run(seedwright, *arguments, "--json")).rows

    assert text.code == 0
    assert text.out.splitlines()[1:] == [
        f"  pass  mapping          {media} → /data: 1 of 1 names match",
        "",
        "qbittorrent:",
        "  docker_path_mapping:",
        f"    '{media}': /data",
    ]
    assert [(row["ok"], row["in_force"], row["suggestions"]) for row in rows] == [
        (
            True,
            False,
            [{"host": str(media), "client": "/data", "agreeing": 1, "compared": 1}],
        )
    ]
    assert proxy.open_sessions() == []


async def test_the_mapping_of_a_named_client_goes_under_its_name(
    proxy: RecordingProxy, tmp_path: Path
) -> None:
    media = fill(tmp_path / "media", "a")
    proxy.on("getDirectoryContent", contained({"/data": media}))
    seedwright = CommandLine(tmp_path / "out", proxy)
    file = seedwright.folder / "seedwright.yaml"
    settings = json.loads(file.read_text())
    file.write_text(json.dumps({"clients": {"nas": settings["qbittorrent"]}}))

    ended = await run(seedwright, "--suggest-mapping", media)

    assert ended.out.splitlines()[3:] == [
        "clients:",
        "  nas:",
        "    docker_path_mapping:",
        f"      {media}: /data",
    ]


@pytest.mark.parametrize("state", ["in force", "gone", "unlike"])
async def test_nothing_is_printed_to_paste_where_there_is_nothing(
    proxy: RecordingProxy, tmp_path: Path, state: str
) -> None:
    media = fill(tmp_path / "media", "a")
    mounts = {"/data": fill(tmp_path / "other", "b")} if state == "unlike" else {"/data": media}
    proxy.on("getDirectoryContent", contained(mounts))
    seedwright = CommandLine(tmp_path / "out", proxy, docker_path_mapping={str(media): "/data"})

    ended = await run(
        seedwright, "--suggest-mapping", tmp_path / "gone" if state == "gone" else media
    )

    assert ended.code == {"in force": 0, "gone": 5, "unlike": 1}[state]
    assert "docker_path_mapping" not in ended.out
    assert proxy.open_sessions() == []


async def test_a_terminal_gets_colours_and_lines_that_fit(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")

    ended = await run(CommandLine(tmp_path, server, save_path="/not/there/at\x1b[2Jall"))

    assert "\x1b[32mpass\x1b[0m  name" in ended.out
    assert "\x1b[1;31mfail\x1b[0m  save path" in ended.out
    assert "\x1b[2Jall" not in ended.out
    assert "hint: correct save_path:" in ended.out
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", ended.out).splitlines()
    # A path is never broken: it could not be copied.
    assert max(len(line) for line in lines if "/" not in line) <= 60
    assert any(line.startswith(" " * 25) and "hint:" not in line for line in lines)
