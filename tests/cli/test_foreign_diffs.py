"""Diffs as people's git writes them: taken elsewhere in the work tree, with other prefixes or none, in colours."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest
from cli_helpers import Cli, git, repository, write

from ctxpack.api import Index

CHANGED = "class Money:\n    def __init__(self, cents):\n        self.cents = int(cents)\n"
PREFIXES = [
    (),
    ("--no-prefix",),
    ("-c", "diff.noprefix=true"),
    ("-c", "diff.mnemonicPrefix=true"),
    ("--src-prefix=old/", "--dst-prefix=new/"),
    ("--src-prefix=gold/", "--dst-prefix=old/"),
    ("--src-prefix=OLD", "--dst-prefix=NEW"),
    ("--src-prefix=before/it/", "--dst-prefix="),
    ("--color=always",),
    ("--color=always", "--no-prefix", "--ws-error-highlight=all"),
]


class Way(NamedTuple):
    """Where a diff is taken and where it is asked about, both in the work tree, and with which -C."""

    taken: str
    asked: str
    view: str
    relative: bool = False


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    files = {
        "src/orders.py": "from money import Money\n\n\ndef total(prices):\n    return Money(sum(prices))\n",
        "src/money.py": "class Money:\n    def __init__(self, cents):\n        self.cents = cents\n",
        "src/lib/README.md": "# lib\n",
        "README.md": "# small\n",
    }
    root = repository(tmp_path / "changed", files)
    write(root, {"src/money.py": CHANGED})
    return root


def diff(place: Path, *arguments: str) -> str:
    settings = arguments[:2] if arguments[:1] == ("-c",) else ()
    return git(place, *settings, "diff", *arguments[len(settings) :])


@pytest.mark.parametrize("arguments", PREFIXES)
@pytest.mark.parametrize(
    "way",
    [
        Way(taken="", asked="", view="."),
        Way(taken="", asked="", view="src"),
        Way(taken="src", asked="src", view="."),
        Way(taken="src", asked="src", view=".", relative=True),
        Way(taken="src", asked="src", view="..", relative=True),
        Way(taken="src", asked="", view="src", relative=True),
    ],
)
def test_names_are_found_wherever_the_diff_was_taken(
    cli: Cli, changed: Path, way: Way, arguments: tuple[str, ...]
) -> None:
    text = diff(changed / way.taken, *arguments, *(["--relative"] if way.relative else []))
    result = cli("impact", "--diff", "-", "-C", way.view, "--format", "json", cwd=changed / way.asked, stdin=text)
    assert result.code == 0, result.err
    folder = "" if (changed / way.asked / way.view).resolve().name == "src" else "src/"
    assert json.loads(result.out)["changed"][0] == f"{folder}money.py::Money.__init__"


def test_names_begin_in_the_current_directory_without_an_option_too(cli: Cli, changed: Path) -> None:
    text = diff(changed / "src", "--relative")
    assert 'path="src/money.py" role="target"' in cli("build", "--diff", "-", cwd=changed / "src", stdin=text).out


@pytest.mark.parametrize("arguments", PREFIXES)
def test_a_build_takes_them_too(cli: Cli, changed: Path, arguments: tuple[str, ...]) -> None:
    result = cli("build", "--diff", "-", "-C", "src", cwd=changed, stdin=diff(changed, *arguments))
    assert result.code == 0, result.err
    assert 'path="money.py" role="target"' in result.out
    assert "\x1b" not in result.out


def test_codes_in_the_lines_of_a_plain_diff_stay(cli: Cli, changed: Path) -> None:
    write(changed, {"src/money.py": CHANGED + '        print("\x1b[1mbold\x1b[0m")\n'})
    with Index.open(changed) as index:
        assert "\x1b[1mbold\x1b[0m" in index.target(diff=diff(changed)).diff


def test_a_file_above_the_view_is_not_one_of_the_same_name_in_it(cli: Cli, changed: Path) -> None:
    write(changed, {"README.md": "# changed\n", "src/money.py": "class Money: ...\n"})
    for text in (diff(changed, "README.md"), diff(changed)):
        with Index.open(changed / "src" / "lib") as index:
            assert index.target(diff=text).changes == ()
    with Index.open(changed / "src") as index:
        assert [change.path for change in index.target(diff=diff(changed)).changes] == ["money.py"]


def test_a_diff_of_other_files_names_them(cli: Cli, changed: Path) -> None:
    text = "".join(f"--- a/other/{name}.py\n+++ b/other/{name}.py\n@@ -1 +1 @@\n-a\n+b\n" for name in "abcde")
    for verb in ("build", "rank", "impact"):
        result = cli(verb, "--diff", "-", cwd=changed, stdin=text)
        assert (result.code, result.out.strip()) == (1, "")
        said = "the diff changes no file that is here; it names other/a.py, other/b.py, other/c.py and 2 more"
        assert result.err.splitlines() == [said]
        assert "it names none" in cli(verb, "--diff", "-", cwd=changed, stdin="no diff\n").err


def test_what_a_diff_deletes_is_found_in_a_part_of_the_work_tree(cli: Cli, changed: Path) -> None:
    (changed / "src/money.py").unlink()
    for view in ((), ("-C", "src")):
        result = cli("impact", "--diff", "-", *view, "--format", "paths", cwd=changed, stdin=diff(changed))
        assert (result.code, result.out) == (0, "orders.py\n" if view else "src/orders.py\n"), result.err


def test_a_prefix_without_a_slash_does_not_lead_to_a_file_of_the_same_name_above(changed: Path) -> None:
    write(changed, {"src/README.md": "# src\n"})
    git(changed, "add", "-A")
    write(changed, {"src/README.md": "# changed\n"})
    with Index.open(changed) as index:
        text = diff(changed, "--src-prefix=OLD", "--dst-prefix=NEW")
        assert [change.path for change in index.target(diff=text).changes] == ["src/README.md"]
