"""``seedwright tasks``: the tasks of qBittorrent's Torrent Creator, whoever submitted them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

import click

from seedwright.cli.options import option_named
from seedwright.cli.output import print_json
from seedwright.cli.parameters import NAME, force_option, json_option
from seedwright.cli.running import run_async
from seedwright.metainfo.pieces import format_size
from seedwright.metainfo.urls import mask_url
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from seedwright.clients.qbittorrent.tasks import CreatorTask
    from seedwright.manager import TorrentManager

T = TypeVar("T")

task_argument = click.argument("task_id", metavar="TASK")


@click.group(no_args_is_help=True)
def tasks() -> None:
    """List, show, fetch and cancel the tasks of qBittorrent's Torrent Creator."""


@tasks.command("list")
@option_named("client")
@json_option("task")
@click.pass_obj
def list_(config: Path | None, client: str | None, *, as_json: bool) -> None:
    """List all tasks, including those of other programs."""
    found = _with_manager(config, lambda manager: manager.list_tasks(client))
    if as_json:
        for task in found:
            print_json(_row(task))
        return
    for task in found:
        click.echo(f"{task.id}  {_state(task):<13}  {printable(task.source_path)}")
    if not found:
        click.echo("no tasks", err=True)


@tasks.command()
@task_argument
@option_named("client")
@json_option("task")
@click.pass_obj
def show(config: Path | None, task_id: str, client: str | None, *, as_json: bool) -> None:
    """Show one task."""
    task = _with_manager(
        config, lambda manager: manager.get_torrent_creation_status(task_id, client)
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
            click.echo(f"{label:<10}{printable(text)}")


@tasks.command()
@task_argument
@click.option(
    "-o",
    "--output",
    metavar="FILE|DIR",
    type=NAME,
    help="File or folder to write it to. [default: the current folder]",
)
@force_option
@option_named("client")
@click.pass_obj
def fetch(
    config: Path | None, task_id: str, output: str | None, client: str | None, *, force: bool
) -> None:
    """Write the .torrent of a finished task."""
    from seedwright.cli.settings import settings_in
    from seedwright.metainfo.output_path import ends_as_folder, output_path
    from seedwright.metainfo.parse import Metainfo
    from seedwright.metainfo.writing import write_atomically

    data = _with_manager(config, lambda manager: manager.get_torrent_file_bytes(task_id, client))
    target = output_path(
        Metainfo.parse(data).name,
        output,
        default_dir=settings_in(config).default_output_dir,
        several=False,
    )
    write_atomically(target, data, force=force, makes_folder=ends_as_folder(output or ""))
    click.echo(printable(str(target)))


@tasks.command()
@task_argument
@option_named("client")
@click.pass_obj
def cancel(config: Path | None, task_id: str, client: str | None) -> None:
    """Stop a task and delete it."""
    _with_manager(config, lambda manager: manager.cancel_task(task_id, client))
    click.echo(f"deleted task {task_id}")


def _with_manager(config: Path | None, work: Callable[[TorrentManager], Awaitable[T]]) -> T:
    from seedwright.cli.settings import settings_in
    from seedwright.manager import TorrentManager

    async def inside() -> T:
        async with TorrentManager(settings_in(config)) as manager:
            return await work(manager)

    return run_async(inside())


def _state(task: CreatorTask) -> str:
    return task.status if task.progress is None else f"{task.status} {task.progress:.0f} %"


def _row(task: CreatorTask) -> dict[str, Any]:
    return {**asdict(task), "trackers": [mask_url(url) for url in task.trackers]}
