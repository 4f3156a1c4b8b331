"""Arguments that a question does not take: one sentence for each, and never an answer as if they held."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from ctxpack import ArgumentError, CtxpackError, Index
from ctxpack.api import arguments
from ctxpack.cli import graph, impact, lineage


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    root = tmp_path_factory.mktemp("arguments")
    (root / "a.py").write_text("import b\n\n\ndef run():\n    return b.total()\n")
    (root / "b.py").write_text("def total():\n    return 1\n")
    (root / "t.sql").write_text("CREATE TABLE orders (id INT);\nCREATE VIEW v AS SELECT id FROM orders;\n")
    with Index.open(root, workers=0) as opened:
        yield opened


BAD: list[tuple[Callable[[Any], object], str]] = [
    (lambda it: it.graph(level="foo"), "level cannot be 'foo'; known are file, symbol"),
    (lambda it: it.graph(level="symbols"), "did you mean symbol?"),
    (lambda it: it.graph(level=None), "level cannot be None"),
    (lambda it: it.graph(kinds=("zzz",)), "kinds cannot be 'zzz'; known are imports"),
    (lambda it: it.graph(kinds="imports"), "kinds must be a list or tuple of words, not the text 'imports'"),
    (lambda it: it.graph(direction="x"), "direction cannot be 'x'; known are dependencies, dependents, both"),
    (lambda it: it.graph("a.py", direction="upstream"), "direction cannot be 'upstream'"),
    (lambda it: it.graph(depth=-1), "depth must be a whole number, 0 or more, not -1"),
    (lambda it: it.graph("a.py", depth=1.5), "not 1.5"),
    (lambda it: it.graph("a.py", depth=True), "not True"),
    (lambda it: it.graph("a.py", depth="1"), "not '1'"),
    (lambda it: it.lineage("orders", direction="x"), "known are upstream, downstream, both"),
    (lambda it: it.lineage("orders", direction="dependents"), "direction cannot be 'dependents'"),
    (lambda it: it.lineage(depth=-2), "depth must be"),
    (lambda it: it.impact("a.py", min_confidence=7), "min_confidence must be a number from 0 to 1, not 7"),
    (lambda it: it.impact("a.py", min_confidence=float("nan")), "not nan"),
    (lambda it: it.impact("a.py", depth=-1), "depth must be"),
    (lambda it: it.impact("a.py", kinds=("imports",)), "known are symbols, files, tests, tables"),
    (lambda it: it.impact("a.py", kinds="files"), "not the text 'files'"),
    (lambda it: it.symbol("total", offset=-1), "offset must be"),
    (lambda it: it.symbol("total", start_line=0), "start_line must be a whole number, 1 or more, not 0"),
    (lambda it: it.references("total", offset=-1), "offset must be"),
    (lambda it: it.upstream("total", depth=-1), "depth must be"),
    (lambda it: it.upstream("total", offset=-1), "offset must be"),
    (lambda it: it.pack(it.target(), cache_prefix=5), "cache-prefix must be a number from 0 to 0.7, not 5"),
    (lambda it: Index.open(it.root, workers=-1), "workers must be"),
    (lambda it: it.lineage("nope"), "no dataset 'nope' is known here; there are orders, v"),
    (lambda it: it.pack(it.target(), format="x" * 500), "'xxx"),
    (lambda it: it.pack(it.target(), model="zzz"), "zzz"),
    (lambda it: it.pack(it.target(), view="zzz"), "zzz"),
    (lambda it: it.pack(it.target(), budget=-1), "-1"),
    (lambda it: it.files(model="zzz"), "zzz"),
    (lambda it: it.text("nothing.py"), "no such file: nothing.py"),
    (lambda it: it.target(since="x", diff="y"), "give one of staged, since and diff"),
]


@pytest.mark.parametrize(("ask", "said"), BAD, ids=[str(number) for number in range(len(BAD))])
def test_a_bad_argument_is_one_clear_sentence(index: Index, ask: Callable[[Any], object], said: str) -> None:
    with pytest.raises(CtxpackError) as caught:
        ask(index)
    text = str(caught.value)
    assert said in text
    assert "\n" not in text


def test_most_bad_arguments_are_of_one_kind(index: Index) -> None:
    with pytest.raises(ArgumentError):
        index.graph(direction="x")  # type: ignore[arg-type]
    assert issubclass(ArgumentError, CtxpackError)


def test_good_arguments_are_taken(index: Index) -> None:
    for level in get_args(arguments.GraphLevel):
        for direction in get_args(arguments.GraphDirection):
            assert index.graph("a.py", level=level, direction=direction, depth=0).nodes
    assert index.graph(kinds=["imports"]).edges
    assert index.impact("b.py", min_confidence=1, kinds=get_args(arguments.ImpactKind)).changed
    assert index.lineage("orders", direction="downstream", depth=1).edges


def test_the_command_line_knows_the_same_words() -> None:
    assert get_args(arguments.EdgeKind) == graph.KINDS
    assert get_args(arguments.ImpactKind) == impact.KINDS
    for verb, allowed in ((graph.verb, arguments.GraphDirection), (lineage.verb, arguments.DataDirection)):
        choices = next(one.type.choices for one in verb.params if one.name == "direction")
        assert tuple(choices) == get_args(allowed)
    (level,) = (one for one in graph.verb.params if one.name == "level")
    assert tuple(level.type.choices) == get_args(arguments.GraphLevel)


def test_a_target_whose_file_is_gone_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def run():\n    return 1\n")
    (tmp_path / "b.py").write_text("def other():\n    return 2\n")
    with Index.open(tmp_path, workers=0) as it:
        targets = [it.target("a.py"), it.target("a.py::run"), it.target("a.py", task="run twice")]
        diff = "--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n def run():\n-    return 0\n+    return 1\n"
        changed = it.target(diff=diff)
        assert changed.changes
        (tmp_path / "a.py").unlink()
        it.refresh()
        for target in targets:
            for ask in (it.rank, it.pack):
                with pytest.raises(CtxpackError, match=r"^a\.py, which the target names, is no file here"):
                    ask(target)
        assert it.pack(changed).zones
        assert not [one for one in it.rank(changed).files if one.path == "a.py"]
        (tmp_path / "a.py").write_text("def walk():\n    return 1\n")
        it.refresh()
        with pytest.raises(CtxpackError, match=r"a\.py::run, which the target names, is not defined there"):
            it.rank(targets[1])
        assert it.rank(targets[0]).files
