"""The examination of one client, from its name to its path mappings, one finding at a time."""

from __future__ import annotations

import shlex
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seedwright.clients.examination import (
    failed,
    failed_with,
    os_reason,
    passed,
    skipped,
    warned,
)
from seedwright.clients.qbittorrent import browse
from seedwright.clients.qbittorrent.capabilities import Feature
from seedwright.clients.qbittorrent.categories import category_save_path
from seedwright.clients.qbittorrent.folder_match import (
    SAME_FOLDER,
    folder_here,
    folder_there,
    match,
)
from seedwright.clients.qbittorrent.reach import NAME, PORT, TLS, reach, speaks_tls
from seedwright.clients.qbittorrent.recent import recent_preferences
from seedwright.clients.qbittorrent.share_limits import share_limits_of
from seedwright.clients.qbittorrent.tasks import list_tasks
from seedwright.errors import ClientConnectionError, SeedwrightError
from seedwright.hints import Hint, joined
from seedwright.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from seedwright.clients.base import Habits
    from seedwright.clients.examination import Finding
    from seedwright.clients.path_map import PathMap, PathMapping
    from seedwright.clients.qbittorrent.browse import Entry
    from seedwright.clients.qbittorrent.connection import Connection
    from seedwright.clients.qbittorrent.folder_match import FolderHere

SIGN_IN, VERSIONS, CREATOR = "sign-in", "versions", "torrent creator"
CATEGORY, SAVE_PATH, MAPPING = "category", "save path", "mapping"
SEEDING = "seeding"
STEPS = (NAME, PORT, TLS, SIGN_IN, VERSIONS, CREATOR, CATEGORY, SAVE_PATH, MAPPING, SEEDING)
"""The steps in their order; all but ``versions``, ``mapping`` and ``seeding`` give one finding each."""

LONG_QUEUE = 10

_MISSED = {
    Feature.SOURCE: "a torrent's source cannot differ from its comment",
    Feature.FORMAT: "torrents can have the format v1 only",
    Feature.DOTFILES: "torrents cannot include hidden files",
}
"""What it means to the user when a feature is missing."""

_NO_LISTING = "this qBittorrent cannot list folders"


async def examine(
    connection: Connection, path_map: PathMap, habits: Habits
) -> AsyncGenerator[Finding, None]:
    """The findings on one client, each as soon as it is known; changes nothing on it.

    ``habits`` are what torrents are added with. When there is no conversation the steps that need
    one are skipped; the sign-in is tried once at most. Closing the connection is the caller's.
    """
    async with aclosing(_Examination(connection, path_map, habits).findings()) as findings:
        async for finding in findings:
            yield finding
            if finding.ends_the_examination:
                for step in STEPS[STEPS.index(finding.step) + 1 :]:
                    yield skipped(step, f"not tested, because the {finding.step} test failed")
                return


@dataclass(frozen=True)
class _Examination:
    connection: Connection
    path_map: PathMap
    habits: Habits

    async def findings(self) -> AsyncGenerator[Finding, None]:
        async for finding in reach(self.connection.endpoint):
            yield finding
        steps = (
            (SIGN_IN, self._sign_in),
            (VERSIONS, self._versions),
            (CREATOR, self._creator),
            (CATEGORY, self._on_category),
            (SAVE_PATH, self._on_save_path),
            (MAPPING, self._on_mappings),
            (SEEDING, self._on_seeding),
        )
        for step, test in steps:
            try:
                async for finding in test():
                    yield finding
            except SeedwrightError as error:
                yield failed_with(step, error)

    async def _sign_in(self) -> AsyncGenerator[Finding, None]:
        endpoint = self.connection.endpoint
        try:
            await self.connection.open()
        except ClientConnectionError as error:
            if not endpoint.use_https and await speaks_tls(endpoint):
                error.hint = "this port speaks TLS: set use_https to true"
            raise
        if endpoint.api_key:
            yield passed(SIGN_IN, "signed in with the API key")
        elif self.connection.signed_in:
            yield passed(SIGN_IN, f"signed in as {endpoint.username}")
        else:
            untested = "; user name and password are not tested" if endpoint.username else ""
            yield passed(SIGN_IN, f"no sign-in needed{untested}")

    async def _versions(self) -> AsyncGenerator[Finding, None]:
        capabilities = await self.connection.open()
        yield passed(VERSIONS, capabilities.describe())
        if capabilities.can(Feature.CREATOR):  # without it nothing else matters, and it comes next
            for feature, loss in _MISSED.items():
                if not capabilities.can(feature):
                    yield warned(VERSIONS, loss, f"if you need it, use {feature.released}")

    async def _creator(self) -> AsyncGenerator[Finding, None]:
        (await self.connection.open()).need(Feature.CREATOR)
        waiting = sum(not task.is_over for task in await list_tasks(self.connection))
        count = {0: "no task", 1: "1 task"}.get(waiting, f"{waiting} tasks")
        if waiting > LONG_QUEUE:
            yield warned(
                CREATOR,
                f"it responds, with {count} in progress, and new tasks wait for them",
                "`seedwright tasks list` lists them; qBittorrent hashes one after another",
            )
        else:
            yield passed(CREATOR, f"it responds, with {count} in progress")

    async def _on_category(self) -> AsyncGenerator[Finding, None]:
        category = f"'{self.habits.category}'"
        if not self.habits.category:
            yield skipped(CATEGORY, "no category is set")
            return
        folder = await category_save_path(self.connection, self.habits.category)
        if folder is not None:
            yield await self._category_that_exists(category, str(folder))
        elif self.habits.auto_management:
            yield failed(
                CATEGORY,
                f"{category} does not exist, and automatic management needs its save path",
                f"create {category} in qBittorrent with the folder of the content as save path, or"
                " set auto_torrent_management to false",
            )
        elif self.habits.create_category:
            yield passed(CATEGORY, f"{category} does not exist yet and will be created")
        else:
            yield failed(
                CATEGORY,
                f"{category} does not exist",
                "create it in qBittorrent, or set create_category to true",
            )

    async def _category_that_exists(self, category: str, folder: str) -> Finding:
        if not self.habits.auto_management:
            return passed(CATEGORY, f"{category} exists")
        text = f"{category} exists; automatic management looks for its content in {folder}"
        if await browse.sees(self.connection, folder, "folder") is False:
            return warned(
                CATEGORY,
                f"{text}, which qBittorrent does not see",
                f"correct the save path of {category} in qBittorrent, or create the folder",
            )
        return passed(CATEGORY, text)

    async def _on_save_path(self) -> AsyncGenerator[Finding, None]:
        if self.habits.auto_management and self.habits.category:
            text = "the category's save path is used, because auto_torrent_management is on"
            yield skipped(SAVE_PATH, text)
            return
        if self.habits.auto_management or not self.habits.save_path:
            folder = str(await category_save_path(self.connection, ""))
            shown, judge = f"{folder}, its default", warned
            remedy = (
                "correct it in qBittorrent's options, or make the folder visible to qBittorrent"
            )
        else:
            place = self.path_map.to_client(self.habits.save_path)
            folder, judge, remedy = place.path, failed, "correct save_path"
            shown = f"{folder} ({place.explain()})" if place.mapping else folder
        seen = await browse.sees(self.connection, folder, "folder")
        if seen is None:
            yield skipped(SAVE_PATH, f"{folder} is not tested: {_NO_LISTING}")
        elif seen:
            yield passed(SAVE_PATH, f"qBittorrent sees {shown}")
        else:
            there = await browse.what_is_there(self.connection, folder)
            yield judge(SAVE_PATH, f"qBittorrent does not see {shown}", f"{remedy}: {there}")

    async def _on_mappings(self) -> AsyncGenerator[Finding, None]:
        if not (await self.connection.open()).can(Feature.FOLDER_LISTING):
            yield skipped(MAPPING, f"not tested: {_NO_LISTING}")
            return
        for mapping in self.path_map.mappings:
            yield await self._on_mapping(mapping)
        if not self.path_map.mappings:
            yield await self._without_mapping()

    async def _on_mapping(self, mapping: PathMapping) -> Finding:
        try:
            here = await in_thread(lambda: folder_here(str(mapping.host)))
        except OSError as error:
            why = f"cannot read {mapping.host} on this machine: {os_reason(error)}"
            return failed(MAPPING, f"{mapping}: {why}", "correct the left side of the row")
        there = await folder_there(self.connection, str(mapping.client))
        if there is None:
            seen = await browse.what_is_there(self.connection, str(mapping.client))
            return failed(
                MAPPING,
                f"{mapping}: qBittorrent does not see {mapping.client}",
                joined((f"correct the right side of the row: {seen}", _suggest(mapping)), "; "),
            )
        return _on_match(mapping, here, there)

    async def _without_mapping(self) -> Finding:
        """Whether the client's default folder is the same one here, so that none is needed."""
        folder = str(await category_save_path(self.connection, ""))
        there = await folder_there(self.connection, folder)
        if there is None:
            return skipped(MAPPING, "no mapping is set")
        hint = Hint(
            "if qBittorrent runs in a container or on another machine, it needs one:"
            " `{seedwright.doctor[suggest_mapping]} HOSTDIR` finds the mapping of a folder"
        )
        try:
            here = await in_thread(lambda: folder_here(folder))
        except OSError:
            text = f"no mapping is set, and qBittorrent's folder {folder} is not on this machine"
            return warned(MAPPING, text, hint)
        found = match(here.entries, there)
        if found.is_exact:
            same = (
                "is the same here and in qBittorrent"
                if found.compared
                else "is empty on both sides"
            )
            return passed(MAPPING, f"no mapping is set, and {folder} {same}")
        text = f"no mapping is set, and {folder} differs here and in qBittorrent"
        return warned(MAPPING, f"{text}; {found.explain()}", hint)

    async def _on_seeding(self) -> AsyncGenerator[Finding, None]:
        limits = await share_limits_of(self.connection, self.habits.category)
        are_harmful = limits.removes_files or limits.is_met_at_once
        if are_harmful:
            yield warned(
                SEEDING,
                f"{limits.in_words('qBittorrent')}, so torrents that Seedwright adds get none",
                "choose another action in qBittorrent's options (BitTorrent, seeding limits)",
            )
        if (await recent_preferences(self.connection)).get("incomplete_files_ext"):
            yield warned(
                SEEDING,
                "qBittorrent appends .!qB to incomplete files, so Seedwright cannot safely check"
                " content that qBittorrent did not hash itself, or that a mapping leads to",
                "switch that option off in qBittorrent (Options, Downloads)",
            )
        elif not are_harmful:
            yield passed(SEEDING, "no option of qBittorrent endangers content that seeds")


def _on_match(mapping: PathMapping, here: FolderHere, there: Mapping[str, Entry]) -> Finding:
    found = match(here.entries, there)
    agreement = f"{mapping}: {found.agreeing} of {found.compared} names match"
    if found.is_exact and found.compared:
        return passed(MAPPING, agreement)
    if found.is_exact:
        text = f"{mapping}: both folders are empty, so they may be two different ones"
        return warned(MAPPING, text, "put a file in one of them and run this again")
    if here.unlisted:
        text = f"{agreement}; qBittorrent stops listing a folder at a name that is not UTF-8"
        return warned(MAPPING, text, f"rename {browse.quoted(here.unlisted)}")
    if found.agreeing:
        return warned(MAPPING, f"{agreement}; {found.explain()}", SAME_FOLDER)
    return failed(MAPPING, f"{mapping}: not the same folder; {found.explain()}", _suggest(mapping))


def _suggest(mapping: PathMapping) -> str:
    folder = shlex.quote(str(mapping.host))
    return Hint(
        "`{seedwright.doctor[suggest_mapping]} {folder}` finds the right one", folder=folder
    )
