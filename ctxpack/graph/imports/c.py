"""C and C++: what a file sees through its includes, definitions behind prototypes, namespaces, members out of line.

A name means what the file itself or the nearest of the files that it includes, directly or not, declares; nothing else
is in sight, nor is what an include on condition brings from a file for another platform, and overloads in several files
are not told apart. A prototype stands for the one definition with a body that has its name, or for that in the file of
the header's own name, or for the one for no other platform; where that leaves several it stands for itself.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ctxpack.graph.consulted import Offer
from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.imports.c_includes import Includes
from ctxpack.graph.overloads import parameters, types
from ctxpack.graph.project import Module, Package, Project, Symbol, Thing, weaker
from ctxpack.graph.symbols import Linker
from ctxpack.model import ANNOUNCED, Definition, FileFacts, Import
from ctxpack.paths import shared_depth

_RECORDS = frozenset({"struct", "class", "enum", "type"})
_DEFINED = frozenset({"struct", "class"})
_LATER = {"interface": 1, "impl": 2}
_FUNCTIONS = frozenset({"function", "method"})
_STANDARD = frozenset(
    f"{name}.h"
    for name in (
        "assert", "complex", "ctype", "errno", "fcntl", "float", "inttypes", "limits", "locale", "malloc", "math",
        "memory", "pthread", "setjmp", "signal", "stdarg", "stdbool", "stddef", "stdint", "stdio", "stdlib", "string",
        "strings", "time", "unistd", "wchar", "wctype", "windows",
    )
)  # fmt: skip
_PLATFORMS = frozenset(
    """aix android bsd cygwin darwin dragonfly emscripten freebsd haiku hpux hurd ibmi ios macos mingw msvc netbsd
    openbsd os390 os400 osx qnx solaris sunos vxworks win win32 win64 windows wince zos""".split()
)
"""Words of paths that say for which platform a file is, where the usual one (POSIX, Linux) needs no word."""

_PARTS = re.compile(r"[^a-z0-9]+")
_INCLUDES = "c\0 includes"
"""The token for what includes what."""

_MOST_SEEN = 4_000
_KEPT = 512


class CResolver(Resolver):
    """Where includes and names of C and C++ lead."""

    languages: tuple[str, ...] = ("c", "cpp", "yacc")
    indexed: tuple[str, ...] = ("objc",)
    implicit_self = True
    noted = True

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index definitions by qualified name, and bodies of functions by name."""
        super().__init__(project, linker)
        self._includes = Includes(project)
        self._named: dict[str, list[Symbol]] = defaultdict(list)
        self._bodies: dict[str, list[Symbol]] = defaultdict(list)
        self._namespaces: set[str] = set()
        self._seen: dict[str, dict[str, int]] = {}
        self._perhaps: dict[str, frozenset[str]] = {}
        for path, facts in project.of((*self.languages, *self.indexed)):
            for index, definition in enumerate(facts.definitions):
                self._index(Symbol(path, index), definition, facts)

    def _index(self, symbol: Symbol, definition: Definition, facts: FileFacts) -> None:
        for name in _names(definition, facts):
            self._named[name].append(symbol)
        if definition.kind == "module":
            self._namespaces.add(definition.qualname)
        if not _is_declaration(definition):
            self._bodies[definition.name].append(symbol)

    def offers(self, path: str, facts: FileFacts) -> Iterable[Offer]:
        """What a file includes, the names that it defines, and those of bodies."""
        if facts.language not in self.languages and facts.language not in self.indexed:
            return
        included = tuple((found.module, found.conditional) for found in facts.imports if found.kind == "include")
        yield _INCLUDES, (path, included)
        for definition in facts.definitions:
            for name in _names(definition, facts):
                yield _named(name), definition.kind
            if not _is_declaration(definition):
                yield _body(definition.name), definition.qualname

    # --- the resolver's questions ------------------------------------------------------------------------------------

    def locate(self, path: str, found: Import) -> Thing | None:
        """The file that is included, the namespace or class that a `using` names, the record that is announced."""
        if found.kind == "include":
            target = self._includes.target(path, found.module)
            return Module(target) if target is not None else None
        if found.kind == ANNOUNCED:
            return self._inside(path, "", found.module) or self._announced(found.module)
        names = found.module.split("::")
        own = names[0] == found.alias
        thing = self.visible(path, names[0]) if own else self.linker.name(path, names[0], found.scope)
        for name in names[1:]:
            thing = self.linker.member(thing, name) if thing is not None else None
        return thing

    def package_member(self, key: str, name: str) -> Thing | None:
        """A name of a namespace, seen from the file that the key begins with."""
        path, _, namespace = key.partition(":")[2].partition("\n")
        return self._inside(path, namespace, name)

    def visible(self, path: str, name: str) -> Thing | None:
        """What the file or the nearest of its includes declares outside namespaces, or a namespace itself."""
        return self._inside(path, "", name)

    def elsewhere(self, path: str, definition: Definition, name: str) -> Thing | None:
        """Another part of a namespace; a member of a type that is only announced here."""
        if definition.kind == "module":
            return self._inside(path, definition.qualname, name)
        # Inside a class its name means itself, not its constructor.
        if definition.kind not in _RECORDS or name == definition.name:
            return None
        self.linker.consult(_named(definition.qualname))
        self.linker.consult(_named(f"{definition.qualname}.{name}"))
        whole = [s for s in self._named.get(definition.qualname, ()) if self._definition(s).kind in _RECORDS]
        held = [m for s in whole for m in self._named.get(f"{definition.qualname}.{name}", ()) if m.path == s.path]
        return weaker(held[0], "announced type", 0.9) if len({member.path for member in held}) == 1 else None

    def _announced(self, name: str) -> Thing | None:
        """The one class or struct of a name that a file announces, and that none of its includes defines."""
        self.linker.consult(_body(name))
        found = [one for one in self._bodies.get(name, ()) if self._definition(one).kind in _DEFINED]
        if len({(one.path, self._definition(one).qualname) for one in found}) != 1:
            return None
        self.linker.consult(_named(self._definition(found[0]).qualname))
        return weaker(found[0], "announced type", 0.9)

    def behind(self, path: str, symbol: Symbol) -> Symbol:
        """The definition behind a prototype or an `extern` variable."""
        definition = self._definition(symbol)
        if not _is_declaration(definition):
            return symbol
        self.linker.consult(_body(definition.name))
        found = [body for body in self._bodies.get(definition.name, ()) if self._suits(body, definition, symbol.path)]
        usual = [body for body in found if platforms(body.path) <= platforms(path)] or found
        own = [body for body in usual if body.path == symbol.path] or _paired(symbol.path, usual) or usual
        if len({body.path for body in own}) != 1:
            return symbol
        body = self._alike(definition, own) if len(own) > 1 else own[0]
        sure = 0.95 if len(usual) == len(found) else 0.8
        return Symbol(body.path, body.index, "implementation", min(symbol.confidence, sure))

    def _alike(self, declared: Definition, bodies: list[Symbol]) -> Symbol:
        """The first body with the parameters of the declaration, else with as many, else the first."""
        same = types(declared.signature, declared.name)
        given = parameters(declared.signature, declared.name)
        fitting: list[Symbol] = []
        for body in bodies:
            signature = self._definition(body).signature
            if same is not None and types(signature, declared.name) == same:
                return body
            taken = parameters(signature, declared.name)
            if given is not None and taken is not None and taken[1] == given[1]:
                fitting.append(body)
        return (fitting or bodies)[0]

    def missing(self, path: str, found: Import) -> str:
        """A quoted include that is not there."""
        if found.kind != "include" or found.module.startswith("<") or found.module in _STANDARD:
            return ""
        if self._includes.target(path, found.module) is not None:
            return ""
        return "no such file beside this one or in the folders of headers"

    # --- what is in sight ---------------------------------------------------------------------------------------------

    def _inside(self, path: str, namespace: str, name: str) -> Thing | None:
        qualname = f"{namespace}.{name}" if namespace else name
        self.linker.consult(_named(qualname))
        seen = self._sight(path)
        elsewhere = self._perhaps[path]
        candidates = [
            (seen[symbol.path], symbol)
            for symbol in self._named.get(qualname, ())
            if symbol.path in seen and not (symbol.path in elsewhere and platforms(symbol.path) - platforms(path))
        ]
        if candidates and (qualname not in self._namespaces):
            rank, best = min(candidates, key=self._nearness)
            if rank and self._overloaded([symbol for _, symbol in candidates]):
                return None
            return weaker(best, "include", 0.97) if rank else best
        if qualname in self._namespaces:
            return Package(f"c:{path}\n{qualname}")
        return None

    def _nearness(self, candidate: tuple[int, Symbol]) -> tuple[int, int, bool, int]:
        """The key by which the nearest counts: a class before a protocol of its name, and that before its blocks."""
        rank, symbol = candidate
        definition = self._definition(symbol)
        return _LATER.get(definition.kind, 0), rank, _is_declaration(definition), symbol.index

    def _overloaded(self, found: list[Symbol]) -> bool:
        """Whether functions with bodies in several files share a name, of which only their parameters tell which."""
        kinds = [self._definition(symbol) for symbol in found]
        bodies = [one for one in kinds if one.kind in _FUNCTIONS and not _is_declaration(one)]
        return len(bodies) == len(kinds) and len({symbol.path for symbol in found}) > 1

    def _sight(self, path: str) -> dict[str, int]:
        """The files whose names a file sees, itself first, then in the order of its includes, nearest first.

        Those that are included on a condition alone, directly or not, come last, and are noted.
        """
        self.linker.consult(_INCLUDES)
        known = self._seen.get(path)
        if known is None:
            known = {path: 0}
            perhaps = self._spread(known, deque([path]))
            surely = len(known)
            self._spread(known, deque(perhaps), always=False)
            if len(self._seen) >= _KEPT:
                self._seen.clear()
                self._perhaps.clear()
            self._seen[path] = known
            self._perhaps[path] = frozenset(target for target, rank in known.items() if rank >= surely)
        return known

    def _spread(self, known: dict[str, int], waiting: deque[str], *, always: bool = True) -> list[str]:
        """Add what these files include, directly or not, to those known; what is included on condition is given.

        Where not `always`, the files themselves are added too, and what is included on condition like the rest.
        """
        perhaps: list[str] = []
        for path in () if always else waiting:
            known.setdefault(path, len(known))
        while waiting and len(known) < _MOST_SEEN:
            for target, conditional in self._included(waiting.popleft()):
                if conditional and always:
                    perhaps.append(target)
                elif target not in known:
                    known[target] = len(known)
                    waiting.append(target)
        return [target for target in dict.fromkeys(perhaps) if target not in known]

    def _included(self, path: str) -> Iterable[tuple[str, bool]]:
        for found in self.project.facts[path].imports:
            if found.kind == "include":
                target = self._includes.target(path, found.module)
                if target is not None:
                    yield target, found.conditional

    def _suits(self, body: Symbol, declared: Definition, path: str) -> bool:
        """Whether a body can be that of a declaration: of its kind, not private to another file, of its full name."""
        definition = self._definition(body)
        if (definition.kind in _FUNCTIONS) != (declared.kind in _FUNCTIONS):
            return False
        if not definition.exported and body.path != path:
            return False
        one, other = definition.qualname, declared.qualname
        return one == other or one.endswith(f".{other}") or (other.endswith(f".{one}") and "." in one)

    def _definition(self, symbol: Symbol) -> Definition:
        return self.project.facts[symbol.path].definitions[symbol.index]


@lru_cache(maxsize=4096)
def platforms(path: str) -> frozenset[str]:
    """The platforms that a path speaks of, other than the usual one of its kind."""
    return _PLATFORMS.intersection(_PARTS.split(path.lower()))


def _names(definition: Definition, facts: FileFacts) -> Iterator[str]:
    """The qualified names by which a definition is found; constants of plain enumerations stand outside them too."""
    yield definition.qualname
    if definition.kind == "constant" and definition.parent >= 0:
        enum = facts.definitions[definition.parent]
        if enum.kind == "enum" and not enum.signature.startswith(("enum class", "enum struct")):
            outer = enum.qualname.rpartition(".")[0]
            yield f"{outer}.{definition.name}" if outer else definition.name


def _named(qualname: str) -> str:
    """The token for the definitions of a qualified name."""
    return f"c\0{qualname}"


def _body(name: str) -> str:
    """The token for the bodies of functions, and values, of a name."""
    return f"c\0body {name}"


def _is_declaration(definition: Definition) -> bool:
    """Whether it only announces what is defined somewhere else."""
    if definition.kind in _FUNCTIONS:
        return definition.signature.endswith(";")
    return definition.kind == "variable" and definition.signature.startswith("extern ")


def _paired(path: str, found: list[Symbol]) -> list[Symbol]:
    """Those in the file of the same name as a header, the nearest of them."""
    stem = path.rpartition("/")[2].partition(".")[0]
    pairs = [body for body in found if body.path.rpartition("/")[2].partition(".")[0] == stem]
    nearest = max((shared_depth(path, body.path) for body in pairs), default=0)
    return [body for body in pairs if shared_depth(path, body.path) == nearest]
