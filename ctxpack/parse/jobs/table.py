"""The table of file kinds that state runs of programs, and the entry point to their parsers.

A file has at most one kind, decided by its language, its name and a mark in its text. Its facts depend on its text
alone, so they can be cached by content.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass

from ctxpack.datamodel.jobs import JobFacts
from ctxpack.parse.schemas.table import AnyOf

VERSION = 2
"""Part of the store's keys: raise it whenever the same text would give other job facts."""

LARGEST = 400_000
"""The largest size of a configuration, in bytes; larger files are taken for data."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file. `reader` is "module.function" under `ctxpack.parse.jobs`; `mark` matches in every such file."""

    name: str
    reader: str
    languages: frozenset[str]
    mark: re.Pattern[str] | AnyOf
    path: re.Pattern[str] | None = None


_PROGRAM = r"\.py\b|\.ipynb\b"
_DOCUMENT = AnyOf(
    [
        (".py", r"\.py\b"),
        (".ipynb", r"\.ipynb\b"),
        ("notebook", r"notebook(?<!\wnotebook)(?:_path|_task)?\b"),
        ("python_wheel_task", r"\bpython_wheel_task\b"),
        ("spark_", r"spark_(?<!\wspark_)\w+_task\b"),
        ("spark-submit", r"\bspark-submit\b"),
        (" -m ", r"\bpython3? -m "),
        *((f"ob{name}", rf"\b[Jj]ob{name}\b") for name in ("name", "Name", "_name", "_Name")),
        *((word, rf"{word}(?<!\w{word})\w*[\"']?\s*:") for word in ("script", "mainModule")),
        *((word, rf"^{word}\s*:") for word in ("variables", "targets")),
    ]
)
_COMMANDS = re.compile(_PROGRAM + r"|\bpython3? -m ")

KINDS: tuple[Kind, ...] = (
    Kind("document", "documents.read", frozenset({"yaml", "json"}), _DOCUMENT),
    Kind(
        "terraform",
        "terraform.read",
        frozenset({"terraform"}),
        re.compile(
            r"_job\b|\bjob_parameters\b|\bscript_|\bdefault_arguments\b|\bvariable\s+\"|\blocals\s*\{|\bmodule\."
        ),
    ),
    Kind("shell", "shell.read_script", frozenset({"bash"}), _COMMANDS),
    Kind("make", "shell.read_makefile", frozenset({"make"}), _COMMANDS),
    Kind("dockerfile", "shell.read_dockerfile", frozenset({"dockerfile"}), _COMMANDS),
    Kind(
        "pyproject",
        "packages.read_project",
        frozenset({"toml"}),
        re.compile(r"scripts|entry-points|plugins"),
        re.compile(r"(?:^|/)pyproject\.toml$"),
    ),
    Kind(
        "setup",
        "packages.read_setup",
        frozenset({"python", "ini"}),
        re.compile(r"entry_points"),
        re.compile(r"(?:^|/)setup\.(?:py|cfg)$"),
    ),
)

_BY_NAME = {one.name: one for one in KINDS}

STARTERS = frozenset(
    """SparkSubmitOperator DatabricksSubmitRunOperator DatabricksRunNowOperator DatabricksNotebookOperator
    DatabricksTaskOperator DatabricksCreateJobsOperator BashOperator SSHOperator KubernetesPodOperator
    GKEStartPodOperator GlueJobOperator AwsGlueJobOperator EmrAddStepsOperator EmrCreateJobFlowOperator
    EmrServerlessStartJobOperator EmrContainerOperator DataprocSubmitJobOperator DataprocSubmitPySparkJobOperator
    DataprocCreateBatchOperator DataProcPySparkOperator LivyOperator PapermillOperator SparkKubernetesOperator
    EcsRunTaskOperator EcsOperator add_job_flow_steps run_job_flow start_job_run start_execution submit_job
    notebook spark_submit bash_command spark_python_task notebook_task""".split()
)
"""Words of Python files that may launch programs with parameters."""

STARTING = re.compile(
    r"Operator\b|\bspark[-_]submit\b|\bdbutils\.notebook\.run\(|\b(?:start_job_run|add_job_flow_steps|run_job_flow|submit_job)\("
    r"|\b(?:spark_python|notebook|python_wheel|spark_submit)_task\b"
)
"""A regex that matches in the text of every Python file that may launch programs."""


def kind_of(path: str, language: str, text: str) -> str:
    """The kind of a file; "" if it states no runs."""
    for one in KINDS:
        if language in one.languages and (one.path is None or one.path.search(path)) and one.mark.search(text):
            return one.name
    return ""


def may_state(path: str, language: str) -> bool:
    """Whether a file may state runs, by its path and language alone."""
    return any(language in one.languages and (one.path is None or one.path.search(path)) for one in KINDS)


def read(kind: str, text: str) -> JobFacts:
    """The job facts in a text of a kind ("" for none); never raises."""
    if not kind:
        return JobFacts()
    module, _, function = _BY_NAME[kind].reader.partition(".")
    reader = getattr(importlib.import_module(f"ctxpack.parse.jobs.{module}"), function)
    try:
        found = reader(text)
    except RecursionError:
        return JobFacts()
    return found if isinstance(found, JobFacts) else JobFacts()
