"""Records calls by which programs may launch other programs, with their arguments.

Workflow operators, cluster clients and notebooks name a program and its parameters, as a configuration does. Such calls
are interpreted elsewhere (`parse/jobs/calls.py`); here they are only recorded with all that is known of their
arguments.
"""

from __future__ import annotations

from collections.abc import Mapping

from ctxpack.datamodel.jobs import Keyed, Listed, Said, Started, Stated
from ctxpack.lineage.spark.operations.operators import hint_of
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.objects import Instance
from ctxpack.lineage.spark.values.texts import Text, hole
from ctxpack.lineage.spark.values.uncertain import Unknown

_STARTING = frozenset(
    """run Popen call check_call check_output system start_job_run start_execution add_job_flow_steps run_job_flow
    submit_job submit submit_run run_now create_job_run create_job run_job execute_async""".split()
)
_DEEPEST = 12
_MOST = 400


def note(machine: Machine, name: str, args: Args) -> None:
    """Record a call that may launch a program, if such calls are collected."""
    last = name.removesuffix("()").rpartition(".")[2]
    if machine.runs.started is None or len(machine.runs.started) >= _MOST:
        return
    if last not in _STARTING and not last.endswith(("Operator", "_operator", "Task")):
        return
    keywords = Keyed(tuple((key, _stated(one, 0, key)) for key, one in args.keywords.items() if key))
    listed = Listed(tuple(_stated(one, 0, "value") for one in args.args))
    if keywords.items or listed.items:
        machine.runs.started.append(
            Started(
                name.removesuffix("()"), listed, keywords, machine.stack.here.path, args.line or machine.stack.here.line
            )
        )


def _stated(value: object, depth: int, name: str) -> Stated:
    """A value as a tree of plain data; unknown values become named holes."""
    if isinstance(value, Instance):
        value = value.variables
    if depth < _DEEPEST and isinstance(value, Mapping):
        items = [(str(key), one) for key, one in value.items() if not isinstance(key, Unknown)]
        return Keyed(tuple((key, _stated(one, depth + 1, key)) for key, one in items))
    if depth < _DEEPEST and isinstance(value, (list, tuple)):
        return Listed(tuple(_stated(one, depth + 1, name) for one in value[:_MOST]))
    return _said(value, name)


def _said(value: object, name: str) -> Said:
    if isinstance(value, Text):
        return Said(str(value), value.path, value.line)
    if isinstance(value, (str, int, float)):
        return Said(str(value).lower() if isinstance(value, bool) else str(value))
    return Said("" if value is None else hole(hint_of(value) or name))
