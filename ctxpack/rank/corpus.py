"""The input of a ranking besides the task: files, word index and commit history of one view of a repository."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from ctxpack import text
from ctxpack.model import SourceFile
from ctxpack.rank.lexical import LexicalIndex, Posting, Statistics, by_file


class PastCommit(Protocol):
    """The part of a commit that ranking reads."""

    @property
    def message(self) -> str:
        """Subject and body."""

    @property
    def paths(self) -> Sequence[str]:
        """The files that it touched."""


@dataclass(frozen=True)
class Corpus:
    """One view of a repository, ready to be ranked.

    `files` are the parsed ones by path, and the index covers just these. `unparsed` are the others (binary files, lock
    files, data): no word of a task finds them, but a target may name them.
    """

    files: Mapping[str, SourceFile]
    index: LexicalIndex
    commits: Sequence[PastCommit] = ()
    unparsed: Mapping[str, SourceFile] = field(default_factory=dict)

    def file(self, path: str) -> SourceFile:
        """A file of the view, parsed or not; raises KeyError for an unknown path."""
        return self.files[path] if path in self.files else self.unparsed[path]

    @cached_property
    def statistics(self) -> Statistics:
        """The sizes of the index that BM25 needs."""
        return self.index.statistics()

    @cached_property
    def _postings(self) -> dict[str, list[Posting]]:
        return {}

    def postings(self, term: str) -> list[Posting]:
        """The postings of a term; cached."""
        found = self._postings.get(term)
        if found is None:
            found = self._postings[term] = self.index.postings(term)
        return found

    @cached_property
    def _frequencies(self) -> dict[str, dict[str, tuple[int, int, int]]]:
        return {}

    def frequencies(self, term: str) -> Mapping[str, tuple[int, int, int]]:
        """A term's frequency in the three fields of each file, by path; cached."""
        found = self._frequencies.get(term)
        if found is None:
            found = self._frequencies[term] = by_file(self.postings(term))
        return found

    @cached_property
    def _naming(self) -> dict[str, int]:
        return {}

    def naming(self, term: str) -> int:
        """The number of files with the term in their field `names`; cached."""
        found = self._naming.get(term)
        if found is None:
            found = self._naming[term] = sum(counts[0] > 0 for counts in self.frequencies(term).values())
        return found

    @cached_property
    def path_tokens(self) -> dict[str, frozenset[str]]:
        """The tokens of every path."""
        return {path: frozenset(text.tokens(path.replace("/", " "))) for path in self.files}

    @cached_property
    def stem_tokens(self) -> dict[str, frozenset[str]]:
        """The tokens of every file's name up to its first dot; of a compound name only the parts."""
        return {path: frozenset(token for token in text.tokens(stem(path)) if "_" not in token) for path in self.files}


def stem(path: str) -> str:
    """The name of a file up to its first dot, a leading dot dropped: "env" for "conf/.env.local"."""
    return path.rpartition("/")[2].lstrip(".").partition(".")[0]
