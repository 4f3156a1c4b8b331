"""SQL data definition statements, in any dialect.

Built on the scanner of `ctxpack.parse.sql` rather than a grammar: files mix dialects, templates and client commands,
and a statement that cannot be parsed must not affect others. The down part of a migration, after the markers of
migration tools, is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from ctxpack.datamodel.identifiers import identified
from ctxpack.datamodel.notebooks import sql_of
from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas.sql_alter import Alters, beside
from ctxpack.parse.schemas.sql_create import Creates, comment, domain, unique_index
from ctxpack.parse.schemas.sql_cursor import Cursor
from ctxpack.parse.schemas.sql_split import Statement, statements
from ctxpack.parse.sql.columns import items
from ctxpack.parse.sql.tokens import STRING, Token

_MARKS = re.compile(
    rb"""^[ \t]*(?:
          --[ \t]*(?:\+[ \t]*)?(?:goose|migrate|micrate|dbmate|rambler|up|down)?[ \t]*:?[ \t]*
              (?:(?P<up>up|do)|(?P<down>down|undo|rollback))(?:[ \t]+migration)?[ \t]*
              (?:(?:notransaction|transaction:\w+)[ \t]*)?
        | (?:\#|--)[ \t]*---[ \t]*!(?:(?P<ups>Ups)|(?P<downs>Downs))[^\n]*
        | --[ \t]*//[ \t]*@(?P<undo>UNDO)[^\n]*
        | ----[ \t]*(?P<above>create[ \t]+above)[^\n]*
        )\r?$""",
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_UPS = ("up", "ups")
_NOT_LINE = re.compile(rb"[^\n]+")
_DROPPED = frozenset({"TABLE", "VIEW", "DOMAIN"})
_TABLES = frozenset({"TABLE", "VIEW"})
_OF_TABLES = frozenset({"FOREIGN", "EXTERNAL", "MATERIALIZED", "STREAMING", "ICEBERG", "DYNAMIC", "EVENT"})
_DEFAULT_SCHEMAS = frozenset({"", "public", "dbo", "main", "default"})


def read(text: str) -> DataFacts:
    """The schema steps of a SQL file, in order of its statements."""
    data = _without_undoing(identified(sql_of(text)).encode("utf-8", "replace"))
    reader = _Reader(data)
    steps = [step for statement in statements(data) for step in reader.read(statement)]
    return DataFacts("sql", tuple(reader.in_schemas(steps)))


def doing(text: str) -> str:
    """A migration with its down part blanked line by line; the identical text if it has none."""
    data = text.encode("utf-8", "replace")
    done = _without_undoing(data)
    return text if done is data else done.decode("utf-8", "replace")


def _without_undoing(data: bytes) -> bytes:
    """The text with the down parts of a migration blanked line by line; the same object if there are none."""
    ranges: list[tuple[int, int]] = []
    start = -1
    for match in _MARKS.finditer(data):
        if any(match.group(name) for name in _UPS):
            if start >= 0:
                ranges.append((start, match.start()))
            start = -1
        elif start < 0:
            start = match.start()
    if start >= 0:
        ranges.append((start, len(data)))
    pieces: list[bytes] = []
    place = 0
    for first, last in ranges:
        pieces += [data[place:first], _NOT_LINE.sub(b"", data[first:last])]
        place = last
    return b"".join([*pieces, data[place:]]) if ranges else data


class _Reader:
    """Parses the statements of one file, tracking the current default schema."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place, self._number = 0, 1
        self._creates = Creates(data, self._line)
        self._schema = ""
        self._schemas: list[str] = []

    def _line(self, offset: int) -> int:
        """The line of an offset, counted from the last one requested."""
        if offset >= self._place:
            self._number += self._data.count(b"\n", self._place, offset)
        else:
            self._number -= self._data.count(b"\n", offset, self._place)
        self._place = offset
        return self._number

    def read(self, statement: Statement) -> Iterator[SchemaStep]:
        """The steps of one statement."""
        cursor = Cursor(statement.tokens, self._data)
        docs = {self._line(start): doc for start, doc in sorted(statement.docs.items())}
        line = self._line(statement.tokens[0].start)
        for step in self._steps(cursor, docs, line):
            self._schemas.append(self._schema)
            yield step

    def in_schemas(self, steps: Sequence[SchemaStep]) -> list[SchemaStep]:
        """All steps, with the current schema put before unqualified table names.

        Names stay as written if the file creates tables in one schema only.
        """
        made = {schema for schema, step in zip(self._schemas, steps, strict=True) if step.kind == "create"}
        if len(made) < 2:
            return list(steps)
        return [_in_schema(step, schema) for schema, step in zip(self._schemas, steps, strict=True)]

    def _steps(self, cursor: Cursor, docs: dict[int, str], line: int) -> Iterator[SchemaStep]:
        if cursor.take("CREATE") or cursor.take("REPLACE"):
            yield from self._create(cursor, docs, line)
        elif cursor.take("ALTER"):
            yield from self._alter(cursor, docs, line)
        elif cursor.take("DROP"):
            yield from _drop(cursor, line)
        elif cursor.take("COMMENT", "ON"):
            yield from _one(comment(cursor, line))
        elif cursor.take("RENAME"):
            yield from _rename(cursor, line)
        elif cursor.take("EXEC") or cursor.take("EXECUTE"):
            yield from _sp_rename(cursor, line)
        elif cursor.take("SET") or cursor.take("USE"):
            self._set_schema(cursor)

    def _set_schema(self, cursor: Cursor) -> None:
        """Handle `SET search_path = a, b` and `USE a`; the usual default schemas count as none."""
        if cursor.word(-1) == "SET":
            if not (cursor.take("SEARCH_PATH") or cursor.take("LOCAL", "SEARCH_PATH") or cursor.take("SCHEMA")):
                return
            if not cursor.take_mark("="):
                cursor.take("TO")
        elif cursor.take("DATABASE") or cursor.take("SCHEMA") or cursor.take("CATALOG"):
            pass
        name = cursor.name()
        chosen = name.dataset if name is not None and not name.whole_template else ""
        self._schema = "" if chosen in _DEFAULT_SCHEMAS or "$" in chosen else chosen

    def _create(self, cursor: Cursor, docs: dict[int, str], line: int) -> Iterator[SchemaStep]:
        if cursor.take("DOMAIN"):
            yield from _one(domain(cursor, line))
        elif cursor.word() == "UNIQUE":
            cursor.take("UNIQUE")
            while not cursor.done and not cursor.take("INDEX"):
                cursor.at += 1
            yield from _one(unique_index(cursor, line))
        elif cursor.take("TYPE"):
            yield from self._composite(cursor, docs, line)
        else:
            yield from _one(self._creates.read(cursor, docs))

    def _composite(self, cursor: Cursor, docs: dict[int, str], line: int) -> Iterator[SchemaStep]:
        """`CREATE TYPE name AS (a int, b text)`."""
        name = cursor.name()
        if name is None or not cursor.take("AS") or not cursor.mark("("):
            return
        columns, _ = self._creates.columns(_grouped(cursor), docs)
        yield SchemaStep("create", name.dataset, line, columns, kind_of="type")

    def _alter(self, cursor: Cursor, docs: dict[int, str], line: int) -> Iterator[SchemaStep]:
        while cursor.take_any(_OF_TABLES):
            pass
        if cursor.take("TYPE"):
            yield from _renamed_type(cursor, line)
        elif cursor.take("DOMAIN"):
            yield from _altered_domain(cursor, line)
        elif cursor.take_any(_TABLES):
            cursor.if_exists()
            cursor.take("ONLY")
            name = cursor.name()
            if name is None or name.whole_template:
                return
            if cursor.take("ON", "CLUSTER"):
                cursor.name()
            reader = Alters(name.dataset, self._creates, self._data, self._line, docs)
            yield from reader.read(cursor.tokens, cursor.at)


def _in_schema(step: SchemaStep, schema: str) -> SchemaStep:
    if not schema or "." in step.table or not step.table:
        return step
    name = beside(f"{schema}.x", step.name) if step.kind == "rename" else step.name
    return msgspec.structs.replace(step, table=f"{schema}.{step.table}", name=name)


def _grouped(cursor: Cursor) -> list[Sequence[Token]]:
    group = cursor.group()
    return items(cursor.tokens, *group) if group is not None else []


def _one(step: SchemaStep | None) -> Iterator[SchemaStep]:
    if step is not None:
        yield step


def _drop(cursor: Cursor, line: int) -> Iterator[SchemaStep]:
    """`DROP TABLE a, b`, `DROP VIEW`, `DROP SCHEMA` with its contents, `DROP INDEX`."""
    if cursor.take("INDEX"):
        cursor.take("CONCURRENTLY")
        cursor.if_exists()
        name = cursor.name()
        if name is not None:
            table = cursor.name() if cursor.take("ON") else None
            yield SchemaStep("drop key", table.dataset if table else "", line, name=name.last)
        return
    while cursor.take_any(_OF_TABLES):
        pass
    whole = cursor.take("SCHEMA")
    if cursor.word() in ("TEMPORARY", "TEMP") or not (whole or cursor.take_any(_DROPPED)):
        return
    cursor.if_exists()
    while (name := cursor.name()) is not None:
        if not name.whole_template:
            yield SchemaStep("drop", name.dataset + (".*" if whole else ""), line)
        if not cursor.take_mark(","):
            return


def _rename(cursor: Cursor, line: int) -> Iterator[SchemaStep]:
    """`RENAME TABLE a TO b, c TO d` and `RENAME a TO b`."""
    cursor.take("TABLE")
    while (old := cursor.name()) is not None and cursor.take("TO"):
        new = cursor.name()
        if new is not None:
            yield SchemaStep("rename", old.dataset, line, name=beside(old.dataset, new.dataset))
        if not cursor.take_mark(","):
            return


def _sp_rename(cursor: Cursor, line: int) -> Iterator[SchemaStep]:
    """`EXEC sp_rename 'dbo.t.old', 'new', 'COLUMN'`, and of a table without the last argument."""
    words = [cursor.word(k) for k in range(3)]
    if "SP_RENAME" not in words:
        return
    strings = [token for token in cursor.tokens if token.kind == STRING]
    texts = [cursor.data[token.start + 1 : token.end - 1].decode("utf-8", "replace") for token in strings]
    if len(texts) < 2:
        return
    parts = [part.strip('[]"') for part in texts[0].split(".")]
    new = texts[1].strip('[]"')
    kind = texts[2].upper() if len(texts) > 2 else ""
    if kind == "COLUMN" and len(parts) > 1:
        table = ".".join(parts[:-1]).lower()
        yield SchemaStep("rename column", table, line, (Column(new, line=line),), name=parts[-1])
    elif kind in ("", "OBJECT"):
        table = ".".join(parts).lower()
        yield SchemaStep("rename", table, line, name=beside(table, new.lower()))


def _renamed_type(cursor: Cursor, line: int) -> Iterator[SchemaStep]:
    """`ALTER TYPE a RENAME TO b`, which also renames the type of columns."""
    old = cursor.name()
    if old is None or not cursor.take("RENAME", "TO"):
        return
    new = cursor.name()
    if new is not None:
        yield SchemaStep("rename", old.dataset, line, name=new.last, kind_of="type")


def _altered_domain(cursor: Cursor, line: int) -> Iterator[SchemaStep]:
    name = cursor.name()
    if name is None:
        return
    for words, nullable in ((("SET", "NOT", "NULL"), False), (("DROP", "NOT", "NULL"), True)):
        if cursor.take(*words):
            column = Column("value", nullable=nullable, line=line)
            yield SchemaStep("nullability", name.dataset, line, (column,), kind_of="domain")
