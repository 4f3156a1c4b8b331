"""Answers on the neighbours of a definition or dataset: its users, and what it uses or is made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ctxpack.agents.answer import Answer, Meter, Question
from ctxpack.agents.symbols import places
from ctxpack.errors import TargetError
from ctxpack.model import Link
from ctxpack.paths import TABLE
from ctxpack.services import targets
from ctxpack.workspace import Workspace

if TYPE_CHECKING:
    from ctxpack.datamodel.lineage import Use
    from ctxpack.lineage.flow.columns import Flow
    from ctxpack.lineage.flow.producers import Producer

Place = tuple[str, int]
_SITES = 5


def references(workspace: Workspace, flow: Flow | None, name: str, meter: Meter, *, offset: int = 0) -> Answer:
    """The users of a definition, a file or a table, with the line of each use.

    `name` is `path::symbol`, a bare name, a path, or `table:NAME`. Raises TargetError for an unknown name.
    """
    found: dict[tuple[str, int, str], Mapping[str, Any]] = {}
    # One line may be found twice: an import is a reference too, and SQL that reads a table also names it.
    for use in (*_data_uses(workspace, flow, name), *_uses(workspace, name)):
        found.setdefault((use["path"], use["line"], use["in"]), use)
    entries = [found[key] for key in sorted(found)]
    return meter.answer(Question("find_references", {"name": name}, "references", entries, "references", offset))


def upstream(
    workspace: Workspace, flow: Flow | None, name: str, depth: int, meter: Meter, *, offset: int = 0
) -> Answer:
    """The datasets that a dataset is made from, or the definitions that a definition uses, within `depth` steps.

    Nearest first. A bare name of both a dataset and a definition means the dataset. Raises TargetError for an unknown
    name.
    """
    bare = name.removeprefix(TABLE)
    dataset = flow.find(bare) if flow is not None else None
    if flow is not None and dataset is not None:
        entries = list(_made_from(flow, dataset, depth))
        return meter.answer(Question("upstream", {"name": dataset}, "upstream", entries, "datasets", offset))
    if name.startswith(TABLE):
        raise TargetError(f"no dataset {bare!r} is known here")
    entries = list(_used_by(workspace, places(name, workspace), depth))
    return meter.answer(Question("upstream", {"name": name}, "upstream", entries, "definitions", offset))


# --- uses -------------------------------------------------------------------------------------------------------------


def _uses(workspace: Workspace, name: str) -> Iterator[Mapping[str, Any]]:
    wanted = _wanted(workspace, name)
    holders = {path for path, _ in wanted}
    whole = {path for path, index in wanted if index < 0}
    users = sorted(holders | {edge.source for edge in workspace.edges if edge.target in holders})
    for path, links in workspace.links_of(users).items():
        for link in links:
            to_whole = link.target in whole and path != link.target
            if to_whole or (link.target, link.symbol) in wanted:
                yield _use(workspace, path, link)


def _wanted(workspace: Workspace, name: str) -> set[Place]:
    if name.startswith(TABLE):
        try:
            return set(places(name, workspace))
        except TargetError:
            return set()
    if "::" not in name and (name in workspace.files or "/" in name):
        return {(path, -1) for path in targets.resolve([name], workspace).paths}
    return set(places(name, workspace))


def _use(workspace: Workspace, path: str, link: Link) -> Mapping[str, Any]:
    definitions = workspace.facts(path).definitions
    return {
        "path": path, "line": link.line, "in": definitions[link.scope].qualname if link.scope >= 0 else "",
        "kind": link.kind, "text": _line(workspace, path, link.line), "test": workspace.files[path].role == "test",
        "origin": link.origin, "confidence": round(link.confidence, 3),
    }  # fmt: skip


def _data_uses(workspace: Workspace, flow: Flow | None, name: str) -> Iterator[Mapping[str, Any]]:
    """The places that read and write a dataset."""
    if not name.startswith(TABLE):
        return
    bare = name.removeprefix(TABLE)
    found = flow.find(bare) if flow is not None else None
    if flow is None or found is None:
        places(name, workspace)
        return
    for writer in flow.producers.get(found, ()):
        yield _site(workspace, "writes", writer)
    for reader in flow.readers.get(found, ()):
        yield _site(workspace, "reads", reader)


def _site(workspace: Workspace, kind: str, one: Producer | Use) -> Mapping[str, Any]:
    return {
        "path": one.path, "line": one.line, "in": "", "kind": kind, "text": _line(workspace, one.path, one.line),
        "test": one.path in workspace.files and workspace.files[one.path].role == "test", "origin": one.evidence,
        "confidence": round(one.confidence, 3),
    }  # fmt: skip


def _line(workspace: Workspace, path: str, number: int) -> str:
    lines = workspace.text(path).split("\n") if path in workspace.files else []
    return lines[number - 1].strip()[:200] if 0 < number <= len(lines) else ""


# --- upstream ---------------------------------------------------------------------------------------------------------


def _made_from(flow: Flow, name: str, depth: int) -> Iterator[Mapping[str, Any]]:
    """A dataset and those upstream of it, each with its sources and the places that make it."""
    distance = flow.around([name], "upstream", depth)
    for one in sorted(distance, key=lambda found: (distance[found], found)):
        dataset = flow.datasets[one]
        made = [
            {"path": use.path, "line": use.line, "evidence": use.evidence, "confidence": round(use.confidence, 3)}
            for use in flow.producers.get(one, ())[:_SITES]
        ]
        yield {
            "dataset": one, "kind": dataset.kind, "layer": dataset.layer, "distance": distance[one],
            "path": dataset.path, "line": dataset.line, "made_from": list(flow.upstream.get(one, ())), "made_at": made,
        }  # fmt: skip


def _used_by(workspace: Workspace, starts: Iterable[Place], depth: int) -> Iterator[Mapping[str, Any]]:
    """The definitions that some definitions use, step by step up to `depth`, with the first places of use."""
    seen: set[Place] = set()
    frontier = list(starts)
    for place in frontier:
        seen.update(_inside(workspace, place))
    for distance in range(1, depth + 1):
        used: dict[Place, list[str]] = {}
        links = workspace.links_of(sorted({path for path, _ in frontier}))
        for place in frontier:
            inside = _inside(workspace, place)
            for link in links.get(place[0], ()):
                goal = (link.target, link.symbol)
                if (place[0], link.scope) in inside and link.symbol >= 0 and goal not in seen:
                    used.setdefault(goal, []).append(f"{place[0]}:{link.line}")
        for path, index in sorted(used):
            one = workspace.facts(path).definitions[index]
            yield {
                "path": path, "symbol": one.qualname, "kind": one.kind, "line": one.line, "distance": distance,
                "signature": one.signature, "used_at": list(dict.fromkeys(used[path, index]))[:_SITES],
            }  # fmt: skip
        seen.update(used)
        frontier = sorted(used)


def _inside(workspace: Workspace, place: Place) -> set[Place]:
    """A definition and those nested in it."""
    definitions = workspace.facts(place[0]).definitions
    found = {place[1]}
    for index, one in enumerate(definitions):
        if one.parent in found and index > place[1]:
            found.add(index)
    return {(place[0], index) for index in found}
