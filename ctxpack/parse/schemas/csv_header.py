"""CSV files with a header: the names of their columns.

Only the first line is read, and only if it looks like a header: several distinct names, no numbers.
"""

from __future__ import annotations

import csv
import re
from io import StringIO

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas.shapes import facts

_NAME = re.compile(r"[A-Za-z_À-ÿ][\w .\-/()#%&]{0,80}")
_LONGEST = 100_000
_SEPARATORS = (",", ";", "\t", "|")


def read(text: str) -> DataFacts:
    """The columns in the first line, as a step of kind "file"; nothing if that is no header."""
    first, _, rest = text[:_LONGEST].lstrip("\ufeff").partition("\n")
    names = _names(first.rstrip("\r"))
    if not names or not rest:
        return facts("csv", ())
    columns = tuple(Column(name, line=1) for name in names)
    return facts("csv", (SchemaStep("create", "{path}", 1, columns, kind_of="file"),))


def _names(line: str) -> list[str]:
    separator = max(_SEPARATORS, key=lambda one: (line.count(one), -_SEPARATORS.index(one)))
    try:
        row = next(csv.reader(StringIO(line), delimiter=separator), [])
    except csv.Error:
        return []
    names = [cell.strip() for cell in row]
    if not names or len({name.lower() for name in names}) < len(names):
        return []
    return names if all(_NAME.fullmatch(name) for name in names) and len(names) > 1 else []
