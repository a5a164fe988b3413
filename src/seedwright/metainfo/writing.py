"""Writing the ``.torrent``: whole or absent, and never over another one without ``force``."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from seedwright.errors import OutputError, OutputExistsError
from seedwright.hints import Hint
from seedwright.log import Log
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

log = Log(__name__)

STALE = 3600
"""Seconds after which nobody is writing a half-written file any more."""

_TEMPORARY = re.compile(r"\.seedwright-[0-9a-f]{16}")
_MOST_LISTED = 100_000
_swept: set[Path] = set()

_ELSEWHERE = Hint("use another folder with {output}")
_FREE_SPACE = Hint("free some space, or use another folder with {output}")
_REASONS = {
    errno.ENOENT: (
        "its folder does not exist",
        Hint("create it with {create_output_dir.on}, or use another one with {output}"),
    ),
    errno.ENOTDIR: ("its folder is not a folder", _ELSEWHERE),
    errno.EACCES: ("permission denied", _ELSEWHERE),
    errno.EPERM: ("permission denied", _ELSEWHERE),
    errno.EROFS: ("its file system is read-only", _ELSEWHERE),
    errno.ENOSPC: ("no space left on the device", _FREE_SPACE),
    errno.EDQUOT: ("the disk quota is used up", _FREE_SPACE),
    errno.EFBIG: ("its file system does not allow files of this size", _ELSEWHERE),
    errno.ENAMETOOLONG: ("its name is too long", Hint("use a shorter name with {output}")),
}
# What file systems without hard links answer: FAT, many network and FUSE mounts.
_NO_LINKS = {errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK}


def ensure_writable(path: Path, *, force: bool, makes_folder: bool = False) -> None:
    """Make sure, before the work is done, that ``path`` can be written after it.

    A probe file of one byte is made in its folder and removed; if that ``makes_folder`` and it is
    missing, in the nearest one above that exists. Raises OutputExistsError when
    something is there already that ``force`` may not replace, and OutputError when the folder is
    absent, not a folder, not writable, or on a full disk.
    """
    check_free(path, force=force)
    missing = _missing_folders(path) if makes_folder else []
    probe = _temporary(missing[0] if missing else path)
    try:
        _write(probe, b"d", durably=False)
    except OSError as error:
        _raise_as_output_error(path, error)
    finally:
        _remove(probe)


class StagedFile:
    """A file that is written and safe on disk, and lacks only its name."""

    def __init__(
        self, path: Path, temporary: Path, *, force: bool, made: Sequence[Path] = ()
    ) -> None:
        self.path = path
        self._made = made
        self._temporary = temporary
        self._force = force
        self._mark: tuple[int, int] | None = None
        self._older: Path | None = None

    @property
    def waits_at(self) -> Path:
        """Where it lies until it is published."""
        return self._temporary

    def publish(self, *, revocable: bool = False) -> None:
        """Give the file its name, in one step.

        Where it is ``revocable``, a file that it replaces is held under another name beside it,
        until :meth:`settle` or :meth:`take_back` is called. Raises OutputExistsError when the name
        was taken meanwhile and may not be replaced, and OutputError when it cannot be given.
        """
        try:
            if revocable:
                self._mark = _identity(self._temporary)
            if revocable and self._force:
                self._older = _held(self.path)
            if self._force:
                self._temporary.replace(self.path)
            else:
                _link(self._temporary, self.path)
        except BaseException as error:
            self.settle()
            if isinstance(error, FileExistsError):
                raise _exists(self.path) from None
            if isinstance(error, OSError):
                _raise_as_output_error(self.path, error)
            raise
        log.info("wrote %s", self.path)

    def settle(self) -> None:
        """Let what was published stand: it cannot be taken back any more."""
        older, self._older, self._mark = self._older, None, None
        if older is not None:
            _remove(older)

    def take_back(self) -> None:
        """All is as it was before :meth:`publish`, unless the file is another one by now.

        Raises OutputError when that cannot be done.
        """
        try:
            if self._mark is not None and _identity(self.path) == self._mark:
                if self._older is not None:
                    self._older.replace(self.path)
                else:
                    self.path.unlink()
                log.info("took back %s", self.path)
        except FileNotFoundError:
            pass
        except OSError as error:
            _raise_as_output_error(self.path, error)
        finally:
            self.settle()
            _remove_folders(self._made)


@contextlib.contextmanager
def staged(
    path: Path,
    data: bytes,
    *,
    force: bool,
    mode: int | None = None,
    durably: bool = True,
    makes_folder: bool = False,
) -> Iterator[StagedFile]:
    """A context in which ``data`` lies beside ``path``, to be published there as the last step.

    Whatever can fail for want of space or rights fails on the way in, with OutputError, or
    OutputExistsError without ``force``. What was not published is removed on every way out.
    The mode follows the umask, unless one is given; if it ``makes_folder``, missing folders are made,
    and removed again if they stay empty. What is not to be there ``durably`` is not flushed
    to the disk, and so may be damaged after a crash of the system.
    """
    check_free(path, force=force)
    made = _missing_folders(path) if makes_folder else []
    temporary = _temporary(path)
    try:
        try:
            for folder in made:
                folder.mkdir(exist_ok=True)
            _sweep(path.parent)
            _write(temporary, data, durably=durably, mode=mode)
        except OSError as error:
            _raise_as_output_error(path, error)
        yield StagedFile(path, temporary, force=force, made=made)
    finally:
        _remove(temporary)
        _remove_folders(made)


def write_atomically(
    path: Path,
    data: bytes,
    *,
    force: bool,
    mode: int | None = None,
    durably: bool = True,
    makes_folder: bool = False,
) -> None:
    """Write ``data`` to ``path`` so that the file is there whole or not at all, even after a crash.

    That of a file which is not written ``durably`` holds for a crash of the program alone. Without ``force`` a file that turns up at ``path`` meanwhile is kept and OutputExistsError is
    raised. The mode follows the umask, unless one is given. Raises OutputError when it cannot be
    written; on every way out nothing else is left behind.
    """
    with staged(
        path, data, force=force, mode=mode, durably=durably, makes_folder=makes_folder
    ) as file:
        file.publish()


def is_abandoned(entry: os.DirEntry[str]) -> bool:
    """Whether this is a half-written file of ours that a crash left behind, an hour ago or more.

    What cannot be looked at is none.
    """
    if not _TEMPORARY.fullmatch(entry.name):
        return False
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return False
    is_ours = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
    return is_ours and stat.S_ISREG(status.st_mode) and status.st_mtime < time.time() - STALE


def _sweep(folder: Path) -> None:
    """Remove what crashes left behind in the folder, once a process; what cannot be, stays."""
    if folder in _swept:
        return
    _swept.add(folder)
    with contextlib.suppress(OSError), os.scandir(folder) as found:
        for entry in islice(found, _MOST_LISTED):
            if is_abandoned(entry):
                _remove(Path(entry.path))


def check_free(path: Path, *, force: bool) -> None:
    """Nothing, when a file may be written at ``path``; with ``force`` in the place of another one.

    Raises OutputExistsError for what is there and may not be replaced, and OutputError when it
    cannot be looked at.
    """
    try:
        mode = path.lstat().st_mode
        # A link to a device, such as /dev/stdout, is no more to be replaced than the device.
        if stat.S_ISLNK(mode) and path.exists():
            mode = path.stat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        _raise_as_output_error(path, error)
    except ValueError:
        raise OutputError(
            f"'{printable(str(path))}' is not a valid file name", hint=_ELSEWHERE
        ) from None
    shown = printable(str(path))
    if stat.S_ISDIR(mode):
        raise OutputExistsError(
            f"'{shown}' is a folder, not a file", hint=f"use '{shown}{os.sep}NAME'"
        )
    if not stat.S_ISREG(mode) and not stat.S_ISLNK(mode):
        raise OutputExistsError(f"'{shown}' is not a regular file", hint=_ELSEWHERE)
    if not force:
        raise _exists(path)


def _exists(path: Path) -> OutputExistsError:
    return OutputExistsError(
        f"'{printable(str(path))}' already exists", hint=Hint("overwrite it with {force.on}")
    )


def _temporary(path: Path) -> Path:
    # Short, whatever the length of the name; and random enough to be nobody else's, so that it
    # can be removed without asking who made it.
    return path.parent / f".seedwright-{os.urandom(8).hex()}"


def _missing_folders(path: Path) -> list[Path]:
    """The folders above ``path`` that do not exist, the outermost first."""
    missing: list[Path] = []
    for folder in path.parents:
        if os.path.lexists(folder):
            break
        missing.insert(0, folder)
    return missing


def _remove_folders(folders: Sequence[Path]) -> None:
    """Remove the folders that are empty."""
    for folder in reversed(folders):
        with contextlib.suppress(OSError):
            folder.rmdir()


def _create(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)


def _write(path: Path, data: bytes, *, durably: bool, mode: int | None = None) -> None:
    with os.fdopen(_create(path), "wb") as file:
        if mode is not None:
            path.chmod(mode)
        file.write(data)
        if durably:
            file.flush()
            os.fsync(file.fileno())


def _identity(path: Path) -> tuple[int, int]:
    seen = path.lstat()
    return seen.st_dev, seen.st_ino


def _held(path: Path) -> Path | None:
    """Another name for the file, or else a copy of it; None where there is none."""
    other = _temporary(path)
    try:
        try:
            # Not what a link leads to, but the link: it is what will be replaced.
            os.link(path, other, follow_symlinks=False)
        except (OSError, NotImplementedError):
            _copy(path, other)
    except FileNotFoundError:
        return None
    return other


def _copy(path: Path, other: Path) -> None:
    from shutil import copy2

    try:
        copy2(path, other, follow_symlinks=False)
    except BaseException:
        _remove(other)
        raise


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def _link(temporary: Path, path: Path) -> None:
    """Give ``temporary`` the name ``path``; FileExistsError when that is taken."""
    try:
        path.hardlink_to(temporary)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # Creating the name reserves it; from there on it is ours to replace, or to take back.
        os.close(_create(path))
        try:
            temporary.replace(path)
        except BaseException:
            _remove(path)
            raise


def _raise_as_output_error(path: Path, error: OSError) -> NoReturn:
    reason, hint = _REASONS.get(error.errno or 0, (error.strerror or str(error), _ELSEWHERE))
    raise OutputError(f"cannot write '{printable(str(path))}': {reason}", hint=hint) from error
