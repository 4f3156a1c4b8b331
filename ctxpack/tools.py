"""The questions of an agent as tools: definitions for function calling, and the call itself.

A host gives `definitions()` to a model, and what the model asks to `call`, which checks the arguments, asks the index
and gives a document of plain dicts, lists, numbers and texts. What cannot be answered is a `CtxpackError` with one
sentence, which is fit to be given to the model as the result of its call.

    with Index.open(".") as index:
        tools.call("read_symbol", {"name": "src/orders.py::Order.total"}, index)

An index answers one question at a time, whichever threads ask.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Literal, NamedTuple, cast

from ctxpack import agents
from ctxpack.agents import LEAST_BUDGET
from ctxpack.api import ANSWER_BUDGET, Index
from ctxpack.api.answers import answer_tokens
from ctxpack.errors import BudgetError, CtxpackError
from ctxpack.formats import manifest
from ctxpack.model import Target

Shape = Literal["openai", "openai-responses", "anthropic"]
SHAPES: tuple[Shape, ...] = ("openai", "openai-responses", "anthropic")

_LONGEST_TASK = 200_000
_LONGEST_NAME = 4000
_MOST_NAMES = 200
_MOST_BUDGET = 10_000_000
_SHOWN = 60
_LONGEST_ERROR = 300


_BUDGET_TEXT = {"type": "string", "maxLength": 40}


class ToolError(CtxpackError):
    """A tool is unknown, or was called with arguments that it does not take."""


class Parameter(NamedTuple):
    """One argument of a tool.

    `kind` is string, integer, number, boolean, strings or budget, which is a number of tokens or the text of one;
    `limits` are the least and greatest number, or for texts the greatest length; `choices` are all values that a text
    may have, or those of a budget that are no number.
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
    """A question that can be called by name; `answer` gets an index and arguments that were checked."""

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


def definitions(shape: Shape = "openai") -> list[dict[str, Any]]:
    """The tools as a model's function calling wants them told.

    `shape` is "openai" (chat completions), "openai-responses" or "anthropic". Raises ToolError for another one.
    """
    if shape not in SHAPES:
        raise ToolError(f"unknown shape {_shown(shape)}: known are {', '.join(SHAPES)}")
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
        raise ToolError(f"there is no tool {_shown(name)}{_nearest(str(name), tuple(_BY_NAME))}")
    return found


# --- arguments --------------------------------------------------------------------------------------------------------


def validated(tool: Tool, arguments: Mapping[str, Any] | str | None) -> dict[str, Any]:
    """The arguments with defaults for those not given; raises ToolError for the first that is wrong."""
    given = _mapping(tool, arguments)
    known = {one.name: one for one in tool.parameters}
    for name in given:
        if name not in known:
            raise ToolError(f"{tool.name} takes no argument {_shown(name)}{_nearest(str(name), tuple(known))}")
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
        raise ToolError(f"the arguments of {tool.name} must be an object, not {_shown(arguments)}")
    return arguments or {}


def _value(tool: Tool, one: Parameter, value: object) -> Any:
    if one.kind == "budget":
        return _budget(tool, one, value)
    expected = _wrong(one, value)
    if expected:
        raise ToolError(f"{one.name} of {tool.name} must be {expected}, not {_shown(value)}")
    if isinstance(value, float) and one.kind == "integer":
        return int(value)
    return list(value) if isinstance(value, list | tuple) else value


def _budget(tool: Tool, one: Parameter, value: object) -> int | str:
    """A budget as a number, or as one of the words that it may be."""
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
        f"not {_shown(value)}"
    )


def _wrong(one: Parameter, value: object) -> str:
    """What a value must be and is not; "" where it is."""
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


def _shown(value: object) -> str:
    text = repr(value[: 2 * _SHOWN] if isinstance(value, str | list | tuple) else value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _nearest(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name[:_SHOWN].lower(), known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else f"; known are {', '.join(known)}"


# --- the tools --------------------------------------------------------------------------------------------------------

_BUDGET = Parameter(
    "budget", "budget", "Most tokens that the answer may take, as 4000 or 4k; what does not fit is cut and told.",
    ANSWER_BUDGET,
    limits=(LEAST_BUDGET, _MOST_BUDGET),
)  # fmt: skip
_OFFSET = Parameter(
    "offset", "integer", "How many entries to pass over, to go on with an answer that was cut.", 0, limits=(0, 10**9)
)
_MODEL = Parameter("model", "string", "Model whose tokens are counted; by default that of the repository's settings.")
_TASK = Parameter("task", "string", "What is to be done, in words.", "", limits=(0, _LONGEST_TASK))
_TARGETS = Parameter(
    "targets", "strings", "What is to be changed: path, path::symbol, dir/ or table:NAME, relative to the root.", []
)
_DATASET = "a table, a dbt model or source.table, or a path as written in code"


def _subject(description: str) -> Parameter:
    return Parameter("name", "string", description, required=True)


def _said(tool: str, index: Index, values: Mapping[str, Any]) -> Target:
    """What is to be done; raises ToolError where neither words nor targets say it."""
    if not values["targets"] and not values["task"].strip():
        raise ToolError(f"{tool} needs a task, or targets, to say what is to be changed; map shows what there is")
    return index.target(*values["targets"], task=values["task"])


def _metered(index: Index, values: Mapping[str, Any]) -> agents.Meter:
    return index.meter(values["budget"], values["model"])


def _build_pack(index: Index, values: Mapping[str, Any]) -> dict[str, Any]:
    target = _said("build_pack", index, values)
    pack = index.pack(target, model=values["model"], budget=values["budget"], format=values["format"])
    rendered = index.render(pack)
    told = manifest(pack, rendered)
    items = [{key: item[key] for key in ("path", "role", "level", "tokens")} for item in cast(list[Any], told["items"])]
    return {
        "schema": agents.SCHEMA, "tool": "build_pack", "model": pack.model.name, "format": pack.format,
        "fingerprint": pack.fingerprint, "confidence": told.get("confidence"), "items": items,
        "text": rendered.text, "tokens": pack.tokens, "budget": pack.budget.total,
        "left_out": [f"{len(pack.omitted):,} files are not in the pack"] if pack.omitted else [],
    }  # fmt: skip


def _rank(index: Index, values: Mapping[str, Any]) -> dict[str, Any]:
    ranking = index.rank(_said("rank", index, values))
    meter = _metered(index, values)
    return agents.rank_answer(ranking, meter, symbols=values["symbols"], offset=values["offset"]).document


def _read_symbol(index: Index, values: Mapping[str, Any]) -> dict[str, Any]:
    return index.symbol(**values).document


def _find_references(index: Index, values: Mapping[str, Any]) -> dict[str, Any]:
    return index.references(**values).document


def _upstream(index: Index, values: Mapping[str, Any]) -> dict[str, Any]:
    return index.upstream(**values).document


def _map(index: Index, values: Mapping[str, Any]) -> dict[str, Any]:
    return index.map(**values).document


def _schema(index: Index, values: Mapping[str, Any]) -> dict[str, Any]:
    tables = index.schema(*values["datasets"], history=values["history"])
    return agents.schema_answer(tables, _metered(index, values), offset=values["offset"]).document


def _lineage(index: Index, values: Mapping[str, Any]) -> dict[str, Any]:
    found = index.lineage(
        *values["datasets"], direction=values["direction"], depth=values["depth"], columns=values["columns"]
    )
    return agents.lineage_answer(found, _metered(index, values), offset=values["offset"]).document


def _impact(index: Index, values: Mapping[str, Any]) -> dict[str, Any]:
    if not values["targets"] and values["since"] is None:
        raise ToolError("impact needs targets, or a revision in since, to say what changes")
    found = index.impact(
        *values["targets"], since=values["since"], depth=values["depth"], min_confidence=values["min_confidence"],
        kinds=(values["kind"],) if values["kind"] else (),
    )  # fmt: skip
    return agents.impact_answer(found, _metered(index, values), offset=values["offset"]).document


def _output(key: str, items: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The JSON Schema of an answer whose entries are under `key`."""
    properties = {
        "schema": {"const": agents.SCHEMA},
        "tool": {"type": "string"},
        key: {"type": "array", "items": dict(items or {"type": "object"})},
        "tokens": {"type": "integer", "description": "what this answer takes"},
        "budget": {"type": "integer"},
        "left_out": {"type": "array", "items": {"type": "string"}, "description": "what is not in it, in sentences"},
    }
    return {"type": "object", "properties": properties, "required": [*properties]}


def _pack_output() -> dict[str, Any]:
    output = _output("items")
    output["properties"]["text"] = {"type": "string", "description": "the prompt, whose tokens are counted"}
    output["properties"]["confidence"] = {
        "type": ["object", "null"],
        "description": "how sure it is that every file to be edited is in the prompt",
        "properties": {
            "chance": {"type": ["number", "null"], "description": "null where the files were named"},
            "belongs": {"type": "boolean", "description": "false where the task seems to be about something else"},
            "because": {"type": "string"},
            "question": {"type": "string", "description": "what would make it surer"},
            "candidates": {"type": "array", "items": {"type": "string"}, "description": "paths to name as targets"},
        },
    }
    return {**output, "required": [*output["required"], "text"]}


_DEPTH = Parameter("depth", "integer", "At most so many steps away.", limits=(0, 1000))

TOOLS: tuple[Tool, ...] = (
    Tool(
        "build_pack", "Pack the context of a change",
        "The context that a change needs, as one prompt within a budget of tokens: the code to edit, what it uses, "
        "schemas of its tables, callers and tests. Ask for it before writing code.",
        (
            _TASK, _TARGETS,
            Parameter(
                "budget", "budget", "Tokens for the prompt: 8000, 32k, auto or max.", "16k",
                limits=(1, 10 * _MOST_BUDGET), choices=("auto", "max"),
            ),
            _MODEL,
            Parameter("format", "string", "How the prompt is written.", "xml", choices=("xml", "markdown")),
        ),
        _build_pack, _pack_output(),
    ),
    Tool(
        "rank", "Rank files or symbols for a task",
        "Which files (or symbols) a change will probably edit, best first, each with the reasons.",
        (
            _TASK, _TARGETS,
            Parameter("symbols", "boolean", "Rank symbols and not files.", False),
            _OFFSET, _BUDGET, _MODEL,
        ),
        _rank, {**_output("files"), "required": ["schema", "tool", "tokens", "budget", "left_out"]},
    ),
    Tool(
        "read_symbol", "Read a definition",
        "The source of one definition with its signature, documentation and lines.",
        (
            _subject("path::symbol, or a bare or dotted name that is looked for everywhere."),
            Parameter("start_line", "integer", "Go on at this line of the file.", limits=(1, 10**9)),
            _OFFSET, _BUDGET, _MODEL,
        ),
        _read_symbol, _output("definitions"),
    ),
    Tool(
        "find_references", "Find who uses something",
        "Who uses a definition, a file or a table, with the line of each use.",
        (_subject("path::symbol, a name, a path, or table:NAME."), _OFFSET, _BUDGET, _MODEL),
        _find_references, _output("references"),
    ),
    Tool(
        "upstream", "Find what something is made from",
        "What a dataset is made from and where, step by step; or which definitions a definition uses.",
        (
            _subject(f"A dataset ({_DATASET}), path::symbol, or a name."),
            Parameter("depth", "integer", "At most so many steps away.", 2, limits=(1, 50)),
            _OFFSET, _BUDGET, _MODEL,
        ),
        _upstream, _output("upstream"),
    ),
    Tool(
        "schema", "Read schemas of tables",
        "What is known of tables: columns with types, which can be null and why, keys, who writes and reads them.",
        (
            Parameter("datasets", "strings", f"The tables wanted, all where none is named: {_DATASET}.", []),
            Parameter("history", "boolean", "Also how the schemas changed.", False),
            _OFFSET, _BUDGET, _MODEL,
        ),
        _schema, _output("tables"),
    ),
    Tool(
        "lineage", "Read the flow of data",
        "Which datasets are made from which, and with columns which column from which.",
        (
            Parameter("datasets", "strings", f"Around which datasets, all where none is named: {_DATASET}.", []),
            Parameter("direction", "string", "Which way.", "both", choices=("upstream", "downstream", "both")),
            _DEPTH,
            Parameter("columns", "boolean", "Follow columns too, which takes longer.", False),
            _OFFSET, _BUDGET, _MODEL,
        ),
        _lineage, _output("edges"),
    ),
    Tool(
        "impact", "Find what a change reaches",
        "What depends on something that changes, nearest first: definitions, files, tests and tables.",
        (
            _TARGETS,
            Parameter("since", "string", "Instead of targets: everything that changed since this revision."),
            _DEPTH,
            Parameter("min_confidence", "number", "Leave out what is less sure.", 0, limits=(0, 1)),
            Parameter("kind", "string", "Only these.", choices=("symbols", "files", "tests", "tables")),
            _OFFSET, _BUDGET, _MODEL,
        ),
        _impact, _output("reached"),
    ),
    Tool(
        "map", "Read the map of the repository",
        "The folders of the repository with what is in them, and its datasets by layer.",
        (_BUDGET, _MODEL),
        _map, _output("map", {"type": "string"}),
    ),
)  # fmt: skip
"""Every tool, in the order in which they are told."""

_BY_NAME = {tool.name: tool for tool in TOOLS}
