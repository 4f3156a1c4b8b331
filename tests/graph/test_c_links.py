"""C and C++: includes, what they bring in sight, definitions behind prototypes, namespaces, members out of line."""

from __future__ import annotations

import json

from ctxpack.graph.edges import link
from ctxpack.graph.project import Project, is_settings
from ctxpack.model import Link, Unresolved
from ctxpack.parse import detect, parse

SHOP = {
    "src/order.h": (
        '#ifndef ORDER_H\n#define ORDER_H\n#include "base.h"\nstruct order { int id; struct line *line; };\n'
        "typedef struct order order_t;\nint order_total(order_t *o);\nextern int order_count;\n#define LIMIT 3\n"
        "typedef enum { OPEN, CLOSED } state;\n#endif\n"
    ),
    "src/base.h": "struct line { int price; };\nstatic inline int twice(int x) { return x + x; }\n",
    "src/order.c": (
        '#include "order.h"\nint order_count = 0;\nstatic int helper(int x);\n'
        "int order_total(order_t *o) { return helper(o->id); }\n"
        "static int helper(int x) { return x; }\n"
    ),
}
APP = "src/app.c"


def app(text: str, path: str = APP, **more: str) -> dict[str, str]:
    return {**SHOP, path: text, **more}


def project(files: dict[str, str]) -> Project:
    facts = {
        p: parse(text, detect(p, text.encode())).facts for p, text in sorted(files.items()) if not p.endswith(".json")
    }
    return Project(facts, lambda p: files.get(p, ""), tuple(p for p in sorted(files) if is_settings(p)))


def links(files: dict[str, str], path: str = APP) -> tuple[Link, ...]:
    return link(project(files)).links[path]


def meanings(files: dict[str, str], path: str = APP) -> set[tuple[str, str, str]]:
    facts = project(files).facts
    return {
        (one.name, one.target, facts[one.target].definitions[one.symbol].qualname)
        for one in links(files, path)
        if one.symbol >= 0
    }


def included(files: dict[str, str], path: str = APP) -> set[str]:
    return {one.target for one in links(files, path) if one.kind == "includes"}


def lost(files: dict[str, str]) -> tuple[Unresolved, ...]:
    return link(project(files)).unresolved


def test_an_include_is_looked_for_beside_the_file_then_in_usual_folders() -> None:
    files = app(
        '#include "order.h"\n#include "shop/api.h"\n#include <shop/sys.h>\n#include <stdio.h>\n',
        **{
            "include/shop/api.h": "",
            "include/shop/sys.h": "",
            "src/stdio.h": "",
        },
    )
    assert included(files) == {"src/order.h", "include/shop/api.h", "include/shop/sys.h"}


def test_an_include_that_ends_one_path_alone_is_found_and_an_ambiguous_one_is_not() -> None:
    files = app(
        '#include "deep/only.h"\n#include "many.h"\n',
        **{
            "third/party/deep/only.h": "",
            "a/many.h": "",
            "b/many.h": "",
        },
    )
    assert included(files) == {"third/party/deep/only.h"}
    assert [one.expression for one in lost(files)] == ["many.h"]


def test_compile_commands_of_another_machine_say_where_headers_lie() -> None:
    commands = [
        {"directory": "/home/x/shop/build", "file": "/home/x/shop/src/app.c", "command": "cc -I../b -c ../src/app.c"}
    ]
    files = app(
        '#include "many.h"\n', **{"a/many.h": "", "b/many.h": "", "compile_commands.json": json.dumps(commands)}
    )
    assert included(files) == {"b/many.h"}
    spoiled = {**files, "compile_commands.json": "[{]"}
    assert included(spoiled) == set()


def test_includes_inside_initialisers_and_comments() -> None:
    files = app('int a[] = {\n#include "order.h"\n};\n/*\n#include "base.h"\n*/\n// #include "base.h"\n')
    assert included(files) == {"src/order.h"}


def test_names_come_through_the_includes_of_includes() -> None:
    files = app('#include "order.h"\nint f(order_t *o) { return twice(o->line->price) + LIMIT + (OPEN == o->id); }\n')
    assert {
        ("order_t", "src/order.h", "order_t"),
        ("twice", "src/base.h", "twice"),
        ("line", "src/order.h", "order.line"),
        ("price", "src/base.h", "line.price"),
        ("LIMIT", "src/order.h", "LIMIT"),
        ("OPEN", "src/order.h", "state.OPEN"),
    } <= meanings(files)


def test_prototypes_and_extern_variables_stand_for_their_definitions() -> None:
    files = app('#include "order.h"\nint f(void) { return order_total(0) + order_count; }\n')
    assert {("order_total", "src/order.c", "order_total"), ("order_count", "src/order.c", "order_count")} <= meanings(
        files
    )
    facts = project(files).facts["src/order.c"]
    own = [facts.definitions[one.symbol].span[0] for one in links(files, "src/order.c") if one.name == "helper"]
    assert own == [5]


def test_of_several_definitions_the_one_in_the_header_s_pair_counts() -> None:
    files = app(
        '#include "order.h"\nint f(void) { return order_total(0); }\n',
        **{
            "src/fake.c": '#include "order.h"\nint order_total(order_t *o) { return 0; }\n',
        },
    )
    assert ("order_total", "src/order.c", "order_total") in meanings(files)


def test_without_a_pair_several_definitions_leave_the_prototype() -> None:
    files = {
        "api.h": "int run(void);\n",
        "fast.c": "int run(void) { return 1; }\n",
        "slow.c": "int run(void) { return 2; }\n",
        APP: '#include "../api.h"\nint f(void) { return run(); }\n',
    }
    assert ("run", "api.h", "run") in meanings(files)


def test_what_is_not_included_is_not_in_sight() -> None:
    assert meanings(app("int f(void) { return order_total(0) + twice(1) + LIMIT; }\n")) == set()
    assert not any(
        name == "helper" for name, _, _ in meanings(app('#include "order.h"\nint f(void) { return helper(1); }\n'))
    )


def test_a_type_that_is_only_announced_has_the_members_of_its_one_definition() -> None:
    files = {
        "api.h": "typedef struct engine engine;\n",
        "engine.c": '#include "api.h"\nstruct engine { int speed; };\n',
        APP: '#include "../api.h"\nint f(engine *e) { return e->speed; }\n',
    }
    assert ("speed", "engine.c", "engine.speed") in meanings(files)


CPP = {
    "lib/shop.h": (
        "#pragma once\nnamespace shop {\nclass Base { public: void close(); };\nclass Order : public Base {\n"
        " public:\n  Order(int id);\n"
        "  int total(int rate) const;\n  static Order make();\n private:\n  int id_ = 0;\n};\n"
        "enum class State { Open };\n}\n"
    ),
    "lib/shop.cpp": (
        '#include "shop.h"\nnamespace shop {\nint Order::total(int rate) const { close(); return id_ * rate; }\n'
        "Order Order::make() { return Order(1); }\n}\nvoid shop::Base::close() {}\n"
    ),
}


def cpp(body: str, before: str = "") -> dict[str, str]:
    return {**CPP, "app.cpp": f'#include "lib/shop.h"\n{before}\nvoid run() {{\n{body}\n}}\n'}


def test_qualified_names_and_members_lead_to_the_bodies() -> None:
    found = meanings(cpp("  auto o = shop::Order::make();\n  o.total(1);\n  shop::State::Open;"), "app.cpp")
    assert {
        ("Order", "lib/shop.h", "shop.Order"),
        ("make", "lib/shop.cpp", "shop.Order.make"),
        ("total", "lib/shop.cpp", "shop.Order.total"),
        ("Open", "lib/shop.h", "shop.State.Open"),
    } <= found


def test_using_brings_names_in() -> None:
    for before in ("using namespace shop;", "using shop::Order;"):
        assert ("total", "lib/shop.cpp", "shop.Order.total") in meanings(
            cpp("  Order o(1);\n  o.total(2);", before), "app.cpp"
        )


def test_a_namespace_alias() -> None:
    assert ("make", "lib/shop.cpp", "shop.Order.make") in meanings(
        cpp("  s::Order::make();", "namespace s = shop;"), "app.cpp"
    )


def test_inherited_members() -> None:
    assert ("close", "lib/shop.cpp", "shop.Base.close") in meanings(cpp("  shop::Order o(1);\n  o.close();"), "app.cpp")


def test_a_body_out_of_line_sees_the_members_of_its_class() -> None:
    found = meanings(CPP, "lib/shop.cpp")
    assert {("id_", "lib/shop.h", "shop.Order.id_"), ("close", "lib/shop.cpp", "shop.Base.close")} <= found


def test_a_header_in_c_or_in_cpp_by_its_content() -> None:
    assert detect("a.h", b"struct x { int y; };\n") == "c"
    assert detect("a.h", b'#ifdef __cplusplus\nextern "C" {\n#endif\nint f(void);\n') == "c"
    assert detect("a.h", b"namespace a {\n") == "cpp"
    assert detect("a.h", b"template <typename T>\nT f();\n") == "cpp"
    assert detect("a.h", b"class Foo {\n public:\n};\n") == "cpp"


def test_a_body_for_another_platform_gives_way_to_the_usual_one() -> None:
    files = {
        "api.h": "int run(void);\n",
        "src/unix/run.c": "int run(void) { return 1; }\n",
        "src/win/run.c": "int run(void) { return 2; }\n",
        "src/app.c": '#include "../api.h"\nint f(void) { return run(); }\n',
        "src/win/app.c": '#include "../../api.h"\nint g(void) { return run(); }\n',
    }
    assert [(one.target, one.confidence) for one in links(files) if one.name == "run"] == [("src/unix/run.c", 0.8)]
    assert not any(one.target == "src/unix/run.c" for one in links(files, "src/win/app.c"))


def test_what_a_conditional_include_brings_for_another_platform_is_not_in_sight() -> None:
    files = {
        "lib.h": '#if defined(_WIN32)\n#include "lib/win.h"\n#else\n#include "lib/unix.h"\n#endif\n',
        "lib/win.h": "typedef int file_t;\ntypedef int event_t;\n",
        "lib/unix.h": "typedef long file_t;\n",
        "app.c": '#include "lib.h"\nint f(file_t a, event_t b);\n',
        "win/app.c": '#include "lib/win.h"\nint f(file_t a, event_t b);\n',
    }
    assert {(name, target) for name, target, _ in meanings(files, "app.c")} == {("file_t", "lib/unix.h")}
    found = {(name, target) for name, target, _ in meanings(files, "win/app.c")}
    assert found == {("file_t", "lib/win.h"), ("event_t", "lib/win.h")}


def test_the_name_of_a_class_inside_it_is_no_constructor() -> None:
    files = {
        "order.h": "namespace shop {\nclass Order {\n public:\n  Order();\n  int total();\n};\n}\n",
        "order.cc": '#include "order.h"\nnamespace shop {\nOrder::Order() {}\nint Order::total() { return 0; }\n}\n',
    }
    found = [(one.line, one.target) for one in links(files, "order.cc") if one.name == "Order"]
    assert found == [(3, "order.h"), (4, "order.h")]


def test_a_namespace_before_colons_is_no_method_of_that_name() -> None:
    files = {
        "sink.h": (
            "namespace level {\nenum kind { trace };\n}\nclass Sink {\n public:\n  int level();\n  void go();\n};\n"
        ),
        "sink.cc": '#include "sink.h"\nvoid Sink::go() {\n  level::kind k;\n  level();\n}\n',
    }
    found = [(one.line, one.target) for one in links(files, "sink.cc") if one.name == "level"]
    assert found == [(4, "sink.h")]


def test_a_type_that_a_header_only_announces() -> None:
    files = {
        "shop.h": (
            "#include <memory>\nnamespace n {\nclass State;\nstruct SHOP_API Node;\nstruct Twice;\nclass Shop {\n"
            "  std::unique_ptr<State> state;\n  Node *node;\n  Twice *twice;\n  int f();\n};\n}\n"
        ),
        "state.h": "namespace n {\nclass State {\n public:\n  int go();\n};\n}\n",
        "node.h": "namespace n {\nstruct Node { int value; };\n}\n",
        "one.h": "struct Twice { int a; };\n",
        "two.h": "struct Twice { int a; };\n",
        "shop.cc": (
            '#include "shop.h"\n#include "state.h"\nnamespace n {\nint Shop::f() {\n  state->go();\n'
            "  twice->a = 1;\n  return node->value;\n}\n}\n"
        ),
    }
    found = {(one.name, one.target) for one in links(files, "shop.cc") if one.name in ("go", "value", "a")}
    assert found == {("go", "state.h"), ("value", "node.h")}
    announced = {(one.name, one.target) for one in links(files, "shop.h") if one.line in (7, 8, 9)}
    assert announced == {("State", "state.h"), ("Node", "node.h")}
