"""Whoever uses a definition is found by the names of both sides: renamed, re-exported, by wildcard, by text."""

import msgspec
import pytest

from ctxpack import naming
from ctxpack.parse import parse


def names_of(text: str, language: str) -> set[str]:
    return {name for one in parse(text, language).facts.definitions for name in naming.of_definition(one, language)}


@pytest.mark.parametrize(
    ("defined", "using"),
    [
        (("def total(): ...", "python"), ("from .orders import total as t\nt()\n", "python")),
        (("class Base:\n    def run(self): ...", "python"), ("from a import Child\nChild().run()\n", "python")),
        (("export function total() {}", "typescript"), ("export { total as sum } from './orders';", "typescript")),
        (("pub struct Money;", "rust"), ("use crate::money::*;\nfn f(m: Money) {}\n", "rust")),
        (("class CheckedAttribute : Attribute { }", "csharp"), ("[Checked] class A { }", "csharp")),
        (("def valid?; end", "ruby"), ("order.valid?", "ruby")),
        (("create table Silver.Orders (id int);", "sql"), ("select * from silver.orders", "sql")),
        (("create table silver.orders (id int);", "sql"), ('q = "select id from silver.ORDERS"\n', "python")),
        (("class PurchaseOrder:\n    pass", "python"), ("message PurchaseOrder { string id = 1; }", "protobuf")),
    ],
)
def test_users_write_the_name_of_what_they_use(defined: tuple[str, str], using: tuple[str, str]) -> None:
    assert names_of(*defined) & set(parse(*using).names)


@pytest.mark.parametrize(
    ("path", "text", "language"),
    [
        ("web/src/cart.ts", "import anything from './cart.js';", "typescript"),
        ("web/src/cart/index.ts", "const c = require('../cart');", "javascript"),
        ("shop/__init__.py", "import shop as s\n", "python"),
        ("models/orders.sql", "select * from {{ ref('orders') }}", "sql"),
        ("jobs/nightly.sql", "run('jobs/nightly.sql')\n", "python"),
    ],
)
def test_users_write_the_name_of_a_file_that_they_import_or_mention(path: str, text: str, language: str) -> None:
    assert naming.of_file(path) in parse(text, language).names


def test_words_of_comments_and_strings_and_numbers_are_no_names() -> None:
    assert parse('# refund\nx = "stock"\ny = 10\n', "python").names == ("x", "y")


def test_names_under_which_an_import_offers_others_are_told() -> None:
    facts = parse("from .a import total as t, rest\nimport numpy as np\n", "python").facts
    assert list(naming.renamed(facts, frozenset({"total", "rest"}))) == [("total", "t")]
    assert list(naming.renamed(msgspec.structs.replace(facts, imports=()), frozenset({"total"}))) == []
