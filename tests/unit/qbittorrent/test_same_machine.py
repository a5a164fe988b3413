"""Whether a client is a process beside us that opens the files we open."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from seedwright.clients.qbittorrent.same_machine import neighbour_at

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells, in proc(5)")

LISTENS = """
import ctypes, os, socket, sys
{first}
web, peers = (socket.create_server(("127.0.0.1", 0)) for _ in "ab")
print(web.getsockname()[1], peers.getsockname()[1], flush=True)
sys.stdin.read()
"""
ANOTHER_VIEW = "assert ctypes.CDLL(None).unshare(0x20000) == 0"  # CLONE_NEWNS
ANOTHER_USER = "os.setuid(65534)"


def started(name: str, first: str = "") -> subprocess.Popen[str]:
    """A process called NAME that listens on two ports, and prints them."""
    return subprocess.Popen(
        [name, "-c", LISTENS.format(first=first)],
        executable=sys.executable,
        # Python looks for its library by its own name.
        env={**os.environ, "PYTHONHOME": sys.base_prefix},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def ports_of(process: subprocess.Popen[str]) -> tuple[int, int]:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        pytest.skip("this machine does not let the process do that")
    first, second = line.split()
    return int(first), int(second)


@pytest.fixture
def ended() -> Iterator[list[subprocess.Popen[str]]]:
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


def test_a_qbittorrent_of_ours_is_found_with_its_other_ports(
    ended: list[subprocess.Popen[str]],
) -> None:
    process = started("/usr/bin/qbittorrent-nox")
    ended.append(process)
    port, other = ports_of(process)
    for host in ("127.0.0.1", "localhost"):
        found = neighbour_at(host, port)
        assert found is not None
        assert (found.pid, found.ports) == (process.pid, (other,))
    assert neighbour_at("127.0.0.2", port) is None


@pytest.mark.parametrize("name", ["python3", "ssh", "docker-proxy", "notqbittorrent"])
def test_whatever_else_listens_is_no_neighbour(
    ended: list[subprocess.Popen[str]], name: str
) -> None:
    process = started(name)
    ended.append(process)
    assert neighbour_at("127.0.0.1", ports_of(process)[0]) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="another view of the file system takes root")
@pytest.mark.parametrize("how", [ANOTHER_VIEW, ANOTHER_USER])
def test_one_with_another_view_or_other_rights_is_no_neighbour(
    ended: list[subprocess.Popen[str]], how: str
) -> None:
    process = started("qbittorrent-nox", how)
    ended.append(process)
    assert neighbour_at("127.0.0.1", ports_of(process)[0]) is None


def test_nobody_at_a_port_is_nobody() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        assert neighbour_at("127.0.0.1", bound.getsockname()[1]) is None
    assert neighbour_at("no.such.host.example", 8080) is None
