"""``seedwright magnet``: the magnet link of a torrent."""

from __future__ import annotations

import click

from seedwright.cli.parameters import NAME, json_option


@click.command()
@click.argument("torrent", metavar="FILE", type=NAME)
@click.option(
    "--select",
    default="",
    metavar="FILES",
    help="Download only these files, numbered from 0: 0,2,4-6.",
)
@click.option("--show-secrets", is_flag=True, help="Include URLs that contain a passkey.")
@json_option()
def magnet(torrent: str, select: str, *, show_secrets: bool, as_json: bool) -> None:
    """Print the magnet link of the .torrent FILE; - reads it from standard input.

    Trackers and web seeds whose URL contains a passkey are left out.
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
