"""Ranking signals from the commit history: files that past commits with similar messages touched.

Commit messages link people's words to files, even where the code uses other words. There are four signals: the commits
whose message is most similar to the task; the messages of all commits that touched a file, read as one more field of
that file; the same for its folder; and how much a file was changed recently. Recent commits count more, and a commit
that touched many files counts less for each.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ctxpack import text
from ctxpack.rank.corpus import Corpus, PastCommit
from ctxpack.rank.evidence import Evidence, Scores, named
from ctxpack.rank.lexical import idf
from ctxpack.rank.query import STOP_WORDS, TASK_WORDS, Query

_SIMILAR_COMMITS = 40
_MOST_FILES = 25
"""A commit that touches more files is a sweep through the repository, and says nothing about any one of them."""

_HALVED_SIMILAR = 300
_HALVED = 400
"""The age, in commits, at which a commit counts half."""

_OF_EVERY_TASK = frozenset(token for word in sorted(TASK_WORDS) for token in text.expand(word))
"""Words that occur in messages for every kind of change ("add", "fix"), and so tell nothing about files."""

_K1 = 0.5
_B = 0.6


@dataclass(frozen=True)
class CommitSignals:
    """The commits of a corpus, read once for one query."""

    query: Query
    corpus: Corpus

    @cached_property
    def _wanted(self) -> dict[str, float]:
        return {token: weight for token, weight in self.query.terms if token not in _OF_EVERY_TASK}

    @cached_property
    def _messages(self) -> list[frozenset[str]]:
        return [frozenset(text.tokens(commit.message)) - STOP_WORDS for commit in self.corpus.commits]

    @cached_property
    def _rarity(self) -> dict[str, float]:
        """The weight of each task word that occurs in a message: its query weight times its IDF over messages."""
        holding: Counter[str] = Counter(token for tokens in self._messages for token in tokens if token in self._wanted)
        total = len(self._messages)
        return {token: self._wanted[token] * idf(total, holding[token]) for token in sorted(holding)}

    def similar(self) -> Scores:
        """Files touched by the commits with the most similar messages; the weight is the square of the similarity."""
        rarity, found = self._rarity, []
        for place, tokens in enumerate(self._messages):
            worth = sum(rarity[token] for token in sorted(filter(rarity.__contains__, tokens)))
            if worth and self.corpus.commits[place].paths:
                found.append((-worth / math.sqrt(4 + len(tokens)), place))
        sums: dict[str, float] = defaultdict(float)
        reason: dict[str, str] = {}
        for negative, place in sorted(found)[:_SIMILAR_COMMITS]:
            commit = self.corpus.commits[place]
            worth = negative * negative / math.sqrt(len(commit.paths)) / (1 + place / _HALVED_SIMILAR)
            for path in self._present(commit):
                sums[path] += worth
                reason.setdefault(path, commit.message.partition("\n")[0][:60])
        return {path: Evidence(score, f'touched by "{reason[path]}"') for path, score in sums.items()}

    def messages(self) -> Scores:
        """Files by the task words in the messages of all commits that touched them."""
        found = self._as_field((place, self._present(commit)) for place, commit in self._telling)
        return {path: Evidence(score, "commits on it speak of " + why) for path, (score, why) in found.items()}

    def folders(self, paths: Iterable[str]) -> Scores:
        """The files `paths` by the task words in the messages of all commits that touched something in their folder."""
        found = self._as_field((place, _folders(commit.paths)) for place, commit in self._telling)
        return {
            path: Evidence(found[folder][0], "commits on its folder speak of " + found[folder][1])
            for path in paths
            if (folder := path.rpartition("/")[0]) in found
        }

    def recent(self) -> Scores:
        """Recently touched files; a commit counts less the older it is (in commits) and the more files it touched."""
        sums: dict[str, float] = defaultdict(float)
        latest: dict[str, int] = {}
        for place, commit in self._telling:
            for path in self._present(commit):
                sums[path] += 1 / (math.sqrt(len(commit.paths)) * (1 + place))
                latest.setdefault(path, place)
        return {path: Evidence(math.sqrt(score), _ago(latest[path])) for path, score in sums.items()}

    @cached_property
    def _telling(self) -> Sequence[tuple[int, PastCommit]]:
        return [
            (place, commit) for place, commit in enumerate(self.corpus.commits) if 0 < len(commit.paths) <= _MOST_FILES
        ]

    def _present(self, commit: PastCommit) -> list[str]:
        return [path for path in commit.paths if path in self.corpus.files]

    def _as_field(self, touched: Iterable[tuple[int, Sequence[str]]]) -> Mapping[str, tuple[float, str]]:
        """BM25 of the task's words over the messages of all commits that touched a file (or folder).

        `touched` gives pairs of a commit's index and what it touched. The result maps each file or folder to its score
        and the matching words.
        """
        lengths: dict[str, float] = defaultdict(float)
        counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        rarity = self._rarity
        for place, things in touched:
            share = 1 / (1 + place / _HALVED) / math.sqrt(len(self.corpus.commits[place].paths))
            matching = sorted(filter(rarity.__contains__, self._messages[place]))
            for thing in things:
                lengths[thing] += share
                for token in matching:
                    counts[thing][token] += share
        mean = sum(lengths.values()) / max(1, len(lengths)) or 1.0
        found = {}
        for thing, frequencies in counts.items():
            norm = _K1 * (1 - _B + _B * lengths[thing] / mean)
            parts = [(-rarity[token] * count / (count + norm), token) for token, count in frequencies.items()]
            found[thing] = (-sum(worth for worth, _ in parts), named(parts, self.query.written))
        return found


def _folders(paths: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(path.rpartition("/")[0] for path in paths))


def _ago(place: int) -> str:
    return f"last touched {place} commits before the last" if place else "touched by the last commit"
