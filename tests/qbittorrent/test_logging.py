"""The log of a whole run: every request and every deed in it, and no secret."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest

from tests.qbittorrent.support import CommandLine, fill
from tests.testbed import faults

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.testbed.proxy import RecordingProxy
    from tests.testbed.server import Server

PASSKEY = "0123456789abcdef0123456789abcdef"
PASSWORD = "adminadmin"  # the test bed's
TRACKERS = (f"http://t.example/{PASSKEY}/announce", "http://u.example/announce?passkey=s3cr3t-pass")


@pytest.mark.parametrize("way_in", ["password", "api key"])
def test_a_run_is_told_in_full_and_without_its_secrets(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path, way_in: str
) -> None:
    content = fill(content_dir / "book")
    client: dict[str, object] = {}
    secrets = [PASSKEY, "s3cr3t-pass", PASSWORD]
    if way_in == "api key":
        if server.version.startswith("5.1"):
            pytest.skip("has no API keys")
        with server.api() as api:
            key = api.app_rotate_api_key()["apiKey"]
        client = {"username": None, "password": None, "api_key": key}
        secrets.append(key)
    # What goes wrong is told with more words than what does not.
    proxy.on("torrents/info", faults.status(502, PASSWORD), times=1)
    proxy.on("torrentcreator/status", faults.drop, times=1)
    seedwright = CommandLine(tmp_path / "out", proxy, **client)
    trackers = [word for url in TRACKERS for word in ("-t", url)]
    ended = seedwright.run(
        "create", content, "--seed", "--json", "-vv", "--log-file", "log", *trackers
    )
    kept = (seedwright.folder / "log").read_text()
    assert ended.code == 0
    assert len(ended.rows) == 1
    for deed in ("submitted task", "deleted task", "seeds", "wrote", "trying again in"):
        assert deed in ended.err
        assert deed in kept
    # Each request with what came of it, the one that got no answer too.
    asked = re.findall(r"qBittorrent: (?:GET|POST) (\S+): (\d+|no answer) in \d+ ms", kept)
    assert [path for path, _ in asked] == [
        request.path.removeprefix("/api/v2/") for request in proxy.requests
    ]
    assert {("torrents/info", "502"), ("torrentcreator/status", "no answer")} <= set(asked)
    if way_in == "password":
        assert "signed in as admin" in kept
        assert "logged out" in kept
        secrets += list(proxy._cookies)
        assert len(secrets) > 3
    everything = ended.out + ended.err + kept
    assert [secret for secret in secrets if secret in everything] == []
    assert "urllib3" not in everything
    server.reset()


def test_what_is_undone_after_ctrl_c_is_told(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    seedwright = CommandLine(tmp_path / "out", proxy)
    running: list[subprocess.Popen[str]] = []
    proxy.on("torrents/trackers", faults.before(lambda: running[0].send_signal(signal.SIGINT)))
    running.append(seedwright.start("create", content, "--seed", "-v"))
    ended = seedwright.end_of(running[0])
    assert ended.code == 130
    assert "info: qBittorrent: logged out" in ended.err
    assert server.left_behind() == []
