"""The table of tools: name, description, parameters, and the question that each asks an index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from ctxpack import agents
from ctxpack.agents import LEAST_BUDGET
from ctxpack.api import ANSWER_BUDGET, Index
from ctxpack.formats import manifest
from ctxpack.model import Target
from ctxpack.tools.arguments import Parameter, Tool, ToolError

_LONGEST_TASK = 200_000
_MOST_BUDGET = 10_000_000

_BUDGET = Parameter(
    "budget",
    "budget",
    "Most tokens that the answer may take, as 4000 or 4k; what does not fit is left out, and the answer says so.",
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
    """The target of a call; raises ToolError where there is neither a task nor targets."""
    if not values["targets"] and not values["task"].strip():
        raise ToolError(f"{tool} needs a task, or targets, to say what is to be changed; map shows what there is")
    return index.target(*values["targets"], task=values["task"])


def _metered(index: Index, values: Mapping[str, Any]) -> agents.Meter:
    return index.meter(values["budget"], values["model"])


def _build_pack(index: Index, values: Mapping[str, Any]) -> dict[str, Any]:
    target = _said("build_pack", index, values)
    pack = index.pack(target, model=values["model"], budget=values["budget"], format=values["format"])
    rendered = index.render(pack)
    document = manifest(pack, rendered)
    found = cast(list[Any], document["items"])
    items = [{key: item[key] for key in ("path", "role", "level", "tokens")} for item in found]
    return {
        "schema": agents.SCHEMA, "tool": "build_pack", "model": pack.model.name, "format": pack.format,
        "fingerprint": pack.fingerprint, "confidence": document.get("confidence"), "items": items,
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
"""Every tool, in the order in which they are listed."""
