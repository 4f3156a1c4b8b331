"""The inputs of assembling: what a pack is for, the fixed parts of its prompt, and the material that may be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ctxpack.datamodel.lineage import Dataset
from ctxpack.model import Budget, Edge, FileFacts, Item, ItemRole, ModelProfile, SourceFile, Target
from ctxpack.pack.cards import TableCandidate
from ctxpack.pack.order import ZONES
from ctxpack.views import CODER, View


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that a pack may show as one document: its name, its lines, best first, and a description (`because`).

    A list with the role "map" must not depend on the task.
    """

    name: str
    lines: Sequence[str]
    because: str
    role: ItemRole = "related"


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a pack is for, and from which view.

    `state` is a digest of the repository's content, for the fingerprint. The view sets the shares of the budget, one of
    which each of the `lists` may use; `held` tokens are left unused.
    """

    target: Target
    model: ModelProfile
    budget: Budget
    format: str
    state: str
    view: View = CODER
    lists: Sequence[Listed] = ()
    held: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """The rendering of one prompt as `assemble` needs it: its fixed texts, and functions that render and count parts.

    `overhead` is in tokens; `count` gives the tokens of each text.
    """

    item: Callable[[Item], str]
    preamble: str
    task: str
    zone_open: Callable[[str], str]
    zone_close: Callable[[str], str]
    overhead: int
    count: Callable[[Sequence[str]], list[int]]

    def fixed(self) -> int:
        """The tokens of everything except the items, with every zone counted as if it were used."""
        texts = [self.preamble, self.task]
        texts += [piece for name, _ in ZONES for piece in (self.zone_open(name), self.zone_close(name))]
        return sum(self.count([text for text in texts if text])) + self.overhead


@dataclass(frozen=True, slots=True)
class Sources:
    """The material of a pack: files with facts and texts by path, and `tables`, upstream first.

    `edges` gives the edges that start at some files. `datasets` are all of the repository, for the catalogue. `words`
    are the tokens of the task with their weights.
    """

    files: Mapping[str, SourceFile]
    facts: Mapping[str, FileFacts]
    texts: Mapping[str, str]
    edges: Callable[[Iterable[str]], Iterable[Edge]]
    tables: Sequence[TableCandidate] = ()
    datasets: Sequence[Dataset] = ()
    words: Mapping[str, float] = field(default_factory=dict)
