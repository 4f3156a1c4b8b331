"""Computes the names of nodes in the database, by dbt's default rules or the project's `generate_*_name` macros."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ctxpack.datamodel.dbt import RenderJob
from ctxpack.lineage.dbt.nodes.drafts import Draft, title_of
from ctxpack.lineage.dbt.nodes.gather import Gathered, Render

_HOOKS = ("generate_database_name", "generate_schema_name", "generate_alias_name")
_UNKNOWN = re.compile(r"\btarget_(schema|database)(?![a-zA-Z0-9])")
_OF_NODE = re.compile(r"\b(?:node|model)\s*[.\[|]|\bthis\b")

Names = Mapping[int, str]
"""Database names, by the index of the draft."""


def relation_names(gathered: Gathered, render: Render) -> Names:
    """The database names of all enabled nodes that are stored (so not of ephemeral ones)."""
    hooks = _hooks(gathered)
    jobs: dict[RenderJob, None] = {}
    parts: dict[int, list[str | RenderJob]] = {}
    target = json.loads(gathered.settings.target)
    for index, draft in enumerate(gathered.drafts):
        if draft.kind in ("model", "seed", "snapshot") and draft.enabled and not _is_ephemeral(draft):
            parts[index] = _parts(draft, hooks, gathered, target)
            jobs.update((part, None) for part in parts[index] if isinstance(part, RenderJob))
    rendered = render(gathered.settings, list(jobs)) if jobs else ()
    texts = {job: one.sql.strip() for job, one in zip(jobs, rendered, strict=True)}
    return {
        index: _shown([part if isinstance(part, str) else texts[part] for part in listed])
        for index, listed in parts.items()
    }


def _is_ephemeral(draft: Draft) -> bool:
    return draft.config.get("materialized") == "ephemeral"


def _hooks(gathered: Gathered) -> dict[str, bool]:
    """The naming macros that the project defines, each with whether it may depend on the node."""
    root = gathered.settings.project
    found: dict[str, bool] = {}
    for file in gathered.settings.macros if gathered.drafts else ():
        for name in file.names if file.package == root else ():
            hook = name.rpartition("__")[2]
            if hook in _HOOKS:
                found[hook] = found.get(hook, False) or _OF_NODE.search(file.text) is not None
    return found


def _parts(
    draft: Draft, hooks: Mapping[str, bool], gathered: Gathered, target: Mapping[str, Any]
) -> list[str | RenderJob]:
    """Database, schema and alias of a node, each as text or as a render job for a macro."""
    config = draft.config
    usual = _usual(draft, str(target.get("database")), str(target.get("schema")))
    parts: list[str | RenderJob] = []
    for hook, key, part in zip(_HOOKS, ("database", "schema", "alias"), usual, strict=True):
        if hook not in hooks or draft.kind == "snapshot":
            parts.append(part)
            continue
        looks = hooks[hook] or hook == "generate_alias_name"
        text = f"{{{{ {hook}({_literal(config.get(key))}, model) }}}}"
        title, path = (title_of(draft), draft.path) if looks else ("", "")
        parts.append(RenderJob(path, gathered.settings.project, title, draft.kind, text))
    return parts


def _literal(value: Any) -> str:
    return "none" if value is None else json.dumps(str(value))


def _usual(draft: Draft, database: str, schema: str) -> tuple[str, str, str]:
    config = draft.config
    alias = str(config.get("alias") or title_of(draft))
    if draft.kind == "snapshot":
        own_database = config.get("target_database") or config.get("database")
        own_schema = config.get("target_schema") or config.get("schema")
        return str(own_database or database), str(own_schema or schema), alias
    custom = config.get("schema")
    return str(config.get("database") or database), f"{schema}_{custom}" if custom else schema, alias


def _shown(parts: Sequence[str]) -> str:
    """The parts joined into one name; parts that depend on the profile become placeholders ("{target_schema}")."""
    return ".".join(_UNKNOWN.sub(r"{target_\1}", part) for part in parts if part)
