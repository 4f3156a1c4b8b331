"""The README is true: its commands run, its Python runs, its settings load, and its links lead somewhere."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from ctxpack import config
from ctxpack.pack import models
from ctxpack.parse.languages.table import LANGUAGES

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```([\w ]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARKED = re.compile(r"^<!-- command: (\w+) -->\n```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> list[str]:
    return [text for found, text in BLOCK.findall(README) if found == kind]


COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]
DATA_COMMANDS = [line for block in blocks("sh medallion") for line in block.splitlines()]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A copy of the fixture that the README works in, and an environment in which `ctxpack` is this package."""
    base = tmp_path_factory.mktemp("readme")
    shop = shutil.copytree(PROJECT / "fixtures" / "webshop", base / "webshop")
    lakehouse = shutil.copytree(PROJECT / "fixtures" / "medallion", base / "medallion")
    for root in (shop, lakehouse):
        subprocess.run(["git", "init", "-q", str(root)], check=True)
    tools = base / "bin"
    tools.mkdir()
    (tools / "ctxpack").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ctxpack "$@"\n')
    (tools / "ctxpack").chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(PROJECT),
        "CTXPACK_CACHE_DIR": str(base / "cache"),
    }
    environment.pop("_CTXPACK_COMPLETE", None)
    return shop, environment


@pytest.mark.parametrize("line", COMMANDS)
def test_its_commands_run(line: str, place: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    shop, environment = place
    local = line.replace("/tmp/", f"{tmp_path}/")
    done = subprocess.run(["bash", "-c", local], check=False, cwd=shop, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout or done.stderr or any(path.stat().st_size for path in tmp_path.iterdir())


@pytest.mark.parametrize("line", DATA_COMMANDS)
def test_its_commands_about_data_run(line: str, place: tuple[Path, dict[str, str]]) -> None:
    shop, environment = place
    lakehouse = shop.parent / "medallion"
    done = subprocess.run(
        ["bash", "-c", line], check=False, cwd=lakehouse, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout


def test_the_excerpt_of_a_schema_is_what_is_printed(place: tuple[Path, dict[str, str]]) -> None:
    shop, environment = place
    (excerpt,) = [block for block in blocks("text") if block.startswith("silver.customers")]
    command = [sys.executable, "-m", "ctxpack", "schema", "silver.customers"]
    done = subprocess.run(
        command, check=True, cwd=shop.parent / "medallion", env=environment, capture_output=True, text=True
    )
    assert set(excerpt.splitlines()) <= set(done.stdout.splitlines())


def test_there_are_commands_for_every_verb_that_shows_something() -> None:
    verbs = {re.search(r"ctxpack (\w+)", line)[1] for line in [*COMMANDS, *DATA_COMMANDS]}  # type: ignore[index]
    assert verbs >= {"build", "rank", "files", "graph", "impact", "lineage", "schema", "models", "config"}


def test_its_python_runs(place: tuple[Path, dict[str, str]]) -> None:
    shop, environment = place
    (code,) = blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", code + "\nprint(len(prompt))"], check=False, cwd=shop, env=environment,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    sure, best, length = done.stdout.splitlines()
    assert 0 < float(sure.split()[0]) < 1
    assert best.startswith("src/webshop/services/refunds.py ('title, words: ")
    assert int(length) > 1000


def test_its_settings_load() -> None:
    (text,) = blocks("toml")
    loaded = config.from_texts(text)
    assert loaded.model in loaded.models
    assert (
        models.from_config("house", loaded.models["house"]).window == tomllib.loads(text)["models"]["house"]["window"]
    )


def test_its_two_commands_are_one_line_each_and_what_ci_runs() -> None:
    marked = dict(MARKED.findall(README))
    assert sorted(marked) == ["pack", "test"]
    assert all(text.count("\n") == 1 for text in marked.values())
    assert marked["pack"].startswith("python3 -m venv .venv && .venv/bin/pip install")
    for tool in ("ruff", "mypy", "lint-imports", "pytest"):
        assert tool in marked["test"]
    script = (PROJECT / ".ci" / "run").read_text()
    assert all(f"command_of {name}" in script for name in marked)
    extract = "cd $0 && " + re.search(r"command_of\(\) \{.*?^\}", script, re.DOTALL | re.MULTILINE)[0]  # type: ignore[index]
    for name, text in marked.items():
        done = subprocess.run(
            ["bash", "-c", f"{extract}\ncommand_of {name}", str(PROJECT)], check=True, capture_output=True, text=True
        )
        assert done.stdout == text


def test_the_command_that_makes_a_pack_is_true(place: tuple[Path, dict[str, str]]) -> None:
    _, environment = place
    command = dict(MARKED.findall(README))["pack"].rpartition("&& .venv/bin/")[2]
    done = subprocess.run(
        ["bash", "-c", command], check=True, cwd=PROJECT, env=environment, capture_output=True, text=True
    )
    assert "silver.returns (silver, table, ddl/silver/warehouse.sql:" in done.stdout
    assert "loyalty_tier: STRING nullable (full join at pipelines/silver/customers.py:45)" in done.stdout


def test_what_is_said_of_a_pack_can_be_read_from_its_manifest_too(
    place: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    shop, environment = place
    command = f"ctxpack build -t 'refund single lines of an order' --manifest {tmp_path}/m.json -o {tmp_path}/p.xml"
    done = subprocess.run(
        ["bash", "-c", command], check=True, cwd=shop, env=environment, capture_output=True, text=True
    )
    told = json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))["confidence"]
    assert told["because"] in done.stderr
    assert ("to make it surer: " in done.stderr) is ("question" in told)
    assert told.get("question", "") in done.stderr


@pytest.mark.parametrize(("verb", "code"), [("build", 1), ("rank", 1), ("impact", 1), ("check", 0)])
def test_its_exit_codes_for_nothing_staged_are_true(verb: str, code: int, place: tuple[Path, dict[str, str]]) -> None:
    shop, environment = place
    staged = ["--staged"] if verb != "check" else []
    command = [sys.executable, "-m", "ctxpack", verb, *staged]
    assert subprocess.run(command, check=False, cwd=shop, env=environment, capture_output=True).returncode == code


def test_its_excerpts_are_real(place: tuple[Path, dict[str, str]]) -> None:
    shop, environment = place
    done = subprocess.run(
        ["bash", "-c", "ctxpack build -t 'refund single lines of an order' --budget 32k"], check=True, cwd=shop,
        env=environment, capture_output=True, text=True,
    )  # fmt: skip
    summary, row = (block for block in blocks("text") if not block.startswith("silver.customers"))
    (excerpt,) = blocks("xml")
    # What is chosen decides the figures: where they move, the README has to say what is printed now.
    assert summary == done.stderr
    shown = done.stdout.splitlines()
    for line in excerpt.splitlines():
        path = re.match(r'<document path="([^"]+)"', line)
        assert line == "…" or (f'path="{path[1]}"' in done.stdout if path else line in shown), line
    reached = next(line for line in COMMANDS if line.startswith("ctxpack impact") and "refunds.py" in line)
    done = subprocess.run(
        ["bash", "-c", reached], check=True, cwd=shop, env=environment, capture_output=True, text=True
    )
    printed = [line.split() for line in done.stdout.splitlines()]
    assert all(line.split() in printed for line in row.splitlines())


def test_it_promises_no_foreign_package() -> None:
    assert not re.search(r"pip install (--\w+ )*ctxpack(\s|$)", README)
    assert "pypi" not in README.lower()


def test_its_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", README):
        assert (PROJECT / link).exists(), link


OTHER_NAMES = {
    "bash": "shell", "c": " C,", "cpp": "C++", "csharp": "C#", "go": " Go,", "javascript": "JavaScript",
    "objc": "Objective-C", "php": "PHP", "powershell": "PowerShell", "tsx": "TypeScript", "typescript": "TypeScript",
    "yacc": " C,",
}  # fmt: skip
"""The names of languages that are not written as in the table, with a capital."""


def test_every_language_with_a_grammar_is_named() -> None:
    section = README.partition("## What it reads")[2].partition("- **Tables")[0]
    named = [one.name for one in LANGUAGES if one.grammar]
    assert len(named) > 20
    assert [name for name in named if OTHER_NAMES.get(name, name.capitalize()) not in section] == []
