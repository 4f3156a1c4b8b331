"""Definitions in relation: in order, nested, named, with what the text around each says of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter

from ctxpack.model import Definition, Span
from ctxpack.parse.gather import VALUES, Found
from ctxpack.parse.languages import Hooks
from ctxpack.parse.nesting import Nesting
from ctxpack.parse.outline import head_of
from ctxpack.parse.qualifiers import UNKNOWN, Qualifiers
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node, in_order

CONTAINERS = frozenset(
    {"class", "interface", "enum", "struct", "trait", "impl", "object", "module", "namespace", "type", "table"}
)
"""Kinds of definitions whose members belong to them by name; a namespace is a module whose functions are no methods."""

_RUN_LATER = frozenset({"function", "method", "macro"})
"""Kinds of definitions whose bodies are not run where they stand."""

_SIGNATURE_LIMIT = 400

_NO_COMMENT = (0, "")


class Placed:
    """The definitions of one file in document order, each inside its parent and with its dotted name.

    `kept` are the indices of those that are not left out, as second assignments of one value are.
    """

    def __init__(self, found: Iterable[Found]) -> None:
        """`found` are in any order."""
        ranged = [(one.range, one) for one in found]
        ranged.sort(key=lambda pair: (pair[0][0], -pair[0][1], pair[1].place[2]))
        self.found = [one for _, one in ranged]
        self.ranges = [span for span, _ in ranged]
        self.parents = _parents(self.ranges)
        self.names = self._named()
        self.kept = self._first_of_each()

    def _named(self) -> list[str]:
        """The dotted names; a field belongs to the nearest container, what is bound for the file to it.

        The parent links are moved accordingly.
        """
        names: list[str] = []
        for index, found in enumerate(self.found):
            parent = self.parents[index]
            if found.kind == "field":
                while parent >= 0 and self.found[parent].kind not in CONTAINERS:
                    parent = self.parents[parent]
                self.parents[index] = parent
            elif found.outward:
                self.parents[index] = parent = -1
            outer = names[parent] if parent >= 0 and not found.name.startswith(".") else ""
            parts = (outer, found.receiver, found.name.removeprefix("."))
            names.append(".".join(part for part in parts if part))
        return names

    def _first_of_each(self) -> list[int]:
        kept: list[int] = []
        seen: set[tuple[str, int]] = set()
        for index, found in enumerate(self.found):
            if found.kind in VALUES:
                key = (self.names[index], self.parents[index])
                if key in seen:
                    continue
                seen.add(key)
            kept.append(index)
        return kept

    def kind(self, index: int) -> str:
        """The kind of a definition as others see it: a function inside a container is a method."""
        found = self.found[index]
        if found.kind == "namespace":
            return "module"
        if found.kind != "function":
            return found.kind
        parent = self.found[self.parents[index]] if self.parents[index] >= 0 else None
        if parent is None or parent.kind == "namespace" or found.name.startswith("."):
            member = False
        else:
            member = parent.kind in CONTAINERS or not _inside_function(found.outer.parent)
        return "method" if member or found.receiver else "function"


class Owners:
    """Which definition, and which class, stands around a place."""

    def __init__(self, placed: Placed) -> None:
        """Indices are those of the definitions that are kept."""
        large = [(new, old) for new, old in enumerate(placed.kept) if placed.found[old].kind not in VALUES]
        # The last stands for "outside all", which a nesting gives as -1.
        self._indices = [*(new for new, _ in large), -1]
        self._found = [placed.found[old] for _, old in large]
        self._names = [placed.names[old] for _, old in large]
        self._nesting = Nesting([placed.ranges[old] for _, old in large])
        self._classes: dict[int, str] = {-1: ""}

    def index(self, offset: int) -> int:
        """The index of the innermost definition that is not a mere value, -1 outside all."""
        return self._indices[self._nesting.innermost(offset)]

    def indices(self, offsets: Sequence[int]) -> list[int]:
        """As `index` for each of the ascending `offsets`."""
        return [self._indices[inner] for inner in self._nesting.innermost_each(offsets)]

    def in_function(self, offset: int) -> bool:
        """Whether a place is inside a function, at whatever depth."""
        inner = self._nesting.innermost(offset)
        while inner >= 0 and self._found[inner].kind not in _RUN_LATER:
            inner = self._nesting.parents[inner]
        return inner >= 0

    def name(self, offset: int) -> str:
        """The qualified name of the innermost class, or of the receiver's type, around a place."""
        inner = self._nesting.innermost(offset)
        known = self._classes.get(inner)
        if known is None:
            known = self._classes[inner] = self._class(inner)
        return known

    def _class(self, inner: int) -> str:
        while inner >= 0:
            found, name = self._found[inner], self._names[inner]
            if found.receiver:
                return name.rpartition(".")[0]
            if found.kind in CONTAINERS and found.kind != "namespace":
                return name
            inner = self._nesting.parents[inner]
        return ""


class Reader:
    """Reads the definitions of one file."""

    def __init__(self, source: Source, hooks: Hooks, qualifiers: Qualifiers, comments: Sequence[Node]) -> None:
        """`comments` are those of the file, in any order."""
        self._source, self._hooks, self._qualifiers = source, hooks, qualifiers
        self._comments = _comment_lines(comments, source)

    def read(self, placed: Placed) -> tuple[Definition, ...]:
        """The definitions that are kept, numbered anew."""
        numbers = {old: new for new, old in enumerate(placed.kept)}
        return tuple([self._definition(placed, index, numbers.get(placed.parents[index], -1)) for index in placed.kept])

    def doc_span(self, found: Found) -> Span | None:
        """The lines of the documentation inside a definition that its outline keeps."""
        return self._hooks.doc_span(found.node, found.body, self._source)

    def _definition(self, placed: Placed, index: int, parent: int) -> Definition:
        found, source, hooks = placed.found[index], self._source, self._hooks
        line, column = source.position(found.name_node)
        first = found.first.start_point[0] + 1
        row, beyond = found.last.end_point
        known = self._qualifiers.of_value(found.type_node, found.value_node)
        kind = placed.kind(index)
        return Definition(
            name=found.name.rpartition(".")[2],
            qualname=placed.names[index],
            kind=kind,
            span=(first, max(first, row + (beyond > 0))),
            head=head_of(found.first, found.node, found.body, source, name=line, kind=kind),
            line=line,
            column=column,
            signature=hooks.signature(found.node, found.body, source) or _signature(found, source),
            doc=hooks.doc(found.node, found.body, source) or _clean(self._comments.get(first - 1, _NO_COMMENT)[1]),
            parent=parent,
            bases=tuple(base for _, base in sorted(found.bases, key=itemgetter(0))),
            type="" if known == UNKNOWN else known + found.given,
            exported=hooks.exported(found.name, found.node, source),
        )


def _parents(ranges: list[tuple[int, int]]) -> list[int]:
    """Names declared side by side in one statement are not inside each other, and the first holds what is inside."""
    parents = Nesting(ranges).parents
    for index, parent in enumerate(parents):
        if parent >= 0 and ranges[parent] == ranges[index]:
            parents[index] = parents[parent]
            continue
        first = parent
        while first > 0 and ranges[first - 1] == ranges[parent]:
            first -= 1
        parents[index] = first
    return parents


def _inside_function(node: Node | None) -> bool:
    while node is not None:
        if "function" in node.type or "method" in node.type or node.type == "lambda":
            return True
        if "class" in node.type or "interface" in node.type or "impl" in node.type:
            return False
        node = node.parent
    return False


def _comment_lines(comments: Sequence[Node], source: Source) -> dict[int, tuple[int, str]]:
    """Comments by their last line: (first line, text), those on adjoining lines joined."""
    joined: dict[int, tuple[int, str]] = {}
    for node in in_order(comments):
        row, column = node.start_point
        if source.lines[row][:column].strip():
            continue
        last, beyond = node.end_point
        if beyond or last <= row:
            last += 1
        text = source.text(node).rstrip("\n")
        before = joined.pop(row, None)
        joined[last] = (before[0], f"{before[1]}\n{text}") if before else (row + 1, text)
    return joined


def _signature(found: Found, source: Source) -> str:
    end = found.body.start_byte if found.body is not None else found.node.end_byte
    begin = found.outer if found.outer.start_point[0] == found.node.start_point[0] else found.node
    start = begin.start_byte
    raw = source.data[start : min(end, start + _SIGNATURE_LIMIT * 4)]
    return " ".join(raw.decode("utf-8", "replace").split()).rstrip("{: =")[:_SIGNATURE_LIMIT]


def _clean(comment: str) -> str:
    lines = [line.strip().lstrip("/*#-!;").rstrip("*/").strip() for line in comment.split("\n")]
    return "\n".join(lines).strip()
