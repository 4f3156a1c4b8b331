"""Mappers of MyBatis in XML: each statement and fragment is a definition, and names the method that it is for.

Other XML is read by lines.
"""

from __future__ import annotations

from ctxpack.model import Parsed
from ctxpack.parse.languages.table import Language
from ctxpack.parse.mapper_tags import STATEMENTS, elements, end_of, namespace
from ctxpack.parse.plain import Draft, Plain
from ctxpack.parse.source import Source


def read(source: Source, language: Language) -> Parsed | None:
    """The facts of a mapper; None for other XML."""
    data = source.data
    if not namespace(data):
        return None
    plain = Plain(source, language)
    for one in elements(data):
        name = one["id"].decode("ascii")
        kind = "function" if one["tag"] in STATEMENTS else "section"
        plain.drafts.append(Draft(name, kind, one.start(), end_of(data, one), one.start("id"), qualname=name))
    return plain.finish()
