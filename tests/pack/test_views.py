"""Views: the same change, dealt out for different readers, never over budget and always the same bytes."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from ctxpack import views
from ctxpack.api import Index
from ctxpack.errors import ConfigError
from ctxpack.formats import manifest
from ctxpack.model import Item, Pack
from ctxpack.store import Store

FIXTURES = Path(__file__).parents[2] / "fixtures"
TASK = "add the currency to silver.orders and handle nulls"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    base = tmp_path_factory.mktemp("views")
    root = shutil.copytree(FIXTURES / "medallion", base / "medallion")
    with Store.open(base / "cache") as store, Index.open(root, store=store, workers=1) as index:
        yield index


def items(pack: Pack) -> list[Item]:
    return [item for zone in pack.zones for item in zone.items]


def by_role(pack: Pack) -> Counter[str]:
    found = Counter[str]()
    for item in items(pack):
        found[item.role] += item.tokens
    return found


@pytest.mark.parametrize("name", views.VIEWS)
@pytest.mark.parametrize("budget", [1500, 4000, 12_000, "auto"])
def test_a_view_is_within_its_budget_and_always_the_same(lake: Index, name: str, budget: int | str) -> None:
    target = lake.target(task=TASK)
    pack = lake.pack(target, budget=budget, view=name)
    rendered = lake.render(pack)
    assert pack.view == name
    assert pack.tokens == lake.meter().count([rendered.text])[0] <= pack.budget.total
    assert lake.render(lake.pack(target, budget=budget, view=name)) == rendered
    schema = json.loads(Path(views.__file__).with_name("data").joinpath("schemas/build.json").read_text())
    jsonschema.validate({**manifest(pack, rendered)}, schema)


def test_the_views_of_one_change_differ(lake: Index) -> None:
    target = lake.target(task=TASK)
    packs = [lake.pack(target, budget=8000, view=name) for name in views.VIEWS]
    assert len({pack.fingerprint for pack in packs}) == len(packs)
    assert lake.pack(target, budget=8000) == packs[0]


def test_a_pipeline_sees_more_of_tables_and_what_makes_them(lake: Index) -> None:
    target = lake.target(task=TASK)
    coder, pipeline = (by_role(lake.pack(target, budget=8000, view=name)) for name in ("coder", "pipeline"))
    data, code = ("schema", "upstream"), ("dependency", "dependent", "test", "related")
    assert sum(pipeline[role] for role in data) > 1.4 * sum(coder[role] for role in data)
    assert sum(pipeline[role] for role in code) < sum(coder[role] for role in code)


@pytest.mark.parametrize("budget", [700, 1500, 3000, "auto"])
def test_an_extractor_gets_schemas_as_json_and_nothing_else(lake: Index, budget: int | str) -> None:
    pack = lake.pack(lake.target(task=TASK), budget=budget, view="extractor")
    (item,) = items(pack)
    document = json.loads(item.text)
    assert document["schema"] == "ctxpack.schema/1"
    names = [table["name"] for table in document["tables"]]
    assert "silver.orders" in names
    assert len(names) == len(set(names))
    known = {table.name: table for table in lake.schema(*names)}
    for table in document["tables"]:
        columns = {column.name: column for column in known[table["name"]].columns}
        for column in table["columns"]:
            if "effective_nullable" in column:
                assert column["effective_nullable"] == columns[column["name"]].effective
    assert pack.budget.total <= 8000


def test_an_orchestrator_gets_breadth_and_what_the_others_cost(lake: Index) -> None:
    target = lake.target(task=TASK)
    pack = lake.pack(target, view="orchestrator")
    found = {item.path: item for item in items(pack)}
    best = lake.rank(target).files[0]
    assert found["(candidates)"].text.startswith(f"{best.path} {best.score:.2f} (")
    told = found["(packs to ask for)"].text.split("\n")
    assert [line.split(" ")[0] for line in told] == list(views.SPECIALISTS)
    for line, name in zip(told, views.SPECIALISTS, strict=True):
        assert f" {lake.pack(target, budget='auto', view=name).tokens:,} tokens" in line
    coder = [one for one in items(lake.pack(target, budget=6000)) if not one.path.startswith("(")]
    small = items(lake.pack(target, budget=6000, view="orchestrator"))
    files = [one for one in small if not one.path.startswith("(")]
    (listed,) = [one.text for one in small if one.path == "(candidates)"]
    named = {line.split(" ")[0] for line in listed.split("\n") if not line.startswith(("-", "("))}
    assert len(files) > len(coder)
    assert len(named | {one.path for one in files}) > 1.1 * len(coder)
    assert sum(one.tokens for one in files) / len(files) < 0.7 * sum(one.tokens for one in coder) / len(coder)


def test_what_was_named_is_shown_in_every_view_that_shows_files(lake: Index) -> None:
    target = lake.target("pipelines/silver/orders.py", task=TASK)
    for name in ("coder", "pipeline", "orchestrator"):
        (item,) = [one for one in items(lake.pack(target, budget=8000, view=name)) if one.role == "target"]
        assert (item.path, item.level) == ("pipelines/silver/orders.py", "full")


def test_without_data_only_the_coder_is_offered(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def total(order):\n    return order.price\n")
    with Index.open(tmp_path, workers=1) as index:
        target = index.target(task="round the total of an order")
        pack = index.pack(target, view="orchestrator")
        (told,) = [item.text for item in items(pack) if item.path == "(packs to ask for)"]
        assert told.startswith("coder for scout: ")
        assert "\n" not in told
        assert not index.pack(target, view="extractor").zones


def test_a_list_that_does_not_fit_says_how_much_is_left(lake: Index) -> None:
    pack = lake.pack(lake.target(task=TASK), budget=3000, view="orchestrator")
    (listed,) = [item for item in items(pack) if item.path == "(candidates)"]
    assert listed.text.split("\n")[-1].startswith("(and ")
    assert listed.tokens <= 0.15 * 3000


def test_an_unknown_view_is_told_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean pipeline"):
        views.find("pipelin")
    with pytest.raises(ConfigError, match="known are coder"):
        views.find("xyzzy")
