"""Rows of hash trees, against the slow reference."""

from __future__ import annotations

import hashlib
import random

from hypothesis import given
from hypothesis import strategies as st

from seedwright.hashes.merkle import BLOCK, climbed, level_of, root_over
from tests.unit.reference import file_tree

SIZES = st.integers(1, 40 * BLOCK) | st.integers(1, 40).map(lambda blocks: blocks * BLOCK)
LEVELS = st.integers(0, 6)


def test_blocks_are_at_level_0_and_every_doubling_is_one_more() -> None:
    assert [level_of(BLOCK << doublings) for doublings in (0, 1, 10)] == [0, 1, 10]


@given(SIZES, LEVELS, LEVELS)
def test_a_layer_leads_to_every_longer_layer_and_to_the_root(
    size: int, level: int, height: int
) -> None:
    content = random.Random(size).randbytes(size)
    root, layer = file_tree(content, BLOCK << level)
    _, longer = file_tree(content, BLOCK << level + height)
    if layer:
        assert root_over(layer, level) == root
    if longer:
        assert climbed(layer, level, height) == longer


@given(SIZES)
def test_blocks_lead_to_the_root_of_a_file_of_one_piece(size: int) -> None:
    content = random.Random(size).randbytes(size)
    blocks = [content[at : at + BLOCK] for at in range(0, size, BLOCK)]
    row = b"".join(hashlib.sha256(block).digest() for block in blocks)
    assert root_over(row, 0) == file_tree(content, 64 * BLOCK)[0]
