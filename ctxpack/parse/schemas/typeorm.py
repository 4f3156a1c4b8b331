"""TypeORM entities: tables declared by decorated classes, and classes that contribute columns.

A type not stated by a decorator is the property's. Whatever depends on a class in another file (the key referenced by
a relation, the columns of an embedded or base class) is left in braces for `lineage/orm/entities.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ctxpack.datamodel.schema import AUTOINCREMENT, DataFacts, SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas import defaults
from ctxpack.parse.schemas.typescript_tree import Call, Class, Property, TypeScript, text_options
from ctxpack.text import snake

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_COLUMNS = (
    "Column", "PrimaryColumn", "PrimaryGeneratedColumn", "CreateDateColumn", "UpdateDateColumn", "DeleteDateColumn",
    "VersionColumn",
)  # fmt: skip
_RELATIONS = ("ManyToOne", "OneToOne", "TreeParent")
_NULLABLE = re.compile(r"\s*\|\s*(?:null|undefined)\b|\b(?:null|undefined)\s*\|\s*")
_WRAPPED = re.compile(r"^(?:Relation|Promise|Ref)<(?P<inner>.*)>$", re.DOTALL)


def read(text: str) -> DataFacts:
    """A step for each class with TypeORM columns, and for each join table."""
    tree = TypeScript(text)
    steps: list[SchemaStep] = []
    for one in tree.classes():
        steps.extend(_Reader(tree, one).steps())
    return DataFacts("typeorm", tuple(sorted(steps, key=lambda step: step.line)))


class _Reader:
    """Parses one class."""

    def __init__(self, tree: TypeScript, one: Class) -> None:
        self._tree, self._class = tree, one
        self._columns: list[Column] = []
        self._keys: list[str] = []
        self._joining: list[SchemaStep] = []
        self._column_of: dict[str, str] = {}

    def steps(self) -> list[SchemaStep]:
        """The steps of the class and its join tables; none for a class without TypeORM columns."""
        kind, table = self._table()
        properties = list(self._tree.properties(self._class))
        if kind == "document" or any(one.mark("ObjectIdColumn") for one in properties):
            return []
        for one in properties:
            self._property(one)
        if not (self._columns or kind == "table"):
            return []
        self._class_keys(properties)
        inheriting = self._class.mark("TableInheritance")
        if inheriting is not None:
            self._columns.append(self._discriminator(inheriting))
        step = SchemaStep(
            "create", table, self._class.line, tuple(self._columns), tuple(self._keys), self._class.name,
            self._class.base, kind, likeness="name",
        )  # fmt: skip
        return [step, *self._joining] if kind in ("table", "child") else [step]

    def _table(self) -> tuple[str, str]:
        """The kind of the class ("document" if its table's name is computed), and its table."""
        mark = self._class.mark("Entity")
        if mark is None:
            return ("child" if self._class.mark("ChildEntity") is not None else "mixin"), ""
        first = mark.args[0] if mark.args else None
        options = self._tree.options(mark.args[-1]) if mark.args else {}
        given = options.get("name") if "name" in options else first if first and first.type != "object" else None
        name = self._tree.string(given) if given is not None else snake(self._class.name)
        schema = self._tree.string(options.get("schema"))
        if not name:
            return "document", ""
        return "table", f"{schema}.{name}".lower() if schema else name.lower()

    def _property(self, one: Property) -> None:
        column, relation = one.mark(*_COLUMNS), one.mark(*_RELATIONS)
        if column is not None:
            self._column(one, column)
        elif relation is not None:
            self._relation(one, relation)
        elif one.mark("ManyToMany") is not None and one.mark("JoinTable") is not None:
            self._join(one)

    # --- columns ------------------------------------------------------------------------------------------------------

    def _column(self, one: Property, mark: Call) -> None:
        options = next((self._tree.options(arg) for arg in mark.args if arg.type == "object"), {})
        first = mark.args[0] if mark.args else None
        embedded = self._tree.given_back(first)
        if embedded is not None:
            prefix = self._tree.string(options.get("prefix"))
            bare = self._tree.truth(options.get("prefix")) is False
            name = "" if bare else one.name if prefix is None else prefix
            self._columns.append(Column(name, f"{{embedded {self._tree.text(embedded)}}}", line=one.line))
            return
        primary = mark.name.startswith("Primary") or self._tree.truth(options.get("primary")) is True
        name = self._tree.string(options.get("name")) or one.name
        nullable = self._tree.truth(options.get("nullable")) is True or mark.name == "DeleteDateColumn"
        kind = self._type(one, mark, options)
        default = self._default(one, mark, options)
        doc = self._tree.string(options.get("comment")) or ""
        self._columns.append(Column(name, kind, nullable and not primary, doc, line=one.line, default=default))
        self._column_of[one.name] = name
        if primary:
            self._keys.append(f"primary key ({name})")
        indexed = one.mark("Index")
        unique = indexed is not None and any(self._says_unique(arg) for arg in indexed.args)
        if unique or self._tree.truth(options.get("unique")) is True:
            self._keys.append(f"unique ({name})")

    def _says_unique(self, node: Node) -> bool:
        return self._tree.truth(self._tree.options(node).get("unique")) is True

    def _type(self, one: Property, mark: Call, options: dict[str, Node]) -> str:
        told = self._tree.string(options.get("type")) or self._tree.text(options.get("type"))
        if not told and mark.args and mark.name != "PrimaryGeneratedColumn":
            told = self._tree.string(mark.args[0]) or ""
        if mark.name == "PrimaryGeneratedColumn" and self._strategy(mark) in ("uuid", "rowid"):
            told = told or self._strategy(mark)
        kind = told or _plain(one.type)
        values = self._tree.strings(options.get("enum"))
        if "enum" in options:
            kind = f"enum({', '.join(map(defaults.quoted, values)) or self._tree.text(options['enum'])})"
        sizes = text_options(self._tree, options, "length", "precision", "scale")
        kind = f"{kind}({', '.join(sizes)})" if sizes and "(" not in kind else kind
        return f"{kind}[]" if self._tree.truth(options.get("array")) is True else kind

    def _strategy(self, mark: Call) -> str:
        """The generation strategy of a key."""
        return (self._tree.string(mark.args[0]) if mark.args else None) or "increment"

    def _default(self, one: Property, mark: Call, options: dict[str, Node]) -> str:
        generated = one.mark("Generated")
        if mark.name == "PrimaryGeneratedColumn" and self._strategy(mark) in ("increment", "identity"):
            return AUTOINCREMENT
        if generated is not None and self._strategy(generated) == "increment":
            return AUTOINCREMENT
        given = options.get("default")
        if given is None:
            return defaults.NOW if mark.name in ("CreateDateColumn", "UpdateDateColumn") else ""
        if given.type == "arrow_function":
            return self._tree.expression(self._tree.given_back(given))
        return self._tree.default(given)

    def _discriminator(self, mark: Call) -> Column:
        """The discriminator column of a table shared by several classes."""
        options = self._tree.options(self._tree.options(mark.args[0] if mark.args else None).get("column"))
        kind = self._tree.string(options.get("type")) or "varchar"
        return Column(self._tree.string(options.get("name")) or "type", kind, False, line=self._class.line)

    # --- relations ----------------------------------------------------------------------------------------------------

    def _relation(self, one: Property, mark: Call) -> None:
        joined = one.mark("JoinColumn")
        if mark.name == "OneToOne" and joined is None:
            return
        target = self._class.name if mark.name == "TreeParent" else self._target(one, mark)
        if not target:
            return
        options = self._tree.options(mark.args[-1]) if mark.args else {}
        primary = self._tree.truth(options.get("primary")) is True or one.mark("PrimaryColumn") is not None
        nullable = self._tree.truth(options.get("nullable")) is not False and not primary
        for own, other in self._join_columns(joined):
            name = own or f"{one.name}{{Key}}"
            self._columns.append(Column(name, f"{{key of {target}}}", nullable, line=one.line))
            self._column_of[one.name] = name
            listed = f" ({other})" if other else ""
            self._keys.append(f"foreign key ({name}) references {{{target}}}{listed}")
            if mark.name == "OneToOne":
                self._keys.append(f"unique ({name})")
            if primary:
                self._keys.append(f"primary key ({name})")

    def _join_columns(self, mark: Call | None) -> list[tuple[str, str]]:
        """(own column, referenced column) pairs, "" for each one not stated."""
        first = mark.args[0] if mark is not None and mark.args else None
        listed = first.named_children if first is not None and first.type == "array" else [first]
        found = [self._tree.options(one) for one in listed if one is not None] or [{}]
        return [
            (self._tree.string(one.get("name")) or "", self._tree.string(one.get("referencedColumnName")) or "")
            for one in found
        ]

    def _target(self, one: Property, mark: Call) -> str:
        """The target class of a relation."""
        first = mark.args[0] if mark.args else None
        told = self._tree.given_back(first)
        name = self._tree.text(told) if told is not None else self._tree.string(first) or _plain(one.type)
        return name if name.isidentifier() else ""

    def _join(self, one: Property) -> None:
        """Add the join table of two classes, with one column for each."""
        relation, mark = one.mark("ManyToMany"), one.mark("JoinTable")
        target = self._target(one, relation) if relation is not None else ""
        if mark is None or not target:
            return
        first = mark.args[0] if mark.args else None
        options = self._tree.options(first)
        given = options.get("name") or (first if first is not None and first.type != "object" else None)
        name = (
            self._tree.string(given) if given is not None else f"{{{self._class.name}}}_{snake(one.name)}_{{{target}}}"
        )
        sides = (self._class.name, "joinColumn"), (target, "inverseJoinColumn")
        columns = [(side, self._tree.string(self._tree.options(options.get(key)).get("name"))) for side, key in sides]
        made = [Column(own or f"{{{side} Key}}", f"{{key of {side}}}", False, line=one.line) for side, own in columns]
        keys = [
            f"foreign key ({column.name}) references {{{side}}}" for column, (side, _) in zip(made, sides, strict=True)
        ]
        keys.insert(0, f"primary key ({made[0].name}, {made[1].name})")
        if name:
            self._joining.append(SchemaStep("create", name.lower() if given is not None else name, one.line,
                                            tuple(made), tuple(keys)))  # fmt: skip

    # --- keys ---------------------------------------------------------------------------------------------------------

    def _class_keys(self, properties: Sequence[Property]) -> None:
        """Add the unique keys stated by decorators of the class, if they name only properties."""
        known = {one.name for one in properties}
        for mark in self._class.marks:
            fields = next((self._tree.strings(arg) for arg in mark.args if arg.type == "array"), [])
            unique = mark.name == "Unique" or (mark.name == "Index" and any(map(self._says_unique, mark.args)))
            if unique and fields and known.issuperset(fields):
                self._keys.append(f"unique ({', '.join(self._column_of.get(one, one) for one in fields)})")


def _plain(kind: str) -> str:
    """The text of a type without null and undefined, and without a wrapper such as `Relation<...>`."""
    told = _NULLABLE.sub("", kind).strip()
    wrapped = _WRAPPED.match(told)
    return wrapped["inner"].strip() if wrapped else told
