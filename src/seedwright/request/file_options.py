"""The options for where a torrent is written, and for its preset."""

from __future__ import annotations

from dataclasses import dataclass

from seedwright.request.kinds import PATH, SWITCH, TEXT
from seedwright.request.option import Where, option


@dataclass(init=False, repr=False, eq=False, match_args=False)
class OfOutput:
    """Where the ``.torrent`` goes."""

    output: str | None = option(
        PATH,
        "File to write the .torrent to, or folder for NAME.torrent.",
        where=Where.JOBS,
        flags="-o --output",
        metavar="FILE|DIR",
        default_note="the current folder",
        examples=("torrents/",),
    )
    create_output_dir: bool | None = option(
        SWITCH,
        "Create the folder of the .torrent if it does not exist.",
        where=Where.ANYWHERE,
        flags="--create-output-dir/--no-create-output-dir",
        setting="torrent_creation.create_output_dir",
        default=False,
        default_note="if the output ends with /",
    )
    force: bool | None = option(
        SWITCH,
        "Overwrite an existing .torrent.",
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
        "Name that distinguishes the torrent from others of the same content.",
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
    """Which preset sets the options that the request omits."""

    preset: str | None = option(
        TEXT,
        "Preset that sets the options you omit.",
        where=Where.JOBS,
        flags="-P --preset",
        metavar="NAME",
    )
    presets: str | None = option(
        PATH,
        "File to read presets from.",
        where=Where.JOBS,
        flags="--presets",
        metavar="FILE",
    )
