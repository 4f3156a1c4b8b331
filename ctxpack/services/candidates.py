"""Collects the candidates of a pack: probable targets, what those need, and the tables and pipelines behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxpack.datacontext.packs import for_pack
from ctxpack.datamodel.strings import IN_STRING
from ctxpack.graph.reach import TABLES
from ctxpack.model import UNPARSED, Edge, FileFacts, ItemRole, Ranking, Reason, Target
from ctxpack.pack.assemble import Candidate, Sources
from ctxpack.pack.cards import TableCandidate
from ctxpack.rank import query as queries
from ctxpack.rank.chances import of_test
from ctxpack.rank.context import Need, Seed, Surroundings, needs, seeds
from ctxpack.rank.sites import sites
from ctxpack.rank.weights import Weights
from ctxpack.workspace import Workspace

if TYPE_CHECKING:
    from ctxpack.datacontext import DataContext
    from ctxpack.datamodel.lineage import Dataset, Use
    from ctxpack.lineage.answers.relevance import LikelyFile, Relevant

_NEEDS = 400
_SITES = 100
_NEXT_TO_NOTHING = 1e-6
_LEAST_DETAILED = 8
_FOR_TABLES = 0.15
_TOKENS_OF_TABLE = 150
"""Column lineage is computed for as many tables as fit: the share `_FOR_TABLES` of the budget at `_TOKENS_OF_TABLE`
each, but at least `_LEAST_DETAILED`."""

_TEST = 0.5
"""The worth of an edited test to the reader, where any other edited file has 1."""

_TESTS_ITSELF = 0.3
"""From this edit probability on, a test is a target of its own and not one edited along with something else."""

_USER = 0.3
"""The probability that a change of a table that the target names concerns a statement in a string that uses it."""

_PIPELINE = 0.4
"""The probability that a reader who needs a table also needs the code that makes it."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a pack for one target may show.

    The first candidate for a file sets its role, so their order matters: probable edits, uses that have to change with
    them, code that makes the tables, then other context (dependencies, dependents, tests).
    """

    files: tuple[Candidate, ...]
    tables: tuple[Relevant, ...]


class Collector:
    """Collects what a pack for one target may show, from one view of a repository."""

    def __init__(self, workspace: Workspace, data: DataContext, target: Target) -> None:
        self._workspace, self._data, self._target = workspace, for_pack(data, target.tables), target

    def collect(self, ranking: Ranking, weights: Weights) -> Candidates:
        """The candidates; `ranking` has the probable edits, and was made with `weights`."""
        around = Surroundings(
            self._workspace.files, self._workspace.using, self._workspace.facts_of, self._workspace.links_of
        )
        likely = seeds(ranking, around, weights)
        by_path = {one.path: one for one in ranking.files}
        edited = [self._edited(seed, by_path[seed.path].reasons) for seed in likely if self._is_readable(seed.path)]
        uses = [
            Candidate(
                site.path, "dependent", site.score, site.reasons, symbol=site.symbol, lines=site.lines, edited=True
            )
            for site in sites(self._target.task, likely, around)[:_SITES]
        ]
        wanted, by_card = self._parted(needs(likely, around))
        needed = [
            Candidate(need.path, need.role, need.score, need.reasons, symbol=need.symbol, of=need.of, lines=need.lines)
            for need in wanted[:_NEEDS]
        ]
        users = tuple(self._users())
        if not (self._data.tells_of_tables or self._target.tables):
            return Candidates((*edited, *uses, *users, *needed), ())
        tables = self._tables(likely)
        files = (*edited, *uses, *self._pipelines(tables), *users, *needed)
        return Candidates(files, self._with_cards(tables, by_card) if by_card else tables)

    def with_all_others(self, found: Candidates) -> Candidates:
        """The candidates plus every other parsed file, for the budget "max", which fills the window."""
        seen = {one.path for one in found.files}
        reason = Reason("window", _NEXT_TO_NOTHING, "there is room for it")
        others = (
            Candidate(path, "related", _NEXT_TO_NOTHING, (reason,), symbols={})
            for path in sorted(self._workspace.parsed)
            if path not in seen
        )
        return Candidates((*found.files, *others), found.tables)

    def sources(self, found: Candidates, budget: int) -> Sources:
        """The texts, facts, edges and table cards of the candidates; `budget` is that of the pack, in tokens."""
        workspace = self._workspace
        paths = sorted({one.path for one in found.files if self._is_readable(one.path)})
        facts = {path: FileFacts(workspace.files[path].language) for path in paths if path not in workspace.parsed}
        facts |= workspace.facts_of(paths)
        datasets: Sequence[Dataset] = self._data.network.map.datasets if self._data.is_there else ()
        words = dict(queries.read(self._target.task).terms)
        texts = {path: workspace.text(path) for path in paths}
        return Sources(workspace.files, facts, texts, self._edges, self._cards(found.tables, budget), datasets, words)

    def _cards(self, tables: Sequence[Relevant], budget: int) -> Sequence[TableCandidate]:
        """The schemas of the tables.

        Column lineage, which takes longest, is computed only for the likeliest, as many as the pack may have room for;
        the others have what is declared.
        """
        if not tables:
            return ()
        most = max(_LEAST_DETAILED, int(budget * _FOR_TABLES / _TOKENS_OF_TABLE))
        likeliest = sorted(tables, key=lambda one: (-one.worth, one.name))[:most]
        followed = {one.name: one for one in self._data.cards([one.name for one in likeliest])}
        declared = self._data.declared([one.name for one in tables if one.name not in followed])
        known = followed | {one.name: one for one in declared}
        return [TableCandidate(known[one.name], one.worth, one.because, one.name in followed) for one in tables]

    # --- files --------------------------------------------------------------------------------------------------------

    def _edited(self, seed: Seed, reasons: tuple[Reason, ...]) -> Candidate:
        """The candidate for a probable edit; a test's probability is raised by `of_test`, for edits along with code."""
        chance = of_test(seed.probability) * _TEST
        if not self._tests(seed.path) or chance <= seed.probability:
            return Candidate(seed.path, "target", seed.probability, reasons, symbols=seed.symbols)
        more = chance / seed.probability
        symbols = {symbol: min(chance, edited * more) for symbol, edited in seed.symbols.items()}
        role: ItemRole = "target" if seed.probability >= _TESTS_ITSELF else "test"
        return Candidate(seed.path, role, chance, reasons, symbols=symbols)

    def _is_readable(self, path: str) -> bool:
        """Whether a file may be shown: if it is not parsed, only where the target names it and it is text."""
        role = self._workspace.files[path].role
        return role not in UNPARSED or (role != "binary" and path in self._target.paths)

    def _tests(self, path: str) -> bool:
        """Whether a file contains tests, rather than data that tests use."""
        return self._workspace.files[path].role == "test" and bool(self._workspace.facts(path).definitions)

    # --- data ---------------------------------------------------------------------------------------------------------

    def _parted(self, found: Iterable[Need]) -> tuple[list[Need], list[tuple[str, float, str]]]:
        """The needs that files meet, and the tables that are needed but that only their cards tell as they are now.

        The latter, as (dataset, probability, reason), are those of definitions that later migrations made outdated.
        What such a definition refers to is of the past as well; the card names what the table refers to now.
        """
        outdated = self._data.outdated if self._data.is_there else {}
        wanted: list[Need] = []
        by_card: list[tuple[str, float, str]] = []
        for need in found:
            now = self._now(need.path, need.symbol, outdated)
            path, line = need.of
            if now is None:
                wanted.append(need)
            elif now and self._now(path, _around(self._workspace.facts(path), line), outdated) is None:
                by_card.append((now, need.score, need.reasons[0].because))
        return wanted, by_card

    def _now(self, path: str, symbol: int, outdated: Mapping[str, tuple[tuple[int, str], ...]]) -> str | None:
        """The present dataset of a definition that is outdated, "" if it is gone; None for any other definition."""
        if path not in outdated or symbol < 0:
            return None
        definition = self._workspace.facts(path).definitions[symbol]
        if definition.kind not in TABLES:
            return None
        first, last = definition.span
        return next((name for line, name in outdated[path] if first <= line <= last), None)

    def _with_cards(self, tables: Iterable[Relevant], needed: Iterable[tuple[str, float, str]]) -> tuple[Relevant, ...]:
        from ctxpack.lineage.answers.relevance import with_needed

        return with_needed(tables, needed, self._data.network)

    def _tables(self, likely: Iterable[Seed]) -> tuple[Relevant, ...]:
        from ctxpack.lineage.answers.relevance import relevant

        files = [self._likely(seed) for seed in likely]
        return relevant(self._data.network, self._target.task, list(self._named()), files)

    def _named(self) -> Iterator[str]:
        """The datasets that the target names."""
        for name in self._target.tables:
            flow = self._data.flow
            found = flow.find(name) or flow.find(name.rpartition(".")[0])
            if found:
                yield found

    def _likely(self, seed: Seed) -> LikelyFile:
        from ctxpack.lineage.answers.relevance import LikelyFile

        definitions = self._workspace.facts(seed.path).definitions
        spans = {definitions[index].span: chance for index, chance in seed.symbols.items() if index < len(definitions)}
        return LikelyFile(seed.path, seed.probability, spans)

    def _pipelines(self, tables: Iterable[Relevant]) -> Iterator[Candidate]:
        """Candidates for the code that makes the relevant tables."""
        for one in tables:
            for use in self._data.network.written.get(one.name, ()):
                if use.path in self._workspace.parsed:
                    score = one.worth * _PIPELINE * use.confidence
                    reason = Reason("lineage", score, f"makes {one.name} ({one.because})")
                    facts = self._workspace.facts(use.path)
                    whole = self._data.network.datasets[one.name].of_whole_file
                    symbol = -1 if whole else _around(facts, use.line)
                    lines = (use.line,) if symbol < 0 and not whole and facts.language == "sql" else ()
                    yield Candidate(use.path, one.side, score, (reason,), symbol=symbol, lines=lines)

    def _users(self) -> Iterator[Candidate]:
        """Candidates for the code whose strings hold SQL that reads or changes a table which the target names."""
        found: dict[tuple[str, int], dict[int, float]] = defaultdict(dict)
        for name in dict.fromkeys(self._named()):
            network = self._data.network
            for use in (*network.changed.get(name, ()), *network.read.get(name, ())):
                if use.path in self._workspace.parsed and use.evidence.startswith(IN_STRING):
                    symbol = _around(self._workspace.facts(use.path), use.line)
                    found[use.path, symbol][use.line] = use.confidence
        for (path, symbol), lines in sorted(found.items()):
            score = _USER * max(lines.values())
            reason = Reason("lineage", score, f"{IN_STRING} uses the table, at line {min(lines)}")
            yield Candidate(path, "dependent", score, (reason,), symbol=symbol, lines=tuple(sorted(lines)))

    def _edges(self, paths: Iterable[str]) -> Iterator[Edge]:
        """The edges between files, plus data flow as edges between the files that make the datasets."""
        shown = list(paths)
        yield from self._workspace.edges_from(shown)
        if not self._data.is_there:
            return
        network, among = self._data.network, set(shown)
        made_in: dict[str, list[Use]] = defaultdict(list)
        for name, uses in network.written.items():
            for use in uses:
                if use.path in among:
                    made_in[name].append(use)
        for edge in network.edges:
            for one in made_in.get(edge.target, ()):
                for other in made_in.get(edge.source, ()):
                    if one.path != other.path:
                        yield Edge(one.path, other.path, "reads", one.line, edge.evidence, edge.confidence)


def _around(facts: FileFacts, line: int) -> int:
    """The index of the innermost definition that contains a line; -1 where there is none."""
    found = -1
    for index, definition in enumerate(facts.definitions):
        if definition.span[0] <= line <= definition.span[1]:
            found = index
    return found
