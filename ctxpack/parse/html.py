"""HTML and HTML templates by their tags: elements with ids, headings, named template blocks, and included files.

Real HTML in repositories is mostly templates, whose parts need not be balanced; so tags are matched leniently.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ctxpack.model import Parsed
from ctxpack.parse.languages.table import Language
from ctxpack.parse.plain import Draft, Plain
from ctxpack.parse.source import Source

_TAG = re.compile(
    rb"""<!--(?P<comment>)
    | <(?P<close>/?)(?P<name>[A-Za-z][\w:-]*+)
       (?P<attributes>(?:[^<>"'{]++|"[^"]{0,2000}+"|'[^']{0,2000}+'|\{\{[^<>{}]{0,300}\}\}|\{%[^<>{}]{0,300}%\}|\{){0,200}+)>
    | \{\{-?\s*(?P<action>define|block|template|partial|partialCached|end|if|range|with)\b\s*
       (?:"(?P<called>[^"\n]{0,200})")?[^{}]{0,2000}\}\}
    | \{%-?\s*(?P<tag>block|endblock|include|extends|import|from|macro|endmacro)\b\s*
       (?:['"]?(?P<argument>[\w./-]+)['"]?)?""",
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(
    rb"""(?<![\w-])(id|src|href|data-src)\s*=\s*(?:"([^"{}]*)"|'([^'{}]*)'|([^\s"'>{}]+))""", re.IGNORECASE
)
_HEADING = re.compile(rb"^h[1-6]$", re.IGNORECASE)
_VOID = frozenset(b"area base br col embed hr img input link meta param source track wbr !doctype".split())
_INCLUDED = {b"script": b"src", b"link": b"href", b"iframe": b"src"}
_MARKS = re.compile(rb"<[^>]*>|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_SCHEME = re.compile(rb"^(?:[A-Za-z][A-Za-z0-9+.-]*:|//|\#)")
_MOST = 1_000
_OUTLINED = 120
_TITLE = 120


@dataclass(slots=True)
class _Reader:
    plain: Plain
    elements: list[tuple[bytes, Draft | None, int]] = field(default_factory=list)
    blocks: list[Draft | None] = field(default_factory=list)

    def element(self, match: re.Match[bytes]) -> None:
        name, attributes = match["name"].lower(), match["attributes"]
        if match["close"]:
            self.close(name, match)
            return
        found = _attributes(attributes)
        offset = match.start("attributes")
        if _INCLUDED.get(name) in found:
            value, at = found[_INCLUDED[name]]
            if value and not _SCHEME.match(value):
                self.plain.bring_in(value.decode("utf-8", "replace"), "include", offset + at)
        draft = None
        if found.get(b"id", (b"", 0))[0]:
            value, at = found[b"id"]
            draft = self.define(value.decode("utf-8", "replace"), match.start(), match.end(), offset + at)
        if name in _VOID or attributes.endswith(b"/"):
            return
        self.elements.append((name, draft, match.start()))

    def close(self, name: bytes, match: re.Match[bytes]) -> None:
        for depth in range(len(self.elements) - 1, max(-1, len(self.elements) - 60), -1):
            opened, draft, start = self.elements[depth]
            if opened == name:
                del self.elements[depth:]
                if draft is not None:
                    draft.end = match.end()
                elif _HEADING.match(name):
                    self.heading(start, match.end())
                return

    def heading(self, start: int, end: int) -> None:
        text = " ".join(_MARKS.sub(b" ", self.plain.source.data[start:end]).decode("utf-8", "replace").split())
        if text and len(text) <= _TITLE:
            self.define(text, start, end, start)

    def define(self, name: str, start: int, end: int, at: int, kind: str = "section") -> Draft | None:
        if len(self.plain.drafts) >= _MOST:
            return None
        draft = Draft(name, kind, start, end, at, qualname=name, outlined=len(self.plain.drafts) < _OUTLINED)
        self.plain.drafts.append(draft)
        return draft

    def open_block(self, match: re.Match[bytes], group: str) -> None:
        name = match[group].decode("utf-8", "replace")
        self.blocks.append(self.define(name, match.start(), match.end(), match.start(group), "macro"))

    def end_block(self, match: re.Match[bytes]) -> None:
        draft = self.blocks.pop() if self.blocks else None
        if draft is not None:
            draft.end = match.end()

    def include(self, match: re.Match[bytes], group: str) -> None:
        self.plain.bring_in(match[group].decode("utf-8", "replace"), "include", match.start(group))

    def action(self, match: re.Match[bytes]) -> None:
        """Go templates: `define` and `block` last to their `end`; `partial` and `template` use another file."""
        action, called = match["action"], match["called"]
        if action == b"end":
            self.end_block(match)
        elif action in (b"if", b"range", b"with"):
            self.blocks.append(None)
        elif called and action in (b"define", b"block"):
            self.open_block(match, "called")
        elif called:
            self.include(match, "called")

    def tag(self, match: re.Match[bytes]) -> None:
        """Jinja, Django and Twig: blocks and macros; includes, imports and extended templates."""
        tag, argument = match["tag"], match["argument"]
        if tag in (b"endblock", b"endmacro"):
            self.end_block(match)
        elif argument and tag in (b"block", b"macro"):
            self.open_block(match, "argument")
        elif argument and b"." in argument:
            self.include(match, "argument")


def _attributes(raw: bytes) -> dict[bytes, tuple[bytes, int]]:
    """The attributes that matter: value and its place among the attributes, by lower-case name."""
    found = {}
    for match in _ATTRIBUTE.finditer(raw):
        group = match.lastindex or 2
        found[match.group(1).lower()] = (match.group(group), match.start(group))
    return found


def read(source: Source, language: Language) -> Parsed:
    """The facts of an HTML file or template."""
    plain = Plain(source, language)
    reader = _Reader(plain)
    place, comments_end = 0, source.data.rfind(b"-->")
    while (match := _TAG.search(source.data, place)) is not None:
        place = match.end()
        if match["name"]:
            reader.element(match)
        elif match["action"]:
            reader.action(match)
        elif match["tag"]:
            reader.tag(match)
        elif place <= comments_end:
            place = source.data.find(b"-->", place) + 3
            plain.prose.append((match.start(), place))
    return plain.finish()
