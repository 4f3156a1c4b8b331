"""Runs of programs with their parameters, as configurations, scripts and workflows state them.

A value is a text in which unknown parts are names between `OPEN` and `CLOSE`, so that they cannot be confused with
anything in the text itself. Names with a prefix ("var.catalog", "job.date") may be resolved by another file; those left
in the end are unknown parts of a dataset's name, like any others.
"""

from __future__ import annotations

from typing import Final

from ctxpack.model import Value

OPEN: Final = "\ue000"
CLOSE: Final = "\ue001"
"""The delimiters of an unknown part of a text; both are private-use characters."""


class Given(Value, frozen=True, array_like=True, gc=False):
    """A parameter value that a run passes, and its place; `path` is "" for the file that states the run.

    `name` is without leading dashes; "" for a positional argument of a command line.
    """

    name: str
    value: str
    line: int = 0
    path: str = ""


class Run(Value, frozen=True, array_like=True, gc=False):
    """One run of one program, as one place states it.

    `program` is the path, module (after "-m ") or notebook as written, "" where only the `job` that runs it is named.
    `entry` is the function that is called, or the name of a package's entry point (then `program` is "package:" and
    the package's name). `near` are other words at the same place that help to locate the program (a folder, a
    department). `names` are the names by which others refer to this run as a job; `tool` says what states it.

    `words` are the positional arguments of a command line, in order; `options` are passed by name (widgets, `--name
    value` pairs of a mapping); `settings` configure the session, `environment` the process. `defaults` are parameters
    of the job, which its own text may refer to as "job.NAME".
    """

    tool: str
    line: int
    program: str = ""
    job: str = ""
    entry: str = ""
    words: tuple[Given, ...] = ()
    options: tuple[Given, ...] = ()
    settings: tuple[Given, ...] = ()
    environment: tuple[Given, ...] = ()
    defaults: tuple[Given, ...] = ()
    names: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    path: str = ""

    @property
    def given(self) -> tuple[Given, ...]:
        """All values that the run passes to its program."""
        return (*self.words, *self.options, *self.settings, *self.environment)


class JobFacts(Value, frozen=True, array_like=True, gc=False):
    """What one file says about runs, found from its text alone.

    `variables` are those that runs in other files may refer to, by the name between `OPEN` and `CLOSE`; `targets` has
    the values that override them for each deployment target. `links` are aliases of names, such as ("dataset_uri",
    "datasets.uri"). `entries` are entry points of the package: (name, "module:function").
    """

    runs: tuple[Run, ...] = ()
    variables: tuple[Given, ...] = ()
    targets: tuple[tuple[str, tuple[Given, ...]], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    entries: tuple[tuple[str, str], ...] = ()


# --- what programs state ----------------------------------------------------------------------------------------------


class Said(Value, frozen=True, array_like=True, gc=False, tag=True):
    """A string in a program, and the place of its literal ("" and 0 for none)."""

    value: str
    path: str = ""
    line: int = 0


class Listed(Value, frozen=True, array_like=True, gc=False, tag=True):
    """A list or tuple."""

    items: tuple[Stated, ...]


class Keyed(Value, frozen=True, array_like=True, gc=False, tag=True):
    """A dictionary or the named arguments of a call."""

    items: tuple[tuple[str, Stated], ...]


Stated = Said | Listed | Keyed


class Started(Value, frozen=True, array_like=True, gc=False):
    """A call that may start a program: what is called, with which arguments."""

    name: str
    args: Listed
    keywords: Keyed
    path: str
    line: int
