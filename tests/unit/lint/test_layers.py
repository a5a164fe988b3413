"""Piece layers that prove nothing are found."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from seedwright.lint import layers
from seedwright.lint.layers import faults_of_layers
from seedwright.metainfo.parse import Metainfo
from tests.unit.builders import PIECE, Fields
from tests.unit.libtorrent.bending import encode, hybrid, tree_of, v1, v2

LONG = 3 * PIECE + 1
ROOT, LAYER = tree_of(LONG)
OTHER, _ = tree_of(LONG + 1)


def found(fields: Fields) -> list[tuple[str, str]]:
    return list(faults_of_layers(Metainfo.parse(encode(fields))))


def with_layers(layers: Any, *files: tuple[bytes, int]) -> Fields:
    return v2(*files or ((b"a", 5), (b"b", LONG))) | {b"piece layers": layers}


@pytest.mark.parametrize(
    "fields",
    [
        v1((b"a", LONG)),
        v2((b"a", PIECE), (b"b", 0)),
        v2((b"a", LONG), (b"b", LONG), (b"c", PIECE + 1)),
        hybrid((b"a", 5), (b"b/c", LONG)),
        {key: value for key, value in v2((b"a", PIECE)).items() if key != b"piece layers"},
    ],
)
def test_layers_that_lead_to_their_roots_are_fine(fields: Fields) -> None:
    assert found(fields) == []


FLIPPED = bytes([LAYER[0] ^ 1]) + LAYER[1:]
FAULTS: list[tuple[Any, list[tuple[str, str]]]] = [
    ({}, [("missing-layer", "b")]),
    (b"x", [("missing-layer", "b")]),
    ({ROOT: 1}, [("missing-layer", "b")]),
    ({ROOT: b""}, [("layer-size", "b")]),
    ({ROOT: LAYER[:-1]}, [("layer-size", "b")]),
    ({ROOT: LAYER + bytes(32)}, [("layer-size", "b")]),
    ({ROOT: FLIPPED}, [("layer-hash", "b")]),
    ({ROOT: bytes(len(LAYER))}, [("layer-hash", "b")]),
    ({ROOT: LAYER, OTHER: LAYER}, [("unknown-layer", OTHER.hex())]),
    ({OTHER: LAYER}, [("missing-layer", "b"), ("unknown-layer", OTHER.hex())]),
]


@pytest.mark.parametrize(("layers_", "faults"), FAULTS)
def test_every_other_layer_is_found(layers_: Any, faults: list[tuple[str, str]]) -> None:
    assert found(with_layers(layers_)) == faults


def test_no_layers_at_all_are_missing() -> None:
    fields = v2((b"sub/b", LONG))
    del fields[b"piece layers"]
    assert found(fields) == [("missing-layer", "sub/b")]


def test_a_file_of_one_piece_needs_no_layer() -> None:
    root, _ = tree_of(PIECE)
    assert found(with_layers({root: root}, (b"a", PIECE))) == [("unknown-layer", root.hex())]


def test_a_root_of_zeros_and_a_pad_file_are_found() -> None:
    fields = v2((b"a", 5), (b"b", 6))
    fields[b"info"][b"file tree"][b"a"][b""][b"pieces root"] = bytes(32)
    fields[b"info"][b"file tree"][b"b"][b""][b"attr"] = b"p"
    assert found(fields) == [("zero-root", "a"), ("pad-in-tree", "b")]


@pytest.mark.parametrize("hashes", [1, 2, 3, 4, 5, 8, 9, 17])
def test_a_long_layer_is_hashed_in_parts(monkeypatch: pytest.MonkeyPatch, hashes: int) -> None:
    layer = b"".join(hashlib.sha256(b"%d" % n).digest() for n in range(hashes))
    at_once = layers._root_over(layer, 3)
    monkeypatch.setattr(layers, "_LEVELS_AT_ONCE", 2)
    monkeypatch.setattr(layers, "_AT_ONCE", 32 << 2)
    assert layers._root_over(layer, 3) == at_once
