"""The parser of the format "pipeline": a Python file as a `Program`.

It keeps what can decide the name of a dataset or the content of a DataFrame, and nothing else: no positions but lines,
no documentation, no types but those of parameters and fields.
"""

from __future__ import annotations

import sys

from ctxpack.datamodel.program import Program
from ctxpack.datamodel.schema import DataFacts
from ctxpack.model import Problem
from ctxpack.parse.languages import by_name
from ctxpack.parse.schemas.table import PIPELINE
from ctxpack.parse.source import Source
from ctxpack.parse.spark.magics import without_magics
from ctxpack.parse.spark.statements import Statements
from ctxpack.parse.treesitter import parse

_LARGEST = 1_500_000
_DEEPEST = 2_500


def read(text: str) -> DataFacts:
    """The program of a Python module, script, or notebook in its Python form; never raises."""
    if len(text) > _LARGEST:
        return DataFacts("pipeline", problems=(Problem("", f"{len(text):,} characters are too many for a program"),))
    code, cells = without_magics(text)
    source = Source(code)
    tree = parse(source.data, by_name("python"))
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(max(limit, _DEEPEST))
        statements = Statements(source, cells).read(tree.root_node)
    except RecursionError:
        return DataFacts("pipeline", problems=(Problem("", "nested too deeply to be read as a program"),))
    finally:
        sys.setrecursionlimit(limit)
    return DataFacts("pipeline", program=Program(statements, PIPELINE.search(text) is not None))
