"""Every failure that Seedwright reports to a user.

    SeedwrightError
    ├── UsageError                    an argument that is not valid
    ├── SettingsError                 a settings file, environment variable or secret
    ├── ContentError                  the content to make a torrent of
    │   ├── ContentNotFoundError
    │   ├── EmptyContentError
    │   ├── ContentNameError
    │   └── ContentCheckError
    ├── HashingTimedOutError          the time limit passed while the embedded engine hashed
    ├── OutputError                   the .torrent to write
    │   └── OutputExistsError
    ├── MetainfoError                 bytes that are not a torrent, or not the requested one
    └── ClientError                   one qBittorrent, which is named
        ├── ClientConnectionError
        │   ├── UnreachableError
        │   ├── ConnectionTimedOutError
        │   ├── CertificateError
        │   └── NotQBittorrentError
        ├── SignInError
        │   ├── SignInRefusedError
        │   ├── AddressBannedError
        │   └── SignInNeededError
        ├── CapabilityError           this qBittorrent is too old for the request
        ├── RequestRefusedError       an answer that fits no other error
        ├── CreatorError              a task of the Torrent Creator
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
    """The exit codes of the command line."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    SIGN_IN = 3
    CONNECTION = 4
    CONTENT = 5
    BUSY = 6
    INTERRUPTED = 130


class SeedwrightError(Exception):
    """The base class of every error that Seedwright raises on purpose."""

    code: ClassVar[str] = "failed"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def one_line(self) -> str:
        """The sentence, with the hint in brackets."""
        if not self.hint:
            return self.message
        return Hint("{message} ({hint})", message=self.message, hint=self.hint)

    def as_dict(self) -> dict[str, str]:
        """The failure as a JSON object."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class UsageError(SeedwrightError):
    """An argument or option is not valid, or does not go with another one."""

    code = "usage"
    exit_code = ExitCode.USAGE


class SettingsError(SeedwrightError):
    """A settings file, an environment variable or a secret cannot be used."""

    code = "settings"
    exit_code = ExitCode.USAGE


class ContentError(SeedwrightError):
    """No torrent can be made of the content."""

    code = "content"
    exit_code = ExitCode.CONTENT


class ContentNotFoundError(ContentError):
    """The content does not exist."""

    code = "content_not_found"


class EmptyContentError(ContentError):
    """There is nothing to hash: no files, or all of them are left out or empty."""

    code = "content_empty"


class ContentNameError(ContentError):
    """The content has a name that a torrent cannot hold."""

    code = "content_name"


class ContentCheckError(ContentError):
    """A content check found a problem, and `strict` is on."""

    code = "content_check"


class HashingTimedOutError(SeedwrightError):
    """The time limit passed while the embedded engine hashed."""

    code = "hashing_timed_out"


class OutputError(SeedwrightError):
    """The ``.torrent`` cannot be written to its place."""

    code = "output"


class OutputExistsError(OutputError):
    """A file of that name already exists."""

    code = "output_exists"


class MetainfoError(SeedwrightError):
    """Bytes are not a torrent, or not the requested one."""

    code = "metainfo"


class ClientError(SeedwrightError):
    """One qBittorrent failed or refused; ``client`` is its name."""

    code = "client"

    def __init__(self, message: str, *, client: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.client = client

    def as_dict(self) -> dict[str, str]:
        """The failure as a JSON object."""
        return {**super().as_dict(), "client": self.client}


class ClientConnectionError(ClientError):
    """The client cannot be reached."""

    code = "connection"
    exit_code = ExitCode.CONNECTION


class UnreachableError(ClientConnectionError):
    """Nothing answers: unknown host name, closed port or broken connection."""

    code = "unreachable"


class ConnectionTimedOutError(ClientConnectionError):
    """The host does not accept the connection in time, or does not answer the request."""

    code = "timed_out"


class CertificateError(ClientConnectionError):
    """The certificate is not trusted, or only one side uses TLS."""

    code = "certificate"


class NotQBittorrentError(ClientConnectionError):
    """The program that answers at this address is not qBittorrent."""

    code = "not_qbittorrent"


class SignInError(ClientError):
    """The client does not accept the sign-in."""

    code = "sign_in"
    exit_code = ExitCode.SIGN_IN


class SignInRefusedError(SignInError):
    """User name, password or API key is wrong; it is not tried again until the settings change."""

    code = "sign_in_refused"


class AddressBannedError(SignInError):
    """qBittorrent has banned this address for a while, after too many failed sign-ins."""

    code = "address_banned"


class SignInNeededError(SignInError):
    """The client requires a sign-in, but the settings have none."""

    code = "sign_in_needed"


class CapabilityError(ClientError):
    """This version of qBittorrent cannot do what was requested."""

    code = "too_old"


class RequestRefusedError(ClientError):
    """The client refused a request, and no other error fits."""

    code = "request_refused"


class CreatorError(ClientError):
    """A task of the Torrent Creator did not produce a torrent."""

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
    """The client does not know the task: it never did, or it lost it repeatedly."""

    code = "task_lost"


class TaskTimedOutError(CreatorError):
    """The time limit passed; the task was deleted."""

    code = "task_timed_out"


class TaskCancelledError(CreatorError):
    """The manager was closed while the torrent was being made; everything was undone."""

    code = "task_cancelled"


class PathNotVisibleError(CreatorError):
    """The client does not see the content at the given path."""

    code = "path_not_visible"
    exit_code = ExitCode.CONTENT


class AddingError(ClientError):
    """The torrent was made, but it is not proven to seed."""

    code = "adding"


class TorrentRejectedError(AddingError):
    """The client rejected the torrent."""

    code = "torrent_rejected"


class MissingFilesError(AddingError):
    """The client does not find the torrent's files; the torrent was removed again."""

    code = "missing_files"


class SavePathMismatchError(AddingError):
    """The client would look for the files in another folder than the one they are in."""

    code = "save_path_mismatch"


class ContentDiffersError(AddingError):
    """The client has different bytes from those that were hashed; the torrent was removed again."""

    code = "content_differs"


class AddedOtherwiseError(AddingError):
    """The client has the torrent, but with another category, folder or tag than requested."""

    code = "added_otherwise"


class SameTorrentError(AddingError):
    """Two torrents have the same infohash, so a client can have only one of them."""

    code = "same_torrent"
    exit_code = ExitCode.USAGE


class NotSeedingError(AddingError):
    """The client has the torrent, but it is not seeding."""

    code = "not_seeding"


def outcome(act: Callable[P, T], *given: P.args, **named: P.kwargs) -> T | SeedwrightError:
    """The result of ``act``, or its failure."""
    try:
        return act(*given, **named)
    except SeedwrightError as error:
        return error
