"""``seedwright cache``: show and clear the cache of hashes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from seedwright.cli.output import print_json
from seedwright.cli.parameters import json_option
from seedwright.cli.settings import settings_in
from seedwright.errors import OutputError, SettingsError
from seedwright.metainfo.pieces import format_size
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from seedwright.hashes.cache import HashCache
    from seedwright.settings.model import Settings


@click.group(no_args_is_help=True)
def cache() -> None:
    """Show or clear the cache of hashes that `create --reuse` fills."""


@cache.command()
@json_option()
@click.pass_obj
def show(config: Path | None, *, as_json: bool) -> None:
    """Show where the cache is and how large it is."""
    settings = settings_in(config)
    with _cache_in(settings) as kept:
        entries, size = kept.summary()
    is_on = settings.torrent_creation.reuse_hashes
    if as_json:
        row = {"folder": str(kept.folder), "entries": entries, "size": size, "limit": kept.limit}
        print_json({**row, "reuse_hashes": is_on})
        return
    click.echo(f"folder    {printable(str(kept.folder))}")
    click.echo(f"entries   {entries}")
    click.echo(f"size      {format_size(size)} of {format_size(kept.limit)}")
    click.echo(f"used      {'always' if is_on else 'with create --reuse'}")


@cache.command()
@click.pass_obj
def clear(config: Path | None) -> None:
    """Delete all cached hashes; content is then hashed again."""
    with _cache_in(settings_in(config)) as kept:
        entries = kept.clear()
    click.echo(f"removed {entries} {'entry' if entries == 1 else 'entries'}")


@contextmanager
def _cache_in(settings: Settings) -> Iterator[HashCache]:
    """The cache. Raises OutputError if it cannot be read or written in the context."""
    from seedwright.settings.hash_cache import hash_cache

    kept = hash_cache(settings)
    if kept is None:
        raise SettingsError("hashes cannot be kept: there is no home folder", hint="set HOME")
    try:
        yield kept
    except OSError as error:
        folder = printable(str(kept.folder))
        raise OutputError(f"cannot use the cache '{folder}': {error.strerror or error}") from error
