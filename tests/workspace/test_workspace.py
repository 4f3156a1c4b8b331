"""What the store has lost comes back, and what a parser in trouble left is not taken for the file's facts."""

import json
import os
import sys
from functools import partial
from pathlib import Path

import msgspec
import pytest

from ctxpack import config, crawl
from ctxpack.api import Index
from ctxpack.model import Problem
from ctxpack.parse import pool
from ctxpack.parse.pool import parse_many
from ctxpack.store import Store
from ctxpack.workspace import Workspace, view

FILES = {
    "a.py": "def a():\n    return 1\n",
    "b.py": "from a import a\n\n\ndef b():\n    return a()\n",
    "copy_of_b.py": "from a import a\n\n\ndef b():\n    return a()\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def opened(root: Path, store: Store) -> Workspace:
    return Workspace(crawl.open_repository(root), config.load(root), store, workers=0)


def calls(references):
    return [reference.name for reference in references if reference.kind == "call"]


def test_facts_are_given_without_references_and_those_apart(root: Path) -> None:
    with Store.open(None) as store:
        view = opened(root, store)
        assert [d.name for d in view.facts("b.py").definitions] == ["b"]
        assert view.facts("b.py").references == ()
        assert calls(view.references_of("b.py")) == ["a"]
        assert view.references_of("no such file") == ()


@pytest.mark.parametrize("kind", ["references", "words", "names", "facts"])
def test_entries_that_the_store_has_lost_are_parsed_again_once(
    root: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    with Store.open(None) as store:
        before = opened(root, store)
        with before.corpus() as corpus:
            edges, statistics = before.edges, corpus.index.statistics()
        store.put_many(kind, {key: msgspec.Raw(b"\xc1") for key in before.parsed.values()})
        store.put("link table", before.state, None)
        parsed = []
        real = pool.parse
        monkeypatch.setattr(
            pool, "parse", lambda text, *given, **more: parsed.append(text) or real(text, *given, **more)
        )
        after = opened(root, store)
        assert after.edges == edges
        assert after.using(frozenset({"a"})) == {path: {"a"} for path in FILES}
        assert calls(after.references_of("copy_of_b.py")) == ["a"]
        assert {path: found.documents for path, found in after._both(sorted(FILES)).items()}
        with after.corpus() as corpus:
            assert corpus.index.statistics() == statistics
        assert len(parsed) == 2


@pytest.mark.parametrize(("error", "said"), [(MemoryError(), "MemoryError"), (KeyError("x"), "KeyError: 'x'")])
def test_what_a_parser_in_trouble_left_is_used_once_and_not_for_ever(
    root: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def exhausted(text: str, language: str, **given: bool) -> object:
        raise error

    with Store.open(None) as store:
        with monkeypatch.context() as patch:
            patch.setattr(pool, "parse", exhausted)
            poor = opened(root, store)
            assert poor.facts("a.py").definitions == ()
            assert poor.edges == ()
            assert Problem("a.py", f"could not be parsed ({said}); read by lines") in poor.problems
        rich = opened(root, store)
        assert [d.name for d in rich.facts("a.py").definitions] == ["a"]
        assert ("b.py", "a.py") in {(edge.source, edge.target) for edge in rich.edges}
        assert rich.problems == ()


@pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="patches reach forks alone")
@pytest.mark.parametrize("expected", [False, True])
def test_references_that_take_too_long_are_read_once_and_told_every_time(
    root: Path, monkeypatch: pytest.MonkeyPatch, expected: bool
) -> None:
    real, begun = pool.parse, root / "begun.log"

    def slow(text: str, language: str, **given: bool) -> object:
        if "import" in text and given.get("references"):
            with begun.open("a") as log:
                log.write(f"{given.get('alone')}\n")
            while True:
                pass
        return real(text, language, **given)

    monkeypatch.setattr(pool, "parse", slow)
    monkeypatch.setattr(view, "parse_many", partial(parse_many, seconds=0.3))
    said = "took longer than 0.3 s to parse; what it uses is not known"
    with Store.open(root / "cache") as store:
        for _ in range(2):
            found = Workspace(crawl.open_repository(root), config.load(root), store, workers=1)
            if expected:
                found.expect_links()
            assert [d.name for d in found.facts("b.py").definitions] == ["b"]
            assert {(edge.source, edge.target) for edge in found.edges} == {("b.py", "a.py"), ("copy_of_b.py", "a.py")}
            assert found.references_of("b.py") == ()
            told = [one for one in found.problems if one.message == said]
            assert [one.path for one in told] == ["b.py", "copy_of_b.py"]
            assert len(found.problems) == 2
    # Of two files that are the same, and in two runs: with their facts only where links are expected, and once alone.
    assert begun.read_text().splitlines() == (["False"] if expected else []) + ["True"]


def test_references_that_cannot_be_read_are_tried_once_in_a_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, tried = pool.parse, []

    def broken(text: str, language: str, **given: bool) -> object:
        if "import" in text and given.get("alone"):
            tried.append(text)
            raise KeyError("x")
        return real(text, language, **given)

    monkeypatch.setattr(pool, "parse", broken)
    with Store.open(None) as store:
        found = opened(root, store)
        assert found.links_of(["b.py", "copy_of_b.py"]).keys() == {"b.py", "copy_of_b.py"}
        assert found.references_of("b.py") == ()
        assert found.links_of(["b.py"])
        assert len(tried) == 1
        assert [one.path for one in found.problems] == ["b.py", "copy_of_b.py"]


def test_the_cells_of_a_notebook_are_read_as_code(tmp_path: Path) -> None:
    code = ["import helper\n", "def refund(order):\n", "    return helper.total(order)\n"]
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Refunds"]},
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": code},
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "a.ipynb").write_text(json.dumps(notebook))
    (tmp_path / "helper.py").write_text("def total(order):\n    return order.price\n")
    with Index.open(tmp_path, workers=0) as index:
        edges = [(edge.source, edge.target, edge.kind) for edge in index.graph().edges]
        assert ("a.ipynb", "helper.py", "imports") in edges
        assert ("a.ipynb", "helper.py", "references") in edges
        assert index.target("a.ipynb::refund").symbols == (("a.ipynb", "refund"),)
