"""A folder to load settings from, and what may be written there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from seedwright.settings.load import find_mistakes, load_settings

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.errors import SettingsError
    from seedwright.settings.model import Settings


@dataclass
class Home:
    """A folder to load settings from, with no others to be found."""

    folder: Path

    def write(self, text: str, name: str = "seedwright.yaml") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def load(self, text: str | None = None, **environ: str) -> Settings:
        if text is not None:
            self.write(text)
        return load_settings(environ=environ, cwd=self.folder).settings

    def mistakes(self, text: str | None = None, **environ: str) -> list[SettingsError]:
        if text is not None:
            self.write(text)
        return find_mistakes(environ=environ, cwd=self.folder)

    def mistake(self, text: str | None = None, **environ: str) -> SettingsError:
        (only,) = self.mistakes(text, **environ)
        assert "\n" not in only.message + only.hint
        return only


def junk(*keys: str) -> st.SearchStrategy[str]:
    """Any text, or the text of anything that is nested under ``keys``."""
    nested = st.recursive(
        st.none() | st.text() | st.integers() | st.booleans(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(keys), inner),
    )
    return st.text() | nested.map(str)
