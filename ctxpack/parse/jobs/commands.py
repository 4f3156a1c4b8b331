"""Parses command lines that run a Python program: spark-submit, python, gcloud, and containers given a file name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ctxpack.datamodel.jobs import Given, Run

_SUBMIT = re.compile(r"(?:^|/)(?:spark-submit|spark3-submit|spark2-submit|spark-submit\.(?:sh|cmd))$")
_PYTHON = re.compile(r"(?:^|/)(?:python|pypy|pyspark|databricks-connect|ddtrace-run)(?:\d(?:\.\d+)*)?$")
_PROGRAM = re.compile(r"[^\s=,]\.(?:py|ipynb)$")
_FLAGS = frozenset({"--verbose", "--supervise", "--version", "-v", "--help"})
_PREFIXES = (
    "spark.executorEnv.",
    "spark.yarn.appMasterEnv.",
    "spark.kubernetes.driverEnv.",
    "spark.emr-serverless.driverEnv.",
)
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_STEP_ARGS = re.compile(r"Args=\[([^\]]*)\]")


def run_of(words: Sequence[Given], environment: Sequence[Given] = ()) -> Run | None:
    """The run of a command line; None if it runs no Python program."""
    texts = [word.value for word in words]
    for at, text in enumerate(texts):
        if _SUBMIT.search(text):
            return submitted(words[at + 1 :], [*environment, *_assigned(words[:at])])
        if text == "pyspark" and "submit" in texts[:at] and "dataproc" in texts[:at]:
            return _cloud(words[at + 1 :], environment)
        if _PYTHON.search(text):
            return _python(words[at + 1 :], [*environment, *_assigned(words[:at])])
        if _PROGRAM.search(text) and "=" not in text:
            return _made("command", words[at], words[at + 1 :], [*environment, *_assigned(words[:at])])
        found = _STEP_ARGS.search(text)
        if found is not None and ".py" in found[1]:
            return submitted([Given("", one.strip(" '\""), words[at].line) for one in found[1].split(",")], environment)
    return None


def submitted(words: Sequence[Given], environment: Sequence[Given] = ()) -> Run | None:
    """The run of a spark-submit call, given its arguments; None if it runs no Python program."""
    settings: list[Given] = []
    at = 0
    while at < len(words):
        text = words[at].value
        if not text.startswith("-") or _PROGRAM.search(text):
            break
        if text in _FLAGS or "=" in text.split(" ")[0]:
            _set(settings, text.partition("=")[0], Given("", text.partition("=")[2], words[at].line))
            at += 1
            continue
        if at + 1 < len(words):
            _set(settings, text, words[at + 1])
        at += 2
    if at >= len(words) or not _PROGRAM.search(words[at].value):
        return None
    return _made("spark-submit", words[at], words[at + 1 :], environment, settings)


def _set(settings: list[Given], option: str, value: Given) -> None:
    if option in ("--conf", "-c") and "=" in value.value:
        name, _, text = value.value.strip("'\"").partition("=")
        settings.append(Given(name.strip(), text, value.line, value.path))


def configured(text: str, line: int, path: str = "") -> list[Given]:
    """The settings in a text such as "--conf a=b --conf c=d"."""
    words = [Given("", word, line, path) for word in text.split()]
    settings: list[Given] = []
    for option, value in pairwise(words):
        _set(settings, option.value, value)
    return settings


def _python(words: Sequence[Given], environment: Sequence[Given]) -> Run | None:
    for at, word in enumerate(words):
        if word.value == "-m" and at + 1 < len(words):
            module = words[at + 1]
            return _made("python", Given("", f"-m {module.value}", module.line), words[at + 2 :], environment)
        if word.value in ("-c", "-"):
            return None
        if not word.value.startswith("-"):
            return _made("python", word, words[at + 1 :], environment) if _PROGRAM.search(word.value) else None
    return None


def _cloud(words: Sequence[Given], environment: Sequence[Given]) -> Run | None:
    """`gcloud dataproc ... submit pyspark FILE --flags -- ARGUMENTS`."""
    program = next((word for word in words if _PROGRAM.search(word.value) and not word.value.startswith("-")), None)
    if program is None:
        return None
    texts = [word.value for word in words]
    rest = words[texts.index("--") + 1 :] if "--" in texts else ()
    settings = [
        Given(name, value, word.line)
        for word in words
        if word.value.startswith("--properties=")
        for name, _, value in [one.partition("=") for one in word.value.partition("=")[2].split(",")]
    ]
    return _made("gcloud", program, rest, environment, settings)


def _assigned(words: Sequence[Given]) -> list[Given]:
    """The environment variables assigned before a command (`NAME=value`)."""
    found = [(_ASSIGNED.fullmatch(word.value), word) for word in words]
    return [Given(match[1], match[2], word.line, word.path) for match, word in found if match is not None]


def _made(
    tool: str,
    program: Given,
    words: Sequence[Given],
    environment: Sequence[Given],
    settings: Sequence[Given] = (),
) -> Run:
    passed = [
        Given(one.name.removeprefix(prefix), one.value, one.line, one.path)
        for one in settings
        for prefix in _PREFIXES
        if one.name.startswith(prefix)
    ]
    return Run(
        tool, program.line, program.value, words=tuple(words), settings=tuple(settings),
        environment=(*environment, *passed), path=program.path,
    )  # fmt: skip
