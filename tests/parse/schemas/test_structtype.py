from __future__ import annotations

from schema_helpers import columns, steps


def test_constants_are_records() -> None:
    text = '''
LINE = StructType([StructField("sku", StringType())])
ORDERS = T.StructType(
    [
        T.StructField("id", T.LongType(), False),
        T.StructField("price", T.DecimalType(10, 2), metadata={"comment": "in euros"}),
        T.StructField("lines", ArrayType(LINE), True),
        T.StructField("tags", MapType(StringType(), IntegerType()), nullable=flag),
    ]
).add("note", "string", False).add(StructField("at", TimestampType()))
DDL = """
  id bigint not null,
  note string comment 'free, text',
  lines array<struct<sku: string, n: int>>
"""
WORDS = "some words, and more words"

class Schemas:
    day = StructType().add("day", DateType())

    @staticmethod
    def orders():
        schema = StructType([StructField("a", StringType())])
        return schema

    def other(self):
        return schema_of("a")
'''
    found = steps("structtype", text)
    assert list(found) == ["LINE", "ORDERS", "DDL", "Schemas.day", "Schemas.orders"]
    assert {step.kind_of for step in found.values()} == {"record"}
    assert columns(found["ORDERS"]) == [
        ("id", "bigint", False),
        ("price", "decimal(10,2)", True),
        ("lines", "array<struct<sku: string>>", True),
        ("tags", "map<string, int>", None),
        ("note", "string", False),
        ("at", "timestamp", True),
    ]
    assert (found["ORDERS"].columns[1].doc, found["ORDERS"].columns[1].line) == ("in euros", 6)
    assert columns(found["DDL"]) == [
        ("id", "bigint", False),
        ("note", "string", True),
        ("lines", "array<struct<sku: string, n: int>>", True),
    ]
    assert [column.line for column in found["DDL"].columns] == [12, 13, 14]


def test_a_table_that_delta_builds_is_a_table() -> None:
    text = """
def setup(spark):
    (DeltaTable.createIfNotExists(spark)
        .tableName("Silver.Orders")
        .addColumn("id", "INT", nullable=False, comment="The key.")
        .addColumn("note", StringType())
        .partitionedBy("note")
        .execute())
    cursor.execute("select 1")
"""
    found = steps("structtype", text)
    assert columns(found["silver.orders"]) == [("id", "int", False), ("note", "string", True)]
    assert (found["silver.orders"].kind_of, found["silver.orders"].keys) == ("table", ("partition by (note)",))


def test_expectations_of_a_pipeline_are_tests() -> None:
    text = """
@dlt.table(name="orders_clean", comment="x")
@dlt.expect_or_drop("valid", "id IS NOT NULL AND lower(city) <> 'Berlin'")
@dlt.expect_all({"a": "amount > 0"})
def orders():
    return dlt.read("orders")
"""
    found = steps("structtype", text)["orders_clean"]
    assert found.kind_of == "expectations"
    assert [(column.name, column.tests) for column in found.columns] == [
        ("id", ("expect_or_drop(id IS NOT NULL AND lower(city) <> 'Berlin')",)),
        ("city", ("expect_or_drop(id IS NOT NULL AND lower(city) <> 'Berlin')",)),
        ("amount", ("expect_all(amount > 0)",)),
    ]
