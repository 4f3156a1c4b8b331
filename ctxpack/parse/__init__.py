"""From the text of one file to its facts: pure, by content and language alone, fit for worker processes."""

from __future__ import annotations

import msgspec

from ctxpack import naming
from ctxpack.model import Parsed
from ctxpack.parse import languages, lines, treesitter
from ctxpack.parse.extract import extract
from ctxpack.parse.languages import detect
from ctxpack.parse.lexical import documents_and_words
from ctxpack.parse.source import Source

__all__ = ["VERSION", "detect", "parse"]

VERSION = 46
"""To be raised whenever the same text would give other facts; it is part of the store's keys."""

_NOTEBOOK = "# Databricks notebook source"
_IN_NOTEBOOKS = ("dbutils",)
"""Names that such a notebook has without writing them, even where all its cells are SQL."""

_LARGEST = 1_500_000
_MOST_ERRORS = 0.5
_MOST_REPAIRS = 3
_STEEPEST = 4_000_000
"""As `treesitter.steepness` counts: brackets or calls inside each other by the thousand, which cost seconds."""


def parse(text: str, language_name: str, *, references: bool = True, alone: bool = False) -> Parsed:
    """The facts and the words of a text in the named language.

    A language's own reader (`Hooks.read`) is asked first, then its grammar. Text that is not of its language (more than
    half under ERROR nodes), text nested beyond all measure and text over 1.5 MB is read by lines, and the facts carry a
    problem that says so. A text that fits the language's kin better (a header of C++) is read as that, and the facts
    say so. Never raises for any text.

    Without `references` those may be left out, which `Parsed.whole` then tells; all else is the same. With `alone`
    all but the references may be left out.
    """
    parsed = _parsed(text, language_name, references=references, alone=alone)
    if alone:
        return parsed
    words = (*parsed.names, *_IN_NOTEBOOKS) if text.startswith(_NOTEBOOK) else parsed.names
    return msgspec.structs.replace(parsed, names=naming.used(parsed.facts, words))


def _parsed(text: str, language_name: str, *, references: bool, alone: bool) -> Parsed:
    """What parsing gives, but that the words of code stand for its names."""
    language = languages.by_name(language_name)
    source = Source(text)
    hooks = languages.hooks(language)
    readable = language.grammar or (language.module and not language.heads)
    if readable and len(source.data) > _LARGEST:
        return lines.fallback(source, language, f"{len(source.data):,} bytes is too large to parse; read by lines")
    whole = hooks.read(source, language)
    if whole is not None:
        return whole
    if not language.grammar:
        return lines.parse(source, language)
    language, tree = _read(source, language)
    hooks = languages.hooks(language)
    if treesitter.error_share(tree) > _MOST_ERRORS:
        return lines.fallback(source, language, f"not readable as {language.name}; read by lines")
    if treesitter.steepness(tree) > _STEEPEST:
        return lines.fallback(source, language, f"nested too deeply to be read as {language.name}; read by lines")
    extracted = extract(tree, source, language, hooks, whole=references, alone=alone)
    ranges = extracted.ranges, extracted.prose
    found = ((), ()) if alone else documents_and_words(extracted.facts.definitions, *ranges, source)
    return Parsed(extracted.facts, *found, references)


def _read(source: Source, language: languages.Language) -> tuple[languages.Language, treesitter.Tree]:
    """The tree, and the language that it is of: its kin where marks and grammar speak for that."""
    tree = _tree(source, language, languages.hooks(language))
    if not language.kin or not tree.root_node.has_error or not languages.claims(language.kin, source.data):
        return language, tree
    kin = languages.by_name(language.kin)
    second = _tree(source, kin, languages.hooks(kin))
    better = treesitter.error_share(second) <= treesitter.error_share(tree)
    return (kin, second) if better else (language, tree)


def _tree(source: Source, language: languages.Language, hooks: languages.Hooks) -> treesitter.Tree:
    """The syntax tree; where it has errors, the one with the fewest of those of the text as it is and repaired."""
    code = hooks.code(source.data)
    tree = best = treesitter.parse(code, language)
    for _ in range(_MOST_REPAIRS):
        repaired = hooks.repaired(code) if tree.root_node.has_error else code
        if repaired == code:
            break
        code, tree = repaired, treesitter.parse(repaired, language)
        best = tree if _badness(tree) < _badness(best) else best
    return best


def _badness(tree: treesitter.Tree) -> tuple[bool, int, float]:
    share = treesitter.error_share(tree)
    return share > _MOST_ERRORS, treesitter.error_count(tree), share
