"""Reads YAML into plain values with line numbers, with bounds on size, depth and alias expansion.

Of PyYAML only the parser and composer are used, never its constructors of Python objects. Aliases are expanded, since
dbt projects use them to share columns, but every value counts towards a limit, which stops alias bombs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

_LARGEST = 4_000_000
_DEEPEST = 60
_MOST_VALUES = 400_000
_STR = "tag:yaml.org,2002:str"
_BRACKETS = re.compile(r"[\[\]{}]")
_INDENT = re.compile(r"^[ \t]*(?:[-?:][ \t]+)*", re.MULTILINE)
_TAGS: dict[type[yaml.Node], str] = {
    yaml.SequenceNode: "tag:yaml.org,2002:seq",
    yaml.MappingNode: "tag:yaml.org,2002:map",
}
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unreadable(Exception):
    """The text is not readable YAML; `line` is where, 0 if unknown."""

    def __init__(self, why: str, line: int = 0) -> None:
        super().__init__(why)
        self.line = line


class _Loader(_BASE):  # type: ignore[misc]
    """PyYAML's loader with a faster resolution of core tags, which runs for every scalar."""

    def resolve(self, kind: type[yaml.Node], value: str, implicit: Any) -> str:
        """The tag of an untagged node; `implicit[0]` says whether a scalar is plain (unquoted)."""
        if kind is not yaml.ScalarNode:
            return _TAGS[kind]
        if implicit[0]:
            for tag, pattern in self.yaml_implicit_resolvers.get(value[:1], ()):
                if pattern.match(value):
                    return str(tag)
        return _STR


class Entry(dict[str, Any]):
    """A mapping; `line` is its first line, `lines` has the line of each key.

    `words` has the original text of booleans, since YAML reads a table called `off` as false.
    """

    __slots__ = ("line", "lines", "words")

    def __init__(self, line: int = 0) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}
        self.words: dict[str, str] = {}

    def entry(self, key: str) -> Entry:
        """The mapping under a key; an empty one if there is none."""
        found = self.get(key)
        return found if isinstance(found, Entry) else Entry(self.lines.get(key, self.line))

    def entries(self, key: str) -> list[Entry]:
        """The mappings listed under a key."""
        found = self.get(key)
        return [one for one in found if isinstance(one, Entry)] if isinstance(found, list) else []

    def text(self, key: str) -> str:
        """The scalar under a key as text; "" if there is none."""
        found = self.get(key)
        return self.words.get(key) or ("" if found is None or isinstance(found, (dict, list)) else _plain(found))

    def texts(self, key: str) -> list[str]:
        """The scalars listed under a key; a single scalar as a list of one."""
        found = self.get(key)
        listed = found if isinstance(found, list) else [] if found is None else [found]
        return [_plain(one) for one in listed if one is not None and not isinstance(one, (dict, list))]


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip()


def read(text: str) -> Entry:
    """The mapping in a YAML text; an empty one if the text holds anything else.

    Raises `Unreadable` if it is no YAML, too large or nested too deeply.
    """
    if len(text) > _LARGEST:
        raise Unreadable(f"{len(text):,} characters are too many to read as YAML")
    if _too_deep(text):
        raise Unreadable("is nested too deeply to be read as YAML")
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable("is not readable as YAML", mark.line + 1 if mark else 0) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Unreadable("is not readable as YAML") from error
    made = _Maker().value(node, 0) if node is not None else None
    return made if isinstance(made, Entry) else Entry()


def _too_deep(text: str) -> bool:
    depth = 0
    for found in _BRACKETS.finditer(text):
        depth = depth + 1 if found.group() in "[{" else max(0, depth - 1)
        if depth > 4 * _DEEPEST:
            return True
    return any(match.end() - match.start() > 8 * _DEEPEST for match in _INDENT.finditer(text))


class _Maker:
    """Converts nodes to values, up to `_MOST_VALUES`."""

    def __init__(self) -> None:
        self._made = 0

    def value(self, node: yaml.Node, depth: int) -> Any:
        self._made += 1
        if self._made > _MOST_VALUES or depth > _DEEPEST:
            raise Unreadable("expands to more than can be read", node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._entry(node, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, depth + 1) for item in node.value]
        return _scalar(node)

    def _entry(self, node: yaml.MappingNode, depth: int) -> Entry:
        entry = Entry(node.start_mark.line + 1)
        for key, value in _pairs(node):
            if key.value == "<<" and key.tag != _STR:
                for merged in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    self._merge(entry, merged, depth)
        for key, value in _pairs(node):
            if key.value != "<<" or key.tag == _STR:
                entry[key.value] = self.value(value, depth + 1)
                entry.lines[key.value] = key.start_mark.line + 1
                if isinstance(entry[key.value], bool):
                    entry.words[key.value] = value.value
        return entry

    def _merge(self, entry: Entry, node: yaml.Node, depth: int) -> None:
        if isinstance(node, yaml.MappingNode):
            merged = self.value(node, depth + 1)
            for key, value in merged.items():
                if key not in entry:
                    entry[key] = value
                    entry.lines[key] = merged.lines[key]


def _pairs(node: yaml.MappingNode) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    return ((key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode))


def _scalar(node: yaml.Node) -> str | int | float | bool | None:
    text: str = node.value
    kind = node.tag.rpartition(":")[2]
    if kind == "bool":
        return text.lower() in ("yes", "true", "on")
    if kind == "null":
        return None
    if kind in ("int", "float"):
        return _number(text, kind)
    return text


def _number(text: str, kind: str) -> int | float | str:
    if len(text) > 40:
        return text
    try:
        return int(text.replace("_", "")) if kind == "int" else float(text.replace("_", ""))
    except ValueError:
        return text
