"""The names by which files refer to each other: those that a file uses, and those under which it can be used.

Candidate users of a definition are found by name, before anything is linked: a file that links to it contains its name,
or that of its file. Both sides must split names in the same way, so this one module serves the parser (which lists the
names that each file uses) and the search for users. The only exception are re-exports under another name (`renamed`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from ctxpack.model import Definition, FileFacts

STATES, DEFINES = "<SQL>", "CREATE"
"""Names of files with SQL in strings, and with statements among it that create tables, by which they are found."""

_PARTS = re.compile(r"[^\s/\\.:]+")
_WORD = re.compile(r"[^\W\d]\w*")
_INDEXES = frozenset({"__init__", "index", "mod", "lib", "main", "__main__"})
"""Stems of files that are known by the name of their folder."""

_DESCRIBING = frozenset({"protobuf", "graphql", "thrift", "flatbuffers"})
_ANY_CASE = frozenset({"sql", "yaml"})
_ATTRIBUTE = "Attribute"


def used(facts: FileFacts, words: Collection[str] = ()) -> tuple[str, ...]:
    r"""The names in a file that may refer to another file, sorted: those that it uses, imports, and mentions in texts.

    `words` are the words of its code, without comments and strings; if empty, the names of its references are taken.

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

    These are its whole name and the longest word in it; in C# also an attribute's name without "Attribute".
    """
    name = definition.name.lower() if language in _ANY_CASE else definition.name
    names = dict.fromkeys((name, max(_WORD.findall(name), key=len, default=name)))
    if language == "csharp" and name.endswith(_ATTRIBUTE):
        names[name.removesuffix(_ATTRIBUTE)] = None
    return tuple(names)


def of_file(path: str) -> str:
    """The name by which a file is imported or mentioned: its stem, or its folder's name for index files.

    >>> of_file("shop/orders.py"), of_file("shop/__init__.py"), of_file("web/src/index.test.ts")
    ('orders', 'shop', 'src')
    """
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0] or name
    return folder.rpartition("/")[2] or stem if stem in _INDEXES else stem


def renamed(facts: FileFacts, names: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The (name, alias) pairs of those `names` that a file imports under an alias, and may re-export so."""
    for found in facts.imports:
        if found.scope < 0 and found.alias not in ("", found.name) and found.name in names:
            yield found.name, found.alias
