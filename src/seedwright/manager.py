"""The front door: plan, hash, write, add, prove.

The command line, and whatever else comes later, enters at :class:`TorrentManager` and leaves with
a :class:`~seedwright.report.Report`.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from seedwright.clients import Client
from seedwright.config.load import load_settings
from seedwright.config.model import Settings
from seedwright.drafting import draft, drafts
from seedwright.engines.base import Progress
from seedwright.engines.local import NAME as LOCAL
from seedwright.errors import OutputError, SeedwrightError
from seedwright.making import hash_all_here
from seedwright.plan import Plan
from seedwright.planning import check_with_client
from seedwright.qbittorrent import seeding, tasks
from seedwright.qbittorrent.threads import called_back, in_thread, stoppable, undoable
from seedwright.report import Report, Timings
from seedwright.torrent.output import staged
from seedwright.verifying import verify

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from types import TracebackType
    from typing import Unpack

    from seedwright.engines.base import MadeTorrent, OnProgress
    from seedwright.options import CreateOptions
    from seedwright.qbittorrent.capabilities import Capabilities
    from seedwright.qbittorrent.seeding import Seeding
    from seedwright.qbittorrent.tasks import CreatorTask
    from seedwright.torrent.output import StagedFile
    from seedwright.torrent.verify import Verification


T = TypeVar("T")

_DISK_PATIENCE = 10.0


class TorrentManager:
    """Makes torrents and proves that they seed; an async context manager.

    Leaving it, on whatever way, stops what is under way, deletes its tasks and logs out::

        async with TorrentManager() as manager:
            report = await manager.create_torrent("/data/book", seed=True)

    Several calls at once on one manager share one session a client.
    """

    def __init__(self, config: Settings | Path | str | None = None) -> None:
        """Take settings, the path of a settings file, or None to look in the usual places.

        Raises :class:`~seedwright.errors.SettingsError`.
        """
        if not isinstance(config, Settings):
            config = load_settings(Path(config) if config is not None else None).settings
        self.settings = config
        self._clients: dict[str, Client] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.cleanup()

    async def cleanup(self) -> None:
        """Nothing of ours is left on any client: no task under way, no session."""
        clients, self._clients = self._clients, {}
        await asyncio.gather(*(client.close() for client in clients.values()))

    async def test_connection(self, client: str | None = None) -> Capabilities:
        """What the client is, once reached and signed in.

        Raises :class:`~seedwright.errors.ClientConnectionError` or
        :class:`~seedwright.errors.SignInError`.
        """
        return await self._client(client).connection.open()

    async def get_qbittorrent_info(self, client: str | None = None) -> dict[str, Any]:
        """Versions, default save path and categories of a client.

        Keys: ``version``, ``web_api_version``, ``libtorrent_version``, ``default_save_path`` and
        ``categories`` (name → save path as set, "" where none is).
        """
        connection = self._client(client).connection
        capabilities = await connection.open()
        categories: Any = await connection.call(lambda api: api.torrents_categories())
        return {
            "version": capabilities.app_version.removeprefix("v"),
            "web_api_version": capabilities.api_version,
            "libtorrent_version": capabilities.libtorrent_version,
            "default_save_path": await connection.call(lambda api: api.app_default_save_path()),
            "categories": {name: row["savePath"] for name, row in categories.items()},
        }

    async def get_torrent_creation_status(
        self, task_id: str, client: str | None = None
    ) -> CreatorTask:
        """One Torrent Creator task.

        Raises :class:`~seedwright.errors.TaskLostError` when the client does not know it.
        """
        return await tasks.task_status(self._client(client).connection, task_id)

    async def get_torrent_file_bytes(self, task_id: str, client: str | None = None) -> bytes:
        """The ``.torrent`` of a finished Torrent Creator task.

        Raises :class:`~seedwright.errors.TaskLostError` or
        :class:`~seedwright.errors.TaskFailedError`.
        """
        return await tasks.torrent_file(self._client(client).connection, task_id)

    async def list_tasks(self, client: str | None = None) -> list[CreatorTask]:
        """Every Torrent Creator task of a client, other people's included."""
        return await tasks.list_tasks(self._client(client).connection)

    async def cancel_task(self, task_id: str, client: str | None = None) -> None:
        """Stop and delete a Torrent Creator task, whoever submitted it.

        Raises :class:`~seedwright.errors.TaskLostError` when the client does not know it.
        """
        connection = self._client(client).connection
        if not await tasks.delete_task(connection, task_id):
            raise tasks.no_such_task(connection, task_id)

    async def plan_torrent(
        self, path: str | os.PathLike[str], **options: Unpack[CreateOptions]
    ) -> Plan:
        """What :meth:`create_torrent` would do, with everything checked that can be beforehand.

        Changes nothing, here or on the client. Raises
        :class:`~seedwright.errors.SeedwrightError`.
        """
        return await self._checked(await in_thread(lambda: draft(path, self.settings, options)))

    async def plan_torrents(
        self, path: str | os.PathLike[str], **options: Unpack[CreateOptions]
    ) -> list[Plan | SeedwrightError]:
        """What :meth:`create_torrents` would do: for each preset its plan, or why there is none."""
        plans = await in_thread(lambda: drafts(path, self.settings, options))
        return await asyncio.gather(*(_outcome(self._checked, plan) for plan in plans))

    async def verify_torrent(
        self,
        torrent: str | os.PathLike[str],
        content: str | os.PathLike[str],
        on_progress: OnProgress | None = None,
    ) -> Verification:
        """Whether ``content`` (itself, or the folder it lies in) is what a ``.torrent`` says.

        Raises :class:`~seedwright.errors.MetainfoError` for a file that is no torrent, and
        :class:`~seedwright.errors.ContentError` for what cannot be read.
        """
        tell = called_back(on_progress)
        return await stoppable(
            lambda cancelled: verify(Path(torrent), Path(content), tell, cancelled)
        )

    async def create_torrent(
        self,
        path: str | os.PathLike[str],
        on_progress: OnProgress | None = None,
        **options: Unpack[CreateOptions],
    ) -> Report:
        """Make the torrent of ``path``, write it, and (with ``seed``) prove that it seeds.

        See :class:`~seedwright.options.CreateOptions` for the options. The ``.torrent`` appears
        once everything that was asked for has been done; after a failure there is none, no task,
        and nothing was added.

        Raises :class:`~seedwright.errors.SeedwrightError`.
        """
        started = time.monotonic()
        plan = await self.plan_torrent(path, **options)
        [report] = await self._carried_out([plan], started, on_progress)
        if isinstance(report, SeedwrightError):
            raise report
        return report

    async def create_torrents(
        self,
        path: str | os.PathLike[str],
        on_progress: OnProgress | None = None,
        **options: Unpack[CreateOptions],
    ) -> list[Report | SeedwrightError]:
        """The torrents of ``path`` for several presets, all hashed from one read of it.

        ``preset`` is the list of their names; gives for each its report, or why there is none. All
        else is as in :meth:`create_torrent`. What a client is to hash, it hashes for each.
        """
        started = time.monotonic()
        plans = await self.plan_torrents(path, **options)
        return await self._carried_out(plans, started, on_progress)

    async def _checked(self, plan: Plan) -> Plan:
        if not plan.needs_client:
            return plan
        return await check_with_client(plan, self._client(plan.client))

    async def _carried_out(
        self,
        plans: Sequence[Plan | SeedwrightError],
        started: float,
        on_progress: OnProgress | None,
    ) -> list[Report | SeedwrightError]:
        """Carry out plans of one content: hashed here all at once, or by a client each for itself."""
        planned = time.monotonic()
        here = [plan for plan in plans if isinstance(plan, Plan) and plan.engine == LOCAL]
        tell = called_back(on_progress)
        hashing = stoppable(lambda cancelled: hash_all_here(here, tell, cancelled))
        hashed_here = asyncio.ensure_future(hashing)

        async def carry_out(plan: Plan) -> Report:
            if plan.engine == LOCAL:
                made = (await asyncio.shield(hashed_here))[here.index(plan)]
                if isinstance(made, SeedwrightError):
                    raise made
            else:
                made = await self._client(plan.client).engine.make(
                    plan.spec, plan.survey, time_limit=plan.time_limit, on_progress=on_progress
                )
            return await self._handed_over(plan, made, started, planned, on_progress)

        try:
            return await asyncio.gather(*(_outcome(carry_out, plan) for plan in plans))
        finally:
            if not hashed_here.done():
                hashed_here.cancel()
                await asyncio.wait([hashed_here])

    async def _handed_over(
        self,
        plan: Plan,
        made: MadeTorrent,
        started: float,
        planned: float,
        on_progress: OnProgress | None,
    ) -> Report:
        """Write the torrent, and add it to the client and prove that it seeds, where that is asked."""
        hashed = time.monotonic()
        proof = None
        async with _staged(plan, made.metainfo.data) as file:
            if plan.seed is not None:
                if on_progress is not None:
                    on_progress(Progress("seeding", 1.0))
                proof = await seeding.add_and_prove(
                    self._client(plan.client).connection,
                    plan.seed,
                    made.metainfo.data,
                    made.metainfo.client_hash,
                )
            try:
                file.publish()
            except OutputError:
                if proof is not None and not proof.already_there:
                    await seeding.remove(self._client(plan.client).connection, proof.infohash)
                raise
        proven = time.monotonic()
        return Report.of(
            plan,
            made,
            seeding=proof,
            warnings=_about(proof),
            timings=Timings(
                planning=planned - started,
                hashing=hashed - planned,
                seeding=proven - hashed,
                total=proven - started,
            ),
        )

    def _client(self, name: str | None) -> Client:
        name, settings = self.settings.client(name)
        if name not in self._clients:
            self._clients[name] = Client.of(name, settings, self.settings.torrent_creation)
        return self._clients[name]


async def _outcome(
    act: Callable[[Plan], Awaitable[T]], plan: Plan | SeedwrightError
) -> T | SeedwrightError:
    """What ``act`` makes of the plan, or its failure, or why there is no plan."""
    if isinstance(plan, SeedwrightError):
        return plan
    try:
        return await act(plan)
    except SeedwrightError as error:
        return error


def _about(proof: Seeding | None) -> tuple[str, ...]:
    if proof is None or not proof.already_there:
        return ()
    return ("it was there already: its category, tags and trackers are as they were",)


@asynccontextmanager
async def _staged(plan: Plan, data: bytes) -> AsyncIterator[StagedFile]:
    """The written file that waits for its name, with the disk's slow part off the event loop."""
    stage = staged(plan.output, data, force=plan.force)

    def discard() -> None:
        stage.__exit__(None, None, None)

    file = await undoable(
        in_thread(stage.__enter__), undo=lambda _: in_thread(discard), within=_DISK_PATIENCE
    )
    try:
        yield file
    finally:
        discard()
