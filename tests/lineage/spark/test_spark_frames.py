# ruff: noqa: E501  (programs stand on one line each)
"""What DataFrame programs compute: columns and what they come from."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ctxpack.lineage.evaluation.frames import frame

HEAD = """
from pyspark.sql import functions as F, Window
from pyspark.sql.types import *
a = spark.read.schema("id int, x string, y double").parquet("/a")
b = spark.read.schema("id int, z string, x string").parquet("/b")
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a.select('id', F.upper('x').alias('u'))", {"id": ["/a.id"], "u": ["/a.x"]}),
        ("a.select(a.id, a['y'], F.lit(1).alias('k'))", {"id": ["/a.id"], "y": ["/a.y"], "k": []}),
        ("a.selectExpr('id', 'x || y as w')", {"id": ["/a.id"], "w": ["/a.x", "/a.y"]}),
        ("a.withColumn('x', F.col('y') + 1)", {"id": ["/a.id"], "x": ["/a.y"], "y": ["/a.y"]}),
        ("a.withColumns({'p': F.col('id'), 'q': F.col('y')})", {"id": ["/a.id"], "x": ["/a.x"], "y": ["/a.y"], "p": ["/a.id"], "q": ["/a.y"]}),
        ("a.withColumnRenamed('x', 'n').drop('y')", {"id": ["/a.id"], "n": ["/a.x"]}),
        ("a.toDF('p', 'q', 'r')", {"p": ["/a.id"], "q": ["/a.x"], "r": ["/a.y"]}),
        ("a.join(b, 'id').select('id', 'z', 'y')", {"id": ["/a.id"], "z": ["/b.z"], "y": ["/a.y"]}),
        ("a.join(b, a.id == b.id, 'left').select(a.id, b.x)", {"id": ["/a.id"], "x": ["/b.x"]}),
        ("a.alias('l').join(b.alias('r'), F.col('l.id') == F.col('r.id')).select('l.x', F.col('r.x').alias('o'))", {"x": ["/a.x"], "o": ["/b.x"]}),
        ("a.join(b, a.id == b.id).drop(b.id).drop(b.x)", {"id": ["/a.id"], "x": ["/a.x"], "y": ["/a.y"], "z": ["/b.z"]}),
        ("a.groupBy('id').agg(F.sum('y').alias('s'), F.count('*').alias('n'))", {"id": ["/a.id"], "s": ["/a.y"], "n": []}),
        ("a.groupBy('id').agg({'y': 'max'})", {"id": ["/a.id"], "max(y)": ["/a.y"]}),
        ("a.groupBy('id').sum('y')", {"id": ["/a.id"], "sum(y)": ["/a.y"]}),
        ("a.groupBy('id').count()", {"id": ["/a.id"], "count": []}),
        ("a.groupBy('id').pivot('x', ['p', 'q']).agg(F.sum('y'))", {"id": ["/a.id"], "p": ["/a.x", "/a.y"], "q": ["/a.x", "/a.y"]}),
        ("a.select('id').union(b.select('z'))", {"id": ["/a.id", "/b.z"]}),
        ("a.select('id', 'y').unionByName(b.select('id'), allowMissingColumns=True)", {"id": ["/a.id", "/b.id"], "y": ["/a.y"]}),
        ("a.select(F.when(F.col('x') == 'p', F.col('y')).otherwise(0).alias('c'))", {"c": ["/a.x", "/a.y"]}),
        ("a.select(F.row_number().over(Window.partitionBy('id').orderBy(F.col('y').desc())).alias('n'))", {"n": ["/a.id", "/a.y"]}),
        ("a.fillna(0, subset=['y']).dropna(subset=['id']).filter('x is not null').distinct().limit(3)", {"id": ["/a.id"], "x": ["/a.x"], "y": ["/a.y"]}),
        ("a.select([F.col(c).alias(c + '_') for c in ('id', 'x')])", {"id_": ["/a.id"], "x_": ["/a.x"]}),
        ("a.select(*[c for c in a.columns if c != 'x'])", {"id": ["/a.id"], "y": ["/a.y"]}),
        ("a.select(F.split('x', ',').alias('p')).select(F.explode('p').alias('q'))", {"q": ["/a.x"]}),
        ("a.select(F.from_json('x', 'k int, l string').alias('j')).select('j.*')", {"k": ["/a.x"], "l": ["/a.x"]}),
        ("a.mapInPandas(f, 'p int, q string')", {"p": [], "q": []}),
        ("a.toPandas().assign(w=lambda d: d['y'] * 2)[['id', 'w']]", {"id": ["/a.id"], "w": ["/a.y"]}),
    ],
)  # fmt: skip
def test_columns_are_followed(columns: Callable, expression: str, expected: dict[str, list[str]]) -> None:
    writing = "to_csv('/o')" if "toPandas" in expression else "write.parquet('/o')"
    assert columns(f"{HEAD}({expression}).{writing}") == expected


def test_loops_build_columns(columns: Callable) -> None:
    text = HEAD + "for c in ['x', 'y']:\n  a = a.withColumn(c + '_t', F.trim(F.col(c)))\na.write.parquet('/o')"
    assert columns(text)["x_t"] == ["/a.x"] and columns(text)["y_t"] == ["/a.y"]


def test_frames_are_reduced(columns: Callable) -> None:
    text = HEAD + (
        "from functools import reduce\nfrom pyspark.sql import DataFrame\n"
        "reduce(DataFrame.unionByName, [a.select('id'), b.select('id')]).write.parquet('/o')"
    )
    assert columns(text) == {"id": ["/a.id", "/b.id"]}


def test_a_struct_type_says_what_is_read(columns: Callable) -> None:
    text = (
        "from pyspark.sql.types import StructType, StructField, StringType, ArrayType\n"
        "S = StructType([StructField('p', StringType(), False), StructField('q', ArrayType(StringType()))])\n"
        "spark.read.schema(S.add('r', 'int')).json('/a').write.parquet('/o')"
    )
    assert columns(text) == {"p": ["/a.p"], "q": ["/a.q"], "r": ["/a.r"]}


def test_pandas_changes_a_frame_in_place(columns: Callable) -> None:
    text = (
        "import pandas as pd\nd = pd.read_csv('a.csv', usecols=['p', 'q'])\nd['r'] = d['p'] + d['q']\n"
        "d = d.rename(columns={'p': 's'}).drop(columns=['q'])\nd.to_parquet('o.parquet')"
    )
    assert columns(text) == {"s": ["a.csv.p"], "r": ["a.csv.p", "a.csv.q"]}


def test_polars_expressions(columns: Callable) -> None:
    text = (
        "import polars as pl\nd = pl.read_csv('a.csv')\nd.with_columns(pl.col('p').cast(pl.Int64).alias('q'))"
        ".group_by('q').agg(pl.col('r').sum().alias('s')).write_parquet('o.parquet')"
    )
    assert columns(text) == {"q": ["a.csv.p"], "s": ["a.csv.r"]}


def test_the_position_of_an_element_is_never_null(sites: Callable) -> None:
    text = HEAD + "a.select('id', F.posexplode(F.split('x', ',')).alias('n', 'v')).write.parquet('/o')"
    found = {one.name: one for one in frame(sites(text).writes[0].plan, lambda _: None, "spark").columns}
    assert found["n"].nullable is False and found["n"].type == "int"
    assert [one.column for one in found["n"].origins] == [one.column for one in found["v"].origins] == ["x"]
