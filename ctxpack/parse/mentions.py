"""What a file names by mere text: files by path, modules and classes by dotted name, tables inside SQL strings.

Code is joined to its templates, queries, settings and build files by string literals and by the words of configuration
files, which no import states. A mention is only what looks like such a name; whether anything of the repository is
meant is for the graph to find out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from ctxpack.model import Mention
from ctxpack.naming import STATES
from ctxpack.parse import mapper_tags
from ctxpack.parse.languages.table import Language
from ctxpack.parse.source import Source

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

Scopes = Callable[[Sequence[int]], Sequence[int]]
"""Gives for each of some ascending byte offsets the index of the definition around it."""

WORDS = frozenset(
    {
        "bash", "cmake", "dockerfile", "dotenv", "groovy", "ini", "json", "make", "nix", "powershell", "starlark",
        "terraform", "toml", "xml", "yaml",
    }
)  # fmt: skip
"""Languages in which any word may name something."""

QUOTED = frozenset(
    {
        "clojure", "dart", "erlang", "fsharp", "haskell", "julia", "nim", "objc", "ocaml", "perl", "r",
        "solidity", "swift", "zig",
    }
)  # fmt: skip
"""Languages read by lines in which only what stands in quotes names something."""

HOLDING_SQL = frozenset(
    {"csharp", "go", "java", "javascript", "kotlin", "php", "ruby", "rust", "scala", "tsx", "typescript"}
)
"""Languages with a grammar whose strings are searched for statements even where the grammar cannot read a file."""

_MOST = 200
_MOST_STATED = 1_000
_LONGEST = 200
_LONGEST_QUOTE = 5
_MOST_SEEN = 4_000
_LONGEST_LINES = 400
"""How many bytes a line may have on average where a file is written by people."""

_COMMENTS = (b"#", b"//", b";")
_PATTERNS = b"*?%@${(<["
_NAMED = re.compile(
    rb"""(?:\*/|\#/|\.{1,2}/|/)?(?:[\w.+~-]{1,80}/)+[\w.+~-]{0,80}  # a path with a slash
       | [\w+~-][\w.+~-]*\.[A-Za-z]\w{0,60}                       # a file with an extension, or a dotted name
       | [A-Za-z_][\w.]{0,80}:[A-Za-z_][\w.]{0,50}                  # module:object""",
    re.VERBOSE,
)
_STRING = re.compile(rb"[\"'`]([^\s\"'`./:]*+[./:][^\s\"'`]{1,200})(?=[\"'`])")
_COMPUTED = re.compile(rb".*(?:[})]|%[sdvr])(?=/)", re.DOTALL)
_WORD = re.compile(rb"[./:]++[\w~+-]++(?:[./:]++[\w~+-]++)*+/?")
_WORD_CHARACTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_~+-"
_MODULE_RUN = re.compile(rb"\bpython[\d.]*[\s\"',]+(?:-[A-Zb-z]\w{0,9}[\s\"',]+){0,3}-m[\s\"',]+([A-Za-z_][\w.]*)")
_MAKE = re.compile(
    rb"""(?:(?<![\w./-])g?make|\$[({]MAKE[)}])
       (?P<options>(?:[ \t]+(?:-[A-BD-Zabd-z]\S*(?:[ \t]+\d+\b)?|--[\w-]+(?:=\S+)?|[A-Za-z_]\w*=\S*
          |(?:-C[ \t]*|--directory[= ])[\w./-]+))*)
       (?P<targets>(?:[ \t]+[A-Za-z][\w.-]*(?![\w./=:-])){1,5})""",
    re.VERBOSE,
)
_FOLDER = re.compile(rb"(?:-C[ \t]*|--directory[= ])([\w./-]+)")
_TARGET = re.compile(rb"[\w.-]+")
_QUOTED = rb"\s*[\"']([A-Za-z_][\w.-]{0,100})[\"']"
_KEYED = tuple(
    (mark, tuple((key, re.compile(pattern + _QUOTED)) for key, pattern in named))
    for mark, named in (
        (b"DAG", (("DAG", rb"\bDAG\("), ("dag", rb"\.get_dag\("))),
        (
            b"dag_id",
            (
                ("DAG", rb"(?:\bDAG|@dag)\([^()]{0,160}?\bdag_id\s*="),
                ("dag", rb"trigger_dag_id\s*="),
                ("dag", rb"external_dag_id\s*="),
            ),
        ),
        (b".table(", (("FROM", rb"\.table\("),)),
        (
            b"spark",
            (
                ("FROM", rb"\.forName\([^()]{0,40},"),
                ("INTO", rb"\.saveAsTable\("),
                ("INTO", rb"\.insertInto\("),
                ("INTO", rb"\.writeTo\("),
            ),
        ),
    )
)
"""What names a string that follows: text that has to be in the file, and for each key the pattern before the string."""

_STATEMENT = re.compile(
    rb"(?:[\"'`]|<<[<~-]?[\"']?(?P<end>[A-Za-z_]\w*)[\"']?[^\n]*\n)[\s(|]*(?:--[^\n]*\n\s*)*(?:\\n\s*)?"
    rb"(?:(?i:begin|start|pragma|set|use|commit)\b[^;\"'`\n]{0,80};(?:\s|\\n|--[^\n]*\n)*){0,4}"
    rb"(?P<verb>select|insert|update|delete|merge|with|copy|truncate|create|replace|alter|drop"
    rb"|SELECT|INSERT|UPDATE|DELETE|MERGE|WITH|COPY|TRUNCATE|CREATE|REPLACE|ALTER|DROP)(?:\s|\\[nrt\n]|[\"'`]\s*[+.])"
)
_NEAR, _ANYWHERE = 80, 20_000
_INTO = re.compile(rb"(?:\b|\\[nrt])(?:into|overwrite|using)\b", re.IGNORECASE)
_FROM = re.compile(rb"(?:\b|\\[nrt])from\b", re.IGNORECASE)
_MAKES = re.compile(
    rb"(?:\b|\\[nrt])(?:(?:create|alter|drop)(?:\s|\\[nrt\n])(?:[\w\s]|\\[nrt\n]){0,60}(?:\b|\\[nrt])(?:table|view)"
    rb"|create\s+unique\s+(?:\w+\s+)?index|drop\s+index)\b",
    re.IGNORECASE,
)
"""What changes tables; an index that is not unique is no part of one."""

_GOES_ON = re.compile(rb"\s*[+.](?=[\s($])")
_ROOM_BEHIND = 300
_TELLING: Mapping[bytes, tuple[re.Pattern[bytes], int]] = {
    b"select": (_FROM, _ANYWHERE), b"delete": (_FROM, 200), b"insert": (_INTO, _NEAR), b"replace": (_INTO, _NEAR),
    b"merge": (_INTO, _NEAR), b"update": (re.compile(rb"(?:\b|\\[nrt])set\b", re.IGNORECASE), _ANYWHERE),
    b"with": (re.compile(rb"(?:\b|\\[nrt])as\b(?:[\w\s]|\\[nrt\n]){0,40}\(", re.IGNORECASE), _ANYWHERE),
    b"copy": (re.compile(rb"\b(?:from|into|to)\b", re.IGNORECASE), 400),
    b"truncate": (re.compile(rb"\btable\b|(?<=TRUNCATE)\s", re.IGNORECASE), _NEAR),
    b"create": (_MAKES, _ANYWHERE), b"alter": (_MAKES, _NEAR), b"drop": (_MAKES, _NEAR),
}  # fmt: skip
"""By the first word of a statement, what has to follow and within how many bytes; sentences rarely have that."""

_VERBS = re.compile(
    rb"\b(?:(?P<create>(?:create|CREATE)\s+(?:(?:or|OR)\s+(?:replace|REPLACE)\s+)?(?:table|TABLE|view|VIEW)"
    rb"(?:\s+(?:if|IF)\s+(?:not|NOT)\s+(?:exists|EXISTS))?)"
    rb"|(?P<write>(?i:insert\s+(?:into|overwrite)(?:\s+table)?|merge\s+into|update|delete\s+from|truncate\s+table|copy))"
    rb"|(?P<read>(?i:from|join)))\s+(?P<name>(?:(?:\{[^{}\n]{0,60}\}|[`\"\[]{0,2}\w+[`\"\]]{0,2})\.){0,3}[`\"\[]{0,2}[A-Za-z_]\w*)"
    rb"(?(create)(?![\w.{])|(?![\w.({]))"
)
_BETWEEN = re.compile(
    rb"[\"'`]?\s*(?:\\\s*|[+.]\s*(?:[\w.$:>()-]{1,80}\s*[+.]\s*)?|\$\{[^{}]{0,80}\}|#\{[^{}]{0,80}\})?[\"'`]?"
)
"""What stands between the literals of one text: a sign that joins them, and a name perhaps; an interpolation."""

_MOST_JOINED = 200
_DEFINED = re.compile(rb"\b(\w+)\s+as\s*(?:not\s+materialized\s*|materialized\s*)?\(", re.IGNORECASE)
_LONGEST_STATEMENT = 20_000

_Found = tuple[int, str]
"""A byte offset and the text of what is mentioned there."""


def in_code(
    strings: Sequence[Node], source: Source, language: Language, scopes: Scopes, more: Iterable[_Found] = ()
) -> tuple[Mention, ...]:
    """The mentions of a file with a grammar, of which `strings` are the literals in order, and `more` of them."""
    if language.name in WORDS:
        return in_text(source, language, scopes)
    literals = _Literals(strings)
    stated = sorted(_in_statements(source.data, literals))[:_MOST_STATED]
    return _made((*more, *_in_strings(source.data, literals)), source, scopes, stated)


def in_text(source: Source, language: Language, scopes: Scopes) -> tuple[Mention, ...]:
    """The mentions of a file that is read by its text; () for languages that name nothing so."""
    if language.name in WORDS and len(source.data) <= _LONGEST_LINES * (source.line_count + 1):
        stated = mapper_tags.statements(source.data) if language.name == "xml" else ()
        return _made(_in_words(source.data), source, scopes, stated[:_MOST_STATED])
    if language.name in QUOTED:
        return _made(_in_strings(source.data, None), source, scopes)
    if language.name in HOLDING_SQL:
        return _made((), source, scopes, sorted(_in_statements(source.data, _Literals(())))[:_MOST_STATED])
    return ()


def _made(
    found: Iterable[_Found], source: Source, scopes: Scopes, stated: Sequence[_Found] = ()
) -> tuple[Mention, ...]:
    """The mentions at what was `found`, of which the first count, and at all that is `stated`, in order."""
    listed = sorted([*sorted(found)[:_MOST], *stated])
    around = scopes([offset for offset, _ in listed])
    made: list[Mention] = []
    line, start = 1, 0
    for (offset, text), scope in zip(listed, around, strict=True):
        line += source.data.count(b"\n", start, offset)
        start = source.data.rfind(b"\n", 0, offset) + 1
        made.append(Mention(text, line, len(source.data[start:offset].decode("utf-8", "replace")), scope))
    return tuple(made)


# --- strings ----------------------------------------------------------------------------------------------------------


class _Literals:
    """The string literals of a file, to be asked about few of the places in it."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._nodes = nodes

    def __bool__(self) -> bool:
        return bool(self._nodes)

    def around(self, offset: int) -> tuple[int, int]:
        """The byte range of the literal around an offset; (offset, offset) where there is none."""
        index = bisect_right(self._nodes, offset, key=_start) - 1
        if index < 0 or self._nodes[index].end_byte <= offset:
            return offset, offset
        return self._nodes[index].start_byte, self._nodes[index].end_byte

    def joined(self, data: bytes, start: int, end: int) -> int:
        """The end of the last of the literals that are joined to the one between two offsets."""
        index = bisect_right(self._nodes, start, key=_start)
        for node in self._nodes[index : index + _MOST_JOINED]:
            if node.start_byte < end:
                continue
            if end - start > _LONGEST_STATEMENT or not _BETWEEN.fullmatch(data, end, node.start_byte):
                return end
            end = node.end_byte
        return end

    def is_whole(self, start: int, end: int) -> bool:
        """Whether the range is all of one literal but for its quotes and prefix."""
        first, last = self.around(start)
        return last > first and start - first <= _LONGEST_QUOTE and 0 <= last - end <= _LONGEST_QUOTE


def _start(node: Node) -> int:
    return node.start_byte


def _in_strings(data: bytes, literals: _Literals | None) -> Iterator[_Found]:
    """What strings name; where the literals are not known, whatever stands between quotes is one."""
    for match in islice(_STRING.finditer(data), _MOST_SEEN):
        text = _named(match[1])
        if text and (literals is None or literals.is_whole(*match.span(1))):
            yield match.start(1), text
    yield from _keyed(data)


def _in_statements(data: bytes, literals: _Literals) -> Iterator[_Found]:
    """The tables that statements in strings name, and a mark where there is any statement."""
    seen = -1
    for match in islice(_STATEMENT.finditer(data), _MOST_SEEN):
        if match.start() < seen:
            continue
        start, end = literals.around(match.end() - 2)
        opening = _LONGEST_QUOTE if match["end"] is None else match.end() - match.start()
        if start == end or match.start() - start > opening:
            start, end = _unknown(data, match, literals)
        if start < end:
            end = literals.joined(data, start, end)
            if not _is_told(data, match, end):
                continue
            if seen < 0:
                yield match.start(), f"{STATES} "
            seen = end
            yield from _tables(data[start : min(end, start + _LONGEST_STATEMENT)], start)


def _is_told(data: bytes, match: re.Match[bytes], end: int) -> bool:
    """Whether the first word of a statement is followed by the word that goes with it, before the text's end.

    Where something computed is joined to the end of what is known, a little of what follows that counts too.
    """
    told, most = _TELLING[match["verb"].lower()]
    begin = match.start("verb")
    if told.search(data, begin, min(end, begin + most)) is not None:
        return True
    open_ended = end < begin + most and _GOES_ON.match(data, end) is not None
    return open_ended and told.search(data, end, min(end + _ROOM_BEHIND, begin + most)) is not None


def _unknown(data: bytes, match: re.Match[bytes], literals: _Literals) -> tuple[int, int]:
    """The byte range of a string of a kind that is not listed as a literal: a heredoc, one with interpolations.

    Any string is of such a kind where no literals are known.
    """
    if match["end"] is not None:
        end = data.find(match["end"], match.end(), match.end() + _LONGEST_STATEMENT)
        return (match.start(), end) if end >= 0 else (0, 0)
    quote, before = data[match.start() : match.start() + 1], data[match.start() - 1 : match.start()]
    if literals and (quote != b'"' or not (before in b'$@"' or before.isalpha())):
        return 0, 0
    tripled = data[match.start() - 2 : match.start()] == b'""'
    end = data.find(b'"""' if tripled else quote, match.end(), match.end() + _LONGEST_STATEMENT)
    return (match.start(), end) if end >= 0 else (0, 0)


def _named(raw: bytes) -> str:
    """A string as a mention, "" where it looks like no name."""
    if b"://" in raw or (raw.endswith(b"/") and raw.startswith(b"/")):
        return ""
    if b"}" in raw or b"%" in raw:
        raw = _COMPUTED.sub(b"*", raw, count=1)
    return raw.decode("ascii") if len(raw) <= _LONGEST and _NAMED.fullmatch(raw) else ""


def _keyed(data: bytes) -> Iterator[_Found]:
    """Strings that are named by what stands before them, as their key and their text."""
    for mark, named in _KEYED:
        if mark in data:
            for key, pattern in named:
                for match in islice(pattern.finditer(data), _MOST):
                    yield match.start(1), f"{key} {match[1].decode('ascii')}"


def _tables(statement: bytes, start: int) -> Iterator[_Found]:
    """The tables that an SQL statement in a string creates, reads and writes; not those that it defines itself."""
    defined = {match[1].lower() for match in _DEFINED.finditer(statement)}
    for match in islice(_VERBS.finditer(statement), 40):
        name = b".".join(part for part in _parts(match["name"]) if not part.startswith(b"{"))
        if name.lower() not in defined and len(name) <= _LONGEST:
            key = "CREATE" if match["create"] else "INTO" if match["write"] else "FROM"
            yield start + match.start("name"), f"{key} {name.decode('ascii', 'replace')}"


def _parts(name: bytes) -> list[bytes]:
    return [part.strip(b'`"[]') for part in re.findall(rb"\{[^{}]*\}|[^.]+", name)]


# --- words ------------------------------------------------------------------------------------------------------------


def _in_words(data: bytes) -> Iterator[_Found]:
    taken = set()
    for match in islice(_MODULE_RUN.finditer(data), _MOST):
        taken.add(match.start(1))
        yield match.start(1), f"-m {match[1].decode('ascii')}"
    yield from _made_targets(data)
    for match in islice(_WORD.finditer(data), _MOST_SEEN):
        start, end = match.span()
        stem = data[max(0, start - _LONGEST) : start]
        start -= len(stem) - len(stem.rstrip(_WORD_CHARACTERS))
        text = _word(data, start, end)
        if text and start not in taken and not _is_comment(data, start):
            yield start, text


def _made_targets(data: bytes) -> Iterator[_Found]:
    """The targets that `make` is run for, after the folder that it is run in where that is said."""
    for match in islice(_MAKE.finditer(data), _MOST) if b"make" in data or b"MAKE" in data else ():
        if _is_comment(data, match.start()):
            continue
        folder = _FOLDER.search(match["options"])
        led = f"{folder[1].decode('ascii')} " if folder is not None else ""
        for target in _TARGET.finditer(data, *match.span("targets")):
            yield target.start(), f"make {led}{target[0].decode('ascii')}"


def _word(data: bytes, start: int, end: int) -> str:
    """The word at [start, end) as a mention; "" where it is part of a pattern, an address or a number."""
    raw = data[start:end]
    if len(raw) > _LONGEST or b"://" in raw:
        return ""
    before, after = data[start - 1 : start], data[end : end + 1]
    if before and before in b"*?%@})$#":
        raw = _led(raw, before)
    if b":" in raw and b"/" in raw:
        raw = raw.partition(b":")[0]
    if not _NAMED.fullmatch(raw) or (after and after in _PATTERNS):
        return ""
    return raw.decode("ascii")


def _led(raw: bytes, before: bytes) -> bytes:
    """A word as it stands behind an expansion (its path from the first slash on), a fragment's or a pattern's mark."""
    if before == b"#":
        return b"#" + raw
    slash = raw.find(b"/")
    return b"*" + raw[slash:] if before in b"})$" and slash >= 0 else b""


def _is_comment(data: bytes, offset: int) -> bool:
    line = data[data.rfind(b"\n", 0, offset) + 1 : offset].lstrip()
    return line.startswith(_COMMENTS)
