"""What a write is made of, taken from Spark's analyzed plan by `java/PlanReader.java`."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pyspark.sql import DataFrame, SparkSession

DAY = re.compile(r"/\d{4}-\d{2}-\d{2}(?=/|$)")


@dataclass
class Recorder:
    """All writes of a run. `job` is the file that runs now, `landing` the directory that is the landing zone."""

    spark: SparkSession
    landing: str
    job: str = ""
    writes: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)

    def frame(self, kind: str, target: str, frame: DataFrame, names: Sequence[str] = ()) -> None:
        """A frame that is written; `names` are the target's columns where the write goes by position."""
        self.plan(kind, target, frame._jdf.queryExecution().analyzed(), names)

    def plan(self, kind: str, target: str, plan: Any, names: Sequence[str] = ()) -> None:
        """An analyzed plan whose rows are written."""
        self._keep(kind, target, json.loads(self._reader().read(plan)), names)

    def merge(self, target: str, plan: Any) -> None:
        """An analyzed MERGE INTO."""
        self._keep("MERGE INTO", target, json.loads(self._reader().readMerge(plan)))

    def _reader(self) -> Any:
        return self.spark._jvm.standin.PlanReader

    def _keep(self, kind: str, target: str, told: dict[str, Any], names: Sequence[str] = ()) -> None:
        """Of several writes of one kind by one job to one table the last counts: it has what arrived late."""
        columns = [{**one, "name": name} for one, name in zip(told["columns"], names or _names(told), strict=True)]
        self.writes[self.job, kind, short(target)] = {
            "job": self.job,
            "kind": kind,
            "target": short(target),
            "sources": sorted(map(self._dataset, told["datasets"])),
            "column_lineage": {one["name"]: sorted(map(self._column, one["from"])) for one in columns},
            "schema": [{key: one[key] for key in ("name", "type", "nullable", "never_null")} for one in columns],
            **({"unknown_leaves": told["unknown"]} if told["unknown"] else {}),
        }

    def _column(self, name: str) -> str:
        dataset, _, column = name.rpartition("::")
        return f"{self._dataset(dataset)}::{column}"

    def _dataset(self, name: str) -> str:
        """A table as it is, and a path of the landing zone by its template."""
        _, found, path = name.partition(self.landing)
        return "{landing}" + DAY.sub("/{day}", path.rstrip("/")) if found else name


def _names(told: dict[str, Any]) -> list[str]:
    return [one["name"] for one in told["columns"]]


def short(name: str) -> str:
    """A table's name without its catalog."""
    return ".".join(name.replace("`", "").split(".")[-2:])
