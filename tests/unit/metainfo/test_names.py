from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright.names import (
    RESPELLED,
    as_file_systems_compare,
    as_libtorrent_compares,
    printable,
    respelled_since,
    twins,
)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\nb\tc\rd", r"a\nb\tc\rd"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x00\x7f\x9b", r"\x00\x7f\x9b"),
        ("evil\u202egpj.exe", r"evil\u202egpj.exe"),
        ("\u2066a\u2069\u200f\u061c", r"\u2066a\u2069\u200f\u061c"),
        ("a\u2028b", r"a\u2028b"),
        ("not utf-8: \udcff", r"not utf-8: \udcff"),
    ],
)
def test_what_could_fool_a_terminal_is_escaped(name: str, shown: str) -> None:
    assert printable(name) == shown


@pytest.mark.parametrize(
    "name", ["", "plain name.txt", "Bücher", "日本語", "👩‍🚀", "می‌خواهم", r"C:\books", "quote'\""]
)
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    assert printable(name) == name


@given(st.text(st.characters(categories=["Cc", "Cs", "Cf", "Zl", "Zp", "L", "N"])))
def test_whatever_is_shown_is_one_line_of_encodable_text(name: str) -> None:
    shown = printable(name)
    assert len(shown.splitlines()) <= 1
    assert shown.encode().decode() == shown
    assert printable(shown) == shown


@pytest.mark.parametrize(
    "name",
    [
        "plain.txt",
        "quote'\" and | : ? * <>",
        "a" * 240,
        "é" * 120,
        "a" * 240 + ".mkv",
        "a" * 240 + ".12345678",
        "a" * 239 + "é.mkv",
    ],
)
def test_names_that_libtorrent_keeps(name: str) -> None:
    assert respelled_since(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "two\nlines",
        "bell\x07",
        "back\\slash",
        "right\u200fto left",
        "override\u202e",
        "a" * 241,
        "é" * 120 + "a",
        "a" * 240 + ".123456789",
        "a" * 241 + ".mkv",
        "a" * 240 + ".x.mkv",
    ],
)
def test_names_that_libtorrent_changes(name: str) -> None:
    assert respelled_since(name) == ()


@pytest.mark.parametrize(
    "name",
    [
        "zero\u200bwidth",
        "\ufeffmark",
        "\u2066isolate\u2069",
        "joined\u2060",
        "a\u2062b",
        "\u061c",
        "delete\x7f",
        "c1\x85",
        "👩\u200d🚀",
    ],
)
def test_names_that_only_a_later_libtorrent_changes(name: str) -> None:
    assert respelled_since(name) == (2, 1)


def test_each_libtorrent_changes_what_the_one_before_did() -> None:
    chars = [chr(number) for number in range(0x110000)]
    *_, before, latest = (
        {char for char in chars if re.match(pattern, char)} for pattern in RESPELLED.values()
    )
    assert before < latest
    assert list(RESPELLED) == sorted(RESPELLED)


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (["a", "b"], []),
        (["a", "A"], [("a", "A")]),
        (["a", "A/b"], [("A", "a")]),
        (["A/b", "a"], [("A", "a")]),
        (["S/x", "s/y"], []),
        (["S/x", "s/X"], [("S/x", "s/X")]),
        (["S/a/x", "s/A/x/y"], [("s/A/x", "S/a/x")]),
        (["é", "É"], []),
        (["éa", "éA"], [("éa", "éA")]),
        (["a/x", "b/X"], []),
        (["a", "a"], [("a", "a")]),
        (["a", "A", "a/x"], [("a", "a"), ("a", "A")]),
    ],
)
def test_files_that_libtorrent_renames(paths: list[str], found: list[tuple[str, str]]) -> None:
    assert list(twins(paths, as_libtorrent_compares)) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [("A", "a"), ("Strasse", "straße"), ("e\u0301", "é"), ("e\u0301", "É"), ("ﬁ", "FI")],
)
def test_names_that_some_file_systems_take_for_one(one: str, other: str) -> None:
    assert as_file_systems_compare(one) == as_file_systems_compare(other)


@pytest.mark.parametrize("length", [59, 60, 61, 239])
def test_names_of_a_middle_length_are_kept(length: int) -> None:
    assert respelled_since("é" * (length // 2) + "a" * (length % 2)) is None
