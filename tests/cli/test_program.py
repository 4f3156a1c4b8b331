"""The boundary: help, exit codes, one sentence for each error, closed pipes, interruption, and locales."""

import os
import resource
import signal
import subprocess
import time
from pathlib import Path

import click
import pytest
from cli_helpers import PROJECT, WEBSHOP, Cli, command, plain_environment

from ctxpack.cli import program
from ctxpack.errors import BudgetError


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",)])
def test_alone_it_prints_help_on_standard_output(cli: Cli, arguments: tuple[str, ...]) -> None:
    result = cli(*arguments)
    assert result.code == 0
    assert result.err == ""
    assert result.out.startswith("Usage: ctxpack")
    for verb in program.VERBS:
        assert f"  {verb} " in result.out


@pytest.mark.parametrize("verb", program.VERBS)
def test_every_verb_has_help_with_examples(cli: Cli, verb: str) -> None:
    result = cli(verb, "-h")
    assert result.code == 0
    assert f"Usage: ctxpack {verb}" in result.out
    assert f"  ctxpack {verb}" in result.out.split("Examples:")[1]


def test_the_version_is_told(cli: Cli) -> None:
    result = cli("--version")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("ctxpack ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("biuld",), "No such command 'biuld'; did you mean build? see"),
        (("xyzzy",), "No such command 'xyzzy'; see"),
        (("build", "--bugdet", "8k"), "--bugdet"),
        (("files", "--format", "yaml"), "'yaml' is not one of"),
        (("graph", "--kind", "import"), "unknown kind 'import'; did you mean imports?"),
        (("graph", "--format", "jsonl", "src/a.py"), "jsonl lists every bound reference"),
        (("build", "--workers", "0"), "0 is not in the range"),
        (("rank", "--limit", "-3"), "-3 is not in the range"),
        (("clean", "extra"), "unexpected extra argument"),
    ],
)
def test_usage_errors_are_one_line_and_point_at_help(cli: Cli, arguments: tuple[str, ...], words: str) -> None:
    result = cli(*arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.count("\n") == 1
    assert result.err.startswith("ctxpack: ")
    assert words in result.err
    assert "--help'" in result.err


def raising(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def verb() -> None:
        raise error

    monkeypatch.setattr(program.Program, "get_command", lambda *_: verb)


def test_an_error_of_the_core_is_its_sentence(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    raising(BudgetError("a budget of 3 tokens is too small"), monkeypatch)
    result = cli("build")
    assert (result.code, result.out, result.err) == (2, "", "ctxpack: a budget of 3 tokens is too small\n")


def test_an_unforeseen_error_asks_to_be_reported(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    raising(RuntimeError("odd\nthing"), monkeypatch)
    result = cli("build")
    assert result.code == 2
    assert result.err.count("\n") == 1
    assert "RuntimeError: odd\\nthing" in result.err
    assert "report" in result.err
    assert "Traceback" not in result.err


def test_the_traceback_comes_with_verbose(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: object, **_flags: object) -> None:
        raise RuntimeError("odd")

    monkeypatch.setattr("ctxpack.cli.options.View.config", broken)
    assert "Traceback" not in cli("config").err
    assert "Traceback" in cli("config", "-v").err


def test_an_interruption_is_130(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    raising(KeyboardInterrupt(), monkeypatch)
    heard = signal.getsignal(signal.SIGINT)
    try:
        result = cli("build")
    finally:
        signal.signal(signal.SIGINT, heard)
    assert result.code == 130
    assert result.err.strip() == "ctxpack: interrupted"


def test_help_starts_fast(cache_dir: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command("--help"), cwd=PROJECT, env=plain_environment(cache_dir), check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent < 0.5, "usually below 0.1 s; something heavy is imported at start"


def test_help_imports_nothing_heavy(cache_dir: Path) -> None:
    code = (
        "import sys, ctxpack.cli.program as p; p.run(['--help']);"
        "print([n for n in ('git', 'tiktoken', 'networkx', 'tree_sitter', 'msgspec', 'sqlite3') if n in sys.modules])"
    )
    done = subprocess.run(
        [*command()[:1], "-c", code], cwd=PROJECT, env=plain_environment(cache_dir), check=True, capture_output=True
    )
    assert done.stdout.decode().splitlines()[-1] == "[]"


@pytest.mark.parametrize("arguments", [("models",), ("files", "-C", WEBSHOP), ("build", "-C", WEBSHOP, "-t", "refund")])
def test_a_reader_that_leaves_is_no_error(arguments: tuple[object, ...], cache_dir: Path) -> None:
    with subprocess.Popen(
        command(*arguments), cwd=PROJECT, env=plain_environment(cache_dir), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout and process.stderr
        process.stdout.close()
        err = process.stderr.read().decode()
        assert process.wait(timeout=60) == 0
    assert "Traceback" not in err
    assert "Broken" not in err


def with_streams(streams: str, cache_dir: Path, *arguments: object) -> subprocess.CompletedProcess[bytes]:
    shell = " ".join([*command(*arguments), streams])
    return subprocess.run(
        ["sh", "-c", shell], check=False, cwd=PROJECT, env=plain_environment(cache_dir), capture_output=True, timeout=60
    )


@pytest.mark.parametrize(
    ("closed", "code", "said"),
    [
        (">&-", 2, b"ctxpack: cannot write: standard output is closed\n"),
        ("1</dev/null", 2, b"ctxpack: cannot write: Bad file descriptor\n"),
        ("2>&-", 0, b""),
        (">&- 2>&-", 2, b""),
    ],
)
@pytest.mark.parametrize("arguments", [("models",), ("models", "--format", "json"), ("--version",)])
def test_closed_streams_give_no_traceback(
    closed: str, code: int, said: bytes, arguments: tuple[str, ...], cache_dir: Path
) -> None:
    done = with_streams(closed, cache_dir, *arguments)
    assert (done.returncode, done.stderr) == (code, said)


def test_standard_output_may_be_closed_where_nothing_is_written_to_it(tmp_path: Path, cache_dir: Path) -> None:
    pack = tmp_path / "pack.xml"
    done = with_streams(">&-", cache_dir, "build", "-q", "-C", WEBSHOP, "-t", "refund", "-b", "2k", "-o", pack)
    assert (done.returncode, done.stderr) == (0, b"")
    assert pack.read_text(encoding="utf-8").startswith("<instructions>")


@pytest.mark.parametrize("module", ["typing", "ctxpack.cli.program", "click", "ctxpack.cli.rank", "ctxpack.api"])
def test_an_interrupt_while_modules_are_imported_is_one_sentence(module: str, cache_dir: Path) -> None:
    code = (
        "import sys\n"
        "class Interrupt:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {module!r}: raise KeyboardInterrupt\n"
        "sys.modules.pop('typing', None)\n"
        "sys.meta_path.insert(0, Interrupt())\n"
        "from ctxpack.cli import main\n"
        f"main(['rank', '-t', 'refund', '-C', {str(WEBSHOP)!r}])\n"
    )
    done = subprocess.run(
        [*command()[:1], "-c", code], cwd=PROJECT, env=plain_environment(cache_dir), check=False, capture_output=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"ctxpack: interrupted\n")


@pytest.mark.parametrize("locale", [{"LC_ALL": "C"}, {"LANG": "C", "PYTHONCOERCECLOCALE": "0"}])
def test_the_product_is_utf8_under_any_locale(locale: dict[str, str], tmp_path: Path, cache_dir: Path) -> None:
    (tmp_path / "größe.py").write_text("# 数\n", encoding="utf-8")
    environment = plain_environment(cache_dir, **locale)
    done = subprocess.run(
        command("files", "-C", tmp_path), cwd=PROJECT, env=environment, check=True, capture_output=True
    )
    assert "größe.py" in done.stdout.decode("utf-8")
    built = subprocess.run(
        command("build", "-C", tmp_path, "größe.py"), cwd=PROJECT, env=environment, check=True, capture_output=True
    )
    assert "# 数\n" in built.stdout.decode("utf-8")
    assert b"\r" not in built.stdout


def test_the_product_is_utf8_where_python_itself_is_not(tmp_path: Path, cache_dir: Path) -> None:
    (tmp_path / "size.py").write_text("# 数\n", encoding="utf-8")
    environment = plain_environment(cache_dir, LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    built = subprocess.run(
        command("build", "-C", tmp_path, "size.py"), cwd=PROJECT, env=environment, check=True, capture_output=True
    )
    assert "# 数\n" in built.stdout.decode("utf-8")


def opened(fifo: Path, seconds: float) -> int:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def test_interrupting_ends_it_without_a_traceback(tmp_path: Path, cache_dir: Path) -> None:
    os.mkfifo(tmp_path / "task")
    with subprocess.Popen(
        command("rank", "--task-file", tmp_path / "task", "-C", WEBSHOP), cwd=PROJECT,
        env=plain_environment(cache_dir), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    ) as process:  # fmt: skip
        # Opening the other end succeeds once the program waits for the task.
        end = opened(tmp_path / "task", seconds=30)
        # Once is not enough: a signal that comes just before the read blocks is seen after it.
        for _ in range(300):
            process.send_signal(signal.SIGINT)
            try:
                process.wait(0.1)
                break
            except subprocess.TimeoutExpired:
                continue
        process.kill()
        _, err = process.communicate(timeout=30)
        os.close(end)
    assert process.returncode == 130
    assert b"Traceback" not in err


def test_completion_knows_verbs_models_and_formats(cache_dir: Path) -> None:
    def completed(words: str) -> str:
        environment = plain_environment(
            cache_dir, _CTXPACK_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(len(words.split()) - 1)
        )
        return subprocess.run(
            command(), cwd=PROJECT, env=environment, check=True, capture_output=True, text=True
        ).stdout

    assert "plain,build" in completed("ctxpack bu")
    assert "plain,scout@groq" in completed("ctxpack build --model scout@g")
    assert "plain,markdown" in completed("ctxpack build --format mark")
