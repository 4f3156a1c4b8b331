"""What people are told: escaped, short, and only where it is wanted."""

import json
import sys

import pytest

from ctxpack.cli.talk import Run, bold, cut, emit, emit_json, printable, table
from ctxpack.model import Problem


def test_what_is_not_printable_is_escaped() -> None:
    assert printable("naïve/данные.py") == "naïve/данные.py"
    assert printable("a\x1b[31m\nb\u202ec") == "a\\x1b[31m\\nb\\u202ec"


def test_columns_are_aligned_and_the_last_is_not_padded() -> None:
    assert table([("1", "a"), ("20", "bcd")], right=(0,)) == [" 1  a", "20  bcd"]
    assert table([]) == []


def test_text_is_cut_where_there_is_room_for_some_of_it() -> None:
    assert cut("score: of a file", 16) == "score: of a file"
    assert cut("score: of a file", 15) == "score: of a fi…"
    assert cut("score: of a file", 5) == ""


def test_the_first_problems_are_shown_and_the_rest_counted(capsys: pytest.CaptureFixture[str]) -> None:
    kinds = ("bad", "worse", "odd", "long", "deep", "empty", "wide")
    problems = [Problem(f"f{number}.py", kind, number) for number, kind in enumerate(kinds)]
    Run().problems(problems)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "f0.py: bad"
    assert lines[1] == "f1.py:1: worse"
    assert lines[5:] == ["and 2 more; -v shows all"]
    Run(verbose=True).problems(problems)
    assert len(capsys.readouterr().err.splitlines()) == 7
    Run(quiet=True).problems(problems)
    assert capsys.readouterr().err == ""


def test_like_problems_are_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    problems = [
        *(Problem(f"{name}.sql", "SQL that cannot be read: not understood: DO", 3) for name in "abc"),
        Problem("d.sql", "4 of the tables in x/y are in 'z' too"),
        Problem("d.sql", "12 of the tables in v/w are in 'u' too"),
        Problem("e.sql", "cannot be decoded"),
    ]
    Run().problems(problems)
    assert capsys.readouterr().err.splitlines() == [
        "3 files: SQL that cannot be read: not understood: DO (first in a.sql:3)",
        "2 places, such as d.sql: 4 of the tables in x/y are in 'z' too",
        "e.sql: cannot be decoded",
        "-v shows all",
    ]
    Run(verbose=True).problems(problems)
    assert len(capsys.readouterr().err.splitlines()) == len(problems)


def test_a_long_problem_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    problem = Problem("a.sql", f"left out: {'name, ' * 100}end")
    Run().problems([problem])
    first, last = capsys.readouterr().err.splitlines()
    assert len(first) <= 200
    assert first.endswith("…")
    assert last == "-v shows all"
    Run(verbose=True).problems([problem])
    assert capsys.readouterr().err.endswith("end\n")


def test_colour_follows_the_option_the_terminal_and_no_color(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def shown(run: Run) -> str:
        run.show([bold("x")])
        return capsys.readouterr().out

    monkeypatch.delenv("TERM", raising=False)
    assert shown(Run()) == "x\n"
    assert shown(Run(color="always")) == "\x1b[1mx\x1b[0m\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert shown(Run()) == "\x1b[1mx\x1b[0m\n"
    monkeypatch.setenv("NO_COLOR", "1")
    assert shown(Run()) == "x\n"
    assert shown(Run(color="always")) == "\x1b[1mx\x1b[0m\n"


def test_progress_waits_for_a_second_and_for_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [0.0]
    run = Run(clock=lambda: now[0])
    now[0] = 2.0
    run.progress("parse", 1, 10)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    now[0] = 0.5
    run.progress("parse", 2, 10)
    assert capsys.readouterr().err == ""
    now[0] = 2.0
    run.progress("parse", 3, 10)
    run.progress("parse", 4, 10)
    run.say("done")
    assert capsys.readouterr().err == "\r\x1b[Kparse 3 of 10\r\x1b[Kdone\n"


def test_lines_for_people_are_escaped_wherever_they_go(capsys: pytest.CaptureFixture[str]) -> None:
    Run(color="always").show(["a\x1b[31mb", [("place\x9b2J", {"bold": True}), ("  ", {}), ("why", {})]])
    assert capsys.readouterr().out == "a\\x1b[31mb\n\x1b[1mplace\\x9b2J\x1b[0m  why\n"


def test_a_product_is_as_it_is_but_for_controls_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    emit("a\tb\x1b[31m\x9b\x07\x7f\r\nc\n")
    assert capsys.readouterr().out == "a\tb\x1b[31m\x9b\x07\x7f\r\nc\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    emit("a\tb\x1b[31m\x9b\x07\x7f\r\nc\rd\n")
    assert capsys.readouterr().out == "a\tb\\x1b[31m\\x9b\\x07\\x7f\r\nc\\x0dd\n"


def test_json_has_no_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    emit_json({"because": "a\x1b[31m\x7f\x9b2J"})
    out = capsys.readouterr().out
    assert "\\u001b" in out
    assert "\\u009b" in out
    assert json.loads(out) == {"because": "a\x1b[31m\x7f\x9b2J"}


def test_files_that_are_read_by_lines_are_told_by_language(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("a.ipynb python", "b.c c", "c.py python", "d.c c", "e.rs rust")
    problems = [Problem(path, f"not readable as {language}; read by lines") for path, language in map(str.split, names)]
    large = [Problem(f"{n}.sql", f"{n},600,000 bytes is too large to parse; read by lines") for n in (1, 2)]
    Run().problems([*problems, *large])
    assert capsys.readouterr().err.splitlines() == [
        "2 files: not readable as python; read by lines (first in a.ipynb)",
        "2 files: not readable as c; read by lines (first in b.c)",
        "e.rs: not readable as rust; read by lines",
        "2 files, such as 1.sql: 1,600,000 bytes is too large to parse; read by lines",
        "-v shows all",
    ]
