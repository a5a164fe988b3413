"""What a batch file can say: jobs, each a torrent, and what they have in common."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from seedwright.presets.preset import UNSAID, Shared
from seedwright.settings.group import Group, setting
from seedwright.settings.problems import BadValueError, NotTogetherError
from seedwright.settings.value_rules import Rule

VERSION = 1


def _presets(value: object) -> str | list[str]:
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) for name in names):
        raise BadValueError("must be the name of a preset, or a list of names")
    first, *others = map(str, names)
    return [first, *others] if others else first


PresetNames = Annotated[str | list[str], Rule(_presets, written=str | list[str])]


@dataclass(frozen=True, kw_only=True)
class Defaults(Shared):
    """Options of every job that does not say otherwise; what they do not say is None."""

    preset: PresetNames = setting(
        "The preset for what is not said here, or several for a torrent each; empty for none.",
        example="films",
    )
    presets: Path = setting("The presets file that it is in.")
    output: str = setting(
        "The .torrent to write, or with / at its end a folder for NAME.torrent.",
        example="torrents/",
    )
    force: bool = setting("Replace a .torrent that is there.")

    def check_together(self) -> None:
        """Raise NotTogetherError also for a folder beside an output."""
        super().check_together()
        if self.output is not UNSAID and self.output_dir is not UNSAID:
            raise NotTogetherError(
                "is given, and so is output_dir", hint="keep one of the two", at=("output",)
            )

    def options_in(self, folder: Path) -> dict[str, Any]:
        """What it says, as ``CreateOptions`` has it; relative paths start at ``folder``."""
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
class Job(Defaults):
    """One torrent to make."""

    path: Path = setting("The file or folder to make it of.", example="/srv/media/films/film.mkv")
    name: str = setting("Another name for the torrent.")
    from_torrent: Path = setting(
        "A .torrent of the same content to take the hashes from, after a sample check."
    )

    def check_together(self) -> None:
        """Raise NotTogetherError also for a path that is empty."""
        super().check_together()
        if self.path == Path():
            raise NotTogetherError("must name a file or folder", at=("path",))

    def options(self) -> dict[str, Any]:
        """What it says beside the path, as ``CreateOptions`` has it."""
        options = super().options()
        options.pop("path", None)
        return options


@dataclass(frozen=True, kw_only=True)
class BatchFile(Group):
    """A batch file."""

    version: Literal[1] = setting("The version of the format: 1.")
    defaults: Defaults = setting("What holds for every job that does not say otherwise.")
    jobs: list[Job] = setting("The torrents to make.")
