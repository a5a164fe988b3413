"""The settings file: YAML with the line of every value."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import yaml

from seedwright.errors import SettingsError
from seedwright.settings.problems import Loc, Place, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_STANDARD_TAG = "tag:yaml.org,2002:"
_MERGE = _STANDARD_TAG + "merge"
_NULL = _STANDARD_TAG + "null"

_DEEPEST = len(("clients", "name", "trackers", "tier", "url"))


class YamlTree(NamedTuple):
    """A YAML file as nested mappings and lists of text; the settings' types give it meaning."""

    root: dict[str, object]
    places: dict[Loc, Place]
    problems: list[Problem]

    def places_below(self, depth: int) -> Mapping[Loc, dict[Loc, Place]]:
        """By each way of ``depth`` steps, the places of what lies there, as seen from there."""
        below: defaultdict[Loc, dict[Loc, Place]] = defaultdict(dict)
        for loc, place in self.places.items():
            if len(loc) >= depth:
                below[loc[:depth]][loc[depth:]] = place
        return below


def read_yaml(file: Path, cwd: Path, what: str, *, hint: str = "") -> tuple[str, YamlTree]:
    """What people in ``cwd`` call ``file``, and what is in it.

    Raises SettingsError when it cannot be read, or is no YAML; then it is called ``what``, and
    ``hint`` tells what to do where it is not there.
    """
    label = str(file.relative_to(cwd) if file.is_relative_to(cwd) else file)
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise SettingsError(f"there is no {what} {label}", hint=hint) from None
    except OSError as error:
        reason = "it is a folder" if isinstance(error, IsADirectoryError) else error.strerror
        raise SettingsError(f"the {what} {label} cannot be read: {reason}") from None
    try:
        return label, parse_yaml(data.decode("utf-8-sig"), label)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(
            f"{label}:{line}: not UTF-8 text", hint="save the file as UTF-8"
        ) from None


def parse_yaml(text: str, label: str) -> YamlTree:
    """The settings in ``text``, the content of the file that people know as ``label``.

    Every scalar is given as it is written, so that ``no`` can be a name and ``0123`` a password;
    one without a value is None. Raises SettingsError when this is not YAML, or not a mapping.
    """
    tree = YamlTree({}, {(): Place(label)}, [])
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if isinstance(root, yaml.MappingNode):
            tree.root.update(_mapping(root, (), label, tree))
        elif root is not None and root.tag != _NULL:
            raise SettingsError(
                f"{label}:{root.start_mark.line + 1}: settings are written one 'key: value' a line",
                hint="`seedwright config init` writes an example",
            )
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, label) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise SettingsError(
            f"{label}:{line}: character U+{error.character:04X} cannot stand in YAML"
        ) from None
    except (RecursionError, ValueError, OverflowError) as error:
        # PyYAML lets the last two through for escapes such as "\UFFFFFFFF".
        what = "is nested too deeply" if isinstance(error, RecursionError) else "is not valid YAML"
        raise SettingsError(f"{label}: the file {what}") from None
    return tree


def _mapping(node: yaml.MappingNode, loc: Loc, label: str, tree: YamlTree) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in node.value:
        if key.tag == _MERGE:
            # An earlier one of several wins over a later one, and both lose to the keys around.
            bases = value.value if isinstance(value, yaml.SequenceNode) else [value]
            for base in reversed(bases):
                if isinstance(base, yaml.MappingNode):
                    found.update(_mapping(base, loc, label, tree))
                else:
                    tree.problems.append(Problem(_place(key, label), "<< must name a mapping"))
    own: dict[str, Place] = {}
    for key, value in node.value:
        place = _place(key, label)
        if key.tag == _MERGE:
            continue
        if not isinstance(key, yaml.ScalarNode):
            tree.problems.append(Problem(place, "a key must be text"))
            continue
        name = key.value
        if name in own:
            sentence = f"{name!r} is given twice, on line {own[name].line} already"
            tree.problems.append(Problem(place, sentence, hint="keep one of the two"))
        own[name] = tree.places[(*loc, name)] = place
        found[name] = _plain(value, (*loc, name), label, tree)
    return found


def _plain(node: yaml.Node, loc: Loc, label: str, tree: YamlTree) -> object:
    if not node.tag.startswith(_STANDARD_TAG):
        # The tag itself is not shown: it may be a password that begins with "!".
        sentence = "tags (words that begin with !) have no meaning in settings"
        hint = "put a value that begins with ! in quotes"
        tree.problems.append(Problem(_place(node, label), sentence, hint))
        return None
    if len(loc) >= _DEEPEST and not isinstance(node, yaml.ScalarNode):
        tree.problems.append(Problem(_place(node, label), "this is nested too deeply"))
        return None
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, loc, label, tree)
    if isinstance(node, yaml.SequenceNode):
        items = []
        for index, item in enumerate(node.value):
            tree.places[(*loc, index)] = _place(item, label)
            items.append(_plain(item, (*loc, index), label, tree))
        return items
    return None if node.tag == _NULL else node.value


def _place(node: yaml.Node, label: str) -> Place:
    return Place(label, node.start_mark.line + 1)


def _syntax_error(error: yaml.MarkedYAMLError, label: str) -> SettingsError:
    mark = error.problem_mark
    where = f":{mark.line + 1}: not valid YAML at column {mark.column + 1}" if mark else ""
    problem = error.problem or ""
    if problem.startswith("but "):
        problem = f"{error.context}, {problem}"
    # PyYAML quotes aliases and tags, which are passwords when somebody forgot to quote one.
    problem = re.sub(r" '[\w!-]{2,}'", "", problem)
    return SettingsError(
        f"{label}{where}: {problem}",
        hint="indent with spaces, not with tabs"
        if "\\t" in problem
        else "put values with special characters in quotes",
    )
