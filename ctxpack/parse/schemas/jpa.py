"""JPA entities in Java and Kotlin: the tables of annotated classes, and the classes that these inherit columns from.

Names without annotation are guessed by Spring's naming strategy (snake case); `lineage/orm/spellings.py` corrects them
by migrations or dumps. Constants of other files and facts of other classes become placeholders for
`lineage/orm/entities.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ctxpack.datamodel.schema import AUTOINCREMENT, DataFacts, SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas import defaults, jpa_constants
from ctxpack.parse.schemas.jvm_tree import Class, Jvm, Mark, Member
from ctxpack.text import snake

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_KINDS = {"Entity": "table", "MappedSuperclass": "mixin", "Embeddable": "embeddable"}
_NOT_COLUMNS = ("Transient", "OneToMany", "ManyToMany", "ElementCollection", "Formula", "Any", "ManyToAny")
_RELATIONS = ("ManyToOne", "OneToOne")
_STATING = ("Column", "Convert", "Type", "JdbcTypeCode", "JdbcType", "Lob", "Enumerated", "Id", "Basic", "Version")
_MAPPING = frozenset({*_STATING, *_NOT_COLUMNS, *_RELATIONS, "JoinColumn", "Embedded", "EmbeddedId", "GeneratedValue"})
_COLLECTIONS = re.compile(r"^(?:\w+\.)*(?:Mutable)?(?:List|Set|Map|Collection|SortedSet|SortedMap|Iterable)\b")
_PRIMITIVE = frozenset("int long short byte boolean char float double".split())
_KOTLIN_PRIMITIVE = frozenset("Int Long Short Byte Boolean Char Float Double".split())
_NOT_NULL = ("NotNull", "NotBlank", "NotEmpty")
_DEFAULT = re.compile(r"\bdefault\s+(?P<value>'(?:[^']|'')*'|[^\s,]+)", re.IGNORECASE)
_AFTER_TYPE = re.compile(
    r"\s+(?:default|not\s+null|null|comment|unique|check|references)\b.*$", re.IGNORECASE | re.DOTALL
)
_JOINED = {"JOINED": "{joined}", "TABLE_PER_CLASS": "{per class}"}


def read(text: str) -> DataFacts:
    """A step for each mapped class, and for each join table."""
    tree = Jvm(text)
    classes = list(tree.classes())
    constants = {one.name: one.type for step in jpa_constants.read(text).steps for one in step.columns}
    steps = [step for one in classes for step in _Reader(tree, one, constants).steps()]
    return DataFacts("jpa", tuple(sorted(steps, key=lambda step: step.line)))


class _Reader:
    """Reads one class."""

    def __init__(self, tree: Jvm, one: Class, constants: Mapping[str, str]) -> None:
        self._tree, self._class, self._constants = tree, one, constants
        self._columns: list[Column] = []
        self._keys: list[str] = []
        self._joining: list[SchemaStep] = []

    def steps(self) -> Iterator[SchemaStep]:
        """The step of the class, and those of its join tables; none for a class that is not mapped."""
        kind = next((kind for name, kind in _KINDS.items() if self._class.mark(name) is not None), "")
        if not kind:
            return
        for one in self._members():
            self._member(one)
        if kind == "table":
            self._table_keys()
        self._keys.extend(self._inheritance())
        yield SchemaStep(
            "create", self._table() if kind == "table" else "", self._class.line, tuple(self._columns),
            tuple(self._keys), self._class.name, self._class.base, kind,
            likeness="name",
        )  # fmt: skip
        yield from self._joining

    def _members(self) -> list[Member]:
        """The fields, or the getters if these carry the annotations."""
        getters = [one for one in self._class.members if one.is_getter and self._is_marked(one)]
        fields = [one for one in self._class.members if not one.is_getter]
        return getters if getters and not any(map(self._is_marked, fields)) else fields

    @staticmethod
    def _is_marked(one: Member) -> bool:
        return any(mark.name in _MAPPING for mark in one.marks)

    def _string(self, mark: Mark | None, *names: str) -> str:
        """The first of these arguments of an annotation that is given, as text; "" for none."""
        nodes = [mark.given[name] for name in names if name in mark.given] if mark is not None else []
        return self._tree.string(nodes[0], self._constants) if nodes else ""

    def _says(self, mark: Mark | None, name: str) -> bool | None:
        return self._tree.truth(mark.given.get(name)) if mark is not None else None

    def _table(self) -> str:
        stated, entity = self._class.mark("Table"), self._class.mark("Entity")
        name = self._string(stated, "name") or snake(self._string(entity, "name") or self._class.name)
        schema = self._string(stated, "schema")
        told = f"{schema}.{name}" if schema else name
        return told if "{" in told else told.lower()

    def _inheritance(self) -> list[str]:
        mark = self._class.mark("Inheritance")
        told = self._tree.text(mark.given.get("strategy")) if mark is not None else ""
        known = _JOINED.get(told.rpartition(".")[2])
        return [known] if known else []

    # --- members ------------------------------------------------------------------------------------------------------

    def _member(self, one: Member) -> None:
        if one.mark("ManyToMany") is not None:
            self._join(one)
        if one.mark(*_NOT_COLUMNS) is not None:
            return
        relation = one.mark(*_RELATIONS)
        if relation is not None:
            self._relation(one, relation)
        elif one.mark("Embedded", "EmbeddedId") is not None:
            self._columns.append(Column("", f"{{embedded {_last(one.type)}}}", line=one.line))
        elif one.mark(*_STATING) is not None or not _COLLECTIONS.match(one.type):
            self._column(one)

    def _column(self, one: Member) -> None:
        mark = one.mark("Column")
        name = self._string(mark, "name") or snake(one.name)
        definition = self._string(mark, "columnDefinition")
        kind = _AFTER_TYPE.sub("", definition) if definition else self._type(one, mark)
        key = one.mark("Id") is not None
        self._columns.append(
            Column(name, kind, False if key else self._nullable(one, mark), self._string(one.mark("Comment"), "value"),
                   line=one.line, default=self._default(one, definition))
        )  # fmt: skip
        if key:
            self._keys.append(f"primary key ({name})")
        if self._says(mark, "unique") is True:
            self._keys.append(f"unique ({name})")

    def _type(self, one: Member, mark: Mark | None) -> str:
        given = [mark.given.get(name) for name in ("length", "precision", "scale")] if mark is not None else []
        sizes = [self._tree.text(node) for node in given if node is not None and self._tree.text(node).isdigit()]
        return f"{one.type}({', '.join(sizes)})" if sizes else one.type

    def _nullable(self, one: Member, mark: Mark | None) -> bool | None:
        """The nullability of a column by annotations or type; None if only a non-null type of the code forbids it."""
        stated = self._says(mark, "nullable")
        optional = self._says(one.mark("Basic", *_RELATIONS), "optional")
        if stated is False or optional is False or one.mark(*_NOT_NULL) is not None or one.type in _PRIMITIVE:
            return False
        if one.optional is False:
            return False if one.type in _KOTLIN_PRIMITIVE else None
        return True

    def _default(self, one: Member, definition: str) -> str:
        stated = self._string(one.mark("ColumnDefault"), "value")
        told = _DEFAULT.search(definition)
        strategy = one.mark("GeneratedValue")
        if strategy is not None and self._tree.text(strategy.given.get("strategy")).endswith("IDENTITY"):
            return AUTOINCREMENT
        return defaults.expression(stated) if stated else defaults.expression(told["value"]) if told else ""

    # --- relations ----------------------------------------------------------------------------------------------------

    def _relation(self, one: Member, relation: Mark) -> None:
        """The foreign key column of a relation owned by this side."""
        if "mappedBy" in relation.given or one.mark("JoinTable", "JoinColumns", "PrimaryKeyJoinColumn") is not None:
            return
        mark, target = one.mark("JoinColumn"), _last(one.type)
        name = self._string(mark, "name") or f"{snake(one.name)}_{{key}}"
        other = self._string(mark, "referencedColumnName")
        key = one.mark("Id", "MapsId") is not None
        nullable = False if key else self._nullable(one, mark)
        self._columns.append(Column(name, f"{{key of {target}}}", nullable, line=one.line))
        self._keys.append(f"foreign key ({name}) references {{{target}}}{f' ({other})' if other else ''}")
        if key:
            self._keys.append(f"primary key ({name})")
        if relation.name == "OneToOne" or self._says(mark, "unique") is True:
            self._keys.append(f"unique ({name})")

    def _join(self, one: Member) -> None:
        """The join table of two classes, if its columns are stated."""
        mark = one.mark("JoinTable")
        inner = re.search(r"<(?:.*,)?\s*(?:out\s+)?(?P<name>[\w.]+)\s*>$", one.type)
        name = self._string(mark, "name")
        if mark is None or inner is None or not name:
            return
        target = _last(inner["name"])
        sides = (self._class.name, self._joins(mark, "joinColumns")), (target, self._joins(mark, "inverseJoinColumns"))
        if not all(own for _, own in sides):
            return
        columns = [Column(own, f"{{key of {side}}}", False, line=one.line) for side, own in sides]
        keys = [f"foreign key ({own}) references {{{side}}}" for side, own in sides]
        table = name if "{" in name else name.lower()
        self._joining.append(SchemaStep("create", table, one.line, tuple(columns), tuple(keys)))

    def _joins(self, mark: Mark, side: str) -> str:
        """The join column of one side; "" unless it is exactly one."""
        found = [self._tree.mark(node) for node in self._tree.listed(mark.given.get(side))]
        return self._string(found[0], "name") if len(found) == 1 else ""

    def _table_keys(self) -> None:
        table = self._class.mark("Table")
        given: Node | None = table.given.get("uniqueConstraints") if table is not None else None
        for mark in map(self._tree.mark, self._tree.listed(given)):
            columns = self._tree.strings(mark.given.get("columnNames"), self._constants) if mark is not None else []
            name = self._string(mark, "name")
            if columns:
                self._keys.append(f"{f'constraint {name} ' if name else ''}unique ({', '.join(columns)})")


def _last(kind: str) -> str:
    return kind.partition("<")[0].rpartition(".")[2]
