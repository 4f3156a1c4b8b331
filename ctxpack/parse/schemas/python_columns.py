"""SQLAlchemy columns and constraints, shared by the parsers of models, Table objects and migrations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ctxpack.model import Column
from ctxpack.parse.schemas.python_defaults import server_default
from ctxpack.parse.schemas.python_tree import Bindings, Call, Module

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

COLUMNS = frozenset({"Column", "mapped_column"})
_CONSTRAINTS = frozenset(
    {"PrimaryKeyConstraint", "UniqueConstraint", "ForeignKeyConstraint", "CheckConstraint", "Index"}
)
_NOT_TYPES = frozenset({"ForeignKey", "Computed", "Identity", "Sequence", "CheckConstraint", "FetchedValue", "Field"})
_OWNER = re.compile(
    r"\b(?:sa|db|sqlalchemy|sqltypes|types|sqla|postgresql|mysql|sqlite|mssql|oracle|models)\.(?=[A-Za-z_])"
)

NOTHING: Bindings = {}


def type_text(module: Module, node: Node) -> str:
    """A type as written, without its module and cut where a list of choices runs on."""
    text = _OWNER.sub("", module.text(node))
    return text if len(text) <= 120 else text[:117] + "..."


def column(
    module: Module, call: Call, name: str = "", *, nullable: bool = True, bound: Bindings = NOTHING, stated: str = ""
) -> tuple[Column, tuple[str, ...]] | None:
    """A Column and the keys stated in it; None if its name is unknown.

    `name` is the attribute it is assigned to, `nullable` the default nullability, and `stated` the type from an
    annotation.
    """
    args = list(call.args)
    own = module.string(args[0], bound) if args else None
    if own is not None:
        args.pop(0)
    named = own or module.string(call.named.get("name"), bound) or name
    if not named:
        return None
    foreign = [
        one
        for one in (module.call(module.seen_through(arg, bound)) for arg in args)
        if one and one.last == "ForeignKey"
    ]
    primary = module.truth(call.named.get("primary_key")) is True
    told = module.truth(call.named.get("nullable"))
    type_node = call.named.get("type_") or next((arg for arg in args if _is_type(module, arg)), None)
    made = Column(
        named,
        type_text(module, type_node) if type_node is not None else stated,
        told if told is not None else (False if primary else nullable),
        module.string(call.named.get("comment") or call.named.get("doc"), bound) or "",
        line=call.line,
        default=server_default(module, call.named.get("server_default"), bound),
    )
    keys = [f"primary key ({named})"] if primary else []
    if module.truth(call.named.get("unique")) is True:
        keys.append(f"unique ({named})")
    keys.extend(text for one in foreign if (text := _foreign(module, one, named, bound)))
    return made, tuple(keys)


def _is_type(module: Module, node: Node) -> bool:
    call = module.call(node)
    if call is not None:
        return call.last not in _NOT_TYPES and bool(call.name)
    return node.type in ("identifier", "attribute") and module.dotted(node).rpartition(".")[2][:1].isupper()


def _foreign(module: Module, call: Call, name: str, bound: Bindings) -> str:
    target = module.string(call.argument(0, "column"), bound)
    if target is None and call.args:
        # ForeignKey(User.id): only the name of the class is known.
        owner, _, last = module.dotted(call.args[0]).rpartition(".")
        target = f"{{{owner}}}.{last}" if owner and last != "c" else None
    text = reference(target or "")
    constraint = module.string(call.named.get("name"), bound)
    named = f"constraint {constraint} " if constraint else ""
    return f"{named}foreign key ({name}) references {text}" if text else ""


def reference(target: str) -> str:
    """`schema.table.column` in the notation of keys: "schema.table (column)"."""
    table, _, other = target.rpartition(".")
    if not table:
        return ""
    return f"{table if table.startswith('{') else table.lower()} ({other})"


def constraint(module: Module, call: Call, bound: Bindings = NOTHING) -> str:
    """The key stated by a table constraint, "" for any other call."""
    if call.last not in _CONSTRAINTS:
        return ""
    name = module.string(call.named.get("name"), bound) or ""
    args = list(call.args)
    if call.last == "Index":
        if module.truth(call.named.get("unique")) is not True or not args or "postgresql_where" in call.named:
            return ""
        name = module.string(args.pop(0), bound) or ""
    prefix = f"constraint {name} " if name else ""
    if call.last == "ForeignKeyConstraint":
        return prefix + _foreign_constraint(module, call, bound) if len(args) > 1 else ""
    if call.last == "CheckConstraint":
        text = module.string(args[0], bound) if args else None
        return f"{prefix}check ({text})" if text else ""
    listed = ", ".join(one for arg in args if (one := _column_name(module, arg, bound)))
    kind = "primary key" if call.last == "PrimaryKeyConstraint" else "unique"
    return f"{prefix}{kind} ({listed})" if listed else ""


def _column_name(module: Module, node: Node, bound: Bindings) -> str:
    text = module.string(node, bound)
    return text if text is not None else module.dotted(node).rpartition(".")[2]


def _foreign_constraint(module: Module, call: Call, bound: Bindings) -> str:
    own, others = module.strings(call.args[0], bound), module.strings(call.args[1], bound)
    if not own or not others:
        return ""
    table = others[0].rpartition(".")[0].lower()
    listed = ", ".join(other.rpartition(".")[2] for other in others)
    return f"foreign key ({', '.join(own)}) references {table} ({listed})"


def table_parts(
    module: Module, nodes: Sequence[Node], bound: Bindings = NOTHING
) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """The columns and keys among the arguments of `Table(...)` or `op.create_table(...)`."""
    columns: list[Column] = []
    keys: list[str] = []
    for node in nodes:
        call = module.call(module.seen_through(node, bound))
        if call is None:
            continue
        if call.last in COLUMNS:
            made = column(module, call, bound=bound)
            if made is not None:
                columns.append(made[0])
                keys.extend(made[1])
        elif text := constraint(module, call, bound):
            keys.append(text)
    return tuple(columns), tuple(keys)
