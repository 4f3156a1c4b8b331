"""After any edit, what is linked again and what is kept make the same links as linking everything."""

import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from ctxpack import config, crawl
from ctxpack.graph.edges import FileLinks, Linking
from ctxpack.graph.incremental import LinkTable
from ctxpack.model import Link
from ctxpack.store import Store
from ctxpack.workspace import Workspace
from ctxpack.workspace.links import Links

FIXTURES = Path(__file__).parents[2] / "fixtures"
WORD = re.compile(r"[A-Za-z_]\w{2,}")

POLYGLOT = {
    "pyproject.toml": "[project]\nname = 'shop'\n",
    "shop/__init__.py": "from .orders import *\nfrom .money import Money\n",
    "shop/money.py": (
        "from .orders import *\n\n\nclass Base:\n    def shown(self): ...\n\n\nclass Money(Base):\n"
        "    def __init__(self, cents: int):\n        self.cents = cents\n\n    def twice(self) -> 'Money':\n"
        "        return Money(self.cents * 2)\n"
    ),
    "shop/orders.py": (
        "from .money import *\nfrom . import money\n\n\nclass Order:\n    total: Money\n\n    def pay(self):\n"
        "        self.total.twice().shown()\n        return money.Money(cents=3)\n"
    ),
    "shop/load.py": 'QUERY = "select * from silver.orders"\nDAGS = "shop.money.Money"\n',
    "tests/conftest.py": "import pytest\nimport shop\n\n\n@pytest.fixture\ndef order():\n    return shop.Order()\n",
    "tests/test_shop.py": "import shop\n\n\ndef test_pay(order):\n    order.pay()\n    shop.Money(1).twice()\n",
    "web/package.json": '{"name": "web"}\n',
    "web/globals.d.ts": "declare const VERSION: string;\ndeclare function log(text: string): void;\n",
    "web/cart.ts": "import { Item } from './item';\nexport class Cart { items: Item[]; first() { log(VERSION); } }\n",
    "web/item.ts": "export interface Item { price(): number }\nexport * from './cart';\n",
    "web/main.ts": "import { Cart } from './item';\nconst cart = new Cart();\ncart.first();\n",
    "java/a/Order.java": "package a;\nimport b.Money;\nclass Order { Money m; Money pay() { return m.add(); } }\n",
    "java/a/Helper.java": "package a;\nclass Helper { Order make() { return new Order(); } }\n",
    "java/b/Money.java": "package b;\npublic class Money { public Money add() { return this; } }\n",
    "java/b/Tools.kt": "package b\nimport a.Order\nfun made(): Money = Order().pay()\n",
    "go/go.mod": "module example.org/shop\n",
    "go/main.go": 'package main\n\nimport "example.org/shop/money"\n\nfunc main() { money.New().Add(); helper() }\n',
    "go/helper.go": "package main\n\nfunc helper() {}\n",
    "go/money/money.go": "package money\n\ntype Money struct{}\n\nfunc New() *Money { return &Money{} }\n",
    "go/money/add.go": "package money\n\nfunc (m *Money) Add() {}\n",
    "rust/Cargo.toml": '[package]\nname = "shop"\n',
    "rust/src/lib.rs": "mod money;\nmod shapes;\nuse money::Money;\npub fn pay() -> Money { Money::new().twice() }\n",
    "rust/src/money.rs": "pub struct Money;\nimpl Money { pub fn new() -> Self { Money } }\n",
    "c/shop.h": "struct order;\nint total(struct order *o);\n",
    "c/shop.c": '#include "shop.h"\nstruct order { int cents; };\nint total(struct order *o) { return o->cents; }\n',
    "c/main.c": '#include "shop.h"\nint main(void) { return total(0); }\n',
    "c/money.hpp": (
        "#pragma once\nnamespace shop {\nenum Kind { CASH, CARD };\nclass Money {\n public:\n  int cents();\n"
        "  int cents(int n);\n};\nint rounded(int n);\n}\n"
    ),
    "c/money.cpp": (
        '#include "money.hpp"\nnamespace shop {\nint rounded(int n) { return n; }\n}\n'
        "int shop::Money::cents() { return cents(1); }\nint shop::Money::cents(int n) { return CASH; }\n"
    ),
    "c/app.cpp": (
        '#include "money.hpp"\nusing namespace shop;\nusing shop::rounded;\n'
        "int run(Money *m) { m->cents(); m->cents(2); return rounded(CARD) + shop::rounded(1) + total(0); }\n"
    ),
    "rust/src/shapes/mod.rs": (
        "pub mod inner;\npub trait Priced { fn price(&self) -> u8; fn twice(&self) -> u8 { self.price() * 2 } }\n"
        "#[macro_export]\nmacro_rules! priced { ($e:expr) => { $e.price() } }\n"
    ),
    "rust/src/shapes/inner.rs": (
        "use super::Priced;\nuse crate::money::Money;\nimpl Priced for Money { fn price(&self) -> u8 { 1 } }\n"
        "impl Money { pub fn more(&self) -> Vec<Money> { vec![] } }\n"
        "pub fn sum(all: Vec<Money>) { for one in &all { one.twice(); priced!(one); } }\n"
    ),
    "go/money/add_linux.go": "package money\n\nfunc fast() {}\n\nfunc (m *Money) Sync() { fast() }\n",
    "go/money/add_other.go": "//go:build !linux\n\npackage money\n\nfunc fast() {}\n\nfunc (m *Money) Sync() {}\n",
    "go/sync.go": (
        'package main\n\nimport "example.org/shop/money"\n\nfunc sync(m *money.Money) { m.Sync(); helper() }\n'
    ),
    "java/a/Lists.java": (
        "package a;\nimport b.Money;\nimport java.util.List;\nclass Lists { void put(int n) {} void put(Money m) {}\n"
        "  void f(List<Money> all) { put(1); put(all.get(0)); all.get(0).add(); } }\n"
    ),
    "cs/Order.cs": "namespace Shop;\npublic partial class Order { public Money Total() { return new Money(); } }\n",
    "cs/Order.Parts.cs": "namespace Shop;\npublic partial class Order { public Money Twice() { return Total(); } }\n",
    "cs/Money.cs": "namespace Shop.Values;\npublic class Money { }\npublic class CheckedAttribute : Attribute { }\n",
    "cs/Usings.cs": "global using Shop.Values;\n",
    "php/Order.php": "<?php\nnamespace Shop;\nuse Shop\\Values\\Money;\nclass Order { function p() { new Money; } }\n",
    "php/Money.php": "<?php\nnamespace Shop\\Values;\nclass Money { }\n",
    "ruby/lib/shop/order.rb": "module Shop\n  class Order\n    def pay; Money.new.add; end\n  end\nend\n",
    "ruby/lib/shop/money.rb": "module Shop\n  class Money\n    def add; end\n  end\nend\n",
    "ruby/lib/shop/more.rb": "module Shop\n  class Money\n    def more; add; end\n  end\nend\n",
    "infra/main.tf": (
        'module "net" {\n  source = "./net"\n  region = var.region\n}\n'
        'resource "aws_vpc" "main" {\n  id = module.net.name\n  tags = local.tags\n}\n'
    ),
    "infra/values.tf": 'variable "region" {}\nlocals {\n  tags = aws_vpc.main.tags\n}\n',
    "infra/prod.tfvars": 'region = "x"\n',
    "infra/net/main.tf": 'variable "region" {}\noutput "name" {\n  value = var.region\n}\n',
    "infra/live/terragrunt.hcl": (
        'terraform {\n  source = "../net"\n}\nlocals {\n'
        '  env = read_terragrunt_config(find_in_parent_folders("env.hcl"))\n'
        "  name = local.env.locals.name\n}\ninputs = {\n  region = local.name\n}\n"
    ),
    "infra/env.hcl": "locals {\n  name = 1\n}\n",
    "ex/lib/order.ex": (
        "defmodule Acme.Order do\n  @type t :: map\n  alias Acme.Money\n  use Acme.Web, :view\n"
        "  def pay(o), do: Money.add(o, helped(extra(o)))\n  def pay(o, n), do: pay(o)\nend\n"
    ),
    "ex/lib/money.ex": (
        "defmodule Acme.Money do\n  @spec add(Acme.Order.t(), any) :: any\n  def add(a, b), do: a\nend\n"
    ),
    "ex/lib/web.ex": (
        "defmodule Acme.Web do\n  def view do\n    quote do\n      import Acme.Help\n      use Acme.Shared\n"
        "    end\n  end\n  defmacro __using__(which) do\n    quote do\n      def extra(x), do: x\n    end\n  end\nend\n"
    ),
    "ex/lib/user.ex": (
        "defmodule Acme.User do\n  use Acme.Web, :view\n  def a(o), do: helped(extra(Money.add(o, shared(o))))\nend\n"
    ),
    "ex/lib/page.ex": "defmodule Acme.Page do\n  use Acme.Web, :view\n  def b(o), do: shared(helped(o))\nend\n",
    "ex/lib/shared.ex": (
        "defmodule Acme.Shared do\n  defmacro __using__(_) do\n    quote do\n      alias Acme.Money\n"
        "      import unquote(__MODULE__)\n    end\n  end\n  def shared(x), do: x\nend\n"
    ),
    "ex/lib/help.ex": "defmodule Acme.Help do\n  def helped(x), do: x\nend\n",
    "lua/acme/order.lua": (
        'local Money = require("acme.money")\nlocal M = {}\nM.__index = M\nfunction M.new()\n'
        "  return setmetatable({ m = Money.new() }, M)\nend\nfunction M:pay() return Money.new():add() end\nreturn M\n"
    ),
    "lua/acme/money.lua": (
        'local Base = require("acme.base")\nlocal Money = setmetatable({}, { __index = Base })\n'
        "function Money.new()\n  return setmetatable({}, Money)\nend\nMoney.__index = Money\nreturn Money\n"
    ),
    "lua/acme/base.lua": "local B = {}\nfunction B:add() everywhere() end\nreturn B\n",
    "lua/acme/init.lua": 'return { order = require("acme.order"), base = require("acme.base") }\n',
    "lua/app.lua": 'local acme = require("acme")\nfunction everywhere() end\nacme.order.new():pay()\n',
    "swift/Package.swift": (
        'let package = Package(name: "shop", targets: [\n'
        '  .target(name: "Shop", dependencies: ["Core"]), .target(name: "Core")])\n'
    ),
    "swift/Sources/Shop/Order.swift": (
        "import Core\nstruct Order: Paid { var money: Money = .zero\n"
        "  func pay() { money.add(to: 1); done(); name.slug() } }\n"
    ),
    "swift/Sources/Shop/Paid.swift": "protocol Paid {}\nextension Paid { func done() { } }\n",
    "swift/Sources/Shop/More.swift": (
        "extension Order { func more() { pay() }\n  func more(of n: Int) {} }\nextension String { func slug() {} }\n"
    ),
    "swift/Sources/Core/Money.swift": (
        "public struct Money { public static let zero = Money()\n"
        "  public func add(to n: Int) {}\n  public func add(at n: Int) {} }\n"
    ),
    "swift/Sources/App/main.swift": "@testable import Shop\nOrder().more(of: 2)\nOrder().done()\n",
    "dart/pubspec.yaml": "name: shop\n",
    "dart/lib/shop.dart": (
        "library acme.shop;\nexport 'src/order.dart';\npart 'src/part.dart';\nimport 'src/money.dart';\n"
    ),
    "dart/lib/src/part.dart": "part of acme.shop;\nclass _Part { Money money; }\nclass Whole { _Part part; }\n",
    "dart/lib/src/order.dart": (
        "import 'money.dart' show Money;\nimport 'more.dart' as more;\nclass Order { Money money;\n"
        "  pay() { money.add(); money.twice(); more.helped(); } }\n"
    ),
    "dart/lib/src/money.dart": "class Money { add() {} }\n",
    "dart/lib/src/more.dart": "import 'money.dart';\nextension More on Money { twice() => add(); }\nhelped() {}\n",
    "dart/test/a_test.dart": "import 'package:shop/shop.dart';\nmain() { Order().pay(); Whole().part; }\n",
    "julia/src/Shop.jl": (
        'module Shop\nusing .Moneys: Money\nexport Order, pay\ninclude("order.jl")\ninclude("money.jl")\n'
        "start() = pay(Order(1))\nend\n"
    ),
    "julia/src/order.jl": 'struct Order\n  money::Money\nend\n"Pays."\npay(o::Order) = o.money.cents\n',
    "julia/src/money.jl": "module Moneys\nstruct Money\n  cents::Int\nend\npay(m::Money) = 1\nend\n",
    "julia/test/runtests.jl": "using Shop\npay(Order(1))\nShop.start()\n",
    "ps/Shop/Shop.psd1": "@{ RootModule = 'Shop.psm1'; FunctionsToExport = @('Get-Order') }\n",
    "ps/Shop/Shop.psm1": "Get-ChildItem $PSScriptRoot/*.ps1 | ForEach-Object { . $_ }\nclass Basket { Add() {} }\n",
    "ps/Shop/Order.ps1": "function Get-Order { Format-Price $limit }\n",
    "ps/Shop/Price.ps1": "function Format-Price { abort }\n",
    "ps/lib/core.ps1": ". $PSScriptRoot/deep.ps1\nfunction abort {}\n",
    "ps/lib/deep.ps1": "$limit = 3\nfunction Get-Deep { ABORT }\n",
    "ps/run.ps1": (
        "using module ./Shop/Shop.psd1\n. ./lib/core.ps1\nGet-Order\nGet-Deep $limit\n[Basket]::new().Add()\n"
    ),
    "ps/use.ps1": "Import-Module Shop\nGet-Order\nGet-Other\n",
    "ps/Other/Other.psm1": ". $file\nfunction Get-Other { Format-Price }\n",
    "objc/Order.h": "@class Basket;\n@interface Order : NSObject\n@property Basket *basket;\n- (void)pay;\n@end\n",
    "objc/Order.m": '#import "Order.h"\n@implementation Order\n- (void)pay { [_basket drop]; [self more:1]; }\n@end\n',
    "objc/More.h": '#import "Order.h"\n@interface Order (More)\n- (void)more:(int)by;\n@end\n',
    "objc/More.m": '#import "More.h"\n@implementation Order (More)\n- (void)more:(int)by { total(0); }\n@end\n',
    "objc/Basket.h": (
        "@protocol Priced\n- (int)price;\n@end\n@interface Basket : NSObject <Priced>\n- (void)drop;\n@end\n"
    ),
    "objc/Basket.m": '#import "Basket.h"\n@implementation Basket\n- (void)drop {}\n- (int)price { return 1; }\n@end\n',
    "objc/main.m": (
        '#import "More.h"\n#include "../c/shop.h"\nint run(id<Priced> p) {\n  Order *o = [[Order alloc] init];\n'
        "  [o pay]; [o.basket drop]; return [p price] + total(0);\n}\n"
    ),
    "java/a/Spec.groovy": (
        "package a\nimport b.Money\nclass Spec extends Base {\n  void run() {\n    def m = new Money()\n"
        "    m.add()\n    checked(new Order())\n  }\n}\n"
    ),
    "java/a/Base.groovy": "package a\nclass Base {\n  void checked(Order o) { o.pay() }\n}\n",
    "gradle/build.gradle": "apply from: 'common.gradle'\n",
    "gradle/common.gradle": "def version() { '1' }\n",
    "jenkins/vars/ship.groovy": "def call(Map config) {\n  pack('x')\n}\n",
    "jenkins/vars/pack.groovy": "def call(String name) {\n}\n",
    "bin/run.sh": "source ./lib.sh\nstart\n",
    "bin/lib.sh": "start() {\n  echo hi\n}\n",
    "db/orders.sql": "create table silver.orders (id int);\ninsert into silver.orders select * from bronze.orders;\n",
    "db/bronze.sql": "create table bronze.orders (id int);\n",
    "dbt/dbt_project.yml": "name: shop\n",
    "dbt/models/orders.sql": "select * from {{ ref('raw') }} join {{ source('s', 't') }} {{ cents('a') }}\n",
    "dbt/models/raw.sql": "select 1 as id\n",
    "dbt/models/schema.yml": (
        "sources:\n  - name: s\n    tables:\n      - name: t\n"
        "models:\n  - name: raw\n    description: '{{ doc(\"raw\") }}'\n"
    ),
    "dbt/models/raw_v2.sql": "select * from {{ ref('snap') }} {{ adapter.dispatch('cents')() }}\n",
    "dbt/snapshots/snap.sql": "{% snapshot snap %} select * from {{ ref('orders') }} {% endsnapshot %}\n",
    "dbt/macros/dispatched.sql": (
        "{% macro default__cents(c) %} 1 {% endmacro %}\n{% macro spark__cents(c) %} 2 {% endmacro %}\n"
    ),
    "db/routines.sql": (
        "create function net(a int) returns int as $$ select a $$ language sql;\n"
        "create view gold.totals as select net(id) from silver.orders join bronze.orders using (id);\n"
    ),
    "dbt/models/docs.md": "{% docs raw %}\nRaw orders.\n{% enddocs %}\n",
    "dbt/macros/cents.sql": "{% macro cents(c) %} {{ c }} * 100 {% endmacro %}\n",
    "api/shop.proto": 'syntax = "proto3";\nmessage PurchaseOrder { string id = 1; }\n',
    "api/purchase.py": "class PurchaseOrder:\n    pass\n",
}


@pytest.fixture
def polyglot(tmp_path: Path) -> Path:
    for name, text in POLYGLOT.items():
        path = tmp_path / "polyglot" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "polyglot"


def opened(root: Path, store: Store) -> Workspace:
    return Workspace(crawl.open_repository(root), config.load(root), store, workers=0)


class Counted:
    """How many files are linked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.paths: list[str] = []
        real = Linking.of

        def of(linking: Linking, path: str) -> FileLinks:
            self.paths.append(path)
            return real(linking, path)

        monkeypatch.setattr(Linking, "of", of)

    def take(self) -> list[str]:
        found, self.paths = self.paths, []
        return found


def kept(workspace: Workspace, store: Store) -> tuple[dict[str, object], object]:
    """What is stored of a state that is linked as a whole: for each file, and the edges."""
    table = store.get("link table", workspace.state, LinkTable)
    edges = store.get("edges", workspace.state, msgspec.Raw)
    assert table is not None
    assert edges is not None
    assert table.before == workspace.state
    consulted = {path: {table.tokens[n] for n in found} for path, found in table.consulted.items()}
    files = {path: (table.keys[path], table.facts[path], consulted[path]) for path in table.keys}
    return files, (table.frame, table.unresolved, bytes(edges))


def sample(root: Path, store: Store, chance: random.Random) -> dict[str, tuple[Link, ...]]:
    """The links of a few files, which are all that is linked of a state; of none, now and then."""
    workspace = opened(root, store)
    return workspace.links_of(chance.sample(sorted(workspace.parsed), chance.randrange(4)))


def check(root: Path, store: Store, counted: Counted, some: dict[str, tuple[Link, ...]] | None = None) -> int:
    """Link what an edit concerns and then everything; both must be the same. How many files the edit concerned.

    So must be the links of `some` files, which were linked before.
    """
    workspace = opened(root, store)
    assert workspace.edges is not None
    again = counted.take()
    incremental = kept(workspace, store)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Links, "_carried", lambda links: None)
        store.put("link table", workspace.state, None)
        whole = opened(root, store)
        assert whole.edges is not None
    assert len(counted.take()) == len(whole.parsed)
    assert kept(whole, store) == incremental
    paths = sorted(whole.parsed)
    assert workspace.links_of(paths) == opened(root, store).links_of(paths)
    assert whole.links_of(some or ()) == (some or {})
    return len(again)


def text_files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def words(path: Path) -> list[str]:
    return sorted(set(WORD.findall(path.read_text()))) or ["none"]


def edited(path: Path, other: Path, chance: random.Random) -> str:
    """The text of a file after an edit: lines and words are moved about, within it or from another file."""
    lines = path.read_text().split("\n")
    at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
    kind = chance.choice(["insert", "delete", "copy", "swap", "rename", "rename", "paste", "paste"])
    if kind == "insert":
        lines.insert(at, "")
    elif kind == "delete":
        del lines[at]
    elif kind == "copy":
        lines.insert(to, lines[at])
    elif kind == "swap":
        lines[at], lines[to] = lines[to], lines[at]
    elif kind == "paste":
        lines[at:at] = other.read_text().split("\n")[: chance.randrange(1, 9)]
    else:
        new = chance.choice([*words(other), "another"])
        return re.sub(rf"\b{chance.choice(words(path))}\b", new, "\n".join(lines))
    return "\n".join(lines)


def edits(root: Path, chance: random.Random) -> Iterator[str]:
    """Edits without end; now and then a file is added or removed."""
    while True:
        path, other = chance.choice(text_files(root)), chance.choice(text_files(root))
        kind = chance.choices(["edit", "add", "remove"], [15, 1, 1])[0]
        if kind == "edit":
            path.write_text(edited(path, other, chance))
        elif kind == "add":
            shutil.copy(path, path.with_name(f"new_{path.name}"))
        else:
            path.unlink()
        yield f"{kind} {path.relative_to(root)}"


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", ["polyglot", "webshop", "medallion"])
def test_random_edits_link_as_everything_does(
    polyglot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, seed: int
) -> None:
    root = polyglot if name == "polyglot" else shutil.copytree(FIXTURES / name, tmp_path / name)
    counted, chance = Counted(monkeypatch), random.Random(seed)
    with Store.open(None) as store:
        check(root, store, counted)
        every = edits(root, chance)
        for _ in range(25):
            done = [next(every) for _ in range(1 + seed % 2)]
            some = sample(root, store, chance)
            if seed > 1 and chance.random() < 0.5:
                continue
            try:
                check(root, store, counted, some)
            except AssertionError as error:
                raise AssertionError(f"after {done}") from error


def replaced(root: Path, name: str, old: str, new: str) -> None:
    text = (root / name).read_text()
    assert old in text
    (root / name).write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("shop/money.py", ("cents * 2", "cents + cents")),
        ("go/money/add.go", ("{}", "{ }")),
        ("java/b/Money.java", ("return this", "return null")),
        ("web/main.ts", ("cart.first();", "cart.first( );")),
        ("c/money.cpp", ("return n;", "return n + 1;")),
        ("rust/src/money.rs", ("{ Money }", "{ Money {} }")),
        ("db/bronze.sql", ("(id int)", "(id  int)")),
    ],
)
def test_an_edit_inside_concerns_its_file_alone(
    polyglot: Path, monkeypatch: pytest.MonkeyPatch, name: str, change: tuple[str, str]
) -> None:
    counted = Counted(monkeypatch)
    with Store.open(None) as store:
        check(polyglot, store, counted)
        replaced(polyglot, name, *change)
        assert opened(polyglot, store).edges
        assert counted.take() == [name]


def test_an_edit_of_what_others_see_concerns_who_looked(polyglot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(monkeypatch)
    with Store.open(None) as store:
        check(polyglot, store, counted)
        replaced(polyglot, "java/b/Money.java", "Money add()", "Money plus()")
        assert opened(polyglot, store).edges
        again = set(counted.take())
        assert {"java/b/Money.java", "java/a/Order.java"} <= again
        assert not any(path.startswith(("shop/", "go/", "web/")) for path in again)


@pytest.mark.parametrize(
    ("name", "change", "concerned", "left"),
    [
        ("c/money.hpp", "int rounded -> int floored", "c/money.cpp c/app.cpp", "c/main.c c/shop.c"),
        ("c/shop.h", "int total -> int sum", "c/main.c c/app.cpp", "c/money.cpp"),
        ("rust/src/shapes/mod.rs", "fn twice -> fn thrice", "rust/src/shapes/inner.rs", "rust/src/money.rs"),
        ("db/bronze.sql", "bronze.orders -> bronze.items", "db/orders.sql db/routines.sql", "dbt/models/raw.sql"),
        ("dbt/macros/cents.sql", "cents -> dimes", "dbt/models/orders.sql", "db/orders.sql dbt/models/schema.yml"),
    ],
)
def test_an_edit_of_what_others_see_concerns_no_others(
    polyglot: Path, name: str, change: str, concerned: str, left: str
) -> None:
    with pytest.MonkeyPatch.context() as patch, Store.open(None) as store:
        counted = Counted(patch)
        check(polyglot, store, counted)
        replaced(polyglot, name, *change.split(" -> "))
        assert opened(polyglot, store).edges
        again = set(counted.take())
        assert set(concerned.split()) <= again
        assert again.isdisjoint(left.split())


def test_settings_and_lists_of_files_concern_everything(polyglot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(monkeypatch)
    with Store.open(None) as store:
        check(polyglot, store, counted)
        replaced(polyglot, "web/package.json", "web", "site")
        assert check(polyglot, store, counted) == len(opened(polyglot, store).parsed)
        (polyglot / "shop/more.py").write_text("from .money import Money\n")
        assert check(polyglot, store, counted) == len(opened(polyglot, store).parsed)


def test_the_order_of_linking_changes_nothing(polyglot: Path) -> None:
    with Store.open(None) as store:
        workspace = opened(polyglot, store)
        paths = sorted(workspace.parsed)
        links = workspace.links_of(paths)
        for seed in range(3):
            order = list(paths)
            random.Random(seed).shuffle(order)
            linking = Linking(opened(polyglot, store).project())
            assert {path: linking.of(path).links for path in order} == links


def test_an_earlier_state_that_the_store_has_lost_in_part_is_no_basis(
    polyglot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted(monkeypatch)
    with Store.open(None) as store:
        workspace = opened(polyglot, store)
        assert workspace.edges
        counted.take()
        store.put_many("facts", {workspace.parsed["shop/money.py"]: msgspec.Raw(b"\xc1")})
        replaced(polyglot, "shop/money.py", "twice", "double")
        assert check(polyglot, store, counted) == len(workspace.parsed)


def test_going_back_to_an_earlier_state_makes_it_the_basis(polyglot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(monkeypatch)
    with Store.open(None) as store:
        check(polyglot, store, counted)
        replaced(polyglot, "shop/money.py", "twice", "double")
        check(polyglot, store, counted)
        replaced(polyglot, "shop/money.py", "double", "twice")
        assert opened(polyglot, store).edges
        replaced(polyglot, "go/money/add.go", "{}", "{ }")
        counted.take()
        assert opened(polyglot, store).edges
        assert counted.take() == ["go/money/add.go"]
