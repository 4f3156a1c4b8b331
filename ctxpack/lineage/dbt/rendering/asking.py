"""Finds the database queries in templates whose answers may decide which columns a model has.

While dbt parses, no query runs: a loop over the values of a column has no iterations, and blocks under `execute` are
skipped with the columns that they print. The SQL then looks complete but is not, and such models have to be recognised.

There are two kinds of calls. Those that give a list of columns, values or relations are meant to be looped over; those
of the adapter are recorded once the list is read (`answers.py`). `run_query` gives any result, often a single value for
a filter. An answer that is only tested in a condition decides no columns by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

from jinja2 import nodes

LISTS = frozenset(
    """get_columns_in_relation get_columns_in_query get_missing_columns get_column_values
    get_filtered_columns_in_relation get_relations_by_pattern get_relations_by_prefix get_query_results_as_dict
    list_relations list_relations_without_caching partition_range dates_in_range""".split()
)
"""Calls that give a list of columns, values or relations."""

_COLUMN = re.compile(r"^\s*,|,\s*$|\bas\s+[\w\"`]+\s*$", re.IGNORECASE)
"""Text that begins or ends like an item of a column list."""

_QUERIES = frozenset({"run_query", "load_result"})
_PARSING = "execute"
_NEVER_FIRST = "is_incremental"
"""The condition of blocks that only run on a table that exists, with its columns."""

_Found = TypeVar("_Found", bound=nodes.Node)

_TELLING = frozenset({"log", "print", "debug", "log_info", "raise_compiler_error", "warn", "statement"})
"""Calls whose arguments do not reach the output."""


class Asking(NamedTuple):
    """The calls of a template or macro whose answers may decide columns, and whether it `loops` at all.

    `certain` are calls whose answers it loops over itself, and "execute" if it prints columns only under `execute`,
    which parsing skips. `handed_on` are queries whose answers it passes to others, which count if anything there loops.
    List calls are among these only where parsing may skip them; otherwise the lists record themselves.
    """

    loops: bool = False
    certain: tuple[str, ...] = ()
    handed_on: tuple[str, ...] = ()

    def counted(self, *, looping: bool = False) -> tuple[str, ...]:
        """The calls that count; `looping` says whether a caller loops."""
        return (*self.certain, *(self.handed_on if looping or self.loops else ()))


def asking(tree: nodes.Node) -> Asking:
    """Analyse the syntax tree of a template or macro."""
    loops = tree.find(nodes.For) is not None
    parsing = _mentions(tree, {_PARSING})
    wanted = _QUERIES | LISTS if parsing else _QUERIES
    asked = {name: None for name in map(_called, tree.find_all(nodes.Call)) if name in wanted}
    if not asked and not parsing:
        return Asking(loops)
    parts = list(_parts(tree))
    certain, handed_on = _hidden(parts), []
    for name in sorted(asked):
        answers = _Answers(name, parts)
        if answers.are_listed() or (name in LISTS and answers.are_handed_on()):
            certain.append(name)
        elif answers.are_handed_on():
            handed_on.append(name)
    return Asking(loops, tuple(certain), tuple(handed_on))


def _hidden(parts: Iterable[nodes.Node]) -> list[str]:
    """["execute"] if a template prints what may be a column only under `execute`, else []."""
    for part in parts:
        if isinstance(part, nodes.If) and isinstance(part.test, nodes.Name) and part.test.name == _PARSING:
            printed = (text for one in part.body for text in _printed(one))
            if any(_COLUMN.search(text) for text in printed):
                return [_PARSING]
    return []


def _printed(node: nodes.Node) -> Iterator[str]:
    """The literal text that a node prints, not what it assigns or passes to a call."""
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif not isinstance(node, (nodes.AssignBlock, nodes.CallBlock, nodes.Macro)):
        for child in node.iter_child_nodes():
            yield from _printed(child)


class _Answers:
    """The data flow of the answers to one call within a template: the variables that may hold them."""

    def __init__(self, call: str, parts: list[nodes.Node]) -> None:
        self._call, self._parts = call, parts
        self._names: set[str] = set()
        grown = -1
        while grown < len(self._names):
            grown = len(self._names)
            for part in parts:
                if isinstance(part, nodes.Assign) and self._is_in(part.node):
                    self._names.update(_targets(part.target))

    def are_listed(self) -> bool:
        """Whether the template loops over them or joins them into text."""
        loops = (part.iter for part in self._parts if isinstance(part, nodes.For))
        joins = (part.node for part in self._parts if isinstance(part, nodes.Filter) and part.name == "join")
        return any(self._is_in(one) for one in (*loops, *joins) if one is not None)

    def are_handed_on(self) -> bool:
        """Whether they are passed to a macro or returned to the caller."""
        calls = (part for part in self._parts if isinstance(part, nodes.Call) and _called(part) not in _TELLING)
        return any(self._is_in(given) for call in calls for given in (*call.args, *call.kwargs))

    def _is_in(self, node: nodes.Node) -> bool:
        if _mentions(node, self._names):
            return True
        return any(_called(call) == self._call for call in _self_and_all(node, nodes.Call))


def _parts(node: nodes.Node) -> Iterator[nodes.Node]:
    """All nodes of a template except those of incremental runs."""
    if isinstance(node, nodes.If) and _mentions(node.test, {_NEVER_FIRST}):
        for other in (*node.elif_, *node.else_):
            yield from _parts(other)
        return
    yield node
    for child in node.iter_child_nodes():
        yield from _parts(child)


def _called(call: nodes.Call) -> str:
    """The last part of the called name; "" if the callee has no name."""
    target = call.node
    if isinstance(target, nodes.Name):
        return target.name
    return target.attr if isinstance(target, nodes.Getattr) else ""


def _targets(node: nodes.Node) -> list[str]:
    names = [one.name for one in _self_and_all(node, nodes.Name)]
    return names + [one.name for one in _self_and_all(node, nodes.NSRef)]


def _mentions(node: nodes.Node, names: Iterable[str]) -> bool:
    return any(one.name in names for one in _self_and_all(node, nodes.Name))


def _self_and_all(node: nodes.Node, kind: type[_Found]) -> Iterator[_Found]:
    if isinstance(node, kind):
        yield node
    yield from node.find_all(kind)
