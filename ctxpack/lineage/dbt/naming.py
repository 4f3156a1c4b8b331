"""What a node is called in the database, by dbt's own rules or by the project's macros for them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from ctxpack.datamodel.dbt import RenderJob
from ctxpack.lineage.dbt.drafts import Draft, title_of
from ctxpack.lineage.dbt.gather import Gathered, Render

_HOOKS = ("generate_database_name", "generate_schema_name", "generate_alias_name")
_UNKNOWN = re.compile(r"\btarget_(schema|database)\b")
_BETWEEN = "\x1f"


def relation_names(gathered: Gathered, render: Render) -> Mapping[int, str]:
    """The names that the project's own macros give, by the index of the draft; {} where it has none."""
    root = gathered.settings.project
    own = {name for file in gathered.settings.macros if file.package == root for name in file.names}
    own |= {name.removeprefix("default__") for name in own if name.startswith("default__generate_")}
    if not own.intersection(_HOOKS):
        return {}
    places = [
        (index, draft)
        for index, draft in enumerate(gathered.drafts)
        if draft.kind in ("model", "seed") and draft.enabled and not draft.declared_only
    ]
    jobs = [_job(draft, own, root) for _, draft in places]
    found: dict[int, str] = {}
    for (index, _), rendered in zip(places, render(gathered.settings, jobs), strict=True):
        parts = [part.strip() for part in rendered.sql.split(_BETWEEN)]
        if not rendered.why_not and len(parts) == 3 and all(parts):
            found[index] = _shown(parts)
    return found


def _job(draft: Draft, own: set[str], root: str) -> RenderJob:
    config = draft.config
    stated = (config.get("database"), config.get("schema"), config.get("alias"))
    usual = _usual(draft, "target_database", "target_schema")
    calls = [
        f"{{{{ {hook}({json.dumps(None if value is None else str(value)).replace('null', 'none')}, model) }}}}"
        if hook in own
        else part
        for hook, value, part in zip(_HOOKS, stated, usual, strict=True)
    ]
    return RenderJob(draft.path, root, title_of(draft), draft.kind, _BETWEEN.join(calls))


def _usual(draft: Draft, database: str, schema: str) -> tuple[str, str, str]:
    config = draft.config
    if draft.kind == "snapshot":
        return (
            str(config.get("target_database") or config.get("database") or database),
            str(config.get("target_schema") or config.get("schema") or schema),
            str(config.get("alias") or title_of(draft)),
        )
    custom = config.get("schema")
    return (
        str(config.get("database") or database),
        f"{schema}_{custom}" if custom else schema,
        str(config.get("alias") or title_of(draft)),
    )


def relation_name(draft: Draft, gathered: Gathered) -> str:
    """The name by dbt's own rules; "" for what is no relation."""
    if draft.kind not in ("model", "seed", "snapshot") or str(draft.config.get("materialized")) == "ephemeral":
        return ""
    target = json.loads(gathered.settings.target)
    return _shown(_usual(draft, str(target.get("database")), str(target.get("schema"))))


def _shown(parts: Sequence[str]) -> str:
    text = ".".join(_UNKNOWN.sub(r"{target_\1}", part) for part in parts)
    return re.sub(r"\btarget_(schema|database)(?=_)", r"{target_\1}", text)
