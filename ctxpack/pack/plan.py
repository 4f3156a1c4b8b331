"""What could be shown of each file, in pieces, and what each piece is worth.

A piece is a set of lines that only makes sense together: the heads that lead to a symbol, the body of a symbol, the
rest of an outline, the rest of a file. A piece is worth the chance that the reader needs it. Pieces of one file may
share lines; the selector charges only for what is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ctxpack.model import Definition, FileFacts, ItemRole, Reason, Span

_MENTION = 0.04
_HEADS = 0.25
_OUTLINE = 0.06
_BODIES = 1.4
_WHOLE = 0.2
_NEED_HEAD = 0.2
_NEED_BODY = 0.06
_NEED_FILE = 0.06
_LONGEST_NEED = 80
_SHORT_OUTLINE = 30
_SYMBOLS = 24


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of a file that are worth `value` together; `body` says that they are more than signatures."""

    spans: tuple[Span, ...]
    value: float
    body: bool = False


@dataclass(slots=True)
class Plan:
    """One file that may be shown: as what, why, and its pieces."""

    path: str
    role: ItemRole
    score: float
    reasons: tuple[Reason, ...]
    pieces: list[Piece] = field(default_factory=list)


def target_pieces(facts: FileFacts, lines: int, probability: float, symbols: Mapping[int, float]) -> list[Piece]:
    """The pieces of a file that is to be changed with this probability, and its symbols with those."""
    best = sorted(symbols, key=lambda index: (-symbols[index], index))[:_SYMBOLS]
    mention = Piece((), probability * _MENTION)
    whole = Piece(((1, max(1, lines)),), probability * _WHOLE, body=True)
    if lines <= _SHORT_OUTLINE or not facts.definitions:
        outline = facts.outline or ((1, min(lines, _SHORT_OUTLINE)),)
        return [
            mention,
            Piece(outline, probability * _HEADS),
            Piece(whole.spans, probability * (_BODIES + _WHOLE), body=True),
        ]
    heads = tuple(span for index in best for span in _lead(facts.definitions, index))
    pieces = [mention, Piece(heads or facts.outline, probability * _HEADS)]
    if facts.outline and heads:
        pieces.append(Piece(facts.outline, probability * _OUTLINE))
    for index in best:
        definition = facts.definitions[index]
        pieces.append(Piece((definition.span,), symbols[index] * _BODIES, body=True))
    pieces.append(whole)
    return pieces


def need_pieces(facts: FileFacts, lines: int, symbol: int, score: float) -> list[Piece]:
    """The pieces of a definition (or, with -1, of a file) that the targets use with chance `score`."""
    if symbol < 0 or symbol >= len(facts.definitions):
        spans = facts.outline or ((1, min(lines, _SHORT_OUTLINE)),)
        return [Piece(spans, score * _NEED_FILE)]
    definition = facts.definitions[symbol]
    pieces = [Piece(tuple(_lead(facts.definitions, symbol)), score * _NEED_HEAD)]
    first, last = definition.span
    members = _member_heads(facts, symbol)
    if last - first < _LONGEST_NEED:
        pieces.append(Piece((definition.span,), score * _NEED_BODY, body=True))
    elif members:
        pieces.append(Piece(members, score * _NEED_BODY))
    return pieces


def _lead(definitions: tuple[Definition, ...], index: int) -> Iterable[Span]:
    """The head of a definition and of those around it."""
    while index >= 0:
        yield definitions[index].head
        index = definitions[index].parent


def _member_heads(facts: FileFacts, symbol: int) -> tuple[Span, ...]:
    """The outline of a definition that is too long to be shown."""
    first, last = facts.definitions[symbol].span
    return tuple((max(first, a), min(last, b)) for a, b in facts.outline if b >= first and a <= last)
