"""Whether content is what a torrent says: bad pieces as files and byte ranges.

Three steps: :func:`~seedwright.hashes.present.examine` looks at what is there, the embedded engine
hashes it, and :func:`judge` compares. What is missing is hashed as zeros, so that every piece keeps
its place; whatever else is in a v1 piece with those zeros cannot be checked.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Literal

from seedwright.hashes.listing import V2_HASH
from seedwright.metainfo.torrent_spec import Format

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from seedwright.hashes.present import Examination
    from seedwright.hashes.spelled import Respelled
    from seedwright.metainfo.build import Hashes

_V1_HASH = 20

State = Literal[
    "bad", "unknown", "missing", "unfinished", "unreadable", "short", "long", "mislinked"
]
Range = tuple[int, int]

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """One file: ``bad`` are byte ranges within it, from and up to but not including.

    ``state`` is "long" for a file with more bytes than listed, all listed ones being good. A symlink
    that leads elsewhere, or is none, is "mislinked": ``target`` is where it should lead, from the
    content on, and ``leads_to`` what it says, "" where it is no link. ``reason`` says why a file is
    unreadable or unfinished, or missing although something is in its place.

    ``unknown`` are ranges that share a v1 piece with bytes of other files that are not there, so that
    they cannot be checked; ``shares_with`` names these files, three at most.
    """

    path: str
    length: int
    actual: int | None
    state: State
    bad: tuple[Range, ...] = ()
    target: str | None = None
    leads_to: str | None = None
    reason: str | None = None
    unknown: tuple[Range, ...] = ()
    shares_with: tuple[str, ...] = ()

    @property
    def good_bytes(self) -> int:
        """How many of the listed bytes are there and known to be right."""
        return self.length - sum(end - start for start, end in (*self.bad, *self.unknown))


@dataclass(frozen=True, slots=True)
class Verification:
    """The content against the torrent; ``fraction`` (0 to 1) is of good bytes.

    ``files`` are those with which anything is wrong, and ``good_files`` counts the others.
    ``respelled`` are those that were found under another spelling of their path ("" for the content
    itself), whether anything is wrong with them or not.
    """

    name: str
    content: Path
    size: int
    bad_pieces: tuple[int, ...]
    files: tuple[FileVerdict, ...]
    good_files: int
    respelled: tuple[tuple[str, Respelled], ...] = ()

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
            "respelled": [
                {"path": path, "found": found.path, "spelling": found.spelling}
                for path, found in self.respelled
            ],
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
                    "unknown": [list(range_) for range_ in file.unknown],
                    "shares_with": list(file.shares_with),
                }
                for file in self.files
            ],
        }


@dataclass(frozen=True, slots=True)
class _Marks:
    """What of the files is bad, what cannot be checked, and which files keep it from that.

    Files go by their numbers.
    """

    bad: defaultdict[int, list[Range]] = field(default_factory=lambda: defaultdict(list))
    unknown: defaultdict[int, list[Range]] = field(default_factory=lambda: defaultdict(list))
    suspects: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


def judge(found: Examination, hashes: Hashes) -> Verification:
    """The verdict on every file, from the hashes of ``found.layout()``."""
    marks = _Marks()
    bad_pieces: tuple[int, ...] = ()
    if found.metainfo.format is not Format.V2:
        bad_pieces = tuple(_differing(hashes.pieces, found.listed.pieces, _V1_HASH))
        _mark_v1(found, bad_pieces, marks)
    if found.metainfo.format is not Format.V1:
        _mark_v2(found, hashes, marks.bad)
    files = found.listed.files
    different = files.columns.differing(found.sizes.tobytes())
    wrong = {*marks.bad, *marks.unknown, *found.mislinked, *different}
    verdicts = tuple(
        _verdict(found, number, marks) for number in sorted(wrong) if not files[number].is_pad
    )
    good = found.metainfo.files - len(verdicts)
    return Verification(
        found.metainfo.name,
        found.content,
        found.metainfo.size,
        bad_pieces,
        verdicts,
        good,
        tuple(_respelled(found)),
    )


def _respelled(found: Examination) -> Iterator[tuple[str, Respelled]]:
    if found.root is not None:
        yield "", found.root
    for number, respelled in found.respelled.items():
        if respelled.spelling != "unfinished":
            yield "/".join(found.listed.files[number].parts), respelled


def _differing(got: bytes, expected: bytes, width: int) -> Iterator[int]:
    """The numbers of the hashes that differ, or that only one side has."""
    if got == expected:
        return
    for number in range(max(len(got), len(expected)) // width):
        at = number * width
        if got[at : at + width] != expected[at : at + width]:
            yield number


def _gaps(found: Examination) -> dict[int, list[int]]:
    """The files of which bytes are not there, by each piece of these that others may share.

    Where there are many, a few of them stand for all.
    """
    gaps: defaultdict[int, list[int]] = defaultdict(list)
    lengths, piece_length = found.listed.files.lengths, found.metainfo.piece_length
    starts = list(accumulate(lengths, initial=0))
    for number in found.listed.files.columns.differing(found.sizes.tobytes()):
        there = max(found.sizes[number], 0)
        if there < lengths[number]:
            first, last = starts[number] + there, starts[number + 1] - 1
            for piece in {first // piece_length, last // piece_length}:
                if len(gaps[piece]) < _SHOWN:
                    gaps[piece].append(number)
    return gaps


def _mark_v1(found: Examination, pieces: Sequence[int], marks: _Marks) -> None:
    """Each bad piece as byte ranges of the files it runs through.

    They are unknown where bytes of the piece are not there, which are another file's.
    """
    if not pieces:
        return
    gaps = _gaps(found)
    length, start, first = found.metainfo.piece_length, 0, 0
    for number, size in enumerate(found.listed.files.lengths):
        end, there = start + size, start + max(found.sizes[number], 0)
        while first < len(pieces) and (pieces[first] + 1) * length <= start:
            first += 1
        at = first
        while at < len(pieces) and pieces[at] * length < end:
            low, high = max(pieces[at] * length, start), min((pieces[at] + 1) * length, end)
            is_unknown = pieces[at] in gaps and high <= there
            ranges = marks.unknown if is_unknown else marks.bad
            ranges[number].append((low - start, high - start))
            if is_unknown:
                marks.suspects[number].update(gaps[pieces[at]])
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


def _verdict(found: Examination, number: int, marks: _Marks) -> FileVerdict:
    file, size = found.listed.files[number], found.sizes[number]
    path, length = "/".join(file.parts), file.length
    leads_to = found.mislinked.get(number)
    if leads_to is not None:
        target = "/".join(file.target or ())
        return FileVerdict(path, 0, size, "mislinked", target=target, leads_to=leads_to)
    if size < 0:
        absence, reason = found.why_absent(number)
        all_of_it = ((0, length),) if length else ()
        return FileVerdict(path, length, None, absence, all_of_it, reason=reason)
    bad, unknown = marks.bad[number], tuple(_merged(marks.unknown[number]))
    if size < length:
        bad = [*bad, (size, length)]
    states: dict[State, bool] = {"short": size < length, "bad": bool(bad), "long": size > length}
    state: State = next((state for state, is_so in states.items() if is_so), "unknown")
    suspects = (found.listed.files[each] for each in sorted(marks.suspects[number])[:_SHOWN])
    names = tuple("/".join(each.parts) for each in suspects)
    return FileVerdict(
        path, length, size, state, tuple(_merged(bad)), unknown=unknown, shares_with=names
    )


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
