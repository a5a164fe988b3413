"""Each row of the table goes all the way: asked for, written, read, compared, edited, shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bencode2 import bdecode, bencode

from seedwright.errors import UsageError
from seedwright.metainfo.build import Blueprint, build
from seedwright.metainfo.compare import differences
from seedwright.metainfo.describe import describe, lines
from seedwright.metainfo.edit import Edit, apply
from seedwright.metainfo.fields import ASKED, EDITED, FIELDS, Field, values_of
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.torrent_spec import Format, TorrentSpec
from tests.unit.builders import torrent, v1_info
from tests.unit.metainfo.test_build import PIECE, files_of, hashes_of

SPEC = TorrentSpec(Path("/data/content"), Format.V1)
SAID: dict[str, Any] = {
    "private": True,
    "source": "a source",
    "publisher": "a publisher",
    "comment": "a comment",
    "entropy": "salt",
    "created_by": "a tool",
    "creation_date": 1_700_000_000,
    "encoding": "UTF-8",
    "tiers": (("http://a.example/announce",), ("udp://b.example:80",)),
    "web_seeds": ("http://w.example/",),
    "http_seeds": ("http://h.example/",),
    "dht_nodes": (("router.example", 6881),),
}


def of(rows: tuple[Field, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", rows, ids=[row.name for row in rows])


def made(**said: Any) -> Metainfo:
    files = files_of({"a": 1, "b": 2})
    blueprint = Blueprint("content", is_dir=True, files=files, format=Format.V1, **said)
    return Metainfo.parse(build(blueprint, PIECE, hashes_of(files, Format.V1)))


@of(FIELDS)
def test_what_is_written_is_read_again(row: Field) -> None:
    assert getattr(made(**{row.name: SAID[row.name]}), row.name) == SAID[row.name]
    assert getattr(made(), row.name) == row.shape.nothing


@of(FIELDS)
def test_the_infohash_covers_what_is_in_info_and_nothing_else(row: Field) -> None:
    is_another = made(**{row.name: SAID[row.name]}).infohash_v1 != made().infohash_v1
    assert is_another == row.in_info


@of(FIELDS)
def test_programs_and_people_are_shown_it(row: Field) -> None:
    metainfo = made(**{row.name: SAID[row.name]})
    assert describe(metainfo)[row.name] not in (None, [], False)
    shown = list(lines(metainfo))
    assert len(shown) == len(SAID["tiers"] if row.name == "tiers" else [row]) - (
        row.name == "private"
    )
    assert list(lines(made())) == []


@of(ASKED)
def test_it_is_compared_with_what_was_asked(row: Field) -> None:
    asked = replace(SPEC, **{row.name: SAID[row.name]})
    as_asked = made(**values_of(asked) | {"private": asked.private or None})
    assert differences(as_asked, asked) == []
    [missing] = differences(made(), asked)
    [unasked] = differences(as_asked, SPEC)
    assert missing.startswith(f"{row.compared or row.label} ")
    assert unasked.startswith(f"{row.compared or row.label} ")


@of(EDITED)
def test_an_edit_sets_it_and_takes_it_out_again(row: Field) -> None:
    plain, said = made(), made(**{row.name: SAID[row.name]})
    edited = apply(plain.data, Edit(**{row.name: SAID[row.name]}))
    assert edited.after == said
    assert (edited.after.infohash_v1 != edited.before.infohash_v1) == row.in_info
    out: Any = {bool: False, str: "", tuple: ()}[type(SAID[row.name])]
    assert apply(said.data, Edit(**{row.name: out})).after == plain


def test_all_at_once_go_all_the_way() -> None:
    metainfo = made(**SAID)
    assert {row.name: getattr(metainfo, row.name) for row in FIELDS} == SAID
    assert metainfo.unknown == metainfo.ignored == ()
    asked = {row.name: SAID[row.name] for row in ASKED}
    assert differences(metainfo, replace(SPEC, **asked)) == []
    assert set(bdecode(metainfo.data)) | set(bdecode(metainfo.data)[b"info"]) >= {
        list(row.keys)[-1] for row in FIELDS
    }


@pytest.mark.parametrize("row", [row for row in ASKED if isinstance(SAID[row.name], str)])
def test_a_text_that_cannot_be_written_is_not_asked_for(row: Field) -> None:
    said: dict[str, Any] = {row.name: "a\0"}
    with pytest.raises(UsageError, match=f"the {row.name} contains a null character"):
        replace(SPEC, **said)


def test_a_spec_has_an_empty_text_where_nothing_is_asked() -> None:
    assert (SPEC.source, SPEC.comment, SPEC.entropy, SPEC.private) == ("", "", "", False)


def test_a_number_is_not_the_text_of_its_digits() -> None:
    found = Metainfo.parse(torrent(v1_info(1) | {b"entropy": 12}))
    assert found.entropy == 12
    assert differences(found, replace(SPEC, entropy="12")) == ["entropy differs"]
    assert differences(found, replace(SPEC, entropy=12)) == []
    edited = apply(torrent(v1_info(1)), Edit(entropy=0)).after
    assert b"7:entropyi0e" in edited.data


def test_a_newer_key_goes_before_an_older_one() -> None:
    newer = {b"comment.utf-8": b"newer", b"announce-list": [[b"http://a.example/"]]}
    older = {b"comment": b"older", b"announce": b"http://b.example/"}
    both = Metainfo.parse(bencode({b"info": v1_info(1), **newer, **older}))
    assert (both.comment, both.tiers) == ("newer", (("http://a.example/",),))
    empty = {b"comment.utf-8": b"", b"announce-list": [[]]}
    both = Metainfo.parse(bencode({b"info": v1_info(1), **empty, **older}))
    assert (both.comment, both.tiers) == ("", (("http://b.example/",),))
