"""The interface of output formats: functions that render the pieces of a prompt, each counted on its own.

Selection weighs items by their tokens in the prompt. So a format renders one piece at a time, and the prompt is the
concatenation of the pieces. Every piece that is not empty begins with a character that is neither blank nor "/" and
ends with a line feed; token counts add up exactly over such pieces.
"""

from __future__ import annotations

from typing import Protocol

from ctxpack.model import Item, Pack, Rendered, Target
from ctxpack.paths import TABLE, on_one_line
from ctxpack.safety import sanitise


class Renderer(Protocol):
    """One output format for one model and one fence. All methods are pure."""

    name: str
    overhead_tokens: int
    """Tokens in addition to the pieces, for the chat template that a host wraps around the prompt."""

    def preamble(self) -> str:
        """The fixed instructions; they depend on nothing but the format, the template and the document tag."""
        ...

    def zone_open(self, name: str) -> str:
        """The text before the items of a zone."""
        ...

    def item(self, item: Item) -> str:
        """One document, with every line of its text."""
        ...

    def zone_close(self, name: str) -> str:
        """The text after the items of a zone."""
        ...

    def task(self, target: Target) -> str:
        """The end of the prompt: the task, the named subjects, and the diff."""
        ...

    def render(self, pack: Pack) -> Rendered:
        """The whole output; zones without items are left out.

        The text is the pieces in order, or a document that holds them. `breakpoints` are byte offsets into the pieces
        joined, one at the end of each zone.
        """
        ...


def pieces(renderer: Renderer, pack: Pack) -> tuple[list[str], list[int]]:
    """The pieces of a prompt in order, and for each zone the number of pieces up to its end."""
    parts = [renderer.preamble()]
    ends: list[int] = []
    for zone in pack.zones:
        if zone.items:
            parts.append(renderer.zone_open(zone.name))
            parts.extend(renderer.item(item) for item in zone.items)
            parts.append(renderer.zone_close(zone.name))
            ends.append(len(parts))
    parts.append(renderer.task(pack.target))
    return parts, ends


def join(renderer: Renderer, pack: Pack) -> Rendered:
    """The pieces of a prompt joined, with the byte offsets at which its zones end."""
    parts, ends = pieces(renderer, pack)
    offsets = [0]
    for part in parts:
        offsets.append(offsets[-1] + len(part.encode()))
    return Rendered("".join(parts), tuple(offsets[end] for end in ends))


def content(item: Item, control: tuple[str, ...]) -> str:
    """The sanitised text of an item, ended by a line feed if it is not empty."""
    return ended(sanitise(item.text, control, item.path)[0])


def ended(text: str) -> str:
    """The text, ended by a line feed unless it is empty."""
    return text if not text or text.endswith("\n") else text + "\n"


def shown(value: str) -> str:
    """A name or path on one line: control characters (line ends too) are escaped, hidden characters made visible."""
    return sanitise(on_one_line(value), (), "")[0]


def subjects(target: Target) -> list[str]:
    """The subjects of a target, written as on the command line."""
    named = [f"{path}::{symbol}" for path, symbol in target.symbols] + [f"{TABLE}{table}" for table in target.tables]
    changed = [f"{change.path} ({change.status})" for change in target.changes]
    return [shown(subject) for subject in dict.fromkeys([*target.paths, *named, *changed])]
