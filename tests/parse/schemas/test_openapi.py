from __future__ import annotations

from schema_helpers import columns, steps


def test_in_3_0_null_is_only_what_says_nullable() -> None:
    text = """
openapi: 3.0.3
paths:
  /orders:
    get:
      responses: {}
components:
  schemas:
    Order:
      type: object
      description: An order.
      required: [id, note, owner]
      properties:
        id: {type: integer, format: int64}
        note:
          type: string
          nullable: true
          description: |
            Free
            text.
        owner:
          $ref: '#/components/schemas/Person'
        more: {type: boolean}
    Person:
      allOf:
        - $ref: '#/components/schemas/Order'
        - type: object
          properties:
            name: {type: string}
    Name: {type: string}
"""
    found = steps("openapi", text)
    assert list(found) == ["Order", "Person"]
    assert columns(found["Order"]) == [
        ("id", "integer(int64)", False),
        ("note", "string", True),
        ("owner", "Person", False),
        ("more", "boolean", True),
    ]
    assert [column.name for column in found["Person"].columns] == ["id", "note", "owner", "more", "name"]
    assert (found["Order"].columns[1].doc, found["Order"].columns[1].line) == ("Free text.", 15)


def test_in_3_1_null_is_a_type_and_2_has_definitions() -> None:
    new = """{"openapi": "3.1.0", "components": {"schemas": {
      "A": {"required": ["x"], "properties": {"x": {"type": ["string", "null"]}}}}}}"""
    assert columns(steps("openapi", new)["A"]) == [("x", "string", True)]
    old = """{"swagger": "2.0", "definitions": {"A": {"required": ["x", "y"], "properties": {
      "x": {"type": "string", "x-nullable": true},
      "y": {"type": "array", "items": {"$ref": "#/definitions/B"}}}}}}"""
    assert columns(steps("openapi", old)["A"]) == [("x", "string", True), ("y", "array<B>", False)]
