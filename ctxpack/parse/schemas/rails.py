"""Rails: `db/schema.rb`, which holds the whole schema, and migrations.

This module finds the calls that run, once per iteration of a loop and per call of a method; `rails_calls.py` maps a
call to its schema steps.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxpack.datamodel.schema import DataFacts
from ctxpack.parse.schemas.rails_calls import NAMES, Calls
from ctxpack.parse.schemas.rails_keys import Bound, Steps
from ctxpack.parse.schemas.ruby_tree import Call, Ruby

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

_SCHEMA = re.compile(r"\bActiveRecord::Schema\b")
_SMALL = re.compile(r"<\s*ActiveRecord::Migration(?:\[(?:4\.\d+|5\.0)\]|\s*(?:$|#|;))", re.MULTILINE)
"""Migrations from before Rails 5.1, with four-byte keys."""

_OLD = re.compile(r"ActiveRecord::Migration(?:\[[1-4]\.\d\])?\s*$", re.MULTILINE)
_DEEPEST = 12
_MOST_BLOCKS = 5_000
"""The most blocks read, those of loops and methods counted once per iteration and call."""

_THROUGH = frozenset(
    """module class program body_statement if unless if_modifier unless_modifier else elsif then begin rescue ensure
    case when do_block block argument_list""".split()
)


def read(text: str) -> DataFacts:
    """The steps of a schema file or of a migration's `change` or `up`."""
    tree = Ruby(text)
    if _SCHEMA.search(text):
        return DataFacts("rails_schema", tuple(_Reader(tree, Calls(tree)).statements(tree.root, {}, 0)))
    small = _SMALL.search(text) is not None
    calls = Calls(tree, old=_OLD.search(text) is not None, key_type="integer" if small else "bigint")
    return DataFacts("rails_migrations", tuple(_Reader(tree, calls).migration()))


class _Reader:
    """Walks statements in order of execution."""

    def __init__(self, tree: Ruby, calls: Calls) -> None:
        self._tree, self._calls = tree, calls
        self._methods: dict[str, Node] = {}
        self._blocks = 0

    def migration(self) -> Steps:
        """The steps of `change`, `up`, and of the methods that they call."""
        stack = [self._tree.root]
        while stack:
            node = stack.pop()
            if node.type in ("method", "singleton_method"):
                name = node.child_by_field_name("name")
                if name is not None:
                    self._methods.setdefault(self._tree.text(name), node)
            elif node.type in ("program", "module", "class", "body_statement"):
                stack.extend(reversed(node.named_children))
        for method in (self._methods.get(name) for name in ("change", "up")):
            if method is not None:
                yield from self.statements(method, {}, 0)

    def statements(self, node: Node, bound: Bound, depth: int) -> Steps:
        """The steps of the statements in a block, method or condition."""
        self._blocks += 1
        if depth > _DEEPEST or self._blocks > _MOST_BLOCKS:
            return
        for child in self._tree.body(node):
            if child.type in _THROUGH:
                yield from self.statements(child, bound, depth + 1)
                continue
            call = self._tree.call(child)
            if call is not None:
                yield from self._called(call, bound, depth)

    def _called(self, call: Call, bound: Bound, depth: int) -> Steps:
        own = self._methods.get(call.method) if not call.receiver else None
        if call.method in NAMES and (not call.receiver or call.method == "execute"):
            yield from self._calls.steps(call, bound)
        elif own is not None and call.method not in ("change", "up", "down"):
            yield from self.statements(own, bound, depth + 1)
        elif call.method == "each" and call.block is not None:
            yield from self._each(call, bound, depth)
        elif call.block is not None and call.method not in ("down", "revert"):
            yield from self.statements(call.block, bound, depth + 1)

    def _each(self, call: Call, bound: Bound, depth: int) -> Steps:
        """A loop over an array of names written in the file."""
        block = call.block
        parsed = Ruby(call.receiver).root.named_children if block is not None else []
        values = Ruby(call.receiver).values(parsed[0], bound) if parsed else []
        if block is None:
            return
        names = self._tree.parameters(block)
        if not values or not names:
            yield from self.statements(block, bound, depth + 1)
        for value in values if names else ():
            yield from self.statements(block, {**bound, names[0]: value}, depth + 1)
