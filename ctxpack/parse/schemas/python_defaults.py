"""SQLAlchemy's `server_default=` and Django's `db_default=` in SQL.

The `default=` of either is filled in by the program, unknown to the database, and so ignored here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxpack.parse.schemas import defaults
from ctxpack.parse.schemas.python_tree import Bindings, Call, Module

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_NUMBER = re.compile(r"-?\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?")
_PLAIN = frozenset({"integer", "float", "unary_operator"})
_TRUTHS = {"true": "true", "false": "false"}
_WITHOUT_BRACKETS = frozenset({"current_timestamp", "current_date", "current_time", "localtimestamp", "localtime"})
_OF_DJANGO = {"Now": defaults.NOW, "RandomUUID": "gen_random_uuid()"}
NOTHING: Bindings = {}


def server_default(module: Module, node: Node | None, bound: Bindings = NOTHING) -> str:
    """A `server_default` in SQL; "" for none, `defaults.UNTOLD` for one that the file leaves open.

    A string is a literal, `text(...)` an expression, and `func.name(...)` a call.
    """
    node = module.seen_through(node, bound)
    if node is None or node.type == "none":
        return ""
    call = module.call(node)
    if call is None:
        return _literal(module, node, bound)
    if call.last in ("text", "literal_column"):
        return _expression(module, call, bound)
    if call.last in ("DefaultClause", "literal") and call.args:
        return server_default(module, call.args[0], bound)
    if call.last in _TRUTHS and not call.args:
        return _TRUTHS[call.last]
    owner = call.name.rpartition(".")[0].rpartition(".")[2]
    return _function(module, call, bound) if owner == "func" else defaults.UNTOLD


def database_default(module: Module, node: Node | None) -> str:
    """A `db_default` in SQL, with the same results as `server_default`."""
    node = module.seen_through(node)
    if node is None or node.type == "none":
        return ""
    call = module.call(node)
    if call is None:
        return _literal(module, node, NOTHING)
    if call.last == "Value" and call.args:
        return database_default(module, call.args[0])
    return _OF_DJANGO.get(call.last, defaults.UNTOLD) if not call.args else defaults.UNTOLD


def _literal(module: Module, node: Node, bound: Bindings) -> str:
    if node.type in _TRUTHS:
        return _TRUTHS[node.type]
    if node.type in _PLAIN:
        text = module.text(node)
        return text.replace("_", "") if _NUMBER.fullmatch(text) else defaults.UNTOLD
    text_of = _known(module, node, bound)
    return defaults.quoted(text_of) if text_of is not None else defaults.UNTOLD


def _known(module: Module, node: Node, bound: Bindings) -> str | None:
    """The text of a string without computed parts, else None."""
    if node.type == "concatenated_string":
        parts = [_known(module, child, bound) for child in node.named_children if child.type != "comment"]
        known = [part for part in parts if part is not None]
        return "".join(known) if len(known) == len(parts) else None
    if node.type != "string" or any(child.type == "interpolation" for child in node.children):
        return None
    return module.string(node, bound)


def _expression(module: Module, call: Call, bound: Bindings) -> str:
    node = module.seen_through(call.argument(0, "text"), bound)
    text = _known(module, node, bound) if node is not None else None
    return defaults.expression(text) if text is not None else defaults.UNTOLD


def _function(module: Module, call: Call, bound: Bindings) -> str:
    """A call `func.name(...)` with literal arguments."""
    if call.last in _WITHOUT_BRACKETS and not call.args:
        return call.last.upper()
    values = [server_default(module, arg, bound) for arg in call.args]
    if call.named or "" in values or defaults.UNTOLD in values:
        return defaults.UNTOLD
    return defaults.expression(f"{call.last}({', '.join(values)})")
