# ruff: noqa: E501  (programs stand on one line each)
from __future__ import annotations

import msgspec
import pytest

from ctxpack.datamodel import program as to
from ctxpack.datamodel.schema import DataFacts
from ctxpack.parse.schemas.table import candidates, formats_of, read
from ctxpack.parse.spark.notebooks import of_sql


def program(text: str) -> to.Program:
    found = read("pipeline", text).program
    assert found is not None
    return found


def value(text: str) -> to.Expression:
    (statement,) = program(text).statements
    assert isinstance(statement, to.Evaluate | to.Assign) and statement.value is not None
    return statement.value


def test_a_chain_of_calls_lies_flat() -> None:
    found = value('spark.read.option("a", 1)\\\n  .json(path)["x"]')
    assert found == to.Chain(
        to.Name("spark"),
        (
            to.Member("read", 1),
            to.Member("option", 1),
            to.Invoke((to.Text("a", 1), to.Literal(1)), (), 1),
            to.Member("json", 2),
            to.Invoke((to.Name("path"),), (), 2),
            to.Index(to.Text("x", 2)),
        ),
    )


def test_five_hundred_steps_are_one_level() -> None:
    text = "x = (frame" + "".join(f'\n  .withColumn("c{n}", lit({n}))' for n in range(250)) + ")"
    found = value(text)
    assert isinstance(found, to.Chain) and len(found.steps) == 500
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=to.Expression) == found


def test_operators_are_flat_along_their_left_side() -> None:
    found = value("x = a + b - c")
    assert found == to.Binary(to.Name("a"), (("+", to.Name("b")), ("-", to.Name("c"))), 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'x = "a\n\x41B"', "a\nAB"),
        (r'x = r"\d+"', r"\d+"),
        ("x = \"a\" 'b'", "ab"),
        ('x = f"{{}}"', "{}"),
        ('x = """two\nlines"""', "two\nlines"),
    ],
)
def test_literals_have_their_escapes_resolved(text: str, expected: str) -> None:
    assert value(text) == to.Text(expected, 1)


def test_an_f_string_keeps_its_parts() -> None:
    assert value('x = f"{a.b}.c{d:02}"') == to.Template(
        (to.Chain(to.Name("a"), (to.Member("b", 1),)), to.Text(".c", 1), to.Name("d"))
    )


def test_statements_of_all_kinds() -> None:
    text = """
import a.b as c
from .d import e as f, g
async def h(x, *y, z: int = 1, **k):
    global m
    if x:
        return 1
    elif y:
        raise E
    else:
        yield 2
    for i, j in x:
        continue
    while x:
        break
    with open(x) as t:
        pass
    try:
        n += 1
    except E:
        o = p = 2
    finally:
        q: int
@r(1)
class S(T, metaclass=U):
    '''Documentation is left out.'''
    v = w
match x:
    case "one":
        y = 1
"""
    kinds = [type(one).__name__ for one in program(text).statements]
    assert kinds == ["Import", "Import", "Import", "Function", "Class", "Branch"]
    function, made = program(text).statements[3:5]
    assert isinstance(function, to.Function) and isinstance(made, to.Class)
    assert [(one.name, one.kind, one.annotation) for one in function.parameters] == [
        ("x", "", ""), ("y", "*", ""), ("z", "keyword", "int"), ("k", "**", ""),
    ]  # fmt: skip
    assert [type(one).__name__ for one in function.body] == ["Global", "Branch", "Loop", "Loop", "With", "Try"]
    assert made.bases == (to.Name("T"),) and len(made.body) == 1


def test_cells_of_sql_stand_where_they_ran() -> None:
    text = (
        "# Databricks notebook source\n# MAGIC %run ./setup\n\n# COMMAND ----------\n\nx = 1\n\n# COMMAND ----------\n\n"
        "# MAGIC %sql\n# MAGIC SELECT *\n# MAGIC FROM a\n\n# COMMAND ----------\n\ny = 2\n"
    )
    first, x, query, y = program(text).statements
    assert first == to.RunFile("./setup", 2)
    assert query == to.Query("\nSELECT *\nFROM a\n", 10)
    assert [one.line for one in (x, y) if isinstance(one, to.Assign)] == [6, 16]


def test_magic_words_of_a_jupyter_notebook() -> None:
    text = "# %% [code] cell 1\n%pip install x\n!ls\nx = 1\n# %% [code] cell 2\n%%sql\nSELECT 1\n# %% [code] cell 3\ny = 2 % x\n"
    x, query, y = program(text).statements
    assert isinstance(query, to.Query) and query.text.strip() == "SELECT 1"
    assert isinstance(x, to.Assign) and isinstance(y, to.Assign) and y.line == 9


@pytest.mark.parametrize(
    "text", ["", "x = = 1", "def f(:\n  pass", "(" * 3000, "\x00\ufffe", "x" * 100_000, "if x:\n" * 500]
)
def test_no_text_is_too_broken(text: str) -> None:
    facts = read("pipeline", text)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=DataFacts) == facts


def test_what_handles_no_data_is_a_program_for_others_only() -> None:
    assert not program("TABLE = 'a.b'").pipeline
    assert program("df = spark.table('a')").pipeline
    used = candidates("a.py", "python", frozenset({"spark"}))
    assert formats_of(used, "spark.table('a')") == ("pipeline",)
    assert "pipeline" not in formats_of(candidates("a.py", "python", frozenset()), "TABLE = 'a.b'")


@pytest.mark.parametrize("word", ["spark", "csv", "sql", "saveAsTable", "read_csv", "withColumn"])
def test_a_file_is_asked_for_what_it_calls(word: str) -> None:
    assert "pipeline" in [one.name for one in candidates("a.py", "python", frozenset({word}))]


@pytest.mark.parametrize("text", ["[*a.b()]", "(*a.b(), 1)", "f(*a.b())", "{*a.b()}"])
def test_a_star_is_before_the_whole_chain(text: str) -> None:
    spread = to.Spread(to.Chain(to.Name("a"), (to.Member("b", 2), to.Invoke((), (), 2))), 1)
    assert repr(spread) in repr(program(f"import spark\nx = {text}"))


def test_a_notebook_of_sql_is_its_cells() -> None:
    rule = "-- COMMAND ----------\n"
    text = (
        "-- Databricks notebook source\ncreate table ${a}.b;\n" + rule + "-- MAGIC %run ./common\n" + rule
        + "-- MAGIC %python\n-- MAGIC x = 1\n" + rule + "\n%sql select 1"
    )  # fmt: skip
    found = of_sql(text)
    assert found is not None
    told = [(one.line, one.path if isinstance(one, to.RunFile) else one.text.split()) for one in found.statements]  # type: ignore[union-attr]
    assert told == [
        (2, ["create", "table", "${a}.b;"]),
        (4, "./common"),
        (8, ["select", "1"]),
    ]


@pytest.mark.parametrize("text", ["select ${a}", "-- Databricks notebook source\nselect 1", ""])
def test_sql_without_parameters_is_no_program(text: str) -> None:
    assert of_sql(text) is None
