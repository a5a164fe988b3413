"""What is sent to ``torrentcreator/addTask``, fitted to what a server can do.

What a server cannot honour is refused, or ignored with a warning where that is harmless.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from seedwright.clients.qbittorrent.capabilities import Feature

if TYPE_CHECKING:
    from seedwright.clients.qbittorrent.capabilities import Capabilities
    from seedwright.clients.qbittorrent.tasks import CreatorTask
    from seedwright.content.walk import Content

Tiers = tuple[tuple[str, ...], ...]

# What a decoding server gives back as it was: ASCII but for "%", which starts a sequence, and
# "|", at which the list of URLs is split before it is decoded.
_SAFE = "".join(map(chr, range(0x21, 0x7F))).replace("%", "").replace("|", "")


@dataclass(frozen=True)
class CreationRequest:
    """What a torrent should be, with the content's path as the client sees it.

    ``piece_length`` in bytes (None: the client chooses); ``tiers`` and ``web_seeds`` hold URLs.
    """

    source_path: str
    format: Literal["v1", "v2", "hybrid"] = "v1"
    piece_length: int | None = None
    private: bool = False
    comment: str = ""
    source: str = ""
    tiers: Tiers = field(default=(), repr=False)
    web_seeds: tuple[str, ...] = field(default=(), repr=False)
    ignore_dotfiles: bool = True
    optimize_alignment: bool | None = None
    padded_file_size_limit: int | None = None


@dataclass(frozen=True)
class Submission:
    """The arguments for one server, and what the finished torrent will say in its own spelling."""

    source_path: str
    arguments: dict[str, Any] = field(repr=False)
    tiers: Tiers = field(repr=False)
    web_seeds: tuple[str, ...] = field(repr=False)
    warnings: tuple[str, ...]

    def fingerprint(self, url: str, content: Content | None) -> str:
        """What two submissions to one server have in common that make the same of the same files.

        ``content`` is what was found here, None where it is not visible; a file is the same while
        its size and its times are.
        """
        files = content and sorted(
            (file.parts, file.size, file.mtime_ns, file.ctime_ns) for file in content.files
        )
        said = json.dumps([url, self.arguments, files], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()

    def matches(self, task: CreatorTask) -> bool:
        """Whether a task in the client's list was made from these arguments."""
        return (
            task.source_path == self.source_path
            and task.private == self.arguments["is_private"]
            and task.comment == self.arguments["comment"]
            and task.source == self.arguments["source"]
            and task.format in ("", self.arguments.get("format"))
            and task.trackers == tuple(chain.from_iterable(self.tiers))
        )


def submission_for(request: CreationRequest, capabilities: Capabilities) -> Submission:
    """The request in this server's terms.

    Raises CapabilityError for what it cannot honour.
    """
    capabilities.need(Feature.CREATOR)
    if request.source != request.comment:
        capabilities.need(Feature.SOURCE)
    warnings: list[str] = []
    arguments: dict[str, Any] = {
        "source_path": request.source_path,
        # Left to itself qBittorrent would add the torrent, without category, tags or proof.
        "start_seeding": False,
        "is_private": request.private,
        "comment": request.comment,
        "source": request.source,
    }
    if request.piece_length is not None:
        arguments["piece_size"] = request.piece_length
    if request.format != "v1":
        capabilities.need(Feature.FORMAT)
    if capabilities.can(Feature.FORMAT):
        arguments["format"] = request.format
    if not request.ignore_dotfiles:
        capabilities.need(Feature.DOTFILES)
        arguments["ignore_dotfiles"] = False
    alignment = {
        "optimize_alignment": request.optimize_alignment,
        "padded_file_size_limit": request.padded_file_size_limit,
    }
    for option, value in alignment.items():
        if value is None:
            continue
        if capabilities.can(Feature.ALIGNMENT):
            arguments[option] = value
        else:
            warnings.append(
                f"{option} is ignored, because {capabilities.describe()} always aligns v2 and hybrid"
                " torrents and never v1 torrents"
            )
    decodes = capabilities.can(Feature.ENCODED_URLS)
    tiers = tuple(tuple(_as_written(url, decodes) for url in tier) for tier in request.tiers)
    web_seeds = tuple(_as_written(url, decodes) for url in request.web_seeds)
    if (tiers, web_seeds) != (request.tiers, request.web_seeds):
        warnings.append(
            f"'|' in a URL is written as %7C, because {capabilities.describe()} would split the URL"
        )
    if tiers:
        # An empty entry between two trackers starts a new tier.
        flat = list(chain.from_iterable(("", *tier) for tier in tiers))[1:]
        arguments["trackers"] = [_as_sent(url, decodes) for url in flat]
    if web_seeds:
        arguments["url_seeds"] = [_as_sent(url, decodes) for url in web_seeds]
    return Submission(request.source_path, arguments, tiers, web_seeds, tuple(warnings))


def _as_written(url: str, decodes: bool) -> str:
    """How the URL will stand in the torrent."""
    return url if decodes else url.replace("|", "%7C")


def _as_sent(url: str, decodes: bool) -> str:
    return quote(url, safe=_SAFE) if decodes else url
