"""SQLAlchemy and SQLModel: mapped classes, Table objects, and mixins that contribute columns.

A class may get its table name and columns from a class in another file, so each class becomes a step with its own name
and those of its bases, and `lineage/orm/classes.py` merges them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas.python_columns import COLUMNS, column, constraint, table_parts, type_text
from ctxpack.parse.schemas.python_defaults import server_default
from ctxpack.parse.schemas.python_tree import Call, Class, Module, module
from ctxpack.text import snake

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_NOT_COLUMNS = re.compile(
    r"\b(?:relationship|Relationship|DynamicMapped|WriteOnlyMapped|AssociationProxy|ClassVar|dynamic_loader)\b"
)
_MAPPED = re.compile(r"^(?:\w+\.)?Mapped\[(?P<inner>.*)\]$", re.DOTALL)
_OPTIONAL = re.compile(r"\bOptional\[|\|\s*None\b|\bNone\s*\|")
_INNER_OPTIONAL = re.compile(
    r"^(?:\w+\.)?Optional\[(?P<inner>.*)\]$|^(?P<left>.*?)\s*\|\s*None$|^None\s*\|\s*(?P<right>.*)$", re.DOTALL
)
_SQLMODEL = re.compile(r"\bsqlmodel\b")
_FLASK = re.compile(r"\bdb\.Model\b|flask_sqlalchemy")


def read(text: str) -> DataFacts:
    """A step for each class that maps a table or contributes columns to one, and for each Table object."""
    tree = module(text)
    reader = _Reader(tree, sqlmodel=_SQLMODEL.search(text) is not None, named_by_class=_FLASK.search(text) is not None)
    steps = [step for one in tree.classes() if (step := reader.class_step(one)) is not None]
    steps.extend(reader.tables())
    return DataFacts("sqlalchemy", tuple(sorted(steps, key=lambda step: step.line)))


class _Reader:
    def __init__(self, tree: Module, *, sqlmodel: bool, named_by_class: bool) -> None:
        self._tree = tree
        self._sqlmodel, self._named_by_class = sqlmodel, named_by_class

    def tables(self) -> Iterator[SchemaStep]:
        """The tables declared as `name = Table("name", metadata, Column(...))`."""
        for _, value, _, _ in self._tree.assignments(self._tree.root):
            call = self._tree.call(value)
            if call is None or call.last != "Table" or len(call.args) < 3:
                continue
            name = self._tree.string(call.args[0])
            columns, keys = table_parts(self._tree, call.args[1:])
            if name and columns:
                schema = self._tree.string(call.named.get("schema"))
                full = f"{schema}.{name}".lower() if schema else name.lower()
                doc = self._tree.string(call.named.get("comment")) or ""
                yield SchemaStep("create", full, call.line, columns, keys, doc=doc)

    def class_step(self, one: Class) -> SchemaStep | None:
        """The step of a class, None for one unrelated to tables."""
        columns: list[Column] = []
        keys: list[str] = []
        settings: dict[str, Node] = {}
        for name, value, annotation, node in self._tree.assignments(one.body):
            if name.startswith("__"):
                if value is not None:
                    settings[name] = value
                continue
            made = self._attribute(name, value, annotation, self._tree.line(node))
            if made is not None:
                columns.append(made[0])
                keys.extend(made[1])
        methods = list(self._declared(one))
        for made in (made for name, made in methods if not name):
            columns.append(made[0])
            keys.extend(made[1])
        named = next((name for name, _ in methods if name), "")
        table = self._table_name(one, settings, named)
        keys.extend(self._table_keys(settings.get("__table_args__")))
        if not (columns or table or one.bases):
            return None
        abstract = self._tree.truth(settings.get("__abstract__")) is True
        is_table = bool(table) and not table.startswith("{class")
        return SchemaStep(
            "create",
            table,
            one.line,
            tuple(columns),
            tuple(keys),
            one.name,
            ", ".join(base.rpartition(".")[2] for base in one.bases),
            "abstract" if abstract else "table" if is_table else "mixin",
            self._tree.doc(one.body) if columns else "",
            likeness="name",
        )

    def _attribute(
        self, name: str, value: Node | None, annotation: Node | None, line: int
    ) -> tuple[Column, tuple[str, ...]] | None:
        told = self._tree.text(annotation) if annotation is not None else ""
        call = self._tree.call(self._tree.seen_through(value)) if value is not None else None
        if _NOT_COLUMNS.search(told) or (call is not None and _NOT_COLUMNS.search(call.name)):
            return None
        if self._sqlmodel and not _MAPPED.match(told):
            return self._field(name, call, told, line)
        if call is not None and call.last == "deferred" and call.args:
            call = self._tree.call(call.args[0])
        mapped = _MAPPED.match(told)
        if call is not None and call.last in COLUMNS:
            inner = mapped["inner"] if mapped else ""
            nullable = bool(_OPTIONAL.search(inner)) if mapped else True
            extra = self._annotated(inner) if mapped else None
            stated = _plain_type(inner)
            return _joined(self._tree, column(self._tree, call, name, nullable=nullable, stated=stated), extra)
        if mapped is None or (value is not None and call is not None and call.last not in ("field", "Field")):
            return None
        return self._bare(name, mapped["inner"], line)

    def _bare(self, name: str, inner: str, line: int) -> tuple[Column, tuple[str, ...]] | None:
        """The column of `name: Mapped[str]` without a value; one of a mapped class is a relationship, so None."""
        extra = self._annotated(inner)
        if inner.startswith(("list[", "List[", "set[", "Set[", '"List', '"list')):
            return None
        if extra is None and inner.strip("\"'") in self._class_names():
            return None
        made = Column(name, _plain_type(inner), bool(_OPTIONAL.search(inner)), line=line)
        return _joined(self._tree, (made, ()), extra)

    def _class_names(self) -> frozenset[str]:
        return frozenset(one.name for one in self._tree.classes())

    def _annotated(self, inner: str) -> Call | None:
        """The mapped_column in a type alias of `Annotated[int, mapped_column(...)]`."""
        node = self._tree.bound.get(_plain_type(inner))
        for child in node.named_children if node is not None and node.type in ("subscript", "generic_type") else ():
            call = self._tree.call(child)
            if call is not None and call.last in COLUMNS:
                return call
        return None

    def _field(self, name: str, call: Call | None, told: str, line: int) -> tuple[Column, tuple[str, ...]] | None:
        """A field of a SQLModel class: a column by its annotation, unless it is a relationship."""
        if not told or name.startswith("_") or name == "model_config":
            return None
        named = call.named if call is not None and call.last == "Field" else {}
        own = self._tree.call(named.get("sa_column"))
        optional = _OPTIONAL.search(told) is not None
        if own is not None:
            return column(self._tree, own, name, nullable=optional)
        primary = self._tree.truth(named.get("primary_key")) is True
        stated = self._tree.truth(named.get("nullable"))
        nullable = stated if stated is not None else optional and not primary
        kind = type_text(self._tree, named["sa_type"]) if "sa_type" in named else _plain_type(told)
        keys = [f"primary key ({name})"] if primary else []
        if self._tree.truth(named.get("unique")) is True:
            keys.append(f"unique ({name})")
        target = self._tree.string(named.get("foreign_key"))
        if target and "." in target:
            table, _, other = target.rpartition(".")
            keys.append(f"foreign key ({name}) references {table.lower()} ({other})")
        doc = self._tree.string(named.get("description")) or ""
        default = server_default(self._tree, self._tree.pairs(named.get("sa_column_kwargs")).get("server_default"))
        return Column(name, kind, nullable, doc, line=line, default=default), tuple(keys)

    def _declared(self, one: Class) -> Iterator[tuple[str, tuple[Column, tuple[str, ...]]]]:
        """Columns of methods under `@declared_attr`, and the table name of one (as text, with an empty column)."""
        for child in one.body.named_children:
            inner = child.child_by_field_name("definition") if child.type == "decorated_definition" else None
            if (
                inner is None
                or inner.type != "function_definition"
                or "declared_attr" not in self._tree.text(child)[:200]
            ):
                continue
            name_node, body = inner.child_by_field_name("name"), inner.child_by_field_name("body")
            name = self._tree.text(name_node) if name_node is not None else ""
            returned = [node for node in (body.named_children if body else ()) if node.type == "return_statement"]
            if not returned or not returned[-1].named_children:
                continue
            value = returned[-1].named_children[0]
            if name == "__tablename__":
                yield _naming(self._tree.text(value), self._tree.string(value)), (Column(""), ())
                continue
            call = self._tree.call(value)
            if call is not None and call.last in COLUMNS:
                made = column(self._tree, call, name)
                if made is not None:
                    yield "", made

    def _table_name(self, one: Class, settings: dict[str, Node], named: str) -> str:
        """The table name of a class, "{class...}" for the naming rule of a base, "" if none is stated."""
        schema = self._tree.string(self._settings(settings.get("__table_args__")).get("schema"))
        text = self._tree.string(settings.get("__tablename__"))
        own_table = self._tree.call(settings.get("__table__"))
        if text is None and own_table is not None and own_table.args:
            text = self._tree.string(own_table.args[0])
        if text is None and named:
            return named
        if text is None and self._tree.truth(one.named.get("table")) is True:
            text = one.name.lower()
        if text is None and self._named_by_class and "db.Model" in one.bases:
            text = snake(one.name)
        if not text:
            return ""
        return f"{schema}.{text}".lower() if schema else text.lower()

    def _settings(self, node: Node | None) -> dict[str, Node]:
        """The dictionary of `__table_args__`."""
        node = self._tree.seen_through(node)
        if node is None:
            return {}
        parts = [node] if node.type == "dictionary" else self._tree.items(node)
        return {key: value for part in parts for key, value in self._tree.pairs(part).items()}

    def _table_keys(self, node: Node | None) -> Iterator[str]:
        for part in self._tree.items(node):
            call = self._tree.call(part)
            text = constraint(self._tree, call) if call is not None else ""
            if text:
                yield text


def _naming(text: str, literal: str | None) -> str:
    """The naming rule of a base as a template: `{class}` or `{class_snake}`, with "s" for a plural."""
    if literal is not None and "{" not in literal:
        return literal
    words = re.search(r"snake|\.sub\(|underscore|camel", text, re.IGNORECASE) is not None
    ending = "s" if re.search(r"""['"]s['"]|\}s['"]|plural""", text) else ""
    return ("{class_snake}" if words else "{class}") + ending


def _plain_type(text: str) -> str:
    found = _INNER_OPTIONAL.match(text.strip())
    if found is None:
        return text.strip()
    return next(part for part in found.groups() if part is not None).strip()


def _joined(
    module: Module, made: tuple[Column, Sequence[str]] | None, extra: Call | None
) -> tuple[Column, tuple[str, ...]] | None:
    """A column completed from the mapped_column of its annotated type."""
    if made is None:
        return None
    column_, keys = made
    if extra is None:
        return column_, tuple(keys)
    default = column_.default or server_default(module, extra.named.get("server_default"))
    column_ = msgspec.structs.replace(column_, default=default)
    if module.truth(extra.named.get("primary_key")) is True:
        return msgspec.structs.replace(column_, nullable=False), (*keys, f"primary key ({column_.name})")
    return column_, tuple(keys)
