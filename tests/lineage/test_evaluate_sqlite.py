"""A column that is said never to be null has no null in any result: random queries, run by SQLite on random data."""

import random
import sqlite3

import pytest

from ctxpack.datamodel.lineage import ColumnState, Relation
from ctxpack.lineage import sql
from ctxpack.lineage.evaluation.frames import frame

RELATIONS = {
    "t": Relation(
        "t",
        (
            ColumnState("a", "integer", False),
            ColumnState("b", "integer", True),
            ColumnState("c", "text", True),
        ),
    ),
    "u": Relation(
        "u",
        (
            ColumnState("a", "integer", False),
            ColumnState("b", "integer", True),
            ColumnState("d", "integer", False),
        ),
    ),
}
VALUES = (
    "coalesce({e}, {e});nullif({e}, {e});({e} + {e});({e} / {e});({e} % {e});case when {c} then {e} else {e} end"
    ";case when {c} then {e} end;case {e} when {e} then {e} when 1 then {e} else {e} end;ifnull({e}, {e});abs({e})"
    ";upper({e});cast({e} as text);({e} || {e});iif({c}, {e}, {e});({c});max({e}, {e});length({e});round({e})"
    ";(select max(x.d) from u x);(select count(*) from u x where x.b = {k});substr({e}, 1, 1);instr({e}, {e})"
).split(";")
TESTS = "{k} is not null;{k} is null;{k} = {e};{k} in (1, 2);{k} > 0".split(";")
CONDITIONS = (
    "({c} and {c});({c} or {c});not ({c});{e} <> {e};{e} between {e} and {e};{e} not in ({e}, 1);{e} is {e}"
    ";{k} not in (select b from u);{k} in (select a from u);exists (select 1 from u x where x.a = {k});{e} like {e}"
).split(";")
SOURCES = (
    ("t", "t.a t.b t.c"),
    ("t join u on {c}", "t.a t.b u.a u.b u.d"),
    ("t left join u on t.a = u.a", "t.a t.b u.a u.b u.d"),
    ("t left join u on {c}", "t.a t.b u.a u.b u.d"),
    ("t full join u on t.a = u.a", "t.a t.b u.a u.b u.d"),
    ("t join u using (a)", "a t.b u.b u.d"),
    ("t left join u using (a)", "a t.b u.b u.d"),
    ("t full join u using (a)", "a t.b u.b u.d"),
    ("t left join u x on t.a = x.b left join u y on x.d = y.a", "t.a t.b x.a x.d y.b y.d y.a"),
)

NEVER = ("1 = 0", "false", "a > 0 and 1 = 2", "1 = 0 or 2 <> 2", "b is not null and (false or 1 <> 1)")


class Maker:
    """Makes random queries."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def fill(self, pattern, columns, depth):
        """A pattern with its parts made: {e} an expression, {c} a condition, {k} a column."""
        marked = pattern.replace("{k}", "\0k\0").replace("{e}", "\0e\0").replace("{c}", "\0c\0")
        return "".join(self.piece(piece, columns, depth) for piece in marked.split("\0"))

    def piece(self, piece, columns, depth):
        if piece == "k":
            return self.random.choice(columns)
        made = {"e": self.expression, "c": self.condition}.get(piece)
        return made(columns, depth + 1) if made else piece

    def expression(self, columns, depth=0):
        chance = self.random.random()
        if depth > 2 or chance < 0.35:
            return self.random.choice(columns)
        if chance < 0.42:
            return self.random.choice(["1", "0", "NULL", "'x'"])
        return self.fill(self.random.choice(VALUES), columns, depth)

    def condition(self, columns, depth=0):
        simple = depth > 2 or self.random.random() < 0.5
        return self.fill(self.random.choice(TESTS if simple else CONDITIONS), columns, depth)

    def query(self):
        pattern, names = self.random.choice(SOURCES)
        columns = names.split()
        source = self.fill(pattern, columns, 1)
        where = f" where {self.condition(columns)}" if self.random.random() < 0.6 else ""
        chance = self.random.random()
        if chance < 0.3:
            return self.grouped(source, where, columns)
        if chance < 0.4:
            return f"select sum({self.expression(columns, 1)}) as p, count(*) as q from {source}{where}"
        if chance < 0.5:
            return self.windowed(source, where, columns)
        if chance < 0.6 and "full" not in source:
            inner = f"select {self.expression(columns)} as p, {self.expression(columns)} as q from {source}{where}"
            return f"with k as ({inner}) select p, q from k where {self.condition(['p', 'q'])}"
        made = f"select {self.expression(columns)} as p, {self.expression(columns)} as q from {source}{where}"
        if chance < 0.7:
            made += (
                self.random.choice([" union all ", " union ", " intersect ", " except ", " union all "])
                + self.query_plain()
            )
        return made

    def query_plain(self):
        return f"select {self.expression(['a', 'b', 'c'])} as p, {self.expression(['a', 'b', 'c'])} as q from t"

    def grouped(self, source, where, columns):
        key = self.random.choice(columns)
        first, second = (
            f"{self.random.choice(['sum', 'max', 'min', 'avg', 'count'])}({self.expression(columns, 2)})" for _ in "pq"
        )
        having = self.random.choice(["", f" having {key} is not null"])
        return (
            f"select {self.random.choice([key, first])} as p, {second} as q from {source}{where} group by {key}{having}"
        )

    def windowed(self, source, where, columns):
        pick = self.random.choice
        frame_end = pick(["current row", "1 preceding", "1 following"])
        return (
            f"select lag({self.expression(columns, 2)}, 1, {pick(['0', 'NULL'])}) over (order by {pick(columns)}) as p,"
            f" sum({pick(columns)}) over (partition by {pick(columns)} order by {pick(columns)}"
            f" rows between 1 preceding and {frame_end}) as q from {source}{where}"
        )


def _database(seed):
    rows = random.Random(seed)
    connection = sqlite3.connect(":memory:")
    connection.execute("create table t (a integer not null, b integer, c text)")
    connection.execute("create table u (a integer not null, b integer, d integer not null)")
    for _ in range(rows.choice([0, 1, 4, 8])):
        record = (rows.randrange(4), rows.choice([None, None, 0, 1, 2]), rows.choice([None, "x", "1", ""]))
        connection.execute("insert into t values (?, ?, ?)", record)
    for _ in range(rows.choice([0, 1, 4, 8])):
        record = (rows.randrange(4), rows.choice([None, None, 0, 1, 2]), rows.randrange(4))
        connection.execute("insert into u values (?, ?, ?)", record)
    return connection


@pytest.mark.skipif(sqlite3.sqlite_version_info < (3, 39), reason="has no FULL JOIN")
def test_what_is_said_not_to_be_null_is_not():
    databases = [_database(seed) for seed in range(12)]
    wrong, claimed = [], 0
    for seed in range(400):
        query = Maker(seed).query()
        statement = sql.statements(query, "sqlite")[0]
        assert statement.problem == "", query
        columns = frame(statement.plan, RELATIONS.get, "sqlite").columns
        assert [column.name for column in columns] == ["p", "q"], query
        assert all(column.nullable is not None for column in columns), query
        claimed += sum(column.nullable is False for column in columns)
        wrong += _refuted(query, columns, databases)
    assert wrong == []
    assert claimed > 200


def _refuted(query, columns, databases):
    """The query once for each null that is found where a column was said to have none."""
    rows = [row for database in databases for row in database.execute(query).fetchall()]
    told = [pair for row in rows for pair in zip(row, columns, strict=True)]
    return [query for value, column in told if value is None and not column.nullable]


def test_branches_that_never_have_a_row_leave_a_union_what_the_others_say():
    databases = [_database(seed) for seed in range(12)]
    wrong, claimed = [], 0
    for seed in range(200):
        maker = Maker(seed)
        whole = maker.query_plain()
        others = [f"{maker.query_plain()} where {maker.random.choice(NEVER)}" for _ in range(seed % 3 + 1)]
        branches = [whole, *others] if seed % 2 else [*others, whole]
        query = maker.random.choice([" union all ", " union "]).join(branches)
        columns = frame(sql.statements(query, "sqlite")[0].plan, RELATIONS.get, "sqlite").columns
        alone = frame(sql.statements(whole, "sqlite")[0].plan, RELATIONS.get, "sqlite").columns
        assert [one.nullable for one in columns] == [one.nullable for one in alone], query
        claimed += sum(column.nullable is False for column in columns)
        wrong += _refuted(query, columns, databases)
    assert wrong == []
    assert claimed > 50
