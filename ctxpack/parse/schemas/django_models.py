"""Django models: one step for each class, combined with its bases by `lineage/orm/django.py`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas.django_fields import constraint, field, is_field, unique_sets
from ctxpack.parse.schemas.python_tree import Class, Module, module

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_NOT_MODELS = ("Admin", "Form", "Serializer", "Manager", "QuerySet", "View", "Config", "Choices", "Test", "TestCase")
_OTHER_MAPPERS = re.compile(
    r"^[ \t]*(?:from|import)[ \t]+"
    r"(?:sqlalchemy|flask_sqlalchemy|sqlmodel|peewee|tortoise|mongoengine|odmantic|piccolo)\b",
    re.MULTILINE,
)
_DJANGO = re.compile(r"^[ \t]*(?:from|import)[ \t]+\w*django", re.MULTILINE)


def read(text: str) -> DataFacts:
    """A step for each class that may be a model, and one for each join table of a many-to-many field.

    A base class may be called Model with other mappers too; a file that imports one of them, and nothing of Django, has
    no models of Django.
    """
    if _OTHER_MAPPERS.search(text) and not _DJANGO.search(text):
        return DataFacts("django_models")
    tree = module(text)
    steps: list[SchemaStep] = []
    for one in tree.classes():
        if one.bases and not any(base.endswith(_NOT_MODELS) for base in one.bases):
            steps.extend(_model(tree, one))
    return DataFacts("django_models", tuple(steps))


def _model(tree: Module, one: Class) -> list[SchemaStep]:
    meta = _meta(tree, one)
    app = (tree.string(meta.get("app_label")) or "{app}").lower()
    given = tree.string(meta.get("db_table"))
    table = given.replace('"', "").lower() if given else f"{app}_{one.name.lower()}"
    columns: list[Column] = []
    keys: list[str] = []
    joining: list[SchemaStep] = []
    for name, value, _, _ in tree.assignments(one.body):
        call = tree.call(value)
        made = field(tree, call, name, one.name, table) if call is not None and is_field(call) else None
        if made is None:
            continue
        if made.column is not None:
            columns.append(made.column)
        keys.extend(made.keys)
        if made.joining is not None:
            joining.append(made.joining)
    keys.extend(unique_sets(tree, meta.get("unique_together")))
    keys.extend(text for item in tree.items(meta.get("constraints")) if (text := constraint(tree, tree.call(item))))
    step = SchemaStep(
        "create",
        table,
        one.line,
        tuple(columns),
        tuple(keys),
        one.name,
        ", ".join(base.rpartition(".")[2] for base in one.bases),
        _kind(tree, meta),
        tree.doc(one.body),
        likeness="name",
    )
    return [step, *joining]


def _kind(tree: Module, meta: Mapping[str, Node]) -> str:
    for option in ("abstract", "proxy"):
        if tree.truth(meta.get(option)) is True:
            return option
    return "table"


def _meta(tree: Module, one: Class) -> dict[str, Node]:
    """The assignments in the inner class Meta, by name."""
    for child in one.body.named_children:
        if child.type == "class_definition":
            inner = tree.class_of(child)
            if inner.name == "Meta":
                return {name: value for name, value, _, _ in tree.assignments(inner.body) if value is not None}
    return {}
