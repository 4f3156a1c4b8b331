"""What a Python file computes, as far as data pipelines need it: its constants, functions, classes and calls.

It is a plain syntax tree without positions but lines, cut down to what `lineage/spark` interprets; whatever it cannot
hold becomes `Other`, which keeps the text for messages.
"""

from __future__ import annotations

from ctxpack.model import Value


class Program(Value, frozen=True, array_like=True, gc=False):
    """The statements of one Python module."""

    lines: int = 0
