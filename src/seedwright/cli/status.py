"""``seedwright status``: whether torrents still seed."""

from __future__ import annotations

import re
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from seedwright.cli.options import option_named
from seedwright.cli.output import print_json
from seedwright.cli.parameters import NAME, json_option
from seedwright.cli.running import run_async
from seedwright.errors import ExitCode, UsageError
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from seedwright.clients.qbittorrent.standing import TorrentStanding
    from seedwright.settings.model import Settings

_SPANS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_WIDTH = 11


@click.command()
@click.argument("torrents", metavar="[TORRENT]...", nargs=-1, type=NAME)
@option_named("client")
@click.option(
    "--since",
    metavar="AGE|DATE",
    help="Only torrents added since then: 12h, 7d, 4w, or 2026-11-01.",
)
@click.option("--failing", is_flag=True, help="List only torrents that do not seed.")
@json_option("torrent")
@click.pass_context
def status(
    context: click.Context,
    torrents: tuple[str, ...],
    *,
    client: str | None,
    since: str | None,
    failing: bool,
    as_json: bool,
) -> None:
    """Show whether torrents still seed, and what their trackers say.

    TORRENT is a v1 or v2 infohash, or a .torrent file. Without one, every finished torrent of the
    client is listed. The exit code is 1 if one of them does not seed: it is stopped or missing,
    its files are gone, or none of its trackers works.
    """
    from seedwright.cli.settings import settings_in

    if torrents and since is not None:
        raise UsageError("--since cannot be combined with torrents", hint="use one of them")
    infohashes = [_infohash(each) for each in torrents]
    added = 0 if since is None else _moment(since)
    found = run_async(_standings(settings_in(context.obj), client, infohashes, added))
    for torrent in found:
        if not (failing and torrent.standing.is_well):
            if as_json:
                print_json(_row(torrent))
            else:
                _print(torrent, in_full=bool(torrents) or not torrent.standing.is_well)
    ill = sum(not torrent.standing.is_well for torrent in found)
    if not as_json:
        click.echo(_summary(len(found), ill), err=True)
    context.exit(ExitCode.FAILED if ill else ExitCode.DONE)


async def _standings(
    settings: Settings, client: str | None, infohashes: Collection[str], since: int
) -> list[TorrentStanding]:
    from seedwright.fleet import Fleet

    fleet = Fleet(settings)
    try:
        return await fleet.qbittorrent(client).standings(infohashes, since=since)
    finally:
        await fleet.close()


def _infohash(given: str) -> str:
    """The infohash that is given, or that of the .torrent at this path."""
    if re.fullmatch(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}", given):
        return given.lower()
    if given.lower().endswith(".torrent"):
        from seedwright.cli.torrents import metainfo_of

        return metainfo_of(given).client_hash
    raise UsageError(
        f"'{printable(given)}' is neither an infohash nor a .torrent file",
        hint="an infohash has 40 hexadecimal digits (v1) or 64 (v2)",
    )


def _moment(since: str) -> int:
    """The moment that is meant, in seconds since 1970."""
    found = re.fullmatch(r"([0-9]{1,6})([mhdw])", since)
    if found:
        return int(time.time()) - int(found[1]) * _SPANS[found[2]]
    try:
        return int(time.mktime(time.strptime(since, "%Y-%m-%d")))
    except (ValueError, OverflowError):
        raise UsageError(
            f"'{printable(since)}' is neither an age nor a date",
            hint="write an age such as 12h, 7d or 4w, or a date such as 2026-11-01",
        ) from None


def _print(torrent: TorrentStanding, *, in_full: bool) -> None:
    colour = "green" if torrent.standing.is_well else "red"
    click.secho(f"{torrent.standing:<{_WIDTH}}", fg=colour, nl=False)
    click.echo(f"  {printable(torrent.name) or torrent.infohash}")
    for label, text in _details(torrent) if in_full else ():
        click.echo(f"{'':<{_WIDTH}}  {label:<9}{printable(text)}")


def _details(torrent: TorrentStanding) -> Iterator[tuple[str, str]]:
    if torrent.name:
        yield "infohash", torrent.infohash
        yield "state", f"{torrent.state}, {torrent.progress:.1%} complete"
        yield "place", torrent.save_path
    if torrent.category:
        yield "category", torrent.category
    if torrent.tags:
        yield "tags", ", ".join(torrent.tags)
    for answer in torrent.trackers:
        yield "tracker", answer.in_words


def _row(torrent: TorrentStanding) -> dict[str, Any]:
    trackers = [answer.as_dict() for answer in torrent.trackers]
    return {"ok": torrent.standing.is_well, **asdict(torrent), "trackers": trackers}


def _summary(count: int, ill: int) -> str:
    if not count:
        return "no torrents"
    torrents = "1 torrent" if count == 1 else f"{count} torrents"
    return f"{torrents}: {count - ill} seeding or being checked, {ill} not"
