"""What trackers and clients would trip over in a torrent, each by a name of its own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from seedwright.content.checks import findings
from seedwright.lint import pitfalls as checks
from seedwright.lint import spelling as lint_names
from seedwright.metainfo.wrong_paths import PATH_PROBLEMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from seedwright.lint.spelling import Paths
    from seedwright.lint.subject import Subject


class Severity(StrEnum):
    """ERROR: it is refused or cannot work. WARNING: it works, but not everywhere or not well."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to trip over: its name, how bad it is, what it is about, and what to do."""

    name: str
    severity: Severity
    text: str
    hint: str


class Hint(NamedTuple):
    """What to do about a torrent that is made, and about one that is planned.

    The latter is empty for what is not found there.
    """

    made: str
    planned: str = ""


class Lint(NamedTuple):
    """Something to look for; ``find`` gives what it is found at, "" where there is nothing to add."""

    severity: Severity
    meaning: str
    hint: Hint
    find: Callable[[Subject], Iterable[str]]


def lint(subject: Subject, *, allowed: Iterable[str] = ()) -> list[Finding]:
    """What is found in the torrent, in the order of LINTS, but for the names in ``allowed``.

    URLs are shown without their secrets. Raises UsageError for a name in ``allowed`` that is none.
    """
    silenced = check_allowed(allowed)
    found = (
        (name, each, list(dict.fromkeys(each.find(subject))))
        for name, each in LINTS.items()
        if name not in silenced
    )
    return [
        Finding(
            name,
            each.severity,
            each.meaning + findings.places(places),
            each.hint.made if subject.is_made else each.hint.planned,
        )
        for name, each, places in found
        if places
    ]


def check_allowed(names: Iterable[str]) -> frozenset[str]:
    """The names themselves; UsageError when one of them is none of LINTS."""
    return findings.check_allowed(names, LINTS, hint="`seedwright lint --list` prints all of them")


def _names(test: Callable[[Paths], Iterable[str]]) -> Callable[[Subject], Iterable[str]]:
    return lambda subject: test(subject.paths)


def _path_problem(problem: str, severity: Severity, hint: Hint) -> Lint:
    find = _names(partial(lint_names.with_problem, problem=problem))
    return Lint(severity, f"a path that {PATH_PROBLEMS[problem]}", hint, find)


_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_AGAIN = Hint("make the torrent again")
_ADD = Hint("add one with --add-tracker of seedwright edit", "add one with --tracker")
_RENAME = Hint("rename it and make the torrent again", "rename it")
_LONGER = Hint(
    "make the torrent again with longer pieces", "take longer pieces with --piece-length"
)
_SHORTER = Hint(
    "make the torrent again with shorter pieces", "take shorter pieces with --piece-length"
)

LINTS = {
    "private-without-tracker": Lint(
        _ERROR,
        "it is private and names no tracker, so that no peer can be found",
        _ADD,
        checks.private_without_tracker,
    ),
    "no-tracker": Lint(
        _WARNING,
        "it names no tracker, so that peers are found by the DHT alone",
        _ADD,
        checks.no_tracker,
    ),
    "tracker-url": Lint(
        _ERROR,
        "a tracker that cannot be announced to",
        Hint("mend it with --replace-tracker of seedwright edit"),
        checks.bad_trackers,
    ),
    "duplicate-tracker": Lint(
        _WARNING,
        "a tracker that is there twice",
        Hint("give the trackers anew with --tracker of seedwright edit"),
        checks.duplicate_trackers,
    ),
    "mixed-tiers": Lint(
        _WARNING,
        "a tier whose trackers speak different protocols",
        Hint(
            "give each protocol a tier of its own with --tier of seedwright edit",
            "give each protocol a tier of its own with --tier",
        ),
        checks.mixed_tiers,
    ),
    "announce-apart": Lint(
        _WARNING,
        "an announce that is not in announce-list, which most clients never ask",
        Hint("add it with --add-tracker of seedwright edit, or give the trackers anew"),
        checks.announce_apart,
    ),
    "public-passkey": Lint(
        _WARNING,
        "it is public, and a tracker has what looks like a passkey in its URL",
        Hint("make it private, which gives it another infohash", "make it private with --private"),
        checks.public_passkeys,
    ),
    "web-seed-url": Lint(
        _ERROR,
        "a web seed that cannot be fetched from",
        Hint("give the web seeds anew with --web-seed of seedwright edit"),
        checks.bad_web_seeds,
    ),
    "piece-length-odd": Lint(
        _WARNING,
        "a piece length that is not a power of two from 16 KiB to 128 MiB",
        Hint("make the torrent again with another one"),
        checks.odd_piece_length,
    ),
    "many-pieces": Lint(
        _WARNING, "more pieces than are good for a swarm", _LONGER, checks.many_pieces
    ),
    "few-pieces": Lint(
        _WARNING, "few and long pieces, slow to spread", _SHORTER, checks.few_pieces
    ),
    "large-torrent": Lint(
        _WARNING,
        f"a .torrent of more than {checks.LARGEST_TORRENT:,} bytes, which not every client loads",
        Hint(
            "make the torrent again with longer pieces, or make several",
            "take longer pieces with --piece-length, or make several",
        ),
        checks.large_torrent,
    ),
    "uneven-hybrid": Lint(
        _ERROR,
        "a hybrid in which a file does not begin with a piece",
        _AGAIN,
        checks.uneven_hybrid,
    ),
    "wrong-type": Lint(
        _WARNING,
        "a key whose value is of the wrong type and counts as none",
        Hint("make the torrent again with another tool"),
        checks.ignored_keys,
    ),
    "leads-out": _path_problem(
        "leads-out", _ERROR, Hint("do not trust whoever made it", "rename it")
    ),
    "empty-name": _path_problem("empty-name", _ERROR, _AGAIN),
    "long-name": _path_problem("long-name", _ERROR, _RENAME),
    "not-utf8": _path_problem("not-utf8", _ERROR, _RENAME),
    "windows-name": _path_problem("windows-name", _WARNING, _RENAME),
    "long-path": Lint(
        _WARNING,
        f"a path of more than {lint_names.LONGEST_PATH} characters, too long for many a Windows",
        Hint("shorten the names and make the torrent again", "shorten the names"),
        _names(lint_names.long_paths),
    ),
    "respelled-name": Lint(
        _WARNING,
        "a name that clients made with libtorrent look for under another one",
        _RENAME,
        _names(lint_names.respelled),
    ),
    "renamed-file": Lint(
        _WARNING,
        "a path that equals another one but for case, which clients made with libtorrent rename",
        _RENAME,
        _names(lint_names.renamed),
    ),
    "same-name": Lint(
        _WARNING,
        "a path that another one equals where case and accents do not count",
        _RENAME,
        _names(lint_names.colliding),
    ),
    "wrong-source": Lint(
        _ERROR,
        "a source that is not what the tracker expects",
        Hint("set it with --source of seedwright edit", "set it with --source, or leave that out"),
        checks.wrong_source,
    ),
    "long-pieces": Lint(
        _ERROR, "pieces longer than the tracker allows", _SHORTER, checks.long_pieces
    ),
    "large-for-tracker": Lint(
        _ERROR, "a .torrent larger than the tracker allows", _LONGER, checks.large_for_tracker
    ),
}
"""Everything that is looked for, by the name that ``--allow`` takes."""
