"""Fences that no packed content can close: tags with a suffix where needed, and long enough runs of backticks.

The plain tag is used wherever possible, since a prompt with an unchanged prefix is cheaper. Only where some content
contains the tag itself does it get a suffix, derived from that content and verified to occur nowhere.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from itertools import count

import msgspec

from ctxpack.model import Target


class Fence(msgspec.Struct, frozen=True):
    """The tag names around documents and around the task, chosen once for everything that may be packed."""

    document: str = "document"
    task: str = "task"


def choose(contents: Iterable[str], target: Target | None = None) -> Fence:
    """The fence for a pack that may hold any of `contents` and ends with the task of `target`.

    The document tag depends on the contents alone, so that the front of the prompt is the same for every task.
    """
    texts = tuple(contents)
    said = () if target is None else (target.task, target.diff, *target.paths, *target.tables, *_parts(target))
    return Fence(document=fence_for(texts, "document"), task=fence_for((*texts, *said), "task"))


def _parts(target: Target) -> tuple[str, ...]:
    pairs = [part for pair in target.symbols for part in pair]
    return (*pairs, *(change.path for change in target.changes))


def fence_for(contents: Iterable[str], base: str) -> str:
    """A tag name that occurs as a tag in none of the contents: `base`, or `base` with a suffix.

    The order of the contents does not matter. The suffix depends only on those contents that hold the plain tag.
    """
    texts = tuple(contents)
    # Bounded blanks: unbounded repetition on both sides of "/" would take quadratic time on a long run of blanks.
    tag = re.compile(rf"<\s{{0,8}}/?\s{{0,8}}{re.escape(base)}(?![\w.:-])", re.IGNORECASE)
    clashing = sorted({text for text in texts if tag.search(text)})
    if not clashing:
        return base
    for attempt in count():
        digest = hashlib.blake2b(attempt.to_bytes(4, "big"), digest_size=4)
        for text in clashing:
            digest.update(hashlib.blake2b(text.encode("utf-8", "surrogatepass")).digest())
        name = f"{base}-{digest.hexdigest()}"
        if not any(name in text.lower() for text in texts):
            return name
    raise AssertionError("unreachable: a finite text does not hold every suffix")


def backticks_for(content: str) -> str:
    """A run of at least three backticks that is longer than any in `content`."""
    longest = max((len(run) for run in re.findall(r"`{3,}", content)), default=2)
    return "`" * (longest + 1)
