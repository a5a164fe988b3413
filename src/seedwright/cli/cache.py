"""``seedwright cache``: show and clear the cache of hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from seedwright.cli import EXIT_CODES
from seedwright.cli.output import print_json
from seedwright.cli.parameters import json_option
from seedwright.errors import OutputError, SettingsError
from seedwright.metainfo.pieces import format_size
from seedwright.names import printable

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.hashes.cache import HashCache


@click.group(epilog=EXIT_CODES, no_args_is_help=True)
def cache() -> None:
    """Show or clear the cache of hashes that `create --reuse` fills."""


@cache.command(epilog=EXIT_CODES)
@json_option()
@click.pass_obj
def show(config: Path | None, *, as_json: bool) -> None:
    """Show where the cache is and how large it is."""
    from seedwright.cli.settings import settings_in

    settings = settings_in(config)
    kept = _cache_in(config)
    try:
        entries, size = kept.summary()
    except OSError as error:
        raise _refused(kept, error) from error
    is_on = settings.torrent_creation.reuse_hashes
    if as_json:
        row = {"folder": str(kept.folder), "entries": entries, "size": size, "limit": kept.limit}
        print_json({**row, "reuse_hashes": is_on})
        return
    click.echo(f"folder    {printable(str(kept.folder))}")
    click.echo(f"entries   {entries}")
    click.echo(f"size      {format_size(size)} of {format_size(kept.limit)}")
    click.echo(f"used      {'always' if is_on else 'with create --reuse'}")


@cache.command(epilog=EXIT_CODES)
@click.pass_obj
def clear(config: Path | None) -> None:
    """Delete all cached hashes; content is then hashed again."""
    kept = _cache_in(config)
    try:
        entries = kept.clear()
    except OSError as error:
        raise _refused(kept, error) from error
    click.echo(f"removed {entries} {'entry' if entries == 1 else 'entries'}")


def _cache_in(config: Path | None) -> HashCache:
    from seedwright.cli.settings import settings_in
    from seedwright.settings.hash_cache import hash_cache

    kept = hash_cache(settings_in(config))
    if kept is None:
        raise SettingsError("hashes cannot be kept: there is no home folder", hint="set HOME")
    return kept


def _refused(kept: HashCache, error: OSError) -> OutputError:
    return OutputError(f"'{printable(str(kept.folder))}': {error.strerror or error}")
