"""The public interface: what the command line, and programs that use ctxpack, call.

`Index` opens a repository once and answers questions about it; `build` makes a pack in one call.

    with Index.open("path/to/repository") as index:
        target = index.target("src/orders.py::Order.total", task="round to cents")
        pack = index.pack(target, budget="16k")
        prompt = index.render(pack).text
"""

from __future__ import annotations

from pathlib import Path

from ctxpack.api.answers import ANSWER_BUDGET
from ctxpack.api.files import FileList
from ctxpack.api.index import Index
from ctxpack.api.packing import render
from ctxpack.model import Pack
from ctxpack.store import Store

__all__ = ["ANSWER_BUDGET", "FileList", "Index", "build", "render"]


def build(
    root: Path | str = ".",
    *named: str,
    task: str = "",
    model: str | None = None,
    budget: str | int | None = None,
    format: str | None = None,
    view: str | None = None,
    cache: bool | Path | str = False,
    store: Store | None = None,
) -> Pack:
    r"""Open a repository and pack the context for a change: `Index.open`, `target` and `pack` in one call.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "shop.py").write_text("def total(order):\n    return order.price\n")
    ...     pack = build(folder, task="round the total of an order", budget=1000)
    >>> [(item.path, item.role, item.level) for zone in pack.zones for item in zone.items]
    [('shop.py', 'target', 'full')]
    >>> pack.tokens <= 1000
    True
    """
    with Index.open(root, cache=cache, store=store) as index:
        target = index.target(*named, task=task)
        return index.pack(target, model=model, budget=budget, format=format, view=view)
