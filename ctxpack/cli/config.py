"""`ctxpack config`: the effective settings, and where each comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ctxpack.cli.options import View, present_repository, talking
from ctxpack.cli.talk import Run, emit_json, table


@click.command(
    "config",
    short_help="Show the settings that hold, and where each comes from.",
    epilog="""\b
Settings are read from ctxpack.toml, or else from [tool.ctxpack] in
pyproject.toml, at the root of the repository. Options win over both.

\b
Examples:
  ctxpack config
  ctxpack config --explain
  ctxpack config -C ../other --format json""",
)
@click.option("-f", "--format", "format_name", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--explain", is_flag=True, help="In text, say what each setting means.")
@present_repository
@talking
def verb(run: Run, view: View, format_name: str, explain: bool) -> int:
    """Show every setting with its effective value and its source.

    The exit code is 2 where one of them cannot be used, which is said after all are shown.
    """
    from ctxpack.api.usable import wrong_settings
    from ctxpack.config import SETTINGS

    config = view.config()
    values = {key: _plain(value) for key, value in config.values().items()}
    cache = None if view.no_cache else str(view.cache_directory)
    if format_name == "json":
        settings = [{"key": key, "value": value, "origin": config.origins[key]} for key, value in values.items()]
        emit_json({"schema": "ctxpack.config/1", "settings": settings, "cache": cache})
    else:
        last = {setting.key: setting.meaning if explain else config.origins[setting.key] for setting in SETTINGS}
        rows = [(key, "-" if value is None else _toml(value), last[key]) for key, value in values.items()]
        rows.append(("cache", cache or "-", "where files are kept between runs" if explain else "this machine"))
        run.show(table(rows))
    run.problems(config.problems)
    wrong = wrong_settings(config)
    for why in wrong.values():
        run.error(why)
    return 2 if wrong else 0


def _plain(value: object) -> Any:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return value


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
