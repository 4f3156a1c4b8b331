"""The input of the data flow: producers of datasets, declarations, and plain reads.

Whatever writes a dataset is a `Producer`, in any language. Its reads are known from the start. Its plan is built only
when columns are asked for, since parsing SQL costs a hundred times as much as finding its tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ctxpack.datamodel.algebra import PlanTree
from ctxpack.datamodel.causes import NullCause
from ctxpack.datamodel.lineage import DatasetKind, Declaration, Evolution, ReadSite
from ctxpack.model import Unresolved

_SPARK = "spark"
_WHOLE = frozenset({"overwrite", "create", "stream"})
"""Write modes of statements and models after which a table has no rows but theirs."""


@dataclass(frozen=True, slots=True)
class Producer:
    """A statement or model that writes the dataset `target` from the datasets in `reads`.

    `plan` builds its plan; None where that is unknown. `view` marks a target that is computed again on every read.
    `placed` gives the file that the line of a reason is in, "" if ambiguous. `open` marks a producer that writes more
    columns than its plan shows, known only at run time. The other fields are as in `PlannedWrite`.
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
    placed: Callable[[NullCause], str] = lambda _cause: ""
    open: bool = False

    @property
    def whole(self) -> bool:
        """Whether it loads the target: makes it anew, or adds to it or merges into it whole rows that it computes.

        Rows that are appended count in Spark alone, where jobs load tables; a database has others who insert rows.
        """
        if self.mode == "append":
            return self.engine == _SPARK and not self.adds and bool(self.reads)
        return self.mode in _WHOLE or (self.mode == "merge" and not self.adds)

    @property
    def constant(self) -> bool:
        """Whether it writes rows of constants, or only some columns: seed rows, corrections, what a test sets up."""
        return not self.whole and (self.adds or not self.reads)


@dataclass(frozen=True, slots=True)
class Material:
    """The facts that a data flow is built from: declarations, producers, plain reads, and unresolved names.

    `whole_names` are dataset names that are never abbreviations of others (dbt models); `layers` gives, by dataset, the
    text of a setting that may name its layer; `evolutions` are options that let schemas evolve; `changes` are as in
    `Sites`.
    """

    declarations: Sequence[Declaration] = ()
    producers: Sequence[Producer] = ()
    reads: Sequence[ReadSite] = ()
    unresolved: Sequence[Unresolved] = ()
    whole_names: frozenset[str] = frozenset()
    layers: Mapping[str, str] = field(default_factory=dict)
    evolutions: Sequence[Evolution] = ()
    changes: Sequence[ReadSite] = ()
