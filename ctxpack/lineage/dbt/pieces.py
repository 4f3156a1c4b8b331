"""The syntax trees of templates that are text with expressions in it, put together of the trees of the expressions.

Most models are such, and the same few expressions stand in many of them, so that each is parsed once. The trees are
those that jinja2 gives for the whole text; what is not plainly of this kind is left to it.
"""

from __future__ import annotations

import re
from functools import lru_cache

import jinja2
from jinja2 import nodes

_TAG = re.compile(r"\{\{((?:[^{}]|\{[^{}]*\})*)\}\}")
_OTHER = re.compile(r"\{(?:[{%#]|$)|\r")
"""What marks another kind of template: statements, comments, braces in braces, ends of lines to be made plain."""

_TRIMMED = ("-", "+")
_REFERENCE = re.compile(r"\s*(ref|source)\(\s*'([^'\\\n]+)'\s*(?:,\s*'([^'\\\n]+)'\s*)?\)\s*")


class Pieces:
    """Parses such templates in one environment."""

    def __init__(self, environment: jinja2.Environment) -> None:
        self._environment = environment
        self._expression = lru_cache(maxsize=4096)(self._parsed)

    def tree(self, text: str) -> nodes.Template | None:
        """The syntax tree of a template, with its own nodes or shared ones; None for one that is not of this kind."""
        parts = _TAG.split(text)
        if any(_OTHER.search(data) for data in parts[::2] if data) or not text:
            return None
        body: list[nodes.Expr] = []
        line = 1
        for index, part in enumerate(parts):
            if index % 2:
                found = self._at(part, line)
                if found is None:
                    return None
                body.append(found)
            elif part:
                body.append(nodes.TemplateData(part, lineno=line, environment=self._environment))
            line += part.count("\n")
        output = nodes.Output(body, lineno=body[0].lineno, environment=self._environment)
        return nodes.Template([output], lineno=1, environment=self._environment)

    def _at(self, text: str, line: int) -> nodes.Expr | None:
        """The tree of the expression between braces that open on a line."""
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


def _moved(node: nodes.Expr, by: int) -> nodes.Expr:
    """The same tree so many lines further down."""
    made = object.__new__(type(node))
    values = made.__dict__
    values.update(node.__dict__)
    if node.lineno is not None:  # As jinja2 leaves it for some, whatever its types say.
        values["lineno"] = node.lineno + by
    for name in node.fields:
        value = values[name]
        if isinstance(value, nodes.Node):
            values[name] = _moved(value, by)  # type: ignore[arg-type]
        elif isinstance(value, list):
            values[name] = [_moved(one, by) if isinstance(one, nodes.Node) else one for one in value]  # type: ignore[arg-type]
    return made
