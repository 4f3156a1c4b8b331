"""A syntax tree read into facts: the engine that every language with a grammar shares.

It turns the captures of a query file (documented in `docs/adding-a-language.md`) into definitions, imports and
references. What differs between languages is in the table, the query and the hooks; nothing here names a language.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ctxpack.model import Definition, FileFacts
from ctxpack.parse import mentions
from ctxpack.parse.bindings import Binder
from ctxpack.parse.definitions import Owners, Placed, Reader
from ctxpack.parse.gather import gather
from ctxpack.parse.languages import Hooks, Language
from ctxpack.parse.outline import outline
from ctxpack.parse.qualifiers import Qualifiers
from ctxpack.parse.references import Surroundings, imports, references
from ctxpack.parse.scopes import Scopes
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Tokens, Tree, in_order, leaves


@dataclass(frozen=True, slots=True)
class Extracted:
    """Facts, with the byte ranges that the words of each definition are cut by.

    `ranges` are parallel to the definitions; `prose` are those of comments and strings, sorted.
    """

    facts: FileFacts
    ranges: tuple[tuple[int, int], ...]
    prose: tuple[tuple[int, int], ...]


def extract(
    tree: Tree, source: Source, language: Language, hooks: Hooks, *, whole: bool = True, alone: bool = False
) -> Extracted:
    """Read one tree, with its references if `whole`, and nothing but these if `alone`."""
    gathered = gather(tree, source, language, hooks)
    placed = Placed(gathered.found.values())
    owners = Owners(placed)
    scopes = Scopes(gathered.scopes, gathered.blocks, ordered=language.ordered)
    qualifiers = Qualifiers(source, language, hooks, scopes, owners.name)
    binder = Binder(source, scopes, qualifiers, placed, hooks)
    binder.bind(gathered)
    around = Surroundings(source, language, hooks, gathered, scopes, qualifiers, owners)
    used = references(leaves(tree, language), around) if whole else ()
    if alone:
        return Extracted(FileFacts(language.name, references=used), (), ())
    prose = gathered.prose
    reader = Reader(source, hooks, qualifiers, prose.get("comment", ()))
    definitions, kept = reader.read(placed), [placed.found[index] for index in placed.kept]
    facts = FileFacts(
        language=language.name,
        definitions=definitions,
        references=used,
        imports=imports(gathered.imports, hooks, source, owners),
        exports=tuple(dict.fromkeys(gathered.exports)),
        package=gathered.package,
        condition=hooks.condition(source),
        tests=_with_inner(hooks.tests(definitions, source), definitions),
        outline=outline(
            definitions,
            [reader.doc_span(one) for one in kept],
            gathered.outline,
            source,
            [index for index, one in enumerate(kept) if one.buried],
        ),
        lines=source.line_count,
        mentions=mentions.in_code(
            in_order(prose.get("string", ())), source, language, owners.indices, hooks.mentioned(source.data)
        ),
    )
    return Extracted(facts, tuple(placed.ranges[i] for i in placed.kept), _ranges(prose))


def _with_inner(marked: Iterable[int], definitions: Sequence[Definition]) -> tuple[int, ...]:
    """These definitions and those inside them, which come later."""
    found = set(marked)
    for index, one in enumerate(definitions if found else ()):
        if one.parent in found:
            found.add(index)
    return tuple(sorted(found))


def _ranges(tokens: Tokens) -> tuple[tuple[int, int], ...]:
    return tuple(sorted([(node.start_byte, node.end_byte) for nodes in tokens.values() for node in nodes]))
