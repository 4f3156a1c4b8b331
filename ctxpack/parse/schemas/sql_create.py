"""CREATE TABLE and CREATE VIEW, in any dialect, as schema steps."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

import msgspec

from ctxpack.datamodel.schema import SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas.sql_cursor import Cursor
from ctxpack.parse.sql.columns import Items, LineOf, column_of, columns_and_keys, items, nullability, unquoted
from ctxpack.parse.sql.keys import listed
from ctxpack.parse.sql.names import Name, dotted, is_mark, spelled, word_at
from ctxpack.parse.sql.tokens import QUOTED, STRING, Token

_TEMPORARY = frozenset({"TEMP", "TEMPORARY", "VOLATILE"})
_MODIFIERS = frozenset(
    """OR REPLACE REFRESH ALTER GLOBAL LOCAL TRANSIENT UNLOGGED EXTERNAL FOREIGN HYBRID DYNAMIC ICEBERG EVENT STREAMING
    LIVE MULTISET SET COLUMN ROW PRIVATE SHARDED DUPLICATED IMMUTABLE BLOCKCHAIN REFERENCE SECURE RECURSIVE FORCE
    NOFORCE
    EDITIONABLE NONEDITIONABLE MATERIALIZED CACHED LARGE DIMENSION FACT ROWSTORE DEFINER SQL SECURITY INVOKER ALGORITHM
    UNDEFINED MERGE TEMPTABLE NO ROOT KEYSPACE INCREMENTAL SNAPSHOT""".split()
)
_REFRESHED = frozenset({"DYNAMIC", "STREAMING", "LIVE", "INCREMENTAL"})
"""Keywords of tables that their query refreshes."""

_COPIES = frozenset({"LIKE", "CLONE", "COPY", "DEEP", "SHALLOW"})
_CLICKHOUSE = re.compile(
    rb"\b(?:\w*MergeTree\b|LowCardinality\(|Nullable\(|U?Int(?:8|16|32|64|128|256)\b|DateTime64\b)"
)
_NULLABLE = re.compile(r"^(?:LowCardinality\(\s*)?Nullable\(")
_AFTER_SELECT = frozenset({"FROM", "WHERE", "UNION", "EXCEPT", "INTERSECT", "LIMIT", "ORDER", "GROUP", "INTO", "WITH"})
_BODIES = frozenset({"SELECT", "WITH", "FROM", "VALUES", "TABLE", "EXECUTE"})


class Creates:
    """Parses the statements of one file that create tables and views."""

    def __init__(self, data: bytes, line_of: LineOf) -> None:
        self._data, self._line_of = data, line_of
        self._not_null_is_usual = _CLICKHOUSE.search(data) is not None

    def column(self, item: Sequence[Token], docs: Mapping[int, str]) -> tuple[Column, tuple[str, ...]]:
        """The column defined by an item, with the dialect's default nullability, and its keys."""
        column, keys = column_of(item, self._data, self._line_of, docs)
        return self._told(column), keys

    def columns(self, found: Items, docs: Mapping[int, str]) -> tuple[tuple[Column, ...], tuple[str, ...]]:
        """The columns and keys defined by items, as in `column`."""
        columns, keys = columns_and_keys(found, self._data, self._line_of, docs)
        return tuple(map(self._told, columns)), keys

    def _told(self, column: Column) -> Column:
        nullable = column.nullable
        if _NULLABLE.match(column.type):
            nullable = True
        elif nullable is None:
            nullable = not self._not_null_is_usual
        return msgspec.structs.replace(column, nullable=nullable)

    def read(self, cursor: Cursor, docs: Mapping[int, str]) -> SchemaStep | None:
        """The step of a CREATE statement, with the cursor past CREATE; None unless it creates a permanent relation."""
        replaces = cursor.word() == "OR" or cursor.word(-1) == "REPLACE"
        begin = cursor.at
        kind, temporary = _kind(cursor)
        refreshed = any(word_at(cursor.tokens, at) in _REFRESHED for at in range(begin, cursor.at))
        if not kind:
            return None
        if_missing = cursor.if_exists()
        name = cursor.name()
        if name is None or temporary or name.last.startswith("#") or name.whole_template:
            return None
        if_missing = cursor.if_exists() or if_missing
        line = self._line_of(cursor.tokens[0].start)
        step = SchemaStep(
            "create", name.dataset, line, kind_of=kind, only_if_missing=if_missing, replaces=replaces,
            spelled=spelled(name, self._data),
        )  # fmt: skip
        step = self._filled(step, cursor, docs)
        if refreshed:
            step = msgspec.structs.replace(step, selected=())
        return step

    def _filled(self, step: SchemaStep, cursor: Cursor, docs: Mapping[int, str]) -> SchemaStep:
        """The step with the rest of the statement after the name."""
        like, likeness = _head_likeness(cursor)
        columns: tuple[Column, ...] = ()
        keys: tuple[str, ...] = ()
        if cursor.take("ON", "CLUSTER"):
            cursor.name()
        if cursor.take("TO"):
            cursor.name()
        opening = cursor.at
        group = cursor.group()
        if group is not None and word_at(cursor.tokens, opening + 1) not in _BODIES:
            found = items(cursor.tokens, *group)
            if step.kind_of in ("table", "foreign table"):
                columns, keys = self.columns(found, docs)
                inner, how = _inner_likeness(found, self._data)
                like, likeness = (like, likeness) if like else (inner, how)
            else:
                columns, _ = columns_and_keys(found, self._data, self._line_of, docs)
        tail = self._tail(cursor, columns, docs)
        if tail.query and not any(column.type for column in columns):
            columns = tuple(msgspec.structs.replace(column, nullable=None) for column in columns)
        return msgspec.structs.replace(
            step,
            columns=columns + tail.columns,
            keys=keys,
            like=like or tail.like,
            likeness=likeness if like else tail.likeness,
            doc=tail.doc,
            selected=tail.selected,
        )

    def _tail(self, cursor: Cursor, columns: Sequence[Column], docs: Mapping[int, str]) -> _Tail:
        """The clauses after the columns of a CREATE statement, its query included."""
        tail = _Tail()
        while not cursor.done and not tail.query:
            if cursor.take("AS") or cursor.word() == "SELECT":
                tail.query = True
                self._query(cursor, tail)
            elif cursor.take("INHERITS"):
                tail.like, tail.likeness = self._names(cursor), "inherits"
            elif cursor.take("COMMENT"):
                cursor.take_mark("=")
                tail.doc = cursor.string() or tail.doc
            elif cursor.take("PARTITIONED", "BY") and cursor.mark("("):
                tail.columns = self._partition_columns(cursor, columns, docs)
            elif not tail.like and cursor.word() in _COPIES:
                tail.like, tail.likeness = _copied(cursor)
            elif cursor.mark("("):
                cursor.group()
            else:
                cursor.at += 1
        return tail

    def _query(self, cursor: Cursor, tail: _Tail) -> None:
        """The part after AS: a query or, in some dialects, a table whose structure is copied."""
        if cursor.word() == "SELECT":
            tail.selected = self._selected(cursor)
        if cursor.done or cursor.word() in _BODIES or cursor.mark("("):
            return
        name = cursor.name()
        following = cursor.word()
        if name is not None and (cursor.done or following in ("ENGINE", "WITH")) and not name.whole_template:
            tail.like, tail.likeness = name.dataset, "copy"

    def _selected(self, cursor: Cursor) -> tuple[str, ...]:
        """The column names of a SELECT; () if one has no name or is a star."""
        tokens, first = cursor.tokens, cursor.at + 1
        first += word_at(tokens, first) in ("ALL", "DISTINCT")
        if first == cursor.at + 2 and word_at(tokens, first) == "ON":
            return ()
        names: list[str] = []
        begin, depth = first, 0
        for at in range(first, len(tokens) + 1):
            ends = at == len(tokens) or (not depth and word_at(tokens, at) in _AFTER_SELECT)
            if ends or (not depth and is_mark(tokens[at], ",")):
                names.append(self._named(tokens[begin:at]))
                begin = at + 1
            elif is_mark(tokens[at], "("):
                depth += 1
            elif is_mark(tokens[at], ")"):
                depth -= 1
            if ends:
                break
        return tuple(names) if all(names) else ()

    def _named(self, item: Sequence[Token]) -> str:
        """The name of a selected item: its alias or, for a plain column, the column's name; "" for anything else."""
        if len(item) > 1 and word_at(item, len(item) - 2) == "AS":
            name = dotted(item, len(item) - 1, self._data, any_word=True)
        else:
            name = dotted(item, 0, self._data) if item else None
        return name.last if name is not None and name.stop == len(item) and not name.whole_template else ""

    def _names(self, cursor: Cursor) -> str:
        group = cursor.group()
        if group is None:
            return ""
        found = (Cursor(item, self._data).name() for item in items(cursor.tokens, *group))
        return ", ".join(name.dataset for name in found if name is not None)

    def _partition_columns(
        self, cursor: Cursor, columns: Sequence[Column], docs: Mapping[int, str]
    ) -> tuple[Column, ...]:
        """Columns that PARTITIONED BY adds, recognized by their types."""
        group = cursor.group()
        if group is None:
            return ()
        known = {column.name.lower() for column in columns}
        found = [item for item in items(cursor.tokens, *group) if len(item) > 1 and not is_mark(item[1], "(")]
        more, _ = self.columns(found, docs)
        return tuple(column for column in more if column.type and column.name.lower() not in known)


Likeness = Literal["", "copy", "copy all", "inherits", "partition", "name"]


class _Tail:
    """The content of the clauses at the end of a CREATE statement."""

    __slots__ = ("columns", "doc", "like", "likeness", "query", "selected")

    def __init__(self) -> None:
        self.columns: tuple[Column, ...] = ()
        self.doc = ""
        self.like = ""
        self.likeness: Likeness = ""
        self.query = False
        self.selected: tuple[str, ...] = ()


def _kind(cursor: Cursor) -> tuple[str, bool]:
    """The kind of object created ("" for neither table nor view), and whether it is temporary."""
    temporary = materialized = foreign = False
    while not cursor.done:
        word = cursor.word()
        if word in _TEMPORARY:
            temporary = True
        elif word == "TABLE":
            cursor.at += 1
            return ("foreign table" if foreign else "table"), temporary
        elif word == "VIEW":
            cursor.at += 1
            return ("materialized view" if materialized else "view"), temporary
        elif word == "STREAM":
            cursor.at += 1
            return "stream", temporary
        elif word not in _MODIFIERS and not _is_definer(cursor):
            return "", temporary
        materialized = materialized or word == "MATERIALIZED"
        foreign = foreign or word == "FOREIGN"
        cursor.at += 1
    return "", temporary


def _is_definer(cursor: Cursor) -> bool:
    """Whether a part of ``DEFINER = `a`@`b` `` or `ALGORITHM = x` is next."""
    before = cursor.tokens[cursor.at - 1]
    quoted = cursor.tokens[cursor.at].kind in (QUOTED, STRING)
    return cursor.mark("=") or is_mark(before, "=") or quoted or cursor.word().startswith("@")


def _head_likeness(cursor: Cursor) -> tuple[str, Likeness]:
    """The other table in `PARTITION OF parent` or `OF type` right after the name."""
    if cursor.take("PARTITION", "OF"):
        name = cursor.name()
        return (name.dataset, "partition") if name else ("", "")
    if cursor.take("OF"):
        name = cursor.name()
        return (name.dataset, "copy") if name else ("", "")
    return ("", "")


def _copied(cursor: Cursor) -> tuple[str, Likeness]:
    """The other table in `LIKE other`, `CLONE other`, `DEEP CLONE other` or `COPY other`: a full structural copy."""
    word = cursor.take_any(_COPIES)
    if (word in ("DEEP", "SHALLOW") and not cursor.take("CLONE")) or cursor.word() == "GRANTS":
        return "", ""
    name = cursor.name()
    return (name.dataset, "copy all") if name else ("", "")


def _inner_likeness(found: Items, data: bytes) -> tuple[str, Likeness]:
    """The other table in `(LIKE other INCLUDING ALL)`: its columns and, with INCLUDING, its keys."""
    names: list[str] = []
    likeness: Likeness = "copy"
    for item in found:
        if word_at(item, 0) != "LIKE" or len(item) < 2:
            continue
        cursor = Cursor(item, data, 1)
        name = cursor.name()
        if name is not None:
            names.append(name.dataset)
        words = [word_at(item, k) for k in range(cursor.at, len(item))]
        if any(a == "INCLUDING" and b in ("ALL", "INDEXES") for a, b in pairwise(words)):
            likeness = "copy all"
    return ", ".join(names), likeness if names else ""


def domain(cursor: Cursor, line: int) -> SchemaStep | None:
    """`CREATE DOMAIN name AS type NOT NULL`, a type that may forbid null, with the cursor after DOMAIN."""
    name = cursor.name()
    if name is None:
        return None
    cursor.take("AS")
    words = [word_at(cursor.tokens, k) for k in range(cursor.at, len(cursor.tokens))]
    column = Column("value", words[0].lower() if words else "", nullability(words[1:]), line=line)
    return SchemaStep("create", name.dataset, line, (column,), kind_of="domain")


def unique_index(cursor: Cursor, line: int) -> SchemaStep | None:
    """`CREATE UNIQUE INDEX name ON table (a, b)` as a key, unless partial, with the cursor after INDEX."""
    cursor.take("CONCURRENTLY")
    cursor.if_exists()
    index = None if cursor.word() == "ON" else cursor.name()
    if not cursor.take("ON"):
        return None
    cursor.take("ONLY")
    table = cursor.name()
    if cursor.take("USING"):
        cursor.at += 1
    if table is None or not cursor.mark("("):
        return None
    columns = listed(cursor.tokens, cursor.at, cursor.data)
    cursor.group()
    if any(word_at(cursor.tokens, k) == "WHERE" for k in range(cursor.at, len(cursor.tokens))):
        return None
    name = f"constraint {index.last} " if index is not None else ""
    return SchemaStep("add key", table.dataset, line, keys=(f"{name}unique ({columns})",))


def comment(cursor: Cursor, line: int) -> SchemaStep | None:
    """`COMMENT ON TABLE t IS '...'` and `COMMENT ON COLUMN t.c IS '...'`, with the cursor after COMMENT ON."""
    if cursor.take("COLUMN"):
        name = cursor.name()
        of_column = True
    elif cursor.take("TABLE") or cursor.take("VIEW") or cursor.take("MATERIALIZED", "VIEW"):
        name, of_column = cursor.name(), False
    else:
        return None
    if name is None or not cursor.take("IS") or cursor.done:
        return None
    last = cursor.tokens[-1]
    doc = unquoted(last, cursor.data) if last.kind == STRING else ""
    if not of_column:
        return SchemaStep("comment", name.dataset, line, doc=doc)
    if len(name.parts) < 2:
        return None
    return SchemaStep("comment", _owner(name), line, (Column(name.last, doc=doc),), doc=doc)


def _owner(name: Name) -> str:
    return ".".join(name.parts[:-1]).lower()
