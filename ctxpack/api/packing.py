"""From a target to a pack, and from a pack to its text."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ctxpack import formats, views
from ctxpack.api.choosing import Choosing
from ctxpack.api.opened import alone
from ctxpack.formats import Renderer
from ctxpack.model import Budget, Pack, Rendered, Target
from ctxpack.pack import cards
from ctxpack.pack.assemble import Frame, Sources, assemble
from ctxpack.pack.tokens import Counter, parse_budget
from ctxpack.rank.confidence import confidence, shown_of
from ctxpack.safety import fences, sanitise
from ctxpack.services import briefing, outline
from ctxpack.services.candidates import Wishes
from ctxpack.text import well_formed
from ctxpack.views import View

_TASK_STEP = 256


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
        """The context for a target, within a budget of tokens, for a model, in a format, as a view deals it out.

        The arguments default to the repository's settings. `cache_prefix` is the share of the budget for an outline of
        the repository at the front, which is the same for every task. `about` is what the choice goes by instead of
        the words of the task, so that a task in other words gets the same prompt up to them. `specialists` are the
        packs that an orchestrator is told of; without them, those that its own model would get. Raises ModelError,
        BudgetError or ConfigError, and TargetError as `rank` does.
        """
        target = self._present(target)
        about = well_formed(about)
        profile = self._profile(model or self._config.model)
        counter = self._counter(profile)
        share = self._config.cache_prefix if cache_prefix is None else cache_prefix
        seen = views.with_prefix(views.find(view or self._config.view), share)
        limit = _limited(parse_budget(str(self._config.budget if budget is None else budget), profile, counter), seen)
        format_name = format or self._config.format
        formats.control(format_name, profile)
        subject = msgspec.structs.replace(target, task=about) if about else target
        found = self.rank(subject)
        room = int(limit.total * seen.prefix_share)
        lists = [outline.outline(self._workspace, room)] if room else []
        if seen.list_share:
            lists += briefing.lists(found, self._specialists(subject, model) if specialists is None else specialists)
        wishes = Wishes(self._workspace, self._data, subject, found, self._weights)
        if limit.until == "window":
            wishes.with_all_others()
        sources = wishes.sources(int(limit.total * seen.tables_most / views.CODER.tables_most))
        self._report(sources, formats.control(format_name, profile))
        made = [cards.text(one.table) for one in sources.tables]
        told = [line for one in lists for line in one.lines]
        fence = fences.choose((*sources.texts.values(), *made, *told), target)
        renderer = formats.renderer(format_name, profile, fence)
        frame = _framed(renderer, target, counter)
        pack = assemble(
            wishes.wanted,
            sources,
            frame,
            target=target,
            model=profile,
            budget=limit,
            format_name=format_name,
            state=f"{self._deciding()}\n{about}" if about else self._deciding(),
            view=seen,
            lists=lists,
            held=_held(counter.count(frame.task)) if about else 0,
        )
        self._workspace.let_go()
        sure = confidence(found, subject, shown_of(pack)) if seen.bodies and seen.files else None
        return msgspec.structs.replace(
            pack, problems=self.problems, fence=(fence.document, fence.task), confidence=sure
        )

    def _specialists(self, target: Target, model: str | None) -> list[Pack]:
        """The packs that an orchestrator can ask for; those about data only where there is any."""
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
    """Tokens to leave unused, so that tasks of much the same length leave the same room."""
    return -tokens % _TASK_STEP


def _limited(budget: Budget, view: View) -> Budget:
    """A budget, of which a view may take less where nobody gave a number."""
    if not view.auto or budget.until != "relevance":
        return budget
    return msgspec.structs.replace(budget, total=min(budget.total, view.auto))


def render(pack: Pack) -> Rendered:
    """The text of a pack in the pack's own format, with the byte offsets where a prefix cache may end."""
    return formats.renderer(pack.format, pack.model, fences.Fence(*pack.fence)).render(pack)
