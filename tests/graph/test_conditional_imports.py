"""Edges of imports say whether the statement always takes effect."""

from __future__ import annotations

import pytest

from ctxpack.graph.edges import FileEdges, link
from ctxpack.graph.project import Project
from ctxpack.model import Edge
from ctxpack.parse import detect, parse


def edges(files: dict[str, str]) -> list[Edge]:
    facts = {path: parse(text, detect(path, text.encode())).facts for path, text in sorted(files.items())}
    made = FileEdges(frozenset())
    for path, links in link(Project(facts, lambda path: files.get(path, ""))).links.items():
        made.add(path, links)
    return [edge for edge in made.edges() if edge.kind in ("imports", "includes")]


def origins(files: dict[str, str]) -> dict[str, tuple[str, float]]:
    """The origin and the confidence of the edges by what they lead to."""
    return {edge.target: (edge.origin, edge.confidence) for edge in edges(files)}


def conditional(text: str, path: str) -> dict[str, bool]:
    """Whether each import of a text is under a condition, by its module."""
    return {one.module: one.conditional for one in parse(text, detect(path, text.encode())).facts.imports}


def test_origins_of_imports_in_python() -> None:
    app = (
        "import a\ntry:\n    import b\nexcept ImportError:\n    import c\ndef f():\n    import d\n"
        "class K:\n    import e\nif f():\n    import a\n"
    )
    files = {"app.py": app, **{f"{name}.py": "" for name in "abcde"}}
    sure, maybe = ("import", 1.0), ("conditional import", 0.97)
    assert origins(files) == {"a.py": sure, "b.py": maybe, "c.py": maybe, "d.py": maybe, "e.py": sure}


def test_a_call_that_imports_is_a_dynamic_import() -> None:
    app = (
        "import a from './a';\nconst b = () => import('./b');\nif (a) { require('./c'); }\n"
        "export const d = await import('./d');\n"
    )
    files = {"app.js": app, **{f"{name}.js": "export default 1;\n" for name in "abcd"}}
    assert origins(files) == {
        "a.js": ("import", 1.0),
        "b.js": ("dynamic import", 0.9),
        "c.js": ("conditional import", 0.97),
        "d.js": ("dynamic import", 0.9),
    }


def unresolved(files: dict[str, str]) -> list[tuple[str, str]]:
    facts = {path: parse(text, detect(path, text.encode())).facts for path, text in sorted(files.items())}
    found = link(Project(facts, lambda path: files.get(path, ""))).unresolved
    return [(one.expression, one.why) for one in found]


def test_calls_that_import_in_python() -> None:
    app = (
        "import importlib\nfrom importlib import import_module as load, import_module\n"
        'importlib.import_module("shop.a")\n__import__("shop.b")\nimport_module(".c", package="shop")\n'
        'importlib.import_module(name="..d", package="shop.inner")\nimport_module("json")\nimport_module(a)\n'
    )
    own = 'import importlib\nimportlib.import_module(".f", __package__)\nimportlib.import_module(".g", __name__)\n'
    files = {"app.py": app, "shop/__init__.py": own, **{f"shop/{name}.py": "" for name in "abcdefg"}}
    assert origins(files) == {f"shop/{name}.py": ("dynamic import", 0.9) for name in "abcdfg"}
    assert unresolved(files) == []


def test_calls_that_import_what_is_computed_are_told() -> None:
    app = (
        "import importlib\nfrom django.utils import module_loading\ndef f(name, package):\n"
        '    importlib.import_module(f"shop.{name}")\n    importlib.import_module("shop." + name)\n'
        '    importlib.import_module(f"json.{name}")\n    importlib.import_module(f"{package}.shop")\n'
        '    importlib.import_module(".a", package)\n    importlib.import_module("shop.gone")\n'
    )
    files = {"app.py": app, "shop/__init__.py": "", "shop/a.py": ""}
    computed = ("shop.{}", "the rest of its name is computed")
    assert unresolved(files) == [computed, computed, ("shop.gone", "no such module in its package")]
    script = (
        "const a = (l) => import(`./texts/${l}.js`);\nimport(`./b.js`);\nimport('./texts/' + l + '.js');\n"
        "import(`${x}/y.js`);\nimport(`react/${x}`);\nrequire(`./other/${x}`);\n"
    )
    files = {"app.js": script, "b.js": "", "texts/de.js": ""}
    assert [one for one, _ in unresolved(files)] == ["./texts/${l}.js", "./texts/${}${}", "./other/${x}"]
    assert origins(files) == {"b.js": ("dynamic import", 0.9)}


def test_calls_of_other_functions_import_nothing_in_python() -> None:
    app = "def import_module(name): ...\nimport_module('shop.a')\nloader.import_module('shop.a')\n"
    text = {"app.py": app, "shop/__init__.py": "", "shop/a.py": ""}
    assert parse(app, "python").facts.imports == ()
    assert [one.origin for one in edges(text) if one.origin == "dynamic import"] == []


@pytest.mark.parametrize("path", ["app.c", "app.cpp"])
def test_includes_under_the_preprocessor(path: str) -> None:
    app = (
        '#include "a.h"\n#ifdef X\n#include "b.h"\n#elif Y\n#include "c.h"\n#else\n#include "d.h"\n#endif\n'
        '#if 0\n#include "e.h"\n#endif\n#include "f.h"\n'
    )
    files = {path: app, **{f"{name}.h": "" for name in "abcdef"}}
    sure, maybe = ("include", 1.0), ("conditional include", 0.97)
    assert origins(files) == {
        "a.h": sure, "b.h": maybe, "c.h": maybe, "d.h": maybe, "e.h": maybe, "f.h": sure,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("#ifndef A_H\n#define A_H\n", "#endif\n", False),
        ("/* Words.\n */\n#ifndef A_H\n// More.\n#  define A_H 1\n", "#endif /* A_H */\n", False),
        ("#pragma once\n#if !defined(A_H)\n#define A_H\n", "#endif\n", False),
        ("#ifndef A_H\r\n#define A_H\r\n", "#endif\r\n", False),
        ("#ifndef A_H\n#define A_H\n#ifdef B\n", "#endif\n#endif\n", True),
        ("#ifndef A_H\n#define A_H\n#else\n", "#endif\n", True),
        ("#ifndef SIZE\n#define SIZE 8\n#endif\n#ifdef B\n", "#endif\n", True),
        ("#ifndef A_H\n", "#endif\n", True),
        ("int x;\n#ifndef A_H\n#define A_H\n", "#endif\n", True),
    ],
)
def test_the_guard_of_a_header_is_no_condition(before: str, after: str, expected: bool) -> None:
    assert conditional(f'{before}#include "x.h"\n{after}', "a.h") == {"x.h": expected}


def test_a_text_that_is_repaired_keeps_its_conditions() -> None:
    text = "int f(int x) {\n#ifdef A\n if (x) {\n#else\n if (!x) {\n#endif\n return 1; }\n return 0; }\n"
    assert conditional(f'{text}#ifdef B\n#include "b.h"\n#endif\n', "a.c") == {"b.h": True}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.rs", "mod c;\nmod t { use super::b; }\nfn f() { use d::e; }\n", {"": False, "super": False, "d": True}),
        ("a.cs", "using A;\nnamespace N { using B; }\n#if X\nusing C;\n#endif\n", {"A": False, "B": False, "C": True}),
        ("a.scala", "object O { import x.Y\n def f = { import z.Z } }\n", {"x": False, "z": True}),
        ("a.php", "<?php\nrequire 'x.php';\nif ($a) { require 'y.php'; }\n", {"x.php": False, "y.php": True}),
        ("a.rb", "require 'a'\nrequire 'b' if x\ndef f\n require 'c'\nend\n", {"a": False, "b": True, "c": True}),
        ("a.sh", ". ./a.sh\n[ -f b.sh ] && . ./b.sh\n", {"./a.sh": False, "./b.sh": True}),
    ],
)
def test_namespaces_and_classes_are_no_conditions(path: str, text: str, expected: dict[str, bool]) -> None:
    found = conditional(text, path)
    found = {module if module in expected else "": said for module, said in found.items()}
    assert found == expected


def test_of_several_statements_the_surest_makes_the_edge() -> None:
    files = {"app.py": "def f():\n    import a\nimport a\n", "a.py": ""}
    assert [(edge.line, edge.origin) for edge in edges(files)] == [(3, "import")]


def test_imports_deep_inside_many_blocks_are_all_read() -> None:
    text = "mod a { use b::c; " * 300 + "}" * 300
    assert len(parse(text, "rust").facts.imports) == 300
