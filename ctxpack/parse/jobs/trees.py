"""Finds runs in trees of mappings and lists from any source: YAML, JSON, Terraform, or calls of workflow operators.

A mapping states a run if one of its keys names a program and another its arguments. Databricks, Airflow, Kubernetes,
EMR, Glue, Dataproc, Compose and home-made runners use different keys with the same meaning, so there is one table of
keys instead of one parser per product.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product

import msgspec

from ctxpack.datamodel.jobs import Given, Run
from ctxpack.parse.jobs import commands, shell
from ctxpack.parse.jobs.notation import filled, hole, opened
from ctxpack.parse.schemas.documents import Fields, Listing, Scalar, Value, entries, get, items, text

MOST_RUNS = 2_000
_MOST_WAYS = 24
_DEEPEST = 40

_PROGRAMS = (
    "scriptlocation", "pythonfile", "mainpythonfileuri", "mainapplicationfile", "notebookpath", "entrypoint",
    "application", "scriptname", "scriptpath", "pythonscript", "scriptfile", "script", "pyfile", "pythonfileuri",
    "mainfile", "mainpyfile", "jobscript", "jobfile", "sparkscript", "programfile", "program", "inputnb", "notebook",
    "mainmodule", "file", "path", "main", "module", "filename",
)  # fmt: skip
"""Keys that name a program, the least ambiguous first."""

_WITHOUT_ENDING = frozenset({"notebookpath", "scriptname", "script", "notebook", "mainmodule", "module", "jobscript"})
"""Of these, the keys that may name a program without its file suffix."""

_ARGUMENTS = frozenset(
    """applicationargs args arguments baseparameters cliargs defaultarguments entrypointarguments jobargs jobparameters
    kwargs namedparameters notebookparams nondefaultarguments nonoverridablearguments parameters params pythonparams
    pythonnamedparams runargs scriptargs scriptarguments sparkargs""".split()
)
_SETTINGS = frozenset(
    "conf configuration properties sparkconf sparkconfig sparkproperties sparksubmitparameters".split()
)
_ENVIRONMENT = frozenset("env environment envvars environmentvariables sparkenvvars".split())
_JOBS = ("jobname", "jobid", "gluejobname")
_COMMANDS = ("entrypoint", "command", "cmds", "cmd")
_ENDING = re.compile(r"\.(?:py|ipynb)$")
_OF_RESOURCE = re.compile(r"resources\.jobs\.([\w-]+)")


def plain(key: str) -> str:
    """A key normalised across naming conventions: `python_file`, `python-file` and `pythonFile` are equal."""
    return key.replace("_", "").replace("-", "").replace(".$", "").lower()


@dataclass(frozen=True, slots=True)
class _Around:
    """The context of a value: the environment, the names and default parameters of its job, and matrix values.

    `ways` are the combinations of loop or matrix values for each of which the runs inside are repeated.
    """

    environment: tuple[Given, ...] = ()
    names: tuple[str, ...] = ()
    defaults: tuple[Given, ...] = ()
    ways: tuple[Mapping[str, str], ...] = field(default=({},))


def runs_in(root: Value | None, tool: str) -> list[Run]:
    """The runs in a tree, in order; `tool` names its kind of source."""
    return list(islice(_visit(root, "", _Around(), tool, 0), MOST_RUNS))


def _visit(value: Value | None, key: str, around: _Around, tool: str, depth: int) -> Iterator[Run]:
    if depth > _DEEPEST:
        return
    if isinstance(value, Fields):
        yield from _fields(value, key, around, tool, depth)
    elif isinstance(value, Listing):
        if value.items and all(isinstance(one, Scalar) for one in value.items):
            yield from _finished(_command(value, around), around, tool)
            if any(isinstance(one, Scalar) and " " in one.text for one in value.items):
                for one in value.items:
                    yield from _visit(one, key, around, tool, depth + 1)
        else:
            for one in value.items:
                yield from _visit(one, key, around, tool, depth + 1)
    elif isinstance(value, Scalar) and value.kind == "text" and " " in value.text:
        line = value.line + ("\n" in value.text)
        for found in shell.runs(value.text, line, environment=around.environment):
            yield from _finished(found, around, tool)


def _fields(value: Fields, key: str, around: _Around, tool: str, depth: int) -> Iterator[Run]:
    around = _inside(value, key, around)
    keys = {plain(name): name for name in reversed(value.entries)}
    used: set[str] = set()
    for rule in _RULES:
        made, taken = rule(_Here(value, keys, around))
        for one in made:
            yield from _finished(one, around, tool)
        used |= taken
        if made:
            break
    for name, inner, _ in entries(value):
        if name not in used:
            yield from _visit(inner, name, around, tool, depth + 1)


def _inside(value: Fields, key: str, around: _Around) -> _Around:
    """The context for the values of a mapping."""
    own = [
        one
        for name, inner, line in entries(value)
        if plain(name) in _ENVIRONMENT
        for one in given(inner, line)
        if one.name
    ]
    if own:
        around = replace(around, environment=(*around.environment, *own))
    if "tasks" in value.entries or "task" in value.entries:
        names = tuple(dict.fromkeys(name for name in (key, text(value, "name")) if name))
        defaults = tuple(one for one in given(value.entries.get("parameters"), value.line) if one.name)
        around = replace(around, names=names or around.names, defaults=(*around.defaults, *defaults))
    ways = _ways(value)
    return replace(around, ways=ways) if ways else around


def _ways(value: Fields) -> tuple[Mapping[str, str], ...]:
    """The values of `for_each_task` or a matrix, for each of which the runs inside are repeated."""
    matrix = get(value, "strategy", "matrix")
    if isinstance(matrix, Fields):
        named = {f"matrix.{name}": _texts(inner) for name, inner, _ in entries(matrix) if _texts(inner)}
        return tuple(
            dict(zip(named, way, strict=True)) for way in islice(product(*named.values()), _MOST_WAYS) if named
        )
    inputs = value.entries.get("inputs")
    if inputs is None or "task" not in value.entries:
        return ()
    if isinstance(inputs, Scalar):
        try:
            listed = json.loads(inputs.text)
        except ValueError:
            return ()
        listed = listed if isinstance(listed, list) else []
        return tuple(_way(one) for one in listed[:_MOST_WAYS])
    return tuple(
        {f"input.{name}": inner.text for name, inner, _ in entries(one) if isinstance(inner, Scalar)}
        if isinstance(one, Fields)
        else {"input": text(one)}
        for one in items(inputs)[:_MOST_WAYS]
    )


def _way(one: object) -> Mapping[str, str]:
    return (
        {f"input.{name}": str(inner) for name, inner in one.items()} if isinstance(one, dict) else {"input": str(one)}
    )


def _texts(value: Value | None) -> list[str]:
    return [one.text for one in items(value) if isinstance(one, Scalar)]


# --- the runs of one mapping ------------------------------------------------------------------------------------------

_Made = tuple[list[Run], set[str]]


@dataclass(frozen=True, slots=True)
class _Here:
    """A mapping, its keys by their normalised spelling, and its context."""

    value: Fields
    keys: Mapping[str, str]
    around: _Around


def _container(here: _Here) -> _Made:
    """A command with separate arguments: Kubernetes, Compose, and operators that take both."""
    head = [here.keys[name] for name in _COMMANDS if name in here.keys and name != "entrypoint"] or [
        here.keys[name] for name in _COMMANDS if name in here.keys
    ]
    if "entrypoint" in here.keys and "command" in here.keys:
        head = [here.keys["entrypoint"], here.keys["command"]]
    tail = [here.keys[name] for name in ("args", "arguments") if name in here.keys]
    parts = [*head, *tail]
    if not head or not all(isinstance(here.value.entries[name], Listing) for name in parts):
        return [], set()
    words = [word for name in parts for word in _words(here.value.entries[name])]
    found = commands.run_of(words, here.around.environment)
    return ([found], set(parts)) if found is not None else ([], set())


def _submitted(here: _Here) -> _Made:
    """`spark_submit_task`, whose parameters are those of spark-submit."""
    task = here.value.entries.get(here.keys.get("sparksubmittask", ""))
    found = commands.submitted(_words(get(task, "parameters")), here.around.environment)
    return ([found], {here.keys["sparksubmittask"]}) if found is not None else ([], set())


def _pipeline(here: _Here) -> _Made:
    """A declarative pipeline: programs that share a configuration."""
    settings = tuple(one for one in given(here.value.entries.get("configuration"), here.value.line) if one.name)
    libraries = [
        (text(one, *way), one.line)
        for one in items(here.value, "libraries")
        for way in (("notebook", "path"), ("file", "path"), ("glob", "include"))
        if text(one, *way)
    ]
    if not libraries or not settings:
        return [], set()
    return [Run("", line, opened(path), settings=settings) for path, line in libraries], {"libraries", "configuration"}


def _wheel(here: _Here) -> _Made:
    """`python_wheel_task`: an entry point of a package."""
    package, entry = text(here.value, "package_name"), text(here.value, "entry_point")
    if not package or not entry:
        return [], set()
    words, options, used = _arguments(here.value)
    run = Run("", here.value.lines["entry_point"], f"package:{package}", entry=entry, words=words, options=options)
    return [run], used


def _script(here: _Here) -> _Made:
    """A program named by one of the `_PROGRAMS` keys, with arguments from other keys."""
    words, options, used = _arguments(here.value)
    program, line = _program(here.value, here.keys, bool(words or options))
    if not program:
        command = here.value.entries.get(here.keys.get("command", ""))
        if isinstance(command, Fields):
            program, line = _program(command, {plain(name): name for name in command.entries}, given=True)
    settings: list[Given] = []
    for name, inner, at in entries(here.value):
        if plain(name) in _SETTINGS:
            used.add(name)
            settings += _settings(inner, at)
    if not program or not (words or options or settings or here.around.names or here.around.environment):
        return [], set()
    near = tuple(
        one.text
        for one in here.value.entries.values()
        if isinstance(one, Scalar) and one.text != program and "\n" not in one.text
    )
    names = tuple(dict.fromkeys(one for one in (text(here.value, "name"), text(here.value, "job_name")) if one))
    run = Run("", line, opened(program), words=words, options=options, settings=tuple(settings), near=near, names=names)
    return [run], used


def _program(value: Fields, keys: Mapping[str, str], given: bool) -> tuple[str, int]:
    for name in _PROGRAMS:
        if name not in keys:
            continue
        found = text(value, keys[name])
        if "\n" in found or " " in found.strip():
            continue
        if _ENDING.search(found) or (found and given and name in _WITHOUT_ENDING):
            return found, value.lines[keys[name]]
    return "", 0


def _referring(here: _Here) -> _Made:
    """A run of a job by name, with parameters of its own."""
    name = next((here.keys[one] for one in _JOBS if one in here.keys), "")
    named = opened(text(here.value, name)) if name else ""
    words, options, used = _arguments(here.value)
    if not named or not (words or options):
        return [], set()
    resource = _OF_RESOURCE.search(named)
    run = Run(
        "", here.value.lines[name], job=resource[1] if resource is not None else named, words=words, options=options
    )
    return [run], used


_RULES = (_container, _submitted, _pipeline, _wheel, _script, _referring)


def _arguments(value: Fields) -> tuple[tuple[Given, ...], tuple[Given, ...], set[str]]:
    """The positional words and the named values that a mapping passes, and the keys they come from."""
    words: list[Given] = []
    options: list[Given] = []
    used: set[str] = set()
    for name, inner, line in entries(value):
        if plain(name) in _ARGUMENTS:
            found = given(inner, line)
            if found:
                used.add(name)
            words += [one for one in found if not one.name]
            options += [one for one in found if one.name]
    return tuple(words), tuple(options), used


def _settings(value: Value, line: int) -> list[Given]:
    if isinstance(value, Scalar):
        return commands.configured(opened(value.text), value.line)
    return [one for one in given(value, line) if one.name]


def given(value: Value | None, line: int) -> list[Given]:
    """A value as arguments: the named values of a mapping, the words of a list, or those of a text."""
    if isinstance(value, Fields):
        return [
            Given(name.removesuffix(".$").lstrip("-"), _told(name, inner.text), at)
            for name, inner, at in entries(value)
            if isinstance(inner, Scalar) and inner.kind != "null"
        ]
    if isinstance(value, Scalar) and value.kind == "text":
        return [Given("", word, line) for word in opened(value.text).split()]
    found: list[Given] = []
    for one in items(value):
        if isinstance(one, Scalar):
            found += _word(one)
        elif isinstance(one, Fields):
            name = text(one, "name") or text(one, "key")
            told = one.entries.get("value") or one.entries.get("default")
            if name and isinstance(told, Scalar):
                found.append(Given(name.lstrip("-"), opened(told.text), told.line))
    return found


def _told(name: str, said: str) -> str:
    """The text of a value with holes; a key that ends in ".$" (state machines) refers to another state, so a hole."""
    return hole(name.removesuffix(".$").lstrip("-")) if name.endswith(".$") else opened(said)


def _word(one: Scalar) -> list[Given]:
    return [Given("", opened(one.text), one.line)]


def _words(value: Value | None) -> list[Given]:
    return [word for one in items(value) if isinstance(one, Scalar) for word in _word(one)]


def _command(value: Listing, around: _Around) -> Run | None:
    words = _words(value)
    telling = any(_ENDING.search(word.value) or word.value.endswith("spark-submit") for word in words)
    return commands.run_of(words, around.environment) if telling else None


def _finished(run: Run | None, around: _Around, tool: str) -> Iterator[Run]:
    """The run completed from its context, once for each combination of matrix values."""
    if run is None:
        return
    environment = (*around.environment, *(one for one in run.environment if one not in around.environment))
    known = {f"env.{one.name}": one.value for one in environment}
    for way in around.ways:
        values = {**known, **way}

        def fill(them: Sequence[Given], values: Mapping[str, str] = values) -> tuple[Given, ...]:
            return tuple(msgspec.structs.replace(one, value=filled(one.value, values.get)) for one in them)

        yield msgspec.structs.replace(
            run, tool=run.tool or tool, program=filled(run.program, values.get), words=fill(run.words),
            options=fill(run.options), settings=fill(run.settings), environment=fill(environment),
            names=tuple(dict.fromkeys((*run.names, *around.names))), defaults=(*run.defaults, *around.defaults),
        )  # fmt: skip
