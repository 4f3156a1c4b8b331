"""How well the parameters of a definition suit the arguments of a call, as far as both are known.

Types are compared by what they are in the repository, and else by their names: numbers, texts, characters and truth
values under the names that languages give them. What nothing is known of suits everything, and tells nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ctxpack.graph.names import CALLABLE, VALUES
from ctxpack.graph.operations import returns_several
from ctxpack.graph.project import Either, Group, Instance, Symbol
from ctxpack.model import Definition

if TYPE_CHECKING:
    from ctxpack.graph.symbols import Linker

_EXACT, _BELOW, _WIDER, _BOXED, _ANYTHING, _OPENED, _UNKNOWN, _HARDLY = 4.0, 3.0, 2.3, 1.3, 1.0, 0.9, 0.0, -1.0
"""In the order in which Java tries them: the type, one above it, a wider number, then what boxes and opens values."""

_PLAIN = {
    "byte": "byte", "Byte": "byte", "sbyte": "byte", "short": "short", "Short": "short", "int": "int", "Int": "int",
    "Integer": "int", "uint": "int", "int32_t": "int", "long": "long", "Long": "long", "ulong": "long",
    "int64_t": "long", "size_t": "long", "float": "float", "Float": "float", "double": "double", "Double": "double",
    "decimal": "double", "char": "char", "Char": "char", "Character": "char", "boolean": "boolean",
    "Boolean": "boolean", "bool": "boolean", "String": "String", "string": "String", "std.string": "String",
    "string_view": "String", "std.string_view": "String", "char*": "String",
}  # fmt: skip
"""What the names of types mean that no class of a repository is; types that hold one value go for it."""

_NUMBERS = ("byte", "short", "int", "long", "float", "double")
_LOWER_CASE = frozenset(name for name in _PLAIN if name.islower())
_ABOVE = frozenset({"Object", "object", "Any", "AnyRef", "AnyVal", "dynamic", "std.any"})
_OF_TEXT = frozenset({"CharSequence", "Comparable", "Serializable", "IEnumerable", "IComparable"})
_OF_NUMBERS = frozenset({"Number", "Comparable", "Serializable", "IComparable"})
_CONVERTING = frozenset({"cpp", "c", "csharp", "scala"})
"""Languages in which a class may take other values for its own."""

_BASES = {"Class": ("Type", "AnnotatedElement", "GenericDeclaration")}
_MADE = re.compile(
    r"(String|Byte|Short|Integer|Long|Float|Double|Character|Boolean)\.(valueOf\(\)|format\(\)|join\(\)|NaN|[A-Z_]+)"
)
"""Members of the classes of plain values that give one of them, the constants an open one."""

_OPEN = {
    **{name: name.lower() for name in _PLAIN},
    "Integer": "int", "Character": "char", "String": "String", "Boolean": "Boolean",
}  # fmt: skip
_CONTAINER = re.compile(r"\{([\w.]+)\(\)\|\[[^|]*\}\Z")
"""The notation of a container by its name and what it holds."""

_ELEMENT = re.compile(r"\[([\w.]+\(\))\]\.\[\]")
"""The notation of an element of an array."""

_NAMELESS = ("=null", "=function")
_IMPLIED = {"@interface": ("Annotation",), "enum": ("Enum", "Comparable", "Serializable")}
"""What types are without saying so, by their kinds."""

_FINAL = frozenset({"class", "enum", "struct"})
_DEEPEST = 16


class _Parameter(NamedTuple):
    """A parameter of `symbol`: its type as it is written, and what that means where it is the name of a plain one."""

    typed: str
    plain: str | None
    symbol: Symbol
    definition: Definition

    @property
    def above(self) -> bool:
        """Whether everything can be passed for it."""
        return self.typed in _ABOVE or _is_parameter(self.typed, self.definition.signature)


class Known:
    """What is known already in the linking of one file, which depends on all that any of it depends on."""

    __slots__ = ("classes", "values")

    def __init__(self) -> None:
        """Begin with nothing."""
        self.values: dict[tuple[int, str], Instance | str | None] = {}
        self.classes: dict[tuple[str, int, str], Symbol | None] = {}


class Given:
    """The arguments of one call, for several definitions to be asked about."""

    def __init__(self, linker: Linker, path: str, scope: int, values: tuple[str, ...], known: Known) -> None:
        """`values` are as in `Reference.arguments`, seen from the definition `scope` of a file."""
        self._linker, self._path, self._scope, self._values = linker, path, scope, values
        self._all = known
        self._converting = linker.language(path) in _CONVERTING
        self._narrowing = linker.language(path) != "java"

    def suit(self, symbol: Symbol, definition: Definition, types: tuple[str, ...] | None) -> tuple[float, ...] | None:
        """How well each argument suits its parameter; None where one cannot be passed."""
        if types is None:
            return (_UNKNOWN,) * len(self._values)
        found: list[float] = []
        for number, value in enumerate(self._values):
            typed = _at(types, number)
            one = self._one(value, _Parameter(typed, _PLAIN.get(typed), symbol, definition))
            if one is None:
                return None
            found.append(one)
        return tuple(found)

    def _one(self, value: str, to: _Parameter) -> float | None:
        known = self._known(value) if value != "?" and to.typed and not to.typed.endswith("...") else None
        if known is None:
            return _UNKNOWN
        if known in _NAMELESS:
            return self._of_nameless(str(known), to)
        if to.above:
            return _ANYTHING
        return self._of_instance(known, to) if isinstance(known, Instance) else self._of_outside(known, to)

    def _of_outside(self, known: str, to: _Parameter) -> float | None:
        """How a value of no class of the repository suits a parameter."""
        if known.startswith("["):
            return self._of_array(known[1:-1].removesuffix("()"), to)
        if known.startswith("="):
            return self._of_plain(known[1:], to, boxed=False)
        return self._of_external(known, to)

    def _of_array(self, element: str, to: _Parameter) -> float | None:
        """How an array, or another container without a name, suits a parameter."""
        if not to.typed.endswith("[]"):
            return None if to.plain is not None or self._class(to) is not None else _UNKNOWN
        wanted = to.typed[:-2]
        if element == wanted:
            return _EXACT
        if element in _LOWER_CASE or wanted in _LOWER_CASE:
            return None
        return _BELOW if wanted in _ABOVE or _is_parameter(wanted, to.definition.signature) else _UNKNOWN

    def _of_nameless(self, held: str, to: _Parameter) -> float | None:
        """Null, which what is not kept in a box never is, or a function, which no text and no plain class is."""
        if to.above:
            return _HARDLY
        if held == "=null":
            return None if to.typed in _LOWER_CASE - {"string", "char*"} else _UNKNOWN
        above = self._class(to) if to.plain is None else None
        no = to.plain is not None or (above is not None and self._linker.definition(above).kind in _FINAL)
        return None if no else _UNKNOWN

    def _of_external(self, name: str, to: _Parameter) -> float | None:
        if name in _PLAIN:
            return self._of_plain(_PLAIN[name], to, boxed=name not in _LOWER_CASE)
        if to.plain is not None:
            return _UNKNOWN if self._converting else None
        last, wanted = name.rpartition(".")[2], to.typed.rpartition(".")[2]
        if last == wanted:
            return _EXACT
        # Libraries name what is below a class or an interface after it: ArrayList, StringReader, IOException.
        if last.endswith(wanted) or wanted in _BASES.get(last, ()):
            return _BELOW
        return self._foreign(to)

    def _of_plain(self, held: str, to: _Parameter, *, boxed: bool) -> float | None:
        """How a number, a text, a character or a truth value suits a parameter."""
        if to.plain == held and (boxed == (to.typed not in _LOWER_CASE) or held == "String"):
            return _EXACT
        if to.plain is not None and boxed:
            return _OPENED if to.plain == held else _UNKNOWN
        if to.plain is not None:
            conversion = _BOXED if to.plain == held else _wider(held, to.plain, narrowing=self._narrowing)
            return conversion if not self._converting or held == "String" else _UNKNOWN
        if to.typed in (_OF_TEXT if held == "String" else _OF_NUMBERS):
            no = to.typed == "Number" and held not in _NUMBERS
            return None if no else _BELOW if boxed or held == "String" else _BOXED
        return self._foreign(to) if self._converting else None

    def _of_instance(self, thing: Instance, to: _Parameter) -> float | None:
        if to.plain is not None or to.typed.endswith("]"):
            return _UNKNOWN if self._converting else None
        wanted = self._class(to)
        if wanted is None:
            return self._below_foreign(Symbol(thing.path, thing.index), to, set())
        steps = self._steps(Symbol(thing.path, thing.index), wanted, set())
        if steps is not None:
            return _EXACT if not steps else _BELOW - steps / 100
        return _UNKNOWN if self._converting else None

    def _below_foreign(self, below: Symbol, to: _Parameter, seen: set[tuple[str, int]]) -> float | None:
        """How an instance suits a type from outside: not at all where all that its class is stands here."""
        if self._converting or (below.path, below.index) in seen or len(seen) > _DEEPEST:
            return _UNKNOWN
        seen.add((below.path, below.index))
        definition, best = self._linker.definition(below), None
        if to.typed in _IMPLIED.get("@interface" if "@interface" in definition.signature else definition.kind, ()):
            return _BELOW
        for base in definition.bases:
            if base.rpartition(".")[2] == to.typed.rpartition(".")[2]:
                return _BELOW
            found = self._linker.evaluate(below.path, base, definition.parent)
            suits = self._below_foreign(found, to, seen) if isinstance(found, Symbol) else _UNKNOWN
            best = suits if best is None or suits == _BELOW else best
        return best

    # --- types --------------------------------------------------------------------------------------------------------

    def _foreign(self, to: _Parameter) -> float | None:
        """How a value of a type from outside the repository suits a parameter of a class."""
        inside = self._class(to) is not None
        return None if inside and not self._converting else _UNKNOWN

    def _known(self, value: str) -> Instance | str | None:
        """The class of a value: one of the repository, or the name of another; its notation where it is neither."""
        element = _ELEMENT.fullmatch(value)
        if element is not None:
            return self._known(element[1])
        if value.startswith(("=", "[")):
            return value
        values, key = self._all.values, (self._scope, value)
        if key not in values:
            values[key] = self._read(self._path, value, self._scope)
        return values[key]

    def _read(self, path: str, value: str, scope: int, depth: int = 0) -> Instance | str | None:
        thing = self._linker.evaluate(path, value, scope)
        made = self._linker.evaluate(path, value.removesuffix("()"), scope)
        if thing is not None and isinstance(made, Symbol) and returns_several(self._linker, made):
            return None
        if isinstance(thing, Either):
            # The notation names the surest first.
            thing = thing.things[0]
        if isinstance(thing, Group):
            named = _CONTAINER.match(value)
            return named[1] if named is not None else thing.text
        if isinstance(thing, Instance):
            return thing
        symbol = thing if thing is not None else made
        if not isinstance(symbol, Symbol):
            return _named(value) if thing is None else None
        definition = self._linker.definition(symbol)
        if definition.kind == "object":
            return Instance(symbol.path, symbol.index)
        one = depth < _DEEPEST and definition.kind in VALUES | CALLABLE and not self._linker.overloads(symbol)
        return self._read(symbol.path, definition.type, definition.parent, depth + 1) if one else None

    def _class(self, to: _Parameter) -> Symbol | None:
        """The class of the repository that a type names, seen from the definition with such a parameter."""
        if to.typed.endswith("]"):
            return None
        classes, key = self._all.classes, (to.symbol.path, to.definition.parent, to.typed)
        if key not in classes:
            found = self._linker.evaluate(to.symbol.path, to.typed.rstrip("*"), to.definition.parent, as_type=True)
            classes[key] = found if isinstance(found, Symbol) else None
        return classes[key]

    def _steps(self, below: Symbol, above: Symbol, seen: set[tuple[str, int]]) -> int | None:
        """How many steps up the bases one class is from another; None where it is not above it."""
        here = (below.path, below.index)
        if here == (above.path, above.index):
            return 0
        if here in seen or len(seen) > _DEEPEST:
            return None
        seen.add(here)
        definition = self._linker.definition(below)
        for base in definition.bases:
            found = self._linker.evaluate(below.path, base, definition.parent)
            steps = self._steps(found, above, seen) if isinstance(found, Symbol) else None
            if steps is not None:
                return steps + 1
        return None


def _at(types: tuple[str, ...], number: int) -> str:
    """The type of the parameter that takes an argument; the last one may take several."""
    return types[number] if number < len(types) else types[-1] if types else ""


def _wider(held: str, plain: str, *, narrowing: bool) -> float | None:
    """How a plain value suits a parameter of another plain type; `narrowing` where a smaller number may take it."""
    if held in _NUMBERS and plain in _NUMBERS:
        steps = _NUMBERS.index(plain) - _NUMBERS.index(held)
        return _WIDER - steps / 10 if steps > 0 else _ANYTHING if narrowing else None
    if held == "char" and plain in _NUMBERS:
        return _WIDER - _NUMBERS.index(plain) / 10
    return _ANYTHING if held in _NUMBERS and plain == "char" else None


def _named(value: str) -> str | None:
    """The class that a value is made from by its name; None for what a call of something else may give."""
    made = _MADE.fullmatch(value)
    if made is not None:
        return made[1] if made[2].endswith("()") else _OPEN[made[1]]
    path = value.removesuffix("()")
    known = path in _PLAIN or path.rpartition(".")[2][:1].isupper()
    return path if known and value.endswith("()") and "(" not in path and "[" not in path else None


def _is_parameter(typed: str, signature: str) -> bool:
    """Whether a type is a parameter of the definition or its class, by how those are named."""
    short = typed.isupper() or (len(typed) == 2 and typed[0].isupper() and typed[1].isdigit())
    return short or f"<{typed}>" in signature
