"""Imports that a call makes in Python: `importlib.import_module("a.b")` and `__import__("a.b")`.

Of a name that is computed the beginning is kept, with "{}" for the rest, so that it can be told what is not followed.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctxpack.model import Import
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

OPEN = "{}"
"""Stands for the part of a name that is computed."""

_OWN = frozenset({"__name__", "__package__", "__spec__.parent"})


def dynamic(call: Node, source: Source) -> Iterator[Import]:
    """The import that a call of `import_module` or `__import__` makes, as far as its text tells."""
    function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is None or arguments is None or not _imports(source.text(function), source):
        return
    given = [child for child in arguments.named_children if child.type != "comment"]
    place = _argument(given, 0, "name", source)
    module = _text(place, source) if place is not None else ""
    if place is None or not module or module.startswith(OPEN):
        return
    if module.startswith("."):
        package = _argument(given, 1, "package", source)
        if package is None:
            return
        written = source.text(package)
        module = module if written in _OWN else _below(_text(package, source) or OPEN, module)
    yield source.imported(place, module, "", "", "dynamic")


def _imports(function: str, source: Source) -> bool:
    """Whether a function is that of the standard library: by its module, or by name where the file imports it."""
    if function in ("importlib.import_module", "__import__", "builtins.__import__"):
        return True
    return function == "import_module" and b"importlib" in source.data


def _argument(given: list[Node], number: int, name: str, source: Source) -> Node | None:
    for argument in given:
        if argument.type == "keyword_argument":
            named, value = argument.child_by_field_name("name"), argument.child_by_field_name("value")
            if named is not None and source.text(named) == name:
                return value
    plain = [argument for argument in given if argument.type != "keyword_argument"]
    return plain[number] if number < len(plain) else None


def _text(node: Node, source: Source) -> str:
    """The text of a string, or of what is joined to one, with `OPEN` for what is computed; "" for other values."""
    if node.type == "string":
        parts = (
            source.text(child) if child.type == "string_content" else OPEN if child.type == "interpolation" else ""
            for child in node.named_children
        )
        return "".join(parts)
    if node.type == "binary_operator" and any(child.type == "+" for child in node.children):
        left = node.child_by_field_name("left")
        begun = _text(left, source) if left is not None else ""
        return f"{begun}{OPEN}" if begun else ""
    return ""


def _below(package: str, module: str) -> str:
    """A relative name made absolute: one dot stands for the package, each more for one above."""
    rest = module.lstrip(".")
    above = package.split(".")
    kept = above[: len(above) - (len(module) - len(rest) - 1)]
    return ".".join([*kept, rest]) if kept and rest else ".".join(kept)
