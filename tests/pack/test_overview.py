"""The map of a repository, as deep as there is room for."""

from ctxpack.model import Role, SourceFile
from ctxpack.pack.overview import fullest, overview


def _file(path: str, role: Role = "source") -> SourceFile:
    language = {"py": "python", "md": "markdown"}.get(path.rpartition(".")[2], "")
    return SourceFile(path, language, role, path, 10)


_FILES = [
    _file("READ_ME_FIRST.md", "docs"),
    _file("docs/guide/getting_started.md", "docs"),
    *(_file(f"src/main/app/core/{name}.py") for name in ("orders", "prices", "stock")),
    _file("src/main/app/web/all_views.py"),
    _file("tests/test_everything.py", "test"),
    _file("logo.png", "binary"),
]

_SHALLOW = "./ 1 markdown\ndocs/guide/ 1 markdown\nsrc/main/app/ 4 python\ntests/ 1 python"


def _within(characters: int) -> str:
    return overview(_FILES, lambda text: len(text) <= characters)


def test_the_shallowest_map_names_folders_but_no_chain_of_them_link_by_link() -> None:
    assert _within(len(_SHALLOW)) == _SHALLOW
    assert _within(len(_SHALLOW) - 1) == ""


def test_where_not_all_of_the_top_fit_the_fullest_do() -> None:
    some = "docs/ 1 markdown\nsrc/ 4 python\n(and 1 more)"
    assert fullest(_FILES, lambda text: len(text) <= len(some)) == some
    assert fullest(_FILES, lambda text: len(text) < len(some)) == "src/ 4 python\n(and 2 more)"
    assert fullest(_FILES, lambda text: len(text) <= 20) == fullest([], lambda text: True) == ""


def test_the_fullest_folder_is_opened_first() -> None:
    deeper = _SHALLOW.replace("src/main/app/ 4 python", "src/main/app/core/ 3 python\nsrc/main/app/web/ 1 python")
    assert _within(len(deeper)) == deeper
    assert _within(len(deeper) - 1) == _SHALLOW


def test_names_are_told_first_where_most_sources_are() -> None:
    code = ["src/main/app/core/ orders.py prices.py stock.py", "src/main/app/web/ all_views.py"]
    some = "\n".join(["./ 1 markdown", "docs/guide/ 1 markdown", *code, "tests/ 1 python"])
    assert _within(len(some)) == some
    assert _within(len(some) - 1) == some.replace("all_views.py", "1 python")
    everything = ["./ READ_ME_FIRST.md", "docs/guide/ getting_started.md", *code, "tests/ test_everything.py"]
    assert _within(1000).splitlines() == everything


def test_folders_are_opened_down_to_the_last_and_what_stands_beside_them_is_told() -> None:
    files = [_file(f"{folder}/a_long_name.py") for folder in ("a", "a/b", "a/b/c", "a/b/d")]
    opened = "a/ 1 python\na/b/ 1 python\na/b/c/ 1 python\na/b/d/ 1 python"
    assert overview(files, lambda text: len(text) <= len(opened)) == opened


def test_nothing_gives_no_map() -> None:
    assert overview([], lambda text: True) == ""


def test_each_folder_is_one_line_whatever_its_files_are_called() -> None:
    files = [
        _file("src/or\nder.py"),
        _file("src/ta\tb.py"),
        _file("src/plain.py"),
        _file("a\nb/x.py"),
        _file("c\x7f.py"),
    ]
    assert overview(files, lambda _: True) == "./ c\\x7f.py\na\\nb/ x.py\nsrc/ or\\nder.py plain.py ta\\tb.py"
    assert fullest(files, lambda text: len(text) < 40) == "src/ 3 python\n(and 1 more)"
    assert "a\\nb/ 1 python\n" in overview(files, lambda text: "plain" not in text) + "\n"
