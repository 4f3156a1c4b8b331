"""What a ranking may look at: the files, the index and the history of one view of a repository."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from ctxpack import text
from ctxpack.model import SourceFile
from ctxpack.rank.lexical import LexicalIndex, Posting, Statistics, by_file


class PastCommit(Protocol):
    """What is read of a commit."""

    @property
    def message(self) -> str:
        """Subject and body."""

    @property
    def paths(self) -> Sequence[str]:
        """The files that it touched."""


@dataclass(frozen=True)
class Corpus:
    """One view of a repository, ready to be ranked.

    `files` are those that were parsed, by path; the index knows the words of these alone. `unparsed` are the others
    (binary files, lock files, data): no word leads to them, but a target may name them.
    """

    files: Mapping[str, SourceFile]
    index: LexicalIndex
    commits: Sequence[PastCommit] = ()
    unparsed: Mapping[str, SourceFile] = field(default_factory=dict)

    def file(self, path: str) -> SourceFile:
        """A file of the view, parsed or not; raises KeyError for a path that is none."""
        return self.files[path] if path in self.files else self.unparsed[path]

    @cached_property
    def statistics(self) -> Statistics:
        """Sizes of the index."""
        return self.index.statistics()

    @cached_property
    def _postings(self) -> dict[str, list[Posting]]:
        return {}

    def postings(self, term: str) -> list[Posting]:
        """Where a term stands; asked of the index once."""
        found = self._postings.get(term)
        if found is None:
            found = self._postings[term] = self.index.postings(term)
        return found

    @cached_property
    def _frequencies(self) -> dict[str, dict[str, tuple[int, int, int]]]:
        return {}

    def frequencies(self, term: str) -> Mapping[str, tuple[int, int, int]]:
        """How often a term stands in the fields of each file; counted once."""
        found = self._frequencies.get(term)
        if found is None:
            found = self._frequencies[term] = by_file(self.postings(term))
        return found

    @cached_property
    def _naming(self) -> dict[str, int]:
        return {}

    def naming(self, term: str) -> int:
        """In how many files something is named with a term; counted once."""
        found = self._naming.get(term)
        if found is None:
            found = self._naming[term] = sum(counts[0] > 0 for counts in self.frequencies(term).values())
        return found

    @cached_property
    def path_tokens(self) -> dict[str, frozenset[str]]:
        """The words of every path."""
        return {path: frozenset(text.tokens(path.replace("/", " "))) for path in self.files}

    @cached_property
    def stem_tokens(self) -> dict[str, frozenset[str]]:
        """The words of every file's name up to its first point, without compounds whole."""
        return {path: frozenset(token for token in text.tokens(stem(path)) if "_" not in token) for path in self.files}


def stem(path: str) -> str:
    """The name of a file up to its first point, a leading one apart."""
    return path.rpartition("/")[2].lstrip(".").partition(".")[0]
