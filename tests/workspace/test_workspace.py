"""What the store has lost comes back, and what a parser in trouble left is not taken for the file's facts."""

import json
from pathlib import Path

import msgspec
import pytest

from ctxpack import config, crawl
from ctxpack.api import Index
from ctxpack.model import Problem
from ctxpack.parse import pool
from ctxpack.store import Store
from ctxpack.workspace import Workspace

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
