"""Strings of a program. Unknown parts (holes) are names between two private-use characters, which operations keep."""

from __future__ import annotations

import re
from typing import Final

from ctxpack.datamodel.jobs import CLOSE, OPEN

HOLE: Final = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")


_WORD = re.compile(r"[^\w.-]+")


class Text(str):
    """A string with its provenance.

    `owner` is the serial of the activation that created it (0 for none), by which the call that passed it to a function
    is found; `path` and `line` are those of its literal. `soft` marks a default, which other runs may override.
    `folded` says that it was computed. `given` names the run parameters that it comes from, with their place ("table of
    conf/jobs.yml:12").
    """

    owner: int
    soft: bool
    folded: bool
    path: str
    line: int
    given: str

    def __new__(
        cls,
        value: str,
        owner: int = 0,
        *,
        soft: bool = False,
        folded: bool = False,
        path: str = "",
        line: int = 0,
        given: str = "",
    ) -> Text:
        """Create a string with its provenance."""
        made = super().__new__(cls, value)
        made.owner, made.soft, made.folded, made.path, made.line, made.given = owner, soft, folded, path, line, given
        return made

    def like(self, value: str, *, owner: int | None = None, soft: bool = False, folded: bool = False) -> Text:
        """Another string with the same provenance."""
        return type(self)(
            value, self.owner if owner is None else owner, soft=soft or self.soft, folded=folded or self.folded,
            path=self.path, line=self.line, given=self.given,
        )  # fmt: skip

    def moved(self, owner: int) -> Text:
        """The same string owned by another activation."""
        return self.like(self, owner=owner)


class PathText(Text):
    """A `pathlib.Path`."""


class FileText(Text):
    """An open file, as the string of its path."""


def hole(name: str) -> str:
    """A named hole: the text that stands for an unknown part."""
    return f"{OPEN}{_WORD.sub('_', name).strip('_')[:60] or 'unknown'}{CLOSE}"


def shown(text: str) -> str:
    """A string with its holes in braces."""
    return text.replace(OPEN, "{").replace(CLOSE, "}")


def is_known(text: str) -> bool:
    """Whether a string has no holes."""
    return OPEN not in text
