"""Names by which files know each other: those that a file uses, and those that it can be used by.

Who may use a definition is found by its name, before anything is linked: a file that links to it writes its name, or
names its file, somewhere. Both sides must cut names alike, so that this one module serves the parser (which lists the
names that each file uses) and whoever looks for users. Only an import that renames on behalf of others comes between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctxpack.model import Definition, FileFacts

_PARTS = re.compile(r"[^\s/\\.:]+")
_INDEXES = frozenset({"__init__", "index", "mod", "lib", "main", "__main__"})
"""First parts of names of files that go by their folder's name."""

_DESCRIBING = frozenset({"protobuf", "graphql", "thrift", "flatbuffers"})
_ANY_CASE = frozenset({"sql", "yaml"})
_ATTRIBUTE = "Attribute"


def used(facts: FileFacts) -> frozenset[str]:
    r"""The names in a file that may lead to another: of references, and of what imports and texts are made of.

    >>> from ctxpack.parse import parse
    >>> sorted(used(parse("from .shop import orders as o\no.total()\n", "python").facts))
    ['o', 'orders', 'shop', 'total']
    """
    names = {one.name for one in facts.references if one.qualifier != "?"}
    if facts.language in _ANY_CASE:
        names.update([name.lower() for name in names])
    if facts.language == "csharp":
        names.update([one.name + _ATTRIBUTE for one in facts.references if one.kind == "decorate"])
    if facts.language in _DESCRIBING:
        names.update([one.name for one in facts.definitions])
    for found in facts.imports:
        names.update(_PARTS.findall(found.module))
        names.add(found.name)
        names.add(found.alias)
    for mention in facts.mentions:
        for part in _PARTS.findall(mention.text):
            names.add(part)
            names.add(part.lower())
    names.discard("")
    return frozenset(names)


def of_definition(definition: Definition, language: str) -> str:
    """The name that users of a definition write."""
    return definition.name.lower() if language in _ANY_CASE else definition.name


def of_file(path: str) -> str:
    """The name that those write who name a file, or import it.

    >>> of_file("shop/orders.py"), of_file("shop/__init__.py"), of_file("web/src/index.test.ts")
    ('orders', 'shop', 'src')
    """
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0] or name
    return folder.rpartition("/")[2] or stem if stem in _INDEXES else stem


def renamed(facts: FileFacts, names: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Those of some names for which the imports of a file have another, under which it may offer them; with that."""
    for found in facts.imports:
        if found.scope < 0 and found.alias not in ("", found.name) and found.name in names:
            yield found.name, found.alias
