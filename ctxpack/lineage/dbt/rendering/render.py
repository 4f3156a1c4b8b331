"""Renders one template as dbt does while it parses, and computes the cache key of the result.

The references made during rendering are what dbt takes as upstream: those in branches not taken do not count, those in
called macros do. Static templates are evaluated by `plain.py`; templates that fail are scanned for references by
`tags.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import jinja2
import msgspec
from jinja2 import nodes

from ctxpack.datamodel.dbt import Rendered, RenderJob, RenderSettings
from ctxpack.lineage.dbt.rendering.asking import asking
from ctxpack.lineage.dbt.rendering.direct import Direct
from ctxpack.lineage.dbt.rendering.session import Session
from ctxpack.lineage.dbt.templates.environment import Return
from ctxpack.lineage.dbt.templates.marks import cleaned, result, with_lines, with_marks, without_addresses
from ctxpack.lineage.dbt.templates.relations import Recorder
from ctxpack.lineage.dbt.templates.static import LARGEST, Dynamic, parse
from ctxpack.lineage.dbt.templates.tags import from_tags

VERSION = 7
"""Part of `render_key`: raise it whenever the same template would give another result."""

_encode = msgspec.msgpack.Encoder().encode


def settings_key(settings: RenderSettings) -> str:
    """A hexadecimal digest of all that the templates of a project share."""
    return hashlib.blake2b(_encode(settings), digest_size=16).hexdigest()


def render_key(settings: str, job: RenderJob) -> str:
    """The cache key of a result; `settings` is a `settings_key`."""
    return hashlib.blake2b(_encode((VERSION, settings, job)), digest_size=16).hexdigest()


def run(session: Session, job: RenderJob, tree: nodes.Template | None = None) -> Rendered:
    """Render a template in the sandbox. It may run forever, so call it only in a process that can be killed.

    `tree` is its syntax tree, None to parse it here.
    """
    try:
        tree = tree or parse(cleaned(job.text))
    except jinja2.TemplateSyntaxError as error:
        return _failed(job, f"could not be rendered ({_said(error)})", Recorder())
    try:
        return _directly(session, job, tree)
    except Dynamic:
        return _compiled(session, job, tree)


def _directly(session: Session, job: RenderJob, tree: nodes.Template) -> Rendered:
    """Render by interpreting the syntax tree; raises `Dynamic` if the template has to be compiled."""
    recorder = Recorder()
    session.begin(job, recorder, asks=asking(tree))
    try:
        pieces = Direct(session).run(tree)
    except (MemoryError, Return) as error:
        raise Dynamic from error
    return result(with_marks(pieces), recorder, job)


def _compiled(session: Session, job: RenderJob, tree: nodes.Template) -> Rendered:
    recorder = Recorder()
    try:
        marked = nodes.Template(with_lines(tree.body), lineno=1)
        marked.set_environment(session.environment)
        code = session.environment.compile(marked, filename="<template>")
        template = jinja2.Template.from_code(session.environment, code, session.environment.globals.copy())
        session.begin(job, recorder, template, asking(tree))
        text = "".join(_bounded(template.generate()))
    except Return as carried:
        text = "" if carried.value is None else str(carried.value)
    except (MemoryError, RecursionError) as error:
        why = "takes too much memory" if isinstance(error, MemoryError) else "calls itself without end"
        failed = _failed(job, f"{why} when it is rendered", recorder)
        return msgspec.structs.replace(failed, provisional=isinstance(error, MemoryError))
    except Exception as error:  # noqa: BLE001 - whatever a template makes Python raise concerns that template alone
        return _failed(job, f"could not be rendered ({_said(error)})", recorder)
    return result(text, recorder, job)


def _bounded(pieces: Iterable[str]) -> Iterable[str]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > 2 * LARGEST:
            raise MemoryError
        yield piece


def _said(error: Exception) -> str:
    text = " ".join(without_addresses(str(error)).split())[:160]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _failed(job: RenderJob, why_not: str, recorder: Recorder) -> Rendered:
    """The result of a failure: what was recorded before it, and the literal references in the tags."""
    found = from_tags(job, why_not)
    seen = {(one.kind, one.name, one.package, one.version) for one in recorder.named}
    more = [one for one in found.named if (one.kind, one.name, one.package, one.version) not in seen]
    config = {**dict(found.config), **dict(recorder.configuration())}
    return msgspec.structs.replace(
        found,
        named=(*recorder.named, *more),
        config=tuple(sorted(config.items())),
        lost=tuple(recorder.lost),
        unknown=tuple(sorted(recorder.unknown)),
    )
