"""What a batch file can say: jobs, each a torrent, and what they have in common."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - pydantic reads it
from typing import TYPE_CHECKING, Annotated, Any, Literal

from seedwright.presets.preset import UNSAID, Shared, words
from seedwright.request.option import Where
from seedwright.settings.group import Group, setting
from seedwright.settings.problems import BadValueError
from seedwright.settings.shape import keys
from seedwright.settings.value_rules import Rule

VERSION = 1


def _presets(value: object) -> str | list[str]:
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) for name in names):
        raise BadValueError("must be the name of a preset, or a list of names")
    first, *others = map(str, names)
    return [first, *others] if others else first


PresetNames = Annotated[str | list[str], Rule(_presets, written=str | list[str])]


if TYPE_CHECKING:
    _OfJobs = Group
    _OfOneJob = Group
else:
    _OfJobs = words("_OfJobs", Where.DEFAULTS, but={*keys(Shared), "preset", "output"})
    _OfOneJob = words(
        "_OfOneJob", Where.JOB, but={*keys(Shared), *keys(_OfJobs), "preset", "output"}
    )


@dataclass(frozen=True, kw_only=True)
class Defaults(Shared, _OfJobs):
    """Options of every job that does not set them itself; one that is not set is None."""

    preset: PresetNames = setting(
        "Preset for options not set here, or several presets for a torrent each; empty for none.",
        example="films",
    )
    output: str = setting(
        "File to write, or a folder (with / at its end) for NAME.torrent.",
        example="torrents/",
    )

    def options_in(self, folder: Path) -> dict[str, Any]:
        """What it says, as words of a request; relative paths start at ``folder``."""
        options = self.options()
        if self.output:
            # A Path would lose the separator at the end, by which a folder is known.
            options["output"] = os.path.join(folder, os.path.expanduser(self.output))  # noqa: PTH111, PTH118
        elif self.output is not UNSAID:
            del options["output"]
        if not self.preset:
            options.pop("preset", None)
            options.pop("presets", None)
        return options


@dataclass(frozen=True, kw_only=True)
class Job(Defaults, _OfOneJob):
    """One torrent to make."""

    path: Path = setting(
        "File or folder to make a torrent of.", example="/srv/media/films/film.mkv"
    )

    def options(self) -> dict[str, Any]:
        """What it says besides the path, as words of a request."""
        options = super().options()
        options.pop("path", None)
        return options


@dataclass(frozen=True, kw_only=True)
class BatchFile(Group):
    """A batch file."""

    version: Literal[1] = setting("Version of the file format: 1.")
    defaults: Defaults = setting("Options of every job that does not set them itself.")
    jobs: list[Job] = setting("Torrents to make.")
