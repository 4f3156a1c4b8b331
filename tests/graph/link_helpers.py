"""Small repositories, linked: what each test of links begins with."""

from __future__ import annotations

from ctxpack.graph.edges import Linked, link
from ctxpack.graph.project import Project
from ctxpack.model import FileFacts
from ctxpack.parse import detect, parse


def linked(files: dict[str, str], settings: str = "") -> tuple[Linked, dict[str, FileFacts]]:
    """The links and facts of files by path; those that end in `settings` describe the project."""
    facts = {path: parse(text, detect(path, text.encode())).facts for path, text in sorted(files.items())}
    describing = tuple(path for path in sorted(files) if settings and path.endswith(settings))
    return link(Project(facts, lambda path: files.get(path, ""), describing)), facts


def meaning(files: dict[str, str], path: str, line: int, name: str, settings: str = "") -> set[str]:
    """The definitions, as `path::qualname`, that a name on a line means."""
    found, facts = linked(files, settings)
    return {
        f"{one.target}::{facts[one.target].definitions[one.symbol].qualname}"
        for one in found.links[path]
        if one.line == line and name in (one.name, one.name.rpartition(".")[2]) and one.symbol >= 0
    }
