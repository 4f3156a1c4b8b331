"""A call on a receiver that nothing is known of is bound where one method alone has that name, and less surely."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxpack.api import Index
from ctxpack.graph.edges import link
from ctxpack.graph.lone import CONFIDENCE, ORIGIN
from ctxpack.graph.project import Project
from ctxpack.parse import detect, parse

APP = "class App:\n    def render_page(self): ...\n    def close(self): ...\n    def to_json(self): ...\n"


def bound(
    files: dict[str, str], tests: frozenset[str] = frozenset(), machine_made: frozenset[str] = frozenset()
) -> set[str]:
    """What calls are bound to by their name alone: `path:line path::qualname` of each."""
    facts = {path: parse(text, detect(path, text.encode())).facts for path, text in sorted(files.items())}
    project = Project(facts, lambda path: files.get(path, ""), tests=tests, machine_made=machine_made)
    return {
        f"{path}:{one.line} {one.target}::{facts[one.target].definitions[one.symbol].qualname}"
        for path, links in link(project).links.items()
        for one in links
        if one.origin == ORIGIN and one.confidence == CONFIDENCE
    }


@pytest.mark.parametrize(
    ("app", "view", "line"),
    [
        ({"app.py": APP}, {"view.py": "def show(app):\n    app.render_page()\n"}, 2),
        (
            {"app.py": APP},
            {"view.py": "class View:\n    def __init__(self, ds):\n        self.ds = ds\n\n"
             "    def show(self):\n        self.ds.render_page()\n"},
            6,
        ),
        ({"app.py": APP}, {"view.py": "def made(a):\n    return a\n\n\ndef show(a):\n    made(a).render_page()\n"}, 6),
        (
            {"app.js": "export class App {\n  renderPage() {}\n}\n"},
            {"view.ts": "export function show(app) {\n  app.renderPage()\n}\n"},
            2,
        ),
        (
            {"app.rb": "class App\n  def page_shown?\n  end\nend\n"},
            {"view.rb": "def show(app)\n  app.page_shown?\nend\n"},
            2,
        ),
        (
            {"app.php": "<?php\nclass App {\n  function renderPage() {}\n}\n"},
            {"view.php": "<?php\nfunction show($app) {\n  $app->renderPage();\n}\n"},
            3,
        ),
        (
            {"app.php": "<?php\nclass App {\n  function renderPage() {}\n}\n"},
            {"view.php": "<?php\n$app->renderPage();\nclass V {\n  function f() {\n"
             "    $this->app->renderPage();\n  }\n}\n"},
            5,
        ),
        (
            {"app.py": "from django.db import models\n\n\nclass App(models.Model):\n    def render_page(self): ...\n"},
            {"view.py": "from django.db import models\nimport app\n\n\nclass View(models.Model):\n"
             "    app = models.ForeignKey('App')\n\n    def show(self):\n        self.app.render_page()\n"},
            9,
        ),
    ],
)  # fmt: skip
def test_the_only_method_of_a_name_is_what_is_called(app: dict[str, str], view: dict[str, str], line: int) -> None:
    ((home, text),) = app.items()
    name = next(word for word in ("render_page", "renderPage", "page_shown?") if word in text)
    ((path, _),) = view.items()
    assert f"{path}:{line} {home}::App.{name}" in bound(app | view)


@pytest.mark.parametrize(
    "view",
    [
        "def show(app):\n    app.close()\n",  # a short name
        "def show(app):\n    app.to_json()\n",  # a name that many libraries have
        "import requests\n\n\ndef show():\n    requests.Session().render_page()\n",  # a foreign value
        "import web\n\n\nclass V:\n    app = web.App()\n\n    def show(self):\n        self.app.render_page()\n",
        "import web\n\n\nclass V(web.View):\n    def __init__(self):\n        self.app = web.App()\n\n"
        "    def show(self):\n        self.app.render_page()\n",
        "def show():\n    x = dict()\n    x.render_page()\n",  # a builtin one
        "class V:\n    def show(self):\n        self.render_page()\n",  # one that is known
        "def show(app):\n    return app.render_page\n",  # no call
        "def show(app):\n    app.render_page()\n\n\nclass Other:\n    def render_page(self): ...\n",  # two of that name
        "def show(app):\n    app.render_page()\n\n\ndef render_page(): ...\n",
        "render_page()\n",
    ],
)
def test_else_nothing_is_said(view: str) -> None:
    assert bound({"app.py": APP, "view.py": view}) == set()


def test_what_is_not_meant_for_others_is_not_taken_for_it() -> None:
    files = {"fake.py": APP, "view.py": "def show(app):\n    app.render_page()\n"}
    one = {"view.py:2 fake.py::App.render_page"}
    double = {"test_view.py": "def test():\n    class Fake:\n        def render_page(self): ...\n\n    show(Fake())\n"}
    assert bound(files | double) == set()
    assert bound(files | double, tests=frozenset({"test_view.py"})) == one
    assert bound(files) == one
    assert bound(files, tests=frozenset({"fake.py"})) == set()
    assert bound(files, tests=frozenset({"fake.py", "view.py"})) == one
    assert bound(files, machine_made=frozenset({"fake.py"})) == set()
    assert bound(files, machine_made=frozenset({"view.py"})) == set()
    private = {
        "a.py": "class A:\n    def _find_page(self): ...\n\n\ndef f(a):\n    a._find_page()\n",
        "b.py": "def g(a):\n    a._find_page()\n",
        "t.py": "def t(a):\n    a._find_page()\n",
    }
    found = bound(private, tests=frozenset({"t.py"}))
    assert found == {"a.py:6 a.py::A._find_page", "t.py:2 a.py::A._find_page"}
    go = {"app.go": "package a\n\ntype App struct{}\n\nfunc (a App) RenderPage() {}\n", "view.py": files["view.py"]}
    assert bound(go) == set()


def test_the_graph_shows_them_only_where_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "view.py").write_text("def show(app):\n    app.render_page()\n")
    with Index.open(tmp_path) as index:
        assert index.graph().edges == ()
        assert index.graph(level="symbol", kinds=("references",)).edges == ()
        assert [(one.source, one.target) for one in index.graph(by_name=True).edges] == [("view.py", "app.py")]
        assert list(index.links()) == []
        assert [one["def_symbol"] for one in index.links(by_name=True)] == ["App.render_page"]
        assert [one.path for one in index.impact("app.py::App.render_page").reached] == ["view.py"]
