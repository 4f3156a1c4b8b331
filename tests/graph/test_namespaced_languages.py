"""Java, Kotlin, Scala, C# and PHP: files that declare where they belong."""

from __future__ import annotations

from ctxpack.graph.edges import link
from ctxpack.graph.project import Project
from ctxpack.model import Link
from ctxpack.parse import detect, parse


def linked(files: dict[str, str]) -> dict[str, tuple[Link, ...]]:
    facts = {path: parse(text, detect(path, text[:200].encode())).facts for path, text in sorted(files.items())}
    return dict(link(Project(facts, lambda path: files.get(path, ""))).links)


def bound(files: dict[str, str], path: str) -> set[tuple[str, str, str]]:
    """(name, target path, kind) of every link of one file that leaves it."""
    return {(one.name, one.target, one.kind) for one in linked(files)[path] if one.target != path}


def targets(files: dict[str, str], path: str, name: str) -> set[tuple[str, str]]:
    """(path, qualified name) of everything that `name` means in one file."""
    facts = {p: parse(text, detect(p, b"")).facts for p, text in files.items()}
    return {
        (one.target, facts[one.target].definitions[one.symbol].qualname)
        for one in linked(files)[path]
        if one.name == name and one.symbol >= 0
    }


ORDER = "package com.acme.model;\npublic class Order extends Base {\n  Price price() { return null; }\n}\n"
BASE = "package com.acme.model;\nabstract class Base {\n  static int MAX = 1;\n  void close() {}\n}\n"
PRICE = "package com.acme.model;\nclass Price {\n  long cents;\n  long cents() { return cents; }\n}\n"
JAVA = {
    "core/src/main/java/com/acme/model/Order.java": ORDER,
    "core/src/main/java/com/acme/model/Base.java": BASE,
    "core/src/main/java/com/acme/model/Price.java": PRICE,
}


def java(body: str, path: str = "app/java/com/acme/App.java") -> dict[str, str]:
    return {**JAVA, path: body}


APP = "app/java/com/acme/App.java"
MODEL = "core/src/main/java/com/acme/model"


def test_java_imports_by_package_whatever_the_folders() -> None:
    files = java("package com.acme;\nimport com.acme.model.Order;\nclass App { Order order; }\n")
    assert ("Order", f"{MODEL}/Order.java", "imports") in bound(files, APP)
    assert targets(files, APP, "Order") == {(f"{MODEL}/Order.java", "Order")}


def test_java_imports_of_members_use_the_classes_around_them() -> None:
    outer = "package com.acme.model;\npublic class Outer {\n  static class Inner { static int MAX; }\n}\n"
    files = java(
        "package com.acme;\nimport com.acme.model.Outer.Inner;\nimport static com.acme.model.Outer.Inner.MAX;\n"
        "import static com.acme.model.Base.*;\nimport org.other.Price.Cents;\nclass App { }\n"
    )
    files[f"{MODEL}/Outer.java"] = outer
    assert targets(files, APP, "Outer") == {(f"{MODEL}/Outer.java", "Outer")}
    assert targets(files, APP, "Inner") == {(f"{MODEL}/Outer.java", "Outer.Inner")}
    assert targets(files, APP, "Base") == {(f"{MODEL}/Base.java", "Base")}
    assert targets(files, APP, "Price") == set()


def test_java_sees_its_own_package_without_an_import() -> None:
    assert targets(JAVA, f"{MODEL}/Order.java", "Base") == {(f"{MODEL}/Base.java", "Base")}
    assert ("Base", f"{MODEL}/Base.java", "inherits") in bound(JAVA, f"{MODEL}/Order.java")


def test_java_does_not_see_other_packages_without_an_import() -> None:
    assert bound(java("package com.acme;\nclass App { Order order; }\n"), APP) == set()


def test_java_wildcard_imports_name_no_file_but_bring_their_names() -> None:
    files = java("package com.acme;\nimport com.acme.model.*;\nclass App { Order order; }\n")
    assert bound(files, APP) == {("Order", f"{MODEL}/Order.java", "references")}


def test_java_static_imports_of_a_member_and_of_all() -> None:
    one = java("package com.acme;\nimport static com.acme.model.Base.MAX;\nclass App { int a = MAX; }\n")
    everything = java("package com.acme;\nimport static com.acme.model.Base.*;\nclass App { int a = MAX; }\n")
    assert targets(one, APP, "MAX") == targets(everything, APP, "MAX") == {(f"{MODEL}/Base.java", "Base.MAX")}


def test_java_follows_types_through_fields_returns_and_inheritance() -> None:
    files = java(
        "package com.acme;\nimport com.acme.model.Order;\n"
        "class App {\n  Order order;\n  void go() { order.price().cents(); order.close(); }\n}\n"
    )
    assert targets(files, APP, "cents") == {(f"{MODEL}/Price.java", "Price.cents")}
    assert targets(files, APP, "close") == {(f"{MODEL}/Base.java", "Base.close")}


def test_java_calls_the_method_and_reads_the_field_of_one_name() -> None:
    definitions = parse(PRICE, "java").facts.definitions
    app = "package com.acme.model;\nclass App {\n  void go(Price p) {\n    p.cents();\n    p.cents;\n  }\n}\n"
    found = {definitions[one.symbol].kind: one.line for one in linked(java(app))[APP] if one.name == "cents"}
    assert found == {"method": 4, "field": 5}


def test_java_anonymous_classes_inherit_from_what_they_extend() -> None:
    files = java(
        "package com.acme;\nimport com.acme.model.Order;\n"
        "class App {\n  void close() {}\n"
        "  Object o = new Order() {\n    void go() { close(); this.price(); }\n  };\n}\n"
    )
    assert targets(files, APP, "close") == {(f"{MODEL}/Base.java", "Base.close")}
    assert targets(files, APP, "price") == {(f"{MODEL}/Order.java", "Order.price")}


def test_java_names_fully_qualified_in_place() -> None:
    files = java("package com.acme;\nclass App { com.acme.model.Order order; }\n")
    assert targets(files, APP, "Order") == {(f"{MODEL}/Order.java", "Order")}


def test_java_type_parameters_hide_classes_and_lend_their_bounds() -> None:
    files = java(
        "package com.acme.model;\nclass App<Price, T extends Order> {\n"
        "  Price it;\n  void go(T t, Price p) { t.price(); p.cents(); }\n}\n"
    )
    assert targets(files, APP, "Price") == set()
    assert targets(files, APP, "cents") == set()
    assert targets(files, APP, "price") == {(f"{MODEL}/Order.java", "Order.price")}


def test_java_external_and_local_names_are_bound_to_nothing() -> None:
    files = java(
        "package com.acme.model;\nimport java.util.Order;\nclass App {\n"
        "  void go(Order order, String Base) { order.close(); Base.length(); }\n}\n"
    )
    assert bound(files, APP) == set()


def test_a_class_in_two_modules_is_the_nearer_one_and_none_where_both_are_far() -> None:
    files = {
        "one/a/Util.java": "package a;\nclass Util {}\n",
        "two/a/Util.java": "package a;\nclass Util {}\n",
        "two/a/Near.java": "package a;\nclass Near { Util u; }\n",
        "three/a/Far.java": "package a;\nclass Far { Util u; }\n",
    }
    assert targets(files, "two/a/Near.java", "Util") == {("two/a/Util.java", "Util")}
    assert targets(files, "three/a/Far.java", "Util") == set()


def test_an_import_of_what_a_declared_package_lacks_is_unresolved() -> None:
    files = java("package com.acme;\nimport com.acme.model.Gone;\nimport java.util.List;\nclass App {}\n")
    facts = {path: parse(text, "java").facts for path, text in files.items()}
    lost = link(Project(facts, lambda path: "")).unresolved
    assert [(one.path, one.line, one.expression) for one in lost] == [(APP, 2, "com.acme.model.Gone")]


def test_kotlin_uses_java_and_its_own_functions_and_aliases() -> None:
    files = java(
        "package com.acme\nimport com.acme.model.Order as Bill\nimport com.acme.util.total\n"
        "class App(val bill: Bill) {\n    fun go() {\n        total()\n        bill.price()\n    }\n}\n",
        "app/App.kt",
    ) | {"app/Sums.kt": "package com.acme.util\n\nfun total(): Int = 1\n"}
    assert targets(files, "app/App.kt", "price") == {(f"{MODEL}/Order.java", "Order.price")}
    assert targets(files, "app/App.kt", "total") == {("app/Sums.kt", "total")}
    assert ("Order", f"{MODEL}/Order.java", "imports") in bound(files, "app/App.kt")


def test_java_calls_a_kotlin_function_through_the_class_of_its_file() -> None:
    files = {
        "Sums.kt": "package a\n\nfun total(): Int = 1\n",
        "App.java": "package a;\nclass App { int x = SumsKt.total(); }\n",
    }
    assert targets(files, "App.java", "total") == {("Sums.kt", "total")}


def test_a_function_that_is_named_as_a_type_is_none() -> None:
    files = {
        "Text.kt": "package a\n\nfun String(vararg points: Int): Any = points\n",
        "Scope.kt": "package a\n\nfun Scope(name: Any): Scope = Scoped(name)\n\ninterface Scope\n",
        "App.kt": "package a\n\nfun f(text: String, scope: Scope) {\n    g(Scope(1))\n    h(String(1))\n}\n",
    }
    links = {(one.line, one.name, one.symbol) for one in linked(files)["App.kt"] if one.target != "App.kt"}
    assert links == {(3, "Scope", 1), (4, "Scope", 0), (5, "String", 0)}


def test_kotlin_companions_belong_to_their_class() -> None:
    files = {
        "A.kt": "package a\n\nclass A {\n    companion object {\n        fun make(): A = A()\n    }\n\n"
        "    fun go() {}\n}\n",
        "B.kt": "package b\n\nimport a.A\n\nfun f() {\n    A.make().go()\n}\n",
    }
    assert targets(files, "B.kt", "go") == {("A.kt", "A.go")}


def test_scala_imports_selectors_renames_and_members_of_objects() -> None:
    files = {
        "A.scala": "package a.b\n\nclass Order { def total: Int = 1 }\n"
        "object Tools { def helper(): Order = new Order }\n",
        "B.scala": "package c\n\nimport a.b.{Order => Bill}\nimport a.b.Tools._\n\n"
        "class B(bill: Bill) {\n  def go() = { bill.total; helper() }\n}\n",
    }
    assert targets(files, "B.scala", "total") == {("A.scala", "Order.total")}
    assert targets(files, "B.scala", "helper") == {("A.scala", "Tools.helper")}


CSHARP = {
    "Model/Order.cs": "namespace Acme.Model;\npublic partial class Order : Base { public Price Price { get; set; } }\n",
    "Model/Order.More.cs": "namespace Acme.Model;\npublic partial class Order { public void Pay() { Check(); } }\n",
    "Model/Base.cs": "namespace Acme.Model;\npublic class Base { protected void Check() { } }\n",
    "Model/Price.cs": "namespace Acme\n{\n  public class Price { public long Cents; }\n}\n",
    "Model/Tag.cs": "namespace Acme.Model;\npublic class TagAttribute : System.Attribute { }\n",
}


def test_csharp_usings_enclosing_namespaces_and_aliases() -> None:
    usings = "using Acme.Model;\nusing Bill = Acme.Model.Order;\n"
    app = f"{usings}class App {{ Order a; Bill b; void Go() {{ b.Price.Cents++; }} }}\n"
    files = {**CSHARP, "App.cs": app}
    assert targets(files, "App.cs", "Order") == {("Model/Order.cs", "Order")}
    assert targets(files, "App.cs", "Cents") == {("Model/Price.cs", "Price.Cents")}
    assert targets(CSHARP, "Model/Order.cs", "Price") == {("Model/Price.cs", "Price")}


EXTENSIONS = (
    "namespace Acme.Ext;\npublic static class ShopExtensions {\n"
    "  public static IServices AddShop(this IServices services, int n) => services;\n"
    "  public static T Tuned<T>(this T builder) where T : BuilderBase => builder;\n"
    "  public static T Any<T>(this T value) where T : class => value;\n"
    "  public static string Plain(string text) => text;\n}\n"
)


def test_csharp_extension_methods_go_by_the_type_that_they_extend() -> None:
    files = {
        "Ext.cs": EXTENSIONS,
        "Builder.cs": "namespace Acme;\npublic class BuilderBase { }\npublic class Builder : BuilderBase { }\n",
        "Use.cs": (
            "using Acme.Ext;\nnamespace Acme;\nclass Use {\n  private IServices _own;\n"
            "  void Go(IServices s, Other o, string t) {\n    s.AddShop(1).AddShop(2);\n"
            "    new Services().AddShop(3);\n    _own.AddShop(4);\n    new Builder().Tuned().Tuned();\n"
            "    o.AddShop(5);\n    o.Tuned();\n    o.Any();\n    t.Plain();\n  }\n}\n"
        ),
    }
    found = [(one.name, one.line, one.target) for one in linked(files)["Use.cs"] if one.origin == "extension method"]
    assert found == [
        ("AddShop", 6, "Ext.cs"),
        ("AddShop", 6, "Ext.cs"),
        ("AddShop", 7, "Ext.cs"),
        ("AddShop", 8, "Ext.cs"),
    ]
    tuned = [(one.line, one.target) for one in linked(files)["Use.cs"] if one.name == "Tuned"]
    assert tuned[:1] == [(9, "Ext.cs")] and {line for line, _ in tuned} == {9}
    assert not targets(files, "Use.cs", "Any") | targets(files, "Use.cs", "Plain")


def test_csharp_extension_methods_of_two_classes_are_not_told_apart() -> None:
    one = "namespace {0};\npublic static class E{0} {{\n  public static void Run(this IThing t) {{ }}\n}}\n"
    use = "class Use {\n  void Go(IThing t) { t.Run(); }\n}\n"
    files = {"A.cs": one.format("A"), "B.cs": one.format("B"), "Use.cs": use}
    assert targets(files, "Use.cs", "Run") == set()
    assert targets({"A.cs": one.format("A"), "Use.cs": use}, "Use.cs", "Run") == {("A.cs", "EA.Run")}


def test_csharp_partial_classes_are_one() -> None:
    files = {**CSHARP, "App.cs": "using Acme.Model;\nclass App { void Go(Order order) { order.Pay(); } }\n"}
    assert targets(files, "App.cs", "Pay") == {("Model/Order.More.cs", "Order.Pay")}


def test_csharp_global_usings_hold_everywhere_and_attributes_have_short_names() -> None:
    files = {**CSHARP, "Usings.cs": "global using Acme.Model;\n", "App.cs": "[Tag]\nclass App { Order order; }\n"}
    files = {f"src/{path}": text for path, text in files.items()}
    assert targets(files, "src/App.cs", "Order") == {("src/Model/Order.cs", "Order")}
    assert targets(files, "src/App.cs", "Tag") == {("src/Model/Tag.cs", "TagAttribute")}


PHP = {
    "src/Model/Order.php": "<?php\nnamespace Acme\\Model;\n"
    "class Order { use Logs; public function price(): Price {} }\n",
    "src/Model/Price.php": "<?php\nnamespace Acme\\Model;\nfinal class Price { const UNIT = 1; public int $cents; }\n",
    "src/Model/Logs.php": "<?php\nnamespace Acme\\Model;\ntrait Logs { public function log() {} }\n",
    "src/functions.php": "<?php\nnamespace Acme;\nfunction total() {}\n",
    "globals.php": "<?php\nfunction everywhere() {}\nclass Lonely {}\n",
}


def test_php_uses_aliases_functions_and_traits() -> None:
    app = (
        "<?php\nnamespace App;\nuse Acme\\Model\\{Order as Bill, Price};\nuse function Acme\\total;\n"
        "function go(Bill $bill) { total(); $bill->price()->cents; $bill->log(); return Price::UNIT; }\n"
    )
    files = {**PHP, "app.php": app}
    assert targets(files, "app.php", "total") == {("src/functions.php", "total")}
    assert targets(files, "app.php", "cents") == {("src/Model/Price.php", "Price.cents")}
    assert targets(files, "app.php", "log") == {("src/Model/Logs.php", "Logs.log")}
    assert targets(files, "app.php", "UNIT") == {("src/Model/Price.php", "Price.UNIT")}
    assert ("Order", "src/Model/Order.php", "imports") in bound(files, "app.php")


def test_php_names_from_the_root_and_relative_to_the_namespace() -> None:
    files = {**PHP, "app.php": "<?php\nnamespace Acme;\n$a = new \\Acme\\Model\\Order();\n$b = new Model\\Price();\n"}
    assert targets(files, "app.php", "Order") == {("src/Model/Order.php", "Order")}
    assert targets(files, "app.php", "Price") == {("src/Model/Price.php", "Price")}


def test_php_functions_fall_back_to_the_root_and_classes_do_not() -> None:
    files = {**PHP, "app.php": "<?php\nnamespace Acme;\neverywhere();\nnew Lonely();\n"}
    assert targets(files, "app.php", "everywhere") == {("globals.php", "everywhere")}
    assert targets(files, "app.php", "Lonely") == set()


def test_php_includes_files_beside_this_one() -> None:
    files = {**PHP, "web/index.php": "<?php\nrequire __DIR__ . '/../globals.php';\nrequire_once 'missing.php';\n"}
    assert bound(files, "web/index.php") == {("./../globals.php", "globals.php", "includes")}


def test_a_file_may_hold_several_namespaces() -> None:
    two = "<?php\nnamespace A { class One {} }\nnamespace B\\C { class Two extends Three {} class Three {} }\n"
    files = {"two.php": two, "app.php": "<?php\nuse A\\One;\nuse B\\C\\Two;\nnew One(); new Two();\n"}
    assert targets(files, "app.php", "Two") == {("two.php", "B.C.Two")}
    assert targets(files, "app.php", "One") == {("two.php", "One")}
    assert targets(files, "two.php", "Three") == {("two.php", "B.C.Three")}
    blocks = "namespace A { class One { } }\nnamespace B.C { public class Two { One it; } }\n"
    sharp = {"two.cs": blocks, "app.cs": "using B.C;\nclass App { Two two; }\n"}
    assert targets(sharp, "app.cs", "Two") == {("two.cs", "B.C.Two")}


def test_php_namespaces_from_elsewhere_are_not_missing() -> None:
    use = (
        "<?php\nnamespace Shop;\nuse Shop\\Promise as P;\nuse Shop\\Wait;\nuse Shop\\Gone;\n"
        "class A { function f(P\\Later $x) { Wait\\Clock::now(); return Gone::make(); } }\n"
    )
    files = {"src/A.php": use, "src/B.php": "<?php\nnamespace Shop;\nclass B {}\n"}
    facts = {path: parse(text, detect(path, text[:200].encode())).facts for path, text in files.items()}
    lost = link(Project(facts, lambda path: files.get(path, ""))).unresolved
    assert [(one.line, one.expression) for one in lost] == [(5, "Shop.Gone")]
