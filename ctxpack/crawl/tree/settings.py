"""The settings of a listing."""

from __future__ import annotations

from ctxpack.model import Value


class CrawlSettings(Value, frozen=True, array_like=True, gc=False):
    """What to list.

    `include` and `extend_exclude` are patterns in gitignore syntax against the view root. With `include`, only what
    matches is listed; a pattern that names an ignored path without wildcards lists it all the same. Files larger than
    `max_file_bytes` are skipped; of notebooks the cells count, without their outputs.

    `cache` is the directory of ctxpack's cache relative to the root ("" for the root itself), and None where it is
    elsewhere; in it, files with names that match `cache_names` (wildcards as in a shell) are not listed.
    """

    include: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    max_file_bytes: int = 2_000_000
    cache: str | None = None
    cache_names: tuple[str, ...] = ()
