"""What nests by the thousand is read by lines at once; what people write is read, however deep."""

from __future__ import annotations

import pytest

from ctxpack.parse import languages, parse, treesitter

DEEP = {
    "ruby": ("x", ".y", ""),
    "python": ("x", ".y()", "\n"),
    "typescript": ("f = ", "(a) => ", "a"),
    "go": ("package p\nfunc f() { x", ".y()", " }"),
    "c": ("int f() { return x", "->a", "; }"),
    "rust": ("fn f() { x", ".y()", "; }"),
    "php": ("<?php $x", "->y()", ";"),
    "bash": ("", "$(", "a"),
    "elixir": ("x", ".y()", ""),
    "lua": ("x = y", ".z()", ""),
    "objc": ("int f() { return x", "->a", "; }"),
    "powershell": ("$x = ", "(", "1"),
    "terraform": ("a = ", "f(", "b"),
    "dart": ("var x = ", "f(", "y;"),
    "julia": ("f() = x", ".y()", ""),
    "swift": ("func f() { x", ".y()", " }"),
}


@pytest.mark.parametrize("language", sorted(DEEP))
def test_chains_and_brackets_by_the_thousand_are_read_by_lines(language):
    before, link, after = DEEP[language]
    found = parse(before + link * 20_000 + after, language).facts
    assert len(found.problems) == 1
    assert found.problems[0].message.endswith("; read by lines")


@pytest.mark.parametrize("language", ["ruby", "python", "go", "c", "rust", "php", "elixir", "lua"])
def test_long_chains_are_read(language):
    before, link, after = DEEP[language]
    assert parse(before + link * 200 + after, language).facts.problems == ()


def test_steepness_is_nothing_for_common_code_and_grows_with_the_depth():
    python = languages.by_name("python")

    def steepness(text):
        return treesitter.steepness(treesitter.parse(text.encode(), python))

    assert steepness("") == 0
    assert steepness("def f(a):\n    return [g(a), (a.b, a.c)]\n" * 1000) == 0
    assert 0 < steepness("x" + ".y" * 1000) < steepness("x" + ".y" * 2000)
