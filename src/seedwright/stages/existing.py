"""Whether an existing ``.torrent`` matches the request."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from seedwright.errors import MetainfoError, OutputExistsError
from seedwright.hashes.listing import listing
from seedwright.hints import Hint
from seedwright.metainfo.compare import differences
from seedwright.metainfo.entropy import is_drawn
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.piece_length import length_for_count
from seedwright.metainfo.pieces import format_size
from seedwright.metainfo.reading import read_torrent
from seedwright.metainfo.writing import check_free
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from seedwright.content.survey import ContentSurvey
    from seedwright.metainfo.torrent_spec import TorrentSpec


def existing(
    path: Path, spec: TorrentSpec, survey: ContentSurvey | None, *, name: str | None = None
) -> Metainfo:
    """The torrent at ``path``, if it matches ``spec`` and the content as it is now.

    It matches if it lists as many files and bytes as ``survey`` counts, each file has its size, and
    nothing changed after the ``.torrent`` was written, as far as times show it. Content that is not
    visible here (None) is not compared. ``name`` replaces the spec's where the engine knows the
    content by another one.

    Raises OutputExistsError, which lists what does not match.
    """
    check_free(path, force=True)
    try:
        written = path.stat().st_mtime_ns
        metainfo = Metainfo.parse(read_torrent(path))
        if is_drawn(str(spec.entropy)) and metainfo.entropy:  # any other will do as well
            spec = replace(spec, entropy=metainfo.entropy)
        wrong = [*differences(metainfo, spec, name=name), *_unlike(metainfo, spec, survey)]
        if survey is not None and not wrong:
            wrong = list(islice(_changes(metainfo, spec, survey, written), 1))
    except MetainfoError as error:
        wrong = [error.message]
    except OSError as error:
        wrong = [f"it cannot be read: {error.strerror}"]
    if wrong:
        raise OutputExistsError(
            f"'{printable(str(path))}' already exists and does not match the request:"
            f" {'; '.join(wrong)}",
            hint=Hint("overwrite it with {force.on}"),
        )
    return metainfo


def _unlike(metainfo: Metainfo, spec: TorrentSpec, survey: ContentSurvey | None) -> Iterator[str]:
    """What differs from a spec for the embedded engine, which need not compare its own work."""
    if not spec.with_date and metainfo.creation_date is not None:
        yield "it has a creation date"
    if not spec.with_creator and metainfo.created_by is not None:
        yield "it names the program that made it"
    # The flag changes the infohash also where it says "public", as mkbrr writes it.
    has_flag = b"private" in metainfo.info
    if not (spec.private or metainfo.private) and has_flag != spec.as_mkbrr:
        yield "it has a private flag of 0" if has_flag else "it has no private flag"
    length, longest = metainfo.piece_length, spec.max_piece_length
    if spec.piece_length is None and longest is not None and length > longest:
        yield f"piece length is {format_size(length)}, more than {format_size(longest)}"
    if spec.max_torrent_size is not None and len(metainfo.data) > spec.max_torrent_size:
        yield f"it has {len(metainfo.data)} bytes, more than {spec.max_torrent_size}"
    if spec.piece_count is not None and survey is not None:
        nearest = length_for_count(survey.size, spec.piece_count)
        nearest = min(nearest, longest or nearest)
        # To keep a limit may take longer ones.
        if length < nearest or (length > nearest and spec.max_torrent_size is None):
            yield f"piece length is {format_size(length)} instead of {format_size(nearest)}"


def _changes(
    metainfo: Metainfo, spec: TorrentSpec, survey: ContentSurvey, written: int
) -> Iterator[str]:
    """What changed in the content after the ``.torrent`` was ``written``, on the clock of its
    modification times in nanoseconds.
    """
    if (metainfo.files, metainfo.size) != (survey.files, survey.size):
        yield (
            f"it lists {metainfo.files} files of {metainfo.size} bytes, but the content has"
            f" {survey.files} of {survey.size} bytes"
        )
        return
    files = [file for file in listing(metainfo).files if not file.is_pad]
    for file in files:
        path = os.path.join(spec.content, *file.parts)  # noqa: PTH118 - cheaper for each of many
        try:
            status, is_new = _look(path, written)
        except OSError:
            yield f"it lists '{printable(path)}', which does not exist"
            continue
        if status.st_size != file.length:
            yield f"'{printable(path)}' has {status.st_size} bytes instead of {file.length}"
        elif status.st_mtime_ns > written:
            yield f"'{printable(path)}' was modified after it"
        elif is_new or _time_of_change(status) > written:
            yield f"'{printable(path)}' was changed after it"
    yield from _changed_folders(spec, {file.parts[:-1] for file in files if file.parts}, written)
    # That order is not everybody's, and the infohash depends on it.
    walked = survey.content.files if spec.as_mkbrr and survey.content else files
    if [file.parts for file in files] != [file.parts for file in walked]:
        yield "its files are in another order"


def _changed_folders(
    spec: TorrentSpec, holding_files: Iterable[tuple[str, ...]], written: int
) -> Iterator[str]:
    """The folders of the content that were renamed, or got other rights, after the ``.torrent``.

    A folder that replaces another brings its files along, and their own times stay as they are. A
    rename sets the folder's ctime, but not its mtime. Both are set when something in it comes or goes;
    if that matters, the listed files show it, and often it does not matter (previews, ``.DS_Store``,
    ``@eaDir``, the ``.torrent`` itself). So a folder whose times agree counts as unchanged. A rename
    before such a change goes unnoticed, and so does one of a folder above the content; both need files
    of the same names and sizes that are older than the ``.torrent``, and what seeds is proven by its
    bytes anyway. To refuse every folder with a newer preview would make every rerun fail.
    """
    folders = {parts[:count] for parts in holding_files for count in range(len(parts) + 1)}
    for parts in sorted(folders):
        path = os.path.join(spec.content, *parts)  # noqa: PTH118
        try:
            status, is_new = _look(path, written)
        except OSError:
            continue
        changed = _time_of_change(status)
        if is_new or (changed > written and changed != status.st_mtime_ns):
            yield f"'{printable(path)}' was renamed or changed after it"


def _look(path: str, written: int) -> tuple[os.stat_result, bool]:
    """What lies at ``path``, links followed, and whether it is a link that is newer itself."""
    status = os.lstat(path)
    if not stat.S_ISLNK(status.st_mode):
        return status, False
    return os.stat(path), status.st_ctime_ns > written  # noqa: PTH116


def _time_of_change(status: os.stat_result) -> int:
    # Windows calls the time of creation "ctime".
    return status.st_mtime_ns if os.name == "nt" else status.st_ctime_ns
