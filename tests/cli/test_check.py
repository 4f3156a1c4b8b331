"""`ctxpack check` and `ctxpack refresh` as commands: formats, exit codes, suppressions and settings."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from cli_helpers import Cli, git, repository, write

MONEY = "def parse(text):\n    return int(text)\n\n\ndef show(amount):\n    return str(amount)\n"
ORDERS = "from shop.money import parse, show\n\n\ndef total(text):\n    return show(parse(text))\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    files = {"shop/__init__.py": "", "shop/money.py": MONEY, "shop/orders.py": ORDERS}
    return repository(tmp_path / "shop", files)


@pytest.fixture
def broken(shop: Path) -> Path:
    """The shop with a function renamed that is used elsewhere."""
    stage(shop, {"shop/money.py": MONEY.replace("def parse", "def read")})
    return shop


def stage(root: Path, files: dict[str, str]) -> None:
    write(root, files)
    git(root, "add", "-A")


def test_nothing_staged_and_nothing_broken(shop: Path, cli: Cli) -> None:
    result = cli("check", cwd=shop)
    assert (result.code, result.out, result.err) == (0, "", "nothing is staged\n")
    stage(shop, {"shop/money.py": MONEY.replace("int(text)", "int(text or 0)")})
    result = cli("check", cwd=shop)
    assert (result.code, result.out, result.err) == (0, "", "no breaks in 1 changed file\n")


def test_text(broken: Path, cli: Cli) -> None:
    result = cli("check", cwd=broken)
    assert result.code == 1
    assert result.out == (
        "error: shop/money.py:1 parse: function renamed to read\n"
        "  shop/orders.py:1: imports it [0.99, import]\n"
        "  shop/orders.py:5: total calls it [0.99, import]\n"
    )
    assert result.err == "1 break in 1 changed file\n"


def test_the_work_tree_makes_no_difference(broken: Path, cli: Cli) -> None:
    expected = cli("check", cwd=broken).out
    write(broken, {"shop/money.py": MONEY, "shop/orders.py": "", "shop/new.py": "from shop.money import nothing\n"})
    before = (broken / ".git/index").read_bytes()
    result = cli("check", cwd=broken)
    assert (result.code, result.out) == (1, expected)
    assert (broken / ".git/index").read_bytes() == before


def test_json_is_as_its_schema_says(broken: Path, cli: Cli) -> None:
    document = json.loads(cli("check", "--format", "json", cwd=broken).out)
    schema = json.loads(resources.files("ctxpack.data").joinpath("schemas/check.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema)
    (finding,) = document["findings"]
    assert (finding["kind"], finding["level"], finding["successor"]) == ("renamed", "error", "read")
    assert [(use["path"], use["line"], use["how"]) for use in finding["uses"]] == [
        ("shop/orders.py", 1, "imports"),
        ("shop/orders.py", 5, "calls"),
    ]


def test_annotations(broken: Path, cli: Cli) -> None:
    lines = cli("check", "--format", "github", cwd=broken).out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("::error file=shop/orders.py,line=1,title=ctxpack renamed::parse: ")


def test_sarif(broken: Path, cli: Cli) -> None:
    document = json.loads(cli("check", "--format", "sarif", cwd=broken).out)
    (run,) = document["runs"]
    assert document["version"] == "2.1.0"
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {"renamed"}
    assert [result["level"] for result in run["results"]] == ["error", "error"]
    place = run["results"][1]["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("shop/orders.py", 5)


def test_what_code_hosts_read_has_paths_of_the_whole_repository(tmp_path: Path, cli: Cli) -> None:
    part = "services/the äpi"
    files = {f"{part}/money.py": MONEY, f"{part}/orders.py": ORDERS.replace("shop.money", "money")}
    root = repository(tmp_path / "shop", files)
    stage(root, {f"{part}/money.py": MONEY.replace("def parse", "def read")})
    for arguments, place in (((f"-C{part}",), root), ((), root / part)):
        (first, _) = cli("check", "--format", "github", *arguments, cwd=place).out.splitlines()
        assert first.startswith(f"::error file={part}/orders.py,line=1,")
        assert f"({part}/money.py:1)" in first
        (run,) = json.loads(cli("check", "--format", "sarif", *arguments, cwd=place).out)["runs"]
        for result in run["results"]:
            (use,), (stood,) = result["locations"], result["relatedLocations"]
            uris = [one["physicalLocation"]["artifactLocation"]["uri"] for one in (use, stood)]
            assert uris == ["services/the%20%C3%A4pi/orders.py", "services/the%20%C3%A4pi/money.py"]
    shown = cli("check", f"-C{part}", "--format", "json", cwd=root).out
    assert json.loads(shown)["findings"][0]["path"] == "money.py"
    assert cli("check", f"-C{part}", cwd=root).out.startswith("error: money.py:1 ")


def test_a_comment_on_the_line_of_a_use(shop: Path, cli: Cli) -> None:
    text = ORDERS.replace("parse, show", "parse, show  # ctxpack: ignore")
    stage(shop, {"shop/orders.py": text})
    git(shop, "commit", "-q", "-m", "c")
    stage(shop, {"shop/money.py": MONEY.replace("def parse", "def read")})
    result = cli("check", cwd=shop)
    assert "shop/orders.py:1" not in result.out
    assert "shop/orders.py:5" in result.out
    assert result.err == "1 break in 1 changed file; 1 use let pass\n"


@pytest.mark.parametrize(("names", "code"), [("parse", 0), ("shop/money.py::parse, other", 0), ("show", 1)])
def test_a_comment_where_it_stood(shop: Path, cli: Cli, names: str, code: int) -> None:
    stage(shop, {"shop/money.py": MONEY.replace("def parse", f"# ctxpack: ignore[{names}]\ndef read")})
    assert cli("check", cwd=shop).code == code


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ('ignore = ["parse"]', 0),
        ('ignore = ["shop/orders.py"]', 0),
        ('ignore = ["shop/**"]', 0),
        ('ignore = ["tests/**", "show"]', 1),
        ("fail-confidence = 1", 0),
        ("fail-confidence = 0.5", 1),
    ],
)
def test_settings(broken: Path, cli: Cli, setting: str, code: int) -> None:
    write(broken, {"ctxpack.toml": f"[check]\n{setting}\n"})
    assert cli("check", cwd=broken).code == code


def test_an_option_goes_before_the_setting(broken: Path, cli: Cli) -> None:
    write(broken, {"ctxpack.toml": "[check]\nfail-confidence = 1\n"})
    assert cli("check", "--fail-confidence", "0.9", cwd=broken).code == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[check]\nfail_confidence = 0.5\n", "did you mean check.fail-confidence?"),
        ("[check]\nfail-confidence = 2\n", "must be a number from 0 to 1, not 2"),
        ("check = 1\n", "check must be a table"),
    ],
)
def test_wrong_settings(shop: Path, cli: Cli, text: str, words: str) -> None:
    write(shop, {"ctxpack.toml": text})
    result = cli("check", cwd=shop)
    assert result.code == 2
    assert words in result.err
    assert "Traceback" not in result.err


def test_where_nothing_can_be_staged(tmp_path: Path, shop: Path, cli: Cli) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    git(tmp_path, "clone", "-q", "--bare", str(shop), "bare.git")
    for place, words in ((plain, "not in a git work tree"), (tmp_path / "bare.git", "without a work tree")):
        result = cli("check", cwd=place)
        assert result.code == 2
        assert words in result.err
        assert result.err.count("\n") == 1
        assert "--at" not in result.err
    assert "git worktree add" in cli("check", cwd=tmp_path / "bare.git").err
    assert cli("check", "--since", "nowhere", cwd=shop).code == 2
    assert cli("check", "--at", "HEAD", cwd=shop).code == 2


# --- refresh ----------------------------------------------------------------------------------------------------------


def test_a_pack_is_written_until_it_is_fresh_and_staged(shop: Path, cli: Cli) -> None:
    arguments = ("refresh", "shop/", "-o", "docs/context.md", "-f", "markdown", "-b", "4k")
    (shop / "docs").mkdir()
    first = cli(*arguments, cwd=shop)
    assert first.code == 1
    assert "docs/context.md was out of date and is written anew" in first.err
    assert "shop/money.py" in (shop / "docs/context.md").read_text("utf-8")
    assert "it is not tracked" in cli(*arguments, cwd=shop).err
    git(shop, "add", "-A")
    assert cli(*arguments, cwd=shop).code == 0
    git(shop, "commit", "-q", "-m", "pack")
    assert cli(*arguments, cwd=shop).code == 0


def test_a_pack_is_of_what_is_staged(shop: Path, cli: Cli) -> None:
    arguments = ("refresh", "shop/", "-o", "context.md", "-f", "markdown", "-b", "4k")
    cli(*arguments, cwd=shop)
    git(shop, "add", "-A")
    write(shop, {"shop/money.py": MONEY + "\n\ndef unstaged():\n    return 1\n", "shop/new.py": "x = 1\n"})
    assert cli(*arguments, cwd=shop).code == 0
    git(shop, "add", "shop/money.py")
    assert cli(*arguments, cwd=shop).code == 1
    text = (shop / "context.md").read_text("utf-8")
    assert "unstaged" in text
    assert "shop/new.py" not in text
    fresh = cli(*arguments, cwd=shop)
    assert (fresh.code, "what is staged is not" in fresh.err) == (1, True)


def test_refresh_needs_a_file_and_a_place(shop: Path, cli: Cli) -> None:
    assert cli("refresh", cwd=shop).code == 2
    assert "cannot write" in cli("refresh", "-o", "nowhere/context.md", cwd=shop).err


def test_users_that_a_partial_clone_lacks_are_told(tmp_path: Path, shop: Path, cli: Cli) -> None:
    repository(tmp_path / "far", {"pay.py": MONEY, "out/orders.py": ORDERS.replace("shop.money", "pay")})
    git(tmp_path / "far", "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--filter=blob:none", "--sparse", f"file://{tmp_path / 'far'}", "near")
    stage(tmp_path / "near", {"pay.py": MONEY.replace("def parse", "def read")})
    result = cli("check", cwd=tmp_path / "near")
    assert result.code == 0
    assert "out/orders.py: its content is not in this clone" in result.err


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda root: (root / "shop/money.py").symlink_to("nowhere.py"), 1),
        (lambda root: (root / "shop/money.py").symlink_to("/etc/passwd"), 1),
        (lambda root: (root / "shop/money.py").symlink_to("less.py"), 1),
        (lambda root: (root / "shop/money.py").symlink_to("../cash/same.py"), 0),
    ],
)
def test_a_file_with_a_link_in_its_place_is_gone_unless_the_link_offers_the_same(
    shop: Path, cli: Cli, make: Callable[[Path], None], code: int
) -> None:
    stage(shop, {"cash/same.py": MONEY, "shop/less.py": MONEY.partition("def show")[0]})
    git(shop, "commit", "-qm", "two more")
    (shop / "shop/money.py").unlink()
    make(shop)
    git(shop, "add", "-A")
    result = cli("check", cwd=shop)
    assert result.code == code
    assert ("shop/money.py file removed" in result.out) == bool(code)


def test_a_file_with_a_submodule_in_its_place_is_gone(shop: Path, cli: Cli) -> None:
    commit = git(shop, "rev-parse", "HEAD").strip()
    git(shop, "rm", "-q", "--cached", "shop/money.py")
    git(shop, "update-index", "--add", "--cacheinfo", f"160000,{commit},shop/money.py")
    result = cli("check", cwd=shop)
    assert (result.code, "shop/money.py file removed" in result.out) == (1, True)


def test_a_new_link_and_a_new_file_break_nothing(shop: Path, cli: Cli) -> None:
    (shop / "shop/link.py").symlink_to("money.py")
    git(shop, "add", "-A")
    assert cli("check", cwd=shop).code == 0
    git(shop, "commit", "-qm", "link")
    (shop / "shop/link.py").unlink()
    stage(shop, {"shop/link.py": MONEY})
    assert cli("check", cwd=shop).code == 0


def test_settings_are_those_that_are_staged(broken: Path, cli: Cli) -> None:
    stage(broken, {"ctxpack.toml": "[check]\nfail-confidence = 1\n"})
    write(broken, {"ctxpack.toml": "[check]\nfail-confidence = 0.5\n"})
    assert cli("check", cwd=broken).code == 0
    write(broken, {"ctxpack.toml": "not TOML"})
    assert cli("check", cwd=broken).code == 0
    stage(broken, {})
    assert "not valid TOML" in cli("check", cwd=broken).err


def test_a_pack_is_made_by_the_settings_that_are_staged(shop: Path, cli: Cli) -> None:
    stage(shop, {"pyproject.toml": "[tool.ctxpack]\nformat = 'markdown'\n"})
    arguments = ("refresh", "shop/", "-o", "context.md", "-b", "4k")
    assert cli(*arguments, cwd=shop).code == 1
    stage(shop, {})
    write(shop, {"pyproject.toml": "[tool.ctxpack]\nformat = 'json'\nextend-exclude = ['shop/']\n"})
    assert cli(*arguments, cwd=shop).code == 0
