"""The JSON that others build on: every verb's output against its committed schema."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

import jsonschema
import pytest

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
TASK = ("-t", "refund a part of an order and give the points back")


def schema(name: str) -> dict[str, object]:
    text = resources.files("ctxpack.data").joinpath(f"schemas/{name}.json").read_text("utf-8")
    found = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(found)
    return found


def output(repository: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ctxpack", *arguments, "-C", str(repository), "--no-cache"],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module", params=["webshop", "medallion"])
def repository(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("contracts") / request.param
    return Path(shutil.copytree(FIXTURES / request.param, target))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("files", ("files",)),
        ("rank", ("rank", *TASK)),
        ("graph", ("graph",)),
        ("graph", ("graph", "--level", "symbol", "--kind", "references,imports")),
        ("build", ("build", *TASK, "--budget", "6k")),
        ("impact", ("impact", "--min-confidence", "0.5")),
        ("lineage", ("lineage", "--columns")),
        ("schema", ("schema",)),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value[:3]),
)
def test_one_document_as_its_schema_says(repository: Path, name: str, arguments: tuple[str, ...]) -> None:
    if name == "impact":
        source = {"webshop": "src/webshop/models/money.py", "medallion": "pipelines/common/config.py"}
        arguments = (*arguments, source[repository.name])
    document = json.loads(output(repository, *arguments, "--format", "json"))
    jsonschema.validate(document, schema(name))
    if name == "rank":
        for one in document["files"] + document["symbols"]:
            assert one["score"] == pytest.approx(sum(reason["score"] for reason in one["reasons"]), abs=1e-5)
    if name == "build":
        encoded = document["text"].encode()
        assert document["cache_breakpoints"] == sorted(set(document["cache_breakpoints"]))
        assert all(encoded[:offset].endswith(b">\n") for offset in document["cache_breakpoints"])


def test_references_line_by_line(repository: Path) -> None:
    lines = output(repository, "graph", "--level", "symbol", "--format", "jsonl").splitlines()
    checker = jsonschema.Draft202012Validator(schema("reference"))
    assert len(lines) > 20
    for line in lines:
        reference = json.loads(line)
        checker.validate(reference)
        written = (repository / reference["ref_file"]).read_text("utf-8").split("\n")[reference["ref_line"] - 1]
        assert reference["name"] in written


def test_scores_in_a_pack_are_chances_with_the_reasons_of_the_ranking(repository: Path) -> None:
    arguments = (*TASK, "--format", "json")
    ranked = {one["path"]: one["score"] for one in json.loads(output(repository, "rank", *arguments))["files"]}
    items = json.loads(output(repository, "build", *arguments, "--budget", "16k"))["items"]
    edited = 0
    for item in items:
        flow = [reason["score"] for reason in item["reasons"] if reason["signal"] in ("lineage", "dependent")]
        scores = [reason["score"] for reason in item["reasons"]]
        if item["path"] == "(tables)" or item["path"] not in ranked or len(scores) == 1:
            assert item["score"] == pytest.approx(sum(scores))
            continue
        edited += 1
        assert 0 <= item["score"] <= 1
        assert sum(scores) - sum(flow) == pytest.approx(ranked[item["path"]], abs=1e-5)
    assert edited


def test_spans_of_a_notebook_count_the_lines_of_its_cells(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["Refunds\n", "of points"]},
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": ["def refund(order):\n", "    return 0\n"]},
    ]
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "refunds.ipynb").write_text(json.dumps(document), encoding="utf-8")
    pack = json.loads(output(tmp_path, "build", "refunds.ipynb", "--format", "json"))
    (spans,) = (item["spans"] for item in pack["items"] if item["path"] == "refunds.ipynb")
    assert spans == [[1, 6]]
    shown = "# %% [markdown] cell 1\n# Refunds\n# of points\n# %% [code] cell 2\ndef refund(order):\n    return 0\n"
    assert shown in pack["text"]
