"""A plan is looked at as the torrent that comes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from seedwright.lint.linter import FAULTS, LINTS, lint
from seedwright.lint.subject import Subject
from seedwright.metainfo.build import Blueprint, build
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.torrent_spec import Format
from tests.unit.metainfo.test_build import PIECE, every_format, files_of, hashes_of

if TYPE_CHECKING:
    from seedwright.content.walk import ContentFile

PASSKEY = "0123456789abcdef0123456789abcdef"
FOLDER = {"a?": 3 * PIECE + 1, "empty": 0, "sub/A": 5, "sub/a": 7, "sub/\u202eb": PIECE}
OPTIONS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "private": {"private": True},
    "public, and written": {"private": False},
    "a passkey": {"tiers": ((f"https://t.example/{PASSKEY}/announce",),)},
    "everything": {
        "private": True,
        "source": "SRC",
        "comment": "c",
        "tiers": (("https://a.example/", "udp://b.example:80"), ("http://c.example/",)),
        "web_seeds": ("https://w.example/",),
        "http_seeds": ("https://h.example/",),
        "creation_date": 1_700_000_000,
        "created_by": "x",
        "entropy": "e",
    },
}


def subjects(files: list[ContentFile], **fields: Any) -> tuple[Subject, Subject]:
    """The plan, and what is made of it."""
    blueprint = Blueprint(files=files, **fields)
    data = build(blueprint, PIECE, hashes_of(files, blueprint.format))
    return Subject.planned(blueprint, PIECE), Subject.made(Metainfo.parse(data))


@every_format
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("is_dir", [True, False])
def test_the_same_is_seen_before_and_after(
    format_: Format, options: dict[str, Any], *, is_dir: bool
) -> None:
    files = files_of(FOLDER if is_dir else {"film?": 2 * PIECE + 1})
    if not is_dir:
        files = [files[0]._replace(parts=())]
    name = "con" if is_dir else "film?"
    before, after = subjects(files, name=name, is_dir=is_dir, format=format_, **options)
    assert before == replace(after, is_made=False, announce="")
    told = [[(each.name, each.text) for each in lint(subject)] for subject in (before, after)]
    assert told[0] == told[1] != []


def test_what_to_do_depends_on_whether_it_is_made() -> None:
    files = files_of(FOLDER)
    before, after = subjects(files, name="x", is_dir=True, format=Format.V1)
    hints = [
        {each.name: each.hint for each in lint(subject)}["windows-name"]
        for subject in (before, after)
    ]
    assert hints == ["rename it", "rename it and make the torrent again"]


def test_whatever_a_plan_can_have_has_a_hint() -> None:
    only_made = {name for name, row in LINTS.items() if not row.remedy.planned}
    assert only_made == {
        "tracker-url",  # these are refused before there is a plan
        "upper-case-scheme",
        "duplicate-tracker",
        "web-seed-url",
        "piece-length-odd",
        "empty-name",
        "announce-apart",  # and these are never made
        "uneven-hybrid",
        "wrong-type",
        "file-and-folder",
        *FAULTS,
    }
