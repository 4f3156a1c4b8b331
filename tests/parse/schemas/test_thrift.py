from __future__ import annotations

from schema_helpers import columns, steps


def test_requiredness_is_as_written() -> None:
    text = """
    namespace java com.shop
    typedef i64 Id
    const map<string, i32> SIZES = {"a": 1}
    enum State { NEW = 1, PAID = 2 }
    /** An order. */
    struct Order {
      1: required Id id,          // the key
      2: optional map<string, list<i32>> tags = {"a": [1]};
      3: i32 (py.name = "n") ignored
      4: State state = State.NEW
    }
    struct Loose { string first = "", optional string second = "{", 3: i32 third = 1 }
    union Either { 1: string left; 2: i32 right }
    exception Bad { 1: string why }
    service Orders { Order get(1: Id id) throws (1: Bad bad) }
    """
    found = steps("thrift", text)
    assert list(found) == ["Order", "Loose", "Either", "Bad"]
    assert columns(found["Order"])[:2] == [("id", "Id", False), ("tags", "map<string, list<i32>>", True)]
    assert columns(found["Order"])[-1] == ("state", "State", None)
    assert columns(found["Loose"]) == [("first", "string", None), ("second", "string", True), ("third", "i32", None)]
    assert columns(found["Either"]) == [("left", "string", True), ("right", "i32", True)]
    assert (found["Order"].doc, found["Order"].columns[0].doc) == ("An order.", "the key")
