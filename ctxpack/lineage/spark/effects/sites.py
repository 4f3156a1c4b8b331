"""Records reads and writes of datasets: resolves the value of a name to datasets and places."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ctxpack.datamodel import algebra as to
from ctxpack.datamodel.lineage import DatasetKind, Declaration, Evolution, PlannedWrite, ReadSite
from ctxpack.lineage.spark.effects import evolution
from ctxpack.lineage.spark.operations import operators
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.state.stack import Place
from ctxpack.lineage.spark.values import templates
from ctxpack.lineage.spark.values.tables import Builder, Frame, Mark
from ctxpack.lineage.spark.values.texts import HOLE, Text, is_known, shown
from ctxpack.lineage.spark.values.uncertain import Either, Unknown, options
from ctxpack.model import Column, Unresolved

Form = Literal["table", "path", "jdbc", "kafka", "stream"]
"""The kind of name of a dataset: a catalog table, a file path, a JDBC table, a Kafka topic, another stream source."""

_QUOTED_PATH = re.compile(r"(?:delta|parquet|csv|json|orc|text|avro|iceberg)\.[`'\"]([^`'\"]+)[`'\"]", re.IGNORECASE)
_SCHEME = re.compile(r"^[a-zA-Z][\w+.-]*://")
_PARTITION = re.compile(r"(?:/[\w-]+=[^/]*)+$")
_EXTENSION = re.compile(r"\.\w{2,8}$")
_PART = re.compile(r"/(?:file|data|part[-_\w.]*|output)\.(?:parquet|orc|avro)$")
_UNKNOWN = re.compile(r"\{[^{}/]*\}|" + HOLE.pattern)
_WORD = re.compile(r"\w")
_NO_NAME = re.compile(r"[\s()=;,]")
_KINDS: dict[Form, DatasetKind] = {
    "table": "table", "path": "path", "jdbc": "table", "kafka": "topic", "stream": "stream",
}  # fmt: skip
_PREFIXES = {"jdbc": "jdbc:", "kafka": "kafka:"}
_MOST_NAMES = 60
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Named:
    """The resolved name of a dataset, its confidence, and the run parameters that it comes from (`given`)."""

    name: str
    confidence: float
    given: str = ""


def dataset_name(text: str, form: Form) -> str:
    """The name of a dataset as recorded, with unknown parts in braces."""
    name = shown(text).strip()
    quoted = _QUOTED_PATH.fullmatch(name)
    if quoted is not None:
        return quoted[1].rstrip("/") or "/"
    if form == "path":
        return _path(name)
    plain = name.translate(str.maketrans("", "", '`"[]')).lower()
    return _PREFIXES.get(form, "") + plain.removeprefix("live.")


def _path(name: str) -> str:
    """A normalised path: without doubled slashes and without the partition at its end."""
    scheme = _SCHEME.match(name)
    begin = scheme[0] if scheme is not None else ""
    rest = name[len(begin) :]
    if begin == "file://":
        begin = ""
    plain = _whole(re.sub(r"/{2,}", "/", rest).rstrip("/"), bucket=bool(begin))
    if not begin and ("./" in plain or plain.endswith("..")):
        plain = posixpath.normpath(plain)
    return f"{begin}{plain}" or "/"


def _whole(path: str, *, bucket: bool) -> str:
    """A path without partition folders at its end ("day=1"), and without the name of a part file.

    They are kept where nothing else would be left but a bucket or unknown parts.
    """
    for pattern in (_PARTITION, _PART):
        shorter = pattern.sub("", path)
        left = [one for one in _UNKNOWN.sub("", shorter).split("/")[int(bucket) :] if _WORD.search(one)]
        path = shorter if left else path
    return path


def says_something(text: str, form: Form) -> bool:
    """Whether enough of a name is known to identify a dataset."""
    scheme = _SCHEME.match(text) if form == "path" else None
    rest = text[scheme.end() :] if scheme is not None else text
    rest = HOLE.sub("", _whole(rest.rstrip("/"), bucket=scheme is not None) if form == "path" else text)
    if form == "path":
        rest = _EXTENSION.sub("", rest) if HOLE.search(text) else rest
    elif _NO_NAME.search(rest.strip()):
        return False
    return _WORD.search(rest) is not None


def texts(value: object, depth: int = 0) -> Iterator[Text | Unknown]:
    """The alternatives of a value that are strings or unknown, also inside lists."""
    if depth > _DEEPEST:
        return
    if isinstance(value, Either):
        for one in value.options:
            yield from texts(one, depth + 1)
    elif isinstance(value, (list, tuple)):
        for one in value[:_MOST_NAMES]:
            yield from texts(one, depth + 1)
    elif isinstance(value, Text):
        yield value
    elif isinstance(value, str):
        yield Text(value)
    elif value is not None:
        yield Unknown(operators.hint_of(value))


@dataclass(frozen=True, slots=True, eq=False)
class Mention:
    """What a call tells of the datasets that it reads or writes: the value that names them, and the form of that name.

    `evidence` names the call, and `line` is its line.
    """

    value: object
    form: Form
    evidence: str
    line: int


def named(machine: Machine, mention: Mention) -> list[tuple[Named, Place]]:
    """The datasets that a value names, each with its place; values that name none are recorded as unresolved."""
    value, form, line = mention.value, mention.form, mention.line
    found: list[tuple[Named, Place]] = []
    several = isinstance(value, Either) and sum(isinstance(one, Text) for one in value.options) > 1
    missed: list[str] = []
    for text in texts(value):
        if isinstance(text, Unknown):
            missed.append(text.hint or "value")
            continue
        text = templates.symbolic(text)  # noqa: PLW2901
        if not says_something(text, form):
            missed.append(shown(text) or "empty name")
        else:
            place = machine.stack.place(text, line)
            found.append((Named(dataset_name(text, form), _confidence(text, place, several), text.given), place))
    if not found and (missed or value is None):
        said = missed[0] if missed else "no name"
        place = machine.stack.place(None, line)
        machine.recorder.miss(
            Unresolved(place.path, place.line, f"{mention.evidence}({said})", "the name is not known")
        )
    return found


def _confidence(text: Text, place: Place, several: bool) -> float:
    if several:
        return 0.5
    if not is_known(text):
        return 0.7
    if place.followed:
        return 0.9
    return 0.95 if text.folded or text.soft else 1.0


def because(evidence: str, given: str) -> str:
    """The evidence of a site, with the run parameters that its name comes from and their place."""
    return f"{evidence} with {given}" if given else evidence


def _because(evidence: str, place: Place, given: str) -> str:
    evidence = because(evidence, given)
    if place.inherited:
        return f"{evidence} by {place.inherited}"
    return f"{evidence} in a function called here" if place.followed else evidence


def read(
    machine: Machine,
    mention: Mention,
    *,
    schema: Sequence[Column] = (),
    api: str = "spark",
    stream: bool = False,
    marks: tuple[Mark, ...] = (),
) -> Frame:
    """Record a read and give the frame of its rows; `marks` are options by which it adopts new columns.

    Several datasets in a list give their union; several alternatives of the name, an opaque frame over them.
    """
    value, form, evidence, line = mention.value, mention.form, mention.evidence, mention.line
    plans: list[to.PlanTree] = []
    machine.budget.step(3)
    if form == "table":
        view = _view(machine, value)
        if view is not None:
            return view
    for one, place in named(machine, mention):
        said = _because(evidence, place, one.given)
        machine.recorder.read(ReadSite(one.name, place.path, place.line, one.confidence, said))
        if marks:
            machine.evolving[one.name] = marks[0]
        from_file = form in ("path", "kafka") or (form == "jdbc" and api == "spark")
        plans.append(to.Scan(one.name, place.line, tuple(schema), from_file, one.confidence, said, place.path))
    if not plans:
        return Frame(to.Opaque((), f"{evidence} of an unknown name", line, tuple(schema)), api, known=False)
    if len(plans) == 1:
        return Frame(plans[0], api, stream=stream)
    if isinstance(value, Either):
        return Frame(to.Opaque(tuple(plans), "one of several datasets", line, keeps=True), api, len(plans))
    return Frame(to.SetOperation(tuple(plans), "union", by_name=True), api, len(plans), stream=stream)


def _view(machine: Machine, value: object) -> Frame | None:
    """The frame of a temporary view or pipeline view, which may be declared later; None if there is none."""
    for text in texts(value):
        key = _key(text).removeprefix("live.")
        if key in machine.pipelines.later and key not in machine.process.views:
            machine.pipelines.later[key]()
        found = machine.process.views.get(key, machine.pipelines.views.get(key))
        if isinstance(found, Frame):
            machine.recorder.inline(key)
            return found
    return None


def _key(text: object) -> str:
    return shown(text).strip('`" ').lower() if isinstance(text, Text) else ""


def write(
    machine: Machine,
    mention: Mention,
    frame: object,
    mode: str,
    *,
    adds: bool = False,
    positional: bool = False,
    engine: str = "spark",
    kind: DatasetKind | None = None,
    marks: tuple[Mark, ...] = (),
    declared: bool = False,
) -> None:
    """Record a write of a frame, or of each of its alternatives, to the datasets that are mentioned.

    `marks` are options that let the schema evolve; a `declared` pipeline dataset adopts new columns of its sources.
    """
    machine.budget.step(3)
    unknown = Frame(to.Opaque((), "unknown rows", mention.line))
    frames = [one for one in options(frame) if isinstance(one, Frame)] or [unknown]
    for one, place in named(machine, mention):
        said = _because(mention.evidence, place, one.given)
        for source in frames:
            machine.recorder.write(
                PlannedWrite(
                    one.name, source.plan, place.path, place.line, engine, kind or _KINDS[mention.form],
                    mode or "overwrite", one.confidence, said, adds, positional=positional,
                )
            )  # fmt: skip
            for mark in evolution.of_write(machine, source, mode, marks, declared=declared):
                machine.recorder.evolve(Evolution(one.name, mark.option, mark.path, mark.line))


def declare(machine: Machine, value: object, form: Form, table: Builder, line: int) -> None:
    """Record a table that a program declares with its columns."""
    for one, place in named(machine, Mention(value, form, "DeltaTable.create", line)):
        machine.recorder.declare(
            Declaration(one.name, "table", table.columns, (), place.path, place.line, "delta", table.doc)
        )
