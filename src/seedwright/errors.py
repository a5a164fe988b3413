"""Every failure Seedwright tells a user about.

    SeedwrightError
    ├── UsageError                    an argument that cannot be meant so
    ├── SettingsError                 a settings file, environment variable or secret
    ├── ContentError                  what was to be made into a torrent
    │   ├── ContentNotFoundError
    │   ├── EmptyContentError
    │   ├── ContentNameError
    │   └── ContentCheckError
    ├── HashingTimedOutError          the embedded engine was given too little time
    ├── OutputError                   the .torrent file to be written
    │   └── OutputExistsError
    ├── MetainfoError                 bytes that are not a torrent, or not the one asked for
    └── ClientError                   something about one qBittorrent, which is named
        ├── ClientConnectionError
        │   ├── UnreachableError
        │   ├── ConnectionTimedOutError
        │   ├── CertificateError
        │   └── NotQBittorrentError
        ├── SignInError
        │   ├── SignInRefusedError
        │   ├── AddressBannedError
        │   └── SignInNeededError
        ├── CapabilityError           this qBittorrent is too old for what was asked
        ├── RequestRefusedError       an answer that fits no other row
        ├── CreatorError              a Torrent Creator task
        │   ├── CreatorBusyError
        │   ├── TaskFailedError
        │   ├── TaskUnfinishedError
        │   ├── TaskLostError
        │   ├── TaskTimedOutError
        │   ├── TaskCancelledError
        │   └── PathNotVisibleError
        └── AddingError               adding the torrent and proving that it seeds
            ├── TorrentRejectedError
            ├── MissingFilesError
            ├── SavePathMismatchError
            ├── ContentDiffersError
            ├── AddedOtherwiseError
            ├── SameTorrentError
            └── NotSeedingError

Each carries a sentence for people (``message``), what to do next (``hint``), a stable name
for programs (``code``) and the exit code of the command line (``exit_code``).
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar, ParamSpec, TypeVar

from seedwright.hints import Hint

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")


class ExitCode(IntEnum):
    """What the command line ends with."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    SIGN_IN = 3
    CONNECTION = 4
    CONTENT = 5
    BUSY = 6
    INTERRUPTED = 130


class SeedwrightError(Exception):
    """The root of everything Seedwright raises on purpose."""

    code: ClassVar[str] = "failed"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def one_line(self) -> str:
        """The sentence, and in brackets what to do."""
        if not self.hint:
            return self.message
        return Hint("{message} ({hint})", message=self.message, hint=self.hint)

    def as_dict(self) -> dict[str, str]:
        """The JSON of this failure."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class UsageError(SeedwrightError):
    """An argument that cannot be meant so."""

    code = "usage"
    exit_code = ExitCode.USAGE


class SettingsError(SeedwrightError):
    """A settings file, an environment variable or a secret that cannot be used."""

    code = "settings"
    exit_code = ExitCode.USAGE


class ContentError(SeedwrightError):
    """The content cannot be made into a torrent."""

    code = "content"
    exit_code = ExitCode.CONTENT


class ContentNotFoundError(ContentError):
    """The content is not there."""

    code = "content_not_found"


class EmptyContentError(ContentError):
    """There is nothing to hash: no files, or none that are not left out."""

    code = "content_empty"


class ContentNameError(ContentError):
    """A name that a torrent cannot carry."""

    code = "content_name"


class ContentCheckError(ContentError):
    """The content checks found something, and were to be strict about it."""

    code = "content_check"


class HashingTimedOutError(SeedwrightError):
    """The time limit passed while the embedded engine hashed."""

    code = "hashing_timed_out"


class OutputError(SeedwrightError):
    """The ``.torrent`` cannot be written where it should be."""

    code = "output"


class OutputExistsError(OutputError):
    """A file of that name is there already."""

    code = "output_exists"


class MetainfoError(SeedwrightError):
    """Bytes that are not a torrent, or not the torrent that was asked for."""

    code = "metainfo"


class ClientError(SeedwrightError):
    """Something about one qBittorrent, named by ``client``."""

    code = "client"

    def __init__(self, message: str, *, client: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.client = client

    def as_dict(self) -> dict[str, str]:
        """The JSON of this failure."""
        return {**super().as_dict(), "client": self.client}


class ClientConnectionError(ClientError):
    """No conversation with the client."""

    code = "connection"
    exit_code = ExitCode.CONNECTION


class UnreachableError(ClientConnectionError):
    """Nobody answers: unknown name, closed port, broken connection."""

    code = "unreachable"


class ConnectionTimedOutError(ClientConnectionError):
    """The host takes the connection, or the request, and says nothing."""

    code = "timed_out"


class CertificateError(ClientConnectionError):
    """The certificate is not trusted, or TLS is spoken on one side only."""

    code = "certificate"


class NotQBittorrentError(ClientConnectionError):
    """Something else answers at this address."""

    code = "not_qbittorrent"


class SignInError(ClientError):
    """The client does not let us in."""

    code = "sign_in"
    exit_code = ExitCode.SIGN_IN


class SignInRefusedError(SignInError):
    """User name, password or API key are wrong; not tried again until the settings change."""

    code = "sign_in_refused"


class AddressBannedError(SignInError):
    """Too many failed sign-ins: qBittorrent has banned our address for a while."""

    code = "address_banned"


class SignInNeededError(SignInError):
    """The client asks for a sign-in and the settings have none."""

    code = "sign_in_needed"


class CapabilityError(ClientError):
    """This qBittorrent cannot do what was asked."""

    code = "too_old"


class RequestRefusedError(ClientError):
    """The client refused a request, and no other error says why better."""

    code = "request_refused"


class CreatorError(ClientError):
    """A Torrent Creator task did not give a torrent."""

    code = "creator"


class CreatorBusyError(CreatorError):
    """The client's queue of tasks is full."""

    code = "creator_busy"
    exit_code = ExitCode.BUSY


class TaskFailedError(CreatorError):
    """The client could not make the torrent."""

    code = "task_failed"


class TaskUnfinishedError(CreatorError):
    """The task is still queued or running, so it has no torrent to fetch yet."""

    code = "task_unfinished"


class TaskLostError(CreatorError):
    """The client does not know the task: it never did, or it lost it, again and again."""

    code = "task_lost"


class TaskTimedOutError(CreatorError):
    """The time limit passed; the task was deleted."""

    code = "task_timed_out"


class TaskCancelledError(CreatorError):
    """The manager was closed while the torrent was under way; what was done has been undone."""

    code = "task_cancelled"


class PathNotVisibleError(CreatorError):
    """The client does not see the content at the path it was given."""

    code = "path_not_visible"
    exit_code = ExitCode.CONTENT


class AddingError(ClientError):
    """The torrent was made, but is not proven to seed."""

    code = "adding"


class TorrentRejectedError(AddingError):
    """The client did not take the torrent."""

    code = "torrent_rejected"


class MissingFilesError(AddingError):
    """The client does not find the torrent's files; what was added has been removed."""

    code = "missing_files"


class SavePathMismatchError(AddingError):
    """The client would look for the files elsewhere than where they lie."""

    code = "save_path_mismatch"


class ContentDiffersError(AddingError):
    """The client has other bytes than were hashed; what was added has been removed."""

    code = "content_differs"


class AddedOtherwiseError(AddingError):
    """The client has the torrent, but not as it was asked to: another category, folder or tag."""

    code = "added_otherwise"


class SameTorrentError(AddingError):
    """Two torrents with one infohash, of which a client can have only one."""

    code = "same_torrent"
    exit_code = ExitCode.USAGE


class NotSeedingError(AddingError):
    """The torrent is there, but in a state that is not seeding."""

    code = "not_seeding"


def outcome(act: Callable[P, T], *given: P.args, **named: P.kwargs) -> T | SeedwrightError:
    """What ``act`` gives, or its failure, where one of several may fail by itself."""
    try:
        return act(*given, **named)
    except SeedwrightError as error:
        return error
