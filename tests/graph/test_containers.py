"""What containers hold, by the arguments of their types: elements that are iterated, indexed and got."""

from __future__ import annotations

import pytest

from ctxpack.graph.edges import link
from ctxpack.graph.project import Project, is_settings
from ctxpack.parse import detect, parse

JAVA = {
    "Order.java": "package a;\nclass Order {\n  void go() {}\n}\n",
    "Own.java": "package a;\nclass Own<T> {\n  T get(int n) { return null; }\n}\n",
}
KOTLIN = {"a.kt": "package a\nclass Order {\n  fun go() {}\n}\n"}
RUST = {
    "Cargo.toml": '[package]\nname = "shop"\n',
    "src/lib.rs": "mod order;\nmod used;\n",
    "src/order.rs": "pub struct Order;\nimpl Order {\n    pub fn go(&self) {}\n}\n",
}
CSHARP = {"Order.cs": "namespace A;\nclass Order {\n  public void Go() {}\n}\n"}


def found(files: dict[str, str], path: str, name: str) -> list[tuple[str, str, float]]:
    facts = {p: parse(t, detect(p, t.encode())).facts for p, t in sorted(files.items()) if not is_settings(p)}
    settings = tuple(p for p in sorted(files) if is_settings(p))
    links = link(Project(facts, lambda p: files.get(p, ""), settings)).links[path]
    return [(one.target, one.origin, one.confidence) for one in links if one.name == name]


@pytest.mark.parametrize(
    "body",
    [
        "List<Order> xs; xs.get(0).go();",
        "Order[] xs; xs[0].go();",
        "final java.util.List<? extends Order> xs = f(); xs.iterator().next().go();",
        "List<Order> xs; for (var x : xs) x.go();",
        "List<Order> xs; xs.forEach(x -> x.go());",
        "Set<Order> xs; xs.stream().filter(x -> true).findFirst().orElse(null).go();",
        "Set<Order> xs; xs.stream().map(x -> { x.go(); return 1; });",
        "Map<String, Order> m; m.get(k).go();",
        "Map<String, Order> m; for (var e : m.entrySet()) e.getValue().go();",
        "Map<String, Order> m; for (Map.Entry<String, Order> e : m.entrySet()) e.getValue().go();",
        "Map<Order, String> m; for (var k : m.keySet()) k.go();",
        "Map<String, List<Order>> m; m.get(k).get(0).go();",
        "Optional<Order> o; o.get().go();",
        "Optional<Order> o; o.ifPresent(x -> x.go());",
        "Supplier<Order> s; s.get().go();",
        "var xs = new ArrayList<Order>(); xs.get(0).go();",
    ],
)
def test_java_elements(body: str) -> None:
    text = f"package a;\nimport java.util.*;\nclass Use {{ void f() {{ {body} }} }}\n"
    assert found({**JAVA, "Use.java": text}, "Use.java", "go") == [("Order.java", "element type", 0.93)]


@pytest.mark.parametrize(
    "body",
    [
        "List<Order> xs; xs.go();",
        "List<Order> xs; xs.size().go();",
        "Map<Order, String> m; m.get(k).go();",
        "List<String> xs; xs.get(0).go();",
        "List<T> xs; xs.get(0).go();",
        "Own<Order> own; own.get(0).go();",
        "Order[] xs; xs.go();",
        "List<Order> xs; xs.get(0).getClass().go();",
        "Optional<Order> o; o.go();",
    ],
)
def test_what_is_no_element_in_java(body: str) -> None:
    text = f"package a;\nimport java.util.*;\nclass Use<T> {{ void f() {{ {body} }} }}\n"
    assert found({**JAVA, "Use.java": text}, "Use.java", "go") == []


def test_members_of_a_container_of_the_repository_are_its_own() -> None:
    own = "package a;\nclass List<T> {\n  T get(int n) { return null; }\n  void go() {}\n}\n"
    text = "package a;\nclass Use { void f(List<Order> xs) { xs.go(); xs.get(0); } }\n"
    files = {**JAVA, "List.java": own, "Use.java": text}
    assert [target for target, _, _ in found(files, "Use.java", "go")] == ["List.java"]
    assert [target for target, _, _ in found(files, "Use.java", "get")] == ["List.java"]


@pytest.mark.parametrize(
    "body",
    [
        "for (x in xs) x.go()",
        "xs[0].go()",
        "xs.first().go()",
        "xs.firstOrNull()?.go()",
        "xs.forEach { x -> x.go() }",
        "xs.filter { true }.single().go()",
        'm["a"]!!.go()',
        "for ((k, v) in m) v.go()",
        "m.values.first().go()",
        "for (e in m.entries) e.value.go()",
        "p.second.go()",
        "xs.first().let { x -> x.go() }",
        "xs.map { it.go() }",
        "xs.filter { true }.forEach { it.go() }",
        "xs.first().also { it.go() }",
        "xs.firstOrNull()?.let { it.go() }",
        "xs.forEach { y.each { a -> it.go() } }",
    ],
)
def test_kotlin_elements(body: str) -> None:
    text = f"package a\nfun f(xs: List<Order>, m: MutableMap<String, Order?>, p: Pair<Int, Order>) {{ {body} }}\n"
    assert found({**KOTLIN, "b.kt": text}, "b.kt", "go") == [("a.kt", "element type", 0.93)]


@pytest.mark.parametrize(
    "body",
    [
        "xs.go()",
        "p.first.go()",
        "xs.size.go()",
        "for ((k, v) in m) k.go()",
        "m.keys.go()",
        "it.go()",
        "xs.forEach { y.each { it.go() } }",
        "xs.own { it.go() }",
    ],
)
def test_what_is_no_element_in_kotlin(body: str) -> None:
    text = f"package a\nfun f(xs: List<Order>, m: MutableMap<String, Order?>, p: Pair<Int, Order>) {{ {body} }}\n"
    assert found({**KOTLIN, "b.kt": text}, "b.kt", "go") == []


@pytest.mark.parametrize(
    "body",
    [
        "xs[0].go();",
        "xs.first().unwrap().go();",
        "for x in xs { x.go(); }",
        "for x in xs.iter() { x.go(); }",
        "for x in &xs[1..] { x.go(); }",
        "for (_, x) in m { x.go(); }",
        "m[&1].go();",
        'm.get(&1).expect("").go();',
        "for x in m.values() { x.go(); }",
        "xs.iter().for_each(|x| x.go());",
        "xs.iter().filter(|x| true).map(|x| x.go());",
        "s.iter().next().unwrap().go();",
        "let y = &xs[0]; y.go();",
        "p.1.go();",
        "for (i, x) in pairs { x.go(); }",
    ],
)
def test_rust_elements(body: str) -> None:
    text = (
        "use crate::order::Order;\nuse std::collections::HashMap;\n"
        "fn f(xs: &Vec<Order>, m: HashMap<u8, Order>, s: &[Box<Order>], p: (u8, Order), pairs: Vec<(u8, Order)>) {\n"
        f"    {body}\n}}\n"
    )
    targets = [target for target, _, _ in found({**RUST, "src/used.rs": text}, "src/used.rs", "go")]
    assert targets == ["src/order.rs"]


@pytest.mark.parametrize("body", ["xs.go();", "xs.len().go();", "for (k, _) in m { k.go(); }", "xs.iter().go();"])
def test_what_is_no_element_in_rust(body: str) -> None:
    text = (
        "use crate::order::Order;\nuse std::collections::HashMap;\n"
        f"fn f(xs: &Vec<Order>, m: HashMap<u8, Order>) {{\n    {body}\n}}\n"
    )
    assert found({**RUST, "src/used.rs": text}, "src/used.rs", "go") == []


@pytest.mark.parametrize(
    "body",
    [
        "xs[0].Go();",
        "xs.First().Go();",
        "foreach (var x in xs) x.Go();",
        "xs.Where(x => true).ToList()[0].Go();",
        "xs.Any(x => x.Go());",
        'm["a"].Go();',
        "foreach (var e in m) e.Value.Go();",
        "foreach (var x in m.Values) x.Go();",
        "f().Go();",
        "array[0].Go();",
        "(await t)[0].Go();",
    ],
)
def test_csharp_elements(body: str) -> None:
    parameters = "List<Order> xs, Dictionary<string, Order> m, Func<Order> f, Order[] array, Task<List<Order>> t"
    text = f"namespace A;\nclass Use {{ async void F({parameters}) {{ {body} }} }}\n"
    targets = [target for target, _, _ in found({**CSHARP, "Use.cs": text}, "Use.cs", "Go")]
    assert targets == ["Order.cs"]


@pytest.mark.parametrize("body", ["xs.Go();", "xs.Count.Go();", "foreach (var e in m) e.Key.Go();", "array.Go();"])
def test_what_is_no_element_in_csharp(body: str) -> None:
    parameters = "List<Order> xs, Dictionary<string, Order> m, Order[] array"
    text = f"namespace A;\nclass Use {{ void F({parameters}) {{ {body} }} }}\n"
    assert found({**CSHARP, "Use.cs": text}, "Use.cs", "Go") == []
