"""What the pages say by hand, held to the code."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from seedwright import Report, Settings, TorrentManager
from seedwright.cli import EXIT_CODES, output
from seedwright.clients.qbittorrent import adding, creator, proving, tracker_answers
from seedwright.clients.qbittorrent.connection import Patience
from seedwright.clients.qbittorrent.mapping_search import Bounds
from seedwright.clients.qbittorrent.states import SEEDING_STATES
from seedwright.clients.seeding import Seeding
from seedwright.errors import ExitCode
from seedwright.presets.batch_file import read_batch
from seedwright.presets.job import Job
from seedwright.report import Timings
from seedwright.request import ALIASES, OPTIONS
from seedwright.settings.group import defaults
from seedwright.settings.model import QBittorrentSettings
from seedwright.settings.shape import keys
from seedwright.work import run
from tests.testbed import fetch
from tests.unit.docs import pages, sentences

README = pages.text("README.md")
GUIDE = pages.text("docs/DEVELOPMENT_GUIDE.md")
CLI = pages.text("docs/CLI.md")
PYTHON = [block for page in pages.PAGES for block in pages.fenced(page.read_text(), "python")]


def in_words(page: str) -> str:
    return " ".join(page.split())


def test_the_readme_tells_every_exit_code() -> None:
    told = {int(row[0]): row[1] for row in pages.rows(pages.section(README, "Exit codes"))}
    assert list(told) == list(ExitCode)
    for code, meaning in re.findall(r"(\d+) ([\w -]+)", EXIT_CODES):
        assert told[int(code)].startswith(meaning.strip())


def test_the_command_line_page_tells_every_exit_code() -> None:
    told = [
        int(row[0])
        for row in pages.rows(pages.section(CLI, "What holds for every command"))
        if row[0].isdigit()
    ]
    assert told == list(ExitCode)


def test_the_defaults_of_the_client_are_the_real_ones() -> None:
    part = pages.section(GUIDE, "The client's settings, and why")
    told = {row[0].strip("`"): row[1].strip("`") for row in pages.rows(part) if "`" in row[0]}
    real = defaults(QBittorrentSettings)
    assert told == {name: str(real[name]).lower() if real[name] != "" else "none" for name in told}
    assert {"connection_timeout", "read_timeout", "pool_connections", "pool_maxsize"} <= set(told)


def test_the_numbers_are_the_real_ones() -> None:
    guide, cli = in_words(GUIDE), in_words(CLI)
    patience, bounds = Patience(), Bounds()
    assert f"for {patience.before:g} second |" in guide
    assert f"for {patience.after:g} seconds |" in guide
    assert (creator.IN_FLIGHT, creator.MAX_SUBMISSIONS, adding.MAX_ADDITIONS) == (4, 4, 3)
    assert "submits the task again, four times in all" in guide
    assert "is added again, three times in all" in guide
    assert "Four tasks of Seedwright's stand" in guide
    assert f"has had a full queue for {creator.BUSY_PATIENCE:g} s" in guide
    assert run.AT_ONCE == 8
    assert "eight are worked on at once; four tasks at most stand" in " ".join(cli.split())
    assert f"{proving.PROOF_PATIENCE:g} seconds beside any checking" in cli
    assert f"up to {tracker_answers.TRACKER_PATIENCE:g} more for trackers" in cli
    assert f"at most {bounds.folders} folders for at most {bounds.seconds:g} seconds" in cli


def test_every_state_that_counts_as_proof_is_told() -> None:
    assert all(f"`{state}`" in README for state in SEEDING_STATES)


def test_every_method_of_the_manager_is_told() -> None:
    part = pages.section(GUIDE, "The Python API")
    told = {row[0].strip("`").partition("(")[0] for row in pages.rows(part)}
    methods = {name for name in vars(TorrentManager) if not name.startswith("_")}
    assert told == methods


def test_every_key_of_a_report_is_told() -> None:
    part = pages.section(CLI, "seedwright create")
    keys = report().as_dict()
    assert [key for key in keys if f"`{key}`" not in part] == []


def test_the_versions_of_the_tests_are_the_ones_that_are_told() -> None:
    *others, last = fetch.VERSIONS
    assert f"run on {', '.join(others)} and {last}, and on {fetch.OLD_VERSION} to see" in GUIDE


def test_the_layers_are_those_that_are_kept() -> None:
    kept = tomllib.loads(pages.text("pyproject.toml"))["tool"]["importlinter"]["contracts"][0]
    layers = [set(re.findall(r"seedwright\.(\w+)", layer)) for layer in kept["layers"]]
    drawn = re.findall(
        r"^    (\w+(?: \| \w+)*)  ", pages.text("docs/ARCHITECTURE.md"), re.MULTILINE
    )
    assert [set(row.split(" | ")) for row in drawn][: len(layers)] == layers


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(pages.text("pyproject.toml"))["project"]
    part = pages.section(pages.text("docs/ARCHITECTURE.md"), "Dependencies").lower()
    names = [re.split(r"[<>=\[]", wanted)[0] for wanted in project["dependencies"]]
    assert [name for name in names if name.lower() not in part] == []


@pytest.mark.parametrize("block", PYTHON)
def test_the_python_examples_use_what_there_is(block: str) -> None:
    tree = ast.parse(block)
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                for name in names:
                    assert hasattr(importlib.import_module(module), name.name)
            case ast.Attribute(value=ast.Name(id="report"), attr=name):
                assert name in report().as_dict()
            case ast.Attribute(value=ast.Name(id="manager"), attr=name):
                assert hasattr(TorrentManager, name)
            case ast.Call(func=ast.Attribute(attr="create_torrent"), keywords=given):
                assert {str(each.arg) for each in given} <= {*OPTIONS, *ALIASES}


@pytest.mark.parametrize("page", ["README.md", "docs/DEVELOPMENT_GUIDE.md"])
def test_the_settings_in_the_pages_load(page: str) -> None:
    for block in pages.fenced(pages.text(page), "yaml"):
        tree = yaml.safe_load(re.sub(r"\w+_file: \S+", "password: x", block))
        assert Settings(**tree) != Settings()


def test_the_batch_in_the_pages_can_be_read(tmp_path: Path) -> None:
    (text,) = pages.fenced(pages.section(CLI, "seedwright batch"), "yaml")
    (tmp_path / "jobs.yaml").write_text(text)
    read = read_batch(tmp_path / "jobs.yaml")
    assert read.problems == ()
    assert [job.options["preset"] for job in read.jobs] == ["films", "films", "music"]


def test_every_key_of_a_job_is_told() -> None:
    told = "".join(pages.section(CLI, f"seedwright {name}") for name in ("batch", "presets"))
    assert [key for key in keys(Job) if f"`{key}`" not in told] == []


def test_the_report_in_the_readme_looks_like_one(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_report(report())
    assert f"\n{capsys.readouterr().out}```" in README


def test_what_the_doctor_says_in_the_readme_is_what_it_says() -> None:
    said = re.findall(r"^  (?:pass|warn|fail|skip)  (.{15})  (.+)$", README, re.MULTILINE)
    assert len(said) > 8
    for step, text in said:
        # Of these two, nearly every word is put in at run time.
        assert step.strip() in ("name", "versions") or sentences.is_printed(text), text


def report() -> Report:
    return Report(
        path=Path("/srv/media/books/The Art of War"),
        torrent_path=Path("/srv/torrents/The Art of War.torrent"),
        name="The Art of War",
        infohash_v1="0c5447a68343ce738119dfc83a06fc199f552762",
        infohash_v2=None,
        format="v1",
        private=False,
        size=504_000,
        files=2,
        pieces=16,
        piece_length=32_768,
        engine="local",
        engine_reason="the content can be read here",
        hashing_rate=504_000_000,
        client="default",
        client_path="/srv/media/books/The Art of War",
        seeding=Seeding("64a3", "queuedUP", "/srv/media/books", "books", ("mine",), ()),
        warnings=("category 'books' is new to qBittorrent",),
        timings=Timings(),
        magnet="",
    )
