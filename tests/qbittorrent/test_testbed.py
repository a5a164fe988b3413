"""The test bed keeps its promises: what the other tests stand on."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import qbittorrentapi
import requests

from tests.testbed import faults, ports
from tests.testbed.apt_sources import debian_mirrors
from tests.testbed.clean import assert_clean
from tests.testbed.fakes import HangingHost, NotQBittorrent, Tracker, closed_port
from tests.testbed.proxy import RecordingProxy
from tests.testbed.server import Server, ServerError

if TYPE_CHECKING:
    from tests.qbittorrent.conftest import StartServer
    from tests.testbed.fetch import Installation
    from tests.testbed.tls import Certificate

REPOSITORY = Path(__file__).parents[2]
LIMIT = 10.0


def client(
    address: RecordingProxy | Server, *, keeps_scheme: bool = False
) -> qbittorrentapi.Client:
    """A client of the library alone, as a user would make it."""
    return qbittorrentapi.Client(
        host=address.url,
        username="admin",
        password="adminadmin",
        FORCE_SCHEME_FROM_HOST=keeps_scheme,
    )


def fill(server: Server, content: Path) -> None:
    """Leave one of everything in SERVER."""
    (content / "☃ file").write_bytes(b"x" * 100_000)
    with server.api() as api:
        task = api.torrentcreator_add_task(source_path=str(content), start_seeding=False)
        deadline = time.monotonic() + LIMIT
        while api.torrentcreator_status(task_id=task.taskID)[0]["status"] != "Finished":
            assert time.monotonic() < deadline
            time.sleep(0.01)
        metainfo = api.torrentcreator_torrent_file(task_id=task.taskID)
        api.torrents_create_category("books")
        api.torrents_add(
            torrent_files=metainfo, save_path=str(content.parent), category="books", tags="new"
        )
        api.app_set_preferences({"max_active_uploads": 7, "bypass_local_auth": True})


def test_the_version_is_the_one_asked_for(server: Server, version: str) -> None:
    with server.api() as api:
        assert api.app_version() == f"v{server.version}"
    assert server.version.startswith("" if version == "installed" else f"{version}.")


def test_the_old_server_has_no_torrent_creator(old_server: Server) -> None:
    with old_server.api() as api, pytest.raises(NotImplementedError):
        api.torrentcreator_status()


def test_a_reset_empties_the_server(server: Server, content_dir: Path) -> None:
    with server.api() as api:
        before = api.app_preferences()
    fill(server, content_dir)
    assert len(server.left_behind()) == 2
    server.reset()
    assert server.left_behind() == []
    with server.api() as api:
        assert not api.torrents_categories()
        assert not api.torrents_tags()
        assert api.app_preferences() == before


def test_a_reset_removes_no_files(server: Server, content_dir: Path) -> None:
    fill(server, content_dir)
    server.reset()
    assert [path.name for path in content_dir.iterdir()] == ["☃ file"]


def test_resets_keep_refused_sign_ins_from_banning_us(server: Server) -> None:
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(qbittorrentapi.LoginFailed):
                qbittorrentapi.Client(host=server.url, username="x", password="y").auth_log_in()
        server.reset()
    with server.api() as api:
        assert api.is_logged_in


def test_what_a_test_leaves_behind_is_told(server: Server, content_dir: Path) -> None:
    fill(server, content_dir)
    with pytest.raises(AssertionError, match=r"(?s)task .* of .*content.*torrent content"):
        assert_clean(server)
    server.reset()


def test_a_killed_server_comes_back_at_the_same_address(own_server: Server) -> None:
    address = own_server.url
    own_server.kill()
    assert own_server.pid is None
    own_server.start()
    assert own_server.url == address
    with own_server.api() as api:
        assert api.app_version() == f"v{own_server.version}"


def test_a_suspended_server_hangs_until_it_is_resumed(own_server: Server) -> None:
    own_server.suspend()
    with pytest.raises(requests.ReadTimeout):
        requests.get(own_server.url, timeout=0.1)
    own_server.resume()
    assert requests.get(own_server.url, timeout=LIMIT).status_code == 200


def test_the_proxy_of_a_suspended_server_can_be_closed(own_server: Server) -> None:
    own_server.suspend()
    with RecordingProxy(own_server) as proxy, pytest.raises(requests.ReadTimeout):
        requests.get(proxy.url, timeout=0.1)
    assert proxy.requests[0].status is None


def test_a_suspended_server_can_be_stopped(own_server: Server) -> None:
    own_server.suspend()
    own_server.stop()
    assert own_server.pid is None


def test_a_new_server_gets_past_a_port_that_is_taken(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server((ports.HOST, 0)) as taken:
        free = ports.free_port()
        drawn = iter([taken.getsockname()[1], free])
        monkeypatch.setattr("tests.testbed.server.free_port", lambda: next(drawn))
        with Server(installation, tmp_path / "profile") as server:
            assert server.port == free


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    from tests.testbed.fetch import Installation

    broken = Installation("broken", ("sh", "-c", "echo no such library; exit 1"))
    server = Server(broken, tmp_path / "profile")
    with pytest.raises(ServerError, match="no such library"):
        server.start()
    assert server.pid is None


def test_no_server_outlives_the_tests(tmp_path: Path, version: str) -> None:
    program = textwrap.dedent(f"""
        import os, pathlib, threading
        from tests.testbed.fetch import qbittorrent
        from tests.testbed.server import Server
        server = Server(qbittorrent({version!r}), pathlib.Path({str(tmp_path / "profile")!r}))
        starter = threading.Thread(target=server.start)
        starter.start()
        starter.join()
        print(server.pid, flush=True)
        os.kill(os.getpid(), 9)
    """)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        check=False,
    )
    process = Path("/proc", done.stdout.decode().strip())
    deadline = time.monotonic() + LIMIT
    while process.exists() and "Z" not in (process / "stat").read_text().rpartition(")")[2]:
        assert time.monotonic() < deadline, "it still runs"
        time.sleep(0.01)


def test_a_server_can_show_a_certificate_itself(
    start_server: StartServer, certificate: Certificate
) -> None:
    server = start_server(certificate.settings())
    assert requests.get(server.url, verify=str(certificate.ca_bundle), timeout=LIMIT).ok
    server.reset()


def test_the_proxy_counts_sign_ins_and_sees_sessions_end(proxy: RecordingProxy) -> None:
    first, second = client(proxy), client(proxy)
    first.auth_log_in()
    second.auth_log_in()
    assert proxy.logins == 2
    assert len(proxy.open_sessions()) == 2
    first.auth_log_out()
    assert len(proxy.open_sessions()) == 1
    second.auth_log_out()
    assert proxy.open_sessions() == []


def test_the_proxy_sees_sessions_end_where_no_sign_in_is_asked_for(
    start_server: StartServer,
) -> None:
    with RecordingProxy(start_server({"WebUI\\LocalHostAuth": "false"})) as proxy:
        # Asking which scheme it is would open a session nobody closes.
        with client(proxy, keeps_scheme=True):
            assert len(proxy.open_sessions()) == 1
        assert proxy.open_sessions() == []


def test_the_proxy_records_what_was_asked(proxy: RecordingProxy, tmp_path: Path) -> None:
    with client(proxy) as api:
        api.torrents_info(status_filter="seeding")
        with pytest.raises(qbittorrentapi.UnsupportedMediaType415Error):
            api.torrents_add(torrent_files={"my.torrent": b"nonsense"}, save_path=str(tmp_path))
    login, info, add = (
        next(request for request in proxy.requests if request.path == f"/api/v2/{path}")
        for path in ("auth/login", "torrents/info", "torrents/add")
    )
    assert (login.method, login.form["username"]) == ("POST", "admin")
    assert (info.status, info.form["filter"]) == (200, "seeding")
    assert (add.status, add.form["savepath"]) == (415, str(tmp_path))
    assert "my.torrent" in add.form.values()


def test_the_proxy_serves_under_a_path_and_nowhere_else(server: Server) -> None:
    with RecordingProxy(server, base_path="/qb") as proxy:
        with client(proxy, keeps_scheme=True) as api:
            assert api.app_version() == f"v{server.version}"
        assert proxy.logins == 1
        assert proxy.open_sessions() == []
        outside = proxy.url.removesuffix("/qb") + "/api/v2/app/version"
        assert requests.get(outside, timeout=LIMIT).status_code == 404


def test_the_tls_proxy_is_refused_without_its_ca(server: Server, certificate: Certificate) -> None:
    with RecordingProxy(server, tls=certificate.server_context()) as proxy:
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(proxy.url, timeout=LIMIT)
        assert proxy.requests == []


def test_the_tls_proxy_is_taken_with_its_ca(server: Server, certificate: Certificate) -> None:
    with RecordingProxy(server, tls=certificate.server_context()) as proxy:
        answer = requests.get(proxy.url, verify=str(certificate.ca_bundle), timeout=LIMIT)
        assert answer.status_code == 200


def test_the_proxy_keeps_connections_alive(proxy: RecordingProxy) -> None:
    with requests.Session() as session:
        for _ in range(3):
            session.get(proxy.url, timeout=LIMIT)
    assert proxy.connections == 1


def test_a_dropped_request_does_not_reach_the_server(proxy: RecordingProxy) -> None:
    proxy.on("/auth/login", faults.drop)
    with pytest.raises(qbittorrentapi.APIConnectionError):
        client(proxy).auth_log_in()
    assert proxy.open_sessions() == []


def test_a_lost_answer_comes_after_the_deed(proxy: RecordingProxy) -> None:
    proxy.on("/auth/login", faults.lose_answer, times=1)
    with pytest.raises(requests.ConnectionError):
        requests.post(
            f"{proxy.url}/api/v2/auth/login",
            data={"username": "admin", "password": "adminadmin"},
            timeout=LIMIT,
        )
    assert len(proxy.open_sessions()) == 1
    assert proxy.requests[-1].status is None


def test_a_hanging_request_hangs(proxy: RecordingProxy) -> None:
    proxy.on("/", faults.hang)
    with pytest.raises(requests.ReadTimeout):
        requests.get(proxy.url, timeout=0.1)


def test_a_rule_ends_after_its_times(proxy: RecordingProxy) -> None:
    rule = proxy.on("/", faults.status(503, "busy"), times=2)
    got = [requests.get(proxy.url, timeout=LIMIT).status_code for _ in range(3)]
    assert got == [503, 503, 200]
    assert rule.hits == 2


def test_a_hook_can_kill_the_server_at_an_exact_moment(own_server: Server) -> None:
    with RecordingProxy(own_server) as proxy:
        proxy.on("/", faults.before(own_server.kill), times=1)
        with pytest.raises(requests.ConnectionError):
            requests.get(proxy.url, timeout=LIMIT)
        proxy.on("/", faults.before(own_server.start), times=1)
        assert requests.get(proxy.url, timeout=LIMIT).status_code == 200
        proxy.on("/", faults.after(own_server.kill), times=1)
        assert requests.get(proxy.url, timeout=LIMIT).status_code == 200
        assert own_server.pid is None


def test_what_a_hook_raises_fails_the_test(server: Server) -> None:
    proxy = RecordingProxy(server).__enter__()
    proxy.on("/", faults.before(lambda: 1 // 0))
    with pytest.raises(requests.ConnectionError):
        requests.get(proxy.url, timeout=LIMIT)
    with pytest.raises(ZeroDivisionError):
        proxy.close()


def test_another_web_server_is_not_qbittorrent() -> None:
    with NotQBittorrent() as other:
        answer = requests.get(f"{other.url}/api/v2/app/version", timeout=LIMIT)
    assert answer.status_code == 404
    assert "html" in answer.text


def test_a_hanging_host_takes_the_connection() -> None:
    with HangingHost() as host, pytest.raises(requests.ReadTimeout):
        requests.get(host.url, timeout=0.1)


def test_a_closed_port_refuses() -> None:
    with closed_port() as port, pytest.raises(ConnectionRefusedError):
        socket.create_connection((ports.HOST, port), timeout=LIMIT)


def test_the_tracker_is_announced_to(server: Server, content_dir: Path) -> None:
    (content_dir / "file").write_bytes(b"x" * 100_000)
    with Tracker() as tracker, server.api() as api:
        fill(server, content_dir)
        (torrent,) = api.torrents_info()
        api.torrents_add_trackers(torrent.hash, urls=[f"{tracker.announce_url}/a%2Fb"])
        deadline = time.monotonic() + LIMIT
        while not tracker.infohashes:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        server.reset()
    assert tracker.infohashes[0].hex() in (torrent.infohash_v1, torrent.infohash_v2[:40])
    assert tracker.paths[0] == "/announce/a%2Fb"


def test_debians_mirror_is_found_in_both_kinds_of_sources(tmp_path: Path) -> None:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text(
        "# deb http://commented.example/debian trixie main\n"
        "deb cdrom:[Debian 13]/ trixie main\n"
        "deb-src http://source.example/debian trixie main\n"
        "deb http://security.example/debian-security trixie-security main\n"
        "deb [arch=amd64 signed-by=/k.asc] http://other.example/linux noble main\n"
        "deb [ signed-by=/keys/own.gpg trusted=yes ] http://one.example/debian trixie main # here\n"
    )
    (tmp_path / "sources.list.d/more.sources").write_text(
        "Types: deb\nURIs: http://off.example/debian\nSuites: trixie\nComponents: main\n"
        "Enabled: no\n\n"
        "# http://snapshot.example/\nTypes: deb deb-src\nURIs: http://two.example/debian/\n"
        "Suites: trixie trixie-updates\nComponents: main\n contrib\n"
        "Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n"
    )
    one, two = debian_mirrors(tmp_path)
    assert one.uri == "http://one.example/debian"
    assert one.trust == {"signed-by": "/keys/own.gpg", "trusted": "yes"}
    assert two.uri == "http://two.example/debian/"
    assert two.stanza(("trixie",), "amd64").endswith(
        "Signed-By: -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n"
    )
