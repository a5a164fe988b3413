"""One request: every option survives every way that it can be said, and what is wrong is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright import Plan, Settings, TorrentManager
from seedwright.cli.options import given_options, options_of
from seedwright.errors import UsageError
from seedwright.meaning import settled
from seedwright.metainfo.parse import Metainfo
from seedwright.presets.job import Job
from seedwright.presets.preset import Preset
from seedwright.request import ALIASES, OPTIONS, Request, in_use, layered, one_each, only_embedded
from seedwright.request.kinds import AUTO
from seedwright.request.option import Option, Where
from seedwright.settings.checking import check
from seedwright.settings.model import QBittorrentSettings, TorrentCreationSettings
from seedwright.trackers.tracker_rules import built_in_rules

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
NAMES = TEXTS.filter(lambda text: text not in (".", "..") and not {"/", "\\"} & set(text))
PATHS = st.one_of(
    TEXTS.filter(bool),
    st.binary(min_size=1, max_size=20).filter(lambda name: b"\0" not in name).map(os.fsdecode),
)
"""Paths as Python has them, those that are not UTF-8 included."""

HOSTS = st.from_regex(r"[a-z]{1,8}\.example", fullmatch=True)
URLS = st.builds(
    "https://{}/{}".format, HOSTS, st.from_regex(r"[A-Za-z0-9?=&,]{0,40}", fullmatch=True)
)
LENGTHS = st.sampled_from([1 << power for power in range(14, 28)])

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "a text": TEXTS,
    "a name": NAMES,
    "a path": PATHS,
    "true or false": st.booleans(),
    "a whole number, 1 or more": st.integers(1, 1 << 40),
    "a whole number of seconds since 1970": st.integers(0, 1 << 40),
    "a number of bytes, or -1": st.integers(-1, 1 << 40),
    "a number of seconds, more than 0": st.floats(0.001, 1e9),
    "a size such as 1MiB": st.integers(0, 1 << 59),
    "a size such as 4MiB": LENGTHS,
    "auto or a size such as 4MiB": st.one_of(st.just(AUTO), LENGTHS),
    "a list of texts": st.lists(TEXTS, max_size=3).map(tuple),
    "a list of globs": st.lists(TEXTS, max_size=3).map(tuple),
    "a list of tags": st.lists(
        TEXTS.map(str.strip).filter(lambda tag: bool(tag) and "," not in tag), max_size=3
    ).map(tuple),
    "a list of names": st.lists(st.sampled_from(["sample", "archive"]), max_size=2).map(tuple),
    "a list of URLs": st.lists(URLS, max_size=3).map(tuple),
    "a list of nodes, each HOST:PORT": st.lists(
        st.tuples(st.one_of(HOSTS, st.just("2001:db8::1")), st.integers(1, 65535)), max_size=3
    ).map(tuple),
    "a list of trackers, each a URL or a list of URLs": st.lists(
        st.lists(URLS, min_size=1, max_size=3).map(tuple), max_size=3
    ).map(tuple),
    "a list of tracker rules": st.lists(st.sampled_from(built_in_rules()), max_size=2).map(tuple),
}
"""Right values for each kind of option, by what it expects."""

EVERY = [pytest.param(each, id=each.name) for each in OPTIONS.values()]


def values_of(option: Option) -> st.SearchStrategy[Any]:
    if option.kind.words:
        return st.sampled_from(option.kind.words)
    return VALUES[option.kind.expected]


SAID = st.fixed_dictionaries({}, optional={name: values_of(each) for name, each in OPTIONS.items()})
REQUESTS = st.builds(lambda path, said: Request(path, **said), PATHS, SAID)


def on_a_command_line(request: Request) -> list[str]:
    """The request as somebody would type it."""
    arguments: list[str] = []
    for name, value in request.said().items():
        each = OPTIONS[name]
        if each.spelling is None or name == "preset":
            continue
        on, _, off = each.spelling.flags.partition("/")
        if name == "trackers":
            arguments += ["--tier=" + ",".join(tier) for tier in value] or ["--no-trackers"]
        elif isinstance(value, bool):
            flag = on.split()[-1] if value else off
            arguments += [flag] if flag else []
        elif each.kind.many:
            assert each.kind.item is not None
            arguments += [f"{each.flag}={each.kind.item.plain(item)}" for item in value]
        else:
            arguments.append(f"{each.flag}={value}")
    return arguments


@click.command()
@options_of("preset", "torrent", "making", "seeding", "output", but=["preset"])
def command(**as_given: Any) -> dict[str, Any]:
    return given_options(as_given)


@given(REQUESTS)
def test_every_request_survives_json(request: Request) -> None:
    text = request.to_json()
    assert json.loads(text)["version"] == 1
    assert Request.from_json(text) == request
    assert Request(request.path, **request.said()) == request


@given(REQUESTS)
def test_every_request_survives_the_command_line(request: Request) -> None:
    typed: dict[str, Any] = command.main(on_a_command_line(request), standalone_mode=False)
    # A list that is empty, and a switch that a command line cannot switch off, say nothing there.
    unsaid = {
        name
        for name, value in request.said().items()
        if OPTIONS[name].spelling is None
        or name == "preset"
        or (value == () and name != "trackers")
        or (name == "force" and not value)
    }
    assert typed == {k: v for k, v in request.said().items() if k not in unsaid}


@pytest.mark.parametrize("option", EVERY)
@given(data=st.data())
def test_what_an_option_gives_it_takes(option: Option, data: st.DataObject) -> None:
    value = data.draw(values_of(option))
    said = Request(".", **{option.name: value})
    assert getattr(said, option.name) == value
    plain = json.loads(json.dumps(option.kind.plain(value)))
    assert option.kind.value(plain, option.name) == value


WRONG: list[Any] = [object(), {"a": 1}, 3.5j, -7, "\0", [object()], [[]], float("nan"), b"\xff\0"]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("option", EVERY)
def test_a_value_that_cannot_be_one_is_a_usage_error(option: Option, wrong: Any) -> None:
    with pytest.raises(UsageError):
        Request(".", **{option.name: wrong})


@pytest.mark.parametrize("option", [each for each in EVERY if OPTIONS[str(each.id)].kind.many])
def test_a_text_where_a_list_belongs_is_a_usage_error(option: Option) -> None:
    with pytest.raises(UsageError, match=f"^{option.name} must be a list of "):
        Request(".", **{option.name: "https://t.example/announce"})


@pytest.mark.parametrize("option", EVERY)
def test_an_unknown_name_gets_the_nearest_right_one(option: Option) -> None:
    with pytest.raises(UsageError, match="unknown option") as caught:
        Request(".", **{option.name[:-1] + "_": 1})
    assert "did you mean" in caught.value.hint or "the options are" in caught.value.hint


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("privat", "private"),
        ("url_seeds", "web_seeds"),
        ("urlSeeds", "web_seeds"),
        ("start_seeding", "seed"),
        ("output_dir", "output"),
        ("announce", "trackers"),
        ("tracker", "trackers"),
        ("tag", "tags"),
    ],
)
def test_names_from_elsewhere_get_a_hint(written: str, right: str) -> None:
    with pytest.raises(UsageError) as caught:
        Request(".", **{written: "x"})
    assert f"did you mean '{right}'?" in caught.value.hint


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_another_name_of_an_option_is_that_option(alias: str, name: str) -> None:
    assert Request(".", **{alias: "1MiB"}) == Request(".", **{name: "1MiB"})
    with pytest.raises(UsageError, match="the same option"):
        Request(".", **{alias: "1MiB", name: "1MiB"})


@pytest.mark.parametrize("name", ["output", "presets", "from_torrent"])
def test_an_empty_path_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError, match=rf"^{name} is empty; it must be a path$"):
        Request(".", **{name: ""})
    with pytest.raises(UsageError, match=r"^path is empty; it must be a path$"):
        Request("")


@pytest.mark.parametrize("path", ["\0", 5, None])
def test_a_path_that_cannot_be_one_is_a_usage_error(path: Any) -> None:
    with pytest.raises(UsageError, match=r"^path must be a path"):
        Request(path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 1}', '{"version": 2, "path": "x"}'])
def test_what_is_no_request_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError):
        Request.from_json(text)


def test_a_secret_is_in_no_repr_and_no_error() -> None:
    secret = "0123456789abcdef0123456789abcdef"
    request = Request(".", trackers=[f"https://t.example/{secret}/announce"])
    assert secret not in repr(request)
    with pytest.raises(UsageError) as caught:
        Request(".", trackers=f"https://t.example/{secret}/announce")
    assert secret not in caught.value.message


def test_the_strongest_word_counts_and_puts_its_rivals_out_of_force() -> None:
    layers: list[dict[str, Any]] = [
        {"piece_count": 100, "comment": None},
        {"piece_length": 1 << 20, "comment": "preset", "source": "preset"},
        {"source": "settings", "private": True},
    ]
    assert layered(*layers) == {
        "piece_count": 100,
        "comment": "preset",
        "source": "preset",
        "private": True,
    }


def test_several_presets_are_a_request_each_with_a_label() -> None:
    one, two = one_each(["a", "b", "a"], Request("x", source="S"))
    assert (one.preset, one.label, one.several, one.source) == ("a", "a", True, "S")
    assert (two.preset, two.label) == ("b", "b")
    assert one_each(["a"], Request("x")) == [Request("x", preset="a")]


SETTINGS = Settings(
    qbittorrent=QBittorrentSettings(
        trackers=["https://t.example/announce"], category="films", tags=["mine"]
    ),
    torrent_creation=TorrentCreationSettings(private=True, source="SET", piece_size=1 << 20),
)


def test_a_settled_request_means_the_same_tomorrow_in_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    today = settled(Request("x", output="out/"), SETTINGS, now=1e9).request
    assert today.path == str(tmp_path / "x")
    assert today.output == str(tmp_path / "out" / "x.torrent")
    assert (today.private, today.source, today.piece_length) == (True, "SET", 1 << 20)
    assert (today.category, today.tags, today.creation_date) == ("films", ("mine",), 10**9)
    monkeypatch.chdir(tmp_path / "elsewhere")
    again = settled(Request.from_json(today.to_json()), Settings(), now=2e9).request
    assert again == today


def test_what_nobody_chose_is_left_to_the_rules() -> None:
    asked = settled(Request("x", trackers=[built_in_url("PassThePopcorn")]), Settings()).request
    assert asked.source is None
    assert [rule.name for rule in asked.rules or ()] == ["PassThePopcorn"]


def built_in_url(name: str) -> str:
    [rule] = [rule for rule in built_in_rules() if rule.name == name]
    return f"https://{rule.hosts[0]}/announce"


def test_mkbrr_knows_nothing_of_our_settings_where_its_infohash_is_asked_for() -> None:
    asked = settled(Request("x", like="mkbrr"), SETTINGS).request
    assert (asked.format, asked.private, asked.source) == ("v1", True, None)
    assert (asked.piece_length, asked.category) == (AUTO, "films")


def test_only_options_that_ask_for_something_are_in_use() -> None:
    request = Request("x", name="", with_date=True, include=[], piece_count=5, reuse=False)
    assert [each.name for each in in_use(request)] == ["piece_count"]
    assert only_embedded(request) == ("piece_count",)
    assert only_embedded(Request("x", with_date=False, entropy="e")) == (
        "entropy",
        "with_date=False",
    )


def test_every_option_of_a_preset_can_be_a_word_of_a_job() -> None:
    assert all(Where.JOB in each.where for each in OPTIONS.values() if Where.PRESET in each.where)


WORDS = st.fixed_dictionaries(
    {},
    optional={
        name: values_of(each)
        for name, each in OPTIONS.items()
        if Where.PRESET in each.where and not {name} & {"piece_count"}
    },
)
"""What a preset says; a number of pieces and a piece length do not go together."""


def written(said: dict[str, Any]) -> dict[str, Any]:
    """The words as a file has them: plain values, and nothing that stands for a variable."""
    plain = {name: OPTIONS[name].kind.plain(value) for name, value in said.items()}
    read: dict[str, Any] = json.loads(json.dumps(plain).replace("$", "S"))
    return read


@pytest.mark.parametrize("group", [Preset, Job])
@given(said=WORDS)
def test_every_request_survives_presets_and_batches(
    group: type[Preset | Job], said: dict[str, Any]
) -> None:
    plain = written(said)
    problems: list[Any] = []
    here = {"path": "x"} if group is Job else {}
    read = check(group, {**plain, **here}, problems)
    assert problems == []
    assert read is not None
    # Empty text in a file says that there is to be none.
    assert Request("x", **read.options()) == Request("x", **plain)


@pytest.mark.parametrize(
    "given",
    [
        {"creation_date": -1},
        {"creation_date": 1 << 63},
        {"dht_nodes": ["h\udcff:3"]},
        {"dht_nodes": ["h\u202e:3"]},
        {"dht_nodes": [("h" * 300, 3)]},
        {"trackers": ["http://a.example/" + "x" * 9000]},
        {"web_seeds": ["http://a.example/" + "x" * 9000]},
        {"output": "a\ud800"},
        {"source": 10**5000},
        {"piece_count": 10**5000},
        {"rules": [{**built_in_rules()[0].as_dict(), "source": 1}]},
        {"rules": [{**built_in_rules()[0].as_dict(), "max_piece_length": "x"}]},
        {"rules": [{**built_in_rules()[0].as_dict(), "piece_lengths": [[None, "x"]]}]},
    ],
    ids=lambda given: next(iter(given)),
)
def test_what_nothing_could_be_made_of_is_refused_at_the_door(given: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as caught:
        Request("x", **given)
    assert len(caught.value.message) < 500


@pytest.mark.parametrize("layer", [{"sorce": "x"}, {"format": "v9"}])
def test_a_layer_is_checked_as_well(layer: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Request("x").over(layer)
    assert Request("x").over({"piece_size": "1MiB"}).piece_length == 1 << 20


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"version": true, "path": "x"}', '{"version": 1, "path": "x", "self": 1}'],
)
def test_json_that_is_no_request_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError):
        Request.from_json(text)


@pytest.mark.parametrize("wrong", [["x"], "x", 3, Request("x"), [None]])
def test_a_manager_takes_requests_alone(wrong: Any) -> None:
    manager = TorrentManager(Settings())
    for call in (manager.plans, manager.lint, manager.asks_client):
        if isinstance(wrong, Request) and call is not manager.plans:
            continue
        with pytest.raises(UsageError, match="this is not a list of requests"):
            call(wrong)
    with pytest.raises(UsageError, match="cannot be settings"):
        TorrentManager(3)  # type: ignore[arg-type]


def test_the_creation_date_is_the_one_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")
    manager = TorrentManager(Settings())
    [plan] = manager.plans(
        [Request(tmp_path / "x", output=f"{tmp_path}/", creation_date=1000, engine="local")]
    )
    assert isinstance(plan, Plan)
    manager.all_but_written([plan], 0.0)()
    assert Metainfo.parse((tmp_path / "x.torrent").read_bytes()).creation_date == 1000


def test_schemes_of_urls_are_written_in_lower_case() -> None:
    request = Request(
        ".",
        trackers=["HTTPS://a.example/A", ["UDP://b.example:80"]],
        web_seeds=["Http://w.example/"],
        http_seeds=["FTP://w.example/"],
    )
    assert request.trackers == (("https://a.example/A",), ("udp://b.example:80",))
    assert request.web_seeds == ("http://w.example/",)
    assert request.http_seeds == ("ftp://w.example/",)


@pytest.mark.parametrize("name", ["trackers", "web_seeds"])
def test_several_urls_in_one_are_refused(name: str) -> None:
    urls: dict[str, Any] = {name: ["https://a.example/x,https://b.example/y"]}
    with pytest.raises(UsageError, match="is several URLs in one"):
        Request(".", **urls)
