"""The jinja2 sandbox in which templates are parsed and rendered: dbt's tags and filters, no access to anything outside.

As in dbt while it parses, undefined values are lenient: they print as nothing, are empty and can be called. A call of
an unknown macro gives an opaque value that prints as a mark. SQL needs something in its place; `operand` decides what,
once the text around it is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import missing

from ctxpack.datamodel.dbt import STAND_IN
from ctxpack.lineage.dbt.templates.answers import look_at

MACRO_PREFIX = "dbt_macro__"
"""The prefix of the names of compiled macros, needed because jinja2 does not export names that begin with "_"."""

_LARGEST = 2_000_000
UNKNOWN = re.compile(r"__unknown__(\w+?)__end__")
"""The mark that the result of an unknown macro prints as."""

_OPERAND_WANTED = re.compile(
    r"(?:^|[(,;=<>+\-*/|%]|\b(?:select|distinct|from|join|where|and|or|on|not|then|else|when|case|by|in|as|between|"
    r"like|ilike|having|qualify|union|all|is|using|over|limit|interval|with))\s*$",
    re.IGNORECASE,
)
_STATEMENT_WANTED = re.compile(r"(?:^|;|\bunion|\ball|\bexcept|\bintersect|\bas\s*\()\s*$", re.IGNORECASE)
_NO_WORD = re.compile(r"\W+")
_QUERY_WANTED = re.compile(r"\b(?:as(?:\s+(?:not\s+)?materialized)?|from|join)\s*\($", re.IGNORECASE)
_TABLE_WANTED = re.compile(r"\b(?:from|join)$", re.IGNORECASE)
_LIST_OPEN = re.compile(r"(?:,|\bselect)$", re.IGNORECASE)
_ALIAS_NEXT = re.compile(r"\s*as\s+[\w\"`]", re.IGNORECASE)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


class Unknown(jinja2.Undefined):
    """An undefined value: empty and false; attributes, items and arithmetic give another one."""

    __slots__ = ()
    unsafe_callable = False
    alters_data = False

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(self)(name=f"{self._undefined_name}.{name}")

    def __getitem__(self, key: object) -> Any:
        return type(self)(name=self._undefined_name)

    def __call__(self, *args: Any, **settings: Any) -> Any:
        """An `Opaque`, which stands for the result of the macro."""
        look_at((*args, *settings.values()))
        return Opaque(name=self._undefined_name)

    def _same(self, *_others: object) -> Any:
        return self

    def _false(self, *_others: object) -> bool:
        return False

    def _empty(self) -> str:
        return ""

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _same
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pos__ = __neg__ = __pow__ = __rpow__ = _same
    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = _false  # type: ignore[assignment]
    __str__ = _empty

    def __int__(self) -> int:  # type: ignore[override]
        return 0

    def __float__(self) -> float:  # type: ignore[override]
        return 0.0


class Opaque(Unknown):
    """The result of an unknown macro; prints as a mark (`UNKNOWN`)."""

    __slots__ = ()

    def __str__(self) -> str:
        name = _NO_WORD.sub("_", str(self._undefined_name))[:80]
        return f"__unknown__{name}__end__"

    def __call__(self, *args: Any, **settings: Any) -> Any:
        """The same."""
        look_at((*args, *settings.values()))
        return self

    def __add__(self, other: object) -> Any:  # type: ignore[override]
        return str(self) + other if isinstance(other, str) else self

    def __radd__(self, other: object) -> Any:  # type: ignore[override]
        return other + str(self) if isinstance(other, str) else self


def operand(name: str, before: str) -> str:
    """The SQL to put in place of an unknown macro's result, given the text before it.

    An identifier where an operand is expected, a query where a statement is. After an operand the macro may have given
    a clause, so there it is "".
    """
    text = _COMMENT.sub(" ", before[-4000:]).rstrip()
    name = STAND_IN + name.strip("_")
    if _STATEMENT_WANTED.search(text):
        return f"select * from {name}"
    return name if _OPERAND_WANTED.search(text) else ""


def gap(before: str, after: str) -> str:
    """The SQL to put in place of an expression that printed nothing; "" where SQL is valid without it."""
    text = _COMMENT.sub(" ", before[-4000:]).rstrip()
    if text.endswith("(") and after.lstrip().startswith(")"):
        return f"select * from {STAND_IN}query" if _QUERY_WANTED.search(text) else ""
    if _TABLE_WANTED.search(text) or (_LIST_OPEN.search(text) and _ALIAS_NEXT.match(after)):
        return f"{STAND_IN}text"
    return ""


class Ordered(AbstractSet[Any]):
    """A set in insertion order; the order of Python's own depends on the hash seed."""

    def __init__(self, members: Iterable[Any] = ()) -> None:
        self._members = dict.fromkeys(members)

    def __contains__(self, member: object) -> bool:
        return member in self._members

    def __iter__(self) -> Iterator[Any]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def add(self, member: Any) -> None:
        """Add a member."""
        self._members[member] = None

    def update(self, *others: Iterable[Any]) -> None:
        """Add all members of the others."""
        for other in others:
            self._members.update(dict.fromkeys(other))

    def discard(self, member: Any) -> None:
        """Remove a member if it is there."""
        self._members.pop(member, None)

    def union(self, *others: Iterable[Any]) -> Ordered:
        """The members of all."""
        both = Ordered(self)
        both.update(*others)
        return both

    def intersection(self, other: Iterable[Any]) -> Ordered:
        """The members of both."""
        kept = list(other)
        return Ordered(member for member in self if member in kept)

    def difference(self, other: Iterable[Any]) -> Ordered:
        """The members that are not in the other."""
        left = list(other)
        return Ordered(member for member in self if member not in left)

    def __repr__(self) -> str:
        return "{" + ", ".join(repr(member) for member in self) + "}"


class DbtTags(Extension):
    """`test`, `data_test` and `materialization`, read as macros."""

    tags = {"test", "data_test", "materialization", "snapshot", "docs"}  # noqa: RUF012 - as the base has it

    def parse(self, parser: Parser) -> nodes.Node | list[nodes.Node]:
        """Parse one such block; a test becomes the macro `test_NAME`, the others are skipped."""
        token = next(parser.stream)
        if token.value in ("test", "data_test"):
            node = nodes.Macro(lineno=token.lineno)
            node.name = f"test_{parser.parse_assign_target(name_only=True).name}"
            parser.parse_signature(node)
            node.body = parser.parse_statements(("name:endtest", "name:enddata_test"), drop_needle=True)
            return node
        while parser.stream.current.type != "block_end":
            next(parser.stream)
        parser.parse_statements((f"name:end{token.value}",), drop_needle=True)
        return []


class DbtContext(Context):
    """Resolves names in the template first, then in the session (macros and packages)."""

    def resolve_or_missing(self, key: str) -> Any:
        """The value of a name; `missing` if there is none."""
        found = super().resolve_or_missing(key)
        if found is not missing:
            return found
        return self.environment.lookup(key)  # type: ignore[attr-defined]


class Sandbox(SandboxedEnvironment):
    """The sandboxed jinja2 environment with dbt's settings; templates reach only the values passed to them."""

    intercepted_binops = frozenset({"*", "**", "<<"})
    context_class = DbtContext

    def __init__(self) -> None:
        super().__init__(
            extensions=["jinja2.ext.do", DbtTags],
            undefined=Unknown,
            cache_size=0,
            keep_trailing_newline=True,
            optimized=False,
        )
        self.lookup: Callable[[str], Any] = lambda _key: missing
        self.globals.pop("lipsum", None)
        self.filters["random"] = _first
        for name in ("as_text", "as_bool", "as_native", "as_number"):
            self.filters[name] = native if name != "as_text" else str

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Refuse products and powers of excessive size, with a SecurityError."""
        if operator == "**" and isinstance(right, (int, float)) and abs(right) > 64:
            raise SecurityError("a power is too large")
        if operator == "*" and _product(left, right) > _LARGEST:
            raise SecurityError("a product is too large")
        return super().call_binop(context, operator, left, right)

    def is_safe_callable(self, obj: Any) -> bool:
        """Whether a template may call a value: all except what jinja2 considers unsafe."""
        return True if isinstance(obj, jinja2.Undefined) else super().is_safe_callable(obj)


def _product(left: Any, right: Any) -> int:
    for one, other in ((left, right), (right, left)):
        if isinstance(one, (str, list, tuple)) and isinstance(other, int):
            return len(one) * other
    return 0


def unset(name: str) -> str:
    """The value of an environment variable without default: not empty, since dbt requires it to be set."""
    return f"env_{_NO_WORD.sub('_', name)[:80]}"


def _first(values: Any) -> Any:
    return next(iter(values), "")


def native(value: Any) -> Any:
    """The value of a text that is a literal ("true" gives True, "3" gives 3); anything else unchanged."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    known = {"true": True, "false": False, "none": None}
    if text.lower() in known:
        return known[text.lower()]
    if re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    if re.fullmatch(r"-?\d{1,18}\.\d{1,18}", text):
        return float(text)
    return value


class Return(BaseException):
    """Raised by `return` in a macro to carry its value; not an Exception, so that no handler swallows it."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


def returned(value: Any = None) -> NoReturn:
    """The `return` of dbt: end the macro with a value."""
    raise Return(value)
