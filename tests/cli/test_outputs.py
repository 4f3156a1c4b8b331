"""Where packs and manifests are written: standard output by "-", one place each, and never a target."""

import json
import subprocess
from pathlib import Path

import pytest
from cli_helpers import Cli, command, plain_environment, write

MONEY = ("-t", "money")


def test_a_dash_is_standard_output(cli: Cli, small: Path, tmp_path: Path) -> None:
    printed = cli("build", *MONEY, cwd=small).out
    assert cli("build", *MONEY, "-o", "-", cwd=small).out == printed
    result = cli("build", *MONEY, "-o", tmp_path / "p.xml", "--manifest", "-", cwd=small)
    assert result.code == 0, result.err
    assert json.loads(result.out)["schema"] == "ctxpack.build/1"
    assert (tmp_path / "p.xml").read_text(encoding="utf-8") == printed
    assert not (small / "-").exists()


def test_a_file_called_dash_can_be_written_by_its_path(cli: Cli, small: Path) -> None:
    assert cli("build", *MONEY, "-o", "./-", cwd=small).out == ""
    assert "class Money" in (small / "-").read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [("--manifest", "-"), ("-o", "-", "--manifest", "-")])
def test_only_one_product_goes_to_standard_output(cli: Cli, small: Path, arguments: tuple[str, ...]) -> None:
    result = cli("build", *MONEY, *arguments, cwd=small)
    assert (result.code, result.out) == (2, "")
    assert "both go to standard output" in result.err
    assert not (small / "-").exists()


@pytest.mark.parametrize("manifest", ["p.json", "./p.json", "src/../p.json", "link.json"])
def test_a_pack_and_its_manifest_are_two_files(cli: Cli, small: Path, manifest: str) -> None:
    (small / "link.json").symlink_to("p.json")
    result = cli("build", *MONEY, "-o", "p.json", "--manifest", manifest, cwd=small)
    assert result.code == 2
    assert "both be written to" in result.err
    assert not (small / "p.json").exists()


def test_hard_links_are_one_file(cli: Cli, small: Path) -> None:
    write(small, {"one.xml": "kept"})
    (small / "two.json").hardlink_to(small / "one.xml")
    assert cli("build", *MONEY, "-o", "one.xml", "--manifest", "two.json", cwd=small).code == 2
    assert (small / "one.xml").read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize("arguments", [("--manifest", "out.xml"), ("-o", "out.xml", "--manifest", "-")])
def test_a_redirected_pack_and_its_manifest_are_two_files(
    small: Path, cache_dir: Path, arguments: tuple[str, ...]
) -> None:
    with (small / "out.xml").open("wb") as sink:
        done = subprocess.run(
            command("build", *MONEY, *arguments), cwd=small, env=plain_environment(cache_dir), check=False,
            stdout=sink, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    assert done.returncode == 2
    assert "both be written to" in done.stderr


def test_the_null_device_takes_both(cli: Cli, small: Path) -> None:
    assert cli("build", *MONEY, "-o", "/dev/null", "--manifest", "/dev/null", cwd=small).code == 0


def test_products_of_several_files_and_kept_files_need_a_name(cli: Cli, small: Path) -> None:
    for arguments, why in ((("plan", "split money"), "several files"), (("refresh",), "ctxpack build")):
        result = cli(*arguments, "-o", "-", cwd=small)
        assert result.code == 2
        assert why in result.err
        assert not (small / "-").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "src/money.py", "-o", "src/money.py"),
        ("build", "src/money.py::Money", "-o", "out.xml", "--manifest", "src/money.py"),
        ("refresh", "src/money.py", "-o", "src/money.py"),
        ("plan", "split money", "src/money.py", "-o", "src"),
    ],
)
def test_an_output_cannot_be_a_target(cli: Cli, small: Path, arguments: tuple[str, ...]) -> None:
    before = (small / "src/money.py").read_bytes()
    result = cli(*arguments, cwd=small)
    assert result.code == 2
    assert "this run writes its output to src" in result.err
    assert "extend-exclude" not in result.err
    assert (small / "src/money.py").read_bytes() == before


def test_a_pack_chosen_by_a_text_about_it_is_no_overview(cli: Cli, small: Path) -> None:
    assert "this is an overview" not in cli("build", "--about", "money", cwd=small).err
    assert "this is an overview" in cli("build", "--about", " ", cwd=small).err
