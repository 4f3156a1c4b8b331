"""Finds code that a commit breaks without touching it: compares interfaces before and after, then finds their users.

`interfaces` has the providers: functions that compare the changed files and give `Suspect` values, which are removed or
changed interfaces. `uses` finds the users of each suspect in the links of the state before, and checks in the state
after whether the user is still there and still needs it. What is left becomes `Finding` values. Nothing here reads
files or knows git.
"""

from __future__ import annotations

from ctxpack.check.findings import Finding, Report, Use
from ctxpack.check.interfaces import joined, suspects
from ctxpack.check.pairs import FilePair, Frames
from ctxpack.check.queries import passed_on
from ctxpack.check.suppress import Suppressions
from ctxpack.check.suspect import Kind, Shift, Suspect
from ctxpack.check.tables import declarations, shifted
from ctxpack.check.types import same_type, serves
from ctxpack.check.uses import View, find

__all__ = [
    "FilePair", "Finding", "Frames", "Kind", "Report", "Shift", "Suppressions", "Suspect", "Use", "View",
    "declarations", "find", "joined", "passed_on", "same_type", "serves", "shifted", "suspects",
]  # fmt: skip
