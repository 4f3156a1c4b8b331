"""Makes cases for `bench/ranking.py` of mined changes: which definitions each edits, and which others it newly uses.

    python bench/fit/cases.py MINED.jsonl --mirrors DIR [--each 6] [--jobs 2] > CASES.jsonl

MINED.jsonl is what `mine.py` prints. Of each repository the first `--each` changes are kept that touch one to five
files of source or schemas. A definition is edited if it is the innermost around a changed line. It is newly used if an
added line names it and it stands in a file that the change leaves alone: both are read off ctxpack's own definitions
and links, of the repository after the change, so that what the links miss is not asked for. The same, of the edited
files themselves and not edited, are its own. Definitions that were not there before the change are left out, and so are
lists of more than 24 edited, of more than 12 used and of more than 20 own ones. The changed lines, and the tests that
are changed too, are told by their lines before the change.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mine import git

from ctxpack.api import Index
from ctxpack.model import Definition, Span
from ctxpack.store import Store

_MOST_FILES = 5
_MOST_EDITED = 24
_MOST_USED = 12
_MOST_OWN = 20
_SURE = 0.7
_SMALL = frozenset({"field", "variable", "key", "section", "module"})
"""Kinds of definitions that are no unit of an edit: what they stand in is."""

Case = Mapping[str, Any]
Place = tuple[str, str, int, int]
"""A definition: its path, qualified name, first line and last."""


def added_lines(mirror: Path, base: str, commit: str) -> dict[str, list[Span]]:
    """The lines that a commit adds or replaces, by file, in the numbering after it."""
    out = git(mirror, "diff", "-U0", "--no-color", "--no-ext-diff", "--no-renames", base, commit)
    found: dict[str, list[Span]] = {}
    for part in re.split(r"^diff --git ", out, flags=re.MULTILINE)[1:]:
        name = re.search(r"^\+\+\+ b/(.+)$", part, re.MULTILINE)
        if name:
            hunks = re.findall(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", part, re.MULTILINE)
            found[name[1].rstrip("\t")] = [(int(first), int(first) + int(n or 1) - 1) for first, n in hunks if n != "0"]
    return found


def edited(path: str, definitions: Sequence[Definition], hunks: Iterable[Span]) -> list[Place]:
    """The innermost definitions around the lines that change."""
    found = set()
    for first, last in hunks:
        for line in range(min(first, last), max(first, last) + 1):
            around = [one for one in definitions if one.kind not in _SMALL and one.span[0] <= line <= one.span[1]]
            if around:
                inner = min(around, key=lambda one: (one.span[1] - one.span[0], one.qualname))
                found.add((path, inner.qualname, *inner.span))
    return sorted(found)


def used(before: Index, after: Index, files: Sequence[str], added: Mapping[str, Sequence[Span]]) -> list[Place]:
    """The definitions that added lines name, where they stood before the change."""
    old, new = before._state.workspace, after._state.workspace
    named: dict[str, set[int]] = defaultdict(set)
    for path, links in new.links_of([path for path in files if path in added and path in new.parsed]).items():
        for link in links:
            sure = link.symbol >= 0 and link.kind != "imports" and link.confidence >= _SURE
            if sure and any(a <= link.line <= b for a, b in added[path]):
                named[link.target].add(link.symbol)
    facts = new.facts_of(sorted(named))
    names = {(path, facts[path].definitions[index].qualname) for path in facts for index in named[path]}
    known = old.facts_of(sorted(path for path in named if path in old.parsed))
    places: dict[tuple[str, str], Place] = {}
    for path in sorted(known):
        for one in known[path].definitions:
            if (path, one.qualname) in names and old.files[path].role in ("source", "schema"):
                places.setdefault((path, one.qualname), (path, one.qualname, *one.span))
    return sorted(places.values())


def made(case: Case, mirror: Path, store: Store) -> dict[str, Any] | None:
    """A mined change as a case; None where it touches no source, or too much of it."""
    commit = git(mirror, "rev-parse", case["id"].rpartition("-")[2]).strip()
    with Index.open(mirror, at=case["base"], store=store, workers=1) as before:
        workspace = before._state.workspace
        known = [path for path in case["gold_files"] if path in workspace.parsed]
        files = [path for path in known if workspace.files[path].role in ("source", "schema")]
        if not 1 <= len(files) <= _MOST_FILES:
            return None
        facts = workspace.facts_of(files)
        symbols = [one for path in files for one in edited(path, facts[path].definitions, case["hunks"].get(path, ()))]
        with Index.open(mirror, at=commit, store=store, workers=1) as after:
            named = used(before, after, files, added_lines(mirror, case["base"], commit))
        tests = [path for path in case["hunks"] if path in workspace.files and workspace.files[path].role == "test"]
    uses = [place for place in named if place[0] not in files]
    own = [place for place in named if place[0] in files and place not in symbols]
    kept = {key: case[key] for key in ("id", "repo", "base", "query")}
    return kept | {
        "gold_files": files,
        "gold_symbols": symbols if len(symbols) <= _MOST_EDITED else [],
        "used_definitions": uses if len(uses) <= _MOST_USED else [],
        "own_definitions": own if len(own) <= _MOST_OWN else [],
        "edited_lines": {path: case["hunks"][path] for path in files if path in case["hunks"]},
        "edited_tests": {path: case["hunks"][path] for path in sorted(tests)},
    }


def of_repository(task: tuple[Sequence[Case], Path, Path, int]) -> list[dict[str, Any]]:
    cases, mirrors, cache, each = task
    found: list[dict[str, Any]] = []
    with Store.open(cache) as store:
        for case in cases:
            if len(found) == each:
                break
            one = made(case, mirrors / case["repo"].replace("/", "+") / "repo", store)
            found += [one] if one else []
    return found


def by_repository(path: Path) -> Iterator[list[Case]]:
    found: dict[str, list[Case]] = defaultdict(list)
    for case in map(json.loads, path.read_text().splitlines()):
        found[case["repo"]].append(case)
    yield from found.values()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--mirrors", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path(".bench-cache"))
    parser.add_argument("--each", type=int, default=6)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    tasks = [(cases, arguments.mirrors, arguments.cache, arguments.each) for cases in by_repository(arguments.cases)]
    with multiprocessing.Pool(arguments.jobs) as pool:
        for part in pool.imap(of_repository, tasks, chunksize=1):
            for case in part:
                print(json.dumps(case), flush=True)


if __name__ == "__main__":
    main()
