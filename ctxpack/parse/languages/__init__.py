"""Which language a file is in, and the hooks that a language may override.

Detection is by file name, then by extension (and content, where two languages share one), then by the name's first
part (`Dockerfile.dev`), then by the interpreter that a `#!` line names.
"""

from __future__ import annotations

import importlib
import re
from functools import cache

from ctxpack.parse.languages.by_lines import LANGUAGES as BY_LINES
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.languages.structured import LANGUAGES as STRUCTURED
from ctxpack.parse.languages.table import LANGUAGES as PROGRAMMING
from ctxpack.parse.languages.table import Language

__all__ = ["LANGUAGES", "Hooks", "Language", "by_name", "claims", "detect", "hooks"]

LANGUAGES = PROGRAMMING + STRUCTURED + BY_LINES

_BY_NAME = {language.name: language for language in LANGUAGES}
_BY_FILENAME = {name.lower(): language.name for language in LANGUAGES for name in language.filenames}
_BY_EXTENSION = {extension: language.name for language in LANGUAGES for extension in language.extensions}
_CLAIMS = tuple(
    (extension, re.compile(pattern.encode(), re.MULTILINE), language.name)
    for language in LANGUAGES
    for extension, pattern in language.claims
)
_BY_INTERPRETER = {name: language.name for language in LANGUAGES for name in language.interpreters}


def by_name(name: str) -> Language:
    """The record of a language; the line-based one for a name that the table lacks."""
    return _BY_NAME.get(name) or _BY_NAME["text"]


def detect(path: str, head: bytes) -> str:
    """The name of the language of the file `path` whose first bytes are `head`; "text" where none is known."""
    name = path.rpartition("/")[2].lower()
    if name in _BY_FILENAME:
        return _BY_FILENAME[name]
    stem = name
    while "." in stem:
        stem = stem.partition(".")[2]
        if f".{stem}" in _BY_EXTENSION:
            return _claimed(f".{stem}", head) or _BY_EXTENSION[f".{stem}"]
    return _BY_FILENAME.get(name.partition(".")[0]) or _interpreter(head) or "text"


def claims(name: str, data: bytes) -> bool:
    """Whether a text shows the marks by which the language `name` claims files from another."""
    return any(pattern.search(data) for _, pattern, claiming in _CLAIMS if claiming == name)


def _claimed(extension: str, head: bytes) -> str:
    for claimed, pattern, name in _CLAIMS:
        if claimed == extension and pattern.search(head):
            return name
    return ""


def _interpreter(head: bytes) -> str:
    if not head.startswith(b"#!"):
        return ""
    words = head[2:].split(b"\n", 1)[0].decode("utf-8", "replace").split()
    names = [word.rpartition("/")[2] for word in words if not word.startswith("-")]
    if names and names[0] == "env":
        names = names[1:]
    return _BY_INTERPRETER.get(names[0], "") if names else ""


@cache
def hooks(language: Language) -> Hooks:
    """The language's own hooks, or the defaults."""
    if not language.module:
        return Hooks()
    found = importlib.import_module(f"ctxpack.parse.languages.{language.module}").HOOKS
    assert isinstance(found, Hooks)
    return found
