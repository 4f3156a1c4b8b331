"""What an orchestrator is told beside maps: who could be worked on, and what each specialist's pack holds and costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ctxpack.model import Pack, Ranked, Ranking
from ctxpack.pack.assemble import Listed
from ctxpack.views import VIEWS

CANDIDATES, SPECIALISTS = "(candidates)", "(packs to ask for)"
"""The names of the documents."""

_REASONS = 2
_MOST = 400
_FIRST = 3
_WORDS = (("full", "in full"), ("focused", "in part"), ("outline", "in outline"), ("mention", "by name"))


def lists(ranking: Ranking, packs: Sequence[Pack]) -> tuple[Listed, ...]:
    """The ranked candidates with their reasons, and what the packs of the specialists would cost."""
    return (
        Listed(CANDIDATES, list(_candidates(ranking)), "files and symbols that will probably be edited, best first"),
        Listed(SPECIALISTS, list(_specialists(packs)), "what each view would show, and its tokens"),
    )


def _candidates(ranking: Ranking) -> Iterator[str]:
    """Files by rank, each followed by the symbols of it that rank."""
    inside: dict[str, list[Ranked]] = {}
    for one in ranking.symbols:
        inside.setdefault(one.path, []).append(one)
    for file in ranking.files[:_MOST]:
        yield f"{file.path} {file.score:.2f} ({_because(file)})"
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
