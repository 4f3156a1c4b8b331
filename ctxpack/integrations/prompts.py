"""The prompts that the MCP server offers, and its resource with the catalogue of datasets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from ctxpack.agents import impact_answer, rank_answer
from ctxpack.api import Index
from ctxpack.tools import ToolError

_LONGEST = 200_000


class Prompt(NamedTuple):
    """A prompt: its arguments as (name, description), and the function that makes its text from them."""

    name: str
    title: str
    description: str
    arguments: tuple[tuple[str, str], ...]
    required: tuple[str, ...]
    make: Callable[[Index, Mapping[str, str]], str]


def checked(name: str, arguments: Mapping[str, str]) -> tuple[Prompt, Mapping[str, str]]:
    """The prompt with this name, and its arguments; raises ToolError for an unknown name or a wrong argument."""
    found = next((one for one in PROMPTS if one.name == name), None)
    if found is None:
        raise ToolError(f"there is no prompt {name[:60]!r}: known are {', '.join(one.name for one in PROMPTS)}")
    known = [argument for argument, _ in found.arguments]
    for argument, value in arguments.items():
        if argument not in known:
            raise ToolError(f"{name} takes no argument {argument[:60]!r}: known are {', '.join(known)}")
        if len(value) > _LONGEST:
            raise ToolError(f"{argument} of {name} must be a text of at most {_LONGEST:,} characters")
    for argument in found.required:
        if not arguments.get(argument, "").strip():
            raise ToolError(f"{name} needs the argument {argument}")
    return found, arguments


def datasets(index: Index) -> str:
    """The catalogue of datasets as JSON."""
    found = [
        {"name": one.name, "kind": one.kind, "layer": one.layer, "path": one.path, "line": one.line}
        for one in index.lineage().datasets
    ]
    return json.dumps({"datasets": found}, ensure_ascii=False, indent=1) + "\n"


def _targets(values: Mapping[str, str]) -> list[str]:
    return values.get("targets", "").split()


def _change(index: Index, values: Mapping[str, str]) -> str:
    target = index.target(*_targets(values), task=values["task"])
    return index.render(index.pack(target, budget=values.get("budget") or "16k", format="xml")).text


def _find(index: Index, values: Mapping[str, str]) -> str:
    question = values["question"]
    ranking = index.rank(index.target(task=question))
    files = rank_answer(ranking, index.meter(2000), symbols=False)
    symbols = rank_answer(ranking, index.meter(2000), symbols=True)
    return (
        f"{files.text}{symbols.text}\nThese are the files and symbols of a repository that have most to do with the "
        f"question below, each with the reasons. Read what you need with read_symbol, and answer with paths and "
        f"lines.\n\n{question}\n"
    )


def _assess(index: Index, values: Mapping[str, str]) -> str:
    reached = impact_answer(index.impact(*_targets(values)), index.meter(6000))
    return (
        f"{reached.text}\nThis is what a change of {values['targets']} reaches, nearest first. Say which of these "
        f"places have to change with it, which tests to run, and what this list cannot show.\n"
    )


_SUBJECTS = "path, path::symbol, dir/ or table:NAME, with blanks between several"

PROMPTS: tuple[Prompt, ...] = (
    Prompt(
        "change", "Make a change", "The context that a change needs, with the task at its end.",
        (("task", "what is to be done"), ("targets", f"what is to be changed: {_SUBJECTS}"),
         ("budget", "tokens: 8000, 32k, auto; 16k if left out")),
        ("task",), _change,
    ),
    Prompt(
        "find", "Find code", "Which files and symbols have to do with a question.",
        (("question", "what is looked for"),), ("question",), _find,
    ),
    Prompt(
        "assess", "Assess a change", "What a change reaches, to be judged.",
        (("targets", f"what is to be changed: {_SUBJECTS}"),), ("targets",), _assess,
    ),
)  # fmt: skip
"""Every prompt, in the order in which they are listed."""
