"""The lists in an orchestrator's pack: the ranked candidates, and what each specialist's pack would hold and cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ctxpack.model import Pack, Ranked, Ranking
from ctxpack.pack.assemble import Listed
from ctxpack.paths import on_one_line
from ctxpack.views import VIEWS

CANDIDATES, SPECIALISTS = "(candidates)", "(packs to ask for)"
"""The names of the documents, used in place of a path."""

_REASONS = 2
_MOST = 400
_FIRST = 3
_WORDS = (("full", "in full"), ("focused", "in part"), ("outline", "in outline"), ("mention", "by name"))


def lists(ranking: Ranking, packs: Sequence[Pack]) -> tuple[Listed, ...]:
    """Two lists: the ranked candidates with their reasons, and the contents and tokens of the specialists' packs."""
    return (
        Listed(CANDIDATES, list(_candidates(ranking)), "files and symbols that will probably be edited, best first"),
        Listed(SPECIALISTS, list(_specialists(packs)), "what each view would show, and its tokens"),
    )


def _candidates(ranking: Ranking) -> Iterator[str]:
    """One line for each ranked file, followed by lines for its first ranked symbols."""
    inside: dict[str, list[Ranked]] = {}
    for one in ranking.symbols:
        inside.setdefault(one.path, []).append(one)
    for file in ranking.files[:_MOST]:
        yield f"{on_one_line(file.path)} {file.score:.2f} ({_because(file)})"
        for symbol in inside.get(file.path, ())[:_FIRST]:
            yield f"- {symbol.symbol} line {symbol.line} {symbol.score:.2f}"


def _because(one: Ranked) -> str:
    best = sorted(one.reasons, key=lambda reason: -abs(reason.score))[:_REASONS]
    return "; ".join(" ".join((reason.because or reason.signal).split()) for reason in best)


def _specialists(packs: Iterable[Pack]) -> Iterator[str]:
    for pack in packs:
        items = [item for zone in pack.zones for item in zone.items if item.role != "map"]
        levels = Counter[str](item.level for item in items if item.is_of_file)
        tables = sum(reason.signal == "table" for item in items for reason in item.reasons)
        holds = [f"{levels[level]:,} files {words}" for level, words in _WORDS if levels[level]]
        holds += [f"{tables:,} tables"] if tables else []
        yield (
            f"{pack.view} for {pack.model.name}: {pack.tokens:,} tokens; {', '.join(holds) or 'nothing'} "
            f"[{VIEWS[pack.view].title}; --view {pack.view}]"
        )
