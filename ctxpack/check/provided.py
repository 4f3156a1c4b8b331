"""Whether a name that is defined no more may still be there in another form.

What a class, a method or a function was may now be made when the program runs or is compiled: by `setattr`, by a
macro, by an annotation that generates accessors, by a value in the place of a class, by an extension elsewhere. Nobody
can tell for sure from the text alone, so that these forms make a break unsure, and no more than that. Each form has to
speak of the very name, or to give names that the text cannot tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from ctxpack.check.calls import parts_after
from ctxpack.check.pairs import FilePair
from ctxpack.model import Definition, FileFacts

_HOOKS = frozenset(
    {
        "__getattr__", "__getattribute__", "__call", "__callStatic", "__get", "method_missing", "methodMissing",
        "propertyMissing", "invokeMethod", "selectDynamic", "applyDynamic", "TryGetMember", "TryInvokeMember",
    }
)  # fmt: skip
"""Methods that answer for members which a class has not."""

_VALUES = frozenset({"variable", "constant", "field", "type", "function"})
_MOST_TEXT = 2_000_000
_MOST_PLACES = 500
_REACH = 4_000
"""Characters after the opening of an extension in which its members are looked for."""

_PUT = re.compile(r"\bsetattr\s*\(|\b(?:globals|locals|vars)\s*\(|\.__dict__\b")
_UPDATED = re.compile(r"(?:\b(?:globals|locals|vars)\s*\([^()\n]*\)|\.__dict__)\s*\.\s*update\s*(?=\()")
_PLAIN_DECORATORS = frozenset(
    {
        "dataclass", "define", "frozen", "mutable", "s", "attrs", "total_ordering", "unique", "verify", "final",
        "runtime_checkable", "deprecated", "register", "fixture", "usefixtures", "parametrize", "skip", "skipif",
        "skipIf", "skipUnless",
    }
)  # fmt: skip
"""Decorators of classes that add no members but those with underscores around their names."""

_OFFERED = re.compile(r"(?:\bexports\s*=(?!=)|\bObject\.assign\s*\(\s*[\w.]*(?:prototype|exports)\s*,)\s*(?=\{)")
_MACRO = re.compile(r"^[ \t]*(?:pub(?:\([^)\n]*\))?\s+)?(\w+(?:::\w+)*)!\s*(?=[({\[])", re.MULTILINE)
_PLAIN_MACROS = frozenset(
    """print println eprint eprintln format write writeln panic todo unimplemented unreachable assert assert_eq
    assert_ne debug_assert debug_assert_eq debug_assert_ne dbg vec matches trace debug info warn error log bail ensure
    anyhow compile_error include include_str include_bytes env concat stringify cfg line file""".split()
)
"""Macros of Rust that make no items."""

_DERIVED = {
    "Default": "default", "Clone": "clone clone_from", "PartialEq": "eq ne", "PartialOrd": "partial_cmp lt le gt ge",
    "Ord": "cmp min max clamp", "Hash": "hash", "Debug": "fmt", "Serialize": "serialize", "Deserialize": "deserialize",
    "Copy": "", "Eq": "",
}  # fmt: skip
"""What Rust's common derives give; others may give anything."""

_LOMBOK = {
    "Getter": "get is", "Setter": "set", "Data": "get is set", "Value": "get is", "With": "with", "Wither": "with",
}  # fmt: skip
"""The prefixes of the accessors that Lombok's annotations make."""

_LOMBOK_WHOLE = {
    "Builder": "builder toBuilder", "SuperBuilder": "builder toBuilder", "ToString": "toString",
    "EqualsAndHashCode": "equals hashCode", "Data": "toString equals hashCode", "Value": "toString equals hashCode",
    "Slf4j": "log", "Log": "log", "Log4j2": "log",
}  # fmt: skip
_LOMBOK_ANY = frozenset({"Delegate", "Canonical", "Immutable", "TupleConstructor", "ExtensionMethod"})
_ANNOTATION = re.compile(r"@(?:[\w.]+\.)?(\w+)")


@dataclass(frozen=True, slots=True)
class _Gone:
    """A name that is gone from a file, with its owner ("" at the top of the file) and all changed files."""

    pair: FilePair
    pairs: Sequence[FilePair]
    owner: str
    name: str

    @property
    def old(self) -> str:
        return self.pair.old_text

    @property
    def new(self) -> str:
        return self.pair.new_text

    @property
    def facts(self) -> FileFacts:
        assert self.pair.new is not None
        return self.pair.new

    def defined(self, qualname: str) -> Definition | None:
        """The present definition of a qualified name in the file."""
        return _definition(self.facts, qualname)

    def gains(self, pattern: str) -> bool:
        """Whether the text has more places of a pattern than it had."""
        return _count(pattern, self.new) > _count(pattern, self.old)


def may_be_provided(pair: FilePair, qualname: str, pairs: Sequence[FilePair]) -> bool:
    """Whether the file of a pair, or one of the changed files, may provide a name of it that is defined no more."""
    if pair.new is None or max(len(pair.new_text), len(pair.old_text)) > _MOST_TEXT:
        return False
    owner, _, name = qualname.rpartition(".")
    gone = _Gone(pair, pairs, owner, name)
    forms = (_by_hook, _by_value, *_FORMS.get(pair.new.language, ()))
    return any(form(gone) for form in forms)


# --- in any language --------------------------------------------------------------------------------------------------


def _by_hook(gone: _Gone) -> bool:
    """A method of the class that answers for any member."""
    return bool(gone.owner) and any(
        one.name in _HOOKS and one.qualname.rpartition(".")[0] == gone.owner for one in gone.facts.definitions
    )


def _by_value(gone: _Gone) -> bool:
    """A value in the place of the class: it names the member, or its members cannot be told from the text."""
    value, before = gone.defined(gone.owner), _definition(gone.pair.old, gone.owner)
    if value is None or value.kind not in _VALUES or before is None or before.kind in _VALUES:
        return False
    if value.kind == "function" or gone.name in ("__init__", "__new__", "constructor"):
        return True
    text = _lines(gone.new, value.span[0], value.span[1]).partition("=")[2]
    return _word(gone.name).search(text) is not None or _is_opaque(text.strip())


def _is_opaque(value: str) -> bool:
    """Whether the text of a value does not tell which members it has."""
    head = re.match(r"[^({\[\"']*", value)
    at = head.end() if head else 0
    if value[at : at + 1] != "(":
        return value[at : at + 1] != "{" or "..." in value
    parts = [part.strip() for part in parts_after(value, at + 1) or ()]
    return not parts or any(_is_unknown(part) for part in parts)


def _is_unknown(argument: str) -> bool:
    if re.match(r"\w+\s*=(?!=)", argument):
        return False
    if argument.startswith("("):
        return re.search(r"[A-Za-z_]", re.sub(r"'[^']*'|\"[^\"]*\"", "", argument)) is not None
    return argument[:1] not in "'\":[{0123456789" or " for " in argument or "..." in argument


# --- Python -----------------------------------------------------------------------------------------------------------


def _by_setting(gone: _Gone) -> bool:
    """`setattr`, `globals()` and their kin, together with the name, of which the change adds one or the other."""
    said = _said(gone.name)
    if gone.name not in gone.new or not _PUT.search(gone.new) or not (gone.gains(_PUT.pattern) or gone.gains(said)):
        return False
    listed = gone.name in gone.facts.exports
    if _count(said, gone.new) > listed or any(one.name == gone.name for one in gone.facts.definitions):
        return True
    given = re.compile(rf"\s*{re.escape(gone.name)}\s*=(?!=)")
    return any(given.match(part) for _, part in _arguments(_UPDATED, gone.new))


def _by_class_decorator(gone: _Gone) -> bool:
    """A decorator that the change puts on the class, unless it is known to add no members."""
    marks = _marks(gone.pair.new, gone.new, gone.owner) - _marks(gone.pair.old, gone.old, gone.owner)
    return any(mark not in _PLAIN_DECORATORS for mark in marks) or (bool(marks) and gone.name.startswith("__"))


def _marks(facts: FileFacts | None, text: str, qualname: str) -> frozenset[str]:
    """The last names of what stands as `@name` before a definition."""
    one = _definition(facts, qualname)
    return frozenset(_ANNOTATION.findall(_lines(text, one.span[0], one.line))) if one is not None else frozenset()


# --- JavaScript and TypeScript ----------------------------------------------------------------------------------------


def _by_assignment(gone: _Gone) -> bool:
    """What is assigned to a prototype or to the exports, by name or in an object."""
    name = re.escape(gone.name)
    single = rf"\b(?:exports|prototype)\s*(?:\.\s*{name}\b|\[\s*['\"]{name}['\"]\s*\])\s*=(?!=)"
    defined = rf"\bdefinePropert(?:y|ies)\s*\([^;]{{0,300}}?\b{name}\b"
    if re.search(single, gone.new) or re.search(defined, gone.new):
        return True
    member = re.compile(rf"\s*(?:(?:async\s+|get\s+)?['\"]?{name}['\"]?\s*(?:[:(]|$)|\.\.\.)")
    return any(member.match(part) is not None for _, part in _arguments(_OFFERED, gone.new))


# --- Ruby and Elixir --------------------------------------------------------------------------------------------------


def _by_symbol(gone: _Gone) -> bool:
    """The name as a symbol, in a list of names, or after `alias`, where the change adds that."""
    if gone.name.rstrip("=") not in gone.new:
        return False
    name = re.escape(gone.name.rstrip("="))
    return gone.gains(
        rf"(?<!:):{name}(?![\w:])|%[iwIW][\[({{<][^\])}}>]{{0,2000}}(?<!\w){name}(?!\w)|\balias\s+{name}\s"
    ) or (gone.gains(_said(gone.name.rstrip("="))))


def _by_reopening(gone: _Gone) -> bool:
    """The same class, opened again in another changed file, has the member."""
    qualname = f"{gone.owner}.{gone.name}"
    return bool(gone.owner) and any(
        _definition(pair.new, qualname) is not None for pair in gone.pairs if pair.after != gone.pair.after
    )


def _by_use(gone: _Gone) -> bool:
    """Elixir's `use`, which puts definitions into the module, where the change adds one."""
    return gone.gains(r"(?m)^[ \t]*use[ \t]+[A-Z]")


# --- Rust and C -------------------------------------------------------------------------------------------------------


def _by_macro(gone: _Gone) -> bool:
    """A macro that makes items and is given the name, or has it as that of an item."""
    if gone.name not in gone.new:
        return False
    item = re.compile(rf"\b(?:fn|struct|enum|union|trait|type|static|const|mod)\s+{re.escape(gone.name)}\b")
    if "macro_rules!" in gone.new and item.search(gone.new):
        return True
    given = re.compile(rf"(?<![\w.:\"]){re.escape(gone.name)}\b(?!\s*[(!\"])")
    return any(
        item.search(part) or given.search(part)
        for macro, part in _arguments(_MACRO, gone.new)
        if macro not in _PLAIN_MACROS
    )


def _by_derive(gone: _Gone) -> bool:
    """A derive or another attribute on the type that gives the method."""
    after = _derives(gone.pair.new, gone.new, gone.owner)
    if any(gone.name in _DERIVED.get(one, "").split() for one in after):
        return True
    return not (after - _derives(gone.pair.old, gone.old, gone.owner)) <= _DERIVED.keys()


def _derives(facts: FileFacts | None, text: str, qualname: str) -> frozenset[str]:
    types = [one for one in facts.definitions if one.qualname == qualname] if facts and qualname else []
    heads = "\n".join(_lines(text, one.span[0], one.line) for one in types if one.kind != "impl")
    lists = re.findall(r"\bderive\s*\(([^()]*)\)", heads)
    return frozenset(name.strip().rpartition("::")[2] for one in lists for name in one.split(",") if name.strip())


def _by_capitals(gone: _Gone) -> bool:
    """A macro of C in capitals at the beginning of a line that is given the name, where the change adds it."""
    return gone.name in gone.new and gone.gains(
        rf"(?m)^[ \t]*[A-Z][A-Z0-9_]{{2,}}\s*\([^;{{}}()]*\b{re.escape(gone.name)}\b(?!\s*\()"
    )


# --- Java and C# ------------------------------------------------------------------------------------------------------


def _by_lombok(gone: _Gone) -> bool:
    """Annotations of Lombok, on the class or on a field, that make the accessor of a field which is there."""
    marks = _marks(gone.facts, gone.new, gone.owner)
    if marks & _LOMBOK_ANY or any(gone.name in _LOMBOK_WHOLE.get(mark, "").split() for mark in marks):
        return True
    if gone.name == gone.owner.rpartition(".")[2]:
        return any(mark.endswith("ArgsConstructor") for mark in marks)
    for prefix, field in _accessed(gone.name):
        one = gone.defined(f"{gone.owner}.{field}")
        here = _marks(gone.facts, gone.new, one.qualname) | marks if one is not None else frozenset()
        if any(prefix in _LOMBOK.get(mark, "").split() for mark in here) or "Delegate" in here:
            return True
    return False


def _accessed(name: str) -> Iterator[tuple[str, str]]:
    """The prefix and the field that an accessor's name may be made of.

    >>> list(_accessed("isOpen"))
    [('is', 'open'), ('is', 'isOpen')]
    """
    for prefix in ("get", "is", "set", "with"):
        rest = name.removeprefix(prefix)
        if rest != name and rest[:1].isupper():
            yield prefix, rest[:1].lower() + rest[1:]
            yield prefix, f"is{rest}" if prefix in ("is", "set") else rest


def _by_generator(gone: _Gone) -> bool:
    """A class of C# in parts, of which a generator writes one: the class has become partial, or has such a field."""
    one = gone.defined(gone.owner) if gone.owner else None
    if one is None or not re.search(r"\bpartial\b", _lines(gone.new, one.span[0], one.line)):
        return False
    before = _definition(gone.pair.old, gone.owner)
    if before is None or not re.search(r"\bpartial\b", _lines(gone.old, before.span[0], before.line)):
        return True
    low = gone.name[:1].lower() + gone.name[1:]
    made = (low, f"_{low}", f"m_{low}", gone.name.removesuffix("Command"), f"{gone.name.removesuffix('Command')}Async")
    return any(name != gone.name and gone.defined(f"{gone.owner}.{name}") is not None for name in made)


# --- extensions -------------------------------------------------------------------------------------------------------


def _by_extension(gone: _Gone) -> bool:
    """An extension of the class, in one of the changed files, that has the member."""
    owner, name = gone.owner.rpartition(".")[2], re.escape(gone.name)
    if not owner:
        return False
    pattern = _EXTENSIONS[gone.facts.language]
    opening = re.compile(pattern.replace("OWNER", re.escape(owner)).replace("NAME", name))
    member = re.compile(rf"(?<!\w){name}\b")
    return any(
        "NAME" in pattern or member.search(pair.new_text, found.end(), found.end() + _REACH)
        for pair in gone.pairs
        if pair.new is not None and pair.new.language == gone.facts.language
        for found in opening.finditer(pair.new_text)
    )


_EXTENSIONS = {
    "kotlin": r"\b(?:fun|va[lr])\s+(?:<[^>\n]{0,200}>\s*)?(?:\w+\.){0,9}OWNER(?:<[^>\n]{0,200}>)?\??\.NAME\b",
    "csharp": r"\bNAME\s*(?:<[^>\n]{0,200}>)?\s*\(\s*this\s+(?:[\w.]+\.)?OWNER\b",
    "scala": r"\b(?:extension|implicit\s+class\s+\w+)\s*(?:\[[^\]\n]{0,200}\])?\s*\(\s*(?:va[lr]\s+)?\w+\s*:\s*OWNER\b",
    "dart": r"\bextension\s+(?:\w+(?:<[^>\n]{0,200}>)?\s+)?on\s+OWNER\b",
    "swift": r"\bextension\s+OWNER\b",
}
"""How an extension of OWNER opens, with the NAME of its member where that stands there."""


def _definition(facts: FileFacts | None, qualname: str) -> Definition | None:
    if facts is None or not qualname:
        return None
    return next((one for one in facts.definitions if one.qualname == qualname), None)


def _lines(text: str, first: int, last: int) -> str:
    return "\n".join(_split(text)[first - 1 : last])


@lru_cache(maxsize=8)
def _split(text: str) -> list[str]:
    return text.split("\n")


@lru_cache(maxsize=8)
def _arguments(opening: re.Pattern[str], text: str) -> tuple[tuple[str, str], ...]:
    """The last word of each match with each part of what stands in the brackets after it, for the first 500."""
    return tuple(
        ((re.findall(r"\w+", found[0]) or [""])[-1], part)
        for found in islice(opening.finditer(text), _MOST_PLACES)
        for part in parts_after(text, found.end() + 1) or ()
    )


@lru_cache(maxsize=64)
def _count(pattern: str, text: str) -> int:
    return sum(1 for _ in re.finditer(pattern, text))


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")


def _said(name: str) -> str:
    """The pattern of a string that is a name, or a list of names with that one among them."""
    return rf"(['\"])(?:[\w ,]*[ ,])?{re.escape(name)}(?:[ ,][\w ,]*)?\1"


_Form = Callable[[_Gone], bool]
_SCRIPT: tuple[_Form, ...] = (_by_assignment,)
_JVM: tuple[_Form, ...] = (_by_lombok,)
_FORMS: dict[str, tuple[_Form, ...]] = {
    "python": (_by_setting, _by_class_decorator),
    "javascript": _SCRIPT, "typescript": _SCRIPT, "tsx": _SCRIPT, "jsx": _SCRIPT,
    "ruby": (_by_symbol, _by_reopening),
    "elixir": (_by_use, _by_symbol),
    "rust": (_by_macro, _by_derive),
    "c": (_by_capitals,), "cpp": (_by_capitals,), "objc": (_by_capitals,),
    "java": _JVM, "groovy": _JVM,
    "kotlin": (_by_extension,), "scala": (_by_extension,), "dart": (_by_extension,), "swift": (_by_extension,),
    "csharp": (_by_generator, _by_extension),
}  # fmt: skip
"""The forms of each language, beside those of all."""
