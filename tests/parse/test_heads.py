"""Where the head of a definition ends."""

import pytest

from ctxpack.model import Span
from ctxpack.parse import parse


def heads(text: str, language: str) -> dict[str, Span]:
    return {one.qualname: one.head for one in parse(text, language).facts.definitions}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "class A:\n    # Message constants:\n\n    INFO = 1\n    # more\n    WARN = 2\n"),
        ("python", "class A(\n    B,\n):\n    # of what follows\n    INFO = 1\n"),
        ("ruby", "class A < B\n  # of what follows\n  INFO = 1\nend\n"),
    ],
)
def test_a_comment_above_the_first_statement_is_no_part_of_the_head(language: str, text: str) -> None:
    above = 1 + next(number for number, line in enumerate(text.splitlines()) if line.strip().startswith("#"))
    assert heads(text, language)["A"] == (1, above - 1)


def test_a_comment_inside_or_after_a_head_stays_in_it() -> None:
    assert heads("def f(\n    a,  # one\n    # two\n    b,\n):  # three\n    return a\n", "python")["f"] == (1, 5)


def test_a_documented_class_keeps_the_first_line_of_its_text_in_the_outline() -> None:
    facts = parse(
        'class A:\n    """What it is.\n\n    More.\n    """\n\n    # of what follows\n    x = 1\n', "python"
    ).facts
    assert facts.outline[0] == (1, 2)


def test_a_value_is_not_cut_where_a_bracket_is_open_that_its_first_line_does_not_open() -> None:
    entry = "    Setting(\n        'size',\n        100,\n    ),\n"
    assert heads(f"SETTINGS = (\n    Setting('page', 1),\n{entry})\n", "python")["SETTINGS"] == (1, 2)
    assert heads(f"SETTINGS = (\n{entry})\n", "python")["SETTINGS"] == (1, 1)
    assert heads("NAMES = [\n    'a',\n    'b',\n    'c',\n]\n", "python")["NAMES"] == (1, 3)
    assert heads("SHORT = f(\n    g(1),\n)\n", "python")["SHORT"] == (1, 3)


def test_the_parameters_of_what_has_no_body_are_shown_to_their_end() -> None:
    text = "interface A {\n  send(\n    one: string,\n    two: number,\n    three: boolean,\n  ): void;\n}\n"
    assert heads(text, "typescript")["A.send"] == (2, 6)
    text = "int send(\n    int one,\n    int two,\n    int three\n);\n"
    assert heads(text, "c").get("send", (1, 5)) == (1, 5)


def test_the_head_of_a_field_with_decorators_reaches_its_name() -> None:
    marks = "  @Column({\n    name: 'x',\n    length: 3,\n  })\n  @Index()\n"
    assert heads(f"class A {{\n{marks}  size: string;\n}}\n", "typescript")["A.size"] == (2, 7)
