from __future__ import annotations

from schema_helpers import columns, steps

GLUE = """
variable "env" { default = "dev" }
locals {
  columns = [
    { name = "id", type = "bigint" },   # first
    { name = "at", type = "timestamp", comment = "when" },
  ]
}
resource "aws_glue_catalog_database" "gold" {
  name = "gold-${var.env}-${var.region}"
}
resource "aws_glue_catalog_table" "orders" {
  name          = "Orders"
  database_name = aws_glue_catalog_database.gold.name
  parameters    = { classification = var.env == "dev" ? "json" : "parquet" }
  partition_keys {
    name = "day"
    type = "date"
  }
  storage_descriptor {
    columns {
      name    = "note"
      type    = "struct<a:string,b:int>"
      comment = "free text"
    }
    dynamic "columns" {
      for_each = local.columns
      content {
        name = columns.value.name
        type = columns.value["type"]
      }
    }
  }
}
"""


def test_columns_of_glue_come_from_blocks_lists_and_partitions() -> None:
    found = steps("terraform", GLUE)
    table = found["gold-dev-{var.region}.orders"]
    assert columns(table) == [
        ("note", "struct<a:string,b:int>", True),
        ("id", "bigint", True),
        ("at", "timestamp", True),
        ("day", "date", True),
    ]
    assert table.keys == ("partition by (day)",)
    assert [(column.doc, column.line) for column in table.columns[:3]] == [("free text", 22), ("", 5), ("when", 6)]


def test_schemas_of_bigquery_may_be_text_or_an_expression() -> None:
    text = """
resource "google_bigquery_table" "a" {
  dataset_id = google_bigquery_dataset.d.dataset_id
  table_id   = "a_${var.x}"
  schema     = <<-EOT
    [
      {"name": "id", "type": "INTEGER", "mode": "REQUIRED"}
    ]
  EOT
}
resource "google_bigquery_table" "b" {
  project    = "p"
  dataset_id = "d"
  table_id   = "b"
  schema = jsonencode([
    {
      name = "tags"
      type = "STRING"
      mode = "REPEATED"
    }
  ])
}
resource "google_bigquery_table" "c" {
  dataset_id = "d"
  table_id   = "c"
  schema     = file("${path.module}/../schemas/c.json")
}
resource "google_bigquery_table" "e" {
  for_each   = local.tables
  dataset_id = "d"
  table_id   = each.key
  schema     = file("${path.module}/${each.key}.json")
}
"""
    found = steps("terraform", text)
    assert list(found) == ["{google_bigquery_dataset.d.dataset_id}.a_{var.x}", "p.d.b", "d.c"]
    first, second, third = found.values()
    assert (third.columns, third.like) == ((), "{path}../schemas/c.json")
    assert columns(first) == [("id", "integer", False)]
    assert first.columns[0].line == 7
    assert columns(second) == [("tags", "array<string>", False)]


def test_databricks_and_snowflake_say_what_can_be_null() -> None:
    text = """
resource "databricks_sql_table" "t" {
  catalog_name = "main"
  schema_name  = databricks_schema.s.id
  name         = "t"
  column {
    name     = "id"
    type     = "int"
    nullable = false
  }
  column {
    name = "b"
    type = "string"
  }
}
resource "snowflake_table" "s" {
  database = "d"
  schema   = "s"
  name     = "t"
  primary_key { keys = ["A"] }
  column {
    name = "A"
    type = "NUMBER(38,0)"
"""
    found = steps("terraform", text)
    assert columns(found["main.{databricks_schema.s.id}.t"]) == [("id", "int", False), ("b", "string", True)]
    assert found["d.s.t"].keys == ("primary key (A)",)
    assert columns(found["d.s.t"]) == [("A", "NUMBER(38,0)", True)]
