"""Converts statements of Python's syntax tree to those of `datamodel/program.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal, cast

from ctxpack.datamodel import program as to
from ctxpack.parse.source import Source
from ctxpack.parse.spark.expressions import Expressions, line_of, named
from ctxpack.parse.spark.magics import Cells

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_DEEPEST = 40


class Statements:
    """Converts the statements of one file."""

    def __init__(self, source: Source, cells: Cells = ()) -> None:
        """`cells` are merged into the statements of the module by line."""
        self.source = source
        self._cells = cells
        self._expressions = Expressions(source)
        self._depth = 0

    def read(self, root: Node) -> tuple[to.Statement, ...]:
        """The statements of the module."""
        waiting = list(self._cells)
        found: list[to.Statement] = []
        for node in named(root):
            while waiting and waiting[0].line <= line_of(node):
                found.append(waiting.pop(0))
            found.extend(self.statement(node))
        return (*found, *waiting)

    def statement(self, node: Node) -> Iterable[to.Statement]:
        """The statements of a node; () for kinds that are not needed."""
        reader = _READERS.get(node.type)
        if reader is None:
            return ()
        return reader(self, node)

    def block(self, node: Node | None) -> tuple[to.Statement, ...]:
        """The statements of a block; () if it is nested too deeply."""
        if node is None or self._depth >= _DEEPEST:
            return ()
        self._depth += 1
        found = tuple(one for child in named(node) for one in self.statement(child))
        self._depth -= 1
        return found

    def _inner(self, node: Node) -> tuple[to.Statement, ...]:
        """The block of a clause (else, except, finally), which is its last child."""
        blocks = [child for child in named(node) if child.type == "block"]
        return self.block(blocks[-1]) if blocks else ()

    # --- simple statements --------------------------------------------------------------------------------------------

    def expression(self, node: Node) -> Iterable[to.Statement]:
        """An assignment, or an expression statement; a bare literal is dropped."""
        for child in named(node):
            if child.type == "assignment":
                yield self._assignment(child)
            elif child.type == "augmented_assignment":
                operator = self._expressions.text(child.child_by_field_name("operator")).removesuffix("=")
                target = self._expressions.field(child, "left")
                value = self._expressions.field(child, "right")
                yield to.Assign((target,), value, line_of(child), operator)
            elif child.type == "yield":
                yield self._yielded(child)
            elif child.type not in ("string", "concatenated_string", "ellipsis", "identifier"):
                yield to.Evaluate(self._expressions.read(child), line_of(child))

    def _yielded(self, node: Node) -> to.Statement:
        value = next(named(node), None)
        return to.Return(self._expressions.read(value) if value is not None else None, line_of(node), True)

    def _assignment(self, node: Node) -> to.Statement:
        targets: list[to.Expression] = []
        line = line_of(node)
        annotation = self._expressions.text(node.child_by_field_name("type"))
        while True:
            targets.append(self._expressions.field(node, "left"))
            right = node.child_by_field_name("right")
            if right is None or right.type != "assignment":
                break
            node = right
        value = self._expressions.read(right) if right is not None else None
        return to.Assign(tuple(targets), value, line, "", annotation)

    def returned(self, node: Node) -> Iterable[to.Statement]:
        """Return."""
        value = next(named(node), None)
        yield to.Return(self._expressions.read(value) if value is not None else None, line_of(node))

    def stop(self, node: Node) -> Iterable[to.Statement]:
        """break, continue, raise."""
        yield to.Stop(cast(Literal["break", "continue", "raise"], node.type.partition("_")[0]))

    def names(self, node: Node) -> Iterable[to.Statement]:
        """Global and nonlocal."""
        yield to.Global(tuple(self.source.text(child) for child in named(node)))

    # --- imports ------------------------------------------------------------------------------------------------------

    def imported(self, node: Node) -> Iterable[to.Statement]:
        """`import a.b as c`."""
        for child in node.children_by_field_name("name"):
            if child.type == "aliased_import":
                module = self._expressions.text(child.child_by_field_name("name"))
                alias = self._expressions.text(child.child_by_field_name("alias"))
            else:
                module, alias = self.source.text(child), ""
            yield to.Import(module, "", alias, line_of(node))

    def taken(self, node: Node) -> Iterable[to.Statement]:
        """`from a import b as c`."""
        module = self._expressions.text(node.child_by_field_name("module_name"))
        line = line_of(node)
        if any(child.type == "wildcard_import" for child in node.children):
            yield to.Import(module, "*", "", line)
        for child in node.children_by_field_name("name"):
            if child.type == "aliased_import":
                name = self._expressions.text(child.child_by_field_name("name"))
                yield to.Import(module, name, self._expressions.text(child.child_by_field_name("alias")), line)
            else:
                yield to.Import(module, self.source.text(child), "", line)

    # --- compound statements ------------------------------------------------------------------------------------------

    def branch(self, node: Node) -> Iterable[to.Statement]:
        """if, elif and else."""
        other: tuple[to.Statement, ...] = ()
        for clause in reversed(node.children_by_field_name("alternative")):
            if clause.type == "else_clause":
                other = self._inner(clause)
            else:
                test = self._expressions.field(clause, "condition")
                other = (to.Branch(test, self.block(clause.child_by_field_name("consequence")), other),)
        test = self._expressions.field(node, "condition")
        yield to.Branch(test, self.block(node.child_by_field_name("consequence")), other)

    def loop(self, node: Node) -> Iterable[to.Statement]:
        """For and while."""
        clause = node.child_by_field_name("alternative")
        other = self._inner(clause) if clause is not None else ()
        body = self.block(node.child_by_field_name("body"))
        if node.type == "while_statement":
            yield to.Loop(None, None, body, other, line_of(node))
        else:
            target, source = self._expressions.field(node, "left"), self._expressions.field(node, "right")
            yield to.Loop(target, source, body, other, line_of(node))

    def within(self, node: Node) -> Iterable[to.Statement]:
        """With."""
        items: list[tuple[to.Expression, to.Expression | None]] = []
        for clause in named(node):
            if clause.type != "with_clause":
                continue
            for item in named(clause):
                value = item.child_by_field_name("value")
                if value is not None and value.type == "as_pattern":
                    parts = list(named(value))
                    target = next(named(parts[-1]), None) if parts[-1].type == "as_pattern_target" else None
                    items.append((self._expressions.read(parts[0]), self._expressions.read(target)))
                else:
                    items.append((self._expressions.read(value), None))
        yield to.With(tuple(items), self.block(node.child_by_field_name("body")))

    def attempt(self, node: Node) -> Iterable[to.Statement]:
        """Try."""
        body = list(self.block(node.child_by_field_name("body")))
        handlers: list[tuple[to.Statement, ...]] = []
        final: tuple[to.Statement, ...] = ()
        for child in named(node):
            if child.type in ("except_clause", "except_group_clause"):
                handlers.append(self._inner(child))
            elif child.type == "else_clause":
                body.extend(self._inner(child))
            elif child.type == "finally_clause":
                final = self._inner(child)
        yield to.Try(tuple(body), tuple(handlers), final)

    def match(self, node: Node) -> Iterable[to.Statement]:
        """`match`, converted to comparisons of the subject with literal patterns."""
        subject = self._expressions.field(node, "subject")
        result: tuple[to.Statement, ...] = ()
        block = node.child_by_field_name("body")
        for case in reversed([child for child in named(block) if child.type == "case_clause"]):
            body = self.block(case.child_by_field_name("consequence"))
            pattern = next((child for child in named(case) if child.type == "case_pattern"), None)
            inner = next(named(pattern), None)
            literal = self._expressions.read(inner) if inner is not None else to.Other()
            result = (to.Branch(to.Binary(subject, (("==", literal),)), body, result),)
        return result

    # --- definitions --------------------------------------------------------------------------------------------------

    def decorated(self, node: Node) -> Iterable[to.Statement]:
        """A function or class with its decorators."""
        decorators = tuple(self._expressions.inner(child) for child in named(node) if child.type == "decorator")
        definition = node.child_by_field_name("definition")
        if definition is not None:
            yield self._definition(definition, decorators)

    def defined(self, node: Node) -> Iterable[to.Statement]:
        """A function or class."""
        yield self._definition(node, ())

    def _definition(self, node: Node, decorators: tuple[to.Expression, ...]) -> to.Statement:
        name = node.child_by_field_name("name")
        body = self.block(node.child_by_field_name("body"))
        line = line_of(name or node)
        if node.type == "class_definition":
            bases = [child for child in named(node.child_by_field_name("superclasses"))]
            known = tuple(self._expressions.read(base) for base in bases if base.type != "keyword_argument")
            return to.Class(self._expressions.text(name), known, body, decorators, line)
        parameters = self._expressions.parameters(node.child_by_field_name("parameters"))
        return to.Function(self._expressions.text(name), parameters, body, decorators, line)


_READERS: dict[str, Callable[[Statements, Node], Iterable[to.Statement]]] = {
    "expression_statement": Statements.expression,
    "return_statement": Statements.returned,
    "raise_statement": Statements.stop,
    "break_statement": Statements.stop,
    "continue_statement": Statements.stop,
    "global_statement": Statements.names,
    "nonlocal_statement": Statements.names,
    "import_statement": Statements.imported,
    "import_from_statement": Statements.taken,
    "if_statement": Statements.branch,
    "for_statement": Statements.loop,
    "while_statement": Statements.loop,
    "with_statement": Statements.within,
    "try_statement": Statements.attempt,
    "match_statement": Statements.match,
    "decorated_definition": Statements.decorated,
    "function_definition": Statements.defined,
    "class_definition": Statements.defined,
}
