"""Methods that make a pack for a target, and render a pack as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from ctxpack import formats, views
from ctxpack.api.choosing import Choosing
from ctxpack.api.opened import alone
from ctxpack.formats import Renderer
from ctxpack.model import Budget, ModelProfile, Pack, Ranking, Rendered, Target
from ctxpack.pack import cards
from ctxpack.pack.assemble import Frame, Listed, Sources, assemble
from ctxpack.pack.tokens import Counter, parse_budget
from ctxpack.rank.confidence import confidence, shown_of
from ctxpack.safety import fences, sanitise
from ctxpack.services import briefing, outline
from ctxpack.services.candidates import Candidates, Collector
from ctxpack.text import well_formed
from ctxpack.views import View

_TASK_STEP = 256


@dataclass(frozen=True, slots=True)
class _Request:
    """The resolved arguments of a pack; `about`, unless "", replaces the task for ranking and selection."""

    target: Target
    about: str
    model: ModelProfile
    counter: Counter
    budget: Budget
    format: str
    view: View

    @property
    def subject(self) -> Target:
        """The target for ranking and selection."""
        return msgspec.structs.replace(self.target, task=self.about) if self.about else self.target


class Packing(Choosing):
    """Packs."""

    @alone
    def pack(
        self,
        target: Target,
        *,
        model: str | None = None,
        budget: str | int | None = None,
        format: str | None = None,
        view: str | None = None,
        cache_prefix: float | None = None,
        about: str = "",
        specialists: Sequence[Pack] | None = None,
    ) -> Pack:
        """The context for a target, within a token budget, for a model, in a format, from a view.

        The arguments default to the repository's settings. `cache_prefix` is the share of the budget for an outline of
        the repository at the front, which is the same for every task. `about` is a text that replaces the task for
        ranking and selection, so that differently worded tasks get the same prompt up to the task itself. `specialists`
        are the packs that an orchestrator's pack lists; by default those that its own model would get. Raises
        ModelError, BudgetError or ConfigError, and TargetError as `rank` does.
        """
        asked = self._request(
            target,
            model=model,
            budget=budget,
            format=format,
            view=view,
            cache_prefix=cache_prefix,
            about=well_formed(about),
        )
        found = self.rank(asked.subject)
        lists = self._lists(asked, found, specialists)
        collector = Collector(self._workspace, self._data, asked.subject)
        candidates = collector.collect(found, self._weights)
        if asked.budget.until == "window":
            candidates = collector.with_all_others(candidates)
        sources = collector.sources(
            candidates, int(asked.budget.total * asked.view.tables_most / views.CODER.tables_most)
        )
        self._report(sources, formats.control(asked.format, asked.model))
        pack = self._assembled(asked, candidates, sources, lists)
        self._workspace.let_go()
        guessed = asked.view.bodies and asked.view.files
        sure = confidence(found, asked.subject, shown_of(pack)) if guessed else None
        return msgspec.structs.replace(pack, problems=self.problems, confidence=sure)

    def _request(
        self,
        target: Target,
        *,
        model: str | None,
        budget: str | int | None,
        format: str | None,
        view: str | None,
        cache_prefix: float | None,
        about: str,
    ) -> _Request:
        """The resolved arguments, with settings for those not given."""
        target = self._present(target)
        profile = self._profile(model or self._config.model)
        counter = self._counter(profile)
        share = self._config.cache_prefix if cache_prefix is None else cache_prefix
        seen = views.with_prefix(views.find(view or self._config.view), share)
        limit = _limited(parse_budget(str(self._config.budget if budget is None else budget), profile, counter), seen)
        chosen = format or self._config.format
        formats.control(chosen, profile)
        return _Request(target, about, profile, counter, limit, chosen, seen)

    def _lists(self, asked: _Request, found: Ranking, specialists: Sequence[Pack] | None) -> list[Listed]:
        """The lists at the front of some packs: the outline, and an orchestrator's briefing."""
        room = int(asked.budget.total * asked.view.prefix_share)
        lists = [outline.outline(self._workspace, room)] if room else []
        if asked.view.list_share:
            packs = self._specialists(asked.subject, asked.model.name) if specialists is None else specialists
            lists += briefing.lists(found, packs)
        return lists

    def _assembled(self, asked: _Request, candidates: Candidates, sources: Sources, lists: Sequence[Listed]) -> Pack:
        """The pack, with tags (fences) that none of its documents can close."""
        written = [cards.text(one.table) for one in sources.tables] + [line for one in lists for line in one.lines]
        fence = fences.choose((*sources.texts.values(), *written), asked.target)
        frame = _framed(formats.renderer(asked.format, asked.model, fence), asked.target, asked.counter)
        pack = assemble(
            candidates.files,
            sources,
            frame,
            target=asked.target,
            model=asked.model,
            budget=asked.budget,
            format_name=asked.format,
            state=f"{self._deciding()}\n{asked.about}" if asked.about else self._deciding(),
            view=asked.view,
            lists=lists,
            held=_held(asked.counter.count(frame.task)) if asked.about else 0,
        )
        return msgspec.structs.replace(pack, fence=(fence.document, fence.task))

    def _specialists(self, target: Target, model: str | None) -> list[Pack]:
        """The specialists' packs that an orchestrator can ask for; those about data only where there are datasets."""
        names = [name for name in views.SPECIALISTS if name == views.CODER.name or self._data.is_there]
        return [self.pack(target, model=model, budget="auto", view=name) for name in names]

    def render(self, pack: Pack) -> Rendered:
        """The text of a pack made by this index, in the pack's own format."""
        return render(pack)

    def _report(self, sources: Sources, control: tuple[str, ...]) -> None:
        for path, text in sources.texts.items():
            self._seen.update(sanitise(text, control, path)[1])


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


def render(pack: Pack) -> Rendered:
    """The text of a pack in the pack's own format, with the byte offsets where a prefix cache may end."""
    return formats.renderer(pack.format, pack.model, fences.Fence(*pack.fence)).render(pack)
