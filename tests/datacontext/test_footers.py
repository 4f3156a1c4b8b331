"""Data files whose own schema tells the columns of what programs read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ctxpack.api import Index


def number(value: int) -> bytes:
    return bytes([value << 1 & 127 | 128, value >> 6])


def avro() -> bytes:
    schema = {"type": "record", "name": "r", "fields": [{"name": "a", "type": "long"}, {"name": "b", "type": "string"}]}
    text = json.dumps(schema).encode()
    return b"Obj\x01\x02" + number(11) + b"avro.schema" + number(len(text)) + text + b"\x00" + b"\x00" * 16


def columns(root: Path, read: str) -> list[str]:
    (root / "data/orders").mkdir(parents=True)
    (root / "data/orders/part-0.avro").write_bytes(avro())
    (root / "data/orders/part-1.avro").write_bytes(b"not opened, since the first tells the schema")
    (root / "job.py").write_text(f"spark.read.format('avro').load({read}).write.saveAsTable('s.b')\n")
    with Index.open(root, workers=0) as index:
        (table,) = index.schema("s.b")
        assert index.problems == ()
    return [one.name for one in table.columns]


@pytest.mark.parametrize(
    "read",
    [
        "'data/orders'",
        "'./data/orders/'",
        "'data/orders/part-0.avro'",
        "'data/orders/*.avro'",
        "'/opt/app/data/orders'",
        "f'{BASE}/data/orders'",
    ],
)
def test_columns_come_from_the_files_that_a_path_means(tmp_path: Path, read: str) -> None:
    assert columns(tmp_path, read) == ["a", "b"]


@pytest.mark.parametrize("read", ["'other/orders'", "'s3://bucket/data/orders'", "f'{x}/orders.avro'"])
def test_other_names_mean_no_file(tmp_path: Path, read: str) -> None:
    assert columns(tmp_path, read) == []
