"""What the verbs print, for people and for programs."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cli_helpers import PROJECT, WEBSHOP, Cli, command, git, plain_environment, repository, write

import ctxpack.data

SHOP = ("-C", WEBSHOP)
TASK = ("-t", "refund single lines of an order")


def document(text: str) -> dict[str, Any]:
    loaded = json.loads(text)
    assert isinstance(loaded, dict)
    return loaded


# --- build ------------------------------------------------------------------------------------------------------------


def test_build_prints_the_pack_and_says_what_it_holds(cli: Cli) -> None:
    result = cli("build", *SHOP, *TASK, "--budget", "8k")
    assert result.code == 0
    assert 'path="src/webshop/services/refunds.py"' in result.out
    assert "refund single lines of an order" in result.out.splitlines()[-2]
    assert " of 8,000 tokens for scout; " in result.err
    assert re.search(r"[\d,]+ tokens unused, \d+ files left out: .+ \(\d+\)", result.err)


def test_what_is_left_out_adds_up(cli: Cli) -> None:
    said = cli("build", *SHOP, *TASK, "--budget", "3k").err
    told = re.search(r" ([\d,]+) files left out: (.+)", said)
    assert told is not None
    assert sum(int(count) for count in re.findall(r"\((\d+)\)", told[2])) == int(told[1])


def test_quiet_says_nothing(cli: Cli) -> None:
    assert cli("build", *SHOP, *TASK, "-q").err == ""


def test_build_is_the_same_with_and_without_a_cache_and_under_any_hash_seed(cache_dir: Path) -> None:
    outputs = [
        subprocess.run(
            command("build", *SHOP, *TASK, *flags), cwd=PROJECT, check=True, capture_output=True,
            env=plain_environment(cache_dir, PYTHONHASHSEED=seed),
        ).stdout
        for seed, *flags in (("0", "--no-cache"), ("1",), ("2", "--workers", "1"))
    ]  # fmt: skip
    assert outputs[0] == outputs[1] == outputs[2]


def test_build_as_json_keeps_its_schema_and_its_budget(cli: Cli) -> None:
    result = cli("build", *SHOP, *TASK, "--budget", "6k", "--format", "json")
    pack = document(result.out)
    schema = json.loads((Path(ctxpack.data.__file__).parent / "schemas" / "build.json").read_text())
    jsonschema.validate(pack, schema)
    assert 0 < pack["tokens"] <= pack["budget"] == 6000
    assert "text" in pack


def test_output_and_manifest_go_to_files(cli: Cli, tmp_path: Path) -> None:
    printed = cli("build", *SHOP, *TASK, "--budget", "6k").out
    result = cli("build", *SHOP, *TASK, "--budget", "6k", "-o", tmp_path / "p.xml", "--manifest", tmp_path / "m.json")
    assert (result.code, result.out) == (0, "")
    assert (tmp_path / "p.xml").read_text(encoding="utf-8") == printed
    manifest = document((tmp_path / "m.json").read_text(encoding="utf-8"))
    assert "text" not in manifest
    assert any(item["path"] == "src/webshop/services/refunds.py" and item["reasons"] for item in manifest["items"])


def test_a_pack_written_into_the_repository_is_not_packed(cli: Cli, small: Path) -> None:
    def build() -> str:
        assert cli("build", "-C", small, "-t", "money", "-o", small / "pack [1].xml").code == 0
        return (small / "pack [1].xml").read_text()

    assert "pack [1].xml" not in build()
    assert build() == build()


def test_a_redirected_pack_is_not_packed(small: Path, cache_dir: Path) -> None:
    with (small / "prompt.xml").open("wb") as sink:
        subprocess.run(
            command("build", "-C", small, "-t", "money"), cwd=PROJECT, env=plain_environment(cache_dir),
            check=True, stdout=sink, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    text = (small / "prompt.xml").read_text()
    assert "class Money" in text
    assert "prompt.xml" not in text


def test_a_task_of_another_repository_is_answered_with_a_warning(cli: Cli) -> None:
    result = cli("build", *SHOP, "-t", "zzqqxx frobnicate")
    assert result.code == 0
    assert "zzqqxx frobnicate" in result.out
    assert "no word of the task is in this repository" in result.err


def test_without_target_or_task_build_gives_an_overview_and_a_hint(cli: Cli) -> None:
    result = cli("build", *SHOP)
    assert result.code == 0
    assert "migrations/" in result.out
    assert "no task and no target" in result.err


def test_subjects_are_meant_from_the_current_directory(cli: Cli, small: Path) -> None:
    result = cli("build", "money.py::Money", cwd=small / "src")
    assert result.code == 0
    assert 'path="src/money.py" role="target"' in result.out


def test_the_task_may_come_from_standard_input(cli: Cli) -> None:
    result = cli("build", *SHOP, "--task-file", "-", stdin="refund ünder 5 €\n")
    assert "refund ünder 5 €" in result.out.splitlines()[-2]


def test_a_task_may_begin_with_a_dash(cli: Cli) -> None:
    assert "--refund all" in cli("build", *SHOP, "--task=--refund all").out


def test_a_diff_is_a_target(cli: Cli, small: Path) -> None:
    write(small, {"src/money.py": "class Money:\n    def __init__(self, cents):\n        self.cents = int(cents)\n"})
    diff = git(small, "diff")
    for arguments, stdin in ((("--since", "HEAD"), ""), (("--diff", "-"), diff)):
        result = cli("build", "-C", small, *arguments, stdin=stdin)
        assert result.code == 0, result.err
        assert 'path="src/money.py" role="target"' in result.out
    git(small, "add", "-A")
    assert 'path="src/money.py" role="target"' in cli("build", "-C", small, "--staged").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--staged",), "nothing is staged"),
        (("--since", "HEAD"), "nothing changed since HEAD"),
        (("--diff", "-"), "the diff changes no file that is here"),
    ],
)
@pytest.mark.parametrize("verb", ["build", "rank"])
def test_no_change_is_a_negative_answer(
    cli: Cli, small: Path, verb: str, arguments: tuple[str, ...], words: str
) -> None:
    result = cli(verb, "-C", small, *arguments, stdin="no diff at all\n")
    assert (result.code, result.out) == (1, "")
    assert words in result.err


def test_a_revision_can_be_packed(cli: Cli, small: Path) -> None:
    write(small, {"src/money.py": "gone = 1\n"})
    assert "class Money" in cli("build", "-C", small, "--at", "HEAD", "src/money.py").out
    assert "class Money" not in cli("build", "-C", small, "src/money.py").out


@pytest.mark.parametrize("name", ["markdown", "chat", "llama4"])
def test_every_format_is_written(cli: Cli, name: str) -> None:
    result = cli("build", *SHOP, *TASK, "--budget", "8k", "--format", name)
    assert result.code == 0
    assert "RefundService" in result.out


# --- rank -------------------------------------------------------------------------------------------------------------


def test_rank_puts_the_right_file_first_and_says_why(cli: Cli) -> None:
    result = cli("rank", *SHOP, "-t", "refund window of days")
    head, first, *_ = result.out.splitlines()
    assert head.split() == ["score", "file", "why"]
    assert "src/webshop/services/refunds.py" in first
    assert "refund" in first.split("  ")[-1]
    assert "\x1b[" not in result.out
    assert "\x1b[" in cli("rank", *SHOP, "-t", "refund", "--color", "always").out


def test_rank_names_its_signals_and_repeats_no_words(cli: Cli) -> None:
    for line in cli("rank", *SHOP, *TASK).out.splitlines()[1:]:
        reasons = line.split("  ")[-1].split("; ")
        said = [reason.partition(": ")[2] for reason in reasons]
        assert all(": " in reason for reason in reasons), line
        assert len(set(reasons)) == len(reasons)
        assert len(set(said)) == len(said), line


def test_rank_keeps_to_the_width_of_a_terminal(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctxpack.cli.rank.terminal_width", lambda: 80)
    lines = cli("rank", *SHOP, *TASK).out.splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.endswith("…") for line in lines)


def test_rank_as_json_has_scores_that_are_the_sum_of_their_reasons(cli: Cli) -> None:
    ranking = document(cli("rank", *SHOP, *TASK, "--format", "json").out)
    assert ranking["schema"] == "ctxpack.rank/1"
    assert [file["score"] for file in ranking["files"]] == sorted(
        (file["score"] for file in ranking["files"]), reverse=True
    )
    for ranked in (*ranking["files"], *ranking["symbols"]):
        assert ranked["score"] == pytest.approx(sum(reason["score"] for reason in ranked["reasons"]), abs=1e-4)
        assert all(set(reason) == {"signal", "score", "because"} for reason in ranked["reasons"])
    assert {"path", "symbol", "line", "score", "reasons"} == set(ranking["symbols"][0])


def test_rank_shows_twenty_and_counts_the_rest(cli: Cli) -> None:
    result = cli("rank", *SHOP, "-t", "order")
    assert len(result.out.splitlines()) == 1 + 20
    assert "more; --limit 0 shows all" in result.err
    assert len(cli("rank", *SHOP, "-t", "order", "-n", "3").out.splitlines()) == 1 + 3
    assert len(cli("rank", *SHOP, "-t", "order", "-n", "0").out.splitlines()) > 1 + 20
    head, first, *_ = cli("rank", *SHOP, "-t", "order", "--symbols").out.splitlines()
    assert head.split() == ["score", "symbol", "why"]
    assert ":" in first


def test_rank_of_nothing_is_a_negative_answer(cli: Cli) -> None:
    result = cli("rank", *SHOP, "-t", "xyzzy plugh")
    assert (result.code, result.out) == (1, "")
    assert "nothing scores" in result.err
    as_json = cli("rank", *SHOP, "-t", "xyzzy plugh", "--format", "json")
    assert (as_json.code, document(as_json.out)["files"]) == (1, [])


# --- files ------------------------------------------------------------------------------------------------------------


def test_files_lists_and_sums(cli: Cli) -> None:
    result = cli("files", *SHOP)
    lines = result.out.splitlines()
    assert lines[0].split() == ["tokens", "bytes", "role", "language", "path"]
    assert sum(line.endswith(".sql") for line in lines) == 7
    assert lines[-1].split()[2:] == ["50", "total"]


def test_files_as_json(cli: Cli) -> None:
    listing = document(cli("files", *SHOP, "--format", "json").out)
    assert set(listing) == {"schema", "files", "skipped"}
    paths = [file["path"] for file in listing["files"]]
    assert paths == sorted(paths)
    refunds = next(file for file in listing["files"] if file["path"].endswith("refunds.py"))
    assert set(refunds) == {"path", "language", "role", "digest", "size", "tokens"}
    assert refunds["size"] == (WEBSHOP / "src/webshop/services/refunds.py").stat().st_size
    assert refunds["tokens"] > 100


def test_files_says_what_is_skipped(cli: Cli, small: Path) -> None:
    write(small, {".ctxpackignore": "*.log\n", "run.log": "x\n"})
    result = cli("files", "-C", small)
    assert "1 skipped" in result.err
    assert "run.log" not in result.out
    listed = cli("files", "-C", small, "--skipped").out
    assert listed.startswith("run.log: ")
    assert ".ctxpackignore" in listed


def test_files_can_be_sorted_by_tokens(cli: Cli) -> None:
    lines = cli("files", *SHOP, "--sort", "tokens").out.splitlines()[1:51]
    counts = [int(line.split()[0].replace(",", "")) for line in lines]
    assert counts == sorted(counts)


def test_names_cannot_write_to_the_terminal(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a\x1b[2Jb.py").write_text("x = 1\n")
    result = cli("files", "-C", tmp_path)
    assert "\x1b" not in result.out + result.err
    assert "\\x1b[2J" in result.out + result.err


# --- graph ------------------------------------------------------------------------------------------------------------


_HOSTILE = {
    "db/a.sql": 'CREATE TABLE "or\x1b[31mders" (id int NOT NULL, "to\x9b2Jtal" int DEFAULT \'\x1b]0;x\x07\');\n',
    "db/v.sql": 'CREATE VIEW "gr\x1b[2Joss" AS SELECT "to\x9b2Jtal" FROM "or\x1b[31mders";\n',
    "src/job\x1b[5m.py": "from src.money import Money\n\ndef total(spark):\n    return Money(1)\n",
    "src/money.py": "class Money:\n    pass\n",
}


@pytest.mark.parametrize(
    "arguments",
    [
        ("rank", "-t", "total money orders"), ("rank", "--symbols", "-t", "total money"), ("files",), ("graph",),
        ("impact", "src/money.py"), ("schema",), ("schema", "--history"), ("lineage",), ("lineage", "--columns", "-v"),
        ("build", "-v", "-t", "total money orders", "-o", "pack.xml"), ("plan", "total money", "-v", "-o", "packs"),
        ("eval", "--commits", "2"),
    ],
)  # fmt: skip
def test_nothing_that_people_read_obeys_the_repository(cli: Cli, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    root = repository(tmp_path / "hostile", _HOSTILE)
    write(root, {"src/money.py": "class Money:\n    cents = 0\n"})
    git(root, "commit", "-qam", "Total money\x1b[31m of orders\x9b2J \x07")
    git(root, "rm", "-q", "--cached", "db/a.sql")
    result = cli(*arguments, cwd=root)
    assert result.out or result.err
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", result.out + result.err)


@pytest.mark.parametrize("format_name", ["text", "github"])
def test_what_a_check_tells_obeys_nothing(cli: Cli, tmp_path: Path, format_name: str) -> None:
    root = repository(tmp_path / "hostile", _HOSTILE)
    git(root, "rm", "-q", "src/money.py")
    result = cli("check", "--format", format_name, cwd=root)
    assert result.code == 1
    assert "\\x1b" in result.out
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", result.out + result.err)


def test_graph_shows_edges_between_files(cli: Cli) -> None:
    result = cli("graph", *SHOP, "--kind", "imports")
    rows = [line.split() for line in result.out.splitlines()]
    assert ["src/webshop/services/refunds.py", "8", "imports", "src/webshop/services/stock.py"] in rows
    assert ["client/src/orders.ts", "1", "imports", "client/src/cart.ts"] in rows


def test_graph_as_json(cli: Cli) -> None:
    graph = document(cli("graph", *SHOP, "--format", "json").out)
    assert graph["schema"] == "ctxpack.graph/1"
    assert {"source", "target", "kind", "line", "origin", "confidence"} == set(graph["edges"][0])
    known = {node["id"] for node in graph["nodes"]}
    assert all(edge["source"] in known and edge["target"] in known for edge in graph["edges"])


def test_graph_around_a_file(cli: Cli) -> None:
    result = cli(
        "graph", *SHOP, "src/webshop/models/money.py", "--direction", "dependents", "--depth", "1", "--kind", "imports"
    )
    assert any("models/order.py" in line for line in result.out.splitlines())
    assert "services/refunds.py" not in result.out


def test_graph_around_a_symbol_is_one_of_symbols(cli: Cli) -> None:
    target = "src/webshop/services/refunds.py::RefundService"
    asked = ("graph", *SHOP, target, "--direction", "dependents", "--depth", "1")
    assert cli(*asked).out == cli(*asked, "--level", "symbol").out != cli(*asked, "--level", "file").out


@pytest.mark.parametrize(
    ("name", "start"), [("dot", "digraph "), ("graphml", "<?xml"), ("mermaid", "flowchart LR"), ("json", "{")]
)
def test_graph_for_other_tools(cli: Cli, name: str, start: str) -> None:
    assert cli("graph", *SHOP, "--format", name).out.startswith(start)


def test_references_are_one_json_document_a_line(cli: Cli) -> None:
    result = cli("graph", *SHOP, "--level", "symbol", "--format", "jsonl")
    links = [json.loads(line) for line in result.out.splitlines()]
    keys = {"ref_file", "ref_line", "ref_col", "name", "def_file", "def_line", "def_symbol"}
    assert all(set(link) == keys for link in links)
    assert any(
        link["ref_file"].endswith("refunds.py") and link["def_symbol"] == "StockService.put_back" for link in links
    )


def test_a_graph_without_edges_is_a_negative_answer(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a\n")
    result = cli("graph", "-C", tmp_path)
    assert (result.code, result.out) == (1, "")


# --- models, config, clean --------------------------------------------------------------------------------------------


def test_models_are_listed_with_those_of_the_configuration(cli: Cli, small: Path) -> None:
    write(small, {"ctxpack.toml": "[models.house]\nwindow = 4096\n"})
    result = cli("models", "-C", small)
    assert any(line.split()[:2] == ["house", "4,096"] for line in result.out.splitlines())
    listed = document(cli("models", "-C", small, "--format", "json").out)["models"]
    assert {"scout", "house"} <= {model["name"] for model in listed}


def test_a_model_is_explained_with_its_source(cli: Cli) -> None:
    result = cli("models", "scout@groq")
    assert "131,072" in result.out
    assert "source" in result.out
    assert "2026" in result.out


def test_config_tells_values_and_where_they_come_from(cli: Cli, small: Path) -> None:
    write(small, {"pyproject.toml": '[tool.ctxpack]\nbudget = "9k"\n'})
    rows = {line.split()[0]: line for line in cli("config", "-C", small, "--workers", "2").out.splitlines()}
    assert rows["budget"].split(None, 2)[1:] == ['"9k"', "pyproject.toml [tool.ctxpack]"]
    assert rows["workers"].split()[1:] == ["2", "caller"]
    assert rows["model"].split()[1:] == ['"scout"', "default"]
    settings = document(cli("config", "-C", small, "--format", "json").out)["settings"]
    assert {"key": "budget", "value": "9k", "origin": "pyproject.toml [tool.ctxpack]"} in settings
    assert "tokens" in cli("config", "--explain").out


def test_settings_of_the_repository_hold(cli: Cli, small: Path) -> None:
    write(small, {"ctxpack.toml": 'budget = 1500\nformat = "json"\nextend-exclude = ["*.md"]\n'})
    pack = document(cli("build", "-C", small, "-t", "money").out)
    assert pack["budget"] == 1500
    assert "README.md" not in pack["text"]
    assert cli("build", "-C", small, "-t", "money", "--format", "xml").out.startswith("<")


def test_clean_removes_our_files_and_no_others(cli: Cli, small: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert cli("files", "-C", small, "--cache-dir", cache).code == 0
    ours = sorted(path.name for path in cache.iterdir())
    assert ours
    (cache / "notes.txt").write_text("mine")
    refused = cli("clean", "--cache-dir", cache)
    assert (refused.code, refused.out) == (2, "")
    assert "--yes" in refused.err
    result = cli("clean", "--yes", "--cache-dir", cache)
    assert result.code == 0
    assert "removed" in result.err
    assert [path.name for path in cache.iterdir()] == ["notes.txt"]
    assert cli("clean", "--yes", "--cache-dir", tmp_path / "none").code == 0


def test_nothing_is_written_without_a_cache(cli: Cli, small: Path, tmp_path: Path) -> None:
    before = sorted(small.rglob("*"))
    assert cli("build", "-C", small, "-t", "money", "--no-cache", "--cache-dir", tmp_path / "cache").code == 0
    assert not (tmp_path / "cache").exists()
    assert sorted(small.rglob("*")) == before


def test_a_plain_directory_will_do(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "def alpha():\n    return 1\n"})
    assert "def alpha" in cli("build", "-C", tmp_path, "a.py").out


def test_a_repository_without_a_commit_will_do(cli: Cli, tmp_path: Path) -> None:
    repo = repository(tmp_path / "new", {"a.py": "def alpha():\n    return 1\n"}, commit=False)
    assert "def alpha" in cli("build", "-C", repo, "-t", "alpha").out


@pytest.fixture
def in_conflict(small: Path) -> Path:
    """A repository in the middle of a merge, with a conflict in one of its files."""
    git(small, "checkout", "-q", "-b", "other")
    write(small, {"src/money.py": "class Money:\n    cents = 1\n"})
    git(small, "commit", "-q", "-a", "-m", "other")
    git(small, "checkout", "-q", "main")
    write(small, {"src/money.py": "class Money:\n    cents = 2\n"})
    git(small, "commit", "-q", "-a", "-m", "main")
    with pytest.raises(subprocess.CalledProcessError):
        git(small, "merge", "-q", "other")
    return small


@pytest.mark.parametrize("verb", ["build", "rank", "impact"])
def test_a_file_in_conflict_is_not_staged(cli: Cli, in_conflict: Path, verb: str) -> None:
    result = cli(verb, "-C", in_conflict, "--staged")
    assert (result.code, result.out) == (1, "")
    told = "src/money.py has an unresolved merge conflict, so it does not count as staged"
    assert sorted(result.err.splitlines()) == ["nothing is staged", told]
    write(in_conflict, {"src/orders.py": "def total(prices):\n    return sum(prices)\n\n\nprint(total([1]))\n"})
    git(in_conflict, "add", "src/orders.py")
    result = cli(verb, "-C", in_conflict, "--staged")
    assert result.code == (1 if verb == "impact" else 0)
    assert "src/orders.py" in result.out or "nothing uses what changes" in result.err
    assert told in result.err
    assert "Unmerged" not in result.out
