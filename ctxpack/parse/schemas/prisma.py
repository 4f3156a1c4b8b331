"""Prisma schemas: models as tables, under the names that models and fields have in the database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from ctxpack.datamodel.schema import AUTOINCREMENT, DataFacts, SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas import defaults

_BLOCK = re.compile(r"^[ \t]*(?P<kind>model|view|type|enum)[ \t]+(?P<name>\w+)[ \t]*\{", re.MULTILINE)
_FIELD = re.compile(
    r"^(?P<name>\w+)\s+(?P<type>(?:Unsupported\(\"[^\"]*\"\)|\w+))(?P<list>\[\])?(?P<optional>\?)?(?P<rest>.*)$"
)
_MAP = re.compile(r"@map\(\s*(?:name:\s*)?\"(?P<name>[^\"]+)\"")
_TABLE = re.compile(r"@@map\(\s*(?:name:\s*)?\"(?P<name>[^\"]+)\"")
_SCHEMA = re.compile(r"@@schema\(\s*\"(?P<name>[^\"]+)\"")
_NATIVE = re.compile(r"@db\.(?P<type>\w+(?:\([^)]*\))?)")
_RELATION = re.compile(r"fields:\s*\[(?P<own>[^\]]*)\][^)]*references:\s*\[(?P<others>[^\]]*)\]", re.DOTALL)
_SWAPPED = re.compile(r"references:\s*\[(?P<others>[^\]]*)\][^)]*fields:\s*\[(?P<own>[^\]]*)\]", re.DOTALL)
_KEY = re.compile(r"@@(?P<kind>id|unique)\(\s*(?:fields:\s*)?\[(?P<fields>[^\]]*)\](?P<rest>.*)")
_NAME = re.compile(r"\bmap:\s*\"(?P<name>[^\"]+)\"")
_DEFAULT = re.compile(r"@default\((?P<value>(?:\"(?:[^\"\\]|\\.)*\"|[^\"()]|\((?:\"(?:[^\"\\]|\\.)*\"|[^\"()])*\))*)\)")
_GENERATED = re.compile(r"dbgenerated\(\s*(?P<text>\"(?:[^\"\\]|\\.)*\")?\s*\)")
_NAMED = re.compile(r",\s*map:\s*\"[^\"]*\"\s*$")
_LITERAL = re.compile(r"\"(?:[^\"\\]|\\.)*\"|[^\s,\[\]]+")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_ENUM_VALUE = re.compile(r"^[ \t]*(?P<name>\w+)[ \t]+@map\(\s*(?:name:\s*)?\"(?P<mapped>[^\"]+)\"", re.MULTILINE)
_STRINGS_OR_COMMENT = re.compile(r"\"(?:[^\"\\]|\\.)*\"|(?P<comment>//.*)")
_ESCAPED = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_FUNCTIONS = {"now": defaults.NOW, "autoincrement": AUTOINCREMENT, "sequence": AUTOINCREMENT}
"""Default functions computed by the database; the client computes all others."""

_LIST_OF = re.compile(r"\([^)]*\)")
_WITHOUT_KEYS = re.compile(r"^[ \t]*relationMode\s*=\s*\"prisma\"", re.MULTILINE)
Names = Mapping[str, str]

_SCALARS = frozenset({"String", "Boolean", "Int", "BigInt", "Float", "Decimal", "DateTime", "Json", "Bytes"})


def read(text: str) -> DataFacts:
    """A step for each model, and for each implicit join table of a many-to-many relation."""
    blocks = list(_blocks(text))
    tables = {name: _table(name, body) for kind, name, body, _ in blocks if kind in ("model", "view")}
    enums = {name: _mapped(body) for kind, name, body, _ in blocks if kind in ("enum", "type")}
    related = _WITHOUT_KEYS.search(text) is None
    steps = [
        _Model(name, body, line, tables, related=related, enums=enums).step("view" if kind == "view" else "table")
        for kind, name, body, line in blocks
        if kind in ("model", "view")
    ]
    return DataFacts("prisma", (*steps, *_joining(blocks, tables)))


def _blocks(text: str) -> Iterator[tuple[str, str, str, int]]:
    """(kind, name, body, first line) of each block."""
    line, place = 1, 0
    for match in _BLOCK.finditer(text):
        end = text.find("\n}", match.end() - 1)
        body = text[match.end() : end if end >= 0 else len(text)]
        line += text.count("\n", place, match.start("kind"))
        place = match.start("kind")
        yield match["kind"], match["name"], body, line


def _table(name: str, body: str) -> str:
    given, schema = _TABLE.search(body), _SCHEMA.search(body)
    table = (given["name"] if given else name).lower()
    return f"{schema['name'].lower()}.{table}" if schema else table


def _mapped(body: str) -> Names:
    """The names in the database of an enum's mapped values."""
    return {found["name"]: found["mapped"] for found in _ENUM_VALUE.finditer(body)}


class _Model:
    """Parses the lines of one model."""

    def __init__(
        self, name: str, body: str, line: int, tables: Mapping[str, str], *, related: bool, enums: Mapping[str, Names]
    ) -> None:
        """`related`: whether relations are foreign keys of the database, not emulated by the client.

        `enums` maps each enum to the database names of its mapped values.
        """
        self._name, self._line, self._tables, self._enums = name, line, tables, enums
        self._related = related
        self._lines = [one.strip() for one in body.split("\n")]
        self._columns: list[Column] = []
        self._keys: list[str] = []
        self._column_of: dict[str, str] = {}

    def step(self, kind: str) -> SchemaStep:
        """The table of the model."""
        relations: list[tuple[str, str]] = []
        doc: list[str] = []
        for number, line in enumerate(self._lines):
            if line.startswith("///"):
                doc.append(line[3:].strip())
                continue
            found = _FIELD.match(line) if line and line[0] not in "@/" else None
            if found is not None:
                if self._is_column(found["type"]):
                    self._column(found, " ".join(doc), self._line + number)
                elif self._related and "@relation" in found["rest"]:
                    relations.append((found["type"], found["rest"]))
            doc = []
        for other, rest in relations:
            self._relation(other, rest)
        for line in self._lines:
            self._key(line)
        primary = {
            name for key in self._keys if "primary key (" in key for name in key.partition("(")[2][:-1].split(", ")
        }
        columns = tuple(msgspec.structs.replace(c, nullable=False) if c.name in primary else c for c in self._columns)
        table = self._tables[self._name]
        return SchemaStep(
            "create", table, self._line, columns, tuple(self._keys), self._name, kind_of=kind,
            spelled=self._spelled(table),
        )  # fmt: skip

    def _spelled(self, table: str) -> str:
        """The table's name as the client quotes it, "" if that is all lower case."""
        given = next((found["name"] for line in self._lines if (found := _TABLE.search(line))), self._name)
        return "" if given == given.lower() else table[: -len(given)] + given

    def _is_column(self, kind: str) -> bool:
        return kind in _SCALARS or kind in self._enums or kind.startswith("Unsupported(") or kind not in self._tables

    def _column(self, found: re.Match[str], doc: str, line: int) -> None:
        rest, comment = _parted(found["rest"])
        if rest.lstrip().startswith("@ignore"):
            return
        renamed = _MAP.search(rest)
        name = renamed["name"] if renamed else found["name"]
        self._column_of[found["name"]] = name
        native = _NATIVE.search(rest)
        kind = (native["type"] if native else found["type"]) + (found["list"] or "")
        nullable = bool(found["optional"]) or bool(found["list"])
        default = _default(rest, self._enums.get(found["type"], {}))
        told = doc or comment.strip("/ \t")
        self._columns.append(Column(name, kind, nullable, told, line=line, default=default))
        attributes = _LIST_OF.sub("", rest)
        if re.search(r"@id\b", attributes):
            self._keys.append(f"primary key ({name})")
        if re.search(r"@unique\b", attributes):
            self._keys.append(f"unique ({name})")

    def _named(self, listed: str) -> str:
        names = (_LIST_OF.sub("", part).strip() for part in listed.split(","))
        return ", ".join(self._column_of.get(name, name) for name in names if name)

    def _relation(self, other: str, rest: str) -> None:
        found = _RELATION.search(rest) or _SWAPPED.search(rest)
        if found is not None:
            named = _NAME.search(rest)
            prefix = f"constraint {named['name']} " if named else ""
            target = self._tables[other]
            others = ", ".join(part.strip() for part in found["others"].split(","))
            self._keys.append(f"{prefix}foreign key ({self._named(found['own'])}) references {target} ({others})")

    def _key(self, line: str) -> None:
        found = _KEY.match(line)
        if found is None:
            return
        named = _NAME.search(found["rest"])
        prefix = f"constraint {named['name']} " if named else ""
        kind = "primary key" if found["kind"] == "id" else "unique"
        self._keys.append(f"{prefix}{kind} ({self._named(found['fields'])})")


def _parted(rest: str) -> tuple[str, str]:
    """The text after a field's type, split into attributes and trailing comment."""
    comment = next((one for one in _STRINGS_OR_COMMENT.finditer(rest) if one["comment"]), None)
    return (rest[: comment.start()], comment["comment"]) if comment is not None else (rest, "")


def _default(rest: str, mapped: Names) -> str:
    """The default filled in by the database, "" for none or for one computed by the client (`cuid()`, `uuid()`)."""
    found = _DEFAULT.search(rest)
    if found is None:
        return ""
    value = _NAMED.sub("", found["value"]).strip()
    generated = _GENERATED.fullmatch(value)
    if generated is not None:
        return defaults.expression(_unescaped(generated["text"] or '""'))
    if value.startswith("["):
        return defaults.array([_literal(part, mapped) for part in _LITERAL.findall(value)])
    if "(" in value and not value.startswith('"'):
        return _FUNCTIONS.get(value.partition("(")[0], "")
    return _literal(value, mapped)


def _literal(text: str, mapped: Names) -> str:
    """A value in SQL: numbers and booleans unchanged, strings and enum values in quotes."""
    if text in ("true", "false") or _NUMBER.fullmatch(text):
        return text
    return defaults.quoted(_unescaped(text) if text.startswith('"') else mapped.get(text, text))


def _unescaped(literal: str) -> str:
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), literal[1:-1])


def _joining(blocks: list[tuple[str, str, str, int]], tables: Mapping[str, str]) -> Iterator[SchemaStep]:
    """The join tables of many-to-many relations: `_AToB`, with columns A and B."""
    lists: dict[tuple[str, str, str], list[int]] = {}
    for kind, name, body, line in blocks:
        for number, one in enumerate(body.split("\n") if kind == "model" else ()):
            found = _FIELD.match(one.strip())
            if found is not None and found["list"] and found["type"] in tables:
                named = re.search(r"@relation\(\s*(?:name:\s*)?\"([^\"]+)\"", found["rest"])
                place = (name, found["type"], named.group(1) if named else "")
                lists.setdefault(place, []).append(line + number)
    for (one, other, relation), places in lists.items():
        if one > other or (other, one, relation) not in lists or (one == other and len(places) < 2):
            continue
        line = places[0]
        columns = tuple(Column(name, "", False, line=line) for name in ("A", "B"))
        keys = (
            "primary key (A, B)",
            f"foreign key (A) references {tables[one]}",
            f"foreign key (B) references {tables[other]}",
        )
        yield SchemaStep("create", f"_{relation or f'{one}To{other}'}".lower(), line, columns, keys)
