"""The directories that a server may read: its own, narrowed by the client's roots."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit


def allowed(own: Path, listed: Sequence[Path] | None, *, named: bool) -> tuple[Path, ...]:
    """The directories that may be read; the first is the default.

    `own` is the directory that the server was started for; `named` says whether its user named it explicitly. `listed`
    are the client's roots, None where it sends none. If `own` is inside a root, all of it may be read; otherwise only
    the roots inside it. If there are none, the roots may be read if the user named no directory, and else nothing.
    """
    base = own.resolve()
    if listed is None:
        return (base,)
    roots = tuple(dict.fromkeys(root.resolve() for root in listed if root.is_dir()))
    if any(base.is_relative_to(root) for root in roots):
        return (base,)
    inside = tuple(root for root in roots if root.is_relative_to(base))
    return inside if inside or named else roots


def of_uri(uri: str) -> Path | None:
    """The directory of a local `file://` URI; None for any other URI."""
    parts = urlsplit(uri)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        return None
    path = unquote(parts.path)
    return Path(path) if path.startswith("/") and "\0" not in path else None
