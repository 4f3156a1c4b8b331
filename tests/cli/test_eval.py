"""`ctxpack eval` from end to end, on a small history of known answers."""

import json
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from cli_helpers import Cli, git, repository, write

from ctxpack.evaluate import replay as replaying

MONEY = "def round_money(cents):\n    rounded = round(cents)\n    return rounded\n\n\n"
MAIL = "def send_mail(address):\n    deliver(address, text())\n    return address\n"
FIRST = {
    "shop/money.py": MONEY,
    "shop/mail.py": MAIL,
    "shop/stock.py": "def reserve_stock(item):\n    item.reserved += 1\n    return item\n",
    "README.md": "# shop\n",
}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = repository(tmp_path_factory.mktemp("eval") / "shop", FIRST)

    def commit(message: str, files: dict[str, str]) -> None:
        write(root, files)
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", message)

    commit("Round money half up in shop/money.py", {"shop/money.py": MONEY.replace("round(", "half_up(")})
    commit("Describe how the shop rounds", {"README.md": "# shop\n\nIt rounds.\n"})
    commit("Send mail to every address of a customer", {"shop/mail.py": MAIL.replace("text()", "text(1)")})
    commit("Add a brand new gift wrapper", {"shop/gift.py": "def wrap(): ...\n"})
    commit("Reserve stock twice for pairs", {"shop/stock.py": FIRST["shop/stock.py"].replace("+= 1", "+= 2")})
    return root


def test_it_finds_what_commits_edited(cli: Cli, history: Path) -> None:
    done = cli("eval", "-C", history, "--budgets", "2k,4k", "-f", "json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    schema = json.loads(resources.files("ctxpack.data").joinpath("schemas/eval.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(found)
    assert [one["files"] for one in found["tasks"]] == [["shop/stock.py"], ["shop/mail.py"], ["shop/money.py"]]
    assert found["tasks"][2]["title"] == "Round money half up in"
    assert found["tasks"][2]["withheld"] == ["shop/money.py"]
    assert found["tasks"][0]["definitions"] == ["shop/stock.py::reserve_stock"]
    assert all(one["ctxpack"]["places"] == [1] for one in found["tasks"])
    assert found["commits"]["passed"] == [
        {"reason": "edits no code, schema, settings or test that was there before", "count": 2},
        {"reason": "has hardly a word in its message", "count": 1},
    ]
    measures = {(one["measure"], one["budget"]): one for one in found["measures"]}
    assert measures["acc@1", None]["ctxpack"]["mean"] == 1.0
    assert measures["definitions", 2000]["ctxpack"] == {"mean": 1.0, "low": 1.0, "high": 1.0}
    assert measures["tokens", 4000]["ctxpack"]["high"] <= 4000


def test_the_table_says_what_its_measures_mean(cli: Cli, history: Path) -> None:
    done = cli("eval", "-C", history, "--budgets", "2k", "-n", "1")
    assert "acc@1" in done.out
    assert "acc@k: all edited files are among the first k" in done.out


def test_the_same_history_gives_the_same_bytes(cli: Cli, history: Path, tmp_path: Path) -> None:
    arguments = ("eval", "-C", history, "--budgets", "2k", "-f", "json")
    cold = cli(*arguments, "--cache-dir", tmp_path / "cold")
    assert cli(*arguments, "--cache-dir", tmp_path / "cold").out == cold.out
    assert cli(*arguments, "--no-cache").out == cold.out


def test_text_and_figure(cli: Cli, history: Path, tmp_path: Path) -> None:
    done = cli("eval", "-C", history, "-n", "1", "--budgets", "2k", "--figure", tmp_path / "f.svg", "--worst", "0")
    assert done.code == 0, done.err
    assert done.out.startswith("1 task from 1 commit: 1 edit code or schemas\n")
    assert "edited definitions shown at 2k" in done.out
    assert "worst:" not in done.out
    assert (tmp_path / "f.svg").read_text().startswith("<svg ")


def test_the_worst_are_told_only_where_there_are_some(cli: Cli, history: Path, small: Path) -> None:
    assert "\nworst:\n" in cli("eval", "-C", history, "-n", "1", "--budgets", "330", "--no-compare").out
    nothing = cli("eval", "-C", small, "--budgets", "2k")
    assert nothing.code == 1
    assert "worst:" not in nothing.out
    assert "no commit is a task" in nothing.err


def test_an_interruption_tells_what_was_measured(cli: Cli, history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replay = replaying.replay
    done: list[object] = []

    def interrupted(*arguments: object, **more: object) -> object:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(replay(*arguments, **more))  # type: ignore[arg-type]
        return done[-1]

    monkeypatch.setattr(replaying, "replay", interrupted)
    found = cli("eval", "-C", history, "--budgets", "2k")
    assert found.code == 130
    assert "interrupted: 2 of 50 tasks" in found.out
    assert "acc@1" in found.out


def test_bad_input_is_a_sentence(cli: Cli, history: Path, tmp_path: Path) -> None:
    assert cli("eval", "-C", history, "--figure", "f.gif").code == 2
    assert cli("eval", "-C", history, "--budgets", ",").code == 2
    wrong = cli("eval", "-C", history, "--budgets", "many")
    assert wrong.code == 2
    assert "Traceback" not in wrong.err
    plain = cli("eval", "-C", tmp_path)
    assert plain.code == 2
    assert "no history" in plain.err
    fresh = cli("eval", "-C", repository(tmp_path / "fresh", {"a.py": "x = 1\n"}))
    assert fresh.code == 1
    assert "no commit is a task" in fresh.err
