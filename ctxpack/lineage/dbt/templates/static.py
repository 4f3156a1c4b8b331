"""Interprets simple templates in this process: text, references, settings, plain conditions; no loops, no macros.

Most models and the values in property files are of this kind. Anything else raises `Dynamic`, and the template is then
rendered in the sandbox of a worker process. Evaluation here is bounded, so it needs no time limit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import jinja2
from jinja2 import nodes

from ctxpack.lineage.dbt.templates.environment import Sandbox, native
from ctxpack.lineage.dbt.templates.pieces import Pieces

Function = Callable[[int, tuple[Any, ...], dict[str, Any]], Any]
"""A function of templates; called with the line, the positional and the named arguments."""

LARGEST = 1_000_000
"""The most characters of a template; its output may have twice as many."""

_MOST_STEPS = 20_000
_LONGEST = 10_000


class Dynamic(Exception):
    """The template contains something that only rendering can evaluate."""


@lru_cache(maxsize=1)
def sandbox() -> Sandbox:
    """The environment that parses templates in this process; nothing is rendered in it."""
    return Sandbox()


@lru_cache(maxsize=4096)
def parse(text: str) -> nodes.Template:
    """The syntax tree of a template; raises `jinja2.TemplateSyntaxError`, also if it is nested too deeply.

    Trees are cached by text until `forget`, so callers must not change them.
    """
    try:
        return _pieces().tree(text) or sandbox().parse(text)
    except (RecursionError, MemoryError, ValueError, OverflowError) as error:
        raise jinja2.TemplateSyntaxError("is nested too deeply", 1) from error


@lru_cache(maxsize=1)
def _pieces() -> Pieces:
    return Pieces(sandbox())


def forget() -> None:
    """Clear the cache of syntax trees."""
    parse.cache_clear()
    _pieces.cache_clear()


class Static:
    """Interprets syntax trees with the given names and functions."""

    longest = _LONGEST
    """The most characters of a printed or returned value."""

    readers: dict[type[nodes.Node], Callable[[Any, Any], Any]] = {}  # noqa: RUF012 - filled below
    """The evaluator of each type of expression node."""

    def __init__(self, names: Mapping[str, Any], functions: Mapping[str, Function]) -> None:
        self._names = dict(names)
        self._functions = functions
        self._steps = 0
        self.pieces: list[tuple[str, int, bool]] = []

    def run(self, template: nodes.Template) -> list[tuple[str, int, bool]]:
        """The output as (text, template line, whether all of it belongs to that line) pieces; raises `Dynamic`."""
        try:
            self._block(template.body)
        except (RecursionError, TypeError, ValueError, KeyError, OverflowError) as error:
            raise Dynamic from error
        return self.pieces

    def value(self, node: nodes.Node) -> Any:
        """The value of an expression; raises `Dynamic` for unknown nodes or after too many steps."""
        self._steps += 1
        reader = self.readers.get(type(node))
        if reader is None or self._steps > _MOST_STEPS:
            raise Dynamic
        return reader(self, node)

    def _block(self, body: list[nodes.Node]) -> None:
        for node in body:
            if isinstance(node, nodes.Output):
                self._output(node)
            elif isinstance(node, nodes.If):
                self._if(node)
            elif isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
                self._at(node.lineno)
                self._names[node.target.name] = self.value(node.node)
            elif isinstance(node, nodes.AssignBlock) and isinstance(node.target, nodes.Name) and node.filter is None:
                self._names[node.target.name] = self._captured(node.body)
            else:
                raise Dynamic

    def _captured(self, body: list[nodes.Node]) -> str:
        """The text that a `set` block prints, as a value; assignments inside are local."""
        outer, names = self.pieces, self._names
        self.pieces, self._names = [], dict(names)
        try:
            self._block(body)
            return "".join(text for text, _, _ in self.pieces)
        finally:
            self.pieces, self._names = outer, names

    def _at(self, line: int) -> None:
        """Called with the line before each evaluation; for subclasses."""

    def _output(self, node: nodes.Output) -> None:
        for part in node.nodes:
            if isinstance(part, nodes.TemplateData):
                self.pieces.append((part.data, part.lineno, False))
            else:
                self._at(part.lineno)
                self.pieces.append((self._printed(self.value(part)), part.lineno, True))

    def _printed(self, value: Any) -> str:
        if isinstance(value, (list, dict, tuple, float)):
            raise Dynamic
        text = str(value)
        if len(text) > self.longest:
            raise Dynamic
        return text

    def _if(self, node: nodes.If) -> None:
        self._at(node.lineno)
        if self.value(node.test):
            self._block(node.body)
            return
        for other in node.elif_:
            self._at(other.lineno)
            if self.value(other.test):
                self._block(other.body)
                return
        self._block(node.else_)

    # --- expressions --------------------------------------------------------------------------------------------------

    def _const(self, node: nodes.Const) -> Any:
        if isinstance(node.value, str) and len(node.value) > self.longest:
            raise Dynamic
        return node.value

    def _list(self, node: nodes.List | nodes.Tuple) -> Any:
        found = [self.value(item) for item in node.items]
        return found if isinstance(node, nodes.List) else tuple(found)

    def _dict(self, node: nodes.Dict) -> Any:
        return {self.value(pair.key): self.value(pair.value) for pair in node.items}

    def _name(self, node: nodes.Name) -> Any:
        if node.name not in self._names:
            raise Dynamic
        return self._names[node.name]

    def _getattr(self, node: nodes.Getattr) -> Any:
        owner = self.value(node.node)
        if isinstance(owner, dict) and node.attr in owner:
            return owner[node.attr]
        raise Dynamic

    def _getitem(self, node: nodes.Getitem) -> Any:
        owner, key = self.value(node.node), self.value(node.arg)
        if isinstance(owner, (dict, list, tuple)) and isinstance(key, (str, int)):
            try:
                return owner[key]  # type: ignore[index]
            except LookupError:
                pass
        raise Dynamic

    def _call(self, node: nodes.Call) -> Any:
        name = called_name(node)
        function = self._functions.get(name) if name else None
        if function is None or name.partition(".")[0] in self._names or node.dyn_args or node.dyn_kwargs:
            raise Dynamic
        args = tuple(self.value(arg) for arg in node.args)
        settings = {pair.key: self.value(pair.value) for pair in node.kwargs}
        given = function(node.lineno, args, settings)
        if isinstance(given, str) and len(given) > self.longest:
            raise Dynamic
        return given

    def _compare(self, node: nodes.Compare) -> bool:
        left = self.value(node.expr)
        for operand in node.ops:
            right = self.value(operand.expr)
            compare = _COMPARISONS.get(operand.op)
            if compare is None:
                raise Dynamic
            if not compare(left, right):
                return False
            left = right
        return True

    def _not(self, node: nodes.Not) -> bool:
        return not self.value(node.node)

    def _neg(self, node: nodes.Neg) -> Any:
        value = self.value(node.node)
        if type(value) not in (int, float):
            raise Dynamic
        return -value

    def _and(self, node: nodes.And) -> Any:
        return self.value(node.left) and self.value(node.right)

    def _or(self, node: nodes.Or) -> Any:
        return self.value(node.left) or self.value(node.right)

    def _choice(self, node: nodes.CondExpr) -> Any:
        if self.value(node.test):
            return self.value(node.expr1)
        return self.value(node.expr2) if node.expr2 is not None else ""

    def _concat(self, node: nodes.Concat) -> str:
        joined = "".join(self._printed(self.value(part)) for part in node.nodes)
        if len(joined) > self.longest:
            raise Dynamic
        return joined

    def _filter(self, node: nodes.Filter) -> Any:
        known = _FILTERS.get(node.name)
        if known is None or node.node is None or node.args or node.kwargs:
            raise Dynamic
        return known(self.value(node.node))

    def _test(self, node: nodes.Test) -> bool:
        if node.name == "none" and not node.args:
            return self.value(node.node) is None
        raise Dynamic


def called_name(node: nodes.Call) -> str:
    """The called name, as "name" or "package.name"; "" for anything else."""
    target = node.node
    if isinstance(target, nodes.Name):
        return target.name
    if isinstance(target, nodes.Getattr) and isinstance(target.node, nodes.Name):
        return f"{target.node.name}.{target.attr}"
    return ""


def is_switched_off(template: nodes.Template, names: Mapping[str, Any], functions: Mapping[str, Function]) -> bool:
    """Whether an unconditional `config(enabled=...)` statically disables the node."""
    for node in template.body:
        for part in node.nodes if isinstance(node, nodes.Output) else ():
            if isinstance(part, nodes.Call) and called_name(part) == "config":
                for pair in part.kwargs:
                    if pair.key == "enabled" and _is_off(pair.value, names, functions):
                        return True
    return False


def _is_off(node: nodes.Expr, names: Mapping[str, Any], functions: Mapping[str, Function]) -> bool:
    try:
        value = Static(names, functions).value(node)
    except (Dynamic, RecursionError, TypeError, ValueError, KeyError, OverflowError):
        return False
    return value is False or str(value).lower() == "false"


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "lt": lambda left, right: left < right,
    "lteq": lambda left, right: left <= right,
    "gt": lambda left, right: left > right,
    "gteq": lambda left, right: left >= right,
    "in": lambda left, right: left in right,
    "notin": lambda left, right: left not in right,
}
_FILTERS: dict[str, Callable[[Any], Any]] = {
    "as_bool": native,
    "as_native": native,
    "as_number": native,
    "as_text": str,
    "lower": lambda value: str(value).lower(),
    "upper": lambda value: str(value).upper(),
    "trim": lambda value: str(value).strip(),
    "string": str,
    "int": int,
}
READERS: dict[type[nodes.Node], Callable[[Any, Any], Any]] = {
    nodes.Const: Static._const,
    nodes.List: Static._list,
    nodes.Tuple: Static._list,
    nodes.Dict: Static._dict,
    nodes.Name: Static._name,
    nodes.Getattr: Static._getattr,
    nodes.Getitem: Static._getitem,
    nodes.Call: Static._call,
    nodes.Compare: Static._compare,
    nodes.Not: Static._not,
    nodes.Neg: Static._neg,
    nodes.And: Static._and,
    nodes.Or: Static._or,
    nodes.CondExpr: Static._choice,
    nodes.Concat: Static._concat,
    nodes.Filter: Static._filter,
    nodes.Test: Static._test,
}
Static.readers = READERS
