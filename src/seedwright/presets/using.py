"""Using presets: one of them under the options of ``create_torrent``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from seedwright.errors import SettingsError, UsageError
from seedwright.presets.preset import Preset, beaten_by
from seedwright.presets.presets_file import find_presets
from seedwright.settings.problems import in_order, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class LoadedPreset(NamedTuple):
    """What one preset says, what it extends included."""

    preset: Preset
    warnings: tuple[str, ...]
    """What is written there and has no effect."""


def load_preset(
    name: str,
    path: Path | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> LoadedPreset:
    """The preset ``name``; the other arguments are those of ``find_presets``.

    Raises SettingsError when there is no such preset, and with the first mistake in the file or
    in the preset.
    """
    file = find_presets(path, environ=environ, cwd=cwd)
    problems = in_order(file.problems)
    if not problems and name not in file.presets:
        raise SettingsError(
            f"there is no preset called {name!r} in {file.label}",
            hint=nearest(name, file.presets) or f"it has {', '.join(file.presets) or 'none'}",
        )
    if not problems:
        preset, problems = file.settled(name)
    if problems:
        first, *others = problems
        raise first.error(len(others), "presets")
    return LoadedPreset(preset, file.warnings_for(name))


def with_preset(
    options: Mapping[str, Any], load: Callable[[str, Path | None], LoadedPreset] = load_preset
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The options, with what their preset says where they say nothing; and its warnings.

    ``options`` are ``CreateOptions``, and None in them says nothing; ``preset`` names the preset
    and ``presets`` the file, and neither is among the options that come back. ``load`` may be a
    ``load_preset`` that remembers. Raises UsageError for a file without a preset, and
    SettingsError.
    """
    said = {name: value for name, value in options.items() if value is not None}
    name, file = said.pop("preset", None), said.pop("presets", None)
    if name is None:
        if file is not None:
            raise UsageError("a presets file is given, and no preset of it", hint="add -P NAME")
        return said, ()
    loaded = load(name, None if file is None else Path(file))
    return put_over(loaded.preset.options(), said), loaded.warnings


def put_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """The options of both, where those ``above`` win, and put their rivals out of force."""
    beaten = beaten_by(above)
    return {**{key: one for key, one in below.items() if key not in beaten}, **above}
