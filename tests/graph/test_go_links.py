"""Go: modules, packages spread over files, methods and embedded types, build variants."""

from __future__ import annotations

from ctxpack.graph.edges import link
from ctxpack.graph.project import Project, is_settings
from ctxpack.model import Link, Unresolved
from ctxpack.parse import detect, parse

MODULE = {
    "go.mod": "module example.com/shop\n\nreplace example.com/tools => ./tools/v2\n",
    "model/order.go": (
        "package model\n\ntype Order struct {\n\tBase\n\tLines []Line\n}\n\n"
        "func NewOrder() *Order { return &Order{} }\n"
    ),
    "model/base.go": "package model\n\ntype Base struct{ ID int }\n\nfunc (b *Base) Close() {}\n\nfunc private() {}\n",
    "model/line.go": "package model\n\ntype Line struct{ Price int }\n\nfunc (l Line) Total() int { return l.Price }\n",
    "model/order_total.go": "package model\n\nfunc (o *Order) Total() (sum int) {\n\tprivate()\n\treturn\n}\n",
    "model/order_test.go": "package model\n\nfunc helper() {}\n\nfunc TestIt() { helper(); private() }\n",
}
APP = "cmd/app/main.go"


def app(body: str, imports: str = '"example.com/shop/model"', **more: str) -> dict[str, str]:
    return {**MODULE, APP: f"package main\n\nimport {imports}\n\nfunc main() {{\n{body}\n}}\n", **more}


def project(files: dict[str, str]) -> Project:
    facts = {p: parse(text, detect(p, text.encode())).facts for p, text in sorted(files.items()) if p.endswith(".go")}
    return Project(facts, lambda p: files.get(p, ""), tuple(p for p in sorted(files) if is_settings(p)))


def links(files: dict[str, str], path: str = APP) -> tuple[Link, ...]:
    return link(project(files)).links[path]


def meanings(files: dict[str, str], path: str = APP) -> set[tuple[str, str, str]]:
    """(name, file, qualified name) of every reference in one file that is bound."""
    facts = project(files).facts
    return {
        (one.name, one.target, facts[one.target].definitions[one.symbol].qualname)
        for one in links(files, path)
        if one.symbol >= 0
    }


def imported(files: dict[str, str], path: str = APP) -> set[str]:
    return {one.target for one in links(files, path) if one.kind == "imports"}


def lost(files: dict[str, str]) -> tuple[Unresolved, ...]:
    return link(project(files)).unresolved


def test_an_import_leads_to_the_files_that_hold_what_is_used() -> None:
    assert imported(app("\tmodel.NewOrder()\n\tvar l model.Line\n\t_ = l")) == {"model/order.go", "model/line.go"}


def test_an_import_of_which_nothing_is_used_leads_to_the_main_file() -> None:
    files = app("", imports='_ "example.com/shop/model"')
    assert imported(files) == {"model/base.go"}
    named = {**files, "model/model.go": "package model\n"}
    assert imported(named) == {"model/model.go"}


def test_a_method_is_found_in_whatever_file_of_the_package() -> None:
    found = meanings(app("\torder := model.NewOrder()\n\torder.Total()"))
    assert ("Total", "model/order_total.go", "Order.Total") in found


def test_embedded_types_lend_their_fields_and_methods() -> None:
    found = meanings(app("\torder := model.NewOrder()\n\torder.Close()\n\t_ = order.ID"))
    assert {("Close", "model/base.go", "Base.Close"), ("ID", "model/base.go", "Base.ID")} <= found


def test_elements_of_a_slice_have_the_members_of_their_type() -> None:
    found = meanings(app("\tfor _, l := range model.NewOrder().Lines {\n\t\tl.Total()\n\t}"))
    assert ("Total", "model/line.go", "Line.Total") in found


def test_keys_of_a_literal_are_fields() -> None:
    assert ("Price", "model/line.go", "Line.Price") in meanings(app("\t_ = []model.Line{{Price: 1}}"))


def test_files_of_a_package_see_each_other_and_lower_case_names_stay_inside() -> None:
    assert ("private", "model/base.go", "private") in meanings(MODULE, "model/order_total.go")
    assert not any(name == "private" for name, _, _ in meanings(app("\tmodel.private()")))


def test_what_tests_define_is_for_tests_alone() -> None:
    files = {**MODULE, "model/other.go": "package model\n\nfunc other() { helper() }\n"}
    assert not any(name == "helper" for name, _, _ in meanings(files, "model/other.go"))
    assert ("helper", "model/order_test.go", "helper") in meanings(files, "model/order_test.go")
    more = {**MODULE, "model/more_test.go": "package model\n\nfunc TestMore() { helper() }\n"}
    assert ("helper", "model/order_test.go", "helper") in meanings(more, "model/more_test.go")


def test_a_package_goes_by_its_own_name() -> None:
    files = app(
        "\tthings.Run()",
        imports='"example.com/shop/go-things"',
        **{"go-things/x.go": "package things\nfunc Run() {}\n"},
    )
    assert ("Run", "go-things/x.go", "Run") in meanings(files)


def test_dot_imports_bring_exported_names_in() -> None:
    assert ("NewOrder", "model/order.go", "NewOrder") in meanings(app("\tNewOrder()", '. "example.com/shop/model"'))


def test_nested_modules_and_local_replacements() -> None:
    files = app(
        "\ttools.Do()\n\tsub.Go()",
        '(\n\t"example.com/tools"\n\t"example.com/shop/sub"\n)',
        **{
            "tools/v2/t.go": "package tools\nfunc Do() {}\n",
            "elsewhere/go.mod": "module example.com/shop/sub\n",
            "elsewhere/s.go": "package sub\nfunc Go() {}\n",
        },
    )
    assert {("Do", "tools/v2/t.go", "Do"), ("Go", "elsewhere/s.go", "Go")} <= meanings(files)


def test_vendored_packages() -> None:
    files = app("\tlib.Run()", '"other.org/lib"', **{"vendor/other.org/lib/lib.go": "package lib\nfunc Run() {}\n"})
    assert ("Run", "vendor/other.org/lib/lib.go", "Run") in meanings(files)


def test_external_packages_and_builtin_names_are_nobody_elses() -> None:
    files = app("\tfmt.Println(len(model.private))\n\tother.NewOrder()", '(\n\t"fmt"\n\t"other.org/other"\n)')
    assert imported(files) == set()
    assert {name for name, _, _ in meanings(files)} == set()


def test_a_missing_package_of_the_module_is_told_and_an_external_one_is_not() -> None:
    files = app("", '(\n\t"example.com/shop/gone"\n\t"fmt"\n)')
    assert [(one.path, one.expression) for one in lost(files)] == [(APP, "example.com/shop/gone")]


def test_variants_of_a_build_are_chosen_by_platform_and_marked_unsure() -> None:
    files = app(
        "\tsys.Open()",
        '"example.com/shop/sys"',
        **{
            "sys/open_windows.go": "package sys\nfunc Open() {}\n",
            "sys/open_linux.go": "package sys\nfunc Open() {}\n",
            "sys/use_windows.go": "package sys\nfunc use() { Open() }\n",
        },
    )
    found = [one for one in links(files) if one.name == "Open"]
    assert [(one.target, one.origin) for one in found] == [("sys/open_linux.go", "build variant")]
    assert found[0].confidence < 0.7
    assert ("Open", "sys/open_windows.go", "Open") in meanings(files, "sys/use_windows.go")


def test_locals_hide_the_names_of_the_package() -> None:
    files = {**MODULE, "model/more.go": "package model\n\nfunc more(private func()) {\n\tprivate()\n}\n"}
    assert not any(name == "private" for name, _, _ in meanings(files, "model/more.go"))
