"""Which definitions of a file are searched for by themselves."""

from __future__ import annotations

import pytest

from ctxpack.parse import parse


def _words(text: str, language: str) -> dict[str, list[str]]:
    """The words of code by the qualified name of their definition, "" for the rest of the file."""
    parsed = parse(text, language)
    names = [definition.qualname for definition in parsed.facts.definitions]
    return {names[one.symbol] if one.symbol >= 0 else "": one.body.split() for one in parsed.documents}


_COMPONENT = """import { observer } from "mobx-react";

export const LIMIT = 12;

export const ExportDialog = observer(({ collection }) => {
  const attachments = collection.attachments;
  const pick = () => {
    attachments.choose();
  };
  return <Dialog onSubmit={pick} />;
});

class Shelf {
  labels = {
    first: upper,
    second: lower,
    third: middle,
  };
}
"""


def test_a_long_value_has_its_own_words_and_the_file_has_those_of_a_short_one() -> None:
    words = _words(_COMPONENT, "tsx")
    assert "attach" in words["ExportDialog"]
    assert "attach" not in words[""]
    assert "LIMIT" not in words
    assert "limit" in words[""]


def test_what_a_class_keeps_belongs_to_the_class() -> None:
    words = _words(_COMPONENT, "tsx")
    assert "Shelf.labels" not in words
    assert "middl" in words["Shelf"]


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ('urlpatterns = [\n    login,\n    logout,\n]\n', "python", "urlpatterns"),
        ("package a\n\nvar handlers = map[string]Handler{\n\t1: login,\n\t2: logout,\n}\n", "go", "handlers"),
        ("pub const TABLE: &[Entry] = &[\n    login(),\n    logout(),\n];\n", "rust", "TABLE"),
        ("val routes = listOf(\n    login(),\n    logout(),\n)\n", "kotlin", "routes"),
    ],
)
def test_tables_of_four_lines_are_documents_in_every_language(text: str, language: str, name: str) -> None:
    assert "logout" in _words(text, language)[name]


def test_three_lines_are_too_few() -> None:
    assert "names" not in _words('names = [\n    "login",\n]\n', "python")
