"""Jobs in YAML and JSON: bundles, workflows, Compose files, cluster steps, state machines, home-made formats.

Besides runs, a bundle has variables, whose values may differ per deployment target.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctxpack.datamodel.jobs import Given, JobFacts, Run
from ctxpack.parse.jobs import trees
from ctxpack.parse.jobs.notation import opened
from ctxpack.parse.schemas.documents import Fields, Scalar, Value, entries, get, stream, text, truth

_TOOLS = (
    ("services", "compose"), ("bundle", "bundle"), ("resources", "bundle"), ("States", "state machine"),
    ("apiVersion", "kubernetes"), ("on", "workflow"), ("jobs", "workflow"),
)  # fmt: skip


def read(source: str) -> JobFacts:
    """The runs of all documents of a text, and the variables and targets of a bundle."""
    runs: list[Run] = []
    variables: list[Given] = []
    targets: list[tuple[str, tuple[Given, ...]]] = []
    for root in stream(source):
        runs += trees.runs_in(root, _tool(root))
        variables += _variables(get(root, "variables"))
        for name, target, _ in entries(root, "targets"):
            values = [*_variables(get(target, "variables")), Given("bundle.target", name)]
            targets.append((name, (*values, *_mode(target))))
    return JobFacts(tuple(runs), tuple(variables), tuple(targets))


def _tool(root: Value) -> str:
    if not isinstance(root, Fields):
        return "job"
    return next((tool for key, tool in _TOOLS if key in root.entries), "job")


def _variables(value: Value | None) -> Iterator[Given]:
    """`name: value`, or `name: {default: value}`."""
    for name, inner, line in entries(value):
        told = inner if isinstance(inner, Scalar) else get(inner, "default")
        if isinstance(told, Scalar) and told.kind != "null":
            yield Given(f"var.{name}", opened(told.text), told.line or line)


def _mode(target: Value | None) -> Iterator[Given]:
    """The flags of a target: whether it is the default, and its mode (production)."""
    if truth(target, "default"):
        yield Given("default", "true")
    if text(target, "mode"):
        yield Given("mode", text(target, "mode"))
