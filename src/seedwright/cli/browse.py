"""``seedwright browse``: folders as a client sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from seedwright.cli.output import print_json
from seedwright.cli.parameters import NAME, json_option
from seedwright.cli.running import run_async
from seedwright.errors import UsageError
from seedwright.metainfo.pieces import format_size
from seedwright.names import printable

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.clients.qbittorrent.browse import Entry, Listing
    from seedwright.settings.model import Settings


@click.command()
@click.argument("place", metavar="[PLACE]", required=False, type=NAME)
@json_option("entry")
@click.pass_obj
def browse(config: Path | None, place: str | None, *, as_json: bool) -> None:
    """List a folder as qBittorrent sees it, in its container or on its machine.

    PLACE is the path as qBittorrent sees it, or CLIENT:PATH with a client of the settings, as in
    nas:/downloads. Without it, the default save path is listed. Hidden files are never listed.
    """
    from seedwright.cli.settings import settings_in

    settings = settings_in(config)
    seen = run_async(_seen(settings, *_parted(place, settings)))
    if as_json:
        for entry in seen.there.entries:
            print_json(seen.row(entry))
        return
    here = f" (here: {seen.here})" if seen.here else ""
    click.secho(printable(f"{seen.path} on {seen.title}{here}"), bold=True)
    for entry in seen.there.entries:
        size = "" if entry.size is None or entry.is_folder else format_size(entry.size)
        click.echo(f"  {size:>10}  {printable(entry.name)}{'/' if entry.is_folder else ''}")
    if not seen.there.entries:
        click.echo("  nothing, or hidden files only")


class _Seen(NamedTuple):
    """What a client has at a path; ``here`` is the same path on this machine, "" if none is known."""

    client: str
    title: str
    path: str
    here: str
    there: Listing

    def row(self, entry: Entry) -> dict[str, Any]:
        """The JSON of an entry."""
        from seedwright.clients.path_map import pure

        path = pure(self.path) / entry.name if self.there.is_folder else pure(self.path)
        return {
            "client": self.client,
            "path": str(path),
            "kind": "folder" if entry.is_folder else "file",
            "size": None if entry.is_folder else entry.size,
        }


def _parted(place: str | None, settings: Settings) -> tuple[str | None, str]:
    """The client's name, None for the usual one, and the path there, "" for where it saves to."""
    name, colon, path = (place or "").partition(":")
    if colon and name in settings.client_names():
        return name, path
    return None, place or ""


async def _seen(settings: Settings, client: str | None, path: str) -> _Seen:
    from seedwright.clients.path_map import pure
    from seedwright.fleet import Fleet

    fleet = Fleet(settings)
    try:
        there = fleet.qbittorrent(client)
        folder = path or (await there.info())["default_save_path"]
        if not pure(folder).is_absolute():
            raise UsageError(
                f"'{printable(folder)}' is not an absolute path",
                hint="give the path as qBittorrent sees it, from its root on",
            )
        here = there.path_map.to_host(folder)
        listing = await there.listing(folder)
        return _Seen(there.name, there.title, folder, here.path if here.mapping else "", listing)
    finally:
        await fleet.close()
