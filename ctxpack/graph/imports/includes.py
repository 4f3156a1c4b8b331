"""Languages whose files name each other by path: templates, stylesheets, schemas, build files, links in prose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.project import Module, Project, Thing
from ctxpack.graph.symbols import Linker
from ctxpack.model import Import, Link
from ctxpack.paths import joined, parent, shared_depth

_INDEXES = (
    "main.tf", "CMakeLists.txt", "default.nix", "_index.scss", "index.scss", "init.lua", "README.md", "index.md",
    "_index.md",
)  # fmt: skip
_SUFFIXES = {
    "scss": (".scss", ".sass", ".css"),
    "less": (".less", ".css"),
    "css": (".css",),
    "tex": (".tex",),
    "sql": (".sql", ".py", ".ipynb"),
    "markdown": (".md", ".mdx"),
    "cmake": (".cmake",),
    "starlark": (),
}
_BESIDE_ONLY = frozenset({"markdown", "rst", "asciidoc", "nix"})
"""Languages where a path is relative to the file (or to the root), and never searched for."""


class IncludeResolver(Resolver):
    """Where an included path leads: beside the file, from the root, or by the end of the path where that is plain."""

    languages: tuple[str, ...] = (
        "asciidoc", "cmake", "css", "erlang", "flatbuffers", "graphql", "html", "less",
        "make", "markdown", "nix", "protobuf", "r", "rst", "scss", "solidity", "starlark",
        "tex", "thrift", "verilog", "zig",
    )  # fmt: skip

    noted = True

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index the files by their last name."""
        super().__init__(project, linker)
        self._by_name: dict[str, list[str]] = {}
        for path in project.facts:
            self._by_name.setdefault(path.rpartition("/")[2], []).append(path)

    def locate(self, path: str, found: Import) -> Thing | None:
        """The file that is included."""
        language = self.project.facts[path].language
        wanted = self._wanted(found.module, language)
        if wanted is None:
            return None
        beside = joined(parent(path), wanted) if not wanted.startswith("/") else ""
        for base in (beside, joined("", wanted.lstrip("/"))):
            for candidate in _candidates(base, language):
                if candidate in self.project.facts:
                    return Module(candidate)
        if language in _BESIDE_ONLY or wanted.startswith("."):
            return None
        return self._by_end(path, wanted, language)

    def reference_links(self, path: str) -> Iterable[Link] | None:
        """None of these languages' names are bound."""
        return ()

    def missing(self, path: str, found: Import) -> str:
        """A path that begins at the file's own folder, ends like a file's, and leads nowhere."""
        plain = found.module.startswith(("./", "../")) and not any(mark in found.module for mark in "*${<")
        if not plain or "." not in found.module.rpartition("/")[2].strip("."):
            return ""
        listed = joined(parent(path), found.module) in self.project.unparsed
        return "no such file beside this one" if not listed and self.locate(path, found) is None else ""

    def _wanted(self, module: str, language: str) -> str | None:
        """The path that a module's text stands for, None where it is computed."""
        if language == "starlark":
            module = module.lstrip("/@").replace(":", "/").lstrip("/")
        if language == "cmake":
            module = module.replace("${CMAKE_CURRENT_SOURCE_DIR}/", "").replace("${CMAKE_CURRENT_LIST_DIR}/", "")
        module = module.replace("\\", "/").removeprefix("~").split("?")[0].split("#")[0]
        return None if not module or any(mark in module for mark in "*${}<>") else module

    def _by_end(self, path: str, wanted: str, language: str) -> Module | None:
        """The only file whose path ends so, or of several the one that shares most folders with this file."""
        for candidate in _candidates(wanted.lstrip("/"), language):
            named = self._by_name.get(candidate.rpartition("/")[2], ())
            found = [other for other in named if other == candidate or other.endswith(f"/{candidate}")]
            best = max((shared_depth(path, other) for other in found), default=0)
            near = [other for other in found if shared_depth(path, other) == best and other != path]
            if len(near) == 1:
                return Module(near[0], "by its path", 0.85 if len(found) > 1 else 0.92)
        return None


def _candidates(base: str, language: str) -> Iterator[str]:
    """A path as written, with the language's suffixes, as a partial, and as a folder with an index."""
    if not base:
        return
    yield base
    folder, _, name = base.rpartition("/")
    for suffix in _SUFFIXES.get(language, ()):
        yield base + suffix
        if language in ("scss", "less"):
            yield joined(folder, f"_{name}{suffix}")
    if language == "scss":
        yield joined(folder, f"_{name}")
    for index in _INDEXES:
        yield f"{base}/{index}"
