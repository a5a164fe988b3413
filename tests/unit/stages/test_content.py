"""Content is walked once for all torrents that are made of it in one way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from seedwright.metainfo.torrent_spec import Format, TorrentSpec
from seedwright.stages.content import Walks
from tests.unit.files import put

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.engines.choose import EngineName


@pytest.mark.parametrize("engine", ["local", "qbittorrent"])
def test_content_is_walked_once_for_all_its_torrents(folder: Path, engine: EngineName) -> None:
    put(folder / "a", 3)
    spec = TorrentSpec(folder, Format.V1, 16384)
    walks = Walks()
    assert walks.of(replace(spec, source="other"), engine) is walks.of(spec, engine)
    assert walks.of(replace(spec, ignore_dotfiles=False), engine) is not walks.of(spec, engine)


def test_each_engine_has_a_walk_of_its_own(folder: Path) -> None:
    put(folder / "a", 3)
    put(folder / "Thumbs.db", 3)
    spec, walks = TorrentSpec(folder, Format.V1, 16384), Walks()
    assert len(walks.of(spec, "local").files) == 1
    assert len(walks.of(spec, "qbittorrent").files) == 2
