"""A cache of the files of a repository, so that each is read and parsed once."""

from __future__ import annotations

from collections.abc import Callable

from ctxpack.lineage.dbt.project.properties import Properties, properties
from ctxpack.lineage.documents import Entry, Unreadable, read


class Files:
    """Texts, YAML documents and property files by path."""

    def __init__(self, read_text: Callable[[str], str]) -> None:
        self._read_text = read_text
        self._texts: dict[str, str] = {}
        self._properties: dict[str, Properties | Unreadable] = {}

    def __call__(self, path: str) -> str:
        """The text of a file."""
        if path not in self._texts:
            self._texts[path] = self._read_text(path)
        return self._texts[path]

    def document(self, path: str) -> Entry:
        """The mapping in a YAML file; raises `Unreadable`."""
        return read(self(path))

    def properties(self, path: str) -> Properties:
        """What a property file declares; raises `Unreadable`."""
        if path not in self._properties:
            try:
                self._properties[path] = properties(path, self.document(path))
            except Unreadable as error:
                self._properties[path] = error
        found = self._properties[path]
        if isinstance(found, Unreadable):
            raise found
        return found
