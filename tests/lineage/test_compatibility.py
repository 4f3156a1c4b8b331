"""The rules by which a change of a schema keeps readers and data together, format by format."""

from __future__ import annotations

import pytest

from ctxpack.datamodel.schema import ChangeKind, SchemaChange
from ctxpack.lineage.answers.compatibility import classify


@pytest.mark.parametrize(
    ("schema_format", "change", "before", "after", "expected"),
    [
        ("sql", "column added", "", "text", "full"),
        ("sql", "column added", "", "text not null", "forward"),
        ("sql", "column dropped", "text", "", "backward"),
        ("sql", "column renamed", "a", "b", "breaking"),
        ("sql", "type changed", "int", "bigint", "backward"),
        ("sql", "type changed", "BIGINT", "INTEGER", "forward"),
        ("sql", "type changed", "int", "date", "breaking"),
        ("sql", "type changed", "varchar(10)", "varchar(20)", "backward"),
        ("sql", "type changed", "varchar(10)", "text", "backward"),
        ("sql", "type changed", "text", "varchar(10)", "forward"),
        ("sql", "type changed", "decimal(10, 2)", "decimal(12,2)", "backward"),
        ("sql", "type changed", "decimal(10,2)", "decimal(10,4)", "breaking"),
        ("sql", "nullability changed", "null", "not null", "forward"),
        ("sql", "nullability changed", "not null", "null", "backward"),
        ("sql", "key added", "", "unique (a)", "forward"),
        ("sql", "key dropped", "unique (a)", "", "backward"),
        ("sql", "table created", "", "", "full"),
        ("sql", "table dropped", "", "", "breaking"),
        ("delta", "column added", "", "text not null", "breaking"),
        ("delta", "column added", "", "text", "full"),
        ("delta", "type changed", "int", "long", "backward"),
        ("delta", "type changed", "long", "int", "breaking"),
        ("delta", "nullability changed", "not null", "null", "backward"),
        ("avro", "column added", "", "string", "full"),
        ("avro", "column added", "", "string not null", "forward"),
        ("avro", "column dropped", "string not null", "", "backward"),
        ("avro", "type changed", "int", "long", "backward"),
        ("avro", "type changed", "double", "float", "forward"),
        ("avro", "type changed", "string", "bytes", "full"),
        ("avro", "type changed", "string", "int", "breaking"),
        ("avro", "nullability changed", "not null", "null", "backward"),
        ("protobuf", "column renamed", "a", "b", "full"),
        ("protobuf", "type changed", "int32", "uint64", "full"),
        ("protobuf", "type changed", "int32", "sint32", "breaking"),
        ("protobuf", "column dropped", "int32", "", "full"),
        ("json_schema", "column added", "", "string not null", "forward"),
        ("json_schema", "column added", "", "string", "full"),
        ("json_schema", "column dropped", "string not null", "", "backward"),
        ("json_schema", "column dropped", "string", "", "full"),
        ("openapi", "column dropped", "string NOT NULL", "", "backward"),
        ("thrift", "column renamed", "a", "b", "full"),
        ("thrift", "column added", "", "string", "full"),
        ("thrift", "column added", "", "string not null", "forward"),
        ("thrift", "column dropped", "string not null", "", "backward"),
        ("thrift", "column dropped", "string", "", "full"),
        ("a format that nobody knows", "column added", "", "x", "full"),
    ],
)
def test_rules(schema_format: str, change: ChangeKind, before: str, after: str, expected: str) -> None:
    verdict = classify(SchemaChange("t", "c", change, before, after), schema_format)
    assert verdict.compatibility == expected
    assert verdict.because
