"""Schemas declared in PySpark code: StructType constants, DDL strings, and tables of Delta's builder.

A constant is a record: the interpreter of pipelines (`lineage/spark`) finds out which datasets have it. A table named
by `DeltaTable.create` is a table, and the expectations of a declarative pipeline become tests of its columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas.python_tree import Call, Module, module
from ctxpack.parse.schemas.shapes import DEEPEST_TYPE, facts, limited, struct, summary

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_TYPES = {
    "StringType": "string", "VarcharType": "string", "CharType": "string", "IntegerType": "int", "LongType": "bigint",
    "ShortType": "smallint", "ByteType": "tinyint", "DoubleType": "double", "FloatType": "float", "DateType": "date",
    "BooleanType": "boolean", "TimestampType": "timestamp", "TimestampNTZType": "timestamp_ntz", "NullType": "void",
    "BinaryType": "binary", "VariantType": "variant", "DecimalType": "decimal", "DayTimeIntervalType": "interval",
}  # fmt: skip
_SHORT = {"integer": "int", "long": "bigint", "short": "smallint", "byte": "tinyint"}
_DDL_TYPE = (
    r"(?:string|int|integer|bigint|long|smallint|short|tinyint|byte|double|float|decimal(?:\s*\([\d\s,]+\))?|date"
    r"|timestamp(?:_ntz)?|boolean|binary|variant|array\s*<.+>|map\s*<.+>|struct\s*<.+>)"
)
_DDL_FIELD = re.compile(
    rf"\s*`?(?P<name>[A-Za-z_][\w$ ]*?)`?\s*(?::|\s)\s*(?P<type>{_DDL_TYPE})(?P<null>\s+not\s+null)?"
    r"(?:\s+comment\s+(?P<quote>['\"])(?P<doc>.*?)(?P=quote))?\s*",
    re.IGNORECASE | re.DOTALL,
)
_EXPECTATIONS = frozenset(
    {"expect", "expect_or_drop", "expect_or_fail", "expect_all", "expect_all_or_drop", "expect_all_or_fail"}
)
_CREATE = frozenset({"create", "createIfNotExists", "createOrReplace", "replace"})
_MOST_CALLS = 600
_LEAST_FIELDS = 2
_COLUMN = re.compile(r"\b[A-Za-z_]\w*\b")
_SQL_WORDS = frozenset("is not null and or in like between true false case when then else end rlike".split())


def read(text: str) -> DataFacts:
    """A step for each schema constant, each table of Delta's builder, and each dataset with expectations."""
    tree = module(text)
    reader = _Reader(tree)
    return facts("structtype", [*reader.constants(), *reader.built(), *reader.expectations()])


class _Reader:
    def __init__(self, tree: Module) -> None:
        self._tree = tree

    # --- constants ----------------------------------------------------------------------------------------------------

    def constants(self) -> Iterator[SchemaStep]:
        """The StructTypes and DDL strings assigned at the top level or in its classes, or returned by functions."""
        bodies = [("", self._tree.root), *((one.name, one.body) for one in self._tree.classes())]
        for owner, body in bodies:
            for name, value, _, node in self._tree.assignments(body):
                columns = self.columns(value)
                if columns:
                    named = f"{owner}.{name}" if owner else name
                    yield SchemaStep("create", named, self._tree.line(node), columns, kind_of="record")
            for child in body.named_children:
                step = self._returned(owner, child)
                if step is not None:
                    yield step

    def _returned(self, owner: str, node: Node) -> SchemaStep | None:
        """The schema of a function whose last statement returns a StructType."""
        inner = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
        if inner is None or inner.type != "function_definition":
            return None
        named, body = inner.child_by_field_name("name"), inner.child_by_field_name("body")
        last = body.named_children[-1] if body is not None and body.named_children else None
        if named is None or body is None or last is None or last.type != "return_statement" or not last.named_children:
            return None
        value: Node | None = last.named_children[0]
        if value is not None and value.type == "identifier":
            local = self._tree.text(value)
            found = [bound for name, bound, _, _ in self._tree.assignments(body) if name == local]
            value = found[0] if len(found) == 1 else None
        columns = self.columns(value) if value is not None and value.type == "call" else ()
        if not columns:
            return None
        name = self._tree.text(named)
        full = f"{owner}.{name}" if owner else name
        return SchemaStep("create", full, self._tree.line(inner), columns, kind_of="record")

    def columns(self, node: Node | None) -> tuple[Column, ...]:
        """The columns of a StructType or a DDL string; () for anything else."""
        if node is None:
            return ()
        if node.type in ("string", "concatenated_string"):
            return tuple(self._ddl(node))
        chain = list(self._chain(node))
        if not chain or chain[-1].last != "StructType":
            return ()
        first = chain[-1].argument(0, "fields")
        found = [column for item in self._tree.items(first) if (column := self._field(item, 0)) is not None]
        added = (self._added(call) for call in reversed(chain[:-1]) if call.name == "add")
        found.extend(column for column in added if column is not None)
        return tuple(found)

    def _chain(self, node: Node) -> Iterator[Call]:
        """The calls of `StructType().add(...).add(...)`, the last first; a method call is named by its method."""
        at: Node | None = node
        for _ in range(_MOST_CALLS):
            at = self._tree.seen_through(at)
            call = self._tree.call(at)
            function = at.child_by_field_name("function") if at is not None else None
            if call is None or function is None:
                return
            owner = function.child_by_field_name("object") if function.type == "attribute" else None
            if owner is None or call.name.endswith("StructType"):
                yield call
                return
            last = function.child_by_field_name("attribute")
            yield Call(self._tree.text(last) if last is not None else "", call.args, call.named, call.line, call.node)
            at = owner

    def _field(self, node: Node, depth: int) -> Column | None:
        call = self._tree.call(self._tree.seen_through(node))
        if call is None or call.last != "StructField":
            return None
        name = self._tree.string(call.argument(0, "name"))
        return self._stated(call, name, call.argument(1, "dataType"), call.argument(2, "nullable"), depth)

    def _added(self, call: Call) -> Column | None:
        first = call.argument(0, "field")
        inner = self._field(first, 0) if first is not None else None
        if inner is not None or first is None:
            return inner
        return self._stated(
            call, self._tree.string(first), call.argument(1, "data_type"), call.argument(2, "nullable"), 0
        )

    def _stated(
        self, call: Call, name: str | None, kind: Node | None, nullable: Node | None, depth: int
    ) -> Column | None:
        if not name:
            return None
        told = self._tree.truth(nullable) if nullable is not None else True
        pairs = self._tree.pairs(call.argument(3, "metadata"))
        doc = self._tree.string(pairs.get("comment")) or ""
        return Column(name, limited(self._type(kind, depth)), told, summary(doc), line=call.line)

    def _type(self, node: Node | None, depth: int) -> str:
        """A type in the notation of Spark SQL; "" if unknown."""
        node = self._tree.seen_through(node)
        if node is None or depth > DEEPEST_TYPE:
            return ""
        text = self._tree.string(node)
        if text is not None:
            return _SHORT.get(text.strip().lower(), text.strip().lower())
        call = self._tree.call(node)
        if call is None or call.last in _TYPES:
            return self._simple(call.last if call is not None else self._tree.dotted(node).rpartition(".")[2], call)
        return self._nested(call, depth)

    def _nested(self, call: Call, depth: int) -> str:
        if call.last == "ArrayType":
            return f"array<{self._type(call.argument(0, 'elementType'), depth + 1)}>"
        if call.last == "MapType":
            key = self._type(call.argument(0, "keyType"), depth + 1)
            return f"map<{key}, {self._type(call.argument(1, 'valueType'), depth + 1)}>"
        if call.last == "StructType":
            fields = [self._field(one, depth + 1) for one in self._tree.items(call.argument(0, "fields"))]
            return struct((one.name, one.type) for one in fields if one is not None)
        return ""

    def _simple(self, name: str, call: Call | None) -> str:
        kind = _TYPES.get(name, "")
        if kind == "decimal" and call is not None:
            precision, scale = (call.argument(*place) for place in ((0, "precision"), (1, "scale")))
            shown = [self._tree.text(one) for one in (precision, scale) if one is not None]
            digits = [one for one in shown if one.isdecimal()]
            return f"decimal({','.join(digits + ['0'] * (2 - len(digits)))})" if digits else "decimal(10,0)"
        return kind

    def _ddl(self, node: Node) -> Iterator[Column]:
        """The columns of a string such as `id bigint not null, name string`; none if any part has another form."""
        text = self._tree.string(node) or ""
        found: list[Column] = []
        at = 0
        for part, last in _parts(text):
            line = node.start_point[0] + 1 + text.count("\n", 0, at + len(part) - len(part.lstrip()))
            at += len(part) + 1
            match = _DDL_FIELD.fullmatch(part)
            if match is None:
                if last and not part.strip():
                    continue
                return
            kind = " ".join(match["type"].split()).lower()
            kind, doc = limited(_SHORT.get(kind, kind)), summary(match["doc"] or "")
            found.append(Column(match["name"], kind, not match["null"], doc, line=line))
        if len(found) >= _LEAST_FIELDS:
            yield from found

    # --- Delta's builder ----------------------------------------------------------------------------------------------

    def built(self) -> Iterator[SchemaStep]:
        """The tables of `DeltaTable.create(spark).tableName("...").addColumn(...)....execute()`."""
        if b".addColumn" not in self._tree.data:
            return
        for node in _calls(self._tree.root, b"execute", self._tree.data):
            chain = list(self._chain(node))
            names = {call.name for call in chain}
            if not names & _CREATE:
                continue
            step = self._table(node, chain)
            if step is not None:
                yield step

    def _table(self, node: Node, chain: Sequence[Call]) -> SchemaStep | None:
        columns: list[Column] = []
        keys: tuple[str, ...] = ()
        name, doc = "", ""
        for call in reversed(chain):
            text = self._tree.string(call.args[0]) if call.args else None
            if call.name == "tableName":
                name = text or ""
            elif call.name == "comment":
                doc = text or ""
            elif call.name == "partitionedBy":
                keys = (f"partition by ({', '.join(one for arg in call.args for one in self._tree.strings(arg))})",)
            elif call.name == "addColumn" and text:
                nullable = self._tree.truth(call.named.get("nullable")) is not False
                kind = self._type(call.argument(1, "dataType"), 0)
                comment = self._tree.string(call.named.get("comment")) or ""
                columns.append(Column(text, limited(kind), nullable, summary(comment), line=call.line))
        if not name or not columns:
            return None
        return SchemaStep(
            "create", name.replace("`", "").lower(), self._tree.line(node), tuple(columns), keys, doc=summary(doc),
        )  # fmt: skip

    # --- expectations of declarative pipelines ------------------------------------------------------------------------

    def expectations(self) -> Iterator[SchemaStep]:
        """The datasets of functions under `@dlt.table` and `@dlt.expect...`, with the expectations of their columns."""
        for node in self._tree.root.named_children:
            function = node.child_by_field_name("definition") if node.type == "decorated_definition" else None
            named = function.child_by_field_name("name") if function is not None else None
            if named is None or function is None or function.type != "function_definition":
                continue
            calls = [
                call for child in node.named_children if child.type == "decorator" and child.named_children
                if (call := self._tree.call(child.named_children[0])) is not None
            ]  # fmt: skip
            tests: dict[str, list[str]] = {}
            for call in calls:
                if call.last in _EXPECTATIONS:
                    for condition in self._conditions(call):
                        for column in _named(condition):
                            tests.setdefault(column, []).append(f"{call.last}({condition})")
            if tests:
                given = (self._tree.string(call.named.get("name")) for call in calls if call.last not in _EXPECTATIONS)
                name = next((one for one in given if one), self._tree.text(named)).lower()
                line = self._tree.line(node)
                columns = tuple(Column(one, tests=tuple(told), line=line) for one, told in tests.items())
                yield SchemaStep("create", name, line, columns, kind_of="expectations")

    def _conditions(self, call: Call) -> Iterator[str]:
        if call.last.startswith("expect_all"):
            first = call.argument(0, "expectations")
            for node in self._tree.pairs(first).values():
                yield self._tree.string(node) or ""
        else:
            yield self._tree.string(call.argument(1, "inv") or call.named.get("constraint")) or ""


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of a text between commas outside brackets and quotes, and whether each is the last."""
    depth, start, quote = 0, 0, ""
    for at, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "<(":
            depth += 1
        elif character in ">)":
            depth -= 1
        elif character == "," and depth <= 0:
            yield text[start:at], False
            start = at + 1
    yield text[start:], True


def _named(condition: str) -> list[str]:
    """The likely column names in a condition: words that are not keywords or functions."""
    bare = re.sub(r"'[^']*'|\"[^\"]*\"", "", condition)
    words = [match for match in _COLUMN.finditer(bare) if not bare[match.end() :].lstrip().startswith("(")]
    return list(dict.fromkeys(one[0] for one in words if one[0].lower() not in _SQL_WORDS))


def _calls(root: Node, method: bytes, data: bytes) -> Iterator[Node]:
    """The calls of a method anywhere in a file, without recursion."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "call":
            function = node.child_by_field_name("function")
            last = function.child_by_field_name("attribute") if function is not None else None
            if last is not None and data[last.start_byte : last.end_byte] == method:
                yield node
                continue
        waiting.extend(reversed(node.named_children))
