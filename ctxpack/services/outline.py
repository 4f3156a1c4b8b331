"""The outline of a repository: the signatures of its most-used files, the same whatever the task.

It stands at the front of a prompt, so that packs for different tasks begin with more of the same bytes and a host's
prefix cache has more to keep. It takes room from what the task needs, and so it is only there where it is asked for.
"""

from __future__ import annotations

from collections import defaultdict

from ctxpack.model import FileFacts
from ctxpack.pack.assemble import Listed
from ctxpack.pack.compose import compose, merged
from ctxpack.workspace import Workspace

OUTLINE = "(outline of the repository)"
"""The name of the document."""

_CHARACTERS = 8
"""More characters than a token of code has in any language, so that enough is read to fill a number of tokens."""

_LINES = 600
_USES = frozenset({"references", "imports", "inherits", "refs", "reads", "includes"})
_ROLES = frozenset({"source", "schema"})


def outline(workspace: Workspace, room: int) -> Listed:
    """The outlines of the repository's files, those that most others use first, as many as `room` tokens may hold."""
    lines: list[str] = []
    left = room * _CHARACTERS
    for path in _by_use(workspace):
        if left <= 0:
            break
        facts = workspace.facts(path)
        if facts.outline:
            found = [path, *_outline(workspace.read(path), facts)]
            lines += found
            left -= sum(len(line) + 1 for line in found)
    return Listed(OUTLINE, lines, "outlines of the files that most others use", role="map")


def _by_use(workspace: Workspace) -> list[str]:
    """The files of code, by how many others use them; tests neither count nor are counted."""
    users: dict[str, set[str]] = defaultdict(set)
    for edge in workspace.edges:
        if edge.kind in _USES and edge.source not in workspace.tests:
            users[edge.target].add(edge.source)
    known = (path for path in workspace.parsed if workspace.files[path].role in _ROLES)
    return sorted(known, key=lambda path: (-len(users.get(path, ())), path))


def _outline(text: str, facts: FileFacts) -> list[str]:
    """The lines of a file's outline, the first of them where they are many."""
    lines = text.removesuffix("\n").split("\n")
    shown = compose(lines, merged(facts.outline, len(lines))).split("\n")
    more = len(shown) - _LINES
    return shown if more <= 0 else [*shown[:_LINES], f"(and {more:,} more lines of outline)"]
