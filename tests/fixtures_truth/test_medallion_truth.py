"""The medallion fixture, its history and its truth belong together.

The truth was made by running the fixture in Spark (`bench/medallion/truth.py`), which is too slow for here. These tests
notice cheaply when one of them was changed without the others.
"""

import csv
import importlib.util
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
FIXTURE = PROJECT / "fixtures" / "medallion"


def loaded(path: Path) -> Any:
    """A script of the benchmarks as a module, under a name that no other has."""
    name = f"bench_{path.stem}"
    found = importlib.util.spec_from_file_location(name, path)
    assert found and found.loader
    sys.modules[name] = module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


history = loaded(PROJECT / "bench" / "medallion" / "history.py")
LAYERS = ("bronze", "silver", "gold")
TRUTH: dict[str, Any] = json.loads((FIXTURE / "truth.json").read_text(encoding="utf-8"))
TABLES: dict[str, list[str]] = {one["table"]: [c["name"] for c in one["columns"]] for one in TRUTH["columns"]}
WRITES: list[dict[str, Any]] = TRUTH["writes"]
WRITTEN: dict[str, list[str]] = {one["target"]: [c["name"] for c in one["schema"]] for one in WRITES}


@pytest.fixture(scope="module")
def commits(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    target = tmp_path_factory.mktemp("history") / "medallion"
    return target, history.lay(target)


def texts(*patterns: str) -> str:
    paths = [path for pattern in patterns for path in sorted(FIXTURE.glob(pattern))]
    assert paths
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def test_there_are_forty_tables_in_three_layers() -> None:
    layers = Counter(name.partition(".")[0] for name in TABLES)
    assert {layer: layers[layer] for layer in LAYERS} == {"bronze": 14, "silver": 16, "gold": 10}
    assert set(layers) == {*LAYERS, "staging", "seeds", "snapshots"}


def test_every_table_is_written_once() -> None:
    assert len(WRITTEN) == len(WRITES)
    assert set(WRITTEN) == set(TABLES)


def test_edges_lead_from_tables_and_files_to_tables() -> None:
    for write in WRITES:
        for source in write["sources"]:
            assert source in TABLES or re.fullmatch(r"\{landing\}(/\w+){2}(/\{day\})?", source), source
        assert "unknown_leaves" not in write
        assert write["sources"] or write["kind"] == "dbt seed"


def test_columns_come_from_columns_of_the_sources() -> None:
    late = {one["table"]: [column["name"] for column in one["added_by_the_run"]] for one in TRUTH["columns"]}
    for write in WRITES:
        assert list(write["column_lineage"]) == [column["name"] for column in write["schema"]]
        for origins in write["column_lineage"].values():
            for origin in origins:
                dataset, _, column = origin.rpartition("::")
                assert dataset in write["sources"]
                assert dataset not in TABLES or column in TABLES[dataset] + late[dataset], origin


def test_what_is_never_null_by_type_is_never_null() -> None:
    columns = [column for write in WRITES for column in write["schema"]]
    assert all(column["never_null"] for column in columns if not column["nullable"])
    assert sum(not column["nullable"] for column in columns) > 50
    assert sum(column["never_null"] and column["nullable"] for column in columns) > 20


def test_declared_tables_are_those_of_the_ddl() -> None:
    declared = {one["table"] for one in TRUTH["columns"] if one["declared_by"] == "ddl"}
    assert declared == set(re.findall(r"CREATE TABLE IF NOT EXISTS \{catalog\}\.(\S+)", texts("ddl/*/*.sql")))


def test_the_ddl_and_the_migrations_name_every_declared_column() -> None:
    words = set(re.findall(r"\w+", texts("ddl/*/*.sql", "migrations/*.sql")))
    for one in TRUTH["columns"]:
        if one["declared_by"] == "ddl":
            assert {column["name"] for column in one["columns"]} <= words, one["table"]


def test_required_columns_are_required_by_the_ddl_or_a_migration() -> None:
    text = texts("ddl/*/*.sql", "migrations/*.sql")
    for one in TRUTH["columns"]:
        for column in one["columns"]:
            if one["declared_by"] == "ddl" and not column["nullable"]:
                name = column["name"]
                assert re.search(rf"^\s+{name} .*NOT NULL|ALTER COLUMN {name} SET NOT NULL", text, re.MULTILINE), name


def test_the_dbt_project_has_what_the_truth_names() -> None:
    models = {path.stem for path in (FIXTURE / "marts").rglob("*.sql") if path.parts[-2] in ("staging", "marts")}
    assert models == {
        one["target"].rpartition(".")[2] for one in WRITES if re.match(r"dbt (?!seed|snapshot)", one["kind"])
    }
    described = [
        model
        for path in (FIXTURE / "marts" / "models").rglob("*.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", [])
    ]
    assert {model["name"] for model in described} == models
    written = {name.rpartition(".")[2]: columns for name, columns in WRITTEN.items() if not name.startswith("silver.")}
    for model in described:
        assert {column["name"] for column in model["columns"]} <= set(written[model["name"]])


def test_sources_of_dbt_are_silver_tables() -> None:
    (source,) = yaml.safe_load((FIXTURE / "marts/models/staging/sources.yml").read_text(encoding="utf-8"))["sources"]
    for table in source["tables"]:
        columns = {column["name"] for column in table.get("columns", [])}
        assert columns <= set(TABLES[f"silver.{table['name']}"])
    with (FIXTURE / "marts/seeds/country_regions.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == TABLES["seeds.country_regions"]


def test_every_job_is_a_file_that_can_be_read() -> None:
    for write in WRITES:
        assert (FIXTURE / write["job"]).is_file(), write["job"]
    for path in FIXTURE.rglob("*.py"):
        compile(path.read_text(encoding="utf-8"), str(path), "exec")


def test_the_last_version_of_the_history_is_the_fixture(commits: tuple[Path, list[Any]]) -> None:
    target, _ = commits
    laid = {path.relative_to(target): path.read_bytes() for path in target.rglob("*") if path.is_file()}
    laid = {path: content for path, content in laid.items() if path.parts[0] != ".git"}
    assert laid == {path: (FIXTURE / path).read_bytes() for path in history.files()}


def test_the_truth_is_that_of_the_last_version(commits: tuple[Path, list[Any]]) -> None:
    assert TRUTH["commit"] == commits[1][-1].id, "run bench/medallion/truth.py"


def test_the_history_is_the_same_everywhere(commits: tuple[Path, list[Any]], tmp_path: Path) -> None:
    assert history.lay(tmp_path / "again") == commits[1]


def test_the_history_has_no_truth_in_it(commits: tuple[Path, list[Any]]) -> None:
    names = subprocess.run(
        ["git", "-C", commits[0], "log", "--format=", "--name-only"], check=True, capture_output=True, text=True
    ).stdout
    assert "pipelines/common/config.py" in names
    assert "truth.json" not in names


def test_changes_of_schemas_are_commits_that_touch_what_they_say(commits: tuple[Path, list[Any]]) -> None:
    changes = TRUTH["history"]
    assert len({change["commit"] for change in changes}) >= 12
    assert [change["order"] for change in changes] == sorted(change["order"] for change in changes)
    for change in changes:
        commit = commits[1][change["order"]]
        assert (change["commit"], change["date"]) == (commit.id, commit.version.date)
        if change["change"] in ("add column", "drop column"):
            assert change["column"] in commit.version.patch or change["table"].startswith(("snapshots", "gold")), change


def test_every_kind_of_change_is_there() -> None:
    layered = [one for one in TRUTH["history"] if one["table"].startswith(LAYERS)]
    kinds = {"add column", "drop column", "rename column", "change type", "change nullability", "create table"}
    assert {one["change"] for one in layered} == kinds


def test_changes_lead_to_the_tables_as_they_are() -> None:
    last = {(one["table"], one["column"]): one for one in TRUTH["history"]}
    for (table, column), change in last.items():
        name = change["to"] if change["change"] == "rename column" else column
        gone = change["change"] == "drop column"
        assert (name is None) or (name in TABLES[table]) is not gone, change
