"""The questions of an agent as tools: definitions for function calling, and the dispatch of calls.

A host passes `definitions()` to a model, and the model's calls to `call`, which checks the arguments, asks the index
and returns a document of plain dicts, lists, numbers and strings. A question that cannot be answered raises a
`CtxpackError` with one sentence, which can be given to the model as the result of its call.

    with Index.open(".") as index:
        tools.call("read_symbol", {"name": "src/orders.py::Order.total"}, index)

An index answers one question at a time, whichever threads ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ctxpack import agents
from ctxpack.api import Index
from ctxpack.errors import CtxpackError
from ctxpack.tools.arguments import Parameter, Tool, ToolError, nearest, shown, validated
from ctxpack.tools.offered import TOOLS

__all__ = [
    "SHAPES", "TOOLS", "Parameter", "Shape", "Tool", "ToolError", "call", "definitions", "find", "text", "validated",
]  # fmt: skip

Shape = Literal["openai", "openai-responses", "anthropic"]
SHAPES: tuple[Shape, ...] = ("openai", "openai-responses", "anthropic")

_LONGEST_ERROR = 300
_BY_NAME = {tool.name: tool for tool in TOOLS}


def definitions(shape: Shape = "openai") -> list[dict[str, Any]]:
    """The tool definitions in the format of a function-calling interface.

    `shape` is "openai" (chat completions), "openai-responses" or "anthropic". Raises ToolError for another one.
    """
    if shape not in SHAPES:
        raise ToolError(f"unknown shape {shown(shape)}: known are {', '.join(SHAPES)}")
    return [_definition(tool, shape) for tool in TOOLS]


def _definition(tool: Tool, shape: Shape) -> dict[str, Any]:
    function: dict[str, Any] = {"name": tool.name, "description": tool.description}
    if shape == "anthropic":
        return {**function, "input_schema": tool.input_schema()}
    function["parameters"] = tool.input_schema()
    return {"type": "function", "function": function} if shape == "openai" else {"type": "function", **function}


def call(name: str, arguments: Mapping[str, Any] | str | None, index: Index, *, fresh: bool = True) -> dict[str, Any]:
    """Answer one call of a model.

    `arguments` are a mapping, or its JSON text as some hosts pass it. With `fresh`, the index is refreshed first if
    files have changed. The result can be encoded as JSON and pickled.

    Raises ToolError for an unknown tool or wrong arguments, and what the index raises for a question that it cannot
    answer; all are CtxpackErrors with a text of one sentence.
    """
    tool = find(name)
    values = validated(tool, arguments)
    try:
        if fresh:
            index.refresh_if_changed()
        return tool.answer(index, values)
    except CtxpackError as error:
        # The sentence quotes the arguments, which may be long.
        if len(str(error)) <= _LONGEST_ERROR:
            raise
        raise type(error)(f"{str(error)[:_LONGEST_ERROR]}...") from error


def text(result: Mapping[str, Any]) -> str:
    """The text of a result, for which its tokens were counted; for a pack that is the prompt."""
    return str(result["text"]) if result["tool"] == "build_pack" else agents.encoded(result)


def find(name: str) -> Tool:
    """The tool of that name; raises ToolError, with the nearest names, where there is none."""
    found = _BY_NAME.get(name)
    if found is None:
        raise ToolError(f"there is no tool {shown(name)}{nearest(str(name), tuple(_BY_NAME))}")
    return found
