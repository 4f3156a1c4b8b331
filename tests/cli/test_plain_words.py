"""What the verbs do and say where people would guess wrong: depths, columns, settings that name nothing."""

import json
from pathlib import Path

import pytest
from cli_helpers import Cli, repository, write

CHAIN = {
    "a.py": "from b import two\n\n\ndef one():\n    return two()\n",
    "b.py": "from c import three\n\n\ndef two():\n    return three()\n",
    "c.py": "def three():\n    return 3\n",
    "db/1.sql": "CREATE TABLE orders (id INT NOT NULL);\nCREATE TABLE stock (id INT);\n",
    "db/2.sql": "CREATE VIEW late AS SELECT id FROM orders;\nCREATE VIEW left_over AS SELECT id FROM stock;\n",
}


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    return repository(tmp_path / "chain", CHAIN)


def users(cli: Cli, root: Path, *arguments: object) -> set[str]:
    result = cli("graph", "-C", root, "--kind", "imports", *arguments)
    assert result.code == 0, result.err
    return {line.split()[0] for line in result.out.splitlines()}


def test_a_graph_around_a_target_goes_one_edge_unless_more_is_asked_for(cli: Cli, chain: Path) -> None:
    assert users(cli, chain, "c.py") == {"b.py"}
    assert users(cli, chain, "c.py", "--depth", "2") == users(cli, chain, "c.py", "--depth", "all") == {"a.py", "b.py"}
    assert users(cli, chain) == {"a.py", "b.py"}
    said = cli("graph", "-C", chain, "c.py")
    assert "--depth all as far as it leads" in said.err
    assert "--depth" not in cli("graph", "-C", chain, "c.py", "--depth", "1").err
    assert "--depth" not in cli("graph", "-C", chain).err
    around = json.loads(cli("graph", "-C", chain, "c.py", "-f", "json").out)
    assert [node["id"] for node in around["nodes"]] == ["b.py", "c.py"]


@pytest.mark.parametrize("depth", ["-1", "some", "1.5"])
def test_what_is_no_depth_is_refused(cli: Cli, chain: Path, depth: str) -> None:
    assert cli("graph", "-C", chain, "c.py", "--depth", depth).code == 2


def test_a_graph_around_a_table_is_of_what_uses_that_table(cli: Cli, chain: Path) -> None:
    result = cli("graph", "-C", chain, "table:orders")
    assert [line.split()[0] for line in result.out.splitlines()] == ["db/2.sql::late"]
    assert cli("graph", "-C", chain, "table:orders", "--level", "file").out.split()[0] == "db/2.sql"


@pytest.mark.parametrize("arguments", [(), ("-t", " "), (".",)])
def test_a_ranking_of_nothing_is_an_error_in_the_call(cli: Cli, chain: Path, arguments: tuple[str, ...]) -> None:
    result = cli("rank", "-C", chain, *arguments)
    assert (result.code, result.out) == (2, "")
    assert "say what the change is" in result.err


@pytest.mark.parametrize("word", ["a.py", "a.py::one", "db/", "table:orders"])
def test_a_target_in_the_place_of_a_task_is_told(cli: Cli, chain: Path, tmp_path: Path, word: str) -> None:
    for place in ({"cwd": chain}, {}):
        more = () if place else ("-C", chain)
        result = cli("plan", word, "-o", tmp_path / "packs", *more, **place)
        assert result.code == 2
        assert f"{word} is a TARGET, and the TASK stands before it" in result.err
    assert not (tmp_path / "packs").exists()
    assert cli("plan", "-t", "a.py", "--view", "coder", "-o", tmp_path / "packs", cwd=chain).code == 0
    assert cli("plan", "x" * 5000 + "\n\0", "--view", "coder", "-o", tmp_path / "packs", cwd=chain).code == 0


def test_a_port_without_http_is_an_error_in_the_call(cli: Cli, chain: Path) -> None:
    result = cli("mcp", "-C", chain, "--port", "9000")
    assert result.code == 2
    assert "--port goes with --http alone" in result.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('budget = "abc"', "'abc' is not a token budget"),
        ('model = "zzz"', "unknown model 'zzz'"),
        ('format = "pdf"', "unknown format 'pdf'"),
        ('view = "coderr"', "unknown view 'coderr': did you mean coder?"),
        ("weights = { foo = 1 }", "unknown weight 'foo'"),
        ('models.house.like = "nobody"', "nobody"),
        ('include = ["!"]', "include has a value that is not a gitignore pattern"),
        ('tokenizer-file = "nothing.model"', "nothing.model"),
        ('reranker = "/nothing"', "/nothing is no re-ranker"),
    ],
)
def test_settings_that_name_nothing_are_shown_and_told(cli: Cli, chain: Path, line: str, said: str) -> None:
    write(chain, {"ctxpack.toml": f"{line}\n"})
    for form in ("text", "json"):
        result = cli("config", "-C", chain, "-f", form, "-q")
        assert result.code == 2
        assert "budget" in result.out
        assert result.err.startswith("ctxpack: ctxpack.toml: ")
        assert said in result.err
        assert result.err.count("\n") == 1


def test_each_wrong_setting_is_a_line_and_right_ones_are_none(cli: Cli, chain: Path) -> None:
    write(chain, {"ctxpack.toml": 'budget = "abc"\nmodel = "zzz"\n'})
    assert cli("config", "-C", chain).err.count("ctxpack: ctxpack.toml: ") == 2
    write(chain, {"ctxpack.toml": 'budget = "64k"\nmodel = "house"\n[models.house]\nlike = "scout"\nwindow = 65536\n'})
    assert (cli("config", "-C", chain).code, cli("config", "-C", chain).err) == (0, "")
    write(chain, {"ctxpack.toml": 'budget = "65k"\nmodel = "house"\n[models.house]\nlike = "scout"\nwindow = 32768\n'})
    assert "more than the 32,768 that model 'house' takes" in cli("config", "-C", chain).err


def test_columns_of_a_schema_say_what_they_are(cli: Cli, chain: Path) -> None:
    lines = cli("schema", "-C", chain, "orders").out.splitlines()
    assert lines[1].split() == ["column", "type", "declared", "effective", "decided", "by"]
    assert lines[2].split()[:4] == ["id", "INT", "not", "null"]
