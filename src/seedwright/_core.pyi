"""The hashing core, written in Rust."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from os import PathLike
from typing import Any, Literal, TypeAlias, final

FileRow: TypeAlias = tuple[tuple[bytes, ...], int, bytes, tuple[bytes, ...], bytes]
"""What a torrent says of a file: its path, its length in bytes, its attributes and the target of a
symlink (BEP 47), and its pieces root (BEP 52); what it has not is empty."""

SeenFile: TypeAlias = tuple[tuple[str, ...], str, int, int, int, int, int]
"""A file that was seen: its parts, its path, its size in bytes, its mtime (ns), its device, its
inode and its ctime (ns)."""

LanesName: TypeAlias = Literal["avx512", "avx2", "shani", "portable"]

class Cancelled(Exception):  # noqa: N818
    """The caller asked for an end."""

class ReadError(OSError):
    """A file could not be read as promised.

    `errno` is the system's number where the system refused, else None.
    """

    path: str
    offset: int
    """The first byte that cannot be had or cannot be trusted."""
    reason: Literal["vanished", "truncated", "grown", "changed", "permission", "not a file", "io"]

@final
class Entries:
    """Files to hash, as columns; each a FileEntry when it is asked for.

    A file of no bytes and without a path stands for nothing, and is not looked for.
    """

    def __new__(
        cls,
        paths: Sequence[str | bytes | PathLike[str]],
        lengths: Sequence[int],
        pads: Sequence[int],
    ) -> Entries: ...
    @property
    def size(self) -> int:
        """The sum of the lengths, in bytes."""

    def __len__(self) -> int: ...
    def __getitem__(self, number: int) -> FileEntry: ...
    def __iter__(self) -> Iterator[FileEntry]: ...

@final
class FileEntry:
    """A file to hash: its path, its length in bytes, and how many zeros a pad file (BEP 47) puts
    after it in the v1 stream; v2 alone takes no notice of pads.
    """

    def __new__(cls, path: str | bytes | PathLike[str], length: int, pad: int = 0) -> FileEntry: ...
    @property
    def path(self) -> str | bytes | PathLike[str]: ...
    @property
    def length(self) -> int: ...
    @property
    def pad(self) -> int: ...

@final
class Hashes:
    """The hashes of some files, which stand in the order they were given in."""

    @property
    def pieces(self) -> bytes:
        """The SHA-1 of every v1 piece, 20 bytes each; empty without v1."""

    @property
    def roots(self) -> list[bytes]:
        """The root of every file's tree (BEP 52), 32 bytes, or none for an empty file; an empty
        list without v2.
        """

    @property
    def layers(self) -> list[bytes]:
        """The piece layer of every file, 32 bytes a piece, or none for a file not longer than one
        piece; an empty list without v2.
        """

    @property
    def bytes_hashed(self) -> int:
        """The sum of the files' lengths; pads do not count."""

@final
class Infohashes:
    """What a torrent is known by."""

    @property
    def v1(self) -> bytes:
        """The SHA-1 of `info` (BEP 3)."""

    @property
    def v2(self) -> bytes:
        """The SHA-256 of `info` (BEP 52)."""

@final
class Lanes:
    """The hashing paths of this processor."""

    @property
    def available(self) -> list[LanesName]:
        """All of them, the widest first."""

    @property
    def sha1(self) -> LanesName:
        """The one that SHA-1 takes."""

    @property
    def sha256(self) -> LanesName:
        """The one that SHA-256 takes."""

@final
class Listed:
    """The files that a torrent lists, as columns.

    Paths are names with slashes between them. In the place of a file's root that its row has not is
    the one that `roots_of` has for its path. Sizes and lengths are eight bytes each, in the order of
    the machine; a size of -1 is that of a file that is not there, of a pad file or of a folder.
    """

    def __new__(cls, rows: Iterable[FileRow], roots_of: Listed | None = None) -> Listed: ...
    def __len__(self) -> int: ...
    def row(self, number: int) -> tuple[bytes, int, bool, bytes]:
        """Path, length, whether it is a pad file, and root; IndexError when there is no such file."""

    def links(self) -> list[tuple[int, tuple[bytes, ...]]]:
        """The symlinks (BEP 47): their numbers and targets."""

    def lengths(self) -> bytes:
        """What the torrent says of the files."""

    def sizes(self, folder: PathLike[str]) -> bytes:
        """What the files have in `folder`, links followed; without a path it is the file itself."""

    def are_plain(self, longest_name: int, longest_path: int) -> bool:
        """Whether all paths, pad files apart, are plain: printable ASCII without a backslash, names
        and paths of no more bytes than that, and no two, folders included, that are the same but for
        case.
        """

    def differing(self, sizes: bytes) -> list[int]:
        """The numbers of the files, pad files apart, whose length is another than these sizes."""

    def unlike(self, roots: Sequence[bytes]) -> list[int]:
        """The numbers of the files with bytes, pad files apart, that have another root than these."""

    def entries(self, folder: PathLike[str], sizes: bytes, padded: bool) -> Entries:
        """What there is to hash in `folder`: of each file what is there of its length.

        Where it is `padded`, zeros stand for the rest, and for pad files.
        """

@final
class Look:
    """What tells one state of a file from another; on Windows all but size and mtime are 0."""

    @property
    def size(self) -> int:
        """In bytes."""

    @property
    def mtime_ns(self) -> int: ...
    @property
    def device(self) -> int: ...
    @property
    def inode(self) -> int: ...
    @property
    def ctime_ns(self) -> int: ...

@final
class Rc4:
    """A key stream of RC4, used from its first byte on.

    Raises ValueError for a key that has not 1 to 256 bytes.
    """

    def __new__(cls, key: bytes) -> Rc4: ...
    def crypt(self, data: bytes) -> bytes:
        """`data` with the next bytes of the stream: encrypted, or decrypted, which is the same."""

@final
class Stream:
    """One way to hash files."""

    def __new__(
        cls, piece_lengths: Sequence[int], *, v1: bool, v2: bool, pads: Sequence[int]
    ) -> Stream: ...
    @property
    def piece_lengths(self) -> list[int]:
        """In bytes, the shortest first."""

    @property
    def v1(self) -> bool:
        """Whether v1 hashes are wanted."""

    @property
    def v2(self) -> bool:
        """Whether v2 hashes are wanted."""

    @property
    def pads(self) -> list[int]:
        """How many zeros follow each file in the v1 stream, for pieces of the longest length."""

@final
class Unseen:
    """A file that cannot be looked at."""

    @property
    def errno(self) -> int:
        """The system's number for why, 0 where it has none."""

def changed(files: Sequence[SeenFile]) -> list[tuple[int, Look | Unseen]]:
    """Those of the files that are not as they were seen: their numbers, and what they are now."""

def flush(
    paths: Sequence[str | bytes | PathLike[str]],
    *,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Have the disk take what was written to the files and is in memory only; wait until it has.

    Files that cannot be opened or written are passed over; Windows does nothing. `cancelled` is asked
    several times a second; raises Cancelled when it said so.
    """

def hash_files(
    files: Entries | Sequence[FileEntry],
    piece_length: int,
    *,
    v1: bool,
    v2: bool,
    workers: int = 0,
    reading: Literal["auto", "mapped", "positional"] = "auto",
    may_be_longer: bool = False,
    on_progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Hashes:
    """The v1 hashes (BEP 3), the v2 hashes (BEP 52), or both from one read of every byte.

    `piece_length` is in bytes: for v2 a power of two of at least 16 KiB, for v1 alone any. With
    both, every file that is not empty must begin at a piece, which the pads see to. The v1 stream
    ends with the last file's pad, so that without one the last piece may be short.

    `workers` is the number of threads, 0 for one a processor (16 at most). `reading` is how bytes
    are had: `auto` maps large parts of files on local file systems and reads all else; `mapped` does
    not ask which file system it is. Content that is not in memory yet is read in order first.

    `on_progress` is called from the calling thread with the bytes hashed so far, which only grow,
    at most ten times a second, and once more at the end with all of them. `cancelled` is asked from
    the calling thread twenty times a second. Either may raise to end the call, and so does a signal
    handler; every end comes within 0.2 seconds.

    Every file's length must be the one given (with `may_be_longer` at least that, and the rest is
    left alone), and length, time of change and identity must stay the
    same from its first opening to its last closing, so that hashes are right or not given at all.

    Raises ReadError for a file that cannot be read as promised, Cancelled when `cancelled` said so,
    and ValueError for a layout that cannot be, or a `SEEDWRIGHT_LANES` that names no path.
    """

def hash_streams(
    files: Entries | Sequence[FileEntry],
    streams: Sequence[Stream],
    *,
    workers: int = 0,
    reading: Literal["auto", "mapped", "positional"] = "auto",
    on_progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> list[list[Hashes]]:
    """For every stream the hashes of the files, one for each of its piece lengths.

    Of the pads those of the streams count, and none of the files' own. A stream reads every byte once, whatever its piece lengths: each a multiple of the one before and
    of 16 KiB. With v2 hashes a file's pieces of a shorter length are those that hold bytes of it, so
    that its pad is as short as that length allows; without, a stream of several lengths has no pads.
    Streams go side by side through the files: what one has brought from the disk is in memory for
    the others.

    All else is as in `hash_files`.
    """

def infohashes(data: bytes, start: int = 0, end: int | None = None) -> Infohashes:
    """Both infohashes of `data[start:end]`, the bytes of `info`.

    Raises ValueError when `data` has no such part.
    """

def fields(data: bytes, start: int, later: list[bytes], max_values: int) -> dict[bytes, Any]:
    """The bencoded dictionary at `start`: bytes, integers, lists and dictionaries.

    Of the keys in `later` the values are left where they are, as slices of `data`. Where a key
    stands twice the first counts. Raises ValueError with what is wrong and the offset it is wrong
    at, which may be that more than `max_values` would have to be built, keys counted, or strings of
    more than 32 bytes for each of these.
    """

def info_span(data: bytes, max_depth: int, max_values: int) -> tuple[int, int]:
    """Start and end of the value of `info` in a bencoded dictionary, BEP 3's grammar being checked.

    Lists and dictionaries nest `max_depth` deep at most, and hold `max_values` values at most, keys
    counted. Raises ValueError with what is wrong and the offset it is wrong at.
    """

def items(data: bytes, start: int, max_values: int, *, rows: bool = False) -> Iterator[Any]:
    """The items of the bencoded list at `start`, each built when it is asked for.

    With `rows` a dictionary of a `length`, a `path` and nothing else is a FileRow, unless something
    is wrong with it. Raises ValueError as `fields` does; `max_values` holds for each item.
    """

def lanes() -> Lanes:
    """The hashing paths of this processor, and the one that each hash takes.

    The fastest is measured once, in a few milliseconds; the environment variable `SEEDWRIGHT_LANES`
    names another. Raises ValueError when it names none of those available.
    """

def leaves(data: bytes, start: int, max_values: int, *, rows: bool = False) -> Iterator[Any]:
    """The files of the file tree (BEP 52) at `start` in their order, each built when it is asked for.

    A file is the names that lead to it, and what its own dictionary is said to be. With `rows` one
    that has a length, the root that it needs and nothing else is a FileRow. Raises ValueError as
    `fields` does; `max_values` holds for each file.
    """

def network_types() -> list[str]:
    """The file systems whose disk is in another machine, as Linux calls them in `mountinfo`; those of
    FUSE that have a name of their own (`fuse.sshfs`) are not among them.
    """

def plain_folder(
    path: str, parts: tuple[str, ...]
) -> tuple[list[SeenFile], list[tuple[str, tuple[str, ...], int, int]]] | None:
    """The files and the folders in the folder at `path`, which `parts` lead to, without the content
    of these; of each folder its path, its parts, its device and its inode. Both are in the order of
    their names.

    None where an entry is a link or neither of both, cannot be looked at, or has a name that is not
    plain: of printable ASCII, less than 60 bytes, without a backslash. On Windows it is always None.
    """

def sha1_many(path: str, messages: list[bytes]) -> list[bytes]:
    """The SHA-1 of every message, through the named path; ValueError when there is none."""

def sha256_many(path: str, messages: list[bytes]) -> list[bytes]:
    """The SHA-256 of every message, through the named path; ValueError when there is none."""

def statuses(paths: Sequence[str | bytes | PathLike[str]]) -> list[Look | Unseen]:
    """A look at each file, links followed."""

def version() -> str:
    """The version of the core, which is the version of the package."""
