"""A qBittorrent of a given version, fetched from Debian without root and cached."""

from __future__ import annotations

import fcntl
import os
import platform
import re
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.testbed.apt_sources import Mirror, debian_mirrors

if TYPE_CHECKING:
    from collections.abc import Iterator

CACHE = Path(__file__).parents[2] / ".cache" / "testbed"

# What the tests run on, and one that is too old for Seedwright.
VERSIONS = ("5.1", "5.3")
OLD_VERSION = "4.5"

# Backports build on the suite they are for.
_SUITES = {
    "5.1": ("trixie",),
    "5.3": ("trixie", "trixie-backports"),
    "4.5": ("bookworm",),
}

# Debian's names by machine: architecture, multiarch triplet, dynamic loader.
_MACHINES = {
    "x86_64": ("amd64", "x86_64-linux-gnu", "ld-linux-x86-64.so.2"),
    "aarch64": ("arm64", "aarch64-linux-gnu", "ld-linux-aarch64.so.1"),
}

_APT_LIMIT = 600
_TOOLS = ("apt-get", "dpkg", "setpriv")


class TestbedUnavailable(Exception):  # noqa: N818 - a circumstance, not a fault of the test
    """No qBittorrent of that version can be had on this machine; the message says why."""

    __test__ = False


@dataclass(frozen=True)
class Installation:
    """A qBittorrent ready to be started: its command line so far and its environment."""

    version: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


def versions() -> tuple[str, ...]:
    """The versions the tests run on: the one of ``QBITTORRENT_NOX`` when that is set."""
    return ("installed",) if _installed_path() else VERSIONS


def qbittorrent(version: str) -> Installation:
    """The qBittorrent of VERSION (``5.1``, ``5.3``, ``4.5``), fetched when it is not cached yet.

    ``QBITTORRENT_NOX=/path`` stands in for every version but the one that is meant to be too old.
    Raises TestbedUnavailable.
    """
    if (path := _installed_path()) and version != OLD_VERSION:
        return _installed(path)
    if version not in _SUITES:
        known = ", ".join(_SUITES)
        raise TestbedUnavailable(f"No qBittorrent {version} for the tests: there are {known}.")
    if platform.machine() not in _MACHINES:
        raise TestbedUnavailable(f"Debian's qBittorrent is not set up for {platform.machine()}.")
    root = CACHE / version
    with _locked(CACHE / f"{version}.lock"):
        if not root.is_dir():
            _fetch(version, root)
    return _unpacked(version, root)


def _installed_path() -> str:
    return os.environ.get("QBITTORRENT_NOX", "")


def _installed(path: str) -> Installation:
    try:
        told = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = getattr(error, "strerror", None) or error
        raise TestbedUnavailable(f"QBITTORRENT_NOX={path} does not run: {reason}.") from error
    return Installation(told.stdout.split()[-1].lstrip("v"), (path,))


def _unpacked(version: str, root: Path) -> Installation:
    """The tree at ROOT, started through its own loader: its libc is newer or older than ours."""
    _, triplet, loader = _MACHINES[platform.machine()]
    # Before trixie, Debian's packages still told /lib and /usr/lib apart.
    folders = [root / "usr/lib" / triplet, root / "lib" / triplet]
    libraries = [*folders, *(folder / "libproxy" for folder in folders)]
    return Installation(
        version,
        (
            str(next(folder / loader for folder in folders if (folder / loader).exists())),
            "--library-path",
            ":".join(str(folder) for folder in libraries if folder.is_dir()),
            str(root / "usr/bin/qbittorrent-nox"),
        ),
        {"QT_PLUGIN_PATH": ":".join(str(path) for path in folders[0].glob("qt*/plugins"))},
    )


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One process at a time: two pytest-xdist workers ask for the same version at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch(version: str, root: Path) -> None:
    if missing := [tool for tool in _TOOLS if shutil.which(tool) is None]:
        raise TestbedUnavailable(
            f"Fetching qBittorrent {version} needs {' and '.join(missing)}, which this machine does "
            "not have; QBITTORRENT_NOX=/path names an installed one."
        )
    mirrors = debian_mirrors()
    if not mirrors:
        raise TestbedUnavailable(
            "This machine's apt sources name no mirror of Debian's archive; "
            "QBITTORRENT_NOX=/path names an installed qBittorrent."
        )
    # Renamed only when whole; what an interrupted fetch left under this name goes first.
    part = root.with_name(f"{version}.part")
    refusals = []
    for mirror in mirrors:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        try:
            for package in _download(version, mirror, part):
                subprocess.run(["dpkg", "-x", package, part / "root"], check=True)
            (part / "root").rename(root)
        except (_AptError, OSError, subprocess.CalledProcessError) as error:
            refusals.append(str(error).rstrip("."))
        else:
            return
        finally:
            shutil.rmtree(part, ignore_errors=True)
    raise TestbedUnavailable(f"qBittorrent {version} cannot be fetched: {refusals[0]}.")


class _AptError(Exception):
    """Why apt did not do it, as the second half of a sentence."""


def _download(version: str, mirror: Mirror, folder: Path) -> list[Path]:
    """The packages of qBittorrent VERSION and of all it needs, in an apt tree under FOLDER."""
    suites = _SUITES[version]
    architecture, _, _ = _MACHINES[platform.machine()]
    for name in ("state/lists/partial", "cache/archives/partial", "sources", "none"):
        (folder / name).mkdir(parents=True)
    (folder / "status").touch()
    (folder / "sources/debian.sources").write_text(mirror.stanza(suites, architecture))
    configuration = folder / "apt.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, architecture=architecture))
    _apt(configuration, suites, "update")
    wanted = f"qbittorrent-nox={version}*"
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
