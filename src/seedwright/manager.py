"""The front door: a request goes in, a report comes out.

:class:`TorrentManager` walks the stages. Its plain methods do what needs no client, without an event
loop; its coroutines do the same with clients, and import what that takes.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from seedwright.engines.base import Progress
from seedwright.engines.turn import Turn
from seedwright.errors import SeedwrightError, UsageError, outcome
from seedwright.meaning import around, settled, with_preset, words_of
from seedwright.request import Request
from seedwright.settings.load import load_settings
from seedwright.settings.model import Settings
from seedwright.settings.places import user_turn_path
from seedwright.stages.checks import Findings, vet
from seedwright.stages.content import Walks, chosen_for, look
from seedwright.stages.deliver import Begun, write
from seedwright.stages.make import make_here
from seedwright.stages.route import check_output, route
from seedwright.stages.rules import rule
from seedwright.stages.spec import specify
from seedwright.stages.steps import all_of, each_of

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from seedwright.clients.ticket import Ticket
    from seedwright.engines.base import OnProgress
    from seedwright.fleet import Capabilities, CreatorTask, Fleet
    from seedwright.hashes.verify import Verification
    from seedwright.lint.linter import Finding
    from seedwright.plan import Plan
    from seedwright.report import Report
    from seedwright.shell import Shell
    from seedwright.stages.steps import OnSteps, Step


class TorrentManager:
    """Makes torrents and proves that they seed; an async context manager.

    Leaving it in any way stops what is under way, deletes its tasks and signs out::

        async with TorrentManager() as manager:
            report = await manager.create_torrent("/data/book", seed=True)

    Several calls at once on one manager share one session for each client.
    """

    def __init__(
        self, config: Settings | Path | str | None = None, *, fleet: Fleet | None = None
    ) -> None:
        """Take settings, the path of a settings file, or None to look in the usual places.

        ``fleet`` replaces the clients of the settings.

        Raises :class:`~seedwright.errors.SettingsError`.
        """
        if not isinstance(config, Settings):
            if not isinstance(config, str | Path | None):
                raise UsageError(
                    f"a value of type {type(config).__name__} cannot be settings",
                    hint="pass Settings, or the path of a settings file",
                )
            config = load_settings(Path(config) if config is not None else None).settings
        self.settings = config
        self._given_fleet = fleet

    # Without a client

    def plans(
        self, requests: Iterable[Request], *, to_write: bool = True
    ) -> list[Plan | SeedwrightError]:
        """The plan of each request, as far as this machine alone can make it, or why there is none.

        Everything that needs no client is checked; where
        :attr:`~seedwright.plan.Plan.needs_client` is false, the plan is final. Content that several
        requests share is walked and checked once. With ``to_write`` false, it is not checked whether
        the ``.torrent`` can be written. Changes nothing.
        """
        walks, findings = Walks(), Findings()
        return [
            outcome(self._plan, request, walks, findings, to_write=to_write)
            for request in _requests(requests)
        ]

    def asks_client(self, request: Request) -> bool:
        """Whether a client will hash or seed it, as far as is known without looking at the content.

        Raises :class:`~seedwright.errors.SeedwrightError`.
        """
        [request] = _requests([request])
        request = with_preset(request).request
        words = words_of(request, self.settings)
        if words["seed"] or words["engine"] == "local":
            return bool(words["seed"])
        asked = settled(request, self.settings).request
        specified = specify(asked)
        chosen = chosen_for(asked, specified.spec, specified.only_embedded)
        return chosen.engine == "qbittorrent"

    def all_but_written(
        self, plans: Sequence[Plan], started: float, on_steps: OnSteps | None = None
    ) -> Callable[[], list[Report | SeedwrightError]]:
        """What writes the torrents, which are hashed by now, and gives each one's report or failure.

        The plans need no client; ``started`` is when they were begun, on the monotonic clock. What
        happens to each is heard by its place.
        """
        planned = time.monotonic()
        listeners = each_of(on_steps, [[number] for number in range(len(plans))])
        made = make_here(plans, on_steps and all_of(listeners), turn=Turn(user_turn_path()))
        begun = Begun(started, planned, time.monotonic())
        return lambda: [
            each if isinstance(each, SeedwrightError) else outcome(write, plan, each, begun, hear)
            for plan, each, hear in zip(plans, made, listeners, strict=True)
        ]

    def lint(self, request: Request, *, allowed: Iterable[str] = ()) -> list[Finding]:
        """What trackers and clients would trip over in the torrent, except what is ``allowed``.

        Nothing is hashed; output, engine and seeding are ignored. Raises
        :class:`~seedwright.errors.SeedwrightError` for content that no torrent can be made of.
        """
        from seedwright.engines.local import blueprint_of, walk_of
        from seedwright.lint.linter import lint
        from seedwright.lint.subject import Subject

        [request] = _requests([request])
        request = request.but(engine="local", seed=False, content_checks=False, skip_done=False)
        plan = self._plan(request, Walks(), Findings(), to_write=False)
        content = (plan.survey and plan.survey.content) or walk_of(plan.spec)
        assert plan.spec.piece_length is not None  # noqa: S101 - the content's size is known
        blueprint = blueprint_of(plan.spec, content)
        subject = Subject.planned(blueprint, plan.spec.piece_length, plan.tracker_rules)
        return lint(subject, allowed=allowed)

    def _plan(
        self, request: Request, walks: Walks, findings: Findings, *, to_write: bool = True
    ) -> Plan:
        """The stages from the request to the plan."""
        asked, warnings = settled(request, self.settings)
        specified = specify(asked)
        if to_write:
            check_output(specified)
        ruled = rule(vet(look(specified, walks), findings))
        return route(ruled, around(self.settings, asked), warnings=warnings)

    # With clients

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
        """Leave nothing of ours on any client: no task under way, no session.

        What cannot be removed is logged as a warning; this raises nothing.
        """
        if "_shell" in vars(self):
            await self._shell.stop()
        if "_fleet" in vars(self):
            await self._fleet.close()

    async def detach(self) -> tuple[Ticket, ...]:
        """The tickets of Torrent Creator tasks under way, which keep running.

        For the end of a process: everything else is as in :meth:`cleanup`. The same call in another
        process continues with the tasks.
        """
        tickets = await self._fleet.detach()
        await self.cleanup()
        return tickets

    async def plan_torrent(self, path: Request | str | os.PathLike[str], **options: Any) -> Plan:
        """What :meth:`create_torrent` would do, with everything checked that can be checked before.

        Changes nothing, here or on the client. Raises
        :class:`~seedwright.errors.SeedwrightError`.
        """
        [plan] = await self._shell.plans([_request(path, options)])
        if isinstance(plan, SeedwrightError):
            raise plan
        return plan

    async def plan_torrents(self, requests: Sequence[Request]) -> list[Plan | SeedwrightError]:
        """What :meth:`create_torrents` would do: the plan of each request, or why there is none."""
        return await self._shell.plans(_requests(requests))

    async def create_torrent(
        self,
        path: Request | str | os.PathLike[str],
        on_progress: OnProgress | None = None,
        **options: Any,
    ) -> Report:
        """Make the torrent of ``path``, write it, and (with ``seed``) prove that it seeds.

        ``path`` is the content, followed by the options of :class:`~seedwright.request.Request`; or
        it is a request. The ``.torrent`` appears once everything else is done. After a failure there
        is no ``.torrent`` and no task, and nothing was added. With ``skip_done`` an existing
        ``.torrent`` that matches the request is kept, and only seeded if the request says so and it
        does not seed yet. A cancelled call undoes all that it has done.

        Of several calls at once only one hashes here at a time, because it uses every core.

        Raises :class:`~seedwright.errors.SeedwrightError`.
        """

        def hear(_: int, step: Step) -> None:
            if on_progress is not None and isinstance(step, Progress):
                on_progress(step)

        [report] = await self._shell.create([_request(path, options)], hear)
        if isinstance(report, SeedwrightError):
            raise report
        return report

    async def create_torrents(
        self, requests: Sequence[Request], on_steps: OnSteps | None = None
    ) -> list[Report | SeedwrightError]:
        """The report of each request, or why there is none; content is read once for all of them.

        :func:`~seedwright.request.one_each` makes requests of presets. Requests that ``merge_same``
        makes one torrent share one report. ``on_steps`` is called with the place of a request and
        its final plan, its progress, and what was added, proven and written. Everything else is as in
        :meth:`create_torrent`.
        """
        return await self._shell.create(_requests(requests), on_steps)

    async def verify_torrent(
        self,
        torrent: str | os.PathLike[str],
        content: str | os.PathLike[str],
        on_progress: OnProgress | None = None,
    ) -> Verification:
        """Whether ``content``, or what lies in that folder, matches a ``.torrent``.

        Raises :class:`~seedwright.errors.MetainfoError` for a file that is not a torrent, and
        :class:`~seedwright.errors.ContentError` for content that cannot be read.
        """
        from seedwright.stages.verdict import verify
        from seedwright.threads import called_back, stoppable

        tell = called_back(on_progress)
        return await stoppable(
            lambda cancelled: verify(Path(torrent), Path(content), tell, cancelled)
        )

    async def test_connection(self, client: str | None = None) -> Capabilities:
        """The version and the abilities of a client, after signing in.

        Raises :class:`~seedwright.errors.ClientConnectionError` or
        :class:`~seedwright.errors.SignInError`.
        """
        return await self._fleet.qbittorrent(client).capabilities()

    async def get_qbittorrent_info(self, client: str | None = None) -> dict[str, Any]:
        """The version and the set-up of a client (qBittorrent 4.x or later).

        Keys: ``version``, ``web_api_version``, ``libtorrent_version``, ``default_save_path``,
        ``categories`` (name → save path, "" if none is set), ``build_info`` (the answer of
        ``app/buildInfo``), ``preferences`` (``web_ui_port``, ``web_ui_https_enabled``, ``dht``,
        ``pex``, ``lsd``; None for one that the client does not have) and
        ``torrent_creator_supported``.
        """
        return await self._fleet.qbittorrent(client).info()

    async def get_torrent_creation_status(
        self, task_id: str, client: str | None = None
    ) -> CreatorTask:
        """A Torrent Creator task, which is Queued, Running, Finished or Failed.

        Raises :class:`~seedwright.errors.TaskLostError` when the client does not know it, and
        :class:`~seedwright.errors.UsageError` for a text that cannot be a task's id.
        """
        return await self._fleet.qbittorrent(client).task(task_id)

    async def get_torrent_file_bytes(self, task_id: str, client: str | None = None) -> bytes:
        """The ``.torrent`` of a finished Torrent Creator task.

        Raises :class:`~seedwright.errors.TaskLostError` when the client does not know the task,
        :class:`~seedwright.errors.TaskUnfinishedError` while it is queued or running,
        :class:`~seedwright.errors.TaskFailedError` with the task's own error when it failed, and
        :class:`~seedwright.errors.UsageError` for a text that cannot be a task's id.
        """
        return await self._fleet.qbittorrent(client).torrent_file(task_id)

    async def list_tasks(self, client: str | None = None) -> list[CreatorTask]:
        """Every Torrent Creator task of a client, including those that others submitted."""
        return await self._fleet.qbittorrent(client).tasks()

    async def cancel_task(self, task_id: str, client: str | None = None) -> None:
        """Stop and delete a Torrent Creator task, whoever submitted it.

        Raises :class:`~seedwright.errors.TaskLostError` when the client does not know it, and
        :class:`~seedwright.errors.UsageError` for a text that cannot be a task's id.
        """
        await self._fleet.qbittorrent(client).cancel(task_id)

    @cached_property
    def _fleet(self) -> Fleet:
        from seedwright.fleet import Fleet

        return self._given_fleet or Fleet(self.settings)

    @cached_property
    def _shell(self) -> Shell:
        from seedwright.settings.places import user_tickets_path
        from seedwright.shell import Shell
        from seedwright.stages.tickets import TicketBook

        tickets, turn = TicketBook(user_tickets_path()), Turn(user_turn_path())
        return Shell(self._fleet, self.plans, tickets, turn)


def _requests(given: Any) -> list[Request]:
    """The given requests; UsageError for anything else."""
    is_list = isinstance(given, Iterable) and not isinstance(given, str | bytes)
    requests = list(given) if is_list else []
    if not is_list or not all(isinstance(each, Request) for each in requests):
        raise UsageError(
            "this is not a list of requests",
            hint="make one for each path: Request(path, **options)",
        )
    return requests


def _request(path: Request | str | os.PathLike[str], options: dict[str, Any]) -> Request:
    if isinstance(path, Request):
        return path.but(**options) if options else path
    return Request(path, **options)
