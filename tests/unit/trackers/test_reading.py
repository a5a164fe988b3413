from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seedwright.errors import SettingsError
from seedwright.trackers.rules_file import read_rules
from seedwright.trackers.tracker_rules import PieceStep, TrackerRule

if TYPE_CHECKING:
    from pathlib import Path

KIB, MIB = 1 << 10, 1 << 20
HOSTS = 'hosts = ["tracker.example"]'


def read(folder: Path, text: str) -> tuple[TrackerRule, ...]:
    file = folder / "rules.toml"
    file.write_text(text, encoding="utf-8")
    return read_rules(file)


def mistake(folder: Path, text: str) -> tuple[str, str]:
    """What is said of the file's only mistake, without its name, and the hint."""
    with pytest.raises(SettingsError) as caught:
        read(folder, text)
    file, _, sentence = caught.value.message.partition(": ")
    assert file == str(folder / "rules.toml")
    return sentence, caught.value.hint


def test_every_key_is_read(tmp_path: Path) -> None:
    text = (
        '[[tracker]]\nname = "Example"\nhosts = ["A.example", "b.example"]\nsource = "EX"\n'
        'piece_lengths = [["1 GiB", "512 KiB"], [4294967296, 1048576], ["any", "2M"]]\n'
        'max_piece_length = "2 MiB"\nmax_torrent_size = "250 KiB"\n'
    )
    assert read(tmp_path, text) == (
        TrackerRule(
            name="Example",
            hosts=("a.example", "b.example"),
            source="EX",
            piece_lengths=(
                PieceStep(1024 * MIB, 512 * KIB),
                PieceStep(4096 * MIB, MIB),
                PieceStep(None, 2 * MIB),
            ),
            max_piece_length=2 * MIB,
            max_torrent_size=250 * KIB,
        ),
    )


def test_a_rule_needs_nothing_but_hosts_and_is_called_after_them(tmp_path: Path) -> None:
    rule = TrackerRule(name="tracker.example", hosts=("tracker.example",))
    assert read(tmp_path, f"[[tracker]]\n{HOSTS}") == (rule,)


def test_rules_keep_their_order(tmp_path: Path) -> None:
    text = "".join(f'[[tracker]]\nhosts = ["{name}.example"]\n' for name in "cab")
    assert [rule.name for rule in read(tmp_path, text)] == ["c.example", "a.example", "b.example"]


def test_an_empty_file_has_no_rules(tmp_path: Path) -> None:
    assert read(tmp_path, "# nothing yet\n") == ()


@pytest.mark.parametrize(
    ("line", "sentence", "hint"),
    [
        ("sorce = 'X'", "unknown key 'sorce' in tracker 2", "source"),
        ("source = 5", "source of tracker 2 cannot be used: 5 is not a text", "in quotes"),
        ("source = ''", "source of tracker 2 cannot be used: '' is not a text", "in quotes"),
        ("name = true", "name of tracker 2 cannot be used: True is not a text", "in quotes"),
        ("max_torrent_size = 1.5", "max_torrent_size of tracker 2 cannot be used: 1.5", "16 MiB"),
        ("max_torrent_size = true", "max_torrent_size of tracker 2 cannot be used: True", "16 MiB"),
        ("max_torrent_size = 'big'", "max_torrent_size of tracker 2 cannot be used: 'big'", "unit"),
        ("max_piece_length = '3 MiB'", "max_piece_length of tracker 2 cannot be used", "2 MiB"),
        ("max_piece_length = '256 MiB'", "max_piece_length of tracker 2 cannot be used", "128 MiB"),
        ("max_piece_length = '8 KiB'", "max_piece_length of tracker 2 cannot be used", "16 KiB"),
        ("piece_lengths = 5", "piece_lengths of tracker 2 cannot be used: it is not a list", "any"),
        ("piece_lengths = []", "piece_lengths of tracker 2 cannot be used: it is not a", "any"),
        ("piece_lengths = [['any']]", "piece_lengths of tracker 2 cannot be used: it is", "any"),
        ("piece_lengths = ['any']", "piece_lengths of tracker 2 cannot be used: it is", "any"),
        (
            "piece_lengths = [['1G', '1M']]",
            "piece_lengths of tracker 2 cannot be used: its last row is not for 'any' size",
            "any",
        ),
        (
            "piece_lengths = [['any', '1M'], ['any', '2M']]",
            "piece_lengths of tracker 2 cannot be used: 'any' is not a valid size",
            "unit",
        ),
        (
            "piece_lengths = [['2G', '1M'], ['1G', '2M'], ['any', '4M']]",
            "piece_lengths of tracker 2 cannot be used: its rows are not in ascending order",
            "any",
        ),
        (
            "piece_lengths = [['1G', '2M'], ['2G', '1M'], ['any', '4M']]",
            "piece_lengths of tracker 2 cannot be used: its rows are not in ascending order",
            "any",
        ),
        (
            "piece_lengths = [['1G', '3M'], ['any', '4M']]",
            "piece_lengths of tracker 2 cannot be used: a piece length of 3145728 bytes",
            "2 MiB or 4 MiB",
        ),
        (
            "max_piece_length = '2M'\npiece_lengths = [['1G', '1M'], ['any', '4M']]",
            "piece_lengths of tracker 2 go up to 4 MiB, beyond its max_piece_length of 2 MiB",
            "remove these rows",
        ),
    ],
)
def test_what_cannot_be_used_is_told_with_file_entry_and_key(
    tmp_path: Path, line: str, sentence: str, hint: str
) -> None:
    said, help_ = mistake(tmp_path, f"[[tracker]]\n{HOSTS}\n[[tracker]]\n{HOSTS}\n{line}\n")
    assert said.startswith(sentence)
    assert hint in help_


@pytest.mark.parametrize(
    "hosts",
    [
        "'tracker.example'",
        "[]",
        "[5]",
        "['']",
        "['https://tracker.example']",
        "['tracker.example:80']",
        "['tracker.example/announce']",
        "['.example']",
        "['a b']",
    ],
)
def test_hosts_are_names_alone(tmp_path: Path, hosts: str) -> None:
    said, hint = mistake(tmp_path, f"[[tracker]]\nhosts = {hosts}")
    assert said == "hosts of tracker 1 cannot be used: it is not a list of hosts"
    assert "without scheme" in hint


def test_a_rule_without_hosts_is_told(tmp_path: Path) -> None:
    said, hint = mistake(tmp_path, "[[tracker]]\nsource = 'X'")
    assert said == "tracker 1 has no hosts"
    assert "announce URLs" in hint


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("trackers = []", "unknown key 'trackers'"),
        ("tracker = 5", "tracker must be tables"),
        ("tracker = ['tracker.example']", "tracker must be tables"),
        ("[tracker]\nhosts = ['tracker.example']", "tracker must be tables"),
    ],
)
def test_another_shape_is_told_with_the_right_one(tmp_path: Path, text: str, sentence: str) -> None:
    assert mistake(tmp_path, text) == (sentence, "write each rule under [[tracker]]")


def test_what_is_not_toml_is_told_with_its_line(tmp_path: Path) -> None:
    said, _ = mistake(tmp_path, "\ntracker: x\n")
    assert said.startswith("not valid TOML: ")
    assert "at line 2" in said


def test_what_is_not_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_bytes(b"# caf\xe9\n")
    with pytest.raises(SettingsError, match="not valid UTF-8"):
        read_rules(file)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError, match=r"the tracker rules file '.*none\.toml' does not exist"
    ):
        read_rules(tmp_path / "none.toml")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot read the tracker rules"):
        read_rules(tmp_path)


def test_the_name_of_a_file_cannot_move_the_cursor(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read_rules(tmp_path / "a\x1b[31m.toml")
    assert "\x1b" not in caught.value.message
