"""``seedwright config``: write, show, check and find the settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seedwright.cli import EXIT_CODES

app = typer.Typer(
    help="Write, show, check and find the settings.", epilog=EXIT_CODES, no_args_is_help=True
)

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="The settings file to use."),
]


@app.command(epilog=EXIT_CODES)
def init(
    context: typer.Context,
    path: Annotated[
        Path | None,
        typer.Argument(help="File to write.", show_default="seedwright.yaml"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a settings file that explains every setting."""
    from seedwright.config.paths import FILE_NAME
    from seedwright.config.template import write_example

    target = write_example(_chosen(context, path) or Path(FILE_NAME), force=force)
    typer.echo(f"wrote {target}")


@app.command(epilog=EXIT_CODES)
def show(
    context: typer.Context,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of YAML.")] = False,
) -> None:
    """Print the settings in force, with secrets masked."""
    from seedwright.config.load import load_settings
    from seedwright.config.show import shown

    settings = shown(load_settings(_chosen(context, config)).settings)
    if as_json:
        import json

        typer.echo(json.dumps(settings, indent=2, ensure_ascii=False))
    else:
        import yaml

        typer.echo(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True), nl=False)


@app.command(epilog=EXIT_CODES)
def check(context: typer.Context, config: ConfigOption = None) -> None:
    """List every mistake in the settings, one a line."""
    from seedwright.config.load import find_mistakes
    from seedwright.errors import SettingsError

    mistakes = find_mistakes(_chosen(context, config))
    for mistake in mistakes:
        typer.echo(f"{mistake.message} ({mistake.hint})" if mistake.hint else mistake.message)
    if mistakes:
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        raise SettingsError(f"the settings have {count}")
    typer.echo("the settings are fine")


@app.command(epilog=EXIT_CODES)
def path(context: typer.Context, config: ConfigOption = None) -> None:
    """Print the path of the settings file in use."""
    from seedwright.config.load import locate_settings_file
    from seedwright.config.paths import FILE_NAME, user_settings_path
    from seedwright.errors import SettingsError

    found = locate_settings_file(_chosen(context, config))
    if found is None:
        raise SettingsError(
            f"there is no settings file: neither ./{FILE_NAME} nor {user_settings_path()}",
            hint="`seedwright config init` writes one; without it the defaults are used",
        )
    typer.echo(found)


@app.command(epilog=EXIT_CODES)
def schema() -> None:
    """Print the JSON schema of the settings file, for editors."""
    import json

    from seedwright.config.schema import settings_schema

    typer.echo(json.dumps(settings_schema(), indent=2, ensure_ascii=False))


def _chosen(context: typer.Context, given: Path | None) -> Path | None:
    """The file named here, or else the one that ``seedwright --config`` names."""
    return given or (context.obj or {}).get("config")
