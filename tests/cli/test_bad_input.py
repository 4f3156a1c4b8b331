"""Mistakes of the caller: each is one sentence that says what to do, and exit code 2, whatever the verb."""

import subprocess
from pathlib import Path

import pytest
from cli_helpers import WEBSHOP, Cli, command, git, plain_environment, repository, write


def refused(result: object, *words: str) -> None:
    assert result.code == 2, result  # type: ignore[attr-defined]
    assert result.out == ""  # type: ignore[attr-defined]
    err = result.err  # type: ignore[attr-defined]
    assert err.startswith("ctxpack: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert "should not be" not in err
    for word in words:
        assert word in err, err


@pytest.mark.parametrize("verb", ["build", "rank", "files", "graph"])
def test_a_directory_that_is_not_there(cli: Cli, verb: str, tmp_path: Path) -> None:
    refused(cli(verb, "-C", tmp_path / "nope"), "nope")


def test_a_file_as_the_repository(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    refused(cli("files", "-C", tmp_path / "file"), "directory")


@pytest.mark.parametrize(
    "subject", ["src/ordesr.py", "src/orders.py::totl", "nowhere/", "table:nothing", "src/orders.py::"]
)
@pytest.mark.parametrize("verb", ["build", "rank", "graph"])
def test_a_target_that_names_nothing(cli: Cli, small: Path, verb: str, subject: str) -> None:
    refused(cli(verb, "-C", small, subject))


def test_the_nearest_names_are_told(cli: Cli, small: Path) -> None:
    refused(cli("build", "-C", small, "src/ordesr.py"), "src/orders.py")
    refused(cli("build", "-C", small, "src/orders.py::totl"), "total")


@pytest.mark.parametrize("subject", ["../elsewhere.py", "/etc/passwd", "src/../../x.py::name"])
def test_a_target_outside_the_repository(cli: Cli, small: Path, subject: str) -> None:
    refused(cli("build", "-C", small, subject), "outside")


@pytest.mark.parametrize("budget", ["0", "-5", "", "abc", "8kb", "1e9", "ten", "99999999999999999999999", "0.5", "٣"])
def test_a_budget_that_is_none(cli: Cli, budget: str) -> None:
    refused(cli("build", "-C", WEBSHOP, "-t", "refund", f"--budget={budget}"))


@pytest.mark.parametrize("budget", ["1", "10", "200"])
def test_a_budget_too_small_for_anything(cli: Cli, budget: str) -> None:
    refused(cli("build", "-C", WEBSHOP, "-t", "refund", "--budget", budget), "too small")


def test_a_budget_above_what_the_model_takes(cli: Cli) -> None:
    refused(cli("build", "-C", WEBSHOP, "--model", "scout@groq", "--budget", "1M"), "131,072")


def test_a_model_that_is_unknown_or_not_released(cli: Cli) -> None:
    refused(cli("build", "-C", WEBSHOP, "--model", "scuot"), "scout")
    refused(cli("models", "scuot"), "scout")
    refused(cli("build", "-C", WEBSHOP, "--model", "behemoth"), "tool.ctxpack.models.behemoth")


def test_a_format_that_is_unknown(cli: Cli) -> None:
    refused(cli("build", "-C", WEBSHOP, "--format", "markdwon"), "markdown")


def test_settings_that_are_wrong(cli: Cli, small: Path) -> None:
    write(small, {"ctxpack.toml": 'modle = "scout"\n'})
    refused(cli("build", "-C", small), "ctxpack.toml", "modle", "did you mean model?")
    write(small, {"ctxpack.toml": "budget = [1]\n"})
    refused(cli("config", "-C", small), "ctxpack.toml", "budget must be")
    write(small, {"ctxpack.toml": "[models.house]\nwidnow = 3\n"})
    refused(cli("models", "-C", small), "widnow", "window")
    write(small, {"ctxpack.toml": "model = \n"})
    refused(cli("files", "-C", small), "not valid TOML")


def test_a_revision_that_is_unknown_or_looks_like_an_option(cli: Cli, small: Path) -> None:
    refused(cli("files", "-C", small, "--at", "nope"), "nope")
    refused(cli("files", "-C", small, "--at=--output=x"))
    refused(cli("build", "-C", small, "--since", "nope"), "nope")
    refused(cli("build", "-C", small, "--since=--output=x"))


def test_a_revision_without_commits_or_git(cli: Cli, tmp_path: Path) -> None:
    unborn = repository(tmp_path / "unborn", {"a.py": "a = 1\n"}, commit=False)
    refused(cli("files", "-C", unborn, "--at", "HEAD"))
    (tmp_path / "plain").mkdir()
    refused(cli("files", "-C", tmp_path / "plain", "--at", "HEAD"))
    refused(cli("build", "-C", tmp_path / "plain", "--staged"))


def test_a_bare_repository_needs_a_revision(cli: Cli, small: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(small), str(tmp_path / "bare.git"))
    refused(cli("files", "-C", tmp_path / "bare.git"), "--at")
    assert "src/money.py" in cli("files", "-C", tmp_path / "bare.git", "--at", "main").out


def test_an_empty_directory_is_a_negative_answer(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert cli("files", "-C", tmp_path / "empty").code == 0
    built = cli("build", "-C", tmp_path / "empty", "-t", "anything", "-o", tmp_path / "pack.xml")
    assert (built.code, built.out) == (1, "")
    assert built.err == f"there is no file to read in {tmp_path / 'empty'}\n"
    assert not (tmp_path / "pack.xml").exists()
    assert cli("rank", "-C", tmp_path / "empty", "-t", "anything").code == 1
    assert cli("graph", "-C", tmp_path / "empty").code == 1


def test_a_directory_without_git_is_read_with_a_remark(cli: Cli, small: Path, tmp_path: Path) -> None:
    write(tmp_path / "plain", {"a.py": "a = 1\n"})
    result = cli("build", "-C", tmp_path / "plain", "-t", "a")
    assert result.code == 0
    assert result.err.count("is in no git work tree, so all that is under it is read") == 1
    for arguments in (("-C", small), ("-C", small / "src"), ("-C", small, "--at", "HEAD")):
        assert "work tree" not in cli("files", *arguments).err
    assert cli("files", "-C", tmp_path / "plain", "-q").err == ""


def test_datasets_that_are_like_an_unknown_one_are_told(cli: Cli, small: Path) -> None:
    tables = "".join(f"CREATE TABLE shop.{name} (id INT);\n" for name in ("customers", "orders", "refunds", "stock"))
    write(small, {"schema.sql": tables})
    for verb in ("lineage", "schema"):
        refused(cli(verb, "-C", small, "custmers"), "did you mean shop.customers?")
        refused(cli(verb, "-C", small, "SHOP.ordrs"), "did you mean shop.orders?")
        refused(cli(verb, "-C", small, "xyzzy"), "there are shop.customers, shop.orders, shop.refunds and 1 more")


def test_files_that_cannot_be_read_or_written(cli: Cli, small: Path) -> None:
    refused(cli("rank", "-C", small, "--task-file", "/no/such/file"), "cannot read")
    refused(cli("rank", "-C", small, "--diff", "/no/such/file"), "cannot read")
    refused(cli("build", "-C", small, "-t", "money", "-q", "-o", "/no/such/directory/p.xml"), "cannot write")
    refused(cli("build", "-C", small, "-t", "money", "-q", "-o", small))


def test_a_tokenizer_file_that_is_none(cli: Cli, small: Path) -> None:
    (small / "t.model").write_text("nonsense")
    refused(cli("build", "-C", small, "-t", "money", "--tokenizer-file", small / "t.model"), "t.model")
    refused(cli("build", "-C", small, "-t", "money", "--tokenizer-file", "/no/such"), "/no/such")


def test_a_cache_directory_that_cannot_be_made_is_only_a_remark(cli: Cli, small: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = cli("files", "-C", small, "--cache-dir", tmp_path / "file")
    assert result.code == 0
    assert "src/money.py" in result.out
    assert result.err


def test_a_budget_that_the_diff_alone_takes_says_so(cli: Cli, small: Path) -> None:
    write(small, {"src/orders.py": "x = 1\n" * 2000})
    git(small, "add", ".")
    refused(cli("build", "-C", small, "--staged", "--budget", "3k"), "too small", "the task and the diff take up to")


@pytest.mark.parametrize(
    "arguments",
    [
        ("impact", "src/money.py", "--min-confidence", "nan"),
        ("check", "--time-limit", "nan"),
        ("check", "--fail-confidence", "nan"),
        ("build", "--cache-prefix", "nan"),
        ("build", "--cache-prefix", "0.71"),
    ],
)
def test_a_number_that_is_in_no_range(cli: Cli, small: Path, arguments: tuple[str, ...]) -> None:
    refused(cli(*arguments, cwd=small), arguments[-2])


def test_a_setting_beyond_what_a_pack_takes_names_its_place(cli: Cli, small: Path) -> None:
    write(small, {"ctxpack.toml": "cache-prefix = 0.9\n"})
    refused(cli("build", cwd=small), "ctxpack.toml: cache-prefix must be a number from 0 to 0.7, not 0.9")


BYTES = "\udcff"
"""A byte that is not UTF-8, as it comes from a command line."""


@pytest.mark.parametrize("subject", [BYTES, f"table:{BYTES}", f"src/orders.py::{BYTES}", f"{BYTES}::x", f"{BYTES}/"])
@pytest.mark.parametrize("verb", ["build", "rank", "graph", "impact"])
def test_a_target_that_is_not_utf_8(cli: Cli, small: Path, verb: str, subject: str) -> None:
    refused(cli(verb, subject, cwd=small))


def test_text_that_is_not_utf_8_is_replaced(cli: Cli, small: Path) -> None:
    for option in ("-t", "--about"):
        assert cli("build", option, f"total {BYTES}", "-b", "4k", cwd=small).code == 0


def shell(line: str, cache: Path) -> "subprocess.CompletedProcess[str]":
    environment = plain_environment(cache)
    return subprocess.run(line, shell=True, env=environment, capture_output=True, text=True, check=False)


def test_a_current_directory_that_is_gone(small: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    line = f"cd {gone} && rmdir {gone} && {' '.join(command('files', '-C', small))}"
    done = shell(line, tmp_path / "c")
    assert done.returncode == 2
    assert "ctxpack: the current directory cannot be used: No such file or directory\n" in done.stderr
    assert "should not be" not in done.stderr


def test_standard_input_that_is_closed(small: Path, tmp_path: Path) -> None:
    line = f"{' '.join(command('build', '--task-file', '-', '-C', small))} <&-"
    done = shell(line, tmp_path / "c")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("ctxpack: the task in standard input is empty")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("arguments", [("files",), ("files", "--format", "json"), ("build", "-q", "-b", "4k")])
def test_standard_output_that_is_full(small: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            command(*arguments), cwd=small, env=plain_environment(tmp_path / "c"), stdout=full, stderr=subprocess.PIPE,
            text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "ctxpack: cannot write: No space left on device\n")


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ("confg/", "no such file or directory: confg/; did you mean config/?"),
        ("conf/", "no such file or directory: conf/; did you mean config/?"),
        ("confg", "no such file or directory: confg; did you mean config/, cli/config.go?"),
        ("cli/cofnig.go", "no such file or directory: cli/cofnig.go; did you mean cli/config.go, config/?"),
        ("sub/doc.go", "no such file or directory: sub/doc.go; did you mean doc.go?"),
        ("confg.go::Load", "no such file: confg.go; did you mean cli/config.go?"),
        ("nosuch.go", "no such file or directory: nosuch.go"),
        ("nosuch/", "no such file or directory: nosuch/"),
    ],
)
def test_files_and_directories_that_are_called_alike_are_told(
    cli: Cli, tmp_path: Path, subject: str, told: str
) -> None:
    files = ("config/load.go", "cli/config.go", "doc.go", "mock.go", "echo.go")
    root = repository(tmp_path / "go", dict.fromkeys(files, "package x\n"))
    assert cli("build", "-C", root, subject).err == f"ctxpack: {told}\n"


def test_a_pack_without_a_file_says_what_is_in_it(cli: Cli, tmp_path: Path) -> None:
    root = repository(tmp_path / "few", {"a.py": "def total():\n    return 1\n"})
    done = cli("build", "-C", root, "-t", "say what it is", "--budget", "330")
    assert "a.py" not in done.out
    assert "<map>" not in done.out
    assert " of 330 tokens: the instructions and the task alone\n" in done.err
    assert "1 file left out: " in done.err
