"""A fast parser for simple templates: text with expressions and conditions, whose parts are parsed and cached by text.

Most models are of this kind and share a few expressions, so each is parsed once. The trees equal those that jinja2
gives for the whole text. Any other template is left to jinja2.
"""

from __future__ import annotations

import re
from functools import lru_cache

import jinja2
from jinja2 import nodes

_TAG = re.compile(r"\{\{((?:[^{}]|\{[^{}]*\})*)\}\}|\{%([^{}%]*)%\}")
_OTHER = re.compile(r"\{(?:[{%#]|$)|\r")
"""What only other templates contain: comments, nested braces, carriage returns."""

_CONDITION = re.compile(r"\s*(?:(if|elif)\b(.*)|(else|endif)\s*)", re.DOTALL)
_DEEPEST = 20

_TRIMMED = ("-", "+")
_REFERENCE = re.compile(r"\s*(ref|source)\(\s*'([^'\\\n]+)'\s*(?:,\s*'([^'\\\n]+)'\s*)?\)\s*")


class _Body:
    """The nodes of a template or branch under construction."""

    def __init__(self, environment: jinja2.Environment, condition: nodes.If | None = None) -> None:
        self._environment = environment
        self.condition = condition
        self.is_last = False
        self.nodes: list[nodes.Node] = condition.body if condition is not None else []
        self._shown: list[nodes.Expr] = []

    def show(self, one: nodes.Expr) -> None:
        """Append an expression or text to the pending output."""
        self._shown.append(one)

    def add(self, *more: nodes.Node) -> None:
        """Flush the pending output into one node, then append other nodes."""
        if self._shown:
            self.nodes.append(nodes.Output(self._shown, lineno=self._shown[0].lineno, environment=self._environment))
            self._shown = []
        self.nodes.extend(more)


class Pieces:
    """Parses simple templates in one environment."""

    def __init__(self, environment: jinja2.Environment) -> None:
        self._environment = environment
        self._expression = lru_cache(maxsize=4096)(self._parsed)
        self._test = lru_cache(maxsize=4096)(self._parsed_test)

    def tree(self, text: str) -> nodes.Template | None:
        """The syntax tree of a template, which may share nodes with others; None if the template is not simple."""
        parts = _TAG.split(text)
        if any(_OTHER.search(data) for data in parts[::3] if data) or not text:
            return None
        bodies = [_Body(self._environment)]
        line = 1
        for data, expression, statement in zip(parts[::3], [*parts[1::3], None], [*parts[2::3], None], strict=True):
            if data:
                bodies[-1].show(nodes.TemplateData(data, lineno=line, environment=self._environment))
                line += data.count("\n")
            if expression is not None:
                found = self._at(expression, line)
                if found is None:
                    return None
                bodies[-1].show(found)
            elif statement is not None and not self._put(statement, line, bodies):
                return None
            line += (expression or statement or "").count("\n")
        bodies[0].add()
        return nodes.Template(bodies[0].nodes, lineno=1, environment=self._environment) if len(bodies) == 1 else None

    def _put(self, text: str, line: int, bodies: list[_Body]) -> bool:
        """Enter or leave a branch by an if, elif, else or endif; False for any other statement."""
        match = _CONDITION.fullmatch(text)
        if match is None or text.startswith(_TRIMMED) or text.endswith(_TRIMMED) or len(bodies) > _DEEPEST:
            return False
        word = match[1] or match[3]
        line += text.count("\n", 0, match.start(1 if match[1] else 3))
        around = bodies[-1]
        around.add()
        if word == "if":
            return self._open(match[2], line, bodies)
        if around.condition is None or (around.is_last and word != "endif"):
            return False
        if word == "else":
            around.nodes, around.is_last = around.condition.else_, True
        elif word == "endif":
            bodies.pop()
        else:
            blank = len(match[2]) - len(match[2].lstrip())
            return self._branch(match[2], line, line + match[2].count("\n", 0, blank), around)
        return True

    def _open(self, test: str, line: int, bodies: list[_Body]) -> bool:
        made = self._condition(test, line, line)
        if made is not None:
            bodies[-1].add(made)
            bodies.append(_Body(self._environment, made))
        return made is not None

    def _branch(self, test: str, line: int, shown: int, around: _Body) -> bool:
        made = self._condition(test, line, shown)
        if made is not None and around.condition is not None:
            around.condition.elif_.append(made)
            around.nodes = made.body
        return made is not None

    def _condition(self, test: str, line: int, shown: int) -> nodes.If | None:
        """An If node with empty branches; `line` is where its test begins, `shown` what jinja2 gives as its line."""
        found = self._test(test)
        if found is None:
            return None
        moved = found if line == 1 else _moved(found, line - 1)
        return nodes.If(moved, [], [], [], lineno=shown, environment=self._environment)

    def _at(self, text: str, line: int) -> nodes.Expr | None:
        """The tree of an expression whose braces open on `line`; None if it cannot be parsed by itself."""
        match = _REFERENCE.fullmatch(text)
        if match is not None and "\n" not in text:
            return self._reference(match, line)
        if text.startswith(_TRIMMED) or text.endswith(_TRIMMED):
            return None
        found = self._expression(text)
        return found if found is None or line == 1 else _moved(found, line - 1)

    def _reference(self, match: re.Match[str], line: int) -> nodes.Expr:
        there = {"lineno": line, "environment": self._environment}
        args: list[nodes.Expr] = [nodes.Const(name, **there) for name in match.groups()[1:] if name]
        return nodes.Call(nodes.Name(match[1], "load", **there), args, [], None, None, **there)

    def _parsed(self, text: str) -> nodes.Expr | None:
        try:
            body = self._environment.parse("{{" + text + "}}").body
        except (jinja2.TemplateSyntaxError, RecursionError, MemoryError, ValueError, OverflowError):
            return None
        one = body[0] if len(body) == 1 else None
        return one.nodes[0] if isinstance(one, nodes.Output) and len(one.nodes) == 1 else None

    def _parsed_test(self, text: str) -> nodes.Expr | None:
        try:
            body = self._environment.parse("{%if" + text + "%}{%endif%}").body
        except (jinja2.TemplateSyntaxError, RecursionError, MemoryError, ValueError, OverflowError):
            return None
        test = body[0].test if len(body) == 1 and isinstance(body[0], nodes.If) else None
        return test if isinstance(test, nodes.Expr) else None


def _moved(node: nodes.Expr, by: int) -> nodes.Expr:
    """A copy of a tree with its line numbers increased by `by`."""
    made = object.__new__(type(node))
    values = made.__dict__
    values.update(node.__dict__)
    if node.lineno is not None:  # jinja2 leaves it None for some nodes, contrary to its annotations.
        values["lineno"] = node.lineno + by
    for name in node.fields:
        value = values[name]
        if isinstance(value, nodes.Node):
            values[name] = _moved(value, by)  # type: ignore[arg-type]
        elif isinstance(value, list):
            values[name] = [_moved(one, by) if isinstance(one, nodes.Node) else one for one in value]  # type: ignore[arg-type]
    return made
