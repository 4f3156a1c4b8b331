"""Jobs in Terraform: Glue, Databricks and Dataproc resources, and modules that wrap them.

Blocks become trees, in which `trees` finds runs: a block is a mapping under its kind, several of one kind are a list.
Modules are not followed; their inputs name a program and its arguments as a resource does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from ctxpack.datamodel.jobs import Given, JobFacts, Run
from ctxpack.parse.jobs import trees
from ctxpack.parse.jobs.notation import opened
from ctxpack.parse.schemas.documents import Fields, Listing, Scalar, Value
from ctxpack.parse.schemas.hcl import Block, Module
from ctxpack.parse.schemas.tokens import tokens

_DEEPEST = 20
_REFERENCE = re.compile(r"\$\{\s*([\w.-]+)\s*\}")
_LINK = re.compile(
    r"^[ \t]*(\w+)\s*=\s*((?:module|var|local|data|aws_\w+|google_\w+|databricks_\w+)\.[\w.\[\]\"-]+)\s*,?\s*$",
    re.MULTILINE,
)


def read(text: str) -> JobFacts:
    """The runs, variables and links of one file."""
    module = Module(tokens(text))
    runs: list[Run] = []
    for block in module.top.inner("resource", "module"):
        runs += _runs(module, block)
    links = tuple(dict.fromkeys((match[1], match[2]) for match in _LINK.finditer(text)))
    return JobFacts(tuple(runs), tuple(_variables(module)), links=links)


def _runs(module: Module, block: Block) -> Iterator[Run]:
    label = block.labels[-1] if block.labels else ""
    kind = block.labels[0] if block.kind == "resource" and block.labels else "module"
    for run in trees.runs_in(_tree(module, block, 0), f"terraform {kind}"):
        yield msgspec.structs.replace(run, names=tuple(dict.fromkeys((*run.names, label, f"{kind}.{label}"))))


def _variables(module: Module) -> Iterator[Given]:
    for block in module.top.blocks:
        if block.kind == "variable" and block.labels and "default" in block.attributes:
            yield from _variable(module, f"var.{block.labels[0]}", block.attributes["default"])
        elif block.kind == "locals":
            for name, value in block.attributes.items():
                yield from _variable(module, f"local.{name}", value)


def _variable(module: Module, name: str, value: Value) -> Iterator[Given]:
    found = _plain(module, value, 0)
    if isinstance(found, Scalar) and found.kind == "text" and found.text:
        yield Given(name, opened(found.text), found.line)


def _tree(module: Module, block: Block, depth: int) -> Fields:
    made = Fields(block.line)
    for name, value in block.attributes.items():
        made.entries[name] = _plain(module, value, depth + 1)
        made.lines[name] = block.lines[name]
    if depth > _DEEPEST:
        return made
    for inner in block.blocks:
        one = _tree(module, inner, depth + 1)
        before = made.entries.get(inner.kind)
        if isinstance(before, Listing):
            before.items.append(one)
        else:
            made.entries[inner.kind] = one if before is None else Listing([before, one], inner.line)
            made.lines.setdefault(inner.kind, inner.line)
    return made


def _plain(module: Module, value: Value, depth: int) -> Value:
    """A value with the references resolved that the same file can answer; others stay as written."""
    if depth > _DEEPEST:
        return value
    if isinstance(value, Fields):
        made = Fields(value.line, lines=dict(value.lines))
        made.entries.update({name: _plain(module, one, depth + 1) for name, one in value.entries.items()})
        return made
    if isinstance(value, Listing):
        return Listing([_plain(module, one, depth + 1) for one in value.items], value.line)
    seen = module.seen_through(value)
    if not isinstance(seen, Scalar):
        return value if seen is None else _plain(module, seen, depth + 1)
    whole = seen.text.startswith("{") and seen.text.endswith("}")
    spelled = f"${seen.text}" if whole else seen.text
    return Scalar(_REFERENCE.sub(lambda match: _known(module, match, depth), spelled), seen.kind, value.line)


def _known(module: Module, match: re.Match[str], depth: int) -> str:
    found = module.seen_through(Scalar(f"{{{match[1]}}}", "text", 0))
    if not isinstance(found, Scalar) or found.text == f"{{{match[1]}}}" or found.text.startswith("{"):
        return match[0]
    inner = _plain(module, found, depth + 5)
    return inner.text if isinstance(inner, Scalar) else match[0]
