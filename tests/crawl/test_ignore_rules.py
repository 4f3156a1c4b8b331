"""Ignore rules: held against git itself on random rule files, and their words."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pytest
from crawl_helpers import Scratch, listed, paths
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctxpack.crawl import CrawlSettings, open_repository
from ctxpack.crawl.tree.ignore import Rules, escaped, literal_prefix, why_tool_directory
from ctxpack.errors import ConfigError

_LINES = st.sampled_from(
    [
        r"*",
        r"*.x",
        r"!*.x",
        r"a",
        r"!a",
        r"a/",
        r"!a/",
        r"/a",
        r"/a/*",
        r"a/**",
        r"!a/b",
        r"**/b",
        r"**/b/",
        r"b/**/c.x",
        r"a/b/c.x",
        r"!c.x",
        r"c.?",
        r"[ab]",
        r"[!a]",
        r"/b/a/",
        r"!/b/",
        r"a/*/",
        r"**",
        r"/**",
        r"# c",
        r"",
        r"!b/**",
        r"b/*",
        r"!b/a",
        r"\a",
        r"a ",
        r"!a/a/c.x",
        r"/b/**/",
        r"*/b",
        r"!*/",
    ]
)
_RULES = st.lists(_LINES, max_size=6)
_TREE = [
    "a/a/c.x",
    "a/b/c.x",
    "a/b/d",
    "a/c.x",
    "a/d",
    "b/a/c.x",
    "b/a/d",
    "b/b/c.x",
    "b/c.x",
    "b/d",
    "c.x",
    "d",
    "b/e/f/c.x",
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(root_rules=_RULES, inner_rules=_RULES)
def test_rules_decide_as_git_does(root_rules: list[str], inner_rules: list[str]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        place = Scratch(Path(directory))
        for path in _TREE:
            place.write(path)
        place.write(".gitignore", "\n".join(root_rules) + "\n")
        place.write("b/.gitignore", "\n".join(inner_rules) + "\n")
        ours = paths(listed(open_repository(place.root)))
        place.init()
        out = subprocess.run(
            ["git", "ls-files", "-z", "-o", "--exclude-standard"], cwd=place.root, capture_output=True, check=True
        ).stdout.decode()
        assert ours == sorted(path for path in out.split("\0") if path)


@pytest.mark.parametrize(
    ("pattern", "prefix"),
    [("/a/b/*.sql", "a/b"), ("*.sql", ""), ("a/b/", "a/b"), ("!a", ""), ("a?/b", ""), ("", ""), ("a//b", "a")],
)
def test_literal_prefix(pattern: str, prefix: str) -> None:
    assert literal_prefix(pattern) == prefix


@pytest.mark.parametrize("path", ["out[1]", "a b ", "#x", "!x", "a*", "a?b", "a\\b", "x/[y] z", "tab\t"])
def test_an_escaped_path_means_itself_alone(path: str) -> None:
    rules = Rules(CrawlSettings(extend_exclude=(f"/{escaped(path)}",)))
    assert rules.why_out(path)
    others = ("out1", "a b", "x", "ab", "a", "ax", "axb", "b", "x/y z", "tab")
    assert not any(rules.why_out(other) for other in others if other != path)


def test_reasons_name_file_line_and_pattern() -> None:
    rules = Rules(CrawlSettings())
    assert rules.add_file("a", ".ctxpackignore", "\n# c\nx.py\r\n") == []
    assert rules.why_out("a/b/x.py") == 'ignored by a/.ctxpackignore:3 "x.py"'
    assert rules.why_out("x.py") == ""
    problems = rules.add_file("", ".ctxpackignore", "ok\n!\n")
    assert [(p.path, p.message) for p in problems] == [(".ctxpackignore", "line 2 is not a pattern: !")]


def test_requested_paths() -> None:
    rules = Rules(CrawlSettings(include=("target/run/*.sql", ".env", "src/**")))
    assert rules.requested("target")
    assert rules.requested("target/run")
    assert not rules.requested("target/other")
    assert rules.requested("deep/.env")
    assert rules.requested("src")
    assert not rules.requested("src/__pycache__")


def test_settings_must_be_patterns() -> None:
    with pytest.raises(ConfigError, match="extend-exclude"):
        Rules(CrawlSettings(extend_exclude=("a", "!")))


def test_tool_directories_need_their_marks() -> None:
    assert why_tool_directory("target", lambda _: False, lambda _: False) == ""
    assert why_tool_directory("target", lambda _: False, lambda m: m == "pom.xml") == "build output beside pom.xml"
    assert why_tool_directory("anything", lambda m: m == "pyvenv.cfg", lambda _: False).startswith("a virtual")
    assert why_tool_directory("src", lambda _: False, lambda _: False) == ""
