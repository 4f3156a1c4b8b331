"""Parses JSON and YAML into plain trees with line numbers, for formats written in either.

`read` never expands YAML aliases (an alias is an empty scalar); `stream` does, up to a bound on the nodes visited.
Nesting and the number of nodes are bounded. Errors are tolerated: a half-written file gives what it has so far.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from ctxpack.model import Problem

if TYPE_CHECKING:
    from ctxpack.parse.source import Source
    from ctxpack.parse.treesitter import Node as Syntax

DEEPEST = 60
MOST_NODES = 400_000
LARGEST = 4_000_000
_MOST_ALIASED = 40_000
"""The most nodes that aliases may expand to in total, since traversals visit them each time."""

Kind = Literal["text", "number", "true", "false", "null"]


@dataclass(slots=True)
class Scalar:
    """A scalar; `kind` is "text" for a string or any other unquoted text."""

    text: str
    kind: Kind
    line: int


@dataclass(slots=True)
class Listing:
    """A sequence."""

    items: list[Value]
    line: int


@dataclass(slots=True)
class Fields:
    """A mapping; `lines` are those of its keys. The last of duplicate keys wins."""

    line: int
    entries: dict[str, Value] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


Value = Scalar | Listing | Fields


@dataclass(slots=True)
class Document:
    """A parsed text; `root` is None unless it is a JSON or YAML mapping or sequence."""

    root: Value | None
    problems: tuple[Problem, ...] = ()


# --- access -----------------------------------------------------------------------------------------------------------


def get(value: Value | None, *keys: str) -> Value | None:
    """The value under a path of keys; None if there is none."""
    for key in keys:
        value = value.entries.get(key) if isinstance(value, Fields) else None
    return value


def text(value: Value | None, *keys: str) -> str:
    """The text of a scalar (under a path of keys); "" for null and anything else."""
    found = get(value, *keys) if keys else value
    return found.text if isinstance(found, Scalar) and found.kind != "null" else ""


def truth(value: Value | None, *keys: str) -> bool | None:
    """The value of a boolean scalar (under a path of keys); None for anything else."""
    found = get(value, *keys) if keys else value
    return {"true": True, "false": False}.get(found.kind) if isinstance(found, Scalar) else None


def items(value: Value | None, *keys: str) -> Sequence[Value]:
    """The items of a sequence (under a path of keys); () for anything else."""
    found = get(value, *keys) if keys else value
    return found.items if isinstance(found, Listing) else ()


def texts(value: Value | None, *keys: str) -> list[str]:
    """The texts of the scalars in a sequence (under a path of keys)."""
    return [one.text for one in items(value, *keys) if isinstance(one, Scalar)]


def entries(value: Value | None, *keys: str) -> Iterator[tuple[str, Value, int]]:
    """The (key, value, line) triples of a mapping (under a path of keys)."""
    found = get(value, *keys) if keys else value
    if isinstance(found, Fields):
        for key, inner in found.entries.items():
            yield key, inner, found.lines[key]


def pointed(root: Value | None, reference: str) -> Value | None:
    """The target of a JSON pointer in the document (`#/$defs/order`); None for a reference to another one."""
    if not reference.startswith("#"):
        return None
    value = root
    for part in reference.lstrip("#").split("/"):
        if not part:
            continue
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Listing):
            value = value.items[int(key)] if key.isdecimal() and int(key) < len(value.items) else None
        else:
            value = get(value, key)
    return value


# --- parsing ----------------------------------------------------------------------------------------------------------


def read(source: str, *, without: frozenset[str] = frozenset()) -> Document:
    """The tree of a JSON or YAML text, without the top-level keys `without`."""
    if len(source) > LARGEST:
        return Document(None, (Problem("", f"{len(source):,} characters are too many to be read as a schema"),))
    first = source.lstrip("\ufeff \t\r\n")[:1]
    return _Json(source).document() if first in ("{", "[") else _yaml(source, without)


_TOKEN = re.compile(
    r'"(?:[^"\\\n]|\\.)*"|[{}\[\]:,]|-?\d[\d.eE+-]*|[A-Za-z_]+|//[^\n]*|/\*.*?\*/|(?P<bad>[^\s])', re.DOTALL
)
_WORDS: Mapping[str, Kind] = {"true": "true", "false": "false", "null": "null"}


class _Json:
    """A non-recursive JSON parser that accepts comments and trailing commas."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._starts = [match.end() for match in re.finditer("\n", source)]
        self._stack: list[Fields | Listing] = []
        self._key: str | None = None
        self._key_line = 0
        self._root: Value | None = None
        self._problems: list[Problem] = []
        self._count = 0
        self._skipped = 0

    def document(self) -> Document:
        """Parse the whole text."""
        for match in _TOKEN.finditer(self._source):
            if match["bad"] is not None and not self._problems:
                line = self._line(match.start())
                self._problems.append(Problem("", f"no JSON at {match[0]!r}: read as far as can be", line))
            if self._count > MOST_NODES:
                self._problems.append(Problem("", f"more than {MOST_NODES:,} values: the rest is not read"))
                break
            self._take(match[0], match.start())
        if self._stack and not self._problems:
            self._problems.append(Problem("", "the text ends inside a value: read as far as it goes"))
        return Document(self._root, tuple(self._problems))

    def _line(self, at: int) -> int:
        return bisect_right(self._starts, at) + 1

    def _take(self, token: str, at: int) -> None:
        first = token[0]
        if first in "{[":
            self._open(Fields(self._line(at)) if first == "{" else Listing([], self._line(at)))
        elif first in "}]":
            self._close()
        elif first == ",":
            self._key = None
        elif first == '"':
            self._string(token, at)
        elif token in _WORDS or first in "-0123456789":
            self._put(Scalar(token, _WORDS.get(token, "number"), self._line(at)))

    def _open(self, made: Fields | Listing) -> None:
        if self._skipped or len(self._stack) >= DEEPEST:
            if not self._skipped:
                self._problems.append(Problem("", f"nested deeper than {DEEPEST}: left out below", made.line))
                self._put(made)
            self._skipped += 1
            return
        self._put(made)
        self._stack.append(made)

    def _close(self) -> None:
        if self._skipped:
            self._skipped -= 1
        elif self._stack:
            self._stack.pop()
        self._key = None

    def _string(self, token: str, at: int) -> None:
        if self._skipped:
            return
        try:
            value = json.loads(token, strict=False) if "\\" in token else token[1:-1]
        except ValueError:
            value = token[1:-1]
        if self._stack and isinstance(self._stack[-1], Fields) and self._key is None:
            self._key, self._key_line = value, self._line(at)
        else:
            self._put(Scalar(value, "text", self._line(at)))

    def _put(self, value: Value) -> None:
        if self._skipped:
            return
        self._count += 1
        if not self._stack:
            self._root = self._root or value
            return
        inside = self._stack[-1]
        if isinstance(inside, Listing):
            inside.items.append(value)
        elif self._key is not None:
            inside.entries[self._key] = value
            inside.lines[self._key] = self._key_line
        self._key = None


def _yaml(source: str, without: frozenset[str]) -> Document:
    from ctxpack.parse import treesitter, yaml_tree
    from ctxpack.parse.languages.structured import LANGUAGES
    from ctxpack.parse.source import Source

    held = Source(source)
    if yaml_tree.too_deep(held.data):
        return Document(None, (Problem("", "nested too deeply for its grammar"),))
    tree = treesitter.parse(held.data, next(one for one in LANGUAGES if one.name == "yaml"))
    root = next(yaml_tree.documents(tree), None)
    reader = _Yaml(held)
    return Document(reader.value(root, 0, without) if root is not None else None, tuple(reader.problems))


def stream(source: str) -> list[Value]:
    """The trees of all documents in a JSON or YAML text, with folded scalars joined and aliases expanded."""
    if len(source) > LARGEST:
        return []
    if source.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        root = _Json(source).document().root
        return [root] if root is not None else []
    from ctxpack.parse import treesitter, yaml_tree
    from ctxpack.parse.languages.structured import LANGUAGES
    from ctxpack.parse.source import Source

    held = Source(source)
    if yaml_tree.too_deep(held.data):
        return []
    tree = treesitter.parse(held.data, next(one for one in LANGUAGES if one.name == "yaml"))
    reader = _Yaml(held, folding=True)
    return [reader.value(root, 0) for root in yaml_tree.documents(tree)]


_PLAIN: Mapping[str, Kind] = {"": "null", "~": "null", "null": "null", "true": "true", "false": "false"}
_NUMBER = re.compile(r"[-+]?(?:\d[\d_]*)?\.?\d+(?:[eE][-+]?\d+)?")


class _Yaml:
    def __init__(self, source: Source, *, folding: bool = False) -> None:
        """With `folding`, folded scalars (">") are joined to one line and aliases are expanded."""
        self._source, self._folding = source, folding
        self._count = 0
        self._anchors: dict[bytes, tuple[Value, int, int]] | None = {} if folding and b"&" in source.data else None
        self._aliased = 0
        self.problems: list[Problem] = []

    def value(self, node: Syntax, depth: int, without: frozenset[str] = frozenset()) -> Value:
        """The value of a node."""
        if self._anchors is None:
            return self._value(node, depth, without)
        if node.type == "alias":
            return self._meant(node, depth)
        begun = self._count + self._aliased
        made = self._value(node, depth, without)
        if isinstance(made, Fields):
            _merge(made)
        name = self._anchor(node)
        if name:
            self._anchors[name] = made, self._count + self._aliased - begun, _height(made)
        return made

    def _anchor(self, node: Syntax) -> bytes:
        """The anchor name of a node, from the node around it; b"" for none."""
        around = node.parent
        if around is None or not around.type.endswith("_node"):
            return b""
        found = next((one for one in around.named_children if one.type == "anchor"), None)
        return self._source.data[found.start_byte + 1 : found.end_byte] if found is not None else b""

    def _meant(self, node: Syntax, depth: int) -> Value:
        """The target of an alias; an empty scalar if it is recursive, unknown, or would make the tree too large."""
        name = self._source.data[node.start_byte + 1 : node.end_byte]
        value, size, height = (self._anchors or {}).get(name, (None, 0, 0))
        if value is None or depth + height > DEEPEST or self._aliased + size > _MOST_ALIASED:
            return Scalar("", "null", node.start_point[0] + 1)
        self._aliased += size
        return value

    def _is_lost(self, kind: str, value: Value) -> bool:
        """Whether an item is an alias that could not be expanded."""
        return self._anchors is not None and kind == "alias" and isinstance(value, Scalar) and not value.text

    def _value(self, node: Syntax, depth: int, without: frozenset[str]) -> Value:
        from ctxpack.parse.yaml_tree import items as listed
        from ctxpack.parse.yaml_tree import pairs, scalar

        line = node.start_point[0] + 1
        self._count += 1
        if depth > DEEPEST or self._count > MOST_NODES:
            if not self.problems:
                self.problems.append(Problem("", "nested too deeply or too long: not all of it is read", line))
            return Scalar("", "null", line)
        if node.type.endswith("_mapping"):
            made = Fields(line)
            for _, key, inner in pairs(node):
                name = scalar(key, self._source)
                if name in without:
                    continue
                at = key.start_point[0] + 1
                made.entries[name] = self.value(inner, depth + 1) if inner is not None else Scalar("", "null", at)
                made.lines[name] = at
            return made
        if node.type.endswith("_sequence"):
            made_of = [(inner.type, self.value(inner, depth + 1)) for _, inner in listed(node)]
            return Listing([one for kind, one in made_of if not self._is_lost(kind, one)], line)
        held = scalar(node, self._source)
        if self._folding and node.type == "block_scalar" and self._source.data.startswith(b">", node.start_byte):
            held = " ".join(held.split("\n"))
        kind: Kind = "text"
        if node.type in ("plain_scalar", "alias"):
            kind = _PLAIN.get(held.lower(), "number" if _NUMBER.fullmatch(held) else "text")
        return Scalar(held, kind, line)


def _height(value: Value) -> int:
    inside = value.entries.values() if isinstance(value, Fields) else value.items if isinstance(value, Listing) else ()
    return 1 + max((_height(one) for one in inside), default=0)


def _merge(made: Fields) -> None:
    """Apply YAML merge keys ("<<"): keys of the mapping itself win, then those of the first merged mapping."""
    merged = made.entries.get("<<")
    others = merged.items if isinstance(merged, Listing) else [merged]
    if not any(isinstance(one, Fields) for one in others):
        return
    del made.entries["<<"], made.lines["<<"]
    for one in others:
        for key, value in one.entries.items() if isinstance(one, Fields) else ():
            if key not in made.entries:
                made.entries[key], made.lines[key] = value, one.lines[key]  # type: ignore[union-attr]
