"""What mkbrr answered, in ``answers.yaml``, and the content that it was asked about."""

from __future__ import annotations

from hashlib import shake_256
from pathlib import Path
from typing import Any, NamedTuple

import yaml

FILE = Path(__file__).with_name("answers.yaml")

PRESET = "a"

FILM = "film.mkv"
SEASON = "season"
CONTENT = {
    FILM: 300_000,
    "season/.hidden": 70_000,
    "season/.git/config": 60_000,
    "season/@eaDir/preview": 50_000,
    "season/Thumbs.db": 40_000,
    "season/a.nfo": 30_000,
    "season/b.MKV": 20_000,
    "season/empty.txt": 0,
    "season/extra-1.txt": 10_000,
    "season/extra.txt": 9_000,
    "season/extra/deep/y.txt": 8_000,
    "season/extra/x.mkv": 7_000,
    "season/extra/z.torrent": 6_000,
    "season/extra0": 5_000,
}
"""The files, each of so many bytes, that the infohashes are of; ``extra`` sorts in two ways."""


class Torrent(NamedTuple):
    """A torrent that mkbrr made: of the film or the season, with a preset over the defaults."""

    content: str
    preset: dict[str, Any]
    infohash: str
    default: dict[str, Any]


class Pieces(NamedTuple):
    """The exponents that mkbrr chose for sizes of content, each size in bytes."""

    preset: dict[str, Any]
    exponents: dict[int, int]


class Answers(NamedTuple):
    """All that was recorded, and which mkbrr gave it."""

    version: str
    torrents: tuple[Torrent, ...]
    pieces: tuple[Pieces, ...]


def read_answers() -> Answers:
    """What is recorded."""
    found = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return Answers(
        found["version"],
        tuple(Torrent(**{"default": {}, **row}) for row in found["torrents"]),
        tuple(Pieces(**row) for row in found["pieces"]),
    )


def make_content(folder: Path) -> None:
    """Write the film and the season into ``folder``, with the same bytes each time."""
    for name, size in CONTENT.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(shake_256(name.encode()).digest(size))


def presets_file(folder: Path, preset: dict[str, Any], default: dict[str, Any]) -> Path:
    """A presets file of mkbrr's in ``folder``, with the preset PRESET."""
    text = yaml.safe_dump({"version": 1, "default": default, "presets": {PRESET: preset}})
    path = folder / "mkbrr-presets.yaml"
    path.write_text(text, encoding="utf-8")
    return path
