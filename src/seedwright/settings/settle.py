"""From entries to settings: variables put in, files read, paths made absolute, all of it checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from seedwright.settings.checking import check
from seedwright.settings.group import Group
from seedwright.settings.places import absolute, is_there
from seedwright.settings.problems import BadValueError, Loc, Place, Problem, bad_value
from seedwright.settings.shape import FILE_SUFFIX, type_at
from seedwright.settings.values import NO_TEXT, is_text, switch
from seedwright.settings.variables import expand
from seedwright.settings.written import Block, Entries, Entry

if TYPE_CHECKING:
    from collections.abc import Mapping

_PATHS = (Path, bool | Path)

G = TypeVar("G", bound=Group)


def settle(
    root: type[G], entries: Entries, variables: Mapping[str, str], problems: list[Problem]
) -> G | None:
    """The settings that ``entries`` give; None, and more in ``problems``, when they give none."""
    tree = Block(Place())
    for loc, entry in sorted(entries.items(), key=lambda one: len(one[0])):
        try:
            tree.put_at(loc, _value(root, loc, entry, variables), entry.here)
        except BadValueError as error:
            written = (*loc[:-1], f"{loc[-1]}{FILE_SUFFIX}") if entry.in_file else loc
            told = bad_value((*written, *error.at), error, entry.value)
            problems.append(Problem(entry.place(error.at), *told))
    # What a group misses may be what is misspelt.
    return check(root, tree, problems, together=not problems)


def _value(root: type[Group], loc: Loc, entry: Entry, variables: Mapping[str, str]) -> object:
    """The value that ``entry`` stands for."""
    value = expand(entry.value, variables) if entry.expands else entry.value
    if isinstance(value, str) and not is_text(value):
        raise BadValueError(NO_TEXT)
    if entry.in_file and not isinstance(value, str | Path):
        raise BadValueError("must be a path")
    kind = Path if entry.in_file else type_at(root, loc)
    if kind is bool and isinstance(value, str):
        return value.strip()  # as with numbers, spaces around do not count
    if kind not in _PATHS or not isinstance(value, str | Path) or value == "":
        return value
    path = absolute(Path(value), entry.folder)
    if entry.in_file:
        return _read_secret(path)
    if kind is Path:
        return path
    if isinstance(switch(value), bool):
        return value
    if not is_there(path):
        raise BadValueError(f"names {path}, which does not exist")
    return path


def _read_secret(file: Path) -> str:
    try:
        text = file.read_bytes().decode()
    except FileNotFoundError:
        raise BadValueError(f"names {file}, which does not exist") from None
    except OSError as error:
        raise BadValueError(f"names {file}, which cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadValueError(f"names {file}, which is not UTF-8 text") from None
    secret = text.removesuffix("\r\n") if text.endswith("\r\n") else text.removesuffix("\n")
    if not secret:
        raise BadValueError(f"names {file}, which is empty")
    return secret
