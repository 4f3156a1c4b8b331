"""`ctxpack mcp`: serves the repository over the Model Context Protocol."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from ctxpack.cli.options import View, repository, talking
from ctxpack.cli.talk import Run

if TYPE_CHECKING:
    from ctxpack.api import Index
    from ctxpack.integrations.desk import Progress
    from ctxpack.store import Store

DEFAULT_PORT = 8765


@click.command(
    "mcp",
    short_help="Serve the repository to agents over the Model Context Protocol.",
    epilog="""\b
Examples:
  ctxpack mcp -C path/to/repository
  ctxpack mcp --http --port 9000

\b
Without --http it talks on standard input and output, as agents start it.
With --http it listens on 127.0.0.1 alone. docs/mcp.md says how to add it.
It needs the extra: pip install 'ctxpack-toolkit[mcp]'.""",
)
@click.option("--http", is_flag=True, help="Serve over HTTP on the loopback interface.")
@click.option(
    "--port", type=click.IntRange(0, 65535), metavar="N",
    help=f"The port for --http; 0 takes any that is free.  [default: {DEFAULT_PORT}]",
)  # fmt: skip
@repository
@talking
def verb(*, run: Run, view: View, http: bool, port: int | None) -> int:
    """Offer packs, definitions, references, lineage, schemas and impact as tools that an agent can call.

    Only the repository is read (of it, only what lies in the roots that the client lists), and nothing is written.
    """
    if port is not None and not http:
        raise click.UsageError("--port goes with --http alone")
    port = DEFAULT_PORT if port is None else port
    try:
        from ctxpack.integrations import mcp_server, pipes
    except ImportError as error:
        said = f"serving needs the extra mcp, of which {error.name} is missing: pip install 'ctxpack-toolkit[mcp]'"
        raise click.ClickException(said) from error
    from ctxpack.integrations.desk import Desk

    with view.store() as store:
        desk = Desk(lambda root, progress: _open(view, store, root, progress))
        service = mcp_server.Service(desk, view.root, named=view.repo is not None)
        try:
            if http:
                mcp_server.serve_http(service, port, lambda address: run.say(f"serving {view.root} at {address}"))
            else:
                signal.signal(signal.SIGINT, _leave)
                pipes.serve(service.server())
        except OSError as error:
            raise click.ClickException(f"cannot serve on port {port}: {error.strerror or error}") from error
        finally:
            desk.close()
    return 0


def _leave(number: int, frame: object) -> NoReturn:
    """Exit at once: the thread that waits for standard input cannot be interrupted."""
    del number, frame
    click.echo("ctxpack: interrupted", err=True)
    os._exit(130)


def _open(view: View, store: Store, root: Path, progress: Progress) -> Index:
    from ctxpack.api import Index

    settings = replace(view, repo=root).config
    return Index.open(root, at=view.at, config=settings, store=store, progress=progress)
