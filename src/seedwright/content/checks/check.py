"""What a careful uploader would add to content or remove from it, each check with a name."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from seedwright.content.checks.findings import check_allowed, places
from seedwright.content.checks.media import AUDIO, KINDS, MEDIA, VIDEO, may_be_archive
from seedwright.content.policy import is_unfinished
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from seedwright.content.checks.archives import Archive
    from seedwright.content.checks.gaps import Gap
    from seedwright.content.survey import ContentSurvey
    from seedwright.content.walk import ContentFile

LONGEST_NAME = 255
"""Bytes of one name, the most that file systems have room for."""

FEWEST_NUMBERED = 3
"""Fewer media files with a number in their path have no gap."""

MOST_GAPS = 10
"""How many gaps each check reports; the others are counted."""

_SAMPLE_FOLDERS = frozenset({"sample", "samples"})


class Finding(NamedTuple):
    """One finding: the check that made it, and a clause that says what it is."""

    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.name}: {self.text}"


class Check(NamedTuple):
    """A check; ``find`` gives the places that fail it, or a clause for each with ``gives_clauses``."""

    meaning: str
    find: Callable[[_Content], Iterable[str]]
    gives_clauses: bool = False


def check_content(
    survey: ContentSurvey,
    files: Iterable[ContentFile],
    *,
    name: str = "",
    allowed: Iterable[str] = (),
) -> list[Finding]:
    """What is found in the content, in the order of CHECKS, without the checks in ``allowed``.

    ``files`` are those that the torrent would have, and ``name`` is its name, "" for that of the
    content. Opens no file. Raises UsageError for an unknown name in ``allowed``.
    """
    silenced = check_names(allowed)
    content = _Content(survey, files, name or survey.name)
    found: list[Finding] = []
    for check, (meaning, find, gives_clauses) in CHECKS.items():
        where = [] if check in silenced else list(dict.fromkeys(find(content)))
        if where and gives_clauses:
            found += (Finding(check, place) for place in where[:MOST_GAPS])
            rest = len(where) - MOST_GAPS
            found += [Finding(check, f"{rest} more like these")] if rest > 0 else []
        elif where:
            found.append(Finding(check, meaning + places(where)))
    return found


def check_names(names: Iterable[str]) -> frozenset[str]:
    """The names; UsageError when one of them is not in CHECKS."""
    return check_allowed(names, CHECKS, hint=f"use one of {', '.join(CHECKS)}")


class _Content:
    """The content as the checks look at it; what few of them need is found out when they ask."""

    def __init__(self, survey: ContentSurvey, files: Iterable[ContentFile], name: str) -> None:
        self.survey = survey
        self.name = name
        self.by_suffix: dict[str, list[ContentFile]] = defaultdict(list)
        for file in files:
            named = file if file.parts else file._replace(parts=(survey.name,))
            self.by_suffix[named.parts[-1].rpartition(".")[2].lower()].append(named)

    def with_suffix(self, *suffixes: str) -> Iterator[str]:
        """The paths of the files with one of these suffixes."""
        return (_path(file) for suffix in suffixes for file in self.by_suffix.get(suffix, ()))

    @cached_property
    def samples(self) -> list[ContentFile]:
        """The videos that are called samples, and are no larger than the largest of the others."""
        called: list[ContentFile] = []
        others: list[ContentFile] = []
        for file in self._of_kind(VIDEO):
            (called if _is_called_sample(file.parts) else others).append(file)
        largest = max((file.size for file in others), default=None)
        return [file for file in called if largest is None or file.size <= largest]

    @cached_property
    def media(self) -> Mapping[str, list[ContentFile]]:
        """The files of each kind of media, without samples."""
        samples = {file.parts for file in self.samples}
        return {
            kind: [file for file in self._of_kind(kind) if file.parts not in samples]
            for kind in MEDIA
        }

    @cached_property
    def archives(self) -> list[Archive]:
        """The archives; files that are numbered as volumes are, too."""
        suffixes = list(filter(may_be_archive, self.by_suffix))
        if not suffixes:
            return []
        from seedwright.content.checks.archives import archives_in

        return archives_in(file for each in suffixes for file in self.by_suffix[each])

    @cached_property
    def gaps(self) -> list[Gap]:
        """The gaps in media and in volumes."""
        files = [(kind, file.parts) for kind, each in self.media.items() for file in each]
        numbered = sum(bool(re.search(r"\d", "/".join(parts))) for _, parts in files)
        volumes = [archive for archive in self.archives if archive.volumes]
        if numbered < FEWEST_NUMBERED and not volumes:
            return []
        from seedwright.content.checks import gaps

        found = gaps.gaps(self.survey.name, files) if numbered >= FEWEST_NUMBERED else []
        return found + gaps.volume_gaps(volumes)

    def _of_kind(self, kind: str) -> list[ContentFile]:
        suffixes = [suffix for suffix in self.by_suffix if KINDS.get(suffix) == kind]
        return [file for suffix in suffixes for file in self.by_suffix[suffix]]


def _path(file: ContentFile) -> str:
    return f"'{printable('/'.join(file.parts))}'"


def _is_called_sample(parts: tuple[str, ...]) -> bool:
    *folders, name = map(str.lower, parts)
    is_in_folder = not _SAMPLE_FOLDERS.isdisjoint(folders)
    return is_in_folder or bool(re.search(r"(?<![a-z])samples?(?![a-z])", name))


def _gap_check(name: str, meaning: str) -> Check:
    def find(content: _Content) -> Iterable[str]:
        return (gap.text for gap in content.gaps if gap.check == name)

    return Check(meaning, find, gives_clauses=True)


def _samples(content: _Content) -> Iterable[str]:
    return map(_path, content.samples if content.media[VIDEO] else ())


def _archives(content: _Content) -> Iterable[str]:
    """The archives in a folder with media that they contain, judged by names and sizes."""
    if not content.archives:
        return
    beside: dict[tuple[str, ...], list[ContentFile]] = defaultdict(list)
    for file in (*content.media[VIDEO], *content.media[AUDIO]):
        beside[file.parts[:-1]].append(file)
    for archive in content.archives:
        media = beside.get(archive.folder, [])
        names = {file.parts[-1].rpartition(".")[0].lower() for file in media}
        is_as_large = archive.size * 2 >= sum(file.size for file in media)
        if media and (archive.volumes or archive.name.lower() in names or is_as_large):
            yield _path(archive.files[0])


def _leftovers(content: _Content) -> Iterable[str]:
    """Files for repairing and downloading; checksums only of videos, since music may keep them."""
    if any(content.media.values()):
        yield from content.with_suffix("nzb", "par2")
    if content.media[VIDEO]:
        yield from content.with_suffix("sfv")


def _unfinished(content: _Content) -> Iterable[str]:
    survey = content.survey
    yield from content.with_suffix(*(one for one in content.by_suffix if is_unfinished(f".{one}")))
    if survey.content is not None:
        yield from (f"'{path}'" for path in survey.content.unfinished)
    # aria2 gives the content its own name from the start, and puts this file next to it.
    control = f"{survey.path}.aria2"
    if os.path.exists(control):  # noqa: PTH110 - Path.exists fails where the name is too long
        yield f"'{printable(survey.name)}.aria2' next to the content"


def _empty(content: _Content) -> Iterable[str]:
    return (_path(file) for each in content.media.values() for file in each if not file.size)


def _long_names(content: _Content) -> Iterable[str]:
    names = {content.name}
    if content.survey.respelled:  # it has every name longer than 240 bytes, too
        names.update(*(file.parts for each in content.by_suffix.values() for file in each))
    return (f"'{printable(name)}'" for name in names if len(name.encode()) > LONGEST_NAME)


CHECKS = {
    "missing-episode": _gap_check(
        "missing-episode", "an episode missing from a season, or a season missing from a show"
    ),
    "missing-track": _gap_check("missing-track", "a track missing from an album"),
    "missing-part": _gap_check("missing-part", "a part, disc or volume missing from a set"),
    "sample": Check("a sample next to its video", _samples),
    "archive": Check("an archive next to the media unpacked from it", _archives),
    "leftover": Check("a file left over from downloading or repairing", _leftovers),
    "unfinished": Check("an unfinished download", _unfinished),
    "empty-media": Check("an empty media file", _empty),
    "long-name": Check(f"a name longer than {LONGEST_NAME} bytes", _long_names),
}
"""Every check, by the name that allows what it finds."""
