"""What a careful uploader would miss in a torrent, or would not have in it, each by a name."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from functools import cached_property, partial
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
"""How many gaps are told by each check; the others are counted."""

_SAMPLE_FOLDERS = frozenset({"sample", "samples"})


class Finding(NamedTuple):
    """One thing that was found: the check that found it, and a clause that says what it is."""

    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.name}: {self.text}"


class Check(NamedTuple):
    """Something to look for; ``find`` gives the places where it is found.

    Where each place is ``told`` by itself, it is a clause of its own.
    """

    meaning: str
    find: Callable[[_Content], Iterable[str]]
    told: bool = False


def check_content(
    survey: ContentSurvey,
    files: Iterable[ContentFile],
    *,
    name: str = "",
    allowed: Iterable[str] = (),
) -> list[Finding]:
    """What is found in the content, in the order of CHECKS, but for the names in ``allowed``.

    ``files`` are those that the torrent would have, and ``name`` is its own, where that is not the
    content's. Opens no file. Raises UsageError for a name in ``allowed`` that is none.
    """
    silenced = check_names(allowed)
    content = _Content(survey, files, name or survey.name)
    found: list[Finding] = []
    for check, (meaning, find, is_told) in CHECKS.items():
        where = [] if check in silenced else list(dict.fromkeys(find(content)))
        if where and is_told:
            found += (Finding(check, place) for place in where[:MOST_GAPS])
            rest = len(where) - MOST_GAPS
            found += [Finding(check, f"{rest} more like these")] if rest > 0 else []
        elif where:
            found.append(Finding(check, meaning + places(where)))
    return found


def check_names(names: Iterable[str]) -> frozenset[str]:
    """The names themselves; UsageError when one of them is none of CHECKS."""
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


def _gaps(content: _Content, *, check: str) -> Iterable[str]:
    return (gap.text for gap in content.gaps if gap.check == check)


def _samples(content: _Content) -> Iterable[str]:
    return map(_path, content.samples if content.media[VIDEO] else ())


def _archives(content: _Content) -> Iterable[str]:
    """The archives in a folder with media that they hold, as far as names and sizes tell."""
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
    """What repairs and fetches: checksums are for volumes, but there are some for music, too."""
    if any(content.media.values()):
        yield from content.with_suffix("nzb", "par2")
    if content.media[VIDEO]:
        yield from content.with_suffix("sfv")


def _unfinished(content: _Content) -> Iterable[str]:
    survey = content.survey
    yield from content.with_suffix(*(one for one in content.by_suffix if is_unfinished(f".{one}")))
    if survey.content is not None:
        yield from (f"'{path}'" for path in survey.content.unfinished)
    # aria2 gives the content its own name from the start, and puts this file beside it.
    control = f"{survey.path}.aria2"
    if os.path.exists(control):  # noqa: PTH110 - Path.exists fails where the name is too long
        yield f"'{printable(survey.name)}.aria2' beside it"


def _empty(content: _Content) -> Iterable[str]:
    return (_path(file) for each in content.media.values() for file in each if not file.size)


def _long_names(content: _Content) -> Iterable[str]:
    names = {content.name}
    if content.survey.respelled:  # it tells of every name that is longer than 240 bytes, too
        names.update(*(file.parts for each in content.by_suffix.values() for file in each))
    return (f"'{printable(name)}'" for name in names if len(name.encode()) > LONGEST_NAME)


CHECKS = {
    "missing-episode": Check(
        "a season that lacks an episode, or a show that lacks a season",
        partial(_gaps, check="missing-episode"),
        told=True,
    ),
    "missing-track": Check(
        "an album that lacks a track", partial(_gaps, check="missing-track"), told=True
    ),
    "missing-part": Check(
        "a set that lacks a part, a disc or a volume",
        partial(_gaps, check="missing-part"),
        told=True,
    ),
    "sample": Check("a sample beside the video that it is of", _samples),
    "archive": Check("an archive beside the media that were in it", _archives),
    "leftover": Check("a file that was for downloading or repairing", _leftovers),
    "unfinished": Check("a download that is not finished", _unfinished),
    "empty-media": Check("a media file without a byte in it", _empty),
    "long-name": Check(f"a name of more than {LONGEST_NAME} bytes", _long_names),
}
"""Everything that is looked for, by the name that allows it."""
