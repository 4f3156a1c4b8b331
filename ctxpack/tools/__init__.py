"""The questions of an agent as tools: definitions for function calling, and the call itself.

A host gives `definitions()` to a model, and what the model asks to `call`, which checks the arguments, asks the index
and gives a document of plain dicts, lists, numbers and texts. What cannot be answered is a `CtxpackError` with one
sentence, which is fit to be given to the model as the result of its call.

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
    """The tools as a model's function calling wants them told.

    `shape` is "openai" (chat completions), "openai-responses" or "anthropic". Raises ToolError for another one.
    """
    if shape not in SHAPES:
        raise ToolError(f"unknown shape {shown(shape)}: known are {', '.join(SHAPES)}")
    return [_definition(tool, shape) for tool in TOOLS]


def _definition(tool: Tool, shape: Shape) -> dict[str, Any]:
    told: dict[str, Any] = {"name": tool.name, "description": tool.description}
    if shape == "anthropic":
        return {**told, "input_schema": tool.input_schema()}
    told["parameters"] = tool.input_schema()
    return {"type": "function", "function": told} if shape == "openai" else {"type": "function", **told}


def call(name: str, arguments: Mapping[str, Any] | str | None, index: Index, *, fresh: bool = True) -> dict[str, Any]:
    """Answer one call of a model.

    `arguments` are a mapping, or the JSON text of one as some hosts hand it on. With `fresh`, files that were changed
    since the last question are read anew. The result can be encoded as JSON and pickled.

    Raises ToolError for an unknown tool or wrong arguments, and what the index raises for a question that it cannot
    answer; all are CtxpackErrors whose text is one sentence.
    """
    tool = find(name)
    values = validated(tool, arguments)
    try:
        if fresh:
            index.refresh_if_changed()
        return tool.answer(index, values)
    except CtxpackError as error:
        # What was asked for stands in the sentence, and may be long.
        if len(str(error)) <= _LONGEST_ERROR:
            raise
        raise type(error)(f"{str(error)[:_LONGEST_ERROR]}...") from error


def text(result: Mapping[str, Any]) -> str:
    """The result of a call as the text that its tokens were counted of; of a pack that is the prompt."""
    return str(result["text"]) if result["tool"] == "build_pack" else agents.encoded(result)


def find(name: str) -> Tool:
    """The tool of that name; raises ToolError, with the nearest names, where there is none."""
    found = _BY_NAME.get(name)
    if found is None:
        raise ToolError(f"there is no tool {shown(name)}{nearest(str(name), tuple(_BY_NAME))}")
    return found
