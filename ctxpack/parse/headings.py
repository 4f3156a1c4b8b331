"""Prose with headings (Markdown, reStructuredText, AsciiDoc): sections that last to the next heading of their level."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ctxpack.model import Parsed
from ctxpack.parse.languages.table import Language
from ctxpack.parse.plain import Draft, Plain
from ctxpack.parse.source import Source
from ctxpack.parse.sql.templates import read_templates

_ATX = re.compile(rb"^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*\r?$")
_ADOC = re.compile(rb"^(={1,6})[ \t]+(\S.*?)[ \t]*\r?$")
_FENCE = re.compile(rb"^ {0,3}(?:[-*+>] +)?(`{3,}|~{3,})")
_ADOC_FENCE = re.compile(rb"^(-{4,}|\.{4,}|={4,})[ \t]*\r?$")
_UNDERLINE = re.compile(rb"^(=+|-+)[ \t]*\r?$")
_RST_LINE = re.compile(rb"^([=\-`:'\"~^_*+#<>.])\1{2,}[ \t]*\r?$")
_NOT_SETEXT = (b"#", b">", b"-", b"*", b"+", b"|", b"```", b"    ", b"\t", b"<")
_MARKUP = re.compile(rb"\[([^\]]*)\]\([^)]*\)|[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}|\{#[^}]*\}[ \t]*$|<[^>]*>")
_LINK = re.compile(
    rb"(?<!!)\[[^\]\n]{0,300}\]\(<?([^)\s>#?]+)[^)\n]{0,300}\)|^\[[^\]\n]{1,100}\]:[ \t]*<?([^\s>#?]+)", re.MULTILINE
)
_SCHEME = re.compile(rb"^(?:[A-Za-z][A-Za-z0-9+.-]*:|//|\{)")
_MOST = 2_000
_OUTLINED = 200


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its first line, how many lines it takes, its level from 1, its raw title."""

    line: int
    lines: int
    level: int
    title: bytes


Scanner = Callable[[list[bytes], list[tuple[int, int]]], Iterator[Heading]]


def read_markdown(source: Source, language: Language) -> Parsed:
    """The sections of a Markdown text, the files that it links to, and the documentation blocks in it."""
    return _read(source, language, _markdown)


def read_rst(source: Source, language: Language) -> Parsed:
    """The sections of a text in reStructuredText."""
    return _read(source, language, _rst)


def read_asciidoc(source: Source, language: Language) -> Parsed:
    """The sections of a text in AsciiDoc."""
    return _read(source, language, _asciidoc)


def _read(source: Source, language: Language, scanner: Scanner) -> Parsed:
    plain = Plain(source, language)
    code: list[tuple[int, int]] = []
    headings = []
    for heading in scanner(source.lines, code):
        headings.append(heading)
        if len(headings) == _MOST:
            break
    _define(plain, headings)
    _prose(plain, code)
    fenced = [(plain.line_start(first), plain.line_start(last + 1)) for first, last in code]
    for start, end in _outside(fenced, len(source.data)):
        _links(plain, start, end)
    if b"{% docs" in source.data:
        read_templates(plain, {})
    return plain.finish()


def _define(plain: Plain, headings: list[Heading]) -> None:
    open_sections: list[tuple[int, Draft]] = []
    end = len(plain.source.data)
    for heading in headings:
        start = plain.line_start(heading.line)
        while open_sections and open_sections[-1][0] >= heading.level:
            open_sections.pop()[1].end = start
        raw = plain.source.lines[heading.line - 1 + (heading.lines == 3)]
        name = _plain_title(heading.title)
        at = plain.line_start(heading.line + (heading.lines == 3)) + max(0, raw.find(heading.title))
        draft = Draft(name, "section", start, end, at, heading.line + heading.lines - 1)
        draft.outlined = len(plain.drafts) < _OUTLINED
        plain.drafts.append(draft)
        open_sections.append((heading.level, draft))
    for draft in plain.drafts:
        draft.end = draft.start + len(plain.source.data[draft.start : draft.end].rstrip())


def _plain_title(raw: bytes) -> str:
    text = _MARKUP.sub(lambda match: match.group(1) or b"", raw).decode("utf-8", "replace")
    return " ".join(text.split()) or raw.decode("utf-8", "replace").strip()


def _markdown(lines: list[bytes], code: list[tuple[int, int]]) -> Iterator[Heading]:
    """Headings of both styles, outside front matter and fences; the lines of fences go to `code`."""
    number = _front_matter(lines)
    fence, opened = b"", 0
    while number < len(lines):
        line = lines[number]
        number += 1
        marker = _FENCE.match(line)
        if fence:
            if line.strip().startswith(fence) and not line.strip().strip(fence[:1]):
                code.append((opened, number))
                fence = b""
        elif marker:
            fence, opened = marker.group(1), number
        else:
            heading = _markdown_heading(lines, number)
            if heading is not None:
                yield heading
                number += heading.lines - 1
    if fence:
        code.append((opened, len(lines)))


def _front_matter(lines: list[bytes]) -> int:
    """How many lines of front matter a text begins with."""
    mark = lines[0].strip() if lines else b""
    if mark not in (b"---", b"+++"):
        return 0
    return next((index + 1 for index in range(1, len(lines)) if lines[index].strip() == mark), 0)


def _markdown_heading(lines: list[bytes], number: int) -> Heading | None:
    line = lines[number - 1]
    atx = _ATX.match(line)
    if atx is not None:
        return Heading(number, 1, len(atx.group(1)), atx.group(2)) if atx.group(2) else None
    below = _UNDERLINE.match(lines[number]) if number < len(lines) else None
    if below is None or not line.strip() or line.startswith(_NOT_SETEXT) or (number > 1 and lines[number - 2].strip()):
        return None
    return Heading(number, 2, 1 if below.group(1).startswith(b"=") else 2, line.strip())


def _asciidoc(lines: list[bytes], code: list[tuple[int, int]]) -> Iterator[Heading]:
    fence, opened = b"", 0
    for number, line in enumerate(lines, 1):
        marker = _ADOC_FENCE.match(line)
        if marker is not None and (not fence or marker.group(1) == fence):
            if fence:
                code.append((opened, number))
            fence, opened = (b"" if fence else marker.group(1)), number
        heading = _ADOC.match(line) if not fence else None
        if heading is not None:
            yield Heading(number, 1, len(heading.group(1)), heading.group(2))


def _rst(lines: list[bytes], code: list[tuple[int, int]]) -> Iterator[Heading]:
    """Titles by their under- and overlines; a level is known by the order in which its style first appears."""
    styles: list[bytes] = []
    number = 0
    while number + 1 < len(lines):
        number += 1
        if lines[number - 1].rstrip().endswith(b"::") or lines[number - 1].startswith(b".. code"):
            code.append(_indented(lines, number))
        title, below = lines[number - 1], _RST_LINE.match(lines[number])
        above = _RST_LINE.match(lines[number - 2]) if number > 1 else None
        if (
            below is None
            or not title.strip()
            or _RST_LINE.match(title)
            or len(lines[number].strip()) < len(title.strip())
        ):
            continue
        overlined = above is not None and above.group(1) == below.group(1)
        if not overlined and number > 1 and lines[number - 2].strip():
            continue
        style = below.group(1) * (2 if overlined else 1)
        if style not in styles:
            styles.append(style)
        level = styles.index(style) + 1
        yield Heading(number - overlined, 3 if overlined else 2, level, title.strip())
        number += 1


def _indented(lines: list[bytes], number: int) -> tuple[int, int]:
    """The indented lines after a line."""
    last = number
    while last < len(lines) and (not lines[last].strip() or lines[last][:1].isspace()):
        last += 1
    return number + 1, last


def _prose(plain: Plain, code: list[tuple[int, int]]) -> None:
    fenced = [(plain.line_start(first), plain.line_start(last + 1)) for first, last in code]
    plain.prose.extend(_outside(fenced, len(plain.source.data)))


def _outside(ranges: list[tuple[int, int]], size: int) -> Iterator[tuple[int, int]]:
    place = 0
    for start, end in ranges:
        if start > place:
            yield place, start
        place = max(place, end)
    if place < size:
        yield place, size


def _links(plain: Plain, start: int, end: int) -> None:
    """Links to files, not to the network."""
    for match in _LINK.finditer(plain.source.data, start, end):
        group = 1 if match.group(1) is not None else 2
        target = match.group(group)
        if not _SCHEME.match(target):
            plain.bring_in(target.decode("utf-8", "replace"), "include", match.start(group))
