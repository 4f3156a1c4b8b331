"""Which definition takes a keyword argument of a call in Python, and which members a class declares."""

from __future__ import annotations

import re
from functools import cache

from ctxpack.graph.project import Either, Instance, Symbol, Thing, weaker
from ctxpack.graph.symbols import Linker
from ctxpack.model import Definition

_ANNOTATED = re.compile(r"[\w.]+\s*:")
_CUT = 400
"""Signatures are kept up to this length; of a longer one it is not known which parameters follow."""

_CONSTRUCTORS = ("__init__", "__new__")


def argument(linker: Linker, callee: Thing, name: str) -> Thing | None:
    """The function, method or constructor of `callee` that has a parameter `name`, or the field that its class has."""
    if isinstance(callee, Either):
        return next((found for one in callee.things if (found := argument(linker, one, name)) is not None), None)
    if isinstance(callee, Instance):
        callee = linker.member(callee, "__call__") or callee
    if not isinstance(callee, Symbol):
        return None
    kind = linker.definition(callee).kind
    if kind == "class":
        return _constructor(linker, callee, name)
    if kind in ("function", "method"):
        return _accepting(linker, callee, name)
    value = linker.typed(callee)
    return argument(linker, value, name) if value is not None and value != callee else None


def only_assigned(definition: Definition) -> bool:
    """Whether a field is neither annotated nor a property: `self.x = 1`, or `x = 1` in the class."""
    return definition.kind == "field" and _ANNOTATED.match(definition.signature) is None


def _constructor(linker: Linker, callee: Symbol, name: str) -> Thing | None:
    instance = Instance(callee.path, callee.index, callee.origin, callee.confidence)
    for method in _CONSTRUCTORS:
        found = linker.member(instance, method)
        if isinstance(found, Symbol):
            return _accepting(linker, found, name)
    field = linker.member(instance, name)
    if isinstance(field, Symbol) and linker.definition(field).kind == "field":
        return weaker(field, "keyword argument", 0.95)
    return None


def _accepting(linker: Linker, callee: Symbol, name: str) -> Thing | None:
    signature = linker.definition(callee).signature
    if _parameter(name).search(signature) is not None:
        return weaker(callee, "keyword argument", 0.96)
    return weaker(callee, "keyword argument", 0.85) if len(signature) >= _CUT else None


@cache
def _parameter(name: str) -> re.Pattern[str]:
    """A parameter of that name in a signature."""
    return re.compile(rf"[(,*]\s*{re.escape(name)}\s*[:=,)]")
