"""Packs: the context for a target within a budget, and their text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from ctxpack import formats, views
from ctxpack.api import ranking
from ctxpack.api.state import State
from ctxpack.api.targeting import present
from ctxpack.formats import Renderer
from ctxpack.model import Budget, ModelProfile, Pack, Ranking, Rendered, Target
from ctxpack.pack import cards
from ctxpack.pack.assemble import Frame, Listed, Purpose, Sources, assemble
from ctxpack.pack.tokens import Counter, parse_budget
from ctxpack.rank.confidence import confidence, shown_of
from ctxpack.rank.rerank import Reranker
from ctxpack.safety import fences, sanitise
from ctxpack.services import briefing, outline
from ctxpack.services.candidates import Candidates, Collector
from ctxpack.text import well_formed
from ctxpack.views import View

_TASK_STEP = 256


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a caller says about a pack, as `Index.pack` has it; None for what the settings say."""

    model: str | None = None
    budget: str | int | None = None
    format: str | None = None
    view: str | None = None
    cache_prefix: float | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class _Request:
    """A target and the resolved wishes; `about`, unless "", replaces the task for ranking and selection."""

    target: Target
    about: str
    model: ModelProfile
    counter: Counter
    budget: Budget
    format: str
    view: View
    reranker: Reranker | None = None

    @property
    def subject(self) -> Target:
        """The target for ranking and selection."""
        return msgspec.structs.replace(self.target, task=self.about) if self.about else self.target


def pack(
    state: State,
    target: Target,
    wishes: Wishes,
    specialists: Sequence[Pack] | None = None,
    reranker: Reranker | None = None,
) -> Pack:
    """The answer to `Index.pack`."""
    asked = _request(state, target, wishes, reranker)
    found = ranking.rank(state, asked.subject, reranker)
    lists = _lists(state, asked, found, specialists)
    collector = Collector(state.workspace, state.data, asked.subject)
    candidates = collector.collect(found, state.weights)
    if asked.budget.until == "window":
        candidates = collector.with_all_others(candidates)
    sources = collector.sources(candidates, int(asked.budget.total * asked.view.tables_most / views.CODER.tables_most))
    _note_unsafe(state, sources, formats.control(asked.format, asked.model))
    made = _assembled(state, asked, candidates, sources, lists)
    state.workspace.let_go()
    guessed = asked.view.bodies and asked.view.files
    sure = confidence(found, asked.subject, shown_of(made)) if guessed else None
    return msgspec.structs.replace(made, problems=state.problems, confidence=sure)


def render(pack: Pack) -> Rendered:
    """The text of a pack in the pack's own format, with the byte offsets where a prefix cache may end."""
    return formats.renderer(pack.format, pack.model, fences.Fence(*pack.fence)).render(pack)


def _request(state: State, target: Target, wishes: Wishes, reranker: Reranker | None) -> _Request:
    """The resolved wishes, with settings for those not given."""
    config = state.config
    target = present(state, target)
    profile = state.profile(wishes.model)
    counter = state.counter(profile)
    share = config.cache_prefix if wishes.cache_prefix is None else wishes.cache_prefix
    view = views.with_prefix(views.find(wishes.view or config.view), share)
    budget = str(config.budget if wishes.budget is None else wishes.budget)
    limit = _limited(parse_budget(budget, profile, counter), view)
    chosen = wishes.format or config.format
    formats.control(chosen, profile)
    return _Request(target, well_formed(wishes.about), profile, counter, limit, chosen, view, reranker)


def _lists(state: State, asked: _Request, found: Ranking, specialists: Sequence[Pack] | None) -> list[Listed]:
    """The lists at the front of some packs: the outline, and an orchestrator's briefing."""
    room = int(asked.budget.total * asked.view.prefix_share)
    lists = [outline.outline(state.workspace, room)] if room else []
    if asked.view.list_share:
        packs = _specialists(state, asked.subject, asked) if specialists is None else specialists
        lists += briefing.lists(found, packs)
    return lists


def _specialists(state: State, target: Target, asked: _Request) -> list[Pack]:
    """The specialists' packs that an orchestrator can ask for; those about data only where there are datasets."""
    names = [name for name in views.SPECIALISTS if name == views.CODER.name or state.data.is_there]
    model = asked.model.name
    return [
        pack(state, target, Wishes(model=model, budget="auto", view=name), reranker=asked.reranker) for name in names
    ]


def _assembled(
    state: State, asked: _Request, candidates: Candidates, sources: Sources, lists: Sequence[Listed]
) -> Pack:
    """The pack, with tags (fences) that none of its documents can close."""
    written = [cards.text(one.table) for one in sources.tables] + [line for one in lists for line in one.lines]
    fence = fences.choose((*sources.texts.values(), *written), asked.target)
    frame = _framed(formats.renderer(asked.format, asked.model, fence), asked.target, asked.counter)
    content = ranking.deciding(state, asked.reranker)
    purpose = Purpose(
        asked.target,
        asked.model,
        asked.budget,
        asked.format,
        state=f"{content}\n{asked.about}" if asked.about else content,
        view=asked.view,
        lists=lists,
        held=_held(asked.counter.count(frame.task)) if asked.about else 0,
    )
    made = assemble(candidates.files, sources, frame, purpose)
    return msgspec.structs.replace(made, fence=(fence.document, fence.task))


def _note_unsafe(state: State, sources: Sources, control: tuple[str, ...]) -> None:
    """Add what is made harmless in the sources' texts to the problems."""
    for path, text in sources.texts.items():
        state.seen.update(sanitise(text, control, path)[1])


def _framed(renderer: Renderer, target: Target, counter: Counter) -> Frame:
    return Frame(
        item=renderer.item,
        preamble=renderer.preamble(),
        task=renderer.task(target),
        zone_open=renderer.zone_open,
        zone_close=renderer.zone_close,
        overhead=renderer.overhead_tokens,
        count=counter.count_many,
    )


def _held(tokens: int) -> int:
    """The tokens to leave unused so that tasks of similar length leave the same room (multiples of `_TASK_STEP`)."""
    return -tokens % _TASK_STEP


def _limited(budget: Budget, view: View) -> Budget:
    """A budget, reduced to the view's own limit if the caller gave no number."""
    if not view.auto or budget.until != "relevance":
        return budget
    return msgspec.structs.replace(budget, total=min(budget.total, view.auto))
