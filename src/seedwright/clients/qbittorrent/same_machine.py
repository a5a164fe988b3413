"""Whether a client runs next to us and opens the very files that we open under the same paths.

An address proves nothing: a container behind a published port, an SSH tunnel and a reverse proxy
all answer on this machine. So the process that listens there is looked for, and it has to share
our view of the file system (mount namespace and root) and to read what we read (its user). Linux
shows this in proc(5); where it does not, or may not, nothing is proven.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROC = Path("/proc")
_LISTENS = "0A"
_SOCKET = re.compile(r"socket:\[(\d+)\]")
_PROGRAM = b"qbittorrent"
_ANY = "any"


class Neighbour(NamedTuple):
    """The process of a client that sees the files we see; ``ports`` are those it listens on."""

    pid: int
    ports: tuple[int, ...]


class _Listener(NamedTuple):
    address: str
    port: int
    inode: str


def neighbour_at(host: str, port: int) -> Neighbour | None:
    """The client's process at this address, None unless it is sure to open the files we open."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        addresses = _addresses(host, port)
        listeners = list(_listeners())
        wanted = {each.inode for each in listeners if _serves(each, addresses, port)}
        for pid in _candidates() if wanted else ():
            held = _sockets_of(pid)
            if held & wanted:
                mine = sorted({each.port for each in listeners if each.inode in held} - {port})
                return Neighbour(pid, tuple(mine)) if _sees_what_we_see(pid) else None
    except (OSError, ValueError):
        return None
    return None


def _addresses(host: str, port: int) -> frozenset[str]:
    """The addresses of ``host``, none unless all of them are this machine's."""
    found = {
        str(place[0]).partition("%")[0]
        for _, _, _, _, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    }
    return frozenset(found) if all(map(_is_ours, found)) else frozenset()


def _is_ours(address: str) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.bind((address, 0))
        return True
    return False


def _serves(listener: _Listener, addresses: frozenset[str], port: int) -> bool:
    """Whether a connection to any of the addresses may end at this listener."""
    return listener.port == port and bool(addresses) and listener.address in {*addresses, _ANY}


def _listeners() -> Iterator[_Listener]:
    """What listens for TCP in our network namespace (proc(5), net/tcp)."""
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(FileNotFoundError):
            for line in (_PROC / "net" / table).read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTENS:
                    address, _, port = fields[1].partition(":")
                    yield _Listener(_address(address), int(port, 16), fields[9])


def _address(digits: str) -> str:
    """The address in words of the kernel's, which writes each 32 bits in the machine's order."""
    words = [int(digits[at : at + 8], 16) for at in range(0, len(digits), 8)]
    packed = struct.pack(f"={len(words)}I", *words)
    if not any(packed):
        return _ANY
    family = socket.AF_INET if len(packed) == 4 else socket.AF_INET6
    return socket.inet_ntop(family, packed).removeprefix("::ffff:")


def _candidates() -> Iterator[int]:
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if _is_qbittorrent((entry / "cmdline").read_bytes().split(b"\0")):
                    yield int(entry.name)


def _is_qbittorrent(arguments: list[bytes]) -> bool:
    """Whether a process is one, by its name alone: a tunnel to a host of that name is none."""
    names = [argument.rpartition(b"/")[2].lstrip(b".").lower() for argument in arguments]
    # A dynamic loader may have been asked to run it.
    programs = names if names[0].startswith(b"ld-") else names[:1]
    return any(name.startswith(_PROGRAM) for name in programs)


def _sockets_of(pid: int) -> set[str]:
    held = set()
    with contextlib.suppress(OSError):
        for entry in (_PROC / str(pid) / "fd").iterdir():
            with contextlib.suppress(OSError):
                found = _SOCKET.fullmatch(str(entry.readlink()))
                if found:
                    held.add(found[1])
    return held


def _sees_what_we_see(pid: int) -> bool:
    there, here = _PROC / str(pid), _PROC / "self"
    is_same = (
        (there / "ns" / name).stat().st_ino == (here / "ns" / name).stat().st_ino
        for name in ("mnt", "user")
    )
    return all(is_same) and (there / "root").samefile("/") and _reads_what_we_read(there)


def _reads_what_we_read(process: Path) -> bool:
    """Whether it runs as root or as our user."""
    for line in (process / "status").read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("Uid:"):
            return line.split()[2] in ("0", str(os.geteuid()))
    return False
