"""PowerShell: dot-sourced files, modules with their manifests, commands of modules, and classes."""

from __future__ import annotations

from ctxpack.graph.edges import Linked, link
from ctxpack.graph.project import Project
from ctxpack.parse import detect, parse

FILES = {
    "src/Shop/Shop.psd1": "@{ RootModule = 'Shop.psm1'; FunctionsToExport = @('Get-Order') }\n",
    "src/Shop/Shop.psm1": "foreach ($f in Get-ChildItem $PSScriptRoot/*/*.ps1) { . $f.FullName }\n"
    "class Basket { Add() {} }\n",
    "src/Shop/Public/Order.ps1": "function Get-Order { Format-Price }\nfunction Twice-Named {}\n",
    "src/Shop/Private/Price.ps1": "function Format-Price {}\n",
    "src/Other/Other.psm1": "function Twice-Named {}\nfunction Get-Other {}\nfunction plain {}\n",
    "lib/core.ps1": ". $PSScriptRoot/deep.ps1\nfunction abort($message) {}\n$limit = 3\n",
    "lib/deep.ps1": "function Get-Deep {}\n",
    "lib/loose.ps1": "function Get-Loose {}\n",
}


def linked(files: dict[str, str]) -> Linked:
    facts = {path: parse(text, detect(path, text[:200].encode())).facts for path, text in sorted(files.items())}
    return link(Project(facts, lambda path: files.get(path, "")))


def of(path: str, code: str = "") -> list[tuple[str, str]]:
    """The file and the name of each definition of another file that a file leads to, in order."""
    files = FILES | ({path: code} if code else {})
    facts = {p: parse(text, detect(p, text[:200].encode())).facts for p, text in files.items()}
    return [
        (one.target.rpartition("/")[2], facts[one.target].definitions[one.symbol].qualname)
        for one in linked(files).links[path]
        if one.symbol >= 0 and one.target != path
    ]


def test_a_file_sees_what_it_sources_there_and_further_on() -> None:
    code = ". $PSScriptRoot/../lib/core.ps1\nabort 'x'\nGet-Deep\nGet-Loose\nWrite-Host $limit\n"
    assert of("bin/run.ps1", code) == [("core.ps1", "abort"), ("deep.ps1", "Get-Deep"), ("core.ps1", "$limit")]
    assert of("bin/run.ps1", "abort 'x'\nGet-Deep\n") == []


def test_names_of_commands_do_not_depend_on_case() -> None:
    assert of("bin/run.ps1", '. "$PSScriptRoot\\..\\LIB\\core.ps1"\nABORT\nget-deep\n') == [
        ("core.ps1", "abort"),
        ("deep.ps1", "Get-Deep"),
    ]


def test_the_files_of_a_module_see_each_other() -> None:
    assert of("src/Shop/Public/Order.ps1") == [("Price.ps1", "Format-Price")]
    assert of("src/Shop/Shop.psd1") == [("Order.ps1", "Get-Order")]
    assert of("src/Shop/Public/New.ps1", "Twice-Named\n") == [("Order.ps1", "Twice-Named")]


def test_commands_of_modules_are_found_unless_several_have_them() -> None:
    assert of("bin/run.ps1", "Get-Order\nFormat-Price\nTwice-Named\nGet-Loose\nGet-Process\nplain\n") == [
        ("Order.ps1", "Get-Order"),
        ("Price.ps1", "Format-Price"),
    ]
    assert of("bin/run.ps1", "function Get-Order {}\nGet-Order\n") == []


def test_modules_are_imported_by_path_and_by_name_with_their_classes() -> None:
    for line in ("using module ../src/Shop/Shop.psd1", "Import-Module Shop", "Import-Module $PSScriptRoot/../src/Shop"):
        assert of("bin/run.ps1", f"{line}\n[Basket]::new().Add()\n") == [
            ("Shop.psm1", "Basket"),
            ("Shop.psm1", "Basket.Add"),
        ]
    assert of("bin/run.ps1", "[Basket]::new().Add()\n") == []


def test_a_test_sees_the_file_that_it_is_for() -> None:
    code = ". $PSCommandPath.Replace('.Tests.ps1', '.ps1')\nDescribe 'x' { It 'y' { Get-Loose } }\n"
    assert of("lib/loose.Tests.ps1", code) == [("loose.ps1", "Get-Loose")]
    blocks = "Describe 'x' { It 'a' { function Get-Loose {}; Get-Loose }; It 'b' { abort } }\n"
    assert of("lib/core.Tests.ps1", blocks) == []


def test_a_script_that_is_not_there_is_told() -> None:
    files = FILES | {"bin/run.ps1": ". $PSScriptRoot/gone.ps1\n. $PSScriptRoot/$name.ps1\n. ../lib/core.ps1\n"}
    assert [one.expression for one in linked(files).unresolved] == ["./gone.ps1"]
