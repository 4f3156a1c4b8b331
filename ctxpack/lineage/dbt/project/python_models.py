"""Reads the references and settings of Python models from their syntax tree, without running them."""

from __future__ import annotations

import ast
import warnings
from typing import Any

from ctxpack.datamodel.dbt import Rendered
from ctxpack.lineage.dbt.templates.relations import Recorder

_LARGEST = 1_000_000


def read(text: str) -> Rendered:
    """The `dbt.ref(...)`, `dbt.source(...)` and `dbt.config(...)` calls of a Python model."""
    if len(text) > _LARGEST:
        return Rendered(why_not=f"{len(text):,} characters are too many for a model")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Rendered(why_not=f"is no Python that can be read ({type(error).__name__})")
    recorder = Recorder()
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        _take(call, recorder)
    lost = tuple(recorder.lost)
    return Rendered(named=tuple(recorder.named), config=recorder.configuration(), lost=lost)


def _take(call: ast.Call, recorder: Recorder) -> None:
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if not isinstance(owner, ast.Name) or owner.id != "dbt" or not isinstance(call.func, ast.Attribute):
        return
    args = tuple(_constant(arg) for arg in call.args)
    settings = {word.arg: _constant(word.value) for word in call.keywords if word.arg}
    if call.func.attr == "ref":
        recorder.ref(args, settings, call.lineno, "ref")
    elif call.func.attr == "source":
        recorder.source(args, call.lineno, "ref")
    elif call.func.attr == "config":
        recorder.config.update({key: value for key, value in settings.items() if value is not None})


def _constant(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
