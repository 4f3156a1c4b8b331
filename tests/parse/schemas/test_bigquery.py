from __future__ import annotations

from schema_helpers import columns, steps


def test_modes_tell_what_can_be_null() -> None:
    text = """[
  {"name": "id", "type": "INTEGER", "mode": "REQUIRED", "description": "The key."},
  {"name": "note", "type": "STRING"},
  {"name": "price", "type": "NUMERIC", "precision": 10, "scale": 2, "mode": "NULLABLE"},
  {"name": "lines", "type": "RECORD", "mode": "REPEATED", "fields": [
    {"name": "sku", "type": "STRING", "mode": "REQUIRED"},
    {"name": "sizes", "type": "FLOAT", "mode": "REPEATED"}
  ]}
]"""
    found = steps("bigquery", text)["{file}"]
    assert columns(found) == [
        ("id", "integer", False),
        ("note", "string", True),
        ("price", "numeric(10,2)", True),
        ("lines", "array<struct<sku: string, sizes: array<float>>>", False),
    ]
    assert (found.kind_of, found.columns[0].doc, found.columns[3].line) == ("table", "The key.", 5)


def test_a_table_of_the_api_has_a_name() -> None:
    text = """{"tableReference": {"datasetId": "d", "tableId": "t"},
      "schema": {"fields": [{"name": "a", "type": "DATE", "mode": "REQUIRED"}]}}"""
    assert columns(steps("bigquery", text)["d.t"]) == [("a", "date", False)]


def test_lists_of_other_things_are_no_tables() -> None:
    assert steps("bigquery", '[{"name": "a", "type": "dropdown", "mode": "REQUIRED"}]') == {}
    assert steps("bigquery", '[{"name": "a", "type": "STRING"}, 3]') == {}
