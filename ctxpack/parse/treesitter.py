"""The one door to tree-sitter: grammars, queries, and the nodes they capture.

A language's query file has two sections, parted by a line `; tokens`. The first describes structure (definitions,
scopes, bindings, imports) and is read match by match, because what is captured together belongs together. The second
names leaves (references, comments, strings), which are many; those are read as plain captures, at half the cost, which
the library gives in no stable order.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from operator import attrgetter

from tree_sitter import Language as Grammar
from tree_sitter import Node, Parser, Query, QueryCursor, Tree

from ctxpack.parse.languages.table import Language

__all__ = [
    "Match", "Node", "Tree", "by_start", "error_count", "error_share", "in_order", "leaves", "parse", "prose",
    "steepness", "structure",
]  # fmt: skip

Match = dict[str, list[Node]]

_MOST_COUNTED = 100_000
_SAMPLES = 32
_COMMON_DEPTH = 50
_FEW = 2_000
_PROSE = re.compile(r"@(?:comment|string)\b(?!\.)")
_SECTION = "\n; tokens\n"


@cache
def _grammar(language: Language) -> Grammar:
    module = importlib.import_module(language.grammar)
    return Grammar(getattr(module, language.entry)())


@cache
def _parser(language: Language) -> Parser:
    # One that has parsed before has its memory at hand, which spares a tenth of the time.
    return Parser(_grammar(language))


@cache
def _queries(language: Language) -> tuple[Query, Query, Query]:
    folder = files("ctxpack.parse.languages")
    stems = (language.query or language.name).split()
    parts = [folder.joinpath(f"{stem}.scm").read_text("utf-8").partition(_SECTION) for stem in stems]
    grammar = _grammar(language)
    structure, tokens = ("\n".join(part[section] for part in parts) for section in (0, 2))
    return Query(grammar, structure), Query(grammar, tokens), Query(grammar, _of_prose(grammar, tokens))


def _of_prose(grammar: Grammar, tokens: str) -> str:
    """The patterns for comments and strings."""
    query, text = Query(grammar, tokens), tokens.encode()
    patterns = (
        text[query.start_byte_for_pattern(index) : query.end_byte_for_pattern(index)].decode()
        for index in range(query.pattern_count)
    )
    return "\n".join(pattern for pattern in patterns if _PROSE.search(pattern))


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


def structure(tree: Tree, language: Language) -> list[Match]:
    """The matches of the query's first section, in document order."""
    return [match for _, match in QueryCursor(_queries(language)[0]).matches(tree.root_node)]


def leaves(tree: Tree, language: Language) -> dict[str, list[Node]]:
    """The captures of the query's second section, in no order: see `in_order` and `by_start`."""
    return QueryCursor(_queries(language)[1]).captures(tree.root_node)


_position = attrgetter("start_byte", "end_byte")


def prose(tree: Tree, language: Language) -> dict[str, list[Node]]:
    """Of `leaves` the comments and strings alone, at a fraction of the cost."""
    return QueryCursor(_queries(language)[2]).captures(tree.root_node)


def in_order(nodes: Iterable[Node]) -> list[Node]:
    """Nodes sorted by position."""
    return sorted(nodes, key=_position)


def by_start(nodes: Sequence[Node]) -> dict[int, Node]:
    """Nodes by their first byte; of several that begin at one place the longest counts."""
    found = {node.start_byte: node for node in nodes}
    return found if len(found) == len(nodes) else {node.start_byte: node for node in in_order(nodes)}
