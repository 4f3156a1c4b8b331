"""Lists the paths of each kind of view, before any file is opened.

Exceptions from git's ignore rules are made here: installed dbt packages and paths named by the caller are listed though
git ignores them; untracked directories that tools fill are not, though git does not ignore them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from ctxpack.crawl.contents.decode import decode
from ctxpack.crawl.git.blobs import Blobs
from ctxpack.crawl.git.commands import Git
from ctxpack.crawl.tree.disk import Disk
from ctxpack.crawl.tree.entries import Entry, Listing
from ctxpack.crawl.tree.ignore import Rules, why_tool_directory
from ctxpack.crawl.tree.walk import take_ignore_file, walk
from ctxpack.model import Problem, Skipped

OWN_IGNORE = ".ctxpackignore"
_GIT_IGNORE = ".gitignore"
_DBT_PROJECT = "dbt_project.yml"
_LONGEST_PROJECT = 1_000_000
_MOST_ASKED = 500
_INSTALL_PATH = re.compile(r"^(?:packages-install-path|modules-path)\s*:\s*[\"']?([\w./-]+)", re.MULTILINE)


def list_plain(root: Path, rules: Rules) -> Listing:
    """List a directory without git; `.gitignore` files in it apply all the same."""
    listing = walk(root, "", rules, (_GIT_IGNORE, OWN_IGNORE))
    return _with_packages(root, listing, rules, (_GIT_IGNORE, OWN_IGNORE))


def list_objects(
    git: Git, blobs: Blobs, commit: str | None, rules: Rules, only: frozenset[str] | None = None
) -> Listing:
    """List the tree of a commit, or the index (None) like a tree; or `only` these paths of it.

    With `only`, the repository's own ignore files are not applied.
    """
    # A command line is limited in length, so many paths are not passed to git but filtered afterwards.
    asked = sorted(only) if only is not None and len(only) <= _MOST_ASKED else ()
    if only is not None and not only:
        return Listing(())
    listing = git.staged_tree(asked) if commit is None else git.tree(commit, asked)
    if only is not None:
        kept = tuple(entry for entry in listing.entries if entry.path in only)
        return Listing(kept, tuple(skip for skip in listing.skipped if skip.path in only))
    return _with_own_rules(listing, blobs, rules)


def _with_own_rules(listing: Listing, blobs: Blobs, rules: Rules) -> Listing:
    problems: list[Problem] = []
    for entry in listing.entries:
        directory, _, name = entry.path.rpartition("/")
        if name == OWN_IGNORE and entry.kind == "file":
            try:
                problems += rules.add_file(directory, name, decode(blobs.read(entry.oid))[0])
            except OSError as error:
                problems.append(Problem(entry.path, f"the ignore file cannot be read: {error}"))
    return Listing(listing.entries, listing.skipped, tuple(problems))


def list_work_tree(git: Git, root: Path, rules: Rules) -> Listing:
    """List a git work tree: tracked files, untracked ones that are not ignored, and what `include` asks for by name."""
    found = git.work_tree()
    problems: list[Problem] = []
    for directory in _directories(entry.path for entry in found.entries):
        take_ignore_file(str(root), directory, OWN_IGNORE, rules, problems)
    entries, skipped = _without_tool_directories(root, found.entries, rules)
    ignored, unnamed = git.ignored()
    wanted, left = _requested(root, ignored, rules)
    entries.extend(wanted.entries)
    skipped += [*found.skipped, *unnamed, *wanted.skipped, *_ignored(git, left)]
    listing = Listing(tuple(entries), tuple(skipped), (*problems, *wanted.problems))
    return _with_packages(root, listing, rules, (OWN_IGNORE,))


def _directories(paths: Iterable[str]) -> list[str]:
    """Give every directory above the paths, the root included, parents first."""
    found = {""}
    for path in paths:
        directory = path.rpartition("/")[0]
        while directory not in found:
            found.add(directory)
            directory = directory.rpartition("/")[0]
    return sorted(found)


def _without_tool_directories(root: Path, entries: Iterable[Entry], rules: Rules) -> tuple[list[Entry], list[Skipped]]:
    """Remove untracked files in directories that tools fill; each such directory becomes one skip."""
    reasons: dict[str, str] = {"": ""}
    tools: dict[str, str] = {}

    def inside(directory: str) -> str:
        known = reasons.get(directory)
        if known is not None:
            return known
        parent, _, name = directory.rpartition("/")
        reason = inside(parent)
        if not reason and not rules.requested(directory):
            reason = _tool(root, directory, parent, name)
            if reason:
                tools[directory] = reason
        reasons[directory] = reason
        return reason

    kept = [entry for entry in entries if entry.tracked or not inside(entry.path.rpartition("/")[0])]
    return kept, [Skipped(path, reason) for path, reason in sorted(tools.items())]


def _tool(root: Path, directory: str, parent: str, name: str) -> str:
    return why_tool_directory(
        name,
        lambda marker: os.path.lexists(f"{root}/{directory}/{marker}"),
        lambda marker: os.path.lexists(f"{root}/{parent}/{marker}" if parent else f"{root}/{marker}"),
    )


def _requested(root: Path, ignored: Iterable[str], rules: Rules) -> tuple[Listing, list[str]]:
    """Split ignored paths into a listing of those that `include` asks for by name, and the rest."""
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    problems: list[Problem] = []
    left: list[str] = []
    for path in ignored:
        bare = path.rstrip("/")
        if not rules.requested(bare):
            left.append(path)
        elif bare == path:
            entries.append(Entry(path, tracked=False))
        else:
            rules.enter(bare, "ignored by git")
            below = walk(root, bare, rules, (OWN_IGNORE,))
            entries.extend(below.entries)
            skipped.extend(below.skipped)
            problems.extend(below.problems)
    return Listing(tuple(entries), tuple(skipped), tuple(problems)), left


def _ignored(git: Git, paths: list[str]) -> list[Skipped]:
    reasons = git.why_ignored(paths)
    return [Skipped(path.rstrip("/"), reasons.get(path, "ignored by git")) for path in paths]


# --- installed dbt packages -------------------------------------------------------------------------------------------


def _with_packages(root: Path, listing: Listing, rules: Rules, ignore_names: tuple[str, ...]) -> Listing:
    """Add the installed packages of each dbt project, which git ignores but models refer to."""
    places = [place for entry in listing.entries for place in _package_places(root, entry)]
    for place in places:
        listing = _with_one(root, listing, rules, ignore_names, place)
    return listing


def _package_places(root: Path, entry: Entry) -> list[str]:
    directory, _, name = entry.path.rpartition("/")
    if name != _DBT_PROJECT or entry.kind != "file" or entry.vendored:
        return []
    disk = Disk(root)
    try:
        if not disk.is_real(directory) or disk.state(entry.path).st_size > _LONGEST_PROJECT:
            return []
        text = decode(disk.read(entry.path)[0])[0]
    except OSError:
        return []
    names = ["dbt_packages", "dbt_modules", *_INSTALL_PATH.findall(text)]
    places: list[str] = []
    for inner in dict.fromkeys(name.strip("/").removeprefix("./") for name in names):
        path = f"{directory}/{inner}" if directory else inner
        if inner and ".." not in inner.split("/") and _is_plain_directory(root, path):
            places.append(path)
    return places


def _is_plain_directory(root: Path, path: str) -> bool:
    full = Path(root, path)
    try:
        return full.is_dir() and full.resolve() == full
    except (OSError, RuntimeError):
        return False


def _with_one(root: Path, listing: Listing, rules: Rules, ignore_names: tuple[str, ...], place: str) -> Listing:
    rules.allow(place)
    reason = rules.why_out(place, directory=True)
    if reason:
        return Listing(listing.entries, (*listing.skipped, Skipped(place, reason)), listing.problems)
    below = walk(root, place, rules, ignore_names)
    tracked = [entry for entry in listing.entries if entry.tracked or not _is_in(entry.path, place)]
    paths = {entry.path for entry in tracked}
    added = [
        Entry(entry.path, entry.kind, note=entry.note, tracked=False, vendored=True)
        for entry in below.entries
        if entry.path not in paths
    ]
    skipped = [skip for skip in listing.skipped if not _is_in(skip.path, place)]
    return Listing((*tracked, *added), (*skipped, *below.skipped), (*listing.problems, *below.problems))


def _is_in(path: str, place: str) -> bool:
    return path == place or path.startswith(place + "/")
