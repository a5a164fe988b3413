"""One preset, with all that it extends."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from seedwright.errors import SettingsError
from seedwright.names import nearest
from seedwright.presets.presets_file import find_presets
from seedwright.settings.problems import in_order

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from seedwright.presets.preset import Preset


class LoadedPreset(NamedTuple):
    """What one preset says, including what it extends."""

    preset: Preset
    warnings: tuple[str, ...]
    """What is written there without effect."""


def load_preset(
    name: str,
    path: Path | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> LoadedPreset:
    """The preset ``name``; the other arguments are those of ``find_presets``.

    Raises SettingsError if there is no such preset, and with the first mistake in the file or in the
    preset.
    """
    file = find_presets(path, environ=environ, cwd=cwd)
    problems = in_order(file.problems)
    if not problems and name not in file.presets:
        raise SettingsError(
            f"preset {name!r} does not exist in {file.label}",
            hint=nearest(name, file.presets) or f"it has {', '.join(file.presets) or 'no presets'}",
        )
    if not problems:
        preset, problems = file.settled(name)
    if problems:
        first, *others = problems
        raise first.error(len(others), "presets")
    return LoadedPreset(preset, file.warnings_for(name))
