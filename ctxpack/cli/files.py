"""`ctxpack files`: the files that are listed, and those that are skipped, with reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from ctxpack.cli.options import View, repository, talking
from ctxpack.cli.talk import Line, Run, bold, emit_json, table

if TYPE_CHECKING:
    from ctxpack.api import FileList
    from ctxpack.model import SourceFile


@click.command(
    "files",
    short_help="List the files that are seen, their roles and tokens.",
    epilog="""\b
Examples:
  ctxpack files
  ctxpack files --sort tokens | tail
  ctxpack files --skipped
  ctxpack files --at v1.2 --format json | jq '.files | length'""",
)
@click.option("-f", "--format", "format_name", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--sort", type=click.Choice(["path", "tokens"]), default="path", show_default=True, help="Order in text.")
@click.option("--skipped", is_flag=True, help="In text, list what is left out, and why.")
@repository
@talking
def verb(run: Run, view: View, format_name: str, sort: str, skipped: bool) -> int:
    """List every file with its language, role, size and tokens, and what is skipped with the reason."""
    with view.index(run, view.config()) as index:
        listing = index.files()
    if format_name == "json":
        emit_json(document(listing))
        return 0
    if skipped:
        lines: list[Line] = [f"{it.path}: {it.reason}" for it in listing.skipped]
        if not lines:
            run.say("nothing is skipped")
    else:
        lines = _table(listing, sort)
        if listing.skipped:
            run.say(f"{len(listing.skipped):,} skipped; --skipped shows what and why")
    run.show(lines)
    return 0


def document(listing: FileList) -> dict[str, Any]:
    """The JSON contract `ctxpack.files/1`."""
    return {
        "schema": "ctxpack.files/1",
        "files": [
            {
                "path": file.path,
                "language": file.language,
                "role": file.role,
                "digest": file.digest,
                "size": file.size,
                "tokens": listing.tokens.get(file.path, 0),
            }
            for file in listing.files
        ],
        "skipped": [{"path": skipped.path, "reason": skipped.reason} for skipped in listing.skipped],
    }


def _table(listing: FileList, sort: str) -> list[Line]:
    files: Sequence[SourceFile] = listing.files
    if sort == "tokens":
        files = sorted(files, key=lambda file: (listing.tokens.get(file.path, 0), file.path))
    head = ("tokens", "bytes", "role", "language", "path")
    rows = [
        (f"{listing.tokens.get(it.path, 0):,}", f"{it.size:,}", it.role, it.language or "-", it.path) for it in files
    ]
    lines = table([head, *rows], right=(0, 1))
    totals = table([("tokens", "bytes", "files", "role"), *_totals(listing)], right=(0, 1, 2))
    return [bold(lines[0]), *lines[1:], "", bold(totals[0]), *totals[1:]]


def _totals(listing: FileList) -> list[tuple[str, str, str, str]]:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for file in listing.files:
        for role in (file.role, "total"):
            tokens, size, count = sums[role]
            sums[role] = [tokens + listing.tokens.get(file.path, 0), size + file.size, count + 1]
    order = sorted(sums, key=lambda role: (role == "total", -sums[role][0], role))
    return [(*(f"{number:,}" for number in sums[role]), role) for role in order]  # type: ignore[misc]
