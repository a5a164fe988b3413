"""``seedwright config``: write, show, check and find the settings."""

from __future__ import annotations

from pathlib import Path

import click

from seedwright.cli.output import json_text, print_schema, print_yaml
from seedwright.cli.parameters import PATH, force_option
from seedwright.cli.settings import report_mistakes, settings_in
from seedwright.cli.wording import shown
from seedwright.names import printable

config_option = click.option(
    "--config",
    "file",
    metavar="FILE",
    type=PATH,
    callback=lambda context, _, file: file or context.obj,
    help="Read the settings from FILE.",
)


@click.group(no_args_is_help=True)
def config() -> None:
    """Write, show, check and find the settings."""


@config.command()
@click.argument("path", metavar="[PATH]", type=PATH, required=False)
@force_option
@click.pass_obj
def init(chosen: Path | None, path: Path | None, *, force: bool) -> None:
    """Write a settings file that explains every setting.

    PATH is the file, or a folder for it. Without PATH the file is ./seedwright.yaml.
    """
    from seedwright.settings.places import SETTINGS
    from seedwright.settings.template import write_example

    target = write_example(path or chosen or Path(SETTINGS.here), force=force)
    click.echo(f"wrote {target}")


@config.command()
@config_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of YAML.")
def show(file: Path | None, *, as_json: bool) -> None:
    """Print the settings in force, with secrets masked."""
    from seedwright.settings import show as showing

    settings = showing.shown(settings_in(file))
    if as_json:
        click.echo(json_text(settings, indent=2))
    else:
        print_yaml(settings)


@config.command()
@config_option
def check(file: Path | None) -> None:
    """List every mistake in the settings and the tracker rules."""
    from seedwright.settings.load import find_mistakes

    report_mistakes(find_mistakes(file), bad="the settings have", good="the settings are fine")


@config.command()
@config_option
def path(file: Path | None) -> None:
    """Print the path of the settings file in use."""
    from seedwright.errors import SettingsError
    from seedwright.settings.load import locate_settings_file
    from seedwright.settings.places import SETTINGS

    found = locate_settings_file(file)
    if found is None:
        raise SettingsError(
            f"no settings file found: {SETTINGS.not_found()}",
            hint="the defaults are used; `seedwright config init` writes a file",
        )
    click.echo(found)


@config.command()
def schema() -> None:
    """Print the JSON schema of the settings file, for editors."""
    from seedwright.settings.schema import settings_schema

    print_schema(settings_schema())


@config.command("import")
@click.argument("file", metavar="FILE", type=PATH)
@click.option("-o", "--output", metavar="FILE", type=PATH, help="Write the settings to FILE.")
@force_option
def import_(file: Path, output: Path | None, *, force: bool) -> None:
    """Convert FILE, the settings of the application before this one.

    Each line of FILE is listed with what becomes of it. Nothing is written without -o.
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
