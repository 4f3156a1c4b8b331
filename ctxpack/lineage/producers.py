"""What the sources of a repository tell of its data: who writes what, what is declared, what is merely read.

Everything that writes a dataset is a `Producer`, whatever it is written in; what it reads is known at once, what it
computes only when somebody asks for columns, since reading SQL costs a hundred times what finding its tables does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ctxpack.datamodel.algebra import PlanTree
from ctxpack.datamodel.lineage import DatasetKind, Declaration, Evolution, ReadSite
from ctxpack.model import Unresolved


@dataclass(frozen=True, slots=True)
class Producer:
    """Something that writes a dataset: `reads` are the datasets that it does it from, `plan` says how.

    The other fields are as in `PlannedWrite`; a `view` is computed anew by whoever reads it. `plan` gives None where
    what is written cannot be told. `placed` gives the file of a line in the plan, by the words that are said of it, ""
    where several may be meant. One that is `open` gives more columns than its plan shows, which only a run can tell.
    """

    target: str
    reads: tuple[ReadSite, ...]
    plan: Callable[[], PlanTree | None]
    path: str
    line: int
    engine: str
    kind: DatasetKind = "table"
    mode: str = "overwrite"
    confidence: float = 1.0
    evidence: str = ""
    adds: bool = False
    positional: bool = False
    view: bool = False
    placed: Callable[[str, int], str] = lambda _said, _line: ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class Material:
    """What the sources of a repository tell: declarations, producers, mere reads, and what could not be told.

    `changes` are as in `Sites`.
    """

    declarations: Sequence[Declaration] = ()
    producers: Sequence[Producer] = ()
    reads: Sequence[ReadSite] = ()
    unresolved: Sequence[Unresolved] = ()
    whole_names: frozenset[str] = frozenset()
    layers: Mapping[str, str] = field(default_factory=dict)
    evolutions: Sequence[Evolution] = ()
    changes: Sequence[ReadSite] = ()
