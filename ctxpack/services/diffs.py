"""Maps a diff to definitions: those that its changed lines belong to, and the users of what it removes.

A diff has only line numbers. Changed definitions are found in a view of the repository with the change applied, removed
ones in a view from before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ctxpack.graph.edges import symbol_id
from ctxpack.graph.impact import Arrival, Place, touched, whole
from ctxpack.model import Change, Edge
from ctxpack.workspace import Workspace


def places(changes: Iterable[Change], workspace: Workspace, before: Workspace | None = None) -> list[Place]:
    """The files and definitions that the changed lines belong to.

    A renamed file counts as changed as a whole, and so does one without known lines. A definition whose text is the
    same in `before`, a view from before the change, does not count as changed.
    """
    found: list[Place] = []
    for change in changes:
        if change.path in workspace.files:
            found.extend(_touched(change, workspace, before))
    return found


def _touched(change: Change, workspace: Workspace, before: Workspace | None) -> list[Place]:
    facts = workspace.facts(change.path)
    if not change.spans or change.status == "renamed":
        return whole(change.path, facts)
    inside = list(touched(facts, change.spans, workspace.text(change.path)))
    if before is not None and _differs(change.path, before, workspace):
        inside = _different(inside, change.path, before, workspace)
        if not inside and _gone(change.path, before, workspace):
            return []
    return [(change.path, index) for index in inside or (-1,)]


def _differs(path: str, before: Workspace, after: Workspace) -> bool:
    """Whether both views have the file, with different content; it is the same where a diff was not applied."""
    return path in before.files and before.files[path].digest != after.files[path].digest


def _different(inside: list[int], path: str, before: Workspace, after: Workspace) -> list[int]:
    """Those of the definitions `inside` whose text changed, and the definitions nested in them.

    A diff anchors removed lines at the line before them, which may be the last of a definition that did not change.
    """
    known = set(_texts(path, before))
    texts, definitions = _texts(path, after), after.facts(path).definitions
    kept: list[int] = []
    for index in inside:
        if index < 0 or definitions[index].parent in kept or texts[index] not in known:
            kept.append(index)
    return kept


def _texts(path: str, workspace: Workspace) -> list[tuple[str, tuple[str, ...]]]:
    """The qualified name and the lines of each definition of a file."""
    lines = workspace.text(path).split("\n")
    return [(one.qualname, tuple(lines[one.span[0] - 1 : one.span[1]])) for one in workspace.facts(path).definitions]


def removed(changes: Sequence[Change], before: Workspace, after: Workspace) -> list[Arrival]:
    """The uses of removed files and definitions by code that is still there.

    `before` and `after` are views of the same repository without and with the change.
    """
    paths = {change.path for change in changes}
    if any(change.status == "renamed" for change in changes):
        paths.update(path for path in before.files if path not in after.files)
    gone = {(path, index) for path in sorted(paths) for index in _gone(path, before, after)}
    if not gone:
        return []
    holders = {path for path, _ in gone}
    users = holders | {edge.source for edge in before.edges if edge.target in holders}
    found: list[Arrival] = []
    for user, links in before.links_of(sorted(user for user in users if user in after.parsed)).items():
        definitions = before.facts(user).definitions
        present = {one.qualname: index for index, one in enumerate(after.facts(user).definitions)}
        for link in links:
            if (link.target, link.symbol) not in gone or (user, link.scope) in gone:
                continue
            scope = present.get(definitions[link.scope].qualname, -1) if link.scope >= 0 else -1
            target = _id(before, link.target, link.symbol)
            source = _id(after, user, scope)
            edge = Edge(source, target, link.kind, link.line, link.origin, link.confidence)
            found.append(Arrival((user, scope), edge))
    return found


def _gone(path: str, before: Workspace, after: Workspace) -> list[int]:
    """The definitions of a file in `before` that are missing in `after`; all, and -1 for the file, if it is gone."""
    if path not in before.files:
        return []
    definitions = before.facts(path).definitions
    if path not in after.files:
        return [-1, *range(len(definitions))]
    present = {one.qualname for one in after.facts(path).definitions}
    return [index for index, one in enumerate(definitions) if one.qualname not in present]


def _id(workspace: Workspace, path: str, symbol: int) -> str:
    return symbol_id(path, workspace.facts(path).definitions[symbol].qualname) if symbol >= 0 else path
