from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright.errors import OutputError, OutputExistsError, UsageError
from seedwright.metainfo.output_path import output_path
from seedwright.metainfo.writing import (
    STALE,
    ensure_writable,
    staged,
    write_atomically,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol

    class Step(Protocol):
        def __call__(self, path: Path, *, force: bool) -> None: ...


DATA = b"d4:infode" * 1000


def write(path: Path, *, force: bool) -> None:
    write_atomically(path, DATA, force=force)


each_step = pytest.mark.parametrize("step", [ensure_writable, write])


def fail_with(code: int) -> NoReturn:
    raise OSError(code, os.strerror(code))


@pytest.fixture
def full_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on a full file system: a real one where it may be mounted, else /dev/full."""
    folder = tmp_path / "full"
    folder.mkdir()
    mount = shutil.which("mount") or "mount-is-absent"
    options = ["-t", "tmpfs", "-o", "size=4k,nr_inodes=16", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run([mount, *options], capture_output=True, check=False)
        is_mounted = mounted.returncode == 0
    except OSError:
        is_mounted = False
    if is_mounted:
        (folder / "filler").write_bytes(bytes(4096))
    else:
        create = os.open

        def create_full(path: str, flags: int, mode: int = 0o777) -> int:
            descriptor = create(path, flags, mode)
            if flags & os.O_CREAT:
                full = create("/dev/full", os.O_WRONLY)
                os.dup2(full, descriptor)
                os.close(full)
            return descriptor

        monkeypatch.setattr(os, "open", create_full)
        (folder / "filler").touch()
    yield folder
    if is_mounted:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_torrent_goes_to_the_current_folder_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = output_path("book", None, default_dir=None, several=False)
    assert found == tmp_path / "book.torrent"


def test_the_default_folder_is_where_torrents_go_unasked(tmp_path: Path) -> None:
    for several in (False, True):
        found = output_path("book", None, default_dir=tmp_path, several=several)
        assert found == tmp_path / "book.torrent"


def test_an_output_folder_takes_the_torrent_by_its_name(tmp_path: Path) -> None:
    for output in (tmp_path, str(tmp_path), f"{tmp_path}{os.sep}", f"{tmp_path}/new{os.sep}"):
        for several in (False, True):
            found = output_path("book", output, default_dir=Path("/other"), several=several)
            assert found == Path(output) / "book.torrent"


def test_any_other_output_is_the_file_itself(tmp_path: Path) -> None:
    output = tmp_path / "x.dat"
    assert output_path("book", output, default_dir=None, several=False) == output


def test_several_torrents_do_not_go_into_one_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        output_path("book", tmp_path / "x.torrent", default_dir=None, several=True)
    assert "x.torrent' is not a folder" in caught.value.message
    assert f"x.torrent{os.sep}'" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "file_name"),
    [
        ("a" * 247, "a" * 247 + ".torrent"),
        ("a" * 248, "a" * 247 + ".torrent"),
        ("ü" * 124, "ü" * 123 + ".torrent"),
        ("a" + "📚" * 63, "a" + "📚" * 61 + ".torrent"),
        ("../../etc/passwd", ".._.._etc_passwd.torrent"),
        ("a\0b", "a_b.torrent"),
    ],
)
def test_a_name_becomes_one_that_a_file_can_have(name: str, file_name: str) -> None:
    found = output_path(name, None, default_dir=Path("/out"), several=False)
    assert found == Path("/out") / file_name


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_name_leaves_the_folder_or_is_too_long(name: str) -> None:
    found = output_path(name, "/out/", default_dir=None, several=True)
    assert found.parent == Path("/out")
    assert len(found.name.encode()) <= 255
    assert found.name.endswith(".torrent")


def test_a_probe_leaves_nothing_behind(tmp_path: Path) -> None:
    ensure_writable(tmp_path / "x.torrent", force=False)
    assert list(tmp_path.iterdir()) == []


def test_a_written_torrent_is_whole_and_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.torrent"
    write_atomically(path, DATA, force=False)
    assert path.read_bytes() == DATA
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_of_255_bytes_can_be_written(tmp_path: Path) -> None:
    path = output_path("ü" * 200, tmp_path, default_dir=None, several=False)
    ensure_writable(path, force=False)
    write_atomically(path, DATA, force=False)
    assert path.read_bytes() == DATA


@pytest.mark.parametrize("mask", [0o022, 0o027, 0o077])
def test_the_mode_follows_the_umask(tmp_path: Path, mask: int) -> None:
    path = tmp_path / "x.torrent"
    before = os.umask(mask)
    try:
        write_atomically(path, DATA, force=False)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


@pytest.mark.parametrize("mode", [0o600, 0o664])
def test_a_mode_that_is_given_is_kept_whatever_the_umask(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "x.torrent"
    write_atomically(path, DATA, force=True, mode=mode)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@each_step
def test_a_torrent_that_exists_is_kept_without_force(tmp_path: Path, step: Step) -> None:
    path = tmp_path / "x.torrent"
    path.write_bytes(b"old")
    with pytest.raises(OutputExistsError, match=r"x\.torrent' already exists") as caught:
        step(path, force=False)
    assert "force=True" in caught.value.hint
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_force_replaces_a_torrent_that_exists(tmp_path: Path) -> None:
    path = tmp_path / "x.torrent"
    path.write_bytes(b"old")
    ensure_writable(path, force=True)
    write_atomically(path, DATA, force=True)
    assert path.read_bytes() == DATA
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_and_not_what_it_leads_to(tmp_path: Path) -> None:
    target, path = tmp_path / "target", tmp_path / "x.torrent"
    target.write_bytes(b"old")
    path.symlink_to(target)
    with pytest.raises(OutputExistsError):
        write_atomically(path, DATA, force=False)
    write_atomically(path, DATA, force=True)
    assert target.read_bytes() == b"old"
    assert path.read_bytes() == DATA


def test_a_link_that_leads_nowhere_exists_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "x.torrent"
    path.symlink_to("nowhere")
    with pytest.raises(OutputExistsError):
        ensure_writable(path, force=False)
    ensure_writable(path, force=True)


@pytest.mark.parametrize("force", [False, True])
@each_step
def test_folders_and_devices_are_never_replaced(tmp_path: Path, step: Step, force: bool) -> None:
    folder, pipe, link = tmp_path / "folder", tmp_path / "pipe", tmp_path / "link"
    folder.mkdir()
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for path, message in ((folder, "is a folder"), (pipe, "regular"), (link, "regular")):
        with pytest.raises(OutputExistsError, match=message):
            step(path, force=force)


def test_a_torrent_that_turns_up_meanwhile_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.torrent"
    with staged(path, DATA, force=False) as file:
        path.write_bytes(b"faster")
        with pytest.raises(OutputExistsError, match="already exists"):
            file.publish()
    assert path.read_bytes() == b"faster"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_turns_up_meanwhile_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.torrent"
    with staged(path, DATA, force=True) as file:
        path.mkdir()
        with pytest.raises(OutputError):
            file.publish()
    assert list(tmp_path.iterdir()) == [path]


def test_what_was_staged_and_not_published_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "x.torrent"
    with staged(path, DATA, force=False):
        assert not path.exists()
        assert [found.read_bytes() for found in tmp_path.iterdir()] == [DATA]
    assert list(tmp_path.iterdir()) == []


def test_an_error_within_the_context_is_passed_on_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="mine"), staged(tmp_path / "x", DATA, force=False):
        raise OSError("mine")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("call", ["fsync", "link"])
def test_an_interruption_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def interrupted(*_: object, **__: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, call, interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "x.torrent", DATA, force=False)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_and_nothing_is_left(full_folder: Path) -> None:
    path = full_folder / "x.torrent"
    for force in (False, True):
        with pytest.raises(OutputError, match="no space left on the device") as caught:
            write_atomically(path, DATA, force=force)
        assert str(full_folder) in caught.value.message
        assert "free some space" in caught.value.hint
    assert [found.name for found in full_folder.iterdir()] == ["filler"]


def test_a_full_disk_is_found_before_the_work_is_done(full_folder: Path) -> None:
    with pytest.raises(OutputError, match="no space left on the device"):
        ensure_writable(full_folder / "x.torrent", force=False)
    assert [found.name for found in full_folder.iterdir()] == ["filler"]


@each_step
def test_an_absent_folder_is_named(tmp_path: Path, step: Step) -> None:
    with pytest.raises(OutputError, match="its folder does not exist") as caught:
        step(tmp_path / "absent" / "x.torrent", force=False)
    assert f"'{tmp_path / 'absent' / 'x.torrent'}'" in caught.value.message
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="its folder is not a folder"):
        ensure_writable(tmp_path / "file" / "x.torrent", force=False)


def test_a_name_that_is_too_long_is_told_beforehand(tmp_path: Path) -> None:
    path = output_path("x", tmp_path / ("a" * 256), default_dir=None, several=False)
    with pytest.raises(OutputError, match="its name is too long") as caught:
        ensure_writable(path, force=False)
    assert "shorter name" in caught.value.hint


def test_a_name_that_no_file_can_have_is_told_beforehand(tmp_path: Path) -> None:
    path = output_path("x", tmp_path / "a\0b", default_dir=None, several=False)
    with pytest.raises(OutputError, match="is not a valid file name"):
        ensure_writable(path, force=False)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (errno.EACCES, "permission denied"),
        (errno.EPERM, "permission denied"),
        (errno.EROFS, "its file system is read-only"),
        (errno.EDQUOT, "the disk quota is used up"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
@each_step
def test_a_folder_that_takes_no_file_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: Step, code: int, message: str
) -> None:
    monkeypatch.setattr(os, "open", lambda *_, **__: fail_with(code))
    with pytest.raises(OutputError) as caught:
        step(tmp_path / "x.torrent", force=False)
    assert message in caught.value.message
    assert str(tmp_path) in caught.value.message
    assert caught.value.hint
    assert isinstance(caught.value.__cause__, OSError)


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS])
def test_file_systems_without_hard_links_serve_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr(os, "link", lambda *_, **__: fail_with(code))
    path = tmp_path / "x.torrent"
    write_atomically(path, DATA, force=False)
    assert path.read_bytes() == DATA
    assert list(tmp_path.iterdir()) == [path]


def test_without_hard_links_a_torrent_that_turns_up_meanwhile_is_kept_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", lambda *_, **__: fail_with(errno.EPERM))
    path = tmp_path / "x.torrent"
    with staged(path, DATA, force=False) as file:
        path.write_bytes(b"faster")
        with pytest.raises(OutputExistsError):
            file.publish()
    assert path.read_bytes() == b"faster"


def test_without_hard_links_a_failure_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", lambda *_, **__: fail_with(errno.EPERM))
    monkeypatch.setattr(os, "replace", lambda *_, **__: fail_with(errno.EIO))
    with pytest.raises(OutputError):
        write_atomically(tmp_path / "x.torrent", DATA, force=False)
    assert list(tmp_path.iterdir()) == []


def test_a_link_that_fails_otherwise_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", lambda *_, **__: fail_with(errno.EROFS))
    with pytest.raises(OutputError, match="read-only"):
        write_atomically(tmp_path / "x.torrent", DATA, force=False)
    assert list(tmp_path.iterdir()) == []


LEFT_BEHIND = ".seedwright-0123456789abcdef"


def aged(path: Path, seconds: float) -> Path:
    """The file, last written so long ago."""
    when = time.time() - seconds
    os.utime(path, (when, when))
    return path


def test_what_a_crash_left_beside_the_output_is_swept_when_it_is_an_hour_old(
    tmp_path: Path,
) -> None:
    (tmp_path / LEFT_BEHIND).write_bytes(DATA)
    aged(tmp_path / LEFT_BEHIND, STALE + 60)
    write(tmp_path / "x.torrent", force=False)
    assert os.listdir(tmp_path) == ["x.torrent"]


def test_what_may_still_be_written_or_is_not_ours_is_not_swept(tmp_path: Path) -> None:
    (tmp_path / LEFT_BEHIND).write_bytes(DATA)
    kept = [aged(tmp_path / LEFT_BEHIND, STALE - 60)]
    for name in (LEFT_BEHIND[:-1], f"{LEFT_BEHIND}0", f"{LEFT_BEHIND}.torrent", f"x{LEFT_BEHIND}"):
        (tmp_path / name).write_bytes(DATA)
        kept.append(aged(tmp_path / name, 10 * STALE))
    folder = tmp_path / LEFT_BEHIND.replace("0", "1")
    folder.mkdir()
    kept.append(aged(folder, 10 * STALE))
    link = tmp_path / LEFT_BEHIND.replace("0", "2")
    link.symlink_to(kept[1])
    when = time.time() - 10 * STALE
    os.utime(link, (when, when), follow_symlinks=False)
    kept.append(link)
    write(tmp_path / "x.torrent", force=False)
    assert sorted(tmp_path.iterdir()) == sorted([*kept, tmp_path / "x.torrent"])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="it takes root")
def test_what_another_user_left_behind_is_not_swept(tmp_path: Path) -> None:
    (tmp_path / LEFT_BEHIND).write_bytes(DATA)
    os.chown(tmp_path / LEFT_BEHIND, 12345, -1)
    aged(tmp_path / LEFT_BEHIND, STALE + 60)
    write(tmp_path / "x.torrent", force=False)
    assert (tmp_path / LEFT_BEHIND).exists()


def test_a_folder_is_swept_once_a_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[Path] = []
    real = os.scandir

    def scandir(path: Path) -> object:
        listed.append(path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    for name in "abc":
        write(tmp_path / f"{name}.torrent", force=False)
    assert listed == [tmp_path]


def test_what_cannot_be_swept_is_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "scandir", lambda _: fail_with(errno.EIO))
    write(tmp_path / "x.torrent", force=False)
    assert (tmp_path / "x.torrent").read_bytes() == DATA


OLDER = b"d4:infodee"


def holds(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(params=["links", "no links"])
def links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """File systems with hard links, and without."""
    if request.param == "no links":
        monkeypatch.setattr(os, "link", lambda *_, **__: fail_with(errno.EPERM))
    return str(request.param)


@pytest.mark.usefixtures("links")
@pytest.mark.parametrize("older", [{}, {"a.torrent": OLDER}])
@pytest.mark.parametrize("force", [True, False])
def test_what_was_published_can_be_taken_back(
    tmp_path: Path, older: dict[str, bytes], force: bool
) -> None:
    target = tmp_path / "a.torrent"
    if older and not force:
        return
    for name, data in older.items():
        (tmp_path / name).write_bytes(data)
    with staged(target, DATA, force=force) as file:
        file.publish(revocable=True)
        assert target.read_bytes() == DATA
    file.take_back()
    assert holds(tmp_path) == older
    file.take_back()
    assert holds(tmp_path) == older


@pytest.mark.usefixtures("links")
def test_what_is_settled_stands_and_nothing_else_is_left(tmp_path: Path) -> None:
    target = tmp_path / "a.torrent"
    target.write_bytes(OLDER)
    with staged(target, DATA, force=True) as file:
        file.publish(revocable=True)
    file.settle()
    assert holds(tmp_path) == {"a.torrent": DATA}
    file.take_back()
    assert holds(tmp_path) == {"a.torrent": DATA}


def test_what_was_not_published_is_nothing_to_take_back(tmp_path: Path) -> None:
    target = tmp_path / "a.torrent"
    target.write_bytes(OLDER)
    with staged(target, DATA, force=True) as file:
        file.take_back()
    assert holds(tmp_path) == {"a.torrent": OLDER}


def test_a_file_that_somebody_else_has_put_there_since_is_not_touched(tmp_path: Path) -> None:
    target = tmp_path / "a.torrent"
    target.write_bytes(OLDER)
    with staged(target, DATA, force=True) as file:
        file.publish(revocable=True)
    (tmp_path / "new").write_bytes(b"theirs")
    (tmp_path / "new").replace(target)
    file.take_back()
    assert holds(tmp_path) == {"a.torrent": b"theirs"}


def test_a_link_that_was_replaced_comes_back_as_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(OLDER)
    target = tmp_path / "a.torrent"
    target.symlink_to("elsewhere")
    with staged(target, DATA, force=True) as file:
        file.publish(revocable=True)
    assert not target.is_symlink()
    file.take_back()
    assert target.is_symlink()
    assert holds(tmp_path) == {"a.torrent": OLDER, "elsewhere": OLDER}


def test_where_the_older_file_cannot_be_held_nothing_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.torrent"
    target.write_bytes(OLDER)
    monkeypatch.setattr(os, "link", lambda *_, **__: fail_with(errno.EPERM))
    monkeypatch.setattr(shutil, "copy2", lambda *_, **__: fail_with(errno.ENOSPC))
    with (
        pytest.raises(OutputError, match="no space left"),
        staged(target, DATA, force=True) as file,
    ):
        file.publish(revocable=True)
    assert holds(tmp_path) == {"a.torrent": OLDER}


def test_missing_folders_are_made_and_stay_with_what_was_written(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "x.torrent"
    ensure_writable(target, force=False, makes_folder=True)
    assert not (tmp_path / "a").exists()
    write_atomically(target, b"data", force=False, makes_folder=True)
    assert target.read_bytes() == b"data"
    assert list(target.parent.iterdir()) == [target]


def test_missing_folders_are_an_error_unless_they_are_to_be_made(tmp_path: Path) -> None:
    target = tmp_path / "a" / "x.torrent"
    with pytest.raises(OutputError, match="its folder does not exist") as caught:
        ensure_writable(target, force=False)
    assert "create_output_dir=True" in caught.value.hint


def test_folders_that_were_made_are_gone_where_nothing_was_published(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "x.torrent"
    with staged(target, b"data", force=False, makes_folder=True):
        assert target.parent.is_dir()
    assert list(tmp_path.iterdir()) == []


def test_folders_that_were_made_are_taken_back_with_their_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    target = tmp_path / "a" / "b" / "x.torrent"
    with staged(target, b"data", force=False, makes_folder=True) as file:
        file.publish(revocable=True)
    file.take_back()
    assert list((tmp_path / "a").iterdir()) == []


def test_a_folder_that_somebody_else_uses_by_now_stays(tmp_path: Path) -> None:
    target = tmp_path / "a" / "x.torrent"
    with staged(target, b"data", force=False, makes_folder=True):
        (tmp_path / "a" / "theirs").touch()
    assert (tmp_path / "a" / "theirs").exists()


@pytest.mark.parametrize("kind", ["file", "link that leads nowhere"])
def test_what_stands_in_the_place_of_a_folder_is_an_error(tmp_path: Path, kind: str) -> None:
    if kind == "file":
        (tmp_path / "a").touch()
    else:
        (tmp_path / "a").symlink_to(tmp_path / "nowhere")
    target = tmp_path / "a" / "b" / "x.torrent"
    with pytest.raises(OutputError):
        ensure_writable(target, force=False, makes_folder=True)
    with pytest.raises(OutputError):
        write_atomically(target, b"data", force=False, makes_folder=True)
    assert len(list(tmp_path.iterdir())) == 1
