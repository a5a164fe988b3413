"""The commented example that ``seedwright config init`` writes."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import yaml

from seedwright.settings.group import About, Group, about, defaults
from seedwright.settings.model import Settings
from seedwright.settings.places import SETTINGS
from seedwright.settings.private_file import write_private
from seedwright.settings.shape import is_group, keys_at, types

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HEAD = """\
# Settings of Seedwright. Each setting is shown with its default or, where it has none, with an
# example. To change one, remove the # in front of it. ${NAME} and ${NAME:-default} stand for
# environment variables. `seedwright config check` lists the mistakes in this file.
"""

_CLIENTS = """\
# More qBittorrents by name, each with the same settings as above. A request chooses one by name.
clients:
  #nas:
    #host: nas.lan
    #use_https: true
    #api_key: ${NAS_API_KEY}
"""


def example_settings() -> str:
    """A settings file that changes nothing, and explains every setting."""
    top = about(Settings)
    alone = [name for name in top if keys_at(Settings, (name,)) is None]
    groups = {name: hint for name, hint in types(Settings).items() if is_group(hint)}
    parts = [
        _HEAD,
        *("\n".join(_setting(name, top[name], None, "")) for name in alone),
        *(_group(name, top[name], group) for name, group in groups.items()),
        _CLIENTS,
    ]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def write_example(target: Path, *, force: bool = False) -> Path:
    """The file that now holds ``example_settings()``, readable by its owner only.

    That is ``target``, or ``seedwright.yaml`` in it when it is a folder. Raises what
    :func:`write_private` raises.
    """
    if target.is_dir():
        target /= SETTINGS.here
    write_private(target, example_settings(), force=force)
    return target


def _group(key: str, known: About, group: type[Group]) -> str:
    lines = [f"# {known.description}", f"{key}:"]
    unset = defaults(group)
    for name, each in about(group).items():
        if name == "api_key":  # excludes user name and password, so it has its example below
            lines.append("  # An api_key replaces both: see the client nas below.")
        else:
            lines += _setting(name, each, unset[name], "  ")
    return "\n".join(lines)


def _setting(name: str, known: About, default: object, indent: str) -> Iterator[str]:
    margin = f"{indent}# "
    yield from textwrap.wrap(
        known.description, 100, initial_indent=margin, subsequent_indent=margin
    )
    has_default = default is False or bool(default)
    value = default if has_default else known.example
    text = yaml.safe_dump(value, default_flow_style=True, width=1000).removesuffix("...\n")
    yield f"{indent}#{name}: {text.rstrip()}"
