"""The notation of what values hold and give, which qualifiers and the types of definitions write besides dotted paths.

- "[Order()]" holds orders, "[?:Order()]" maps something to orders, "[Order();User()]" is a pair of the two,
  "[->Order()]" gives an order when called, and "{Order()|User()}" is one or the other;
- the steps ".[*]" (iteration), ".[]" (subscript), ".[0]" (by position) and ".[with]" (entering a context) take out
  what a value holds; where it is an instance of a class of the repository, that class's own methods say what. The
  step ".[yield]" is what a generator yields that stands for a value, ".[#1]" the second of several results of a call,
  and ".<0>" what a function of a named function type gets as its first parameter.
"""

from __future__ import annotations

_OPEN, _CLOSE = "[{(", "]})"


def segments(qualifier: str) -> list[str]:
    """The segments of a qualifier: its parts between dots that stand in no bracket.

    >>> segments("a.b().c"), segments("[x.A();B()].[*].c")
    (['a', 'b()', 'c'], ['[x.A();B()]', '[*]', 'c'])
    """
    if "[" not in qualifier and "{" not in qualifier:
        return qualifier.split(".")
    return split_at(qualifier, ".")


def types_in(text: str) -> tuple[list[str], bool]:
    """The types in a notation in brackets, and whether it is a mapping."""
    inside = text[1:-1]
    if inside.startswith("->"):
        return ["?", "?"], False
    pair = split_at(inside, ":")
    if len(pair) == 2:
        return pair, True
    return split_at(inside, ";"), False


def split_at(text: str, separator: str) -> list[str]:
    """The parts of a text between separators that stand in no bracket."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        if character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth -= 1
        elif character == separator and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    parts.append(text[start:])
    return parts
