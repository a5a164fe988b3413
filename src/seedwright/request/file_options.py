"""The options of where a torrent is written, and under which preset."""

from __future__ import annotations

from dataclasses import dataclass

from seedwright.request.kinds import PATH, SWITCH, TEXT
from seedwright.request.option import Where, option


@dataclass(init=False, repr=False, eq=False, match_args=False)
class OfOutput:
    """Where the ``.torrent`` goes."""

    output: str | None = option(
        PATH,
        "Write the .torrent to this file, or to NAME.torrent in this folder.",
        where=Where.JOBS,
        flags="-o --output",
        metavar="FILE|DIR",
        default_note="here",
        examples=("torrents/",),
    )
    force: bool | None = option(
        SWITCH,
        "Replace an existing .torrent.",
        where=Where.JOBS,
        flags="--force",
        default=False,
    )
    skip_done: bool | None = option(
        SWITCH,
        "Skip content whose .torrent already exists and matches the request.",
        where=Where.CALL,
        flags="--skip-done/--redo",
        default=False,
        default_note="with --each and --batch",
    )
    label: str | None = option(
        TEXT,
        "What tells the torrent apart from others of the same content.",
        where=Where.CALL,
        default="",
    )
    several: bool | None = option(
        SWITCH,
        "The torrent is one of several, so the output must be a folder.",
        where=Where.CALL,
        default=False,
    )


@dataclass(init=False, repr=False, eq=False, match_args=False)
class OfPreset:
    """Whose words count where the request says nothing."""

    preset: str | None = option(
        TEXT,
        "Preset for the options that are not given here.",
        where=Where.JOBS,
        flags="-P --preset",
        metavar="NAME",
    )
    presets: str | None = option(
        PATH,
        "Presets file to use.",
        where=Where.JOBS,
        flags="--presets",
        metavar="FILE",
    )
