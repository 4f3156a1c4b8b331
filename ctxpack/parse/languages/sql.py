"""SQL: read by `parse.sql`, since no grammar reads the mixture of dialects and templates that is in use."""

from __future__ import annotations

from ctxpack.model import Parsed
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.languages.table import Language
from ctxpack.parse.source import Source
from ctxpack.parse.sql import read


class SqlHooks(Hooks):
    """The hooks of SQL."""

    def read(self, source: Source, language: Language) -> Parsed:
        """All statements and templates of the file."""
        return read(source, language)


HOOKS = SqlHooks()
