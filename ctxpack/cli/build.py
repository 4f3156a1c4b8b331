"""`ctxpack build`: makes a pack and writes it as a prompt."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctxpack.cli.options import (
    Number,
    Request,
    View,
    change,
    is_empty,
    pack_format,
    pack_model,
    repository,
    reranker,
    talking,
)
from ctxpack.cli.outputs import (
    Destination,
    OutputFile,
    inside,
    must_differ,
    must_not_be_targets,
    patterns,
    redirected,
)
from ctxpack.cli.subjects import relative_subjects
from ctxpack.cli.talk import Run, emit, without_controls

if TYPE_CHECKING:
    from ctxpack.api import Index
    from ctxpack.config import Config
    from ctxpack.model import Pack, Rendered


@click.command(
    "build",
    short_help="Pack the context that a change needs into one prompt.",
    epilog="""\b
Examples:
  ctxpack build -t "refunds should work for parts of an order" -o prompt.xml
  ctxpack build src/orders.py::Order.to src/stock.py --budget 16k
  ctxpack build table:silver.orders -t "add the currency" --model scout@groq
  ctxpack build --staged --format markdown | less
  git diff main | ctxpack build --diff - -t "review this" --manifest pack.json

\b
TARGET is a path, path::symbol, a directory with a slash at its end, or table:NAME.
Without any target or task the pack is an overview of the whole repository.
A budget is a number of tokens (8000, 32k, 1M), auto (as far as the model's
quality was measured to hold), or max (as much as the host takes).
Standard error tells what the pack holds and how sure it is that all files to
be edited are in it. The exit code is 1 where there is no file, or no change
where --staged, --since or --diff asks for one.""",
)
@change
@pack_model
@click.option("-b", "--budget", metavar="TOKENS", help="Tokens for the whole prompt, never exceeded; auto by default.")
@pack_format
@click.option(
    "--cache-control",
    is_flag=True,
    help="With --format chat: write chat-cached, blocks marked where a provider's prefix cache may end.",
)
@click.option(
    "--cache-prefix", type=Number(0, 0.7), metavar="SHARE",
    help="Give this share of the budget to an outline of the repository, the same for every task.  [default: 0]",
)  # fmt: skip
@click.option("--about", default="", metavar="TEXT", help="Choose by this text and not by that of the task.")
@click.option(
    "--view",
    "view_name",
    metavar="VIEW",
    help="coder (the default), pipeline, extractor or orchestrator: docs/views.md.",
)
@click.option(
    "-o", "--output", type=OutputFile(), metavar="FILE", default=Destination(),
    help="Write the pack there; by default, and for -, to standard output.",
)  # fmt: skip
@click.option(
    "--manifest", type=OutputFile(), metavar="FILE",
    help="Also write what is in the pack, and why, as JSON; with -o FILE, to standard output for -.",
)  # fmt: skip
@reranker
@repository
@talking
def verb(
    *,
    run: Run,
    view: View,
    request: Request,
    model: str | None,
    budget: str | None,
    format_name: str | None,
    cache_control: bool,
    cache_prefix: float | None,
    about: str,
    view_name: str | None,
    output: Destination,
    manifest: Destination | None,
    reranker: Path | None,
) -> int:
    """Choose the code, schemas, tests and callers that a change needs, and write them as one prompt.

    The prompt never exceeds the token budget, and the same input gives the same bytes.
    """
    if manifest is not None:
        must_differ(output, manifest)
    files = (output.file, manifest.file if manifest is not None else None, redirected())
    own = inside([file for file in files if file is not None], view.root)
    must_not_be_targets(own, relative_subjects(request.subjects, view))
    flags = {
        "model": model, "budget": budget, "format": format_name, "view": view_name, "cache_prefix": cache_prefix,
        "reranker": reranker,
    }  # fmt: skip
    config = _config(view, own, **flags)
    format_name = _marked(config.format) if cache_control else config.format
    with view.index(run, config) as index:
        target = request.target(index, view)
        if nothing := request.missing(target):
            run.say(nothing)
            return 1
        pack = index.pack(
            target, model=config.model, budget=config.budget, format=format_name, view=config.view, about=about
        )
        if nothing := _nothing_in(pack, config, index):
            run.say(nothing)
            return 1
        rendered = index.render(pack)
        _write(pack, rendered, output, manifest)
        if is_empty(target) and not about.strip():
            run.say("no task and no target: this is an overview; -t TEXT or a TARGET makes it fit a change")
        for line in summary(pack):
            run.say(line)
    return 0


def _nothing_in(pack: Pack, config: Config, index: Index) -> str:
    """Why a pack is not worth writing; "" if it is."""
    if not pack.zones and config.view == "extractor":
        return "no table has to do with this change"
    return f"there is no file to read in {index.root}" if _is_bare(pack) else ""


def _config(view: View, own: list[str], /, **flags: str | float | Path | None) -> Config:
    """The settings, with the files that this run writes excluded."""
    config = view.config(**flags)
    return view.config(**flags, extend_exclude=[*config.extend_exclude, *patterns(own)]) if own else config


def _marked(format_name: str) -> str:
    """The variant of a format with cache marks; raises click.UsageError for a format without one."""
    if format_name not in ("chat", "chat-cached"):
        raise click.UsageError("--cache-control goes with --format chat alone")
    return "chat-cached"


def _write(pack: Pack, rendered: Rendered, output: Destination, manifest: Destination | None) -> None:
    """Write the pack and the manifest; files first, since the reader of standard output may have had enough."""
    products = [(rendered.text, output)]
    if manifest is not None:
        from ctxpack.formats import dumps
        from ctxpack.formats import manifest as describe

        products.append((without_controls(dumps(describe(pack, rendered))), manifest))
    for text, place in sorted(products, key=lambda product: product[1].file is None):
        emit(text, place.file)


def _is_bare(pack: Pack) -> bool:
    """Whether there was no file at all to select from."""
    return not pack.omitted and not any(item.path for zone in pack.zones for item in zone.items)


# --- the summary ------------------------------------------------------------------------------------------------------


def summary(pack: Pack) -> list[str]:
    """A summary of the pack in a few lines; with its confidence, where it had to guess."""
    items = [item for zone in pack.zones for item in zone.items if item.is_of_file]
    levels = Counter[str](item.level for item in items)
    order = (("full", "in full"), ("focused", "in part"), ("outline", "in outline"), ("mention", "by name"))
    shown = ", ".join(f"{levels[level]:,} {words}" for level, words in order if levels[level])
    files = len({item.path for item in items})
    if not items:
        line = f"{pack.tokens:,} of {pack.budget.total:,} tokens: {_without_files(pack)}"
        return [line, *_unused(pack), *_sure(pack)]
    counted = "" if pack.model.tokenizer == "o200k_base" else f" for {pack.model.name}"
    line = f"{pack.tokens:,} of {pack.budget.total:,} tokens{counted}; {files:,} {'file' if files == 1 else 'files'}"
    return [f"{line}: {shown}" if shown else line, *_unused(pack), *_sure(pack)]


def _without_files(pack: Pack) -> str:
    """The contents of a pack without files, in words."""
    roles = [item.role for zone in pack.zones for item in zone.items]
    if "schema" in roles:
        return "tables, and no file"
    if "map" in roles:
        return "the map alone"
    if roles:
        return "no file"
    return "the instructions and the task alone"


def _sure(pack: Pack) -> list[str]:
    sure = pack.confidence
    if sure is None or sure.value is None:
        return []
    return [sure.sentence, *([f"to make it surer: {sure.question}"] if sure.question else [])]


def _unused(pack: Pack) -> list[str]:
    unused = f"{pack.budget.total - pack.tokens:,} tokens unused"
    if not pack.omitted:
        return [f"{unused}, nothing left out"]
    reasons = sorted(Counter(omitted.reason for omitted in pack.omitted).items(), key=_most_first)
    others = sum(count for _, count in reasons[3:])
    first = [f"{reason} ({count:,})" for reason, count in reasons[:3]]
    top = "; ".join([*first, f"other reasons ({others:,})"] if others else first)
    left = len(pack.omitted)
    return [f"{unused}, {left:,} {'file' if left == 1 else 'files'} left out: {top}"]


def _most_first(entry: tuple[str, int]) -> tuple[int, str]:
    return -entry[1], entry[0]
