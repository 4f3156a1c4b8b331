"""Overloads: the number of a call's arguments tells which definition of a name is meant."""

from __future__ import annotations

import pytest

from ctxpack.graph.edges import link
from ctxpack.graph.overloads import parameters, types
from ctxpack.graph.project import Project
from ctxpack.parse import detect, parse


def meant(files: dict[str, str], path: str, name: str) -> list[tuple[int, str, int]]:
    """(line of the call, path, line of the definition) for everything that `name` means in one file."""
    facts = {one: parse(text, detect(one, text.encode())).facts for one, text in sorted(files.items())}
    links = link(Project(facts, lambda one: files.get(one, ""))).links[path]
    return [
        (one.line, one.target, facts[one.target].definitions[one.symbol].line)
        for one in links
        if one.name == name and one.symbol >= 0
    ]


def counted(text: str, path: str, name: str) -> list[int]:
    facts = parse(text, detect(path, text.encode())).facts
    given = [one.arguments for one in facts.references if one.name == name]
    return [one if isinstance(one, int) else len(one) for one in given]


def given(text: str, path: str, name: str) -> tuple[str, ...]:
    facts = parse(text, detect(path, text.encode())).facts
    (found,) = [one.arguments for one in facts.references if one.name == name and one.kind == "call"]
    assert isinstance(found, tuple)
    return found


@pytest.mark.parametrize(
    ("signature", "name", "expected"),
    [
        ("void close()", "close", (0, 0)),
        ("public static <K, V> Map<K, V> of(Map<K, V> all, int size) throws E", "of", (2, 2)),
        ('@Named("add(") int add(@Min(value = 1) int one, int... rest)', "add", (1, 1000)),
        ("void put(Shop this, int one)", "put", (1, 1)),
        ("void put(String params)", "put", (1, 1)),
        ("suspend fun <T> List<T>.each(first: Int = 1, then: (T, Int) -> Unit)", "each", (1, 2)),
        ("fun all(vararg names: String, sep: Char = ',')", "all", (0, 1000)),
        ("public static int Sum<T>(this IList<T> all, int from = 0, params int[] rest)", "Sum", (0, 1000)),
        ("def get[A](key: String, or: => A)(implicit c: Ctx): A", "get", (2, 2)),
        ("def size: Int", "size", (0, 0)),
        ("def reader[T: Reader]: Reader[T]", "reader", (0, 0)),
        ('@Words("x") // To be kept. void put(int a)', "put", (1, 1)),
        ("def log(parts: Any*)", "log", (0, 1000)),
        ("int Order::total(const std::map<int, int> &rates, bool x = a <= b) const", "total", (1, 2)),
        ("int main(void)", "main", (0, 0)),
        ("int print(const char *format, ...)", "print", (1, 1000)),
        ("void set(char *)", "set", (1, 1)),
        ("int get(int a, // one, two", "get", None),
        ("int get(int a, int", "get", None),
        ("int other(int a)", "get", None),
    ],
)
def test_parameters_of_signatures(signature: str, name: str, expected: tuple[int, int] | None) -> None:
    assert parameters(signature, name) == expected


def test_arguments_are_counted_where_a_language_overloads() -> None:
    java = "class A { void f() { g(); g(1, h(2, 3)); g(/* no */ 1); Object o = g; this.<T>g(1, 2, 3); } }\n"
    assert counted(java, "A.java", "g") == [0, 2, 1, -1, 3]
    kotlin = "fun f() { g(1) { it }\n g { it }\n g<Int>(1, 2)\n x.g() }\n"
    assert counted(kotlin, "a.kt", "g") == [2, 1, 2, 0]
    assert counted("class A { void F() { G<int>(1, out var x); a?.G(); } }", "A.cs", "G") == [2, 0]
    assert counted("object A { def f = { g[Int](1, 2)(3); g { x => x } } }", "A.scala", "g") == [2, 1]
    cpp = "void f() { g<int>(1, 2); o->g(); g(all...); ns::g({1, 2}); }\n"
    assert counted(cpp, "a.cpp", "g") == [2, 0, -1, 1]
    assert counted("def f():\n    g(1, 2)\n", "a.py", "g") == [-1]
    assert counted("int f(void) { return g(1, 2); }\n", "a.c", "g") == [-1]


def test_java_members_by_number_of_arguments() -> None:
    shop = (
        "package a;\nclass Shop {\n  int cost;\n  int cost() { return cost(1); }\n  int cost(int n) { return n; }\n"
        "  int cost(int n, int... more) { return n; }\n}\n"
    )
    use = "package a;\nclass Use { void f(Shop s) {\n s.cost();\n s.cost(1);\n s.cost(1, 2, 3);\n } }\n"
    files = {"Shop.java": shop, "Use.java": use}
    assert meant(files, "Use.java", "cost") == [(3, "Shop.java", 4), (4, "Shop.java", 5), (5, "Shop.java", 6)]
    assert meant(files, "Shop.java", "cost") == [(4, "Shop.java", 5)]


def test_what_no_definition_of_a_class_takes_is_looked_for_in_its_bases() -> None:
    files = {
        "Base.java": "package a;\nclass Base {\n  void put(int a) {}\n  void put(int a, int b) {}\n}\n",
        "Named.java": "package a;\ninterface Named {\n  void put(int a, int b, int c);\n}\n",
        "Shop.java": "package a;\nclass Shop extends Base implements Named {\n  void put(int a) {}\n}\n",
        "Use.java": (
            "package a;\nclass Use { void f(Shop s) {\n s.put(1);\n s.put(1, 2);\n s.put(1, 2, 3);\n"
            " s.put(1, 2, 3, 4);\n } }\n"
        ),
    }
    assert meant(files, "Use.java", "put") == [
        (3, "Shop.java", 3),
        (4, "Base.java", 4),
        (5, "Named.java", 3),
        (6, "Shop.java", 3),
    ]


def test_what_takes_as_many_goes_before_what_takes_any_number() -> None:
    text = (
        "class Log {\n  void log(String text, Object... more) {}\n  void log(String text) {}\n"
        "  void odd(int a, // first\n  int b) {}\n  void odd(int... all) {}\n  void odd(int a) {}\n"
        '  void f() {\n    log("a");\n    log("a", 1);\n    odd(1, 2);\n    odd(1);\n  }\n}\n'
    )
    assert meant({"Log.java": text}, "Log.java", "log") == [(9, "Log.java", 3), (10, "Log.java", 2)]
    assert meant({"Log.java": text}, "Log.java", "odd") == [(11, "Log.java", 4), (12, "Log.java", 7)]


def test_classes_that_inherit_each_other_end() -> None:
    files = {
        "A.java": "package a;\nclass A extends B {\n  void put(int a) {}\n}\n",
        "B.java": "package a;\nclass B extends A {\n  void put(int a) {}\n  void f() { put(1, 2); }\n}\n",
    }
    assert meant(files, "B.java", "put") == [(4, "B.java", 3)]


def test_kotlin_functions_of_a_file() -> None:
    text = (
        "package a\nfun send(to: String) {}\nfun send(to: String, then: () -> Unit) {}\n"
        'fun run() {\n  send("a")\n  send("a") { }\n}\n'
    )
    assert meant({"a.kt": text}, "a.kt", "send") == [(5, "a.kt", 2), (6, "a.kt", 3)]


def test_csharp_and_scala_members() -> None:
    sharp = (
        "class Shop {\n  int Cost() { return 1; }\n  int Cost(int n, int m = 1) { return n; }\n"
        "  void F() {\n    Cost();\n    Cost(1);\n    this.Cost(1, 2);\n  }\n}\n"
    )
    assert meant({"Shop.cs": sharp}, "Shop.cs", "Cost") == [(5, "Shop.cs", 2), (6, "Shop.cs", 3), (7, "Shop.cs", 3)]
    scala = (
        "class Shop {\n  def cost: Int = 1\n  def cost(n: Int): Int = n\n  def cost(n: Int, m: Int*): Int = n\n"
        "  def f() = {\n    cost(1)\n    cost(1, 2)\n  }\n}\n"
    )
    assert meant({"Shop.scala": scala}, "Shop.scala", "cost") == [(6, "Shop.scala", 3), (7, "Shop.scala", 4)]


def test_cpp_prototypes_lead_to_the_body_with_as_many_parameters() -> None:
    files = {
        "shop.h": "class Shop {\n public:\n  int cost();\n  int cost(int n, int m = 2);\n};\n",
        "shop.cpp": (
            '#include "shop.h"\nint Shop::cost() { return cost(1); }\nint Shop::cost(int n, int m) { return n; }\n'
        ),
        "app.cpp": '#include "shop.h"\nvoid f(Shop *s) {\n  s->cost();\n  s->cost(1);\n  s->cost(1, 2);\n}\n',
    }
    assert meant(files, "app.cpp", "cost") == [(3, "shop.cpp", 2), (4, "shop.cpp", 3), (5, "shop.cpp", 3)]
    assert (2, "shop.cpp", 3) in meant(files, "shop.cpp", "cost")


def test_what_arguments_are() -> None:
    java = (
        "class A { Order o; void f(int n, List<String> l) {\n"
        'g(1, 2L, 0.5, \'c\', "s", null, n, o, new Order(), (Item) o, x -> x, o.total(), "a" + n, !n, -1, l); } }\n'
    )
    assert given(java, "A.java", "g") == (
        "=int", "=long", "=double", "=char", "=String", "=null", "int()", "o", "Order()", "Item()", "=function",
        "o.total()", "=String", "=boolean", "=int", given(java, "A.java", "g")[-1],
    )  # fmt: skip
    kotlin = 'fun f(o: Order) { g(1, "s", o, { it }, n = 2) { it } }\n'
    assert given(kotlin, "a.kt", "g") == ("=int", "=String", "Order()", "=function", "?", "=function")
    sharp = 'class A { void F(Order o) { G(1, o, $"{o}", new Item(), n: 3, x => x); } }'
    assert given(sharp, "A.cs", "G") == ("=int", "Order()", "=String", "Item()", "?", "=function")
    assert given('void f(Order o) { g(1, o, "s", Item(), nullptr); }', "a.cpp", "g") == (
        "=int", "Order()", "=String", "Item()", "=null",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ('void f(final Map<K, List<V>> all, @Named("x") int[] at, java.util.Set s)', ("Map", "int[]", "java.util.Set")),
        ("void f(Object... rest)", ("Object...",)),
        ("void f(params int[] rest)", ("int...",)),
        ("void F(this IList<T> all, out string? name, ref Order order)", ("IList", "string", "Order")),
        ("def f(a: => Int, b: Option[Int], c: Order*)", ("Int", "Option", "Order...")),
        ("fun f(then: (Int) -> Unit, x: a.B? = null)", ("", "a.B")),
        ("int f(const std::string &s, const Order* o, char c[4])", ("std.string", "Order*", "char[]")),
        ("void f(unsigned int a, int (*then)(void))", ("int", "")),
        ("void f()", ()),
    ],
)
def test_types_of_parameters(signature: str, expected: tuple[str, ...]) -> None:
    assert types(signature, "F" if " F(" in signature else "f") == expected


SHOP = (
    "package a;\nclass Shop extends Store {\n  void put(String s) {}\n  void put(int n) {}\n  void put(Object o) {}\n"
    "  void put(Item i) {}\n  void put(char c) {}\n  void put(long n) {}\n  void put(Runnable r) {}\n}\n"
)
ITEMS = {
    "Shop.java": SHOP,
    "Store.java": (
        "package a;\nclass Store {\n  void put(Store s) {}\n  void add(Base b) {}\n  void add(Item i) {}\n}\n"
    ),
    "Item.java": "package a;\nclass Item extends Base {}\n",
    "Base.java": "package a;\nclass Base {\n  String name() { return null; }\n  int size;\n}\n",
    "Sub.java": "package a;\nclass Sub extends Item {}\n",
}


@pytest.mark.parametrize(
    ("argument", "line"),
    [
        ('"x"', 3),
        ("1", 4),
        ("'c'", 7),
        ("2L", 8),
        ("(short) 1", 4),
        ("new Item()", 6),
        ("new Sub()", 6),
        ("b.name()", 3),
        ("b.size", 4),
        ("b.size + 1", 3),
        ("text", 3),
        ("boxed", 5),
        ("() -> {}", 9),
        ("true", 5),
        ("unknown()", 3),
        ("new Base()", 5),
        ("null", 3),
    ],
)
def test_java_members_by_the_types_of_arguments(argument: str, line: int) -> None:
    use = (
        f"package a;\nclass Use {{ void f(Shop s, Base b, String text, Integer boxed) {{\n s.put({argument});\n }} }}\n"
    )
    assert meant({**ITEMS, "Use.java": use}, "Use.java", "put") == [(3, "Shop.java", line)]


def test_what_no_overload_of_a_class_can_take_is_looked_for_in_its_bases() -> None:
    files = {
        "Base.java": "package a;\nclass Base {\n  void put(Base b) {}\n}\n",
        "Shop.java": "package a;\nclass Shop extends Base {\n  void put(int n) {}\n  void put(String s) {}\n}\n",
        "Use.java": "package a;\nclass Use { void f(Shop s) {\n s.put(s);\n s.put(1);\n } }\n",
    }
    assert meant(files, "Use.java", "put") == [(3, "Base.java", 3), (4, "Shop.java", 3)]


def test_subtypes_suit_the_nearest_of_their_bases() -> None:
    use = "package a;\nclass Use { void f(Shop s) {\n s.add(new Sub());\n s.add(new Base());\n s.add(null);\n } }\n"
    found = meant({**ITEMS, "Use.java": use}, "Use.java", "add")
    assert found == [(3, "Store.java", 5), (4, "Store.java", 4), (5, "Store.java", 4)]


def test_types_of_arguments_in_other_languages() -> None:
    kotlin = (
        "package a\nclass Order\nfun send(a: Order) {}\nfun send(a: String) {}\nfun send(a: Int?) {}\n"
        'fun run(n: Int) {\n  send("a")\n  send(Order())\n  send(n)\n}\n'
    )
    assert meant({"a.kt": kotlin}, "a.kt", "send") == [(7, "a.kt", 4), (8, "a.kt", 3), (9, "a.kt", 5)]
    sharp = (
        "class Shop {\n  void Put(int n) {}\n  void Put(string s) {}\n  void Put(Shop s) {}\n  void F(string x) {\n"
        "    Put(x);\n    Put(this);\n    Put(1);\n  }\n}\n"
    )
    assert meant({"Shop.cs": sharp}, "Shop.cs", "Put") == [(6, "Shop.cs", 3), (7, "Shop.cs", 4), (8, "Shop.cs", 2)]
    scala = (
        "class Shop {\n  def put(n: Int): Unit = {}\n  def put(s: String): Unit = {}\n  def put(s: Shop): Unit = {}\n"
        '  def f(s: Shop) = {\n    put("a")\n    put(s)\n    put(1)\n  }\n}\n'
    )
    assert [line for _, _, line in meant({"Shop.scala": scala}, "Shop.scala", "put")] == [3, 4, 2]
    files = {
        "shop.h": "class Order {};\nclass Shop {\n public:\n  int put(int n);\n  int put(const Order &o);\n};\n",
        "shop.cpp": (
            '#include "shop.h"\nint Shop::put(int n) { return n; }\nint Shop::put(const Order &o) { return 1; }\n'
        ),
        "app.cpp": '#include "shop.h"\nvoid f(Shop *s, Order o) {\n  s->put(o);\n  s->put(1);\n}\n',
    }
    assert meant(files, "app.cpp", "put") == [(3, "shop.cpp", 3), (4, "shop.cpp", 2)]


def test_java_arrays_and_elements_and_assigned_values_as_arguments() -> None:
    files = {
        "A.java": "class A {\n  void f(String[] all) {}\n  void f(int one) {}\n  void f(A it) {}\n}\n",
        "B.java": (
            "class B {\n  A held;\n  void g(A a, int[] n) {\n    a.f(new String[] {});\n    a.f(n[0]);\n"
            "    a.f(held = a);\n    a.f(new String[1]);\n  }\n}\n"
        ),
    }
    assert meant(files, "B.java", "f") == [(4, "A.java", 2), (5, "A.java", 3), (6, "A.java", 4), (7, "A.java", 2)]


def test_java_numbers_are_not_narrowed_and_classes_of_the_repository_are_only_what_they_say() -> None:
    files = {
        "A.java": (
            "class A {\n  void f(int a, int b) {}\n  void f(long a, long b) {}\n  void g(Iterable<A> all) {}\n"
            "  void g(A... all) {}\n  void h(Iterable<String> all) {}\n  void h(String... all) {}\n"
            "  void k(Class<?> type) {}\n  void k(Annotation mark) {}\n}\n"
        ),
        "Mark.java": "@interface Mark {}\n",
        "B.java": (
            'class B {\n  void go(A a, long l, int i, Mark m) {\n    a.f(l, i);\n    a.g(a);\n    a.h("x");\n'
            "    a.k(m);\n  }\n}\n"
        ),
    }
    lines = {name: [line for _, _, line in meant(files, "B.java", name)] for name in "fghk"}
    assert lines == {"f": [3], "g": [5], "h": [7], "k": [9]}


def test_java_a_base_may_overload_what_a_class_has_once() -> None:
    files = {
        "Base.java": "class Base {\n  int get(Base b) { return 1; }\n  int get(Type t) { return 1; }\n}\n",
        "Sub.java": "class Sub extends Base {\n  int get(Base b) { return 2; }\n}\n",
        "Type.java": "class Type {}\n",
        "Use.java": "class Use {\n  void f(Sub s, Type t, Base b) {\n    s.get(t);\n    s.get(b);\n  }\n}\n",
    }
    assert meant(files, "Use.java", "get") == [(3, "Base.java", 3), (4, "Sub.java", 2)]


def test_the_results_of_overloads_are_tried_in_order() -> None:
    files = {
        "A.java": "class A {\n  One make(int a) { return null; }\n  Two make(String a) { return null; }\n}\n",
        "One.java": "class One {\n  void both() {}\n}\n",
        "Two.java": "class Two {\n  void both() {}\n  void two() {}\n}\n",
        "Use.java": "class Use {\n  void f(A a) {\n    a.make(x()).two();\n    a.make(x()).both();\n  }\n}\n",
    }
    assert meant(files, "Use.java", "two") == [(3, "Two.java", 3)]
    assert meant(files, "Use.java", "both") == [(4, "One.java", 2)]


def test_java_constants_in_labels() -> None:
    files = {
        "Kind.java": "enum Kind {\n  OPEN,\n  DONE\n}\n",
        "Use.java": (
            "class Use {\n  static final int OPEN = 1;\n  void f(Kind k, int i) {\n    switch (k) {\n"
            "      case DONE: break;\n      case OTHER: break;\n    }\n    switch (i) { case OPEN: break; }\n  }\n}\n"
        ),
    }
    assert meant(files, "Use.java", "DONE") == [(5, "Kind.java", 3)]
    assert meant(files, "Use.java", "OPEN") == [(8, "Use.java", 2)]
    assert meant(files, "Use.java", "OTHER") == []


def test_java_what_a_call_makes_of_the_class_that_it_is_given() -> None:
    files = {
        "Order.java": "class Order {\n  void pay() {}\n  void named() {}\n}\n",
        "Key.java": "class Key {\n  static Key get(Class<?> c) { return null; }\n"
        "  void named() {}\n  void of(Key k) {}\n"
        "  void of(Order o) {}\n}\n",
        "Use.java": (
            "class Use {\n  <T> T make(Class<T> c) { return null; }\n  void f(Foreign g, Key k) {\n"
            "    make(Order.class).pay();\n    g.get(1, Order.class).pay();\n    Key.get(Order.class).pays();\n"
            "    k.of(Key.get(Order.class));\n    g.get(Order.class, 1).named();\n  }\n}\n"
        ),
    }
    assert meant(files, "Use.java", "pay") == [(4, "Order.java", 2), (5, "Order.java", 2)]
    assert meant(files, "Use.java", "pays") == []
    assert meant(files, "Use.java", "of") == [(7, "Key.java", 4)]
    assert meant(files, "Use.java", "named") == []


def test_java_fields_are_not_called() -> None:
    files = {
        "Tools.java": "class Tools {\n  static Item mock(Class<?> c) { return null; }\n}\n",
        "Item.java": "class Item {\n  void go() {}\n}\n",
        "Base.java": "class Base {\n  void spy() {}\n}\n",
        "Use.java": (
            "import static Tools.mock;\nclass Use extends Base {\n  Item mock;\n  Item spy;\n  Runnable run;\n"
            "  void f() {\n    mock = mock(Item.class);\n    spy();\n    run();\n    mock(Item.class).go();\n  }\n}\n"
        ),
    }
    assert [found for found in meant(files, "Use.java", "mock") if found[0] != 1] == [
        (7, "Use.java", 3), (7, "Tools.java", 2), (10, "Tools.java", 2),
    ]  # fmt: skip
    assert meant(files, "Use.java", "spy") == [(8, "Base.java", 2)]
    assert meant(files, "Use.java", "run") == []
    assert meant(files, "Use.java", "go") == [(10, "Item.java", 2)]


def test_java_functions_that_return_what_they_are_given() -> None:
    files = {
        "Item.java": "class Item {\n  void go() {}\n}\n",
        "Use.java": (
            "class Use {\n  void f(Item a) {\n    verify(a).go();\n    verify(a, times(2)).go();\n"
            "    doThrow(x).when(a).go();\n    Objects.requireNonNull(a).go();\n    when(a).go();\n    other(a).go();\n"
            "  }\n}\n"
        ),
    }
    assert [line for line, _, _ in meant(files, "Use.java", "go")] == [3, 4, 5, 6]
