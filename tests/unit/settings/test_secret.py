from __future__ import annotations

import pytest

from seedwright.settings.secret import MASK, Secret


@pytest.mark.parametrize("show", [str, repr, "{}".format])
def test_a_secret_is_not_shown(show: type[str]) -> None:
    assert "hunter2" not in show(Secret("hunter2"))
    assert MASK in show(Secret("hunter2"))


def test_a_secret_gives_its_text_when_it_is_asked() -> None:
    assert Secret("hunter2").get_secret_value() == "hunter2"


def test_secrets_are_equal_by_their_text() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert Secret("a") != "a"
