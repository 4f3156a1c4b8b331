"""The settings of a listing."""

from __future__ import annotations

from ctxpack.model import Value


class CrawlSettings(Value, frozen=True, array_like=True, gc=False):
    """What to list.

    `include` and `extend_exclude` are patterns in gitignore syntax against the view root. With `include`, only what
    matches is listed; a pattern that names an ignored path without wildcards lists it all the same. Files larger than
    `max_file_bytes` are skipped.
    """

    include: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    max_file_bytes: int = 2_000_000
