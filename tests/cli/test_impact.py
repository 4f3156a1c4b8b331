"""What a change reaches, from a target or from a diff, as text, JSON, Mermaid and paths."""

import json
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from cli_helpers import WEBSHOP, Cli, Result, git, repository, write

SHOP = ("-C", WEBSHOP)
REFUND = "src/webshop/services/refunds.py::RefundService.refund"

FILES = {
    "shop/money.py": (
        "class Money:\n"
        "    def __init__(self, cents):\n"
        "        self.cents = cents\n"
        "\n"
        "    def plus(self, other):\n"
        "        return Money(self.cents + other.cents)\n"
        "\n\n"
        "def rounded(x):\n"
        "    return round(x)\n"
    ),
    "shop/orders.py": (
        "from shop.money import Money, rounded\n"
        "\n\n"
        "def total(prices):\n"
        "    return Money(sum(prices))\n"
        "\n\n"
        "def tax(price):\n"
        "    return rounded(price)\n"
    ),
    "shop/unrelated.py": "def other():\n    return 1\n",
    "tests/test_orders.py": "from shop.orders import total\n\n\ndef test_total():\n    assert total([1])\n",
    "tests/test_other.py": "from shop.unrelated import other\n\n\ndef test_other():\n    assert other()\n",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop", FILES)


def document(result: Result) -> dict[str, object]:
    assert result.code == 0, result
    found = json.loads(result.out)
    jsonschema.validate(found, json.loads(resources.files("ctxpack.data").joinpath("schemas/impact.json").read_text()))
    return found


def ids(result: Result) -> list[str]:
    return [one["id"] for one in document(result)["reached"]]


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new))


def test_users_come_nearest_first_with_the_last_edge(cli: Cli) -> None:
    result = cli("impact", *SHOP, REFUND)
    head, *lines = result.out.splitlines()
    rows = [line.split() for line in lines]
    assert head.split(None, 4) == ["edges", "sure", "what", "where", "last edge of the way"]
    assert rows[0][:5] == ["1", "0.96", "symbol", "src/webshop/api/orders.py:35", "OrdersApi.refund"]
    assert rows[0][5:] == ["references", REFUND, "at", "line", "36"]
    assert [int(row[0]) for row in rows] == sorted(int(row[0]) for row in rows)
    assert "tests" in result.err


def test_json_keeps_its_schema_and_each_way_leads_from_the_change(cli: Cli) -> None:
    found = document(cli("impact", *SHOP, REFUND, "--format", "json"))
    assert found["changed"] == [REFUND]
    for one in found["reached"]:
        assert len(one["via"]) == one["distance"]
        at = REFUND
        product = 1.0
        for edge in one["via"]:
            assert at in (edge["source"], edge["target"])
            at = edge["source"] if at == edge["target"] else edge["target"]
            product *= edge["confidence"]
        assert at == one["id"]
        assert one["confidence"] == pytest.approx(product, abs=1e-2)
    assert {"tests/test_refunds.py", "src/webshop/api/orders.py"} <= {file["path"] for file in found["files"]}


def test_a_method_does_not_reach_all_that_imports_its_file(cli: Cli) -> None:
    paths = cli("impact", *SHOP, REFUND, "--format", "paths").out.split()
    assert "tests/test_refunds.py" in paths
    assert "tests/test_checkout.py" not in paths


def test_depth_confidence_and_kinds_narrow_it(cli: Cli, shop: Path) -> None:
    everything = ids(cli("impact", "-C", shop, "shop/money.py::Money", "--format", "json"))
    assert everything == ["shop/orders.py::total", "tests/test_orders.py::test_total"]
    assert ids(cli("impact", "-C", shop, "shop/money.py::Money", "--depth", 1, "-f", "json")) == everything[:1]
    sure = cli("impact", "-C", shop, "shop/money.py::Money", "--min-confidence", 1, "-f", "json")
    assert sure.code == 1
    tests = cli("impact", "-C", shop, "shop/money.py::Money", "--kind", "tests", "--format", "paths")
    assert (tests.code, tests.out) == (0, "tests/test_orders.py\n")


def test_a_constructor_reaches_who_uses_the_class(cli: Cli, shop: Path) -> None:
    assert "shop/orders.py::total" in ids(cli("impact", "-C", shop, "shop/money.py::Money.__init__", "-f", "json"))
    assert "shop/orders.py::total" not in ids(cli("impact", "-C", shop, "shop/money.py::rounded", "-f", "json"))


def test_a_table_reaches_who_reads_it(cli: Cli) -> None:
    found = document(cli("impact", *SHOP, "table:reservations", "--format", "json"))
    assert found["changed"] == ["migrations/0004_reservations.sql::reservations", "table:reservations"]
    assert any(edge["kind"] == "reads" for one in found["reached"] for edge in one["via"])


def test_mermaid_draws_the_ways(cli: Cli) -> None:
    result = cli("impact", *SHOP, REFUND, "--depth", 1, "--format", "mermaid")
    assert result.out.startswith("flowchart LR\n")
    assert result.out.count("|references|") == 4


def test_a_staged_change_begins_where_its_lines_stand(cli: Cli, shop: Path) -> None:
    edit(shop, "shop/money.py", "round(x)", "round(x, 2)")
    git(shop, "add", "-A")
    found = document(cli("impact", "-C", shop, "--staged", "--format", "json"))
    assert found["changed"] == ["shop/money.py::rounded"]
    assert [one["id"] for one in found["reached"]] == ["shop/orders.py::tax"]


def test_what_a_change_removes_reaches_its_users(cli: Cli, shop: Path) -> None:
    edit(shop, "shop/money.py", "\n\ndef rounded(x):\n    return round(x)\n", "")
    (shop / "shop/unrelated.py").unlink()
    found = document(cli("impact", "-C", shop, "--since", "HEAD", "--format", "json"))
    assert found["changed"] == ["shop/money.py::rounded", "shop/unrelated.py", "shop/unrelated.py::other"]
    reached = {one["id"]: one for one in found["reached"]}
    assert {"shop/orders.py::tax", "tests/test_other.py::test_other"} <= set(reached)
    assert reached["shop/orders.py::tax"]["via"][0]["target"] == "shop/money.py::rounded"


def test_a_diff_from_a_file_or_standard_input(cli: Cli, shop: Path, tmp_path: Path) -> None:
    edit(shop, "shop/orders.py", "sum(prices)", "sum(prices, 0)")
    diff = git(shop, "diff")
    (tmp_path / "change.diff").write_text(diff)
    from_file = cli("impact", "-C", shop, "--diff", tmp_path / "change.diff", "--format", "json")
    assert document(from_file)["changed"] == ["shop/orders.py::total"]
    assert cli("impact", "-C", shop, "--diff", "-", "--format", "json", stdin=diff).out == from_file.out
    git(shop, "checkout", "-q", ".")
    assert cli("impact", "-C", shop, "--diff", "-", "--format", "json", stdin=diff).out == from_file.out


def test_comments_and_imports_outside_definitions_change_nothing_else(cli: Cli, shop: Path) -> None:
    edit(shop, "shop/orders.py", "from shop.money", "import os\nfrom shop.money")
    edit(shop, "shop/orders.py", "rounded(price)", "rounded(price + 1)")
    found = cli("impact", "-C", shop, "--since", "HEAD", "--format", "json")
    assert found.code == 1
    assert json.loads(found.out)["changed"] == ["shop/orders.py::tax"]


def test_the_summary_counts_tests_wherever_they_stand(cli: Cli, tmp_path: Path) -> None:
    code = (
        "pub fn price() -> u8 { 1 }\npub fn total() -> u8 { price() }\n"
        "#[cfg(test)]\nmod tests {\n    use super::*;\n    #[test]\n    fn adds() { total(); }\n"
        "    #[test]\n    fn costs() { price(); }\n}\n"
    )
    more = "use crate::total;\npub fn shown() -> u8 { total() }\n"
    files = {"Cargo.toml": '[package]\nname = "shop"\n', "src/lib.rs": f"mod show;\n{code}", "src/show.rs": more}
    root = repository(tmp_path / "rust", files)
    said = cli("impact", "-C", root, "src/lib.rs::price").err
    assert said.splitlines()[-1] == "4 definitions in 2 files; 2 of them, in 1 file, belong to tests"
    said = cli("impact", "-C", root, "src/lib.rs::price", "--kind", "tests").err
    assert said.splitlines()[-1] == "2 definitions in 1 file, all of tests"


def test_the_summary_says_where_there_are_no_tests(cli: Cli, shop: Path) -> None:
    assert "1 definition in 1 file; no tests among them" in cli("impact", "-C", shop, "shop/money.py::rounded").err


def test_nothing_reached_is_a_negative_answer(cli: Cli, shop: Path) -> None:
    result = cli("impact", "-C", shop, "shop/orders.py::tax")
    assert (result.code, result.out) == (1, "")
    assert "nothing uses what changes" in result.err
    assert cli("impact", "-C", shop, "--staged").code == 1
    assert "nothing is staged" in cli("impact", "-C", shop, "--staged").err
    assert "reaches no tables" in cli("impact", "-C", shop, "shop/money.py", "--kind", "tables").err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "say what changes"),
        (("shop/money.py", "--staged"), "say what changes"),
        (("--staged", "--since", "HEAD"), "say what changes"),
        (("shop/money.py", "--kind", "test"), "did you mean tests?"),
        (("shop/mony.py",), "shop/money.py"),
        ((".",), "name a part"),
        (("--since", "nope"), "nope"),
        (("shop/money.py", "--min-confidence", "2"), "0"),
    ],
)
def test_mistakes_are_one_sentence(cli: Cli, shop: Path, arguments: tuple[str, ...], word: str) -> None:
    result = cli("impact", "-C", shop, *arguments, cwd=shop)
    assert (result.code, result.out) == (2, "")
    assert word in result.err
    assert result.err.count("\n") == 1


def test_tests_that_change_are_tests_to_run(cli: Cli, shop: Path) -> None:
    write(shop, {"tests/test_new.py": "from shop.money import rounded\n\n\ndef test_it():\n    assert rounded(1)\n"})
    git(shop, "add", "-A")
    found = document(cli("impact", "-C", shop, "--staged", "--kind", "tests", "--format", "json"))
    assert [(one["id"], one["distance"], one["via"]) for one in found["reached"]] == [
        ("tests/test_new.py::test_it", 0, [])
    ]
    assert "changes itself" in cli("impact", "-C", shop, "--staged").out


TABLES = {
    "db/1.sql": 'CREATE TABLE "Recipient" (id int NOT NULL, "readStatus" text);\n',
    "db/2.sql": 'ALTER TABLE "Recipient" ADD COLUMN email text;\n',
}


@pytest.mark.parametrize("name", ["Recipient", "recipient", "RECIPIENT", "recipient.email", "Recipient.readstatus"])
def test_a_table_is_found_in_any_case(cli: Cli, tmp_path: Path, name: str) -> None:
    root = repository(tmp_path / "tables", TABLES)
    assert cli("impact", f"table:{name}", "-C", root, "--format", "paths").out.splitlines() == ["db/2.sql"]


def test_a_column_that_is_not_there_is_told_with_the_nearest(cli: Cli, tmp_path: Path) -> None:
    root = repository(tmp_path / "tables", TABLES)
    wrong = cli("impact", "table:recipient.emial", "-C", root)
    assert (wrong.code, wrong.out) == (2, "")
    assert "table recipient has no column 'emial'; did you mean email?" in wrong.err
    assert "it has id, readStatus, email" in cli("impact", "table:recipient.zzz", "-C", root).err


MODEL = "from sqlalchemy.orm import DeclarativeBase, Mapped\n\n\nclass Order(DeclarativeBase):\n    id: Mapped[int]\n"


def test_of_a_table_that_nothing_uses_it_is_told_what_was_looked_at(cli: Cli, tmp_path: Path) -> None:
    root = repository(tmp_path / "db", {"db/001.sql": "create table lonely (id int);\n", "a.py": "x = 1\n"})
    for target in ("table:lonely", "db/001.sql"):
        done = cli("impact", target, "-C", root)
        assert done.code == 1
        assert "as far as SQL, pipelines and classes that are mapped to tables tell" in done.err
    assert cli("impact", "a.py", "-C", root).err == "nothing uses what changes\n"


def test_a_table_that_only_a_class_declares_can_be_named(cli: Cli, tmp_path: Path) -> None:
    model = MODEL.replace("    id", '    __tablename__ = "orders"\n    id')
    root = repository(tmp_path / "orm", {"models.py": model})
    done = cli("impact", "table:orders", "-C", root)
    assert done.code == 0, done
    assert "models.py:4 Order  maps table:orders at line 4" in done.out
    document(cli("impact", "table:orders", "-C", root, "--format", "json"))
    assert "models.py::Order stands for it in code" in cli("lineage", "orders", "-C", root).err
    assert 'path="models.py" role="target"' in cli("build", "table:orders", "-t", "x", "-C", root).out


def test_all_edges_may_be_asked_for_by_name(cli: Cli) -> None:
    assert cli("impact", REFUND, "--depth", "all", *SHOP) == cli("impact", REFUND, *SHOP)
    assert cli("impact", REFUND, "--depth", "some", *SHOP).code == 2
