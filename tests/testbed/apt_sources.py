"""Where this machine gets Debian from, read from its own apt sources."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

APT_FOLDER = Path("/etc/apt")
KEYRINGS = tuple(
    Path("/usr/share/keyrings", f"debian-archive-keyring.{suffix}") for suffix in ("pgp", "gpg")
)

# Suites which only Debian's own archive has under these names. Others publish a "stable" too,
# but neither trixie nor bookworm there, and not signed by Debian.
_RELEASE = re.compile(
    r"(bullseye|bookworm|trixie|forky|duke|sid|((old)?old)?stable|testing|unstable)"
    r"(-updates|-backports)?"
)

# What the machine's administrator decided about trusting a mirror goes with the mirror.
_TRUST = ("signed-by", "trusted", "check-valid-until")


@dataclass(frozen=True)
class Mirror:
    """An address of Debian's archive and how far it is trusted (deb822 fields in lower case)."""

    uri: str
    trust: dict[str, str] = field(default_factory=dict)

    def stanza(self, suites: tuple[str, ...], architecture: str) -> str:
        """The deb822 source (sources.list(5)) which takes SUITES' packages from this mirror."""
        fields = {
            "Types": "deb",
            "URIs": self.uri,
            "Suites": " ".join(suites),
            "Components": "main",
            "Architectures": architecture,
            "Targets": "Packages",
            **{name.title(): value for name, value in self.trust.items()},
        }
        return "".join(f"{name}: {value}\n" for name, value in fields.items())


def debian_mirrors(folder: Path = APT_FOLDER) -> list[Mirror]:
    """The mirrors of Debian's archive that FOLDER's sources name, each once, in apt's order."""
    one_line = [folder / "sources.list", *sorted(folder.glob("sources.list.d/*.list"))]
    deb822 = sorted(folder.glob("sources.list.d/*.sources"))
    entries = [
        *(entry for path in one_line if path.is_file() for entry in _one_line(path.read_text())),
        *(entry for path in deb822 for entry in _deb822(path.read_text())),
    ]
    return list(
        {entry.uri: _mirror(entry) for entry in reversed(entries) if entry.debian}.values()
    )[::-1]


@dataclass(frozen=True)
class _Entry:
    uri: str
    suites: list[str]
    components: list[str]
    options: dict[str, str]

    @property
    def debian(self) -> bool:
        return (
            "main" in self.components
            and any(_RELEASE.fullmatch(suite) for suite in self.suites)
            and not self.uri.startswith("cdrom:")
        )


def _mirror(entry: _Entry) -> Mirror:
    trust = {name: entry.options[name] for name in _TRUST if name in entry.options}
    keyring = next((path for path in KEYRINGS if path.is_file()), None)
    if "signed-by" not in trust and keyring is not None:
        trust["signed-by"] = str(keyring)
    return Mirror(entry.uri, trust)


def _one_line(text: str) -> Iterator[_Entry]:
    """``deb [signed-by=KEYRING] URI SUITE COMPONENT…``."""
    for line in text.splitlines():
        found = re.match(r"\s*deb\s+(?:\[(?P<options>[^\]]*)\]\s*)?(?P<rest>[^#]*)", line)
        if found is None or len(words := found["rest"].split()) < 2:
            continue
        options = dict(
            option.split("=", 1) for option in shlex.split(found["options"] or "") if "=" in option
        )
        uri, suite, *components = words
        yield _Entry(uri, [suite], components, {name.lower(): v for name, v in options.items()})


def _deb822(text: str) -> Iterator[_Entry]:
    """Stanzas of ``Field: value``, continued on indented lines; ``#`` starts a comment line."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for stanza in re.split(r"\n\s*\n", "\n".join(lines)):
        fields = {
            name.lower(): value.strip()
            for name, value in re.findall(r"^([\w-]+):(.*(?:\n[ \t].*)*)", stanza, re.MULTILINE)
        }
        if "deb" not in fields.get("types", "").split() or fields.get("enabled") == "no":
            continue
        for uri in fields.get("uris", "").split():
            suites, components = fields.get("suites", ""), fields.get("components", "")
            yield _Entry(uri, suites.split(), components.split(), fields)
