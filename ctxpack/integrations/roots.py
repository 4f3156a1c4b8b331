"""Which directories a server may read: its own, narrowed by what a client says that it works on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit


def allowed(own: Path, listed: Sequence[Path] | None, *, named: bool) -> tuple[Path, ...]:
    """The directories that may be read, the first being meant where none is named.

    `own` is the directory that the server was started for, `named` whether its user named it. `listed` are the roots
    of the client, None where it tells none. A directory of the server that lies in a root is read whole; otherwise of
    it only the roots inside. Where neither is so, the roots are read if the user named nothing, and else nothing is.
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
    """The directory that a `file://` URI of this machine names; None for any other URI."""
    parts = urlsplit(uri)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        return None
    path = unquote(parts.path)
    return Path(path) if path.startswith("/") and "\0" not in path else None
