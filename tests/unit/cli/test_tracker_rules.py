from __future__ import annotations

import json
from typing import TYPE_CHECKING

from seedwright.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from .conftest import Seedwright

PTP = "https://passthepopcorn.me/0123456789abcdef/announce"
CREATE = ("create", "film.bin", "--engine", "local", "-t", PTP)


def test_the_rules_of_a_tracker_count_and_are_told(seedwright: Seedwright, home: Path) -> None:
    (home / "film.bin").write_bytes(b"x")
    done = seedwright(*CREATE)
    assert done.code == ExitCode.DONE
    assert "  rule      PassThePopcorn: source 'PTP'\n" in done.out


def test_the_rules_can_be_left_out_and_are_told_to_programs(
    seedwright: Seedwright, home: Path
) -> None:
    (home / "film.bin").write_bytes(b"x")
    with_them, without = (
        json.loads(seedwright(*CREATE, "--dry-run", "--json", *options).out)
        for options in ((), ("--no-tracker-rules",))
    )
    assert (with_them["source"], len(with_them["rules"])) == ("PTP", 2)
    assert (without["source"], without["rules"]) == ("", [])


def test_the_settings_switch_rules_off_and_the_option_on_again(
    seedwright: Seedwright, home: Path
) -> None:
    (home / "film.bin").write_bytes(b"x")
    with (home / "seedwright.yaml").open("a") as file:
        file.write("  use_tracker_rules: false\n")
    off, on = (
        json.loads(seedwright(*CREATE, "--dry-run", "--json", *options).out)
        for options in ((), ("--tracker-rules",))
    )
    assert (off["source"], on["source"]) == ("", "PTP")


def test_a_mistake_in_the_users_rules_is_wrong_usage(seedwright: Seedwright, home: Path) -> None:
    (home / "film.bin").write_bytes(b"x")
    (home / "tracker-rules.toml").write_text("[[tracker]]\n")
    done = seedwright(*CREATE)
    assert done.code == ExitCode.USAGE
    assert "tracker-rules.toml: tracker 1 has no hosts" in done.err
    assert not (home / "film.bin.torrent").exists()


def test_a_variable_names_the_file_of_rules(
    seedwright: Seedwright, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "film.bin").write_bytes(b"x")
    (home / "mine.toml").write_text('[[tracker]]\nhosts = ["passthepopcorn.me"]\nsource = "MINE"\n')
    monkeypatch.setenv("SEEDWRIGHT_TRACKER_RULES", "mine.toml")
    done = seedwright(*CREATE, "--dry-run", "--json")
    assert json.loads(done.out)["source"] == "MINE"
