"""Stand-ins for package macros that depend on the variables and sources of the project.

They cover macros that many packages build on and that are rarely installed in the repository, and behave as those
packages document. A macro that selects wanted columns from a relation gives all of them, whatever the relation has,
with a null for each that is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol

from ctxpack.datamodel.dbt import IF_THERE
from ctxpack.lineage.dbt.rendering.stubs import Stub, members, stub_of, union
from ctxpack.lineage.dbt.templates.relations import Relation


class Project(Protocol):
    """What a stand-in may know of the project that calls it."""

    adapter: str
    target: dict[str, Any]

    def var(self, name: str, default: Any = None) -> Any:
        """The value of a variable."""

    def source(self, *args: Any, **settings: Any) -> Any:
        """The relation of a source, recorded as read."""


_BACKTICKS = frozenset({"bigquery", "spark", "databricks"})
_FROM = "_dbt_source_relation"
"""The column in a union of relations that names the relation of each row."""


# --- wanted columns of a relation ---


def _filled(project: Project, source_columns: Any = (), staging_columns: Any = (), **_settings: Any) -> str:
    """Each wanted column: that of the relation, or a null of its type if the relation lacks it.

    `source_columns` is ignored. Raises ValueError if the wanted columns are unknown.
    """
    del source_columns
    wanted = [_column(project, one) for one in members(staging_columns)]
    if not wanted:
        raise ValueError("no columns are wanted")
    return ", ".join(wanted)


def _column(project: Project, column: Any) -> str:
    if not isinstance(column, Mapping) or not isinstance(column.get("name"), str):
        raise ValueError("a column has no name")
    name = _quoted(project, column["name"]) if column.get("quote") else column["name"]
    alias, type_of = column.get("alias") or name, column.get("datatype")
    return f"{IF_THERE}({name}, cast(null as {type_of})) as {alias}" if type_of else f"{name} as {alias}"


def _quoted(project: Project, name: str) -> str:
    if project.adapter in _BACKTICKS:
        return f"`{name}`"
    return f'"{name.upper()}"' if project.adapter == "snowflake" else f'"{name}"'


def _fields(values: Any) -> Iterator[Mapping[str, Any]]:
    """The columns listed in a variable, as mappings; a bare name becomes one."""
    for value in members(values or ()):
        yield value if isinstance(value, Mapping) else {"name": str(value)}


def _name(field: Mapping[str, Any]) -> Any:
    return field.get("alias") or field.get("name", "")


def _add_passed_through(project: Project, base_columns: Any = (), pass_through_var: Any = (), **_settings: Any) -> str:
    """Append the columns listed in a variable to the wanted ones."""
    string = stub_of("dbt", "type_string", project.adapter)
    for field in _fields(pass_through_var):
        type_of = field.get("datatype") or (string() if string is not None else "")
        base_columns.append({**field, "datatype": type_of})
    return ""


def _passed_through(project: Project, pass_through_variable: Any = "", **_settings: Any) -> str:
    """The columns listed in a variable, as further items of a SELECT list."""
    return "".join(
        f", {field['transform_sql']} as {_name(field)}" if field.get("transform_sql") else f", {_name(field)}"
        for field in _fields(project.var(str(pass_through_variable)))
    )


def _persisted(
    project: Project, pass_through_variable: Any = "", identifier: Any = None, transform: Any = "", **_settings: Any
) -> str:
    prefix = f"{identifier}." if identifier else ""
    fields = _fields(project.var(str(pass_through_variable)))
    return "".join(f", {transform}({prefix}{_name(field)}) as {_name(field)}" for field in fields)


def _calculated(project: Project, variable: Any = "", **_settings: Any) -> str:
    fields = _fields(project.var(str(variable)))
    return "".join(f", {field['transform_sql']} as {field['name']}" for field in fields)


# --- rows of several connections ---


_SCHEMAS, _DATABASES = "union_schemas", "union_databases"


def _is_one_of(names: Iterable[Any], pattern: str) -> str:
    """A CASE expression for the schema or database that a row comes from."""
    place = f"lower(replace(replace({_FROM}, '\"', ''), '`', ''))"
    cases = [f"when {place} like '{pattern.format(str(one).lower())}' then '{str(one).lower()}'" for one in names]
    return f", case {' '.join(cases)} end as source_relation"


def _source_relation(project: Project, *args: Any, **settings: Any) -> str:
    names = dict(zip(("union_schema_variable", "union_database_variable"), args, strict=False)) | settings
    schemas = project.var(str(names.get("union_schema_variable", _SCHEMAS)))
    databases = project.var(str(names.get("union_database_variable", _DATABASES)))
    if schemas:
        return _is_one_of(members(schemas), "%.{}.%")
    return _is_one_of(members(databases), "%{}.%") if databases else ", '' as source_relation"


def _applied(project: Project, package_name: Any = "", use_package_prefix: Any = True, **_settings: Any) -> str:
    prefix = f"{package_name}_" if use_package_prefix else ""
    if project.var(f"{package_name}_sources"):
        return f", {_FROM} as source_relation"
    if project.var(f"{prefix}{_SCHEMAS}") or project.var(f"{prefix}{_DATABASES}"):
        return _source_relation(project, f"{prefix}{_SCHEMAS}", f"{prefix}{_DATABASES}")
    database = project.var(f"{package_name}_database", project.target.get("database", ""))
    return f", '{database}.{project.var(f'{package_name}_schema', package_name)}' as source_relation"


def _partition(
    project: Project, package_name: Any = "", has_other_partitions: Any = "yes", alias: Any = None,
    package_prefix_union_variable: Any = True, **_settings: Any,
) -> str:  # fmt: skip
    prefix = f"{package_name}_" if package_prefix_union_variable else ""
    variables = (f"{prefix}{_SCHEMAS}", f"{prefix}{_DATABASES}", f"{package_name}_sources")
    if all(len(project.var(name) or ()) < 2 for name in variables):
        return ""
    column = f"{alias}.source_relation" if alias else "source_relation"
    return f"partition by {column}" if has_other_partitions == "no" else f", {column}"


def _source_column(project: Project, **_settings: Any) -> str:
    return f", {_FROM}" if project.var(_SCHEMAS) or project.var(_DATABASES) else ""


_UNION_DATA = (
    "table_identifier", "database_variable", "schema_variable", "default_database", "default_schema",
    "default_variable", "union_schema_variable", "union_database_variable",
)  # fmt: skip


def _union_data(project: Project, *args: Any, **settings: Any) -> str:
    """The table of the only source, or the union of that table over several schemas or databases."""
    usual = {**dict.fromkeys(_UNION_DATA, ""), "union_schema_variable": _SCHEMAS, "union_database_variable": _DATABASES}
    given = {key: str(one) for key, one in (usual | dict(zip(_UNION_DATA, args, strict=False)) | settings).items()}
    table = given["table_identifier"]
    schemas, databases = project.var(given["union_schema_variable"]), project.var(given["union_database_variable"])
    if project.var("has_defined_sources") and (schemas or databases):
        return union([project.source(str(one), table) for one in members(schemas or databases)])
    if schemas:
        database = project.var(given["database_variable"], given["default_database"])
        return union([_relation(database, one, table) for one in members(schemas)])
    if databases:
        schema = project.var(given["schema_variable"], given["default_schema"])
        return union([_relation(one, schema, table) for one in members(databases)])
    return f"select * from {project.var(given['default_variable']) or project.source(given['default_schema'], table)}"


def _union_connections(
    project: Project, connection_dictionary: Any = "", single_source_name: Any = "", single_table_name: Any = "",
    default_identifier: Any = "", **_settings: Any,
) -> str:  # fmt: skip
    """As `_union_data`, for a variable that lists connections."""
    connections = list(_fields(project.var(str(connection_dictionary))))
    if not connections:
        return f"select * from {project.source(str(single_source_name), str(single_table_name))}"
    if project.var("has_defined_sources"):
        return union([project.source(str(one.get("name")), str(single_table_name)) for one in connections])
    table, usual = default_identifier or single_table_name, (project.target.get("database"), single_source_name)
    places = [(one.get("database") or usual[0], one.get("schema") or usual[1]) for one in connections]
    return union([_relation(*place, table) for place in places])


def _relation(database: Any, schema: Any, table: Any) -> Relation:
    parts = [str(part) for part in (database, schema, table)]
    return Relation(".".join(parts), parts[2], parts[1], parts[0])


# --- settings ---


def _enabled(project: Project, vars: Any = (), **_settings: Any) -> bool:
    return all(project.var(str(one), True) is not False for one in members(vars))


def _one_enabled(project: Project, vars: Any = (), **_settings: Any) -> bool:
    return any(project.var(str(one), False) is True for one in members(vars))


_BOUND: dict[str, dict[str, Callable[..., Any]]] = {
    "fivetran_utils": {
        "fill_staging_columns": _filled,
        "add_pass_through_columns": _add_passed_through,
        "fill_pass_through_columns": _passed_through,
        "persist_pass_through_columns": _persisted,
        "calculated_fields": _calculated,
        "source_relation": _source_relation,
        "apply_source_relation": _applied,
        "partition_by_source_relation": _partition,
        "add_dbt_source_relation": _source_column,
        "union_data": _union_data,
        "union_connections": _union_connections,
        "enabled_vars": _enabled,
        "enabled_vars_one_true": _one_enabled,
    }
}
"""Stand-ins by package and name."""

ASKING = frozenset({"fill_staging_columns", "union_data", "union_connections"})
"""The stand-ins preferred over the real macros, which query the database and give nothing, or nulls, without it."""

PACKAGES = frozenset(_BOUND)


def bound(package: str, name: str, project: Project) -> Stub | None:
    """The stand-in for a package macro, bound to a project; None if there is none."""
    found = _BOUND.get(package, {}).get(name)
    return partial(found, project) if found is not None else None
