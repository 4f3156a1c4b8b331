"""The functions and values that dbt offers to every template, as they are while dbt parses, without a database.

Whatever would ask the database, the environment or the clock gives nothing, or a constant.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ctxpack.datamodel.dbt import SCHEMA
from ctxpack.lineage.dbt.rendering.modules import modules, started
from ctxpack.lineage.dbt.templates.answers import Answer
from ctxpack.lineage.dbt.templates.environment import Ordered, Unknown, returned, unset
from ctxpack.lineage.dbt.templates.relations import Relation

if TYPE_CHECKING:
    from ctxpack.lineage.dbt.rendering.session import Session

_QUOTES = {"bigquery": "`", "spark": "`", "databricks": "`", "mysql": "`"}


def offered(session: Session) -> dict[str, Any]:
    """The functions and values of dbt by name, created anew for each template."""
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
        "target": json.loads(session.settings.target),
        "schema": session.target.get("schema", ""),
        "database": session.target.get("database", ""),
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
        **_naming(session.target),
    }


def _naming(target: dict[str, Any]) -> dict[str, Any]:
    """The default rules of dbt for naming relations, by the names of their macros."""
    schema, database = str(target.get("schema", "")), str(target.get("database", ""))

    def schema_name(custom_schema_name: Any = None, node: Any = None) -> str:  # noqa: ARG001
        return schema if custom_schema_name is None else f"{schema}_{str(custom_schema_name).strip()}"

    def schema_for_environment(custom_schema_name: Any = None, node: Any = None) -> str:  # noqa: ARG001
        is_production = target.get("name") == "prod" and custom_schema_name is not None
        return str(custom_schema_name).strip() if is_production else schema

    def alias_name(custom_alias_name: Any = None, node: Any = None) -> str:
        return str(custom_alias_name or (node or {}).get("name", "")).strip()

    def database_name(custom_database_name: Any = None, node: Any = None) -> str:  # noqa: ARG001
        return database if custom_database_name is None else str(custom_database_name).strip()

    rules = {
        "generate_schema_name": schema_name,
        "generate_alias_name": alias_name,
        "generate_database_name": database_name,
    }
    return {
        **rules,
        **{f"default__{name}": rule for name, rule in rules.items()},
        "generate_schema_name_for_env": schema_for_environment,
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


def _env_var(name: Any = "", default: Any = None) -> str:
    return str(default) if default is not None else unset(str(name))


def _unknown(name: str) -> Callable[..., Any]:
    return lambda *_args, **_settings: Unknown(name=name)


def _statement(*_args: Any, caller: Callable[[], Any] | None = None, **_settings: Any) -> str:
    """A `statement` block: its body is evaluated, but the SQL is not run."""
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
    from ctxpack.lineage.documents import Unreadable, read

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
    "diff_of_two_dicts": lambda *_both: {},
    "try_or_compiler_error": lambda _message, function, *args, **settings: function(*args, **settings),
}


class _Var:
    """`var(name, default)` and `var.has_var(name)`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __call__(self, name: Any = "", default: Any = None) -> Any:
        return self._session.var(str(name), default)

    def has_var(self, name: Any = "") -> bool:
        return str(name) in self._session.variables


class _Config:
    """`config`: a call records settings; `config.get` gives "" while dbt parses."""

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
    """`adapter`: dispatch and quoting work; all that would query the database gives nothing."""

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
        return Answer(partial(self._session.recorder.ask, "adapter.get_columns_in_relation"))

    def list_relations(self, *_args: Any, **_settings: Any) -> list[Any]:
        return Answer(partial(self._session.recorder.ask, "adapter.list_relations"))

    get_missing_columns, list_relations_without_caching = get_columns_in_relation, list_relations

    def get_relation(self, database: Any = None, schema: Any = None, identifier: Any = None, **_settings: Any) -> Any:
        """The relation if the template has referred to it, since then it exists when the model is built; else None."""
        del database
        return self._session.recorder.relation(schema, identifier)

    def load_relation(self, *_args: Any, **_settings: Any) -> None:
        return None

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
    """`exceptions`: errors are not raised, since the value that a template objects to may be a stand-in."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return _nothing
