"""Formats results of other parts as answers: schemas, lineage, impact and rankings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ctxpack.agents.answer import Answer, Entry, Meter, Question, Shrinking
from ctxpack.datamodel.lineage import Lineage, TableSchema
from ctxpack.graph.impact import Impact
from ctxpack.lineage.answers import export
from ctxpack.model import Ranking
from ctxpack.rank.reasons import explain

_CHANGED = 10


def schema_answer(tables: Sequence[TableSchema], meter: Meter, *, offset: int = 0) -> Answer:
    """Tables as `ctxpack schema` gives them; a table that is too large is cut to its first columns."""
    entries = export.schema_document(tables)["tables"]
    shrinking = Shrinking(_columns_of, _first_columns)
    return meter.answer(Question("schema", {}, "tables", entries, "tables", offset, shrinking=shrinking))


def _columns_of(entry: Entry) -> int:
    assert not isinstance(entry, str)
    return len(entry["columns"])


def _first_columns(entry: Entry, parts: int) -> tuple[Entry, str]:
    assert not isinstance(entry, str)
    columns = entry["columns"]
    smaller = {**entry, "columns": columns[:parts], "history": [], "read_by": [], "complete": False}
    missing = len(columns) - parts
    return smaller, f"{missing:,} of {len(columns):,} columns of {entry['name']}, its history and its readers"


def lineage_answer(found: Lineage, meter: Meter, *, offset: int = 0) -> Answer:
    """The edges between datasets (and columns), as `ctxpack lineage` gives them."""
    document = export.lineage_document(found)
    entries = [{"edge": "dataset", **edge} for edge in document["edges"]]
    entries += [{"edge": "column", **edge} for edge in document["column_edges"]]
    head = {"datasets": len(found.datasets)}
    lost = len(found.unresolved)
    notes = [f"{lost:,} places read or write a dataset that could not be determined"] if lost else []
    return meter.answer(Question("lineage", head, "edges", entries, "edges", offset, notes))


def impact_answer(found: Impact, meter: Meter, *, offset: int = 0) -> Answer:
    """What a change reaches, nearest first, each with the last edge of the path to it."""
    entries = [
        {
            "path": one.path, "symbol": one.symbol, "line": one.line, "kind": one.kind, "test": one.test,
            "distance": one.distance, "confidence": round(one.confidence, 3), "because": one.because,
        }
        for one in found.reached
    ]  # fmt: skip
    head = {"changed": list(found.changed[:_CHANGED]), "changed_count": len(found.changed)}
    return meter.answer(Question("impact", head, "reached", entries, "places", offset))


def rank_answer(ranking: Ranking, meter: Meter, *, symbols: bool, offset: int = 0) -> Answer:
    """Files or symbols by how likely a change edits them, each with its strongest reasons in words."""
    ranked = ranking.symbols if symbols else ranking.files
    entries: Iterable[Mapping[str, Any]] = (
        {
            "path": one.path,
            **({"symbol": one.symbol, "line": one.line} if one.symbol else {}),
            "score": round(one.score, 3),
            "because": list(explain(one)),
        }
        for one in ranked
    )
    noun = "symbols" if symbols else "files"
    return meter.answer(Question("rank", {"of": noun}, noun, list(entries), noun, offset))
