"""What names mean in Dart: packages by their manifests, libraries with parts, exports, extensions, private names."""

from __future__ import annotations

from functools import partial

import link_helpers

linked = partial(link_helpers.linked, settings="pubspec.yaml")
meaning = partial(link_helpers.meaning, settings="pubspec.yaml")


def test_packages_of_the_repository_and_what_their_libraries_export() -> None:
    files = {
        "packages/shop/pubspec.yaml": "name: shop\n",
        "packages/shop/lib/shop.dart": "export 'src/order.dart' show Order;\nexport 'src/price.dart';\n",
        "packages/shop/lib/src/order.dart": "import 'price.dart';\nclass Order { Price price; }\nclass Inner {}\n",
        "packages/shop/lib/src/price.dart": "class Price { void round() {} }\n",
        "app/lib/main.dart": (
            "import 'package:shop/shop.dart';\nimport 'package:other/order.dart';\n"
            "void main(Order order) { order.price.round(); Inner(); Unknown(); }\n"
        ),
    }
    main = "app/lib/main.dart"
    assert meaning(files, main, 3, "Order") == {"packages/shop/lib/src/order.dart::Order"}
    assert meaning(files, main, 3, "round") == {"packages/shop/lib/src/price.dart::Price.round"}
    assert meaning(files, main, 3, "Inner") == set()
    assert meaning(files, main, 3, "Unknown") == set()
    assert linked(files)[0].unresolved == ()


def test_nothing_is_seen_without_an_import() -> None:
    files = {"lib/a.dart": "class A {}\n", "lib/b.dart": "A make() => A();\n"}
    assert meaning(files, "lib/b.dart", 1, "A") == set()


def test_prefixes_and_shown_names() -> None:
    files = {
        "lib/a.dart": "class A { A.of(int n); }\nclass B {}\n",
        "lib/b.dart": (
            "import 'a.dart' as a show A;\nimport 'a.dart' show B;\nvar x = a.A.of(1);\nvar y = B();\nvar z = A;\n"
        ),
    }
    assert meaning(files, "lib/b.dart", 3, "of") == {"lib/a.dart::A.of"}
    assert meaning(files, "lib/b.dart", 4, "B") == {"lib/a.dart::B"}
    assert meaning(files, "lib/b.dart", 5, "A") == set()


def test_a_library_and_its_parts_share_names_and_imports() -> None:
    files = {
        "lib/shop.dart": (
            "library shop;\nimport 'price.dart';\npart 'order.dart';\npart 'by_name.dart';\nint _next = _Order();\n"
        ),
        "lib/order.dart": "part of 'shop.dart';\nclass _Order { Price price; int n = _next; }\n",
        "lib/by_name.dart": "part of shop;\nfinal one = _Order();\n",
        "lib/price.dart": "class Price {}\nclass _Hidden {}\n",
        "lib/use.dart": "import 'shop.dart';\nvar a = _Order();\nvar b = _Hidden();\n",
    }
    assert meaning(files, "lib/shop.dart", 5, "_Order") == {"lib/order.dart::_Order"}
    assert meaning(files, "lib/order.dart", 2, "Price") == {"lib/price.dart::Price"}
    assert meaning(files, "lib/order.dart", 2, "_next") == {"lib/shop.dart::_next"}
    assert meaning(files, "lib/by_name.dart", 2, "_Order") == {"lib/order.dart::_Order"}
    assert meaning(files, "lib/use.dart", 2, "_Order") == set()
    assert meaning(files, "lib/use.dart", 3, "_Hidden") == set()


def test_extensions_add_to_the_very_class_or_to_one_from_elsewhere() -> None:
    files = {
        "lib/order.dart": "class Order { int price = 1; }\n",
        "lib/other.dart": "class Order {}\n",
        "lib/more.dart": "import 'order.dart';\nextension More on Order { int twice() => price * 2; }\n",
        "lib/text.dart": "extension Text on String { void shout() {} }\n",
        "lib/use.dart": (
            "import 'order.dart';\nimport 'more.dart';\nimport 'text.dart';\n"
            "void use(Order order, String text, Unknown one) { order.twice(); text.shout(); one.shout(); }\n"
        ),
        "lib/not.dart": "import 'other.dart';\nvoid use(Order order) { order.twice(); }\n",
    }
    assert meaning(files, "lib/use.dart", 4, "twice") == {"lib/more.dart::More.twice"}
    assert meaning(files, "lib/more.dart", 2, "price") == {"lib/order.dart::Order.price"}
    assert meaning(files, "lib/use.dart", 4, "shout") == {"lib/text.dart::Text.shout"}
    assert meaning(files, "lib/not.dart", 2, "twice") == set()


def test_members_of_bases_and_mixins_and_what_is_awaited() -> None:
    files = {
        "lib/a.dart": (
            "class Base { void go() {} }\nmixin Loud { void shout() {} }\nFuture<Base> load() async => Base();\n"
        ),
        "lib/b.dart": (
            "import 'a.dart';\nclass Own extends Base with Loud { void all() { go(); shout(); } }\n"
            "void use() async { final one = await load(); one.go(); }\n"
        ),
    }
    assert meaning(files, "lib/b.dart", 2, "go") == {"lib/a.dart::Base.go"}
    assert meaning(files, "lib/b.dart", 2, "shout") == {"lib/a.dart::Loud.shout"}
    assert meaning(files, "lib/b.dart", 3, "go") == {"lib/a.dart::Base.go"}


def test_files_that_are_missing_are_told_but_for_those_that_tools_make() -> None:
    files = {"lib/a.dart": "import 'gone.dart';\nimport 'package:far/x.dart';\nimport 'dart:io';\npart 'a.g.dart';\n"}
    assert [one.expression for one in linked(files)[0].unresolved] == ["gone.dart.*"]


def test_the_state_of_a_widget_holds_the_widget() -> None:
    files = {
        "lib/page.dart": (
            "class Page extends StatefulWidget { final String title; }\n"
            "class _PageState extends State<Page> { build() { return widget.title; } }\n"
            "class Other { build() { return widget.title; } }\n"
        )
    }
    assert meaning(files, "lib/page.dart", 2, "title") == {"lib/page.dart::Page.title"}
    assert meaning(files, "lib/page.dart", 3, "title") == set()
