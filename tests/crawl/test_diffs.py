"""Diffs: read as git writes them, and written so that git can apply them."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pytest
from crawl_helpers import Scratch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctxpack.crawl import CrawlSettings, open_repository, parse_diff
from ctxpack.crawl.diffs.writing import file_diff
from ctxpack.model import Change

_FIXTURES = [HealthCheck.function_scoped_fixture]
_LINE = st.sampled_from(
    ["a\n", "b\n", "\n", "-- x\n", "++ y\n", "@@ -1 +1 @@\n", "é\r\n", "--- a/f\n", "f\x0cg\n", "diff --git a/x b/x\n"]
)
_FILE = st.tuples(st.lists(_LINE, max_size=25), st.sampled_from(["", "end", "--- q"])).map(
    lambda t: "".join(t[0]) + t[1]
)
_NAME = st.sampled_from(["f.py", "a b.py", "ü.py", 'q"u.py', "t\tab", "d/e.py", "b/a.py", "new\nline", " b/x", "x b/x"])


def test_kinds_of_change() -> None:
    text = """\
diff --git a/mod.py b/mod.py
index 1..2 100644
--- a/mod.py
+++ b/mod.py
@@ -1,3 +1,4 @@ def f():
 one
+two
 three
-four
+FOUR
@@ -10,2 +11,1 @@
 x
-y
diff --git a/new.py b/new.py
new file mode 100644
--- /dev/null
+++ b/new.py
@@ -0,0 +1,2 @@
+a
+b
\\ No newline at end of file
diff --git a/old.py b/old.py
deleted file mode 100644
--- a/old.py
+++ /dev/null
@@ -1 +0,0 @@
-a
diff --git a/from.py b/to.py
similarity index 90%
rename from from.py
rename to to.py
--- a/from.py
+++ b/to.py
@@ -5 +5 @@
-a
+b
diff --git a/same one.py b/same two.py
similarity index 100%
rename from same one.py
rename to same two.py
diff --git a/logo.png b/logo.png
index 1..2 100644
Binary files a/logo.png and b/logo.png differ
diff --git a/run.sh b/run.sh
old mode 100644
new mode 100755
diff --git "a/caf\\303\\251.txt" "b/caf\\303\\251.txt"
new file mode 100644
index 0..0
"""
    assert parse_diff(text) == (
        Change("mod.py", ((2, 2), (4, 4), (11, 11))),
        Change("new.py", ((1, 2),), "added"),
        Change("old.py", (), "deleted"),
        Change("to.py", ((5, 5),), "renamed"),
        Change("same two.py", (), "renamed"),
        Change("logo.png", ()),
        Change("run.sh", ()),
        Change("café.txt", (), "added"),
    )


def test_plain_and_pasted_diffs() -> None:
    plain = "Index: x\n--- src/x.py.orig\t2024-01-01 00:00:00\n+++ src/x.py\t2024-01-02\n@@ -1 +1,2 @@\n a\n+b\n"
    assert parse_diff(plain) == (Change("src/x.py", ((2, 2),)),)
    assert parse_diff("--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n a\n-b\n") == (Change("x", ((1, 1),)),)
    assert parse_diff("--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+b\n") == (Change("x", ((1, 1),), "added"),)
    crlf = "diff --git a/x b/x\r\n--- a/x\r\n+++ b/x\r\n@@ -1 +1 @@\r\n-a\r\n+b\r\n"
    assert parse_diff(crlf) == (Change("x", ((1, 1),)),)
    mail = "From 1\nSubject: s\n---\n x | 2 +-\n\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n-- \n2.39\n"
    assert parse_diff(mail) == (Change("x", ((1, 1),)),)
    assert parse_diff("diff --git a/a/x a/a/x\n--- a/x\n+++ a/x\n@@ -1 +1 @@\n-a\n+b\n")[0].path == "a/x"
    assert parse_diff("diff --git i/x w/x\n--- i/x\n+++ w/x\n@@ -1 +1 @@\n-a\n+b\n")[0].path == "x"
    combined = "diff --cc x\nindex 1,2..3\n--- a/x\n+++ b/x\n@@@ -1,2 -1,2 +1,3 @@@\n  a\n- b\n -c\n++d\n++e\n"
    assert parse_diff(combined) == (Change("x", ((2, 3),)),)


@pytest.mark.parametrize(
    "text", ["", "hello\n", "@@ -1 +1 @@\n+x\n", "diff --git\n", "--- a\n+++ b", "diff --git a/x b/x\n@@ -1,9"]
)
def test_what_is_no_diff_does_no_harm(text: str) -> None:
    parse_diff(text)


@given(st.text(alphabet='+-@ ab/\n"\\1,d', max_size=200))
def test_any_text_is_survived(text: str) -> None:
    for change in parse_diff("--- a/x\n+++ b/x\n@@ -1,5 +1,5 @@\n" + text):
        assert list(change.spans) == sorted(change.spans)


def _expected(old: str, new: str, spans: tuple[tuple[int, int], ...]) -> None:
    """Every line outside the spans must be one of the old file's, in order."""
    lines = new.split("\n")
    if lines[-1] == "":
        lines.pop()
    for first, last in spans:
        assert 1 <= first <= last <= max(len(lines), 1)
    touched = {number for first, last in spans for number in range(first, last + 1)}
    kept = [line for number, line in enumerate(lines, 1) if number not in touched]
    left = iter(old.split("\n"))
    assert all(any(line == other for other in left) for line in kept)


@settings(max_examples=50, deadline=None, suppress_health_check=_FIXTURES)
@given(old=_FILE, new=_FILE, name=_NAME, context=st.integers(0, 4))
def test_reads_what_git_writes(old: str, new: str, name: str, context: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        place = Scratch(Path(directory)).init()
        place.write(name, old)
        place.git("add", "-A")
        place.write(name, new)
        out = subprocess.run(
            ["git", "diff", f"-U{context}"], cwd=place.root, capture_output=True, check=True
        ).stdout.decode()
    changes = parse_diff(out)
    if old == new:
        assert changes == ()
        return
    assert [(change.path, change.status) for change in changes] == [(name, "modified")]
    _expected(old, new, changes[0].spans)
    assert changes[0].spans


@settings(max_examples=50, deadline=None, suppress_health_check=_FIXTURES)
@given(old=st.none() | _FILE, new=st.none() | _FILE, name=_NAME)
def test_git_applies_what_is_written(old: str | None, new: str | None, name: str) -> None:
    if old == new:
        return
    text = file_diff(name, name, old, new)
    changes = parse_diff(text)
    assert [change.path for change in changes] == [name]
    assert changes[0].status == ("added" if old is None else "deleted" if new is None else "modified")
    _expected(old or "", new or "", changes[0].spans)
    with tempfile.TemporaryDirectory() as directory:
        place = Scratch(Path(directory)).init()
        if old is not None:
            place.write(name, old)
        subprocess.run(["git", "apply", "--whitespace=nowarn"], cwd=place.root, input=text.encode(), check=True)
        full = place.root / name
        assert (full.read_bytes().decode() if full.exists() else None) == new


def test_long_files_are_written_fast() -> None:
    old = "".join(f"line {number}\n" for number in range(60_000))
    new = old.replace("line 7\n", "LINE 7\n").replace("line 59990\n", "")
    assert parse_diff(file_diff("a", "a", old, new))[0].path == "a"
    apart = file_diff("a", "a", old, new.replace("line 30000\n", ""))
    assert "+LINE 7" in apart


def test_staged_and_since(scratch: Scratch) -> None:
    scratch.write("sub/a.py", "one\ntwo\nthree\n")
    scratch.write("b.py", "b\n" * 9)
    scratch.write("gone.py", "g\n")
    scratch.write("data.bin", b"\0\1")
    scratch.write("text.txt", "x\r\ny\r\n")
    first = scratch.commit()
    scratch.write("sub/a.py", "one\n2\nthree\n")
    scratch.git("mv", "b.py", "moved b.py")
    scratch.git("add", "-A")
    scratch.write("sub/a.py", "one\n2\nthree\nfour\n")
    scratch.write("data.bin", b"\0\2")
    scratch.write("untracked.py")
    (scratch.root / "gone.py").unlink()
    repository = open_repository(scratch.root)
    assert parse_diff(repository.diff_staged()) == (
        Change("moved b.py", (), "renamed"),
        Change("sub/a.py", ((2, 2),)),
    )
    assert parse_diff(repository.diff_since(first)) == (
        Change("data.bin", ()),
        Change("gone.py", (), "deleted"),
        Change("moved b.py", (), "renamed"),
        Change("sub/a.py", ((2, 2), (4, 4))),
    )
    inner = open_repository(scratch.root / "sub")
    assert [change.path for change in parse_diff(inner.diff_staged())] == ["a.py"]
    assert [change.path for change in parse_diff(inner.diff_since("HEAD"))] == ["a.py"]


def test_converted_line_ends_and_large_files_are_no_change(scratch: Scratch) -> None:
    scratch.write("a.txt", "x\ny\n")
    scratch.write("b.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:" + _SHA_OF_HELLO + "\nsize 5\n")
    scratch.commit()
    scratch.write("a.txt", "x\r\ny\r\n")
    scratch.write("b.bin", "hello")
    assert open_repository(scratch.root).diff_since("HEAD") == ""
    scratch.write("b.bin", "hellO")
    assert [c.path for c in parse_diff(open_repository(scratch.root).diff_since("HEAD"))] == ["b.bin"]


_SHA_OF_HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


def test_since_agrees_with_git(scratch: Scratch) -> None:
    for number in range(12):
        scratch.write(f"f{number}.py", "".join(f"l{line}\n" for line in range(number * 3)))
    scratch.commit()
    for number in range(0, 12, 2):
        scratch.write(f"f{number}.py", "".join(f"l{line}\n" for line in range(1, number * 3 + 2)))
    ours = parse_diff(open_repository(scratch.root).diff_since("HEAD"))
    assert ours == parse_diff(scratch.git("diff", "HEAD"))
    assert len(ours) == 6


def test_a_byte_order_mark_is_a_change(scratch: Scratch) -> None:
    scratch.write("a.csv", b"\xef\xbb\xbfid\n")
    scratch.commit()
    scratch.write("a.csv", b"id\n")
    assert parse_diff(open_repository(scratch.root).diff_since("HEAD")) == (Change("a.csv", ((1, 1),)),)


def test_a_blob_that_is_not_here_only_differs(scratch: Scratch) -> None:
    scratch.write("a.py", "old\n")
    scratch.write("b.py", "b\n")
    scratch.commit()
    oid = scratch.git("rev-parse", "HEAD:a.py").strip()
    (scratch.root / ".git/objects" / oid[:2] / oid[2:]).unlink()
    scratch.write("a.py", "new\n")
    assert parse_diff(open_repository(scratch.root).diff_since("HEAD")) == (Change("a.py", ()),)
    snapshot = open_repository(scratch.root, at="HEAD").list(CrawlSettings(), lambda _path, _head: "text", {}, 1)
    assert [skip.reason for skip in snapshot.skipped] == ["its content is not in this clone"]


def test_a_hunk_with_a_number_of_too_many_digits_is_none() -> None:
    many = "9" * 6000
    head = "diff --git a/f b/f\n--- a/f\n+++ b/f\n"
    for hunk in (f"@@ -{many} +1 @@\n-x\n+y\n", f"@@@ -1 -1 +{many} @@@\n++y\n"):
        assert parse_diff(head + hunk + "@@ -3 +3 @@\n-x\n+y\n") == (Change("f", ((3, 3),)),)


@pytest.mark.parametrize(
    "environment",
    [
        {"GIT_DIFF_OPTS": "-u0"},
        {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "diff.suppressBlankEmpty", "GIT_CONFIG_VALUE_0": "true"},
        {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "diff.indentHeuristic", "GIT_CONFIG_VALUE_0": "false"},
        {"GIT_ICASE_PATHSPECS": "1"},
        {"GIT_NOGLOB_PATHSPECS": "1"},
    ],
    ids=lambda environment: "-".join(environment.values()),
)
def test_what_a_user_has_set_for_git_changes_no_answer(
    scratch: Scratch, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    scratch.write("a.py", "def a():\n\n    return 1\n\n\ndef c():\n    return 1\n")
    scratch.commit()
    scratch.write("a.py", "def a():\n\n    return 2\n\n\ndef b():\n    return 1\n\n\ndef c():\n    return 1\n")
    commit = scratch.commit()
    scratch.write("a.py", "def a():\n\n    return 3\n\n\ndef b():\n    return 1\n\n\ndef c():\n    return 1\n")
    scratch.git("add", "-A")

    def answers() -> tuple[object, ...]:
        repository = open_repository(scratch.root)
        listing = open_repository(scratch.root, at="HEAD").list(CrawlSettings(), lambda _path, _head: "text", {}, 1)
        return repository.diff_staged(), repository.edits(commit), repository.past(("*.py",), 9), listing.files

    before = answers()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert answers() == before
