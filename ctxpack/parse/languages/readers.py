"""Languages that are read by code of their own, since no query can say what there is to find in them."""

from __future__ import annotations

from collections.abc import Callable

from ctxpack.model import Parsed
from ctxpack.parse import headings, html, keyed, mapper, sql, stylesheet
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.languages.table import Language
from ctxpack.parse.source import Source

_READERS: dict[str, Callable[[Source, Language], Parsed | None]] = {
    "asciidoc": headings.read_asciidoc,
    "css": stylesheet.read,
    "html": html.read,
    "json": keyed.read_json,
    "less": stylesheet.read,
    "markdown": headings.read_markdown,
    "rst": headings.read_rst,
    "scss": stylesheet.read,
    "sql": sql.read,
    "toml": keyed.read_toml,
    "xml": mapper.read,
    "yaml": keyed.read_yaml,
}


class ReaderHooks(Hooks):
    """The hooks of all these languages."""

    def read(self, source: Source, language: Language) -> Parsed | None:
        """The whole of the file, by the language's reader; None where it is to be read by lines."""
        reader = _READERS.get(language.name)
        return reader(source, language) if reader is not None else None


HOOKS = ReaderHooks()
