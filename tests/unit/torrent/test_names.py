from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright.torrent.names import kept_by_libtorrent, printable


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
        "\u2066isolate\u2069",
    ],
)
def test_names_that_libtorrent_keeps(name: str) -> None:
    assert kept_by_libtorrent(name)


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
    assert not kept_by_libtorrent(name)


@pytest.mark.parametrize("length", [59, 60, 61, 239])
def test_names_of_a_middle_length_are_kept(length: int) -> None:
    assert kept_by_libtorrent("é" * (length // 2) + "a" * (length % 2))
