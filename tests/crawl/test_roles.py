"""Roles: one line a rule, and the mistakes that a table of names invites."""

from __future__ import annotations

import pytest

from ctxpack.crawl import classify

CREATE = b"-- orders\nCREATE TABLE IF NOT EXISTS silver.orders (\n  id BIGINT NOT NULL\n);\n"
DBT = b"version: 2\nmodels:\n  - name: m\n    columns:\n      - name: id\n"


@pytest.mark.parametrize(
    ("path", "raw", "role"),
    [
        ("src/app.py", b"x", "source"),
        ("examples/demo.py", b"x", "source"),
        ("examples/README.md", b"x", "docs"),
        ("docs/examples/demo.py", b"x", "source"),
        ("docs/conf.py", b"x", "docs"),
        ("src/app/docs/service.py", b"x", "source"),
        ("schema.py", b"x", "source"),
        ("unknown.zzz", b"x", "source"),
        ("infra/main.tf", b"x", "source"),
        ("infra/prod.tfvars", b"x", "config"),
        ("infra/net.tftest.hcl", b"x", "test"),
        (".terraform.lock.hcl", b"x", "lock"),
        ("mix.exs", b"x", "config"),
        ("shop-1.0-1.rockspec", b"x", "config"),
        ("spec/helpers/client.lua", b"x", "test"),
        ("lua/shop/basket_spec.lua", b"x", "test"),
        ("lua/shop/basket.lua", b"x", "source"),
        ("Shop/BasketTests.m", b"x", "test"),
        ("Shop/Latest.m", b"x", "source"),
        ("src/Basket.Tests.ps1", b"x", "test"),
        ("src/Basket.ps1", b"x", "source"),
        ("src/Shop.psd1", b"@{}", "config"),
        ("mix.lock", b"x", "lock"),
        ("lib/shop.ex", b"x", "source"),
        ("apps/web/test/shop_test.exs", b"x", "test"),
        ("Package.swift", b"x", "config"),
        ("Package.resolved", b"x", "lock"),
        ("Sources/App/App.swift", b"x", "source"),
        ("Sources/App/OrderTests.swift", b"x", "test"),
        ("Tests/AppTests/Helper.swift", b"x", "test"),
        ("Sources/App/Order.pb.swift", b"x", "generated"),
        ("pubspec.yaml", b"x", "config"),
        ("lib/order.freezed.dart", b"x", "generated"),
        ("lib/order.mocks.dart", b"x", "generated"),
        ("test/order_test.dart", b"x", "test"),
        ("app/integration_test/robot.dart", b"x", "test"),
        ("Project.toml", b"x", "config"),
        ("Manifest.toml", b"# This file is machine-generated - editing it directly is not advised\n", "lock"),
        ("manifest.toml", b"[package]\nname = 'x'\n", "config"),
        ("src/Shop.jl", b"x", "source"),
        ("test/runtests.jl", b"x", "test"),
        ("test/orders.jl", b"x", "test"),
        # schema
        ("db/migrations/001.sql", b"alter table a add b int", "schema"),
        ("models/migration/m.sql", b"select * from {{ ref('x') }}", "source"),
        ("sql/orders.sql", CREATE, "schema"),
        ("sql/orders.sql", b"create or replace table gold.x (\n select 1)", "source"),
        ("sql/ctas.sql", b"CREATE TABLE gold.x AS SELECT 1", "source"),
        ("proto/a.proto", b"x", "schema"),
        ("a.avsc", b"{}", "schema"),
        ("plain.json", b'{"type": "record", "name": "r", "fields": []}', "schema"),
        ("api.yaml", b"openapi: 3.0.1\n", "schema"),
        ("thing.json", b'{"$schema": "https://json-schema.org/draft/2020-12/schema"}', "schema"),
        ("models/m.yml", DBT, "schema"),
        ("models/big.yml", DBT + b"# \n" * 50_000, "schema"),
        ("seeds/s.yml", b"seeds:\n  - name: s\n    config:\n      column_types: {id: int}\n", "schema"),
        ("models/m.yml", b"version: 2\nmodels:\n  - name: m\n", "config"),
        ("dbt_project.yml", b"models:\n  p:\n    +materialized: table\n", "config"),
        ("db/schema.rb", b"x", "schema"),
        # test
        ("tests/a.py", b"x", "test"),
        ("pkg/a_test.go", b"x", "test"),
        ("src/a.spec.ts", b"x", "test"),
        ("m/src/test/java/A.java", b"x", "test"),
        ("src/main/java/Latest.java", b"x", "source"),
        ("src/main/java/AbcTest.java", b"x", "test"),
        ("conftest.py", b"x", "test"),
        ("django/test/client.py", b"x", "source"),
        ("test/helper.py", b"x", "test"),
        ("pkg/testdata/page.md", b"x", "test"),
        ("tests/README.md", b"x", "docs"),
        ("tests/test.yml", b"a: 1", "test"),
        ("macros/edr/tests/on_run_end/handle_results.sql", b"{% macro a() %}", "source"),
        ("macros/test/unique.sql", b"{% macro a() %}", "source"),
        ("integration_tests/macros/a.sql", b"{% macro a() %}", "test"),
        ("tests/macros/a.sql", b"{% macro a() %}", "test"),
        ("macros/tests/test_a.py", b"def test_a(): pass", "test"),
        (".github/workflows/test_docs.yml", b"a: 1", "config"),
        ("lakehouse_tests/helper.py", b"x", "test"),
        # config
        ("pyproject.toml", b"x", "config"),
        (".gitignore", b"x", "config"),
        ("Dockerfile.dev", b"x", "config"),
        ("requirements-dev.txt", b"x", "config"),
        ("go.mod", b"x", "config"),
        ("docs/Makefile", b"x", "config"),
        # docs
        ("README", b"x", "docs"),
        ("LICENSE-MIT", b"x", "docs"),
        ("CHANGELOG.md", b"x", "docs"),
        ("guide.rst", b"x", "docs"),
        ("notes.txt", b"x", "docs"),
        # generated
        ("a.go", b"// Code generated by stringer. DO NOT EDIT.\npackage a\n", "generated"),
        ("a.py", b"# -*- coding: utf-8 -*-\n# @generated by tool\n", "generated"),
        ("a.py", b"# This file was automatically generated from b.py\n", "generated"),
        ("a.py", b"MARK = 'Code generated by us, DO NOT EDIT'\n", "source"),
        ("a.py", b"# Do not edit distances here are in metres\n", "source"),
        ("x_pb2.py", b"x", "generated"),
        ("x.min.js", b"x", "generated"),
        ("dist/app.js", b"x", "generated"),
        ("app.js", b"var a=1;" * 400, "generated"),
        ("app.js", b"var a = 1;\n" * 400, "source"),
        ("app.js.map", b"{}", "generated"),
        # vendored, lock
        ("vendor/x/y.go", b"x", "vendored"),
        ("a/node_modules/x/package-lock.json", b"x", "vendored"),
        ("models/vendor/stg_vendor.sql", b"x", "source"),
        ("Cargo.lock", b"x", "lock"),
        ("web/package-lock.json", b"{}", "lock"),
        ("go.sum", b"x", "lock"),
        # data, binary
        ("seeds/a.csv", b"a,b\n", "data"),
        ("tests/a.csv", b"a,b\n", "data"),
        ("big.json", b'{"a": "' + b"x" * 100_001 + b'"}', "data"),
        ("small.json", b"{}", "config"),
        ("logo.svg", b"<svg/>", "data"),
        ("a.parquet", b"PAR1\0\0", "binary"),
        ("a.png", b"\x89PNG\0", "binary"),
        ("a.png", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n", "binary"),
        ("a.py", b"\0\0\0", "binary"),
        ("a.py", "x = 1\n".encode("utf-16"), "source"),
        ("empty.py", b"", "source"),
    ],
)
def test_role(path: str, raw: bytes, role: str) -> None:
    assert classify(path, raw) == role


def test_vendored_by_the_listing() -> None:
    assert classify("libs/u/models/a.sql", b"select 1", vendored=True) == "vendored"
    assert classify("libs/u/logo.png", b"\x89PNG\0", vendored=True) == "binary"
