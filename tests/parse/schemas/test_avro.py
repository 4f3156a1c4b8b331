from __future__ import annotations

from schema_helpers import columns, steps

TEXT = """{
  "type": "record", "name": "Order", "namespace": "shop", "doc": "An order.",
  "fields": [
    {"name": "id", "type": "long"},
    {"name": "note", "type": ["null", "string"], "default": null, "doc": "free text"},
    {"name": "either", "type": ["int", "string"]},
    {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}},
    {"name": "at", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}]},
    {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["NEW"]}},
    {"name": "tags", "type": {"type": "map", "values": "string"}},
    {"name": "lines", "type": {"type": "array", "items": {
      "type": "record", "name": "Line", "fields": [{"name": "order", "type": ["null", "Order"]}]}}}
  ]
}"""


def test_only_a_union_with_null_is_nullable() -> None:
    found = steps("avro", TEXT)
    assert list(found) == ["shop.Order", "shop.Line"]
    assert columns(found["shop.Order"]) == [
        ("id", "long", False),
        ("note", "string", True),
        ("either", "int | string", False),
        ("price", "decimal(10,2)", False),
        ("at", "timestamp-millis", True),
        ("state", "State", False),
        ("tags", "map<string, string>", False),
        ("lines", "array<struct<order: Order>>", False),
    ]
    assert columns(found["shop.Line"]) == [("order", "Order", True)]
    assert found["shop.Order"].columns[1].line == 5
    assert found["shop.Order"].columns[1].doc == "free text"


def test_a_file_may_hold_a_list_of_schemas() -> None:
    found = steps("avro", '[{"type": "enum", "name": "E"}, {"type": "record", "name": "a.B", "fields": []}]')
    assert list(found) == ["a.B"]
