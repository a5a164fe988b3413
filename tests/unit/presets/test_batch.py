"""Batch files: what jobs come of one, and each mistake with its line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seedwright.errors import SettingsError
from seedwright.presets.batch_file import Batch, batch_schema, read_batch
from seedwright.presets.job import Defaults, Job
from seedwright.presets.preset import Preset
from seedwright.request import ALIASES, OPTIONS
from seedwright.request.option import Where
from seedwright.settings.shape import keys

if TYPE_CHECKING:
    from tests.unit.home import Home

FILE = Path("jobs.yaml")


def batch(home: Home, text: str, **environ: str) -> Batch:
    home.write(text, FILE.name)
    return read_batch(FILE, environ=environ, cwd=home.folder)


def options(home: Home, text: str, **environ: str) -> list[dict[str, Any]]:
    read = batch(home, text, **environ)
    assert read.problems == ()
    return [job.options for job in read.jobs]


def mistakes(home: Home, text: str, **environ: str) -> list[str]:
    read = batch(home, text, **environ)
    assert read.jobs == ()
    return [problem.one_line for problem in read.problems]


def job(*lines: str) -> str:
    """A batch of one job, of which the lines say more; its path is on line 3."""
    return "\n".join(["version: 1", "jobs:", "  - path: a", *(f"    {line}" for line in lines), ""])


def test_a_job_has_a_path_its_options_and_its_line(home: Home) -> None:
    read = batch(home, "version: 1\njobs:\n  - path: a\n  - comment: c\n    path: /b\n")
    assert [(one.path, one.options, str(one.place)) for one in read.jobs] == [
        (str(home.folder / "a"), {}, "jobs.yaml:3"),
        ("/b", {"comment": "c"}, "jobs.yaml:4"),
    ]
    assert read.warnings == ()


EVERYTHING = """\
version: 1
jobs:
  - path: film.mkv
    name: another
    from_torrent: old.torrent
    preset: films
    presets: mine.yaml
    output: out/film.torrent
    force: yes
    trackers: [udp://one.example:80, [udp://two.example:80, udp://three.example:80]]
    private: yes
    source: SRC
    comment: a comment
    publisher: Ed
    entropy: mine
    with_date: no
    with_creator: no
    format: hybrid
    piece_size: 1MiB
    max_torrent_size: 1MiB
    web_seeds: [https://w.example/]
    http_seeds: [https://h.example/]
    dht_nodes: ['n.example:6881']
    include: ['*.mkv']
    exclude: ['*.nfo']
    tracker_rules: no
    ignore_dotfiles: no
    like: seedwright
    max_piece_size: 8MiB
    content_checks: yes
    strict: no
    allow: [sample]
    reuse: no
    engine: local
    client: nas
    seed: yes
    category: films
    create_category: no
    tags: [mine]
    save_path: /there
    auto_management: no
    timeout: 60
    variables: {NAME: value}
"""


def test_a_job_takes_whatever_create_takes(home: Home) -> None:
    (made,) = options(home, EVERYTHING)
    assert made == {
        "name": "another",
        "from_torrent": str(home.folder / "old.torrent"),
        "preset": "films",
        "presets": str(home.folder / "mine.yaml"),
        "output": str(home.folder / "out" / "film.torrent"),
        "several": False,
        "force": True,
        "trackers": (
            ("udp://one.example:80",),
            ("udp://two.example:80", "udp://three.example:80"),
        ),
        "private": True,
        "source": "SRC",
        "comment": "a comment",
        "publisher": "Ed",
        "entropy": "mine",
        "with_date": False,
        "with_creator": False,
        "format": "hybrid",
        "piece_length": 1 << 20,
        "max_torrent_size": 1 << 20,
        "web_seeds": ("https://w.example/",),
        "http_seeds": ("https://h.example/",),
        "dht_nodes": (("n.example", 6881),),
        "include": ("*.mkv",),
        "exclude": ("*.nfo",),
        "tracker_rules": False,
        "ignore_dotfiles": False,
        "like": "seedwright",
        "max_piece_length": 8 << 20,
        "content_checks": True,
        "strict": False,
        "allow": ("sample",),
        "reuse": False,
        "engine": "local",
        "client": "nas",
        "seed": True,
        "category": "films",
        "create_category": False,
        "tags": ("mine",),
        "save_path": "/there",
        "auto_management": False,
        "timeout": 60.0,
    }
    assert set(made) <= {*OPTIONS}


def test_a_job_has_the_words_of_a_preset_and_its_own() -> None:
    assert set(keys(Preset)) - {"extends"} < set(keys(Defaults))
    assert set(keys(Job)) - set(keys(Defaults)) == {"path", "name", "from_torrent"}


def test_whatever_create_can_be_told_a_job_can_say() -> None:
    # How many there are is not the job's to say, nor whether what is done is skipped.
    not_said = {name for name, each in OPTIONS.items() if Where.JOB not in each.where}
    assert {"several", "label", "skip_done"} < not_said
    assert set(OPTIONS) - {ALIASES.get(key, key) for key in keys(Job)} == not_said


def test_the_defaults_hold_for_every_job_that_does_not_say_otherwise(home: Home) -> None:
    text = """
version: 1
defaults: {comment: all, tags: [a, b], piece_size: 1MiB, output_dir: out}
jobs:
  - path: a
  - {path: b, comment: mine, tags: [c]}
  - {path: c, comment: '', piece_count: 9, output: own.torrent}
"""
    folder = f"{home.folder / 'out'}{os.sep}"
    assert options(home, text) == [
        {"comment": "all", "tags": ("a", "b"), "piece_length": 1 << 20, "output": folder},
        {"comment": "mine", "tags": ("c",), "piece_length": 1 << 20, "output": folder},
        {
            "comment": "",
            "tags": ("a", "b"),
            "piece_count": 9,
            "output": str(home.folder / "own.torrent"),
            "several": False,
        },
    ]


def test_paths_start_at_the_folder_of_the_file(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    home.write("version: 1\njobs:\n  - {path: a, output: out/}\n  - {path: ~/b}\n", "there/x.yaml")
    read = read_batch(Path("there/x.yaml"), environ={}, cwd=home.folder)
    assert [one.path for one in read.jobs] == [str(home.folder / "there" / "a"), "/home/me/b"]
    assert read.jobs[0].options["output"] == f"{home.folder}/there/out/"


def test_an_output_that_is_empty_is_none(home: Home) -> None:
    text = "version: 1\ndefaults: {output: out/}\njobs:\n  - {path: a, output: ''}\n"
    assert options(home, text) == [{"several": False}]


def test_a_job_may_do_without_the_preset_of_the_defaults(home: Home) -> None:
    text = """
version: 1
defaults: {preset: films, presets: p.yaml}
jobs:
  - path: a
  - {path: b, preset: ''}
  - {path: c, preset: [books]}
  - {path: d, preset: [books, films]}
"""
    file = str(home.folder / "p.yaml")
    assert options(home, text) == [
        {"preset": "films", "presets": file},
        {},
        {"preset": "books", "presets": file},
        {"preset": ("books", "films"), "presets": file},
    ]


def test_variables_stand_for_what_the_job_the_defaults_or_the_environment_say(home: Home) -> None:
    home.write("s3cr3t\n", "passkey")
    text = """
version: 1
defaults:
  variables: {PASSKEY_file: passkey, WHO: all}
  trackers: ["https://t.example/${PASSKEY}/announce"]
  comment: by ${WHO} at ${WHERE}, $${WHO}
jobs:
  - path: ${WHERE}/a
  - {path: b, variables: {WHO: me, WHERE: work}}
"""
    first, second = batch(home, text, WHERE="home", WHO="nobody").jobs
    assert first.options == {
        "trackers": (("https://t.example/s3cr3t/announce",),),
        "comment": "by all at home, ${WHO}",
    }
    assert first.path == str(home.folder / "home" / "a")
    assert second.options["comment"] == "by me at work, ${WHO}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("jobs: [{path: a}]", "jobs.yaml:1: version is missing (write 'version: 1' at the left"),
        ("version: 2\njobs: [{path: a}]", "jobs.yaml:1: version must be 1, not '2'"),
        ("version: 1", "jobs.yaml: jobs must be a list, with '- path: ...' for each"),
        ("version: 1\njobs:", "jobs.yaml:2: jobs must be a list, with '- path: ...' for each"),
        ("version: 1\njobs: []", "jobs.yaml:2: jobs must be a list, with '- path: ...' for each"),
        ("version: 1\njobs: {a: b}", "jobs.yaml:2: jobs must be a list"),
        ("version: 1\njob: []\njobs: [{path: a}]", "jobs.yaml:2: unknown key 'job' (did you mean"),
        (
            "version: 1\ndefaults: [a]\njobs: [{path: a}]",
            "jobs.yaml:2: defaults must hold settings",
        ),
        (
            "version: 1\ndefaults:\n  sorce: a\njobs: [{path: a}]",
            "jobs.yaml:3: unknown key 'sorce' in defaults (did you mean 'source'?)",
        ),
        (
            "version: 1\ndefaults:\n  path: a\njobs: [{path: a}]",
            "jobs.yaml:3: unknown key 'path' in defaults",
        ),
        (
            "version: 1\ndefaults:\n  private: maybe\njobs: [{path: a}, {path: b}]",
            "jobs.yaml:3: private must be true or false, not 'maybe'",
        ),
        (
            "version: 1\ndefaults:\n  variables: [a]\njobs: [{path: a}]",
            "jobs.yaml:3: defaults.variables must be a mapping, one 'NAME: value' per line",
        ),
        ("version: 1\njobs:\n  - a.mkv", "jobs.yaml:3: a job must hold settings of its own"),
        ("version: 1\njobs:\n  -", "jobs.yaml:3: a job must hold settings of its own"),
        (
            "version: 1\njobs:\n  - comment: a",
            "jobs.yaml:3: a job needs path (path: names the file or folder",
        ),
        ("version: 1\njobs:\n  - path:\n    comment: a", "jobs.yaml:3: a job needs path"),
        ("version: 1\njobs:\n  - path: ''", "jobs.yaml:3: path is empty; it must be a path"),
        (job("from_torrent: ''"), "jobs.yaml:4: from_torrent must be a path, not ''"),
        (job("presets: ''"), "jobs.yaml:4: presets must be a path, not ''"),
        (job("output_dir: ''"), "jobs.yaml:4: output_dir is empty; it must be a path"),
        ("version: 1\njobs:\n  - path: [a]", "jobs.yaml:3: path must be a path, not a list"),
        (job("sorce: a"), "jobs.yaml:4: unknown key 'sorce' (did you mean 'source'?)"),
        (job("extends: a"), "jobs.yaml:4: unknown key 'extends'"),
        (job("private: maybe"), "jobs.yaml:4: private must be true or false, not 'maybe'"),
        (job("piece_size: 3"), "jobs.yaml:4: piece_size cannot be used: a piece length of 3 bytes"),
        (
            job("piece_count: 0"),
            "jobs.yaml:4: piece_count must be a whole number, 1 or more, not '0'",
        ),
        (job("format: v3"), "jobs.yaml:4: format must be v1, v2 or hybrid, not 'v3'"),
        (job("trackers:", "  - nope"), "jobs.yaml:5: item 1 of trackers must be a tracker's whole"),
        (job("tags: ['a,b']"), "jobs.yaml:4: item 1 of tags cannot be used: 'a,b' is not a"),
        (job("force: maybe"), "jobs.yaml:4: force must be true or false, not 'maybe'"),
        (job("output: [a]"), "jobs.yaml:4: output must be text, not a list"),
        (job("name: [a]"), "jobs.yaml:4: name must be a name, not a list"),
        (
            job("preset: {a: b}"),
            "jobs.yaml:4: preset must be the name of a preset, or a list of names",
        ),
        (job("preset: []"), "jobs.yaml:4: preset must be the name of a preset, or a list of names"),
        (job("comment: a", "comment: b"), "jobs.yaml:5: 'comment' is already given on line 4"),
        (job("comment: ${NOPE}"), "jobs.yaml:4: comment needs the variable NOPE, which is not set"),
        (job("comment: ${"), "jobs.yaml:4: comment contains ${ without the name of a variable"),
        (
            job("variables: {A_file: none}", "comment: x"),
            "jobs.yaml:4: variables.A_file names",
        ),
        (
            job("piece_count: 9", "piece_size: 1MiB"),
            "jobs.yaml:4: piece_count and piece_size cannot be combined (use one of them)",
        ),
        (
            job("output_dir: a", "output: b"),
            "jobs.yaml:5: output and output_dir cannot be combined (use one of them)",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(home: Home, text: str, sentence: str) -> None:
    (only,) = mistakes(home, text)
    assert only.startswith(sentence)


def test_every_mistake_is_told_in_the_order_of_lines(home: Home) -> None:
    text = """\
version: 2
defaults: {private: maybe}
jobs:
  - path: a
    sorce: x
  - film.mkv
  - path: b
    format: v3
"""
    told = [sentence.split(" ")[0] for sentence in mistakes(home, text)]
    assert told == [f"jobs.yaml:{line}:" for line in (1, 2, 5, 6, 8)]


def test_a_job_whose_options_do_not_go_together_is_told_beside_others(home: Home) -> None:
    text = f"{job('sorce: x')}  - path: b\n    piece_count: 9\n    piece_size: 1MiB\n"
    assert len(mistakes(home, text)) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: b: c", r"jobs\.yaml:1: not valid YAML"),
        ("- a", r"jobs\.yaml:1: settings must be written as"),
    ],
)
def test_what_is_no_yaml_is_told_as_such(home: Home, text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        batch(home, text)


def test_a_file_that_cannot_be_read_is_told_by_its_name(home: Home) -> None:
    with pytest.raises(SettingsError, match=r"batch file jobs\.yaml does not exist"):
        read_batch(FILE, environ={}, cwd=home.folder)
    (home.folder / FILE).mkdir()
    with pytest.raises(SettingsError, match=r"cannot read batch file jobs\.yaml: it is a folder"):
        read_batch(FILE, environ={}, cwd=home.folder)


def test_no_passkey_is_told(home: Home) -> None:
    (only,) = mistakes(home, job("trackers: [https//t.example/s3cr3t/announce]"))
    assert "s3cr3t" not in only


def test_the_schema_has_every_key_and_no_other() -> None:
    schema = batch_schema()
    assert (set(schema["properties"]), schema["required"]) == (
        {"version", "defaults", "jobs"},
        ["version", "jobs"],
    )
    assert schema["properties"]["version"]["anyOf"] == [{"const": 1, "type": "integer"}]
    assert schema["properties"]["jobs"]["anyOf"] == [
        {"type": "array", "items": {"$ref": "#/$defs/Job"}}
    ]
    for group in (Defaults, Job):
        inner = schema["$defs"][group.__name__]
        assert set(inner["properties"]) == set(keys(group))
        assert inner["additionalProperties"] is False
        assert all(each["description"] for each in inner["properties"].values())
    assert schema["$defs"]["Job"]["required"] == ["path"]
    assert "required" not in schema["$defs"]["Defaults"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.recursive(
        st.none() | st.text() | st.integers() | st.booleans(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    ["version", "defaults", "jobs", *keys(Job), "webseeds", "piece_length"]
                ),
                inner,
            )
        ),
    ).map(str)
)
def test_whatever_is_in_the_file_ends_in_jobs_or_in_one_sentence_each(
    home: Home, text: str
) -> None:
    (home.folder / FILE).write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        read = read_batch(FILE, environ={}, cwd=home.folder)
    except SettingsError as error:
        sentences = [error.message + error.hint]
    else:
        assert bool(read.jobs) != bool(read.problems)
        sentences = [problem.one_line for problem in (*read.problems, *read.warnings)]
    assert all(sentence and "\n" not in sentence for sentence in sentences)
