"""Only the table of the weights is touched, or nothing."""

import tomllib
from pathlib import Path

import pytest

from ctxpack import config
from ctxpack.errors import ConfigError
from ctxpack.evaluate.weights_file import place, write, written

WEIGHTS = {"files.file name": 0.25, "files.words": 0.5, "roles.test": 1.0}
NEW = {"files.words": 0.75}


def test_a_file_is_made_where_there_is_none(tmp_path: Path) -> None:
    assert write(tmp_path, WEIGHTS, "on 3 commits.") == tmp_path / "ctxpack.toml"
    assert dict(config.load(tmp_path).weights) == WEIGHTS
    assert (tmp_path / "ctxpack.toml").read_text() == (
        "[weights]\n# Fitted by `ctxpack tune` on 3 commits.\n"
        'files."file name" = 0.25\nfiles.words = 0.5\nroles.test = 1\n'
    )


@pytest.mark.parametrize("end", ["", "\n", "\n\n# the end"])
def test_everything_else_stays_as_it_was(tmp_path: Path, end: str) -> None:
    own = '[project]  # mine\nname = "x"\n\n[tool.ctxpack]\n# why\nbudget = "16k"\n'
    before = f'{own}\n[tool.other]\na = """\n[tool]\n"""{end}'
    file = tmp_path / "pyproject.toml"
    file.write_text(before)
    assert write(tmp_path, WEIGHTS, "x") == file
    assert file.read_text().startswith(before)
    loaded = config.load(tmp_path)
    assert (dict(loaded.weights), loaded.budget) == (WEIGHTS, "16k")
    once = file.read_text()
    write(tmp_path, NEW, "y")
    assert dict(config.load(tmp_path).weights) == NEW
    write(tmp_path, WEIGHTS, "x")
    assert file.read_text() == once
    assert not (tmp_path / "ctxpack.toml").exists()


def test_the_table_is_replaced_where_it_stands() -> None:
    before = "a = 1 # one\n\n[weights]\n# Fitted by `ctxpack tune` x\nfiles.words = 1\n\n  [other] # mine\nb = 2\n"
    made = written(before, NEW, "weights", "y")
    assert (
        made
        == "a = 1 # one\n\n[weights]\n# Fitted by `ctxpack tune` y\nfiles.words = 0.75\n\n  [other] # mine\nb = 2\n"
    )


def test_weights_of_ones_own_stay() -> None:
    before = "[weights]\nsymbols.name = 0.123456789\nfiles.mentioned = 2\nfiles.words = 1\n"
    made = written(before, NEW, "weights", "y", {"files.mentioned": 2.0, "symbols.name": 0.123456789})
    assert made == (
        "[weights]\nfiles.mentioned = 2\nsymbols.name = 0.123456789\n# Fitted by `ctxpack tune` y\nfiles.words = 0.75\n"
    )
    assert written(made, NEW, "weights", "y", {"files.mentioned": 2.0, "symbols.name": 0.123456789}) == made


def test_line_ends_stay() -> None:
    made = written("a = 1\r\n\r\n[weights]\r\nfiles.words = 1\r\n", NEW, "weights", "y")
    assert made == "a = 1\r\n\r\n[weights]\r\n# Fitted by `ctxpack tune` y\r\nfiles.words = 0.75\r\n"


@pytest.mark.parametrize(
    ("before", "why"),
    [
        ("[weights]\nfiles.words = 1 # good\n", "comments of yours"),
        ("[weights]\n# Fitted by hand\nfiles.words = 1\n", "comments of yours"),
        ("weights.files.words = 1\n", "not in a table"),
        ("weights = {files = {words = 1}}\n", "not in a table"),
        ("[weights.files]\nwords = 1\n", "not in a table"),
        ("[weights] # mine\nfiles.words = 1\n", "not in a table"),
        ("[weights]\nfiles.words = 1\n[weights.roles]\ntest = 1\n", "cannot be told"),
        ('a = """\n[weights]\n"""\n', "not valid TOML|cannot be told"),
        ("a = \n", "not valid TOML"),
    ],
)
def test_what_is_unusual_is_left_to_the_user(before: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        written(before, NEW, "weights", "y")


def test_nothing_is_written_where_it_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "ctxpack.toml"
    file.write_text("[weights]\nfiles.words = 1 # good\n")
    with pytest.raises(ConfigError):
        write(tmp_path, NEW, "y")
    assert file.read_text() == "[weights]\nfiles.words = 1 # good\n"


@pytest.mark.parametrize(
    ("shared", "name"),
    [
        ("[tool.ctxpack]\n", "pyproject.toml"),
        ('[tool]\nctxpack = {budget = "8k"}\n', "pyproject.toml"),
        ("[tool.other]\n", "ctxpack.toml"),
        ("broken", "ctxpack.toml"),
    ],
)
def test_they_go_where_the_settings_are(tmp_path: Path, shared: str, name: str) -> None:
    (tmp_path / "pyproject.toml").write_text(shared)
    assert place(tmp_path).name == name
    (tmp_path / "ctxpack.toml").write_text("")
    assert place(tmp_path).name == "ctxpack.toml"


def test_what_is_written_is_what_was_meant() -> None:
    assert tomllib.loads(written("", WEIGHTS, "tool.ctxpack.weights", "y"))["tool"]["ctxpack"]["weights"] == {
        "files": {"file name": 0.25, "words": 0.5},
        "roles": {"test": 1},
    }
