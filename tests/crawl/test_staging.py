"""The index as a view, what it is compared with, and where they differ."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
from crawl_helpers import NOW, Scratch

from ctxpack.crawl import CrawlSettings, FileChange, Repository, open_staging
from ctxpack.errors import RepositoryError
from ctxpack.parse import detect


@pytest.fixture
def place(tmp_path: Path) -> Scratch:
    scratch = Scratch(tmp_path / "repository").init()
    scratch.write("a.py", "def a(): ...\n")
    scratch.write("sub/b.py", "def b(): ...\n" * 20)
    scratch.commit()
    return scratch


def paths(view: Repository) -> list[str]:
    return [file.path for file in view.list(CrawlSettings(), detect, {}, NOW).files]


def test_the_index_is_listed_and_read_as_it_is_staged(place: Scratch) -> None:
    place.write("new.py", "x = 1\n")
    place.write("a.py", "staged = 1\n")
    place.git("add", "-A")
    place.write("a.py", "not staged\n")
    place.write("other.py")
    place.git("rm", "-q", "--cached", "sub/b.py")
    view = open_staging(place.root).after()
    assert paths(view) == ["a.py", "new.py"]
    assert view.read("a.py") == b"staged = 1\n"
    with pytest.raises(FileNotFoundError):
        view.read("other.py")
    assert view.history(5) == ()
    assert pickle.loads(pickle.dumps(view)).read("a.py") == b"staged = 1\n"


def test_changes_with_renames_and_conflicts(place: Scratch) -> None:
    place.git("mv", "sub/b.py", "sub/c.py")
    place.git("rm", "-q", "a.py")
    place.write("é n.py", "x = 1\n")
    place.git("add", "-A")
    staging = open_staging(place.root)
    assert set(staging.changes()) == {
        FileChange("sub/b.py", "sub/c.py"),
        FileChange("a.py", ""),
        FileChange("", "é n.py"),
    }
    before = staging.before()
    assert before is not None
    assert paths(before) == ["a.py", "sub/b.py"]


def test_a_conflict_has_no_content(place: Scratch) -> None:
    place.git("checkout", "-q", "-b", "side")
    place.write("a.py", "side = 1\n")
    place.commit()
    place.git("checkout", "-q", "main")
    place.write("a.py", "main = 1\n")
    place.commit()
    place.git("merge", "-q", "side", check=False)
    staging = open_staging(place.root)
    snapshot = staging.after().list(CrawlSettings(), detect, {}, NOW)
    assert [file.path for file in snapshot.files] == ["sub/b.py"]
    assert [(one.path, one.message) for one in snapshot.problems] == [("a.py", "has a conflict that is not resolved")]
    assert staging.changes() == (FileChange("a.py", "a.py"),)


def test_some_paths_alone_and_a_part_of_the_repository(place: Scratch) -> None:
    place.write("sub/[x].py", "x = 1\n")
    place.write("sub/x.py", "x = 1\n")
    place.git("add", "-A")
    staging = open_staging(place.root)
    assert paths(staging.after({"sub/[x].py", "nowhere.py"})) == ["sub/[x].py"]
    assert paths(staging.after(())) == []
    below = open_staging(place.root / "sub")
    assert paths(below.after()) == ["[x].py", "b.py", "x.py"]
    assert {change.after for change in below.changes()} == {"[x].py", "x.py"}


def test_which_files_have_a_word(place: Scratch) -> None:
    place.write("c.py", "Alpha = a_b\n")
    place.write("d.py", "alphabet -e --cached\n")
    place.git("add", "-A")
    staging = open_staging(place.root)
    assert staging.mentioning(["Alpha", "nothing"]) == {"c.py"}
    assert staging.mentioning(["alpha"], any_case=True) == {"c.py"}
    assert staging.mentioning(["a"]) == {"a.py"}
    assert staging.mentioning(["--cached"]) == {"d.py"}
    assert staging.mentioning([]) == frozenset()
    assert staging.mentioning(["two\nlines"]) is None


def test_before_the_first_commit_and_without_a_repository(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path / "empty").init()
    scratch.write("a.py")
    scratch.git("add", "-A")
    staging = open_staging(scratch.root)
    assert (staging.base, staging.changes(), staging.before()) == ("", (), None)
    assert paths(staging.after()) == ["a.py"]
    with pytest.raises(RepositoryError, match="not in a git work tree"):
        open_staging(tmp_path)
    with pytest.raises(RepositoryError, match="not a revision"):
        open_staging(scratch.root, since="--all")


def test_a_commit_that_cannot_be_read_is_not_taken_for_none(place: Scratch) -> None:
    head = place.git("rev-parse", "HEAD").strip()
    (place.root / ".git/objects" / head[:2] / head[2:]).unlink()
    with pytest.raises(RepositoryError, match="the commit that HEAD is cannot be read"):
        open_staging(place.root)


def test_a_change_of_a_file_whose_name_is_not_utf_8_is_one(place: Scratch) -> None:
    Path(os.fsdecode(os.fsencode(place.root) + b"/caf\xe9.py")).write_text("x = 1\n")
    place.git("add", "-A")
    assert open_staging(place.root).changes() == (FileChange("", "caf\\xe9.py"),)
    assert paths(open_staging(place.root).after()) == ["a.py", "sub/b.py"]
