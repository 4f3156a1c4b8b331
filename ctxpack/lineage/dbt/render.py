"""Rendering one template as dbt does while it parses, and the key under which that can be kept.

What a template names while it renders is what dbt takes as its upstream: refs in branches that are not taken do not
count, those in the macros that it calls do. A template that cannot be rendered is read by its syntax tree: the names
that its tags hold, whether or not dbt would come by them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import jinja2
import msgspec
from jinja2 import nodes

from ctxpack.datamodel.dbt import SCHEMA, Named, Rendered, RenderJob, RenderSettings
from ctxpack.lineage.dbt.direct import Direct
from ctxpack.lineage.dbt.environment import UNKNOWN, Return, gap, operand, unset
from ctxpack.lineage.dbt.relations import Recorder, Relation
from ctxpack.lineage.dbt.session import Session, called
from ctxpack.lineage.dbt.settings import variables_of
from ctxpack.lineage.dbt.static import Dynamic, Function, Static, is_switched_off, parse
from ctxpack.lineage.dbt.stubs import ASKING, stub_of

VERSION = 4
"""To be raised whenever the same template would give something else; it is part of `render_key`."""

LARGEST = 1_000_000
"""Characters of a template, and twice that of what it renders to."""

_OPEN, _CLOSE = "\x02", "\x03"
_LINE_MARK = re.compile(r"\x02(\d+)(!?)\x03")
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
_encode = msgspec.msgpack.Encoder().encode


def settings_key(settings: RenderSettings) -> str:
    """The digest of all that templates of a project share."""
    return hashlib.blake2b(_encode(settings), digest_size=16).hexdigest()


def render_key(settings: str, job: RenderJob) -> str:
    """The key under which a result can be kept; `settings` is the settings' own (`settings_key`)."""
    return hashlib.blake2b(_encode((VERSION, settings, job)), digest_size=16).hexdigest()


# --- without running anything ---


class Plain:
    """Reads those templates of a project that need not be run."""

    def __init__(self, settings: RenderSettings) -> None:
        self._settings = settings
        self._names = {"target": json.loads(settings.target), "execute": False}
        self._macros: dict[str, set[str]] = {}
        for file in settings.macros:
            self._macros.setdefault(file.package, set()).update(file.names)
        self._own = self._macros.get(settings.project, set())

    def read(self, job: RenderJob) -> Rendered | nodes.Template:
        """What the template gives, or why it gives nothing; its syntax tree where it has to be run."""
        if len(job.text) > LARGEST:
            return Rendered(why_not=f"{len(job.text):,} characters are too many for a template")
        try:
            tree = parse(cleaned(job.text))
        except jinja2.TemplateSyntaxError as error:
            return Rendered(why_not=f"is no template: {error.message}, at line {error.lineno + job.line - 1}")
        recorder = Recorder()
        functions = self._functions(job, recorder)
        this = Relation(f"{SCHEMA}.this", job.title)
        names = {**self._names, "this": this}
        if job.decides and is_switched_off(tree, names, functions):
            return Rendered(config=(("enabled", "false"),))
        try:
            pieces = Static(names, functions).run(tree)
        except Dynamic:
            return tree
        return result(_with_marks(pieces), recorder, job)

    def _functions(self, job: RenderJob, recorder: Recorder) -> dict[str, Function]:
        first = job.line - 1
        variables = variables_of(self._settings, job.package)

        def var(_line: int, args: tuple[Any, ...], settings: dict[str, Any]) -> Any:
            default = args[1] if len(args) > 1 else settings.get("default")
            value = variables.get(str(args[0]), default) if args else default
            if isinstance(value, str) and "{{" in value:
                raise Dynamic
            return value

        def config(_line: int, args: tuple[Any, ...], settings: dict[str, Any]) -> str:
            for one in args:
                recorder.config.update(one)
            recorder.config.update(settings)
            return ""

        functions: dict[str, Function] = {
            "ref": lambda line, args, settings: _known(recorder.ref(args, settings, line + first, "ref")),
            "source": lambda line, args, _settings: _known(recorder.source(args, line + first, "source")),
            "var": var,
            "config": config,
            "env_var": lambda _line, args, _settings: str(args[1]) if len(args) > 1 else unset(str(args[0])),
            "is_incremental": lambda _line, _args, _settings: False,
        }
        own = self._own | self._macros.get(job.package, set())
        for name in own & functions.keys():
            del functions[name]
        return _Functions(functions, self, own)

    def stub(self, name: str, own: set[str]) -> Function | None:
        """The stand-in for a macro, where no file of the project has a say in what it gives."""
        package, _, bare = name.rpartition(".")
        adapter = self._settings.adapter or "default"
        if (not package and bare in own) or not self._own.isdisjoint((f"{adapter}__{bare}", f"default__{bare}")):
            return None
        if package and bare in self._macros.get(package, ()) and bare not in ASKING:
            return None
        stub = stub_of(package or "dbt", bare, adapter)
        if stub is None or dict(self._settings.dispatch).get(package):
            return None
        return lambda _line, args, settings: called(bare, stub, args, settings)


class _Functions(dict[str, Function]):
    """dbt's functions and, when they are asked for, stand-ins for macros."""

    def __init__(self, known: dict[str, Function], plain: Plain, own: set[str]) -> None:
        super().__init__(known)
        self._plain, self._own = plain, own

    def get(self, key: str, default: Any = None) -> Any:
        """The function of a name."""
        return super().get(key) or self._plain.stub(key, self._own) or default


def cleaned(text: str) -> str:
    """A template without a byte order mark, and without the characters that mark lines."""
    text = text.removeprefix("\ufeff")
    return text.replace(_OPEN, " ").replace(_CLOSE, " ") if _OPEN in text or _CLOSE in text else text


def _known(relation: Relation | None) -> Relation:
    if relation is None:
        raise Dynamic
    return relation


def from_tags(job: RenderJob, why_not: str) -> Rendered:
    """What the tags of a template name by literals: all that is known of one that cannot be rendered."""
    recorder = Recorder()
    try:
        tree = parse(job.text[:LARGEST])
    except jinja2.TemplateSyntaxError:
        _by_text(job, recorder)
        return Rendered(named=tuple(recorder.named), why_not=why_not)
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in ("ref", "source", "config"):
            _from_call(call, job, recorder)
    return Rendered(named=tuple(recorder.named), config=configuration(recorder), why_not=why_not)


def _from_call(call: nodes.Call, job: RenderJob, recorder: Recorder) -> None:
    line = call.lineno + job.line - 1
    args = tuple(_constant(arg) for arg in call.args)
    settings = {pair.key: _constant(pair.value) for pair in call.kwargs}
    name = call.node.name  # type: ignore[attr-defined]
    if name == "ref":
        recorder.ref(args, settings, line, "template")
    elif name == "source":
        recorder.source(args, line, "template")
    else:
        recorder.config.update({key: value for key, value in settings.items() if value is not None})


def _constant(node: nodes.Expr) -> Any:
    try:
        return node.as_const()
    except nodes.Impossible:
        return None


_TAG_CALL = re.compile(r"\b(ref|source)\s*\(\s*(['\"])([^'\"\n]+)\2\s*(?:,\s*(['\"])([^'\"\n]+)\4\s*)?\)")


def _by_text(job: RenderJob, recorder: Recorder) -> None:
    for match in _TAG_CALL.finditer(job.text[:LARGEST]):
        line = job.text.count("\n", 0, match.start()) + job.line
        args = tuple(part for part in (match.group(3), match.group(5)) if part)
        if match.group(1) == "ref":
            recorder.ref(args, {}, line, "template")
        elif len(args) == 2:
            recorder.source(args, line, "template")


# --- in the sandbox ---


def run(session: Session, job: RenderJob, tree: nodes.Template | None = None) -> Rendered:
    """Render a template in the sandbox; only to be called where it can be stopped from outside.

    `tree` is its syntax tree, where that is at hand.
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
    """As `run`; raises `Dynamic` where the template has to be compiled."""
    recorder = Recorder()
    session.begin(job, recorder)
    try:
        pieces = Direct(session).run(tree)
    except (MemoryError, Return) as error:
        raise Dynamic from error
    return result(_with_marks(pieces), recorder, job)


def _compiled(session: Session, job: RenderJob, tree: nodes.Template) -> Rendered:
    recorder = Recorder()
    try:
        marked = nodes.Template(_with_lines(tree.body), lineno=1)
        marked.set_environment(session.environment)
        code = session.environment.compile(marked, filename="<template>")
        template = jinja2.Template.from_code(session.environment, code, session.environment.globals.copy())
        session.begin(job, recorder, template)
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
    text = " ".join(_ADDRESS.sub("", str(error)).split())[:160]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _failed(job: RenderJob, why_not: str, recorder: Recorder) -> Rendered:
    """What was named until the failure, and what the tags hold beyond that."""
    found = from_tags(job, why_not)
    seen = {(one.kind, one.name, one.package, one.version) for one in recorder.named}
    more = [one for one in found.named if (one.kind, one.name, one.package, one.version) not in seen]
    config = {**dict(found.config), **dict(configuration(recorder))}
    return msgspec.structs.replace(
        found,
        named=(*recorder.named, *more),
        config=tuple(sorted(config.items())),
        lost=tuple(recorder.lost),
        unknown=tuple(sorted(recorder.unknown)),
    )


def _with_lines(body: list[nodes.Node]) -> list[nodes.Node]:
    """The same with a mark of its line before all that goes straight to the output, so that lines can be told
    afterwards. The given nodes stay as they are, since equal templates share them.
    """
    return [_with_line(node) for node in body]


def _with_line(node: nodes.Node) -> nodes.Node:
    if isinstance(node, nodes.Output):
        marked: list[nodes.Expr] = []
        for part in node.nodes:
            frozen = "" if isinstance(part, nodes.TemplateData) else "!"
            marked += [nodes.TemplateData(f"{_OPEN}{part.lineno}{frozen}{_CLOSE}", lineno=part.lineno), part]
        return nodes.Output(marked, lineno=node.lineno)
    if isinstance(node, nodes.If):
        branches = [nodes.If(one.test, _with_lines(one.body), [], [], lineno=one.lineno) for one in node.elif_]
        return nodes.If(node.test, _with_lines(node.body), branches, _with_lines(node.else_), lineno=node.lineno)
    if isinstance(node, nodes.For):
        parts = (_with_lines(node.body), _with_lines(node.else_))
        return nodes.For(node.target, node.iter, *parts, node.test, node.recursive, lineno=node.lineno)
    return node


# --- what both give ---


def _with_marks(pieces: Iterable[tuple[str, int, bool]]) -> str:
    return "".join(f"{_OPEN}{line}{'!' * frozen}{_CLOSE}{text}" for text, line, frozen in pieces)


def result(marked: str, recorder: Recorder, job: RenderJob) -> Rendered:
    """The rendered text without its marks, and the line of the file for each of its lines."""
    text, lines = _without_marks(_ADDRESS.sub("", marked), job.line - 1)
    return Rendered(
        text,
        lines,
        tuple(recorder.named),
        configuration(recorder),
        "",
        tuple(recorder.lost),
        tuple(sorted(recorder.unknown)),
    )


def _without_marks(marked: str, before: int) -> tuple[str, tuple[int, ...]]:
    parts = _LINE_MARK.split(marked)
    pieces = [_Piece(0, False, parts[0])]
    for number, frozen, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        pieces.append(_Piece(int(number), bool(frozen), text))
    filled = _filled(pieces)
    return "".join(piece.text for piece in filled), _lines(filled, before)


class _Piece(NamedTuple):
    """A run of rendered text: the line of the template, and whether all of it comes from that line."""

    line: int
    frozen: bool
    text: str


def _filled(pieces: list[_Piece]) -> list[_Piece]:
    """The pieces with something in the place of what is not known, where SQL needs something there."""
    out: list[_Piece] = []
    shown = ""
    for index, piece in enumerate(pieces):
        text = piece.text
        if "__unknown__" in text:
            text = _operands(text, shown)
        elif piece.frozen and not text.strip():
            following = "".join(other.text for other in pieces[index + 1 : index + 4])[:200]
            text = gap(shown, following) or text
        out.append(piece._replace(text=text))
        shown = (shown + text)[-4000:]
    return out


def _operands(text: str, shown: str) -> str:
    out = ""
    end = 0
    for match in UNKNOWN.finditer(text):
        out += text[end : match.start()]
        out += operand(match.group(1), shown + out)
        end = match.end()
    return out + text[end:]


def _lines(pieces: list[_Piece], before: int) -> tuple[int, ...]:
    """For each line of the text the line of the file that its first piece with anything but blanks comes from."""
    lines: list[int] = [0]
    for piece in pieces:
        line = piece.line
        for index, text in enumerate(piece.text.split("\n")):
            if index:
                lines.append(0)
                line += not piece.frozen
            if not lines[-1] and line and text.strip():
                lines[-1] = line + before
    return tuple(lines)


def configuration(recorder: Recorder) -> tuple[tuple[str, str], ...]:
    """The settings that a template states, as JSON by name."""
    return tuple(sorted((str(key), _json(value)) for key, value in recorder.config.items()))


def _json(value: Any) -> str:
    try:
        return json.dumps(value, sort_keys=True, default=str)[:4000]
    except (ValueError, TypeError, RecursionError):
        return json.dumps(str(type(value).__name__))


__all__ = ["Named", "Plain", "from_tags", "render_key", "run", "settings_key"]
