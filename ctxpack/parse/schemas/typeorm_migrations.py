"""TypeORM migrations: the SQL executed by `up`, and its calls that build tables from objects.

If `up` has a branch for each of several databases, the one for PostgreSQL is taken, or else the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from ctxpack.datamodel.schema import AUTOINCREMENT, DataFacts, SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas import defaults, sql_in_code
from ctxpack.parse.schemas.typescript_tree import Call, TypeScript, text_options

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

Steps = Iterator[SchemaStep]

_DATABASES = frozenset("postgres postgresql mysql mariadb sqlite mssql oracle cockroachdb better-sqlite3".split())


def read(text: str) -> DataFacts:
    """The steps of the migrations in a file."""
    tree = TypeScript(text)
    return DataFacts("typeorm_migrations", tuple(_Reader(tree).steps()))


class _Reader:
    def __init__(self, tree: TypeScript) -> None:
        self._tree = tree

    def steps(self) -> Steps:
        """The steps of the `up` methods, in order."""
        for one in self._tree.classes():
            for node in one.body.named_children:
                if node.type == "method_definition" and self._tree.text(node.child_by_field_name("name")) == "up":
                    yield from self._calls(node)

    def _calls(self, method: Node) -> Steps:
        stack = [method]
        while stack:
            node = stack.pop()
            call = self._tree.call(node)
            reader = self._readers.get(call.name) if call is not None and call.receiver is not None else None
            if call is not None and reader is not None:
                yield from reader(self, call)
            else:
                stack.extend(reversed(self._parts(node)))

    def _parts(self, node: Node) -> list[Node]:
        """The children of a node; for a switch over databases, those of one case."""
        body = node.child_by_field_name("body") if node.type == "switch_statement" else None
        cases = [one for one in body.named_children if one.type == "switch_case"] if body is not None else []
        written = [self._tree.text(one.child_by_field_name("value")) for one in cases]
        named = [one.rpartition(".")[2].strip("'\"`").lower().replace("_", "-") for one in written]
        if _DATABASES.isdisjoint(named):
            return node.named_children
        first = next((place for place, name in enumerate(named) if name.startswith("postgres")), 0)
        taken = next((one for one in cases[first:] if one.children_by_field_name("body")), None)
        return taken.children_by_field_name("body") if taken is not None else []

    def _arg(self, call: Call, place: int) -> Node | None:
        return call.args[place] if place < len(call.args) else None

    def _table(self, call: Call) -> str:
        return (self._tree.string(self._arg(call, 0)) or "").lower()

    def _query(self, call: Call) -> Steps:
        text = self._tree.string(self._arg(call, 0))
        if text:
            yield from sql_in_code.steps(text, self._tree.source, call.args[0].start_point[0] + 1)

    # --- objects ------------------------------------------------------------------------------------------------------

    def _object(self, node: Node | None) -> dict[str, Node]:
        """The entries of an object literal, or of the one given to a constructor (`new Table({...})`)."""
        if node is not None and node.type == "new_expression":
            listed = node.child_by_field_name("arguments")
            node = listed.named_children[0] if listed is not None and listed.named_children else None
        return self._tree.options(node)

    def _create(self, call: Call) -> Steps:
        options = self._object(self._arg(call, 0))
        name = self._tree.string(options.get("name"))
        made = [self._column(one) for one in self._listed(options.get("columns"))]
        columns = tuple(column for column, _ in made if column is not None)
        if not name or not columns:
            return
        primary = [column.name for column, is_key in made if column is not None and is_key]
        keys = [f"primary key ({', '.join(primary)})"] if primary else []
        keys.extend(key for one in self._listed(options.get("foreignKeys")) if (key := self._foreign(one)))
        yield SchemaStep("create", name.lower(), call.line, columns, tuple(keys))

    @staticmethod
    def _listed(node: Node | None) -> list[Node]:
        return [one for one in node.named_children if one.type != "comment"] if node and node.type == "array" else []

    def _column(self, node: Node | None) -> tuple[Column | None, bool]:
        options = self._object(node)
        name, kind = self._tree.string(options.get("name")), self._tree.string(options.get("type"))
        if not name or node is None:
            return None, False
        sizes = text_options(self._tree, options, "length", "precision", "scale")
        told = (kind or "") + (f"({', '.join(sizes)})" if sizes else "")
        told += "[]" if self._tree.truth(options.get("isArray")) is True else ""
        primary = self._tree.truth(options.get("isPrimary")) is True
        nullable = self._tree.truth(options.get("isNullable")) is True and not primary
        counts = self._tree.truth(options.get("isGenerated")) is True
        strategy = self._tree.string(options.get("generationStrategy"))
        default = AUTOINCREMENT if counts and strategy in (None, "increment") else self._default(options.get("default"))
        doc = self._tree.string(options.get("comment")) or ""
        return Column(name, told, nullable, doc, line=node.start_point[0] + 1, default=default), primary

    def _default(self, node: Node | None) -> str:
        """A default in SQL; a string is SQL already."""
        text = self._tree.string(node)
        return defaults.expression(text) if text else self._tree.default(node)

    def _foreign(self, node: Node | None) -> str:
        options = self._object(node)
        own, others = (self._tree.strings(options.get(key)) for key in ("columnNames", "referencedColumnNames"))
        table, name = (self._tree.string(options.get(key)) for key in ("referencedTableName", "name"))
        prefix = f"constraint {name} " if name else ""
        listed = f" ({', '.join(others)})" if others else ""
        return f"{prefix}foreign key ({', '.join(own)}) references {table.lower()}{listed}" if own and table else ""

    def _add_columns(self, call: Call) -> Steps:
        given = self._arg(call, 1)
        for one in self._listed(given) if call.name == "addColumns" else [given]:
            column, _ = self._column(one)
            if column is not None and self._table(call):
                yield SchemaStep("add column", self._table(call), call.line, (column,))

    def _drop_columns(self, call: Call) -> Steps:
        for name in self._tree.strings(self._arg(call, 1)) if self._table(call) else ():
            yield SchemaStep("drop column", self._table(call), call.line, name=name)

    def _rename_column(self, call: Call) -> Steps:
        old, new = (self._tree.string(self._arg(call, place)) for place in (1, 2))
        if old and new and self._table(call):
            yield SchemaStep("rename column", self._table(call), call.line, (Column(new, line=call.line),), name=old)

    def _change_column(self, call: Call) -> Steps:
        old, (column, _) = self._tree.string(self._arg(call, 1)), self._column(self._arg(call, 2))
        if not old or column is None or not self._table(call):
            return
        if old != column.name:
            yield SchemaStep("rename column", self._table(call), call.line, (column,), name=old)
        yield SchemaStep("retype", self._table(call), call.line, (column,))
        yield SchemaStep("nullability", self._table(call), call.line, (column,))
        yield SchemaStep("default", self._table(call), call.line, (column,))

    def _drop(self, call: Call) -> Steps:
        if self._table(call):
            yield SchemaStep("drop", self._table(call), call.line)

    def _rename(self, call: Call) -> Steps:
        new = self._tree.string(self._arg(call, 1))
        if new and self._table(call):
            yield SchemaStep("rename", self._table(call), call.line, name=new.lower())

    def _add_key(self, call: Call) -> Steps:
        key = self._foreign(self._arg(call, 1))
        if key and self._table(call):
            yield SchemaStep("add key", self._table(call), call.line, keys=(key,))

    def _drop_key(self, call: Call) -> Steps:
        name = self._tree.string(self._arg(call, 1))
        if name and self._table(call):
            yield SchemaStep("drop key", self._table(call), call.line, name=name)

    _readers: ClassVar[Mapping[str, Callable[[_Reader, Call], Steps]]] = {
        "query": _query, "createTable": _create, "addColumn": _add_columns, "addColumns": _add_columns,
        "dropColumn": _drop_columns, "dropColumns": _drop_columns, "renameColumn": _rename_column,
        "changeColumn": _change_column, "dropTable": _drop, "renameTable": _rename, "createForeignKey": _add_key,
        "dropForeignKey": _drop_key, "dropUniqueConstraint": _drop_key,
    }  # fmt: skip
