from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright.clients.destination import kind_of
from seedwright.clients.path_map import PathMap
from seedwright.clients.qbittorrent.capabilities import Capabilities
from seedwright.clients.qbittorrent.creator import CreatedTorrent
from seedwright.clients.qbittorrent.submission import submission_for
from seedwright.clients.qbittorrent.tasks import CreatorTask
from seedwright.content.survey import ContentSurvey
from seedwright.engines import torrent_creator as engine_module
from seedwright.engines.base import Progress
from seedwright.engines.torrent_creator import QBittorrentEngine, _told
from seedwright.errors import MetainfoError
from seedwright.metainfo.torrent_spec import Format, TorrentSpec
from tests.unit.builders import torrent, v1_info

if TYPE_CHECKING:
    from collections.abc import Callable

    from seedwright.clients.qbittorrent.client import QBittorrent
    from seedwright.clients.qbittorrent.submission import CreationRequest
    from seedwright.engines.base import MadeTorrent

GIB = 1 << 30
PASSKEY = "0123456789abcdef0123456789abcdef"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(engine_module, "time", clock)
    return clock


class Listener:
    """What is heard of a task of this size, as it is told to people."""

    def __init__(self, clock: Clock, size: int | None) -> None:
        self.heard: list[Progress] = []
        self._clock = clock
        hear = _told(self.heard.append, size)
        assert hear is not None
        self._hear: Callable[[CreatorTask], None] = hear

    def tell(self, status: str, percent: float | None = None, *, after: float = 0.0) -> Progress:
        self._clock.now += after
        self._hear(CreatorTask("an-id", "/data", status, percent))
        return self.heard[-1]


def test_without_a_listener_nothing_is_worked_out() -> None:
    assert _told(None, GIB) is None


def test_a_task_that_does_not_run_yet_is_waiting(clock: Clock) -> None:
    assert Listener(clock, GIB).tell("Queued") == Progress("waiting")


@pytest.mark.parametrize("percent", [None, 0, 0.0])
def test_a_task_that_has_just_begun_has_neither_rate_nor_time_left(
    clock: Clock, percent: float | None
) -> None:
    listener = Listener(clock, GIB)
    assert listener.tell("Running", percent) == Progress("hashing", 0.0)
    assert listener.tell("Running", percent, after=1) == Progress("hashing", 0.0)


def test_a_first_look_in_the_middle_has_no_time_to_go_by(clock: Clock) -> None:
    assert Listener(clock, GIB).tell("Running", 50) == Progress("hashing", 0.5)


def test_rate_and_time_left_follow_from_what_was_hashed(clock: Clock) -> None:
    listener = Listener(clock, GIB)
    listener.tell("Running", 0)
    told = listener.tell("Running", 25, after=2)
    assert told.fraction == 0.25
    assert told.rate == pytest.approx(GIB / 8)
    assert told.seconds_left == pytest.approx(6)
    told = listener.tell("Running", 50, after=8)
    assert told.rate == pytest.approx(GIB / 20)
    assert told.seconds_left == pytest.approx(10)


def test_at_the_end_no_time_is_left(clock: Clock) -> None:
    listener = Listener(clock, GIB)
    listener.tell("Running", 0)
    told = listener.tell("Running", 100, after=4)
    assert (told.fraction, told.seconds_left) == (1.0, 0.0)


def test_waiting_does_not_count_as_hashing(clock: Clock) -> None:
    listener = Listener(clock, GIB)
    listener.tell("Queued")
    listener.tell("Queued", after=1000)
    listener.tell("Running", 0, after=1000)
    assert listener.tell("Running", 50, after=1).rate == pytest.approx(GIB / 2)


@pytest.mark.parametrize("size", [None, 0])
def test_of_an_unknown_size_only_the_part_is_told(clock: Clock, size: int | None) -> None:
    listener = Listener(clock, size)
    listener.tell("Running", 0)
    assert listener.tell("Running", 50, after=1) == Progress("hashing", 0.5)


def test_what_was_hashed_before_the_first_look_does_not_count_for_the_rate(clock: Clock) -> None:
    listener = Listener(clock, GIB)
    listener.tell("Running", 50)
    told = listener.tell("Running", 60, after=1)
    assert told.rate == pytest.approx(GIB / 10)
    assert told.seconds_left == pytest.approx(4)


@pytest.mark.parametrize("is_seen_waiting", [True, False])
def test_a_task_that_was_submitted_again_starts_anew(clock: Clock, is_seen_waiting: bool) -> None:
    listener = Listener(clock, GIB)
    listener.tell("Running", 0)
    listener.tell("Running", 90, after=90)
    if is_seen_waiting:
        listener.tell("Queued", after=10)
    listener.tell("Running", 0, after=10)
    told = listener.tell("Running", 50, after=5)
    assert told.rate == pytest.approx(GIB / 10)
    assert told.seconds_left == pytest.approx(5)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 1e6)), max_size=10))
def test_whatever_is_heard_is_told_within_bounds(looks: list[tuple[float, float]]) -> None:
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine_module, "time", clock)
        listener = Listener(clock, GIB)
        for percent, after in sorted(looks):
            told = listener.tell("Running", percent, after=after)
            assert 0 <= told.fraction <= 1
            assert (told.rate or 0) >= 0
            assert (told.seconds_left or 0) >= 0


def survey_of(size: int = 5, files: int = 1, *, is_dir: bool = False) -> ContentSurvey:
    return ContentSurvey(Path("/data/content"), "content", is_dir, files, size, 0)


def test_content_is_a_file_or_a_folder_as_far_as_it_is_known() -> None:
    assert kind_of(None) is None
    assert kind_of(survey_of(is_dir=True)) == "folder"
    assert kind_of(survey_of()) == "file"


class Creator:
    """A Torrent Creator that answers with these bytes after so many submissions."""

    def __init__(self, data: bytes, submissions: int = 1) -> None:
        self._data = data
        self._submissions = submissions

    async def create(self, request: CreationRequest, **_: Any) -> CreatedTorrent:
        server = Capabilities("nas", "v5.3.0", "2.16.2", "2.0.11.0")
        return CreatedTorrent(self._data, submission_for(request, server), self._submissions)


SPEC = TorrentSpec(Path("/data/content"), Format.V1)


async def make(
    creator: Creator,
    spec: TorrentSpec = SPEC,
    survey: ContentSurvey | None = None,
    mapping: dict[str, str] | None = None,
) -> MadeTorrent:
    connection = SimpleNamespace(name="nas", title="qBittorrent 'nas'")
    client = SimpleNamespace(
        connection=connection, creator=creator, path_map=PathMap(mapping or {})
    )
    return await QBittorrentEngine(cast("QBittorrent", client)).make(spec, survey)


async def test_the_torrent_that_was_asked_for_is_taken() -> None:
    data = torrent(v1_info(5))
    made = await make(Creator(data), survey=survey_of(5))
    assert made.metainfo.data == data
    assert made.warnings == ()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (v1_info(5, private=1), "private"),
        (v1_info(5, source=b"X"), "'X'"),
        (v1_info(5, name=b"other"), "'other'"),
    ],
)
async def test_another_torrent_than_was_asked_for_is_refused(
    changed: dict[bytes, Any], words: str
) -> None:
    with pytest.raises(MetainfoError, match="does not match the request") as caught:
        await make(Creator(torrent(changed)))
    assert words in caught.value.message
    assert caught.value.hint


async def test_a_difference_in_a_tracker_is_told_without_its_passkey() -> None:
    spec = TorrentSpec(
        SPEC.content, SPEC.format, tiers=((f"https://t.example/{PASSKEY}/announce",),)
    )
    with pytest.raises(MetainfoError) as caught:
        await make(Creator(torrent(v1_info(5), announce=b"http://other.example")), spec)
    assert "other.example" in caught.value.message
    assert PASSKEY not in caught.value.message


async def test_bytes_that_are_no_torrent_are_refused() -> None:
    with pytest.raises(MetainfoError):
        await make(Creator(b"<html>"))


async def test_a_name_that_the_client_has_for_the_folder_is_told() -> None:
    made = await make(
        Creator(torrent(v1_info(5, name=b"book"))), mapping={"/data/content": "/books/book"}
    )
    (warning,) = made.warnings
    assert "'book'" in warning
    assert "'content'" in warning


@pytest.mark.parametrize(("submissions", "words"), [(2, "once"), (3, "2 times"), (4, "3 times")])
async def test_a_task_that_was_lost_on_the_way_is_told(submissions: int, words: str) -> None:
    (warning,) = (await make(Creator(torrent(v1_info(5)), submissions))).warnings
    assert f"lost the task {words}" in warning


async def test_a_task_that_was_not_lost_is_not_told() -> None:
    assert (await make(Creator(torrent(v1_info(5)), 1))).warnings == ()
