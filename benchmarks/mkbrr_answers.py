"""Asking mkbrr again what ``tests/unit/mkbrr`` recorded: ``python -m benchmarks.mkbrr_answers``.

Every answer that differs is printed, and the exit code is then 1. With ``--record`` the answers are
written into the record. Nothing is asked of the network: mkbrr gets a home folder of its own, and
settings and presets from nowhere else.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from bencode2 import bdecode, bencode
from tests.unit.mkbrr import answers

from benchmarks import contenders, peers

if TYPE_CHECKING:
    from tests.unit.mkbrr.answers import Answers, Pieces, Torrent


class Mkbrr:
    """The program, in a folder with the content, which is its home too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._program = peers.mkbrr()
        answers.make_content(folder)

    def answers(self, asked: Answers) -> Answers:
        """What it says now of all that was ASKED."""
        return asked._replace(
            version=contenders.mkbrr().version,
            torrents=tuple(each._replace(infohash=self._infohash(each)) for each in asked.torrents),
            pieces=tuple(each._replace(exponents=self._exponents(each)) for each in asked.pieces),
        )

    def _infohash(self, asked: Torrent) -> str:
        output = self._folder / "made.torrent"
        self._create(asked.preset, asked.default, asked.content, "-q", "-o", output.name)
        info = bdecode(output.read_bytes())[b"info"]
        return hashlib.sha1(bencode(info)).hexdigest()

    def _exponents(self, asked: Pieces) -> dict[int, int]:
        content = self._folder / "sparse"
        found = {}
        for size in asked.exponents:
            with content.open("wb") as file:
                file.truncate(size)
            planned = json.loads(self._create(asked.preset, {}, content.name, "--plan"))
            found[size] = planned["piece_length_exponent"]
        return found

    def _create(
        self, preset: dict[str, Any], default: dict[str, Any], content: str, *options: str
    ) -> str:
        presets = answers.presets_file(self._folder, preset, default)
        options = ("-P", answers.PRESET, "--preset-file", str(presets), *options)
        return subprocess.run(
            [*self._program, "create", content, *options],
            cwd=self._folder,
            env={"HOME": str(self._folder), "PATH": os.defpath},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout


def main() -> None:
    """Ask, compare, and record what is to be recorded."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mkbrr_answers", description=__doc__)
    parser.add_argument("--record", action="store_true", help="write the answers into the record")
    record = parser.parse_args().record
    before = answers.read_answers()
    with tempfile.TemporaryDirectory(prefix="seedwright-mkbrr-") as folder:
        try:
            now = Mkbrr(Path(folder)).answers(before)
        except peers.PeerUnavailable as error:
            print(f"MIND: {error}")
            return
    pairs = zip(before.torrents + before.pieces, now.torrents + now.pieces, strict=True)
    changed = [(old, new) for old, new in pairs if old != new]
    for old, new in changed:
        print(f"- {old}\n+ {new}")
    print(f"mkbrr {now.version}: {len(changed)} of {len(now.torrents + now.pieces)} answers differ")
    if record:
        write(now)
    sys.exit(1 if changed and not record else 0)


def write(found: Answers) -> None:
    """Write the record, each answer in a few lines that can be read."""
    rows = {
        "version": found.version,
        "torrents": [
            {key: value for key, value in each._asdict().items() if key != "default" or value}
            for each in found.torrents
        ],
        "pieces": [each._asdict() for each in found.pieces],
    }
    head = "# What mkbrr answered; `python -m benchmarks.mkbrr_answers` asks it again.\n"
    text = yaml.safe_dump(rows, sort_keys=False, default_flow_style=None, width=100)
    answers.FILE.write_text(head + text, encoding="utf-8")


if __name__ == "__main__":
    main()
