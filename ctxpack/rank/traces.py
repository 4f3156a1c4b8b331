"""Reads stack traces out of the text of a task: what each runtime prints, as frames with the innermost first.

Runtimes differ in how they print a frame, and in whether the call where it failed comes first (Java, JavaScript, Go) or
last (Python). A task may hold several traces, or one whose exception was caused by another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

_FILE = r"(?<![\w./\\@+~-])[\w./\\@+~-]*[\w@+-]\.[A-Za-z]\w{0,7}"
"""A path as traces print them, with the extension of a file."""

_STYLES = tuple(
    re.compile(pattern.replace("PATH", f"(?P<path>{_FILE})").replace("LINE", r"(?P<line>\d+)"), re.MULTILINE)
    for pattern in (
        r'File "(?P<path>[^"\n]+)", line LINE(?:, in (?P<function>\S+))?',  # Python
        r"^File PATH:LINE, in (?P<function>\w+)",  # IPython
        r"\bat\s+(?:[\w.-]+/)*(?P<owner>[\w.$]+)\.(?P<function>[\w$<>]+)\((?P<path>\w+\.\w+):LINE\)",  # JVM
        r"\bat\s+(?P<function>[\w.`<>\[\]+]+)\([^()\n]*\) in (?P<path>[^\n]{1,300}?\.\w+):(?:line )?LINE",  # .NET
        r"\bat\s+(?:async |new )*(?P<function>[\w.$<>#]+)(?: \[as \w+\])?\s+\((?P<path>[^()\n]+?):LINE",  # V8
        r"(?:\b(?P<function>\w+) \([^()\n]*\) (?:at|from) |\bin (?P<scope>[\w:~]+)(?:\([^()\n]*\))? )PATH:LINE",  # gdb
        r"PATH\(LINE\): (?:[\w\\]+(?:->|::))?(?P<function>\w+)\(",  # PHP
        r"PATH:LINE:in [`'](?:[\w ]+ in )?(?:[\w:]+[#.])?(?P<function>[\w?!]+)'",  # Ruby
        r"PATH:LINE: in (?P<function>\w+)",  # pytest
        r"PATH\(LINE,\d+\)",  # compilers of .NET and TypeScript
        r"PATH(?: on|,)? line LINE",  # PHP, Perl
        r"PATH:LINE\b",
    )
)
_LAST_IS_INNERMOST = (".py", ".pyx", ".pyi", ".ipynb")
_ANOTHER = re.compile(
    r"^[ \t]*(?:Caused by|Suppressed|Traceback \(most recent call last\)|---> )"
    r"|was the direct cause of|another exception occurred",
    re.MULTILINE,
)
"""Where the trace of another exception, or of its cause, begins."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a stack trace: the path as printed, the line number, and the function ("" if not given)."""

    path: str
    line: int
    function: str = ""


Trace = tuple[Frame, ...]
"""The frames of one stack trace, the innermost first."""


def read(task: str) -> tuple[Trace, ...]:
    """The stack traces of a task, in its order; a line number behind a path alone is a trace of one frame."""
    traces = []
    for (_, backwards), group in groupby(_frames(task), key=lambda found: (found[0], _goes_inwards(found[1]))):
        frames = [frame for _, frame in group]
        traces.append(tuple(dict.fromkeys(reversed(frames) if backwards else frames)))
    return tuple(dict.fromkeys(traces))


def _goes_inwards(frame: Frame) -> bool:
    return frame.path.endswith(_LAST_IS_INNERMOST)


def _frames(task: str) -> Iterator[tuple[int, Frame]]:
    """The frames in the order of the text, each with how many further traces have begun before it."""
    begins = [match.start() for match in _ANOTHER.finditer(task)]
    end = 0
    for match in sorted((m for style in _STYLES for m in style.finditer(task)), key=_by_place):
        path = match["path"]
        if match.start("path") >= end and "://" not in path:
            end = match.end("line")
            yield sum(begin <= match.start() for begin in begins), _frame(match)


def _by_place(match: re.Match[str]) -> tuple[int, int]:
    """The order of the text; of those with one path, what says most first."""
    return match.start("path"), -len(match[0])


def _frame(match: re.Match[str]) -> Frame:
    said = match.groupdict()
    path, function = said["path"], said.get("function") or said.get("scope") or ""
    package = (said.get("owner") or "").rpartition(".")[0].replace(".", "/")
    return Frame(f"{package}/{path}" if package else path, int(said["line"]), re.split(r"[.:#]", function)[-1])
