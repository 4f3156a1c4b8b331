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


def test_aliases_of_generic_types_have_the_fields_of_those() -> None:
    files = {
        "a.go": "package a\n\ntype Flag[T any] struct{ Name string }\n\ntype Names = Flag[[]string]\n\n"
        "type Counts = Flag[map[string]*int]\n",
        "b.go": "package a\n\nvar n = &Names{Name: 1}\nvar c = Counts{Name: 1}\nvar f = []*Flag[[]int]{{Name: 1}}\n",
    }
    assert variants(files, "b.go", "Name") == [("a.go", "inherited", 0.96)] * 2 + [("a.go", "receiver", 0.98)]


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


BUILDS = {
    "go.mod": "module example.com/shop\n",
    "sys/use.go": "package sys\n\nfunc use(f *File) {\n\tOpen()\n\tf.Sync()\n}\n\ntype File struct{}\n",
    "sys/mock.go": "//go:build mock\n\npackage sys\n\nfunc Open() {}\n\nfunc (f *File) Sync() {}\n",
    "sys/mock_use.go": "// Copyright\n\n//go:build mock\n\npackage sys\n\nfunc mocked(f *File) { Open(); f.Sync() }\n",
    "sys/real.go": "//go:build !mock\n\npackage sys\n\nfunc Open() {}\n\nfunc (f *File) Sync() {}\n",
}


def variants(files: dict[str, str], path: str, name: str) -> list[tuple[str, str, float]]:
    return [(one.target, one.origin, one.confidence) for one in links(files, path) if one.name == name]


def test_build_constraints_choose_among_definitions_of_one_name() -> None:
    for name in ("Open", "Sync"):
        assert variants(BUILDS, "sys/use.go", name) == [("sys/real.go", "build variant", 0.6)]
        assert variants(BUILDS, "sys/mock_use.go", name) == [("sys/mock.go", "build variant", 0.9)]


def test_the_constraint_of_a_file_counts_in_other_packages_too() -> None:
    use = 'package main\n\nimport "example.com/shop/sys"\n\nfunc run(f *sys.File) { sys.Open(); f.Sync() }\n'
    files = {**BUILDS, "a.go": use, "b.go": f"// +build mock,linux\n// +build !windows\n\n{use}"}
    for name in ("Open", "Sync"):
        assert variants(files, "a.go", name) == [("sys/real.go", "build variant", 0.6)]
        assert variants(files, "b.go", name) == [("sys/mock.go", "build variant", 0.9)]
    assert [one.target for one in links(files, "b.go") if one.kind == "imports"] == ["sys/mock.go", "sys/use.go"]


def test_what_cannot_be_compiled_together_is_not_meant() -> None:
    files = {
        "a_windows.go": "package a\n\nfunc use() { open(); both() }\n",
        "b.go": "//go:build linux || darwin\n\npackage a\n\nfunc open() {}\n",
        "c.go": "//go:build !plan9\n\npackage a\n\nfunc both() {}\n",
    }
    assert variants(files, "a_windows.go", "open") == []
    assert variants(files, "a_windows.go", "both") == [("c.go", "same package", 0.99)]


def test_variants_of_which_none_is_usual_are_all_meant_where_they_are_few() -> None:
    tags = ["red", "green", "blue", "pink"]
    files = {f"{tag}.go": f"//go:build {tag}\n\npackage a\n\nfunc open() {{}}\n" for tag in tags}
    files["use.go"] = "package a\n\nfunc use() { open() }\n"
    assert variants(files, "use.go", "open") == []
    del files["pink.go"]
    found = variants(files, "use.go", "open")
    assert found == [(f"{tag}.go", "build variant", 0.4) for tag in sorted(tags[:3])]


def test_scripts_that_no_build_takes_in_are_not_meant() -> None:
    files = {
        "gen.go": "//go:build ignore\n\npackage a\n\nfunc open() {}\n\nfunc main() { open() }\n",
        "a.go": "package a\n\nfunc open() {}\n\nfunc use() { open() }\n",
        "b.go": "package a\n\nfunc more() { open() }\n",
    }
    assert variants(files, "b.go", "open") == [("a.go", "build variant", 0.6)]
    assert [one.target for one in links(files, "gen.go") if one.name == "open"] == ["gen.go"]


def test_conditions_are_read_above_the_package_clause_alone() -> None:
    def condition(text: str) -> str:
        return parse(text, "go").facts.condition

    assert condition("//go:build linux &&  cgo\n// +build linux,cgo\n\npackage a\n") == "linux && cgo"
    assert condition("// +build linux,!cgo darwin\n// +build amd64\n\npackage a\n") == (
        "(linux && !cgo || darwin) && (amd64)"
    )
    assert condition("package a\n\n//go:build linux\n") == ""
    assert condition("// go:build linux\npackage a\n") == ""


def test_locals_hide_the_names_of_the_package() -> None:
    files = {**MODULE, "model/more.go": "package model\n\nfunc more(private func()) {\n\tprivate()\n}\n"}
    assert not any(name == "private" for name, _, _ in meanings(files, "model/more.go"))


def test_fields_in_literals_without_a_type_are_those_of_the_elements() -> None:
    lines = "package model\n\ntype Lines []*Line\n\nfunc (l Lines) Price() int { return 0 }\n"
    files = app(
        '\t_ = model.Lines{{Price: 1}}\n\t_ = map[string]model.Lines{"a": {{Price: 2}}}\n'
        "\t_ = []model.Line{{Price: 3}}\n",
        **{"model/lines.go": lines},
    )
    facts = project(files).facts
    found = [
        (one.line, facts[one.target].definitions[one.symbol].qualname) for one in links(files) if one.name == "Price"
    ]
    assert found == [(6, "Line.Price"), (7, "Line.Price"), (8, "Line.Price")]


def test_keys_of_maps_and_arrays_are_no_fields() -> None:
    kinds = "package main\n\ntype Kind int\n\nconst First Kind = 1\n\nvar first = 2\n"
    body = '\tfirst := First\n\t_ = map[Kind]model.Line{First: {Price: 1}, first: {}}\n\t_ = [...]string{First: "a"}'
    found = [
        (one.name, one.line)
        for one in links(app(body, **{"cmd/app/kinds.go": kinds}))
        if one.name in ("First", "first")
    ]
    assert found == [("First", 6), ("First", 7), ("First", 8)]


def test_each_of_several_results_has_its_type() -> None:
    more = (
        "package model\n\nfunc Both() (*Order, Line, error) { return nil, Line{}, nil }\n\n"
        "func Named() (count int, first, second *Line) { return 0, nil, nil }\n\n"
        "func One() (*Order, error) { return nil, nil }\n"
    )
    body = (
        "\torder, line, err := model.Both()\n\torder.Close()\n\tline.Price = 1\n\terr.Total()\n"
        "\t_, one, two := model.Named()\n\tone.Price = 2\n\ttwo.Total()\n"
        "\tsingle, failed := model.One()\n\tsingle.Total()\n\tfailed.Total()\n"
        "\tvalue, ok := any(one).(model.Line)\n\tvalue.Total()\n\tok.Total()"
    )
    files = app(body, **{"model/both.go": more})
    facts = project(files).facts
    found = [
        (one.line, facts[one.target].definitions[one.symbol].qualname)
        for one in links(files)
        if one.name in ("Close", "Price", "Total")
    ]
    assert found == [
        (7, "Base.Close"),
        (8, "Line.Price"),
        (11, "Line.Price"),
        (12, "Line.Total"),
        (14, "Order.Total"),
        (17, "Line.Total"),
    ]


def test_an_embedded_type_is_a_field_of_its_name() -> None:
    page = (
        "package model\n\ntype Page interface {\n\tPages() Pages\n}\n\ntype Pages []Page\n\n"
        "func (p Pages) Len() int { return 0 }\n\ntype Group struct {\n\tPages\n\t*Order\n}\n"
    )
    body = "\tg := model.Group{Pages: nil}\n\tg.Pages.Len()\n\tg.Len()\n\tg.Order.ID = 1\n\tg.Lines = nil"
    files = app(body, **{"model/page.go": page})
    facts = project(files).facts
    found = [(one.line, facts[one.target].definitions[one.symbol].qualname) for one in links(files)]
    assert [one for one in found if one[0] >= 6 and not one[1].endswith("Group")] == [
        (6, "Group.Pages"),
        (7, "Group.Pages"),
        (7, "Pages.Len"),
        (8, "Pages.Len"),
        (9, "Group.Order"),
        (9, "Base.ID"),
        (10, "Order.Lines"),
    ]
    inherited = {(one.name, one.line) for one in links(files, "model/page.go") if one.kind == "inherits"}
    assert inherited == {("Pages", 12), ("Order", 13)}


def test_a_literal_type_that_an_alias_names_and_what_new_makes() -> None:
    more = (
        "package model\n\ntype Helper = interface {\n\tHelp()\n}\n\ntype Point = struct {\n\tX int\n}\n\n"
        "type Plain struct {\n\tY int\n}\n\nfunc F() {\n\tq := new(Plain)\n\tq.Y = 1\n}\n"
    )
    body = (
        "\tif h, ok := any(one).(model.Helper); ok {\n\t\th.Help()\n\t}\n"
        "\tp := new(model.Point)\n\tp.X = 1\n\tq := new(model.Plain)\n\tq.Y = 1"
    )
    files = app(body, **{"model/more.go": more})
    found = {one for one in meanings(files) if one[0] in ("Help", "X", "Y")}
    assert found == {
        ("Help", "model/more.go", "Helper.Help"),
        ("X", "model/more.go", "Point.X"),
        ("Y", "model/more.go", "Plain.Y"),
    }
    assert ("Y", "model/more.go", "Plain.Y") in meanings(files, "model/more.go")
