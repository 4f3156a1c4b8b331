"""What lies around a node, and what a change reaches, on small projects."""

from ctxpack.graph import impact
from ctxpack.graph.edges import FileEdges, graph_of, link, symbol_edges
from ctxpack.graph.project import Project, is_settings
from ctxpack.graph.query import around
from ctxpack.model import Edge, FileFacts, Unresolved
from ctxpack.parse import detect, parse


class Small:
    """A linked project of a few files."""

    def __init__(self, files: dict[str, str]) -> None:
        self.texts = dict(sorted(files.items()))
        self.facts = {path: parse(text, detect(path, text.encode())).facts for path, text in self.texts.items()}
        settings = tuple(path for path in self.facts if is_settings(path))
        self.linked = link(Project(self.facts, lambda path: self.texts[path], settings))
        edges = FileEdges(frozenset())
        for path, links in self.linked.links.items():
            edges.add(path, links)
        self.around = impact.Surroundings(
            edges.edges(), frozenset(path for path in files if path.startswith("tests/")), self._facts, self._links
        )

    def _facts(self, paths):
        return {path: self.facts[path] for path in paths if path in self.facts}

    def _links(self, paths):
        return {path: self.linked.links[path] for path in paths if path in self.linked.links}

    def place(self, node: str) -> impact.Place:
        path, _, symbol = node.partition("::")
        names = [one.qualname for one in self.facts[path].definitions]
        return path, names.index(symbol) if symbol else -1

    def impact(self, *nodes: str, **how) -> list[tuple[int, str]]:
        found = impact.impact([self.place(node) for node in nodes], self.around, **how)
        return [(one.distance, one.id) for one in found.reached]


SHAPES = {
    "shapes.py": (
        "class Shape:\n    def area(self):\n        return 0\n\n\n"
        "class Square(Shape):\n    def __init__(self, side):\n        self.side = side\n\n"
        "    def area(self):\n        def times():\n            return self.side * 2\n\n        return times()\n"
    ),
    "use.py": (
        "import shapes\n\n\ndef total(shape: shapes.Shape):\n    return shape.area()\n\n\n"
        "def unit():\n    return shapes.Square(1)\n\n\nUNIT = unit()\n"
    ),
    "far.py": "from use import UNIT\n\n\ndef shown():\n    return UNIT\n",
    "side.py": "import far\n",
    "tests/test_far.py": "from far import shown\n\n\ndef test_shown():\n    assert shown()\n",
}


def test_an_overriding_method_reaches_who_calls_the_overridden_one() -> None:
    found = Small(SHAPES).impact("shapes.py::Square.area")
    assert (1, "shapes.py::Shape.area") in found
    assert (2, "use.py::total") in found


def test_a_function_inside_another_counts_as_that() -> None:
    small = Small(SHAPES)
    assert small.impact("shapes.py::Square.area.times") == small.impact("shapes.py::Square.area")


def test_constructors_and_fields_reach_who_makes_the_class_and_on_through_values() -> None:
    small = Small(SHAPES)
    for member in ("__init__", "side"):
        found = dict((node, distance) for distance, node in small.impact(f"shapes.py::Square.{member}"))
        assert found["use.py::unit"] == 2
        assert found["use.py::UNIT"] == 3
        assert found["far.py::shown"] == 4
        assert found["tests/test_far.py::test_shown"] == 5


def test_code_outside_definitions_reaches_who_imports_it_and_no_further() -> None:
    found = Small(SHAPES).impact("far.py")
    assert (1, "side.py") in found
    assert (1, "tests/test_far.py") in found


def test_imports_of_names_do_not_spread_a_change_of_other_names() -> None:
    reached = [node for _, node in Small(SHAPES).impact("use.py::total")]
    assert "far.py" not in reached


def test_statements_reach_tables_and_their_readers_and_queries_count_as_their_statement() -> None:
    small = Small(
        {
            "bronze.sql": "create table bronze (id int);\n",
            "load.sql": "insert into bronze select 1;\n",
            "silver.sql": "create view silver as with b as (select * from bronze) select * from b;\n",
            "gold.sql": "create view gold as select * from silver;\n",
        }
    )
    assert small.impact("load.sql") == [
        (1, "bronze.sql::bronze"),
        (2, "silver.sql::silver"),
        (3, "gold.sql::gold"),
    ]
    sources = {edge.source for edge in symbol_edges(small.linked.links, small.facts)}
    assert "silver.sql::silver" in sources
    assert "silver.sql::silver.b" not in sources


def test_models_reach_models_through_refs() -> None:
    files = {f"models/m{n}.sql": f"with x as (select * from {{{{ ref('m{n - 1}') }}}}) select * from x" for n in (1, 2)}
    small = Small({"dbt_project.yml": "name: p\n", "models/m0.sql": "select 1 as id", **files})
    assert small.impact("models/m0.sql") == [(1, "models/m1.sql"), (2, "models/m2.sql")]
    assert small.impact("models/m0.sql", depth=1) == [(1, "models/m1.sql")]


def test_headers_reach_all_that_include_them_on_the_way() -> None:
    small = Small(
        {
            "config.mk": "DEPTH = 1\n",
            "base.mk": "include config.mk\n",
            "Makefile": "include base.mk\n",
        }
    )
    assert [distance for distance, _ in small.impact("config.mk")] == [1, 2]


def test_ways_below_the_least_confidence_are_left_out() -> None:
    small = Small(SHAPES)
    sure = small.impact("shapes.py::Square.area", min_confidence=0.9)
    assert (1, "shapes.py::Shape.area") not in sure


def facts_of(text: str) -> FileFacts:
    return parse(text, "python").facts


def test_lines_belong_to_the_innermost_definitions() -> None:
    text = SHAPES["shapes.py"]
    facts = facts_of(text)
    names = [one.qualname for one in facts.definitions]

    def touched(*spans: tuple[int, int]) -> list[str]:
        return ["" if one < 0 else names[one] for one in impact.touched(facts, spans, text)]

    assert touched((3, 3)) == ["Shape.area"]
    assert touched((8, 8)) == ["Square.__init__", "Square.side"]
    assert touched((12, 12)) == ["Square.area.times"]
    assert set(touched((6, 6))) == {name for name in names if name.startswith("Square")}
    assert touched((4, 4)) == []
    assert touched((3, 4)) == ["Shape.area"]
    assert touched((400, 500)) == []


def test_the_part_of_a_graph_has_the_edges_that_lead_on() -> None:
    edges = tuple(Edge(a, b, "references", 1, "x", 1.0) for a, b in ("ab", "ac", "bc", "cd", "ea"))
    lost = (Unresolved("a", 1, "x", "gone"), Unresolved("e", 1, "y", "gone"))
    graph = graph_of(edges, "abcde", lost)

    def part(towards, depth):
        found = around(graph, ["a"], towards, depth)
        return "".join(sorted(e.source + e.target + " " for e in found.edges)).split(), found.unresolved

    assert part("dependencies", 1) == (["ab", "ac"], lost[:1])
    assert part("dependencies", 2)[0] == ["ab", "ac", "bc", "cd"]
    assert part("dependents", None) == (["ea"], lost)
    assert part("both", 1)[0] == ["ab", "ac", "ea"]
    assert part("both", 0) == ([], lost[:1])


def test_tests_that_stand_in_the_source_are_told_from_the_rest_of_their_file() -> None:
    code = (
        "pub fn price() -> u8 { 1 }\npub fn total() -> u8 { price() }\n#[cfg(not(test))]\nfn shown() { price(); }\n"
        "#[cfg(all(unix, test))]\nmod tests {\n    use super::*;\n    fn helper() { price(); }\n"
        "    #[test]\n    fn adds() { total(); }\n}\n#[tokio::test(start_paused = true)]\n"
        "async fn waits() { price(); }\n#[contest]\nfn won() { price(); }\n"
    )
    small = Small({"Cargo.toml": '[package]\nname = "shop"\n', "src/lib.rs": code})
    found = impact.impact([small.place("src/lib.rs::price")], small.around)
    tests = [one.symbol for one in impact.of_kinds(found, ("tests",)).reached]
    assert sorted(tests) == ["tests.adds", "tests.helper", "waits"]
    assert {one.symbol for one in found.reached} - {*tests} == {"total", "shown", "won"}
    assert [(one.path, one.test) for one in impact.paths(found)] == [("src/lib.rs", True)]


def test_a_declaration_of_a_module_is_no_user_of_it() -> None:
    small = Small(
        {
            "Cargo.toml": '[package]\nname = "shop"\n',
            "src/lib.rs": "pub mod price;\nmod order;\n",
            "src/price.rs": "pub fn price() -> u8 { 1 }\n",
            "src/order.rs": "use crate::price;\nfn total() -> u8 { price::price() }\n",
        }
    )
    assert small.impact("src/price.rs") == [(1, "src/order.rs")]
    assert small.impact("src/price.rs::price") == [(1, "src/order.rs::total")]


DBT = {
    "dbt_project.yml": "name: shop\n",
    "models/made.sql": "select 1 as id\n",
    "models/tested.sql": "select 1 as id\n",
    "models/far.sql": "select id from {{ ref('tested') }}\n",
    "models/near.sql": "select id from {{ ref('made') }}\n",
    "models/schema.yml": (
        "version: 2\nmodels:\n  - name: tested\n    columns:\n      - name: id\n        tests:\n"
        "          - relationships:\n              to: ref('made')\n              field: id\n"
    ),
}


def test_nothing_goes_on_through_a_test_that_reads_another_model() -> None:
    assert Small(DBT).impact("models/made.sql") == [(1, "models/near.sql"), (1, "models/schema.yml::tested")]


def test_a_model_reaches_what_is_said_of_it_and_who_reads_it() -> None:
    assert Small(DBT).impact("models/tested.sql") == [(1, "models/far.sql"), (1, "models/schema.yml::tested")]
