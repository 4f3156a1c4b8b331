"""The map of a repository: its folders, its datasets, and its most-used definitions, as deep as the budget allows."""

from __future__ import annotations

from collections.abc import Sequence

from ctxpack.agents.answer import Answer, Meter, Question
from ctxpack.datamodel.lineage import Dataset
from ctxpack.pack.cards import catalogue
from ctxpack.pack.overview import overview
from ctxpack.workspace import Workspace

_FILES, _DATASETS = 0.75, 0.2


def files_map(workspace: Workspace, meter: Meter, share: float = 1.0) -> str:
    """The folders and files within a share of the meter's budget."""
    room = int(meter.budget * share)

    def fits(text: str) -> bool:
        return len(text) < room * 12 and meter.count([text])[0] + text.count("\n") <= room

    return overview(workspace.files.values(), fits)


def datasets_map(datasets: Sequence[Dataset], meter: Meter, share: float = 1.0) -> str:
    """The datasets by layer within a share of the meter's budget."""
    room = int(meter.budget * share)
    return catalogue(datasets, lambda text: meter.count([text])[0] + text.count("\n") <= room)


def map_answer(workspace: Workspace, datasets: Sequence[Dataset], meter: Meter) -> Answer:
    """The folders with what is in them, and the datasets by layer, each as deep as its share of the budget allows."""
    folders = files_map(workspace, meter, _FILES).splitlines()
    layers = datasets_map(datasets, meter, _DATASETS).splitlines()
    head = {"files": len(workspace.files), "datasets": len(datasets)}
    return meter.answer(Question("map", head, "map", [*folders, *(f"datasets of {one}" for one in layers)], "lines"))
