from __future__ import annotations

from schema_helpers import columns, steps


def test_only_an_exclamation_mark_keeps_a_field_from_being_null() -> None:
    text = '''
    """
    An order.
    """
    type Order implements Node & Named @key(fields: "id") {
      "The key."
      id: ID!
      lines(first: Int = 10, by: [Sort!] = [{ at: ASC }]): [Line!]!  # all of them
      note: String @deprecated(reason: "{")
      matrix: [[Int]]
    }
    type Query { order(id: ID!): Order }
    scalar Date
    type Empty
    enum Sort { A B }
    input NewOrder { note: String = "x", count: Int! = 1 }
    extend type Order { more: Float }
    union Both = Order | Line
    directive @key(fields: String) on OBJECT
    '''
    found = steps("graphql", text)
    assert list(found) == ["Order", "NewOrder"]
    assert columns(found["Order"]) == [
        ("id", "ID", False),
        ("lines", "[Line!]", False),
        ("note", "String", True),
        ("matrix", "[[Int]]", True),
        ("more", "Float", True),
    ]
    assert columns(found["NewOrder"]) == [("note", "String", True), ("count", "Int", False)]
    assert (found["Order"].doc, found["Order"].columns[0].doc, found["Order"].line) == ("An order.", "The key.", 5)


def test_a_query_declares_nothing() -> None:
    assert steps("graphql", "query Orders($a: Int!) { orders(first: $a) { id lines { type } } }") == {}
