"""Assigns the files of a repository to dbt projects and to the packages installed in them.

A project is rooted at its `dbt_project.yml`. One directly in another's folder of installed packages is a package of
that project; those nested deeper (a package's own examples and tests) are ignored. All others are separate projects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from ctxpack.lineage.dbt.project.settings import NAMES, ProjectFile, project_file, wanted
from ctxpack.model import Problem

_SUFFIXES = {
    "model": (".sql", ".py"),
    "seed": (".csv",),
    "snapshot": (".sql",),
    "macro": (".sql",),
    "test": (".sql",),
    "analysis": (".sql",),
}
_LISTS = ("packages.yml", "packages.yaml", "dependencies.yml", "dependencies.yaml")


@dataclass(frozen=True, slots=True)
class PackageFiles:
    """A package (or the project itself) with its files (`of`), by kind and sorted by path."""

    file: ProjectFile
    of: dict[str, tuple[str, ...]]
    installed: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """One project with its installed packages.

    `local` are the root folders of other projects of the repository that it uses as packages; `missing` are the names
    of packages that it requires and that are not installed.
    """

    root: PackageFiles
    packages: tuple[PackageFiles, ...]
    local: tuple[str, ...]
    missing: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    settings: tuple[str, ...] = field(default=())

    @property
    def all(self) -> tuple[PackageFiles, ...]:
        """The project and its installed packages."""
        return (self.root, *self.packages)


def layouts(paths: Sequence[str], read: Callable[[str], str]) -> tuple[Layout, ...]:
    """The dbt projects among the files of a repository, sorted by their folders."""
    files = [project_file(path, read(path)) for path in sorted(paths) if path.rpartition("/")[2] in NAMES]
    unique: dict[str, ProjectFile] = {}
    for file in files:
        unique.setdefault(file.root, file)
    own, packages = _sorted_out(unique)
    places = _files_by_root(paths, unique)
    return tuple(
        _layout(file, packages.get(file.root, []), places, unique, read)
        for file in sorted(own, key=lambda one: one.root)
    )


def _sorted_out(files: dict[str, ProjectFile]) -> tuple[list[ProjectFile], dict[str, list[ProjectFile]]]:
    """The repository's own projects, and by project root the packages installed in it."""
    installs = {place: file.root for file in files.values() for place in file.install}
    own: list[ProjectFile] = []
    packages: dict[str, list[ProjectFile]] = {}
    for root in sorted(files):
        around = [place for place in _parents(root) if place in installs]
        if not around:
            own.append(files[root])
        elif root.rpartition("/")[0] == around[-1] and len(around) == 1:
            packages.setdefault(installs[around[0]], []).append(files[root])
    return own, packages


def _parents(path: str) -> list[str]:
    """The folders around a path, innermost first."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]


def _files_by_root(paths: Iterable[str], files: dict[str, ProjectFile]) -> dict[str, list[str]]:
    """All files, by the root of the innermost project around each."""
    found: dict[str, list[str]] = {root: [] for root in files}
    known: dict[str, str | None] = {}
    for path in sorted(paths):
        folder = path.rpartition("/")[0]
        if folder not in known:
            around = (place for place in (folder, *_parents(folder), "") if place in files)
            known[folder] = next(around, None)
        root = known[folder]
        if root is not None:
            found[root].append(path)
    return found


def _layout(
    file: ProjectFile,
    packages: list[ProjectFile],
    places: dict[str, list[str]],
    files: dict[str, ProjectFile],
    read: Callable[[str], str],
) -> Layout:
    lists = [path for path in places[file.root] if path.rpartition("/")[2] in _LISTS]
    direct = {path: read(path) for path in lists if path.rpartition("/")[0] == file.root}
    names, local, problems = wanted(direct, file.root)
    installed = {one.name for one in packages} | {one.root.rpartition("/")[2] for one in packages}
    missing = tuple(name for name in names if name not in installed)
    return Layout(
        _package(replace(file, local=local), places, installed=False),
        tuple(_package(one, places, installed=True) for one in packages),
        tuple(root for root in local if root in files),
        missing,
        (*file.problems, *problems, *(problem for one in packages for problem in one.problems)),
        tuple(sorted([file.path, *direct])),
    )


def _package(file: ProjectFile, places: dict[str, list[str]], *, installed: bool) -> PackageFiles:
    found: dict[str, list[str]] = {kind: [] for kind in (*_SUFFIXES, "properties", "docs")}
    skipped = tuple(f"{place}/" for place in (*file.install, f"{file.root}/target".lstrip("/")))
    for path in places[file.root]:
        if path.startswith(skipped):
            continue
        kinds = [kind for kind, folders in file.folders.items() if any(_inside(path, folder) for folder in folders)]
        if not kinds:
            continue
        if path.endswith((".yml", ".yaml")):
            found["properties"].append(path)
        elif path.endswith(".md"):
            found["docs"].append(path)
        for kind in kinds:
            if path.endswith(_SUFFIXES[kind]):
                found[kind].append(path)
    if file.root in {folder for folders in file.folders.values() for folder in folders}:
        found["properties"] = [path for path in found["properties"] if path != file.path]
    return PackageFiles(file, {kind: tuple(listed) for kind, listed in found.items()}, installed)


def _inside(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")
