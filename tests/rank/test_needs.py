"""What likely targets need: told by which definition names it, and how much else that names."""

from collections.abc import Mapping, Sequence

from ctxpack.model import Definition, FileFacts, Link, SourceFile
from ctxpack.rank.context import Need, Seed, Surroundings, needs

_EDITED, _QUIET = 0, 1
_DEFINITIONS = 60


def _facts(path: str) -> FileFacts:
    made = [
        Definition(f"{path}_{index}", f"{path}_{index}", "function", (line, line + 3), (line, line), line, 1, "", "")
        for index, line in enumerate(range(1, 4 * _DEFINITIONS, 4))
    ]
    return FileFacts("python", tuple(made), lines=4 * _DEFINITIONS)


def _link(scope: int, target: str, symbol: int, kind: str = "references", line: int = 1) -> Link:
    return Link(f"{target}_{symbol}", line, 1, scope, target, symbol, kind, "import", 1.0)


def _found(
    seeds: Sequence[Seed],
    links: Mapping[str, Sequence[Link]],
    roles: Mapping[str, str] | None = None,
    users: Mapping[str, Sequence[str]] | None = None,
) -> dict[tuple[str, int], Need]:
    paths = {seed.path for seed in seeds} | set(links) | {link.target for found in links.values() for link in found}
    files = {
        path: SourceFile(path, "python", (roles or {}).get(path, "source"), path, 100)  # type: ignore[arg-type]
        for path in sorted(paths)
    }

    def using(names: frozenset[str]) -> dict[str, frozenset[str]]:
        written = {path: names.intersection(found) for path, found in (users or {}).items()}
        return {path: found for path, found in written.items() if found}

    around = Surroundings(
        files,
        using,
        lambda wanted: {path: _facts(path) for path in wanted if path in files},
        lambda wanted: {path: tuple(links.get(path, ())) for path in wanted},
    )
    return {(need.path, need.symbol): need for need in needs(seeds, around)}


def test_what_the_likely_definition_names_comes_before_what_another_of_the_file_names() -> None:
    seed = Seed("a", 0.8, {_EDITED: 0.6, _QUIET: 0.01})
    found = _found([seed], {"a": [_link(_EDITED, "b", 0), _link(_QUIET, "b", 1)]})
    assert found["b", 0].score > 5 * found["b", 1].score > 0


def test_an_unsure_definition_of_a_sure_file_makes_nothing_sure() -> None:
    links = {"a": [_link(_EDITED, "b", 0)]}
    sure = _found([Seed("a", 0.8, {_EDITED: 0.7})], links)
    unsure = _found([Seed("a", 0.8, {_EDITED: 0.1})], links)
    assert sure["b", 0].score > 0.5
    assert unsure["b", 0].score < 0.2


def test_an_edit_is_about_few_of_many_things_that_a_definition_names() -> None:
    seed = Seed("a", 0.8, {_EDITED: 0.4, _QUIET: 0.4})
    many = [_link(_EDITED, "b", symbol) for symbol in range(40)]
    found = _found([seed], {"a": [*many, _link(_QUIET, "c", 0), _link(_QUIET, "c", 1)]})
    assert found["c", 0].score > 2 * found["b", 0].score


def test_what_is_named_often_comes_first() -> None:
    seed = Seed("a", 0.8, {_EDITED: 0.4})
    links = [_link(_EDITED, "b", symbol) for symbol in range(20)]
    found = _found([seed], {"a": [*links, *(_link(_EDITED, "b", 7, line=line) for line in range(2, 6))]})
    assert max(found.values(), key=lambda need: need.score).symbol == 7


def test_a_file_without_definitions_is_edited_as_a_whole() -> None:
    found = _found([Seed("a", 0.6, {})], {"a": [_link(-1, "b", 0, "refs")]})
    assert 0.5 < found["b", 0].score <= 0.6
    assert found["b", 0].role == "upstream"


def test_documentation_that_is_named_is_worth_less_than_a_definition() -> None:
    seed = Seed("a", 0.8, {_EDITED: 0.6})
    links = {"a": [_link(_EDITED, "b", 0), _link(_EDITED, "guide", 0)]}
    found = _found([seed], links, roles={"guide": "docs"})
    assert found["b", 0].score > 5 * found["guide", 0].score


def test_the_reason_is_where_the_likeliest_definition_names_it() -> None:
    seed = Seed("a", 0.8, {_EDITED: 0.05, _QUIET: 0.6})
    links = [_link(_EDITED, "b", 0, line=3), _link(_QUIET, "b", 0, line=9), _link(_QUIET, "b", 0, line=11)]
    assert _found([seed], {"a": links})["b", 0].reasons[0].because == "used by a:9"


def test_who_uses_what_is_probably_edited_comes_before_who_uses_the_rest() -> None:
    seed = Seed("a", 0.8, {_EDITED: 0.6, _QUIET: 0.01})
    links = {"user": [_link(0, "a", _EDITED), _link(1, "a", _QUIET)], "test": [_link(0, "a", _EDITED)]}
    found = _found([seed], links, {"test": "test"}, {"user": ["a_0", "a_1"], "test": ["a_0"]})
    assert found["user", 0].score > 5 * found["user", 1].score > 0
    assert found["test", 0].role == "test"


def test_what_a_needed_definition_names_is_worth_a_part_of_it() -> None:
    seed = Seed("a", 0.8, {_EDITED: 0.6})
    found = _found([seed], {"a": [_link(_EDITED, "b", 0)], "b": [_link(0, "c", 0)]})
    assert 0 < found["c", 0].score < found["b", 0].score / 4


def test_what_a_named_file_has_is_shown_with_it_and_is_no_need() -> None:
    seeds = [Seed("a", 1.0, {_EDITED: 1.0}), Seed("b", 0.5, {_EDITED: 0.5})]
    found = _found(seeds, {"a": [_link(_EDITED, "b", 3)], "b": [_link(_EDITED, "a", 2)]})
    assert ("b", 3) in found
    assert ("a", 2) not in found


def test_what_a_definition_uses_of_its_own_file_is_needed_too_but_not_itself() -> None:
    seed = Seed("a", 0.8, {_EDITED: 0.6, _QUIET: 0.01})
    links = [_link(_EDITED, "a", 5, line=2), _link(_EDITED, "a", _EDITED), _link(-1, "a", -1, "imports")]
    found = _found([seed], {"a": links})
    assert set(found) == {("a", 5)}
    assert found["a", 5].of == ("a", 2)


def test_of_a_file_that_is_certain_only_what_it_uses_of_itself_is_needed() -> None:
    seeds = [Seed("a", 1.0, {_EDITED: 1.0}), Seed("b", 0.5, {_EDITED: 0.5})]
    found = _found(seeds, {"a": [_link(_EDITED, "a", 5)], "b": [_link(_EDITED, "a", 7)]})
    assert set(found) == {("a", 5)}


def test_a_test_that_goes_by_the_name_of_a_file_comes_before_another_that_uses_it() -> None:
    seed = Seed("shop/refunds.py", 0.8, {_EDITED: 0.6})
    use = Link("shop/refunds.py_0", 1, 1, 0, "shop/refunds.py", _EDITED, "references", "import", 1.0)
    paths = ("tests/test_refunds.py", "tests/test_desk.py", "tests/RefundsTest.py")
    found = _found(
        [seed],
        {path: [use] for path in paths},
        roles=dict.fromkeys(paths, "test"),
        users={path: ["shop/refunds.py_0"] for path in paths},
    )
    named, other, camel = (found[path, 0].score for path in paths)
    assert named == camel > 2 * other > 0
