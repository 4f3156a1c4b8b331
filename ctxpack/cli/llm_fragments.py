"""A fragment loader for the program `llm`: `llm -f "ctxpack:round totals to cents" "Write the change."`.

`llm` loads this module through an entry point; nothing in ctxpack imports it.
"""

from __future__ import annotations

from collections.abc import Callable

import llm

from ctxpack.cli.options import View

PREFIX = "ctxpack"


@llm.hookimpl  # type: ignore[untyped-decorator]
def register_fragment_loaders(register: Callable[[str, Callable[[str], llm.Fragment]], None]) -> None:
    """Register the prefix with `llm`."""
    register(PREFIX, load)


def load(argument: str) -> llm.Fragment:
    """The pack for the task `argument`, in the repository around the current directory.

    Model, budget and format come from the repository's settings. Raises CtxpackError, whose text `llm` shows.
    """
    from ctxpack.api import Index

    view = View(None, None, None, no_cache=False, workers=None, tokenizer_file=None)
    with view.store() as store, Index.open(view.root, config=view.config(), store=store) as index:
        pack = index.pack(index.target(task=argument))
        return llm.Fragment(index.render(pack).text, source=f"{PREFIX}:{argument}")
