"""Keys in Rails schemas and migrations: calls for unique indexes, foreign keys and checks.

The arguments of a call exclude the table, as inside a table's block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from ctxpack.datamodel.schema import SchemaStep
from ctxpack.parse.schemas.ruby_tree import Call, Ruby
from ctxpack.parse.schemas.words import singular

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

Bound = Mapping[str, str]
Steps = Iterator[SchemaStep]


def added(tree: Ruby, call: Call, table: str, bound: Bound) -> Steps:
    """The steps of a call that adds a key to a table."""
    yield from _READERS[call.method.removeprefix("add_")](tree, call, table, bound)


def dropped(tree: Ruby, call: Call, table: str, bound: Bound) -> Steps:
    """The steps of a call that drops a foreign key from a table."""
    to = _text(tree, call.args[0] if call.args else None, bound) or _text(tree, call.options.get("to_table"), bound)
    column = _text(tree, call.options.get("column"), bound) or (f"{singular(to)}_id" if to else "")
    name = _text(tree, call.options.get("name"), bound) or (f"{table}_{column}_fkey" if column else "")
    if name:
        yield SchemaStep("drop key", table, call.line, name=name)


def _unique(tree: Ruby, call: Call, table: str, bound: Bound) -> Steps:
    if _is_true(call.options.get("unique")) and "where" not in call.options and call.args:
        columns = tree.values(call.args[0], bound)
        name = _text(tree, call.options.get("name"), bound)
        prefix = f"constraint {name} " if name else ""
        if columns and not any("(" in column for column in columns):
            yield SchemaStep("add key", table, call.line, keys=(f"{prefix}unique ({', '.join(columns)})",))


def _foreign(tree: Ruby, call: Call, table: str, bound: Bound) -> Steps:
    to = _text(tree, call.args[0] if call.args else None, bound).lower()
    if not to or not table:
        return
    own = tree.values(call.options.get("column"), bound) or [f"{singular(to.rpartition('.')[2])}_id"]
    others = tree.values(call.options.get("primary_key"), bound)
    listed = f" ({', '.join(others)})" if others else ""
    name = _text(tree, call.options.get("name"), bound)
    prefix = f"constraint {name} " if name else ""
    key = f"{prefix}foreign key ({', '.join(own)}) references {to}{listed}"
    yield SchemaStep("add key", table, call.line, keys=(key,))


def _check(tree: Ruby, call: Call, table: str, bound: Bound) -> Steps:
    text = _text(tree, call.args[0] if call.args else None, bound)
    name = _text(tree, call.options.get("name"), bound)
    if text and table:
        key = f"constraint {name} check ({text})" if name else f"check ({text})"
        yield SchemaStep("add key", table, call.line, keys=(key,))


def _text(tree: Ruby, node: Node | None, bound: Bound) -> str:
    return tree.value(node, bound) or ""


def _is_true(node: Node | None) -> bool:
    return node is not None and node.type == "true"


_READERS: Mapping[str, Callable[[Ruby, Call, str, Bound], Steps]] = {
    "index": _unique, "unique_constraint": _unique, "foreign_key": _foreign, "check_constraint": _check,
}  # fmt: skip
