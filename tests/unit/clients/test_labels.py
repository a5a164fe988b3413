from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright.clients.labels import fit_tags
from seedwright.errors import UsageError


def test_tags_that_fit_are_taken_as_they_are() -> None:
    assert fit_tags(["one", "two words", "Ünï 🎬", "ONE"], 100) == (
        ("one", "two words", "Ünï 🎬", "ONE"),
        (),
    )


def test_a_tag_of_just_the_longest_length_is_kept() -> None:
    assert fit_tags(["a" * 10], 10) == (("a" * 10,), ())


def test_a_tag_of_one_character_more_is_cut_with_a_warning() -> None:
    tags, warnings = fit_tags(["a" * 11], 10)
    assert tags == ("a" * 10,)
    (warning,) = warnings
    assert "a" * 11 in warning
    assert "max_tag_length 10" in warning


def test_a_tag_is_cut_by_characters_and_not_by_bytes() -> None:
    assert fit_tags(["日本語"], 3) == (("日本語",), ())
    assert fit_tags(["日本語"], 2)[0] == ("日本",)


def test_a_cut_leaves_no_space_at_the_end() -> None:
    assert fit_tags(["ab cd"], 3)[0] == ("ab",)


def test_space_around_a_tag_does_not_count() -> None:
    assert fit_tags([" ab ", "\tcd\n"], 2) == (("ab", "cd"), ())


def test_a_tag_given_again_is_taken_once() -> None:
    assert fit_tags(["a", "b", "a", " b"], 100) == (("a", "b"), ())


def test_tags_that_are_the_same_once_cut_are_taken_once() -> None:
    assert fit_tags(["abc", "abd", "ab"], 2)[0] == ("ab",)


@pytest.mark.parametrize("tag", ["a,b", ",", "a,", ",a", "", "  ", "\n", "x" * 200 + ","])
def test_what_cannot_be_one_tag_is_refused(tag: str) -> None:
    with pytest.raises(UsageError) as caught:
        fit_tags(["fine", tag], 100)
    assert repr(tag.strip()) in caught.value.message
    assert "tags" in caught.value.hint


def test_no_tags_are_no_tags() -> None:
    assert fit_tags([], 100) == ((), ())


TAGS = st.text(st.characters(exclude_characters=","), min_size=1).filter(str.strip)


@given(st.lists(TAGS), st.integers(1, 20))
def test_fitted_tags_fit_and_stay_as_they_are(tags: list[str], longest: int) -> None:
    fitted, _ = fit_tags(tags, longest)
    assert all(0 < len(tag) <= longest for tag in fitted)
    assert fit_tags(fitted, longest) == (fitted, ())
