"""Applies the schema steps of one family of files, one after the other, to its tables.

It behaves like a database, PostgreSQL where they differ: primary key columns are not null, dropping a column drops the
keys on it, dropping a table drops the foreign keys to it, and renaming a table keeps them. It is lenient, since the
files may be incomplete: creating what exists has no effect, and a step on an unknown table is refused (`apply` gives
False).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace as with_fields
from typing import ClassVar

import msgspec

from ctxpack.datamodel.schema import ChangeKind, DeclaredTable, SchemaChange, SchemaStep
from ctxpack.lineage.declared.keys import of_index, parse
from ctxpack.lineage.declared.schema_diff import compare, defined
from ctxpack.lineage.declared.tables import DEFAULT_SCHEMAS, TableState, owner_of
from ctxpack.model import Column

_LINKED = ("inherits", "partition")
_DEPENDENT = {"django_migrations", "django_models"}


class State:
    """The current tables of one family, and the changes noted so far."""

    def __init__(self, family: str, *, history: bool = False) -> None:
        """`history` says that the following steps are migrations, to be noted as changes."""
        self.family = family
        self.tables: dict[str, TableState] = {}
        self.changes: list[SchemaChange] = []
        self.domains: dict[str, bool] = {}
        self._types: dict[str, tuple[Column, ...]] = {}
        self._by_last: dict[str, list[str]] = {}
        self.history = history
        self._path = ""
        self._format = ""
        self._replaced: TableState | None = None

    # --- names --------------------------------------------------------------------------------------------------------

    def find(self, name: str) -> TableState | None:
        """The table of a name, with or without schema; None if there is none.

        Of several, one in a default schema, then the first created.
        """
        exact = self.tables.get(name)
        if exact is not None:
            return exact
        owner, _, last = name.rpartition(".")
        owner = owner_of(name)
        candidates = [
            other
            for other in self._by_last.get(last, ())
            if owner == "" or owner_of(other) in ("", owner) or {owner, owner_of(other)} <= DEFAULT_SCHEMAS
        ]
        usual = [other for other in candidates if owner_of(other) in DEFAULT_SCHEMAS]
        chosen = usual or candidates
        return self.tables[chosen[0]] if chosen else None

    def _keep(self, table: TableState) -> None:
        self.tables[table.name] = table
        names = self._by_last.setdefault(table.name.rpartition(".")[2], [])
        if table.name not in names:
            names.append(table.name)

    def _forget(self, name: str) -> TableState:
        self._by_last[name.rpartition(".")[2]].remove(name)
        return self.tables.pop(name)

    # --- steps --------------------------------------------------------------------------------------------------------

    def apply(self, step: SchemaStep, path: str, schema_format: str) -> bool:
        """Apply one step; False if its table is unknown."""
        self._path, self._format = path, schema_format
        if step.kind != "create":
            self._replaced = None
        if step.kind_of in ("domain", "type") and self._apply_to_type(step):
            return True
        if step.kind == "create":
            self._create(step)
            return True
        if not step.table or step.table.endswith(".*"):
            return self._apply_to_many(step)
        table = self.find(step.table)
        if table is None:
            return False
        self._readers[step.kind](self, table, step)
        return True

    def _note(
        self, step: SchemaStep, table: str, change: ChangeKind, column: str = "", *, before: str = "", after: str = ""
    ) -> None:
        if self.history:
            self.changes.append(
                SchemaChange(table, column, change, before, after, self._path, step.line, len(self.changes) + 1)
            )

    def _apply_to_type(self, step: SchemaStep) -> bool:
        name = step.table.rpartition(".")[2]
        if step.kind_of == "domain" and step.columns:
            self.domains[name] = step.columns[0].nullable is not False
        elif step.kind == "create":
            self._types[name] = step.columns
        elif step.kind == "rename":
            for table in self.tables.values():
                for column in table.columns.values():
                    if column.type.lower().rpartition(".")[2] == name:
                        table.put(msgspec.structs.replace(column, type=step.name))
        return True

    def _apply_to_many(self, step: SchemaStep) -> bool:
        if step.kind == "drop":
            owner = step.table[:-1]
            for name in [name for name in self.tables if name.startswith(owner)]:
                self._drop(self.tables[name], step)
        elif step.kind == "drop key":
            for table in list(self.tables.values()):
                if any(key.is_called(step.name) for key in table.keys):
                    self._drop_key(table, step)
                    break
        return True

    def _create(self, step: SchemaStep) -> None:
        existing = self.tables.get(step.table)
        if existing is None and step.only_if_missing:
            existing = self.find(step.table)
        again = self.history and step.replaces
        if existing is not None and again:
            self._forget(existing.name)
        elif existing is not None:
            if step.likeness in _LINKED:
                self._link(existing.name, step)
            return
        made = TableState(step.table, step.kind_of, self._path, step.line, self._format)
        made.doc, made.spelled = step.doc, step.spelled
        self._take_over(made, step)
        for column in self._columns_of(step):
            made.put(column)
        self._keep(made)
        for text in step.keys:
            self._put_key(made, text)
        if step.likeness in _LINKED:
            self._link(made.name, step)
        if existing is not None:
            existing.path, existing.name, self._replaced = made.path, made.name, existing
        self._note_created(made, step)

    def _columns_of(self, step: SchemaStep) -> Sequence[Column]:
        """The columns of a new table; in a history without any, those of its query, since later steps alter them."""
        if step.columns or not self.history or step.kind_of != "table":
            return step.columns
        return [Column(name, line=step.line) for name in step.selected]

    def _note_created(self, made: TableState, step: SchemaStep) -> None:
        """Note a new table, or, if the same file dropped it just before, the differences between the two."""
        before, self._replaced = self._replaced, None
        if before is not None and before.name == made.name and before.path == made.path:
            was = before.declared(self.family, {})
            for change in compare(was, made.declared(self.family, {})):
                self._note(step, made.name, change.change, change.column, before=change.before, after=change.after)
        else:
            self._note(step, made.name, "table created")

    def _take_over(self, made: TableState, step: SchemaStep) -> None:
        """Copy the columns and keys that a table takes from others (LIKE, INHERITS, PARTITION OF)."""
        for name in (part.strip() for part in step.like.split(",") if part.strip()):
            other = self.find(name)
            if other is None:
                for column in self._types.get(name.rpartition(".")[2], ()):
                    made.put(column)
                continue
            for column in other.columns.values():
                made.put(msgspec.structs.replace(column, line=step.line))
            if step.likeness in ("copy all", "partition"):
                made.keys.extend(
                    with_fields(key, made_for=made.name, name="")
                    for key in other.keys
                    if key.kind != "foreign key" or step.likeness == "partition"
                )

    def _link(self, name: str, step: SchemaStep) -> None:
        for part in (part.strip() for part in step.like.split(",")):
            parent = self.find(part)
            if parent is not None and name not in parent.children and parent.name != name:
                parent.children[name] = step.likeness

    def _with_children(self, table: TableState, seen: tuple[str, ...] = ()) -> Iterator[TableState]:
        """A table and all that inherit from it, whose columns change with it."""
        yield table
        for name in table.children:
            child = self.tables.get(name)
            if child is not None and name not in seen and name != table.name:
                yield from self._with_children(child, (*seen, table.name))

    def _drop(self, table: TableState, step: SchemaStep) -> None:
        self._forget(table.name)
        for other in self.tables.values():
            if any(key.table and self._is_named(key.table, table.name) for key in other.keys):
                other.keys = [key for key in other.keys if not (key.table and self._is_named(key.table, table.name))]
        self._note(step, table.name, "table dropped")
        self._replaced = table

    @staticmethod
    def _is_named(reference: str, name: str) -> bool:
        """Whether the table name in a foreign key refers to the table `name`."""
        if reference == name:
            return True
        same = reference.rpartition(".")[2] == name.rpartition(".")[2]
        owners = {owner_of(reference), owner_of(name)}
        return same and (len(owners) == 1 or owners <= DEFAULT_SCHEMAS or "" in owners)

    def _rename(self, table: TableState, step: SchemaStep) -> None:
        old = table.name
        if step.name == old or step.name in self.tables:
            return
        self._forget(old)
        table.name, table.spelled = step.name, step.spelled
        self._keep(table)
        for other in self.tables.values():
            other.keys = [
                with_fields(key, table=step.name) if key.table and self._is_named(key.table, old) else key
                for key in other.keys
            ]
            other.children = {step.name if name == old else name: how for name, how in other.children.items()}
        self._note(step, old, "table renamed", before=old, after=step.name)

    def _add_column(self, table: TableState, step: SchemaStep) -> None:
        for one in self._with_children(table):
            for column in step.columns:
                if column.name.lower() not in one.columns:
                    one.put(column)
                    self._note(step, one.name, "column added", column.name, after=defined(column))

    def _column_of(self, table: TableState, name: str) -> Column | None:
        """The column of a name; in Django also by the field of a foreign key, whose column has "_id" appended."""
        found = table.columns.get(name.lower())
        if found is None and self._format in _DEPENDENT:
            found = table.columns.get(f"{name.lower()}_id")
        return found

    def _drop_column(self, table: TableState, step: SchemaStep) -> None:
        for one in list(self._with_children(table)):
            column = self._column_of(one, step.name)
            if column is None:
                self._drop_joining(one, step)
                continue
            del one.columns[column.name.lower()]
            one.keys = [key for key in one.keys if not key.uses(column.name)]
            for other in self.tables.values():
                other.keys = [
                    key
                    for key in other.keys
                    if not (key.table and self._is_named(key.table, one.name) and column.name in key.others)
                ]
            self._note(step, one.name, "column dropped", column.name, before=defined(column))

    def _drop_joining(self, table: TableState, step: SchemaStep) -> None:
        """Drop the join table of a Django many-to-many field, which is no column."""
        joining = self.tables.get(f"{table.name}_{step.name.lower()}")
        if joining is not None and self._format in _DEPENDENT:
            self._drop(joining, step)

    def _rename_column(self, table: TableState, step: SchemaStep) -> None:
        for one in self._with_children(table):
            exactly = step.kind_of == "field"
            column = one.columns.get(step.name.lower()) if exactly else self._column_of(one, step.name)
            new = step.columns[0].name
            if column is None:
                continue
            if column.name.lower() != step.name.lower():
                new = f"{new}_id"
            if new.lower() in one.columns and new.lower() != column.name.lower():
                del one.columns[column.name.lower()]
                continue
            renamed = msgspec.structs.replace(column, name=new)
            one.columns = {
                (new.lower() if key == column.name.lower() else key): (renamed if value is column else value)
                for key, value in one.columns.items()
            }
            self._rename_in_keys(one, column.name, new)
            self._note(step, one.name, "column renamed", column.name, before=column.name, after=new)

    def _rename_in_keys(self, table: TableState, old: str, new: str) -> None:
        table.keys = [key.with_column_renamed(old, new) for key in table.keys]
        for other in self.tables.values():
            other.keys = [
                key.with_other_renamed(old, new) if key.others and self._is_named(key.table, table.name) else key
                for key in other.keys
            ]

    def _retype(self, table: TableState, step: SchemaStep) -> None:
        for one in self._with_children(table):
            column = self._column_of(one, step.columns[0].name)
            new = step.columns[0].type
            if column is not None and column.type != new:
                one.put(msgspec.structs.replace(column, type=new))
                self._note(step, one.name, "type changed", column.name, before=column.type, after=new)

    def _set_nullability(self, table: TableState, step: SchemaStep) -> None:
        nullable = step.columns[0].nullable
        for one in self._with_children(table):
            column = self._column_of(one, step.columns[0].name)
            if column is None or column.nullable == nullable:
                continue
            if nullable and any(key.kind == "primary key" and key.uses(column.name) for key in one.keys):
                continue
            one.put(msgspec.structs.replace(column, nullable=nullable))
            told = {True: "null", False: "not null", None: ""}
            self._note(
                step, one.name, "nullability changed", column.name, before=told[column.nullable], after=told[nullable]
            )

    def _set_default(self, table: TableState, step: SchemaStep) -> None:
        for one in self._with_children(table):
            column = self._column_of(one, step.columns[0].name)
            if column is not None:
                one.put(msgspec.structs.replace(column, default=step.columns[0].default))

    def _add_key(self, table: TableState, step: SchemaStep) -> None:
        for text in step.keys:
            if self._put_key(table, text):
                self._note(step, table.name, "key added", after=text)
            for name in [name for name, how in table.children.items() if how == "partition" and name in self.tables]:
                self._put_key(self.tables[name], text)

    def _put_key(self, table: TableState, text: str) -> bool:
        key = parse(text, table.name)
        taken = of_index(text, table.keys)
        if taken is not None:
            index, key = taken
            table.keys.remove(index)
        if self._format in _DEPENDENT:
            named = [self._column_of(table, name) for name in key.columns]
            columns = tuple(c.name if c is not None else n for c, n in zip(named, key.columns, strict=True))
            key = with_fields(key, columns=columns)
            if key.kind == "foreign key":
                table.keys = [one for one in table.keys if (one.kind, one.columns) != (key.kind, key.columns)]
        known = {str(with_fields(one, name="")) for one in table.keys}
        if key.kind == "primary key":
            for name in key.columns:
                column = table.columns.get(name.lower())
                if column is not None and column.nullable is not False:
                    table.put(msgspec.structs.replace(column, nullable=False))
        if str(with_fields(key, name="")) in known:
            return False
        table.keys.append(key)
        return True

    def _drop_key(self, table: TableState, step: SchemaStep) -> None:
        old, _, new = step.name.partition(" to ")
        for index, key in enumerate(table.keys):
            if key.is_called(old) or (old == "primary key" and key.kind == old):
                if new:
                    table.keys[index] = with_fields(key, name=new)
                    return
                del table.keys[index]
                self._note(step, table.name, "key dropped", before=str(key))
                return

    def _comment(self, table: TableState, step: SchemaStep) -> None:
        if not step.columns:
            table.doc = step.doc
            return
        column = self._column_of(table, step.columns[0].name)
        if column is not None:
            table.put(msgspec.structs.replace(column, doc=step.columns[0].doc))

    def _nothing(self, table: TableState, step: SchemaStep) -> None:
        """A step that allows schema evolution changes no table."""

    _readers: ClassVar[dict[str, Callable[[State, TableState, SchemaStep], None]]] = {
        "drop": _drop,
        "rename": _rename,
        "add column": _add_column,
        "drop column": _drop_column,
        "rename column": _rename_column,
        "retype": _retype,
        "nullability": _set_nullability,
        "default": _set_default,
        "add key": _add_key,
        "drop key": _drop_key,
        "comment": _comment,
        "evolve": _nothing,
    }

    def declared(self) -> Sequence[DeclaredTable]:
        """The current tables, in order of creation."""
        return [table.declared(self.family, self.domains) for table in self.tables.values()]
