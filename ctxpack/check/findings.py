"""What a check finds: the uses that break, by suspect, and the report of all."""

from __future__ import annotations

from ctxpack.check.suspect import Suspect
from ctxpack.model import Problem, Value


class Use(Value, frozen=True, array_like=True, gc=False):
    """A place in the staged state that breaks.

    `symbol` is the definition that contains it ("" for none), `how` is a verb for the use ("calls"), and `why` explains
    where the use alone does not. `origin` is the rule that bound it, `confidence` the probability that it breaks.
    """

    path: str
    line: int
    symbol: str
    how: str
    why: str
    test: bool
    origin: str
    confidence: float


class Finding(Value, frozen=True, array_like=True, gc=False):
    """A suspect with its uses, highest confidence first; `fails` if one of them reaches the threshold."""

    suspect: Suspect
    uses: tuple[Use, ...]
    fails: bool


class Report(Value, frozen=True, array_like=True, gc=False):
    """The findings of a check, those that fail first, then by place.

    `base` is the commit compared with, "" before the first one; `changed` is the number of changed files; `suppressed`
    is the number of uses suppressed by comments or settings; a use fails from the confidence `threshold` on. `prefix`
    is where the directory that was checked, to which paths are relative, is in its repository: "" at the top, or "a/".
    """

    base: str
    changed: int
    threshold: float
    findings: tuple[Finding, ...]
    suppressed: int = 0
    problems: tuple[Problem, ...] = ()
    prefix: str = ""

    @property
    def failing(self) -> tuple[Finding, ...]:
        """The findings that fail."""
        return tuple(finding for finding in self.findings if finding.fails)
