"""Models of Python's built-in functions, of list and dictionary methods, and of itertools and functools."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, islice, product

from ctxpack.lineage.spark.language.contents import item, items
from ctxpack.lineage.spark.language.members import member, set_member
from ctxpack.lineage.spark.operations.operators import binary, each, hashable, hint_of, said
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.objects import Class, Instance, Module
from ctxpack.lineage.spark.values.tables import Frame, Parser
from ctxpack.lineage.spark.values.texts import FileText, Text, is_known
from ctxpack.lineage.spark.values.uncertain import Unknown, either, truth

_MOST_ITEMS = 2_000
NAMES = frozenset(
    "str int float bool len list tuple dict set frozenset sorted reversed enumerate zip map filter range sum min "
    "abs round print isinstance issubclass getattr setattr hasattr callable type id repr any all iter next open vars "
    "dir super object property staticmethod classmethod globals locals format Exception ValueError KeyError exit input "
    "NotImplementedError RuntimeError bytes ord chr eval exec __import__".split()
)


def call(machine: Machine, name: str, args: Args) -> object:
    """The result of a built-in function."""
    rule = _FUNCTIONS.get(name)
    if rule is not None:
        return rule(machine, args)
    first = args.get(0)
    return first if isinstance(first, Frame) else Unknown(hint_of(first) or name)


def _str(machine: Machine, args: Args) -> object:
    value = args.get(0, default="")
    if isinstance(value, Instance) and "value" in value.variables:
        value = value.variables["value"]
    return each(value, lambda one: _plain_text(machine, said(machine, one)))


def _plain_text(machine: Machine, text: Text) -> Text:
    return text.like(text, folded=True)


def _number(kind: type) -> Callable[[Machine, Args], object]:
    def rule(machine: Machine, args: Args) -> object:
        value = args.get(0, default=0)
        if isinstance(value, (int, float)) or (isinstance(value, Text) and is_known(value) and len(value) < 30):
            try:
                return kind(value)
            except (ValueError, OverflowError):
                return Unknown()
        return Unknown(hint_of(value))

    return rule


def _bool(machine: Machine, args: Args) -> object:
    known = truth(args.get(0, default=False))
    return Unknown() if known is None else known


def _len(machine: Machine, args: Args) -> object:
    found = items(machine, args.get(0))
    return len(found) if found is not None else Unknown("len")


def _listed(machine: Machine, args: Args) -> object:
    found = items(machine, args.get(0, default=()))
    return found if found is not None else Unknown(hint_of(args.get(0)))


def _tuple(machine: Machine, args: Args) -> object:
    found = _listed(machine, args)
    return tuple(found) if isinstance(found, list) else found


def _set(machine: Machine, args: Args) -> object:
    found = _listed(machine, args)
    return _unique(found) if isinstance(found, list) else found


def _unique(values: list[object]) -> list[object]:
    found: list[object] = []
    for one in values[:_MOST_ITEMS]:
        if not any(one is other or (isinstance(one, (str, int)) and one == other) for other in found):
            found.append(one)
    return found


def _dict(machine: Machine, args: Args) -> object:
    made: dict[object, object] = {}
    given = args.get(0)
    if isinstance(given, dict):
        made.update(given)
    elif isinstance(given, (list, tuple)):
        made.update(
            {hashable(pair[0]): pair[1] for pair in given if isinstance(pair, (tuple, list)) and len(pair) == 2}
        )
    elif given is not None:
        return Unknown(hint_of(given))
    made.update(args.keywords)
    return made


def _sorted(machine: Machine, args: Args) -> object:
    found = items(machine, args.get(0))
    if found is None:
        return Unknown(hint_of(args.get(0)))
    if args.any_of("key") is None and all(isinstance(one, str) for one in found):
        found = sorted(found, key=str)
    return found[::-1] if args.any_of("reverse") is True else found


def _reversed(machine: Machine, args: Args) -> object:
    found = items(machine, args.get(0))
    return found[::-1] if found is not None else Unknown()


def _enumerate(machine: Machine, args: Args) -> object:
    found = items(machine, args.get(0))
    start = args.get(1, "start", 0)
    if found is None:
        return Unknown("items")
    return [(at, one) for at, one in enumerate(found, start if isinstance(start, int) else 0)]


def _zip(machine: Machine, args: Args) -> object:
    found = [items(machine, one) for one in args.args]
    known = [one for one in found if one is not None]
    return list(zip(*known, strict=False)) if len(known) == len(found) else Unknown("items")


def _map(machine: Machine, args: Args) -> object:
    found = [items(machine, one) for one in args.args[1:]]
    known = [one for one in found if one is not None]
    if len(known) != len(found) or not known:
        machine.call(args.get(0), *(Unknown("item") for _ in found), line=args.line)
        return Unknown("items")
    return [machine.call(args.get(0), *one, line=args.line) for one in islice(zip(*known, strict=False), _MOST_ITEMS)]


def _filter(machine: Machine, args: Args) -> object:
    found = items(machine, args.get(1))
    if found is None:
        return Unknown("items")
    test = args.get(0)
    return [
        one for one in found if truth(one if test is None else machine.call(test, one, line=args.line)) is not False
    ]


def _range(machine: Machine, args: Args) -> object:
    known = [one for one in args.args if isinstance(one, int)]
    if len(known) != len(args.args) or not known:
        return Unknown("items")
    try:
        return list(islice(range(*known), 100))
    except (TypeError, ValueError):
        return Unknown("items")


def _sum(machine: Machine, args: Args) -> object:
    found = items(machine, args.get(0))
    start = args.get(1, "start", 0)
    if found is None or not found:
        return Unknown("sum")
    total: object = start
    for one in found:
        total = one if total == 0 and not isinstance(one, (int, float)) else binary(machine, "+", total, one)
    return total


def _extreme(name: str) -> Callable[[Machine, Args], object]:
    def rule(machine: Machine, args: Args) -> object:
        found = items(machine, args.get(0)) if len(args.args) == 1 else list(args.args)
        if found and all(isinstance(one, (int, float)) for one in found):
            return (min if name == "min" else max)(found)  # type: ignore[type-var]
        return either(found) if found else Unknown(name)

    return rule


def _isinstance(machine: Machine, args: Args) -> object:
    value, kind = args.get(0), args.get(1)
    if isinstance(value, Instance) and isinstance(kind, Class):
        return kind in value.type.ancestors()
    names = {"builtins.str": str, "builtins.list": list, "builtins.dict": dict, "builtins.tuple": tuple}
    found = names.get(getattr(kind, "name", ""))
    if found is not None and isinstance(value, (str, list, dict, tuple, int, float, type(None))):
        return isinstance(value, found)
    if value is None and found is not None:
        return False
    return Unknown()


def _getattr(machine: Machine, args: Args) -> object:
    name = args.get(1)
    if not isinstance(name, str) or not is_known(name):
        return Unknown(hint_of(name))
    found = member(machine, args.get(0), name, args.line)
    return args.args[2] if isinstance(found, Unknown) and len(args.args) > 2 else found


def _setattr(machine: Machine, args: Args) -> object:
    name = args.get(1)
    if isinstance(name, str) and is_known(name):
        set_member(machine, args.get(0), str(name), args.get(2))
    return None


def _vars(machine: Machine, args: Args) -> object:
    value = args.get(0)
    if isinstance(value, Parser):
        return dict(value.values)
    return value.variables if isinstance(value, (Instance, Module)) else Unknown("vars")


def _type(machine: Machine, args: Args) -> object:
    value = args.get(0)
    return value.type if isinstance(value, Instance) else Unknown("type")


def _next(machine: Machine, args: Args) -> object:
    found = items(machine, args.get(0))
    if found:
        return found[0] if len(found) == 1 else either(found)
    return args.get(1) if found is not None else Unknown(hint_of(args.get(0)))


def _open(machine: Machine, args: Args) -> object:
    path = args.get(0, "file")
    return each(path, lambda one: FileText(one) if isinstance(one, str) else Unknown("file"))


def _none(machine: Machine, args: Args) -> object:
    return None


_FUNCTIONS: dict[str, Callable[[Machine, Args], object]] = {
    "str": _str, "repr": _str, "format": _str, "int": _number(int), "float": _number(float), "bool": _bool,
    "len": _len, "list": _listed, "iter": _listed, "tuple": _tuple, "set": _set, "frozenset": _set, "dict": _dict,
    "sorted": _sorted, "reversed": _reversed, "enumerate": _enumerate, "zip": _zip, "map": _map, "filter": _filter,
    "range": _range, "sum": _sum, "min": _extreme("min"), "max": _extreme("max"), "isinstance": _isinstance,
    "getattr": _getattr, "setattr": _setattr, "type": _type, "vars": _vars,
    "next": _next, "open": _open, "print": _none,
}  # fmt: skip


# --- containers -------------------------------------------------------------------------------------------------------


def list_method(machine: Machine, value: list[object] | tuple[object, ...], name: str, args: Args) -> object:
    """A method of a list or tuple (sets are modelled as lists without duplicates)."""
    if isinstance(value, list) and name in _GROWING:
        more = (
            args.args[-1:] if name in ("append", "add", "insert", "appendleft") else items(machine, args.get(0)) or []
        )
        value.extend(more[: max(0, _MOST_ITEMS - len(value))])
        return None
    if name in ("copy", "union"):
        return [*value, *(one for more in args.args for one in items(machine, more) or ())][:_MOST_ITEMS]
    if name == "pop":
        return value[-1] if value else Unknown()
    if name in ("difference", "intersection"):
        others = items(machine, args.get(0))
        if others is None:
            return Unknown("items")
        return [one for one in value if (one in others) is (name == "intersection")]
    return None if name in ("sort", "reverse", "clear", "remove", "discard") else Unknown(name)


_GROWING = frozenset({"append", "add", "insert", "appendleft", "extend", "update"})


def dict_method(machine: Machine, value: dict[object, object], name: str, args: Args) -> object:
    """A method of a dictionary."""
    rule = _DICT.get(name)
    return rule(machine, value, args) if rule is not None else Unknown(name)


def _get(machine: Machine, value: dict[object, object], args: Args) -> object:
    key = args.get(0, "key")
    plain = hashable(key)
    if isinstance(plain, Unknown) or plain in value:
        return item(machine, value, key)
    return args.get(1, "default")


def _items(machine: Machine, value: dict[object, object], args: Args) -> object:
    return [(_key(key), one) for key, one in value.items()]


def _key(key: object) -> object:
    return Text(key) if isinstance(key, str) and not isinstance(key, Text) else key


def _keys(machine: Machine, value: dict[object, object], args: Args) -> object:
    return [_key(key) for key in value]


def _values(machine: Machine, value: dict[object, object], args: Args) -> object:
    return list(value.values())


def _copy(machine: Machine, value: dict[object, object], args: Args) -> object:
    return dict(value)


def _update(machine: Machine, value: dict[object, object], args: Args) -> object:
    given = _dict(machine, args)
    if isinstance(given, dict):
        value.update(given)
    return None


def _set_default(machine: Machine, value: dict[object, object], args: Args) -> object:
    return value.setdefault(hashable(args.get(0)), args.get(1))


_DICT: dict[str, Callable[[Machine, dict[object, object], Args], object]] = {
    "get": _get, "pop": _get, "items": _items, "keys": _keys, "values": _values, "copy": _copy, "update": _update,
    "setdefault": _set_default,
}  # fmt: skip


# --- itertools and functools ------------------------------------------------------------------------------------------


def reduce(machine: Machine, args: Args) -> object:
    """`functools.reduce`."""
    found = items(machine, args.get(1, "iterable"))
    if found is None:
        return Unknown("reduce")
    if len(args.args) > 2:
        found = [args.args[2], *found]
    if not found:
        return Unknown("reduce")
    total = found[0]
    for one in found[1:_MOST_ITEMS]:
        total = machine.call(args.get(0), total, one, line=args.line)
    return total


def chained(machine: Machine, args: Args) -> object:
    """`itertools.chain` and `chain.from_iterable`."""
    parts = args.args if len(args.args) > 1 else items(machine, args.get(0)) or []
    found = [items(machine, one) for one in parts]
    known = [one for one in found if one is not None]
    return list(islice(chain.from_iterable(known), _MOST_ITEMS)) if len(known) == len(found) else Unknown("items")


def crossed(machine: Machine, args: Args) -> object:
    """`itertools.product`."""
    found = [items(machine, one) for one in args.args]
    known = [one for one in found if one is not None]
    return list(islice(product(*known), 200)) if len(known) == len(found) else Unknown("items")
