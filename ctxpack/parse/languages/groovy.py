"""Groovy, whose grammar reads few real files: definitions by lines, with the packages, imports and uses that are plain.

Definitions are those of the record's heads. A use is told where the text itself says what it is: a name with a capital
is a class, a member of it or of a variable that the file declares with one class only, a call of a bare name. What a
name without a declared type holds stays unknown.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import msgspec

from ctxpack.model import Definition, Import, Parsed, Reference
from ctxpack.parse import lines
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.languages.table import Language
from ctxpack.parse.plain import Plain
from ctxpack.parse.source import Source

_PROSE = re.compile(
    rb'//[^\n]*|/\*.*?(?:\*/|\Z)|""".*?(?:"""|\Z)|\'\'\'.*?(?:\'\'\'|\Z)|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|'
    rb"\A#![^\n]*",
    re.DOTALL,
)
_BLANK = re.compile(rb"[^\s]")
_PACKAGE = re.compile(rb"^[ \t]*package[ \t]+([\w.]+)", re.MULTILINE)
_IMPORT = re.compile(
    rb"^[ \t]*(?:@\w+(?:\([^()\n]*\))?[ \t]+)?import[ \t]+(static[ \t]+)?([\w.]+?)(?:\.(\w+|\*))"
    rb"(?:[ \t]+as[ \t]+(\w+))?[ \t]*;?[ \t]*\r?$",
    re.MULTILINE,
)
_HEAD = re.compile(
    rb"\b(?:class|interface|trait|enum)[ \t]+(\w+)(?:<[^{}\n]{0,200}?>)?"
    rb"(\s+(?:extends|implements)\b[^{}]{0,400})\{"
)
_USE = re.compile(rb"(?<![\w$.@&?:])(@)?([A-Za-z_]\w*)((?:[ \t]*\??\.[ \t]*[A-Za-z_]\w*)*)[ \t]*(\()?")
_MEMBER = re.compile(rb"[A-Za-z_]\w*")
_TYPED = re.compile(rb"\b([A-Z]\w*)(?:<[^<>\n]*(?:<[^<>\n]*>[^<>\n]*)*>)?[ \t]+([a-z]\w*)[ \t]*(?=[=;,)\n\r:{]|\bin\b)")
_MADE = re.compile(rb"\bdef[ \t]+([a-z]\w*)[ \t]*=[ \t]*new[ \t]+([A-Z]\w*)[ \t]*[(<]")
_LOOSE = re.compile(rb"\b(?:def|var|final)[ \t]+([a-z]\w*)\b(?![ \t]*\()|\b([a-z]\w*)[ \t]*(?:,[ \t\w]*)?->")
_PARAMETERS = re.compile(rb"\b\w+[ \t]+\w+[ \t]*\(([^()\n]*)\)[^;{}\n]*\{|\{[ \t]*([\w \t,]*)->")
_UNTYPED = re.compile(rb"(?:^|,)[ \t]*([a-z]\w*)[ \t]*(?=,|=|$)")
_CLASSES = frozenset({"class", "interface", "trait", "enum"})
_KEYWORDS = frozenset(
    """abstract as assert break case catch class continue def default do else enum extends final finally for goto if
    implements import in instanceof interface native new package private protected public return static strictfp super
    switch synchronized this throw throws trait transient try var void volatile while with println print it true false
    null boolean byte char double float int long short""".split()
)
_MOST_USES = 20_000


class GroovyHooks(Hooks):
    """The reader of Groovy."""

    def read(self, source: Source, language: Language) -> Parsed | None:
        """What its lines begin, and what can be said of the rest."""
        parsed = lines.parse(source, language)
        code = _PROSE.sub(lambda found: _BLANK.sub(b" ", found[0]), source.data)
        package = _PACKAGE.search(code)
        plain = Plain(source, language)
        imports = (*parsed.facts.imports, *_imports(code, plain))
        definitions = _with_bases(parsed.facts.definitions, code)
        body = _IMPORT.sub(_blanked, _PACKAGE.sub(_blanked, code))
        facts = msgspec.structs.replace(
            parsed.facts,
            definitions=definitions,
            package=package[1].decode() if package else "",
            imports=tuple(sorted(imports, key=lambda one: (one.line, one.column, one.module, one.name))),
            references=tuple(_references(body, definitions, plain)),
        )
        return msgspec.structs.replace(parsed, facts=facts)


def _blanked(found: re.Match[bytes]) -> bytes:
    return _BLANK.sub(b" ", found[0])


def _imports(code: bytes, plain: Plain) -> Iterator[Import]:
    """The classes, the static members and the whole packages that are imported."""
    for found in _IMPORT.finditer(code):
        module, name = found[2].decode(), found[3].decode()
        line, column = plain.position(found.start(2))
        alias = "" if name == "*" else found[4].decode() if found[4] else name
        yield Import(module, name, alias, "import", line, column)


def _with_bases(definitions: Sequence[Definition], code: bytes) -> tuple[Definition, ...]:
    bases = {
        found[1].decode(): tuple(
            name.decode() for name in re.findall(rb"(?<![\w<.])[A-Z]\w*", re.sub(rb"<[^<>]*>", b"", found[2]))
        )
        for found in _HEAD.finditer(code)
    }
    return tuple(
        msgspec.structs.replace(one, bases=bases[one.name]) if one.kind in _CLASSES and one.name in bases else one
        for one in definitions
    )


def _references(code: bytes, definitions: Sequence[Definition], plain: Plain) -> Iterator[Reference]:
    """The uses of names, in order."""
    own = {(one.line, one.column) for one in definitions}
    firsts = [one.span[0] for one in definitions]
    held, loose = _variables(code)
    inherited = [found.span(2) for found in _HEAD.finditer(code)]
    count = 0
    for found in _USE.finditer(code):
        place = plain.position(found.start(2))
        if place in own or count >= _MOST_USES:
            continue
        scope = _around(place[0], definitions, firsts)
        first = found[2].decode()
        qualifier = _qualifier(first, held, _owner(scope, definitions))
        alone = not found[3]
        kind = _kind(found, first, loose, inherited)
        if kind:
            yield Reference(first, "", kind, *place, scope)
            count += 1
        for number, member in enumerate(_MEMBER.finditer(code, found.start(3), found.end(3)) if qualifier else ()):
            count += 1
            last = member.end() == found.end(3)
            used = "call" if last and found[4] else "read"
            yield Reference(member[0].decode(), qualifier, used, *plain.position(member.start()), scope)
            qualifier = f"{qualifier}.{member[0].decode()}" if number < 8 and not alone else ""
            if not qualifier:
                break


def _kind(found: re.Match[bytes], first: str, loose: frozenset[str], inherited: Sequence[tuple[int, int]]) -> str:
    """What a bare name, the first of a chain, is used as; "" for what is not told."""
    if found[1]:
        return "decorate" if first[0].isupper() else ""
    if first[0].isupper():
        if len(first) == 1:
            return ""
        if any(start <= found.start(2) < end for start, end in inherited[:50]):
            return "inherit"
        return "read" if first.isupper() else "type"
    if found[3] or not found[4] or first in _KEYWORDS or first in loose:
        return ""
    return "call"


def _qualifier(first: str, held: dict[str, str], owner: str) -> str:
    """What stands before the members of a name."""
    if first[0].isupper():
        return first if len(first) > 1 else ""
    if first in ("this", "super"):
        return (f"{owner}()" if first == "this" else f"{owner}()^") if owner else ""
    return f"{held[first]}()" if first in held else ""


def _variables(code: bytes) -> tuple[dict[str, str], frozenset[str]]:
    """The class of each variable that the file declares with one alone, and all names that are declared otherwise."""
    typed: dict[str, set[str]] = {}
    for found in _TYPED.finditer(code):
        typed.setdefault(found[2].decode(), set()).add(found[1].decode())
    made = set()
    for found in _MADE.finditer(code):
        typed.setdefault(found[1].decode(), set()).add(found[2].decode())
        made.add(found.start())
    loose = {name for found in _LOOSE.finditer(code) if found.start() not in made for name in found.groups() if name}
    for found in _PARAMETERS.finditer(code):
        loose.update(_UNTYPED.findall(found[1] or found[2] or b""))
    names = frozenset(name.decode() for name in loose)
    held = {name: next(iter(kinds)) for name, kinds in typed.items() if len(kinds) == 1 and name not in names}
    return held, names | frozenset(typed)


def _around(line: int, definitions: Sequence[Definition], firsts: Sequence[int]) -> int:
    """The innermost definition around a line."""
    index = bisect_right(firsts, line) - 1
    while index >= 0 and definitions[index].span[1] < line:
        index = definitions[index].parent
    return index


def _owner(scope: int, definitions: Sequence[Definition]) -> str:
    while scope >= 0 and definitions[scope].kind not in _CLASSES:
        scope = definitions[scope].parent
    return definitions[scope].qualname if scope >= 0 else ""


HOOKS = GroovyHooks()
