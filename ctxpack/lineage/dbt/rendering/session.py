"""The rendering session of a project: resolves names in templates to dbt's functions, macros and stand-ins.

A session renders one template at a time. All state that a template can change is created anew for the next, so results
do not depend on order. Names are resolved as in dbt: macros of the template's package, of the project, dbt's own, then
packages by name.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.utils import missing

from ctxpack.datamodel.dbt import MacroFile, RenderJob, RenderSettings
from ctxpack.lineage.dbt.project.settings import variables_of
from ctxpack.lineage.dbt.rendering import packaged, stubs
from ctxpack.lineage.dbt.rendering.asking import Asking, asking
from ctxpack.lineage.dbt.rendering.offered import offered
from ctxpack.lineage.dbt.templates.answers import look_at
from ctxpack.lineage.dbt.templates.environment import MACRO_PREFIX, Opaque, Return, Sandbox, Unknown
from ctxpack.lineage.dbt.templates.relations import MARK, Recorder, Relation, place
from ctxpack.lineage.dbt.templates.static import sandbox

_DEEPEST = 120
_NOTHING = Asking()
_KNOWN = frozenset({"dbt", "dbt_utils", "dbt_date", *packaged.PACKAGES})
_ASKING = stubs.ASKING | packaged.ASKING
_KIN = {"databricks": ("databricks", "spark"), "redshift": ("redshift", "postgres"), "materialize": ("postgres",)}


class Session:
    """Renders templates of one project."""

    def __init__(self, settings: RenderSettings) -> None:
        self.settings = settings
        self.adapter = settings.adapter or "default"
        self.environment = sandbox()
        self.environment.lookup = self.lookup
        self._macros = _Macros(settings.macros, self)
        self.target = json.loads(settings.target)
        self._dispatch = dict(settings.dispatch)
        self._packages = frozenset(settings.packages)
        self.recorder = Recorder()
        self.job = RenderJob("", settings.project, "", "model", "")
        self.template: jinja2.Template | None = None
        self.line = 0
        """The current line of a template that is interpreted, not compiled; otherwise 0."""
        self.depth = 0
        self.naming: tuple[int, str] | None = None
        self._loops = 0
        self._names: dict[str, Any] = {}
        self._templates = lru_cache(maxsize=256)(self.environment.from_string)
        """Compiled templates in the values of variables; cached, since many templates use them."""

    def begin(
        self, job: RenderJob, recorder: Recorder, template: jinja2.Template | None = None, asks: Asking = _NOTHING
    ) -> None:
        """Reset the state for one template; `template` is its compiled form, if any, `asks` its database queries."""
        self.job, self.recorder, self.template, self.depth = job, recorder, template, 0
        self.naming, self._loops = None, 0
        self.enter(asks)
        self._names = offered(self)
        self.variables = variables_of(self.settings, job.package)

    def enter(self, asks: Asking) -> None:
        """Enter a template or macro, and record its database queries that count here."""
        for name in asks.counted(looping=self._loops > 0):
            self.recorder.ask(name)
        self._loops += asks.loops

    def leave(self, asks: Asking) -> None:
        """Leave a template or macro."""
        self._loops -= asks.loops

    # --- names --------------------------------------------------------------------------------------------------------

    def lookup(self, key: str) -> Any:
        """The value of a name that the template itself does not define; `missing` if there is none."""
        for package in dict.fromkeys((self.job.package, self.settings.project)):
            macro = self._macros.get(package, key)
            if macro is not None:
                return _Naming(self, key, macro) if key in ("ref", "source") else macro
        if key in self._names:
            own = self.dispatched(key, "dbt", stand_in=False) if key.startswith("generate_") else None
            return own or self._names[key]
        stub = stubs.stub_of("dbt", key, self.adapter)
        if stub is not None:
            return self._overridable("dbt", key, stub)
        if key in self._packages or key in _KNOWN:
            return Package(self, key)
        return missing

    def member(self, package: str, name: str) -> Any:
        """The value of `package.name`: the package's macro, or its stand-in."""
        stub = self._stub(package, name)
        macro = self._macros.get(package, name)
        if stub is not None and (macro is None or name in _ASKING):
            return self._overridable(package, name, stub)
        if macro is not None:
            return macro
        self.recorder.unknown[f"{package}.{name}"] = None
        if name in ("ref", "source"):
            return self.ref if name == "ref" else self.source
        return _NotInstalled(self, f"{package}.{name}")

    def _stub(self, package: str, name: str) -> stubs.Stub | None:
        return stubs.stub_of(package, name, self.adapter) or packaged.bound(package, name, self)

    def _overridable(self, package: str, name: str, stub: stubs.Stub) -> Any:
        found = self.dispatched(name, package, stand_in=False)
        return found if found is not None else _Tolerant(self, name, stub)

    def dispatched(self, name: str, namespace: str | None, *, stand_in: bool = True) -> Any:
        """The macro that `adapter.dispatch` finds, or with `stand_in` else a stand-in.

        Without `stand_in` only overrides outside the namespace count; None if there is none.
        """
        prefixes = [*_KIN.get(self.adapter, (self.adapter,)), "default"]
        order = self._dispatch.get(namespace or "") or ([self.settings.project, namespace] if namespace else [])
        for package in order or [self.job.package, self.settings.project, *sorted(self._packages)]:
            for prefix in prefixes:
                macro = self._macros.get(package or "", f"{prefix}__{name}")
                if macro is not None and (stand_in or package != namespace):
                    return macro
        if not stand_in:
            return None
        for package in (namespace or "dbt", "dbt", "dbt_utils"):
            stub = self._stub(package, name)
            if stub is not None:
                return _Tolerant(self, name, stub)
        self.recorder.unknown[name] = None
        return Unknown(name=name)

    # --- dbt's functions ----------------------------------------------------------------------------------------------

    def ref(self, *args: Any, **settings: Any) -> Any:
        """The `ref` of dbt."""
        line, evidence = self.place()
        return self.recorder.ref(args, settings, line, evidence) or Opaque(name="ref")

    def source(self, *args: Any, **_settings: Any) -> Any:
        """The `source` of dbt."""
        line, evidence = self.place()
        return self.recorder.source(args, line, evidence) or Opaque(name="source")

    def place(self) -> tuple[int, str]:
        """The current file line of the template, and "ref" for a call in it, "macro" for one in a macro."""
        if self.naming is not None:
            return self.naming
        if self.line:
            line, evidence = self.line, "macro" if self.depth else "ref"
        else:
            line, evidence = place(self.template)
        return (line + self.job.line - 1 if line else 0), evidence

    def var(self, name: str, default: Any = None) -> Any:
        """The value of a project variable; a value that is a template is rendered."""
        value = self.variables.get(name, default)
        if isinstance(value, str) and "{{" in value and self.depth < 5:
            self.depth += 1
            try:
                return self._templates(value).render()
            finally:
                self.depth -= 1
        return copy.deepcopy(value) if isinstance(value, (list, dict)) else value


class _Naming:
    """A project's own override of `ref` or `source`.

    A result with a relation in it is used as it is. If it prints database names instead, but has referred to something,
    dbt's own `ref` or `source` is used in its place.
    """

    def __init__(self, session: Session, key: str, macro: Macro) -> None:
        self._session, self._key, self._macro = session, key, macro

    def __call__(self, *args: Any, **settings: Any) -> Any:
        session = self._session
        outer = session.naming
        session.naming = outer or session.place()
        before = len(session.recorder.named)
        try:
            given = self._macro(*args, **settings)
            if isinstance(given, Relation) or (isinstance(given, str) and MARK.search(given)):
                return given.strip() if isinstance(given, str) else given
            if len(session.recorder.named) > before or session.recorder.knows(self._key, args):
                return session.ref(*args, **settings) if self._key == "ref" else session.source(*args)
            return given.strip() if isinstance(given, str) else given
        finally:
            session.naming = outer


class Package:
    """A package as a namespace in templates: its members are its macros."""

    def __init__(self, session: Session, name: str) -> None:
        self.__session, self.__name = session, name

    def __getitem__(self, name: str) -> Any:
        return self.__session.member(self.__name, name)


class _NotInstalled(Unknown):
    """A macro of a package that is not installed.

    Some packages take names of models as texts and refer to them inside (`source_model="stg_orders"`), so the texts
    among the arguments are recorded as names that may mean a model.
    """

    __slots__ = ("_session",)

    def __init__(self, session: Session | None = None, name: str = "") -> None:
        super().__init__(name=name)
        object.__setattr__(self, "_session", session)

    def __call__(self, *args: Any, **settings: Any) -> Any:
        """As for any unknown value; see the class."""
        session: Session | None = self._session
        if session is not None:
            line, _ = session.place()
            session.recorder.given((*args, *settings.values()), line)
        return super().__call__(*args, **settings)


class _Tolerant:
    """A stand-in for a macro, tolerant of unexpected arguments (see `called`)."""

    def __init__(self, session: Session, name: str, stub: stubs.Stub) -> None:
        self._session, self._name, self._stub = session, name, stub

    def __call__(self, *args: Any, **settings: Any) -> Any:
        settings.pop("caller", None)
        return called(self._name, self._stub, args, settings, self._session.recorder)


def called(name: str, stub: stubs.Stub, args: tuple[Any, ...], settings: dict[str, Any], recorder: Recorder) -> Any:
    """The result of a stand-in; an `Opaque` if the arguments are not as it expects."""
    try:
        given = stub(*args, **settings)
    except (TypeError, ValueError, AttributeError, KeyError):
        look_at((*args, *settings.values()))
        return Opaque(name=name)
    if stubs.asks(name, args, settings, given):
        recorder.ask(name)
    return given


class _Macros:
    """The macros of all packages; files are parsed and macros compiled on first use."""

    def __init__(self, files: Iterable[MacroFile], session: Session) -> None:
        self._session = session
        self._files: dict[tuple[str, str], MacroFile] = {}
        for file in files:
            for name in file.names:
                self._files.setdefault((file.package, name), file)
        self._nodes: dict[str, dict[str, nodes.Macro]] = {}
        self._made: dict[tuple[str, str], Macro | None] = {}

    def get(self, package: str, name: str) -> Macro | None:
        """The macro of a package by name; None if there is none."""
        key = (package, name)
        if key not in self._files:
            return None
        if key not in self._made:
            self._made[key] = self._make(self._files[key], name)
        return self._made[key]

    def _make(self, file: MacroFile, name: str) -> Macro | None:
        if file.path not in self._nodes:
            self._nodes[file.path] = _macros_in(file.text, self._session.environment)
        node = self._nodes[file.path].get(name)
        return None if node is None else Macro(self._session, name, node)


def _macros_in(text: str, environment: Sandbox) -> dict[str, nodes.Macro]:
    """The macros of a file by name; if the file cannot be parsed, those macros that can be by themselves."""
    from ctxpack.lineage.dbt.templates.blocks import macro_texts

    found: dict[str, nodes.Macro] = {}
    for part in (text, *macro_texts(text)):
        try:
            tree = environment.parse(part)
        except (jinja2.TemplateSyntaxError, RecursionError, ValueError):
            continue
        for macro in tree.find_all(nodes.Macro):
            found.setdefault(macro.name, macro)
        if part is text:
            break
    return found


class Macro:
    """A callable macro of the project or a package, with support for dbt's `return`."""

    def __init__(self, session: Session, name: str, node: nodes.Macro) -> None:
        self._session, self.name = session, name
        self._node = node
        self._compiled: Callable[..., Any] | None = None
        self._asks = asking(node)

    def __call__(self, *args: Any, **settings: Any) -> Any:
        """The text that the macro prints, or the value that it returns; raises RecursionError if nested too deeply."""
        session = self._session
        if session.depth >= _DEEPEST:
            raise RecursionError
        if self._compiled is None:
            self._compiled = self._compile()
        session.depth += 1
        session.enter(self._asks)
        try:
            return self._compiled(*args, **settings)
        except Return as carried:
            return carried.value
        finally:
            session.leave(self._asks)
            session.depth -= 1

    def _compile(self) -> Callable[..., Any]:
        environment = self._session.environment
        node = self._node
        node.name = MACRO_PREFIX + self.name
        tree = nodes.Template([node], lineno=1)
        tree.set_environment(environment)
        code = environment.compile(tree, filename="<macro>")
        template = jinja2.Template.from_code(environment, code, environment.globals.copy())
        compiled: Callable[..., Any] = getattr(template.make_module(), node.name)
        return compiled
