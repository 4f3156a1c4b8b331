"""Models of the methods of strings, paths and open files."""

from __future__ import annotations

import re
from collections.abc import Callable

from ctxpack.datamodel.jobs import OPEN
from ctxpack.lineage.spark.language.contents import items
from ctxpack.lineage.spark.operations.operators import concatenated, hint_of, joined_path, merged, said
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.texts import FileText, PathText, Text, is_known
from ctxpack.lineage.spark.values.uncertain import Either, Unknown

_MOST_ITEMS = 2_000
_LONGEST = 200_000
_WIDEST = 1_000
_WIDE = re.compile(r"\{[^{}]*:[^{}]*\d{4}")
_PLAIN = frozenset(
    "lower upper strip lstrip rstrip replace title capitalize casefold zfill removeprefix removesuffix".split()
)
_SPLITS = frozenset("split rsplit splitlines partition rpartition".split())


def text_method(machine: Machine, value: Text, name: str, args: Args) -> object:
    """A method of a string."""
    if isinstance(value, FileText) and name in ("read", "readlines", "readline"):
        return file_text(machine, value)
    if isinstance(value, PathText):
        return _path_method(machine, value, name, args)
    rule = _TEXT.get(name)
    return rule(machine, value, name, args) if rule is not None else Unknown(name)


def _join(machine: Machine, value: Text, name: str, args: Args) -> object:
    found = items(machine, args.get(0))
    return concatenated(machine, found, value) if found is not None else Unknown(hint_of(args.get(0)))


def _as_text(machine: Machine, value: Text, name: str, args: Args) -> object:
    return machine.text(value, value)


def _apply(machine: Machine, value: Text, name: str, args: Args) -> object:
    given = [one for one in args.args if isinstance(one, str) or (isinstance(one, int) and abs(one) < _WIDEST)]
    if len(given) != len(args.args):
        if name == "replace" and len(args.args) == 2 and isinstance(args.args[0], str):
            given = [args.args[0], said(machine, args.args[1])]
        else:
            return Unknown(hint_of(args.get(0)))
    try:
        made = getattr(str(value), name)(
            *given, **{k: v for k, v in args.keywords.items() if isinstance(v, (str, int))}
        )
    except (TypeError, ValueError, OverflowError, MemoryError):
        return Unknown()
    machine.budget.step(len(made) // 200)
    if isinstance(made, str):
        return machine.text(made[:_LONGEST], value, *given)
    return [machine.text(one, value) for one in made][:_MOST_ITEMS]


def _test(machine: Machine, value: Text, name: str, args: Args) -> object:
    known = is_known(value) and not value.soft
    if not known or not all(isinstance(one, str) and is_known(one) for one in args.args):
        return Unknown()
    try:
        return getattr(str(value), name)(*args.args)
    except (TypeError, ValueError):
        return Unknown()


def _format(machine: Machine, value: Text, name: str, args: Args) -> object:
    if _WIDE.search(value):
        return Unknown("format")
    if any(isinstance(one, Either) for one in args.everything()):
        at = next((i for i, one in enumerate(args.args) if isinstance(one, Either)), None)
        if at is not None:
            one = args.args[at]
            assert isinstance(one, Either)
            return merged(
                _format(
                    machine,
                    value,
                    name,
                    Args([*args.args[:at], option, *args.args[at + 1 :]], args.keywords, args.line),
                )
                for option in one.options
            )
    given = [_formattable(machine, one) for one in args.args]
    named = {key: _formattable(machine, one) for key, one in args.keywords.items()}
    try:
        made = str(value).format(*given, **named)
    except (IndexError, KeyError, ValueError, AttributeError, TypeError, OverflowError, MemoryError):
        return Unknown("format")
    machine.budget.step(len(made) // 200)
    return machine.text(made[:_LONGEST], value, *given, *named.values())


_TEXT: dict[str, Callable[[Machine, Text, str, Args], object]] = {
    "format": _format,
    "join": _join,
    **dict.fromkeys(_PLAIN | _SPLITS, _apply),
    **dict.fromkeys(("startswith", "endswith", "isdigit", "isalpha", "isidentifier", "count", "find", "index"), _test),
    **dict.fromkeys(("encode", "decode", "as_posix", "__str__"), _as_text),
}


def _formattable(machine: Machine, value: object) -> object:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else said(machine, value)


def file_text(machine: Machine, value: Text) -> object:
    """The content of a settings file of the repository."""
    path = str(value).removeprefix("./")
    if OPEN in path or not path:
        return Unknown("content")
    found = machine.settings.get(path)
    if found is None:
        ends = [name for name in machine.settings if name.endswith("/" + path.lstrip("/"))]
        found = machine.settings[ends[0]] if len(ends) == 1 else None
    return Text(found, path=path, folded=True) if found is not None else Unknown("content")


def _path_method(machine: Machine, value: PathText, name: str, args: Args) -> object:
    if name in ("joinpath", "__truediv__"):
        return joined_path(machine, [value, *args.args])
    if name in ("resolve", "absolute", "expanduser", "with_suffix", "with_name"):
        return value
    if name in ("read_text", "read_bytes"):
        return file_text(machine, value)
    if name == "open":
        return FileText(value, value.owner)
    return machine.text(value, value) if name in ("as_posix", "as_uri", "__str__", "__fspath__") else Unknown(name)
