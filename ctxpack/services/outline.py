"""The outline of a repository: the signatures in its most-used files, the same for every task.

It comes first in a prompt, so that packs for different tasks share a longer prefix, which a host's prefix cache can
keep. It takes room from what the task needs, and so it is optional.
"""

from __future__ import annotations

from collections import defaultdict

from ctxpack.model import FileFacts
from ctxpack.pack.assemble import Listed
from ctxpack.pack.compose import compose, merged
from ctxpack.paths import on_one_line
from ctxpack.workspace import Workspace

OUTLINE = "(outline of the repository)"
"""The name of the document, used in place of a path."""

_CHARACTERS = 8
"""Characters per token, above what code has in any language, so that enough files are read to fill the room."""

_LINES = 600
_USES = frozenset({"references", "imports", "inherits", "refs", "reads", "includes"})
_ROLES = frozenset({"source", "schema"})


def outline(workspace: Workspace, room: int) -> Listed:
    """The outlines of the repository's files, most-used first, as many as `room` tokens may hold."""
    lines: list[str] = []
    left = room * _CHARACTERS
    for path in _by_use(workspace):
        if left <= 0:
            break
        facts = workspace.facts(path)
        if facts.outline:
            found = [on_one_line(path), *_outline(workspace.read(path), facts)]
            lines += found
            left -= sum(len(line) + 1 for line in found)
    return Listed(OUTLINE, lines, "outlines of the files that most others use", role="map")


def _by_use(workspace: Workspace) -> list[str]:
    """The code files sorted by how many other files use them; tests are neither listed nor counted as users."""
    users: dict[str, set[str]] = defaultdict(set)
    for edge in workspace.edges:
        if edge.kind in _USES and edge.source not in workspace.tests:
            users[edge.target].add(edge.source)
    known = (path for path in workspace.parsed if workspace.files[path].role in _ROLES)
    return sorted(known, key=lambda path: (-len(users.get(path, ())), path))


def _outline(text: str, facts: FileFacts) -> list[str]:
    """The first lines of a file's outline, at most `_LINES`."""
    lines = text.removesuffix("\n").split("\n")
    shown = compose(lines, merged(facts.outline, len(lines))).split("\n")
    more = len(shown) - _LINES
    return shown if more <= 0 else [*shown[:_LINES], f"(and {more:,} more lines of outline)"]
