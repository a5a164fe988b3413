from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import pytest

from seedwright.settings.checking import check
from seedwright.settings.gather import read_file
from seedwright.settings.group import Group, setting
from seedwright.settings.schema import file_schema
from seedwright.settings.secret import Secret
from seedwright.settings.settle import settle
from seedwright.settings.value_rules import Bounds
from seedwright.settings.values import Hidden, Maybe

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.settings.problems import Problem


@dataclass(frozen=True, kw_only=True)
class Shelf(Group):
    """A shelf."""

    width: Annotated[int, Bounds(ge=1, le=9)] = setting("How many books fit.", 3, example=5)
    height: Maybe[Annotated[float, Bounds(gt=0)]] = setting("In metres.")
    lit: bool = setting("Whether there is a lamp.", False)
    key: Maybe[Hidden] = setting("What opens it.", in_file=True)
    names: list[str] = setting("What stands on it.", [])


@dataclass(frozen=True, kw_only=True)
class Library(Group):
    """A library."""

    shelves: list[Shelf] = setting("All shelves.", [])
    rooms: dict[str, Shelf] = setting("One shelf a room.", {})


G = TypeVar("G", bound=Group)


def checked(group: type[G], tree: dict[str, Any]) -> tuple[G | None, list[str]]:
    problems: list[Problem] = []
    made = check(group, tree, problems)
    assert (made is None) == bool(problems)
    return made, [problem.sentence for problem in problems]


def test_any_group_can_be_read() -> None:
    tree = {"shelves": [{"width": "5"}, {}], "rooms": {"attic": {"lit": "on", "key": "k"}}}
    made, findings = checked(Library, tree)
    assert made == Library(
        shelves=[Shelf(width=5), Shelf()], rooms={"attic": Shelf(lit=True, key=Secret("k"))}
    )
    assert findings == []


def test_every_mistake_is_found() -> None:
    tree = {
        "shelves": [{"width": 0, "names": ["a", 1, 2]}, {"wide": 1}, 5],
        "rooms": {"attic": {"height": 0, "lit": "dim"}},
    }
    assert checked(Library, tree)[1] == [
        "width of item 1 of shelves must be 1 or more, not 0",
        "item 2 of names of item 1 of shelves must be text, not 1",
        "item 3 of names of item 1 of shelves must be text, not 2",
        "unknown key 'wide' in item 2 of shelves",
        "item 3 of shelves must hold settings of its own, one 'key: value' per line",
        "rooms.attic.height must be more than 0, not 0",
        "rooms.attic.lit must be true or false, not 'dim'",
    ]


@pytest.mark.parametrize("written", ["5", " 5 ", "+5", "5.0", 5.0])
def test_whole_numbers_may_be_written_in_several_ways(written: object) -> None:
    made, _ = checked(Shelf, {"width": written})
    assert made == Shelf(width=5)


@pytest.mark.parametrize("written", ["2", "2.", "2e0", "+2", 2])
def test_numbers_may_be_written_in_several_ways(written: object) -> None:
    made, _ = checked(Shelf, {"height": written})
    assert made == Shelf(height=2.0)


@pytest.mark.parametrize("digits", [400, 5000])
def test_numbers_of_any_length_end_in_one_sentence(digits: int) -> None:
    made, findings = checked(
        Shelf, {"width": "1" * digits, "height": "1" * digits, "lit": "1" * digits}
    )
    assert made is None
    assert [found.split()[0] for found in findings] == ["width", "height", "lit"]


def test_empty_text_is_none_where_none_may_stand() -> None:
    made, _ = checked(Shelf, {"height": "", "key": ""})
    assert made == Shelf()


@pytest.mark.parametrize("text", ["a\0", "\ud800"])
def test_characters_that_are_no_text_are_found_in_lists_too(text: str) -> None:
    _, findings = checked(Shelf, {"names": [text]})
    assert findings == ["item 1 of names contains characters that are not text"]


def test_a_file_of_any_group_is_read_with_its_lines(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k")
    file = tmp_path / "books.yaml"
    text = "shelves:\n- names: ['${A}']\nrooms:\n  attic:\n    key_file: key\n    {}\n"
    results: list[object] = []
    for line in ("lit: yes", "lit: dim", "wide: 1"):
        file.write_text(text.replace("{}", line))
        problems: list[Problem] = []
        entries = read_file(Library, file, tmp_path, problems)
        made = settle(Library, entries, {"A": "a"}, problems)
        results.append([f"{one.place}: {one.sentence}" for one in problems] or made)
    assert results == [
        Library(shelves=[Shelf(names=["a"])], rooms={"attic": Shelf(lit=True, key=Secret("k"))}),
        ["books.yaml:6: rooms.attic.lit must be true or false, not 'dim'"],
        ["books.yaml:6: unknown key 'wide' in rooms.attic"],
    ]


def test_any_group_has_a_schema() -> None:
    schema = file_schema(Library, "Books")
    shelf = schema["$defs"]["Shelf"]
    assert (schema["title"], shelf["description"]) == ("Books", "A shelf.")
    assert shelf["additionalProperties"] is False
    assert shelf["properties"]["width"] == {
        "description": "How many books fit.",
        "default": 3,
        "examples": [5],
        "anyOf": [
            {"type": "integer", "minimum": 1, "maximum": 9},
            {"type": "string", "pattern": r"\$\{"},
            {"type": "null"},
        ],
    }
    assert shelf["properties"]["key_file"]["description"] == "File that holds the key."
