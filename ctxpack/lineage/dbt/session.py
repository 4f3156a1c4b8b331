"""What names mean in templates of one project: dbt's functions, the macros of all packages, and what stands in.

A session renders one template at a time; everything that a template can change is made anew for the next, so that
what one renders to does not depend on those before. Names are looked up as dbt does: macros of the template's own
package, of the project, dbt's own, then packages by their names.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.runtime import missing

from ctxpack.datamodel.dbt import SCHEMA, MacroFile, RenderJob, RenderSettings
from ctxpack.lineage.dbt import stubs
from ctxpack.lineage.dbt.environment import MACRO_PREFIX, Opaque, Ordered, Return, Sandbox, Unknown, returned
from ctxpack.lineage.dbt.modules import modules, started
from ctxpack.lineage.dbt.relations import Recorder, Relation, place
from ctxpack.lineage.dbt.settings import variables_of

_DEEPEST = 120
_QUOTES = {"bigquery": "`", "spark": "`", "databricks": "`", "mysql": "`"}
_KIN = {"databricks": ("databricks", "spark"), "redshift": ("redshift", "postgres"), "materialize": ("postgres",)}


class Session:
    """Renders templates of one project."""

    def __init__(self, settings: RenderSettings) -> None:
        self.settings = settings
        self.adapter = settings.adapter or "default"
        self.environment = Sandbox()
        self.environment.lookup = self.lookup
        self._macros = _Macros(settings.macros, self)
        self._target = json.loads(settings.target)
        self._dispatch = dict(settings.dispatch)
        self._packages = frozenset(settings.packages)
        self.recorder = Recorder()
        self.job = RenderJob("", settings.project, "", "model", "")
        self.template: jinja2.Template | None = None
        self.depth = 0
        self._names: dict[str, Any] = {}

    def begin(self, job: RenderJob, recorder: Recorder, template: jinja2.Template) -> None:
        """Make all ready for one template."""
        self.job, self.recorder, self.template, self.depth = job, recorder, template, 0
        self._names = _names(self)
        self._variables = variables_of(self.settings, job.package)

    # --- names --------------------------------------------------------------------------------------------------------

    def lookup(self, key: str) -> Any:
        """The value of a name that the template itself does not have."""
        for package in dict.fromkeys((self.job.package, self.settings.project)):
            macro = self._macros.get(package, key)
            if macro is not None:
                return macro
        if key in self._names:
            return self._names[key]
        stub = stubs.stub_of("dbt", key, self.adapter)
        if stub is not None:
            return self._overridable("dbt", key, stub)
        if key in self._packages or key in ("dbt", "dbt_utils", "dbt_date"):
            return Package(self, key)
        return missing

    def member(self, package: str, name: str) -> Any:
        """The value of `package.name`: the package's macro, or what stands in for it."""
        stub = stubs.stub_of(package, name, self.adapter)
        macro = self._macros.get(package, name)
        if stub is not None and (macro is None or name in stubs.ASKING):
            return self._overridable(package, name, stub)
        if macro is not None:
            return macro
        self.recorder.unknown[f"{package}.{name}"] = None
        return Unknown(name=f"{package}.{name}")

    def _overridable(self, package: str, name: str, stub: stubs.Stub) -> Any:
        found = self.dispatched(name, package, stand_in=False)
        return found if found is not None else _Tolerant(name, stub)

    def dispatched(self, name: str, namespace: str | None, *, stand_in: bool = True) -> Any:
        """The macro that `adapter.dispatch` finds."""
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
            stub = stubs.stub_of(package, name, self.adapter)
            if stub is not None:
                return _Tolerant(name, stub)
        self.recorder.unknown[name] = None
        return Unknown(name=name)

    # --- dbt's functions ----------------------------------------------------------------------------------------------

    def ref(self, *args: Any, **settings: Any) -> Any:
        """dbt's `ref`."""
        line, evidence = self._place()
        return self.recorder.ref(args, settings, line, evidence) or Opaque(name="ref")

    def source(self, *args: Any, **_settings: Any) -> Any:
        """dbt's `source`."""
        line, evidence = self._place()
        return self.recorder.source(args, line, evidence) or Opaque(name="source")

    def _place(self) -> tuple[int, str]:
        line, evidence = place(self.template)
        return (line + self.job.line - 1 if line else 0), evidence

    def var(self, name: str, default: Any = None) -> Any:
        """dbt's `var`: the value in the project's settings; text in it that is a template is rendered."""
        value = self._variables.get(name, default)
        if isinstance(value, str) and "{{" in value and self.depth < 5:
            self.depth += 1
            try:
                return self.environment.from_string(value).render()
            finally:
                self.depth -= 1
        return copy.deepcopy(value) if isinstance(value, (list, dict)) else value


class Package:
    """A package in templates: its macros are its members."""

    def __init__(self, session: Session, name: str) -> None:
        self.__session, self.__name = session, name

    def __getitem__(self, name: str) -> Any:
        return self.__session.member(self.__name, name)


class _Tolerant:
    """A stand-in for a macro that gives something unknown where it is called as it does not expect."""

    def __init__(self, name: str, stub: stubs.Stub) -> None:
        self._name, self._stub = name, stub

    def __call__(self, *args: Any, **settings: Any) -> Any:
        settings.pop("caller", None)
        try:
            return self._stub(*args, **{_NAMES.get(key, key): value for key, value in settings.items()})
        except (TypeError, ValueError, AttributeError):
            return Opaque(name=self._name)


_NAMES = {"from": "from_"}


class _Macros:
    """The macros of all packages; a file is read, and a macro compiled, when it is first asked for."""

    def __init__(self, files: Iterable[MacroFile], session: Session) -> None:
        self._session = session
        self._files: dict[tuple[str, str], MacroFile] = {}
        for file in files:
            for name in file.names:
                self._files.setdefault((file.package, name), file)
        self._nodes: dict[str, dict[str, nodes.Macro]] = {}
        self._made: dict[tuple[str, str], Macro | None] = {}

    def get(self, package: str, name: str) -> Macro | None:
        """The macro of a package by its name."""
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
    """The macros of a file by name; where the whole cannot be read, each of those that can."""
    from ctxpack.lineage.dbt.blocks import macro_texts

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
    """A macro of the project or of a package, with dbt's `return`."""

    def __init__(self, session: Session, name: str, node: nodes.Macro) -> None:
        self._session, self.name = session, name
        self._node = node
        self._compiled: Callable[..., Any] | None = None

    def __call__(self, *args: Any, **settings: Any) -> Any:
        session = self._session
        if session.depth >= _DEEPEST:
            raise RecursionError
        if self._compiled is None:
            self._compiled = self._compile()
        session.depth += 1
        try:
            return self._compiled(*args, **settings)
        except Return as carried:
            return carried.value
        finally:
            session.depth -= 1

    def _compile(self) -> Callable[..., Any]:
        environment = self._session.environment
        node = self._node
        node.name = MACRO_PREFIX + self.name
        tree = nodes.Template([node], lineno=1).set_environment(environment)
        code = environment.compile(tree, filename="<macro>")
        template = jinja2.Template.from_code(environment, code, environment.globals.copy())
        compiled: Callable[..., Any] = getattr(template.make_module(), node.name)
        return compiled


# --- what every template finds ---


def _names(session: Session) -> dict[str, Any]:
    """dbt's functions and values, made anew for each template."""
    this = Relation(f"{SCHEMA}.this", session.job.title, "schema", "database")
    builtins = {
        "ref": session.ref,
        "source": session.source,
        "var": _Var(session),
        "config": _Config(session),
        "env_var": _env_var,
        "return": returned,
    }
    return {
        **builtins,
        **_PLAIN,
        "builtins": builtins,
        "this": this,
        "target": copy.deepcopy(session._target),
        "schema": session._target.get("schema", ""),
        "database": session._target.get("database", ""),
        "model": _model(session),
        "graph": {key: {} for key in ("nodes", "sources", "exposures", "metrics", "groups", "semantic_models")},
        "adapter": _Adapter(session),
        "api": SimpleNamespace(Relation=_RelationMaker(), Column=_ColumnMaker()),
        "modules": modules(),
        "exceptions": _Exceptions(),
        "project_name": session.settings.project,
        "run_started_at": started(),
        "run_query": _unknown("run_query"),
        "load_result": _unknown("load_result"),
        "context": Unknown(name="context"),
        "flags": SimpleNamespace(FULL_REFRESH=False, WHICH="parse", STORE_FAILURES=False, INVOCATION_COMMAND=""),
        "statement": _statement,
        "pre_hooks": [],
        "post_hooks": [],
        "invocation_args_dict": {},
        "dbt_metadata_envs": {},
        "selected_resources": [],
    }


def _model(session: Session) -> dict[str, Any]:
    job = session.job
    return {
        "name": job.title,
        "alias": job.title,
        "schema": "schema",
        "database": "database",
        "package_name": job.package,
        "resource_type": job.kind,
        "path": job.path,
        "original_file_path": job.path,
        "unique_id": f"{job.kind}.{job.package}.{job.title}",
        "fqn": [job.package, job.title],
        "config": {"materialized": "view"},
        "tags": [],
        "columns": {},
        "depends_on": {"nodes": [], "macros": []},
        "refs": [],
        "sources": [],
        "raw_code": job.text,
        "raw_sql": job.text,
    }


def _env_var(_name: Any = "", default: Any = "") -> str:
    return str(default)


def _unknown(name: str) -> Callable[..., Any]:
    return lambda *_args, **_settings: Unknown(name=name)


def _statement(*_args: Any, caller: Callable[[], Any] | None = None, **_settings: Any) -> str:
    """The body of a statement is evaluated while dbt parses, and then not run."""
    if caller is not None:
        caller()
    return ""


def _from_json(text: Any = "", default: Any = None) -> Any:
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return default


def _to_json(value: Any = None, default: Any = None, sort_keys: bool = False) -> Any:
    try:
        return json.dumps(value, sort_keys=sort_keys, default=str)
    except (ValueError, TypeError, RecursionError):
        return default


def _from_yaml(text: Any = "", default: Any = None) -> Any:
    from ctxpack.lineage.dbt.documents import Unreadable, read

    try:
        return read(f"value:\n{_indented(str(text))}").get("value", default)
    except Unreadable:
        return default


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def _ordered(value: Any = (), default: Any = None) -> Any:
    try:
        return Ordered(value)
    except TypeError:
        return default


def _zipped(*values: Any, default: Any = None) -> Any:
    try:
        return list(zip(*values, strict=False))
    except TypeError:
        return default


def _digest(value: Any = "") -> str:
    import hashlib

    return hashlib.md5(str(value).encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def _nothing(*_args: Any, **_settings: Any) -> str:
    return ""


def _same(value: Any = "", *_args: Any, **_settings: Any) -> Any:
    return value


_PLAIN: dict[str, Any] = {
    "execute": False,
    "dbt_version": "1.10.0",
    "invocation_id": "00000000-0000-0000-0000-000000000000",
    "thread_id": "main",
    "sql": "",
    "log": _nothing,
    "print": _nothing,
    "debug": _nothing,
    "write": _nothing,
    "store_result": _nothing,
    "store_raw_result": _nothing,
    "submit_python_job": _nothing,
    "load_agate_table": _unknown("load_agate_table"),
    "doc": _nothing,
    "render": _same,
    "fromjson": _from_json,
    "tojson": _to_json,
    "fromyaml": _from_yaml,
    "toyaml": _to_json,
    "set": _ordered,
    "set_strict": _ordered,
    "zip": _zipped,
    "zip_strict": _zipped,
    "local_md5": _digest,
    "diff_of_two_dicts": lambda left=None, right=None: {},
    "try_or_compiler_error": lambda _message, function, *args, **settings: function(*args, **settings),
}


class _Var:
    """`var(name, default)` and `var.has_var(name)`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __call__(self, name: Any = "", default: Any = None) -> Any:
        return self._session.var(str(name), default)

    def has_var(self, name: Any = "") -> bool:
        return str(name) in self._session._variables


class _Config:
    """`config(...)` notes settings; asked for one while dbt parses, it gives nothing."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __call__(self, *args: Any, **settings: Any) -> str:
        for one in args:
            if isinstance(one, dict):
                settings = {**one, **settings}
        self._session.recorder.config.update(settings)
        return ""

    def set(self, name: Any = "", value: Any = None) -> str:
        self._session.recorder.config[str(name)] = value
        return ""

    def get(self, *_args: Any, **_settings: Any) -> str:
        return ""

    require = meta_get = meta_require = get

    def persist_relation_docs(self) -> bool:
        return False

    persist_column_docs = persist_relation_docs


class _Adapter:
    """`adapter`: dispatching and quoting work, all that asks the database gives nothing."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.config = Unknown(name="adapter.config")

    def dispatch(self, macro_name: Any = "", macro_namespace: Any = None, packages: Any = None) -> Any:
        namespace = macro_namespace if isinstance(macro_namespace, str) else None
        if namespace is None and isinstance(packages, list) and packages and isinstance(packages[0], str):
            namespace = packages[-1]
        name = str(macro_name)
        owner, _, bare = name.rpartition(".")
        return self._session.dispatched(bare, namespace or owner or None)

    def type(self) -> str:
        return self._session.adapter

    def quote(self, identifier: Any = "") -> str:
        mark = _QUOTES.get(self._session.adapter, '"')
        return f"{mark}{identifier}{mark}"

    def quote_as_configured(self, identifier: Any = "", *_args: Any) -> str:
        return str(identifier)

    def get_columns_in_relation(self, *_args: Any, **_settings: Any) -> list[Any]:
        return []

    get_missing_columns = list_relations_without_caching = list_relations = get_columns_in_relation

    def get_relation(self, *_args: Any, **_settings: Any) -> None:
        return None

    load_relation = get_relation

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return _unknown(f"adapter.{name}")


class _RelationMaker:
    """`api.Relation`."""

    Table, View, CTE, External, MaterializedView = "table", "view", "cte", "external", "materialized_view"

    def create(
        self, database: Any = "", schema: Any = "", identifier: Any = "", type: Any = "", **_settings: Any
    ) -> Any:
        parts = [str(part) for part in (database, schema, identifier) if part]
        return Relation(".".join(parts), str(identifier), str(schema or ""), str(database or ""), str(type or ""))


class _ColumnMaker:
    """`api.Column`."""

    def __call__(self, column: Any = "", dtype: Any = "", *_args: Any, **_settings: Any) -> Any:
        return SimpleNamespace(column=column, name=column, quoted=f'"{column}"', dtype=dtype, data_type=dtype)

    create = __call__

    def translate_type(self, dtype: Any = "") -> Any:
        return dtype

    def string_type(self, size: Any = 256) -> str:
        return f"varchar({size})"

    def numeric_type(self, dtype: Any = "numeric", *_args: Any) -> str:
        return str(dtype)


class _Exceptions:
    """`exceptions`: what a template reports is not raised, since the value it objects to may be a stand-in."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return _nothing
