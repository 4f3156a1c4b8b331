"""TARGETs with odd names, with nothing in them, and of what is not read: a file, or one sentence that says why not."""

import os
import sys
from pathlib import Path

import pytest
from cli_helpers import Cli, git, repository, write

from ctxpack.api import Index
from ctxpack.errors import TargetError

BODY = "def total(prices):\n    return sum(prices)\n"


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    names = ("co::lon.py", "table:x.py", "case.py", "src/co::lon.py", "src/table:y.py", "a::b/inner.py")
    return repository(tmp_path / "odd", dict.fromkeys(names, BODY))


@pytest.mark.parametrize(
    ("where", "subject", "path"),
    [
        ("", "co::lon.py", "co::lon.py"),
        ("", "co::lon.py::total", "co::lon.py"),
        ("", "table:x.py", "table:x.py"),
        ("", "./table:x.py", "table:x.py"),
        ("", "table:x.py::total", "table:x.py"),
        ("", "src/co::lon.py", "src/co::lon.py"),
        ("src", "co::lon.py::total", "src/co::lon.py"),
        ("src", "table:y.py", "src/table:y.py"),
        ("src", "../table:x.py", "table:x.py"),
        ("", "a::b/", "a::b/inner.py"),
        ("", "a::b/inner.py::total", "a::b/inner.py"),
    ],
)
def test_what_exists_is_that_path(cli: Cli, odd: Path, where: str, subject: str, path: str) -> None:
    result = cli("build", subject, cwd=odd / where)
    assert result.code == 0, result.err
    assert f'path="{path}" role="target"' in result.out


def test_the_library_takes_them_too(odd: Path) -> None:
    with Index.open(odd) as index:
        assert index.target("co::lon.py", "table:x.py").paths == ("co::lon.py", "table:x.py")
        assert index.target("co::lon.py::total").symbols == (("co::lon.py", "total"),)
        with pytest.raises(TargetError, match="a target is empty"):
            index.target("")


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ("case.py::", "case.py:: names no symbol after the '::'; case.py alone means the whole file"),
        ("::total", "::total names no file before the '::'; did you mean"),
        ("::", ":: names no file before the '::'"),
        ("", "a TARGET is empty: is it a variable of the shell that is not set?"),
        ("./table:none", "no such file or directory: ./table:none"),
        ("co::lon.py::nope", "co::lon.py defines no nope"),
    ],
)
@pytest.mark.parametrize("verb", [("build", "-t", "x"), ("rank",), ("impact",), ("graph",)])
def test_what_names_nothing_is_an_error(cli: Cli, odd: Path, verb: tuple[str, ...], subject: str, told: str) -> None:
    result = cli(*verb, subject, cwd=odd)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"ctxpack: {told}")
    assert len(result.err.splitlines()) == 1


def test_a_file_with_such_a_name_is_no_task(cli: Cli, odd: Path, tmp_path: Path) -> None:
    result = cli("plan", "co::lon.py", "-o", tmp_path / "packs", cwd=odd)
    assert "co::lon.py is a TARGET" in result.err


def test_files_of_a_submodule_are_told_why_they_are_not_read(cli: Cli, tmp_path: Path) -> None:
    inner = repository(tmp_path / "inner", {"lib/x.py": BODY})
    outer = repository(tmp_path / "outer", {"a.py": BODY})
    git(outer, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "sub")
    for subject in ("sub/lib/x.py", "sub/lib/x.py::total", "sub/lib/"):
        result = cli("build", subject, cwd=outer)
        assert result.code == 2
        path = subject.partition("::")[0].rstrip("/")
        assert result.err.startswith(f"ctxpack: {path} is not read, since sub was skipped: ")


def test_a_directory_of_skipped_files_is_told_why(cli: Cli, tmp_path: Path) -> None:
    root = repository(tmp_path / "some", {"a.py": BODY, "old/b.py": BODY})
    write(root, {"ctxpack.toml": 'extend-exclude = ["old/*.py"]\n'})
    result = cli("build", "old/", cwd=root)
    assert result.code == 2
    assert result.err.startswith("ctxpack: no file in old/ is read; old/b.py was skipped: excluded by extend-exclude")


@pytest.mark.skipif(sys.platform == "darwin", reason="names are always UTF-8")
@pytest.mark.parametrize("name", [b"caf\xe9.py", b"d\xe9/x.py"])
def test_a_name_that_is_not_utf8_is_told(cli: Cli, small: Path, name: bytes) -> None:
    place = os.path.join(os.fsencode(small), name)  # noqa: PTH118
    os.makedirs(os.path.dirname(place), exist_ok=True)  # noqa: PTH103, PTH120
    Path(os.fsdecode(place)).write_text(BODY)
    git(small, "add", "-A")
    for subject in (os.fsdecode(name), f"{os.fsdecode(name)}::total"):
        result = cli("build", subject, cwd=small)
        assert result.code == 2
        assert "its name is not UTF-8" in result.err
