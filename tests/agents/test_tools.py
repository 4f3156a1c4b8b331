"""The tools of an agent: told as JSON Schema, checked before they run, and safe from many threads."""

import asyncio
import json
import os
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ctxpack import tools
from ctxpack.api import Index
from ctxpack.errors import CtxpackError
from ctxpack.store import Store

CALLS: list[tuple[str, dict[str, Any]]] = [
    ("build_pack", {"task": "refund single lines of an order", "budget": "3000"}),
    ("rank", {"task": "refund single lines of an order", "budget": 500}),
    ("rank", {"task": "refund single lines of an order", "symbols": True, "budget": 500}),
    ("read_symbol", {"name": "RefundService.refund"}),
    ("find_references", {"name": "src/webshop/models/money.py", "budget": 600}),
    ("upstream", {"name": "RefundService.refund", "depth": 1}),
    ("schema", {"datasets": ["orders"], "budget": 900}),
    ("lineage", {}),
    ("impact", {"targets": ["src/webshop/models/money.py"], "kind": "tests"}),
    ("map", {"budget": 500}),
]


@pytest.mark.parametrize(("name", "arguments"), CALLS, ids=[f"{one[0]}-{n}" for n, one in enumerate(CALLS)])
def test_a_result_is_plain_data_as_its_schema_says(shop: Index, name: str, arguments: dict[str, Any]) -> None:
    result = tools.call(name, arguments, shop)
    tool = tools.find(name)
    jsonschema.validate(result, tool.output)
    jsonschema.validate(arguments, tool.input_schema())
    assert json.loads(json.dumps(result)) == result
    assert pickle.loads(pickle.dumps(result)) == result
    assert result["tool"] == name
    assert result["tokens"] == shop.meter().count([tools.text(result)])[0] <= result["budget"]
    assert tools.call(name, json.dumps(arguments), shop) == result


@pytest.mark.parametrize("shape", tools.SHAPES)
def test_definitions_are_valid_schemas_in_each_shape(shape: tools.Shape) -> None:
    told = tools.definitions(shape)
    assert json.loads(json.dumps(told)) == told
    for one, tool in zip(told, tools.TOOLS, strict=True):
        inner = one["function"] if shape == "openai" else one
        parameters = inner["input_schema" if shape == "anthropic" else "parameters"]
        assert inner["name"] == tool.name
        assert inner["description"]
        jsonschema.Draft202012Validator.check_schema(parameters)
        jsonschema.Draft202012Validator.check_schema(tool.output)
        assert parameters["additionalProperties"] is False
        assert all(one["description"] for one in parameters["properties"].values())
        assert ("type" in one) is (shape != "anthropic")


WRONG: list[tuple[str, object]] = [
    ("rank", {"budget": "many"}),
    ("rank", {"budget": True}),
    ("rank", {"budget": 1}),
    ("rank", {"budget": 4000.5}),
    ("rank", {"task": 7}),
    ("rank", {"targets": "src/a.py"}),
    ("rank", {"targets": [1]}),
    ("rank", {"targets": ["x" * 10_000]}),
    ("rank", {"task": "x" * 1_000_000}),
    ("rank", {"unknown": 1}),
    ("rank", {"symbols": "yes"}),
    ("read_symbol", {}),
    ("read_symbol", {"name": None}),
    ("read_symbol", {"name": ["a"]}),
    ("read_symbol", {"name": "x\0y" * 100}),
    ("lineage", {"direction": "sideways"}),
    ("lineage", {"depth": float("nan")}),
    ("impact", {}),
    ("impact", {"targets": ["x"], "min_confidence": 2}),
    ("build_pack", {"format": "exe"}),
    ("build_pack", {"budget": "1 million"}),
    ("build_pack", {"model": "no-such-model"}),
    ("nothing", {}),
    ("rank", "not json"),
    ("rank", "[1]"),
    ("rank", [1]),
    ("rank", "[" * 100_000),
    ("read_symbol", {"name": "../outside.py::f"}),
    ("find_references", {"name": "/etc/passwd"}),
    ("build_pack", {"targets": ["/etc/"]}),
]


@pytest.mark.parametrize(("name", "arguments"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_told_in_one_short_sentence(shop: Index, name: str, arguments: Any) -> None:
    with pytest.raises(CtxpackError) as raised:
        tools.call(name, arguments, shop, fresh=False)
    assert 10 < len(str(raised.value)) < 400
    assert "\n" not in str(raised.value)


def test_whole_numbers_may_be_written_as_floats(shop: Index) -> None:
    assert tools.call("map", {"budget": 500.0}, shop) == tools.call("map", {"budget": 500}, shop)


def test_eight_threads_get_the_answers_of_one(shop: Index) -> None:
    alone = [tools.call(name, arguments, shop) for name, arguments in CALLS]
    barrier = threading.Barrier(8)

    def work(number: int) -> list[dict[str, Any]]:
        barrier.wait()
        order = CALLS[number % len(CALLS) :] + CALLS[: number % len(CALLS)]
        found = {json.dumps(one): tools.call(*one, shop) for one in order}
        return [found[json.dumps(one)] for one in CALLS]

    with ThreadPoolExecutor(8) as pool:
        assert all(found == alone for found in pool.map(work, range(8)))


def test_eight_threads_may_open_a_fresh_index(tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / f"m{number}.py").write_text(f"def f{number}():\n    return {number}\n")
    with Store.open(tmp_path / "cache") as store, Index.open(tmp_path, store=store, workers=1) as index:

        def work(number: int) -> str:
            return index.symbol(f"f{number}").document["definitions"][0]["path"]  # type: ignore[no-any-return]

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(work, range(12))) == [f"m{number}.py" for number in range(12)]


def test_calls_can_be_awaited_side_by_side(shop: Index) -> None:
    async def work() -> list[dict[str, Any]]:
        return await asyncio.gather(*(asyncio.to_thread(tools.call, name, given, shop) for name, given in CALLS))

    assert asyncio.run(work()) == [tools.call(name, given, shop) for name, given in CALLS]


def test_a_call_sees_what_has_changed_since_the_last_one(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def old():\n    pass\n")
    with Index.open(tmp_path, workers=1) as index:
        assert tools.call("read_symbol", {"name": "old"}, index)["definitions"]
        assert not index.refresh_if_changed()
        (tmp_path / "b.py").write_text("def added():\n    pass\n")
        assert tools.call("read_symbol", {"name": "added"}, index)["definitions"][0]["path"] == "b.py"
        before = (tmp_path / "a.py").stat()
        (tmp_path / "a.py").write_text("def new():\n    pass\n")
        os.utime(tmp_path / "a.py", ns=(before.st_atime_ns, before.st_mtime_ns))
        assert tools.call("read_symbol", {"name": "new"}, index)["definitions"][0]["path"] == "a.py"
        with pytest.raises(CtxpackError, match="nothing here is named 'old'"):
            tools.call("read_symbol", {"name": "old"}, index)
        (tmp_path / "a.py").unlink()
        assert index.refresh_if_changed()
        with pytest.raises(CtxpackError, match="nothing here"):
            tools.call("read_symbol", {"name": "new"}, index, fresh=False)


def test_a_link_to_the_outside_is_not_read(tmp_path: Path) -> None:
    outside = tmp_path / "secret.py"
    outside.write_text("def secret():\n    pass\n")
    root = tmp_path / "repo"
    root.mkdir()
    (root / "a.py").write_text("x = 1\n")
    (root / "link.py").symlink_to(outside)
    (root / "way").symlink_to(tmp_path)
    with Index.open(root, workers=1) as index:
        ways = ("link.py", "way/secret.py", "../secret.py", "way/../secret.py", str(outside))
        for name in ("secret", *(f"{way}::secret" for way in ways)):
            with pytest.raises(CtxpackError):
                tools.call("read_symbol", {"name": name}, index)
        assert "secret" not in json.dumps(tools.call("map", {}, index)["map"])
