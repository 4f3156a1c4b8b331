"""The configuration of readers and writers: `format`, `option` and `options`."""

from __future__ import annotations

from typing import TypeVar

from ctxpack.lineage.spark.effects import evolution
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.tables import Reader, Writer

Given = TypeVar("Given", Reader, Writer)


def with_format(machine: Machine, value: Given, args: Args) -> Given:
    """After `format(...)`."""
    found = args.get(0, "source")
    return value.with_(format=str(found) if isinstance(found, str) else "")


def with_option(machine: Machine, value: Given, args: Args) -> Given:
    """After `option(key, value)`."""
    key: object = args.get(0, "key")
    if not isinstance(key, str):
        return value
    told: object = args.get(1, "value")
    marks = (*value.marks, *evolution.of_option(machine, key, told, args.line))
    return value.with_(options={**value.options, str(key): told}, marks=marks)


def with_options(machine: Machine, value: Given, args: Args) -> Given:
    """After `options(...)`, or after any other call whose keyword arguments are options."""
    marks = (*value.marks, *evolution.of_options(machine, args.keywords, args.line))
    return value.with_(options={**value.options, **args.keywords}, marks=marks)
