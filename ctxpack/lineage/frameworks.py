"""Families of files whose framework says by itself in which order they count."""

from __future__ import annotations

from collections.abc import Sequence

from ctxpack.lineage.migrations import Family, File
from ctxpack.lineage.places import numbers


def framework_families(files: Sequence[File]) -> list[Family]:
    """The families of files of formats other than SQL."""
    return [
        Family(f"{path} ({facts.format})", facts.format, [(path, facts)], False, path, numbers(path))
        for path, facts in files
    ]
