"""Presets: what stands in the file is what ``create`` is told, and the stronger says it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from seedwright.errors import SettingsError, UsageError
from seedwright.meaning import with_preset
from seedwright.presets.preset import Preset
from seedwright.presets.presets_file import find_presets, locate_presets
from seedwright.presets.showing import presets_schema, shown_preset
from seedwright.presets.using import load_preset
from seedwright.request import OPTIONS, Request, checked
from seedwright.request.option import Where
from tests.unit.home import junk

if TYPE_CHECKING:
    from tests.unit.home import Home

NAME = "seedwright-presets.yaml"
PASSKEY = "s3cr3tpasskey"

KEYS = [
    "version",
    "presets",
    "default",
    "a",
    "extends",
    "variables",
    "A_file",
    "trackers",
    "piece_size",
    "piece_length",
    "include_patterns",
    "exclude_patterns",
    "<<",
]

EVERYTHING = """
all:
  trackers: [https://one.example/announce, [udp://two.example:80, udp://three.example:80]]
  private: yes
  source: SRC
  comment: made by me
  publisher: Ed
  entropy: salt
  with_date: no
  with_creator: no
  create_output_dir: yes
  like: mkbrr
  format: hybrid
  piece_size: 4MiB
  max_piece_size: 8MiB
  max_torrent_size: 1MiB
  web_seeds: [https://files.example/]
  http_seeds: [https://old.example/]
  dht_nodes: ['router.example:6881', '[::1]:6881']
  include: ['*.mkv']
  exclude: ['*.nfo']
  tracker_rules: no
  ignore_dotfiles: no
  content_checks: yes
  strict: yes
  allow: [sample]
  engine: local
  reuse: yes
  output_dir: out
  client: nas
  seed: yes
  category: films
  create_category: no
  tags: [mine]
  save_path: /downloads
  auto_management: yes
  proof: sampled
  share_limits: none
  merge_same: yes
  timeout: 60
"""


def preset(home: Home, name: str, text: str | None = None, **environ: str) -> Preset:
    if text is not None:
        home.write(text, NAME)
    return load_preset(name, environ=environ, cwd=home.folder).preset


def options(home: Home, name: str, text: str | None = None, **environ: str) -> dict[str, Any]:
    return preset(home, name, text, **environ).options()


def refusal(home: Home, name: str, text: str, **environ: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        preset(home, name, text, **environ)
    assert "\n" not in caught.value.message + caught.value.hint
    return caught.value


def mistakes(home: Home, text: str, **environ: str) -> list[str]:
    home.write(text, NAME)
    file = find_presets(environ=environ, cwd=home.folder)
    return [problem.one_line for problem in file.mistakes()]


def test_a_preset_says_what_create_can_be_told(home: Home) -> None:
    assert options(home, "all", EVERYTHING) == {
        "create_output_dir": True,
        "trackers": (
            ("https://one.example/announce",),
            ("udp://two.example:80", "udp://three.example:80"),
        ),
        "private": True,
        "source": "SRC",
        "comment": "made by me",
        "publisher": "Ed",
        "entropy": "salt",
        "with_date": False,
        "with_creator": False,
        "like": "mkbrr",
        "format": "hybrid",
        "piece_length": 4 << 20,
        "max_piece_length": 8 << 20,
        "max_torrent_size": 1 << 20,
        "web_seeds": ("https://files.example/",),
        "http_seeds": ("https://old.example/",),
        "dht_nodes": (("router.example", 6881), ("::1", 6881)),
        "include": ("*.mkv",),
        "exclude": ("*.nfo",),
        "tracker_rules": False,
        "ignore_dotfiles": False,
        "content_checks": True,
        "strict": True,
        "allow": ("sample",),
        "engine": "local",
        "reuse": True,
        "output": f"{home.folder / 'out'}{os.sep}",
        "client": "nas",
        "seed": True,
        "category": "films",
        "create_category": False,
        "tags": ("mine",),
        "save_path": "/downloads",
        "auto_management": True,
        "proof": "sampled",
        "share_limits": "none",
        "merge_same": True,
        "timeout": 60.0,
    }


def test_every_option_is_one_that_create_takes(home: Home) -> None:
    said = {*options(home, "all", EVERYTHING), "piece_count"}
    said -= {"output"}  # a folder, where a preset names it
    assert said == {name for name, each in OPTIONS.items() if Where.PRESET in each.where}


def test_a_word_means_what_the_same_option_of_a_call_means(home: Home) -> None:
    said = options(home, "all", EVERYTHING)
    assert checked(said) == said
    assert options(home, "a", "a: {tags: [' mine ']}") == checked({"tags": [" mine "]})


def test_what_is_not_said_is_no_option(home: Home) -> None:
    assert options(home, "a", "a:\n  comment:\n") == {}
    assert options(home, "a", "a:\n") == {}


def test_empty_text_and_an_empty_list_say_that_there_is_none(home: Home) -> None:
    said = options(home, "a", "a: {comment: '', category: '', trackers: [], tags: []}")
    assert said == {"comment": "", "category": "", "trackers": (), "tags": ()}


def test_default_is_under_every_other_preset(home: Home) -> None:
    text = "default: {private: yes, source: A}\nfilms: {source: B}\n"
    assert options(home, "films", text) == {"private": True, "source": "B"}
    assert options(home, "default") == {"private": True, "source": "A"}


def test_what_is_extended_takes_the_place_of_default(home: Home) -> None:
    text = """
default: {comment: from default}
base: {extends: '', private: yes, tags: [a, b]}
films: {extends: base, tags: [c]}
series: {extends: films, source: S}
plain: {extends: default}
"""
    assert options(home, "films", text) == {"private": True, "tags": ("c",)}
    assert options(home, "series") == {"private": True, "tags": ("c",), "source": "S"}
    assert options(home, "plain") == {"comment": "from default"}


def test_lists_are_replaced_as_a_whole(home: Home) -> None:
    text = "default: {include: ['*.mkv']}\na: {include: ['*.srt']}\n"
    assert options(home, "a", text)["include"] == ("*.srt",)


@pytest.mark.parametrize(
    ("under", "over", "said"),
    [
        ("piece_size: 1MiB", "piece_count: 900", {"piece_count": 900}),
        ("piece_count: 900", "piece_size: 1MiB", {"piece_length": 1 << 20}),
        ("piece_count: 900", "piece_size: auto", {"piece_length": "auto"}),
        ("piece_count: 900", "private: yes", {"piece_count": 900, "private": True}),
    ],
)
def test_a_piece_size_and_a_number_of_pieces_displace_each_other(
    home: Home, under: str, over: str, said: dict[str, object]
) -> None:
    assert options(home, "a", f"default: {{{under}}}\na: {{{over}}}\n") == said


def test_a_piece_size_beside_a_number_of_pieces_is_refused(home: Home) -> None:
    error = refusal(home, "a", "a:\n  piece_size: 1MiB\n  piece_count: 900\n")
    assert error.message == f"{NAME}:3: piece_count and piece_size cannot be combined"


def test_variables_are_the_presets_own_and_those_of_the_environment(home: Home) -> None:
    text = """
default:
  variables: {WHO: nobody, WHERE: '${PLACE:-here}'}
  comment: ${WHO} in ${WHERE} with ${TOOL}
films:
  variables: {WHO: me}
"""
    own = options(home, "films", text, TOOL="t", WHO="environment")
    assert own["comment"] == "me in here with t"
    home.write("TOOL=dotenv\nPLACE=there\n", ".env")
    assert options(home, "default")["comment"] == "nobody in there with dotenv"


def test_a_variable_can_stand_in_a_file(home: Home) -> None:
    home.write(f"{PASSKEY}\n", "passkey")
    text = """
default:
  variables: {PASSKEY: none}
  trackers: ['https://t.example/${PASSKEY}/announce']
films:
  variables: {PASSKEY_file: passkey}
"""
    assert options(home, "films", text)["trackers"] == ((f"https://t.example/{PASSKEY}/announce",),)


def test_a_variable_without_a_value_is_none(home: Home) -> None:
    error = refusal(home, "a", "a:\n  variables: {X: }\n  comment: ${X}\n")
    assert error.message == f"{NAME}:3: comment needs the variable X, which is not set"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("sorce: x", "unknown key 'sorce' (did you mean 'source'?)"),
        ("private: maybe", "private must be true or false, not 'maybe'"),
        ("private: ''", "private must be true or false, not ''"),
        ("format: v3", "format must be v1, v2 or hybrid, not 'v3'"),
        ("piece_count: 0", "piece_count must be a whole number, 1 or more, not '0'"),
        ("output_dir: ''", "output_dir is empty; it must be a path"),
        ("trackers: x", "trackers must be a list"),
        ("variables: x", "variables must be a mapping, one 'NAME: value' per line"),
        ("variables: {A: [x]}", "variables.A must be text, not a list"),
        (
            "variables: {A: x, A_file: y}",
            "variables.A_file and A cannot be combined (use one of them)",
        ),
        ("extends: [x]", "extends must be the name of a preset"),
        (
            "max_piece_size: 5MiB",
            (
                "max_piece_size cannot be used: a piece length of 5242880 bytes is not a power of"
                " two from 16 KiB to 128 MiB (use 4 MiB or 8 MiB)"
            ),
        ),
        ("max_torrent_size: [1]", "max_torrent_size must be a size such as 1MiB, not a list"),
        (
            "max_torrent_size: large",
            (
                "max_torrent_size cannot be used: 'large' is not a valid size"
                " (write a whole number and a unit, such as 512KiB or 4MiB)"
            ),
        ),
        (
            "dht_nodes: [router.example]",
            (
                "item 1 of dht_nodes cannot be used: 'router.example' is not a valid DHT node"
                " (write HOST:PORT, such as router.example:6881)"
            ),
        ),
        (
            "web_seeds: [files.example]",
            "item 1 of web_seeds must be a whole HTTP or HTTPS URL",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(home: Home, body: str, sentence: str) -> None:
    assert mistakes(home, f"a:\n  {body}\n") == [f"{NAME}:2: {sentence}"]


def test_a_preset_that_is_no_mapping_is_refused(home: Home) -> None:
    assert mistakes(home, "a: {}\nb: [x]\n") == [
        f"{NAME}:2: b must hold settings of its own, one 'key: value' per line"
    ]


def test_an_unknown_base_is_refused_with_the_nearest_one(home: Home) -> None:
    error = refusal(home, "a", "films: {}\na:\n  extends: flims\n")
    assert error.message == f"{NAME}:3: a extends 'flims', which does not exist in this file"
    assert error.hint == "did you mean 'films'?"


def test_presets_that_extend_each_other_are_refused(home: Home) -> None:
    error = refusal(home, "a", "a:\n  extends: b\nb:\n  extends: a\n")
    assert error.message == f"{NAME}:2: presets extend each other: a extends b extends a"


def test_what_default_extends_must_not_have_default_under_it(home: Home) -> None:
    error = refusal(home, "default", "default:\n  extends: b\nb: {}\n")
    assert "default extends b extends default" in error.message
    assert "extends: ''" in error.hint
    assert options(home, "default", "default: {extends: b}\nb: {extends: '', source: B}") == {
        "source": "B"
    }


def test_a_preset_that_is_not_there_is_refused_with_the_nearest_one(home: Home) -> None:
    error = refusal(home, "flims", "films: {}\nbooks: {}\n")
    assert error.message == f"preset 'flims' does not exist in {NAME}"
    assert error.hint == "did you mean 'films'?"
    assert refusal(home, "xyz", "films: {}\nbooks: {}\n").hint == "it has films, books"
    assert refusal(home, "xyz", "").hint == "it has no presets"


def test_the_first_mistake_is_raised_and_the_others_are_counted(home: Home) -> None:
    error = refusal(home, "a", "a:\n  sorce: x\n  private: maybe\nb:\n  nonsense: x\n")
    assert error.message == f"{NAME}:2: unknown key 'sorce'"
    assert error.hint == "did you mean 'source'?; `seedwright presets check` lists 1 more"


def test_a_base_may_use_variables_that_only_others_have(home: Home) -> None:
    text = "base: {comment: '${WHO}'}\na: {extends: base, variables: {WHO: me}}\n"
    assert mistakes(home, text) == []
    assert "needs the variable WHO" in refusal(home, "base", text).message


def test_each_mistake_is_listed_once(home: Home) -> None:
    text = "default:\n  private: maybe\na: {}\nb:\n  extends: x\nc:\n  timeout: 0\n"
    assert mistakes(home, text) == [
        f"{NAME}:2: private must be true or false, not 'maybe'",
        f"{NAME}:5: b extends 'x', which does not exist in this file",
        f"{NAME}:7: timeout must be a number of seconds, more than 0, not '0'",
    ]


def test_a_wrong_variable_is_told_without_what_follows_from_it(home: Home) -> None:
    text = "a:\n  variables: {A_file: absent}\n  comment: ${A}\n"
    (only,) = mistakes(home, text)
    assert (
        only == f"{NAME}:2: variables.A_file names {home.folder / 'absent'}, which does not exist"
    )


def test_secrets_are_in_no_message(home: Home) -> None:
    text = f"a:\n  trackers: ['gopher://t.example/{PASSKEY}', {{a: {PASSKEY}}}]\n"
    assert PASSKEY not in "".join(mistakes(home, text))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a: b: c", f"{NAME}:1: not valid YAML"),
        (b"a:\n  comment: caf\xe9\n", f"{NAME}:2: not UTF-8 text"),
    ],
)
def test_a_file_that_cannot_be_understood_is_told_with_its_line(
    home: Home, data: bytes, message: str
) -> None:
    (home.folder / NAME).write_bytes(data)
    with pytest.raises(SettingsError) as caught:
        preset(home, "a")
    assert caught.value.message.startswith(message)


def test_a_file_that_is_named_must_be_there(home: Home) -> None:
    with pytest.raises(SettingsError, match=r"^presets file none\.yaml does not exist$"):
        load_preset("a", Path("none.yaml"), environ={}, cwd=home.folder)
    (home.folder / "folder").mkdir()
    with pytest.raises(SettingsError, match="cannot read presets file folder: it is a folder"):
        load_preset("a", Path("folder"), environ={}, cwd=home.folder)


def test_a_file_that_may_not_be_read_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    home.write("a: {}", NAME)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(SettingsError, match=f"cannot read presets file {NAME}: Permission denied"):
        preset(home, "a")


def test_the_file_is_looked_for_where_the_settings_are(home: Home, tmp_path: Path) -> None:
    def found(path: str | None = None, **environ: str) -> Path:
        return locate_presets(Path(path) if path else None, environ, home.folder)

    with pytest.raises(SettingsError, match=r"neither \./seedwright-presets\.yaml nor"):
        found()
    users = home.write("", str(tmp_path / "platform" / "presets.yaml"))
    assert found() == users
    here = home.write("", NAME)
    assert found() == here
    assert found(SEEDWRIGHT_PRESETS="env.yaml") == home.folder / "env.yaml"
    assert found("flag.yaml", SEEDWRIGHT_PRESETS="env.yaml") == home.folder / "flag.yaml"


def test_this_process_is_the_default_surrounding(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home.folder)
    monkeypatch.delenv("SEEDWRIGHT_PRESETS", raising=False)
    monkeypatch.setenv("WHO", "me")
    path = home.write("a: {comment: '${WHO}'}", NAME)
    assert locate_presets(None, {}, Path.cwd()) == path
    assert load_preset("a").preset.options() == {"comment": "me"}


@pytest.fixture
def here(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.chdir(home.folder)
    monkeypatch.delenv("SEEDWRIGHT_PRESETS", raising=False)
    return home


def under(**given: Any) -> dict[str, Any]:
    """What a request says once its preset's words are in it."""
    return with_preset(Request("x", **given)).request.said()


def test_options_that_are_given_win_over_the_preset(here: Home) -> None:
    here.write("a: {source: A, comment: A, private: yes, tags: [a]}", NAME)
    given = {"preset": "a", "source": "B", "private": False, "tags": (), "comment": None}
    assert under(**given) == {"source": "B", "comment": "A", "private": False, "tags": ()}


@pytest.mark.parametrize("given", [{"piece_length": "auto"}, {"piece_count": 7}])
def test_a_piece_length_that_is_given_displaces_the_number_of_pieces(
    here: Home, given: dict[str, Any]
) -> None:
    here.write("a: {piece_count: 900, source: A}\nb: {piece_size: 1MiB, source: A}", NAME)
    for name in ("a", "b"):
        assert under(preset=name, **given) == {"source": "A", **given}


def test_without_a_preset_nothing_of_the_file_counts(here: Home) -> None:
    here.write("default: {source: A}", NAME)
    assert under(comment="c", preset=None) == {"comment": "c"}


def test_a_file_without_a_preset_is_refused(here: Home) -> None:
    with pytest.raises(UsageError, match="a presets file needs a preset"):
        under(presets="other.yaml")


def test_the_file_of_a_preset_can_be_named(here: Home) -> None:
    here.write("a: {source: A}", "other.yaml")
    assert under(preset="a", presets="other.yaml") == {"source": "A"}


def test_what_is_shown_has_no_secrets(home: Home) -> None:
    text = f"""
a:
  variables: {{KEY: {PASSKEY}}}
  trackers: ['https://t.example/${{KEY}}/announce', [udp://u.example:80]]
  web_seeds: ['https://w.example/?token=${{KEY}}']
  output_dir: /out
  private: no
"""
    shown = shown_preset(preset(home, "a", text))
    assert shown == {
        "trackers": ["https://t.example/********", "udp://u.example:80"],
        "web_seeds": ["https://w.example/?token=***"],
        "output_dir": "/out",
        "private": False,
    }
    assert PASSKEY not in repr(preset(home, "a", text))
    assert shown_preset(Preset()) == {}


def test_the_schema_has_every_key_and_no_other() -> None:
    schema = presets_schema()
    inner = schema["$defs"]["Preset"]
    assert schema["additionalProperties"]["anyOf"][0] == {"$ref": "#/$defs/Preset"}
    assert inner["additionalProperties"] is False
    assert set(inner["properties"]) == set(vars(Preset()))
    assert all(each["description"] for each in inner["properties"].values())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(junk(*KEYS))
def test_whatever_is_in_the_file_ends_in_presets_or_in_one_sentence(home: Home, text: str) -> None:
    (home.folder / NAME).write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        file = find_presets(environ={}, cwd=home.folder)
    except SettingsError as error:
        sentences = [error.message + error.hint]
    else:
        sentences = [problem.one_line for problem in file.mistakes()]
        sentences += [warning for name in file.presets for warning in file.warnings_for(name)]
    assert all(sentence and "\n" not in sentence for sentence in sentences)
