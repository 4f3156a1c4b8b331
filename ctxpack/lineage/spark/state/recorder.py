"""Records what the interpreter finds: reads, writes, declarations, and unresolved names, without duplicates."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ctxpack.datamodel.lineage import Declaration, Definition, Evolution, PlannedWrite, ReadSite, Sites
from ctxpack.model import Unresolved

_TEST = re.compile(r"(?:^|/)(?:tests?|testing)/|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest)\.py$")
_MOST_PLANS = 8


def is_test(path: str) -> bool:
    """Whether a file is a test by its path; writes in tests produce no datasets."""
    return _TEST.search(path) is not None


def _is_shared(target: str) -> bool:
    return target.startswith("global_temp.")


@dataclass(slots=True)
class Recorder:
    """Collects sites; a site found again in another call of its function is kept if its plan differs."""

    _writes: dict[tuple[str, str, int, str], list[PlannedWrite]] = field(default_factory=dict)
    _reads: dict[tuple[str, str, int], ReadSite] = field(default_factory=dict)
    _unresolved: dict[tuple[str, int, str], Unresolved] = field(default_factory=dict)
    _evolutions: dict[Evolution, None] = field(default_factory=dict)
    _definitions: dict[Definition, None] = field(default_factory=dict)
    _declared: dict[Declaration, None] = field(default_factory=dict)
    _inlined: set[str] = field(default_factory=set)
    count: int = 0
    _found: set[tuple[str, int]] = field(default_factory=set)

    def write(self, one: PlannedWrite) -> None:
        """Record a write."""
        if is_test(one.path):
            return
        self.count += 1
        self._found.add((one.path, one.line))
        known = self._writes.setdefault((one.target, one.path, one.line, one.mode), [])
        for place, other in enumerate(known):
            if other.plan == one.plan:
                if one.confidence > other.confidence:
                    known[place] = one
                return
        if len(known) < _MOST_PLANS:
            known.append(one)

    def read(self, one: ReadSite) -> None:
        """Record a read."""
        self.count += 1
        self._found.add((one.path, one.line))
        key = (one.dataset, one.path, one.line)
        known = self._reads.get(key)
        if known is None or known.confidence < one.confidence:
            self._reads[key] = one

    def miss(self, one: Unresolved) -> None:
        """Record an unresolved name."""
        self._unresolved.setdefault((one.path, one.line, one.expression), one)

    def evolve(self, one: Evolution) -> None:
        """Record schema evolution of a dataset."""
        if not is_test(one.path):
            self._evolutions.setdefault(one)

    def define(self, one: Definition) -> None:
        """Record a DDL statement."""
        if not is_test(one.path):
            self._definitions.setdefault(one)

    def declare(self, one: Declaration) -> None:
        """Record a table declared through a builder API."""
        if not is_test(one.path):
            self._declared.setdefault(one)

    def inline(self, view: str) -> None:
        """Note that the plan of a view was substituted into a reader of it."""
        self._inlined.add(view)

    def sites(self) -> Sites:
        """All that was recorded, by path and line; unresolved names are dropped where a site was found after all.

        Views that were substituted into a reader, and global temporary ones, are datasets only if something else reads
        them.
        """
        read = {one.dataset for one in self._reads.values()}
        writes = [
            one
            for them in self._writes.values()
            for one in them
            if one.kind != "view"
            or one.target in read
            or (one.target not in self._inlined and not _is_shared(one.target))
        ]
        missed = [one for one in self._unresolved.values() if (one.path, one.line) not in self._found]
        return Sites(
            tuple(sorted(writes, key=lambda one: (one.path, one.line, one.target, one.evidence))),
            tuple(sorted(self._reads.values(), key=lambda one: (one.path, one.line, one.dataset))),
            tuple(sorted(missed, key=lambda one: (one.path, one.line, one.expression))),
            tuple(sorted(self._evolutions, key=lambda one: (one.dataset, one.path, one.line, one.option))),
            tuple(sorted(self._definitions, key=lambda one: (one.path, one.line, one.text, one.literal))),
            tuple(sorted(self._declared, key=lambda one: (one.path, one.line, one.name, len(one.columns)))),
        )
