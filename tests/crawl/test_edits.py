"""What one commit did to the files before it."""

from pathlib import Path

import pytest
from crawl_helpers import NOW, Scratch

from ctxpack.crawl import CrawlSettings, Edit, Repository, open_repository
from ctxpack.errors import RepositoryError
from ctxpack.parse import detect


@pytest.fixture
def place(tmp_path: Path) -> Scratch:
    scratch = Scratch(tmp_path / "repository").init()
    scratch.write("a.py", "".join(f"a{number} = {number}\n" for number in range(1, 11)))
    scratch.write("sub/b c.py", "def b():\n    pass\n" * 5)
    scratch.write("gone.py", "x = 1\ny = 2\n")
    scratch.commit()
    return scratch


def view(place: Scratch, *below: str) -> Repository:
    return open_repository(place.root.joinpath(*below))


def test_lines_are_those_before_the_commit(place: Scratch) -> None:
    lines = [f"a{number} = {number}\n" for number in range(1, 11)]
    lines[1] = "a2 = 'two'\nmore = 2\n"
    lines[5:7] = []
    lines.append("last = 11\n")
    place.write("a.py", "".join(lines))
    commit = place.commit()
    assert view(place).edits(commit) == (Edit("a.py", ((2, 2), (6, 7)), (10,)),)


def test_created_files_are_no_edits_and_moved_ones_go_by_their_old_name(place: Scratch) -> None:
    place.write("new.py", "completely = 'different'\n")
    place.git("rm", "-q", "gone.py")
    place.git("mv", "sub/b c.py", "sub/ü.py")
    commit = place.commit()
    assert view(place).edits(commit) == (Edit("gone.py", ((1, 2),)), Edit("sub/b c.py"))


def test_below_the_top_only_what_lies_there_is_told(place: Scratch) -> None:
    place.write("a.py", "changed\n")
    place.write("sub/b c.py", "changed\n")
    commit = place.commit()
    assert [edit.path for edit in view(place, "sub").edits(commit)] == ["b c.py"]


def test_what_is_put_in_behind_a_definition_is_not_inside() -> None:
    edit = Edit("a.py", ((3, 4),), (10,))
    assert edit.touches((4, 8))
    assert edit.touches((9, 11))
    assert not edit.touches((6, 10))
    assert not edit.touches((11, 12))


def test_the_view_before_a_commit_is_that_of_its_parent(place: Scratch) -> None:
    place.write("later.py")
    commit = place.commit("later")
    before = view(place).before(commit, "replay")
    assert before is not None
    listed = [file.path for file in before.list(CrawlSettings(), detect, {}, NOW).files]
    assert listed == ["a.py", "gone.py", "sub/b c.py"]
    assert [one.message for one in before.history(10)] == ["c"]
    assert before.identity.endswith("@replay")


def test_there_is_nothing_before_the_first_commit(place: Scratch) -> None:
    first = place.git("rev-parse", "HEAD").strip()
    assert view(place).before(first, "replay") is None
    assert view(place).edits(first) == ()
    with pytest.raises(RepositoryError, match="names no commit"):
        view(place).edits("no-such")


def test_a_plain_directory_has_no_past(tmp_path: Path) -> None:
    with pytest.raises(RepositoryError, match="no history"):
        open_repository(tmp_path).edits("HEAD")
