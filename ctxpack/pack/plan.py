"""Cuts a file into pieces that could be shown, and gives each piece a value.

A piece is a set of lines that make sense only together: the signatures (heads) that lead to a symbol, a symbol's body
with its comment and the enclosing heads, the imports, the rest of an outline, the rest of a file. Its value is the
probability that the reader needs it. Pieces of one file may overlap; the selector charges only for lines not shown yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ctxpack.model import ItemRole, Reason, Span
from ctxpack.pack.shape import TINY, VALUES, Shape

# Values of pieces: the probability that the reader needs the lines, given that the file or the definition is needed.
# None was fitted on its own; `bench/README.md` measures packs made with all of them together.

# For a file that is probably edited, multiplied by that probability:
_MENTION = 0.04  # its name
_HEADS = 0.15  # the signatures of its likeliest definitions
_OUTLINE = 0.06  # the signatures of all
_IMPORTS = 0.08  # all of its imports
_OUTSIDE = 0.2  # all statements outside of definitions together
_EXCERPT_OUTSIDE = 0.3  # the excerpt of a long run of such statements
_EXCERPT_OF_FILE = 0.5  # the excerpt of a file without definitions
_WHOLE = 0.1  # every line, in addition to what is shown already
_WHOLE_SHORT = 0.4  # the same of a short file

# For a definition in it, multiplied by the probability that this one is edited:
_BODIES = 3.0  # all of it; above 1, because without its body nothing of it can be edited
_IMPORTS_USED = 0.3  # the imports that it uses
_EXCERPT = 0.2  # the excerpt of a long function: the lines with words of the task

# For a definition that the edit uses, multiplied by the probability that it does:
_NEED_HEAD = 0.3  # its signature
_NEED_BODY = 0.16  # its body, in addition to the signature
_NEED_OUTLINE = 0.05  # the members of a long class, in addition to its signature
_NEED_FILE = 0.12  # the outline of a file, where the file as a whole is used

# For a user of the edited definition, multiplied by the probability that it has to be seen:
_NEED_USE = 0.2  # the lines that use it
_TEST_BODY = 0.8  # the body of a test
_TEST_IMPORTS = 0.3  # what a test imports

_NEXT = 0.9
"""The discount on each further definition of a file whose edit probability is near 0; for a certain file there is none.

If the file is the wrong one, all its definitions are wrong together. So the less sure a file is, the less of it is
shown before the best definitions of other files (measured in `bench/README.md`).
"""

_LONG = 60
"""From this many lines, a class is shown by its outline, and of a definition the caller named the beginning first."""

_LONG_BODY = 50
"""From this many lines, a function may be shown by an excerpt."""

_SHORT_FILE = 100  # a file of at most so many lines is short
_SMALL_NEED = 12  # a used definition of fewer lines is shown whole
_LONG_NEED = 30  # a used class from this length is shown by its signature first
_LONGEST_NEED = 80  # the body of a used function, or a whole test, is not shown from this length
_BEGINNING_OF_TEST = 40  # lines shown of a longer test
_BEGINNING_OF_DATA = 20  # lines shown of a file that is not parsed
_WINDOW = 8  # lines shown before and after a change
_AROUND_USE = 2  # lines shown before and after a use
_SYMBOLS = 40  # how many of a file's likeliest definitions may be shown with their bodies
_HEADS_SHOWN = 10  # how many of a file's likeliest definitions have their signatures shown first

_STRUCTURED = frozenset({"yaml", "json", "toml"})
"""Languages in which a long entry (a definition such as a key) is mostly prose."""

_LONG_ENTRY = 0.15
"""The factor on the value of such an entry shown whole, where a function has 1."""

_PROSE = frozenset({"markdown", "rst", "asciidoc"})
"""Languages whose outlines are lists of headings."""

_OF_TABLES = frozenset({"sql", "prisma"})
"""Languages whose definitions are tables."""

_TABLE_BESIDE = 0.05
"""The least edit probability of a table that is shown beside one that the caller named: in a dump all are beside it."""

_BESIDE_TABLE = 0.1
"""The factor on the value of the rest of a file in which the caller named a table."""

_CALLABLE = frozenset({"function", "method", "macro"})


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of a file that are shown together or not at all, with their value; no spans means the file's name alone.

    `body` says that they are more than signatures, `asked` that the caller named or changed what they show. `of` is the
    place that needs them, if there is one: a file, and a line of it (0: no single line).
    """

    spans: tuple[Span, ...]
    value: float
    body: bool = False
    asked: bool = False
    of: tuple[str, int] | None = None


@dataclass(slots=True)
class Plan:
    """One file that may be shown: its role, score, reasons and pieces."""

    path: str
    role: ItemRole
    score: float
    reasons: tuple[Reason, ...]
    pieces: list[Piece] = field(default_factory=list)


def target_pieces(
    shape: Shape, probability: float, symbols: Mapping[int, float], changed: Sequence[Span] = ()
) -> list[Piece]:
    """The pieces of a probable target; `symbols` has the edit probability of its definitions by index.

    A probability of 1 means that the caller named the file, or that a diff changes it in the lines `changed`.
    """
    lines = len(shape.lines)
    best = sorted(symbols, key=lambda index: (-symbols[index], index))[:_SYMBOLS]
    named = [index for index in best if symbols[index] >= 1.0]
    beside = 1.0
    if named and shape.facts.language in _OF_TABLES:
        best = [index for index in best if symbols[index] >= _TABLE_BESIDE]
        beside = _BESIDE_TABLE
    asked = probability >= 1.0 and not named and not changed
    mention = Piece((), probability * _MENTION)
    if lines <= TINY or not shape.facts.definitions:
        whole = Piece(((1, lines),), probability * (_BODIES + _WHOLE), body=True, asked=probability >= 1.0)
        excerpt = _excerpt(shape, (1, lines), (), probability * _EXCERPT_OF_FILE) if lines > TINY else ()
        return [mention, Piece(shape.outline(), probability * _HEADS), *excerpt, whole]
    said = [index for index in best if shape.says_something(index)]
    telling = [index for index in said if shape.facts.definitions[index].kind not in VALUES] or said
    heads = tuple(span for index in telling[:_HEADS_SHOWN] for span in shape.lead(index))
    pieces = [mention, Piece(heads or shape.outline(), probability * _HEADS)]
    if shape.facts.language not in _PROSE:
        pieces.append(Piece(_signatures(shape, bool(named)), probability * _OUTLINE))
    pieces.append(Piece(shape.imports(), probability * _IMPORTS, asked=probability >= 1.0))
    worths = {index: symbols[index] * _NEXT ** (place * (1.0 - probability)) for place, index in enumerate(best)}
    worths.update(dict.fromkeys(named, 1.0))
    pieces.extend(piece for index in best[:_HEADS_SHOWN] for piece in _imports(shape, index, worths[index]))
    pieces.extend(_windows(shape, changed))
    pieces.extend(_beginning(shape, index) for index in named)
    pieces.extend(piece for index in best for piece in _body(shape, index, worths[index] * _BODIES))
    if shape.facts.language in _STRUCTURED:
        pieces.extend(_excerpt(shape, (1, lines), (), probability * _EXCERPT_OF_FILE))
    pieces.extend(_outside(shape, probability * beside))
    worth = probability * beside * (_WHOLE_SHORT if lines <= _SHORT_FILE else _WHOLE)
    return [*pieces, Piece(((1, lines),), worth, body=True, asked=asked)]


def data_pieces(shape: Shape, probability: float) -> list[Piece]:
    """The pieces of a named file that is not parsed, such as rows of data or a lock file.

    These are its first lines, which show the format, and the excerpt of lines with words of the task.
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
    """The pieces of a need: a definition (`symbol`; -1 for a whole file) that targets use, or that uses or tests them.

    `score` is the probability that it is needed. `lines` are the lines on which it uses a target; `of` is the place
    that needs it.
    """
    if lines and not test:
        shown = _using(shape, symbol, lines, score * _NEED_USE)
        shown += _head(shape, symbol, score) if symbol >= 0 else []
    else:
        shown = _needed(shape, symbol, score, test=test)
    return [replace(piece, of=of) for piece in shown]


def site_pieces(shape: Shape, symbol: int, lines: Sequence[int], score: float) -> list[Piece]:
    """The pieces of a definition (-1: code outside of all) whose `lines` are edited with probability `score`."""
    return _using(shape, symbol, lines, score * _BODIES)


def _using(shape: Shape, symbol: int, lines: Sequence[int], value: float) -> list[Piece]:
    """Some lines with the statements around them and the heads that enclose them; a short definition is shown whole."""
    lead = tuple(shape.lead(symbol))
    if symbol >= 0:
        first, last = shape.facts.definitions[symbol].span
        if last - first < _SMALL_NEED:
            return [Piece((*lead, (first, last)), value, body=True)]
    return [Piece((*lead, *shape.uses(symbol, lines, _AROUND_USE)), value, body=True)]


def _signatures(shape: Shape, named: bool) -> tuple[Span, ...]:
    """The outline of a target; of tables, whose outlines have all columns, only the heads if some of them are named."""
    if not named or shape.facts.language not in _OF_TABLES:
        return shape.outline()
    return tuple(definition.head for definition in shape.facts.definitions) or shape.outline()


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
        return [*_head(shape, symbol, score), Piece(outline, score * _NEED_OUTLINE)]
    pieces = _head(shape, symbol, score)
    if last - first < _LONGEST_NEED:
        pieces.append(Piece(whole, score * _NEED_BODY, body=True))
    return pieces


def _head(shape: Shape, symbol: int, score: float) -> list[Piece]:
    """The head of a needed definition with those around it, where it says something alone."""
    return [Piece(tuple(shape.lead(symbol)), score * _NEED_HEAD)] if shape.says_something(symbol) else []


def _imports(shape: Shape, index: int, probability: float) -> Iterable[Piece]:
    """The imports that a definition uses: an edit of it often adds a name next to those."""
    if spans := shape.imports_of(index):
        yield Piece(spans, probability * _IMPORTS_USED, asked=probability >= 1.0)


def _outside(shape: Shape, probability: float) -> Iterable[Piece]:
    """The statements outside of definitions, as in a script: one piece for each run, valued by its length."""
    stretches = shape.outside()
    total = sum(last - first + 1 for first, last in stretches)
    for first, last in stretches:
        share = probability * (last - first + 1) / total
        if last - first >= _LONG_BODY:
            yield from _excerpt(shape, (first, last), (), share * _EXCERPT_OUTSIDE)
        yield Piece(((first, last),), share * _OUTSIDE, body=True)


def _windows(shape: Shape, changed: Sequence[Span]) -> Iterable[Piece]:
    """The changed lines with context, and the heads that enclose them."""
    for first, last in changed:
        inner = [
            index
            for index, definition in enumerate(shape.facts.definitions)
            if definition.span[0] <= first <= definition.span[1]
        ]
        lead = tuple(shape.lead(inner[-1])) if inner else ()
        yield Piece((*lead, (max(1, first - _WINDOW), last + _WINDOW)), 1.0, body=True, asked=True)


def _beginning(shape: Shape, index: int) -> Piece:
    """The beginning of a definition: as much as is shown of it whatever its length."""
    first, last = shape.with_comment(shape.facts.definitions[index])
    return Piece((*shape.lead(index), (first, min(last, first + _LONG))), 1.0, body=True, asked=True)


def _excerpt(shape: Shape, span: Span, lead: Sequence[Span], value: float) -> Iterable[Piece]:
    """The excerpt of a span, with the heads `lead` that enclose it; nothing where no line has a word of the task."""
    spans = shape.telling.excerpt(span) if shape.telling is not None else ()
    if spans:
        yield Piece((*lead, *spans), value, body=True)


def _body(shape: Shape, index: int, value: float) -> Iterable[Piece]:
    """A definition with its comment and the heads that enclose it.

    For a long class it is only the outline, since the members are pieces of their own. A long entry of settings is
    mostly prose, which a change seldom needs: its outline comes first.
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
