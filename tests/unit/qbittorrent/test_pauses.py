from __future__ import annotations

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from seedwright.clients.qbittorrent.pauses import growing_pauses

SECONDS = st.floats(0.001, 100)


@given(first=SECONDS, most=SECONDS)
def test_pauses_double_up_to_the_most_each_within_a_quarter(first: float, most: float) -> None:
    expected = first
    for pause in islice(growing_pauses(first, most), 12):
        assert 0.75 * expected <= pause <= 1.25 * expected
        expected = min(2 * expected, most)


def test_pauses_are_jittered() -> None:
    assert len({next(growing_pauses()) for _ in range(20)}) > 1


def test_pauses_do_not_end() -> None:
    assert len(list(islice(growing_pauses(), 1000))) == 1000
