"""Python data records: pydantic models, dataclasses, attrs and msgspec classes, TypedDicts and NamedTuples.

Most dataclasses of a program are components rather than data records, so one counts only if at least half of its
fields hold plain data. A field is nullable if its type admits None or its default is None; any other default fills in a
missing value. A class with bases in other files is a "mixin", to be resolved where those are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas.python_tree import Call, Class, Module, module
from ctxpack.parse.schemas.shapes import facts, limited, summary

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_MODELS = frozenset({"BaseModel", "GenericModel", "Struct", "SQLModel", "CamelModel", "DataClassJsonMixin"})
_TYPED = frozenset({"TypedDict", "NamedTuple"})
_DECORATORS = frozenset(
    """dataclass dataclasses.dataclass pydantic.dataclasses.dataclass attrs attr.s attr.attrs attr.dataclass define
    attrs.define attr.define frozen attrs.frozen attr.frozen mutable attrs.mutable""".split()
)
_FIELD_CALLS = frozenset({"Field", "field", "ib", "attrib", "attr", "Query", "Body", "Path", "Header", "PrivateAttr"})
_ANY = frozenset({"Any", "object", "typing.Any", "t.Any"})
_DATA = frozenset(
    """str int float bool bytes date datetime time timedelta Decimal UUID UUID1 UUID4 UUID5 Literal Any None list dict
    List Dict Set set tuple Tuple frozenset FrozenSet Sequence Mapping MutableMapping Iterable Optional Union EmailStr
    AnyUrl HttpUrl AnyHttpUrl PositiveInt NonNegativeInt PositiveFloat NonNegativeFloat StrictStr StrictInt StrictBool
    StrictFloat constr conint confloat Json SecretStr Path Enum Annotated NDArray ndarray Timestamp complex number
    Required NotRequired ReadOnly Deque deque defaultdict DefaultDict OrderedDict Counter Date Datetime""".split()
)
_NULL = re.compile(r"\bOptional\[|\|\s*None\b|\bNone\s*\||\bUnion\[(?:[^\[\]]|\[[^\[\]]*\])*\bNone\b")
_WORD = re.compile(r"[A-Za-z_]\w*")
_QUOTED = re.compile(r"""(['"])[^'"]*\1""")
_WRAPPED = re.compile(
    r"^(?:\w+\.)?(?P<how>Required|NotRequired|ReadOnly|Annotated|Mapped|Final)\[(?P<inner>.*)\]$", re.DOTALL
)
_OPTIONAL = re.compile(r"^(?:\w+\.)?Optional\[(?P<inner>.*)\]$", re.DOTALL)
_CLASS_VARIABLE = re.compile(r"\bClassVar\b|\bInitVar\b|\bKW_ONLY\b|\bRelationship\b")


def read(text: str) -> DataFacts:
    """A step for each class that is a data record, or may be one by its bases."""
    tree = module(text)
    return facts("records", _Reader(tree).steps())


class _Reader:
    def __init__(self, tree: Module) -> None:
        self._tree = tree
        self._classes = {one.name: one for one in tree.classes()}

    def steps(self) -> Iterator[SchemaStep]:
        """The records, in order."""
        for one in self._classes.values():
            step = self._step(one)
            if step is not None:
                yield step
        for name, value, _, _ in self._tree.assignments(self._tree.root):
            call = self._tree.call(value)
            if call is not None and call.last in ("TypedDict", "NamedTuple", "namedtuple"):
                columns = tuple(self._functional(call))
                if columns:
                    yield SchemaStep("create", name, call.line, columns, kind_of="record")

    def _step(self, one: Class) -> SchemaStep | None:
        kind = self._kind(one, 0)
        if not kind or self._tree.truth(one.named.get("table")) is True:
            return None
        missing = "TypedDict" in kind and self._tree.truth(one.named.get("total")) is False
        columns = tuple(
            column
            for name, value, annotation, node in self._tree.assignments(one.body)
            if (column := self._column(name, value, annotation, self._tree.line(node), missing=missing)) is not None
        )
        if not columns or (kind in ("dataclass", "mixin") and not self._holds_data(columns)):
            return None
        bases = ", ".join(base.rpartition(".")[2] for base in one.bases)
        return SchemaStep(
            "create", one.name, one.line, columns, (), one.name, bases, "mixin" if kind == "mixin" else "record",
            summary(self._tree.doc(one.body)), likeness="name",
        )  # fmt: skip

    def _kind(self, one: Class, depth: int) -> str:
        """The base that makes a class a record, "dataclass" for a decorator, "mixin" for a base not in this file."""
        if depth > 20:
            return ""
        if self._decorated(one):
            return "dataclass"
        unknown = False
        for base in one.bases:
            last = base.rpartition(".")[2]
            if last in _MODELS or last in _TYPED:
                return last
            known = self._classes.get(last)
            if known is not None and known is not one:
                found = self._kind(known, depth + 1)
                if found and found != "dataclass":
                    return found
            elif last not in ("Generic", "Protocol", "ABC", "object", "Enum", "Exception", "BaseSettings"):
                unknown = True
        return "mixin" if unknown else ""

    def _decorated(self, one: Class) -> bool:
        node = one.body.parent
        outer = node.parent if node is not None else None
        if outer is None or outer.type != "decorated_definition":
            return False
        for child in outer.named_children:
            if child.type == "decorator" and child.named_children:
                inner = child.named_children[0]
                call = self._tree.call(inner)
                if (call.name if call is not None else self._tree.dotted(inner)) in _DECORATORS:
                    return True
        return False

    def _holds_data(self, columns: tuple[Column, ...]) -> bool:
        plain = sum(self._is_data(column.type) for column in columns)
        return 2 * plain >= len(columns)

    def _is_data(self, kind: str) -> bool:
        words = [word for word in _WORD.findall(_QUOTED.sub("", kind)) if word[0].isupper() or word in _DATA]
        return all(word in _DATA or word in self._classes for word in words) and "Callable" not in kind

    # --- fields -------------------------------------------------------------------------------------------------------

    def _column(
        self, name: str, value: Node | None, annotation: Node | None, line: int, *, missing: bool
    ) -> Column | None:
        """A field of a class; `missing`: it may be left out unless it states otherwise."""
        call = self._tree.call(value)
        attribute = call is not None and call.last in ("ib", "attrib") and annotation is None
        if name.startswith("_") or name == "model_config" or (annotation is None and not attribute):
            return None
        told = self._tree.text(annotation) if annotation is not None else ""
        settings = call.named if call is not None and call.last in _FIELD_CALLS else {}
        if attribute and "type" in settings:
            told = self._tree.text(settings["type"])
        if _CLASS_VARIABLE.search(told) or (call is not None and call.last in ("PrivateAttr", "Relationship")):
            return None
        kind, nullable, described = self._typed(told.strip("\"'"), missing=missing)
        if self._is_none(value, call, settings):
            nullable = True
        doc = self._tree.string(settings.get("description")) or described
        return Column(name, limited(kind), nullable, summary(doc), line=line)

    def _is_none(self, value: Node | None, call: Call | None, settings: Mapping[str, Node]) -> bool:
        """Whether the default of a field is None."""
        default = settings.get("default")
        if call is not None and call.last in ("Field", "Query", "Body", "Path", "Header") and call.args:
            default = call.args[0]
        node = default if call is not None else value
        return node is not None and node.type == "none"

    def _typed(self, told: str, *, missing: bool) -> tuple[str, bool | None, str]:
        """(type without None, whether it can be null or missing, documentation in the annotation)."""
        described = ""
        for _ in range(5):
            wrapped = _WRAPPED.match(told)
            if wrapped is None:
                break
            told = wrapped["inner"].strip()
            if wrapped["how"] == "Annotated":
                told, described = _annotated(told)
            elif wrapped["how"] != "ReadOnly" and wrapped["how"] != "Mapped":
                missing = wrapped["how"] == "NotRequired"
        nullable: bool | None = missing or _admits_none(told)
        if not told or (told in _ANY and not missing):
            nullable = None
        return _plain(told), nullable, described

    def _functional(self, call: Call) -> Iterator[Column]:
        """The fields of `TypedDict("T", {"a": int})` and `NamedTuple("T", [("a", int)])`."""
        if len(call.args) < 2:
            return
        fields = call.args[1]
        missing = self._tree.truth(call.named.get("total")) is False
        for name, node in self._tree.pairs(fields).items():
            kind, nullable, doc = self._typed(self._tree.text(node).strip("\"'"), missing=missing)
            yield Column(name, limited(kind), nullable, summary(doc), line=self._tree.line(node))
        for item in self._tree.items(fields):
            parts = self._tree.items(item)
            named = self._tree.string(parts[0]) if len(parts) == 2 else None
            if named:
                kind, nullable, _ = self._typed(self._tree.text(parts[1]).strip("\"'"), missing=False)
                yield Column(named, limited(kind), nullable, line=self._tree.line(item))
            elif call.last == "namedtuple" and (plain := self._tree.string(item)):
                yield Column(plain, line=self._tree.line(item))


def _annotated(inner: str) -> tuple[str, str]:
    """The type and the description in `Annotated[...]`."""
    depth = 0
    for at, character in enumerate(inner):
        depth += {"[": 1, "(": 1, "]": -1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            found = re.search(r"""description=(['"])(.*?)\1""", inner[at:])
            return inner[:at].strip(), found[2] if found else ""
    return inner, ""


def _admits_none(told: str) -> bool:
    """Whether the outermost type admits None."""
    flat, depth = [], 0
    if _OPTIONAL.match(told) or told in ("None", "NoneType"):
        return True
    union = re.match(r"^(?:\w+\.)?Union\[(.*)\]$", told, re.DOTALL)
    body = union[1] if union else told
    for character in body:
        depth += {"[": 1, "(": 1, "]": -1, ")": -1}.get(character, 0)
        flat.append(character if depth <= 0 else " ")
    parts = re.split(r"[|,]" if union else r"\|", "".join(flat))
    return len(parts) > 1 and any(part.strip() == "None" for part in parts)


def _plain(told: str) -> str:
    """A type without None."""
    optional = _OPTIONAL.match(told)
    if optional is not None:
        return optional["inner"].strip()
    if _NULL.search(told) and "[" not in told:
        return " | ".join(part.strip() for part in told.split("|") if part.strip() != "None")
    return re.sub(r"^None\s*\|\s*|\s*\|\s*None$", "", told)
