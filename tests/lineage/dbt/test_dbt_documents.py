from __future__ import annotations

import pytest

from ctxpack.lineage.documents import Entry, Unreadable, read


def test_values_know_their_lines() -> None:
    document = read("version: 2\nmodels:\n  - name: orders\n    columns:\n      - name: id\n        data_type: int\n")
    (model,) = document.entries("models")
    assert (model.text("name"), model.lines["name"]) == ("orders", 3)
    assert [(one.text("name"), one.lines["data_type"]) for one in model.entries("columns")] == [("id", 6)]


def test_scalars_have_yaml_types() -> None:
    document = read("a: true\nb: 3\nc: 1.5\nd: null\ne: '3'\nf: 1_000\n")
    assert dict(document) == {"a": True, "b": 3, "c": 1.5, "d": None, "e": "3", "f": 1000}


def test_anchors_are_followed_and_merged() -> None:
    text = "base: &base\n  a: 1\n  b: 2\nmade:\n  <<: *base\n  b: 3\nlist: [*base, *base]\n"
    document = read(text)
    assert dict(document.entry("made")) == {"a": 1, "b": 3}
    assert [dict(one) for one in document.entries("list")] == [{"a": 1, "b": 2}] * 2


def test_what_is_no_mapping_is_empty() -> None:
    assert read("- a\n- b\n") == {} == read("") == read("just text")
    assert isinstance(read("").entry("nothing"), Entry)


def test_tags_make_no_objects() -> None:
    assert dict(read("a: !!python/object/apply:os.system ['true']\n")) == {"a": ["true"]}


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "- " * 100_000,
        "a: &a\n  b: *a\n",
        "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"b{i}: &b{i} [{', '.join(['*' + (f'b{i - 1}' if i else 'a')] * 10)}]\n" for i in range(9)),
        "\n".join(" " * depth + "a:" for depth in range(2000)),
        "a: b: c",
        "a: [1,",
        "\tx: 1",
    ],
    ids=["brackets", "dashes", "itself", "aliases", "indent", "colons", "unclosed", "tab"],
)
def test_what_cannot_be_read_says_so(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text)
