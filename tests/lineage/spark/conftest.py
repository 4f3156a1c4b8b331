from __future__ import annotations

from collections.abc import Callable

import pytest

from ctxpack.datamodel.lineage import Frame, Sites
from ctxpack.lineage import sql
from ctxpack.lineage.evaluation.frames import frame
from ctxpack.lineage.spark import interpret
from ctxpack.parse.schemas.table import read

Interpret = Callable[..., Sites]


@pytest.fixture
def sites() -> Interpret:
    """Interprets files given by path; those that are no Python are settings."""

    def run(files: dict[str, str] | str) -> Sites:
        given = {"job.py": files} if isinstance(files, str) else files
        programs = {
            path: read("pipeline", text).program for path, text in given.items() if path.endswith((".py", ".ipynb"))
        }
        settings = {path: text for path, text in given.items() if path not in programs}
        return interpret({path: one for path, one in programs.items() if one}, lambda *_: (), sql, settings)

    return run


@pytest.fixture
def targets(sites: Interpret) -> Callable[..., list[str]]:
    """The datasets that files write, in the order of the sites."""
    return lambda files: [one.target for one in sites(files).writes]


@pytest.fixture
def columns(sites: Interpret) -> Callable[..., dict[str, list[str]]]:
    """The columns of the only write of a program, each with the columns that it is computed from."""

    def run(text: str) -> dict[str, list[str]]:
        found: Frame = frame(sites(text).writes[-1].plan, lambda _: None, "spark")
        assert not found.problems
        return {one.name: [f"{o.dataset}.{o.column}" for o in one.origins] for one in found.columns}

    return run
