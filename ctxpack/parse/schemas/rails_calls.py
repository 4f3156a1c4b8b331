"""Schema steps of the calls in Rails schemas and migrations: `create_table`, `add_column`, `t.references`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

import msgspec

from ctxpack.datamodel.schema import SchemaStep, StepKind
from ctxpack.model import Column
from ctxpack.parse.schemas import rails_keys, sql_in_code
from ctxpack.parse.schemas.rails_keys import Bound, Steps
from ctxpack.parse.schemas.ruby_defaults import default_of
from ctxpack.parse.schemas.ruby_tree import Call, Ruby
from ctxpack.parse.schemas.words import plural, singular

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_NOT_COLUMNS = frozenset(
    "exclusion_constraint remove_index remove_foreign_key remove_check_constraint primary_key".split()
)


class Calls:
    """Maps calls to schema steps; `old`: timestamps are nullable by default, as before Rails 5.

    `key_type` is the default type of keys.
    """

    def __init__(self, tree: Ruby, *, old: bool = False, key_type: str = "bigint") -> None:
        self._tree, self._old, self._key_type = tree, old, key_type

    def steps(self, call: Call, bound: Bound) -> Steps:
        """The steps of a call whose method is one of `NAMES`; `bound` holds the values of local names."""
        return self.readers[call.method](self, call, bound)

    def _text(self, node: Node | None, bound: Bound) -> str:
        return self._tree.value(node, bound) or ""

    def _table(self, call: Call, bound: Bound, place: int = 0) -> str:
        return self._text(call.args[place], bound).lower() if len(call.args) > place else ""

    @staticmethod
    def _is(node: Node | None, literal: str) -> bool:
        return node is not None and node.type == literal

    # --- whole tables -------------------------------------------------------------------------------------------------

    def _create_table(self, call: Call, bound: Bound) -> Steps:
        table = self._table(call, bound)
        if not table or self._is(call.options.get("temporary"), "true"):
            return
        columns, keys = self._key_of(call, bound)
        more: list[SchemaStep] = []
        for step in self._inside(call, table, bound):
            if step.kind == "add column":
                columns.extend(step.columns)
            elif step.kind == "add key":
                keys.extend(step.keys)
            else:
                more.append(step)
        doc = self._text(call.options.get("comment"), bound)
        missing = self._is(call.options.get("if_not_exists"), "true")
        if self._is(call.options.get("force"), "true") or self._text(call.options.get("force"), bound) == "cascade":
            yield SchemaStep("drop", table, call.line)
        yield SchemaStep(
            "create", table, call.line, tuple(columns), tuple(keys), doc=doc, only_if_missing=missing,
        )  # fmt: skip
        yield from more

    def _key_of(self, call: Call, bound: Bound) -> tuple[list[Column], list[str]]:
        """The implicit primary key column of a table."""
        identity = call.options.get("id")
        named = self._tree.values(call.options.get("primary_key"), bound)
        if len(named) > 1:
            return [], [f"primary key ({', '.join(named)})"]
        if self._is(identity, "false"):
            return [], [f"primary key ({named[0]})"] if named else []
        name = named[0] if named else "id"
        kind = self._tree.options(identity).get("type", identity) if identity is not None else None
        told = self._text(kind, bound) or self._key_type
        stated = call.options.get("default", self._tree.options(identity).get("default"))
        default = default_of(self._tree, stated, told)
        return [Column(name, told, False, line=call.line, default=default)], [f"primary key ({name})"]

    def _join_table(self, call: Call, bound: Bound) -> Steps:
        names = sorted(self._table(call, bound, place) for place in (0, 1))
        table = self._text(call.options.get("table_name"), bound) or "_".join(names)
        nullable = self._is(self._tree.options(call.options.get("column_options")).get("null"), "true")
        columns = [Column(f"{singular(name)}_id", self._key_type, nullable, line=call.line) for name in names if name]
        if len(columns) == 2:
            yield SchemaStep("create", table.lower(), call.line, tuple(columns))
            yield from self._inside(call, table.lower(), bound)

    def _change_table(self, call: Call, bound: Bound) -> Steps:
        yield from self._inside(call, self._table(call, bound), bound)

    def _inside(self, call: Call, table: str, bound: Bound) -> Steps:
        """The steps of the calls such as `t.string` in a table's block."""
        if call.block is None or not table:
            return
        names = self._tree.parameters(call.block) or ["t"]
        for node in self._tree.body(call.block):
            inner = self._tree.call(node)
            if inner is not None and inner.receiver == names[0]:
                yield from self._column_call(inner, table, bound)

    def _column_call(self, call: Call, table: str, bound: Bound) -> Steps:
        reader = self._in_table.get(call.method)
        if reader is not None:
            yield from reader(self, call, table, bound)
        elif call.method not in _NOT_COLUMNS:
            for arg in call.args:
                name = self._text(arg, bound)
                if name:
                    yield from self._column(table, name, call.method, call, bound)

    def _drop_table(self, call: Call, bound: Bound) -> Steps:
        for place in range(len(call.args)):
            yield SchemaStep("drop", self._table(call, bound, place), call.line)

    def _rename_table(self, call: Call, bound: Bound) -> Steps:
        yield SchemaStep("rename", self._table(call, bound), call.line, name=self._table(call, bound, 1))

    # --- columns ------------------------------------------------------------------------------------------------------

    def _column(self, table: str, name: str, kind: str, call: Call, bound: Bound) -> Steps:
        """A column, and the keys stated by its options."""
        options = call.options
        sizes = [
            f"{size} {told}"
            for size in ("limit", "precision", "scale")
            if (told := self._text(options.get(size), bound))
        ]
        told = f"{kind}({', '.join(sizes)})" if sizes else kind
        array = "[]" if self._is(options.get("array"), "true") else ""
        told += array
        primary = self._is(options.get("primary_key"), "true") or kind == "primary_key"
        nullable = not (self._is(options.get("null"), "false") or primary)
        default = self._default(call, kind + array)
        doc = self._text(options.get("comment"), bound)
        column = Column(name, told, nullable, doc, line=call.line, default=default)
        yield SchemaStep("add column", table, call.line, (column,))
        if primary:
            yield SchemaStep("add key", table, call.line, keys=(f"primary key ({name})",))
        if self._is(self._tree.options(options.get("index")).get("unique"), "true"):
            yield SchemaStep("add key", table, call.line, keys=(f"unique ({name})",))

    def _add_column(self, call: Call, bound: Bound) -> Steps:
        table, name = self._table(call, bound), self._text(call.args[1] if len(call.args) > 1 else None, bound)
        kind = self._text(call.args[2] if len(call.args) > 2 else None, bound)
        if table and name:
            yield from self._column(table, name, kind, call, bound)

    def _add_columns(self, call: Call, bound: Bound) -> Steps:
        kind = self._text(call.options.get("type"), bound)
        for arg in call.args[1:]:
            yield from self._column(self._table(call, bound), self._text(arg, bound), kind, call, bound)

    def _in_column(self, call: Call, table: str, bound: Bound) -> Steps:
        name, kind = (self._text(call.args[k] if len(call.args) > k else None, bound) for k in (0, 1))
        if name:
            yield from self._column(table, name, kind, call, bound)

    def _default(self, call: Call, kind: str) -> str:
        return default_of(self._tree, call.options.get("default"), kind)

    def _in_timestamps(self, call: Call, table: str, bound: Bound) -> Steps:  # noqa: ARG002 - all readers are alike
        null = call.options.get("null")
        nullable = self._is(null, "true") or (null is None and self._old)
        made = Column("", "datetime", nullable, line=call.line, default=self._default(call, "datetime"))
        columns = (msgspec.structs.replace(made, name=name) for name in ("created_at", "updated_at"))
        yield SchemaStep("add column", table, call.line, tuple(columns))

    def _in_references(self, call: Call, table: str, bound: Bound) -> Steps:
        for arg in call.args:
            name = self._text(arg, bound)
            if name:
                yield from self._reference(table, name, call, bound)

    def _reference(self, table: str, name: str, call: Call, bound: Bound) -> Steps:
        nullable = not self._is(call.options.get("null"), "false")
        kind = self._text(call.options.get("type"), bound) or self._key_type
        column = Column(f"{name}_id", kind, nullable, line=call.line, default=self._default(call, kind))
        yield SchemaStep("add column", table, call.line, (column,))
        if "polymorphic" in call.options and not self._is(call.options["polymorphic"], "false"):
            column = Column(f"{name}_type", "string", nullable, line=call.line)
            yield SchemaStep("add column", table, call.line, (column,))
        foreign = call.options.get("foreign_key")
        if foreign is not None and foreign.type in ("true", "hash"):
            to = self._text(self._tree.options(foreign).get("to_table"), bound) or plural(name)
            yield SchemaStep("add key", table, call.line, keys=(f"foreign key ({name}_id) references {to.lower()}",))
        if self._is(self._tree.options(call.options.get("index")).get("unique"), "true"):
            yield SchemaStep("add key", table, call.line, keys=(f"unique ({name}_id)",))

    def _add_reference(self, call: Call, bound: Bound) -> Steps:
        name = self._text(call.args[1] if len(call.args) > 1 else None, bound)
        if name:
            yield from self._reference(self._table(call, bound), name, call, bound)

    def _add_timestamps(self, call: Call, bound: Bound) -> Steps:
        yield from self._in_timestamps(call, self._table(call, bound), bound)

    @staticmethod
    def _removed(call: Call, table: str, names: list[str]) -> Steps:
        for name in names:
            yield SchemaStep("drop column", table, call.line, name=name)

    def _remove_columns(self, call: Call, bound: Bound) -> Steps:
        single = call.method == "remove_column"
        given = call.args[1:2] if single else call.args[1:]
        names = [name for arg in given for name in self._tree.values(arg, bound)]
        yield from self._removed(call, self._table(call, bound), names)

    def _remove_reference(self, call: Call, bound: Bound) -> Steps:
        names = [self._text(arg, bound) for arg in call.args[1:2]]
        more = [f"{name}_type" for name in names if "polymorphic" in call.options]
        yield from self._removed(call, self._table(call, bound), [*(f"{name}_id" for name in names), *more])

    def _remove_timestamps(self, call: Call, bound: Bound) -> Steps:
        yield from self._removed(call, self._table(call, bound), ["created_at", "updated_at"])

    def _in_remove(self, call: Call, table: str, bound: Bound) -> Steps:
        names = [name for arg in call.args for name in self._tree.values(arg, bound)]
        ending = "_id" if call.method in ("remove_references", "remove_belongs_to") else ""
        named = ["created_at", "updated_at"] if call.method == "remove_timestamps" else [f"{n}{ending}" for n in names]
        yield from self._removed(call, table, named)

    def _in_rename(self, call: Call, table: str, bound: Bound) -> Steps:
        old, new = (self._text(call.args[k] if len(call.args) > k else None, bound) for k in (0, 1))
        if old and new:
            yield SchemaStep("rename column", table, call.line, (Column(new, line=call.line),), name=old)

    def _rename_column(self, call: Call, bound: Bound) -> Steps:
        inner = _without_table(call)
        yield from self._in_rename(inner, self._table(call, bound), bound)

    def _in_change(self, call: Call, table: str, bound: Bound) -> Steps:
        name, kind = (self._text(call.args[k] if len(call.args) > k else None, bound) for k in (0, 1))
        for step in self._column(table, name, kind, call, bound) if name and kind else ():
            if step.kind == "add column":
                yield msgspec.structs.replace(step, kind="retype")
                if "null" in call.options:
                    yield msgspec.structs.replace(step, kind="nullability")
                if "default" in call.options:
                    yield msgspec.structs.replace(step, kind="default")

    def _change_column(self, call: Call, bound: Bound) -> Steps:
        yield from self._in_change(_without_table(call), self._table(call, bound), bound)

    def _in_change_null(self, call: Call, table: str, bound: Bound) -> Steps:
        name = self._text(call.args[0] if call.args else None, bound)
        if name and len(call.args) > 1 and call.args[1].type in ("true", "false"):
            column = Column(name, nullable=call.args[1].type == "true", line=call.line)
            yield SchemaStep("nullability", table, call.line, (column,))

    def _change_column_null(self, call: Call, bound: Bound) -> Steps:
        yield from self._in_change_null(_without_table(call), self._table(call, bound), bound)

    def _in_change_default(self, call: Call, table: str, bound: Bound) -> Steps:
        name = self._text(call.args[0] if call.args else None, bound)
        node = call.args[1] if len(call.args) > 1 else call.options.get("to")
        if name and node is not None:
            column = Column(name, line=call.line, default=default_of(self._tree, node, ""))
            yield SchemaStep("default", table, call.line, (column,))

    def _change_column_default(self, call: Call, bound: Bound) -> Steps:
        yield from self._in_change_default(_without_table(call), self._table(call, bound), bound)

    # --- keys ---------------------------------------------------------------------------------------------------------

    def _in_key(self, call: Call, table: str, bound: Bound) -> Steps:
        yield from rails_keys.added(self._tree, call, table, bound)

    def _add_key(self, call: Call, bound: Bound) -> Steps:
        yield from rails_keys.added(self._tree, _without_table(call), self._table(call, bound), bound)

    def _remove_foreign_key(self, call: Call, bound: Bound) -> Steps:
        yield from rails_keys.dropped(self._tree, _without_table(call), self._table(call, bound), bound)

    # --- others -------------------------------------------------------------------------------------------------------

    def _execute(self, call: Call, bound: Bound) -> Steps:
        text = self._text(call.args[0] if call.args else None, bound)
        if text:
            yield from sql_in_code.steps(text, self._tree.source, call.line)

    def _comment(self, call: Call, bound: Bound) -> Steps:
        table = self._table(call, bound)
        of_column = call.method == "change_column_comment"
        doc = self._text(call.args[2 if of_column else 1] if len(call.args) > 1 + of_column else None, bound)
        kind: StepKind = "comment"
        columns = (Column(self._text(call.args[1], bound), doc=doc),) if of_column and len(call.args) > 1 else ()
        yield SchemaStep(kind, table, call.line, columns, doc=doc)

    readers: ClassVar[dict[str, Callable[[Calls, Call, Bound], Steps]]] = {
        "create_table": _create_table, "create_join_table": _join_table, "change_table": _change_table,
        "drop_table": _drop_table, "rename_table": _rename_table, "add_column": _add_column,
        "add_columns": _add_columns, "add_reference": _add_reference, "add_belongs_to": _add_reference,
        "add_timestamps": _add_timestamps, "remove_column": _remove_columns, "remove_columns": _remove_columns,
        "remove_reference": _remove_reference, "remove_belongs_to": _remove_reference,
        "remove_timestamps": _remove_timestamps, "rename_column": _rename_column, "change_column": _change_column,
        "change_column_null": _change_column_null, "change_column_default": _change_column_default,
        "add_index": _add_key, "add_foreign_key": _add_key, "remove_foreign_key": _remove_foreign_key,
        "execute": _execute, "change_column_comment": _comment,
        "change_table_comment": _comment,
    }  # fmt: skip
    _in_table: ClassVar[dict[str, Callable[[Calls, Call, str, Bound], Steps]]] = {
        "column": _in_column, "timestamps": _in_timestamps, "references": _in_references,
        "belongs_to": _in_references, "remove": _in_remove, "remove_references": _in_remove,
        "remove_belongs_to": _in_remove, "remove_timestamps": _in_remove, "rename": _in_rename, "change": _in_change,
        "change_null": _in_change_null, "change_default": _in_change_default, "index": _in_key,
        "foreign_key": _in_key, "check_constraint": _in_key, "unique_constraint": _in_key,
    }  # fmt: skip


NAMES = frozenset(Calls.readers)
"""The methods that change a schema."""


def _without_table(call: Call) -> Call:
    """A call without its first argument, the table."""
    return Call(call.receiver, call.method, call.args[1:], call.options, call.block, call.line)
