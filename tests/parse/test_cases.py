"""Caret cases: assertions written as comments inside the language under test.

A comment line of the form `# ^ assertion` speaks of the column of its caret in the nearest line above that is not an
assertion; `# <- assertion` speaks of the column where the comment itself begins. Assertion lines are taken out before
parsing. Assertions, with `-` for an empty value:

    definition KIND QUALNAME        a definition's name stands here
    doc TEXT                        ... and its documentation begins with TEXT
    bases A,B                       ... and these are its bases
    type QUALIFIER                  ... and this is its type
    private                         ... and it is not exported
    reference KIND QUALIFIER        a reference begins here
    import MODULE NAME ALIAS KIND   an import stands here
    nothing                         neither a reference nor a definition begins here (a local name, a keyword)
    outlined | hidden               this line is, or is not, part of the outline
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from ctxpack.model import Definition, FileFacts
from ctxpack.parse import detect, parse

CASES = Path(__file__).parent.parent / "cases"
ASSERTION = re.compile(r"^\s*(?:#|//|--|;|%|<!--|/\*)\s*(?:(?P<caret>\^)|<-) (?P<text>.*?)\s*(?:-->|\*/)?\s*$")


def split(text: str) -> tuple[str, list[tuple[int, int, str]]]:
    kept: list[str] = []
    assertions = []
    for line in text.split("\n"):
        match = ASSERTION.match(line)
        if match:
            column = match.start("caret") if match["caret"] else len(line) - len(line.lstrip())
            assertions.append((len(kept), column, match["text"]))
        else:
            kept.append(line)
    return "\n".join(kept), assertions


def definition_at(facts: FileFacts, line: int, column: int) -> Definition:
    found = [d for d in facts.definitions if (d.line, d.column) == (line, column)]
    assert found, (
        f"no definition at {line}:{column}; there are {[(d.qualname, d.line, d.column) for d in facts.definitions]}"
    )
    return found[0]


def check(facts: FileFacts, line: int, column: int, text: str) -> None:
    verb, _, rest = text.partition(" ")
    words = ["" if word == "-" else word for word in rest.split()]
    here = (line, column)
    if verb == "definition":
        found = definition_at(facts, line, column)
        assert [found.kind, found.qualname] == words
    elif verb == "doc":
        assert definition_at(facts, line, column).doc.startswith(rest)
    elif verb == "bases":
        assert list(definition_at(facts, line, column).bases) == rest.split(",")
    elif verb == "type":
        assert definition_at(facts, line, column).type == words[0]
    elif verb == "private":
        assert not definition_at(facts, line, column).exported
    elif verb == "reference":
        assert words in [[r.kind, r.qualifier] for r in facts.references if (r.line, r.column) == here]
    elif verb == "import":
        imports = [[i.module, i.name, i.alias, i.kind] for i in facts.imports if i.line == line]
        assert words in imports
    elif verb == "nothing":
        assert here not in [(r.line, r.column) for r in facts.references]
        assert here not in [(d.line, d.column) for d in facts.definitions]
    elif verb in ("outlined", "hidden"):
        assert any(first <= line <= last for first, last in facts.outline) == (verb == "outlined")
    else:
        raise AssertionError(f"unknown assertion {verb!r}")


@pytest.mark.parametrize("path", sorted(CASES.glob("*/*.*")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_case(path: Path) -> None:
    text, assertions = split(path.read_text("utf-8"))
    assert assertions, "a case without assertions checks nothing"
    facts = parse(text, detect(path.name, text[:200].encode())).facts
    failures = []
    for line, column, assertion in assertions:
        try:
            check(facts, line, column, assertion)
        except AssertionError as error:
            failures.append(f"line {line} column {column}: {assertion}: {error}")
    assert not failures, "\n".join(failures)


def test_references_may_be_left_out_or_read_alone_and_nothing_else_changes() -> None:
    for path in sorted(CASES.rglob("*")):
        raw = path.read_bytes() if path.is_file() else b""
        text, language = raw.decode("utf-8", "replace"), detect(path.name, raw[:1000])
        whole = parse(text, language)
        facts, references = parse(text, language, references=False), parse(text, language, alone=True)
        assert (facts.documents, facts.names) == (whole.documents, whole.names)
        assert references.whole and references.facts.references == whole.facts.references
        left = facts.facts if facts.whole else msgspec.structs.replace(facts.facts, references=whole.facts.references)
        assert left == whole.facts
