"""The input of a ranking besides the task: files, word index and commit history of one view of a repository."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Protocol

from ctxpack import text
from ctxpack.model import SourceFile
from ctxpack.rank.lexical import LexicalIndex, Posting, Statistics, by_file

_OWN = frozenset({"source", "schema"})
"""The roles of files that a project's own people write to make something."""


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
            named = self._relations_by_token.get(term, ())
            found = self._postings[term] = _with_names(self.index.postings(term), named)
        return found

    def adjacent(self, left: str, right: str) -> list[tuple[str, int]]:
        """The definitions, by (path, symbol), in whose names or prose one token directly precedes another."""
        found = [place for place in self.index.adjacent(left, right) if place[1] >= 0]
        return [*found, *((path, -1) for path in self._relations_by_pair.get((left, right), ()))]

    # A file of SQL is a definition without a head: where it is a model of dbt, as most are, the relation that it makes
    # is called as the file. So its name counts among its names, and the file as one more definition (symbol -1).

    @cached_property
    def relations(self) -> Mapping[str, Sequence[str]]:
        """The SQL files by their names, in lower case."""
        found: dict[str, list[str]] = defaultdict(list)
        for path, file in self.files.items():
            if file.language == "sql" and file.role in _OWN:
                found[stem(path).lower()].append(path)
        return found

    def is_definition(self, path: str, symbol: int) -> bool:
        """Whether what the index has as `symbol` of a file is a definition; -1 is the rest of a file."""
        return symbol >= 0 or path in self.relations.get(stem(path).lower(), ())

    def qualname(self, path: str, symbol: int) -> str:
        """The qualified name of such a definition."""
        return self.index.qualname(path, symbol) if symbol >= 0 else stem(path)

    @cached_property
    def _relations_by_token(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for name, paths in self.relations.items():
            for token in dict.fromkeys(text.tokens(name)):
                found[token].extend(paths)
        return dict(found)

    @cached_property
    def _relations_by_pair(self) -> Mapping[tuple[str, str], Sequence[str]]:
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for name, paths in self.relations.items():
            for pair in dict.fromkeys(pairwise(token for token in text.tokens(name) if "_" not in token)):
                found[pair].extend(paths)
        return dict(found)

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


def _with_names(postings: list[Posting], paths: Sequence[str]) -> list[Posting]:
    """Postings of a term, with one more in the field `names` of the rest of each of some files."""
    if not paths:
        return postings
    missing = dict.fromkeys(paths)
    found = []
    for one in postings:
        if one.symbol < 0 and one.path in missing:
            del missing[one.path]
            names, docs, body = one.counts
            found.append(replace(one, counts=(names + 1, docs, body)))
        else:
            found.append(one)
    return [*found, *(Posting(path, -1, (1, 0, 0)) for path in missing)]


def stem(path: str) -> str:
    """The name of a file up to its first dot, a leading dot dropped: "env" for "conf/.env.local"."""
    return path.rpartition("/")[2].lstrip(".").partition(".")[0]
