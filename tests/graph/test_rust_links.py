"""Rust: the module tree, paths, crates of a workspace, impl blocks, traits, macros."""

from __future__ import annotations

from ctxpack.graph.edges import link
from ctxpack.graph.project import Project, is_settings
from ctxpack.model import Link, Unresolved
from ctxpack.parse import detect, parse

CRATE = {
    "Cargo.toml": '[package]\nname = "my-shop"\nversion = "0.1.0"\n',
    "src/lib.rs": "pub mod model;\nmod tools;\npub use model::order::Order;\n#[macro_use]\nmod macros;\n",
    "src/model/mod.rs": "pub mod order;\nmod line;\npub(crate) use self::line::Line;\n",
    "src/model/order.rs": (
        "use super::Line;\npub struct Order { lines: Line }\nimpl Order {\n"
        "    pub fn new() -> Self { Order { lines: Line(1) } }\n"
        "    pub fn total(&self) -> u64 { self.lines.price() }\n}\n"
    ),
    "src/model/line.rs": "pub struct Line(pub u64);\nimpl Line {\n    pub fn price(&self) -> u64 { self.0 }\n}\n",
    "src/tools.rs": "pub trait Named {\n    fn name(&self) -> u8;\n    fn twice(&self) -> u8 { self.name() }\n}\n",
    "src/macros.rs": "macro_rules! sum {\n    ($x:expr) => { $x };\n}\n",
}
USER = "src/user.rs"


def crate(text: str, path: str = USER, **more: str) -> dict[str, str]:
    files = {**CRATE, path: text, **more}
    if path == USER:
        files["src/lib.rs"] += "mod user;\n"
    return files


def project(files: dict[str, str]) -> Project:
    facts = {p: parse(text, detect(p, b"")).facts for p, text in sorted(files.items()) if p.endswith(".rs")}
    return Project(facts, lambda p: files.get(p, ""), tuple(p for p in sorted(files) if is_settings(p)))


def links(files: dict[str, str], path: str = USER) -> tuple[Link, ...]:
    return link(project(files)).links[path]


def meanings(files: dict[str, str], path: str = USER) -> set[tuple[str, str, str]]:
    facts = project(files).facts
    return {
        (one.name, one.target, facts[one.target].definitions[one.symbol].qualname)
        for one in links(files, path)
        if one.symbol >= 0
    }


def imported(files: dict[str, str], path: str = USER) -> set[str]:
    return {one.target for one in links(files, path) if one.kind == "imports"}


def lost(files: dict[str, str]) -> tuple[Unresolved, ...]:
    return link(project(files)).unresolved


def test_mod_declarations_lead_to_both_layouts_and_to_named_files() -> None:
    assert imported(CRATE, "src/lib.rs") >= {"src/model/mod.rs", "src/tools.rs", "src/macros.rs"}
    assert imported(CRATE, "src/model/mod.rs") == {"src/model/order.rs", "src/model/line.rs"}
    files = crate(
        '#[path = "deep/odd.rs"]\nmod odd;\nmod inline {\n    mod below;\n}\n',
        **{
            "src/deep/odd.rs": "",
            "src/user/inline/below.rs": "",
        },
    )
    assert imported(files) == {"src/deep/odd.rs", "src/user/inline/below.rs"}


def test_paths_from_crate_super_and_self() -> None:
    files = crate("use crate::model::order::Order;\nfn f(a: super::tools::Named, b: crate::model::Line) {}\n")
    assert imported(files) == {"src/model/order.rs"}
    assert {
        ("Order", "src/model/order.rs", "Order"),
        ("Named", "src/tools.rs", "Named"),
        ("Line", "src/model/line.rs", "Line"),
    } <= meanings(files)


def test_reexports_are_followed_to_the_definition() -> None:
    assert ("Order", "src/model/order.rs", "Order") in meanings(crate("use crate::Order;\n"))


def test_associated_functions_methods_and_fields() -> None:
    found = meanings(crate("use crate::Order;\nfn f() { let o = Order::new(); o.total(); }\n"))
    assert {("new", "src/model/order.rs", "Order.new"), ("total", "src/model/order.rs", "Order.total")} <= found
    assert ("price", "src/model/line.rs", "Line.price") in meanings(CRATE, "src/model/order.rs")


def test_an_impl_block_in_another_file_counts_and_is_no_target_itself() -> None:
    files = crate(
        "use crate::Order;\nimpl Order {\n    pub fn extra(&self) { self.total(); }\n}\n",
        **{"src/late.rs": "fn g(o: &crate::Order) { o.extra(); }\n"},
    )
    files["src/lib.rs"] += "mod late;\n"
    assert ("extra", USER, "Order.extra") in meanings(files, "src/late.rs")
    assert ("total", "src/model/order.rs", "Order.total") in meanings(files)
    assert ("Order", "src/model/order.rs", "Order") in meanings(files)
    assert not any(target == USER and name == "Order" for name, target, _ in meanings(files))


def test_what_a_trait_provides_is_found_through_the_impl() -> None:
    files = crate(
        "use crate::tools::Named;\nuse crate::Order;\nimpl Named for Order {\n    fn name(&self) -> u8 { 1 }\n}\n"
        "fn f(o: Order, n: impl Named) { o.twice(); o.name(); n.name(); }\n"
    )
    found = meanings(files)
    assert {
        ("twice", "src/tools.rs", "Named.twice"),
        ("name", USER, "Order.name"),
        ("name", "src/tools.rs", "Named.name"),
    } <= found


def test_members_that_impl_blocks_give_to_foreign_types() -> None:
    files = crate(
        "use std::vec::Vec2;\nuse crate::tools::Named;\nimpl Named for Vec2 {\n    fn name(&self) -> u8 { 2 }\n}\n"
        "fn f(v: Vec2, p: *const u8) { v.name(); p.name(); }\n"
    )
    found = meanings(files)
    assert ("name", USER, "Vec2.name") in found
    assert not any(name == "Vec2" for name, _, _ in found)


def test_dereferences_lead_on() -> None:
    files = crate(
        "use crate::Order;\nstruct Guard;\nimpl Deref for Guard {\n    type Target = Order;\n}\n"
        "fn f(g: Guard) { g.total(); }\n"
    )
    assert ("total", "src/model/order.rs", "Order.total") in meanings(files)


def test_macros_of_the_crate_by_name() -> None:
    assert ("sum", "src/macros.rs", "sum") in meanings(crate("fn f() { sum!(1); crate::sum!(2); }\n"))
    assert not any(name == "println" for name, _, _ in meanings(crate('fn f() { println!("x"); }\n')))


def test_glob_imports_and_enums() -> None:
    files = crate(
        "use crate::state::State::*;\nfn f() { go(Open); }\n", **{"src/state.rs": "pub enum State { Open }\n"}
    )
    files["src/lib.rs"] += "mod state;\n"
    assert ("Open", "src/state.rs", "State.Open") in meanings(files)


def test_inline_modules_have_names_of_their_own() -> None:
    inside = "    use super::*;\n    fn own() {}\n    fn t() { helper(); own(); super::helper(); }\n"
    text = f"fn helper() {{}}\nmod tests {{\n{inside}}}\n"
    assert {("helper", USER, "helper"), ("own", USER, "tests.own")} <= meanings(crate(text))
    apart = (
        "mod a {\n    pub fn go() {}\n    fn t() { go(); }\n}\nmod b {\n    pub fn go() {}\n    fn t() { go(); }\n}\n"
    )
    facts = project(crate(apart)).facts[USER]
    found = [(one.line, facts.definitions[one.symbol].qualname) for one in links(crate(apart)) if one.name == "go"]
    assert found == [(3, "a.go"), (7, "b.go")]


def test_a_function_and_a_module_of_one_name() -> None:
    files = crate(
        "fn f() { crate::find(1); crate::find::inner(); }\n",
        **{
            "src/find.rs": "pub fn find() {}\npub fn inner() {}\n",
        },
    )
    files["src/lib.rs"] += "mod find;\npub use find::find;\n"
    assert {("find", "src/find.rs", "find"), ("inner", "src/find.rs", "inner")} <= meanings(files)


def test_crates_of_a_workspace_by_dependency() -> None:
    files = {
        **{f"shop/{path}": text for path, text in CRATE.items()},
        "Cargo.toml": '[workspace]\nmembers = ["*"]\n[workspace.dependencies]\nmy-shop = { path = "shop" }\n',
        "app/Cargo.toml": '[package]\nname = "app"\n[dependencies]\nmy-shop = { workspace = true }\n',
        "app/src/main.rs": "use my_shop::Order;\nfn main() { my_shop::model::order::Order::new(); }\n",
        "other/Cargo.toml": (
            '[package]\nname = "other"\n[dependencies]\nstore = { package = "my-shop", path = "../shop" }\n'
        ),
        "other/src/lib.rs": "use store::Order;\nuse my_shop::model;\n",
    }
    assert ("new", "shop/src/model/order.rs", "Order.new") in meanings(files, "app/src/main.rs")
    assert ("Order", "shop/src/model/order.rs", "Order") in meanings(files, "other/src/lib.rs")
    assert imported(files, "other/src/lib.rs") == {"shop/src/model/order.rs"}


def test_tests_and_binaries_use_their_own_library() -> None:
    files = {**CRATE, "tests/it.rs": "use my_shop::Order;\n", "src/main.rs": "use my_shop::Order;\n"}
    for path in ("tests/it.rs", "src/main.rs"):
        assert ("Order", "src/model/order.rs", "Order") in meanings(files, path)


def test_external_names_stay_external() -> None:
    files = crate("use serde::Order;\nuse std::io;\nfn f(o: Order) { o.total(); io::sum(); Vec::new(); }\n")
    assert meanings(files) == set()


def test_what_is_missing_is_told() -> None:
    files = crate("mod gone;\nuse crate::nowhere::Thing;\nuse serde::De;\n")
    assert [(one.path, one.line) for one in lost(files)] == [(USER, 1), (USER, 2)]


def test_import_cycles_end() -> None:
    files = crate(
        "pub use crate::other::*;\nfn f() { unknown(); x::y(); }\n",
        **{"src/other.rs": "pub use crate::user::*;\nuse a::*;\nuse b::*;\n"},
    )
    files["src/lib.rs"] += "mod other;\n"
    assert meanings(files) == set()


def test_an_import_in_an_inline_module_may_bind_the_name_that_its_path_begins_with() -> None:
    text = (
        "mod inner {\n    use std::fmt;\n    use my_shop::{self};\n    pub fn run() { my_shop::Order::new(); }\n}\n"
        "mod outer {\n    use first::a as second;\n    use second::b as first;\n    fn go() { first::c(); }\n}\n"
    )
    found = {(one.line, one.target) for one in links(crate(text, "tests/all.rs"), "tests/all.rs")}
    assert (4, "src/model/order.rs") in found
    assert not [line for line, _ in found if line >= 7]


def test_modules_in_macros_that_choose_are_in_the_tree_on_condition() -> None:
    files = crate(
        "use crate::full::Full;\npub fn user() -> Full { crate::unix::open() }\n",
        **{
            "src/full.rs": "pub struct Full;\n",
            "src/unix.rs": "pub fn open() {}\n",
            "src/windows.rs": "pub fn shut() {}\n",
        },
    )
    files["src/lib.rs"] += (
        'cfg_select! {\n    feature = "full" => {\n        pub mod full;\n    }\n    _ => {}\n}\n'
        "cfg_if::cfg_if! {\n    if #[cfg(unix)] {\n        pub mod unix;\n    } else {\n"
        "        pub mod windows;\n    }\n}\n"
    )
    found = {one.target: (one.origin, one.confidence) for one in links(files, "src/lib.rs") if one.kind == "imports"}
    assert found["src/tools.rs"] == ("import", 1.0)
    conditional = {"src/full.rs", "src/unix.rs", "src/windows.rs"}
    assert {found[path] for path in sorted(conditional)} == {("conditional import", 0.97)}
    assert ("Full", "src/full.rs", "Full") in meanings(files)
    assert ("open", "src/unix.rs", "open") in meanings(files)


def test_an_import_names_the_file_of_the_definition_past_what_re_exports_it() -> None:
    files = crate("use crate::Order;\nuse crate::model::Line;\nuse crate::made::Missing;\nuse crate::model;\n")
    files |= {"src/made.rs": "make!(Missing);\n"}
    files["src/lib.rs"] += "mod made;\n"
    assert imported(files) == {"src/model/order.rs", "src/model/line.rs", "src/made.rs", "src/model/mod.rs"}


def test_a_call_of_what_fulfils_a_trait_means_its_declaration_too() -> None:
    own = (
        "use crate::tools::Named;\npub struct Cup;\nimpl Named for Cup {\n    fn name(&self) -> u8 { 1 }\n}\n"
        "impl Cup {\n    fn own(&self) {}\n}\nfn f(c: Cup) { c.name(); c.own(); }\n"
    )
    found = {(name, target, what) for name, target, what in meanings(crate(own)) if name in ("name", "own")}
    assert found == {
        ("name", USER, "Cup.name"),
        ("name", "src/tools.rs", "Named.name"),
        ("own", USER, "Cup.own"),
    }


def test_no_local_name_hides_the_first_name_of_a_path() -> None:
    files = crate("use crate::model;\nfn f(model: u8) { model::order::Order::new(); model.total(); }\n")
    assert meanings(files) >= {
        ("new", "src/model/order.rs", "Order.new"),
        ("Order", "src/model/order.rs", "Order"),
    }
    assert not any(name == "total" for name, _, _ in meanings(files))


def test_all_bounds_of_a_type_parameter_count() -> None:
    files = crate(
        "use crate::tools::Named;\nuse crate::model::order::Order;\npub trait Counted {\n    fn count(&self);\n}\n"
        "fn f<T>(t: T) where T: Clone + Counted + Named { t.count(); t.name(); t.total(); }\n"
        "fn g<T: Copy + Named>(t: T) { t.twice(); }\n"
    )
    found = {(name, what) for name, _, what in meanings(files) if name in ("count", "name", "twice", "total")}
    assert found == {("count", "Counted.count"), ("name", "Named.name"), ("twice", "Named.twice")}


def test_a_type_that_a_trait_names_is_looked_up_in_the_trait() -> None:
    files = crate(
        "use crate::stream::Stream;\nfn f<I: Stream>(i: I) -> <I as Stream>::Slice { <I as Stream>::rest(i) }\n"
        "fn g(v: <Vec<u8> as Iterator>::Slice) {}\n",
        **{"src/stream.rs": "pub trait Stream {\n    type Slice;\n    fn rest(self) -> Self::Slice;\n}\n"},
    )
    files["src/lib.rs"] += "mod stream;\n"
    found = [(one.name, one.line) for one in links(files) if one.name in ("Slice", "rest")]
    assert found == [("Slice", 2), ("rest", 2)]


def test_macros_for_tests_are_in_sight_of_their_own_modules_alone() -> None:
    within = "#[cfg(test)]\nmod tests {\n    macro_rules! assert_eq {\n        () => {};\n    }\n"
    files = crate("fn f() { assert_eq!(1, 1); }\n", **{"src/other.rs": f"{within}    fn t() {{ assert_eq!(); }}\n}}\n"})
    files["src/lib.rs"] += "mod other;\n"
    assert not any(name == "assert_eq" for name, _, _ in meanings(files))
    assert ("assert_eq", "src/other.rs", "tests.assert_eq") in meanings(files, "src/other.rs")
    files["src/lib.rs"] += within + "}\n"
    assert ("assert_eq", "src/lib.rs", "tests.assert_eq") in meanings(files)


def test_what_the_standard_library_gives_its_types_goes_before_what_traits_provide() -> None:
    files = crate(
        "use crate::tools::Parsed;\nimpl Parsed for &str {\n    fn whole(&self) {}\n}\n"
        "fn f(text: &str) { text.parse(); text.whole(); text.twice(); }\n"
    )
    files["src/tools.rs"] += (
        "pub trait Parsed {\n    fn whole(&self);\n    fn parse(&self) {}\n    fn twice(&self) {}\n}\n"
    )
    found = {name for name, _, _ in meanings(files) if name in ("parse", "whole", "twice")}
    assert found == {"whole", "twice"}


def test_modules_of_files_that_no_crate_has_are_found() -> None:
    files = {
        **CRATE,
        "tests/later/odd.rs": '#[path = "../support.rs"]\nmod support;\nmod own;\nmod gone;\n',
        "tests/support.rs": "pub fn help() {}\n",
        "tests/later/own.rs": "",
    }
    assert imported(files, "tests/later/odd.rs") == {"tests/support.rs", "tests/later/own.rs"}
    assert [(one.path, one.line) for one in lost(files)] == [("tests/later/odd.rs", 4)]
