"""Whether a commit breaks what it does not touch: from facts before and after to changes of interfaces, to their users.

`interfaces` has the providers, functions that compare files and give `Suspect` values: what is gone, or is not what it
was. `uses` looks each up in the links of the state before, and asks the state after whether the user is still there
and still needs it. What is left are `Finding` values. Nothing here reads a file or knows git.
"""

from __future__ import annotations

from ctxpack.check.interfaces import PROVIDERS, suspects
from ctxpack.check.suppress import Suppressions
from ctxpack.check.uses import View, find
from ctxpack.check.values import FilePair, Finding, Report, Suspect, Use

__all__ = ["PROVIDERS", "FilePair", "Finding", "Report", "Suppressions", "Suspect", "Use", "View", "find", "suspects"]
