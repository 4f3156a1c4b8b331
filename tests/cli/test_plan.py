"""`ctxpack plan`: a directory of packs, one manifest, and honest gaps."""

import hashlib
import json
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cli_helpers import Cli, repository

from ctxpack.cli.plan import ROLES
from ctxpack.views import VIEWS

FILES = {
    "pipelines/orders.py": (
        "def run(spark):\n    orders = spark.read.table('bronze.orders')\n"
        "    orders.dropDuplicates().write.saveAsTable('silver.orders')\n"
    ),
    "ddl/orders.sql": "CREATE TABLE bronze.orders (id BIGINT NOT NULL, currency STRING);\n",
    "README.md": "# orders\n",
}
TASK = "add the currency to silver.orders"


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return repository(tmp_path / "lake", FILES)


def plan(cli: Cli, lake: Path, output: Path, *more: object, code: int = 0) -> tuple[dict[str, Any], str]:
    result = cli("plan", TASK, "-o", output, *more, cwd=lake)
    assert result.code == code, result.err
    assert result.out == ""
    document = json.loads((output / "manifest.json").read_text("utf-8"))
    schema = resources.files("ctxpack.data").joinpath("schemas/plan.json").read_text("utf-8")
    jsonschema.validate(document, json.loads(schema))
    return document, result.err


def test_each_part_is_a_file_for_its_model(cli: Cli, lake: Path, tmp_path: Path) -> None:
    models = ("-m", "coder=scout@groq", "-m", "orchestrator=maverick", "-b", "coder=4k")
    document, said = plan(cli, lake, tmp_path / "packs", *models)
    parts = {part["view"]: part for part in document["parts"]}
    assert list(parts) == ["coder", "pipeline", "extractor", "orchestrator"]
    assert [part["model"] for part in parts.values()] == ["scout@groq", "scout", "scout", "maverick"]
    assert parts["coder"]["budget"] == 4000
    assert document["task"] == TASK
    assert set(parts["coder"]["confidence"]) >= {"chance", "belongs", "because"}
    for part in parts.values():
        assert part["tokens"] <= part["budget"]
        text = (tmp_path / "packs" / part["file"]).read_text("utf-8")
        assert TASK in text
        assert part["cache_breakpoints"][-1] <= len(text.encode())
    told = (tmp_path / "packs" / "orchestrator.xml").read_text("utf-8")
    assert f"coder for scout@groq: {parts['coder']['tokens']:,} tokens" in told
    assert said.count(" tokens for ") == 4
    assert sorted(path.name for path in (tmp_path / "packs").iterdir()) == [
        "coder.xml", "extractor.xml", "manifest.json", "orchestrator.xml", "pipeline.xml",
    ]  # fmt: skip


def test_the_task_may_be_an_option_or_a_file(cli: Cli, lake: Path, tmp_path: Path) -> None:
    wanted = ("pipelines/orders.py", "--view", "coder", "-o", tmp_path / "packs")
    for arguments in ((TASK,), ("-t", TASK), ("--task-file", "-")):
        result = cli("plan", *arguments, *wanted, cwd=lake, stdin=TASK)
        assert result.code == 0, result.err
        document = json.loads((tmp_path / "packs" / "manifest.json").read_text("utf-8"))
        assert (document["task"], document["targets"]) == (TASK, ["pipelines/orders.py"])
    refused = cli("plan", "-o", tmp_path / "none", cwd=lake)
    assert refused.code == 2
    assert "say what is to be done" in refused.err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("name", ["packs", "out[1]", "#a *b! "])
def test_a_second_run_into_the_repository_gives_the_same_bytes(cli: Cli, lake: Path, name: str) -> None:
    output = lake / name
    plan(cli, lake, output)
    first = {path.name: path.read_bytes() for path in output.iterdir()}
    plan(cli, lake, output)
    assert {path.name: path.read_bytes() for path in output.iterdir()} == first
    assert b"orchestrator.xml" not in first["coder.xml"]


def test_packs_of_an_earlier_plan_are_removed_or_told(cli: Cli, lake: Path, tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    plan(cli, lake, packs)
    (packs / "notes.xml").write_text("mine")
    (packs / "pipeline.xml").write_text("changed by me")
    document, said = plan(cli, lake, packs, "--view", "coder", "-f", "markdown")
    assert [part["file"] for part in document["parts"]] == ["coder.md"]
    assert sorted(path.name for path in packs.iterdir()) == ["coder.md", "manifest.json", "notes.xml", "pipeline.xml"]
    for name in ("coder.xml", "extractor.xml", "orchestrator.xml"):
        assert f"{name} was a pack of an earlier plan, and is removed" in said
    assert "pipeline.xml is of an earlier plan, and stays since it may have been changed" in said
    assert (packs / "pipeline.xml").read_text() == "changed by me"
    assert "earlier" not in plan(cli, lake, packs, "--view", "coder", "-f", "markdown")[1]


@pytest.mark.parametrize(
    "manifest",
    [
        "{",
        "[]",
        '{"schema":"ctxpack.plan/1","parts":[{"file":"extractor.xml"},{"file":7},3]}',
        '{"schema":"ctxpack.plan/1","parts":7}',
        '{"schema":"other/1","parts":[{"file":"extractor.xml","sha256":"HASH"}]}',
        '{"schema":"ctxpack.plan/1","parts":[{"file":"../mine.txt","sha256":"HASH"},{"file":"mine.txt","sha256":"HASH"}]}',
    ],
)
def test_nothing_else_is_removed(cli: Cli, lake: Path, tmp_path: Path, manifest: str) -> None:
    packs = tmp_path / "packs"
    packs.mkdir()
    kept = [tmp_path / "mine.txt", packs / "mine.txt", packs / "extractor.xml"]
    for file in kept:
        file.write_text("mine")
    digest = hashlib.sha256(b"mine").hexdigest()
    (packs / "manifest.json").write_text(manifest.replace("HASH", digest))
    plan(cli, lake, packs, "--view", "coder")
    assert [file.read_text() for file in kept] == ["mine"] * 3


def test_a_link_in_the_place_of_a_pack_stays(cli: Cli, lake: Path, tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    plan(cli, lake, packs)
    mine = tmp_path / "mine.xml"
    (packs / "extractor.xml").rename(mine)
    (packs / "extractor.xml").symlink_to(mine)
    plan(cli, lake, packs, "--view", "coder")
    assert (packs / "extractor.xml").is_symlink()
    assert mine.exists()


def test_a_model_that_is_not_released_is_told_and_the_others_are_made(cli: Cli, lake: Path, tmp_path: Path) -> None:
    document, said = plan(cli, lake, tmp_path / "packs", "-m", "orchestrator=behemoth", code=1)
    *ready, last = document["parts"]
    assert [part["status"] for part in ready] == ["ready"] * 3
    assert last["status"] == "unavailable"
    assert "has never been released" in last["because"]
    assert "[tool.ctxpack.models.behemoth]" in last["because"]
    assert "has never been released" in said
    assert not (tmp_path / "packs" / "orchestrator.xml").exists()
    (lake / "ctxpack.toml").write_text("[models.behemoth]\nwindow = 1048576\n")
    document, _ = plan(cli, lake, tmp_path / "packs", "-m", "orchestrator=behemoth")
    assert document["parts"][-1]["model"] == "behemoth"
    assert document["parts"][-1]["status"] == "ready"


def test_without_tables_there_is_nothing_to_extract(cli: Cli, small: Path, tmp_path: Path) -> None:
    result = cli(
        "plan", "round the total", "-o", tmp_path / "packs", "--view", "coder", "--view", "extractor", cwd=small
    )
    assert result.code == 1
    assert "extractor: no pack: no table has to do with this change" in result.err
    parts = json.loads((tmp_path / "packs" / "manifest.json").read_text("utf-8"))["parts"]
    assert [part["status"] for part in parts] == ["ready", "unavailable"]
    built = cli("build", "-t", "round the total", "--view", "extractor", cwd=small)
    assert (built.code, built.out) == (1, "")
    assert "no table has to do with this change" in built.err


@pytest.mark.parametrize(
    "wrong",
    [
        ("-m", "coder"), ("-m", "nobody=scout"), ("-m", "coder=scoot"), ("-b", "coder=much"), ("-b", "=4k"),
        ("--view", "nobody"), ("-f", "pdf"), ("src/nothing.py",), ("--model", "coder=scout", "-b", "coder=100M"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence(cli: Cli, small: Path, tmp_path: Path, wrong: tuple[str, ...]) -> None:
    result = cli("plan", "round the total", "-o", tmp_path / "packs", *wrong, cwd=small)
    assert result.code == 2
    assert result.err.count("\n") == 1
    assert not (tmp_path / "packs").exists()


def test_the_view_of_the_settings_holds_for_build(cli: Cli, lake: Path) -> None:
    by_option = cli("build", "-t", TASK, "--view", "extractor", cwd=lake)
    assert '"schema":"ctxpack.schema/1"' in by_option.out
    (lake / "ctxpack.toml").write_text('view = "extractor"\nextend-exclude = ["ctxpack.toml"]\n')
    assert cli("build", "-t", TASK, cwd=lake).out == by_option.out
    assert cli("build", "-t", TASK, "--view", "nobody", cwd=lake).code == 2


def test_the_roles_are_the_views() -> None:
    assert tuple(VIEWS) == ROLES
