"""Resolves descriptions and types of tables and columns that are templates: `doc` references and expressions."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from ctxpack.lineage.dbt.nodes.gather import Gathered
from ctxpack.lineage.dbt.project.settings import ProjectFile
from ctxpack.model import Column

_DOC = re.compile(r"\{\{\s*doc\s*\(\s*(['\"])([\w]+)\1\s*(?:,\s*(['\"])(\w+)\3\s*)?\)\s*\}\}")


def documentation(text: str, gathered: Gathered, file: ProjectFile) -> str:
    """A description with its `doc(...)` references replaced by the docs blocks; unknown ones stay as they are."""
    if "{{" not in text:
        return text

    def shown(match: re.Match[str]) -> str:
        package, name = (match.group(2), match.group(4)) if match.group(4) else (file.name, match.group(2))
        root = gathered.layout.root.file.name
        return gathered.docs.get((package, name)) or gathered.docs.get((root, name)) or match.group()

    return _DOC.sub(shown, text)


def documented(columns: Sequence[Column], gathered: Gathered, file: ProjectFile) -> tuple[Column, ...]:
    """Columns with the templates in their types and descriptions resolved."""
    values = gathered.values[file.root]
    return tuple(
        msgspec.structs.replace(one, type=values.text(one.type), doc=documentation(one.doc, gathered, file))
        if "{{" in one.doc or "{{" in one.type
        else one
        for one in columns
    )
