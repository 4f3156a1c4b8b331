"""What a file names by mere text: files by path, modules and classes by dotted name, tables inside SQL strings.

Code is joined to its templates, queries, settings and build files by string literals and by the words of configuration
files, which no import states. A mention is only what looks like such a name; whether anything of the repository is
meant is for the graph to find out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from ctxpack.model import Mention
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
        "clojure", "dart", "elixir", "erlang", "fsharp", "haskell", "julia", "lua", "nim", "objc", "ocaml", "perl", "r",
        "solidity", "swift", "zig",
    }
)  # fmt: skip
"""Languages read by lines in which only what stands in quotes names something."""

UNKNOWN_FOLDER = "*/"
"""Begins the path of a mention whose first folders are computed (`f"{root}/queries/top.sql"`)."""

_MOST = 200
_LONGEST = 200
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
_STRING = re.compile(rb"(?:[A-Za-z@$#]{0,3}[\"'`]{1,3})?([^\s\"'`]{3,200})[\"'`]{0,3}#?")
_COMPUTED = re.compile(rb".*(?:[})]|%[sdvr])(?=/)", re.DOTALL)
_WORD = re.compile(rb"(?<![\w./:~+-])[\w~+-]*+(?:[./:]++[\w~+-]++)++/?")
_MODULE_RUN = re.compile(rb"\bpython[\d.]*[\s\"',]+(?:-[A-Zb-z]\w{0,9}[\s\"',]+){0,3}-m[\s\"',]+([A-Za-z_][\w.]*)")
_QUOTED = re.compile(rb"[\"']([^\s\"'`]{3,200})[\"']")
_KEYED_FILE = re.compile(rb"dag_id|\bDAG\(|\.table\(|saveAsTable|insertInto|writeTo|forPath|forName")
_KEYED = (
    ("DAG", re.compile(rb"(?:\bDAG\(\s*|(?:\bDAG|@dag)\([^()]{0,160}\bdag_id\s*=\s*)$")),
    ("dag", re.compile(rb"(?:\b(?:trigger|external)_dag_id\s*=|\bget_dag\()\s*$")),
    ("FROM", re.compile(rb"(?:\.table|\bforName\([^()]{0,40},)\(?\s*$")),
    ("INTO", re.compile(rb"\.(?:saveAsTable|insertInto|writeTo)\(\s*$")),
)
_IDENTIFIER = re.compile(rb"[A-Za-z_][\w.-]*")
_STATEMENT = re.compile(
    rb"[A-Za-z@$#]{0,3}[\"'`]{0,3}[\s(]*(?:--[^\n]*\n\s*)*"
    rb"(?:select|insert|update|delete|merge|with|copy|truncate|create|SELECT|INSERT|UPDATE|DELETE|MERGE|WITH|COPY|TRUNCATE|"
    rb"CREATE)\s"
)
_VERBS = re.compile(
    rb"\b(?:(?P<write>insert\s+(?:into|overwrite)(?:\s+table)?|merge\s+into|update|delete\s+from|truncate\s+table|copy)"
    rb"|(?P<read>from|join))\s+(?P<name>(?:(?:\{[^{}\n]{0,60}\}|[`\"\[]?\w+[`\"\]]?)\.){0,3}[`\"\[]?[A-Za-z_]\w*)(?![\w.({])",
    re.IGNORECASE,
)
_DEFINED = re.compile(rb"\b(\w+)\s+as\s*(?:not\s+materialized\s*|materialized\s*)?\(", re.IGNORECASE)
_LONGEST_STATEMENT = 20_000

_Found = tuple[int, str]
"""A byte offset and the text of what is mentioned there."""


def in_code(strings: Sequence[Node], source: Source, language: Language, scopes: Scopes) -> tuple[Mention, ...]:
    """The mentions of a file with a grammar, of which `strings` are the literals in order."""
    if language.name in WORDS:
        return in_text(source, language, scopes)
    spans = ((node.start_byte, node.end_byte) for node in strings)
    return _made(islice(_in_strings(spans, source), _MOST), source, scopes)


def in_text(source: Source, language: Language, scopes: Scopes) -> tuple[Mention, ...]:
    """The mentions of a file that is read by its text; () for languages that name nothing so."""
    if language.name in WORDS:
        if len(source.data) > _LONGEST_LINES * (source.line_count + 1):
            return ()
        return _made(islice(_in_words(source), _MOST), source, scopes)
    if language.name in QUOTED:
        spans = (match.span() for match in islice(_QUOTED.finditer(source.data), _MOST_SEEN))
        return _made(islice(_in_strings(spans, source), _MOST), source, scopes)
    return ()


def _made(found: Iterator[_Found], source: Source, scopes: Scopes) -> tuple[Mention, ...]:
    listed = list(found)
    around = scopes([offset for offset, _ in listed])
    made: list[Mention] = []
    line, start = 1, 0
    for (offset, text), scope in zip(listed, around, strict=True):
        line += source.data.count(b"\n", start, offset)
        start = source.data.rfind(b"\n", 0, offset) + 1
        made.append(Mention(text, line, len(source.data[start:offset].decode("utf-8", "replace")), scope))
    return tuple(made)


# --- strings ----------------------------------------------------------------------------------------------------------


def _in_strings(spans: Iterator[tuple[int, int]], source: Source) -> Iterator[_Found]:
    data = source.data
    keyed = _KEYED_FILE.search(data) is not None
    for start, end in spans:
        size = end - start
        if size < 4:
            continue
        if size <= _LONGEST:
            raw = data[start:end]
            match = _STRING.fullmatch(raw)
            if match is not None:
                text = _keyed(data[max(0, start - 200) : start], match[1]) if keyed else ""
                text = text or _named(match[1])
                if text:
                    yield start + match.start(1), text
                continue
        if size <= _LONGEST_STATEMENT and _STATEMENT.match(data, start, end):
            yield from _tables(data[start:end], start)


def _named(raw: bytes) -> str:
    """A string as a mention, "" where it looks like no name."""
    if b"/" not in raw and b"." not in raw and b":" not in raw:
        return ""
    if b"://" in raw:
        return ""
    if b"}" in raw or b"%" in raw:
        raw = _COMPUTED.sub(b"*", raw, count=1)
    return raw.decode("ascii") if _NAMED.fullmatch(raw) else ""


def _keyed(before: bytes, raw: bytes) -> str:
    """A string that is named by what stands before it, as its key and its text."""
    if _IDENTIFIER.fullmatch(raw):
        for key, pattern in _KEYED:
            if pattern.search(before):
                return f"{key} {raw.decode('ascii')}"
    return ""


def _tables(statement: bytes, start: int) -> Iterator[_Found]:
    """The tables that an SQL statement in a string reads and writes; not those that it defines itself."""
    defined = {match[1].lower() for match in _DEFINED.finditer(statement)}
    for match in islice(_VERBS.finditer(statement), 40):
        name = b".".join(part for part in _parts(match["name"]) if not part.startswith(b"{"))
        if name.lower() not in defined and len(name) <= _LONGEST:
            key = "INTO" if match["write"] else "FROM"
            yield start + match.start("name"), f"{key} {name.decode('ascii', 'replace')}"


def _parts(name: bytes) -> list[bytes]:
    return [part.strip(b'`"[]') for part in re.findall(rb"\{[^{}]*\}|[^.]+", name)]


# --- words ------------------------------------------------------------------------------------------------------------


def _in_words(source: Source) -> Iterator[_Found]:
    data = source.data
    found = [(match.start(1), f"-m {match[1].decode('ascii')}") for match in islice(_MODULE_RUN.finditer(data), _MOST)]
    taken = {offset for offset, _ in found}
    for match in islice(_WORD.finditer(data), _MOST_SEEN):
        start, end = match.span()
        text = _word(data, start, end)
        if text and start not in taken and not _is_comment(data, start):
            found.append((start, text))
    yield from sorted(found)


def _word(data: bytes, start: int, end: int) -> str:
    """The word at [start, end) as a mention; "" where it is part of a pattern, an address or a number."""
    raw, before, after = data[start:end], data[start - 1 : start], data[end : end + 1]
    if (after and after in _PATTERNS) or len(raw) > _LONGEST or b"://" in raw or data[end : end + 2] == b"//":
        return ""
    if before and before in b"})$":
        slash = raw.find(b"/")
        raw = b"*" + raw[slash:] if slash >= 0 else b""
    elif before == b"#":
        raw = b"#" + raw
    elif before and before in b"*?%@":
        return ""
    if b":" in raw and b"/" in raw:
        raw = raw.partition(b":")[0]
    return raw.decode("ascii") if _NAMED.fullmatch(raw) else ""


def _is_comment(data: bytes, offset: int) -> bool:
    line = data[data.rfind(b"\n", 0, offset) + 1 : offset].lstrip()
    return line.startswith(_COMMENTS)
