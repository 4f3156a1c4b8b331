"""Drizzle tables in TypeScript: `pgTable("users", { id: serial("id").primaryKey() })` and the like.

Column objects that tables spread into theirs become steps of their own, merged by `lineage/orm/classes.py`. A table
whose name depends on another file (a prefix function, an imported schema) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from ctxpack.datamodel.schema import AUTOINCREMENT, DataFacts, SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas import defaults
from ctxpack.parse.schemas.typescript_tree import Call, TypeScript, text_options

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_TABLES = frozenset({"pgTable", "mysqlTable", "sqliteTable", "singlestoreTable", "mssqlTable", "cockroachTable"})
_CREATORS = frozenset(f"{one}Creator" for one in _TABLES)
_SCHEMAS = frozenset({"pgSchema", "mysqlSchema", "singlestoreSchema", "mssqlSchema"})
_ENUMS = frozenset({"pgEnum"})
_CORE = re.compile(r"^drizzle-orm/[\w-]+-core$")
_COUNTING = frozenset({"serial", "bigserial", "smallserial"})
_SQL = re.compile(r"sql\s*[<`]")
_PLACEHOLDER = re.compile(r"\$\{\s*(\w+)\s*\}")


def read(text: str) -> DataFacts:
    """A step for each table, and for each shared object of columns."""
    return DataFacts("drizzle", tuple(_Reader(TypeScript(text)).steps()))


class _Reader:
    def __init__(self, tree: TypeScript) -> None:
        self._tree = tree
        self._imported: set[str] = set()
        self._makers: dict[str, str] = {}
        self._schemas: dict[str, str] = {}
        self._enums: dict[str, str] = {}

    def steps(self) -> Iterator[SchemaStep]:
        """The tables and column objects at the top level of the file, in order."""
        for node in self._tree.root.named_children:
            if node.type == "import_statement":
                self._import(node)
            inner = node.child_by_field_name("declaration") if node.type == "export_statement" else node
            for one in inner.named_children if inner is not None and inner.type == "lexical_declaration" else ():
                name, value = one.child_by_field_name("name"), self._tree.plain(one.child_by_field_name("value"))
                if name is not None and name.type == "identifier" and value is not None:
                    yield from self._declared(self._tree.text(name), value)

    def _import(self, node: Node) -> None:
        if not _CORE.match(self._tree.string(node.child_by_field_name("source")) or ""):
            return
        stack = list(node.named_children)
        while stack:
            one = stack.pop()
            if one.type == "import_specifier":
                name, alias = one.child_by_field_name("name"), one.child_by_field_name("alias")
                self._imported.add(self._tree.text(alias or name))
            else:
                stack.extend(one.named_children)

    def _declared(self, name: str, value: Node) -> Iterator[SchemaStep]:
        call = self._tree.chain(value)[:1]
        first = self._tree.string(call[0].args[0]) if call and call[0].args else None
        if value.type == "object":
            yield from self._shared(name, value)
        elif not call:
            return
        elif call[0].name in _CREATORS:
            self._makers[name] = self._template(call[0])
        elif call[0].name in _SCHEMAS and first:
            self._schemas[name] = first
        elif call[0].name in _ENUMS and first:
            self._enums[name] = first
        else:
            yield from self._table(name, call[0])

    def _template(self, call: Call) -> str:
        """The table name template of a table creator, with `{}` for its argument; "" if unknown."""
        function = call.args[0] if call.args else None
        body = self._tree.given_back(function)
        given = function.child_by_field_name("parameters") if function is not None else None
        single = function.child_by_field_name("parameter") if function is not None else None
        name = self._tree.text(single or given).strip("()").partition(":")[0].strip()
        text = self._tree.text(body)[1:-1] if body is not None and body.type == "template_string" else ""
        names = set(_PLACEHOLDER.findall(text))
        return _PLACEHOLDER.sub("{}", text) if names == {name} else ""

    def _table(self, name: str, call: Call) -> Iterator[SchemaStep]:
        table = self._named(call)
        written = call.args[1] if len(call.args) > 1 else None
        function = written is not None and written.type == "arrow_function"
        fields = self._tree.given_back(written) if function else self._tree.plain(written)
        if not table or fields is None or fields.type != "object":
            return
        columns, keys, column_of = self._columns(fields)
        keys.extend(self._table_keys(call.args[2] if len(call.args) > 2 else None, column_of))
        if columns or self._spread(fields):
            yield SchemaStep(
                "create", table.lower(), call.line, tuple(columns), tuple(keys), name, ", ".join(self._spread(fields)),
                likeness="name",
            )  # fmt: skip

    def _named(self, call: Call) -> str:
        """The name of a table with its schema; "" if unknown, or if the call declares no table."""
        given = self._tree.string(call.args[0]) if call.args else None
        if not given:
            return ""
        owner = self._tree.text(call.receiver) if call.receiver is not None else ""
        if call.name in _TABLES and call.name in self._imported:
            return given
        if call.name == "table" and owner in self._schemas:
            return f"{self._schemas[owner]}.{given}"
        return self._makers.get(call.name, "").replace("{}", given)

    def _shared(self, name: str, value: Node) -> Iterator[SchemaStep]:
        """A column object that tables may spread into theirs."""
        roots = [self._tree.chain(one)[:1] for one in self._tree.options(value).values()]
        if roots and all(one and one[0].receiver is None and one[0].name in self._imported for one in roots):
            columns, keys, _ = self._columns(value)
            line = value.start_point[0] + 1
            yield SchemaStep(
                "create", "", line, tuple(columns), tuple(keys), name, ", ".join(self._spread(value)), "mixin",
                likeness="name",
            )  # fmt: skip

    def _spread(self, fields: Node) -> list[str]:
        """The names of the objects spread into an object."""
        inner = [one.named_children[0] for one in fields.named_children if one.type == "spread_element"]
        return [self._tree.text(one) for one in inner if one.type == "identifier"]

    # --- columns ------------------------------------------------------------------------------------------------------

    def _columns(self, fields: Node) -> tuple[list[Column], list[str], dict[str, str]]:
        """The columns of an object, their keys, and the column name of each member."""
        columns: list[Column] = []
        keys: list[str] = []
        column_of: dict[str, str] = {}
        for member, value in self._tree.options(fields).items():
            chain = self._tree.chain(value)
            if not chain:
                continue
            first = chain[0]
            name = (self._tree.string(first.args[0]) if first.args else None) or member
            options = next((self._tree.options(one) for one in first.args if one.type == "object"), {})
            column = Column(name, self._type(first, options), first.name not in _COUNTING, line=first.line)
            if first.name in _COUNTING:
                column = msgspec.structs.replace(column, default=AUTOINCREMENT)
            for call in chain[1:]:
                column = self._modified(column, call)
                keys.extend(key for key in [self._key(name, call)] if key)
            columns.append(column)
            column_of[member] = name
        return columns, keys, column_of

    def _type(self, call: Call, options: Mapping[str, Node]) -> str:
        """The type of a column: the name of the call, with its sizes."""
        kind = self._enums.get(call.name, call.name)
        sizes = text_options(self._tree, options, "length", "precision", "scale", "dimensions")
        kind = f"{kind}({', '.join(sizes)})" if sizes else kind
        if self._tree.truth(options.get("unsigned")) is True:
            return f"{kind} unsigned"
        return f"{kind} with time zone" if self._tree.truth(options.get("withTimezone")) is True else kind

    def _modified(self, column: Column, call: Call) -> Column:
        first = call.args[0] if call.args else None
        match call.name:
            case "notNull":
                return msgspec.structs.replace(column, nullable=False)
            case "array":
                return msgspec.structs.replace(column, type=f"{column.type}[]")
            case "primaryKey":
                counts = self._tree.truth(self._tree.options(first).get("autoIncrement")) is True
                return msgspec.structs.replace(
                    column, nullable=False, default=AUTOINCREMENT if counts else column.default
                )
            case "default" | "defaultNow" | "defaultRandom":
                known = {"defaultNow": defaults.NOW, "defaultRandom": "gen_random_uuid()"}.get(call.name)
                return msgspec.structs.replace(column, default=known or self._default(first))
            case "autoincrement" | "generatedAlwaysAsIdentity" | "generatedByDefaultAsIdentity":
                return msgspec.structs.replace(column, nullable=False, default=AUTOINCREMENT)
        return column

    def _default(self, node: Node | None) -> str:
        if node is None or not _SQL.match(self._tree.text(node)):
            return self._tree.default(node)
        # The grammar parses a typed template, sql<number>`...`, as two comparisons.
        text = node.child_by_field_name("arguments") or node.child_by_field_name("right")
        return self._tree.expression(text)

    def _key(self, column: str, call: Call) -> str:
        """The key that a method call on a column declares; "" for none."""
        if call.name == "primaryKey":
            return f"primary key ({column})"
        if call.name == "unique":
            name = self._tree.string(call.args[0]) if call.args else None
            return f"constraint {name} unique ({column})" if name else f"unique ({column})"
        to = self._tree.given_back(call.args[0]) if call.name == "references" and call.args else None
        return f"foreign key ({column}) references {self._target(to)}" if self._target(to) else ""

    def _target(self, node: Node | None) -> str:
        """The reference `users.id` as "{users} (id)"; without the column if its name may differ from the member's."""
        if node is None or node.type != "member_expression":
            return ""
        owner, member = (self._tree.text(node.child_by_field_name(name)) for name in ("object", "property"))
        if not owner.isidentifier():
            return ""
        return f"{{{owner}}} ({member})" if member == member.lower() else f"{{{owner}}}"

    # --- keys ---------------------------------------------------------------------------------------------------------

    def _table_keys(self, node: Node | None, column_of: Mapping[str, str]) -> Iterator[str]:
        """The keys that the function after the columns returns, in an object or an array."""
        listed = self._tree.given_back(node)
        values = list(self._tree.options(listed).values())
        for value in values or (listed.named_children if listed is not None and listed.type == "array" else ()):
            chain = self._tree.chain(value)
            reader = self._of_table.get(chain[0].name) if chain else None
            key = reader(self, chain, column_of) if reader is not None else ""
            if key:
                yield key

    def _members(self, nodes: Sequence[Node], column_of: Mapping[str, str]) -> list[str]:
        """The columns of `t.a, t.b`; [] if any of them is anything else."""
        named = [
            self._tree.text(one.child_by_field_name("property")) for one in nodes if one.type == "member_expression"
        ]
        return (
            [column_of[one] for one in named] if named and len(named) == len(nodes) and {*named} <= {*column_of} else []
        )

    def _listed(self, options: Mapping[str, Node], name: str) -> list[Node]:
        node = options.get(name)
        return [one for one in node.named_children if one.type != "comment"] if node and node.type == "array" else []

    def _primary(self, chain: Sequence[Call], column_of: Mapping[str, str]) -> str:
        args = chain[0].args
        options = self._tree.options(args[0] if args else None)
        columns = self._members(self._listed(options, "columns") or args, column_of)
        return f"primary key ({', '.join(columns)})" if columns else ""

    def _unique(self, chain: Sequence[Call], column_of: Mapping[str, str]) -> str:
        on = next((one for one in chain if one.name == "on"), None)
        columns = self._members(on.args, column_of) if on is not None else []
        if not columns or any(one.name == "where" for one in chain):
            return ""
        name = self._tree.string(chain[0].args[0]) if chain[0].args else None
        return f"constraint {name} unique ({', '.join(columns)})" if name else f"unique ({', '.join(columns)})"

    def _foreign(self, chain: Sequence[Call], column_of: Mapping[str, str]) -> str:
        options = self._tree.options(chain[0].args[0] if chain[0].args else None)
        columns = self._members(self._listed(options, "columns"), column_of)
        others = [self._target(one) for one in self._listed(options, "foreignColumns")]
        if not columns or not others or not all(others):
            return ""
        name = self._tree.string(options.get("name"))
        members = [one.partition(" (")[2].rstrip(")") for one in others]
        listed = f" ({', '.join(members)})" if all(members) else ""
        prefix = f"constraint {name} " if name else ""
        return f"{prefix}foreign key ({', '.join(columns)}) references {others[0].partition(' ')[0]}{listed}"

    _of_table: Mapping[str, Callable[[_Reader, Sequence[Call], Mapping[str, str]], str]] = {
        "primaryKey": _primary, "unique": _unique, "uniqueIndex": _unique, "foreignKey": _foreign,
    }  # fmt: skip
