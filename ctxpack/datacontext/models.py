"""Tells which definitions of a file stand for which tables, by that file and the names of the tables alone.

That is asked of the few files that a task is likely about, so it has to be cheap; `mapped.py` answers for a table, from
all files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from ctxpack.datacontext.alike import names_of, names_of_class
from ctxpack.datacontext.conventions import is_model_of_rails, stated_table
from ctxpack.datacontext.stated import TYPES, Stated
from ctxpack.datamodel.lineage import DataMap
from ctxpack.lineage.flow.network import Place
from ctxpack.lineage.orm.spellings import squashed
from ctxpack.model import FileFacts
from ctxpack.parse.schemas.words import singular
from ctxpack.workspace import Workspace

_NAMED_LIKE = frozenset({"ruby", "php"})
"""Languages whose frameworks (Rails, Laravel) map models to tables by name."""

_NO_MODELS = frozenset({"test", "generated", "vendored"})
_LEAST_FIELDS = 2
"""How many fields a class with the name of a table has that is taken for its rows."""


class Models:
    """Tells which definitions of a file are mapped to which tables."""

    def __init__(self, workspace: Workspace, tables: DataMap, classes: Mapping[str, tuple[Place, ...]]) -> None:
        """`classes` are, by path, the (line, table) pairs of classes that declare their table."""
        self._workspace, self._tables, self._classes = workspace, tables, classes

    def of(self, path: str) -> tuple[Place, ...]:
        """The sorted (line, table) pairs of the definitions in a file that are mapped to a table."""
        declared = self._classes.get(path, ())
        file = self._workspace.files.get(path)
        if file is None or file.role in _NO_MODELS:
            return declared
        facts = self._workspace.facts(path)
        if file.language in _NAMED_LIKE:
            return tuple(sorted({*declared, *self._by_name(path, facts)}))
        found = declared or tuple(self._stating(path, facts)) or tuple(self._alike(facts))
        return tuple(sorted(set(found)))

    @cached_property
    def _known(self) -> tuple[dict[str, str], dict[str, str]]:
        """The tables by the last part of their names, and by the conventional name of their model."""
        last = {one.name.rpartition(".")[2].lower(): one.name for one in reversed(self._tables.datasets)}
        return last, {squashed(singular(name)): last[name] for name in sorted(last, reverse=True)}

    @cached_property
    def _called(self) -> dict[str, str]:
        """The tables by the names that a class for them may have; those that name it in full before others."""
        found: dict[str, str] = {}
        tables = [one.name for one in self._tables.datasets]
        for _, called, table in sorted((at, called, one) for one in tables for at, called in enumerate(names_of(one))):
            found.setdefault(called, table)
        return found

    def _by_name(self, path: str, facts: FileFacts) -> Iterator[Place]:
        """The models of Rails and Laravel whose table is stated in the class or follows from its name."""
        language = self._workspace.files[path].language
        if language == "ruby" and not is_model_of_rails(path):
            return
        last, called = self._known
        for one in facts.definitions:
            if one.kind != "class" or not (one.bases or language == "ruby"):
                continue
            stated = stated_table(language, self._workspace.text(path), one)
            found = last.get(stated.rpartition(".")[2].lower()) if stated else called.get(_squashed(one.qualname))
            if found is not None:
                yield one.line, found

    def _stating(self, path: str, facts: FileFacts) -> Iterator[Place]:
        last, _ = self._known
        for index, table in Stated(self._workspace).tables_in(path):
            if table in last:
                yield facts.definitions[index].line, last[table]

    def _alike(self, facts: FileFacts) -> Iterator[Place]:
        """The classes with fields that are called as a table is."""
        for index, one in enumerate(facts.definitions):
            if one.kind not in TYPES:
                continue
            tables = [self._called[name] for name in sorted(names_of_class(one.name)) if name in self._called]
            fields = sum(member.parent == index and member.kind == "field" for member in facts.definitions)
            if tables and fields >= _LEAST_FIELDS:
                yield one.line, tables[0]


def _squashed(qualname: str) -> str:
    return squashed(qualname.replace(".", "").replace(":", ""))
