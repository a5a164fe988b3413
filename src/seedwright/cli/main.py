"""``seedwright``: the commands put together, and how every failure ends."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

import click

from seedwright.cli import EXIT_CODES, logs, streams
from seedwright.cli.groups import Entry, LazyGroup
from seedwright.cli.output import fail
from seedwright.errors import ExitCode, SeedwrightError
from seedwright.log import Log

log = Log(__name__)

COMMANDS = {
    "create": Entry("seedwright.cli.create:create", "Make torrents."),
    "inspect": Entry("seedwright.cli.inspect:inspect", "Show what torrents say."),
    "magnet": Entry("seedwright.cli.magnet:magnet", "Print a magnet link."),
    "verify": Entry("seedwright.cli.verify:verify", "Check content against its torrent."),
    "edit": Entry("seedwright.cli.edit:edit", "Change what torrents say."),
    "lint": Entry("seedwright.cli.lint:lint", "Find what a torrent trips over."),
    "doctor": Entry("seedwright.cli.doctor:doctor", "Test connection and paths."),
    "browse": Entry("seedwright.cli.browse:browse", "List folders as qBittorrent sees them."),
    "status": Entry("seedwright.cli.status:status", "Show whether torrents still seed."),
    "tasks": Entry("seedwright.cli.tasks:tasks", "Look after qBittorrent's own tasks."),
    "config": Entry("seedwright.cli.config:config", "Write and check settings."),
    "batch": Entry("seedwright.cli.batch_files:batch_group", "Check batch files."),
    "cache": Entry("seedwright.cli.cache:cache", "Look after kept hashes."),
    "presets": Entry("seedwright.cli.presets:presets_group", "Look after presets of options."),
}


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from seedwright import _core

        click.echo(f"seedwright {_core.version()}")
        context.exit()


@click.command(
    cls=LazyGroup,
    entries=COMMANDS,
    prepare=logs.add_to,
    name="seedwright",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--config",
    "config_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The settings file to use.",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_version,
    help="Show the version.",
)
@click.pass_context
def app(context: click.Context, config_file: Path | None) -> None:
    """Make torrents and prove that they seed."""
    context.obj = config_file


app.params[1:1] = logs.options(hidden=False)


def main() -> NoReturn:
    """:func:`run` as a process of its own, which neither begins nor ends with tidying up.

    A command that hashes lives for a moment, and leaves hardly any garbage; collecting it and
    taking the interpreter apart would be a fifth of that moment.
    """
    gc.disable()
    streams.prepare()
    try:
        run()
    except KeyboardInterrupt:
        os._exit(ExitCode.INTERRUPTED)
    except SystemExit as left:
        # It is over: whoever interrupts now is too late.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(int(left.code or ExitCode.DONE))


def run() -> NoReturn:
    """Run the command line and leave with its exit code; nothing but that leaves here."""
    # A name that is not UTF-8 must not end in a traceback where it is only to be shown.
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    with logs.listening():
        code = _ended()
    if code == ExitCode.INTERRUPTED:
        click.echo("interrupted", err=True)
    sys.exit(code)


def _ended() -> int:
    """The exit code of the command, once what failed in it has been told."""
    try:
        code: int = app(standalone_mode=False) or ExitCode.DONE
        sys.stdout.flush()
    except SeedwrightError as error:
        fail(error)
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        code = ExitCode.INTERRUPTED
    except BrokenPipeError:
        streams.drop_output()  # whoever read it has gone
        code = ExitCode.FAILED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except Exception as error:
        failure = streams.what_fails(error)
        if failure is None:
            return _unexpected(error)
        fail(failure)
        code = failure.exit_code
    return code


def _unexpected(error: Exception) -> int:
    """A defect of ours, told without a traceback."""
    if os.environ.get("SEEDWRIGHT_LOG") == "debug":
        raise error
    log.debug("internal error", exc_info=error)
    fail(
        SeedwrightError(
            f"this should not have happened: {type(error).__name__}",
            hint="run it again with SEEDWRIGHT_LOG=debug and report what it prints",
        )
    )
    return ExitCode.FAILED
