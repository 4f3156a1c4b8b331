"""What stands above and below a method of a target: what it overrides, and what overrides it."""

from collections.abc import Mapping, Sequence

from ctxpack.model import Definition, FileFacts, Link, SourceFile
from ctxpack.rank.context import Need, Seed, Surroundings, needs
from ctxpack.rank.overrides import overridden


def _class(name: str, *methods: str) -> FileFacts:
    """A file of one class, which is its definition 0, with these methods after it."""
    last = 1 + 2 * len(methods)
    made = [Definition(name, name, "class", (1, last), (1, 1), 1, 1, f"class {name}", "")]
    for index, method in enumerate(methods):
        first = 2 + 2 * index
        qualname = f"{name}.{method}"
        made.append(Definition(method, qualname, "method", (first, first + 1), (first, first), first, 1, "", "", 0))
    return FileFacts("python", tuple(made), lines=last)


_FACTS = {
    "shape.py": _class("Shape", "__init__", "area", "name"),
    "square.py": _class("Square", "__init__", "name", "area", "side"),
    "circle.py": _class("Circle", "area"),
}


def _inherits(target: str = "shape.py") -> Link:
    return Link("Shape", 1, 14, 0, target, 0, "inherits", "import", 1.0)


def _needs(seeds: Sequence[Seed], links: Mapping[str, Sequence[Link]]) -> dict[tuple[str, int], Need]:
    around = Surroundings(
        {path: SourceFile(path, "python", "source", path, 100) for path in _FACTS},
        lambda names: {path: names & {"Shape"} for path in links if names & {"Shape"}},
        lambda wanted: {path: _FACTS[path] for path in wanted},
        lambda wanted: {path: tuple(links.get(path, ())) for path in wanted},
    )
    return {(need.path, need.symbol): need for need in needs(seeds, around)}


def test_methods_are_paired_by_name_but_for_those_that_construct() -> None:
    pairs = [(method, above) for method, above, _ in overridden([_inherits()], _FACTS, "square.py")]
    assert pairs == [(2, 3), (3, 2)]


def test_only_classes_inherit_and_only_from_files_that_are_known() -> None:
    used = Link("Shape", 1, 14, 0, "shape.py", 0, "references", "import", 1.0)
    outside = Link("Shape", 1, 14, -1, "shape.py", 0, "inherits", "import", 1.0)
    assert list(overridden([used, outside, _inherits("gone.py")], _FACTS, "square.py")) == []


def test_the_method_that_an_edited_one_overrides_is_needed_and_its_neighbours_are_not() -> None:
    found = _needs([Seed("square.py", 0.9, {3: 0.6, 2: 0.01})], {"square.py": [_inherits()]})
    assert found["shape.py", 2].score > 10 * found["shape.py", 3].score > 0
    assert found["shape.py", 2].reasons[0].because == "overridden at square.py:6"
    assert ("shape.py", 1) not in found


def test_those_that_override_an_edited_method_share_what_it_is_worth() -> None:
    seed = Seed("shape.py", 0.9, {2: 0.6})
    one = _needs([seed], {"square.py": [_inherits()]})
    two = _needs([seed], {"square.py": [_inherits()], "circle.py": [_inherits()]})
    assert one["square.py", 3].score > two["square.py", 3].score == two["circle.py", 1].score > 0.1
    assert one["square.py", 3].role == "dependent"
    assert one["square.py", 3].reasons[0].because == "overrides Shape.area of shape.py"
