"""The keys of a ``.torrent``, a row each: the one place that a new key is written down.

A row is an attribute of what holds its value, from what is requested (:class:`Asked`) to what is
written and read again (:class:`Said`). Files and pieces are not rows: they are code in ``parse.py``
and ``build.py``.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, TypeVar

from seedwright.metainfo.shapes import (
    MOMENT,
    NODES,
    PRIVACY,
    SALT,
    TEXT,
    TIERS,
    URLS,
    WEB_SEEDS,
    Shape,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Types: TypeAlias = type | tuple[type, ...]
Unsaid = TypeVar("Unsaid")
"""What a text is that is not said: None, or Never where every text has a value."""


class Field(NamedTuple):
    """One row.

    ``name`` is that of the attribute, and of the value in JSON. ``keys`` are those that it is read
    from, with the types of their bencoded values; the first that says something counts, and the
    last is the one that is written. What is ``in_info`` is covered by the infohash. ``label`` stands before
    it where it is shown to people, by ``show`` if that is given; "" for what has no line of its own.
    ``compared`` is what a difference from the request is called, which is the label as a rule.
    ``is_edited`` says that an edit can give it another value.
    """

    keys: Mapping[bytes, Types]
    shape: Shape
    name: str = ""
    in_info: bool = False
    label: str = ""
    show: Callable[[Said[None]], Iterable[str]] | None = None
    compared: str = ""
    is_edited: bool = False

    def write(self, value: Any) -> dict[bytes, Any]:
        """What stands at each of its keys for a value; None where nothing does."""
        return self.shape.write(tuple(self.keys), value)

    def lines(self, said: Said[None], url: Callable[[str], str]) -> Iterable[str]:
        """Its lines for people, URLs as ``url`` shows them."""
        if self.show is not None:
            return self.show(said)
        return self.shape.lines(getattr(said, self.name), url) if self.label else []


def _row(keys: Mapping[bytes, Types], shape: Shape, **columns: Any) -> Any:
    return dataclasses.field(
        default=() if shape.is_many else None,
        repr=not shape.holds_urls,
        metadata={"row": Field(keys=keys, shape=shape, **columns)},
    )


def _made(said: Said[None]) -> list[str]:
    """When and by what it was made."""
    words = list(MOMENT.lines(said.creation_date, str))
    if said.created_by:
        words.append(f"by {said.created_by}")
    return [" ".join(words)] if words else []


@dataclass(frozen=True, kw_only=True, init=False, repr=False, eq=False)
class Editable(Generic[Unsaid]):
    """What can be requested of a torrent, and edited by its value alone.

    ``private`` is BEP 27's flag. ``entropy`` gives another infohash and nothing else; tools write a
    text or a number. None says nothing, and an empty text is not written.
    """

    __slots__ = ()

    private: bool | None = _row(
        {b"private": int}, PRIVACY, in_info=True, compared="torrent", is_edited=True
    )
    source: str | Unsaid = _row(
        {b"source": bytes}, TEXT, in_info=True, label="source", is_edited=True
    )
    publisher: str | Unsaid = _row(
        {b"publisher": bytes}, TEXT, in_info=True, label="publisher", is_edited=True
    )
    comment: str | Unsaid = _row(
        {b"comment.utf-8": bytes, b"comment": bytes}, TEXT, label="comment", is_edited=True
    )
    entropy: str | int | Unsaid = _row(
        {b"entropy": (bytes, int)}, SALT, in_info=True, label="entropy", is_edited=True
    )


@dataclass(frozen=True, kw_only=True, init=False, repr=False, eq=False)
class Asked(Editable[Unsaid]):
    """All that can be requested of a torrent besides its content.

    ``tiers`` are groups of announce URLs, tried in order (BEP 12), ``web_seeds`` BEP 19's,
    ``http_seeds`` BEP 17's, and ``dht_nodes`` hosts and ports (BEP 5).
    """

    __slots__ = ()

    tiers: tuple[tuple[str, ...], ...] = _row(
        {b"announce-list": list, b"announce": bytes}, TIERS, label="tier", compared="announce list"
    )
    web_seeds: tuple[str, ...] = _row(
        {b"url-list": (bytes, list)},
        WEB_SEEDS,
        label="web seed",
        compared="web seed list",
        is_edited=True,
    )
    http_seeds: tuple[str, ...] = _row(
        {b"httpseeds": (bytes, list)}, URLS, label="http seed", compared="HTTP seed list"
    )
    dht_nodes: tuple[tuple[str, int], ...] = _row(
        {b"nodes": list}, NODES, label="node", compared="node list"
    )


@dataclass(frozen=True, kw_only=True, init=False, repr=False, eq=False)
class Said(Asked[Unsaid]):
    """All that a torrent says besides its content, including what only its maker can know.

    ``creation_date`` is in seconds since 1970.
    """

    __slots__ = ()

    created_by: str | Unsaid = _row({b"created by": bytes}, TEXT)
    creation_date: int | None = _row({b"creation date": int}, MOMENT, show=_made, label="created")
    encoding: str | Unsaid = _row({b"encoding": bytes}, TEXT, label="encoding")


def _rows_of(kind: type[Editable[Any]]) -> tuple[Field, ...]:
    """Its rows in their order, and those whose values are several last."""
    rows = [each.metadata["row"]._replace(name=each.name) for each in dataclasses.fields(kind)]
    return tuple(sorted(rows, key=lambda row: row.shape.is_many))


FIELDS = _rows_of(Said)
"""Every row."""

ASKED = _rows_of(Asked)
"""The rows that can be requested."""

EDITED = tuple(row for row in FIELDS if row.is_edited)
"""The rows that an edit can give another value."""

_AT = {
    in_info: {key: row for row in FIELDS if row.in_info == in_info for key in row.keys}
    for in_info in (False, True)
}

LONG = {
    b"file tree": b"d",
    b"files": b"l",
    b"info": b"d",
    b"piece layers": b"d",
    b"pieces": b"0123456789",
}
"""The keys whose values are long, and how these begin; they are left where they are, as slices."""

AROUND_INFO: Mapping[bytes, Types] = {
    **{key: row.keys[key] for key, row in _AT[False].items()},
    b"info": slice,
    b"piece layers": slice,
}
"""The keys that are known in the outermost dictionary, and the types of their values."""

IN_INFO: Mapping[bytes, Types] = {
    **{key: row.keys[key] for key, row in _AT[True].items()},
    b"attr": bytes,
    b"file tree": slice,
    b"files": slice,
    b"length": int,
    b"meta version": int,
    b"name": bytes,
    b"name.utf-8": bytes,
    b"piece length": int,
    b"pieces": slice,
    b"symlink path": list,
}
"""The same of ``info``."""


def said_in(found: Mapping[bytes, Any], *, in_info: bool) -> dict[str, Any]:
    """What one of the two dictionaries says, by the names of the rows; no more than it says."""
    said: dict[str, Any] = {}
    for key, row in _AT[in_info].items():
        if key in found and row.name not in said:
            value = row.shape.read(found[key])
            if value != row.shape.nothing:
                said[row.name] = value
    return said


def values_of(asked: Asked[Any]) -> dict[str, Any]:
    """All that can be requested, by the names of the rows."""
    return {row.name: getattr(asked, row.name) for row in ASKED}
