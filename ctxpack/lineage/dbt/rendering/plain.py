"""Evaluates templates of a project that are static, from their syntax tree, with stand-ins for dbt's functions.

All others are returned as syntax trees, to be rendered in the sandbox.
"""

from __future__ import annotations

import json
from typing import Any

import jinja2
from jinja2 import nodes

from ctxpack.datamodel.dbt import SCHEMA, Rendered, RenderJob, RenderSettings
from ctxpack.lineage.dbt.project.settings import variables_of
from ctxpack.lineage.dbt.rendering.asking import asking
from ctxpack.lineage.dbt.rendering.session import called
from ctxpack.lineage.dbt.rendering.stubs import ASKING, stub_of
from ctxpack.lineage.dbt.templates.environment import unset
from ctxpack.lineage.dbt.templates.marks import cleaned, result, with_marks
from ctxpack.lineage.dbt.templates.relations import Recorder, Relation
from ctxpack.lineage.dbt.templates.static import LARGEST, Dynamic, Function, Static, is_switched_off, parse


class Plain:
    """Evaluates the static templates of a project."""

    def __init__(self, settings: RenderSettings) -> None:
        self._settings = settings
        self._names = {"target": json.loads(settings.target), "execute": False}
        self._macros: dict[str, set[str]] = {}
        for file in settings.macros:
            self._macros.setdefault(file.package, set()).update(file.names)
        self._own = self._macros.get(settings.project, set())

    def read(self, job: RenderJob) -> Rendered | nodes.Template:
        """The result of a static template, or the reason why it has none; the syntax tree of a dynamic template."""
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
        for name in asking(tree).counted():
            recorder.ask(name)
        return result(with_marks(pieces), recorder, job)

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
        return _Functions(functions, self, own, recorder)

    def stub(self, name: str, own: set[str], recorder: Recorder) -> Function | None:
        """The stand-in for a macro; None if a file of the project defines or overrides it."""
        package, _, bare = name.rpartition(".")
        adapter = self._settings.adapter or "default"
        if (not package and bare in own) or not self._own.isdisjoint((f"{adapter}__{bare}", f"default__{bare}")):
            return None
        if package and bare in self._macros.get(package, ()) and bare not in ASKING:
            return None
        stub = stub_of(package or "dbt", bare, adapter)
        if stub is None or dict(self._settings.dispatch).get(package):
            return None
        return lambda _line, args, settings: called(bare, stub, args, settings, recorder)


class _Functions(dict[str, Function]):
    """dbt's functions by name; stand-ins for macros are looked up on demand."""

    def __init__(self, known: dict[str, Function], plain: Plain, own: set[str], recorder: Recorder) -> None:
        super().__init__(known)
        self._plain, self._own, self._recorder = plain, own, recorder

    def get(self, key: str, default: Any = None) -> Any:
        """The function of a name."""
        return super().get(key) or self._plain.stub(key, self._own, self._recorder) or default


def _known(relation: Relation | None) -> Relation:
    if relation is None:
        raise Dynamic
    return relation
