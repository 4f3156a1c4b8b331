"""Takes out of a task what belongs to a form that it was written in: labels, checklists, and what is installed.

Reports of bugs and pull requests are filled into templates. Their headings ("Steps to reproduce"), the boxes to be
ticked and the versions of everything installed are words about no place in the code, and there may be more of them than
of the report itself. A template is told by how it looks, whichever project it is from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

_LABELS = frozenset(
    """
    acceptance actual additional affected alternative alternatives applicable attach backend background behavior
    behaviour best body browser browsers bug build case cases category change changelog changes check checklist
    checklists checks code command commands comment comments complete conduct configuration considered console context
    contribution contributing criteria current dependencies describe description desktop detail details device devices
    docs documentation else environment environments error errors example examples exception exceptions existing expect
    expected expectation extra feature final fix fixes following form github guidelines happen happened happening
    happens hardware history idea impact include info information initial install installation installed introduction
    issue issues kind link linked links list log logs mcve message messages method minimal motivation name new note
    notes observed occurred open operating optional os other outcome output package packages please platform
    possible precondition preconditions prerequisite prerequisites present problem problems proposal proposed pull
    purpose question questions rationale real really reason reference references related release relevant remark
    remarks repro reproduce reproducer reproducibility reproducible reproducing reproduction report reported request
    requested required requirement requirements response result results run running sample screen screencast screencasts
    screenshot screenshots search see seeing self severity share shell short similar simple smartphone snippet software
    solution solutions stack stacktrace status step steps story submit submitting suggested suggestion suggestions
    summary support suspected system task technical template terms test tested testing tests think ticket tickets title
    trace traceback type types url usage user version versions video wanted web work workaround workarounds yes
    """.split()
)
"""The words of which the labels of forms are made."""

_SMALL = frozenset(
    """a about an and any anything are as at be been by can could did do does for from had has have how i if in is it
    its me my of on only or our should some that the them there this to was we were what when where which who why will
    with would you your yourself""".split()
)
"""Words that may stand in any label."""

_SURROUNDINGS = frozenset(
    """backend browser browsers build desktop device devices distribution environment environments hardware
    installation installed node os platform python setup shell smartphone software system version versions""".split()
)
"""A label with one of these asks what the writer runs it on."""

_PROCESS = frozenset(
    "checklist checklists conduct contributing prerequisite prerequisites submit submitting type types".split()
)
"""A label with one of these asks for boxes to be ticked."""

_PLAINLY = _SURROUNDINGS | frozenset(
    """actual behavior behaviour description expected info information output reproduce result results steps
    summary""".split()
)
"""The words of labels that may stand on a line without any sign that it is a heading."""

_MOST_WORDS = 10
_MOST_PLAIN = 4
_SHORT = 90  # characters of a line that says what something runs on, at most
_LEAST_DUMP = 3

_HEADING = re.compile(r"#{1,6}\s+(\S.*)")
_BOLD = re.compile(r"(\*\*|__)([^*_\n]+)\1\s*:?\s*")
_LABEL = re.compile(r"([A-Za-z][^.:;`\n]{0,60})[:?]\s*")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z' ]{0,40}")
_RULE = re.compile(r"[-=_*~]{3,}")
_BOX = re.compile(r"[-*+]\s*\[[ xX✓✔]?\]\s*(\S.*)?")
_FIRST_PERSON = re.compile(
    r"(?:I|I'm|I've|I'd|We|We've|My|Yes|No)\b[ ,']|(?:This|The|Your) (?:PR|pull request|issue)\b",
    re.IGNORECASE,
)
_SAID = re.compile(r"[-*+]?\s*(?:\*\*)?([A-Za-z][\w .()/-]{0,40}?)(?:\*\*)?\s*[:=]\s*(?:\*\*)?\s*(\S.*)")
_VERSION = re.compile(
    r"[-*+]?\s*(?:\*\*)?[A-Za-z@][\w.@/+-]*(?: [\w.-]+){0,3}(?:\*\*)?"
    r"\s*(?:[:=@,(]|==|\s)\s*\[?[vV~^]?\d+\.\d[^\s]*(?:\s.*)?"
)
_ABSENT = re.compile(
    r"[A-Za-z][\w.-]*(?: [\w.-]+)?\s*:\s*(?:None|[Nn]ot installed|installed|N/A|n/a|built-in|unknown)\s*"
)
_PAIR = re.compile(r"[A-Za-z][\w. -]{0,30}?\s*[:=]\s*\S.*")
_TAG = re.compile(r"</?(?:details|summary|br|hr)\b[^<>\n]*>", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z']+")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line, and the label that it is ("" if it is none).

    `heads` says that what follows stands under it, `fenced` that the line is one of a block of code.
    """

    text: str
    label: str = ""
    heads: bool = False
    fenced: bool = False


def without_form(task: str) -> str:
    r"""A task without what belongs to a form; its first line is kept as it is, unless it is the heading of a form.

    >>> print(without_form("Dates are off\n\n### Steps to reproduce\nParse it\n- [x] I have searched"))
    Dates are off
    <BLANKLINE>
    Parse it
    """
    first, *rest = _read(_TAG.sub(" ", task.strip()).split("\n"))
    if not rest:
        return task
    if not _opens(first):
        return "\n".join([first.text, *_without_dumps(_told(rest))])
    told = list(_without_dumps(_told([first, *rest])))
    begin = next((place for place, text in enumerate(told) if text.strip()), len(told))
    return "\n".join(told[begin:]) or task


def _opens(line: _Line) -> bool:
    """Whether a line that a task begins with is none of its own, but one of a form."""
    return line.heads and _is_label(_words(line.label))


def _read(lines: Iterable[str]) -> Iterator[_Line]:
    """The lines with what they are.

    In blocks of code there are no labels, and the name of the language that may stand at their beginning is dropped.
    """
    fenced = False
    for text in lines:
        fence = text.strip().startswith("```")
        yield _Line("```" if fence else text, fenced=True) if fenced or fence else _labelled(text)
        fenced ^= fence


def _labelled(text: str) -> _Line:
    plain = text.strip()
    if heading := _HEADING.fullmatch(plain):
        return _Line(text, heading[1], heads=True)
    if bold := _BOLD.fullmatch(plain):
        return _Line(text, bold[2], heads=True)
    if label := _LABEL.fullmatch(plain):
        return _Line(text, label[1])
    if _PLAIN.fullmatch(plain) and len(plain.split()) <= _MOST_PLAIN and _words(plain) <= _PLAINLY | _SMALL:
        return _Line(text, plain)
    return _Line(text)


def _told(lines: Sequence[_Line]) -> Iterator[str]:
    """The lines that tell of the matter, section by section."""
    section: frozenset[str] = frozenset()
    ticking = False
    for line in lines:
        words = _words(line.label)
        plain = line.text.strip()
        if line.heads:
            section = words if _is_label(words) or _asks_for_version(words) else frozenset()
        if words and (_is_label(words) or (line.heads and _asks_for_version(words))):
            ticking = False
            continue
        box = _BOX.fullmatch(plain)
        ticking = _is_ticked(box[1], section) if box else ticking and bool(plain) and not line.heads
        if not ticking and not _is_of_form(plain, section, fenced=line.fenced):
            yield line.text


def _is_ticked(item: str | None, section: frozenset[str]) -> bool:
    """Whether the item of a box is about the report itself, rather than something to be done."""
    return not item or bool(section & _PROCESS) or bool(_FIRST_PERSON.match(item))


def _is_of_form(text: str, section: frozenset[str], *, fenced: bool) -> bool:
    """Whether a line that is no label belongs to the form.

    `section` has the words of the label above it; `fenced` says that it stands in a block of code.
    """
    if _RULE.fullmatch(text):
        return True
    if section & _SURROUNDINGS and 0 < len(text) <= _SHORT and not text.endswith((".", "?", "!")):
        return len(_WORD.findall(text)) <= _MOST_WORDS
    said = None if fenced or len(text) > _SHORT else _SAID.fullmatch(text)
    return said is not None and _asks_for_surroundings(_words(said[1]))


def _words(label: str) -> frozenset[str]:
    words = [word.lower() for word in _WORD.findall(label)]
    return frozenset(words) if len(words) <= _MOST_WORDS else frozenset()


def _is_label(words: frozenset[str]) -> bool:
    return bool(words & _LABELS) and words <= _LABELS | _SMALL


def _asks_for_version(words: frozenset[str]) -> bool:
    """Whether a label asks for the version of something, such as "Parser version"."""
    return bool(words & {"version", "versions"}) and len(words) <= 3


def _asks_for_surroundings(words: frozenset[str]) -> bool:
    return _asks_for_version(words) or (bool(words & _SURROUNDINGS) and words <= _LABELS | _SURROUNDINGS | _SMALL)


def _without_dumps(lines: Iterable[str]) -> Iterator[str]:
    """The lines without lists of what is installed: runs of names with values, at least three of them versions."""
    for paired, run in groupby(lines, key=lambda line: not line.strip() or _is_pair(line.strip())):
        found = list(run)
        if paired:
            versions = sum(_is_version(line.strip()) for line in found)
            if versions >= _LEAST_DUMP and 2 * versions >= sum(bool(line.strip()) for line in found):
                continue
        yield from found


def _is_pair(text: str) -> bool:
    return len(text) <= 2 * _SHORT and bool(_PAIR.fullmatch(text) or _is_version(text))


def _is_version(text: str) -> bool:
    return len(text) <= 2 * _SHORT and bool(_VERSION.fullmatch(text) or _ABSENT.fullmatch(text))
