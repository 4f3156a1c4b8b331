"""Subjects as people type them, and texts that come from files or standard input."""

from pathlib import Path

import click
import pytest
from cli_helpers import Cli

from ctxpack.cli.options import Request, View, read_text
from ctxpack.cli.subjects import relative_subjects
from ctxpack.errors import TargetError


def view(repo: Path | None = None) -> View:
    return View(repo, None, None, True, None, None)


def request_of(**values: object) -> Request:
    given = {"subjects": (), "task": None, "task_file": None, "staged": False, "since": None, "diff": None, **values}
    return Request(**given)  # type: ignore[arg-type]


def test_the_root_is_the_work_tree_around_the_current_directory(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small / "src")
    assert view().root == small
    assert view(Path("/elsewhere")).root == Path("/elsewhere")


def test_paths_are_meant_from_where_one_stands(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small / "src")
    given = ["money.py", "money.py::Money.__init__", "../README.md", "src/orders.py", "nope.py", "../src/", str(small)]
    assert relative_subjects(given, view()) == [
        "src/money.py", "src/money.py::Money.__init__", "README.md", "src/orders.py", "nope.py", "src/",
    ]  # fmt: skip


def test_tables_are_no_paths(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small / "src")
    assert relative_subjects(["table:silver.orders"], view()) == ["table:silver.orders"]


def test_with_a_root_given_paths_count_from_there_first(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small.parent)
    assert relative_subjects(["src/money.py", "small/src/orders.py", "./README.md"], view(Path("small"))) == [
        "src/money.py", "src/orders.py", "README.md",
    ]  # fmt: skip


def test_a_path_through_a_link_to_the_root_is_inside(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = small.parent / "link"
    link.symlink_to(small)
    monkeypatch.chdir(small.parent)
    assert relative_subjects([str(link / "src" / "money.py")], view(small)) == ["src/money.py"]
    assert relative_subjects([str(small / "src" / "money.py")], view(link)) == ["src/money.py"]


@pytest.mark.parametrize("subject", ["../outside.py", "/etc/passwd", "src/../../outside.py::name"])
def test_paths_outside_the_root_are_refused(subject: str, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small)
    with pytest.raises(TargetError, match="lies outside the repository"):
        relative_subjects([subject], view())


def test_texts_are_read_as_utf8_whatever_they_are(tmp_path: Path) -> None:
    (tmp_path / "task").write_bytes(b"\xef\xbb\xbfcaf\xe9 \xc3\xa9")
    assert read_text(str(tmp_path / "task")) == "caf\ufffd é"
    with pytest.raises(click.UsageError, match=r"cannot read .*: No such file"):
        read_text(str(tmp_path / "nope"))
    with pytest.raises(click.UsageError, match="cannot read"):
        read_text("a\0b")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"task": "a", "task_file": "b"}, "--task and --task-file exclude each other"),
        ({"task_file": "-", "diff": "-"}, "cannot both be read from standard input"),
        ({"staged": True, "since": "main"}, "exclude each other"),
        ({"since": "main", "diff": "-"}, "exclude each other"),
    ],
)
def test_contradictions_are_usage_errors(values: dict[str, object], words: str) -> None:
    request = request_of(**values)
    with pytest.raises(click.UsageError, match=words):
        request.target(None, view())  # type: ignore[arg-type]


def test_an_undecodable_task_is_made_readable() -> None:
    assert request_of(task="caf\udce9")._task() == "caf\ufffd"


def test_an_empty_task_is_a_usage_error(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text(" \n")
    result = cli("rank", "--task-file", tmp_path / "empty", "--no-cache", "-C", tmp_path)
    assert (result.code, result.out) == (2, "")
    assert "is empty" in result.err


@pytest.mark.parametrize(("verb", "told"), [("build", True), ("eval", True), ("check", False), ("models", False)])
def test_help_tells_of_revisions_where_they_mean_something(cli: Cli, verb: str, told: bool) -> None:
    assert ("--at REV" in cli(verb, "--help").out) is told
