from __future__ import annotations

from schema_helpers import columns, steps

TEXT = '''
from __future__ import annotations
from dataclasses import dataclass
import attr

class Order(BaseModel):
    """An order.

    More of it.
    """

    model_config = ConfigDict(frozen=True)
    kinds: ClassVar[list[str]] = []
    id: int
    note: Optional[str]
    price: Decimal | None = Field(None, description="in euros")
    lines: list[str | None] = Field(default_factory=list)
    state: Annotated[State, Field(description="how it is")] = "new"
    both: Union[int, str, None] = None
    _cache: dict

    class Config:
        orm_mode = True

class Paid(Order):
    at: "datetime"

class Far(OrderBase):
    a: int

class Row(SQLModel, table=True):
    id: int

@dataclass(frozen=True)
class Point:
    x: float
    y: float = 0.0
    label: str | None = None

@dataclass
class Server:
    client: HttpClient
    pool: Pool
    retries: int

class Told(TypedDict, total=False):
    a: int
    b: Required[str]

@attr.s
class Old:
    x = attr.ib(type=int)
    y = attr.ib(default=None)

Pair = NamedTuple("Pair", [("left", int), ("right", Optional[str])])
Loose = TypedDict("Loose", {"a-b": int, "c": NotRequired[int]})
Plain = namedtuple("Plain", ["a", "b"])
'''


def test_types_and_defaults_tell_what_can_be_null() -> None:
    found = steps("records", TEXT)
    assert list(found) == ["Order", "Paid", "Far", "Point", "Told", "Old", "Pair", "Loose", "Plain"]
    assert columns(found["Order"]) == [
        ("id", "int", False),
        ("note", "str", True),
        ("price", "Decimal", True),
        ("lines", "list[str | None]", False),
        ("state", "State", False),
        ("both", "Union[int, str, None]", True),
    ]
    assert (found["Order"].doc, found["Order"].columns[2].doc, found["Order"].line) == ("An order.", "in euros", 6)
    assert found["Order"].columns[4].doc == "how it is"
    assert columns(found["Point"]) == [("x", "float", False), ("y", "float", False), ("label", "str", True)]
    assert columns(found["Told"]) == [("a", "int", True), ("b", "str", False)]
    assert columns(found["Old"]) == [("x", "int", False), ("y", "", True)]
    assert columns(found["Pair"]) == [("left", "int", False), ("right", "str", True)]
    assert columns(found["Loose"]) == [("a-b", "int", False), ("c", "int", True)]
    assert columns(found["Plain"]) == [("a", "", None), ("b", "", None)]


def test_a_class_with_a_base_elsewhere_is_left_to_whoever_knows_that() -> None:
    found = steps("records", TEXT)
    assert (found["Far"].kind_of, found["Far"].like, found["Far"].likeness) == ("mixin", "OrderBase", "name")
    assert (found["Paid"].kind_of, found["Paid"].like) == ("record", "Order")
