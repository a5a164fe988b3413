"""One hardened session: signed in once, logged out always, precise about what is wrong."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest
import qbittorrentapi
import requests

from seedwright.clients.qbittorrent import connection as connection_module
from seedwright.clients.qbittorrent.capabilities import Feature
from seedwright.clients.qbittorrent.connection import Patience
from seedwright.errors import (
    AddressBannedError,
    CapabilityError,
    CertificateError,
    ConnectionTimedOutError,
    NotQBittorrentError,
    RequestRefusedError,
    SignInNeededError,
    SignInRefusedError,
    UnreachableError,
)
from tests.qbittorrent.support import CommandLine, connection_to, fill
from tests.testbed import faults
from tests.testbed.fakes import HangingHost, NotQBittorrent, closed_port
from tests.testbed.proxy import RecordingProxy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.qbittorrent.conftest import StartServer
    from tests.testbed.server import Server
    from tests.testbed.tls import Certificate

NO_PATIENCE = Patience(before=0.0, after=0.0)


@pytest.fixture(autouse=True)
def _no_refusals() -> Iterator[None]:
    yield
    connection_module._refusals.clear()


async def test_it_tells_what_the_server_is(server: Server) -> None:
    connection = connection_to(server)
    capabilities = await connection.open()
    await connection.close()
    assert capabilities.app_version == f"v{server.version}"
    assert capabilities.libtorrent_version.startswith("2.")
    assert capabilities.can(Feature.CREATOR)


async def test_it_signs_in_once_and_logs_out(server: Server, proxy: RecordingProxy) -> None:
    connection = connection_to(proxy)
    await asyncio.gather(*(connection.call(lambda c: c.app_version()) for _ in range(20)))
    assert (proxy.logins, len(proxy.open_sessions())) == (1, 1)
    await connection.close()
    assert proxy.open_sessions() == []


async def test_wrong_credentials_reach_the_server_once_however_many_calls(
    own_server: Server,
) -> None:
    with RecordingProxy(own_server) as proxy:
        first = connection_to(proxy, password="wrong")
        answers = await asyncio.gather(
            *(first.call(lambda c: c.app_version()) for _ in range(20)), return_exceptions=True
        )
        await first.close()
        second = connection_to(proxy, password="wrong")
        with pytest.raises(SignInRefusedError, match="refused the user name 'admin'"):
            await second.open()
        await second.close()
        assert {type(answer) for answer in answers} == {SignInRefusedError}
        assert proxy.logins == 1


async def test_changed_settings_are_tried(own_server: Server) -> None:
    wrong = connection_to(own_server, password="wrong")
    with pytest.raises(SignInRefusedError):
        await wrong.open()
    await wrong.close()
    right = connection_to(own_server)
    await right.open()
    await right.close()


async def test_wrong_credentials_on_the_command_line_are_one_attempt_for_many_paths(
    own_server: Server, content_dir: Path, tmp_path: Path
) -> None:
    contents = [fill(content_dir / f"set {number}") for number in range(30)]
    with RecordingProxy(own_server) as proxy:
        seedwright = CommandLine(tmp_path / "out", proxy, password="secret-wrong-one")
        ended = await asyncio.to_thread(seedwright.run, "create", *contents)
        assert proxy.logins == 1
    assert ended.code == 3
    assert ended.err.count("error:") == 1
    assert "secret-wrong-one" not in ended.err + ended.out
    assert seedwright.files() == []


async def test_a_ban_is_told_as_a_ban(own_server: Server) -> None:
    for _ in range(5):
        await asyncio.to_thread(
            requests.post,
            f"{own_server.url}/api/v2/auth/login",
            data={"username": "admin", "password": "no"},
            timeout=10,
        )
    connection = connection_to(own_server)
    with pytest.raises(AddressBannedError):
        await connection.open()
    await connection.close()


async def test_a_session_that_ended_is_renewed_with_one_sign_in(
    server: Server, proxy: RecordingProxy
) -> None:
    connection = connection_to(proxy)
    await connection.open()
    (session,) = proxy.open_sessions()
    await asyncio.to_thread(
        requests.post,
        f"{server.url}/api/v2/auth/logout",
        cookies={"SID": session, f"QBT_SID_{server.port}": session},
        timeout=10,
    )
    answers = await asyncio.gather(*(connection.call(lambda c: c.app_version()) for _ in range(10)))
    assert (len(set(answers)), proxy.logins) == (1, 2)
    await connection.close()
    assert proxy.open_sessions() == []


async def test_no_sign_in_is_needed_where_the_server_trusts_the_address(
    start_server: StartServer,
) -> None:
    trusting = start_server({"WebUI\\LocalHostAuth": "false"})
    with RecordingProxy(trusting) as proxy:
        connection = connection_to(proxy, username=None, password=None)
        await asyncio.gather(*(connection.call(lambda c: c.app_version()) for _ in range(10)))
        assert (proxy.logins, len(proxy.open_sessions())) == (0, 1)
        await connection.close()
        assert proxy.open_sessions() == []


async def test_a_sign_in_that_is_needed_and_not_set_is_told(server: Server) -> None:
    connection = connection_to(server, username=None, password=None)
    with pytest.raises(SignInNeededError, match="needs a sign-in"):
        await connection.open()
    await connection.close()


async def test_an_api_key_signs_in_where_the_server_has_them(server: Server) -> None:
    with server.api() as api:
        try:
            key = api.app_rotate_api_key()["apiKey"]
        except NotImplementedError:
            pass
        else:
            await _with_key(server, key)
            return
    connection = connection_to(server, username=None, password=None, api_key="anything")
    with pytest.raises(SignInRefusedError, match="API key"):
        await connection.open()
    await connection.close()


async def _with_key(server: Server, key: str) -> None:
    with RecordingProxy(server) as proxy:
        good = connection_to(proxy, username=None, password=None, api_key=key)
        assert (await good.open()).can(Feature.API_KEY)
        await good.close()
        assert (proxy.logins, proxy.open_sessions()) == (0, [])
        bad = connection_to(proxy, username=None, password=None, api_key=f"{key}x")
        with pytest.raises(SignInRefusedError, match="API key") as caught:
            await bad.open()
        await bad.close()
        assert key not in str(caught.value) + repr(bad.endpoint)


async def test_a_certificate_nobody_trusts_is_refused_and_one_of_a_known_ca_taken(
    server: Server, certificate: Certificate
) -> None:
    with RecordingProxy(server, tls=certificate.server_context()) as proxy:
        stranger = connection_to(proxy, use_https=True)
        with pytest.raises(CertificateError, match=r"not trusted: (self-signed|unable to get)"):
            await stranger.open()
        await stranger.close()
        for verify in (str(certificate.ca_bundle), False):
            known = connection_to(proxy, use_https=True, verify_tls=verify)
            await known.open()
            await known.close()
        assert proxy.open_sessions() == []


async def test_https_to_a_plain_server_and_http_to_a_tls_server_are_told(
    server: Server, certificate: Certificate
) -> None:
    encrypted = connection_to(server, use_https=True)
    with pytest.raises(CertificateError, match="does not speak TLS"):
        await encrypted.open()
    await encrypted.close()
    with RecordingProxy(server, tls=certificate.server_context()) as proxy:
        plain = connection_to(proxy, NO_PATIENCE)
        with pytest.raises(UnreachableError, match="dropped the connection"):
            await plain.open()
        await plain.close()


async def test_a_base_path_behind_a_reverse_proxy_is_kept(server: Server) -> None:
    with RecordingProxy(server, base_path="/qb") as proxy:
        inside = connection_to(proxy, base_path="/qb")
        await inside.open()
        await inside.close()
        assert proxy.open_sessions() == []
        outside = connection_to(proxy)
        with pytest.raises(NotQBittorrentError, match="HTTP 404"):
            await outside.open()
        await outside.close()


async def test_a_closed_port_is_told_soon(server: Server) -> None:
    with closed_port() as port:
        connection = connection_to(server, port=port)
        with pytest.raises(UnreachableError, match="nothing listens"):
            await connection.open()
        await connection.close()


async def test_an_unknown_host_is_told(server: Server) -> None:
    connection = connection_to(server, NO_PATIENCE, host="no-such-host.invalid")
    with pytest.raises(UnreachableError, match=r"the host no-such-host\.invalid does not exist"):
        await connection.open()
    await connection.close()


async def test_a_host_that_hangs_is_given_up_after_the_read_timeout(server: Server) -> None:
    with HangingHost() as host:
        connection = connection_to(host, read_timeout=0.3)
        with pytest.raises(ConnectionTimedOutError, match=r"did not respond within 0\.3 s"):
            await connection.open()
        await connection.close()


@pytest.mark.parametrize("status", [200, 404, 500])
async def test_another_web_server_is_not_taken_for_qbittorrent(server: Server, status: int) -> None:
    with NotQBittorrent(status) as other:
        connection = connection_to(other, NO_PATIENCE)
        expected = UnreachableError if status == 500 else NotQBittorrentError
        with pytest.raises(expected):
            await connection.open()
        await connection.close()


async def test_a_redirect_is_not_followed(server: Server, proxy: RecordingProxy) -> None:
    from tests.testbed.web import Answer

    proxy.on("/api", lambda _: Answer(302, b"", [("Location", "https://other.example/")]))
    connection = connection_to(proxy)
    with pytest.raises(NotQBittorrentError, match=r"redirects to https://other\.example/"):
        await connection.open()
    await connection.close()


async def test_a_qbittorrent_without_creator_says_which_version_has_it(
    old_server: Server, version: str
) -> None:
    connection = connection_to(old_server)
    capabilities = await connection.open()
    await connection.close()
    with pytest.raises(CapabilityError) as caught:
        capabilities.need(Feature.CREATOR)
    assert "5.0 or later" in caught.value.hint


@pytest.mark.parametrize("fault", [faults.drop, faults.status(502), faults.status(503, "busy")])
async def test_a_broken_connection_and_5xx_are_tried_again(
    server: Server, proxy: RecordingProxy, fault: faults.Action
) -> None:
    connection = connection_to(proxy)
    await connection.open()
    proxy.on("app/version", fault, times=3)
    assert await connection.call(lambda c: c.app_version())
    await connection.close()


async def test_trying_again_has_an_end(server: Server, proxy: RecordingProxy) -> None:
    connection = connection_to(proxy, Patience(before=0.2, after=0.5))
    await connection.open()
    proxy.on("app/version", faults.status(502))
    with pytest.raises(UnreachableError, match="HTTP 502"):
        await connection.call(lambda c: c.app_version())
    assert 2 <= proxy.count("app/version") - 1 <= 6
    await connection.close()


async def test_a_refused_request_is_not_tried_again(server: Server, proxy: RecordingProxy) -> None:
    connection = connection_to(proxy)
    await connection.open()
    proxy.on("torrents/info", faults.status(418, "short and stout"))
    with pytest.raises(RequestRefusedError, match="short and stout"):
        await connection.call(lambda c: c.torrents_info())
    assert proxy.count("torrents/info") == 1
    await connection.close()


async def test_a_request_that_cannot_be_repeated_is_sent_once(
    server: Server, proxy: RecordingProxy
) -> None:
    connection = connection_to(proxy)
    await connection.open()
    proxy.on("torrents/info", faults.drop)
    with pytest.raises(UnreachableError):
        await connection.call(lambda c: c.torrents_info(), repeatable=False)
    assert proxy.count("torrents/info") == 1
    await connection.close()


async def test_a_cancelled_sign_in_leaves_no_session(server: Server, proxy: RecordingProxy) -> None:
    connection = connection_to(proxy)
    opening = asyncio.create_task(connection.open())
    proxy.on(
        "auth/login", faults.after(lambda: opening.get_loop().call_soon_threadsafe(opening.cancel))
    )
    with pytest.raises(asyncio.CancelledError):
        await opening
    await connection.close()
    assert (proxy.logins, proxy.open_sessions()) == (1, [])


async def test_closing_does_not_wait_for_a_host_that_hangs(
    own_server: Server,
) -> None:
    connection = connection_to(own_server)
    await connection.open()
    own_server.suspend()
    try:
        async with asyncio.timeout(15):
            await connection.close()
    finally:
        own_server.resume()


async def test_a_closed_connection_does_not_sign_in_again(
    server: Server, proxy: RecordingProxy
) -> None:
    connection = connection_to(proxy)
    await connection.open()
    await connection.close()
    with pytest.raises(UnreachableError, match="is closed"):
        await connection.call(lambda c: c.app_version())
    assert (proxy.logins, proxy.open_sessions()) == (1, [])


def test_a_connection_nobody_closed_is_logged_out_at_exit(
    server: Server, proxy: RecordingProxy
) -> None:
    script = f"""
        import asyncio
        from seedwright.clients.qbittorrent.single_request import Endpoint
        from seedwright.clients.qbittorrent.connection import Connection
        connection = Connection(Endpoint(
            "default", host="127.0.0.1", port={proxy.port}, username="admin", password="adminadmin"
        ))
        print(asyncio.run(connection.open()).app_version)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=True, timeout=60)
    assert (proxy.logins, proxy.open_sessions()) == (1, [])


async def test_the_librarys_own_variables_do_not_count(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QBITTORRENTAPI_USERNAME", "somebody")
    monkeypatch.setenv("QBITTORRENTAPI_PASSWORD", "else")
    monkeypatch.setenv("QBITTORRENTAPI_API_KEY", "key")
    connection = connection_to(server)
    await connection.open()
    await connection.close()


def test_the_library_still_has_the_methods_that_are_overridden() -> None:
    for name in ("_request_manager", "_auth_request", "_request", "_initialize_context"):
        assert callable(getattr(qbittorrentapi.Client, name))
