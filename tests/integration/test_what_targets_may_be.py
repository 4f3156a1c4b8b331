"""A target may be any listed file, whatever its role, and a table as well as a file."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ctxpack import Index, Pack, Target

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"

BY_ROLE = {
    "source": ("src/shop.py", b"def total(prices):\n    return sum(prices)\n"),
    "schema": ("db/schema.sql", b"CREATE TABLE orders (id BIGINT NOT NULL);\n"),
    "test": ("tests/test_shop.py", b"def test_total():\n    assert True\n"),
    "config": ("setup.cfg", b"[metadata]\nname = shop\n"),
    "docs": ("README.md", b"# Shop\n"),
    "lock": ("uv.lock", b'version = 1\n\n[[package]]\nname = "click"\nversion = "8.1"\n'),
    "data": ("seeds/rates.csv", b"currency,rate\n" + b"EUR,1.0\n" * 400),
    "binary": ("docs/shop.png", b"\x89PNG\r\n\x1a\n\x00\x00"),
    "empty": ("src/empty.py", b""),
}


def git(root: Path, *arguments: str) -> None:
    settings = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *settings, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for path, content in BY_ROLE.values():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "begin")
    return tmp_path


def named(index: Index, path: str) -> Target:
    return index.target(path)


def below(index: Index, path: str) -> Target:
    folder = path.rpartition("/")[0]
    return index.target(f"{folder}/" if folder else path)


def since(index: Index, path: str) -> Target:
    file = index.root / path
    file.write_bytes(file.read_bytes() + b"\n# more\n")
    index.refresh()
    return index.target(since="HEAD")


def staged(index: Index, path: str) -> Target:
    file = index.root / path
    file.write_bytes(file.read_bytes() + b"\n# more\n")
    git(index.root, "add", path)
    index.refresh()
    return index.target(staged=True)


@pytest.mark.parametrize("role", list(BY_ROLE))
@pytest.mark.parametrize("way", [named, below, since, staged])
def test_files_of_each_role_can_be_targets(shop: Path, role: str, way: Callable[[Index, str], Target]) -> None:
    path = BY_ROLE[role][0]
    with Index.open(shop) as index:
        target = way(index, path)
        assert path in [one.path for one in index.rank(target).files]
        pack = index.pack(target, budget=4000)
        shown = documents(pack)
        edited = way in (since, staged)
        readable = role != "binary" and not (edited and role in ("lock", "data")) and (edited or role != "empty")
        assert (path in shown) == readable
        if not readable:
            assert path in [one.path for one in pack.omitted]


def documents(pack: Pack) -> dict[str, str]:
    return {item.path: item.text for zone in pack.zones for item in zone.items if item.is_of_file}


def test_of_data_that_is_named_the_first_lines_are_shown_and_those_that_the_task_speaks_of(shop: Path) -> None:
    with (shop / "seeds" / "rates.csv").open("a") as rates:
        rates.write("GBP,0.87\n")
    with Index.open(shop) as index:
        pack = index.pack(index.target("seeds/rates.csv", task="the GBP rate is wrong"), budget=4000)
    lines = documents(pack)["seeds/rates.csv"].split("\n")
    assert lines[0] == "currency,rate"
    assert "GBP,0.87" in lines
    assert len(lines) < 40


def test_rows_that_nobody_named_are_not_shown_because_something_uses_them(lakehouse: Path) -> None:
    with Index.open(lakehouse) as index:
        seeds = [path for path in index.files().files if path.path.endswith(".csv")]
        pack = index.pack(index.target("marts/models/marts/fct_sales.sql", "marts/seeds/seeds.yml"), budget=32_000)
    assert seeds
    assert not {file.path for file in seeds} & set(documents(pack))


@pytest.fixture(scope="module")
def lakehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(FIXTURES / "medallion", tmp_path_factory.mktemp("data") / "medallion"))


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("gold.customer_360", {"pipelines/gold/customer_360.py"}),
        ("silver.orders", {"ddl/silver/orders.sql", "marts/models/staging/sources.yml", "pipelines/silver/orders.py"}),
        ("fct_sales", {"marts/models/marts/fct_sales.sql", "marts/models/marts/marts.yml"}),
        ("silver.orders.order_id", {"ddl/silver/orders.sql", "pipelines/silver/orders.py"}),
    ],
)
def test_a_named_table_means_what_declares_it_and_what_makes_it(
    lakehouse: Path, table: str, expected: set[str]
) -> None:
    with Index.open(lakehouse) as index:
        target = index.target(f"table:{table}", task="keep the currency too")
        ranked = [one.path for one in index.rank(target).files if any(r.signal == "given" for r in one.reasons)]
        pack = index.pack(target, budget=16_000)
    assert expected <= set(ranked)
    shown = {item.path for zone in pack.zones for item in zone.items if item.role == "target"}
    assert expected <= shown
    assert pack.confidence is not None
    assert pack.confidence.belongs


def test_a_model_that_is_named_is_all_of_its_file(tmp_path: Path) -> None:
    model = "with source as (\n  select id from {{ ref('raw') }}\n)\nselect id from source where id > 0\n"
    (tmp_path / "models").mkdir()
    (tmp_path / "dbt_project.yml").write_text("name: shop\nmodel-paths: ['models']\n")
    (tmp_path / "models" / "late.sql").write_text(model)
    with Index.open(tmp_path) as index:
        given = {one.path: one.reasons[0].because for one in index.rank(index.target("table:late")).files}
    assert given == {"models/late.sql": "named as target"}


def test_upstream_is_only_what_the_named_table_is_made_from(lakehouse: Path) -> None:
    with Index.open(lakehouse) as index:
        pack = index.pack(index.target("table:silver.orders", task="add a column"), budget=16_000)
        upstream = {one.name for one in index.lineage("silver.orders", direction="upstream").datasets}
        made_by = {use.path for table in index.schema(*sorted(upstream)) for use in table.written_by}
    shown = {item.path for zone in pack.zones for item in zone.items if item.role == "upstream"}
    assert "pipelines/bronze/orders.py" in shown
    assert shown <= made_by


def test_impact_tells_where_the_next_table_is_made(lakehouse: Path) -> None:
    with Index.open(lakehouse) as index:
        reached = {one.id: (one.path, one.line) for one in index.impact("table:silver.orders").reached}
    assert reached["table:gold.customer_360"] == ("pipelines/gold/customer_360.py", 11)
