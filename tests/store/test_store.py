"""The store keeps what it was given, shares it between processes, and survives whatever happens to its files."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from ctxpack.errors import ConfigError
from ctxpack.model import FileFacts, LexicalDocument, Reference
from ctxpack.store import FORMAT, Store, clear, default_directory, entries, whatever_was_kept
from ctxpack.store.files import APPLICATION_ID

FACTS = FileFacts("python", references=(Reference("f", "a.b", "call", 3, 4),), lines=9)
NAME = f"ctxpack-{FORMAT}.sqlite3"


@dataclass(frozen=True)
class Settings:
    name: str
    limits: tuple[int, ...] = ()


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir() if not path.name.endswith(("-wal", "-shm")))


def filled(directory: Path, keys: int = 50) -> Path:
    with Store.open(directory) as store:
        store.put_many("facts", {f"k{i}": FACTS for i in range(keys)})
    return directory / NAME


# --- values ---


@pytest.mark.parametrize("in_memory", [True, False])
def test_values_come_back_as_they_went_in(tmp_path, in_memory):
    with Store.open(None if in_memory else tmp_path / "cache") as store:
        documents = (LexicalDocument(-1, "a", "b", "c"),)
        store.put("facts", "1", FACTS)
        store.put("words", "1", documents)
        store.put("settings", "1", Settings("x", (1, 2)))
        store.put("plain", "1", {"a": [1, 2.5, None, "é"]})
        assert store.get("facts", "1", FileFacts) == FACTS
        assert store.get("words", "1", tuple[LexicalDocument, ...]) == documents
        assert store.get("settings", "1", Settings) == Settings("x", (1, 2))
        assert store.get("plain", "1", dict) == {"a": [1, 2.5, None, "é"]}
        assert store.get("facts", "2", FileFacts) is None
        assert store.problems == ()


def test_a_raw_value_is_kept_as_it_is_and_read_either_way(tmp_path):
    with Store.open(tmp_path) as store:
        store.put("facts", "1", msgspec.Raw(msgspec.msgpack.encode(FACTS)))
        assert store.get("facts", "1", FileFacts) == FACTS
        raw = store.get("facts", "1", msgspec.Raw)
        assert raw is not None
        assert bytes(raw) == msgspec.msgpack.encode(FACTS)


def test_many_at_once_in_the_order_asked_for(tmp_path):
    with Store.open(tmp_path) as store:
        store.put_many("facts", {f"k{i}": [i] for i in range(1700)})
        asked = [f"k{i}" for i in range(1699, -1, -1)] + ["absent"]
        found = store.get_many("facts", asked, list[int])
        assert list(found) == asked[:-1]
        assert found["k1234"] == [1234]
        assert store.has_many("facts", ["k3", "absent", "k1699"]) == {"k3", "k1699"}
        assert store.has_many("other", ["k3"]) == set()


def test_a_value_of_another_shape_is_a_miss_and_can_be_replaced(tmp_path):
    with Store.open(tmp_path) as store:
        store.put("facts", "1", {"not": "facts"})
        assert store.get("facts", "1", FileFacts) is None
        store.put("facts", "1", FACTS)
        assert store.get("facts", "1", FileFacts) == FACTS


def test_keys_and_values_that_are_not_utf8_do_no_harm(tmp_path):
    with Store.open(tmp_path) as store:
        store.put_many("facts", {"caf\udce9": 1, "b": "\udce9", "c": 3})
        assert store.get_many("facts", ["caf\udce9", "b", "c"], int) == {"caf\udce9": 1, "c": 3}


def test_values_outlive_the_store(tmp_path):
    filled(tmp_path)
    with Store.open(tmp_path) as store:
        assert len(store.get_many("facts", [f"k{i}" for i in range(50)], FileFacts)) == 50
    assert names(tmp_path) == [NAME]


def test_the_directory_is_for_its_owner_alone(tmp_path):
    Store.open(tmp_path / "a" / "cache").close()
    assert stat.S_IMODE((tmp_path / "a" / "cache").stat().st_mode) == 0o700


def test_a_closed_store_misses_and_keeps_silent(tmp_path):
    store = Store.open(tmp_path)
    store.close()
    store.put("facts", "1", 1)
    assert store.get("facts", "1", int) is None
    store.close()


# --- sharing ---

WRITER = """
import sys
from pathlib import Path
from ctxpack.store import Store
directory, name = Path(sys.argv[1]), sys.argv[2]
with Store.open(directory) as store:
    for i in range(40):
        store.put_many("facts", {f"{name}-{i}-{j}": [name, i, j] for j in range(20)})
        store.put_many("facts", {f"both-{i}-{j}": [i, j] for j in range(20)})
    print(store.problems)
"""


def test_processes_write_to_a_new_store_at_once(tmp_path):
    started = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name], stdout=subprocess.PIPE, text=True)
        for name in ("a", "b", "c")
    ]
    assert [process.communicate(timeout=60)[0].strip() for process in started] == ["()"] * 3
    with Store.open(tmp_path) as store:
        keys = [f"{name}-{i}-{j}" for name in ("a", "b", "c", "both") for i in range(40) for j in range(20)]
        assert store.has_many("facts", keys) == set(keys)
        assert store.get("facts", "b-39-19", list) == ["b", 39, 19]
    assert names(tmp_path) == [NAME]


def test_threads_share_one_store(tmp_path):
    with Store.open(tmp_path) as store:

        def work(name):
            for i in range(50):
                store.put("facts", f"{name}{i}", i)
                assert store.get("facts", f"{name}{i}", int) == i

        threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(store.has_many("facts", [f"{name}{i}" for name in "abcd" for i in range(50)])) == 200


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_finds_nothing_and_writes_nothing(tmp_path):
    with Store.open(tmp_path) as store:
        store.put("facts", "1", 1)
        child = os.fork()
        if not child:
            store.put("facts", "2", 2)
            found = store.get("facts", "1", int)
            store.close()
            os._exit(0 if found is None else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert store.has_many("facts", ["1", "2"]) == {"1"}


# --- damage ---


@pytest.mark.parametrize("content", [b"garbage " * 4000, b"x", b"SQLite format 3\0" + b"\xff" * 9000])
def test_what_is_not_a_database_is_set_aside(tmp_path, content):
    (tmp_path / NAME).write_bytes(content)
    with Store.open(tmp_path) as store:
        store.put("facts", "1", FACTS)
        assert store.get("facts", "1", FileFacts) == FACTS
        (problem,) = store.problems
        assert problem.path == str(tmp_path / NAME)
        assert f"set aside as {NAME}.corrupt-1" in problem.message
    assert (tmp_path / f"{NAME}.corrupt-1").read_bytes() == content
    with Store.open(tmp_path) as store:
        assert store.problems == ()


def test_a_database_of_another_application_is_set_aside(tmp_path):
    with sqlite3.connect(tmp_path / NAME) as foreign:
        foreign.execute("CREATE TABLE theirs (a)")
    foreign.close()
    (tmp_path / f"{NAME}.corrupt-1").write_bytes(b"of an earlier time")
    with Store.open(tmp_path) as store:
        assert "another application" in store.problems[0].message
    with sqlite3.connect(tmp_path / f"{NAME}.corrupt-2") as kept:
        assert kept.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
    kept.close()


def test_something_else_in_the_place_of_the_file_is_set_aside(tmp_path):
    (tmp_path / NAME).mkdir()
    with Store.open(tmp_path) as store:
        store.put("facts", "1", 1)
        assert len(store.problems) == 1
    assert (tmp_path / f"{NAME}.corrupt-1").is_dir()
    with Store.open(tmp_path) as store:
        assert store.get("facts", "1", int) == 1


def test_an_empty_file_is_simply_new(tmp_path):
    (tmp_path / NAME).touch()
    with Store.open(tmp_path) as store:
        store.put("facts", "1", 1)
        assert store.problems == ()


def test_damage_met_in_the_middle_of_a_run_is_a_miss(tmp_path):
    path = filled(tmp_path, keys=5000)
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xa5" * (len(whole) - 8192))
    with Store.open(tmp_path) as store:
        assert store.problems == ()
        assert store.get_many("facts", [f"k{i}" for i in range(5000)], FileFacts) == {}
        assert "set aside" in store.problems[0].message
        store.put("facts", "k1", FACTS)
        assert store.get("facts", "k1", FileFacts) == FACTS
        assert len(store.problems) == 1
    assert names(tmp_path) == [NAME, f"{NAME}.corrupt-1"]


def test_a_changed_byte_in_a_value_is_a_miss(tmp_path):
    with Store.open(tmp_path) as store:
        store.put("words", "1", "fine words " * 50)
    path = tmp_path / NAME
    data = path.read_bytes()
    assert data.count(b"fine words fine") == 1 or b"fine words fine" in data
    path.write_bytes(data.replace(b"fine words fine", b"fine swords fin", 1))
    with Store.open(tmp_path) as store:
        assert store.get("words", "1", str) is None


def test_missing_tables_are_damage_too(tmp_path):
    path = filled(tmp_path)
    with sqlite3.connect(path) as other:
        other.execute("DROP TABLE content")
    other.close()
    with Store.open(tmp_path) as store:
        assert store.get("facts", "k1", FileFacts) is None
        store.put("facts", "k1", FACTS)
        assert store.get("facts", "k1", FileFacts) == FACTS


@pytest.mark.parametrize(
    ("sql", "values"), [("SELEC 1", ()), ("SELECT x FROM entry", ()), ("SELECT ? FROM entry", ()), ("SELECT 1", (1,))]
)
def test_a_wrong_statement_is_no_damage(tmp_path, sql, values):
    filled(tmp_path)
    with Store.open(tmp_path) as store:
        for ask in (store._database.read, lambda work, _: store._database.write(work)):
            with pytest.raises(sqlite3.Error):
                ask(lambda connection: connection.execute(sql, values), None)
        assert store.get("facts", "k1", FileFacts) == FACTS
        assert store.problems == ()
    assert names(tmp_path) == [NAME]


def test_a_table_that_is_not_as_it_was_made_is_damage(tmp_path):
    path = filled(tmp_path)
    with sqlite3.connect(path) as other:
        other.execute("ALTER TABLE content RENAME COLUMN value TO worth")
    other.close()
    with Store.open(tmp_path) as store:
        assert store.get("facts", "k1", FileFacts) is None
        assert len(store.problems) == 1
    assert len(names(tmp_path)) == 2


def test_damage_that_comes_again_and_again_ends_in_memory(tmp_path):
    with Store.open(tmp_path) as store:
        for _ in range(6):
            store._database.connection.execute("DROP TABLE content")
            assert store.get("facts", "1", int) is None
        store.put("facts", "1", 1)
        assert store.get("facts", "1", int) == 1
        assert "again and again" in store.problems[-1].message
    assert len(names(tmp_path)) <= 5


def test_a_directory_that_cannot_be_made_leaves_memory(tmp_path):
    (tmp_path / "file").write_text("")
    with Store.open(tmp_path / "file" / "cache") as store:
        store.put("facts", "1", 1)
        assert store.get("facts", "1", int) == 1
        assert "cannot be used" in store.problems[0].message
        assert store.index_database("view").execute("SELECT 1").fetchone() == (1,)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_that_cannot_be_written_leaves_memory(tmp_path):
    tmp_path.chmod(0o500)
    with Store.open(tmp_path) as store:
        store.put("facts", "1", 1)
        assert store.get("facts", "1", int) == 1
        assert len(store.problems) == 1
    tmp_path.chmod(0o700)


def test_a_full_disk_is_told_once_and_reading_goes_on(tmp_path):
    with Store.open(tmp_path) as store:
        store.put("facts", "1", FACTS)
        pages = store._database.connection.execute("PRAGMA page_count").fetchone()[0]
        store._database.connection.execute(f"PRAGMA max_page_count={pages}")
        for key in ("2", "3"):
            store.put("facts", key, "x" * 100_000)
        assert store.get("facts", "1", FileFacts) == FACTS
        assert store.has_many("facts", ["2", "3"]) == set()
        (problem,) = store.problems
        assert "full" in problem.message
    assert names(tmp_path) == [NAME]


def test_a_lock_held_by_another_is_a_problem_not_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr("ctxpack.store.database._BUSY_SECONDS", 0.05)
    filled(tmp_path)
    with Store.open(tmp_path) as store:
        other = sqlite3.connect(tmp_path / NAME, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        store.put("facts", "new", 1)
        assert store.get("facts", "k1", FileFacts) == FACTS
        assert "locked" in store.problems[0].message
        other.execute("ROLLBACK")
        other.close()
        store.put("facts", "new", 1)
        assert store.get("facts", "new", int) == 1


# --- indexes ---


def test_an_index_is_a_database_of_its_own(tmp_path):
    with Store.open(tmp_path) as store:
        index = store.index_database("main-1")
        with index:
            index.execute("CREATE VIRTUAL TABLE words USING fts5 (body)")
            index.execute("INSERT INTO words VALUES ('orders silver')")
        assert store.index_database("main-1") is index
    with Store.open(tmp_path) as store:
        found = store.index_database("main-1").execute("SELECT count(*) FROM words WHERE words MATCH 'silver'")
        assert found.fetchone() == (1,)
        assert names(tmp_path) == [NAME, "index-main-1.sqlite3"]


def test_a_discarded_index_is_set_aside_and_begun_anew(tmp_path):
    with Store.open(tmp_path) as store:
        with store.index_database("v") as index:
            index.execute("CREATE TABLE words (a)")
        store.discard_index("v", "words are missing")
        assert store.index_database("v").execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
        assert "words are missing" in store.problems[0].message
    assert names(tmp_path) == [NAME, "index-v.sqlite3", "index-v.sqlite3.corrupt-1"]


def test_a_damaged_index_file_is_set_aside_at_opening(tmp_path):
    (tmp_path / "index-v.sqlite3").write_bytes(b"no database " * 1000)
    with Store.open(tmp_path) as store:
        store.index_database("v").execute("CREATE TABLE words (a)")
        assert len(store.problems) == 1


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a b", "x" * 200])
def test_an_index_name_cannot_leave_the_directory(name):
    with Store.open(None) as store, pytest.raises(ValueError, match="not a name"):
        store.index_database(name)


def test_an_index_in_memory_lasts_as_long_as_the_store():
    with Store.open(None) as store:
        store.index_database("v").execute("CREATE TABLE words (a)")
        assert store.index_database("v").execute("SELECT count(*) FROM words").fetchone() == (0,)
        store.discard_index("v")
        assert store.index_database("v").execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


# --- counts ---


def test_counts_are_kept_by_counter(tmp_path):
    digests = [i.to_bytes(2, "big") * 8 for i in range(1200)]
    with Store.open(tmp_path) as store:
        counts = store.piece_counts("o200k")
        assert counts.get_many(digests) == {}
        counts.put_many(dict(zip(digests, range(1200), strict=True)))
        counts.put_many({})
    with Store.open(tmp_path) as store:
        assert store.piece_counts("o200k").get_many([*digests, b"absent......"]) == dict(
            zip(digests, range(1200), strict=True)
        )
        assert store.piece_counts("other").get_many(digests) == {}


# --- housekeeping ---


def test_pruning_drops_what_was_not_used_for_longest(tmp_path, monkeypatch):
    hour = 3_600 * 10**9
    with Store.open(tmp_path) as store:
        for i in range(40):
            store.put("facts", f"k{i}", "x" * 50_000)
    later = entries.now_ns() + 2 * hour
    monkeypatch.setattr(entries, "now_ns", lambda: later)
    with Store.open(tmp_path) as store:
        store.get_many("facts", ["k0", "k7"], str)
    with Store.open(tmp_path) as store:
        before = store.size()
        store.prune(before // 2)
        assert store.size() <= before // 2
        left = store.has_many("facts", [f"k{i}" for i in range(40)])
        assert {"k0", "k7", "k39"} <= left
        assert "k1" not in left
        assert store.get("facts", "k7", str) == "x" * 50_000
        assert store.problems == ()


def test_pruning_drops_idle_indexes_first_and_never_an_open_one(tmp_path):
    with Store.open(tmp_path) as store:
        for name in ("idle", "open"):
            with store.index_database(name) as index:
                index.execute("CREATE TABLE words (a)")
                index.execute("INSERT INTO words VALUES (?)", ("x" * 300_000,))
    with Store.open(tmp_path) as store:
        store.put("facts", "1", "x" * 1000)
        store.index_database("open")
        store.prune(500_000)
        assert store.has_many("facts", ["1"]) == {"1"}
        assert names(tmp_path) == [NAME, "index-open.sqlite3"]


def test_closing_prunes_a_store_over_its_limit(tmp_path):
    with Store(tmp_path, limit=1_000_000) as store:
        for i in range(40):
            store.put("facts", f"k{i}", "x" * 50_000)
    with Store.open(tmp_path) as store:
        assert store.size() <= 750_000
        assert 5 <= len(store.has_many("facts", [f"k{i}" for i in range(40)])) < 20


def test_counts_go_last(tmp_path):
    with Store.open(tmp_path) as store:
        store.piece_counts("c").put_many({i.to_bytes(12, "big"): i for i in range(20_000)})
        store.put("facts", "1", "x" * 100_000)
        store.prune(400_000)
        assert store.has_many("facts", ["1"]) == set()
        store.prune(100_000)
        assert store.piece_counts("c").get_many([bytes(12)]) == {}
        assert store.size() < 200_000


def test_a_store_in_memory_prunes_too():
    with Store.open(None) as store:
        store.put("facts", "1", "x" * 500_000)
        store.prune(100_000)
        assert store.has_many("facts", ["1"]) == set()
        assert store.size() <= 100_000


def test_clearing_removes_ours_and_nothing_else(tmp_path):
    filled(tmp_path)
    with Store.open(tmp_path) as store:
        store.index_database("v").execute("CREATE TABLE words (a)")
        store.discard_index("v")
    with sqlite3.connect(tmp_path / "index-theirs.sqlite3") as theirs:
        theirs.execute("CREATE TABLE t (a)")
    theirs.close()
    (tmp_path / "ctxpack-9.sqlite3").write_text("not a database at all")
    (tmp_path / "notes.sqlite3").write_bytes((tmp_path / NAME).read_bytes())
    removed, left = clear(tmp_path)
    assert left == []
    assert [path.name for path in removed] == [NAME, "index-v.sqlite3", "index-v.sqlite3.corrupt-1"]
    assert names(tmp_path) == ["ctxpack-9.sqlite3", "index-theirs.sqlite3", "notes.sqlite3"]
    assert clear(tmp_path / "absent") == ([], [])


def test_the_file_says_whose_it_is(tmp_path):
    path = filled(tmp_path)
    assert path.read_bytes()[68:72] == APPLICATION_ID.to_bytes(4, "big") == b"ctxp"


# --- where ---


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {"CTXPACK_CACHE_DIR": "/c", "HOME": "/h", "XDG_CACHE_HOME": "/x"}, "/c"),
        ("linux", {"HOME": "/h", "XDG_CACHE_HOME": "/x"}, "/x/ctxpack"),
        ("linux", {"HOME": "/h", "XDG_CACHE_HOME": "relative"}, "/h/.cache/ctxpack"),
        ("linux", {"HOME": "/h"}, "/h/.cache/ctxpack"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Caches/ctxpack"),
        ("win32", {"LOCALAPPDATA": "/l", "USERPROFILE": "/u"}, "/l/ctxpack"),
        ("win32", {"USERPROFILE": "/u"}, "/u/.cache/ctxpack"),
    ],
)
def test_the_default_directory(monkeypatch, platform, environ, expected):
    monkeypatch.setattr(sys, "platform", platform)
    assert default_directory(environ) == Path(expected)


def test_no_home_is_an_error_that_says_what_to_do(monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(ConfigError, match="CTXPACK_CACHE_DIR"):
        default_directory({})


# --- trust ---


def test_a_question_that_what_was_kept_spoils_is_answered_without_it(tmp_path):
    with Store.open(tmp_path) as store:
        store.put("facts", "1", {"name": "wrong"})
        store.index_database("v").execute("CREATE TABLE words (a)")

        def work():
            kept = store.get("facts", "1", dict) or {"title": "right"}
            return kept["title"]

        assert whatever_was_kept(store, work) == "right"
        (problem,) = store.problems
        assert (
            problem.message == f"cache was unusable (KeyError: 'title'); set aside as {NAME}.corrupt-1 and begun anew"
        )
        assert store.is_kept
        store.put("facts", "1", {"title": "new"})
        assert whatever_was_kept(store, work) == "new"
    assert names(tmp_path) == [NAME, f"{NAME}.corrupt-1", "index-v.sqlite3", "index-v.sqlite3.corrupt-1"]


def test_a_mistake_of_the_program_leaves_the_cache_as_it_is(tmp_path):
    with Store.open(tmp_path) as store:
        store.put("facts", "1", 1)
        runs = []

        def work():
            runs.append(store.get("facts", "1", int))
            raise LookupError(str(len(runs)))

        with pytest.raises(LookupError, match="1"):
            whatever_was_kept(store, work)
        assert runs == [1, None]
        assert store.get("facts", "1", int) == 1
        assert store.problems == ()
    with Store.open(None) as store, pytest.raises(LookupError, match="3"):
        whatever_was_kept(store, work)


def test_what_a_caller_may_expect_is_raised_at_once(tmp_path):
    with Store.open(tmp_path) as store:
        runs = []

        def work():
            runs.append(1)
            raise ConfigError("wrong")

        with pytest.raises(ConfigError, match="wrong"):
            whatever_was_kept(store, work)
        assert len(runs) == 1

        def spoilt():
            store.get("facts", "1", int)
            raise ConfigError("wrong") if not store.is_kept else KeyError("damage")

        with pytest.raises(ConfigError, match="wrong"):
            whatever_was_kept(store, spoilt)
        assert "KeyError" in store.problems[0].message


def test_a_damaged_schema_that_is_no_text_is_set_aside(tmp_path):
    path = filled(tmp_path)
    raw = path.read_bytes()
    assert raw.count(b"CREATE TABLE entry") == 1
    path.write_bytes(raw.replace(b"CREATE TABLE entry", b"CREATE T\xdbBLE entry"))
    with Store.open(tmp_path) as store:
        assert "set aside" in store.problems[0].message
        store.put("facts", "1", 1)
        assert store.get("facts", "1", int) == 1
