import pytest

from ctxpack.parse import detect, parse
from ctxpack.parse.schemas import table

_PATHS = (
    "a.py", "a.sql", "a.ts", "a.js", "a.go", "go.mod", "a.yml", "database.yml", "a.json", "a.prisma", "A.java", "a.kt",
    "a.rb", "a.php", "a.cs", "a.rs", "a.graphql", "a.proto", "a.xml", "a.r", "a.pl", "a.groovy", "a.c", "a.scala",
)  # fmt: skip


@pytest.mark.parametrize("path", _PATHS)
def test_many_blank_lines_are_read(path: str) -> None:
    """Patterns whose beginning runs over line ends go through all of them from each: minutes for a file like this."""
    text = "x" + "\n" * 150_000 + "y"
    language = detect(path, text[:100].encode())
    assert parse(text, language).facts.definitions is not None
    formats = table.candidates(path, language, frozenset(), records=True)
    for name in table.formats_of(formats, text):
        assert table.read(name, text).steps == ()
