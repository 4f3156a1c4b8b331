"""SQL's data definition statements in the dialects that repositories hold."""

from __future__ import annotations

import pytest

from ctxpack.datamodel.schema import SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas import sql


def steps(text: str) -> tuple[SchemaStep, ...]:
    return sql.read(text).steps


def shown(column: Column) -> str:
    told = {True: "null", False: "not null", None: "?"}[column.nullable]
    return f"{column.name}: {column.type} {told}"


def columns(text: str) -> list[str]:
    """The columns of the first step, as `name: type null`."""
    return [shown(column) for column in steps(text)[0].columns]


def told(step: SchemaStep) -> str:
    parts = [step.kind, step.table, *(shown(column) for column in step.columns), *step.keys, step.name]
    return " | ".join(part for part in parts if part)


def lines(text: str) -> list[str]:
    return [told(step) for step in steps(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("create table t (a int, b text not null)", ["a: int null", "b: text not null"]),
        ("create table t (id serial primary key)", ["id: serial not null"]),
        ("create table t (id bigserial)", ["id: bigserial not null"]),
        ("create table t (id int generated always as identity)", ["id: int not null"]),
        (
            "create table t (a int, b int generated always as (a * 2) stored)",
            ["a: int null", "b: int null"],
        ),
        ("create table t (a text[] not null, b int[3])", ["a: text[] not null", "b: int[3] null"]),
        ("create table t (a varchar default null, b int default 0 not null)", ["a: varchar null", "b: int not null"]),
        ("create table t (a int check (a is not null or a > 1))", ["a: int null"]),
        ("create table t (a timestamp with time zone default now() not null)", [
            "a: timestamp with time zone not null",
        ]),
        ("create table t (a int references u (id) on delete set null)", ["a: int null"]),
        ("create table t (a int, primary key (a))", ["a: int not null"]),
        ("create table t (a int constraint pk primary key)", ["a: int not null"]),
        ('create table "My Table" ("a b" int, `c` text)', ["a b: int null", "c: text null"]),
        ('create table t (role "public"."UserRole" not null)', ["role: public.UserRole not null"]),
        (
            "CREATE TABLE [dbo].[T] ([Id] [int] IDENTITY(1,1) NOT NULL, [Name] [nvarchar](50) NULL)",
            ["Id: int not null", "Name: nvarchar(50) null"],
        ),
        (
            "CREATE TABLE `t` (`id` int unsigned NOT NULL AUTO_INCREMENT, `e` enum('a,b','c') CHARACTER SET utf8 "
            "COLLATE utf8_bin DEFAULT NULL COMMENT 'it''s', PRIMARY KEY (`id`), KEY `ix` (`e`)) ENGINE=InnoDB",
            ["id: int unsigned not null", "e: enum('a,b','c') null"],
        ),
        ("create table t (key text, period int, comment varchar(5))", [
            "key: text null", "period: int null", "comment: varchar(5) null",
        ]),
        ("CREATE TABLE t (a NUMBER(10) NOT NULL ENABLE, b VARCHAR2(20 CHAR))", [
            "a: NUMBER(10) not null", "b: VARCHAR2(20 CHAR) null",
        ]),
        ("CREATE TABLE t (a STRUCT<x INT64, y ARRAY<STRING>> NOT NULL, b STRING OPTIONS(description='d'))", [
            "a: STRUCT<x INT64, y ARRAY<STRING>> not null", "b: STRING null",
        ]),
        (
            "CREATE TABLE db.t ON CLUSTER c (a UInt64, b Nullable(String), c LowCardinality(Nullable(String))) "
            "ENGINE = MergeTree ORDER BY a",
            ["a: UInt64 not null", "b: Nullable(String) null", "c: LowCardinality(Nullable(String)) null"],
        ),
        ("CREATE TABLE t (a string COMMENT 'x') PARTITIONED BY (day string, hour int) STORED AS ORC", [
            "a: string null", "day: string null", "hour: int null",
        ]),
        ("CREATE TABLE t (a int, day date) USING delta PARTITIONED BY (day)", ["a: int null", "day: date null"]),
        ("CREATE TABLE t (a int encode lzo distkey sortkey)", ["a: int null"]),
        ("CREATE OR REFRESH STREAMING TABLE t (a int NOT NULL, CONSTRAINT c EXPECT (a > 0) ON VIOLATION DROP ROW)", [
            "a: int not null",
        ]),
        ("CREATE TABLE t (price double precision, n bigint unsigned zerofill)", [
            "price: double precision null", "n: bigint unsigned zerofill null",
        ]),
        ("CREATE TABLE {{ schema }}.t (a int, {{ extra }}_id int)", ["a: int null", "{extra}_id: int null"]),
        ('CREATE TABLE "{{ index .Options "Namespace" }}"."t" ("a" int, "{{ .Name }}_id" int)', [
            "a: int null", "{{ .Name }}_id: int null",
        ]),
        ("CREATE TABLE t (a INTEGER -- the first, really\n, b TEXT)", ["a: INTEGER null", "b: TEXT null"]),
        ("CREATE TABLE 't' ('id' INTEGER PRIMARY KEY AUTOINCREMENT, name)", ["id: INTEGER not null", "name:  null"]),
        ("create table t (a, b) as select 1, 2", ["a:  ?", "b:  ?"]),
        ("create view v (a, b) as select 1, 2", ["a:  ?", "b:  ?"]),
    ],
)  # fmt: skip
def test_columns(text: str, expected: list[str]) -> None:
    assert columns(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("create table t (a int primary key)", ["primary key (a)"]),
        ("create table t (a int, constraint pk primary key (a, b))", ["constraint pk primary key (a, b)"]),
        ("create table t (a int unique)", ["unique (a)"]),
        (
            "create table t (a int constraint fk references S.U (Id) on delete cascade)",
            ["constraint fk foreign key (a) references s.u (Id)"],
        ),
        ("create table t (a int references user(id))", ["foreign key (a) references user (id)"]),
        (
            "create table t (foreign key (a, b) references u (c, d) on update cascade deferrable)",
            ["foreign key (a, b) references u (c, d)"],
        ),
        (
            "CREATE TABLE t (UNIQUE KEY `k` (`a`(10), `b` DESC), "
            "CONSTRAINT `c` FOREIGN KEY (`a`) REFERENCES `u` (`id`))",
            ["constraint k unique (a, b)", "constraint c foreign key (a) references u (id)"],
        ),
        ("create table t (check (a > 0))", ["check (a > 0)"]),
        ("create table t (a int check (a in (1, 2)), b int)", ["check (a in (1, 2))"]),
        ("CREATE TABLE t (CONSTRAINT [PK_T] PRIMARY KEY CLUSTERED ([A] ASC, [B]))", [
            "constraint PK_T primary key (A, B)",
        ]),
        ("create table t (exclude using gist (a with =), index (a), fulltext key x (a))", []),
    ],
)  # fmt: skip
def test_keys(text: str, expected: list[str]) -> None:
    assert list(steps(text)[0].keys) == expected


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("create table if not exists A.B.C (x int)", "a.b.c", "table"),
        ("create unlogged table t (x int)", "t", "table"),
        ("create or replace transient table t (x int)", "t", "table"),
        ("create external table t (x int) location 's3://x'", "t", "table"),
        ("create foreign table t (x int) server s", "t", "foreign table"),
        ("create table user (x int)", "user", "table"),
        ("CREATE TABLE event (x int)", "event", "table"),
        ("CREATE TABLE @cdmDatabaseSchema.person (x int)", "{cdmdatabaseschema}.person", "table"),
        ("create table ${schema}.t (x int)", "{schema}.t", "table"),
        ("create or replace force view v as select 1", "v", "view"),
        ("create algorithm=undefined definer=`a`@`b` sql security definer view v as select 1", "v", "view"),
        ("create materialized view if not exists v as select 1", "v", "materialized view"),
    ],
)
def test_names_and_kinds(text: str, name: str, kind: str) -> None:
    made = next(step for step in steps(text) if step.kind == "create")
    assert (made.table, made.kind_of) == (name, kind)


@pytest.mark.parametrize(
    "text",
    [
        "create temporary table t (x int)",
        "create temp view v as select 1",
        "create table #t (x int)",
        "create volatile table t (x int)",
        "create index i on t (a)",
        "create unique index i on t (a) where a > 1",
        "create function f() returns int as $$ begin create table t (x int); end $$ language plpgsql",
        "CREATE PROCEDURE p AS BEGIN CREATE TABLE t (x int); ALTER TABLE t ADD y int; END",
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = 1; END;",
        "grant create table to x",
        "create table {{ this }} (x int)",
        "alter table t add partition (d='1')",
        "alter table t add index i (a)",
        "alter table t enable row level security",
        "alter index i rename to j",
        "select 'create table t (x int)'",
        "-- create table t (x int)",
        "/* create table t (x int); */",
        "insert into x values ('; create table t (x int);')",
    ],
)
def test_what_makes_no_table_that_stays(text: str) -> None:
    assert steps(text) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("alter table only t add column if not exists a int, add b text not null", [
            "add column | t | a: int null", "add column | t | b: text not null",
        ]),
        ("alter table t add (a int, b int not null)", [
            "add column | t | a: int null", "add column | t | b: int not null",
        ]),
        ("ALTER TABLE t ADD a INT NULL, b INT NOT NULL, CONSTRAINT u UNIQUE (a)", [
            "add column | t | a: INT null", "add column | t | b: INT not null",
            "add key | t | constraint u unique (a)",
        ]),
        ("ALTER TABLE t WITH CHECK ADD CONSTRAINT f FOREIGN KEY([a]) REFERENCES [dbo].[u] ([id])", [
            "add key | t | constraint f foreign key (a) references dbo.u (id)",
        ]),
        ("alter table t add columns (a int comment 'x')", ["add column | t | a: int null"]),
        ("alter table t add a int references u(id)", [
            "add column | t | a: int null", "add key | t | foreign key (a) references u (id)",
        ]),
        ("alter table t drop column if exists a cascade, drop b", ["drop column | t | a", "drop column | t | b"]),
        ("ALTER TABLE t DROP COLUMN a, b", ["drop column | t | a", "drop column | t | b"]),
        ("ALTER TABLE t DROP (a, b)", ["drop column | t | a", "drop column | t | b"]),
        ("alter table t drop constraint if exists c", ["drop key | t | c"]),
        ("ALTER TABLE t DROP PRIMARY KEY, DROP FOREIGN KEY f, DROP INDEX i", [
            "drop key | t | primary key", "drop key | t | f", "drop key | t | i",
        ]),
        ("alter table t alter column a type bigint using a::bigint", ["retype | t | a: bigint ?"]),
        ("alter table t alter a set data type numeric(10, 2)", ["retype | t | a: numeric(10, 2) ?"]),
        ("alter table t alter column a set not null, alter column b drop not null", [
            "nullability | t | a:  not null", "nullability | t | b:  null",
        ]),
        ("alter table t alter column a set default 1, alter column b drop default", [
            "default | t | a:  ?", "default | t | b:  ?",
        ]),
        ("ALTER TABLE t ALTER COLUMN a NVARCHAR(20) NOT NULL", [
            "retype | t | a: NVARCHAR(20) ?", "nullability | t | a:  not null",
        ]),
        ("ALTER TABLE t ALTER COLUMN a INT", ["retype | t | a: INT ?", "nullability | t | a:  null"]),
        ("ALTER TABLE t MODIFY COLUMN a BIGINT NOT NULL", [
            "retype | t | a: BIGINT ?", "nullability | t | a:  not null", "default | t | a:  ?",
        ]),
        ("ALTER TABLE t MODIFY (a NOT NULL, b VARCHAR2(5))", [
            "nullability | t | a:  not null", "retype | t | b: VARCHAR2(5) ?",
        ]),
        ("ALTER TABLE t CHANGE COLUMN a b INT NOT NULL", [
            "rename column | t | b: INT not null | a", "retype | t | b: INT ?", "nullability | t | b:  not null",
            "default | t | b:  ?",
        ]),
        ("alter table t rename column a to b", ["rename column | t | b:  ? | a"]),
        ("alter table t rename a to b", ["rename column | t | b:  ? | a"]),
        ("alter table s.t rename to u", ["rename | s.t | s.u"]),
        ("ALTER TABLE t RENAME u", ["rename | t | u"]),
        ("alter table t set schema s", ["rename | t | s.t"]),
        ("alter table t rename constraint a to b", ["drop key | t | a to b"]),
        ("RENAME TABLE a TO b, c TO d", ["rename | a | b", "rename | c | d"]),
        ("EXEC sp_rename 'dbo.t.old', 'new', 'COLUMN'", ["rename column | dbo.t | new:  ? | old"]),
        ("EXEC sp_rename N'dbo.t', N'u'", ["rename | dbo.t | dbo.u"]),
        ("drop table if exists a, b cascade", ["drop | a", "drop | b"]),
        ("drop materialized view v", ["drop | v"]),
        ("drop schema s cascade", ["drop | s.*"]),
        ("drop index concurrently if exists i", ["drop key | i"]),
        ("create unique index i on t (a, b)", ["add key | t | constraint i unique (a, b)"]),
        ("alter type a rename to b", ["rename | a | b"]),
        ("ALTER TABLE t REPLACE COLUMNS (a int)", ["create | t | a: int null"]),
        ("ALTER TABLE p ATTACH PARTITION c FOR VALUES IN (1)", ["create | c"]),
    ],
)  # fmt: skip
def test_changes(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


def test_comments_document_tables_and_columns() -> None:
    found = steps(
        "create table t (a int, -- the first\n b int comment 'the second', c int) comment = 'all of it';\n"
        "comment on column t.c is 'it''s the third';\ncomment on table s.t is 'other';"
    )
    assert (found[0].doc, [column.doc for column in found[0].columns]) == ("all of it", ["the first", "the second", ""])
    assert [(step.table, step.doc) for step in found[1:]] == [("t", "it's the third"), ("s.t", "other")]


@pytest.mark.parametrize(
    ("text", "docs"),
    [
        ("-- merge the counts\nalter table t add column a int, -- how often\n add b int;", ["how often", ""]),
        ("alter table t -- all of it\n add column a int;", [""]),
        ("select 1; -- old\nalter table t\n-- before\nadd column a int\n-- after\n;", [""]),
        (
            "alter table t add a int default 1, -- Default value only for previous rows, so the update below is short\n"
            " add b int, -- These are filled in below\n add c int, -- backfilled in the next migration\n"
            " add d int -- no rows below this are shown\n;",
            ["", "", "", "no rows below this are shown"],
        ),
    ],
)
def test_a_comment_of_the_change_is_no_note_of_its_column(text: str, docs: list[str]) -> None:
    assert [column.doc for step in steps(text) for column in step.columns] == docs


@pytest.mark.parametrize(
    ("text", "like", "likeness"),
    [
        ("create table a (like b including all, x int)", "b", "copy all"),
        ("create table a (like b)", "b", "copy"),
        ("create table a like b", "b", "copy all"),
        ("create table a clone s.b", "s.b", "copy all"),
        ("create table a shallow clone b", "b", "copy all"),
        ("create table a (x int) inherits (b, c)", "b, c", "inherits"),
        ("create table a partition of b for values in (1)", "b", "partition"),
        ("create table a copy grants as select 1", "", ""),
        ("CREATE TABLE a AS b ENGINE = MergeTree", "b", "copy"),
    ],
)
def test_tables_like_others(text: str, like: str, likeness: str) -> None:
    step = steps(text)[0]
    assert (step.like, step.likeness) == (like, likeness)


def test_scripts_without_semicolons() -> None:
    text = (
        "SET ANSI_NULLS ON\nGO\nCREATE TABLE [a] (x int) ON [PRIMARY]\nGO\n"
        "ALTER TABLE a ADD y int NULL\nALTER TABLE a ADD z int\nUPDATE a SET y = 1\nALTER TABLE a DROP COLUMN x\n"
        "IF NOT EXISTS (SELECT 1 FROM t) BEGIN CREATE TABLE b (q int) END\n"
        "INSERT INTO a VALUES (1)\nCREATE TABLE c (r int)\n"
    )
    assert lines(text) == [
        "create | a | x: int null",
        "add column | a | y: int null",
        "add column | a | z: int null",
        "drop column | a | x",
        "create | b | q: int null",
        "create | c | r: int null",
    ]


def test_blocks_and_executed_strings() -> None:
    text = (
        "DO $$ BEGIN IF NOT EXISTS (SELECT 1) THEN ALTER TABLE t ADD COLUMN a int; END IF;\n"
        "ALTER TYPE b RENAME TO c; EXECUTE 'ALTER TABLE t DROP COLUMN d'; END $$;\n"
        "EXEC('ALTER TABLE u ADD e int')\nGO\nBEGIN EXECUTE IMMEDIATE 'DROP TABLE v'; END;\n/\nCREATE TABLE w (f int);"
    )
    assert lines(text) == [
        "add column | t | a: int null",
        "rename | b | c",
        "drop column | t | d",
        "add column | u | e: int null",
        "drop | v",
        "create | w | f: int null",
    ]


def test_delimiters_and_client_commands() -> None:
    text = (
        "\\connect x\n\\set ON_ERROR_STOP on\nCREATE TABLE a (x int);\nDELIMITER $$\n"
        "CREATE PROCEDURE p() BEGIN SELECT 1; END$$\n"
        "DELIMITER ;\nCREATE TABLE b (x int);\nDELIMITER //\nCREATE TABLE c (x int)//\nDELIMITER ;\nDROP TABLE a;"
    )
    assert lines(text) == [f"create | {name} | x: int null" for name in "abc"] + ["drop | a"]


def test_data_of_dumps_is_passed_over() -> None:
    row = "(1, 'it''s; \\' here', 'CREATE TABLE no (x int);'),"
    text = (
        "CREATE TABLE a (x int);\nINSERT INTO a VALUES " + row * 2000 + "(1);\n"
        "COPY a (x) FROM stdin;\n1\tCREATE TABLE no (x int);\n\\.\n\nCREATE TABLE b (x int);\n"
        "INSERT INTO p VALUES ('C:\\');\nCREATE TABLE c (x int);"
    )
    assert [step.table for step in steps(text)] == ["a", "b", "c"]
    assert steps(text)[1].line == 7


@pytest.mark.parametrize(
    ("up", "down"),
    [
        ("-- +goose Up", "-- +goose Down"),
        ("-- migrate:up", "-- migrate:down"),
        ("-- +migrate Up", "-- +migrate Down"),
        ("-- +migrate Up notransaction", "-- +migrate Down notransaction"),
        ("# --- !Ups", "# --- !Downs"),
        ("-- Up Migration", "-- Down Migration"),
        ("--liquibase formatted sql", "-- //@UNDO"),
        ("-- rambler up", "-- rambler down"),
    ],
)
def test_what_undoes_a_migration_is_left_out(up: str, down: str) -> None:
    found = steps(f"{up}\ncreate table t (a int);\n\n{down}\ndrop table t;\n")
    assert [(step.kind, step.table, step.line) for step in found] == [("create", "t", 2)]


def test_a_bad_statement_costs_itself_alone() -> None:
    text = "create table (;\nalter table;\ncreate table t (a int, , b int);\ndrop table;\ncreate table u (c int);"
    assert lines(text)[-1] == "create | u | c: int null"
    assert lines(text)[0].startswith("create | t | a: int null")


def test_the_schema_that_is_set_is_that_of_names_without_one() -> None:
    text = (
        "SET search_path TO sales, public;\ncreate table a (x int);\ncreate table hr.b (x int);\n"
        "USE dbo;\ncreate table c (x int);"
    )
    assert [step.table for step in steps(text)] == ["sales.a", "hr.b", "c"]


def test_domains_and_composite_types() -> None:
    assert lines("create domain d as text not null check (value <> '')") == ["create | d | value: text not null"]
    assert lines("create type c as (a int, b text)") == ["create | c | a: int null | b: text null"]
    assert lines("create type e as enum ('a')") == []


def test_lines_are_those_of_the_file() -> None:
    found = steps("\n\ncreate table t (\n  a int,\n  b int\n);\nalter table t\n  add c int,\n  add d int;\n")
    assert [step.line for step in found[:1]] == [3]
    assert [column.line for column in found[0].columns] == [4, 5]
    assert [step.line for step in found[1:]] == [8, 9]


@pytest.mark.parametrize(
    "text",
    ["'\\" * 20000, "CREATE TABLE a " + "(" * 50000, "$a$ " * 20000, "/* " * 50000, "CREATE TABLE " * 20000,
     "{% " * 50000, "CREATE TABLE a (x int " + "check (x > 1) " * 3000 + ")", "EXEC('" * 10000,
     "DELIMITER $$\n" * 5000],
)  # fmt: skip
def test_hostile_texts_end(text: str) -> None:
    assert sql.read(text).format == "sql"


@pytest.mark.parametrize(
    ("definition", "default"),
    [
        ("a text default 'x, y' not null", "'x, y'"),
        ("a timestamp default now() at time zone 'utc'", "now() at time zone 'utc'"),
        ("a int DEFAULT ((0)) CONSTRAINT c CHECK (a > 0)", "((0))"),
        ("a timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP"),
        ("a text default 'x'::text", "'x'::text"),
        ("a text default null", ""),
        ("a int generated by default as identity", ""),
        ("a int check (a in (default))", ""),
    ],
)
def test_defaults(definition: str, default: str) -> None:
    (made,) = steps(f"create table t ({definition}, b int)")
    assert [column.default for column in made.columns] == [default, ""]


def test_changed_defaults() -> None:
    found = steps("alter table t alter a set default 'x', alter b drop default, modify c int default 3 not null")
    told = {step.columns[0].name: step.columns[0].default for step in found if step.kind == "default"}
    assert told == {"a": "'x'", "b": "", "c": "3"}


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ('create table "Recipient" (a int)', "Recipient"),
        ('create table public."Recipient" (a int)', "public.Recipient"),
        ("create table Recipient (a int)", ""),
        ('create table "recipient" (a int)', ""),
        ('alter table "Old" rename to "New"', "New"),
    ],
)
def test_a_quoted_name_keeps_its_case(text: str, spelled: str) -> None:
    (step,) = steps(text)
    assert (step.spelled, step.table.islower()) == (spelled, True)


def test_tables_that_a_bare_cell_of_a_notebook_makes_are_read() -> None:
    text = (
        "-- Databricks notebook source\n %sql\n create table a (x int);\n"
        "-- COMMAND ----------\n%md\ncreate table b (x int)\n"
    )
    assert [(step.table, step.line) for step in steps(text)] == [("a", 3)]
