"""From the text of one file to its facts: pure, by content and language alone, fit for worker processes."""

from __future__ import annotations

from ctxpack.model import Parsed
from ctxpack.parse import languages, lines, treesitter
from ctxpack.parse.extract import extract
from ctxpack.parse.languages import detect
from ctxpack.parse.lexical import documents
from ctxpack.parse.source import Source

__all__ = ["VERSION", "detect", "parse"]

VERSION = 2
"""To be raised whenever the same text would give other facts; it is part of the store's keys."""

_LARGEST = 1_500_000
_MOST_ERRORS = 0.5


def parse(text: str, language_name: str) -> Parsed:
    """The facts and the words of a text in the named language.

    A language's own reader (`Hooks.read`) is asked first, then its grammar. Text that is not of its language (more than
    half under ERROR nodes) and text over 1.5 MB is read by lines, and the facts carry a problem that says so. Never
    raises for any text.
    """
    language = languages.by_name(language_name)
    source = Source(text)
    hooks = languages.hooks(language)
    readable = language.grammar or language.module
    if readable and len(source.data) > _LARGEST:
        return lines.fallback(source, language, f"{len(source.data):,} bytes is too large to parse; read by lines")
    whole = hooks.read(source, language)
    if whole is not None:
        return whole
    if not language.grammar:
        return lines.parse(source, language)
    tree = _tree(source, language, hooks)
    if treesitter.error_share(tree) > _MOST_ERRORS:
        return lines.fallback(source, language, f"not readable as {language.name}; read by lines")
    extracted = extract(tree, source, language, hooks)
    words = documents(extracted.facts.definitions, extracted.ranges, extracted.prose, source)
    return Parsed(extracted.facts, words)


def _tree(source: Source, language: languages.Language, hooks: languages.Hooks) -> treesitter.Tree:
    """The syntax tree; where it has errors, that of the repaired text if it has fewer."""
    code = hooks.code(source.data)
    tree = treesitter.parse(code, language)
    repaired = hooks.repaired(code) if tree.root_node.has_error else code
    if repaired == code:
        return tree
    second = treesitter.parse(repaired, language)
    return second if _badness(second) < _badness(tree) else tree


def _badness(tree: treesitter.Tree) -> tuple[float, int]:
    return treesitter.error_share(tree), treesitter.error_count(tree)
