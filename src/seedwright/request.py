"""What can be asked about one torrent: each option declared once, and how words go over each other.

From the fields of :class:`Request` come the options of the command line, the keys of presets and
batch files with their JSON schema, the tables of the docs, and what only one engine can honour.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self

from seedwright.errors import UsageError
from seedwright.names import printable
from seedwright.options import (
    CHECKS,
    COUNT,
    GLOBS,
    NAME,
    NODES,
    PADDING_LIMIT,
    PATH,
    PIECE_LENGTH,
    PIECE_LENGTH_OR_AUTO,
    RULES,
    SECONDS,
    SIZE,
    SWITCH,
    TAGS,
    TEXT,
    TIERS,
    TIME,
    URLS,
    Option,
    Spelling,
    Where,
    choice,
    option,
)

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping

    from seedwright.trackers.rules import TrackerRule

VERSION = 1
"""The version of a request's JSON."""

RIVALS = (frozenset({"piece_length", "piece_count"}),)
"""Options of which a stronger word puts all weaker ones of its group out of force."""

_FROM_ELSEWHERE = {
    "announce": "trackers",
    "announce_list": "trackers",
    "categories": "category",
    "http_seed": "http_seeds",
    "ignore": "exclude",
    "is_private": "private",
    "no_date": "with_date",
    "out": "output",
    "output_dir": "output",
    "piece_exp": "piece_length",
    "start_seeding": "seed",
    "tracker": "trackers",
    "url_list": "web_seeds",
    "url_seeds": "web_seeds",
    "urlSeeds": "web_seeds",
    "webseeds": "web_seeds",
}
"""Names that people bring from other tools, and ours."""


@dataclass(frozen=True)
class Request:
    """All that is asked about one torrent; None says nothing, and leaves it to weaker words.

    ``Request(path, seed=True, tags=["mine"])`` takes plain values, and raises
    :class:`~seedwright.errors.UsageError` for an option that is none, with the nearest that is, and
    for a value that cannot be one. Lengths and sizes are in bytes, or texts such as "4MiB".
    """

    path: str = ""
    preset: str | None = option(
        TEXT,
        "Preset for the options that are not given here.",
        part="preset",
        where=Where.JOBS,
        flags="-P --preset",
        metavar="NAME",
    )
    presets: str | None = option(
        PATH,
        "Presets file to use.",
        part="preset",
        where=Where.JOBS,
        flags="--presets",
        metavar="FILE",
    )
    output: str | None = option(
        PATH,
        "Write the .torrent to this file, or to NAME.torrent in this folder.",
        part="output",
        where=Where.JOBS,
        flags="-o --output",
        metavar="FILE|DIR",
        default_note="here",
        examples=("torrents/",),
    )
    trackers: tuple[tuple[str, ...], ...] | None = option(
        TIERS,
        "Tracker, in a tier of its own.",
        part="torrent",
        flags="-t --tracker",
        also=(
            Spelling("--tier", "Tier of several trackers, placed after those of -t.", "URL,URL"),
            Spelling("--no-trackers", "Use no trackers, whatever the settings say."),
        ),
        setting="client.trackers",
        default=(),
        examples=(["https://tracker.example/${PASSKEY}/announce"],),
    )
    private: bool | None = option(
        SWITCH,
        "Set the private flag (BEP 27): peers come from the torrent's trackers only.",
        part="torrent",
        flags="--private/--public",
        setting="torrent_creation.private",
    )
    like: str | None = option(
        choice("seedwright", "mkbrr"),
        "Produce the infohash that this tool would produce from the same options.",
        part="torrent",
        flags="--like",
        default="seedwright",
        everywhere=False,
    )
    format: str | None = option(
        choice("v1", "v2", "hybrid"),
        "Kind of torrent (BEP 3, BEP 52).",
        part="torrent",
        flags="--format",
        setting="torrent_creation.format",
    )
    piece_length: int | str | None = option(
        PIECE_LENGTH_OR_AUTO,
        "Piece length: auto, or a power of two from 16KiB to 128MiB.",
        part="torrent",
        flags="--piece-length --piece-size",
        aliases=("piece_size",),
        setting="torrent_creation.piece_size",
        default="auto",
        examples=("4MiB",),
    )
    piece_count: int | None = option(
        COUNT,
        "Choose the piece length that gives about this many pieces.",
        part="torrent",
        flags="--piece-count",
        everywhere=False,
    )
    max_piece_length: int | None = option(
        PIECE_LENGTH,
        "Upper limit for an automatically chosen piece length.",
        part="torrent",
        flags="--max-piece-length --max-piece-size",
        aliases=("max_piece_size",),
        everywhere=False,
        examples=("8MiB",),
    )
    max_torrent_size: int | None = option(
        SIZE,
        "Raise the piece length until the .torrent is no larger than this.",
        part="torrent",
        flags="--max-torrent-size",
        everywhere=False,
        examples=("1MiB",),
    )
    tracker_rules: bool | None = option(
        SWITCH,
        "Let the rules of the trackers choose the piece length and the source.",
        part="torrent",
        flags="--tracker-rules/--no-tracker-rules",
        setting="torrent_creation.use_tracker_rules",
    )
    source: str | None = option(
        TEXT,
        "Source tag; it changes the infohash.",
        part="torrent",
        flags="--source",
        setting="torrent_creation.source",
        examples=("EXAMPLE",),
    )
    publisher: str | None = option(
        TEXT,
        "Publisher named in the torrent; it changes the infohash.",
        part="torrent",
        flags="--publisher",
        default="",
        everywhere=False,
        examples=("Example Archive",),
    )
    comment: str | None = option(
        TEXT,
        "Comment in the torrent.",
        part="torrent",
        flags="--comment",
        setting="torrent_creation.comment",
        default="",
        examples=("made by me",),
    )
    name: str | None = option(
        NAME,
        "Name of the torrent, in place of the content's own.",
        part="torrent",
        where=Where.JOB,
        flags="--name",
        default="",
        everywhere=False,
    )
    entropy: str | None = option(
        TEXT,
        "Text in the torrent that gives it another infohash.",
        part="torrent",
        flags="--entropy",
        default="",
        everywhere=False,
    )
    with_date: bool | None = option(
        SWITCH,
        "Write the creation date.",
        part="torrent",
        flags="--date/--no-date",
        default=True,
        everywhere=False,
    )
    with_creator: bool | None = option(
        SWITCH,
        "Write which program made the torrent.",
        part="torrent",
        flags="--creator/--no-creator",
        default=True,
        everywhere=False,
    )
    web_seeds: tuple[str, ...] | None = option(
        URLS,
        "Web seed (BEP 19).",
        part="torrent",
        flags="--web-seed",
        default=(),
        examples=(["https://files.example/"],),
    )
    http_seeds: tuple[str, ...] | None = option(
        URLS,
        "HTTP seed of the older kind (BEP 17).",
        part="torrent",
        flags="--http-seed",
        default=(),
        everywhere=False,
    )
    dht_nodes: tuple[tuple[str, int], ...] | None = option(
        NODES,
        "DHT node to start from (BEP 5).",
        part="torrent",
        flags="--node",
        default=(),
        everywhere=False,
        examples=(["router.example:6881"],),
    )
    include: tuple[str, ...] | None = option(
        GLOBS,
        "Include only files that match.",
        part="torrent",
        flags="--include",
        default=(),
        everywhere=False,
        examples=(["*.mkv"],),
    )
    exclude: tuple[str, ...] | None = option(
        GLOBS,
        "Leave out files that match, unless --include names them.",
        part="torrent",
        flags="--exclude",
        default=(),
        everywhere=False,
        examples=(["*.nfo"],),
    )
    ignore_dotfiles: bool | None = option(
        SWITCH,
        "Leave out files whose names begin with a dot.",
        part="torrent",
        flags="--ignore-dotfiles/--include-dotfiles",
        setting="torrent_creation.ignore_dotfiles",
        default_note="leave out",
    )
    client: str | None = option(
        TEXT,
        "Which qBittorrent of the settings to use.",
        part="torrent",
        flags="--client",
        metavar="NAME",
        examples=("seedbox",),
    )
    engine: str | None = option(
        choice("auto", "local", "qbittorrent"),
        "What hashes: local, qbittorrent, or auto for the one nearest to the content.",
        part="making",
        flags="--engine",
        setting="torrent_creation.engine",
        default="auto",
    )
    reuse: bool | None = option(
        SWITCH,
        "Keep hashes, and reuse kept ones of content that has not changed.",
        part="making",
        flags="--reuse/--no-reuse",
        setting="torrent_creation.reuse_hashes",
        default=False,
        default_note="not",
        everywhere=False,
    )
    from_torrent: str | None = option(
        PATH,
        "Take the hashes from this .torrent of the same content, after a check of samples.",
        part="making",
        where=Where.JOB,
        flags="--from",
        metavar="FILE",
        everywhere=False,
    )
    content_checks: bool | None = option(
        SWITCH,
        "Look for gaps and leftovers in the content.",
        part="making",
        flags="--content-checks/--no-content-checks",
        setting="torrent_creation.content_checks",
        default_note="look",
    )
    strict: bool | None = option(
        SWITCH,
        "Fail where a content check finds anything, instead of warning.",
        part="making",
        flags="--strict/--no-strict",
        setting="torrent_creation.strict",
    )
    allow: tuple[str, ...] | None = option(
        CHECKS,
        "Content check to skip.",
        part="making",
        flags="--allow",
        setting="torrent_creation.allow",
        default=(),
        examples=(["sample"],),
    )
    seed: bool | None = option(
        SWITCH,
        "Add the torrent to qBittorrent and prove that it seeds.",
        part="making",
        flags="--seed/--no-seed",
        setting=("torrent_creation.start_seeding", "client.auto_add_after_creation"),
    )
    category: str | None = option(
        TEXT,
        "Category of the added torrent.",
        part="seeding",
        flags="--category",
        metavar="NAME",
        setting="client.category",
        default="",
        examples=("films",),
    )
    create_category: bool | None = option(
        SWITCH,
        "Create the category if qBittorrent does not have it.",
        part="seeding",
        flags="--create-category/--no-create-category",
        setting="client.create_category",
    )
    tags: tuple[str, ...] | None = option(
        TAGS,
        "Tag of the added torrent.",
        part="seeding",
        flags="--tag",
        setting="client.tags",
        default=(),
        examples=(["mine"],),
    )
    save_path: str | None = option(
        TEXT,
        "Folder that holds the content, here or as qBittorrent sees it.",
        part="seeding",
        flags="--save-path",
        metavar="PATH",
        setting="client.save_path",
        default="",
        default_note="its own",
    )
    auto_management: bool | None = option(
        SWITCH,
        "Let the category decide the folder.",
        part="seeding",
        flags="--auto-management/--no-auto-management",
        setting="client.auto_torrent_management",
    )
    proof: str | None = option(
        choice("auto", "listed", "sampled", "rechecked"),
        "How seeding is proven: by qBittorrent's word, by some pieces asked of it, by a full check,"
        " or auto for the quickest that is sure.",
        part="seeding",
        flags="--proof",
        setting="client.proof",
        default="auto",
    )
    share_limits: str | None = option(
        choice("auto", "client", "none"),
        "Keep qBittorrent's share limits, or set none; auto sets none where they would delete"
        " content.",
        part="seeding",
        flags="--share-limits",
        setting="client.share_limits",
        default="auto",
    )
    merge_same: bool | None = option(
        SWITCH,
        "Make one torrent, with the trackers of all, of presets and jobs with one infohash.",
        part="seeding",
        flags="--merge-same/--no-merge-same",
        default=False,
    )
    timeout: float | None = option(
        SECONDS,
        "Time limit for one torrent, waiting included.",
        part="making",
        flags="--timeout",
        setting="torrent_creation.timeout",
    )
    force: bool | None = option(
        SWITCH,
        "Replace an existing .torrent.",
        part="output",
        where=Where.JOBS,
        flags="--force",
        default=False,
    )
    skip_done: bool | None = option(
        SWITCH,
        "Skip content whose .torrent already exists and matches the request.",
        part="output",
        where=Where.CALL,
        flags="--skip-done/--redo",
        default=False,
        default_note="with --each and --batch",
    )
    label: str | None = option(
        TEXT,
        "What tells the torrent apart from others of the same content.",
        part="output",
        where=Where.CALL,
        default="",
    )
    several: bool | None = option(
        SWITCH,
        "The torrent is one of several, so the output must be a folder.",
        part="output",
        where=Where.CALL,
        default=False,
    )

    optimize_alignment: bool | None = option(
        SWITCH,
        "Align files to pieces with padding (qBittorrent with libtorrent 1.x only).",
        part="torrent",
        where=Where.CALL,
        setting="torrent_creation.optimize_alignment",
    )
    padded_file_size_limit: int | None = option(
        PADDING_LIMIT,
        "Smallest file to align, in bytes; -1 aligns none (libtorrent 1.x only).",
        part="torrent",
        where=Where.CALL,
        setting="torrent_creation.padded_file_size_limit",
    )
    creation_date: int | None = option(
        TIME,
        "Creation date, in seconds since 1970.",
        part="torrent",
        where=Where.CALL,
    )
    rules: tuple[TrackerRule, ...] | None = option(
        RULES,
        "Tracker rules to follow, in place of those that are looked up.",
        part="torrent",
        where=Where.CALL,
    )

    if TYPE_CHECKING:

        def __init__(self, path: str | os.PathLike[str], **given: Any) -> None: ...

    else:

        def __init__(self, path: str | os.PathLike[str], **given: Any) -> None:
            said = checked(given)
            object.__setattr__(self, "path", PATH.value(path, "path"))
            for name in OPTIONS:
                object.__setattr__(self, name, said.get(name))

    def said(self) -> dict[str, Any]:
        """Every option that says anything, by name."""
        return {name: value for name in OPTIONS if (value := getattr(self, name)) is not None}

    def over(self, *weaker: Mapping[str, Any]) -> Self:
        """The request, with the words of ``weaker`` layers, strongest first, where it says nothing."""
        return self.of_values(self.path, layered(self.said(), *weaker))

    def but(self, **changed: Any) -> Self:
        """The request with other values for some options; None takes a word back."""
        return self.of_values(self.path, {**self.said(), **checked(changed, keeps_none=True)})

    def to_json(self) -> str:
        """The request as JSON, secrets and all; :meth:`from_json` reads it."""
        plain = {name: OPTIONS[name].kind.plain(value) for name, value in self.said().items()}
        return json.dumps({"version": VERSION, "path": self.path, **plain})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The request that :meth:`to_json` wrote. Raises UsageError."""
        try:
            document = json.loads(text)
            version, path = document.pop("version"), document.pop("path")
        except (ValueError, AttributeError, KeyError, TypeError):
            raise UsageError("this is not the JSON of a request") from None
        if version != VERSION:
            raise UsageError(
                f"the request has version {version!r} of its JSON, and {VERSION} is known",
                hint="read it with the Seedwright that wrote it",
            )
        return cls(path, **document)

    @classmethod
    def of_values(cls, path: str, said: Mapping[str, Any]) -> Self:
        """A request with values that were checked before, by the names of their options."""
        made = object.__new__(cls)
        vars(made).update(dict.fromkeys(OPTIONS), path=path)
        vars(made).update(said)
        return made


OPTIONS: dict[str, Option] = {
    each.name: Option(each.name, **each.metadata["option"])
    for each in fields(Request)
    if "option" in each.metadata
}
"""Every option of a request by its name, in the order that a help text has them."""

ALIASES = {alias: each.name for each in OPTIONS.values() for alias in each.aliases}
"""Other names of options, and theirs."""


def one_each(presets: Iterable[str], request: Request) -> list[Request]:
    """The request for each of the presets; several of them label their torrents."""
    names = list(dict.fromkeys(presets))
    if len(names) == 1:
        return [request.but(preset=names[0])]
    return [request.but(preset=name, label=name, several=True) for name in names]


def checked(
    given: Mapping[str, Any], *, text: bool = False, keeps_none: bool = False
) -> dict[str, Any]:
    """The values of options by their right names; what is None says nothing.

    ``text`` says that texts are read as a command line has them, and options called by their flags.
    Raises UsageError.
    """
    said: dict[str, Any] = {}
    for written, value in given.items():
        name = ALIASES.get(written, written)
        if name not in OPTIONS:
            raise _unknown(written)
        if value is None and not keeps_none:
            continue
        if name in said:
            raise UsageError(f"{name} and {written} are the same option", hint="give one of them")
        shown = OPTIONS[name].flag if text else written
        said[name] = None if value is None else OPTIONS[name].kind.value(value, shown, text=text)
    return said


def layered(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """What comes of layers of words, the strongest first; None says nothing.

    A word puts weaker ones of its RIVALS out of force, too.
    """
    merged: dict[str, Any] = {}
    for layer in layers:
        beaten = beaten_by(merged)
        said = {name: value for name, value in layer.items() if value is not None}
        merged |= {k: v for k, v in said.items() if k not in merged and k not in beaten}
    return merged


def beaten_by(said: Iterable[str]) -> frozenset[str]:
    """The options that are out of force where a stronger word says those in ``said``."""
    given = frozenset(said)
    return frozenset().union(*(rivals for rivals in RIVALS if rivals & given))


def in_use(request: Request) -> Iterator[Option]:
    """The options that ask for something, and not for what is so anyway."""
    return (
        each
        for name, each in OPTIONS.items()
        if (value := getattr(request, name)) is not None and value != each.default
    )


def only_embedded(request: Request) -> tuple[str, ...]:
    """The flags of the options in use that the embedded engine alone can honour."""
    return tuple(sorted(_said_by(each, request) for each in in_use(request) if not each.everywhere))


def _said_by(each: Option, request: Request) -> str:
    """The flag that says what the request says."""
    on, _, off = each.spelling.flags.partition("/") if each.spelling else (each.name, "", "")
    is_off = off and getattr(request, each.name) is False
    return off if is_off else next(flag for flag in on.split() if flag.startswith("--"))


def _unknown(written: str) -> UsageError:
    from difflib import get_close_matches

    near = _FROM_ELSEWHERE.get(written) or next(iter(get_close_matches(written, OPTIONS, 1)), "")
    hint = f"did you mean '{near}'?" if near else f"the options are {', '.join(OPTIONS)}"
    if written == "output_dir":
        hint += " A folder ends with /"
    return UsageError(f"'{printable(str(written))}' is not an option", hint=hint)
