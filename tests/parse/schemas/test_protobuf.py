from __future__ import annotations

from schema_helpers import columns, steps

PROTO3 = """
syntax = "proto3";
package shop.v1;
import "google/protobuf/timestamp.proto";

// An order.
message Order {
  // The key.
  string id = 1;
  optional int32 count = 2;   // how many
  repeated Item items = 3 [(validate).min = 1, deprecated = true];
  map<string, Money> prices = 4;
  google.protobuf.Timestamp at = 5;
  State state = 6;
  other.Thing thing = 7;
  Item first = 8;
  oneof who { string person = 9; bytes company = 10; }
  reserved 11, 12 to 15;
  reserved "old";
  enum State { UNKNOWN = 0; PAID = 1; }
  message Item { double price = 1; }
}
service Orders { rpc Get (Order) returns (Order) { option (http) = { get: "/v1" }; } }
message Empty {}
"""


def test_presence_in_proto3() -> None:
    found = steps("protobuf", PROTO3)
    assert list(found) == ["shop.v1.Order", "shop.v1.Order.Item", "shop.v1.Empty"]
    order = found["shop.v1.Order"]
    assert columns(order) == [
        ("id", "string", False),
        ("count", "int32", True),
        ("items", "repeated Item", False),
        ("prices", "map<string, Money>", False),
        ("at", "google.protobuf.Timestamp", True),
        ("state", "State", False),
        ("thing", "other.Thing", None),
        ("first", "Item", True),
        ("person", "string", True),
        ("company", "bytes", True),
    ]
    assert (order.kind_of, order.doc, order.line) == ("message", "An order.", 7)
    assert [(column.doc, column.line) for column in order.columns[:2]] == [("The key.", 9), ("how many", 10)]


def test_proto2_says_what_is_required() -> None:
    text = """
    syntax = "proto2";
    message Old {
      required string a = 1;
      optional int32 b = 2 [default = 5];
      repeated group Line = 3 { optional string c = 1; }
      extensions 100 to 199;
      optional .shop.Order d = 4;
    }
    extend Old { optional int32 e = 100; }
    """
    assert columns(steps("protobuf", text)["Old"]) == [
        ("a", "string", False),
        ("b", "int32", True),
        ("Line", "repeated group", False),
        ("d", "shop.Order", True),
    ]


def test_editions_take_presence_from_features() -> None:
    text = """
    edition = "2023";
    message New { string a = 1; string b = 2 [features.field_presence = IMPLICIT]; }
    """
    assert columns(steps("protobuf", text)["New"]) == [("a", "string", True), ("b", "string", False)]


def test_an_option_of_the_file_gives_all_fields_their_presence() -> None:
    text = 'edition = "2023"; option features.field_presence = IMPLICIT; message New { string a = 1; }'
    assert columns(steps("protobuf", text)["New"]) == [("a", "string", False)]


def test_a_half_written_message_gives_what_it_has() -> None:
    found = steps("protobuf", 'syntax = "proto3"; message A { string id = 1; int32')
    assert columns(found["A"]) == [("id", "string", False)]
