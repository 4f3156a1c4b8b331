# ruff: noqa: E501  (programs stand on one line each)
"""SQL that Python hands to a database as a constant, or as a script of several statements, declares tables."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ctxpack.parse.schemas.table import PIPELINE

SCRIPT = """
CREATE TABLE teams (
    id INTEGER PRIMARY KEY
);
CREATE TABLE members (
    team INTEGER REFERENCES teams(id)
);
"""


@pytest.mark.parametrize(
    "program",
    [
        f"def init(db):\n    db.executescript('''{SCRIPT}''')\n",
        f"SCHEMA = '''{SCRIPT}'''\n\ndef init(db):\n    db.executescript(SCHEMA)\n",
        f"import textwrap\nSCHEMA = textwrap.dedent('''{SCRIPT}''').strip()\n\ndef init(db):\n    db.executescript(SCHEMA)\n",
        f"import sqlite3\nSCHEMA = '''{SCRIPT}'''\n\ndef init(db):\n    sqlite3.connect(db).executescript(SCHEMA)\n",
        f"import sqlite3\nSCHEMA = '''{SCRIPT}'''\n\ndef init(db):\n    db.execute(SCHEMA)\n",
    ],
)
def test_a_script_declares_its_tables(sites: Callable, program: str) -> None:
    assert PIPELINE.search(program) is not None
    (found,) = sites(program).definitions
    assert "CREATE TABLE teams" in found.text
    assert "CREATE TABLE members" in found.text


def test_a_name_in_small_letters_handed_to_anything_is_no_sign() -> None:
    assert PIPELINE.search("def f(command, args):\n    command.execute(args)\n") is None
