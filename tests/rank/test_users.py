"""Files that probably use a target are found by rare names and in small files first, and through other names."""

from ctxpack.model import FileFacts, Import, Role, SourceFile
from ctxpack.rank.users import likely, wanted


def found(names: dict[str, float], used: dict[str, set[str]], facts: dict[str, FileFacts] | None = None) -> list[str]:
    files = {path: SourceFile(path, "python", "source", path, 200_000 if "large" in path else 2_000) for path in used}

    def using(asked: frozenset[str]) -> dict[str, frozenset[str]]:
        return {path: asked & names for path, names in used.items() if asked & names}

    return likely(names, files, using, lambda paths: {path: (facts or {}).get(path, FileFacts("")) for path in paths})


def test_a_rare_name_says_more_than_one_that_all_files_have() -> None:
    used = {f"common{number}": {"get"} for number in range(9)}
    assert found({"get": 1.0, "refund": 1.0}, used | {"z": {"refund"}})[0] == "z"


def test_what_will_hardly_be_edited_says_less() -> None:
    assert found({"total": 1.0, "helper": 0.1}, {"a": {"helper"}, "b": {"total"}, "c": set()}) == ["b", "a"]


def test_a_large_file_writes_many_names() -> None:
    assert found({"total": 1.0}, {"a_large": {"total"}, "b": {"total"}}) == ["b", "a_large"]


def test_what_nobody_writes_is_looked_at_only_where_it_is_asked_for() -> None:
    roles: dict[str, Role] = {"a": "source", "b": "vendored", "c": "generated", "d": "test"}
    files = {path: SourceFile(path, "python", role, path, 2_000) for path, role in roles.items()}

    def asked(*, machine_made: bool) -> list[str]:
        return likely(
            {"total": 1.0},
            files,
            lambda names: dict.fromkeys(files, names),
            lambda paths: {path: FileFacts("python") for path in paths},
            machine_made=machine_made,
        )

    assert asked(machine_made=False) == ["a", "d"]
    assert asked(machine_made=True) == ["a", "b", "c", "d"]


def test_users_of_a_name_that_an_import_gives_are_found() -> None:
    barrel = FileFacts("python", imports=(Import("a", "total", "sum_of", "import", 1),))
    used = {"barrel": {"total", "sum_of"}, "user": {"sum_of"}}
    assert found({"total": 1.0}, used) == ["barrel"]
    assert found({"total": 1.0}, used, {"barrel": barrel}) == ["barrel", "user"]


def test_the_names_of_a_target_are_its_own_and_those_of_its_definitions() -> None:
    from ctxpack.parse import parse

    facts = parse("def total(): ...\ndef rest(): ...\n", "python").facts
    names = wanted("shop/orders.py", facts, lambda symbol, least: 1.0 if symbol == 0 else least)
    assert names == {"orders": 0.05, "total": 1.0, "rest": 0.1}
