"""``seedwright presets``: list, show, check, find and import presets."""

from __future__ import annotations

from pathlib import Path

import click

from seedwright.cli.options import presets_option
from seedwright.cli.output import print_json, print_schema, print_yaml, warn
from seedwright.cli.parameters import PATH, force_option, json_option
from seedwright.cli.settings import report_mistakes
from seedwright.names import printable


@click.group("presets", no_args_is_help=True)
def presets_group() -> None:
    """List, show, check and import presets, which are named sets of create options."""


@presets_group.command("list")
@presets_option
@json_option("preset")
def list_presets(presets: Path | None, *, as_json: bool) -> None:
    """List the presets, and which preset each one extends."""
    from seedwright.presets.presets_file import find_presets

    file = find_presets(presets)
    for name in file.presets:
        over = file.chain(name)[0][:-1]
        if as_json:
            print_json({"name": name, "extends": over[-1] if over else None})
        else:
            click.echo(printable(f"{name} (extends {over[-1]})" if over else name))


@presets_group.command()
@click.argument("name")
@presets_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of YAML.")
def show(name: str, presets: Path | None, *, as_json: bool) -> None:
    """Print the options that preset NAME sets, with secrets masked."""
    from seedwright.presets.showing import shown_preset
    from seedwright.presets.using import load_preset

    loaded = load_preset(name, presets)
    said = shown_preset(loaded.preset)
    if as_json:
        print_json(said)
    elif said:
        print_yaml(said)
    warn(loaded.warnings)


@presets_group.command()
@presets_option
def check(presets: Path | None) -> None:
    """List every mistake in the presets."""
    from seedwright.presets.presets_file import find_presets

    file = find_presets(presets)
    warn(each.one_line for lost in file.warnings.values() for each in lost)
    report_mistakes(file.mistakes(), bad="the presets have", good="the presets are fine")


@presets_group.command()
@presets_option
def path(presets: Path | None) -> None:
    """Print the path of the presets file in use."""
    from seedwright.presets.presets_file import locate_presets
    from seedwright.settings.dotenv_file import variables_in

    cwd = Path.cwd()
    click.echo(locate_presets(presets, variables_in(None, cwd), cwd))


@presets_group.command()
def schema() -> None:
    """Print the JSON schema of the presets file, for editors."""
    from seedwright.presets.showing import presets_schema

    print_schema(presets_schema())


@presets_group.command("import")
@click.argument("file", type=PATH)
@click.option(
    "-o", "--output", metavar="FILE", type=PATH, help="File to write. [default: standard output]"
)
@force_option
def import_(file: Path, output: Path | None, *, force: bool) -> None:
    """Convert mkbrr's presets in FILE to presets of Seedwright."""
    from seedwright.presets.importing import import_presets
    from seedwright.settings.private_file import write_private

    imported = import_presets(file)
    warn(imported.warnings)
    if output is None:
        click.echo(imported.text, nl=False)
    else:
        write_private(output, imported.text, force=force)
        click.echo(f"wrote {output}")
