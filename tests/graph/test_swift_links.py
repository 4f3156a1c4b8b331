"""What names mean in Swift: modules by manifest, extensions in any file, what is internal, what is from elsewhere."""

from __future__ import annotations

from functools import partial

import link_helpers

linked = partial(link_helpers.linked, settings="Package.swift")
meaning = partial(link_helpers.meaning, settings="Package.swift")


MANIFEST = """
import PackageDescription
let package = Package(name: "shop", targets: [
    .target(name: "Shop", dependencies: ["Core"]),
    .target(name: "Core", path: "Libraries/Core"),
    .executableTarget(name: "shop-tool", dependencies: ["Shop"]),
    .testTarget(name: "ShopTests", dependencies: ["Shop"]),
])
"""


def package(**files: str) -> dict[str, str]:
    return {"Package.swift": MANIFEST, **{path.replace("__", "/") + ".swift": text for path, text in files.items()}}


def test_a_module_sees_its_own_names_and_what_is_public_in_those_it_imports() -> None:
    files = package(
        Sources__Shop__Order="import Core\nstruct Order { let price: Price; let tax: Tax; var one: Item }\n",
        Sources__Shop__Item="struct Item {}\n",
        Libraries__Core__Price="public struct Price {}\nstruct Tax {}\n",
        Other__Item="struct Item {}\n",
    )
    assert meaning(files, "Sources/Shop/Order.swift", 2, "Item") == {"Sources/Shop/Item.swift::Item"}
    assert meaning(files, "Sources/Shop/Order.swift", 2, "Price") == {"Libraries/Core/Price.swift::Price"}
    assert meaning(files, "Sources/Shop/Order.swift", 2, "Tax") == set()
    used = [one.target for one in linked(files)[0].links["Sources/Shop/Order.swift"] if one.symbol < 0]
    assert used == ["Libraries/Core/Price.swift"]


def test_nothing_is_seen_of_a_module_that_is_not_imported() -> None:
    files = package(
        Sources__Shop__Order="struct Order { let price: Price }\n",
        Libraries__Core__Price="public struct Price {}\n",
    )
    assert meaning(files, "Sources/Shop/Order.swift", 1, "Price") == set()


def test_tests_see_what_is_internal() -> None:
    files = package(
        Sources__Shop__Order="struct Order { func pay() {} }\nprivate func hidden() {}\n",
        Tests__ShopTests__OrderTests=(
            "@testable import Shop\nimport XCTest\nfinal class OrderTests: XCTestCase {\n"
            "  func testPay() { Order().pay(); hidden(); Shop.Order() }\n  func help() {}\n}\n"
        ),
    )
    path = "Tests/ShopTests/OrderTests.swift"
    assert meaning(files, path, 4, "pay") == {"Sources/Shop/Order.swift::Order.pay"}
    assert meaning(files, path, 4, "Order") == {"Sources/Shop/Order.swift::Order"}
    assert meaning(files, path, 4, "hidden") == set()
    facts = linked(files)[1][path]
    assert [facts.definitions[index].name for index in facts.tests][:2] == ["OrderTests", "testPay"]


def test_what_is_passed_on_comes_with_the_module() -> None:
    files = package(
        Sources__Shop__Shop="@_exported import Core\n",
        Libraries__Core__Price="public struct Price {}\n",
        **{"Sources__shop-tool__main": "import Shop\nlet price = Price()\n"},
    )
    assert meaning(files, "Sources/shop-tool/main.swift", 2, "Price") == {"Libraries/Core/Price.swift::Price"}


def test_extensions_are_parts_of_their_type_and_see_its_members() -> None:
    files = package(
        Sources__Shop__Order="struct Order { var price = 1; var state: State }\nprotocol Paid {}\n",
        Sources__Shop__State="extension Order { enum State { case open }\n  func pay() { price = 2; done() } }\n",
        Sources__Shop__Paid="extension Paid { func done() {} }\nextension Order: Paid {}\n",
        Sources__Shop__Use="func use(order: Order) { order.pay(); order.done(); order.state; Order.State.open }\n",
    )
    assert meaning(files, "Sources/Shop/Order.swift", 1, "State") == {"Sources/Shop/State.swift::Order.State"}
    assert meaning(files, "Sources/Shop/State.swift", 2, "price") == {"Sources/Shop/Order.swift::Order.price"}
    assert meaning(files, "Sources/Shop/State.swift", 2, "done") == {"Sources/Shop/Paid.swift::Paid.done"}
    assert meaning(files, "Sources/Shop/Use.swift", 1, "pay") == {"Sources/Shop/State.swift::Order.pay"}
    assert meaning(files, "Sources/Shop/Use.swift", 1, "done") == {"Sources/Shop/Paid.swift::Paid.done"}
    assert meaning(files, "Sources/Shop/Use.swift", 1, "open") == {"Sources/Shop/State.swift::Order.State.open"}


def test_extensions_of_types_from_elsewhere() -> None:
    files = package(
        Sources__Shop__Text="extension String { func slug() -> String { trimmed() }\n  func trimmed() {} }\n",
        Sources__Shop__Use="func use(name: String, one: Other) { name.slug(); one.slug(); name.count() }\n",
        Sources__Shop__Model="extension Codable { func copy() {} }\nstruct Model: Codable {}\nlet m = Model().copy()\n",
    )
    assert meaning(files, "Sources/Shop/Use.swift", 1, "slug") == {"Sources/Shop/Text.swift::String.slug"}
    assert meaning(files, "Sources/Shop/Text.swift", 1, "trimmed") == {"Sources/Shop/Text.swift::String.trimmed"}
    assert meaning(files, "Sources/Shop/Model.swift", 3, "copy") == {"Sources/Shop/Model.swift::Codable.copy"}
    assert meaning(files, "Sources/Shop/Use.swift", 1, "count") == set()


def test_files_of_no_package_are_one_module_and_ties_are_declined() -> None:
    files = {
        "App/Views/Home.swift": "class Home { let model = Model(); let twin = Twin() }\n",
        "App/Models/Model.swift": "class Model {}\n",
        "Widget/Model.swift": "class Model {}\n",
        "One/Twin.swift": "class Twin {}\n",
        "Two/Twin.swift": "class Twin {}\n",
    }
    assert meaning(files, "App/Views/Home.swift", 1, "Model") == {"App/Models/Model.swift::Model"}
    assert meaning(files, "App/Views/Home.swift", 1, "Twin") == set()


def test_locals_and_labels_are_no_uses_of_others() -> None:
    files = package(
        Sources__Shop__Order="func price() {}\nfunc total() {}\nclass total2 {}\n",
        Sources__Shop__Use="func use(price: Int) { let total = 1; call(price: total) { total in total }; _ = price }\n",
    )
    assert meaning(files, "Sources/Shop/Use.swift", 1, "price") == set()
    assert meaning(files, "Sources/Shop/Use.swift", 1, "total") == set()


def test_labels_tell_overloads_apart() -> None:
    files = package(
        Sources__Shop__Mail=(
            "struct Mail {\n  func send(_ text: String) {}\n  func send(to: String, from: String = me()) {}\n"
            "  func send(_ text: String, then next: () -> Void) {}\n  func send(all: String...) {}\n}\n"
        ),
        Sources__Shop__Use=(
            "func use(mail: Mail) {\n  mail.send(to: name())\n  mail.send(name()) { done() }\n"
            "  mail.send(all: one(), two())\n  mail.send(nobody: name())\n  mail.send(name())\n}\n"
        ),
    )
    found, facts = linked(files)
    lines = {
        one.line: facts[one.target].definitions[one.symbol].line
        for one in found.links["Sources/Shop/Use.swift"]
        if one.name == "send"
    }
    assert lines == {2: 3, 3: 4, 4: 5, 6: 2}
