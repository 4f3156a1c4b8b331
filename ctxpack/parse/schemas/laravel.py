"""Laravel migrations: the schema builder calls and raw SQL of `up`.

A table or column whose name is known only at run time (from settings, or returned by a function) is left out.
`change()` keeps whatever it does not state of a column. Of two branches, one for SQLite alone (mostly for tests), the
other is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import msgspec

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas import sql_in_code
from ctxpack.parse.schemas.laravel_columns import (
    columns_of,
    foreign,
    keys_of,
    modified,
    morphing,
    referring_name,
    states,
)
from ctxpack.parse.schemas.php_tree import Bound, Call, Php

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

Steps = Iterator[SchemaStep]

_DEEPEST = 20
_MOST_BLOCKS = 5_000
"""The most blocks read, those of loops and methods counted once per iteration and call."""

_LOOPS = frozenset({"each", "withoutForeignKeyConstraints", "transaction", "whenTableHasColumn",
                    "whenTableDoesntHaveColumn"})  # fmt: skip
"""Methods whose closures are read as if inlined at the call."""

_FOR_SQLITE = re.compile(r"^\(?[^&|!]*driver[^&|!]*={2,3}\s*['\"]sqlite['\"]\s*\)?$", re.IGNORECASE)
_SCHEMA = re.compile(r"\b[Ss]chema\b")
_KEY_NAMES = (("_foreign", "_fkey"), ("_unique", "_key"), ("_primary", "_pkey"))
"""Laravel's suffixes of default key names, each with the suffix that `lineage/declared/keys.py` uses for unnamed
keys."""

_CALLS = frozenset({"member_call_expression", "scoped_call_expression"})
_TEXTS = ("string", "char", "text", "uuid", "ulid")
_DATABASE = re.compile(r"^\s*(?:create|alter|drop|comment|rename)\b", re.IGNORECASE)


def read(text: str) -> DataFacts:
    """The steps of a migration's `up`."""
    return DataFacts("laravel", tuple(_Reader(Php(text)).migration()))


class _Reader:
    def __init__(self, tree: Php) -> None:
        self._tree = tree
        self._methods: dict[str, Node] = {}
        self._own: dict[str, str] = {}
        self._blocks = 0

    def migration(self) -> Steps:
        """The steps of `up`, and of the methods that it calls."""
        stack = [self._tree.root]
        while stack:
            node = stack.pop()
            if node.type == "method_declaration":
                self._methods.setdefault(self._tree.text(node.child_by_field_name("name")), node)
            elif node.type in ("property_element", "const_element"):
                self._hold(node)
            elif node.type not in ("compound_statement", "arguments"):
                stack.extend(reversed(node.named_children))
        body = self._body("up")
        if body is not None:
            yield from self._statements(body, dict(self._own), 0)

    def _hold(self, node: Node) -> None:
        """Record the value of a property or constant of the class."""
        if len(node.named_children) == 2:
            name, value = self._tree.text(node.named_children[0]).removeprefix("$"), node.named_children[1]
            held = self._tree.value(value, {})
            if held is not None:
                self._own.setdefault(f"self.{name}", held)

    def _body(self, method: str) -> Node | None:
        found = self._methods.get(method)
        return found.child_by_field_name("body") if found is not None else None

    # --- statements ---------------------------------------------------------------------------------------------------

    def _statements(self, node: Node, bound: dict[str, str], depth: int) -> Steps:
        self._blocks += 1
        if depth > _DEEPEST or self._blocks > _MOST_BLOCKS:
            return
        for child in [node] if node.type in _CALLS else self._parts(node):
            if child.type == "assignment_expression":
                self._assign(child, bound)
            elif child.type == "foreach_statement":
                for body, here in self._rounds(child, bound):
                    yield from self._statements(body, here, depth + 1)
            elif child.type in _CALLS:
                yield from self._called(child, bound, depth)
            elif child.type not in ("anonymous_function", "arrow_function", "parenthesized_expression"):
                yield from self._statements(child, bound, depth + 1)

    def _parts(self, node: Node) -> Sequence[Node]:
        """The parts of a statement; for a condition on SQLite only its other branch."""
        if node.type == "if_statement" and _FOR_SQLITE.match(self._tree.text(node.child_by_field_name("condition"))):
            return node.children_by_field_name("alternative")
        return node.named_children

    def _assign(self, node: Node, bound: dict[str, str]) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or left.type != "variable_name":
            return
        name, held = self._tree.text(left).removeprefix("$"), self._set(right, bound)
        bound.pop(name, None)
        if held is not None:
            bound[name] = held

    def _set(self, node: Node, bound: Bound) -> str | None:
        """A value; for `config("key", "value")` its default."""
        if node.type == "function_call_expression":
            listed = node.child_by_field_name("arguments")
            given = [one.named_children[-1] for one in (listed.named_children if listed else ()) if one.named_children]
            plain = self._tree.text(node.child_by_field_name("function")) in ("config", "env")
            return self._tree.value(given[1], bound) if plain and len(given) > 1 else None
        return self._tree.value(node, bound)

    def _rounds(self, node: Node, bound: Bound) -> list[tuple[Node, dict[str, str]]]:
        """The iterations of a loop over a literal array of names: its body with the variable bound, for each."""
        body = node.child_by_field_name("body")
        parts = [one for one in node.named_children if one.type != "comment"]
        if body is None or len(parts) < 2 or parts[1].type != "variable_name":
            return []
        values = self._tree.values(parts[0], bound) if parts[0].type == "array_creation_expression" else []
        return [(body, {**bound, self._tree.text(parts[1]).removeprefix("$"): value}) for value in values]

    def _called(self, node: Node, bound: dict[str, str], depth: int) -> Steps:
        chain = self._tree.chain(node)
        last = chain[-1]
        if self._is_builder(chain):
            reader = self._of_schema.get(last.method)
            if reader is not None:
                yield from reader(self, last, bound)
                return
        if last.scope == "DB" or self._tree.text(chain[0].owner).endswith("DB"):
            yield from self._database(last, bound)
        elif self._tree.text(last.owner) in ("$this", "self", "static") or last.scope in ("self", "static"):
            body = self._body(last.method) if last.method not in ("up", "down") else None
            if body is not None:
                yield from self._statements(body, dict(self._own), depth + 1)
        for call in chain:
            yield from self._inside(call, bound, depth)

    def _inside(self, call: Call, bound: dict[str, str], depth: int) -> Steps:
        """The steps of closures passed to a call in `_LOOPS`."""
        for one in call.args if call.method in _LOOPS else ():
            body = one.child_by_field_name("body") if one.type in ("anonymous_function", "arrow_function") else None
            if body is not None:
                yield from self._statements(body, dict(bound), depth + 1)

    def _is_builder(self, chain: Sequence[Call]) -> bool:
        """Whether the last call of a chain is one of the schema builder."""
        first, last = chain[0], chain[-1]
        owner = self._tree.text(first.owner)
        if len(chain) == 1:
            return first.scope == "Schema" or _SCHEMA.search(owner) is not None
        between = [call.method for call in chain[:-1]]
        known = first.scope in ("Schema", "DB", "Capsule") or _SCHEMA.search(owner) is not None
        return (
            known
            and all(name in ("connection", "getSchemaBuilder", "schema") for name in between)
            and (last.method in self._of_schema)
        )

    def _table(self, call: Call, bound: Bound, place: int = 0) -> str:
        return (self._tree.value(call.arg(place, ("table", "to")[place] if place < 2 else ""), bound) or "").lower()

    def _database(self, call: Call, bound: Bound) -> Steps:
        """The steps of raw SQL passed to the database."""
        text = self._tree.value(call.arg(0, "query"), bound) if call.method in ("statement", "unprepared") else None
        if text and _DATABASE.match(text):
            yield from sql_in_code.steps(text, self._tree.source, call.line)

    # --- tables -------------------------------------------------------------------------------------------------------

    def _create(self, call: Call, bound: Bound) -> Steps:
        table = self._table(call, bound)
        columns: list[Column] = []
        keys: list[str] = []
        more: list[SchemaStep] = []
        doc = ""
        for step in self._blueprint(call, table, bound):
            if step.kind == "add column":
                columns.extend(step.columns)
            elif step.kind == "add key":
                keys.extend(step.keys)
            elif step.kind == "comment":
                doc = step.doc
            else:
                more.append(step)
        if table and columns:
            yield SchemaStep("create", table, call.line, tuple(columns), tuple(keys), doc=doc)
            yield from more

    def _alter(self, call: Call, bound: Bound) -> Steps:
        yield from self._blueprint(call, self._table(call, bound), bound)

    def _drop(self, call: Call, bound: Bound) -> Steps:
        table = self._table(call, bound)
        if table:
            yield SchemaStep("drop", table, call.line)

    def _rename(self, call: Call, bound: Bound) -> Steps:
        old, new = self._table(call, bound), self._table(call, bound, 1)
        if old and new:
            yield SchemaStep("rename", old, call.line, name=new)

    def _drop_columns(self, call: Call, bound: Bound) -> Steps:
        yield from self._dropped(self._table(call, bound), call, self._tree.values(call.arg(1, "columns"), bound))

    @staticmethod
    def _dropped(table: str, call: Call, names: Sequence[str]) -> Steps:
        for name in names if table else ():
            yield SchemaStep("drop column", table, call.line, name=name)

    # --- in a table ---------------------------------------------------------------------------------------------------

    def _blueprint(self, call: Call, table: str, bound: Bound) -> Steps:
        """The steps of the calls on a blueprint in the closure passed to a call."""
        found = self._tree.closure(call.arg(1, "callback"))
        if found is None or not table:
            return
        body, name, kind = found
        if kind in ("", "Blueprint"):
            yield from self._on_table(body, name, table, dict(bound), 0)

    def _on_table(self, node: Node, name: str, table: str, bound: dict[str, str], depth: int) -> Steps:
        self._blocks += 1
        if depth > _DEEPEST or self._blocks > _MOST_BLOCKS:
            return
        chain = self._tree.chain(node)
        if chain:
            if self._tree.text(chain[0].owner) == f"${name}":
                yield from self._table_call(chain, table, bound)
                return
            for one in (one for call in chain for one in call.args if one.type == "anonymous_function"):
                yield from self._on_table(one, name, table, bound, depth + 1)
            return
        if node.type == "foreach_statement":
            for body, here in self._rounds(node, bound):
                yield from self._on_table(body, name, table, here, depth + 1)
            return
        if node.type == "assignment_expression":
            self._assign(node, bound)
        for child in self._parts(node):
            if child.type != "parenthesized_expression":
                yield from self._on_table(child, name, table, bound, depth + 1)

    def _table_call(self, chain: Sequence[Call], table: str, bound: Bound) -> Steps:
        first = chain[0]
        reader = self._of_table.get(first.method)
        if reader is not None:
            yield from reader(self, chain, table, bound)
            return
        made = tuple(modified(self._tree, one, chain[1:], bound) for one in columns_of(self._tree, chain, bound))
        keys = keys_of(self._tree, made, chain, bound) if not morphing(first.method) else []
        if keys and keys[0].startswith("primary"):
            made = tuple(msgspec.structs.replace(one, nullable=False) for one in made)
        if made and states(chain, "change"):
            yield from self._changed(made[0], chain, table)
        elif made:
            yield SchemaStep("add column", table, first.line, made)
        for key in keys:
            yield SchemaStep("add key", table, first.line, keys=(key,))

    @staticmethod
    def _changed(column: Column, chain: Sequence[Call], table: str) -> Steps:
        line = chain[0].line
        yield SchemaStep("retype", table, line, (column,))
        if states(chain, "nullable"):
            yield SchemaStep("nullability", table, line, (column,))
        # An auto-increment key that becomes a text loses its default.
        if states(chain, "default", "useCurrent") or (column.name == "id" and column.type.startswith(_TEXTS)):
            yield SchemaStep("default", table, line, (column,))

    def _add_key(self, chain: Sequence[Call], table: str, bound: Bound) -> Steps:
        call = chain[0]
        columns = self._tree.values(call.arg(0, "columns"), bound)
        name = self._tree.value(call.arg(1, "name"), bound)
        kind = {"unique": "unique", "primary": "primary key"}[call.method]
        if columns:
            prefix = f"constraint {name} " if name and kind == "unique" else ""
            yield SchemaStep("add key", table, call.line, keys=(f"{prefix}{kind} ({', '.join(columns)})",))

    def _add_foreign(self, chain: Sequence[Call], table: str, bound: Bound) -> Steps:
        key = foreign(self._tree, chain, bound)
        if key:
            yield SchemaStep("add key", table, chain[0].line, keys=(key,))

    def _drop_key(self, chain: Sequence[Call], table: str, bound: Bound) -> Steps:
        call = chain[0]
        if call.method == "dropPrimary":
            yield SchemaStep("drop key", table, call.line, name="primary key")
            return
        given = call.arg(0, "index")
        values = self._tree.values(given, bound)
        if not values or given is None:
            return
        ours = "fkey" if call.method.startswith("dropForeign") else "key"
        name = f"{table}_{'_'.join(values)}_{ours}" if given.type == "array_creation_expression" else values[0]
        yield SchemaStep("drop key", table, call.line, name=name)
        for theirs, own in _KEY_NAMES:
            if name.endswith(theirs):
                yield SchemaStep("drop key", table, call.line, name=name.removesuffix(theirs) + own)

    def _drop_column(self, chain: Sequence[Call], table: str, bound: Bound) -> Steps:
        names = [name for one in (*chain[0].args, *chain[0].named.values()) for name in self._tree.values(one, bound)]
        yield from self._dropped(table, chain[0], names)

    def _drop_several(self, chain: Sequence[Call], table: str, bound: Bound) -> Steps:
        call = chain[0]
        told = self._tree.value(call.arg(0), bound)
        if call.method == "dropMorphs":
            names: Sequence[str] = [f"{told}_type", f"{told}_id"] if told else []
        elif call.method.startswith("dropSoftDeletes"):
            names = [told or "deleted_at"]
        elif call.method == "dropRememberToken":
            names = ["remember_token"]
        else:
            names = ["created_at", "updated_at"]
        yield from self._dropped(table, call, names)

    def _drop_referring(self, chain: Sequence[Call], table: str, bound: Bound) -> Steps:
        """`dropConstrainedForeignId` and the like drop the column too, `dropForeignIdFor` only the key."""
        call = chain[0]
        of_model = call.method.endswith("For")
        told = self._tree.value(call.arg(int(of_model), "column"), bound)
        name = told or (referring_name(self._tree, call) if of_model else "")
        if name and call.method == "dropForeignIdFor":
            yield SchemaStep("drop key", table, call.line, name=f"{table}_{name}_fkey")
        elif name:
            yield from self._dropped(table, call, [name])

    def _rename_column(self, chain: Sequence[Call], table: str, bound: Bound) -> Steps:
        call = chain[0]
        old, new = self._tree.value(call.arg(0, "from"), bound), self._tree.value(call.arg(1, "to"), bound)
        if old and new:
            column = Column(new, line=call.line)
            yield SchemaStep("rename column", table, call.line, (column,), name=old)

    def _rename_table(self, chain: Sequence[Call], table: str, bound: Bound) -> Steps:
        new = self._tree.value(chain[0].arg(0, "to"), bound)
        if new:
            yield SchemaStep("rename", table, chain[0].line, name=new.lower())

    def _drop_table(self, chain: Sequence[Call], table: str, bound: Bound) -> Steps:  # noqa: ARG002 - all readers are alike
        yield SchemaStep("drop", table, chain[0].line)

    def _comment(self, chain: Sequence[Call], table: str, bound: Bound) -> Steps:
        doc = self._tree.value(chain[0].arg(0, "comment"), bound)
        if doc:
            yield SchemaStep("comment", table, chain[0].line, doc=doc)

    _of_schema: ClassVar[Mapping[str, Callable[[_Reader, Call, Bound], Steps]]] = {
        "create": _create, "table": _alter, "drop": _drop, "dropIfExists": _drop, "rename": _rename,
        "dropColumns": _drop_columns,
    }  # fmt: skip
    _of_table: ClassVar[Mapping[str, Callable[[_Reader, Sequence[Call], str, Bound], Steps]]] = {
        "foreign": _add_foreign, "unique": _add_key, "primary": _add_key, "dropColumn": _drop_column,
        "renameColumn": _rename_column, "rename": _rename_table, "drop": _drop_table, "dropIfExists": _drop_table,
        "dropForeign": _drop_key, "dropUnique": _drop_key, "dropPrimary": _drop_key, "dropTimestamps": _drop_several,
        "dropTimestampsTz": _drop_several, "dropSoftDeletes": _drop_several, "dropSoftDeletesTz": _drop_several,
        "dropRememberToken": _drop_several, "dropMorphs": _drop_several, "dropConstrainedForeignId": _drop_referring,
        "dropConstrainedForeignIdFor": _drop_referring, "dropForeignIdFor": _drop_referring, "comment": _comment,
    }  # fmt: skip
