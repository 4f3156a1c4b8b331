"""The parameters of the tools, their JSON Schema, and the validation of arguments."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple, cast

from ctxpack.api import Index
from ctxpack.api.answers import answer_tokens
from ctxpack.errors import BudgetError, CtxpackError
from ctxpack.nearest import hint

_LONGEST_NAME = 4000
_MOST_NAMES = 200
_SHOWN = 60

_BUDGET_TEXT = {"type": "string", "maxLength": 40}


class ToolError(CtxpackError):
    """A tool is unknown, or was called with arguments that it does not take."""


class Parameter(NamedTuple):
    """One argument of a tool.

    `kind` is string, integer, number, boolean, strings or budget (a number of tokens, or its text such as "8k").
    `limits` are the least and greatest number; for strings, the second is the greatest length. `choices` are the
    allowed values of a string, or the words that a budget may be besides numbers.
    """

    name: str
    kind: str
    description: str
    default: Any = None
    required: bool = False
    limits: tuple[float, float] = (0, _LONGEST_NAME)
    choices: tuple[str, ...] = ()

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the argument."""
        low, high = self.limits
        text: dict[str, Any] = {"type": "string", "maxLength": int(high)}
        found: dict[str, Any]
        if self.kind == "budget":
            found = {"anyOf": [{"type": "integer", "minimum": low, "maximum": high}, _BUDGET_TEXT]}
        elif self.kind == "strings":
            found = {"type": "array", "items": text, "maxItems": _MOST_NAMES}
        elif self.kind == "string":
            found = {"type": "string", "enum": list(self.choices)} if self.choices else text
        elif self.kind == "boolean":
            found = {"type": "boolean"}
        else:
            found = {"type": self.kind, "minimum": low, "maximum": high}
        found["description"] = self.description
        return found if self.default is None else {**found, "default": self.default}


class Tool(NamedTuple):
    """A question that can be called by name; `answer` gets an index and validated arguments."""

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    answer: Callable[[Index, Mapping[str, Any]], dict[str, Any]]
    output: dict[str, Any]

    def input_schema(self) -> dict[str, Any]:
        """The JSON Schema of the arguments."""
        return {
            "type": "object",
            "properties": {one.name: one.schema() for one in self.parameters},
            "required": [one.name for one in self.parameters if one.required],
            "additionalProperties": False,
        }


def validated(tool: Tool, arguments: Mapping[str, Any] | str | None) -> dict[str, Any]:
    """The validated arguments, with defaults for those not given; raises ToolError for the first wrong one."""
    given = _mapping(tool, arguments)
    known = {one.name: one for one in tool.parameters}
    for name in given:
        if name not in known:
            raise ToolError(f"{tool.name} takes no argument {shown(name)}{nearest(str(name), tuple(known))}")
    values = {}
    for name, one in known.items():
        value = given.get(name)
        if value is None and one.required:
            raise ToolError(f"{tool.name} needs the argument {name}: {one.description}")
        values[name] = one.default if value is None else _value(tool, one, value)
    return values


def _mapping(tool: Tool, arguments: Mapping[str, Any] | str | None) -> Mapping[str, Any]:
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments) if arguments.strip() else {}
        except (ValueError, RecursionError) as error:
            raise ToolError(f"the arguments of {tool.name} are not valid JSON") from error
    if arguments is not None and not isinstance(arguments, Mapping):
        raise ToolError(f"the arguments of {tool.name} must be an object, not {shown(arguments)}")
    return arguments or {}


def _value(tool: Tool, one: Parameter, value: object) -> Any:
    if one.kind == "budget":
        return _budget(tool, one, value)
    expected = _wrong(one, value)
    if expected:
        raise ToolError(f"{one.name} of {tool.name} must be {expected}, not {shown(value)}")
    if isinstance(value, float) and one.kind == "integer":
        return int(value)
    return list(value) if isinstance(value, list | tuple) else value


def _budget(tool: Tool, one: Parameter, value: object) -> int | str:
    """A budget as a number of tokens, or as one of its choices."""
    low, high = one.limits
    if isinstance(value, str) and value.strip().lower() in one.choices:
        return value
    with suppress(BudgetError):
        tokens = answer_tokens(value)
        if low <= tokens <= high:
            return tokens
    words = "".join(f", or {word}" for word in one.choices)
    raise ToolError(
        f"{one.name} of {tool.name} must be a number of tokens from {low:,} to {high:,}, such as 8000 or 8k{words}, "
        f"not {shown(value)}"
    )


def _wrong(one: Parameter, value: object) -> str:
    """What a value should be, in words, if it is wrong; "" if it is right."""
    low, high = one.limits
    if one.kind == "boolean":
        return "" if isinstance(value, bool) else "true or false"
    if one.kind == "strings":
        good = isinstance(value, list | tuple) and len(value) <= _MOST_NAMES
        good = good and all(isinstance(it, str) and len(it) <= high for it in cast(list[object], value))
        return "" if good else f"a list of at most {_MOST_NAMES} texts of at most {int(high):,} characters"
    if one.kind == "string":
        if one.choices:
            return "" if value in one.choices else f"one of {', '.join(one.choices)}"
        return "" if isinstance(value, str) and len(value) <= high else f"a text of at most {int(high):,} characters"
    number = isinstance(value, int | float) and not isinstance(value, bool)
    whole = one.kind == "number" or isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if number and whole and low <= cast(float, value) <= high:
        return ""
    return f"a {'whole ' if one.kind == 'integer' else ''}number from {low:,} to {high:,}"


def shown(value: object) -> str:
    """A value for an error message, truncated where it is long."""
    text = repr(value[: 2 * _SHOWN] if isinstance(value, str | list | tuple) else value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def nearest(name: str, known: tuple[str, ...]) -> str:
    """The end of an error message for an unknown name: what was perhaps meant, or what there is."""
    return f"; {hint(name[:_SHOWN].lower(), known)}"
