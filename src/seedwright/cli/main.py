"""``seedwright``: all commands together, and how every failure is reported."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from seedwright.cli import logs, standard_streams
from seedwright.cli.groups import Entry, LazyGroup
from seedwright.cli.output import fail
from seedwright.cli.parameters import PATH, called
from seedwright.errors import ExitCode, SeedwrightError, UsageError
from seedwright.log import Log

if TYPE_CHECKING:
    from pathlib import Path

log = Log(__name__)

EXIT_CODES = (
    "Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 sign-in, 4 connection, 5 content, "
    "6 busy, 130 interrupted."
)

COMMANDS = {
    "create": Entry("seedwright.cli.create:create", "Make torrents, and prove that they seed."),
    "inspect": Entry("seedwright.cli.inspect:inspect", "Show what a .torrent contains."),
    "magnet": Entry("seedwright.cli.magnet:magnet", "Print the magnet link of a .torrent."),
    "verify": Entry("seedwright.cli.verify:verify", "Check content against its .torrent."),
    "edit": Entry("seedwright.cli.edit:edit", "Change trackers and other fields of a .torrent."),
    "lint": Entry("seedwright.cli.lint:lint", "Find what trackers or clients would refuse."),
    "doctor": Entry("seedwright.cli.doctor:doctor", "Test the connection to qBittorrent."),
    "browse": Entry("seedwright.cli.browse:browse", "List folders as qBittorrent sees them."),
    "status": Entry("seedwright.cli.status:status", "Show whether torrents still seed."),
    "tasks": Entry("seedwright.cli.tasks:tasks", "Manage qBittorrent's Torrent Creator tasks."),
    "config": Entry("seedwright.cli.config:config", "Write, show and check the settings."),
    "batch": Entry("seedwright.cli.batch_files:batch_group", "Check batch files."),
    "cache": Entry("seedwright.cli.cache:cache", "Show or clear the cache of hashes."),
    "presets": Entry("seedwright.cli.presets:presets_group", "List, show and check presets."),
}


def _completed(command: click.Command) -> None:
    """Give the command, and those in it, what every command has."""
    logs.add_to(command)
    command.epilog = EXIT_CODES
    for each in command.commands.values() if isinstance(command, click.Group) else ():
        _completed(each)


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from seedwright import _core

        click.echo(f"seedwright {_core.version()}")
        context.exit()


@click.command(
    cls=LazyGroup,
    entries=COMMANDS,
    prepare=_completed,
    name="seedwright",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--config",
    "config_file",
    metavar="FILE",
    type=PATH,
    help="Read the settings from FILE.",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_version,
    help="Show the version and exit.",
)
@click.pass_context
def app(context: click.Context, config_file: Path | None) -> None:
    """Make torrents and prove that they seed."""
    context.obj = config_file


app.params[1:1] = logs.options(hidden=False)


def main() -> NoReturn:
    """:func:`run` in a process of its own, without garbage collection and without tear-down.

    A command that hashes runs for a moment and leaves hardly any garbage; collecting it and taking
    the interpreter apart would be a fifth of that moment.
    """
    gc.disable()
    standard_streams.prepare()
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
    """Run the command line and exit with its code; no other exception leaves here."""
    # A name that is not UTF-8 must not cause a traceback where it is only shown.
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    with logs.listening():
        code = _ended()
    if code == ExitCode.INTERRUPTED:
        click.echo("interrupted", err=True)
    sys.exit(code)


def _ended() -> int:
    """The exit code of the command, once what failed in it has been reported."""
    try:
        code: int = app(prog_name="seedwright", standalone_mode=False) or ExitCode.DONE
        sys.stdout.flush()
    except SeedwrightError as error:
        code = _failed(error)
    except (KeyboardInterrupt, click.Abort):
        code = ExitCode.INTERRUPTED
    except BrokenPipeError:
        standard_streams.drop_output()  # its reader has gone
        code = ExitCode.FAILED
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        code = ExitCode.USAGE
    except click.UsageError as error:
        code = _failed(_misused(error))
    except Exception as error:
        if (failure := standard_streams.what_fails(error)) is not None:
            return _failed(failure)
        if os.environ.get("SEEDWRIGHT_LOG") == "debug":
            raise
        log.debug("internal error", exc_info=error)
        hint = "run it again with SEEDWRIGHT_LOG=debug and report what it prints"
        code = _failed(SeedwrightError(f"internal error ({type(error).__name__})", hint=hint))
    return code


def _failed(error: SeedwrightError) -> ExitCode:
    fail(error)
    return error.exit_code


def _misused(error: click.UsageError) -> UsageError:
    """What click refused, in the shape of all other failures."""
    sentence = error.message.removesuffix(".").replace("No such", "Unknown", 1)
    sentence = f"{sentence[:1].lower()}{sentence[1:]}"
    if isinstance(error, click.MissingParameter):
        sentence = f"{called(error.param)} is missing"
    elif isinstance(error, click.BadParameter):
        sentence = f"{called(error.param)}: {sentence}"
    usage = f"see `{error.ctx.command_path} --help`" if error.ctx else ""
    near = getattr(error, "possibilities", None)
    hint = f"did you mean '{near[0]}'?" if near else usage
    return UsageError(sentence, hint=hint)
