from __future__ import annotations

from schema_helpers import columns, steps


def test_models_and_objects() -> None:
    text = '''
class Base(pa.DataFrameModel):
    id: Series[int] = pa.Field(unique=True, ge=0, description="The key.")

class Orders(Base):
    """All orders."""
    note: Series[pd.StringDtype] = pa.Field(nullable=True, alias="the note", str_length={"max_value": 9})
    day: Optional[Series[pa.DateTime]]
    plain: str

    class Config:
        name = "Silver.Orders"
        unique = ["id", "day"]

    @pa.check("note")
    def check(cls, series): ...

class Other(Thing):
    a: int

lines = pa.DataFrameSchema(
    {
        "a": pa.Column(int, pa.Check.gt(0), nullable=True),
        "b": Column("string", [Check.isin(["x"]), Check(lambda s: s > 0)], required=False, unique=True),
        "c": Column(pa.Float),
    },
    unique=["a", "b"],
)
'''
    found = steps("pandera", text)
    assert list(found) == ["Base", "silver.orders", "lines"]
    assert [step.kind_of for step in found.values()] == ["record", "table", "record"]
    assert columns(found["Base"]) == [("id", "int", False)]
    assert (found["Base"].keys, found["Base"].columns[0].tests) == (("unique (id)",), ("ge(0)",))
    assert columns(found["silver.orders"]) == [
        ("the note", "StringDtype", True),
        ("day", "DateTime", True),
        ("plain", "str", False),
    ]
    assert (found["silver.orders"].like, found["silver.orders"].doc) == ("Base", "All orders.")
    assert columns(found["lines"]) == [("a", "int", True), ("b", "string", True), ("c", "Float", False)]
    assert [column.tests for column in found["lines"].columns] == [
        ("gt(0)",),
        ('isin(["x"])', "Check(lambda s: s > 0)"),
        (),
    ]
    assert found["lines"].keys == ("unique (b)", "unique (a, b)")
