"""A fallback for templates that cannot be rendered: all references with literal arguments, in any branch."""

from __future__ import annotations

import re
from typing import Any

import jinja2
from jinja2 import nodes

from ctxpack.datamodel.dbt import Rendered, RenderJob
from ctxpack.lineage.dbt.templates.relations import Recorder
from ctxpack.lineage.dbt.templates.static import LARGEST, parse

_TAG_CALL = re.compile(r"\b(ref|source)\s*\(\s*(['\"])([^'\"\n]+)\2\s*(?:,\s*(['\"])([^'\"\n]+)\4\s*)?\)")


def from_tags(job: RenderJob, why_not: str) -> Rendered:
    """All literal `ref`, `source` and `config` calls of a template; if it cannot be parsed, references by regex."""
    recorder = Recorder()
    try:
        tree = parse(job.text[:LARGEST])
    except jinja2.TemplateSyntaxError:
        _by_text(job, recorder)
        return Rendered(named=tuple(recorder.named), why_not=why_not)
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in ("ref", "source", "config"):
            _from_call(call, job, recorder)
    return Rendered(named=tuple(recorder.named), config=recorder.configuration(), why_not=why_not)


def _from_call(call: nodes.Call, job: RenderJob, recorder: Recorder) -> None:
    line = call.lineno + job.line - 1
    args = tuple(_constant(arg) for arg in call.args)
    settings = {pair.key: _constant(pair.value) for pair in call.kwargs}
    name = call.node.name  # type: ignore[attr-defined]
    if name == "ref":
        recorder.ref(args, settings, line, "template")
    elif name == "source":
        recorder.source(args, line, "template")
    else:
        recorder.config.update({key: value for key, value in settings.items() if value is not None})


def _constant(node: nodes.Expr) -> Any:
    try:
        return node.as_const()
    except nodes.Impossible:
        return None


def _by_text(job: RenderJob, recorder: Recorder) -> None:
    for match in _TAG_CALL.finditer(job.text[:LARGEST]):
        line = job.text.count("\n", 0, match.start()) + job.line
        args = tuple(part for part in (match.group(3), match.group(5)) if part)
        if match.group(1) == "ref":
            recorder.ref(args, {}, line, "template")
        elif len(args) == 2:
            recorder.source(args, line, "template")
