"""Whether a commit breaks what it does not touch: from facts before and after to changes of interfaces, to their users.

`interfaces` has the providers, functions that compare files and give `Suspect` values: what is gone, or is not what it
was. `uses` looks each up in the links of the state before, and asks the state after whether the user is still there
and still needs it. What is left are `Finding` values. Nothing here reads a file or knows git.
"""

from __future__ import annotations

from ctxpack.check.interfaces import joined, suspects
from ctxpack.check.queries import passed_on
from ctxpack.check.suppress import Suppressions
from ctxpack.check.tables import declarations, shifted
from ctxpack.check.types import same_type
from ctxpack.check.uses import View, find
from ctxpack.check.values import FilePair, Finding, Frames, Kind, Report, Shift, Suspect, Use

__all__ = [
    "FilePair", "Finding", "Frames", "Kind", "Report", "Shift", "Suppressions", "Suspect", "Use", "View",
    "declarations", "find", "joined", "passed_on", "same_type", "shifted", "suspects",
]  # fmt: skip
