"""Changing what a ``.torrent`` says, and nothing else in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from bencode2 import bencode

from seedwright.errors import MetainfoError, UsageError
from seedwright.hints import Hint
from seedwright.metainfo.bencode import fields, leaves
from seedwright.metainfo.fields import EDITED, Editable
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.raw import joined, raw_fields
from seedwright.metainfo.shapes import check_text, text
from seedwright.metainfo.torrent_spec import Format, check_name
from seedwright.metainfo.urls import check_once, check_tracker, check_web_seed, mask_url
from seedwright.names import printable

Value: TypeAlias = "str | int | tuple[Value, ...] | None"
"""What a key of a torrent holds: text, a number, or several; None where it is not there."""

_Raw: TypeAlias = dict[bytes, bytes]
_Tiers: TypeAlias = list[list[bytes]]


@dataclass(frozen=True, slots=True)
class Edit(Editable[None]):
    """The changes to make in a torrent; None, False and () change nothing, "" removes a text.

    Trackers change in this order: ``tiers`` replace all trackers; in each pair of
    ``replace_trackers`` the second replaces the first in its tier and position; ``remove_trackers``
    are URLs, or host names that stand for every tracker there; ``add_trackers`` that are missing
    follow the others, each in a tier of its own, and are never removed. ``announce`` becomes the
    first tracker (BEP 12). URLs that ``announce-list`` holds without tiers become a tier each.

    The name, and each row that is ``in_info``, is part of ``info``: a change there changes the
    infohash. A name or comment is UTF-8 and also replaces ``name.utf-8`` or ``comment.utf-8``.

    Raises UsageError for an invalid value. URLs may contain secrets and are not in the repr.
    """

    tiers: tuple[tuple[str, ...], ...] | None = field(default=None, repr=False)
    replace_trackers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    remove_trackers: tuple[str, ...] = field(default=(), repr=False)
    add_trackers: tuple[str, ...] = field(default=(), repr=False)
    web_seeds: tuple[str, ...] | None = field(default=None, repr=False)
    name: str | None = None
    without_date: bool = False
    without_creator: bool = False

    def __post_init__(self) -> None:
        for old, _ in self.replace_trackers:
            check_text(old, "tracker")
        for name, value in self._as_written().items():
            object.__setattr__(self, name, value)
        check_once((url for tier in self.tiers or () for url in tier), "tracker")
        for removed in self.remove_trackers:
            _check_removed(removed)
        for row in EDITED:
            if (value := getattr(self, row.name)) is not None:
                row.shape.check(value, row.name)
        check_name(self.name or "")
        if self.name == "":
            raise UsageError("a torrent needs a name", hint=Hint("give one, or remove {name}"))

    def _as_written(self) -> dict[str, Any]:
        """The new URLs as they are written: their schemes in lower case."""
        written: dict[str, Any] = {
            "replace_trackers": tuple(
                (old, check_tracker(new)) for old, new in self.replace_trackers
            ),
            "add_trackers": tuple(map(check_tracker, self.add_trackers)),
        }
        if self.tiers is not None:
            written["tiers"] = tuple(tuple(map(check_tracker, tier)) for tier in self.tiers)
        if self.web_seeds is not None:
            written["web_seeds"] = tuple(map(check_web_seed, self.web_seeds))
        return written

    @property
    def touches_trackers(self) -> bool:
        """Whether anything is said about trackers."""
        return self.tiers is not None or any(
            (self.replace_trackers, self.remove_trackers, self.add_trackers)
        )

    @property
    def touches_info(self) -> bool:
        """Whether anything is said about what the infohash covers."""
        inside = (getattr(self, row.name) for row in EDITED if row.in_info)
        return any(value is not None for value in (self.name, *inside))


@dataclass(frozen=True, slots=True)
class Change:
    """A key of a torrent whose value changed; values may contain secrets."""

    key: str
    before: Value = field(repr=False)
    after: Value = field(repr=False)


@dataclass(frozen=True, slots=True)
class Edited:
    """The result of an edit: the torrent before and after it, and the keys that changed.

    Without changes ``after`` is ``before``, byte for byte. The new file is ``after.data``.
    """

    before: Metainfo
    after: Metainfo
    changes: tuple[Change, ...]


def apply(data: bytes, edit: Edit) -> Edited:
    """What ``edit`` makes of ``data``, the whole of a ``.torrent`` file.

    Every unchanged value keeps its bytes: all of ``info`` when nothing in it changes, ``piece
    layers`` always, and unknown keys. Changed dictionaries get their keys in BEP 3's order.

    Raises MetainfoError when ``data`` is not a torrent, would not be one after the edit, or does not
    have a tracker to replace.
    """
    before = Metainfo.parse(data)
    old = raw_fields(data)
    new = dict(old)
    changes = []
    if edit.touches_info:
        old_info = raw_fields(old[b"info"])
        new_info = dict(old_info)
        _set(new_info, edit, before, in_info=True)
        if edit.name is not None:
            rename(new_info, edit.name, before)
        changes += _changes(old_info, new_info)
        if changes:
            new[b"info"] = joined(new_info)
    if edit.touches_trackers:
        _edit_trackers(new, edit)
    _set(new, edit, before, in_info=False)
    for is_removed, key in (
        (edit.without_date, b"creation date"),
        (edit.without_creator, b"created by"),
    ):
        if is_removed:
            new.pop(key, None)
    changes += _changes(old, new)
    after = Metainfo.parse(joined(new)) if changes else before
    return Edited(before, after, tuple(changes))


def _set(fields: _Raw, edit: Edit, before: Metainfo, *, in_info: bool) -> None:
    """Give each row of one of the two dictionaries its new value; an empty one is removed."""
    for row in EDITED:
        value = getattr(edit, row.name)
        if row.in_info != in_info or value is None:
            continue
        if row.shape.is_loose and value == getattr(before, row.name):
            continue
        # A torrent that is public has no flag at all.
        for key, new in row.write(None if value is False else value).items():
            _put(fields, key, new)


def rename(info: _Raw, name: str, before: Metainfo) -> None:
    """Give another name to the raw values of ``info``, those of the torrent ``before``."""
    # A v2 torrent of one file has its name in the file tree as well, and clients go by that.
    if before.format is not Format.V1 and b"files" not in info:
        tree = info[b"file tree"]
        paths = [path for path, _ in islice(leaves(tree, 0), 2)]
        if [[text(part) for part in path] for path in paths] == [[before.name]]:
            (leaf,) = raw_fields(tree).values()
            info[b"file tree"] = joined({name.encode(): leaf})
    _put(info, b"name", name)
    _put(info, b"name.utf-8", None)


def _edit_trackers(root: _Raw, edit: Edit) -> None:
    old = _tiers_in(root)
    new = [tier for tier in _edited_tiers(old, edit) if tier]
    trackers = [url for tier in new for url in tier]
    if new != old or any(isinstance(tier, bytes) for tier in _listed_in(root)):
        _put(root, b"announce-list", new if len(trackers) > 1 else None)
    if new != old or not set(_announce_in(root)) <= set(trackers):
        _put(root, b"announce", trackers[0] if trackers else None)


def _tiers_in(root: _Raw) -> _Tiers:
    # A list of URLs instead of tiers means a tier of each.
    listed = [[tier] if isinstance(tier, bytes) else tier for tier in _listed_in(root)]
    tiers = list(map(_urls_in, listed))
    return [tier for tier in tiers if tier] or [tier for tier in [_announce_in(root)] if tier]


def _listed_in(root: _Raw) -> list[Any]:
    listed = _decoded(root.get(b"announce-list", b"le"))
    return listed if isinstance(listed, list) else []


def _announce_in(root: _Raw) -> list[bytes]:
    return _urls_in([_decoded(root.get(b"announce", b"le"))])


def _urls_in(tier: object) -> list[bytes]:
    urls = [url.strip() for url in tier if isinstance(url, bytes)] if isinstance(tier, list) else []
    return [url for url in urls if url]


def _edited_tiers(tiers: _Tiers, edit: Edit) -> _Tiers:
    if edit.tiers is not None:
        tiers = [[url.encode() for url in tier] for tier in edit.tiers]
    for old, new in edit.replace_trackers:
        tiers = _replaced(tiers, old, new)
    added = [url.encode() for url in edit.add_trackers]
    for removed in edit.remove_trackers:
        tiers = [
            [url for url in tier if url in added or not _is_meant(removed, url)] for tier in tiers
        ]
    for url in added:
        if not any(url in tier for tier in tiers):
            tiers = [*tiers, [url]]
    return tiers


def _replaced(tiers: _Tiers, old: str, new: str) -> _Tiers:
    there = [url for tier in tiers for url in tier]
    if old.encode() not in there:
        raise MetainfoError(
            f"the torrent has no tracker '{mask_url(old)}'",
            hint=f"its trackers are {', '.join(mask_url(text(url)) for url in there)}"
            if there
            else Hint("add one with `{seedwright.edit[add_tracker]}`"),
        )
    place = [] if old != new and new.encode() in there else [new.encode()]
    return [
        [each for url in tier for each in (place if url == old.encode() else [url])]
        for tier in tiers
    ]


def _is_meant(removed: str, url: bytes) -> bool:
    """Whether ``removed`` is ``url``, or the name of its host."""
    if "://" in removed:
        return removed.encode() == url
    try:
        return urlsplit(text(url)).hostname == removed.lower().strip("[]")
    except ValueError:
        return False


def _check_removed(removed: str) -> None:
    is_host = removed and not any(char in "/?#@" or char.isspace() for char in removed)
    if "://" not in removed and not is_host:
        raise UsageError(
            f"'{mask_url(removed)}' is neither a tracker URL nor a host name",
            hint="give the whole URL, or only the host name",
        )
    check_text(removed, "tracker")


def _put(fields: _Raw, key: bytes, value: object) -> None:
    """Set a value, or remove it when it is None."""
    if value is None:
        fields.pop(key, None)
    else:
        fields[key] = bencode(value)


def _changes(old: _Raw, new: _Raw) -> list[Change]:
    """The keys whose bytes differ, except those that contain others: each change is listed once."""
    return [
        Change(printable(key.decode()), _value(old.get(key)), _value(new.get(key)))
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key) and key not in (b"info", b"file tree")
    ]


def _value(raw: bytes | None) -> Value:
    return None if raw is None else _plain(_decoded(raw))


def _decoded(raw: bytes) -> Any:
    return fields(b"d1:v%be" % raw)[b"v"]


def _plain(value: Any) -> Value:
    if isinstance(value, bytes):
        return text(value)
    if isinstance(value, list):
        return tuple(map(_plain, value))
    return value if isinstance(value, int) else str(value)
