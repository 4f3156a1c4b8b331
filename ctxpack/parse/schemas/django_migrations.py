"""Django migrations: their operations as steps, and their dependencies.

A migration names models, whose tables depend on earlier migrations. So steps use the default table of a model, and
carry the model's name where they give it another (resolved in `lineage/orm/django.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from ctxpack.datamodel.schema import DataFacts, SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas import sql_in_code
from ctxpack.parse.schemas.django_fields import constraint, field, unique_sets
from ctxpack.parse.schemas.python_tree import Call, Module, module

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node


def read(text: str) -> DataFacts:
    """The steps of a migration; `parents` are its dependencies ("app.name"), `revision` the migrations it replaces."""
    tree = module(text)
    for one in tree.classes():
        if one.name == "Migration":
            given = {name: value for name, value, _, _ in tree.assignments(one.body) if value is not None}
            tree.bound.update(given)
            steps = [step for item in tree.items(given.get("operations")) for step in _steps(tree, item)]
            parents = tuple(_pairs(tree, given.get("dependencies")))
            return DataFacts("django_migrations", tuple(steps), " ".join(_pairs(tree, given.get("replaces"))), parents)
    return DataFacts("django_migrations")


def _pairs(tree: Module, node: Node | None) -> Iterator[str]:
    for item in tree.items(node):
        names = tree.strings(item)
        if len(names) == 2:
            yield ".".join(names)


def _steps(tree: Module, node: Node) -> Iterator[SchemaStep]:
    call = tree.call(tree.seen_through(node))
    reader = _READERS.get(call.last) if call is not None else None
    if call is not None and reader is not None:
        yield from reader(tree, call)


def _text(tree: Module, call: Call, place: int, name: str) -> str:
    return tree.string(call.argument(place, name)) or ""


def _table(model: str) -> str:
    return f"{{app}}_{model.lower()}"


def _create_model(tree: Module, call: Call) -> Iterator[SchemaStep]:
    model = _text(tree, call, 0, "name")
    options = tree.pairs(call.argument(2, "options"))
    if not model or any(tree.truth(options.get(name)) is True for name in ("proxy", "abstract")):
        return
    given = tree.string(options.get("db_table"))
    table = given.replace('"', "").lower() if given else _table(model)
    columns: list[Column] = []
    keys: list[str] = []
    joining: list[SchemaStep] = []
    for item in tree.items(call.argument(1, "fields")):
        parts = tree.items(item)
        inner = tree.call(tree.seen_through(parts[1])) if len(parts) == 2 else None
        made = field(tree, inner, tree.string(parts[0]) or "", model, table) if inner is not None else None
        if made is not None and made.column is not None:
            columns.append(made.column)
            keys.extend(made.keys)
        elif made is not None and made.joining is not None:
            joining.append(made.joining)
    keys.extend(unique_sets(tree, options.get("unique_together")))
    keys.extend(text for item in tree.items(options.get("constraints")) if (text := constraint(tree, tree.call(item))))
    kind = "unmanaged" if tree.truth(options.get("managed")) is False else "table"
    yield SchemaStep("create", table, call.line, tuple(columns), tuple(keys), model, kind_of=kind)
    yield from joining


def _delete_model(tree: Module, call: Call) -> Iterator[SchemaStep]:
    yield SchemaStep("drop", _table(_text(tree, call, 0, "name")), call.line)


def _rename_model(tree: Module, call: Call) -> Iterator[SchemaStep]:
    old, new = _text(tree, call, 0, "old_name"), _text(tree, call, 1, "new_name")
    if old and new:
        yield SchemaStep("rename", _table(old), call.line, name=_table(new), kind_of="model")


def _alter_model_table(tree: Module, call: Call) -> Iterator[SchemaStep]:
    model, table = _text(tree, call, 0, "name"), _text(tree, call, 1, "table")
    if model:
        yield SchemaStep("rename", _table(model), call.line, name=table.replace('"', "").lower() or _table(model))


def _add_field(tree: Module, call: Call) -> Iterator[SchemaStep]:
    model, name = _text(tree, call, 0, "model_name"), _text(tree, call, 1, "name")
    inner = tree.call(tree.seen_through(call.argument(2, "field")))
    made = field(tree, inner, name, model, _table(model)) if inner is not None else None
    if made is None:
        return
    if made.joining is not None:
        yield msgspec.structs.replace(made.joining, line=call.line)
    elif made.column is not None:
        yield SchemaStep("add column", _table(model), call.line, (made.column,))
        if made.keys:
            yield SchemaStep("add key", _table(model), call.line, keys=made.keys)


def _remove_field(tree: Module, call: Call) -> Iterator[SchemaStep]:
    model, name = _text(tree, call, 0, "model_name"), _text(tree, call, 1, "name")
    yield SchemaStep("drop column", _table(model), call.line, name=name)


def _alter_field(tree: Module, call: Call) -> Iterator[SchemaStep]:
    model, name = _text(tree, call, 0, "model_name"), _text(tree, call, 1, "name")
    inner = tree.call(tree.seen_through(call.argument(2, "field")))
    made = field(tree, inner, name, model, _table(model)) if inner is not None else None
    if made is None or made.column is None:
        return
    column = made.column
    if column.name != name:
        # The field becomes a foreign key, or its column is renamed; no effect if it already was one.
        yield SchemaStep("rename column", _table(model), call.line, (column,), name=name, kind_of="field")
    elif f"{name}_id" != name:
        yield SchemaStep("rename column", _table(model), call.line, (column,), name=f"{name}_id", kind_of="field")
    yield SchemaStep("retype", _table(model), call.line, (column,))
    yield SchemaStep("nullability", _table(model), call.line, (column,))
    yield SchemaStep("default", _table(model), call.line, (column,))
    if made.keys:
        yield SchemaStep("add key", _table(model), call.line, keys=made.keys)


def _rename_field(tree: Module, call: Call) -> Iterator[SchemaStep]:
    model = _text(tree, call, 0, "model_name")
    old, new = _text(tree, call, 1, "old_name"), _text(tree, call, 2, "new_name")
    if model and old and new:
        yield SchemaStep("rename column", _table(model), call.line, (Column(new, line=call.line),), name=old)


def _alter_unique_together(tree: Module, call: Call) -> Iterator[SchemaStep]:
    keys = unique_sets(tree, call.argument(1, "unique_together"))
    if keys:
        yield SchemaStep("add key", _table(_text(tree, call, 0, "name")), call.line, keys=tuple(keys))


def _add_constraint(tree: Module, call: Call) -> Iterator[SchemaStep]:
    text = constraint(tree, tree.call(tree.seen_through(call.argument(1, "constraint"))))
    if text:
        yield SchemaStep("add key", _table(_text(tree, call, 0, "model_name")), call.line, keys=(text,))


def _remove_constraint(tree: Module, call: Call) -> Iterator[SchemaStep]:
    name = _text(tree, call, 1, "name")
    if name:
        yield SchemaStep("drop key", _table(_text(tree, call, 0, "model_name")), call.line, name=name)


def _order(tree: Module, call: Call) -> Iterator[SchemaStep]:
    model, name = _text(tree, call, 0, "name"), _text(tree, call, 1, "order_with_respect_to")
    if name:
        column = Column("_order", "OrderWrt", False, line=call.line)
        yield SchemaStep("add column", _table(model), call.line, (column,))
    else:
        yield SchemaStep("drop column", _table(model), call.line, name="_order")


def _run_sql(tree: Module, call: Call) -> Iterator[SchemaStep]:
    node = call.argument(0, "sql")
    for text in tree.strings(node) or [tree.string(item) or "" for item in tree.items(node)]:
        yield from sql_in_code.steps(text, tree.source, call.line)


def _separate(tree: Module, call: Call) -> Iterator[SchemaStep]:
    """SeparateDatabaseAndState: the database operations; a model created in the state alone has a table already."""
    for item in tree.items(call.argument(0, "database_operations")):
        yield from _steps(tree, item)
    for item in tree.items(call.argument(1, "state_operations")):
        for step in _steps(tree, item):
            if step.kind == "create":
                yield msgspec.structs.replace(step, only_if_missing=True)


_READERS = {
    "CreateModel": _create_model,
    "DeleteModel": _delete_model,
    "RenameModel": _rename_model,
    "AlterModelTable": _alter_model_table,
    "AddField": _add_field,
    "RemoveField": _remove_field,
    "AlterField": _alter_field,
    "RenameField": _rename_field,
    "AlterUniqueTogether": _alter_unique_together,
    "AddConstraint": _add_constraint,
    "RemoveConstraint": _remove_constraint,
    "AlterOrderWithRespectTo": _order,
    "RunSQL": _run_sql,
    "SeparateDatabaseAndState": _separate,
}
