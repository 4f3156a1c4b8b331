"""Notebooks: the view of Jupyter files, and the cells of all kinds."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxpack.crawl import notebook_cells, read_text


def _notebook(*cells: dict[str, object]) -> bytes:
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": list(cells)}).encode()


def test_view_shows_cells_in_order_without_outputs() -> None:
    raw = _notebook(
        {"cell_type": "markdown", "source": ["# Title\n", "\n", "text"]},
        {"cell_type": "code", "source": "import os\nx = 1", "outputs": [{"data": {"image/png": "AAAA"}}]},
        {"cell_type": "code", "source": ["%%sql -o out\n", "select 1\n"]},
        {"cell_type": "raw", "source": "---"},
    )
    decoded = read_text(raw, "n.ipynb", "python")
    assert decoded.text == (
        "# %% [markdown] cell 1\n# # Title\n#\n# text\n"
        "# %% [code] cell 2\nimport os\nx = 1\n"
        "# %% [code] cell 3\n%%sql -o out\nselect 1\n"
        "# %% [markdown] cell 4\n# ---\n"
    )
    assert decoded.problems == ()
    cells = notebook_cells(decoded.text, "python")
    assert [(cell.language, cell.first_line) for cell in cells] == [
        ("markdown", 2),
        ("python", 6),
        ("sql", 9),
        ("markdown", 12),
    ]
    assert cells[2].text == "\nselect 1"
    assert cells[0].text == "# Title\n\ntext"


@pytest.mark.parametrize(
    "raw", [b"{not json", b"[1, 2]", b'{"cells": 3}', b"", b"[" * 100_000, b'{"worksheets": "x"}', b"\xff\xfe{"]
)
def test_broken_notebook_is_shown_as_it_is(raw: bytes) -> None:
    decoded = read_text(raw, "d/n.ipynb", "python")
    assert decoded.problems[-1].path == "d/n.ipynb"
    assert "notebook" in decoded.problems[-1].message
    assert decoded.text or not raw


def test_old_format_and_odd_cells() -> None:
    old = {
        "worksheets": [{"cells": [{"cell_type": "code", "input": ["a = 1"]}, 7, {"cell_type": "code", "source": [3]}]}]
    }
    assert read_text(json.dumps(old).encode(), "n.ipynb", "python").text == (
        "# %% [code] cell 1\na = 1\n# %% [markdown] cell 2\n# %% [code] cell 3\n"
    )
    lone = b'{"cells": [{"cell_type": "code", "source": "x = \\"\\ud800\\""}]}'
    read_text(lone, "n.ipynb", "python").text.encode("utf-8")


@given(
    st.binary(max_size=60), st.lists(st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3), max_size=3)
)
def test_no_notebook_breaks_the_reader(raw: bytes, cells: list[dict[str, str]]) -> None:
    read_text(raw, "n.ipynb", "python").text.encode("utf-8")
    read_text(json.dumps({"cells": cells}).encode(), "n.ipynb", "python").text.encode("utf-8")


DATABRICKS = """\
# Databricks notebook source
# MAGIC %md
# MAGIC # Orders

# COMMAND ----------

# MAGIC %run ./setup

# COMMAND ----------

# DBTITLE 1,Load
df = spark.read.table("bronze.orders")

# COMMAND ----------

# MAGIC %sql
# MAGIC select *
# MAGIC from silver.orders

# COMMAND ----------

# MAGIC %sql select 1
# COMMAND ----------
"""


def test_databricks_export_keeps_its_text_and_tells_its_cells() -> None:
    decoded = read_text(DATABRICKS.encode(), "n.py", "python")
    assert decoded.text == DATABRICKS
    cells = notebook_cells(decoded.text, "python")
    assert [(cell.language, cell.first_line, cell.text.strip("\n")) for cell in cells] == [
        ("markdown", 2, "# Orders"),
        ("run", 6, "%run ./setup"),
        ("python", 10, 'df = spark.read.table("bronze.orders")'),
        ("sql", 15, "select *\nfrom silver.orders"),
        ("sql", 21, "select 1"),
    ]
    lines = DATABRICKS.split("\n")
    for cell in cells:
        for offset, line in enumerate(cell.text.split("\n")):
            assert line in lines[cell.first_line - 1 + offset]


def _brief(text: str, language: str) -> list[tuple[str, str]]:
    return [(cell.language, cell.text.strip()) for cell in notebook_cells(text, language)]


def test_databricks_export_of_sql_and_scala() -> None:
    sql = "-- Databricks notebook source\nselect 1\n\n-- COMMAND ----------\n\n-- MAGIC %python\n-- MAGIC print(1)\n"
    assert _brief(sql, "sql") == [("sql", "select 1"), ("python", "print(1)")]
    scala = "// Databricks notebook source\nval x = 1\n\n// COMMAND ----------\n\n// MAGIC %sql\n// MAGIC select 2\n"
    assert _brief(scala.replace("\n", "\r\n"), "scala") == [("scala", "val x = 1"), ("sql", "select 2")]


def test_not_a_notebook() -> None:
    assert notebook_cells("x = 1\n# comment\n", "python") == ()
    assert notebook_cells("", "python") == ()


def test_percent_script() -> None:
    cells = notebook_cells("# %%\nx = 1\n# %% [markdown]\n# hello\n# %%time\n", "python")
    assert [(cell.language, cell.first_line) for cell in cells] == [("python", 2), ("markdown", 4)]


def test_a_number_of_too_many_digits_leaves_a_notebook_as_it_is() -> None:
    raw = b'{"cells": [{"cell_type": "code", "source": "x = 1", "execution_count": %s}]}' % (b"9" * 6000)
    decoded = read_text(raw, "n.ipynb", "python")
    assert decoded.text == raw.decode()
    assert [problem.message for problem in decoded.problems] == [
        "The notebook has a number of too many digits; shown as it is."
    ]
