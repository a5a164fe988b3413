"""``seedwright tasks``: the Torrent Creator's own tasks, whoever submitted them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from seedwright.cli import EXIT_CODES
from seedwright.cli.output import print_json
from seedwright.cli.running import run_async
from seedwright.torrent.names import printable
from seedwright.torrent.pieces import format_size
from seedwright.torrent.urls import mask_url

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from seedwright.manager import TorrentManager
    from seedwright.qbittorrent.tasks import CreatorTask

T = TypeVar("T")

app = typer.Typer(
    help="List, show, fetch and cancel the tasks of qBittorrent's Torrent Creator.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    rich_markup_mode=None,
)

ClientOption = Annotated[
    str | None, typer.Option("--client", metavar="NAME", help="Which qBittorrent of the settings.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
TaskArgument = Annotated[str, typer.Argument(metavar="TASK", help="The task's id.")]


@app.command("list", epilog=EXIT_CODES)
def list_(context: typer.Context, client: ClientOption = None, as_json: JsonOption = False) -> None:
    """List every task, other people's included."""
    tasks = _with_manager(context, lambda manager: manager.list_tasks(client))
    if as_json:
        for task in tasks:
            print_json(_row(task))
        return
    for task in tasks:
        typer.echo(f"{task.id}  {_state(task):<13}  {printable(task.source_path)}")
    if not tasks:
        typer.echo("no tasks", err=True)


@app.command(epilog=EXIT_CODES)
def show(
    context: typer.Context,
    task_id: TaskArgument,
    client: ClientOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one task."""
    task = _with_manager(
        context, lambda manager: manager.get_torrent_creation_status(task_id, client)
    )
    if as_json:
        print_json(_row(task))
        return
    rows = {
        "task": task.id,
        "path": task.source_path,
        "state": _state(task),
        "error": task.error_message,
        "format": task.format,
        "private": "yes" if task.private else "no",
        "piece": format_size(task.piece_length) if task.piece_length else "automatic",
        "source": task.source,
        "comment": task.comment,
        "trackers": ", ".join(map(mask_url, task.trackers)),
    }
    for label, text in rows.items():
        if text:
            typer.echo(f"{label:<10}{printable(text)}")


@app.command(epilog=EXIT_CODES)
def fetch(
    context: typer.Context,
    task_id: TaskArgument,
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="FILE|DIR", help="Where to write it. [default: here]"
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing .torrent.")] = False,
    client: ClientOption = None,
) -> None:
    """Write a finished task's .torrent."""
    from seedwright.cli.settings import settings_of
    from seedwright.torrent.metainfo import Metainfo
    from seedwright.torrent.output import output_path, write_atomically

    data = _with_manager(context, lambda manager: manager.get_torrent_file_bytes(task_id, client))
    target = output_path(
        Metainfo.parse(data).name,
        output,
        default_dir=settings_of(context).default_output_dir,
        several=False,
    )
    write_atomically(target, data, force=force)
    typer.echo(printable(str(target)))


@app.command(epilog=EXIT_CODES)
def cancel(context: typer.Context, task_id: TaskArgument, client: ClientOption = None) -> None:
    """Stop a task and delete it."""
    _with_manager(context, lambda manager: manager.cancel_task(task_id, client))
    typer.echo(f"deleted task {task_id}")


def _with_manager(context: typer.Context, work: Callable[[TorrentManager], Awaitable[T]]) -> T:
    from seedwright.cli.settings import settings_of
    from seedwright.manager import TorrentManager

    async def inside() -> T:
        async with TorrentManager(settings_of(context)) as manager:
            return await work(manager)

    return run_async(inside())


def _state(task: CreatorTask) -> str:
    return task.status if task.progress is None else f"{task.status} {task.progress:.0f} %"


def _row(task: CreatorTask) -> dict[str, Any]:
    return {**asdict(task), "trackers": [mask_url(url) for url in task.trackers]}
