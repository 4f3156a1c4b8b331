from __future__ import annotations

from schema_helpers import steps


def test_expectations_are_tests_of_columns() -> None:
    text = """{
  "expectation_suite_name": "silver.orders.warning",
  "expectations": [
    {"expectation_type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": 1}},
    {"expectation_type": "expect_column_to_exist", "kwargs": {"column": "id"}},
    {"expectation_type": "expect_column_values_to_not_be_null", "kwargs": {"column": "id"}, "meta": {}},
    {"expectation_type": "expect_column_values_to_not_be_null", "kwargs": {"column": "note", "mostly": 0.95}},
    {"expectation_type": "expect_column_values_to_be_in_set",
     "kwargs": {"column": "state", "value_set": ["NEW", "PAID"]}},
    {"expectation_type": "expect_column_values_to_be_of_type", "kwargs": {"column": "state", "type_": "str"}},
    {"expectation_type": "expect_compound_columns_to_be_unique", "kwargs": {"column_list": ["id", "day"]}}
  ]
}"""
    found = steps("expectations", text)["silver.orders"]
    assert found.kind_of == "expectations"
    assert found.keys == ("unique (id, day), tested",)
    tests = {column.name: (column.type, column.nullable, column.tests) for column in found.columns}
    assert tests["id"][2][:2] == ("expect_column_to_exist", "expect_column_values_to_not_be_null")
    assert tests["note"] == ("", None, ("for a share of 0.95: expect_column_values_to_not_be_null",))
    assert tests["state"][0] == "str"
    assert tests["state"][2][0] == "expect_column_values_to_be_in_set(value_set=[NEW, PAID])"
    assert found.columns[0].line == 5


def test_suites_of_newer_versions_and_in_yaml() -> None:
    text = """
suites:
  - name: orders_suite
    expectations:
      - type: expect_column_values_to_be_unique
        kwargs:
          column: id
      - type: ExpectColumnValuesToNotBeNull
        column: id
  - expectations: []
"""
    found = steps("expectations", text)["orders"]
    assert found.columns[0].tests == ("expect_column_values_to_be_unique", "expect_column_values_to_not_be_null")
