"""The settings file: YAML with the line of every value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import yaml

from seedwright.errors import SettingsError
from seedwright.settings.problems import Place, Problem
from seedwright.settings.written import Block, Items

if TYPE_CHECKING:
    from pathlib import Path

_STANDARD_TAG = "tag:yaml.org,2002:"
_MERGE = _STANDARD_TAG + "merge"
_NULL = _STANDARD_TAG + "null"

_DEEPEST = len(("clients", "name", "trackers", "tier", "url"))


class YamlTree(NamedTuple):
    """A YAML file as nested mappings and lists of text; the settings' types give it meaning."""

    root: Block
    problems: list[Problem]


def read_yaml(file: Path, cwd: Path, what: str, *, hint: str = "") -> tuple[str, YamlTree]:
    """What people in ``cwd`` call ``file``, and what is in it.

    Raises SettingsError if it cannot be read or is not YAML; the sentence calls it ``what``, and
    ``hint`` says what to do if it does not exist.
    """
    label = str(file.relative_to(cwd) if file.is_relative_to(cwd) else file)
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise SettingsError(f"{what} {label} does not exist", hint=hint) from None
    except OSError as error:
        reason = "it is a folder" if isinstance(error, IsADirectoryError) else error.strerror
        raise SettingsError(f"cannot read {what} {label}: {reason}") from None
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
    reader, made = _Reader(label), Block(Place(label))
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if isinstance(root, yaml.MappingNode):
            made.take(reader.mapping(root, 0))
        elif root is not None and root.tag != _NULL:
            raise SettingsError(
                f"{label}:{root.start_mark.line + 1}: settings must be written as 'key: value', one per line",
                hint="`seedwright config init` writes an example",
            )
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, label) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise SettingsError(
            f"{label}:{line}: character U+{error.character:04X} is not allowed in YAML"
        ) from None
    except (RecursionError, ValueError, OverflowError) as error:
        # PyYAML lets the last two through for escapes such as "\UFFFFFFFF".
        what = "is nested too deeply" if isinstance(error, RecursionError) else "is not valid YAML"
        raise SettingsError(f"{label}: the file {what}") from None
    return YamlTree(made, reader.problems)


class _Reader:
    """Turns nodes into values, and goes on after each that cannot be one."""

    def __init__(self, label: str) -> None:
        self._label = label
        self.problems: list[Problem] = []

    def mapping(self, node: yaml.MappingNode, depth: int) -> Block:
        found, own = Block(self._place(node)), Block(self._place(node))
        for key, value in node.value:
            place = self._place(key)
            if key.tag == _MERGE:
                self._merge(value, found, place, depth)
            elif not isinstance(key, yaml.ScalarNode):
                self.problems.append(Problem(place, "a key must be text"))
            else:
                name = key.value
                if name in own:
                    sentence = f"{name!r} is already given on line {own.place(name).line}"
                    self.problems.append(Problem(place, sentence, "remove one of them"))
                own.put(name, self._value(value, depth + 1), place)
        found.take(own)
        return found

    def _merge(self, node: yaml.Node, found: Block, place: Place, depth: int) -> None:
        # An earlier one of several wins over a later one, and both lose to the keys around.
        bases = node.value if isinstance(node, yaml.SequenceNode) else [node]
        for base in reversed(bases):
            if isinstance(base, yaml.MappingNode):
                found.take(self.mapping(base, depth))
            else:
                self.problems.append(Problem(place, "<< must name a mapping"))

    def _value(self, node: yaml.Node, depth: int) -> object:
        if not node.tag.startswith(_STANDARD_TAG):
            # The tag itself is not shown: it may be a password that begins with "!".
            sentence = "tags (words that begin with !) have no meaning in settings"
            hint = "put a value that begins with ! in quotes"
            self.problems.append(Problem(self._place(node), sentence, hint))
            return None
        if isinstance(node, yaml.ScalarNode):
            return None if node.tag == _NULL else node.value
        if depth >= _DEEPEST:
            self.problems.append(Problem(self._place(node), "this is nested too deeply"))
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, depth)
        items = [self._value(item, depth + 1) for item in node.value]
        return Items(items, dict(enumerate(map(self._place, node.value))))

    def _place(self, node: yaml.Node) -> Place:
        return Place(self._label, node.start_mark.line + 1)


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
