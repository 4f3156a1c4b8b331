"""Where a run of lines may begin and end so that no statement is cut, as far as brackets and indentation tell.

A few lines around a line say something only where they are whole statements: no half of a call, no `}` of the block
before, no `else` or `except` without what belongs to it. Nothing is parsed: the text of the lines is all that is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ctxpack.model import Span

COMMENT_MARKS = ("#", "//", "/*", "*", "--", ";;", "'''", '"""')
"""What the lines of comments begin with."""

BRANCH = re.compile(r"[})\]]*\s*(?:else|elif|elsif|except|catch|finally|rescue|ensure)\b")
"""The first line of a block that goes on with the one before."""

CLOSING = re.compile(r"[})\]]|end\b")
"""The beginning of a line that ends a block or a call."""

_TEXT = re.compile(
    r"""
    "(?:\\.|[^"\\])*"
    | (?<![\w&<])'(?:\\.|[^'\\])*'(?!\w)  # no lifetime of Rust, no apostrophe
    | (?<!\S)(?:\#|//).*
    | ^\s*(?:\d+|\w)\)\s
    """,
    re.VERBOSE,
)
"""What of a line holds no brackets of code: texts, comments, and the number of an entry of a list."""

_LONGEST_LINE = 2000
"""Brackets on a line of more characters, which is no statement of anybody's, do not count."""

_FARTHEST = 400
"""How many lines off a bracket is looked for; one without a partner so near is not taken for one of code."""

_Net = tuple[int, int]
"""How many more round or square brackets, and how many more braces, are opened than closed."""


_BRACKETS = re.compile(r"[()\[\]{}]")
_STEPS: dict[str, _Net] = {"(": (1, 0), "[": (1, 0), ")": (-1, 0), "]": (-1, 0), "{": (0, 1), "}": (0, -1)}


class Statements:
    """The statements of one file, by its lines."""

    def __init__(self, lines: Sequence[str]) -> None:
        """`lines` are those of the whole file."""
        self._lines = lines
        self._known: dict[int, list[_Net]] = {}
        self._nets: dict[int, _Net] = {}

    def around(self, line: int, within: Span, context: int, *, longest: int, extend: int = 0) -> Span | None:
        """The whole statements around a line: its own, and those of the `context` lines on either side.

        They stay in the span `within`, which holds the line. A statement that begins before the context or ends after
        it is shown whole where that takes at most `extend` lines more, and otherwise not at all. None where the line's
        own statement has more than `longest` lines.
        """
        *_, own = self.holding(line, within, longest) or (None,)
        if own is None:
            return None
        if own == (line, line) and self._is_comment(line):
            own = self._comment(line, within, longest)
        return self._first(line, own, within, context, extend), self._last(line, own, within, context, extend)

    def holding(self, line: int, within: Span, longest: int, *, braces: bool = False) -> list[Span]:
        """The runs of at most `longest` lines that brackets around a line hold together, the narrowest first.

        That is the line's own statement (see `statement`), or there is none. What is not indented is taken to stand in
        no brackets.
        """
        own = self.statement(line, within, longest, braces=braces)
        runs = [own] if own else []
        while runs and self._depth(runs[-1][0]):
            run = runs[-1]
            first = self._unmatched(range(run[0] - 1, max(within[0], run[1] - longest + 1) - 1, -1), 1, braces)
            after = range(run[1] + 1, min(within[1], first + longest - 1) + 1)
            last = self._unmatched(after, -1, braces) if first else 0
            if not last:
                break
            runs.append((first, last))
        return runs

    def statement(self, line: int, within: Span, longest: int, *, braces: bool = False) -> Span | None:
        """The lines by which the round and square brackets of a line are balanced, and also its braces if `braces`.

        A bracket that has no partner in the span `within` is not counted. None for more than `longest` lines.
        """
        first = last = line
        lowest = depth = 0
        for round_, curly in self._steps(line):
            depth += round_ + (curly if braces else 0)
            lowest = min(lowest, depth)
        if lowest < 0:
            first = self._balanced(range(line - 1, max(within[0], line - _FARTHEST) - 1, -1), lowest, 1, braces) or line
        if depth > lowest:
            after = range(line + 1, min(within[1], line + _FARTHEST) + 1)
            last = self._balanced(after, lowest - depth, -1, braces) or line
        return (first, last) if last - first < longest else None

    def _unmatched(self, numbers: Iterable[int], sign: int, braces: bool) -> int:
        """The first of `numbers` with a bracket (closing ones if `sign` is negative) that none of them matches."""
        depth = 0
        for number in numbers:
            depth += sign * self._opened(number, braces)
            if depth > 0:
                return number
        return 0

    def _balanced(self, numbers: Iterable[int], missing: int, sign: int, braces: bool) -> int:
        """The first of `numbers` by which `missing` (< 0) brackets are balanced; 0 if none is."""
        for number in numbers:
            missing += sign * self._opened(number, braces)
            if missing >= 0:
                return number
        return 0

    def _first(self, line: int, own: Span, within: Span, context: int, extend: int) -> int:
        """Where the statements before `own` begin."""
        wanted = max(within[0], line - context)
        if wanted >= own[0]:
            return own[0]
        farther = range(wanted - 1, max(within[0], wanted - extend) - 1, -1) if self._closes(wanted, own[0] - 1) else ()
        return next((one for one in (wanted, *farther, *range(wanted + 1, own[0])) if self._begins(one, own)), own[0])

    def _last(self, line: int, own: Span, within: Span, context: int, extend: int) -> int:
        """Where the statements after `own` end."""
        wanted = min(within[1], line + context)
        if wanted <= own[1]:
            return own[1]
        opens = sum(self._net(number)[0] for number in range(own[1] + 1, wanted + 1)) > 0
        farther = range(wanted + 1, min(within[1], wanted + extend) + 1) if opens else ()
        nearer = range(wanted - 1, own[1], -1)
        return next((one for one in (wanted, *farther, *nearer) if self._ends(one, own, within)), own[1])

    def _begins(self, first: int, own: Span) -> bool:
        """Whether a run can begin with a line that comes before `own`: with nothing that goes on from further up."""
        text = self._lines[first - 1].strip()
        if not text or CLOSING.match(text) or BRANCH.match(text) or self._closes(first, own[0] - 1):
            return False
        if first > 1 and self._is_comment(first) and self._is_comment(first - 1) and not self._is_comment(own[0]):
            return False
        depth = self._depth(first)
        return all(depth <= self._depth(line) for line in range(first + 1, own[0] + 1) if self._lines[line - 1].strip())

    def _ends(self, last: int, own: Span, within: Span) -> bool:
        """Whether a run can end with a line that comes after `own`: with nothing that goes on further down."""
        text = self._lines[last - 1].strip()
        if not text or text.startswith("@") or self._is_comment(last) or self._leads(last, within):
            return False
        depth, (round_, curly) = self._depth(own[0]), (0, sum(self._net(line)[1] for line in range(own[0], own[1] + 1)))
        floor = min(0, -curly)
        curly = 0
        for line in range(own[1] + 1, last + 1):
            for one, other in self._steps(line):
                round_, curly = round_ + one, curly + other
                if round_ < 0 or curly < floor:
                    return False
            if self._lines[line - 1].strip() and self._depth(line) < depth:
                return False
        return round_ == 0 and curly <= 0

    def _is_comment(self, line: int) -> bool:
        """Whether a line is one of a comment; an asterisk marks one only below the `/*` that begins it."""
        text = self._lines[line - 1].strip()
        while text.startswith("*") and line > 1:
            line -= 1
            text = self._lines[line - 1].strip()
            if text.startswith("/*"):
                return True
        return text.startswith(COMMENT_MARKS) and not text.startswith("*")

    def _comment(self, line: int, within: Span, longest: int) -> Span:
        """The comment that a line belongs to; of a long one, the line alone."""
        first = last = line
        while first > within[0] and self._is_comment(first - 1) and last - first < longest:
            first -= 1
        while last < within[1] and self._is_comment(last + 1) and last - first < longest:
            last += 1
        return (first, last) if last - first < longest else (line, line)

    def _leads(self, line: int, within: Span) -> bool:
        """Whether a block begins after a line: the next line that is not blank is indented more."""
        after = (one for one in range(line + 1, min(within[1], len(self._lines)) + 1) if self._lines[one - 1].strip())
        found = next(after, 0)
        return found > 0 and self._depth(found) > self._depth(line)

    def _closes(self, first: int, last: int) -> bool:
        """Whether a run of lines closes a bracket that it does not open."""
        round_ = curly = 0
        for line in range(first, last + 1):
            for one, other in self._steps(line):
                round_, curly = round_ + one, curly + other
                if round_ < 0 or curly < 0:
                    return True
        return False

    def _opened(self, line: int, braces: bool) -> int:
        round_, curly = self._net(line)
        return round_ + curly if braces else round_

    def _net(self, line: int) -> _Net:
        known = self._nets.get(line)
        if known is None:
            steps = self._steps(line)
            known = self._nets[line] = sum([one for one, _ in steps]), sum([other for _, other in steps])
        return known

    def _steps(self, line: int) -> list[_Net]:
        """What each bracket of a line adds, in order."""
        known = self._known.get(line)
        if known is None:
            text = self._lines[line - 1]
            plain = len(text) > _LONGEST_LINE or text.lstrip().startswith(COMMENT_MARKS)
            code = "" if plain else _TEXT.sub("", text)
            known = self._known[line] = [_STEPS[sign] for sign in _BRACKETS.findall(code)]
        return known

    def _depth(self, line: int) -> int:
        text = self._lines[line - 1]
        return len(text) - len(text.lstrip())
