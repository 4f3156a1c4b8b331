"""`ctxpack models`: lists the models that a pack can be for, or explains one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from ctxpack.cli.options import View, complete_model, present_repository, talking
from ctxpack.cli.talk import Run, bold, emit_json, table

if TYPE_CHECKING:
    from ctxpack.model import ModelProfile

FIELDS = (
    "name", "title", "window", "max_input", "max_output", "effective", "tokenizer", "factor", "margin", "template",
    "source", "date", "note",
)  # fmt: skip


@click.command(
    "models",
    short_help="List the models, or explain one.",
    epilog="""\b
Examples:
  ctxpack models
  ctxpack models scout@groq
  ctxpack models --format json | jq -r '.models[] | select(.window >= 1e6) | .name'""",
)
@click.argument("name", required=False, shell_complete=complete_model)
@click.option("-f", "--format", "format_name", type=click.Choice(["text", "json"]), default="text", show_default=True)
@present_repository
@talking
def verb(run: Run, view: View, name: str | None, format_name: str) -> int:
    """List the models with their sizes in tokens, those of the configuration among them, or explain one."""
    from ctxpack.pack import models

    extra = {own: models.from_config(own, values) for own, values in view.config().models.items()}
    if name is not None:
        profile = models.find(name, extra)
        if format_name == "json":
            emit_json({"schema": "ctxpack.models/1", "models": [_entry(profile)]})
        else:
            run.show(explanation(profile))
        return 0
    profiles = [models.find(known, extra) for known in models.names(extra)]
    if format_name == "json":
        emit_json({"schema": "ctxpack.models/1", "models": [_entry(profile) for profile in profiles]})
        return 0
    lines = _table(profiles)
    run.show([bold(lines[0]), *lines[1:]])
    return 0


def _entry(profile: ModelProfile) -> Mapping[str, Any]:
    return {field: getattr(profile, field) for field in FIELDS}


def _table(profiles: Sequence[ModelProfile]) -> list[str]:
    head = ("name", "window", "input", "output", "auto up to", "counted", "note")
    rows = [
        (
            it.name, f"{it.window:,}", f"{it.max_input:,}", f"{it.max_output:,}", f"{it.effective:,}",
            _counted(it), it.note,
        )
        for it in profiles
    ]  # fmt: skip
    return table([head, *rows], right=(1, 2, 3, 4))


def _counted(profile: ModelProfile) -> str:
    if profile.tokenizer != "estimate":
        return profile.tokenizer
    return f"o200k_base x {profile.factor:g}"


def explanation(profile: ModelProfile) -> list[str]:
    """The facts about a model, one on each line, with their source."""
    tokens = {
        "o200k_base": "exactly, with its own vocabulary",
        "llama4": "exactly where Llama 4's tokenizer.model is given or installed, and with o200k_base otherwise",
        "estimate": f"as {profile.factor:g} times the o200k_base count, since its vocabulary is not public",
    }
    lines = [
        f"{profile.name}: {profile.title}",
        f"  window      {profile.window:,} tokens",
        f"  input       up to {profile.max_input:,}",
        f"  output      up to {profile.max_output:,}",
        f"  auto        plans up to {profile.effective:,}: beyond, quality was measured to fall or was not measured",
        f"  counted     {tokens.get(profile.tokenizer, profile.tokenizer)}",
    ]
    if profile.margin:
        lines.append(f"  held back   {profile.margin:.0%} of the limit where the count is not exact")
    if profile.template:
        lines.append(f"  template    {profile.template}; its control strings are made harmless in packed content")
    dated = f", read {profile.date}" if profile.date else ""
    lines.append(f"  source      {profile.source}{dated}")
    return [*lines, f"  note        {profile.note}"] if profile.note else lines
