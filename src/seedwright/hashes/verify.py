"""Whether content is what a torrent says: bad pieces as files and byte ranges.

Three steps: :func:`~seedwright.hashes.present.examine` looks at what is there, the embedded engine
hashes it, and :func:`judge` compares. What is missing is hashed as zeros, so that every piece keeps its place;
whatever those zeros touch counts as bad.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from seedwright.hashes.listing import V2_HASH
from seedwright.metainfo.torrent_spec import Format

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from seedwright.hashes.present import Examination
    from seedwright.metainfo.build import Hashes

_V1_HASH = 20

State = Literal["bad", "missing", "unreadable", "short", "long", "mislinked"]
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """One file: ``bad`` are byte ranges within it, from and up to but not including.

    ``state`` is "long" for a file with more bytes than listed, all listed ones being good. A symlink
    that leads elsewhere, or is none, is "mislinked": ``target`` is where it should lead, from the
    content on, and ``leads_to`` what it says, "" where it is no link. ``reason`` says why a file is
    unreadable, or missing although something is in its place.
    """

    path: str
    length: int
    actual: int | None
    state: State
    bad: tuple[Range, ...] = ()
    target: str | None = None
    leads_to: str | None = None
    reason: str | None = None

    @property
    def good_bytes(self) -> int:
        """How many of the listed bytes are there and right."""
        return self.length - sum(end - start for start, end in self.bad)


@dataclass(frozen=True, slots=True)
class Verification:
    """The content against the torrent; ``fraction`` (0 to 1) is of good bytes.

    ``files`` are those with which anything is wrong, and ``good_files`` counts the others.
    """

    name: str
    content: Path
    size: int
    bad_pieces: tuple[int, ...]
    files: tuple[FileVerdict, ...]
    good_files: int

    @property
    def good_bytes(self) -> int:
        """How many of the listed bytes are there and right."""
        return self.size - sum(file.length - file.good_bytes for file in self.files)

    @property
    def fraction(self) -> float:
        """The good bytes' part of all, 0 to 1."""
        return self.good_bytes / self.size if self.size else 1.0

    @property
    def is_complete(self) -> bool:
        """Whether every file is there with every listed byte right, and none is longer."""
        return not self.files

    def as_dict(self) -> dict[str, Any]:
        """The verdict as JSON."""
        return {
            "ok": self.is_complete,
            "name": self.name,
            "content": str(self.content),
            "size": self.size,
            "good_bytes": self.good_bytes,
            "percent": round(100 * self.fraction, 2),
            "bad_pieces": list(self.bad_pieces),
            "good_files": self.good_files,
            "files": [
                {
                    "path": file.path,
                    "state": file.state,
                    "length": file.length,
                    "actual": file.actual,
                    "bad": [list(range_) for range_ in file.bad],
                    "target": file.target,
                    "leads_to": file.leads_to,
                    "reason": file.reason,
                }
                for file in self.files
            ],
        }


def judge(found: Examination, hashes: Hashes) -> Verification:
    """The verdict on every file, from the hashes of ``found.layout()``."""
    bad: defaultdict[int, list[Range]] = defaultdict(list)
    bad_pieces: tuple[int, ...] = ()
    if found.metainfo.format is not Format.V2:
        bad_pieces = tuple(_differing(hashes.pieces, found.listed.pieces, _V1_HASH))
        _mark_v1(found, bad_pieces, bad)
    if found.metainfo.format is not Format.V1:
        _mark_v2(found, hashes, bad)
    files = found.listed.files
    wrong = {*bad, *found.mislinked, *files.columns.differing(found.sizes.tobytes())}
    verdicts = tuple(
        _verdict(found, number, bad[number]) for number in sorted(wrong) if not files[number].is_pad
    )
    good = found.metainfo.files - len(verdicts)
    return Verification(
        found.metainfo.name, found.content, found.metainfo.size, bad_pieces, verdicts, good
    )


def _differing(got: bytes, expected: bytes, width: int) -> Iterator[int]:
    """The numbers of the hashes that differ, or that only one side has."""
    if got == expected:
        return
    for number in range(max(len(got), len(expected)) // width):
        at = number * width
        if got[at : at + width] != expected[at : at + width]:
            yield number


def _mark_v1(found: Examination, pieces: Sequence[int], bad: defaultdict[int, list[Range]]) -> None:
    """Each bad piece as byte ranges of the files it runs through."""
    if not pieces:
        return
    length, start, first = found.metainfo.piece_length, 0, 0
    for number, size in enumerate(found.listed.files.lengths):
        end = start + size
        while first < len(pieces) and (pieces[first] + 1) * length <= start:
            first += 1
        at = first
        while at < len(pieces) and pieces[at] * length < end:
            low, high = pieces[at] * length, (pieces[at] + 1) * length
            bad[number].append((max(low, start) - start, min(high, end) - start))
            at += 1
        start = end


def _mark_v2(found: Examination, hashes: Hashes, bad: defaultdict[int, list[Range]]) -> None:
    """Each bad piece of a file whose root differs, or all of it where it has no layer."""
    length, files = found.metainfo.piece_length, found.listed.files
    for number in files.columns.unlike(hashes.roots):
        file = files[number]
        differing: Iterable[int] = range(1)
        if file.layer:
            got = hashes.layers[number] or hashes.roots[number]
            differing = _differing(got, file.layer, V2_HASH)
        bad[number] += [
            (piece * length, min((piece + 1) * length, file.length)) for piece in differing
        ]


def _verdict(found: Examination, number: int, ranges: list[Range]) -> FileVerdict:
    file, size = found.listed.files[number], found.sizes[number]
    path, length = "/".join(file.parts), file.length
    leads_to = found.mislinked.get(number)
    if leads_to is not None:
        target = "/".join(file.target or ())
        return FileVerdict(path, 0, size, "mislinked", target=target, leads_to=leads_to)
    if size < 0:
        state, reason = found.why_absent(number)
        return FileVerdict(path, length, None, state, ((0, length),) * bool(length), reason=reason)
    if size < length:
        merged = tuple(_merged([*ranges, (size, length)]))
        return FileVerdict(path, length, size, "short", merged)
    return FileVerdict(path, length, size, "bad" if ranges else "long", tuple(_merged(ranges)))


def _merged(ranges: list[Range]) -> Iterator[Range]:
    """The ranges in order, without overlap and without gaps of nothing between them."""
    last: Range | None = None
    for start, end in sorted(ranges):
        if last is not None and start <= last[1]:
            last = (last[0], max(last[1], end))
        else:
            if last is not None:
                yield last
            last = (start, end)
    if last is not None:
        yield last
