"""The pack of a task as a fragment for the program `llm`: `llm -f "ctxpack:round totals to cents" "Write the change."`.

`llm` finds this module by an entry point and loads it; nothing of ctxpack does.
"""

from __future__ import annotations

from collections.abc import Callable

import llm

from ctxpack.cli.options import View

PREFIX = "ctxpack"


@llm.hookimpl  # type: ignore[untyped-decorator]
def register_fragment_loaders(register: Callable[[str, Callable[[str], llm.Fragment]], None]) -> None:
    """Tell `llm` of the prefix."""
    register(PREFIX, load)


def load(argument: str) -> llm.Fragment:
    """The pack for a task, whose text is the argument, in the repository around the current directory.

    Model, budget and format are those of the repository's settings. Raises CtxpackError, whose text `llm` shows.
    """
    from ctxpack.api import Index
    from ctxpack.store import Store

    view = View(None, None, None, no_cache=False, workers=None, tokenizer_file=None)
    with Store.open(view.cache_directory) as store, Index.open(view.root, config=view.config(), store=store) as index:
        pack = index.pack(index.target(task=argument))
        return llm.Fragment(index.render(pack).text, source=f"{PREFIX}:{argument}")
