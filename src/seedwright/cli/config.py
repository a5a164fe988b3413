"""``seedwright config``: write, show, check and find the settings."""

from __future__ import annotations

from pathlib import Path

import click

from seedwright.cli import EXIT_CODES
from seedwright.cli.settings import tell_mistakes
from seedwright.cli.spelling import shown
from seedwright.names import printable

_FILE = click.Path(path_type=Path)

config_option = click.option(
    "--config", "file", metavar="FILE", type=_FILE, help="The settings file to use."
)


@click.group(epilog=EXIT_CODES, no_args_is_help=True)
def config() -> None:
    """Write, show, check and find the settings."""


@config.command(epilog=EXIT_CODES)
@click.argument("path", metavar="[PATH]", type=_FILE, required=False)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.pass_obj
def init(chosen: Path | None, path: Path | None, *, force: bool) -> None:
    """Write a settings file that explains every setting: PATH, or ./seedwright.yaml."""
    from seedwright.settings.places import SETTINGS
    from seedwright.settings.template import write_example

    target = write_example(path or chosen or Path(SETTINGS.here), force=force)
    click.echo(f"wrote {target}")


@config.command(epilog=EXIT_CODES)
@config_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of YAML.")
@click.pass_obj
def show(chosen: Path | None, file: Path | None, *, as_json: bool) -> None:
    """Print the settings in force, with secrets masked."""
    from seedwright.settings import show as showing
    from seedwright.settings.load import load_settings

    settings = showing.shown(load_settings(file or chosen).settings)
    if as_json:
        from seedwright.cli.output import json_text

        click.echo(json_text(settings, indent=2))
    else:
        import yaml

        click.echo(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True), nl=False)


@config.command(epilog=EXIT_CODES)
@config_option
@click.pass_obj
def check(chosen: Path | None, file: Path | None) -> None:
    """List every mistake in the settings and the tracker rules, one a line."""
    from seedwright.settings.load import find_mistakes

    tell_mistakes("the settings", [each.one_line for each in find_mistakes(file or chosen)])


@config.command(epilog=EXIT_CODES)
@config_option
@click.pass_obj
def path(chosen: Path | None, file: Path | None) -> None:
    """Print the path of the settings file in use."""
    from seedwright.errors import SettingsError
    from seedwright.settings.load import locate_settings_file
    from seedwright.settings.places import SETTINGS

    found = locate_settings_file(file or chosen)
    if found is None:
        raise SettingsError(
            f"there is no settings file: {SETTINGS.not_found()}",
            hint="`seedwright config init` writes one; without it the defaults are used",
        )
    click.echo(found)


@config.command(epilog=EXIT_CODES)
def schema() -> None:
    """Print the JSON schema of the settings file, for editors."""
    from seedwright.cli.output import json_text
    from seedwright.settings.schema import settings_schema

    click.echo(json_text(settings_schema(), indent=2))


@config.command("import", epilog=EXIT_CODES)
@click.argument("file", metavar="FILE", type=_FILE)
@click.option("-o", "--output", metavar="FILE", type=_FILE, help="Where to write our settings.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def import_(file: Path, output: Path | None, *, force: bool) -> None:
    """Turn the settings in FILE, of the application before this one, into ours.

    Without -o nothing is written: each line of FILE is listed with what becomes of it.
    """
    from seedwright.settings.predecessor import import_settings
    from seedwright.settings.private_file import write_private

    imported = import_settings(file)
    for line in imported.lines:
        note = f": {line.note}" if line.note else ""
        click.echo(shown(f"{line.place}: {line.name} {line.verdict}{note}"))
    if output is not None:
        write_private(output, imported.text, force=force)
        click.echo(f"wrote {printable(str(output))}; `seedwright config check` checks it")
