"""Terraform: addresses within a folder, modules by their source, and files of values."""

from __future__ import annotations

import pytest

from ctxpack.graph.edges import Linked, link
from ctxpack.graph.project import Project
from ctxpack.parse import detect, parse

FILES = {
    "infra/main.tf": 'module "net" {\n  source = "./net"\n  region = var.region\n  version = local.gone\n}\n'
    'module "far" {\n  source = "acme/net/aws"\n  region = 1\n}\n'
    'resource "aws_vpc" "main" {\n  a = module.net[0].id\n  b = module.far.id\n  c = data.aws_ami.x.id\n'
    "  d = local.tags\n  e = [for aws_ami in var.names : aws_ami.x]\n  provider = aws.west\n}\n"
    'data "aws_ami" "x" {}\n',
    "infra/values.tf": 'variable "region" {}\nvariable "names" {}\nlocals {\n  tags = aws_vpc.main.tags\n}\n'
    'provider "aws" {\n  alias = "west"\n}\n',
    "infra/prod.tfvars": 'region = "x"\nlost = 1\n',
    "infra/envs/dev.tfvars": 'region = "y"\n',
    "infra/net/main.tf": 'variable "region" {}\n',
    "infra/net/outputs.tf": 'output "id" {\n  value = aws_vpc.main.id\n}\n',
    "infra/tests/net.tftest.hcl": 'run "a" {\n  assert {\n    condition = aws_vpc.main.id != ""\n  }\n}\n',
    "live/net/terragrunt.hcl": 'terraform {\n  source = "../..//infra/net"\n}\ndependency "base" {\n'
    '  config_path = "../base"\n}\ninputs = {\n  region = local.region\n  other = 1\n}\nlocals {\n  region = 1\n}\n',
    "live/base/terragrunt.hcl": "locals {\n  x = local.region\n}\n",
}


def linked(files: dict[str, str]) -> Linked:
    facts = {path: parse(text, detect(path, text[:200].encode())).facts for path, text in sorted(files.items())}
    return link(Project(facts, lambda path: files.get(path, "")))


def targets(files: dict[str, str], path: str) -> list[tuple[int, str, str]]:
    """The line of each link, with the file and the definition that it leads to."""
    facts = {p: parse(text, detect(p, text[:200].encode())).facts for p, text in files.items()}
    return [
        (one.line, one.target, facts[one.target].definitions[one.symbol].qualname)
        for one in linked(files).links[path]
        if one.symbol >= 0
    ]


def test_addresses_modules_and_their_arguments_and_outputs() -> None:
    assert targets(FILES, "infra/main.tf") == [
        (3, "infra/net/main.tf", "var.region"),
        (3, "infra/values.tf", "var.region"),
        (11, "infra/main.tf", "module.net"),
        (11, "infra/net/outputs.tf", "output.id"),
        (12, "infra/main.tf", "module.far"),
        (13, "infra/main.tf", "data.aws_ami.x"),
        (14, "infra/values.tf", "local.tags"),
        (15, "infra/values.tf", "var.names"),
        (16, "infra/values.tf", "provider.aws.west"),
    ]
    assert targets(FILES, "infra/values.tf") == [(4, "infra/main.tf", "aws_vpc.main")]


def test_an_address_means_nothing_in_another_folder() -> None:
    assert targets(FILES, "infra/net/outputs.tf") == []


@pytest.mark.parametrize("path", ["infra/prod.tfvars", "infra/envs/dev.tfvars"])
def test_files_of_values_set_variables_of_their_folder_or_the_one_above(path: str) -> None:
    assert targets(FILES, path) == [(1, "infra/values.tf", "var.region")]


def test_tests_in_their_folder_speak_of_the_module_above() -> None:
    assert targets(FILES, "infra/tests/net.tftest.hcl") == [(3, "infra/main.tf", "aws_vpc.main")]


def test_terragrunt_stands_alone_and_sets_the_variables_of_its_module() -> None:
    path = "live/net/terragrunt.hcl"
    assert targets(FILES, path) == [(8, "infra/net/main.tf", "var.region"), (8, path, "local.region")]
    assert targets(FILES, "live/base/terragrunt.hcl") == []
    found = {one.target for one in linked(FILES).links[path] if one.kind == "includes"}
    assert found == {"infra/net/main.tf", "live/base/terragrunt.hcl"}


def test_terragrunt_speaks_of_what_it_reads_from_the_folders_above() -> None:
    files = {
        "root.hcl": "locals {\n  name = 1\n}\n",
        "live/env.hcl": "locals {\n  env = 1\n}\n",
        "live/a/terragrunt.hcl": 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\n'
        'locals {\n  vars = read_terragrunt_config(find_in_parent_folders("env.hcl"))\n'
        "  a = local.vars.locals.env\n  b = include.root.locals.name\n  c = local.a.locals.env\n}\n",
    }
    path = "live/a/terragrunt.hcl"
    assert [one for one in targets(files, path) if one[1] != path] == [
        (6, "live/env.hcl", "local.env"),
        (7, "root.hcl", "local.name"),
    ]
    found = {one.target for one in linked(files).links[path] if one.kind == "includes"}
    assert found == {"live/env.hcl", "root.hcl"}


def test_of_two_blocks_the_one_that_overrides_nothing_is_meant_and_else_none() -> None:
    files = {"a.tf": 'variable "x" {}\n', "b.tf": "locals {\n  y = var.x\n}\n"}
    assert targets(files | {"x_override.tf": 'variable "x" {}\n'}, "b.tf") == [(2, "a.tf", "var.x")]
    assert targets(files | {"c.tf": 'variable "x" {}\n'}, "b.tf") == []


def test_a_folder_that_is_named_by_its_place_must_hold_a_module() -> None:
    files = {
        "a/main.tf": 'module "x" {\n  source = "../gone"\n}\nmodule "y" {\n  source = "../.."\n}\n'
        'module "z" {\n  source = "acme/x"\n}\nmodule "up" {\n  source = "../"\n}\n',
        "main.tf": "",
    }
    assert [(one.line, one.expression) for one in linked(files).unresolved] == [(2, "../gone"), (5, "../..")]
    assert [(one.line, one.target) for one in linked(files).links["a/main.tf"]] == [(11, "main.tf")]
