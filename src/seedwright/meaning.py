"""From a request to what it means: every word is settled, and nothing is left to look up."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from seedwright.errors import UsageError
from seedwright.hints import Hint
from seedwright.metainfo.output_path import ends_as_folder, output_path
from seedwright.request import OPTIONS, Request, layered
from seedwright.stages.route import Around

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seedwright.presets.using import LoadedPreset
    from seedwright.settings.model import QBittorrentSettings, Settings
    from seedwright.trackers.tracker_rules import TrackerRule

    Load = Callable[[str, Path | None], LoadedPreset]

_EMPTY: tuple[object, ...] = (None, "", [])
"""What a setting is that says nothing."""


class Settled(NamedTuple):
    """A request with every option settled, and the warnings about its preset."""

    request: Request
    warnings: tuple[str, ...] = ()


def settled(request: Request, settings: Settings, *, now: float | None = None) -> Settled:
    """The request in words that mean the same tomorrow, in another folder and on another machine.

    The stronger words win, in this order: those of the request, of its preset, of mkbrr if its
    infohash is requested, of the settings, and the defaults. Paths are absolute, the tracker rules
    are copied, and the creation date is ``now``, in seconds since 1970. An option stays None if
    nobody chose it: tracker rules decide the source, and the time is not limited.

    Raises :class:`~seedwright.errors.SeedwrightError`.
    """
    request, warnings = with_preset(request)
    asked = words_of(request, settings)
    path = os.path.abspath(request.path)  # noqa: PTH100 - keeps links as they are
    asked["client"], _ = settings.client(request.client)
    if request.create_output_dir is None and ends_as_folder(request.output or ""):
        asked["create_output_dir"] = True
    asked["output"] = str(output_of(Request.of_values(path, asked), settings))
    if asked.get("from_torrent") is not None:
        asked["from_torrent"] = os.path.abspath(asked["from_torrent"])  # noqa: PTH100
    if asked["with_date"] and asked.get("creation_date") is None:
        asked["creation_date"] = int(time.time() if now is None else now)
    if asked.get("rules") is None:
        asked["rules"] = _rules(asked, settings)
    return Settled(Request.of_values(path, asked), warnings)


def with_preset(request: Request, load: Load | None = None) -> Settled:
    """The request with the words of its preset in place of the preset's name.

    ``load`` may be a ``load_preset`` that remembers. Raises UsageError for a presets file without a
    preset, and SettingsError.
    """
    said = request.said()
    preset, presets = said.pop("preset", None), said.pop("presets", None)
    if preset is None:
        if presets is not None:
            raise UsageError("a presets file needs a preset", hint=Hint("name one with {preset}"))
        return Settled(request)
    from seedwright.presets.using import load_preset

    loaded = (load or load_preset)(preset, None if presets is None else Path(presets))
    words = layered(said, loaded.preset.options())
    return Settled(Request.of_values(request.path, words), loaded.warnings)


def words_of(request: Request, settings: Settings) -> dict[str, Any]:
    """Every word of the request, from the settings and the defaults where it says nothing.

    Its preset is ignored. Raises SettingsError.
    """
    said = request.said()
    _, client = settings.client(request.client)
    return layered(said, _weaker(said, from_settings(settings, client)))


def from_settings(settings: Settings, client: QBittorrentSettings) -> dict[str, Any]:
    """The words that the settings say, for a torrent on that client."""
    said: dict[str, Any] = {}
    for name, each in OPTIONS.items():
        for place in each.setting:
            group, _, key = place.partition(".")
            value = getattr(client if group == "client" else settings.torrent_creation, key)
            if value not in _EMPTY and not said.get(name):
                said[name] = each.kind.value(value, place.replace("client.", "qbittorrent."))
    return said


def around(settings: Settings, request: Request) -> Around:
    """What a plan for the settled request needs from the settings."""
    name, client = settings.client(request.client)
    cache = None
    if request.reuse:
        from seedwright.settings.hash_cache import hash_cache

        cache = hash_cache(settings)
    no_cache = ("hashes cannot be cached: there is no home folder",)
    return Around(
        client=name,
        server=f"{client.host.lower()}:{client.port}{client.base_path}",
        path_mapping=client.docker_path_mapping,
        max_tag_length=client.max_tag_length,
        seed_mode=client.seed_mode,
        peer_host=client.peer_host or "",
        peer_port=client.peer_port,
        cache=cache,
        no_cache=no_cache if request.reuse and cache is None else (),
    )


def output_of(request: Request, settings: Settings) -> Path:
    """Where the ``.torrent`` of the request goes; its preset is ignored.

    Raises UsageError.
    """
    return output_path(
        request.name or os.path.basename(os.path.abspath(request.path)),  # noqa: PTH100, PTH119
        request.output,
        default_dir=settings.default_output_dir,
        several=bool(request.several),
        label=request.label or "",
    ).absolute()


_DEFAULTS = {name: each.default for name, each in OPTIONS.items()}
_LEFT_TO_DONOR = ("format", "piece_length")


def _weaker(said: Mapping[str, Any], set_: Mapping[str, Any]) -> dict[str, Any]:
    """The words below those that were ``said``: the settings (``set_``), and the defaults."""
    weaker = {**_DEFAULTS, **set_}
    if said.get("like") == "mkbrr":
        from seedwright.mkbrr.defaults import DEFAULTS

        weaker |= DEFAULTS
    if "from_torrent" in said:
        weaker |= dict.fromkeys(_LEFT_TO_DONOR)
    return weaker


def _rules(asked: Mapping[str, Any], settings: Settings) -> tuple[TrackerRule, ...]:
    """The rules of its trackers; most trackers have none."""
    urls = [url for tier in asked["trackers"] for url in tier]
    if not urls or not asked.get("tracker_rules"):
        return ()
    from seedwright.settings.places import RULES
    from seedwright.trackers.rules_file import read_rules
    from seedwright.trackers.tracker_rules import rules_for

    file = RULES.find(settings.tracker_rules, {}, Path.cwd())
    return rules_for(urls, read_rules(file) if file else ())
