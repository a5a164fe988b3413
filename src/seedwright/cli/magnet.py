"""``seedwright magnet``: the magnet link of a torrent."""

from __future__ import annotations

import click

from seedwright.cli import EXIT_CODES


@click.command(epilog=EXIT_CODES)
@click.argument("torrent", metavar="FILE")
@click.option(
    "--select",
    default="",
    metavar="FILES",
    help="Download these files alone, counted from 0, such as 0,2,4-6.",
)
@click.option("--show-secrets", is_flag=True, help="Take in the URLs that hold a passkey.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
def magnet(torrent: str, select: str, *, show_secrets: bool, as_json: bool) -> None:
    """Print the magnet link of a torrent; - reads it from standard input.

    Trackers and web seeds whose URL holds a passkey stay out of it.
    """
    from seedwright.cli.output import print_json
    from seedwright.cli.torrents import metainfo_of
    from seedwright.metainfo.magnet import magnet as link

    metainfo = metainfo_of(torrent)
    text = link(metainfo, select=select, show_secrets=show_secrets)
    if as_json:
        print_json({"ok": True, "name": metainfo.name, "magnet": text})
    else:
        click.echo(text)
