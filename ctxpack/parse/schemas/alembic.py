"""Alembic migrations: the schema operations of `upgrade`, and the parent revisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from ctxpack.datamodel.schema import DataFacts, SchemaStep, StepKind
from ctxpack.model import Column, Problem
from ctxpack.parse.schemas import sql_in_code
from ctxpack.parse.schemas.python_columns import COLUMNS, column, table_parts, type_text
from ctxpack.parse.schemas.python_defaults import server_default
from ctxpack.parse.schemas.python_tree import Bindings, Call, Module, module

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_DEEPEST = 6
_MOST_ROUNDS = 200
_MOST_BLOCKS = 5_000
"""The most blocks read, those of loops and functions counted once per iteration and call."""
_BLOCKS = frozenset(
    """block if_statement elif_clause else_clause try_statement except_clause finally_clause with_statement
    expression_statement assignment""".split()
)


def read(text: str) -> DataFacts:
    """The steps of a migration's `upgrade`; none for a file without a revision."""
    tree = module(text)
    revision = tree.string(tree.bound.get("revision"))
    if revision is None:
        return DataFacts("alembic")
    reader = _Reader(tree)
    functions = tree.functions()
    for name in sorted(functions, key=lambda one: (one != "upgrade", one)):
        if name == "upgrade" or (name.startswith("upgrade_") and name not in reader.called):
            reader.block(functions[name].child_by_field_name("body"), {}, {}, 0)
    parents = tuple(tree.strings(tree.bound.get("down_revision")))
    depends = tuple(tree.strings(tree.bound.get("depends_on")))
    return DataFacts("alembic", tuple(reader.steps), revision, parents + depends, problems=tuple(reader.problems))


class _Reader:
    """Walks the statements of `upgrade`, and of the functions that it calls, in order of execution."""

    def __init__(self, tree: Module) -> None:
        self._tree = tree
        self._functions = tree.functions()
        self.steps: list[SchemaStep] = []
        self.problems: list[Problem] = []
        self.called: set[str] = set()
        self._blocks = 0

    def block(self, node: Node | None, bound: Bindings, batches: dict[str, tuple[str, str]], depth: int) -> None:
        """Read the statements under a node; `batches` are the (table, schema) of `batch_alter_table`, by variable."""
        self._blocks += 1
        if node is None or depth > _DEEPEST or self._blocks > _MOST_BLOCKS:
            return
        known = dict(bound)
        for child in node.named_children:
            if child.type == "expression_statement" and child.named_children:
                self._expression(child.named_children[0], known, batches, depth)
            elif child.type == "for_statement":
                self._loop(child, known, batches, depth)
            elif child.type == "with_statement":
                opened = {**batches, **self._opened(child, known)}
                self.block(child.child_by_field_name("body"), known, opened, depth)
            elif child.type in _BLOCKS:
                self.block(child, known, batches, depth)

    def _expression(self, node: Node, known: dict[str, Node], batches: dict[str, tuple[str, str]], depth: int) -> None:
        if node.type == "assignment":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None and right is not None and left.type == "identifier":
                known[self._tree.text(left)] = right
            node = right or node
        call = self._tree.call(node)
        if call is None:
            return
        function = self._functions.get(call.name)
        if function is not None:
            self._inline(call, function, known, batches, depth)
            return
        self.steps.extend(self._operation(call, known, batches))

    def _inline(
        self, call: Call, function: Node, known: Bindings, batches: dict[str, tuple[str, str]], depth: int
    ) -> None:
        """Read the body of a function of the same file, bound to the arguments of a call."""
        self.called.add(call.name)
        parameters = function.child_by_field_name("parameters")
        inner: dict[str, Node] = {}
        for place, parameter in enumerate(parameters.named_children if parameters is not None else ()):
            name = parameter.child_by_field_name("name") or (
                parameter.named_children[0] if parameter.named_children else parameter
            )
            text = self._tree.text(name)
            value = self._tree.seen_through(call.argument(place, text), known) or parameter.child_by_field_name("value")
            if value is not None:
                inner[text] = value
        self.block(function.child_by_field_name("body"), inner, batches, depth + 1)

    def _loop(self, node: Node, known: dict[str, Node], batches: dict[str, tuple[str, str]], depth: int) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        body = node.child_by_field_name("body")
        values = self._tree.items(right, known)[:_MOST_ROUNDS]
        for value in values:
            inner = dict(known)
            if left is not None and left.type == "identifier":
                inner[self._tree.text(left)] = value
            elif left is not None:
                parts = self._tree.items(value, known)
                inner.update(zip((self._tree.text(name) for name in left.named_children), parts, strict=False))
            self.block(body, inner, batches, depth + 1)
        if not values:
            self.block(body, known, batches, depth + 1)

    def _opened(self, node: Node, known: Bindings) -> dict[str, tuple[str, str]]:
        """The (table, schema) pairs that a `with` statement opens for changes, by variable name."""
        found: dict[str, tuple[str, str]] = {}
        for item in _of_type(node, "with_item"):
            pattern = item.child_by_field_name("value")
            if pattern is None or pattern.type != "as_pattern":
                continue
            call = self._tree.call(pattern.named_children[0])
            alias = pattern.named_children[-1]
            if call is not None and call.last == "batch_alter_table":
                table = self._tree.string(call.argument(0, "table_name"), known) or ""
                found[self._tree.text(alias)] = (table, self._tree.string(call.named.get("schema"), known) or "")
        return found

    def _operation(self, call: Call, known: Bindings, batches: dict[str, tuple[str, str]]) -> Iterator[SchemaStep]:
        owner, _, last = call.name.rpartition(".")
        if last == "execute" or (last in ("run", "exec_driver_sql") and owner):
            yield from self._executed(call, known)
        elif owner in batches:
            table, schema = batches[owner]
            yield from _Operation(self._tree, call, known, _qualified(table, schema)).steps(last, call.args)
        elif last in OPERATIONS and (owner in ("op", "alembic.op", "operations") or owner.endswith(".op")):
            place = 1 if last in ("create_index", "drop_constraint", "create_check_constraint") else 0
            place = 1 if last in ("create_primary_key", "create_foreign_key", "create_unique_constraint") else place
            keyword = "source_table" if last == "create_foreign_key" else "table_name"
            place = 1 if last == "drop_index" else place
            table = self._tree.string(call.argument(place, keyword), known) or ""
            schema = self._tree.string(call.named.get("schema") or call.named.get("source_schema"), known) or ""
            args = [arg for number, arg in enumerate(call.args) if number != place]
            yield from _Operation(self._tree, call, known, _qualified(table, schema)).steps(last, args)
        elif any((one := self._tree.call(arg)) is not None and one.last in COLUMNS for arg in call.args):
            self.problems.append(Problem("", f"{call.name} is not an operation that is known", call.line))

    def _executed(self, call: Call, known: Bindings) -> Iterator[SchemaStep]:
        text = self._tree.string(call.argument(0, "sqltext"), known)
        if text is not None:
            yield from sql_in_code.steps(text, self._tree.source, call.line)


def _qualified(table: str, schema: str) -> str:
    return f"{schema}.{table}".lower() if schema else table.lower()


def _of_type(node: Node, kind: str) -> Iterator[Node]:
    for child in node.named_children:
        if child.type == kind:
            yield child
        elif child.type != "block":
            yield from _of_type(child, kind)


class _Operation:
    """One operation on one table, with its other arguments."""

    def __init__(self, tree: Module, call: Call, known: Bindings, table: str) -> None:
        self._tree, self._call, self._known, self._table = tree, call, known, table

    def steps(self, operation: str, args: Sequence[Node]) -> Iterator[SchemaStep]:
        """The steps of an operation by its name."""
        reader = getattr(self, f"_{operation}", None) if operation in OPERATIONS else None
        if reader is not None and (self._table or operation == "drop_index"):
            yield from reader(args)

    def _step(self, kind: StepKind, *columns: Column, name: str = "", keys: tuple[str, ...] = ()) -> SchemaStep:
        return SchemaStep(kind, self._table, self._call.line, columns, keys, name)

    def _text(self, node: Node | None) -> str:
        return self._tree.string(node, self._known) or ""

    def _named(self, name: str) -> Node | None:
        return self._call.named.get(name)

    def _create_table(self, args: Sequence[Node]) -> Iterator[SchemaStep]:
        columns, keys = table_parts(self._tree, args, self._known)
        primary = {part.strip().lower() for key in keys if "primary key (" in key for part in _listed(key)}
        columns = tuple(
            msgspec.structs.replace(one, nullable=False) if one.name.lower() in primary else one for one in columns
        )
        step = self._step("create", *columns, keys=keys)
        missing = self._tree.truth(self._named("if_not_exists")) is True
        yield msgspec.structs.replace(step, only_if_missing=missing, doc=self._text(self._named("comment")))

    def _drop_table(self, args: Sequence[Node]) -> Iterator[SchemaStep]:  # noqa: ARG002 - all readers are alike
        yield self._step("drop")

    def _rename_table(self, args: Sequence[Node]) -> Iterator[SchemaStep]:
        new = self._text(args[0] if args else self._named("new_table_name"))
        if new:
            owner = self._table.rpartition(".")[0]
            yield self._step("rename", name=_qualified(new, owner))

    def _add_column(self, args: Sequence[Node]) -> Iterator[SchemaStep]:
        node = args[0] if args else self._named("column")
        call = self._tree.call(self._tree.seen_through(node, self._known))
        made = column(self._tree, call, bound=self._known) if call is not None else None
        if made is not None:
            yield self._step("add column", made[0])
            if made[1]:
                yield self._step("add key", keys=made[1])

    def _drop_column(self, args: Sequence[Node]) -> Iterator[SchemaStep]:
        name = self._text(args[0] if args else self._named("column_name"))
        if name:
            yield self._step("drop column", name=name)

    def _alter_column(self, args: Sequence[Node]) -> Iterator[SchemaStep]:
        name = self._text(args[0] if args else self._named("column_name"))
        if not name:
            return
        line = self._call.line
        kind, nullable = self._named("type_"), self._tree.truth(self._named("nullable"))
        if kind is not None:
            yield self._step("retype", Column(name, type_text(self._tree, kind), line=line))
        if nullable is not None:
            yield self._step("nullability", Column(name, nullable=nullable, line=line))
        default = self._named("server_default")
        if default is not None and self._tree.truth(default) is not False:
            told = server_default(self._tree, default, self._known)
            yield self._step("default", Column(name, line=line, default=told))
        if self._named("comment") is not None:
            yield self._step("comment", Column(name, doc=self._text(self._named("comment"))))
        new = self._text(self._named("new_column_name") or self._named("name"))
        if new:
            yield self._step("rename column", Column(new, line=line), name=name)

    def _create_primary_key(self, args: Sequence[Node]) -> Iterator[SchemaStep]:
        yield from self._key("primary key", args)

    def _create_unique_constraint(self, args: Sequence[Node]) -> Iterator[SchemaStep]:
        yield from self._key("unique", args)

    def _key(self, kind: str, args: Sequence[Node]) -> Iterator[SchemaStep]:
        name = self._text(args[0] if args else self._named("constraint_name"))
        columns = self._tree.strings(args[1] if len(args) > 1 else self._named("columns"), self._known)
        if columns:
            prefix = f"constraint {name} " if name else ""
            yield self._step("add key", keys=(f"{prefix}{kind} ({', '.join(columns)})",))

    def _create_index(self, args: Sequence[Node]) -> Iterator[SchemaStep]:
        unique = self._tree.truth(self._named("unique")) is True
        if unique and self._named("postgresql_where") is None and self._named("sqlite_where") is None:
            yield from self._key("unique", args)

    def _create_check_constraint(self, args: Sequence[Node]) -> Iterator[SchemaStep]:
        name, text = self._text(args[0] if args else None), self._text(args[1] if len(args) > 1 else None)
        if text:
            yield self._step("add key", keys=(f"constraint {name} check ({text})" if name else f"check ({text})",))

    def _create_foreign_key(self, args: Sequence[Node]) -> Iterator[SchemaStep]:
        places = ("constraint_name", "referent_table", "local_cols", "remote_cols")
        given = [args[k] if k < len(args) else self._named(name) for k, name in enumerate(places)]
        name, referent = self._text(given[0]), self._text(given[1])
        own, others = (self._tree.strings(node, self._known) for node in given[2:])
        if not referent or not own:
            return
        target = _qualified(referent, self._text(self._named("referent_schema")))
        prefix = f"constraint {name} " if name else ""
        listed = f" ({', '.join(others)})" if others else ""
        yield self._step("add key", keys=(f"{prefix}foreign key ({', '.join(own)}) references {target}{listed}",))

    def _drop_constraint(self, args: Sequence[Node]) -> Iterator[SchemaStep]:
        name = self._text(args[0] if args else self._named("constraint_name"))
        if name:
            yield self._step("drop key", name=name)

    def _drop_index(self, args: Sequence[Node]) -> Iterator[SchemaStep]:
        name = self._text(args[0] if args else self._named("index_name"))
        if name:
            yield self._step("drop key", name=name)

    def _create_table_comment(self, args: Sequence[Node]) -> Iterator[SchemaStep]:
        yield msgspec.structs.replace(
            self._step("comment"), doc=self._text(args[0] if args else self._named("comment"))
        )


OPERATIONS = frozenset(
    """create_table drop_table rename_table add_column drop_column alter_column create_primary_key
    create_unique_constraint create_index create_check_constraint create_foreign_key drop_constraint drop_index
    create_table_comment""".split()
)


def _listed(key: str) -> list[str]:
    return key.partition("primary key (")[2].partition(")")[0].split(",")
