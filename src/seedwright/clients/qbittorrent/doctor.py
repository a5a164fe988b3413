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
from seedwright.clients.qbittorrent.capabilities import REQUIREMENTS, Feature
from seedwright.clients.qbittorrent.categories import category_save_path
from seedwright.clients.qbittorrent.folder_match import folder_here, folder_there, match
from seedwright.clients.qbittorrent.reach import NAME, PORT, TLS, reach, speaks_tls
from seedwright.clients.qbittorrent.recent import recent_preferences
from seedwright.clients.qbittorrent.share_limits import share_limits_of
from seedwright.clients.qbittorrent.tasks import list_tasks
from seedwright.errors import ClientConnectionError, SeedwrightError
from seedwright.hints import Hint
from seedwright.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from seedwright.clients.examination import Finding
    from seedwright.clients.path_map import MappedPath, PathMap, PathMapping
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
    Feature.FORMAT: "torrents can only be made in the format v1",
    Feature.DOTFILES: "hidden files cannot be put into a torrent",
}
"""What it means to the user when a feature is not there."""

_NO_LISTING = "this qBittorrent does not list folders"


async def examine(
    connection: Connection,
    path_map: PathMap,
    *,
    category: str = "",
    create_category: bool = True,
    save_path: str = "",
    auto_management: bool = False,
) -> AsyncGenerator[Finding, None]:
    """The findings on one client, each as soon as it is known; changes nothing on it.

    The keywords are what torrents are added with. When there is no conversation the steps that
    need one are skipped; the sign-in is tried once at most. Closing the connection is the caller's.
    """
    examination = _Examination(
        connection, path_map, category, create_category, save_path, auto_management
    )
    async with aclosing(examination.findings()) as findings:
        async for finding in findings:
            yield finding
            if finding.ends_the_examination:
                for step in STEPS[STEPS.index(finding.step) + 1 :]:
                    yield skipped(step, f"not tested, since the {finding.step} failed")
                return


@dataclass(frozen=True)
class _Examination:
    connection: Connection
    path_map: PathMap
    category: str
    create_category: bool
    save_path: str
    auto_management: bool

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
                error.hint = "TLS is spoken at this port: set use_https to true"
            raise
        if endpoint.api_key:
            yield passed(SIGN_IN, "let in with the API key")
        elif self.connection.signed_in:
            yield passed(SIGN_IN, f"let in as {endpoint.username}")
        elif endpoint.username:
            yield passed(SIGN_IN, "let in without a sign-in, so user name and password are untried")
        else:
            yield passed(SIGN_IN, "let in without a sign-in")

    async def _versions(self) -> AsyncGenerator[Finding, None]:
        capabilities = await self.connection.open()
        yield passed(VERSIONS, capabilities.describe())
        if capabilities.can(Feature.CREATOR):  # without it nothing else matters, and it comes next
            for feature, loss in _MISSED.items():
                if not capabilities.can(feature):
                    needed = REQUIREMENTS[feature].released
                    yield warned(VERSIONS, loss, f"should you need it, {needed} has it")

    async def _creator(self) -> AsyncGenerator[Finding, None]:
        capabilities = await self.connection.open()
        capabilities.need(Feature.CREATOR)
        waiting = sum(not task.is_over for task in await list_tasks(self.connection))
        count = {0: "no task", 1: "1 task"}.get(waiting, f"{waiting} tasks")
        if waiting > LONG_QUEUE:
            yield warned(
                CREATOR,
                f"it answers, with {count} under way that new ones have to wait for",
                "`seedwright tasks list` shows them; qBittorrent hashes one after another",
            )
        else:
            yield passed(CREATOR, f"it answers, with {count} under way")

    async def _on_category(self) -> AsyncGenerator[Finding, None]:
        if not self.category:
            yield skipped(CATEGORY, "none is set")
            return
        category = f"'{self.category}'"
        folder = await category_save_path(self.connection, self.category)
        if folder is not None:
            yield await self._category_that_is_there(category, str(folder))
        elif self.auto_management:
            yield failed(
                CATEGORY,
                f"{category} is not there, and automatic management needs its save path",
                f"create {category} in qBittorrent with the folder of the content as save path, or"
                " set auto_torrent_management to false",
            )
        elif self.create_category:
            yield passed(CATEGORY, f"{category} is not there yet and will be created")
        else:
            yield failed(
                CATEGORY,
                f"{category} is not there",
                "create it in qBittorrent, or set create_category to true",
            )

    async def _category_that_is_there(self, category: str, folder: str) -> Finding:
        if not self.auto_management:
            return passed(CATEGORY, f"{category} is there")
        text = f"{category} is there; automatic management looks for its content in {folder}"
        if await browse.sees(self.connection, folder, "folder") is False:
            return warned(
                CATEGORY,
                f"{text}, which qBittorrent does not see",
                f"correct the save path of {category} in qBittorrent, or create the folder",
            )
        return passed(CATEGORY, text)

    async def _on_save_path(self) -> AsyncGenerator[Finding, None]:
        if self.auto_management and self.category:
            yield skipped(SAVE_PATH, "the category's is used, since auto_torrent_management is on")
        elif self.auto_management or not self.save_path:
            yield await self._default_save_path()
        else:
            yield await self._chosen_save_path(self.path_map.to_client(self.save_path))

    async def _chosen_save_path(self, place: MappedPath) -> Finding:
        told = f"{place.path} ({place.explain()})" if place.mapping else place.path
        seen = await browse.sees(self.connection, place.path, "folder")
        if seen is None:
            return skipped(SAVE_PATH, f"{told} cannot be tested: {_NO_LISTING}")
        if seen:
            return passed(SAVE_PATH, f"qBittorrent sees {told}")
        return failed(
            SAVE_PATH,
            f"qBittorrent does not see {told}",
            f"correct save_path: {await browse.what_is_there(self.connection, place.path)}",
        )

    async def _default_save_path(self) -> Finding:
        folder = str(await category_save_path(self.connection, ""))
        seen = await browse.sees(self.connection, folder, "folder")
        if seen is None:
            return skipped(SAVE_PATH, f"{folder} cannot be tested: {_NO_LISTING}")
        if seen:
            return passed(SAVE_PATH, f"qBittorrent sees {folder}, its default")
        return warned(
            SAVE_PATH,
            f"qBittorrent does not see {folder}, its default",
            "correct it in qBittorrent's options, or give qBittorrent that folder;"
            f" {await browse.what_is_there(self.connection, folder)}",
        )

    async def _on_mappings(self) -> AsyncGenerator[Finding, None]:
        if not (await self.connection.open()).can(Feature.FOLDER_LISTING):
            yield skipped(MAPPING, f"not tested: {_NO_LISTING}")
            return
        for mapping in self.path_map.mappings:
            yield await self._on_mapping(mapping)
        if not self.path_map.mappings:
            yield await self._without_mapping()

    async def _on_seeding(self) -> AsyncGenerator[Finding, None]:
        is_safe = True
        limits = await share_limits_of(self.connection, self.category)
        if limits.removes_files or limits.is_met_at_once:
            is_safe = False
            yield warned(
                SEEDING,
                f"{limits.in_words('qBittorrent')}, so torrents that Seedwright adds get none",
                "choose another action in qBittorrent's options (BitTorrent, seeding limits)",
            )
        preferences = await recent_preferences(self.connection)
        if preferences.get("incomplete_files_ext"):
            is_safe = False
            yield warned(
                SEEDING,
                "qBittorrent appends .!qB to incomplete files, so it cannot be asked safely about"
                " content that it did not hash itself, or that lies behind a mapping",
                "switch that option off in qBittorrent (Options, Downloads)",
            )
        if is_safe:
            yield passed(SEEDING, "no option of qBittorrent's endangers content that seeds")

    async def _on_mapping(self, mapping: PathMapping) -> Finding:
        try:
            here = await in_thread(lambda: folder_here(str(mapping.host)))
        except OSError as error:
            why = f"{mapping.host} cannot be read here: {os_reason(error)}"
            return failed(MAPPING, f"{mapping}: {why}", "correct the row's left side")
        there = await folder_there(self.connection, str(mapping.client))
        if there is None:
            return failed(
                MAPPING,
                f"{mapping}: qBittorrent does not see {mapping.client}",
                f"correct the row's right side: {await browse.what_is_there(self.connection, str(mapping.client))};"
                f" {_suggest(mapping)}",
            )
        return _on_match(mapping, here, there)

    async def _without_mapping(self) -> Finding:
        """Whether the client's default folder is the same one here, so that none is needed."""
        folder = str(await category_save_path(self.connection, ""))
        there = await folder_there(self.connection, folder)
        if there is None:
            return skipped(MAPPING, "none is set")
        hint = Hint(
            "if qBittorrent runs in a container or on another machine it needs one:"
            " `{seedwright.doctor[suggest_mapping]} HOSTDIR` finds that of a folder"
        )
        try:
            here = await in_thread(lambda: folder_here(folder))
        except OSError:
            return warned(MAPPING, f"none is set, and {folder} of qBittorrent is not here", hint)
        found = match(here.entries, there)
        if found.is_exact:
            same = "is the same here and there" if found.compared else "is here, too, and empty"
            return passed(MAPPING, f"none is set, and {folder} {same}")
        return warned(
            MAPPING, f"none is set, and {folder} differs here and there; {found.explain()}", hint
        )


def _on_match(mapping: PathMapping, here: FolderHere, there: Mapping[str, Entry]) -> Finding:
    found = match(here.entries, there)
    agreement = f"{mapping}: {found.agreeing} of {found.compared} names agree"
    if found.is_exact and found.compared:
        return passed(MAPPING, agreement)
    if found.is_exact:
        return warned(
            MAPPING,
            f"{mapping}: both folders are empty, so nothing tells whether they are the same",
            "put a file there and run this again",
        )
    if here.unlisted:
        return warned(
            MAPPING,
            f"{agreement}; qBittorrent stops listing a folder at a name that is not UTF-8",
            f"rename {browse.quoted(here.unlisted)}",
        )
    if found.agreeing:
        return warned(
            MAPPING, f"{agreement}; {found.explain()}", "check that both are the same folder"
        )
    return failed(
        MAPPING,
        f"{mapping}: not the same folder; {found.explain()}",
        _suggest(mapping),
    )


def _suggest(mapping: PathMapping) -> str:
    folder = shlex.quote(str(mapping.host))
    return Hint(
        "`{seedwright.doctor[suggest_mapping]} {folder}` looks for the right one", folder=folder
    )
