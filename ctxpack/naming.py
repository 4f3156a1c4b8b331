"""Names by which files know each other: those that a file uses, and those that it can be used by.

Who may use a definition is found by its name, before anything is linked: a file that links to it writes its name, or
names its file, somewhere. Both sides must cut names alike, so that this one module serves the parser (which lists the
names that each file uses) and whoever looks for users. Only an import that renames on behalf of others comes between.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from ctxpack.model import Definition, FileFacts

_PARTS = re.compile(r"[^\s/\\.:]+")
_WORD = re.compile(r"[^\W\d]\w*")
_INDEXES = frozenset({"__init__", "index", "mod", "lib", "main", "__main__"})
"""First parts of names of files that go by their folder's name."""

_DESCRIBING = frozenset({"protobuf", "graphql", "thrift", "flatbuffers"})
_ANY_CASE = frozenset({"sql", "yaml"})
_ATTRIBUTE = "Attribute"


def used(facts: FileFacts, words: Collection[str] = ()) -> tuple[str, ...]:
    r"""The names in a file that may lead to another, sorted: of what it uses, imports, and mentions in texts.

    `words` are those of its code, without comments and strings, where there is code; else the references tell.

    >>> from ctxpack.parse import parse
    >>> parse("from .shop import orders as o\no.total()\n", "python").names
    ('as', 'from', 'import', 'o', 'orders', 'shop', 'total')
    """
    names = set(words or (one.name for one in facts.references))
    if facts.language in _ANY_CASE:
        names.update([name.lower() for name in names])
    if facts.language in _DESCRIBING:
        names.update([one.name for one in facts.definitions])
    for found in facts.imports:
        names.update(_PARTS.findall(found.module))
        names.update((found.name, found.alias))
    for mention in facts.mentions:
        parts = _PARTS.findall(mention.text)
        names.update(parts)
        names.update([part.lower() for part in parts])
    names.discard("")
    return tuple(sorted(names))


def of_definition(definition: Definition, language: str) -> tuple[str, ...]:
    """The names that users of a definition write.

    That is its longest word where there are several; C# leaves off the last part of an attribute's name.
    """
    name = definition.name.lower() if language in _ANY_CASE else definition.name
    names = dict.fromkeys((name, max(_WORD.findall(name), key=len, default=name)))
    if language == "csharp" and name.endswith(_ATTRIBUTE):
        names[name.removesuffix(_ATTRIBUTE)] = None
    return tuple(names)


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
