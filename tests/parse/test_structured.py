"""Structured text and SQL: what carets cannot say (spans, tables, columns, dataset operations)."""

from __future__ import annotations

import pytest

from ctxpack.model import Column, Definition, FileFacts, Table
from ctxpack.parse import detect, parse


def facts(text: str, path: str) -> FileFacts:
    return parse(text, detect(path, text[:200].encode())).facts


def named(found: FileFacts, qualname: str) -> Definition:
    return next(d for d in found.definitions if d.qualname == qualname)


def ops(found: FileFacts) -> list[tuple[str, str]]:
    return sorted({(op.kind, op.name_template) for op in found.dataset_ops})


def column(table: Table, name: str) -> Column:
    return next(c for c in table.columns if c.name == name)


DDL = """\
-- Customers.
CREATE TABLE sales.customers (
  id BIGINT GENERATED ALWAYS AS IDENTITY, -- surrogate
  "Full Name" varchar(20) NOT NULL DEFAULT 'x, y' COMMENT 'as it''s printed',
  price numeric(10, 2) NULL,
  parts STRUCT<a: INT, b: ARRAY<STRING>>,
  ts timestamp with time zone not null,
  region_id int REFERENCES sales.regions (id) ON DELETE SET NULL,
  CONSTRAINT pk PRIMARY KEY (id),
  UNIQUE (ts, region_id)
) USING delta;
COMMENT ON COLUMN sales.customers.price IS 'in euro';
ALTER TABLE ONLY sales.customers ADD COLUMN note text, ADD CONSTRAINT fk FOREIGN KEY (note) REFERENCES notes(id);
"""


def test_columns_of_create_table() -> None:
    table = facts(DDL, "a.sql").tables[0]
    assert (table.name, table.span, table.declared) == ("sales.customers", (2, 11), True)
    assert [c.name for c in table.columns] == ["id", "Full Name", "price", "parts", "ts", "region_id"]
    assert column(table, "id") == Column("id", "BIGINT", False, "surrogate", (), 3)
    assert column(table, "Full Name") == Column("Full Name", "varchar(20)", False, "as it's printed", (), 4, "'x, y'")
    assert column(table, "price") == Column("price", "numeric(10, 2)", True, "in euro", (), 5)
    assert column(table, "parts").type == "STRUCT<a: INT, b: ARRAY<STRING>>"
    assert (column(table, "ts").type, column(table, "ts").nullable) == ("timestamp with time zone", False)
    assert column(table, "region_id").nullable is None


def test_keys_of_create_table() -> None:
    assert facts(DDL, "a.sql").tables[0].keys == (
        "foreign key (region_id) references sales.regions (id)",
        "primary key (id)",
        "unique (ts, region_id)",
    )


def test_alter_table_adds_to_a_table_that_it_does_not_declare() -> None:
    added = facts(DDL, "a.sql").tables[1]
    assert (added.name, added.declared, [c.name for c in added.columns]) == ("sales.customers", False, ["note"])
    assert added.keys == ("foreign key (note) references notes (id)",)


def test_span_of_a_statement_leaves_its_comment_out() -> None:
    found = named(facts(DDL, "a.sql"), "sales.customers")
    assert (found.span, found.head, found.doc) == ((2, 11), (2, 2), "Customers.")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY)", []),
        ("CREATE TABLE t AS SELECT 1 FROM A.b", [("reads", "a.b"), ("writes", "t")]),
        ("CREATE VIEW v (x) AS (SELECT 1 FROM a)", [("reads", "a"), ("writes", "v")]),
        ("INSERT INTO x (a) VALUES (1)", [("writes", "x")]),
        ("INSERT INTO `p-1.d.t` SELECT 1", [("writes", "p-1.d.t")]),
        ("COPY INTO raw.t FROM 's3://bucket/x'", [("writes", "raw.t")]),
        ("TRUNCATE TABLE x", [("writes", "x")]),
        ("DROP TABLE IF EXISTS x", []),
        ("GRANT SELECT ON a TO b", []),
        ("SELECT a FROM t1 x, t2 AS y JOIN t3 ON x.a = y.a", [("reads", "t1"), ("reads", "t2"), ("reads", "t3")]),
        ("SELECT (SELECT max(x) FROM a), b FROM c", [("reads", "a"), ("reads", "c")]),
        ("SELECT substring(a FROM 1), trim(both from b) FROM c", [("reads", "c")]),
        ("WITH RECURSIVE r AS (SELECT 1 UNION SELECT n + 1 FROM r) SELECT * FROM r", []),
        ("WITH r (a, b) AS (SELECT 1 FROM x) SELECT * FROM r, y", [("reads", "x"), ("reads", "y")]),
        ("SELECT x INTO new_t FROM t", [("reads", "t"), ("writes", "new_t")]),
        ("SELECT * FROM t FOR UPDATE OF u", [("reads", "t")]),
        ("INSERT INTO a VALUES (1) ON CONFLICT (id) DO UPDATE SET b = 1", [("writes", "a")]),
        ("SELECT 'it''s FROM x', E'\\' FROM y' FROM z", [("reads", "z")]),
        ("SELECT $$ FROM x $$", [("reads", "x")]),
        ("SELECT * FROM generate_series(1, 2), LATERAL unnest(a)", []),
    ],
)
def test_dataset_operations(sql: str, expected: list[tuple[str, str]]) -> None:
    assert ops(facts(sql, "a.sql")) == expected


def test_a_bare_name_in_a_dbt_model_is_no_table() -> None:
    found = facts("with a as (select * from {{ ref('m') }})\n{{ more() }}\nselect * from written_by_more", "m.sql")
    assert ops(found) == [("reads", "m")]


def test_a_ref_by_variable_stays_a_template() -> None:
    found = facts("{% for m in models %} select * from {{ ref(m) }} {% endfor %}", "m.sql")
    assert [op.name_template for op in found.dataset_ops] == ["{m}"]


def test_routines_keep_their_statements_together() -> None:
    text = (
        "CREATE PROCEDURE p AS\nBEGIN\nUPDATE a SET x = 1;\nIF 1 = 1 BEGIN DELETE FROM b; END\nEND;\nSELECT 1 FROM c;\n"
    )
    found = facts(text, "p.sql")
    assert named(found, "p").span == (1, 5)
    assert [r.scope for r in found.references] == [0, 0, -1]


DBT = """\
models:
  - name: orders
    description: One row an order.
    constraints:
      - type: primary_key
        columns: [id, line]
    columns:
      - name: id
        data_type: bigint
        description: "Its number."
        tests: [unique, not_null]
      - name: line
        constraints:
          - type: not_null
      - name: customer_id
        data_tests:
          - relationships:
              arguments:
                to: ref('customers')
                field: id
          - name: known
            accepted_values: {values: [1]}

sources:
  - name: raw
    tables:
      - name: payments
        columns: [{name: x}]
"""


def test_dbt_models_as_tables() -> None:
    table = facts(DBT, "schema.yml").tables[0]
    assert (table.name, table.span) == ("orders", (2, 22))
    assert column(table, "id") == Column("id", "bigint", None, "Its number.", ("unique", "not_null"), 8)
    assert column(table, "line").nullable is False
    assert column(table, "customer_id").tests == ("relationships(ref('customers').id)", "accepted_values")
    assert table.keys == ("primary key (id, line)",)


def test_dbt_sources_as_tables() -> None:
    found = facts(DBT, "schema.yml")
    assert [t.name for t in found.tables] == ["orders", "raw.payments"]
    assert named(found, "raw.payments").span == (27, 28)
    assert named(found, "orders").span == (2, 22)


def test_a_list_without_names_is_no_property_file() -> None:
    found = facts("models:\n  - a\n  - b\n", "x.yml")
    assert [d.qualname for d in found.definitions] == ["models"]
    assert found.tables == ()


def test_markdown_sections_nest_and_end_before_the_next() -> None:
    found = facts("# A\ntext\n\n## B\ntext\n\n# C\n", "x.md")
    assert [(d.qualname, d.span) for d in found.definitions] == [("A", (1, 5)), ("A.B", (4, 5)), ("C", (7, 7))]


def test_restructured_text_levels_follow_first_use() -> None:
    text = "=====\nTitle\n=====\n\nPart\n----\n\ncode::\n\n    Not a part\n    ----------\n\nNext\n----\n"
    found = facts(text, "x.rst")
    assert [d.qualname for d in found.definitions] == ["Title", "Title.Part", "Title.Next"]


def test_keys_are_capped_and_minified_text_has_no_outline() -> None:
    text = "{" + ",".join(f'"k{i}": {{"a": {i}}}' for i in range(5000)) + "}"
    found = facts(text, "x.json")
    assert len(found.definitions) == 400
    assert found.outline == ()


def test_helm_templates_fall_back_to_their_lines() -> None:
    text = "{{- if .x }}\nkind: A\nspec:\n  {{- range .y }}\n  - {{ . }}: {\n  {{- end }}\n" + "{{ x }} [\n" * 30
    found = facts(text, "deploy.yaml")
    assert [d.name for d in found.definitions][:2] == ["kind", "spec"]
    assert found.problems


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a/Dockerfile.dev", "dockerfile"), ("b.env.example", "dotenv"), ("Makefile", "make"), ("x.avsc", "json"),
        ("tsconfig.json", "json"), (".eslintrc", "json"), ("README", "text"), ("a.R", "r"), ("models/m.sql", "sql"),
    ],
)  # fmt: skip
def test_detection(path: str, language: str) -> None:
    assert detect(path, b"") == language


def test_words_of_prose_and_of_descriptions_count_as_documentation() -> None:
    documents = parse("models:\n  - name: a\n    description: wonderful things\n", "yaml").documents
    assert any("wonder" in document.docs for document in documents)
    assert any("thing" in document.docs for document in parse("# Things\nwonderful\n", "markdown").documents)
