"""ALTER TABLE, in any dialect, as one schema step per action.

Dialects differ in keywords (ADD, ADD COLUMN, MODIFY, CHANGE, ALTER COLUMN ... TYPE) and in whether a list of actions
repeats its verb, so a list item without a verb inherits the previous one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from ctxpack.datamodel.schema import SchemaStep, StepKind
from ctxpack.model import Column
from ctxpack.parse.schemas.sql_create import Creates
from ctxpack.parse.schemas.sql_cursor import Cursor
from ctxpack.parse.sql.columns import Items, LineOf, default_text, items, nullability
from ctxpack.parse.sql.keys import constraint, is_constraint
from ctxpack.parse.sql.names import closers, is_mark, spelled, word_at
from ctxpack.parse.sql.tokens import NUMBER, STRING, Token

_VERBS = frozenset(
    """ADD DROP ALTER MODIFY CHANGE RENAME SET RESET ENABLE DISABLE OWNER INHERIT ATTACH DETACH VALIDATE CLUSTER REPLICA
    CONVERT ENGINE REPLACE SWITCH REBUILD EXCHANGE WITH CHECK NOCHECK UNSET SWAP AUTO_INCREMENT ALGORITHM LOCK FORCE
    PARTITION ORDER""".split()
)
_NOT_COLUMNS = frozenset(
    """PARTITION PARTITIONS SEARCH PROJECTION INDEX KEY FULLTEXT SPATIAL UNIQUE SUPPLEMENTAL ROW CLUSTERING STATISTICS
    TAG STORAGE ROLLUP GENERATED PERIOD SYSTEM VERSIONING FILES""".split()
)
_OTHER_PARTS = frozenset({"PARTITION", "INDEX", "KEY", "PROJECTION", "ROW", "CLUSTERING", "SUPPLEMENTAL", "STATISTICS"})
_KINDS_OF_KEY = frozenset({"CONSTRAINT", "CHECK"})

_OF_THE_SCRIPT = re.compile(
    r"\b(?:(?:previous|existing|old|older) (?:rows?|data|values?|records?|entries)|backfill\w*"
    r"|(?:this|next|later|another|following|previous) (?:migration|statement|script)"
    r"|(?:see|set|updated?|filled|dropped|done|query|statement)(?: \w+)? (?:below|above))\b",
    re.IGNORECASE,
)
"""Words of a comment that explains the change, and says nothing of the column as it is afterwards."""

Steps = Iterator[SchemaStep]
Item = Sequence[Token]


class Alters:
    """Parses the actions of one ALTER TABLE statement."""

    def __init__(self, table: str, creates: Creates, data: bytes, line_of: LineOf, docs: Mapping[int, str]) -> None:
        """`table` is the name of the table; `creates` parses columns; `docs` are comments that end a line, by line."""
        self._table, self._creates = table, creates
        self._docs = {line: doc for line, doc in docs.items() if not _OF_THE_SCRIPT.search(doc)}
        self._data, self._line_of = data, line_of
        self._line = 0

    def read(self, tokens: Item, start: int) -> Steps:
        """The steps of the actions from the token index `start` on."""
        verb = ""
        for item in items(tokens, start - 1, len(tokens)):
            self._line = self._line_of(item[0].start)
            cursor = Cursor(item, self._data)
            if cursor.take("WITH", "CHECK") or cursor.take("WITH", "NOCHECK"):
                pass
            continues = verb in ("ADD", "DROP") and not self._is_verb(item)
            if not continues:
                verb = cursor.word()
                cursor.at += 1
            yield from self._action(verb, cursor, repeated=continues)

    def _is_verb(self, item: Item) -> bool:
        """Whether an item begins with a verb rather than a column of the same name."""
        word = word_at(item, 0)
        if word not in _VERBS:
            return False
        return word in ("ADD", "DROP", "ALTER", "MODIFY", "RENAME", "CHANGE", "WITH", "SET") or len(item) < 2 or (
            word_at(item, 1) != "" and not is_mark(item[-1], ")")
        )  # fmt: skip

    def _action(self, verb: str, cursor: Cursor, *, repeated: bool) -> Steps:
        readers = {
            "ADD": self._add,
            "DROP": self._drop,
            "ALTER": self._alter,
            "MODIFY": self._modify,
            "CHANGE": self._change,
            "RENAME": self._rename,
            "REPLACE": self._replace,
            "SET": self._set,
            "COMMENT": self._comment,
            "ATTACH": self._attach,
        }
        reader = readers.get(verb)
        if reader is not None and (not cursor.done or repeated):
            yield from reader(cursor)

    def _step(self, kind: StepKind, *columns: Column, name: str = "", keys: tuple[str, ...] = ()) -> SchemaStep:
        return SchemaStep(kind, self._table, self._line, columns, keys, name)

    # --- ADD ----------------------------------------------------------------------------------------------------------

    def _add(self, cursor: Cursor) -> Steps:
        said = cursor.take("COLUMN") or cursor.take("COLUMNS")
        missing = cursor.if_exists()
        rest = cursor.tokens[cursor.at :]
        if not rest:
            return
        if is_mark(rest[0], "("):
            for item in items(rest, 0, closers(rest)[0]):
                yield from self._added(item, missing=missing)
        elif said or not self._is_other_part(rest):
            yield from self._added(rest, missing=missing)

    def _is_other_part(self, rest: Item) -> bool:
        """Whether an index or a partition is added rather than a column."""
        word = word_at(rest, 0)
        return word in _OTHER_PARTS and not (len(rest) == 2 and word_at(rest, 1)) and not is_constraint(rest)

    def _added(self, item: Item, *, missing: bool) -> Steps:
        self._line = self._line_of(item[0].start)
        if word_at(item, 0) == "COLUMN" and len(item) > 2:
            item = item[1:]
        if is_constraint(item):
            text = constraint(item, self._data)
            if text:
                yield self._step("add key", keys=(text,))
        elif item[0].kind != NUMBER:
            column, keys = self._creates.column(item, self._docs)
            yield msgspec.structs.replace(self._step("add column", column), only_if_missing=missing)
            if keys:
                yield self._step("add key", keys=keys)

    # --- DROP ---------------------------------------------------------------------------------------------------------

    def _drop(self, cursor: Cursor) -> Steps:
        if cursor.take("PRIMARY"):
            yield self._step("drop key", name="primary key")
        elif cursor.take_any(_KINDS_OF_KEY) or cursor.take("FOREIGN", "KEY") or cursor.take("UNIQUE"):
            cursor.if_exists()
            name = cursor.name()
            if name is not None:
                yield self._step("drop key", name=name.last)
        elif cursor.word() in ("INDEX", "KEY") and cursor.word(1) != "CASCADE" and len(cursor.tokens) > cursor.at + 1:
            cursor.at += 1
            name = cursor.name()
            if name is not None:
                yield self._step("drop key", name=name.last)
        elif cursor.word() not in _NOT_COLUMNS or len(cursor.tokens) == cursor.at + 1:
            yield from self._dropped_columns(cursor)

    def _dropped_columns(self, cursor: Cursor) -> Steps:
        if not cursor.take("COLUMNS"):
            cursor.take("COLUMN")
        cursor.if_exists()
        group = cursor.group()
        found: Items = items(cursor.tokens, *group) if group is not None else [cursor.tokens[cursor.at :]]
        for item in found:
            inner = Cursor(item, self._data)
            name = inner.name()
            if name is not None:
                yield self._step("drop column", name=name.last)

    # --- changes of columns -------------------------------------------------------------------------------------------

    def _alter(self, cursor: Cursor) -> Steps:
        if cursor.word() in ("CONSTRAINT", "INDEX", "CHECK") and len(cursor.tokens) > cursor.at + 2:
            return
        cursor.take("COLUMN")
        cursor.if_exists()
        if cursor.mark("("):
            group = cursor.group()
            for item in items(cursor.tokens, *group) if group else ():
                yield from self._alter(Cursor(item, self._data))
            return
        name = cursor.name()
        if name is not None and not cursor.done:
            yield from self._altered(name.last, cursor)

    def _altered(self, column: str, cursor: Cursor) -> Steps:
        """The steps of the action after `ALTER COLUMN name`."""
        set_to = cursor.take("SET")
        left = len(cursor.tokens) - cursor.at
        if cursor.word() in ("NOT", "NULL", "NULLABLE") and (set_to or left <= 2):
            yield self._nullability(column, nullable=not cursor.take("NOT"))
        elif cursor.take("DROP", "NOT", "NULL"):
            yield self._nullability(column, nullable=True)
        elif (set_to and cursor.take("DEFAULT")) or (not set_to and cursor.take("DROP", "DEFAULT")):
            yield self._default(column, default_text(cursor.tokens[cursor.at :], self._data) if set_to else "")
        elif cursor.take("TYPE") or (set_to and cursor.take("DATA", "TYPE")):
            yield from self._retyped(column, cursor, default=None)
        elif cursor.take("ADD", "GENERATED"):
            yield self._nullability(column, nullable=False)
        elif cursor.take("RENAME", "TO"):
            yield from self._renamed(column, cursor)
        elif cursor.take("COMMENT"):
            doc = cursor.string() or ""
            yield msgspec.structs.replace(self._step("comment", Column(column, doc=doc)), doc=doc)
        elif not set_to and cursor.word() not in ("DROP", "ADD", "RESTART", "FIRST", "AFTER", "UNSET", "SYNC"):
            yield from self._retyped(column, cursor, default=True)

    def _nullability(self, column: str, *, nullable: bool) -> SchemaStep:
        return self._step("nullability", Column(column, nullable=nullable, line=self._line))

    def _default(self, column: str, default: str) -> SchemaStep:
        return self._step("default", Column(column, line=self._line, default=default))

    def _retyped(self, column: str, cursor: Cursor, *, default: bool | None) -> Steps:
        """A new type, and the stated nullability, or else `default` (None: unchanged)."""
        rest = cursor.tokens[cursor.at - 1 :]
        told, _ = self._creates.column(rest, self._docs)
        stated = nullability([word_at(rest, k) for k in range(1, len(rest))])
        if told.type:
            yield self._step("retype", Column(column, told.type, line=self._line))
        if stated is None:
            stated = default if told.type else None
        if stated is not None:
            yield self._nullability(column, nullable=stated)

    def _modify(self, cursor: Cursor) -> Steps:
        said = cursor.take("COLUMN")
        cursor.if_exists()
        if cursor.mark("("):
            group = cursor.group()
            for item in items(cursor.tokens, *group) if group else ():
                yield from self._modified(Cursor(item, self._data), partial=True)
        elif said or cursor.word() not in ("ORDER", "TTL", "SETTING", "QUERY", "PARTITION", "CONSTRAINT", "LOB"):
            yield from self._modified(cursor, partial=False)

    def _modified(self, cursor: Cursor, *, partial: bool) -> Steps:
        """A column's new definition; a `partial` one leaves unstated attributes unchanged."""
        start = cursor.at
        cursor.take("COLUMN")
        name = cursor.name()
        if name is None or cursor.done:
            return
        if cursor.word() in ("SET", "DROP", "COMMENT"):
            yield from self._altered(name.last, cursor)
            return
        column, keys = self._creates.column(cursor.tokens[start:], self._docs)
        keeps = partial or column.type.upper().startswith(("VARCHAR2", "NUMBER", "NVARCHAR2")) or not column.type
        yield from self._retyped(name.last, cursor, default=None if keeps else column.nullable)
        if column.default or not keeps:
            yield self._default(name.last, column.default)
        if keys:
            yield self._step("add key", keys=keys)

    def _change(self, cursor: Cursor) -> Steps:
        cursor.take("COLUMN")
        name = cursor.name()
        if name is None or cursor.done:
            return
        start = cursor.at
        column, keys = self._creates.column(cursor.tokens[start:], self._docs)
        if column.name.lower() != name.last.lower():
            yield self._step("rename column", column, name=name.last)
        cursor.at = start
        cursor.name()
        yield from self._retyped(column.name, cursor, default=column.nullable)
        yield self._default(column.name, column.default)
        if keys:
            yield self._step("add key", keys=keys)

    def _rename(self, cursor: Cursor) -> Steps:
        if cursor.word() in ("CONSTRAINT", "INDEX", "KEY", "PARTITION") and cursor.word(1) != "TO":
            cursor.at += 1
            old = cursor.name()
            new = cursor.name() if cursor.take("TO") else None
            if old is not None and new is not None:
                yield self._step("drop key", name=f"{old.last} to {new.last}")
            return
        if cursor.take("TO") or cursor.take("AS"):
            yield from self._renamed_table(cursor)
            return
        said = cursor.take("COLUMN") and not cursor.if_exists()
        name = cursor.name()
        if name is None:
            return
        if cursor.take("TO") or cursor.take("AS"):
            yield from self._renamed(name.last, cursor)
        elif cursor.done and not said:
            yield self._step("rename", name=name.dataset)

    def _renamed(self, column: str, cursor: Cursor) -> Steps:
        new = cursor.name()
        if new is not None:
            yield self._step("rename column", Column(new.last, line=self._line), name=column)

    def _renamed_table(self, cursor: Cursor) -> Steps:
        new = cursor.name()
        if new is not None:
            step = self._step("rename", name=beside(self._table, new.dataset))
            yield msgspec.structs.replace(step, spelled=spelled(new, self._data))

    # --- the table as a whole -----------------------------------------------------------------------------------------

    def _replace(self, cursor: Cursor) -> Steps:
        if not cursor.take("COLUMNS"):
            return
        group = cursor.group()
        if group is not None:
            columns, keys = self._creates.columns(items(cursor.tokens, *group), self._docs)
            yield SchemaStep("create", self._table, self._line, columns, keys)

    def _set(self, cursor: Cursor) -> Steps:
        if cursor.take("SCHEMA"):
            name = cursor.name()
            if name is not None:
                yield self._step("rename", name=f"{name.dataset}.{self._table.rpartition('.')[2]}")
        elif cursor.take("UNUSED"):
            cursor.take("COLUMN")
            yield from self._dropped_columns(cursor)
        elif cursor.take("COMMENT"):
            yield from self._comment(cursor)

    def _comment(self, cursor: Cursor) -> Steps:
        if cursor.take("COLUMN"):
            name = cursor.name()
            doc = cursor.string() or ""
            if name is not None:
                yield msgspec.structs.replace(self._step("comment", Column(name.last, doc=doc)), doc=doc)
            return
        cursor.take_mark("=")
        doc = cursor.string() or ""
        if doc:
            yield msgspec.structs.replace(self._step("comment"), doc=doc)

    def _attach(self, cursor: Cursor) -> Steps:
        if not cursor.take("PARTITION"):
            return
        name = cursor.name()
        if name is not None and not cursor.done and cursor.tokens[cursor.at].kind != STRING:
            yield SchemaStep(
                "create", name.dataset, self._line, like=self._table, likeness="partition", only_if_missing=True
            )


def beside(table: str, name: str) -> str:
    """A table's new name, in the schema of the old one unless qualified."""
    owner = table.rpartition(".")[0]
    return name if "." in name or not owner else f"{owner}.{name}"
