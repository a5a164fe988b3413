from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright.clients.ticket import Ticket

TEXT = st.text()
TICKETS = st.builds(
    Ticket,
    TEXT,
    asked=TEXT,
    task=TEXT,
    before=st.lists(TEXT).map(tuple),
    staged=TEXT,
    added=TEXT,
    since=st.integers(),
)
ROW = json.loads(Ticket("nas", "asked", "id", ("one",), "/x", "hash", 7).to_json())


@given(TICKETS)
def test_a_ticket_is_the_same_after_a_way_through_json(ticket: Ticket) -> None:
    assert Ticket.from_json(ticket.to_json()) == ticket


def test_a_ticket_is_plain_json() -> None:
    assert ROW == {
        "client": "nas",
        "asked": "asked",
        "task": "id",
        "before": ["one"],
        "staged": "/x",
        "added": "hash",
        "since": 7,
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        '"text"',
        "{}",
        b"\xff\xfe",
        json.dumps({"client": "nas"}),
        json.dumps({**ROW, "more": ""}),
        json.dumps({**ROW, "task": 7}),
        json.dumps({**ROW, "task": None}),
        json.dumps({**ROW, "before": "one"}),
        json.dumps({**ROW, "before": [1]}),
        json.dumps({**ROW, "since": "7"}),
    ],
)
def test_anything_else_is_no_ticket(text: str | bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - JSON's own, or ours
        Ticket.from_json(text)
