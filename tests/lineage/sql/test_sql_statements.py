import pytest

from ctxpack.lineage import sql
from ctxpack.lineage.algebra.plans import scans
from ctxpack.lineage.evaluation.frames import frame
from ctxpack.lineage.sql import scripts


def _facts(text, dialect="", **options):
    return [(one.kind, one.target, one.mode, one.reads) for one in sql.statements(text, dialect, **options)]


def _columns(text, dialect="", place=-1):
    plan = sql.statements(text, dialect)[place].plan
    return {
        column.name: [f"{origin.dataset}.{origin.column}" for origin in column.origins]
        for column in frame(plan, lambda name: None, dialect).columns
    }


def test_one_bad_statement_costs_one_statement():
    found = sql.statements("select a from t;\nselect from where;\ninsert into u select b from v", "postgres")
    assert [bool(one.problem) for one in found] == [False, True, False]
    assert [one.line for one in found] == [1, 2, 3]
    assert found[2].target == "u"


def test_statements_that_are_not_understood_are_problems_and_grants_are_not():
    found = sql.statements("grant select on t to u;\nfrobnicate the table;", "postgres")
    assert [bool(one.problem) for one in found] == [False, True]
    found = sql.statements("create view v as select a from `t`;\ncreate function f() as 'x' language odd;", "postgres")
    assert [one.problem for one in found] == ["not understood: CREATE", ""]


def test_writes_have_targets_modes_and_reads():
    assert _facts("create or replace view a.V as select x from B.t", "postgres") == [
        ("write", "a.v", "create", ("b.t",))
    ]
    assert _facts("insert overwrite table w select * from t", "spark") == [("write", "w", "overwrite", ("t",))]
    assert _facts("update t set a = s.b from s where s.id = t.id", "postgres") == [("write", "t", "update", ("s",))]
    assert _facts("delete from t where id in (select id from gone)", "postgres") == [("other", "", "", ("gone",))]
    assert _facts("create table c clone b", "snowflake") == [("write", "c", "create", ("b",))]
    assert _facts("copy into t from 's3://bucket/x'", "snowflake") == [("write", "t", "append", ("s3://bucket/x",))]
    merge = "merge into t using s on t.id = s.id when matched then update set a = s.a"
    assert _facts(merge, "databricks") == [("write", "t", "merge", ("s",))]


@pytest.mark.parametrize("filling", ["with no data", "WITH DATA", ""])
def test_a_materialized_view_may_say_whether_it_is_filled(filling):
    text = (
        f"-- Name: v; Type: MATERIALIZED VIEW\n\ncreate materialized view v as\n select a from t order by a {filling};"
    )
    assert _facts(text, "postgres") == [("write", "v", "create", ("t",))]
    assert _columns(text, "postgres") == {"a": ["t.a"]}


def test_columns_of_an_insert_have_the_names_of_its_list():
    assert _columns("insert into t (p, q) select a, b + c from s") == {"p": ["s.a"], "q": ["s.b", "s.c"]}


def test_a_merge_has_what_is_inserted_and_what_is_updated():
    text = """merge into t using (select * from s) as n on t.id = n.id
        when matched then update set total = t.total + n.amount
        when not matched then insert (id, total) values (n.id, n.amount)"""
    assert _columns(text, "snowflake") == {"total": ["s.amount", "t.total"], "id": ["s.id"]}


def test_temporary_tables_of_a_script_are_looked_through():
    text = """create temp table z (k int, v text);
        insert into z select id, name from t;
        create table out as select v, k from z;
        insert into out select v, k from z"""
    found = sql.statements(text, "postgres")
    assert [one.kind for one in found] == ["other", "other", "write", "write"]
    assert found[2].reads == ("t",)
    assert _columns(text, "postgres", 2) == {"v": ["t.name"], "k": ["t.id"]}


def test_variables_tables_and_select_into_of_tsql():
    text = "select a, b into #x from dbo.t\ngo\ninsert into dbo.u (c) select a from #x x cross apply f(x.b) y"
    found = sql.statements(text, "mssql")
    assert [(one.kind, one.target, one.reads) for one in found] == [
        ("other", "", ("dbo.t",)),
        ("write", "dbo.u", ("dbo.t",)),
    ]
    assert _columns(text, "tsql") == {"c": ["dbo.t.a"]}


def test_templates_stay_in_names():
    assert _facts("insert into ${env}.out select * from {{ ref('m') }}, {schema}.t, @cdm.person") == [
        ("write", "{env}.out", "append", ("{cdm}.person", "{ref('m')}", "{schema}.t"))
    ]


def test_clients_commands_and_data_are_left_out():
    text = (
        "\ufeff\\set x 1\n\\connect db\nCOPY t (a) FROM stdin;\n1\n;drop\n\\.\ncreate view v as select a from t;\n/\n"
    )
    found = [one for one in sql.statements(text, "postgres") if one.kind == "write"]
    assert [(one.target, one.line) for one in found] == [("v", 7)]
    assert not any(one.problem for one in sql.statements(text, "postgres"))


def test_cells_of_a_notebook_and_semicolons_in_strings():
    text = "select ';' as a from t -- ; \n-- COMMAND ----------\nselect $$;$$ as b, \"x;y\" from u /* ; */"
    assert [one.reads for one in sql.statements(text, "snowflake")] == [("t",), ("u",)]


def test_a_model_of_sqlmesh_is_written():
    text = "MODEL (\n  name shop.daily,\n  kind FULL\n);\n\nSELECT id, total FROM shop.orders"
    found = sql.statements(text, "")
    assert [(one.kind, one.target, one.line) for one in found] == [("write", "shop.daily", 6)]


def test_lines_count_from_the_first():
    text = "select\n  a,\n  coalesce(b, 0)\n    as b0\nfrom t"
    one = sql.statements(text, "postgres", first_line=100)[0]
    assert (one.line, one.end_line) == (100, 104)
    assert [column.line for column in frame(one.plan, lambda name: None, "postgres").columns] == [101, 102]


def test_unknown_dialects_are_a_problem_and_no_error():
    found = sql.statements("select a from t", "nosuch")
    assert [(one.kind, bool(one.problem)) for one in found] == [("other", True), ("query", False)]


def test_large_and_deep_texts_are_refused_quickly():
    deep = "select " + "(" * 5000 + "1" + ")" * 5000
    assert "deeply" in sql.statements(deep, "postgres")[0].problem
    long = "select " + " + ".join(["a"] * 3000) + " as s from t"
    assert sql.statements(long, "postgres")[0].problem == ""
    nested = "select " + "case when a then " * 300 + "1" + " end" * 300 + " from t"
    assert sql.statements(nested, "postgres")[0].kind in ("query", "other")
    wide = "select '" + "x" * 300_000 + "' as s from t"
    assert "longer" in sql.statements(wide, "postgres")[0].problem
    dump = "insert into t values " + ", ".join(["(1, 'a')"] * 60_000)
    assert sql.statements(dump, "postgres")[0].problem == ""


def test_ctes_that_double_at_each_step_stay_small():
    steps = ["a0 as (select id from t)"]
    steps += [f"a{n} as (select x.id from a{n - 1} x join a{n - 1} y on x.id = y.id)" for n in range(1, 40)]
    one = sql.statements("with " + ", ".join(steps) + " select * from a39", "postgres")[0]
    assert one.problem != ""
    one = sql.statements("with " + ", ".join(steps[:12]) + " select * from a11", "postgres")[0]
    assert one.reads == ("t",)


def test_expressions_and_outputs():
    (made,) = sql.outputs("sum(a) as total", "spark")
    assert (made.name, made.expression.name, made.expression.kind) == ("total", "sum", "aggregate")
    assert [one.expression.name for one in sql.outputs("a > 1 and b is null", "spark")] == ["and"]
    assert sql.outputs("this is ( not", "spark") == ()
    assert sql.outputs("a, b", "spark") == ()
    assert [type(one.expression).__name__ for one in sql.outputs("*", "spark")] == ["Star"]
    assert sql.outputs("a) from t where (1=1", "spark") == ()


def test_paths_are_datasets():
    assert _facts("create table t as select * from parquet.`s3://B/x`", "spark") == [
        ("write", "t", "create", ("s3://B/x",))
    ]
    assert _facts("select a from read_csv('data/in.csv')", "duckdb") == [("query", "", "", ("data/in.csv",))]


def test_struct_fields_generators_and_pivots():
    spark = "select t.id, e.name as n, p from t lateral view explode(items) x as e lateral view posexplode(m) y as p, q"
    assert _columns(spark, "spark") == {"id": ["t.id"], "n": ["t.items"], "p": []}
    unnest = "select o.id, i.sku from d.orders as o, unnest(o.items) as i"
    assert _columns(unnest, "bigquery") == {"id": ["d.orders.id"], "sku": ["d.orders.items"]}
    flat = "select f.value:sku::string as sku from raw.t, lateral flatten(input => t.doc:items) f"
    assert _columns(flat, "snowflake") == {"sku": ["raw.t.doc"]}
    pivot = "select * from (select k, m, v from t) pivot (sum(v) for m in ('jan', 'feb'))"
    assert _columns(pivot, "snowflake") == {"k": ["t.k"], "jan": ["t.m", "t.v"], "feb": ["t.m", "t.v"]}
    unpivot = "select * from (select k, a, b from t) unpivot (v for n in (a, b))"
    assert _columns(unpivot, "snowflake") == {"k": ["t.k"], "n": [], "v": ["t.a", "t.b"]}
    fields = "select p.oid, q.grantee from (select oid, (aclexplode(acl)).* from c) as p (oid, grantor), f(p.oid) as q"
    assert _columns(fields, "postgres") == {"oid": ["c.oid"], "grantee": ["c.oid"]}


def test_what_is_said_of_a_failure_does_not_depend_on_the_run():
    (found,) = sql.statements("select a | from t", "snowflake")
    assert found.problem.startswith("cannot be parsed: BitwiseOr lacks a part")


def test_plans_of_a_generated_text_have_the_names_and_lines_of_its_origin():
    text = "select\n  o.id,\n  c.name\nfrom x.r0 o\nleft join x.r1 c on c.id = o.id"
    origin = sql.Origin({"x.r0": "orders"}, (10, 0, 30, 40))
    (plain,), (found,) = sql.statements(text, "postgres"), sql.statements(text, "postgres", origin=origin)
    assert plain.reads == ("x.r0", "x.r1") and found.reads == ("orders", "x.r1")
    assert [(one.dataset, one.line) for one in scans(found.plan)] == [("orders", 40), ("x.r1", 0)]
    assert [output.line for output in found.plan.outputs] == [0, 30]
    assert (found.line, found.end_line) == (plain.line, plain.end_line) == (1, 5)


def test_of_a_dump_only_the_first_rows_are_read_and_all_that_is_no_row():
    rows = [f"INSERT INTO t (a, b) VALUES ({n}, 'it''s with; so {n}');" for n in range(5000)]
    text = "\n".join([*rows, "insert into t (a, b) values ((select max(a) from u), 'x');", "insert into v values (1);"])
    found = sql.statements(text, "postgres")
    assert len(found) == scripts.MAX_INSERTS + 2
    assert [(one.target, one.reads, one.line) for one in found[-2:]] == [("t", ("u",), 5001), ("v", (), 5002)]


def test_select_into_makes_a_table_where_it_is_no_variable():
    text = "select count(*) into n from t"
    assert _facts(text, "postgres") == [("write", "n", "create", ("t",))]
    assert _facts(text, "mysql") == [("query", "", "", ("t",))]


def test_problems_name_what_was_found_in_words():
    (found,) = sql.statements("select from where", "postgres")
    assert "'where'" in found.problem and "TokenType" not in found.problem


@pytest.mark.parametrize(
    ("setting", "columns"),
    [
        ("(a, b) = row(s.c, 1), d = 2", ["a", "b", "d"]),
        ("(a, b) = (s.c, 1)", ["a", "b"]),
        ("(a, b) = (select x.c, x.d from x where x.id = t.id)", ["a", "b"]),
        ("(a) = (select x.c from x)", ["a"]),
        ("(a, b) = (select * from x), d = 2", ["d"]),
        ("(a, b) = row(1, 2, 3)", []),
        ("a[1] = s.c", ["a"]),
    ],
)
def test_several_columns_are_set_by_position(setting, columns):
    assert list(_columns(f"update t set {setting} from s where s.id = t.id", "postgres")) == columns


def test_each_column_that_a_query_sets_comes_from_its_own():
    found = _columns("update t set (a, b) = (select x.c, x.d from x where x.id = t.id)", "postgres")
    assert {name: origins[0] for name, origins in found.items()} == {"a": "x.c", "b": "x.d"}


@pytest.mark.parametrize(
    "text",
    [
        "DO $$ BEGIN CREATE TYPE a AS ENUM ('x'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
        "GRANT SELECT ON a TO b",
        "COMMENT ON TABLE a IS 'x'",
        "VACUUM a",
        "ANALYZE a",
        "CALL f(1)",
        "SET x = 1",
        "UNLISTEN q",
        "REPAIR TABLE a",
    ],
)
def test_statements_that_define_no_table_are_no_problem(text):
    assert [one.problem for one in sql.statements(text, "postgres")] == [""]


@pytest.mark.parametrize("test", ["a NOTNULL::bool", "a isnull :: text"])
def test_a_test_for_null_in_one_word_can_be_cast(test):
    assert _facts(f"select {test} as b from t", "postgres") == [("query", "", "", ("t",))]


def test_cells_of_a_notebook_that_are_bare_of_comment_marks_are_read_by_their_language():
    text = (
        "-- Databricks notebook source\n %py\n assert spark.table('a')\n\n-- COMMAND ----------\n\n-- DBTITLE 1,Fill\n"
        " %sql\n insert into b select x % 2 as y from a;\n-- COMMAND ----------\n%md\nit's done;\n"
        "-- COMMAND ----------\nselect y from b\n"
    )
    found = sql.statements(text, "databricks")
    assert [(one.kind, one.problem, one.reads, one.line) for one in found] == [
        ("write", "", ("a",), 7),
        ("query", "", ("b",), 14),
    ]
    (other,) = sql.statements("%md\nselect 1", "databricks")
    assert other.problem


def test_an_ampersand_inside_a_name_or_between_numbers_is_no_variable():
    assert _facts('select a from "Finance"."F&AMapping" ', "snowflake") == [("query", "", "", ("finance.f&amapping",))]
    assert _columns("select flags&mask as a from t", "postgres") == {"a": ["t.flags", "t.mask"]}
    assert _facts("select a from stg_&env..orders", "oracle") == [("query", "", "", ("stg_{env}.orders",))]
