"""Which commits are tasks, and what of a message may be asked."""

import pytest

from ctxpack.crawl import Commit
from ctxpack.evaluate.history import Passed, Task, question, tasks


def commit(message: str, *paths: str, oid: str = "a" * 40) -> Commit:
    return Commit(oid, "2024-01-02T03:04:05+00:00", message, paths or ("shop/money.py",))


def only(message: str, *paths: str) -> Task | Passed:
    (found,) = tasks([commit(message, *paths)])
    return found


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("Round the total to cents (#12)", "Round the total to cents"),
        ("Round totals (#12, #13)\n\nFixes #12: rounding", "Round totals\n\n: rounding"),
        ("[LANG-12] Round totals", "Round totals"),
        ("LANG-12: Round totals in UTF-8", "Round totals in UTF-8"),
        ("Round totals\n\nWhy not.\n\nSigned-off-by: A <a@b.c>\nChange-Id: I12", "Round totals\n\nWhy not."),
        ("fix: round totals\n\nSee https://example.org/i/1 for more", "fix: round totals\n\nSee for more"),
        ("Round as in 1a2b3c4d5e", "Round as in"),
        ("Round totals\r\n\r\n(cherry picked from commit 1a2b3c)", "Round totals"),
        ("Make defaced facade 1234567 stay", "Make defaced facade 1234567 stay"),
    ],
)
def test_what_leads_to_the_answer_is_taken_out(message: str, asked: str) -> None:
    assert question(message, ["x.py"]) == (asked, ())


@pytest.mark.parametrize(
    ("message", "asked", "withheld"),
    [
        ("Fix shop/money.py: rounding", "Fix : rounding", ("shop/money.py",)),
        ("Fix money.py.", "Fix", ("money.py",)),
        ("Fix `src/shop/money.py` rounding", "Fix `` rounding", ("src/shop/money.py",)),
        ("* shop/money (round): half up", "* (round): half up", ("shop/money",)),
        ("money: round half up", "money: round half up", ()),
        ("Fix Money.round of orders.py", "Fix Money.round of orders.py", ()),
    ],
)
def test_paths_of_touched_files_are_withheld(message: str, asked: str, withheld: tuple[str, ...]) -> None:
    assert question(message, ["src/shop/money.py"]) == (asked, withheld)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Release 1.2.0 of the shop", "release"),
        ("v1.2.0", "release"),
        ('Revert "Round totals of an order"', "release"),
        ("Revert \"Revert 'Round totals of an order'\"", "release"),
        ("Revert 1a2b3c4d5e, which rounds totals wrong", "release"),
        ("Version 1.2 (#12)\n\nWith rounded totals of orders", "release"),
        ("Release v1.2.0-rc.1\n\nWith rounded totals of orders", "release"),
        ("release: 1.2, with rounded totals of orders", "release"),
        ("Merge branch 'rounding' into the main line", "release"),
        ("Merge pull request #12 from somebody/rounded-totals", "release"),
        ("Merge remote-tracking branch 'origin/rounding' again", "release"),
        ("chore(deps): bump x from 1 to 2", "release"),
        ("wip", "hardly a word"),
        ("Fix #12", "hardly a word"),
        ("shop/money.py: fix it", "hardly a word"),
    ],
)
def test_messages_that_ask_nothing(message: str, reason: str) -> None:
    found = only(message)
    assert isinstance(found, Passed)
    assert reason in found.reason


@pytest.mark.parametrize(
    "message",
    [
        "Merge the functions that round totals",
        "Merge `/totals` into `/orders`, drop the old address",
        "Revert to half-up rounding of totals",
        "Release the lock after rounding totals",
        "Release notes name the rounding of totals",
        "Release 3 connections once totals are rounded",
        "Version the addresses of the totals",
        "Version 0.12 and later round the totals of orders",
    ],
)
def test_work_that_begins_like_a_release_is_a_task(message: str) -> None:
    assert isinstance(only(message), Task)


def test_sweeps_are_no_tasks() -> None:
    found = only("Round the totals everywhere", *(f"shop/m{number}.py" for number in range(21)))
    assert isinstance(found, Passed)
    assert found.reason == "touches more than 20 files"
    assert isinstance(only("Round the totals everywhere", *(f"shop/m{number}.py" for number in range(20))), Task)


def test_a_message_that_an_older_commit_has_is_no_task() -> None:
    newest, other, oldest = tasks(
        [
            commit("Round the totals (#2)", oid="c" * 40),
            commit("Send the mail again", oid="b" * 40),
            commit("round the totals", oid="a" * 40),
        ]
    )
    assert isinstance(newest, Passed)
    assert isinstance(other, Task)
    assert isinstance(oldest, Task)
