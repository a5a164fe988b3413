"""Programs from Debian's packages, fetched without root and unpacked into a folder."""

from __future__ import annotations

import fcntl
import os
import platform
import re
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.testbed.apt_sources import Mirror, debian_mirrors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Debian's names by machine: architecture, multiarch triplet, dynamic loader.
_MACHINES = {
    "x86_64": ("amd64", "x86_64-linux-gnu", "ld-linux-x86-64.so.2"),
    "aarch64": ("arm64", "aarch64-linux-gnu", "ld-linux-aarch64.so.1"),
}

_APT_LIMIT = 600
_TOOLS = ("apt-get", "dpkg", "setpriv")


class PackagesUnavailable(Exception):  # noqa: N818 - a circumstance, not a fault of the caller
    """The packages cannot be had on this machine; the message is a clause that says why."""


def unpacked(wanted: str, suites: tuple[str, ...], root: Path) -> Path:
    """ROOT, holding package WANTED of SUITES and all it needs; fetched when it is not there yet.

    WANTED is named as for apt-get: ``mktorrent``, ``qbittorrent-nox=5.3*``. Raises
    PackagesUnavailable.
    """
    with _locked(root.with_name(f"{root.name}.lock")):
        if not root.is_dir():
            _fetch(wanted, suites, root)
    return root


def command(root: Path, program: str) -> tuple[str, ...]:
    """PROGRAM of the tree at ROOT, started through its own loader: its libc is not ours.

    A tree without a loader has a static program, which is started as it is.
    """
    _, _, loader = _machine()
    folders = library_folders(root)
    libraries = [*folders, *(folder / "libproxy" for folder in folders)]
    path = str(root / "usr/bin" / program)
    for folder in folders:
        if (folder / loader).exists():
            search = ":".join(str(folder) for folder in libraries if folder.is_dir())
            return (str(folder / loader), "--library-path", search, path)
    return (path,)


def library_folders(root: Path) -> list[Path]:
    """Where the tree at ROOT keeps its libraries; either folder may be absent."""
    _, triplet, _ = _machine()
    # Before trixie, Debian's packages still told /lib and /usr/lib apart.
    return [root / "usr/lib" / triplet, root / "lib" / triplet]


def _machine() -> tuple[str, str, str]:
    machine = platform.machine()
    if machine not in _MACHINES:
        raise PackagesUnavailable(f"Debian's packages are not set up for {machine}")
    return _MACHINES[machine]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One process at a time: two pytest-xdist workers ask for the same packages at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch(wanted: str, suites: tuple[str, ...], root: Path) -> None:
    _machine()
    if missing := [tool for tool in _TOOLS if shutil.which(tool) is None]:
        raise PackagesUnavailable(
            f"fetching it needs {' and '.join(missing)}, which this machine does not have"
        )
    mirrors = debian_mirrors()
    if not mirrors:
        raise PackagesUnavailable("this machine's apt sources name no mirror of Debian's archive")
    # Renamed only when whole; what an interrupted fetch left under this name goes first.
    part = root.with_name(f"{root.name}.part")
    refusals = []
    for mirror in mirrors:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        try:
            for package in _download(wanted, suites, mirror, part):
                subprocess.run(["dpkg", "-x", package, part / "root"], check=True)
            (part / "root").rename(root)
        except (_AptError, OSError, subprocess.CalledProcessError) as error:
            refusals.append(str(error).rstrip("."))
        else:
            return
        finally:
            shutil.rmtree(part, ignore_errors=True)
    raise PackagesUnavailable(refusals[0])


class _AptError(Exception):
    """Why apt did not do it, as the second half of a sentence."""


def _download(wanted: str, suites: tuple[str, ...], mirror: Mirror, folder: Path) -> list[Path]:
    """Package WANTED and all it needs, in an apt tree under FOLDER."""
    architecture, _, _ = _machine()
    for name in ("state/lists/partial", "cache/archives/partial", "sources", "none"):
        (folder / name).mkdir(parents=True)
    (folder / "status").touch()
    (folder / "sources/debian.sources").write_text(mirror.stanza(suites, architecture))
    configuration = folder / "apt.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, architecture=architecture))
    _apt(configuration, suites, "update")
    _apt(configuration, suites, "--download-only", "install", wanted)
    return sorted((folder / "cache/archives").glob("*.deb"))


# Read after the machine's own configuration, of which only proxies and the like are wanted: its
# hooks would clean the system's cache, its pins and its default release mean another Debian. The
# sandbox user _apt could not read a folder of ours.
_CONFIGURATION = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Architectures;
#clear Acquire::Languages;
APT::Architecture "{architecture}";
APT::Default-Release "";
APT::Get::Assume-Yes "true";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "3";
Dir::Cache "{folder}/cache";
Dir::Cache::archives "archives/";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "{folder}/none";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "{folder}/sources";
Dir::Log "{folder}";
Dir::State "{folder}/state";
Dir::State::status "{folder}/status";
"""


def _apt(configuration: Path, suites: tuple[str, ...], *arguments: str) -> None:
    try:
        done = subprocess.run(
            ["apt-get", "-q", "-c", configuration, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            timeout=_APT_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _AptError(f"apt-get {arguments[0]} took over {_APT_LIMIT} s") from error
    if done.returncode == 0:
        return
    # gpgv's and sqv's ways to say that a key is not in the keyring.
    if re.search(r"NO_PUBKEY|Missing key|no keyring|is not readable", done.stdout):
        raise _AptError(
            f"this machine's keyring does not know the key of Debian {suites[0]} "
            "(a newer package debian-archive-keyring does)"
        )
    errors = re.findall(r"^E: (.*?)\.?$", done.stdout, re.MULTILINE)
    raise _AptError(" ".join(errors[0].split()) if errors else f"apt-get {arguments[0]} failed")
