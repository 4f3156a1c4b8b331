"""The order of the files in a family, where their paths do not state it."""

from __future__ import annotations

from collections.abc import Sequence

from ctxpack.lineage.families.family import File, created
from ctxpack.lineage.families.places import natural


def by_need(files: Sequence[File]) -> list[File]:
    """The files in the order given, except that each comes after those that create the tables it alters."""
    maker: dict[str, str] = {}
    for path, facts in files:
        for table in created(facts):
            maker.setdefault(table, path)
    facts_of = dict(files)
    ordered: dict[str, None] = {}

    def visit(path: str, above: tuple[str, ...]) -> None:
        if path in ordered or path in above or len(above) > 50:
            return
        needed = {maker.get(name, path) for step in facts_of[path].steps for name in _needed(step.table, step.like)}
        for other in sorted(needed - {path}, key=natural):
            visit(other, (*above, path))
        ordered[path] = None

    for path, _ in files:
        visit(path, ())
    return [(path, facts_of[path]) for path in ordered]


def _needed(table: str, like: str) -> list[str]:
    return [table, *(part.strip() for part in like.split(",") if part.strip())]


def by_parents(files: Sequence[File]) -> list[File]:
    """Migrations in topological order, each after its parents; otherwise by path, those without parents first."""
    of_revision = {facts.revision: (path, facts) for path, facts in files if facts.revision}
    ordered: dict[str, File] = {}
    for path, facts in sorted(files, key=lambda file: (bool(file[1].parents), file[0])):
        # An explicit stack, since histories of thousands of steps would exceed the recursion limit.
        stack = [(path, facts)]
        entered: set[str] = set()
        while stack:
            current = stack[-1]
            needed = [
                of_revision[p] for p in current[1].parents if p in of_revision and of_revision[p][0] not in ordered
            ]
            if current[0] in ordered or current[0] in entered or not needed:
                ordered.setdefault(current[0], current)
                stack.pop()
            else:
                entered.add(current[0])
                stack.extend(reversed(needed))
    return list(ordered.values())
