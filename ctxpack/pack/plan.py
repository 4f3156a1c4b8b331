"""What could be shown of each file, in pieces, and what each piece is worth.

A piece is a set of lines that only makes sense together: the heads that lead to a symbol, the body of a symbol with its
comment and the heads around it, the imports, the rest of an outline, the rest of a file. A piece is worth the chance
that the reader needs it. Pieces of one file may share lines; the selector charges only for what is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ctxpack.model import ItemRole, Reason, Span
from ctxpack.pack.shape import TINY, Shape

# Values of pieces: the chance that the reader needs the lines, given that the file or the definition is needed. None of
# them was fitted by itself; what packs hold with all of them together is in `bench/README.md`.

# Of a file that is probably edited, times the chance that it is:
_MENTION = 0.04  # its name
_HEADS = 0.15  # the signatures of its likeliest definitions
_OUTLINE = 0.06  # the signatures of all
_IMPORTS = 0.08  # all of its imports
_OUTSIDE = 0.2  # all statements that stand in no definition together
_EXCERPT_OUTSIDE = 0.3  # of a long stretch of those, the lines that speak of the task
_EXCERPT_OF_FILE = 0.5  # of a file without definitions, the lines that speak of the task
_WHOLE = 0.1  # every line, beside what is shown of it already
_WHOLE_SHORT = 0.4  # the same of a short file

# Of a definition in it, times the chance that this one is edited:
_BODIES = 3.0  # all of it; above 1, because without its body nothing of it can be edited
_IMPORTS_USED = 0.3  # the imports that it uses
_EXCERPT = 0.2  # of a long function, the lines that speak of the task

# Of a definition that the edit uses, times the chance that it does:
_NEED_HEAD = 0.3  # its signature
_NEED_BODY = 0.16  # its body, beside the signature
_NEED_OUTLINE = 0.05  # the members of a long class, beside its signature
_NEED_FILE = 0.12  # the outline of a file, where no definition of it is meant

# Of what uses the edited definition, times the chance that it has to be seen:
_NEED_USE = 0.2  # the lines that use it
_TEST_BODY = 0.8  # the body of a test
_TEST_IMPORTS = 0.3  # what a test imports

_NEXT = 0.9
"""What each further definition of a file is worth against the one before it, where the file is as good as impossible.

If the file is the wrong one, all of them are wrong together; so the less sure it is, the less of it is shown before the
best of other files (`bench/README.md` has what that gives).
"""

_LONG = 60
"""Lines from which a class is shown by its outline, and a definition that was asked for by its beginning first."""

_LONG_BODY = 50
"""Lines from which a function may be shown by an excerpt."""

_SHORT_FILE = 100  # lines up to which a file is short
_SMALL_NEED = 12  # lines below which a definition that is used is shown whole
_LONG_NEED = 30  # lines from which a class that is used is shown by its signature first
_LONGEST_NEED = 80  # lines from which the body of a function that is used, or all of a test, is not shown
_BEGINNING_OF_TEST = 40  # lines shown of a longer test
_BEGINNING_OF_DATA = 20  # lines shown of a file that is not parsed
_WINDOW = 8  # lines shown before and after a change
_AROUND_USE = 2  # lines shown before and after a use
_SYMBOLS = 40  # definitions of a file, the likeliest, whose bodies may be shown
_HEADS_SHOWN = 10  # definitions of a file, the likeliest, whose signatures are shown first

_STRUCTURED = frozenset({"yaml", "json", "toml"})
"""Languages in which a long entry is mostly prose."""

_LONG_ENTRY = 0.15
"""What the whole of such an entry is worth against a function."""

_PROSE = frozenset({"markdown", "rst", "asciidoc"})
"""Languages whose outlines are lists of headings."""

_CALLABLE = frozenset({"function", "method", "macro"})
_VALUES = frozenset({"variable", "constant", "field"})


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of a file that are worth `value` together.

    `body` says that they are more than signatures, `asked` that the caller named or changed what they show. `of` is the
    place that they are shown for, where that is one: a file, and a line of it (0: of no one line).
    """

    spans: tuple[Span, ...]
    value: float
    body: bool = False
    asked: bool = False
    of: tuple[str, int] | None = None


@dataclass(slots=True)
class Plan:
    """One file that may be shown: as what, why, and its pieces."""

    path: str
    role: ItemRole
    score: float
    reasons: tuple[Reason, ...]
    pieces: list[Piece] = field(default_factory=list)


def target_pieces(
    shape: Shape, probability: float, symbols: Mapping[int, float], changed: Sequence[Span] = ()
) -> list[Piece]:
    """The pieces of a file that is to be changed with this probability, and its symbols with those.

    A probability of 1 means that the caller named it, or that a diff changes it in the lines `changed`.
    """
    lines = len(shape.lines)
    best = sorted(symbols, key=lambda index: (-symbols[index], index))[:_SYMBOLS]
    named = [index for index in best if symbols[index] >= 1.0]
    asked = probability >= 1.0 and not named and not changed
    mention = Piece((), probability * _MENTION)
    if lines <= TINY or not shape.facts.definitions:
        whole = Piece(((1, lines),), probability * (_BODIES + _WHOLE), body=True, asked=probability >= 1.0)
        excerpt = _excerpt(shape, (1, lines), (), probability * _EXCERPT_OF_FILE) if lines > TINY else ()
        return [mention, Piece(shape.outline(), probability * _HEADS), *excerpt, whole]
    telling = [index for index in best if shape.facts.definitions[index].kind not in _VALUES] or best
    heads = tuple(span for index in telling[:_HEADS_SHOWN] for span in shape.lead(index))
    pieces = [mention, Piece(heads or shape.outline(), probability * _HEADS)]
    if shape.facts.language not in _PROSE:
        pieces.append(Piece(shape.outline(), probability * _OUTLINE))
    pieces.append(Piece(shape.imports(), probability * _IMPORTS, asked=probability >= 1.0))
    worths = {index: symbols[index] * _NEXT ** (place * (1.0 - probability)) for place, index in enumerate(best)}
    worths.update(dict.fromkeys(named, 1.0))
    pieces.extend(piece for index in best[:_HEADS_SHOWN] for piece in _imports(shape, index, worths[index]))
    pieces.extend(_windows(shape, changed))
    pieces.extend(_beginning(shape, index) for index in named)
    pieces.extend(piece for index in best for piece in _body(shape, index, worths[index] * _BODIES))
    if shape.facts.language in _STRUCTURED:
        pieces.extend(_excerpt(shape, (1, lines), (), probability * _EXCERPT_OF_FILE))
    pieces.extend(_outside(shape, probability))
    worth = probability * (_WHOLE_SHORT if lines <= _SHORT_FILE else _WHOLE)
    return [*pieces, Piece(((1, lines),), worth, body=True, asked=asked)]


def data_pieces(shape: Shape, probability: float) -> list[Piece]:
    """The pieces of a file that was named but is not parsed, such as rows of data or a lock file.

    Its first lines say what the rest is made of; the lines that speak of the task stand for themselves.
    """
    lines = len(shape.lines)
    beginning = Piece(((1, min(lines, _BEGINNING_OF_DATA)),), probability * _BODIES, body=True)
    return [Piece((), probability), beginning, *_excerpt(shape, (1, lines), (), probability * _EXCERPT_OF_FILE)]


def need_pieces(
    shape: Shape,
    symbol: int,
    score: float,
    *,
    test: bool = False,
    lines: Sequence[int] = (),
    of: tuple[str, int] | None = None,
) -> list[Piece]:
    """The pieces of a definition (or, with -1, of a file) that the targets use, or test them, with chance `score`.

    `lines` are those on which it uses the targets itself; `of` is the place for which it is needed.
    """
    if lines and not test:
        shown = _using(shape, symbol, lines, score * _NEED_USE)
        shown += [Piece(tuple(shape.lead(symbol)), score * _NEED_HEAD)] if symbol >= 0 else []
    else:
        shown = _needed(shape, symbol, score, test=test)
    return [replace(piece, of=of) for piece in shown]


def site_pieces(shape: Shape, symbol: int, lines: Sequence[int], score: float) -> list[Piece]:
    """The pieces of a definition (-1: of what stands outside of all) some lines of which change with chance `score`."""
    return _using(shape, symbol, lines, score * _BODIES)


def _using(shape: Shape, symbol: int, lines: Sequence[int], value: float) -> list[Piece]:
    """Lines with some around each, below the heads of what they stand in; all of that where it is short."""
    lead = tuple(shape.lead(symbol))
    if symbol >= 0:
        first, last = shape.facts.definitions[symbol].span
        if last - first < _SMALL_NEED:
            return [Piece((*lead, (first, last)), value, body=True)]
    around = ((max(1, line - _AROUND_USE), line + _AROUND_USE) for line in lines)
    return [Piece((*lead, *around), value, body=True)]


def _needed(shape: Shape, symbol: int, score: float, *, test: bool) -> list[Piece]:
    if symbol < 0 or symbol >= len(shape.facts.definitions):
        return [Piece(shape.outline(), score * _NEED_FILE)]
    definition = shape.facts.definitions[symbol]
    first, last = definition.span
    whole = (*shape.lead(symbol), definition.span)
    if test:
        shown = whole if last - first < _LONGEST_NEED else (*shape.lead(symbol), (first, first + _BEGINNING_OF_TEST))
        imports = [Piece(spans, score * _TEST_IMPORTS) for spans in (shape.imports_of(symbol),) if spans]
        return [Piece(shown, score * _TEST_BODY, body=True), *imports]
    if last - first < _SMALL_NEED:
        return [Piece(whole, score * (_NEED_HEAD + _NEED_BODY), body=True)]
    if definition.kind not in _CALLABLE:
        outline = (*shape.lead(symbol), *shape.outline_of(symbol))
        if last - first < _LONG_NEED:
            return [Piece(outline, score * _NEED_HEAD)]
        return [Piece(tuple(shape.lead(symbol)), score * _NEED_HEAD), Piece(outline, score * _NEED_OUTLINE)]
    pieces = [Piece(tuple(shape.lead(symbol)), score * _NEED_HEAD)]
    if last - first < _LONGEST_NEED:
        pieces.append(Piece(whole, score * _NEED_BODY, body=True))
    return pieces


def _imports(shape: Shape, index: int, probability: float) -> Iterable[Piece]:
    """What a definition that may be edited imports: an edit often brings in something beside it."""
    if spans := shape.imports_of(index):
        yield Piece(spans, probability * _IMPORTS_USED, asked=probability >= 1.0)


def _outside(shape: Shape, probability: float) -> Iterable[Piece]:
    """The statements that stand in no definition, as those of a script do: each stretch of them by its length."""
    stretches = shape.outside()
    total = sum(last - first + 1 for first, last in stretches)
    for first, last in stretches:
        share = probability * (last - first + 1) / total
        if last - first >= _LONG_BODY:
            yield from _excerpt(shape, (first, last), (), share * _EXCERPT_OUTSIDE)
        yield Piece(((first, last),), share * _OUTSIDE, body=True)


def _windows(shape: Shape, changed: Sequence[Span]) -> Iterable[Piece]:
    """The changed lines with some around them, below the heads of what they stand in."""
    for first, last in changed:
        inner = [
            index
            for index, definition in enumerate(shape.facts.definitions)
            if definition.span[0] <= first <= definition.span[1]
        ]
        lead = tuple(shape.lead(inner[-1])) if inner else ()
        yield Piece((*lead, (max(1, first - _WINDOW), last + _WINDOW)), 1.0, body=True, asked=True)


def _beginning(shape: Shape, index: int) -> Piece:
    """As much of a definition as is shown whatever its length."""
    first, last = shape.with_comment(shape.facts.definitions[index])
    return Piece((*shape.lead(index), (first, min(last, first + _LONG))), 1.0, body=True, asked=True)


def _excerpt(shape: Shape, span: Span, lead: Sequence[Span], value: float) -> Iterable[Piece]:
    """The lines of a span that speak of the task, below the heads around them."""
    spans = shape.telling.excerpt(span) if shape.telling is not None else ()
    if spans:
        yield Piece((*lead, *spans), value, body=True)


def _body(shape: Shape, index: int, value: float) -> Iterable[Piece]:
    """A definition with its comment, below the heads around it.

    Of a long class it is the outline, since its members are pieces. A long entry of settings is mostly prose, which a
    change seldom needs: its outline goes first.
    """
    definition, asked = shape.facts.definitions[index], value >= _BODIES
    first, last = definition.span
    lead = tuple(shape.lead(index))
    if definition.kind not in _CALLABLE and last - first >= _LONG:
        members = any(inner.parent == index for inner in shape.facts.definitions[index + 1 :])
        structured = shape.facts.language in _STRUCTURED
        if members or structured:
            yield Piece((*lead, *shape.outline_of(index)), value * _HEADS)
        if members:
            return
        value *= _LONG_ENTRY if structured else 1.0
    if last - first >= _LONG_BODY and shape.facts.language not in _STRUCTURED:
        yield from _excerpt(shape, definition.span, lead, value * _EXCERPT)
    yield Piece((*lead, shape.with_comment(definition)), value, body=True, asked=asked)
