"""Interprets the syntax tree of templates with a simple body, faster than compiling them for a single rendering.

The macros that they call are compiled, once for all templates. A body that is not simple raises `Dynamic`; the template
is then compiled and rendered from the start, so that this changes nothing but the time taken.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from jinja2 import nodes
from jinja2.utils import missing

from ctxpack.lineage.dbt.templates.static import READERS, Dynamic, Static

if TYPE_CHECKING:
    from ctxpack.lineage.dbt.rendering.session import Session

_LONGEST = 200_000


class Direct(Static):
    """Interprets the body of the template that a session has begun, with all names of the session."""

    longest = _LONGEST

    def __init__(self, session: Session) -> None:
        super().__init__({}, {})
        self._session = session
        self._environment = session.environment
        self._context = session.environment.context_class(session.environment, {}, None, {})

    def run(self, template: nodes.Template) -> list[tuple[str, int, bool]]:
        """As in the base class; raises `Dynamic` also for any exception from a macro."""
        try:
            self._block(template.body)
        except Exception as error:
            raise Dynamic from error
        finally:
            self._session.line = 0
        return self.pieces

    def _at(self, line: int) -> None:
        self._session.line = line

    def _name(self, node: nodes.Name) -> Any:
        if node.name in self._names:
            return self._names[node.name]
        if node.name in self._environment.globals:
            raise Dynamic
        found = self._session.lookup(node.name)
        return self._environment.undefined(name=node.name) if found is missing else found

    def _getattr(self, node: nodes.Getattr) -> Any:
        return self._environment.getattr(self.value(node.node), node.attr)

    def _getitem(self, node: nodes.Getitem) -> Any:
        return self._environment.getitem(self.value(node.node), self.value(node.arg))

    def _call(self, node: nodes.Call) -> Any:
        if node.dyn_args or node.dyn_kwargs:
            raise Dynamic
        function = self.value(node.node)
        args = [self.value(arg) for arg in node.args]
        settings = {pair.key: self.value(pair.value) for pair in node.kwargs}
        return self._environment.call(self._context, function, *args, **settings)

    def _choice(self, node: nodes.CondExpr) -> Any:
        if self.value(node.test):
            return self.value(node.expr1)
        if node.expr2 is None:
            raise Dynamic
        return self.value(node.expr2)

    readers: dict[type[nodes.Node], Callable[[Any, Any], Any]] = {  # noqa: RUF012 - as the base has it
        **READERS,
        nodes.Name: _name,
        nodes.Getattr: _getattr,
        nodes.Getitem: _getitem,
        nodes.Call: _call,
        nodes.CondExpr: _choice,
    }
