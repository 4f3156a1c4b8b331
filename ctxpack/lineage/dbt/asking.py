"""What templates ask the database when dbt runs them, where the answer may decide which columns a query has.

While dbt parses, nothing is asked: a loop over the values of a column is one over nothing, and what stands under
`execute` is passed by, columns that are printed there included. So a query looks whole that is not, and has to be told
from one that is.

Two kinds of calls are told apart. Those that give columns, values or relations as a list are there to be looped over;
those of the adapter count once somebody looks at the list (`answers.py`). `run_query` gives whatever its query does,
often one value for a filter. Where an answer is only looked at, as in the test of a condition, it decides no columns by
itself.
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
"""Calls that give columns, values or relations as a list."""

_COLUMN = re.compile(r"^\s*,|,\s*$|\bas\s+[\w\"`]+\s*$", re.IGNORECASE)
"""Printed text that begins or ends as a column in a list does."""

_QUERIES = frozenset({"run_query", "load_result"})
_PARSING = "execute"
_NEVER_FIRST = "is_incremental"
"""What stands under this adds to a table that has its columns already."""

_Found = TypeVar("_Found", bound=nodes.Node)

_TELLING = frozenset({"log", "print", "debug", "log_info", "raise_compiler_error", "warn", "statement"})
"""Calls that make nothing of their arguments."""


class Asking(NamedTuple):
    """What a template or a macro does: whether it `loops`, and the calls whose answers may decide columns.

    `certain` are those whose answers it loops over itself, and "execute" where it prints columns only when it is run
    (which parsing passes by). `handed_on` are queries whose answers it gives to others, which count where something
    loops. Calls for lists are among these only where they may be passed by while dbt parses; the others tell of
    themselves.
    """

    loops: bool = False
    certain: tuple[str, ...] = ()
    handed_on: tuple[str, ...] = ()

    def counted(self, *, looping: bool = False) -> tuple[str, ...]:
        """The calls that count where what it is called from loops or not."""
        return (*self.certain, *(self.handed_on if looping or self.loops else ()))


def asking(tree: nodes.Node) -> Asking:
    """What a template or a macro does, by its syntax tree."""
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
    """The name of `execute` where a template prints what may be a column only when it is run."""
    for part in parts:
        if isinstance(part, nodes.If) and isinstance(part.test, nodes.Name) and part.test.name == _PARSING:
            printed = (text for one in part.body for text in _printed(one))
            if any(_COLUMN.search(text) for text in printed):
                return [_PARSING]
    return []


def _printed(node: nodes.Node) -> Iterator[str]:
    """The text that a node prints itself, rather than keeps as a value or hands to a call."""
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif not isinstance(node, (nodes.AssignBlock, nodes.CallBlock, nodes.Macro)):
        for child in node.iter_child_nodes():
            yield from _printed(child)


class _Answers:
    """Where the answers to one kind of call go within a template."""

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
        """Whether something is done for each of them."""
        loops = (part.iter for part in self._parts if isinstance(part, nodes.For))
        joins = (part.node for part in self._parts if isinstance(part, nodes.Filter) and part.name == "join")
        return any(self._is_in(one) for one in (*loops, *joins) if one is not None)

    def are_handed_on(self) -> bool:
        """Whether they are given to a macro, or to whoever calls this one."""
        calls = (part for part in self._parts if isinstance(part, nodes.Call) and _called(part) not in _TELLING)
        return any(self._is_in(given) for call in calls for given in (*call.args, *call.kwargs))

    def _is_in(self, node: nodes.Node) -> bool:
        if _mentions(node, self._names):
            return True
        return any(_called(call) == self._call for call in _self_and_all(node, nodes.Call))


def _parts(node: nodes.Node) -> Iterator[nodes.Node]:
    """All parts of a template but for what only a later run of a model does."""
    if isinstance(node, nodes.If) and _mentions(node.test, {_NEVER_FIRST}):
        for other in (*node.elif_, *node.else_):
            yield from _parts(other)
        return
    yield node
    for child in node.iter_child_nodes():
        yield from _parts(child)


def _called(call: nodes.Call) -> str:
    """The last part of the name of what is called, "" where it has none."""
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
