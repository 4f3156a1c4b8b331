"""What a callable takes."""

from __future__ import annotations

from ctxpack.model import Value


class Parameter(Value, frozen=True, array_like=True, gc=False):
    """A parameter: its name ("" where that does not matter to calls), whether a call may leave it out, and its type.

    The type is as it is written, "" where none is stated or where types are not compared.
    """

    name: str
    optional: bool = False
    type: str = ""


class Parameters(Value, frozen=True, array_like=True, gc=False):
    """The parameters of a callable: positional-only, `both` (positional or named), named-only, `*args`, `**kwargs`."""

    positional: tuple[Parameter, ...] = ()
    both: tuple[Parameter, ...] = ()
    named: tuple[Parameter, ...] = ()
    any_positional: bool = False
    any_named: bool = False
