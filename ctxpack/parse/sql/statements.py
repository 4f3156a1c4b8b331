"""What SQL statements define: tables with their columns, views, routines, types, and common table expressions.

Deliberately shallow: it knows the heads of statements in every common dialect, and nothing of expressions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from ctxpack.model import Column, DatasetOp, Table
from ctxpack.parse.plain import Draft, Plain
from ctxpack.parse.sql.clauses import ctes
from ctxpack.parse.sql.columns import Items, columns_and_keys, items, unquoted
from ctxpack.parse.sql.keys import without_name
from ctxpack.parse.sql.names import Name, Statement, closers, dotted, is_mark, table_after, word_at
from ctxpack.parse.sql.tokens import STRING, TEMPLATE, is_routine
from ctxpack.parse.sql.uses import uses

_OBJECTS = {
    "TABLE": "table", "VIEW": "view", "FUNCTION": "function", "PROCEDURE": "function", "PROC": "function",
    "TRIGGER": "function", "TYPE": "type", "DOMAIN": "type", "INDEX": "key", "MACRO": "macro", "SEQUENCE": "key",
    "STREAM": "table", "TASK": "function", "FLOW": "function", "PACKAGE": "module", "DICTIONARY": "table",
}  # fmt: skip
_MODELS = {"MODEL": "table", "AUDIT": "function", "METRIC": "function"}
_HEAD_WORDS = 14
_HEAD_LINES = 3
_OUTLINED_COLUMNS = 60
_OUTLINED_ACTIONS = 3
_FINAL_LINES = 8


class StatementReader:
    """Reads the statements of one file into `plain`."""

    def __init__(
        self, plain: Plain, trailing: Mapping[int, str], above: Mapping[int, str], fragments: Sequence[tuple[int, int]]
    ) -> None:
        """`trailing` are comments that end a line of code, `above` those on lines of their own, by their last line.

        In `fragments` (byte ranges of templates) a bare name may be bound by a macro that writes the text around it.
        """
        self._plain, self._trailing, self._above = plain, trailing, above
        self._fragments = fragments
        self._data = plain.source.data

    def read(self, statement: Statement) -> None:
        """Note all that a statement says."""
        expressions = ctes(statement, self._data)
        for cte in expressions:
            if cte.token.kind == TEMPLATE:
                line = self._plain.line(cte.token.start)
                self._plain.outline.append((line, line))
                continue
            end = statement[cte.closing].end if cte.closing < len(statement) else statement[-1].end
            draft = Draft(cte.name, "view", cte.token.start, end, cte.token.start, exported=False)
            self._define(draft)
        self._head(statement)
        for use in uses(statement, expressions, self._data):
            name = use.name
            if name.whole_template or name.last[:1] in "#@" or self._is_open(name):
                continue
            self._plain.refer(name.last, name.prefix, use.kind, name.at)
            if use.moves_data:
                self._move("writes" if use.kind == "write" else "reads", name)
        self._keep_final_select(statement)

    def _define(self, draft: Draft) -> None:
        draft.doc = self._above.get(self._plain.line(draft.start) - 1, "")
        self._plain.drafts.append(draft)

    def _is_open(self, name: Name) -> bool:
        return len(name.parts) == 1 and any(start <= name.start < end for start, end in self._fragments)

    def _move(self, kind: str, name: Name) -> None:
        span = self._plain.lines_of(name.start, name.end)
        self._plain.dataset_ops.append(DatasetOp("writes" if kind == "writes" else "reads", name.dataset, span))

    def _head(self, statement: Statement) -> None:
        first = word_at(statement, 0)
        if first in ("CREATE", "REPLACE"):
            self._create(statement)
        elif first == "ALTER" and word_at(statement, 1) == "TABLE":
            self._alter(statement)
        elif first == "COMMENT":
            self._comment_on(statement)
        elif first in _MODELS and len(statement) > 2 and is_mark(statement[1], "("):
            self._model(statement, _MODELS[first])

    def _create(self, statement: Statement) -> None:
        at = next((k for k in range(1, min(len(statement), _HEAD_WORDS)) if word_at(statement, k) in _OBJECTS), 0)
        if word_at(statement, at) == "STREAM" and word_at(statement, at + 1) == "TABLE":
            at += 1
        name = table_after(statement, at + 1, self._data, listed=True) if at else None
        if name is None or name.last.upper() == "ON" or name.whole_template:
            return
        kind = _OBJECTS[word_at(statement, at)]
        head_last = self._head_last(statement, name)
        self._define(
            Draft(name.last, kind, statement[0].start, statement[-1].end, name.at, head_last, ".".join(name.parts))
        )
        if kind not in ("table", "view"):
            return
        self._declare(statement, name)
        if _query_at(statement, name) and not is_routine(statement):
            self._move("writes", name)

    def _head_last(self, statement: Statement, name: Name) -> int:
        """The last line of a head: where the body opens, a few lines below the name at most."""
        line = self._plain.line(name.at)
        depth = 0
        for index in range(name.stop, len(statement)):
            token = statement[index]
            depth += is_mark(token, "(") - is_mark(token, ")")
            if self._plain.line(token.start) > line + _HEAD_LINES:
                break
            if depth == 0 and (is_mark(token, "$") or word_at(statement, index) in ("AS", "BEGIN", "IS")):
                return self._plain.line(token.start)
        return line

    def _declare(self, statement: Statement, name: Name) -> None:
        columns: tuple[Column, ...] = ()
        keys: tuple[str, ...] = ()
        if name.stop < len(statement) and is_mark(statement[name.stop], "("):
            closing = closers(statement)[name.stop]
            columns, keys = self._columns(items(statement, name.stop, closing))
        span = self._plain.lines_of(statement[0].start, statement[-1].end)
        self._plain.tables.append(Table(".".join(name.parts), columns, keys, span))
        self._plain.outline.extend((column.line, column.line) for column in columns[:_OUTLINED_COLUMNS])

    def _columns(self, found: Items) -> tuple[tuple[Column, ...], tuple[str, ...]]:
        columns, keys = columns_and_keys(found, self._data, self._plain.line, self._trailing)
        return columns, tuple(without_name(key) for key in keys)

    def _alter(self, statement: Statement) -> None:
        """What ALTER TABLE adds, as a table that is not declared but added to."""
        at = 4 if word_at(statement, 2) == "IF" else 2
        name = table_after(statement, at, self._data)
        if name is None:
            return
        added: Items = []
        actions = items(statement, name.stop - 1, len(statement))
        for item in actions:
            start = 1 if word_at(item, 0) == "ADD" else len(item)
            while word_at(item, start) in ("COLUMN", "COLUMNS", "IF", "NOT", "EXISTS", "ONLY"):
                start += 1
            if start < len(item) and is_mark(item[start], "("):
                added.extend(items(item, start, closers(item)[start]))
            elif start < len(item):
                added.append(item[start:])
        columns, keys = self._columns(added)
        if columns or keys:
            span = self._plain.lines_of(statement[0].start, statement[-1].end)
            self._plain.tables.append(Table(".".join(name.parts), columns, keys, span, declared=False))
        heads = [statement[0].start, *(item[0].start for item in actions[:_OUTLINED_ACTIONS])]
        self._plain.outline.extend((line, line) for line in dict.fromkeys(map(self._plain.line, heads)))

    def _comment_on(self, statement: Statement) -> None:
        """COMMENT ON COLUMN t.c IS '...' documents what an earlier statement of the file declared."""
        if word_at(statement, 2) != "COLUMN" or statement[-1].kind != STRING:
            return
        name = dotted(statement, 3, self._data)
        if name is None or len(name.parts) < 2:
            return
        owner, column = ".".join(name.parts[:-1]).lower(), name.last.lower()
        for index, table in enumerate(self._plain.tables):
            if table.name.lower() == owner:
                doc = unquoted(statement[-1], self._data)
                columns = tuple(
                    msgspec.structs.replace(c, doc=doc) if c.name.lower() == column else c for c in table.columns
                )
                self._plain.tables[index] = msgspec.structs.replace(table, columns=columns)

    def _model(self, statement: Statement, kind: str) -> None:
        """`MODEL (name schema.table, kind FULL, columns (...))`, the head of a file that holds one query."""
        closing = closers(statement)[1]
        for item in items(statement, 1, closing):
            name = dotted(item, 1, self._data) if word_at(item, 0) == "NAME" else None
            if name is not None:
                last = self._plain.line(statement[min(closing, len(statement) - 1)].start)
                self._define(
                    Draft(name.last, kind, statement[0].start, statement[-1].end, name.at, last, ".".join(name.parts))
                )
                self._plain.tables.append(
                    Table(".".join(name.parts), tuple(self._model_columns(statement, closing)), (),
                          self._plain.lines_of(statement[0].start, statement[-1].end))
                )  # fmt: skip
                self._move("writes", name)

    def _model_columns(self, statement: Statement, closing: int) -> Iterator[Column]:
        for item in items(statement, 1, closing):
            if word_at(item, 0) == "COLUMNS" and len(item) > 1 and is_mark(item[1], "("):
                yield from self._columns(items(item, 1, closers(item)[1]))[0]

    def _keep_final_select(self, statement: Statement) -> None:
        """Outline the first lines of the last SELECT that stands outside all parentheses."""
        depth, last = 0, -1
        for index, token in enumerate(statement):
            depth += is_mark(token, "(") - is_mark(token, ")")
            if depth == 0 and token.text == "SELECT":
                last = index
        if last < 0:
            return
        first = self._plain.line(statement[last].start)
        stop = next((k for k in range(last, len(statement)) if word_at(statement, k) == "FROM"), len(statement) - 1)
        self._plain.outline.append((first, min(self._plain.line(statement[stop].start), first + _FINAL_LINES)))


def _query_at(statement: Statement, name: Name) -> int:
    """The index of the query that fills what a CREATE statement names, 0 where there is none."""
    depth = 0
    for index in range(name.stop, len(statement)):
        token = statement[index]
        depth += is_mark(token, "(") - is_mark(token, ")")
        if depth != 0 or token.text not in ("SELECT", "AS"):
            continue
        following = statement[index + 1] if index + 1 < len(statement) else token
        is_query = following.kind == TEMPLATE or following.text in ("SELECT", "WITH", "FROM", "VALUES", "TABLE", "(")
        if token.text == "SELECT" or is_query:
            return index
    return 0
