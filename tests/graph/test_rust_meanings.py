"""Rust: names that several things share, items that macros make, traits in sight, what variants hold, `#[path]`."""

from __future__ import annotations

import time

from ctxpack.graph.edges import link
from ctxpack.graph.project import Project, is_settings
from ctxpack.parse import detect, parse

CARGO = '[package]\nname = "shop"\nversion = "0.1.0"\n'


def project(files: dict[str, str]) -> Project:
    files = {"Cargo.toml": CARGO, **files}
    facts = {p: parse(text, detect(p, b"")).facts for p, text in sorted(files.items()) if p.endswith(".rs")}
    return Project(facts, lambda p: files.get(p, ""), tuple(p for p in sorted(files) if is_settings(p)))


def meanings(files: dict[str, str], path: str = "src/user.rs") -> set[tuple[str, str, str]]:
    made = project(files)
    return {
        (one.name, one.target, made.facts[one.target].definitions[one.symbol].qualname)
        for one in link(made).links[path]
        if one.symbol >= 0
    }


def defined(text: str) -> set[tuple[str, str]]:
    return {(one.kind, one.qualname) for one in parse(text, "rust").facts.definitions}


# --- names that several things share --------------------------------------------------------------------------------


def test_a_glob_passes_over_files_that_only_use_the_name_themselves() -> None:
    files = {
        "src/lib.rs": "mod circle;\nmod line;\nmod point;\nmod user;\n"
        "pub use crate::circle::*;\npub use crate::line::*;\npub use crate::point::*;\n",
        "src/circle.rs": "use crate::Point;\npub struct Circle;\nimpl From<Circle> for Point {}\n",
        "src/line.rs": "use crate::Point;\nimpl Mul<u8> for Point {}\n",
        "src/point.rs": "pub struct Point;\n",
        "src/user.rs": "use crate::Point;\nfn f(at: Point) {}\n",
    }
    assert meanings(files) == {("Point", "src/point.rs", "Point")}
    assert ("Point", "src/point.rs", "Point") in meanings(files, "src/circle.rs")


def test_a_macro_or_function_leaves_its_name_to_a_module_in_paths() -> None:
    files = {
        "src/lib.rs": (
            "#[macro_export]\nmacro_rules! level {\n    () => { 1 };\n}\n"
            "pub fn order() {}\npub mod level;\npub mod order;\npub use self::level::Level;\nmod user;\n"
        ),
        "src/level.rs": "pub struct Level;\n",
        "src/order.rs": "pub struct Line;\n",
        "src/user.rs": "use crate::Level;\nfn f(a: Level, b: crate::order::Line) { crate::order(); level!(); }\n",
    }
    found = meanings(files)
    assert {("Level", "src/level.rs", "Level"), ("Line", "src/order.rs", "Line")} <= found
    assert {("order", "src/lib.rs", "order"), ("level", "src/lib.rs", "level")} <= found


def test_a_macro_is_called_although_a_module_before_it_has_its_name() -> None:
    files = {
        "src/lib.rs": "pub mod level;\nmacro_rules! level {\n    () => { 1 };\n}\nfn f() { level!(); }\n",
        "src/level.rs": "pub struct Level;\n",
    }
    made = project(files)
    macro = [index for index, one in enumerate(made.facts["src/lib.rs"].definitions) if one.kind == "macro"]
    assert [one.symbol for one in link(made).links["src/lib.rs"] if one.line == 5] == macro


def test_an_enumeration_is_not_what_a_call_of_its_name_means() -> None:
    files = {
        "src/lib.rs": "mod user;\npub enum Err { Late }\n",
        "src/user.rs": "use crate::Err;\nfn f() -> Result<u8, Err> {\n    Err(\n        Err::Late)\n}\n",
    }
    lines = {one.line for one in link(project(files)).links["src/user.rs"] if one.name == "Err" and one.symbol >= 0}
    assert lines == {1, 2, 4}


def test_a_conversion_of_the_standard_library_is_none_of_the_crate() -> None:
    files = {
        "src/lib.rs": "mod user;\nmod wide;\npub trait Size {\n    fn size() -> u8;\n}\n"
        "impl Size for u64 {\n    fn size() -> u8 { 8 }\n}\n",
        "src/wide.rs": "pub struct Wide(u64);\nimpl From<Wide> for u64 {\n    fn from(one: Wide) -> u64 { one.0 }\n}\n",
        "src/user.rs": "use crate::Size;\nfn f(a: u32) { u64::from(a); u64::size(); }\n",
    }
    assert {name for name, _, _ in meanings(files)} == {"Size", "size"}


def test_crates_of_the_toolchain_are_not_looked_for_in_globs() -> None:
    """Each such name was searched for in every glob of every module again, which took time without bounds."""
    inner = "".join(
        f"    pub mod m{number} {{\n        pub use core::m{number}::*;\n        pub use alloc::m{number}::*;\n    }}\n"
        for number in range(24)
    )
    std = f"pub use self::kept::*;\nmod kept {{\n    pub use core::*;\n    pub use alloc::*;\n{inner}}}\n"
    uses = "".join(f"fn f{number}(a: T{number}, b: m{number}::X) {{ format{number}!(a); }}\n" for number in range(24))
    files = {"src/lib.rs": "mod stdlib;\nmod user;\n", "src/stdlib.rs": std}
    files["src/user.rs"] = f"use crate::stdlib::{{m1::A, m2::B}};\nuse crate::stdlib::*;\n{uses}"
    started = time.process_time()
    meanings(files)
    assert time.process_time() - started < 5


def test_a_module_may_have_the_name_of_a_crate_of_the_toolchain() -> None:
    files = {
        "src/lib.rs": "pub mod core;\nmod user;\n",
        "src/core.rs": "pub struct Engine;\n",
        "src/user.rs": "use crate::core::Engine;\nfn f(a: Engine) {}\n",
    }
    assert meanings(files) == {("Engine", "src/core.rs", "Engine")}
    assert meanings({**files, "src/lib.rs": files["src/lib.rs"] + "use core::Engine;\n"}, "src/lib.rs") == {
        ("Engine", "src/core.rs", "Engine")
    }


def test_a_path_attribute_in_an_inline_module_starts_from_that_modules_folder() -> None:
    files = {
        "src/lib.rs": 'mod made {\n    #[path = "../helper.rs"]\n    pub mod helper;\n    mod plain;\n}\nmod user;\n',
        "src/helper.rs": "pub fn help() {}\n",
        "src/made/plain.rs": "",
        "src/user.rs": "fn f() { crate::made::helper::help(); }\n",
    }
    assert ("help", "src/helper.rs", "help") in meanings(files)


# --- items that macros make -------------------------------------------------------------------------------------------


def test_items_among_the_tokens_of_a_call_are_definitions() -> None:
    assert defined("newtype!(\n    /// Flags.\n    struct Flags(u16);\n);\n") == {("struct", "Flags")}
    assert defined("names!(ALL: Flags(u16) = {\n    /// One.\n    FLAG_A = 1,\n    FLAG_B = 2,\n});\n") == {
        ("constant", "FLAG_A"),
        ("constant", "FLAG_B"),
    }
    assert defined("lazy_static! {\n    static ref HOME: Path = path();\n}\n") == {("constant", "HOME")}
    assert defined("both! { const A: u8 = 1; const B: u8 = 2; }\n") == {("constant", "A"), ("constant", "B")}
    assert defined('tokens! {\n    "a" pub struct A /// `a`\n    "b" pub struct B/1\n}\n') == {
        ("struct", "A"),
        ("struct", "B"),
    }


def test_constants_of_flags_and_variants_belong_to_their_type() -> None:
    assert {("struct", "Mode"), ("constant", "Mode.READ")} <= defined(
        "bitflags! {\n    pub struct Mode: u32 {\n        const READ = 1;\n    }\n}\n"
    )
    found = defined("known!(enum Kind(u8) { Tcp = 6, #[cfg(x)] Udp(Port), });\n")
    assert {("enum", "Kind"), ("constant", "Kind.Tcp"), ("constant", "Kind.Udp")} <= found


def test_tokens_in_functions_define_nothing() -> None:
    assert defined("fn f() {\n    quote!(struct A; const B: u8 = 1;);\n    run!(LIMIT = 1);\n}\n") == {
        ("function", "f")
    }


def test_macros_of_the_file_make_types_of_the_first_name_they_are_given() -> None:
    text = (
        "macro_rules! inner {\n    (\n        // The name.\n        $n:ident, $t:ty) => { pub struct $n($t); };\n}\n"
        "macro_rules! outer {\n    ($n:ident, $t:ty) => { inner!($n, $t); };\n}\n"
        "macro_rules! many {\n    ($(($n:ident, $t:ty)),*) => { $(pub enum $n {})* };\n}\n"
        "macro_rules! other {\n    ($n:ident) => { impl Show for $n {} };\n}\n"
        "inner!(Order, u8);\nouter!(Line, u8);\nmany! { (Day, i8), (Month, i8) }\nother!(Nothing);\n"
    )
    types = {name for kind, name in defined(text) if kind == "struct"}
    assert types == {"Order", "Line", "Day", "Month"}


def test_a_macro_around_items_is_still_called() -> None:
    files = {
        "src/lib.rs": "#[macro_use]\nmod macros;\nmod user;\n",
        "src/macros.rs": "macro_rules! with_net {\n    ($($i:item)*) => { $($i)* };\n}\n",
        "src/user.rs": "with_net! {\n    pub struct Port;\n}\n",
    }
    assert meanings(files) == {("with_net", "src/macros.rs", "with_net")}
    assert ("struct", "Port") in defined(files["src/user.rs"])


def test_a_comment_about_structs_does_not_close_a_call_around_items() -> None:
    text = "ast! {\n    /// A struct definition: one of them.\n    pub enum Item {\n        Struct(Body),\n    }\n}\n"
    assert {("enum", "Item"), ("constant", "Item.Struct")} <= defined(text)


# --- traits in sight, and what variants hold --------------------------------------------------------------------------

TRAITS = {
    "src/lib.rs": "mod fail;\nmod user;\npub mod prelude { pub use crate::fail::Context as _; }\n",
    "src/fail.rs": "pub trait Context<T> {\n    fn explained(self, why: u8) -> T;\n    fn get(self) -> T;\n}\n"
    "impl<T, E> Context<T> for Result<T, E> {\n    fn explained(self, why: u8) -> T { todo!() }\n"
    "    fn get(self) -> T { todo!() }\n}\n",
}
CALL = "fn f(a: Unknown) { a.load().explained(1); [1].iter().next().get(); }\n"


def test_a_method_of_an_unknown_value_is_that_of_the_only_trait_in_sight() -> None:
    files = {**TRAITS, "src/user.rs": f"use crate::fail::Context;\n{CALL}"}
    assert ("explained", "src/fail.rs", "Context.explained") in meanings(files)
    assert not {name for name, _, _ in meanings(files)} & {"get"}
    assert ("explained", "src/fail.rs", "Context.explained") in meanings(
        {**TRAITS, "src/user.rs": f"use crate::fail::Context as _;\n{CALL}"}
    )


def test_a_trait_that_is_not_in_sight_gives_no_methods() -> None:
    assert meanings({**TRAITS, "src/user.rs": CALL}) == set()
    path = "use crate::fail::Context;\nfn f() { Unknown::explained(1); }\n"
    assert {name for name, _, _ in meanings({**TRAITS, "src/user.rs": path})} == {"Context"}


def test_a_method_that_a_type_of_the_crate_has_too_is_not_guessed() -> None:
    files = {**TRAITS, "src/user.rs": f"use crate::fail::Context;\n{CALL}"}
    files["src/lib.rs"] += "pub struct Own;\nimpl Own {\n    pub fn explained(self) {}\n}\n"
    assert {name for name, _, _ in meanings(files)} == {"Context"}


def test_names_in_patterns_are_what_the_variant_or_struct_holds() -> None:
    files = {
        "src/lib.rs": "pub mod shape;\nmod user;\n",
        "src/shape.rs": (
            "pub struct Point;\nimpl Point {\n    pub fn norm(&self) {}\n}\n"
            "pub struct Curve;\nimpl Curve {\n    pub fn bend(&self) {}\n}\n"
            "pub enum Part {\n    Line(u8, Box<Point>),\n    Arc { of: Option<Curve> },\n}\n"
            "pub struct Wrap(pub Curve);\n"
        ),
        "src/user.rs": (
            "use crate::shape::{Part, Wrap};\nfn f(part: Part) {\n    match part {\n"
            "        Part::Line(n, p) => p.norm(),\n        Part::Arc { of } => of.bend(),\n    }\n}\n"
            "fn g(Wrap(c): Wrap) {}\nfn h(w: Wrap) { let Wrap(c) = w; c.bend(); }\n"
        ),
    }
    made = project(files)
    found = {(one.name, one.line) for one in link(made).links["src/user.rs"] if one.target == "src/shape.rs"}
    assert {("norm", 4), ("bend", 5), ("bend", 9)} <= found
