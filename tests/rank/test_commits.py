from dataclasses import dataclass

from ctxpack.rank.commits import CommitSignals
from ctxpack.rank.query import read


@dataclass
class Commit:
    message: str
    paths: tuple[str, ...]


FILES = {"shop/cart.py": "a = 1\n", "shop/money.py": "b = 2\n", "post/mail.py": "c = 3\n"}


def past(make_corpus, task: str, *commits: Commit) -> CommitSignals:
    return CommitSignals(read(task), make_corpus(FILES, commits=commits))


def first(scores) -> str:
    return max(scores, key=lambda path: scores[path].score)


def test_the_most_similar_message_leads_to_the_files_it_touched(make_corpus) -> None:
    found = past(
        make_corpus,
        "Tag queries with a correlation id",
        Commit("Tag the queries with correlation ids", ("shop/cart.py",)),
        Commit("Tag releases", ("post/mail.py",)),
    ).similar()
    assert first(found) == "shop/cart.py"
    assert found["shop/cart.py"].because == 'touched by "Tag the queries with correlation ids"'


def test_messages_of_all_commits_are_a_field_of_the_file(make_corpus) -> None:
    commits = [Commit(f"rounding of vat, part {n}", ("shop/money.py",)) for n in range(3)]
    found = past(make_corpus, "vat rounding", *commits, Commit("vat mail", ("post/mail.py",))).messages()
    assert first(found) == "shop/money.py"
    assert found["shop/money.py"].because == "commits on it speak of rounding, vat"


def test_a_folder_passes_on_what_was_said_of_its_other_files(make_corpus) -> None:
    found = past(make_corpus, "vat", Commit("vat", ("shop/money.py",)), Commit("x", ("post/mail.py",))).folders(FILES)
    assert sorted(found) == ["shop/cart.py", "shop/money.py"]
    assert found["shop/cart.py"].score == found["shop/money.py"].score


def test_sweeping_commits_say_nothing(make_corpus) -> None:
    sweep = Commit("vat everywhere", tuple(FILES) + tuple(f"old/{n}.py" for n in range(30)))
    found = past(make_corpus, "vat", sweep)
    assert not found.messages() and not found.recent()


def test_recent_files_grow_with_their_changes_and_gone_ones_are_left_out(make_corpus) -> None:
    commits = [Commit("x", ("shop/cart.py", "gone.py")), Commit("y", ("shop/cart.py",)), Commit("z", ("post/mail.py",))]
    found = past(make_corpus, "anything", *commits).recent()
    assert sorted(found) == ["post/mail.py", "shop/cart.py"]
    assert first(found) == "shop/cart.py"
    assert found["shop/cart.py"].because == "touched by the last commit"
    assert found["post/mail.py"].because == "last touched 2 commits before the last"


def test_the_last_commit_outweighs_several_of_long_ago(make_corpus) -> None:
    between = [Commit("w", ("post/mail.py",))] * 20
    commits = [Commit("x", ("shop/cart.py",)), *between, *[Commit("y", ("shop/money.py",))] * 3]
    found = past(make_corpus, "anything", *commits).recent()
    assert found["shop/cart.py"].score > found["shop/money.py"].score > 0


def test_a_repository_without_history_has_no_past(make_corpus) -> None:
    found = past(make_corpus, "vat")
    assert not found.similar() and not found.messages() and not found.folders(FILES) and not found.recent()


def test_words_of_every_kind_of_change_tie_no_file_to_a_task(make_corpus) -> None:
    commits = [Commit("fix: closes an issue", ("shop/cart.py",)), Commit("vat of the cart", ("shop/money.py",))]
    found = past(make_corpus, "fix: vat, closes an issue", *commits)
    assert list(found.messages()) == list(found.similar()) == ["shop/money.py"]
