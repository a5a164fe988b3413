"""``seedwright``: the commands put together, and how every failure ends."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from seedwright.cli import EXIT_CODES, config, create, doctor, tasks, verify
from seedwright.cli.output import fail
from seedwright.errors import ExitCode, SeedwrightError

app = typer.Typer(
    name="seedwright",
    help="Make torrents and prove that they seed.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    # Help in plain text: drawing it with Rich takes longer than everything else at start-up.
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("create", short_help="Make torrents.", epilog=EXIT_CODES)(create.create)
app.command("doctor", short_help="Test connection and paths.", epilog=EXIT_CODES)(doctor.doctor)
app.command("verify", short_help="Check content against its torrent.", epilog=EXIT_CODES)(
    verify.verify
)
app.add_typer(tasks.app, name="tasks", short_help="Look after qBittorrent's own tasks.")
app.add_typer(config.app, name="config", short_help="Write and check settings.")


def _show_version(wanted: bool) -> None:
    if wanted:
        from seedwright import _core

        typer.echo(f"seedwright {_core.version()}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    config_file: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="The settings file to use."),
    ] = None,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Make torrents and prove that they seed."""
    context.obj = {"config": config_file}


def run() -> NoReturn:
    """Run the command line and leave with its exit code; nothing but that leaves here."""
    # A name that is not UTF-8 must not end in a traceback where it is only to be shown.
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    # Libraries warn through logging, which prints to stderr where nobody listens.
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
    except SeedwrightError as error:
        fail(error)
        code = error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = ExitCode.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain once more while closing it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ExitCode.FAILED
    except Exception as error:
        code = _unexpected(error)
    if code == ExitCode.INTERRUPTED:
        typer.echo("interrupted", err=True)
    sys.exit(code)


def _unexpected(error: Exception) -> int:
    """A usage error shows itself; anything else is a defect of ours, told without a traceback."""
    show, code = getattr(error, "show", None), getattr(error, "exit_code", None)
    if show is not None and code is not None:
        show()
        return int(code)
    if os.environ.get("SEEDWRIGHT_LOG") == "debug":
        raise error
    fail(
        SeedwrightError(
            f"this should not have happened: {type(error).__name__}",
            hint="run it again with SEEDWRIGHT_LOG=debug and report what it prints",
        )
    )
    return ExitCode.FAILED
