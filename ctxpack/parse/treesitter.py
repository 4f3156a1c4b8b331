"""The one door to tree-sitter: grammars, queries, and the nodes they capture.

A language's query file has two sections, parted by a line `; tokens`. The first describes structure (definitions,
scopes, bindings, imports) and is read match by match, because what is captured together belongs together. The second
names leaves (references, comments, strings), which are many; those are read as plain captures, at half the cost, which
the library gives in no stable order. Comments and strings, each pattern of which has one line, are wanted of every file
and so read along with the structure: to go through a tree costs more than to find what is in it.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from operator import attrgetter
from typing import NamedTuple

from tree_sitter import Language as Grammar
from tree_sitter import Node, Parser, Query, QueryCursor, Tree

from ctxpack.parse.languages.table import Language

__all__ = [
    "Match", "Node", "Structure", "Tokens", "Tree", "by_start", "error_count", "error_share", "in_order", "leaves",
    "parse", "prepare", "steepness", "structure",
]  # fmt: skip

Match = dict[str, list[Node]]

Tokens = dict[str, list[Node]]
"""Captures by name."""

_MOST_COUNTED = 100_000
_SAMPLES = 32
_COMMON_DEPTH = 50
_FEW = 2_000
_PROSE = re.compile(r"^.*@(?:comment|string)\b(?!\.).*$", re.MULTILINE)
_SECTION = "\n; tokens\n"
_NAMED = re.compile(r"^; let (\w+)\n(.*?)\n; end\n", re.MULTILINE | re.DOTALL)
"""A pattern that a query file uses in several places as `$name`, since tree-sitter's queries have no names for any."""


class Structure(NamedTuple):
    """What every file is asked for: the matches of the query's first section, in document order, and the prose.

    That is the captured comments and strings, in no order.
    """

    matches: list[Match]
    prose: Tokens


@cache
def _grammar(language: Language) -> Grammar:
    module = importlib.import_module(language.grammar)
    return Grammar(getattr(module, language.entry)())


@cache
def _parser(language: Language) -> Parser:
    # One that has parsed before has its memory at hand, which spares a tenth of the time.
    return Parser(_grammar(language))


@cache
def _sections(language: Language) -> tuple[str, str]:
    folder = files("ctxpack.parse.languages")
    stems = (language.query or language.name).split()
    parts = [_expanded(folder.joinpath(f"{stem}.scm").read_text("utf-8")).partition(_SECTION) for stem in stems]
    return "\n".join(part[0] for part in parts), "\n".join(part[2] for part in parts)


def _expanded(query: str) -> str:
    """A query file with the patterns that it names put in the place of their names."""
    for name, pattern in _NAMED.findall(query):
        query = query.replace(f"${name}", pattern)
    return _NAMED.sub("", query)


@cache
def _structure(language: Language) -> tuple[Query, int]:
    """The query for the structure and the prose, and the number of the first pattern for prose."""
    matched, captured = _sections(language)
    query = Query(_grammar(language), "\n".join((matched, *_PROSE.findall(captured))))
    starts, size = map(query.start_byte_for_pattern, range(query.pattern_count)), len(matched.encode())
    return query, sum(start < size for start in starts)


@cache
def _leaves(language: Language) -> Query:
    return Query(_grammar(language), _PROSE.sub("", _sections(language)[1]))


def prepare(language: Language, *, leaves: bool) -> None:
    """Make ready what reading a language takes, with or without leaves; processes forked from this one find it done."""
    _parser(language)
    _structure(language)
    if leaves:
        _leaves(language)


def parse(source: bytes, language: Language) -> Tree:
    """The syntax tree of UTF-8 `source`; it always has one, with ERROR nodes where the text is not of the language."""
    return _parser(language).parse(source)


def error_share(tree: Tree) -> float:
    """The share of the source's bytes under the topmost ERROR nodes of the first two levels, between 0 and 1."""
    root = tree.root_node
    if not root.has_error:
        return 0.0
    if root.is_error:
        return 1.0
    bad = 0
    for child in root.children:
        if child.is_error:
            bad += child.end_byte - child.start_byte
        elif child.has_error:
            bad += sum(grand.end_byte - grand.start_byte for grand in child.children if grand.is_error)
    return bad / max(1, root.end_byte - root.start_byte)


def error_count(tree: Tree) -> int:
    """How many topmost ERROR and missing nodes a tree has, counted no further than among its first 100,000 nodes."""
    count, budget, waiting = 0, _MOST_COUNTED, [tree.root_node]
    while waiting and budget > 0:
        node = waiting.pop()
        budget -= 1
        if node.is_error or node.is_missing:
            count += 1
        elif node.has_error:
            waiting.extend(node.children)
    return count


def steepness(tree: Tree) -> float:
    """About how many steps lie between the nodes of a tree and its root, beyond 50 for each node: 0 for real code.

    Whoever asks nodes for their parents pays for these steps, because a parent is looked for from the root. Estimated
    from the depth of a few nodes at equal distances; 0 also for trees too small to be steep.
    """
    count, depths = tree.root_node.descendant_count, 0
    if count < _FEW:
        return 0.0
    cursor = tree.walk()
    for sample in range(_SAMPLES):
        cursor.goto_descendant(sample * count // _SAMPLES)
        depths += cursor.depth
    return max(0.0, count * (depths / _SAMPLES - _COMMON_DEPTH))


def structure(tree: Tree, language: Language) -> Structure:
    """What the query's first section says of a tree, and the prose."""
    query, first = _structure(language)
    matches: list[Match] = []
    prose: Tokens = {}
    for index, match in QueryCursor(query).matches(tree.root_node):
        if index < first:
            matches.append(match)
        else:
            for name, nodes in match.items():
                prose.setdefault(name, []).extend(nodes)
    return Structure(matches, prose)


def leaves(tree: Tree, language: Language) -> Tokens:
    """The captures of the query's second section but the prose, in no order: see `in_order` and `by_start`."""
    return QueryCursor(_leaves(language)).captures(tree.root_node)


_position = attrgetter("start_byte", "end_byte")


def in_order(nodes: Iterable[Node]) -> list[Node]:
    """Nodes sorted by position."""
    return sorted(nodes, key=_position)


def by_start(nodes: Sequence[Node]) -> dict[int, Node]:
    """Nodes by their first byte; of several that begin at one place the longest counts."""
    found = {node.start_byte: node for node in nodes}
    return found if len(found) == len(nodes) else {node.start_byte: node for node in in_order(nodes)}
