"""The rules of trackers: by announce host a source, piece lengths by content size, and bounds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

BUILT_IN = Path(__file__).with_name("rules.toml")
"""The file of the rules that come with Seedwright."""


class PieceStep(NamedTuple):
    """The piece length, in bytes, of content of up to ``up_to`` bytes; None stands for any size."""

    up_to: int | None
    length: int


@dataclass(frozen=True, slots=True)
class TrackerRule:
    """What one tracker requires of a torrent; empty or None where it requires nothing.

    ``hosts`` are those of its announce URLs, and stand for their subdomains too. ``source`` is the
    tag in ``info``. ``piece_lengths`` are in ascending order, the last for any size.
    ``max_piece_length`` and ``max_torrent_size`` (the ``.torrent`` itself) are in bytes.
    """

    name: str
    hosts: tuple[str, ...]
    source: str = ""
    piece_lengths: tuple[PieceStep, ...] = ()
    max_piece_length: int | None = None
    max_torrent_size: int | None = None

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> TrackerRule:
        """The rule that :meth:`as_dict` gave. Raises ValueError."""
        try:
            steps = tuple(PieceStep(*step) for step in plain["piece_lengths"])
            rule = cls(**{**plain, "hosts": tuple(plain["hosts"]), "piece_lengths": steps})
        except (KeyError, TypeError):
            raise ValueError from None
        texts = (rule.name, rule.source, *rule.hosts)
        sizes = (rule.max_piece_length, rule.max_torrent_size, *(step.up_to for step in steps))
        lengths = (step.length for step in steps)
        if not (
            all(isinstance(text, str) for text in texts)
            and all(size is None or type(size) is int for size in sizes)
            and all(type(length) is int for length in lengths)
        ):
            raise ValueError
        return rule

    def as_dict(self) -> dict[str, Any]:
        """The rule as plain values, which JSON has too."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return {
            **plain,
            "hosts": list(self.hosts),
            "piece_lengths": list(map(list, self.piece_lengths)),
        }

    def matches(self, url: str) -> bool:
        """Whether the announce URL is one of this tracker's."""
        host = f".{urlsplit(url).hostname or ''}".rstrip(".")
        return any(host.endswith(f".{own}") for own in self.hosts)

    def step_for(self, size: int) -> PieceStep | None:
        """The row of ``piece_lengths`` for content of ``size`` bytes; None where there are none."""
        steps = self.piece_lengths
        return next((row for row in steps if row.up_to is None or size <= row.up_to), None)


def rules_for(urls: Iterable[str], extra: Sequence[TrackerRule] = ()) -> tuple[TrackerRule, ...]:
    """The rules of the trackers with these announce URLs, in the order of the URLs, each once.

    For each tracker the first rule that matches counts, of ``extra`` before those built in, and
    no other is added to it. Most trackers have none.
    """
    known = (*extra, *built_in_rules())
    found = (next((rule for rule in known if rule.matches(url)), None) for url in urls)
    return tuple(dict.fromkeys(rule for rule in found if rule is not None))


@cache
def built_in_rules() -> tuple[TrackerRule, ...]:
    """The rules that come with Seedwright."""
    from seedwright.trackers.rules_file import read_rules  # only torrents with trackers pay for it

    return read_rules(BUILT_IN)
