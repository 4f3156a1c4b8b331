"""Fits an answer into its token budget.

The text of an answer is JSON with one entry a line. Token counts are additive over lines that begin with neither a
blank nor a slash. So it is found without recounting how many entries fit, and the stated count is exact.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ctxpack.errors import BudgetError
from ctxpack.safety import sanitise

SCHEMA = "ctxpack.answer/1"
LEAST_BUDGET = 100
"""The smallest budget that an answer may have, in tokens."""

_ROUNDS = 4
_WORTH_A_PART = 0.2
"""A part of the next entry is shown only if at least this share of the budget is left."""

Entry = Mapping[str, Any] | str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to one question.

    `text` is what a model reads: one JSON document, contract `ctxpack.answer/1`. `tokens` is its count by the model's
    counter, never more than `budget`. `left_out` says in sentences what is not in it; () means that it is complete.
    """

    tool: str
    text: str
    tokens: int
    budget: int
    left_out: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing was left out."""
        return not self.left_out

    @property
    def document(self) -> dict[str, Any]:
        """The answer as a JSON document of plain dicts and lists."""
        found = json.loads(self.text)
        assert isinstance(found, dict)
        return found


@dataclass(frozen=True, slots=True)
class Shrinking:
    """How an entry is cut: `size` gives its number of parts, `keep` the entry with the first few and what was cut."""

    size: Callable[[Entry], int]
    keep: Callable[[Entry, int], tuple[Entry, str]]


@dataclass(frozen=True, slots=True)
class Question:
    """What is answered: the `tool`, the fields before the entries (`head`), and the entries, from number `offset` on.

    `key` is the JSON key of the list of entries and `noun` its name in words, in the plural. `notes` say what is left
    out whatever the budget. `shrinking` cuts entries that may be too large for the budget. `onward` says how to ask for
    entries that were left out; in it, `{end}` stands for the number of the first of them.
    """

    tool: str
    head: Mapping[str, Any]
    key: str
    entries: Sequence[Entry]
    noun: str
    offset: int = 0
    notes: Sequence[str] = field(default=())
    shrinking: Shrinking | None = None
    onward: str = "offset={end} goes on with them"

    def rest(self, shown: int) -> tuple[str, ...]:
        """The sentences on what is left out of an answer that shows so many entries."""
        end = self.offset + shown
        missing = len(self.entries) - end
        if missing <= 0:
            return tuple(self.notes)
        return (*self.notes, f"{missing:,} of {len(self.entries):,} {self.noun}; {self.onward.format(end=end)}")


@dataclass(frozen=True, slots=True)
class Meter:
    """The token counter of one model and a budget; `control` are the control strings of the model's template."""

    count: Callable[[Sequence[str]], list[int]]
    budget: int
    control: tuple[str, ...] = ()

    def answer(self, question: Question) -> Answer:
        """The answer with as many entries as fit into the budget.

        Raises BudgetError where not even the first one fits, nor a part of it.
        """
        entries = list(question.entries[question.offset :])
        if not entries:
            return self._within(self._made(question, [], question.rest(0)))
        for shown in range(self._estimate(question, entries), 0, -1):
            made = self._made(question, entries[:shown], question.rest(shown))
            if made.tokens <= self.budget:
                room = self.budget - made.tokens
                if question.shrinking is None or shown == len(entries) or room < self.budget * _WORTH_A_PART:
                    return made
                more = self._part(question, entries[: shown + 1], question.shrinking)
                return more if more.tokens <= self.budget else made
        if question.shrinking is not None:
            return self._within(self._part(question, entries[:1], question.shrinking))
        return self._within(self._made(question, entries[:1], question.rest(1)))

    def _part(self, question: Question, entries: Sequence[Entry], shrinking: Shrinking) -> Answer:
        """The answer with these entries, the last of which is cut to the largest part that fits."""
        *whole, entry = entries

        def made(parts: int) -> Answer:
            smaller, cut = shrinking.keep(entry, parts)
            return self._made(question, [*whole, smaller], (cut, *question.rest(len(entries))))

        low, high = 0, shrinking.size(entry) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if made(middle).tokens <= self.budget else (low, middle - 1)
        return made(low)

    def _within(self, made: Answer) -> Answer:
        if made.tokens > self.budget:
            raise BudgetError(
                f"a budget of {self.budget:,} tokens is too small for this answer: give at least {made.tokens:,}"
            )
        return made

    def _estimate(self, question: Question, entries: Sequence[Entry]) -> int:
        """An upper bound on how many entries fit, which ignores the sentence on the rest."""
        room = self.budget - self.count([self._clean(_opening(question))])[0]
        for number, size in enumerate(self.count([self._line(entry) for entry in entries])):
            room -= size
            if room < 0:
                return number
        return len(entries)

    def _made(self, question: Question, entries: Sequence[Entry], left_out: tuple[str, ...]) -> Answer:
        """The answer with these entries, which states its own token count; it may be over budget."""
        body = ",\n".join(_json(entry) for entry in entries)
        front = self._clean(f"{_opening(question)}{body}\n" if body else _opening(question))
        tokens, text = 0, ""
        for _ in range(_ROUNDS):
            closing = {"tokens": tokens, "budget": self.budget, "left_out": list(left_out)}
            text = front + self._clean(f"],{_json(closing)[1:]}\n")
            counted = self.count([text])[0]
            if counted == tokens:
                break
            tokens = max(tokens, counted)
        return Answer(question.tool, text, tokens, self.budget, left_out)

    def _line(self, entry: Entry) -> str:
        return self._clean(f"{_json(entry)},\n")

    def _clean(self, text: str) -> str:
        return sanitise(text, self.control, "")[0].encode("utf-8", "backslashreplace").decode("utf-8")


def encoded(document: Mapping[str, Any]) -> str:
    """The text of an answer, exactly as it was counted, from its document."""
    keys = list(document)
    place = keys.index("tokens") - 1
    entries = ",\n".join(_json(entry) for entry in document[keys[place]])
    front = _json({key: document[key] for key in keys[:place]})[:-1]
    back = _json({key: document[key] for key in keys[place + 1 :]})[1:]
    body = f"{entries}\n" if entries else ""
    text = f"{front},{_json(keys[place])}:[\n{body}],{back}\n"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _opening(question: Question) -> str:
    fields = _json({"schema": SCHEMA, "tool": question.tool, **question.head})
    return f"{fields[:-1]},{_json(question.key)}:[\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
