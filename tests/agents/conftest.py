import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctxpack.api import Index
from ctxpack.store import Store

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture(scope="session")
def agent_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("agents")) as store:
        yield store


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory, agent_store: Store) -> Iterator[Index]:
    root = shutil.copytree(FIXTURES / "webshop", tmp_path_factory.mktemp("shop") / "webshop")
    with Index.open(root, store=agent_store, workers=1) as index:
        yield index


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory, agent_store: Store) -> Iterator[Index]:
    root = shutil.copytree(FIXTURES / "medallion", tmp_path_factory.mktemp("lake") / "medallion")
    with Index.open(root, store=agent_store, workers=1) as index:
        yield index
