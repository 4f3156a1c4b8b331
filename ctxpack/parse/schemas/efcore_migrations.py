"""Entity Framework Core migrations: the migration builder calls of `Up`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

import msgspec

from ctxpack.datamodel.schema import AUTOINCREMENT, DataFacts, SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas import defaults, sql_in_code
from ctxpack.parse.schemas.csharp_tree import Call, CSharp

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

Steps = Iterator[SchemaStep]

_COUNTING = ("SqlServer:Identity", "Sqlite:Autoincrement", "Oracle:Identity")
_STRATEGIES = ("IdentityColumn", "SerialColumn", "IdentityByDefaultColumn", "IdentityAlwaysColumn")


def read(text: str) -> DataFacts:
    """The steps of a migration's `Up`."""
    tree = CSharp(text)
    return DataFacts("efcore_migrations", tuple(_Reader(tree).steps()))


class _Reader:
    def __init__(self, tree: CSharp) -> None:
        self._tree = tree

    def steps(self) -> Steps:
        """The steps of the builder calls, in order."""
        for body in self._tree.methods("Up"):
            stack = [body]
            while stack:
                node = stack.pop()
                chain = self._tree.chain(node)
                reader = self._readers.get(chain[0].name) if chain else None
                if reader is not None and chain[0].receiver.type == "identifier":
                    yield from reader(self, chain[0])
                elif not chain:
                    stack.extend(reversed(node.named_children))

    def _named(self, call: Call, table: str = "table", place: int = -1, schema: str = "schema") -> str:
        """The table of a call with its schema, in small letters."""
        name, owner = self._tree.string(call.arg(table, place)), self._tree.string(call.named.get(schema))
        return f"{owner}.{name}".lower() if owner and name else name.lower()

    # --- tables -------------------------------------------------------------------------------------------------------

    def _create(self, call: Call) -> Steps:
        table, made = self._named(call, "name", 0), call.arg("columns", 1)
        body = made.child_by_field_name("body") if made is not None and made.type == "lambda_expression" else None
        columns: dict[str, Column] = {}
        children = body.named_children if body is not None else []
        for member, value in pairwise(children):
            column = self._column(self._tree.text(member), value) if member.type == "identifier" else None
            if column is not None:
                columns[self._tree.text(member)] = column
        keys = tuple(self._keys(call.named.get("constraints"), columns))
        doc = self._tree.string(call.named.get("comment"))
        if table and columns:
            yield SchemaStep(
                "create", table, call.line, tuple(columns.values()), keys, doc=doc,
                spelled=self._spelled(call, table),
            )  # fmt: skip

    def _spelled(self, call: Call, table: str) -> str:
        """The name of a table in its original case; "" if that is lower case."""
        names = [self._tree.string(call.named.get("schema")), self._tree.string(call.arg("name", 0))]
        written = ".".join(name for name in names if name)
        return "" if written == table else written

    def _column(self, member: str, node: Node) -> Column | None:
        chain = self._tree.chain(node)
        if not chain or chain[0].name != "Column":
            return None
        column = self._described(chain[0], self._tree.string(chain[0].named.get("name")) or member)
        return msgspec.structs.replace(column, default=AUTOINCREMENT) if self._counts(chain[1:]) else column

    def _described(self, call: Call, name: str) -> Column:
        """The column described by the arguments of a call."""
        kind, length = self._tree.string(call.arg("type")), self._tree.text(call.arg("maxLength"))
        told = kind or (f"{call.generic}({length})" if length else call.generic)
        stated = self._tree.string(call.arg("defaultValueSql"))
        default = defaults.expression(stated) if stated else self._tree.default(call.arg("defaultValue"))
        nullable = self._tree.text(call.arg("nullable")) == "true"
        doc = self._tree.string(call.arg("comment"))
        return Column(name, told, nullable, doc, line=call.line, default=default)

    def _counts(self, chain: list[Call]) -> bool:
        """Whether annotations make a column auto-increment."""
        for call in chain:
            name, value = self._tree.string(call.arg("name", 0)), self._tree.text(call.arg("value", 1))
            if name in _COUNTING or (name.endswith(":ValueGenerationStrategy") and value.endswith(_STRATEGIES)):
                return True
        return False

    def _keys(self, node: Node | None, columns: Mapping[str, Column]) -> Iterator[str]:
        body = node.child_by_field_name("body") if node is not None else None
        for one in body.named_children if body is not None else ():
            chain = self._tree.chain(one.named_children[0] if one.named_children else None)
            if not chain:
                continue
            call = chain[0]
            members = self._tree.members(call.arg("column") or call.arg("columns", 1))
            own = ", ".join(columns[name].name if name in columns else name for name in members)
            name = self._tree.string(call.arg("name", 0))
            if own and call.name == "PrimaryKey":
                yield f"primary key ({own})"
            elif own and call.name == "UniqueConstraint":
                yield f"constraint {name} unique ({own})"
            elif own and call.name == "ForeignKey":
                target = self._target(call)
                yield from [f"constraint {name} foreign key ({own}) references {target}"] if target else []

    def _target(self, call: Call) -> str:
        table = self._named(call, "principalTable", schema="principalSchema")
        others = self._tree.strings(call.arg("principalColumn") or call.arg("principalColumns"))
        return f"{table} ({', '.join(others)})" if table and others else table

    def _drop(self, call: Call) -> Steps:
        table = self._named(call, "name", 0)
        if table:
            yield SchemaStep("drop", table, call.line)

    def _rename(self, call: Call) -> Steps:
        table, new = self._named(call, "name", 0), self._named(call, "newName", schema="newSchema")
        if table and new:
            yield SchemaStep("rename", table, call.line, name=new)

    # --- columns ------------------------------------------------------------------------------------------------------

    def _add_column(self, call: Call) -> Steps:
        table, name = self._named(call, place=1), self._tree.string(call.arg("name", 0))
        if table and name:
            yield SchemaStep("add column", table, call.line, (self._described(call, name),))

    def _drop_column(self, call: Call) -> Steps:
        table, name = self._named(call, place=1), self._tree.string(call.arg("name", 0))
        if table and name:
            yield SchemaStep("drop column", table, call.line, name=name)

    def _rename_column(self, call: Call) -> Steps:
        table, name = self._named(call, place=1), self._tree.string(call.arg("name", 0))
        new = self._tree.string(call.arg("newName", 2))
        if table and name and new:
            yield SchemaStep("rename column", table, call.line, (Column(new, line=call.line),), name=name)

    def _alter(self, call: Call) -> Steps:
        table, name = self._named(call, place=1), self._tree.string(call.arg("name", 0))
        if table and name:
            column = self._described(call, name)
            for kind in ("retype", "nullability") if column.type else ("nullability",):
                yield SchemaStep(kind, table, call.line, (column,))
            if {"defaultValue", "defaultValueSql", "oldDefaultValue", "oldDefaultValueSql"} & set(call.named):
                yield SchemaStep("default", table, call.line, (column,))

    # --- keys and others ----------------------------------------------------------------------------------------------

    def _add_key(self, call: Call) -> Steps:
        table, name = self._named(call, place=1), self._tree.string(call.arg("name", 0))
        own = ", ".join(self._tree.strings(call.arg("column", 2) or call.arg("columns", 2)))
        kind = {"AddPrimaryKey": "primary key", "AddForeignKey": "foreign key"}.get(call.name, "unique")
        target = self._target(call) if kind == "foreign key" else ""
        if call.name == "CreateIndex" and (self._tree.text(call.arg("unique")) != "true" or "filter" in call.named):
            return
        if table and own and (target or kind != "foreign key"):
            prefix = "" if kind == "primary key" else f"constraint {name} "
            after = f" references {target}" if target else ""
            yield SchemaStep("add key", table, call.line, keys=(f"{prefix}{kind} ({own}){after}",))

    def _drop_key(self, call: Call) -> Steps:
        table, name = self._named(call, place=1), self._tree.string(call.arg("name", 0))
        if table and name:
            primary = call.name == "DropPrimaryKey"
            yield SchemaStep("drop key", table, call.line, name="primary key" if primary else name)

    def _sql(self, call: Call) -> Steps:
        text = self._tree.string(call.arg("sql", 0))
        if text:
            yield from sql_in_code.steps(text, self._tree.source, call.line)

    _readers: ClassVar[Mapping[str, Callable[[_Reader, Call], Steps]]] = {
        "CreateTable": _create, "DropTable": _drop, "RenameTable": _rename, "AddColumn": _add_column,
        "DropColumn": _drop_column, "RenameColumn": _rename_column, "AlterColumn": _alter, "AddPrimaryKey": _add_key,
        "AddForeignKey": _add_key, "AddUniqueConstraint": _add_key, "CreateIndex": _add_key,
        "DropPrimaryKey": _drop_key, "DropForeignKey": _drop_key, "DropUniqueConstraint": _drop_key,
        "DropIndex": _drop_key, "Sql": _sql,
    }  # fmt: skip
