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


def test_a_quoted_merge_key_is_a_key() -> None:
    document = read("made:\n  '<<': {a: 1}\n  b: 2\n")
    assert dict(document.entry("made")) == {"<<": {"a": 1}, "b": 2}


def test_a_mapping_knows_its_own_line_and_where_it_would_be() -> None:
    document = read("version: 2\n\nseeds:\n  a: 1\nempty:\n")
    assert (document.line, document.entry("seeds").line) == (1, 4)
    assert (document.entry("empty").line, document.entry("nothing").line) == (5, 1)


def test_scalars_are_texts_as_they_were_written_and_lists_leave_out_what_is_none() -> None:
    document = read("on: off\ntags: [a, 1, true, null, {b: 2}, [c]]\none: x\nnone:\n")
    assert (document.text("on"), document.text("tags"), document.text("none")) == ("off", "", "")
    assert document.texts("tags") == ["a", "1", "true"]
    assert (document.texts("one"), document.texts("none"), document.texts("nothing")) == (["x"], [], [])


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
