"""Records and expectations beside tables."""

from __future__ import annotations

from ctxpack.lineage.declared.fold import fold
from ctxpack.parse.schemas.table import read

BASE = "class OrderBase(BaseModel):\n    id: int\n    note: str\n"
CHILD = "class Order(OrderBase):\n    note: str | None\n\nclass Other(Unknown):\n    a: int\n"
PROTO = 'syntax = "proto3"; message Order { string id = 1; }'
FIELDS = '[{"name": "id", "type": "INTEGER", "mode": "REQUIRED"}]'
SUITE = '{"name": "orders_suite", "expectations": [{"type": "expect_column_to_exist", "kwargs": {"column": "id"}}]}'


def test_records_are_no_tables_and_have_the_fields_of_their_bases() -> None:
    found = fold([("b/child.py", read("records", CHILD)), ("a/base.py", read("records", BASE))])
    assert found.tables == ()
    assert [(one.name, one.path, one.kind_of) for one in found.records] == [
        ("OrderBase", "a/base.py", "record"),
        ("Order", "b/child.py", "record"),
    ]
    assert [(column.name, column.nullable) for column in found.records[1].columns] == [("id", False), ("note", True)]


def test_a_table_of_the_same_name_stays_the_table() -> None:
    ddl = read("sql", "create table orders (id bigint not null);")
    found = fold([("a.proto", read("protobuf", PROTO)), ("ddl.sql", ddl), ("s.json", read("expectations", SUITE))])
    assert [(one.name, one.path) for one in found.tables] == [("orders", "ddl.sql")]
    assert [(one.name, one.kind_of) for one in found.records] == [("Order", "message")]
    assert [(one.name, one.kind_of) for one in found.expected] == [("orders", "expectations")]
    assert found.problems == ()


def test_a_table_is_called_by_its_file_where_only_that_tells() -> None:
    found = fold([("schemas/ORDERS.schema.json", read("bigquery", FIELDS)), ("data/a.csv", read("csv", "a,b\n1,2"))])
    assert [(one.name, one.format) for one in found.tables] == [("orders", "bigquery")]
    assert [(one.name, one.kind_of) for one in found.records] == [("data/a.csv", "file")]


def test_terraform_may_name_the_table_of_a_schema_file() -> None:
    resource = """
resource "google_bigquery_table" "o" {
  dataset_id = "sales"
  table_id   = "orders"
  schema     = file("${path.module}/schemas/orders_schema.json")
}
"""
    schema = ("infra/schemas/orders_schema.json", read("bigquery", FIELDS))
    found = fold([("infra/main.tf", read("terraform", resource)), schema])
    assert [(one.name, one.path, one.columns[0].name) for one in found.tables] == [("sales.orders", schema[0], "id")]
    assert fold([("infra/main.tf", read("terraform", resource))]).tables == ()


def test_classes_that_inherit_from_each_other_end() -> None:
    text = "class A(B):\n    x: int\nclass B(A):\n    y: int\nclass C(BaseModel, C):\n    z: int\n"
    found = fold([("a.py", read("records", text))])
    assert [one.name for one in found.records] == ["C"]
