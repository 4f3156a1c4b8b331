from __future__ import annotations

import json
import time

from schema_helpers import columns, steps

from ctxpack.parse.schemas.table import read

TEXT = """{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://shop.example/order.schema.json",
  "description": "An order.",
  "allOf": [{"$ref": "#/$defs/base"}],
  "required": ["id", "note", "owner", "far", "choice"],
  "properties": {
    "id": {"type": "string", "format": "uuid", "description": "The key."},
    "note": {"type": ["string", "null"]},
    "owner": {"$ref": "#/$defs/person"},
    "far": {"$ref": "https://shop.example/far.json"},
    "choice": {"oneOf": [{"type": "integer"}, {"type": "null"}]},
    "lines": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}}},
    "tags": {"type": "object", "additionalProperties": {"type": "number"}},
    "size": {"enum": ["s", "m"]}
  },
  "$defs": {
    "base": {"type": "object", "required": ["made"], "properties": {"made": {"type": "string", "format": "date"}}},
    "person": {"type": "object", "properties": {"parent": {"$ref": "#/$defs/person"}}},
    "name": {"type": "string"}
  }
}"""


def test_what_is_required_and_admits_no_null_is_not_null() -> None:
    found = steps("json_schema", TEXT)
    assert list(found) == ["order", "base", "person"]
    assert columns(found["order"]) == [
        ("made", "string(date)", False),
        ("id", "string(uuid)", False),
        ("note", "string", True),
        ("owner", "person", False),
        ("far", "far", None),
        ("choice", "integer", True),
        ("lines", "array<struct<sku: string>>", True),
        ("tags", "map<string, number>", True),
        ("size", "string", True),
    ]
    assert columns(found["person"]) == [("parent", "person", True)]
    assert (found["order"].doc, found["order"].columns[1].line) == ("An order.", 8)


def test_yaml_says_the_same() -> None:
    text = """
$schema: "http://json-schema.org/draft-07/schema#"
type: object
required: [id]
properties:
  id:
    type: integer
  note:
    type: [string, "null"]
"""
    found = steps("json_schema", text)
    assert columns(found["{file}"]) == [("id", "integer", False), ("note", "string", True)]
    assert [column.line for column in found["{file}"].columns] == [6, 8]


def test_references_in_a_circle_end() -> None:
    circle = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"$ref": "#/definitions/x"}},
        "allOf": [{"$ref": "#"}],
        "definitions": {"x": {"$ref": "#/definitions/y"}, "y": {"$ref": "#/definitions/x"}},
    }
    found = steps("json_schema", json.dumps(circle))
    assert columns(found["{file}"]) == [("a", "x", None)]


def test_references_that_branch_and_return_do_not_multiply() -> None:
    parts = [{"$ref": f"#/definitions/d{n}"} for n in range(12)]
    inner = {f"p{n}": {"type": "object", "allOf": parts, "anyOf": parts} for n in range(12)}
    definitions = {f"d{n}": {"allOf": parts, "properties": inner, "required": list(inner)} for n in range(12)}
    begun = time.process_time()
    found = steps("json_schema", json.dumps({"definitions": definitions}))
    assert time.process_time() - begun < 3
    assert len(found) == 12
    assert found["d0"].columns[0].type == "d0 | d1 | d2 | d3 | d4 | d5 | d6 | d7 | d8 | d9 | d10 | d11"


def test_deep_nesting_is_cut_and_told() -> None:
    text = '{"properties": {"a": ' + '{"properties": {"a": ' * 500 + "{}" + "}}" * 501
    facts = read("json_schema", text)
    assert len(facts.steps) == 1
    assert len(facts.steps[0].columns[0].type) < 200
    assert [problem.message for problem in facts.problems] == ["nested deeper than 60: left out below"]
