"""What surrounds the items of a prompt, and what may be shown in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ctxpack.datamodel.lineage import Dataset
from ctxpack.model import Edge, FileFacts, Item, SourceFile
from ctxpack.pack.cards import TableCandidate
from ctxpack.pack.order import ZONES


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds the items of one prompt, and how its parts are made and counted."""

    item: Callable[[Item], str]
    preamble: str
    task: str
    zone_open: Callable[[str], str]
    zone_close: Callable[[str], str]
    overhead: int
    count: Callable[[Sequence[str]], list[int]]

    def fixed(self) -> int:
        """Tokens of everything but the items, as if every zone were used."""
        texts = [self.preamble, self.task]
        texts += [piece for name, _ in ZONES for piece in (self.zone_open(name), self.zone_close(name))]
        return sum(self.count([text for text in texts if text])) + self.overhead


@dataclass(frozen=True, slots=True)
class Sources:
    """What may be shown: files, `edges` giving those that begin at some of them, and `tables`, upstream first.

    `datasets` are all of the repository, for the catalogue. `words` are the tokens of the task by weight.
    """

    files: Mapping[str, SourceFile]
    facts: Mapping[str, FileFacts]
    texts: Mapping[str, str]
    edges: Callable[[Iterable[str]], Iterable[Edge]]
    tables: Sequence[TableCandidate] = ()
    datasets: Sequence[Dataset] = ()
    words: Mapping[str, float] = field(default_factory=dict)
