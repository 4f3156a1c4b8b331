"""What starts programs with which parameters: the runs of programs that configurations, scripts and workflows state.

A value is a text whose parts that the file does not tell stand between `OPEN` and `CLOSE`, by name, so that they cannot
be taken for anything that the text itself may hold. Names with a prefix ("var.catalog", "job.date") may still be told
by another file; what is left in the end is a part of a dataset's name like any other that is not known.
"""

from __future__ import annotations

from typing import Final

from ctxpack.model import Value

OPEN: Final = "\ue000"
CLOSE: Final = "\ue001"
"""What an unknown part of a text stands between; both are characters of private use."""


class Given(Value, frozen=True, array_like=True, gc=False):
    """A value that a run gives, and where: `path` is "" for the file that states the run.

    `name` is without leading dashes; "" for a word of a command line.
    """

    name: str
    value: str
    line: int = 0
    path: str = ""


class Run(Value, frozen=True, array_like=True, gc=False):
    """One run of one program, as one place states it.

    `program` is the path, module or notebook as it is written (a module after "-m "), "" where only the `job` is named
    that runs it; `entry` is the function of it that is called, or the name of a package's entry point (then `program`
    is "package:" and the package's name). `near` are other words of the same place that tell where the program is (a
    folder, a department). `names` are those by which others name this run as a job; `tool` says what states it.

    `words` are the arguments of a command line, in order; `options` those given by name (widgets, `--name value` pairs
    of a mapping); `settings` configure the session, `environment` the process. `defaults` are parameters of the job
    that its own text may refer to as "job.NAME".
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
        """All that the run gives its program."""
        return (*self.words, *self.options, *self.settings, *self.environment)


class JobFacts(Value, frozen=True, array_like=True, gc=False):
    """What one file says of runs, found from its text alone.

    `variables` are those that runs of other files may refer to, by the name between `OPEN` and `CLOSE`; `targets` are
    the values that each deployment target has instead. `links` say that a name stands for another ("dataset_uri",
    "datasets.uri"). `entries` are entry points of the package: name, and "module:function".
    """

    runs: tuple[Run, ...] = ()
    variables: tuple[Given, ...] = ()
    targets: tuple[tuple[str, tuple[Given, ...]], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    entries: tuple[tuple[str, str], ...] = ()


# --- what programs state ----------------------------------------------------------------------------------------------


class Said(Value, frozen=True, array_like=True, gc=False, tag=True):
    """A text that a program makes, and where its literal stands ("" and 0 where none does)."""

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
    """A call that may start a program: what is called, and with what."""

    name: str
    args: Listed
    keywords: Keyed
    path: str
    line: int
