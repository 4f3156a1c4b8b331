"""Runs stated by calls in Python programs: workflow operators, cluster clients, notebooks.

The interpreter records such calls with their arguments (`datamodel.jobs.Started`); here these become trees, in which
runs are found as in any other configuration.
"""

from __future__ import annotations

import msgspec

from ctxpack.datamodel.jobs import Keyed, Listed, Run, Said, Started, Stated
from ctxpack.parse.jobs import trees
from ctxpack.parse.schemas.documents import Fields, Listing, Scalar, Value

_NOTEBOOK = "notebook.run"


def runs_of(started: Started) -> list[Run]:
    """The runs that a recorded call launches."""
    if started.name.endswith(_NOTEBOOK):
        root: Value = _notebook(started)
    elif started.keywords.items:
        root = _value(started.keywords, started)
    else:
        root = _value(started.args, started)
    found = trees.runs_in(root, started.name.rpartition(".")[2])
    return [msgspec.structs.replace(one, path=started.path) for one in found]


def _notebook(started: Started) -> Fields:
    """`dbutils.notebook.run(path, timeout, arguments)`."""
    given = dict(enumerate(started.args.items))
    named = dict(started.keywords.items)
    path, arguments = given.get(0, named.get("path")), given.get(2, named.get("arguments"))
    parts = [(key, one) for key, one in (("notebook_path", path), ("base_parameters", arguments)) if one is not None]
    return _fields(Keyed(tuple(parts)), started)


def _value(stated: Stated, started: Started) -> Value:
    if isinstance(stated, Keyed):
        return _fields(stated, started)
    if isinstance(stated, Listed):
        return Listing([_value(one, started) for one in stated.items], started.line)
    return Scalar(stated.value, "text", _line(stated, started))


def _fields(stated: Keyed, started: Started) -> Fields:
    made = Fields(started.line)
    for key, one in stated.items:
        made.entries[key] = _value(one, started)
        made.lines[key] = _line(one, started) if isinstance(one, Said) else started.line
    return made


def _line(said: Said, started: Started) -> int:
    """The line of a text; for one from another file, the line of the call."""
    return said.line if said.line and said.path == started.path else started.line
