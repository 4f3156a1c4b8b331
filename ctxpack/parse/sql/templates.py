"""Jinja in SQL as dbt uses it: refs, sources and macro calls inside tags, and what tags define.

Tags are read by their text, never rendered. A ref in a SQL comment counts, as it does for dbt; one in a Jinja comment
does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ctxpack.model import DatasetOp
from ctxpack.parse.plain import Draft, Plain

_OPEN = re.compile(rb"\{\{|\{%|\{#")
_CLOSERS = {b"{{": b"}}", b"{%": b"%}", b"{#": b"#}"}
_STRING = re.compile(rb"'(?:[^'\\]++|\\.)*+'|\"(?:[^\"\\]++|\\.)*+\"", re.DOTALL)
_BLOCK = re.compile(rb"\{%[-+]?\s*(macro|snapshot|test|data_test|materialization|docs)\s+(\w+)\s*(?:\(|,|[-+]?%\}|\s)")
_END = re.compile(rb"\{%[-+]?\s*end(macro|snapshot|test|data_test|materialization|docs)\s*[-+]?%\}")
_CALL = re.compile(rb"(?<![\w.])((?:[A-Za-z_]\w*\s*\.\s*)*)([A-Za-z_]\w*)\s*\(")
_PAIR = re.compile(
    rb"(?<![\w.])(?:builtins\s*\.\s*)?(ref|source)\s*\(\s*(['\"])([^'\"\n]*)\2\s*(?:,\s*(['\"])([^'\"\n]*)\4\s*)?(?:,\s*(?:v|version)\s*=\s*['\"]?\w+['\"]?\s*)?\)"
)
_UNKNOWN = re.compile(rb"(?<![\w.])(ref|source)\s*\(\s*([A-Za-z_][\w.\[\]]*)\s*(?:,[^()]*)?\)")
_DOC = re.compile(rb"\{\{\s*doc\s*\(\s*(['\"])([^'\"\n]*)\1\s*\)")
_DISPATCH = re.compile(
    rb"""adapter\s*\.\s*dispatch\s*\(\s*(?:macro_name\s*=\s*)?(['\"])(\w+)\1
         (?:\s*,\s*(?:macro_namespace\s*=\s*)?(['\"])(\w+)\3)?""",
    re.VERBOSE,
)
_SET = re.compile(
    rb"""\{%[-+]?\s*(?: set\s+(\w+(?:\s*,\s*\w+)*)\s*[=%-]
                      | for\s+(\w+(?:\s*,\s*\w+)*)\s+in\b
                      | import\s+\S+\s+as\s+(\w+))""",
    re.VERBOSE,
)
_ARGUMENT = re.compile(rb"(?:^|,)\s*\*{0,2}([A-Za-z_]\w*)")
_WORD = re.compile(rb"\w+")

_NOT_CALLED = frozenset(
    b"""if elif else in is not and or set do call for macro test snapshot docs data_test materialization filter import
    from ref source config var env_var this range dict list namespace log return print caller super run_query statement
    set_strict zip zip_strict fromjson tojson fromyaml toyaml load_result store_result as_bool as_native as_text
    as_number debug doc local_md5 diff_of_two_dicts joiner cycler lipsum set_sql_header submit_python_job write int
    float bool string length exceptions adapter api modules graph target loop context builtins model
    invocation_args_dict flags dbt_metadata_envs selected_resources render try_or_compiler_error store_raw_result
    get_rows execute varargs kwargs sql node""".split()
)
_OUTLINED = (b"ref", b"source", b"config", b"macro", b"snapshot", b"set_sql_header")
_LONGEST_TAG = 20


@dataclass(frozen=True, slots=True)
class Block:
    """`{% macro name(arguments) %} ... {% endmacro %}`: byte offsets of all of it, of the name, and of its body."""

    kind: str
    name: str
    start: int
    at: int
    body: int
    end: int
    arguments: frozenset[bytes]


def read_templates(plain: Plain, above: Mapping[int, str]) -> None:
    """Note the blocks, refs, sources and macro calls in the tags of a text; `above` are comments by their last line."""
    data = plain.source.data
    if b"{{" not in data and b"{%" not in data:
        return
    blocks = list(_blocks(data))
    for block in blocks:
        doc = above.get(plain.line(block.start) - 1, "")
        head_last = min(plain.line(max(block.start, block.body - 1)), plain.line(block.start) + _LONGEST_TAG)
        kind = "section" if block.kind == "docs" else "macro"
        plain.drafts.append(Draft(block.name, kind, block.start, block.end, block.at, head_last, doc=doc))
    assigned = _assigned(data)
    for start, end in tags(data):
        bound = assigned.union(*(block.arguments for block in blocks if block.start <= start < block.end))
        _read_tag(plain, start, end, bound)


def is_dbt(data: bytes) -> bool:
    """Whether a text takes tables by ref or source, so that a bare name in it is bound by some template."""
    return any(_PAIR.search(data, start, end) for start, end in tags(data))


def tags(data: bytes) -> Iterator[tuple[int, int]]:
    """The byte ranges of `{{ }}` and `{% %}`, comments and raw blocks left out."""
    place = 0
    while (match := _OPEN.search(data, place)) is not None:
        closer = _CLOSERS[match.group()]
        close = data.find(closer, match.end())
        if close < 0:
            return
        place = close + 2
        if match.group() == b"{#":
            continue
        inside = data[match.end() : close].strip(b" -+\n\t\r")
        if inside == b"raw":
            ended = data.find(b"endraw", place)
            place = ended if ended > 0 else place
            continue
        yield match.start(), place


def _blocks(data: bytes) -> Iterator[Block]:
    ends = [(match.group(1), match.start(), match.end()) for match in _END.finditer(data)]
    cursor = 0
    for match in _BLOCK.finditer(data):
        while cursor < len(ends) and ends[cursor][1] < match.end(2):
            cursor += 1
        end = ends[cursor][2] if cursor < len(ends) else len(data)
        close = data.find(b"%}", match.end(2))
        body = close + 2 if 0 <= close < end else match.end(2)
        head = data[match.end(2) : body].partition(b"(")[2]
        names = frozenset(_ARGUMENT.findall(_STRING.sub(b"''", head)))
        name = match.group(2).decode("utf-8", "replace")
        yield Block(match.group(1).decode(), name, match.start(), match.start(2), body, end, names)


def _assigned(data: bytes) -> frozenset[bytes]:
    found: set[bytes] = set()
    for match in _SET.finditer(data):
        found.update(_WORD.findall(match.group(match.lastindex or 1)))
    return frozenset(found)


def read_pairs(plain: Plain, start: int, end: int) -> None:
    """Note the refs, sources and doc blocks that a byte range names by literals."""
    text = plain.source.data[start:end]
    for match in _PAIR.finditer(text):
        _read_pair(plain, match, start)
    for match in _DOC.finditer(text):
        plain.refer(match.group(2).decode("utf-8", "replace"), "doc", "read", start + match.start(2))


def _read_tag(plain: Plain, start: int, end: int, bound: frozenset[bytes]) -> None:
    text = plain.source.data[start:end]
    read_pairs(plain, start, end)
    masked = _STRING.sub(lambda found: b" " * len(found.group()), text)
    for match in _UNKNOWN.finditer(masked):
        _read_unknown(plain, match, start)
    for match in _DISPATCH.finditer(text):
        package = (match.group(4) or b"").decode()
        plain.refer(match.group(2).decode(), f"adapter.dispatch.{package}".rstrip("."), "call", start + match.start(2))
    called = set()
    for match in _CALL.finditer(masked):
        called.add(match.group(2))
        _read_call(plain, match, start, bound)
    if called.intersection(_OUTLINED):
        first, last = plain.lines_of(start, end)
        plain.outline.append((first, min(last, first + _LONGEST_TAG)))


def _read_pair(plain: Plain, match: re.Match[bytes], start: int) -> None:
    """`ref('m')`, `ref('package', 'm')` and `source('s', 't')` with literal names."""
    kind = match.group(1).decode()
    first, second = (match.group(k).decode("utf-8", "replace") if match.group(k) is not None else "" for k in (3, 5))
    if not first or (kind == "source" and not second):
        return
    if kind == "source":
        name, qualifier, at = f"{first}.{second}", kind, start + match.start(3)
    else:
        name, qualifier = second or first, f"ref.{first}" if second else "ref"
        at = start + match.start(5 if second else 3)
    plain.refer(name, qualifier, "read", at)
    dataset = name.lower() if kind == "source" else name
    plain.dataset_ops.append(DatasetOp("reads", dataset, plain.lines_of(at, at + 1)))


def _read_unknown(plain: Plain, match: re.Match[bytes], start: int) -> None:
    """`ref(model)`: the name is computed, and is kept as a template."""
    variable = match.group(2).decode("utf-8", "replace")
    at = start + match.start()
    plain.dataset_ops.append(DatasetOp("reads", f"{{{variable}}}", plain.lines_of(at, at + 1)))


def _read_call(plain: Plain, match: re.Match[bytes], start: int, bound: frozenset[bytes]) -> None:
    owners: Sequence[bytes] = [part.strip() for part in match.group(1).split(b".")[:-1]]
    name = match.group(2)
    first = owners[0] if owners else name
    before = plain.source.data[max(0, start + match.start() - 16) : start + match.start()].rstrip()
    if first in _NOT_CALLED or first in bound or len(owners) > 1 or before.endswith((b"|", b" is", b" not")):
        return
    if before.endswith((b" macro", b" test", b"data_test", b" snapshot", b" materialization")):
        return
    plain.refer(name.decode(), b".".join(owners).decode(), "call", start + match.start(2))
