"""One index for all views of a repository: what is read of it is that of one view, whoever writes meanwhile."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from ctxpack.model import Parsed
from ctxpack.parse import parse
from ctxpack.rank.lexical import LexicalIndex
from ctxpack.store import Store
from ctxpack.workspace.indexing import steady_index

OLD = {"a.py": "def ancient():\n    return 1\n", "b.py": "def both():\n    return 1\n"}
NEW = {"a.py": "def modern():\n    return 1\n", "b.py": "def both():\n    return 1\n"}


def digests(texts: Mapping[str, str]) -> dict[str, str]:
    return {path: str(hash(text)) for path, text in texts.items()}


def reading(texts: Mapping[str, str]) -> object:
    def read(paths: Sequence[str]) -> dict[str, Parsed]:
        return {path: parse(texts[path], "python") for path in paths}

    return read


def opened(store: Store, texts: Mapping[str, str]):  # type: ignore[no-untyped-def]
    return steady_index(store, "view", digests(texts), reading(texts))  # type: ignore[arg-type]


def update(directory: Path, texts: Mapping[str, str]) -> None:
    with Store.open(directory) as store, opened(store, texts) as index:
        assert {one.path for one in index.named("both")} == {"b.py"}


def test_another_process_does_not_change_what_is_read(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, opened(store, OLD) as index:
        assert index.named("ancient")
        other = multiprocessing.get_context("spawn").Process(target=update, args=(tmp_path, NEW))
        other.start()
        other.join(60)
        assert other.exitcode == 0
        assert index.named("ancient") and not index.named("modern")
    with Store.open(tmp_path) as store, opened(store, NEW) as index:
        assert index.named("modern") and not index.named("ancient")


def test_views_of_one_process_take_turns(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        for _ in range(2):
            with opened(store, OLD) as index:
                assert index.named("ancient") and not index.named("modern")
            with opened(store, NEW) as index:
                assert index.named("modern") and not index.named("ancient")


def test_a_locked_index_is_made_in_memory_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctxpack.store.database._BUSY_SECONDS", 0.05)
    with Store.open(tmp_path) as store, opened(store, OLD):
        pass
    before = sorted(path.name for path in tmp_path.iterdir())
    locker = sqlite3.connect(tmp_path / "index-view.sqlite3", isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    try:
        with Store.open(tmp_path) as store, opened(store, NEW) as index:
            assert index.named("modern") and not index.named("ancient")
    finally:
        locker.close()
    assert [name for name in before if "index" in name and name.endswith(".sqlite3")] == [
        path.name for path in sorted(tmp_path.iterdir()) if "index" in path.name and path.suffix == ".sqlite3"
    ]


def test_a_damaged_index_is_begun_anew(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        database = store.index_database("view")
        LexicalIndex(database)
        database.execute("DROP TABLE files")
        database.commit()
        with opened(store, NEW) as index:
            assert index.named("modern")


def test_what_is_always_behind_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = LexicalIndex.begin

    def never(index: LexicalIndex, wanted: Mapping[str, str]) -> bool:
        in_memory = not index._db.execute("PRAGMA database_list").fetchone()[2]
        return begin(index, wanted) if in_memory else False

    monkeypatch.setattr(LexicalIndex, "begin", never)
    with Store.open(tmp_path) as store, opened(store, NEW) as index:
        assert index.named("modern")


def test_an_index_that_there_is_no_room_for_stays_as_it_is(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, opened(store, OLD):
        pass
    before = sorted(path.name for path in tmp_path.iterdir())
    many = {f"f{number}.py": f"def function_{number}():\n    return 'word{number}'\n" * 20 for number in range(300)}
    with Store.open(tmp_path) as store:
        connection = store.index_database("view")
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")
        for _ in range(2):
            with opened(store, many) as index:
                assert index.named("function_7")
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    with Store.open(tmp_path) as store, opened(store, OLD) as index:
        assert index.named("ancient")
