"""Jupyter notebooks as text: their cells in order."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxpack.crawl import read_text


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


def test_an_export_that_is_text_already_stays_as_it_is() -> None:
    text = "# Databricks notebook source\n# MAGIC %md\n# MAGIC # Orders\n\n# COMMAND ----------\n\nx = 1\n"
    assert read_text(text.encode(), "n.py", "python").text == text


def test_a_number_of_too_many_digits_leaves_a_notebook_as_it_is() -> None:
    raw = b'{"cells": [{"cell_type": "code", "source": "x = 1", "execution_count": %s}]}' % (b"9" * 6000)
    decoded = read_text(raw, "n.ipynb", "python")
    assert decoded.text == raw.decode()
    assert [problem.message for problem in decoded.problems] == [
        "the notebook has a number of too many digits; shown as it is"
    ]
