"""Options that several commands have, each written once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from seedwright.metainfo.spec import Format, tiers_from
from seedwright.metainfo.urls import node_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from seedwright.options import CreateOptions

Command = TypeVar("Command", bound="Callable[..., Any]")

preset_option = click.option(
    "-P", "--preset", metavar="NAME", help="A preset, for what is not given here."
)
presets_option = click.option(
    "--presets", metavar="FILE", type=click.Path(path_type=Path), help="The presets file to use."
)
tier_option = click.option(
    "--tier", multiple=True, metavar="URL,URL", help="A tier of several trackers, after -t's."
)
source_option = click.option("--source", metavar="S", help="The source tag; part of the infohash.")
comment_option = click.option("--comment", metavar="C", help="The comment.")
entropy_option = click.option(
    "--entropy", metavar="TEXT", help="A text in info that makes another infohash."
)

_OF_A_TORRENT = (
    click.option(
        "-t", "--tracker", multiple=True, metavar="URL", help="A tracker in a tier of its own."
    ),
    tier_option,
    click.option("--no-trackers", is_flag=True, help="No trackers, whatever the settings say."),
    click.option(
        "--private/--public",
        default=None,
        help="Forbid peers from anywhere but its trackers, or not.",
    ),
    click.option(
        "--like",
        type=click.Choice(["seedwright", "mkbrr"]),
        help="The tool whose infohash the same options are to give. [default: seedwright]",
    ),
    click.option(
        "--format",
        type=click.Choice(list(map(str, Format))),
        help="The kind of torrent (BEP 3, BEP 52).",
    ),
    click.option(
        "--piece-size",
        metavar="SIZE",
        help="Piece length: auto, or a power of two from 16KiB to 128MiB.",
    ),
    click.option(
        "--piece-count", type=int, metavar="N", help="About how many pieces, instead of a size."
    ),
    click.option(
        "--max-piece-size", metavar="SIZE", help="The longest piece that is chosen unasked."
    ),
    click.option(
        "--max-torrent-size", metavar="SIZE", help="Raise the piece length until the .torrent fits."
    ),
    click.option(
        "--tracker-rules/--no-tracker-rules",
        default=None,
        help="Let its trackers' rules choose what is not given, or not.",
    ),
    source_option,
    comment_option,
    click.option("--name", metavar="N", help="Another name for the torrent."),
    entropy_option,
    click.option("--date/--no-date", "with_date", default=None, help="The creation date, or none."),
    click.option(
        "--creator/--no-creator", "with_creator", default=None, help="What made it, or nothing."
    ),
    click.option(
        "--web-seed",
        "web_seeds",
        multiple=True,
        metavar="URL",
        help="A web seed (BEP 19); may be repeated.",
    ),
    click.option(
        "--http-seed",
        "http_seeds",
        multiple=True,
        metavar="URL",
        help="An HTTP seed of the older kind (BEP 17); may be repeated.",
    ),
    click.option(
        "--node",
        "nodes",
        multiple=True,
        metavar="HOST:PORT",
        help="A node to enter the DHT by (BEP 5); may be repeated.",
    ),
    click.option(
        "--include", multiple=True, metavar="GLOB", help="Take in what matches; may be repeated."
    ),
    click.option(
        "--exclude", multiple=True, metavar="GLOB", help="Leave out what matches; include wins."
    ),
    click.option(
        "--include-dotfiles/--ignore-dotfiles",
        default=None,
        help="Take in names that begin with a dot, or leave them out. [default: leave out]",
    ),
    click.option("--client", metavar="NAME", help="Which qBittorrent of the settings."),
)


def torrent_options(command: Command) -> Command:
    """Everything that can be asked of a torrent, in the order of its help."""
    for option in reversed(_OF_A_TORRENT):
        command = option(command)
    return command


def tiers_given(
    trackers: Iterable[str], tiers: Iterable[str], *, none: bool
) -> tuple[tuple[str, ...], ...] | None:
    """What -t and --tier name; () for no trackers at all, None where nothing is said."""
    return () if none else tiers_from(trackers, tiers) or None


def given_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the options that were given ask for, by the names in CreateOptions.

    ``given`` are all of ``torrent_options``, and others by those names. One that may be repeated was
    not given when it is empty; to ask for no trackers is another matter.
    """
    asked = dict(given)
    tiers = tiers_given(asked.pop("tracker"), asked.pop("tier"), none=asked.pop("no_trackers"))
    asked["dht_nodes"] = tuple(map(node_from, asked.pop("nodes")))
    dotfiles = asked.pop("include_dotfiles")
    asked["ignore_dotfiles"] = None if dotfiles is None else not dotfiles
    said = {name: value for name, value in asked.items() if value is not None and value != ()}
    return said if tiers is None else {**said, "trackers": tiers}


def create_options(given: Mapping[str, Any], *, quiet: bool) -> CreateOptions:
    """What is asked for, and where nothing is, what the preset says; ``given`` as above.

    Unless ``quiet``, what the preset says without effect is printed. Raises SettingsError and
    UsageError.
    """
    said = given_options(given)
    if "preset" in said or "presets" in said:
        from seedwright.cli.output import warn
        from seedwright.presets.using import with_preset

        said, warnings = with_preset(said)
        if not quiet:
            warn(warnings)
    return cast("CreateOptions", said)
