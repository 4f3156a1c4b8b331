"""Groovy: classes beside those of Java, members by what the text declares, scripts of Gradle, steps of Jenkins."""

from __future__ import annotations

from ctxpack.graph.edges import link
from ctxpack.graph.project import Project
from ctxpack.parse import detect, parse

FILES = {
    "src/main/java/shop/Order.java": "package shop;\npublic class Order {\n  public void close() {}\n"
    "  public static Order of() { return null; }\n}\n",
    "src/main/groovy/shop/Basket.groovy": "package shop\nclass Basket {\n  def add(Order o) { }\n"
    "  protected void drop() { }\n}\n",
    "gradle/common.gradle": "def version() { '1' }\n",
    "vars/buildShop.groovy": "def call(Map config) {\n  deployShop('x')\n}\ndef helper() { }\n",
    "vars/deployShop.groovy": "def call(String name) {\n}\n",
}


def of(path: str, code: str = "") -> list[tuple[str, str]]:
    """The file and the name of each definition (or file) elsewhere that a file leads to, in order."""
    files = FILES | ({path: code} if code else {})
    facts = {p: parse(text, detect(p, text[:200].encode())).facts for p, text in sorted(files.items())}
    found = link(Project(facts, lambda p: files.get(p, ""))).links[path]
    return [
        (one.target.rpartition("/")[2], facts[one.target].definitions[one.symbol].qualname if one.symbol >= 0 else "")
        for one in found
        if one.target != path
    ]


def test_classes_of_java_and_groovy_see_each_other() -> None:
    code = "package shop.test\nimport shop.Order\nclass OrderSpec {\n  void run() {\n    def o = new Order()\n"
    found = of("src/test/groovy/OrderSpec.groovy", code + "    o.close()\n    Order.of()\n    o.gone()\n  }\n}\n")
    assert ("Order.java", "Order.close") in found
    assert ("Order.java", "Order.of") in found
    assert {name for _, name in found} == {"", "Order", "Order.close", "Order.of"}
    java = "package shop;\nclass Use { void run(Basket b) { b.drop(); } }\n"
    assert of("src/main/java/shop/Use.java", java)[-1] == ("Basket.groovy", "Basket.drop")


def test_bare_calls_are_members_of_the_class_and_of_its_bases() -> None:
    code = "package shop\nclass Big extends Basket {\n  void run() { drop(); other(); add }\n}\n"
    assert ("Basket.groovy", "Basket.drop") in of("src/main/groovy/shop/Big.groovy", code)
    shadowed = "package shop\nclass Big extends Basket {\n  void run() { def drop = { }\n drop() }\n}\n"
    assert ("Basket.groovy", "Basket.drop") not in of("src/main/groovy/shop/Big.groovy", shadowed)


def test_what_has_no_declared_class_or_several_stays_unknown() -> None:
    code = "package shop\nclass A {\n  void a(x, o) { o.close() }\n  void b() { Order p = x(); p.close() }\n"
    assert [name for _, name in of("src/A.groovy", code + "  void c() { Basket p = y(); p.close() }\n}\n")] == [
        "Order",
        "Basket",
    ]


def test_scripts_of_gradle_are_applied_by_their_path_and_lend_no_names() -> None:
    found = of("app/build.gradle", "apply from: '../gradle/common.gradle'\nversion()\n")
    assert found == [("common.gradle", "")]
    assert of("build.gradle", 'apply from: "$rootDir/gradle/common.gradle"\n') == [("common.gradle", "")]


def test_steps_of_a_shared_library_are_called_by_their_files() -> None:
    assert of("vars/buildShop.groovy") == [("deployShop.groovy", "call")]
    assert of("Jenkinsfile", "node {\n  buildShop([:])\n  helper()\n}\n") == [("buildShop.groovy", "call")]
