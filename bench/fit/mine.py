"""Makes cases of what public histories changed: a commit's message as the task, what it touched as the answer.

    python bench/fit/mine.py --mirrors DIR [--repositories bench/fit/repositories.txt] [--each 24] > CASES.jsonl

DIR holds bare clones as OWNER+NAME/repo. Of the latest commits of each, those are left out whose message says that they
are releases, merges, reverts, or about dependencies, documentation or formatting, and those that touch too much or too
little; of the rest, evenly spaced ones are taken. A case is one line of JSON like those that `bench/ranking.py` reads,
but for what wants the files' roles and definitions: `gold_files` holds all modified files, and `hunks` the touched
lines, in the numbering before the change. `features.py` keeps of these what is source and finds the symbols.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

_LATEST = 1500
_MOST_FILES = 14
_LONGEST_TASK = 4000
_NOT_WORK = re.compile(
    r"^\W*(?:merge|revert|release|bump|version|v?\d+[.]\d+|prepare|changelog|prep\b|backport|sync\b|init|wip\b"
    r"|(?:chore|build|ci|docs?|test|tests|style|typos?|deps|release)\b\s*[(:!\]/]"
    r"|(?:update|upgrade|pin|fix)\b.{0,20}\b(?:dependenc|deps|readme|changelog|version|docs?\b|typos?|lint|ci\b|copyright)"
    r"|(?:format|reformat|lint|prettier|black|typos?|spelling|javadoc|bump|rustfmt|docs?)\b)",
    re.IGNORECASE,
)
_TRAILERS = re.compile(r"^[\w-]+-by:.*$|^change-id:.*$|^git-svn-id:.*$", re.IGNORECASE | re.MULTILINE)
_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+", re.MULTILINE)


def git(mirror: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(mirror), *arguments], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


def candidates(mirror: Path) -> list[tuple[str, str, str, list[str]]]:
    """(commit, parent, message, modified files) of the commits that look like work, newest first."""
    arguments = ["log", "--no-merges", f"--max-count={_LATEST}", "--no-renames", "--diff-filter=M", "--name-only", "-z"]
    out = git(mirror, *arguments, "--format=format:%x01%H %P%x02%B%x02", "HEAD")
    found = []
    for record in out.split("\x01")[1:]:
        ids, message, names = record.split("\x02")
        paths = [path for path in re.split(r"[\0\n]", names) if path]
        commit, _, parents = ids.partition(" ")
        message = _TRAILERS.sub("", message).strip()
        title = message.partition("\n")[0]
        if parents and 1 <= len(paths) <= _MOST_FILES and len(title.split()) >= 4 and not _NOT_WORK.match(title):
            found.append((commit, parents.split()[0], message[:_LONGEST_TASK], paths))
    return found


def hunks(mirror: Path, parent: str, commit: str) -> dict[str, list[tuple[int, int]]]:
    """The lines that a commit replaces or removes, and those around what it inserts, by file."""
    out = git(mirror, "diff", "-U0", "--no-color", "--no-ext-diff", "--no-renames", "--diff-filter=M", parent, commit)
    spans: dict[str, list[tuple[int, int]]] = {}
    for part in re.split(r"^diff --git ", out, flags=re.MULTILINE)[1:]:
        name = re.search(r"^--- a/(.+)$", part, re.MULTILINE)
        if name:
            spans[name[1].rstrip("\t")] = [
                (int(first), int(first) + int(count or 1) - 1) for first, count in _HUNK.findall(part)
            ]
    return spans


def mined(mirrors: Path, repository: str, each: int) -> Iterator[dict[str, object]]:
    mirror = mirrors / repository.replace("/", "+") / "repo"
    found = candidates(mirror)
    for place in range(min(each, len(found))):
        commit, parent, message, paths = found[place * len(found) // min(each, len(found))]
        yield {
            "id": f"{repository.replace('/', '__')}-{commit[:10]}",
            "repo": repository,
            "base": parent,
            "query": message,
            "gold_files": paths,
            "hunks": hunks(mirror, parent, commit),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirrors", type=Path, required=True)
    parser.add_argument("--repositories", type=Path, default=Path(__file__).with_name("repositories.txt"))
    parser.add_argument("--each", type=int, default=24)
    arguments = parser.parse_args()
    for repository in arguments.repositories.read_text().split():
        for case in mined(arguments.mirrors, repository, arguments.each):
            print(json.dumps(case))


if __name__ == "__main__":
    main()
