"""``seedwright presets``: list, show, check, find and import presets."""

from __future__ import annotations

from pathlib import Path

import click

from seedwright.cli import EXIT_CODES
from seedwright.cli.options import presets_option
from seedwright.cli.output import warn
from seedwright.cli.settings import tell_mistakes

_FILE = click.Path(path_type=Path)

_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("presets", epilog=EXIT_CODES, no_args_is_help=True)
def presets_group() -> None:
    """List, show, check and import presets: options of create under a name."""


@presets_group.command("list", epilog=EXIT_CODES)
@presets_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")
def list_presets(presets: Path | None, *, as_json: bool) -> None:
    """List the presets, and what each is put over."""
    from seedwright.cli.output import print_json
    from seedwright.names import printable
    from seedwright.presets.presets_file import find_presets

    file = find_presets(presets)
    for name in file.presets:
        over = file.chain(name)[0][:-1]
        if as_json:
            print_json({"name": name, "extends": over[-1] if over else None})
        else:
            click.echo(printable(f"{name} (extends {over[-1]})" if over else name))


@presets_group.command(epilog=EXIT_CODES)
@click.argument("name")
@presets_option
@_json_option
def show(name: str, presets: Path | None, *, as_json: bool) -> None:
    """Print what preset NAME says, with secrets masked."""
    from seedwright.presets.showing import shown_preset
    from seedwright.presets.using import load_preset

    loaded = load_preset(name, presets)
    said = shown_preset(loaded.preset)
    if as_json:
        from seedwright.cli.output import print_json

        print_json(said)
    elif said:
        import yaml

        click.echo(yaml.safe_dump(said, sort_keys=False, allow_unicode=True), nl=False)
    warn(loaded.warnings)


@presets_group.command(epilog=EXIT_CODES)
@presets_option
def check(presets: Path | None) -> None:
    """List every mistake in the presets, one a line."""
    from seedwright.presets.presets_file import find_presets

    file = find_presets(presets)
    warn(each.one_line for lost in file.warnings.values() for each in lost)
    tell_mistakes("the presets", [each.one_line for each in file.mistakes()])


@presets_group.command(epilog=EXIT_CODES)
@presets_option
def path(presets: Path | None) -> None:
    """Print the path of the presets file in use."""
    from seedwright.presets.presets_file import locate_presets
    from seedwright.settings.dotenv_file import variables_in

    cwd = Path.cwd()
    click.echo(locate_presets(presets, variables_in(None, cwd), cwd))


@presets_group.command(epilog=EXIT_CODES)
def schema() -> None:
    """Print the JSON schema of the presets file, for editors."""
    from seedwright.cli.output import json_text
    from seedwright.presets.showing import presets_schema

    click.echo(json_text(presets_schema(), indent=2))


@presets_group.command("import", epilog=EXIT_CODES)
@click.argument("file", type=_FILE)
@click.option("-o", "--output", metavar="FILE", type=_FILE, help="Where to write it.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def import_(file: Path, output: Path | None, *, force: bool) -> None:
    """Turn the presets of mkbrr in FILE into ours."""
    from seedwright.presets.importing import import_presets
    from seedwright.settings.private_file import write_private

    imported = import_presets(file)
    warn(imported.warnings)
    if output is None:
        click.echo(imported.text, nl=False)
    else:
        write_private(output, imported.text, force=force)
        click.echo(f"wrote {output}")
