"""Maps and lists at the front of a pack take what room is left, however little the task leaves."""

import shutil
from pathlib import Path

import pytest

from ctxpack import Index
from ctxpack.errors import BudgetError

MEDALLION = Path(__file__).parents[2] / "fixtures" / "medallion"


@pytest.fixture(scope="module")
def lakehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(MEDALLION, tmp_path_factory.mktemp("front") / "medallion"))


@pytest.mark.parametrize("view", ["orchestrator", "pipeline", "coder"])
def test_a_task_that_leaves_little_room_ends_in_a_pack_within_it_or_in_a_sentence(lakehouse: Path, view: str) -> None:
    packed = 0
    with Index.open(lakehouse) as index:
        for words in range(3300, 3800, 60):
            target = index.target(task="orders " * words)
            try:
                pack = index.pack(target, budget=4000, view=view, specialists=[])
            except BudgetError:
                continue
            assert pack.tokens <= 4000
            packed += 1
    assert packed >= 2
