"""Presets files of mkbrr's mean the same here, and what they lose is told."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from seedwright.errors import SettingsError
from seedwright.presets.importing import import_presets
from seedwright.presets.presets_file import find_presets
from seedwright.presets.using import load_preset

if TYPE_CHECKING:
    from tests.unit.home import Home

FILE = Path("presets.yaml")

EVERYTHING = """\
version: 1
default:
  no_date: true
  comment: everywhere
presets:
  films:
    trackers: [https://one.example/announce, https://two.example/announce]
    webseeds: [https://files.example/]
    private: false
    piece_length: 22
    max_piece_length: 23
    comment: ""
    source: SRC
    no_creator: true
    entropy: false
    skip_prefix: true
    exclude_patterns: ["*.nfo,*.{jpg,png}", "*sample*"]
    output_dir: /out
  books:
"""


def options(home: Home, name: str, text: str) -> dict[str, Any]:
    home.write(text, FILE.name)
    said = load_preset(name, FILE, environ={}, cwd=home.folder).preset.options()
    assert said.pop("like") == "mkbrr"  # what it does unasked is done here too
    return said


def presets(body: str) -> str:
    return f"version: 1\npresets:\n  a:\n    {body}\n"


def warnings(home: Home, text: str, name: str = "a") -> tuple[str, ...]:
    home.write(text, FILE.name)
    return load_preset(name, FILE, environ={}, cwd=home.folder).warnings


def mistakes(home: Home, text: str) -> list[str]:
    home.write(text, FILE.name)
    file = find_presets(FILE, environ={}, cwd=home.folder)
    return [problem.one_line for problem in file.mistakes()]


def test_its_words_are_taken_for_ours(home: Home) -> None:
    assert options(home, "films", EVERYTHING) == {
        "trackers": (("https://one.example/announce",), ("https://two.example/announce",)),
        "web_seeds": ("https://files.example/",),
        "private": False,
        "piece_length": 4 << 20,
        "max_piece_length": 8 << 20,
        "comment": "everywhere",
        "source": "SRC",
        "with_date": False,
        "with_creator": False,
        "entropy": "",
        "exclude": ("*.nfo", "*.{jpg,png}", "*sample*"),
        "output": f"/out{os.sep}",
    }
    assert warnings(home, EVERYTHING, "films") == ()


def test_a_preset_is_private_unless_it_says_otherwise(home: Home) -> None:
    assert options(home, "books", EVERYTHING)["private"] is True
    assert options(home, "a", presets("source: A")) == {"private": True, "source": "A"}
    public = "version: 1\ndefault: {private: false}\npresets: {a: {}}\n"
    assert options(home, "a", public) == {"private": False}


def test_a_preset_called_default_is_one_like_any_other(home: Home) -> None:
    text = """
version: 1
default: {comment: under all}
presets:
  default: {source: D}
  other: {source: O}
"""
    assert options(home, "default", text) == {
        "private": True,
        "comment": "under all",
        "source": "D",
    }
    assert options(home, "other", text)["source"] == "O"
    assert options(home, "other", text)["comment"] == "under all"
    none_extended = "version: 1\ndefault: {comment: c}\npresets: {default: {}, other: {}}\n"
    assert options(home, "other", none_extended) == {"private": True, "comment": "c"}


@pytest.mark.parametrize("body", ["piece_length: 0", "target_piece_count: 0"])
def test_what_says_nothing_there_says_nothing_here(home: Home, body: str) -> None:
    assert options(home, "a", presets(body)) == {"private": True}


@pytest.mark.parametrize(
    ("exponent", "size"), [(14, 16 << 10), (16, 64 << 10), (20, 1 << 20), (27, 128 << 20)]
)
def test_an_exponent_becomes_a_piece_size(home: Home, exponent: int, size: int) -> None:
    assert options(home, "a", presets(f"piece_length: {exponent}"))["piece_length"] == size


def test_a_number_of_pieces_counts_more_than_an_exponent(home: Home) -> None:
    body = "target_piece_count: 900\n    piece_length: 20"
    assert options(home, "a", presets(body)) == {"private": True, "piece_count": 900}


@pytest.mark.parametrize(("body", "said"), [("true", True), ("false", False)])
def test_a_season_that_is_to_fail_makes_the_checks_strict(
    home: Home, body: str, said: bool
) -> None:
    preset = options(home, "a", presets(f"fail_on_season_warning: {body}"))
    assert preset == {"private": True, "strict": said}


def test_a_relative_output_dir_starts_where_it_is_run(home: Home) -> None:
    file = home.write(presets("output_dir: out"), "elsewhere/presets.yaml")
    said = load_preset("a", file, environ={}, cwd=home.folder).preset.options()
    assert said["output"] == f"{home.folder / 'out'}{os.sep}"


def test_entropy_is_another_text_each_time(home: Home) -> None:
    texts = {options(home, "a", presets("entropy: true"))["entropy"] for _ in range(3)}
    assert len(texts) == 3


def test_a_preset_may_go_without_the_entropy_of_the_defaults(home: Home) -> None:
    text = "version: 1\ndefault: {entropy: true}\npresets: {a: {entropy: false}, b: {}}\n"
    assert options(home, "a", text)["entropy"] == ""
    assert len(options(home, "b", text)["entropy"]) > 16


def test_a_dollar_is_a_dollar(home: Home) -> None:
    said = options(home, "a", presets("comment: 'a $$ ${HOME} $x $'"))
    assert said["comment"] == "a $$ ${HOME} $x $"


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        (
            "workers: 4",
            "workers has no counterpart (the number of threads is chosen automatically)",
        ),
        (
            "skip_prefix: false",
            "skip_prefix has no counterpart (the .torrent is named after its content only)",
        ),
        ("sorce: x", "unknown key 'sorce' is ignored (did you mean 'source'?)"),
    ],
)
def test_what_has_no_counterpart_is_told_with_its_line(home: Home, body: str, warning: str) -> None:
    assert warnings(home, presets(body)) == (f"presets.yaml:4: {warning}",)


@pytest.mark.parametrize("body", ["workers: 0", "workers:", "fail_on_season_warning: false"])
def test_what_changes_nothing_is_not_told(home: Home, body: str) -> None:
    assert warnings(home, presets(body)) == ()


def test_what_the_defaults_lose_is_told_of_every_preset(home: Home) -> None:
    text = "version: 1\nextra: 1\ndefault: {workers: 4}\npresets: {a: {}, b: {sorce: x}}\n"
    lines = [warning.split(" (")[0] for warning in warnings(home, text)]
    assert lines == [
        "presets.yaml:2: unknown key 'extra' is ignored",
        "presets.yaml:3: workers has no counterpart",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("version: 2\npresets: {}\n", "presets.yaml:1: version must be 1, not '2'"),
        (
            "version: 1\npresets: [a]\n",
            "presets.yaml:2: presets must hold settings of its own, one 'key: value' per line",
        ),
        (
            "version: 1\npresets:\n  a: x\n",
            "presets.yaml:3: a must hold settings of its own, one 'key: value' per line",
        ),
        (
            "version: 1\ndefault: x\npresets:\n",
            "presets.yaml:2: default must hold settings of its own, one 'key: value' per line",
        ),
        (presets("private: maybe"), "presets.yaml:4: private must be true or false, not 'maybe'"),
        (presets("no_date: maybe"), "presets.yaml:4: with_date must be true or false, not 'maybe'"),
        (presets("entropy: [x]"), "presets.yaml:4: entropy must be a text, not a list"),
        (
            presets("target_piece_count: many"),
            "presets.yaml:4: piece_count must be a whole number, 1 or more, not 'many'",
        ),
        (presets("include_patterns: x"), "presets.yaml:4: include must be a list, not 'x'"),
        (
            presets("include_patterns: [{a: b}]"),
            "presets.yaml:4: item 1 of include must be a glob, not a mapping",
        ),
    ],
)
def test_a_mistake_in_it_is_told_with_its_line(home: Home, text: str, sentence: str) -> None:
    assert mistakes(home, text) == [sentence]


@pytest.mark.parametrize("exponent", ["8", "50", "x"])
def test_an_exponent_that_makes_no_piece_size_is_refused(home: Home, exponent: str) -> None:
    (only,) = mistakes(home, presets(f"piece_length: {exponent}"))
    assert only.startswith("presets.yaml:4: piece_size cannot be used: ")


@pytest.fixture
def here(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.chdir(home.folder)
    return home


def test_what_is_imported_means_the_same(here: Home) -> None:
    text = EVERYTHING.replace("comment: everywhere", "comment: 'a $$ ${b}'")
    before = {name: options(here, name, text) for name in ("films", "books")}
    imported = import_presets(FILE)
    assert imported.warnings == ()
    after = {name: options(here, name, imported.text) for name in ("films", "books")}
    assert after == before
    assert yaml.safe_load(imported.text)["films"]["piece_size"] == "4MiB"


def test_what_the_import_loses_is_told(here: Home) -> None:
    here.write("version: 1\ndefault: {workers: 4}\npresets: {a: {sorce: x}}\n", FILE.name)
    assert [warning.split(": ")[0] for warning in import_presets(FILE).warnings] == [
        "presets.yaml:2",
        "presets.yaml:3",
    ]


@pytest.mark.parametrize("folder", ["out", "./out"])
def test_an_output_dir_that_an_import_moves_is_told(here: Home, folder: str) -> None:
    here.write(presets(f"output_dir: {folder}"), FILE.name)
    (warning,) = import_presets(FILE).warnings
    what = f"output_dir {folder!r} is now relative to the folder of the presets file"
    assert warning == f"presets.yaml:4: {what} (write an absolute path)"
    here.write(presets("output_dir: ~/out"), FILE.name)
    assert import_presets(FILE).warnings == ()


def test_only_its_files_are_imported(here: Home) -> None:
    here.write("films: {}\n", FILE.name)
    with pytest.raises(SettingsError, match=r"presets\.yaml is not a presets file of mkbrr"):
        import_presets(FILE)


def test_a_file_with_a_mistake_is_not_imported(here: Home) -> None:
    here.write(presets("private: maybe"), FILE.name)
    with pytest.raises(SettingsError, match=r"presets\.yaml:4: private must be true or false"):
        import_presets(FILE)
