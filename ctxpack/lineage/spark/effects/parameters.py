"""The parameters of the current run: named options, command-line words, session settings, environment variables.

A program with several runs is interpreted once for each, so that values of different runs do not mix. Every read of a
parameter is counted, even without a run: a module that reads one while it is loaded has a separate copy in each run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, zip_longest

from ctxpack.datamodel.jobs import Given, Run
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values import externals
from ctxpack.lineage.spark.values.objects import CommandParameter
from ctxpack.lineage.spark.values.texts import HOLE, Text
from ctxpack.lineage.spark.values.uncertain import Unknown, either

_INTEGER = re.compile(r"-?\d{1,15}")
_MOST_WORDS = 400


def _plain(name: str) -> str:
    return name.lstrip("-").replace("-", "_").lower()


def _value(machine: Machine, one: Given, name: str) -> Text | None:
    """A value that a run gives; None for an unknown one, so that a default applies."""
    if HOLE.fullmatch(one.value) or not one.value:
        return None
    serial = machine.stack.here.serial if machine.stack.activations else 0
    return Text(one.value, serial, folded=True, given=f"{name} of {one.path}:{one.line}")


def _of_run(machine: Machine) -> Run | None:
    machine.runs.asked += 1
    return machine.runs.current


def option(machine: Machine, name: str) -> object:
    """The value of a named parameter; None if the run gives none."""
    run = _of_run(machine)
    if run is None:
        return _of_line(machine, name)
    found = [one for one in run.options if _plain(one.name) == _plain(name) and one.value]
    if found:
        return _value(machine, found[-1], name)
    flag = f"--{_plain(name)}"
    for word, following in zip_longest(run.words, run.words[1:]):
        spelled, equals, text = word.value.partition("=")
        if spelled.startswith("--") and f"--{_plain(spelled)}" == flag:
            told = Given("", text, word.line, word.path) if equals else following
            return _value(machine, told, name) if told is not None else None
    return _of_line(machine, name)


def _of_line(machine: Machine, name: str) -> object:
    """The value of a named parameter on the command line that the program set itself."""
    for word, following in pairwise([*(machine.process.line or ()), None]):
        spelled, equals, text = str(word).partition("=") if isinstance(word, str) else ("", "", "")
        if spelled.startswith("--") and _plain(spelled) == _plain(name):
            return machine.text(text, word) if equals else following
    return None


def options(machine: Machine) -> dict[object, object]:
    """All named parameters."""
    run = _of_run(machine)
    values = [(one.name, _value(machine, one, one.name)) for one in run.options] if run is not None else []
    return {name: value if value is not None else Unknown(name) for name, value in values}


def setting(machine: Machine, key: str) -> object:
    """A session setting; None if the run gives none."""
    run = _of_run(machine)
    plain = key.removeprefix("spark.")
    found = [one for one in run.settings if one.name.removeprefix("spark.") == plain] if run is not None else []
    return _value(machine, found[-1], key.rpartition(".")[2]) if found else None


def variable(machine: Machine, name: str) -> object:
    """An environment variable; None if neither the run nor the program sets it."""
    run = _of_run(machine)
    found = [one for one in run.environment if one.name == name] if run else []
    return _value(machine, found[-1], name) if found else machine.process.environment.get(name)


def set_variable(machine: Machine, name: object, value: object) -> None:
    """`os.environ[name] = value`."""
    if isinstance(name, str):
        before = machine.process.environment.get(str(name))
        machine.process.environment[str(name)] = (
            either([before, value]) if machine.doubt and before is not None else value
        )


def set_line(machine: Machine, line: object) -> None:
    """`sys.argv = [...]`."""
    machine.process.line = list(line) if isinstance(line, (list, tuple)) else None


def add_words(machine: Machine, found: list[object] | None) -> None:
    """`sys.argv.append(word)` and `sys.argv.extend(words)`."""
    if found is not None:
        before = words(machine) or [Text(machine.stack.here.path, folded=True)]
        machine.process.line = [*before, *found][:_MOST_WORDS]


def words(machine: Machine) -> list[object] | None:
    """`sys.argv`; None if neither the run nor the program sets it."""
    run = _of_run(machine)
    if machine.process.line is not None:
        return machine.process.line
    if run is None or not (run.words or run.options):
        return None
    return [Text(run.program, folded=True), *_words(machine, run)]


def _words(machine: Machine, run: Run) -> list[object]:
    found: list[object] = []
    before = ""
    for number, one in enumerate(run.words, 1):
        name = before or f"argument {number}"
        told = Text(one.value) if _is_flag(one.value) else _value(machine, one, name)
        found.append(told if told is not None else Unknown(name))
        before = one.value.lstrip("-") if _is_flag(one.value) and "=" not in one.value else ""
    for one in run.options:
        told = _value(machine, one, one.name)
        if told is not None:
            found += [Text(f"--{one.name}"), told]
    return found


def _is_flag(text: str) -> bool:
    return text.startswith("-") and "=" not in text and not _INTEGER.fullmatch(text)


# --- parsers of command lines -----------------------------------------------------------------------------------------


def parsed(
    machine: Machine, declared: Sequence[CommandParameter], given: list[object] | None = None
) -> dict[str, object]:
    """The values of declared parameters, by name, on a given command line or else that of the run."""
    line = given if given is not None else (words(machine) or [])[1:]
    by_flag = {flag: one for one in declared for flag in one.flags}
    waiting = [one for one in declared if not one.flags]
    found: dict[str, object] = {}
    at = 0
    while at < len(line):
        word = line[at]
        at += 1
        text = str(word) if isinstance(word, str) else ""
        flag, equals, rest = text.partition("=")
        if not text.startswith("-") or _INTEGER.fullmatch(text):
            at = _placed(found, waiting, line, at)
            continue
        one = by_flag.get(flag) or by_flag.get(flag.replace("_", "-")) or by_flag.get(flag.replace("-", "_"))
        if equals and one is not None:
            found[one.name] = _typed(machine.text(rest, word), one)
        elif one is not None and not one.switch:
            values, at = _following(line, at, one.several)
            if values:
                found[one.name] = values if one.several else _typed(values[0], one)
        elif one is not None:
            found[one.name] = True
        elif not equals and at < len(line) and not _flagged(line[at]):
            at += 1
    return found


def _placed(found: dict[str, object], waiting: list[CommandParameter], line: Sequence[object], at: int) -> int:
    """Assign the word at `at` to the next positional parameter; gives the index of the next word."""
    if not waiting:
        return at
    one = waiting[0]
    if one.several:
        values, at = _following(line, at - 1, several=True)
        found[one.name] = values
    else:
        found[one.name] = _typed(line[at - 1], one)
    waiting.pop(0)
    return at


def _following(line: Sequence[object], at: int, several: bool) -> tuple[list[object], int]:
    values: list[object] = []
    while at < len(line) and not _flagged(line[at]) and (several or not values):
        values.append(line[at])
        at += 1
    return values, at


def _flagged(word: object) -> bool:
    return isinstance(word, str) and word.startswith("-") and not _INTEGER.fullmatch(word)


def _typed(value: object, one: CommandParameter) -> object:
    if one.number and isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    return Unknown(one.name) if isinstance(value, Unknown) else value


def softened(name: str, default: object) -> object:
    """A default as a soft value, which other runs may override; an unknown value if it is None or a bool."""
    if isinstance(default, Text):
        return default.like(default, soft=True, folded=True)
    return Unknown(name) if default is None or isinstance(default, bool) else default


def filled(
    machine: Machine, declared: Sequence[CommandParameter], given: list[object] | None = None
) -> dict[str, object]:
    """The values of all declared parameters, by name: those given, else their defaults."""
    found = {one.name: softened(one.name, one.default) for one in declared}
    told = parsed(machine, declared, given)
    found.update({name: value for name, value in told.items() if not isinstance(value, Unknown) or given is not None})
    for one in declared:
        if one.flags and isinstance(found[one.name], Unknown) and given is None:
            named = option(machine, one.name)
            found[one.name] = named if named is not None else found[one.name]
    return found


def library(machine: Machine, name: str) -> object:
    """The value of a dotted library name; for `sys.argv` the command line, if known."""
    told = words(machine) if name == "sys.argv" else None
    return told if told is not None else externals.named(name)
