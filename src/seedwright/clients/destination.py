"""Where on a client a torrent seeds, and how far its seeding must be proven."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from seedwright.clients.path_map import pure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import PurePath

    from seedwright.clients.path_map import MappedPath
    from seedwright.content.survey import ContentSurvey
    from seedwright.content.walk import ContentFile

Kind = Literal["folder", "file"]


class Proof(StrEnum):
    """How seeding is proven, the strongest last.

    LISTED: the client says so. SAMPLED: the client sent some pieces, and their hashes agree.
    RECHECKED: the client has read and hashed all of it.
    """

    LISTED = "listed"
    SAMPLED = "sampled"
    RECHECKED = "rechecked"


AUTO = "auto"
"""The weakest proof that is sure: LISTED for the very files that were hashed, else SAMPLED."""


class Origin(StrEnum):
    """Where the hashes of a torrent come from.

    CLIENT: the client that seeds it has hashed the content. HERE: this machine has, in this
    run. BEFORE: some earlier run has, whose word counts for no proof.
    """

    CLIENT = "client"
    HERE = "here"
    BEFORE = "before"


@dataclass(frozen=True)
class Destination:
    """Where on the client a torrent seeds, and under which labels.

    ``content`` is the content's path as the client sees it and ``save_path`` the folder to name to
    it; ``kind`` is None where it is not known; ``tags`` are already cut to length; ``files`` are
    those of the content, as far as they are known here. ``proof`` is one of Proof or AUTO, and
    ``seed_mode`` false means RECHECKED. ``share_limits`` is ``client``, ``none`` or ``auto``.
    ``peer_host`` and ``peer_port`` are where the client listens for peers; "" and None stand for
    what it reports itself. ``server`` is the client's address, whatever its name.
    """

    content: MappedPath
    save_path: MappedPath
    kind: Kind | None
    category: str = ""
    create_category: bool = True
    tags: tuple[str, ...] = ()
    auto_management: bool = False
    seed_mode: bool = True
    proof: str = AUTO
    share_limits: str = AUTO
    peer_host: str = ""
    peer_port: int | None = None
    server: str = ""
    files: Sequence[ContentFile] = field(default=(), repr=False, compare=False)

    @property
    def name(self) -> str:
        """The content's name on the client."""
        return pure(self.content.path).name

    @property
    def folder(self) -> PurePath:
        """The folder where the client looks for the content, under automatic management too."""
        own = pure(self.content.path).parent
        return own if self.auto_management else pure(self.save_path.path)

    @property
    def is_own_folder(self) -> bool:
        """Whether that is the folder that holds the content."""
        return self.folder == pure(self.content.path).parent


def kind_of(survey: ContentSurvey | None) -> Kind | None:
    """Whether the content is a file or a folder, as far as it is known here."""
    if survey is None:
        return None
    return "folder" if survey.is_dir else "file"
