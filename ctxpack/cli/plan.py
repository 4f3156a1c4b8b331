"""`ctxpack plan`: one pack for each of several models that share a task, and a manifest of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ctxpack.cli.options import Request, View, pack_format, repository, talking
from ctxpack.cli.outputs import NamedOutput, must_not_be_targets, patterns
from ctxpack.cli.subjects import relative_subjects
from ctxpack.cli.talk import Run, emit, without_controls
from ctxpack.paths import TABLE

if TYPE_CHECKING:
    from ctxpack.api import Index
    from ctxpack.config import Config
    from ctxpack.model import Pack, Target

SCHEMA = "ctxpack.plan/1"
ROLES = ("coder", "pipeline", "extractor", "orchestrator")
"""The views of `views.py`, repeated here so that help imports nothing heavy."""
ENDINGS = {"xml": "xml", "markdown": "md", "json": "json", "chat": "json", "chat-cached": "json", "llama4": "txt"}

MANIFEST = "manifest.json"

KEPT = ("model", "budget", "tokens", "fingerprint", "confidence", "items", "cache_breakpoints")
"""The fields of a pack's manifest that its part has."""

Pairs = Mapping[str, str]


def _pairs(ctx: click.Context, parameter: click.Parameter, values: Iterable[str]) -> Pairs:
    """Values of the form VIEW=WORD by view."""
    del ctx, parameter
    found: dict[str, str] = {}
    for value in values:
        view, mark, word = (part.strip() for part in value.partition("="))
        if view not in ROLES or not mark or not word:
            raise click.BadParameter(f"{value!r} is not VIEW=VALUE, where VIEW is one of {', '.join(ROLES)}")
        found[view] = word
    return found


def _by_view(name: str, metavar: str, said: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    names = (f"-{name[0]}", f"--{name}", f"{name}s")
    return click.option(*names, multiple=True, callback=_pairs, metavar=metavar, help=said)


@click.command(
    "plan",
    short_help="Make the packs for several models that share a task.",
    epilog="""\b
Examples:
  ctxpack plan "handle late-arriving tiers in silver.customers" -o packs
  ctxpack plan "split refunds" src/refunds.py -o packs --model coder=scout --model orchestrator=maverick
  ctxpack plan -t "split refunds" src/refunds.py -o packs --budget coder=32k --view coder --view orchestrator

\b
TARGET is a path, path::symbol, a directory with a slash at its end, or table:NAME.
docs/views.md says what each view is.
DIR gets one file for each view, and manifest.json, which says which goes to
whom. Packs of the plan before that this one does not have are removed from DIR
if they are as they were written. The orchestrator's is made last, so that it knows what the others cost.
The exit code is 1 where a view could not be served: the manifest says why.""",
)
@click.argument("words", nargs=-1, metavar="TASK [TARGET]...")
@click.option("-t", "--task", metavar="TEXT", help="The task; all arguments are then TARGETs.")
@click.option("--task-file", metavar="FILE", help="Read the task from a file, or from standard input for -.")
@_by_view("model", "VIEW=NAME", "The model that gets a view; by default the one of the settings.")
@_by_view("budget", "VIEW=TOKENS", "Tokens for a view's prompt; auto by default.")
@click.option("--view", "wanted", multiple=True, type=click.Choice(ROLES), help="Only these views; all by default.")
@pack_format
@click.option(
    "-o", "--output", metavar="DIR", required=True,
    type=NamedOutput("a plan is several files, which standard output cannot hold: name a directory", directory=True),
    help="Write the packs there; the directory is made.",
)  # fmt: skip
@repository
@talking
def verb(
    *,
    run: Run,
    view: View,
    words: tuple[str, ...],
    task: str | None,
    task_file: str | None,
    models: Pairs,
    budgets: Pairs,
    wanted: tuple[str, ...],
    format_name: str | None,
    output: Path,
) -> int:
    """Pack the context of TASK for a coder, a pipeline writer, an extractor and an orchestrator, each for its model."""
    request = _request(view, words, task, task_file)
    own = _own(view, output)
    subjects = relative_subjects(request.subjects, view)
    must_not_be_targets(own, subjects)
    config = _config(view, own, format_name)
    with view.index(run, config) as index:
        target = request.target(index, view)
        parts = _Parts(index, target, config, models, budgets)
        made = [parts.make(role) for role in ROLES if not wanted or role in wanted]
    for said in _write(made, output, {"task": target.task, "targets": subjects}):
        run.say(said)
    for part in made:
        run.say(_described(part))
    return 0 if all(part["status"] == "ready" for part in made) else 1


def _request(view: View, words: tuple[str, ...], task: str | None, task_file: str | None) -> Request:
    """The request: the first argument is the task unless an option gives it, and the others are targets.

    Raises click.UsageError where there is no task, or the first argument is a target.
    """
    subjects = words
    if task is None and task_file is None:
        task, *rest = words or ("",)
        subjects = tuple(rest)
        if not task.strip():
            raise click.UsageError("say what is to be done, as TASK or with --task TEXT")
        if _is_target(task, view):
            raise click.UsageError(
                f"{task} is a TARGET, and the TASK stands before it: say in words what is to be done"
            )
    return Request(subjects, task, task_file, staged=False, since=None, diff=None)


def _is_target(text: str, view: View) -> bool:
    """Whether a text names a file, a symbol in one, a directory or a table, and so is no task."""
    if text.startswith(TABLE) and len(text.split()) == 1:
        return True
    with suppress(OSError, ValueError):
        return any(
            (base / path).is_file() or (path.endswith("/") and (base / path).is_dir())
            for base in (Path(), view.root)
            for path in (text, text.partition("::")[0])
        )
    return False


def _own(view: View, output: Path) -> list[str]:
    """The directory of the output relative to the root, with a slash at its end; nothing where it is outside."""
    base, place = view.root.resolve(), output.resolve()
    return [f"{place.relative_to(base).as_posix()}/"] if place != base and place.is_relative_to(base) else []


def _config(view: View, own: list[str], format_name: str | None) -> Config:
    """The settings, with the output of earlier runs excluded."""
    config = view.config(format=format_name)
    return view.config(format=format_name, extend_exclude=[*config.extend_exclude, *patterns(own)]) if own else config


class _Parts:
    """Makes the parts of a plan; the orchestrator's must come last, since it lists the others."""

    def __init__(self, index: Index, target: Target, config: Config, models: Pairs, budgets: Pairs) -> None:
        self._index, self._target, self._config = index, target, config
        self._models, self._budgets = models, budgets
        self._packs: list[Pack] = []

    def make(self, role: str) -> dict[str, Any]:
        """One part, as in the manifest, plus its text under "text"."""
        from ctxpack.pack.models import from_config, unreleased

        model = self._models.get(role, self._config.model)
        extra = {name: from_config(name, table) for name, table in self._config.models.items()}
        because = unreleased(model, extra)
        if because:
            return {"view": role, "model": model, "status": "unavailable", "because": because}
        pack = self._index.pack(
            self._target, model=model, budget=self._budgets.get(role, "auto"), format=self._config.format, view=role,
            specialists=self._packs,
        )  # fmt: skip
        if not pack.zones:
            return {"view": role, "model": model, "status": "unavailable", "because": nothing_for(role)}
        self._packs.append(pack)
        return self._part(role, pack)

    def _part(self, role: str, pack: Pack) -> dict[str, Any]:
        from ctxpack.formats import manifest
        from ctxpack.views import VIEWS

        rendered = self._index.render(pack)
        document = manifest(pack, rendered)
        kept = {key: document[key] for key in KEPT if key in document}
        return {
            "view": role, "status": "ready", "title": VIEWS[role].title, "format": pack.format,
            "file": f"{role}.{ENDINGS.get(pack.format, 'txt')}", **kept, "text": rendered.text,
        }  # fmt: skip


def nothing_for(role: str) -> str:
    """Why there is no pack for a view."""
    return "no table has to do with this change" if role == "extractor" else "nothing has to do with this change"


def _write(parts: Sequence[dict[str, Any]], output: Path, about: Mapping[str, object]) -> list[str]:
    """Write the packs and their manifest; gives what is to be said of packs of an earlier plan."""
    from ctxpack.formats import dumps

    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"cannot make {output}: {error.strerror or error}") from error
    before = _earlier(output / MANIFEST)
    listed = []
    for part in parts:
        own = {key: value for key, value in part.items() if key != "text"}
        if part["status"] == "ready":
            emit(part["text"], output / part["file"])
            own["sha256"] = _digest(part["text"].encode("utf-8", "backslashreplace"))
        listed.append(own)
    now = {own.get("file") for own in listed}
    said = [_left(output / name, before[name]) for name in sorted(before) if name not in now]
    # Last, so that whatever is interrupted is still named by a manifest.
    emit(without_controls(dumps({"schema": SCHEMA, **about, "parts": listed})), output / MANIFEST)
    return [one for one in said if one]


def _digest(raw: bytes) -> str:
    import hashlib

    return hashlib.sha256(raw).hexdigest()


def _earlier(manifest: Path) -> dict[str, str]:
    """The packs that the manifest of an earlier plan names beside it, with the digest of each; "" where it has none.

    Only names that a plan gives count, whatever the file says.
    """
    import json

    try:
        document = json.loads(manifest.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    parts = document.get("parts") if isinstance(document, dict) and document.get("schema") == SCHEMA else None
    if not isinstance(parts, list):
        return {}
    given = {f"{role}.{ending}" for role in ROLES for ending in ENDINGS.values()}
    named = [part for part in parts if isinstance(part, dict) and isinstance(part.get("file"), str)]
    return {part["file"]: str(part.get("sha256", "")) for part in named if part["file"] in given}


def _left(file: Path, digest: str) -> str:
    """Remove a pack of an earlier plan, if it is as that wrote it; gives what is to be said, "" if it is gone already.

    What somebody changed since, or what is no plain file, stays.
    """
    try:
        if not file.is_symlink() and not file.exists():
            return ""
        if not file.is_symlink() and file.is_file() and _digest(file.read_bytes()) == digest:
            file.unlink()
            return f"{file.name} was a pack of an earlier plan, and is removed"
    except OSError as error:
        return f"{file.name} is a pack of an earlier plan, and cannot be removed: {error.strerror or error}"
    return f"{file.name} is of an earlier plan, and stays since it may have been changed; it is no part of this plan"


def _described(part: Mapping[str, Any]) -> str:
    if part["status"] != "ready":
        return f"{part['view']}: no pack: {part['because']}"
    return f"{part['view']}: {part['tokens']:,} of {part['budget']:,} tokens for {part['model']} in {part['file']}"
