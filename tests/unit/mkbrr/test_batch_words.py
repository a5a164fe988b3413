"""Batch files of mkbrr's mean the same here, and what they lose is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seedwright.presets.batch_file import Batch, read_batch

if TYPE_CHECKING:
    from tests.unit.home import Home

FILE = Path("batch.yaml")

EVERY_KEY = """\
version: 1
jobs:
  - output: /out/films_one
    path: /srv/media/One (2023)
    trackers:
      - https://films.example/0123/announce
      - https://second.example/announce
    webseeds:
      - https://files.example/one/
    private: true
    piece_length: 22
    comment: "paid $$5, ${HOME} not meant"
    source: FILMS
    no_date: true
    skip_prefix: false
    entropy: true
    exclude_patterns:
      - "*.nfo,*.{jpg,png}"
      - "*sample*"
    fail_on_season_warning: false
  - output: two.torrent
    path: media/two.mkv
    target_piece_count: 900
    private: false
    entropy: false
    no_date: false
    include_patterns: ["*.mkv"]
    exclude_patterns: ["*.nfo"]
    comment: ""
    source: ""
    trackers: []
    webseeds: []
    piece_length: 0
"""


def batch(home: Home, text: str) -> Batch:
    home.write(text, FILE.name)
    return read_batch(FILE, environ={}, cwd=home.folder)


def options(home: Home, text: str) -> list[dict[str, Any]]:
    read = batch(home, text)
    assert read.problems == ()
    return [job.options for job in read.jobs]


def job(*lines: str) -> str:
    """A batch of one job that only mkbrr can read; the first of the lines is line 5."""
    rest = "".join(f"    {line}\n" for line in lines)
    return f"version: 1\njobs:\n  - path: a\n    skip_prefix: true\n{rest}"


def mistakes(home: Home, text: str) -> list[str]:
    return [problem.one_line for problem in batch(home, text).problems]


def test_its_words_are_taken_for_ours(home: Home) -> None:
    read = batch(home, EVERY_KEY)
    first, second = read.jobs
    entropy = first.options.pop("entropy")
    assert len(entropy) == 64
    assert (first.path, str(first.place)) == ("/srv/media/One (2023)", "batch.yaml:3")
    assert first.options == {
        "like": "mkbrr",
        "output": "/out/films_one.torrent",
        "several": False,
        "trackers": (
            ("https://films.example/0123/announce",),
            ("https://second.example/announce",),
        ),
        "web_seeds": ("https://files.example/one/",),
        "private": True,
        "piece_length": 4 << 20,
        "comment": "paid $$5, ${HOME} not meant",
        "source": "FILMS",
        "with_date": False,
        "exclude": ("*.nfo", "*.{jpg,png}", "*sample*"),
        "strict": False,
    }
    assert second.path == str(home.folder / "media" / "two.mkv")
    assert second.options == {
        "like": "mkbrr",
        "output": str(home.folder / "two.torrent"),
        "several": False,
        "piece_count": 900,
        "private": False,
        "entropy": "",
        "with_date": True,
        "include": ("*.mkv",),
        "exclude": ("*.nfo",),
    }
    assert (read.problems, read.warnings) == ((), ())


def test_a_torrent_is_private_unless_its_job_says_otherwise(home: Home) -> None:
    assert options(home, job()) == [{"like": "mkbrr", "private": True}]
    assert options(home, job("private: false")) == [{"like": "mkbrr", "private": False}]


def test_what_presets_can_say_jobs_can_say(home: Home) -> None:
    [said] = options(home, job("no_creator: true", "max_piece_length: 20"))
    assert (said["with_creator"], said["max_piece_length"]) == (False, 1 << 20)


def test_entropy_differs_from_torrent_to_torrent_and_not_from_run_to_run(home: Home) -> None:
    text = "version: 1\njobs:\n" + "".join(
        f"  - {{path: {path}, output: {output}, entropy: yes, no_date: yes}}\n"
        for path, output in (("a", "one"), ("a", "two"), ("b", "three"))
    )
    texts = [one["entropy"] for one in options(home, text)]
    assert len(set(texts)) == 3
    assert [one["entropy"] for one in options(home, text)] == texts


@pytest.mark.parametrize(
    ("written", "meant"),
    [("a", "a.torrent"), ("a.torrent", "a.torrent"), ("a.b", "a.b.torrent"), ("a/", "a/")],
)
def test_an_output_gets_the_ending_it_lacks(home: Home, written: str, meant: str) -> None:
    (only,) = options(home, job(f"output: {written}"))
    assert only["output"] == f"{home.folder}/{meant}"


def test_a_season_with_a_gap_can_be_a_failure(home: Home) -> None:
    (only,) = options(home, job("fail_on_season_warning: true"))
    assert only["strict"] is True


def test_a_dollar_is_a_dollar(home: Home) -> None:
    text = job("output: 'b $$ ${x}'", "comment: $$").replace("path: a", "path: 'a $$ ${x}'")
    (only,) = batch(home, text).jobs
    assert only.path == str(home.folder / "a $$ ${x}")
    assert only.options["output"] == str(home.folder / "b $$ ${x}.torrent")
    assert only.options["comment"] == "$$"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (job("sorce: x"), "batch.yaml:5: unknown key 'sorce' is ignored (did you mean 'source'?)"),
        (job("workers: 3"), "batch.yaml:5: unknown key 'workers' is ignored"),
        (f"{job()}extra: 1\n", "batch.yaml:5: unknown key 'extra' is ignored"),
    ],
)
def test_what_has_no_counterpart_is_told_with_its_line(
    home: Home, text: str, sentence: str
) -> None:
    (only,) = batch(home, text).warnings
    assert only.one_line.startswith(sentence)
    assert batch(home, text).jobs != ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (job().replace("version: 1", "version: 2"), "batch.yaml:1: version must be 1, not '2'"),
        (job("private: maybe"), "batch.yaml:5: private must be true or false, not 'maybe'"),
        (job("no_date: maybe"), "batch.yaml:5: with_date must be true or false, not 'maybe'"),
        (job("piece_length: 8"), "batch.yaml:5: piece_size cannot be used: "),
        (job("piece_length: x"), "batch.yaml:5: piece_size cannot be used: "),
        (job("target_piece_count: x"), "batch.yaml:5: piece_count must be a whole number"),
        (
            job("piece_length: 20", "target_piece_count: 9"),
            "batch.yaml:6: piece_count and piece_size cannot be combined",
        ),
        (job("trackers: [x]"), "batch.yaml:5: item 1 of trackers must be a tracker's whole URL"),
        (job("trackers: x"), "batch.yaml:5: trackers must be a list"),
        (job().replace("path: a", "output: a"), "batch.yaml:3: a job needs path"),
        (job("path: b"), "batch.yaml:5: 'path' is already given on line 3"),
        (f"{job()}  - b.mkv\n", "batch.yaml:5: a job must hold settings of its own"),
    ],
)
def test_a_mistake_in_it_is_told_with_its_line(home: Home, text: str, sentence: str) -> None:
    (only,) = mistakes(home, text)
    assert only.startswith(sentence)


def test_what_both_formats_have_is_read_as_ours(home: Home) -> None:
    text = "version: 1\njobs:\n  - {path: a, output: b, comment: '$$'}\n"
    assert options(home, text) == [
        {"output": str(home.folder / "b"), "several": False, "comment": "$"}
    ]


@pytest.mark.parametrize("ours", ["format: v2", "piece_size: 1MiB", "preset: films"])
def test_words_of_both_formats_in_one_file_are_a_mistake(home: Home, ours: str) -> None:
    (only,) = mistakes(home, job(ours))
    assert only.startswith("batch.yaml:4: unknown key 'skip_prefix'")


def test_a_file_with_defaults_is_ours(home: Home) -> None:
    (only,) = mistakes(home, f"{job()}defaults: {{}}\n")
    assert only.startswith("batch.yaml:4: unknown key 'skip_prefix'")
