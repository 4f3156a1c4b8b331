"""Recognises names that are no datasets: system catalogs of databases, and names of which no part is resolved.

As a node of the lineage graph, a catalog (`information_schema.columns`) would connect unrelated code, and a name such
as "{table}" would connect everything. Tables in which a system records its use (`system.billing.usage`) are ordinary
sources.
"""

from __future__ import annotations

import re

from ctxpack.lineage.names.matching import is_path, parts

_SCHEMAS = frozenset({"information_schema", "pg_catalog", "performance_schema"})
_TABLES = frozenset(
    """sqlite_master sqlite_schema sqlite_temp_master sqlite_temp_schema sqlite_sequence sysobjects syscolumns
    sysindexes dba_tables dba_tab_columns dba_constraints all_tables all_tab_columns all_constraints user_tables
    user_tab_columns user_constraints svv_tables svv_columns svv_table_info stv_recents stl_query stl_load_errors
    pg_class pg_namespace pg_attribute pg_attrdef pg_type pg_index pg_indexes pg_constraint pg_proc pg_tables pg_views
    pg_matviews pg_database pg_roles pg_user pg_settings pg_description pg_depend pg_trigger pg_enum pg_extension
    pg_inherits pg_sequences pg_locks pg_table_def pg_shdescription""".split()
)
_STATISTICS = re.compile(r"^pg_(?:stat|statio)_\w+$")
_BY_SCHEMA = {
    "sys": frozenset(
        """tables columns schemas objects views indexes index_columns types databases partitions procedures triggers
        foreign_keys foreign_key_columns key_constraints check_constraints default_constraints sql_modules
        extended_properties dm_exec_requests dm_exec_sessions""".split()
    ),
    "system": frozenset(
        """tables columns databases parts merges mutations query_log processes settings functions numbers one clusters
        replicas disks""".split()
    ),
}
"""Schemas whose names users may also choose: only these tables of them are a system's."""

_OPEN = re.compile(r"\{[^{}]*\}|@\w+|\$\w+")
_SAYING = re.compile(r"[^\W_]")


def is_of_system(name: str) -> bool:
    """Whether a name is that of a system catalog table.

    >>> is_of_system("lake.information_schema.columns"), is_of_system("silver.columns")
    (True, False)
    """
    own = () if is_path(name) else parts(name)
    if not own:
        return False
    if not _SCHEMAS.isdisjoint(own[:-1]) or own[-1] in _TABLES or _STATISTICS.match(own[-1]):
        return True
    return len(own) > 1 and own[-1] in _BY_SCHEMA.get(own[-2], ())


def is_wholly_open(name: str) -> bool:
    """Whether no part of a table's name is resolved.

    >>> is_wholly_open("{schema}.{table}"), is_wholly_open("{schema}.orders")
    (True, False)
    """
    return not is_path(name) and not _SAYING.search(_OPEN.sub("", name))
