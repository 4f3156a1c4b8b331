"""Reads the mappers of MyBatis: the tables that the statements in their XML read and change.

A statement is put together as MyBatis may do at run time: with fragments of the same file put in, and with the text of
its dynamic tags. Of the branches of a `<choose>` one at a time is taken. Parameters (`#{id}`) are values; what programs
put into the text (`${table}`) stays unknown, so that no table is guessed from it. Tags are found by a scanner of its
own, which expands no entities and loads nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from ctxpack.datamodel.schema import DataFacts
from ctxpack.datamodel.strings import SqlUse
from ctxpack.parse.sql.meant import table_uses

_STATEMENTS = frozenset({"select", "insert", "update", "delete", "selectKey"})
_NOTHING = frozenset({"bind", "property", "selectKey", "cache", "parameterMap", "resultMap"})
_WORD_OF = {"where": " where ", "set": " set "}
_MOST_BRANCHES = 8
_DEEPEST = 40
_LONGEST = 100_000
_MOST_PIECES = 5_000
"""The most pieces of one statement: fragments that include each other may double with each step."""

_PART = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[(?P<raw>.*?)(?:\]\]>|\Z)|<[?!][^>]*(?:>|\Z)"
    r"|<(?P<end>/)?(?P<tag>[A-Za-z][\w:.-]*)(?P<more>(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*)\s*(?P<empty>/)?>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_PARAMETER = re.compile(r"#\{[^{}]*\}")
_PUT_IN = re.compile(r"\$\{\s*(\w+)\s*\}")
_ENTITY = re.compile(r"&(lt|gt|amp|quot|apos);")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


@dataclass(slots=True)
class _Tag:
    """An element: its offset, its attributes and its contents, texts with their offsets and elements, in order."""

    name: str
    at: int = 0
    attributes: Mapping[str, str] = field(default_factory=dict)
    contents: list[tuple[int, str] | _Tag] = field(default_factory=list)

    @property
    def tags(self) -> Iterator[_Tag]:
        """The elements directly in it."""
        return (one for one in self.contents if isinstance(one, _Tag))


def read(text: str) -> DataFacts:
    """The uses of tables in the mappers of a file; none for other XML."""
    lines = [0, *(match.end() for match in re.finditer("\n", text))]
    uses: dict[SqlUse, None] = {}
    for mapper in (one for one in _tree(text).tags if one.name == "mapper" and "namespace" in one.attributes):
        fragments = {one.attributes.get("id", ""): one for one in mapper.tags if one.name == "sql"}
        for statement in _statements(mapper):
            writer = _Writer(mapper.attributes["namespace"], fragments)
            for branch in range(_MOST_BRANCHES):
                pieces = list(islice(writer.pieces(statement, branch, {}, 0), _MOST_PIECES + 1))
                if len(pieces) > _MOST_PIECES:
                    break
                uses.update(dict.fromkeys(_uses(pieces, lines)))
                if branch + 1 >= writer.branches:
                    break
    return DataFacts("mybatis", strings=tuple(sorted(uses, key=lambda one: (one.line, one.table, one.writes))))


def _tree(text: str) -> _Tag:
    """The elements of a text; a tag that closes nothing is ignored, as is the rest of a text that is no XML."""
    root = _Tag("")
    open_: list[_Tag] = [root]
    at = 0
    for match in _PART.finditer(text):
        if at < match.start():
            open_[-1].contents.append((at, _plain(text[at : match.start()])))
        at = match.end()
        if match["raw"] is not None:
            open_[-1].contents.append((match.start("raw"), _without_parameters(match["raw"])))
        if match["tag"] is None:
            continue
        if match["end"]:
            known = next((k for k in range(len(open_) - 1, 0, -1) if open_[k].name == match["tag"]), 0)
            del open_[known or len(open_) :]
            continue
        made = _Tag(
            match["tag"],
            match.start(),
            {one[1]: _unescaped(one[2] or one[3] or "") for one in _ATTRIBUTE.finditer(match[0])},
        )
        open_[-1].contents.append(made)
        if not match["empty"] and len(open_) <= _DEEPEST:
            open_.append(made)
    return root


def _statements(mapper: _Tag) -> Iterator[_Tag]:
    """The statements of a mapper, and those within them that make a key."""
    for one in mapper.tags:
        if one.name in _STATEMENTS:
            yield one
            yield from (inner for inner in one.tags if inner.name == "selectKey")


class _Writer:
    """Puts the text of a statement together, as pieces with their offsets in the file.

    `branches` is the largest number of branches of a `<choose>` met so far, 1 without any.
    """

    def __init__(self, namespace: str, fragments: Mapping[str, _Tag]) -> None:
        self._namespace, self._fragments = namespace, fragments
        self.branches = 1

    def pieces(self, tag: _Tag, branch: int, given: Mapping[str, str], depth: int) -> Iterator[tuple[int, str]]:
        """The contents of an element; `given` are the values that includes hand to their fragment."""
        for one in tag.contents if depth <= _DEEPEST else ():
            if not isinstance(one, _Tag):
                yield from _put_in(one, given)
            elif one.name == "include":
                yield from self._fragment(one, branch, given, depth)
            elif one.name == "choose":
                choices = [choice for choice in one.tags if choice.name in ("when", "otherwise")]
                self.branches = max(self.branches, len(choices))
                if choices:
                    yield from self.pieces(choices[min(branch, len(choices) - 1)], branch, given, depth + 1)
            elif one.name not in _NOTHING:
                yield -1, _WORD_OF.get(one.name, f" {_said(one, 'prefix', 'open')} ")
                yield from self.pieces(one, branch, given, depth + 1)
                yield -1, f" {_said(one, 'suffix', 'close')} "

    def _fragment(self, tag: _Tag, branch: int, given: Mapping[str, str], depth: int) -> Iterator[tuple[int, str]]:
        """The text of an included fragment, all at the place of the include; that of another file is not known."""
        name = tag.attributes.get("refid", "").removeprefix(f"{self._namespace}.")
        fragment = self._fragments.get(name)
        if fragment is None:
            yield -1, " ${fragment} "
            return
        own = {one.attributes.get("name", ""): one.attributes.get("value", "") for one in tag.tags}
        own = {key: "".join(text for _, text in _put_in((-1, value), given)) for key, value in own.items()}
        yield tag.at, ""
        yield -1, " "
        yield from ((-1, text) for _, text in self.pieces(fragment, branch, {**given, **own}, depth + 1))
        yield -1, " "


def _said(tag: _Tag, *names: str) -> str:
    return next((tag.attributes[name] for name in names if name in tag.attributes), "")


def _put_in(piece: tuple[int, str], given: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """A text with the values that an include gives to its fragment."""
    offset, text = piece
    at = 0
    for match in _PUT_IN.finditer(text) if given else ():
        if match[1] in given:
            yield (offset + at if offset >= 0 else -1), text[at : match.start()]
            yield (offset + match.start() if offset >= 0 else -1), given[match[1]]
            at = match.end()
    yield (offset + at if offset >= 0 else -1), text[at:]


def _plain(text: str) -> str:
    """A text with its entities resolved and its parameters made values, of the same length."""
    resolved = _ENTITY.sub(lambda match: _ENTITIES[match[1]].ljust(len(match[0])), text)
    return _without_parameters(resolved)


def _without_parameters(text: str) -> str:
    return _PARAMETER.sub(lambda match: "?".ljust(len(match[0])), text)


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda match: _ENTITIES[match[1]], text)


def _uses(pieces: Sequence[tuple[int, str]], lines: Sequence[int]) -> Iterator[SqlUse]:
    """The tables that a statement reads and changes; `lines` are the offsets at which the lines of the file begin."""
    starts: list[int] = []
    size = 0
    for _, text in pieces:
        starts.append(size)
        size += len(text.encode("utf-8", "replace"))
        if size > _LONGEST:
            return
    data = "".join(text for _, text in pieces).encode("utf-8", "replace")
    for one in table_uses(data):
        parts = list(one.name.parts)
        while len(parts) > 1 and "{" in parts[0]:
            del parts[0]
        table = ".".join(parts).lower()
        offset = _offset(pieces, starts, one.name.at)
        if table and offset >= 0 and "{" not in table and not one.loose:
            yield SqlUse(table, bisect_right(lines, offset), one.writes, one.verb, handed=True)


def _offset(pieces: Sequence[tuple[int, str]], starts: Sequence[int], at: int) -> int:
    """The offset in the file of a byte of the statement; -1 where no piece before it has one."""
    found = bisect_right(starts, at) - 1
    offset, text = pieces[found]
    if offset < 0:
        return next((pieces[k][0] for k in range(found, -1, -1) if pieces[k][0] >= 0), -1)
    return offset + len(text.encode("utf-8", "replace")[: at - starts[found]].decode("utf-8", "ignore"))
