"""The map of a repository as an answer: its folders and its datasets, in as much detail as the budget allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ctxpack.agents.answer import Answer, Meter, Question
from ctxpack.datamodel.lineage import Dataset
from ctxpack.pack.cards import catalogue
from ctxpack.pack.overview import overview
from ctxpack.workspace import Workspace

_FILES, _DATASETS = 0.75, 0.2
_ONWARD = "a larger budget shows more"


def files_map(workspace: Workspace, meter: Meter, share: float = 1.0) -> str:
    """The map of folders and files that fits into a share of the meter's budget."""
    room = int(meter.budget * share)

    def fits(text: str) -> bool:
        return len(text) < room * 12 and meter.count([text])[0] + text.count("\n") <= room

    return overview(workspace.files.values(), fits)


def datasets_map(datasets: Sequence[Dataset], meter: Meter, share: float = 1.0) -> str:
    """The datasets by layer, as far as they fit into a share of the meter's budget."""
    room = int(meter.budget * share)
    return catalogue(datasets, lambda text: meter.count([text])[0] + text.count("\n") <= room)


def map_answer(workspace: Workspace, datasets: Sequence[Dataset], meter: Meter) -> Answer:
    """The folders with their contents, and the datasets by layer, each in as much detail as its share allows.

    Where not even the outermost folders fit with their languages, only their numbers of files are given, largest first.
    Raises BudgetError where no folder fits.
    """
    head = {"files": len(workspace.files), "datasets": len(datasets)}
    notes: list[str] = []
    folders = files_map(workspace, meter, _FILES)
    if folders != overview(workspace.files.values(), lambda _: True):
        what = "the names of the files, and folders that stand in these" if folders else "what is in the folders"
        notes.append(f"{what}; {_ONWARD}")
    layers = datasets_map(datasets, meter, _DATASETS)
    if layers != catalogue(datasets, lambda _: True):
        notes.append(f"the names of the {len(datasets):,} datasets; {_ONWARD}, and lineage names them")
    lines = folders.splitlines() or _outermost(workspace)
    lines += [f"datasets of {one}" for one in layers.splitlines()]
    return meter.answer(Question("map", head, "map", lines, "lines", notes=notes, onward=_ONWARD))


def _outermost(workspace: Workspace) -> list[str]:
    """The outermost folders with their numbers of files, the largest first."""
    counts = Counter(f"{path.split('/')[0]}/" if "/" in path else "./" for path in workspace.files)
    return [f"{folder} {counts[folder]} files" for folder in sorted(counts, key=lambda one: (-counts[one], one))]
