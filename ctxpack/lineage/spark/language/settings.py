"""Models of how programs read settings: environment, command-line arguments, widgets, files of the repository.

A value that the run decides is unknown; its default, if any, is assumed, and marked as soft.
"""

from __future__ import annotations

import json
import tomllib
from typing import Any

from ctxpack.lineage import documents
from ctxpack.lineage.spark.effects import parameters
from ctxpack.lineage.spark.language.strings import file_text
from ctxpack.lineage.spark.operations.operators import hint_of, joined_path
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.objects import CommandParameter, External
from ctxpack.lineage.spark.values.tables import Parser
from ctxpack.lineage.spark.values.texts import FileText, PathText, Text, is_known, shown
from ctxpack.lineage.spark.values.uncertain import Unknown

_MOST_NODES = 20_000
_LARGEST = 1_000_000


def default_of(machine: Machine, args: Args, name_at: int = 0, default_at: int = 1) -> object:
    """The value of a setting read by key: its default as a soft value, else an unknown value with the key's name."""
    default = args.get(default_at, "default", args.any_of("defaultValue", "fallback"))
    key = args.get(name_at, "key", args.any_of("name"))
    if isinstance(default, Text):
        return default.like(default, soft=True, folded=True)
    if default is None or isinstance(default, bool):
        return Unknown(shown(key) if isinstance(key, str) else hint_of(key) or "setting")
    return default


def declare_widget(machine: Machine, args: Args) -> object:
    """`dbutils.widgets.text(name, default)` and the like."""
    name = args.get(0, "name")
    if isinstance(name, str):
        machine.process.widgets[str(name)] = args.get(1, "defaultValue")
    return None


def widget(machine: Machine, args: Args) -> object:
    """`dbutils.widgets.get(name)`."""
    name = args.get(0, "name")
    told = parameters.option(machine, str(name)) if isinstance(name, str) else None
    if told is not None:
        return told
    declared = machine.process.widgets.get(str(name)) if isinstance(name, str) else None
    return default_of(machine, Args([name, declared], {}, args.line)) if declared else default_of(machine, args)


def all_widgets(machine: Machine, args: Args) -> object:
    """`dbutils.widgets.getAll()`."""
    found: dict[object, object] = dict(machine.process.widgets.items())
    found.update(parameters.options(machine))
    return found


# --- argparse, click, typer, fire, Glue -------------------------------------------------------------------------------


def add_argument(machine: Machine, parser: Parser, args: Args) -> object:
    """`parser.add_argument("--name", default=...)`."""
    names = [str(one) for one in args.args if isinstance(one, str)]
    given = args.any_of("dest")
    long = next((one for one in names if one.startswith("--")), names[0] if names else "")
    name = str(given) if isinstance(given, str) else long.lstrip("-").replace("-", "_")
    flags = tuple(one for one in names if one.startswith("-"))
    declared = _declared(name, flags, args)
    parser.declared.append(declared)
    parser.values[name] = parameters.softened(name, declared.default)
    return Unknown("action")


def _declared(name: str, flags: tuple[str, ...], args: Args) -> CommandParameter:
    action, number = args.any_of("action", "is_flag"), args.any_of("type")
    several = args.any_of("nargs", "multiple")
    return CommandParameter(
        name, flags, args.any_of("default"),
        switch=action is True or (isinstance(action, str) and action.startswith("store_") and action != "store_const"),
        several=several is True or (isinstance(several, str) and several in ("+", "*")),
        number=isinstance(number, External) and number.name == "builtins.int",
    )  # fmt: skip


def parse_arguments(machine: Machine, parser: Parser, args: Args) -> Parser:
    """`parser.parse_args()`: the arguments with values from the run, or from a given list of words."""
    words = args.get(0, "args")
    given = words if isinstance(words, list) and all(isinstance(one, (str, Unknown)) for one in words) else None
    found = parameters.filled(machine, parser.declared, given)
    return Parser({**parser.values, **found}, parser.declared)


def command_option(machine: Machine, args: Args) -> object:
    """`click.option("--name")` and `click.argument("name")`."""
    names = [str(one) for one in args.args if isinstance(one, str)]
    flags = tuple(part for one in names for part in one.split("/")[0].split() if part.startswith("-"))
    plain = [one for one in names if not one.startswith("-")]
    long = next((one for one in flags if one.startswith("--")), flags[0] if flags else "")
    return _declared(plain[-1] if plain else long.lstrip("-").replace("-", "_"), flags, args)


def typed_option(machine: Machine, args: Args) -> object:
    """`typer.Option(default, "--name")`; without flags, it is named after the parameter that it is the default of."""
    default = args.get(0, "default")
    flags = tuple(str(one) for one in args.args[1:] if isinstance(one, str) and one.startswith("-"))
    return CommandParameter("", flags or ("--",), default if isinstance(default, (str, int, float)) else None)


def typed_argument(machine: Machine, args: Args) -> object:
    """`typer.Argument(default)`."""
    default = args.get(0, "default")
    return CommandParameter("", (), default if isinstance(default, (str, int, float)) else None)


def glue_options(machine: Machine, args: Args) -> object:
    """`getResolvedOptions(sys.argv, ["JOB_NAME", ...])`."""
    names = args.get(1, "options")
    listed = names if isinstance(names, (list, tuple)) else []
    found: dict[object, object] = {}
    for one in listed:
        if isinstance(one, str):
            told = parameters.option(machine, one)
            found[str(one)] = told if told is not None else Unknown(str(one))
    return found


# --- files ------------------------------------------------------------------------------------------------------------


def loaded(machine: Machine, source: object, kind: str) -> object:
    """The data of a YAML, JSON or TOML text, from a file of the repository or a string."""
    text = file_text(machine, source) if isinstance(source, (FileText, PathText)) else source
    if not isinstance(text, Text) or not is_known(text) or len(text) > _LARGEST:
        return Unknown(hint_of(source) or "settings")
    machine.budget.step(10 + len(text) // 20)
    key = (kind, str(text))
    if key not in machine.documents:
        try:
            machine.documents[key] = parse(str(text), kind)
        except (ValueError, TypeError, RecursionError):
            machine.documents[key] = None
    data = machine.documents[key]
    if data is None:
        return Unknown("settings")
    return _value(machine, data, str(text.path), [_MOST_NODES])


def parse(text: str, kind: str) -> Any:
    """The data in a text of the given kind. Raises ValueError if it cannot be parsed."""
    if kind == "json":
        return json.loads(text)
    if kind == "toml":
        return tomllib.loads(text)
    try:
        return documents.read(text)
    except documents.Unreadable as error:
        raise ValueError(str(error)) from error


def _value(machine: Machine, data: Any, path: str, budget: list[int]) -> object:
    """Data as values of the interpreter; cut off when the node budget is spent, as with nested YAML aliases."""
    budget[0] -= 1
    if budget[0] < 0:
        return Unknown("settings")
    if isinstance(data, str):
        return Text(data, folded=True, path=path)
    if isinstance(data, dict):
        return {
            key if isinstance(key, (int, float)) else str(key): _value(machine, one, path, budget)
            for key, one in data.items()
        }
    if isinstance(data, list):
        return [_value(machine, one, path, budget) for one in data]
    if data is None or isinstance(data, (bool, int, float)):
        return data
    return Text(str(data), folded=True, path=path)


# --- os and pathlib ---------------------------------------------------------------------------------------------------


def path_of(machine: Machine, args: Args) -> object:
    """`Path(a, b)`."""
    found = joined_path(machine, args.args) if args.args else ""
    return found if args.args else PathText("")


def join(machine: Machine, args: Args) -> object:
    """`os.path.join(a, b)`."""
    return joined_path(machine, args.args)


def directory(machine: Machine, args: Args) -> object:
    """`os.path.dirname(path)`."""
    path = args.get(0)
    return machine.text(path.rpartition("/")[0], path) if isinstance(path, Text) else Unknown(hint_of(path))


def base(machine: Machine, args: Args) -> object:
    """`os.path.basename(path)`."""
    path = args.get(0)
    return machine.text(path.rpartition("/")[2], path) if isinstance(path, Text) else Unknown(hint_of(path))


def same(machine: Machine, args: Args) -> object:
    """A function that returns its argument, as far as names are concerned."""
    return args.get(0)


def environment(machine: Machine, args: Args) -> object:
    """`os.environ.get("X", default)`."""
    key = args.get(0, "key", args.any_of("name"))
    told = parameters.variable(machine, str(key)) if isinstance(key, str) else None
    return told if told is not None else default_of(machine, args)


def update_environment(machine: Machine, args: Args) -> object:
    """`os.environ.update({"X": value}, Y=value)`."""
    given = args.get(0)
    for name, value in [*(given.items() if isinstance(given, dict) else ()), *args.keywords.items()]:
        parameters.set_variable(machine, name, value)
    return None
