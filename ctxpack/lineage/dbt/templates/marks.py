"""Maps the lines of rendered text to template lines: marks are put before each output node and removed afterwards.

Only the nodes of the template know their lines. While the marks are in the text, the text around values that could not
be computed is known too, so they are then replaced by something that parses as SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from jinja2 import nodes

from ctxpack.datamodel.dbt import Rendered, RenderJob
from ctxpack.lineage.dbt.templates.environment import UNKNOWN, gap, operand
from ctxpack.lineage.dbt.templates.relations import Recorder

_OPEN, _CLOSE = "\x02", "\x03"

_LINE_MARK = re.compile(r"\x02(\d+)(!?)\x03")
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def cleaned(text: str) -> str:
    """The text of a template without byte order mark and without the characters used as marks."""
    text = text.removeprefix("\ufeff")
    return text.replace(_OPEN, " ").replace(_CLOSE, " ") if _OPEN in text or _CLOSE in text else text


def with_lines(body: list[nodes.Node]) -> list[nodes.Node]:
    """A copy of the nodes with a line mark before every output; the originals are shared and left unchanged."""
    return [_with_line(node) for node in body]


def _with_line(node: nodes.Node) -> nodes.Node:
    if isinstance(node, nodes.Output):
        marked: list[nodes.Expr] = []
        for part in node.nodes:
            frozen = "" if isinstance(part, nodes.TemplateData) else "!"
            marked += [nodes.TemplateData(f"{_OPEN}{part.lineno}{frozen}{_CLOSE}", lineno=part.lineno), part]
        return nodes.Output(marked, lineno=node.lineno)
    if isinstance(node, nodes.If):
        branches = [nodes.If(one.test, with_lines(one.body), [], [], lineno=one.lineno) for one in node.elif_]
        return nodes.If(node.test, with_lines(node.body), branches, with_lines(node.else_), lineno=node.lineno)
    if isinstance(node, nodes.For):
        parts = (with_lines(node.body), with_lines(node.else_))
        return nodes.For(node.target, node.iter, *parts, node.test, node.recursive, lineno=node.lineno)
    return node


def with_marks(pieces: Iterable[tuple[str, int, bool]]) -> str:
    """Rendered pieces (text, template line, whether all of it comes from that line) joined into one marked text."""
    return "".join(f"{_OPEN}{line}{'!' * frozen}{_CLOSE}{text}" for text, line, frozen in pieces)


def result(marked: str, recorder: Recorder, job: RenderJob) -> Rendered:
    """The result of rendering: the text without marks, the file line of each of its lines, and what was recorded."""
    text, lines = _without_marks(without_addresses(marked), job.line - 1)
    return Rendered(
        text,
        lines,
        tuple(recorder.named),
        recorder.configuration(),
        "",
        tuple(recorder.lost),
        tuple(sorted(recorder.unknown)),
        asks=tuple(sorted(recorder.asked)),
    )


def without_addresses(text: str) -> str:
    """A text without memory addresses of objects, which vary from run to run."""
    return _ADDRESS.sub("", text)


def _without_marks(marked: str, before: int) -> tuple[str, tuple[int, ...]]:
    parts = _LINE_MARK.split(marked)
    pieces = [_Piece(0, False, parts[0])]
    for number, frozen, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        pieces.append(_Piece(int(number), bool(frozen), text))
    filled = _filled(pieces)
    return "".join(piece.text for piece in filled), _lines(filled, before)


class _Piece(NamedTuple):
    """A piece of rendered text: its template line, and whether all of it comes from that one line (`frozen`)."""

    line: int
    frozen: bool
    text: str


def _filled(pieces: list[_Piece]) -> list[_Piece]:
    """The pieces with unknown and empty values replaced where SQL needs something in their place."""
    out: list[_Piece] = []
    shown = ""
    for index, piece in enumerate(pieces):
        text = piece.text
        if "__unknown__" in text:
            text = _operands(text, shown)
        elif piece.frozen and not text.strip():
            following = "".join(other.text for other in pieces[index + 1 : index + 4])[:200]
            text = gap(shown, following) or text
        out.append(piece._replace(text=text))
        shown = (shown + text)[-4000:]
    return out


def _operands(text: str, shown: str) -> str:
    out = ""
    end = 0
    for match in UNKNOWN.finditer(text):
        out += text[end : match.start()]
        out += operand(match.group(1), shown + out)
        end = match.end()
    return out + text[end:]


def _lines(pieces: list[_Piece], before: int) -> tuple[int, ...]:
    """For each line of the text, the file line of its first non-blank piece; 0 for none."""
    lines: list[int] = [0]
    for piece in pieces:
        line = piece.line
        for index, text in enumerate(piece.text.split("\n")):
            if index:
                lines.append(0)
                line += not piece.frozen
            if not lines[-1] and line and text.strip():
                lines[-1] = line + before
    return tuple(lines)
