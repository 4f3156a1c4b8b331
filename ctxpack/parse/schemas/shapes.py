"""Notation of nested types, and limits on the size of results, for all schema parsers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.model import Problem

DEEPEST_TYPE = 6
"""The nesting depth to which types are written out; deeper structs become `struct<...>`."""

_LONGEST_TYPE = 2_000
_MOST_COLUMNS = 5_000
_MOST_STEPS = 5_000
_LONGEST_DOC = 400


_STEEP = re.compile(r"(?:[\w.]+\s*<\s*){64}")


def parsable(text: str) -> bytes:
    """The bytes of a text for a grammar with types in angle brackets; none if dozens of these open in a row.

    The parser tries each `<` both as a bracket and as a comparison, which takes minutes on a text built for that.
    """
    return b"" if _STEEP.search(text) else text.encode("utf-8", "surrogatepass")


def struct(fields: Iterable[tuple[str, str]]) -> str:
    """The type of a struct with these (name, type) fields."""
    return limited(f"struct<{', '.join(f'{name}: {kind}' if kind else name for name, kind in fields)}>")


def limited(kind: str) -> str:
    """A type, cut at a maximum length."""
    return kind if len(kind) <= _LONGEST_TYPE else kind[: _LONGEST_TYPE - 3] + "..."


def summary(doc: str) -> str:
    """A doc comment as one line of limited length."""
    line = " ".join(doc.split())
    return line if len(line) <= _LONGEST_DOC else line[: _LONGEST_DOC - 3].rstrip() + "..."


def facts(name: str, steps: Iterable[SchemaStep], problems: Sequence[Problem] = ()) -> DataFacts:
    """The facts of a file of the format `name`, with steps in order of line and limited in number."""
    told = list(problems)
    kept: list[SchemaStep] = []
    for step in steps:
        if len(kept) == _MOST_STEPS:
            told.append(Problem("", f"more than {_MOST_STEPS:,} schemas: the rest is left out", step.line))
            break
        kept.append(step)
        if len(step.columns) > _MOST_COLUMNS:
            count = f"{len(step.columns):,} columns"
            told.append(Problem("", f"{step.table} has {count}: only {_MOST_COLUMNS:,} are kept", step.line))
            kept[-1] = msgspec.structs.replace(step, columns=step.columns[:_MOST_COLUMNS])
    return DataFacts(name, tuple(sorted(kept, key=lambda step: step.line)), problems=tuple(told))
