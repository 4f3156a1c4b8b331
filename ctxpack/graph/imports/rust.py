"""Rust: paths through modules, `use` and `pub use`, crates of the workspace, impl blocks wherever they stand, macros.

A method belongs to the type whose impl block holds it, in any file of the crate; a type's own blocks go before those
for traits, and those before what the traits themselves provide. A raw pointer, or a type from outside the repository,
has the members that impl blocks of the crate give it, but is never itself linked to such a block.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from ctxpack.graph.consulted import Offer
from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.imports.rust_crates import Crates, around
from ctxpack.graph.imports.rust_variants import held
from ctxpack.graph.names import CALLABLE
from ctxpack.graph.project import Instance, Module, Project, Symbol, Thing, weaker
from ctxpack.graph.symbols import Linker
from ctxpack.model import Definition, FileFacts, Import

_TYPES = frozenset({"struct", "enum", "trait", "type", "impl"})
_PLACES = frozenset({"module", "enum", "struct", "trait", "type"})
_NAMED = frozenset({"impl", "macro"})
_STANDARD = frozenset(
    """as_bytes as_mut as_ref as_str borrow bytes chars clone contains ends_with eq find first fmt get into is_empty
    iter last len lines next parse split starts_with to_owned to_string trim""".split()
)
"""Methods that types of the standard library have themselves or by traits that are always in sight."""

_EVERYDAY = _STANDARD | frozenset(
    """abs add all and and_then any append as_deref as_deref_mut as_ptr as_slice as_mut_slice by_ref ceil chain
    checked_add checked_div checked_mul checked_sub chunks clear cloned cmp collect concat contains_key copied copy
    copy_from_slice count cycle dedup div drain drop entry enumerate eq_ignore_ascii_case err expect extend
    extend_from_slice fill filter filter_map find_map first_mut flat_map flatten floor flush fold for_each
    from_str_radix fuse ge get_mut get_or_insert_with gt hash insert inspect into_boxed_slice into_inner into_iter
    into_owned into_string is_alphabetic is_alphanumeric is_ascii is_digit is_dir is_err is_file is_negative is_none
    is_ok is_positive is_some is_whitespace iter_mut join keys last_mut le leading_zeros lines load lock lt map map_err
    map_or map_or_else map_while max max_by max_by_key min min_by min_by_key mul ne neg not nth ok ok_or ok_or_else or
    or_default or_else or_insert or_insert_with partial_cmp partition path peek peekable poll pop position pow powf
    powi product push push_str read read_exact read_line read_to_end read_to_string recv rem remove repeat replace
    resize retain rev reverse rfind round rsplit saturating_add saturating_sub seek send set shl shr shrink_to_fit
    skip skip_while sleep sort sort_by sort_by_key sort_unstable spawn split_at split_at_mut split_first split_last
    split_off split_whitespace splitn sqrt step_by store strip_prefix strip_suffix sub sum swap take take_while
    to_ascii_lowercase to_be_bytes to_le_bytes to_lowercase to_uppercase to_vec trim_end trim_start truncate try_from
    try_into unwrap unwrap_err unwrap_or unwrap_or_default unwrap_or_else unzip update values values_mut windows
    with_capacity wrapping_add wrapping_mul wrapping_sub write write_all write_char write_fmt write_str zip""".split()
)
"""Methods that values of many types of the standard library have."""

_TOOLCHAIN = frozenset({"alloc", "core", "proc_macro", "std"})
"""Crates that come with the compiler."""

_CONVERTING = frozenset(
    "AsMut AsRef Clone Debug Default Display Eq From FromStr Hash Into Ord PartialEq PartialOrd TryFrom TryInto".split()
)
"""Traits that types of the standard library have for many other types, besides those of the crate."""

_DEREF = frozenset({"Deref", "DerefMut"})


class RustResolver(Resolver):
    """Where Rust's paths lead."""

    languages = ("rust",)
    reexport_kinds = frozenset({"reexport", "import"})
    unlinked_kinds = frozenset({"impl", "module"})
    by_scope = True
    noted = True
    extends_anything = True
    uncalled_kinds = frozenset({"enum"})
    words = frozenset({"crate", "$crate", "self", "super"})

    def __init__(self, project: Project, linker: Linker) -> None:
        """Build the module tree, and index impl blocks and macros by crate."""
        super().__init__(project, linker)
        self._crates = Crates(project)
        self._impls: dict[tuple[str, str], list[Symbol]] = defaultdict(list)
        self._held: dict[tuple[str, int, str], Symbol] = {}
        self._modules: dict[tuple[str, int, str], Symbol] = {}
        self._binding: set[tuple[str, int, str]] = set()
        self._macros: dict[tuple[str, str], list[Symbol]] = defaultdict(list)
        self._inherent: set[tuple[str, str]] = set()
        self._declaring: dict[str, list[Symbol]] = defaultdict(list)
        for path, facts in project.of(self.languages):
            root = self._crates.root(path)
            for index, definition in enumerate(facts.definitions):
                self._index(root, Symbol(path, index), definition)
                if definition.kind in CALLABLE and definition.parent >= 0:
                    self._index_method(root, Symbol(path, index), facts)

    def _index_method(self, root: str, symbol: Symbol, facts: FileFacts) -> None:
        name, owner = facts.definitions[symbol.index].name, _owner(facts, symbol.index)
        if owner is None:
            return
        if owner.kind == "trait":
            self._declaring[name].append(symbol)
        elif not owner.bases:
            self._inherent.add((root, name))

    def _index(self, root: str, symbol: Symbol, definition: Definition) -> None:
        if definition.kind == "impl":
            self._impls[root, definition.name].append(symbol)
        elif definition.kind == "macro":
            self._macros[root, definition.name].append(symbol)
        elif definition.kind == "module":
            self._modules.setdefault((symbol.path, definition.parent, definition.name), symbol)
        if definition.parent >= 0:
            self._held.setdefault((symbol.path, definition.parent, definition.name), symbol)

    @property
    def shared(self) -> str:
        """The token for the tree of modules."""
        return "rust\0"

    def offers(self, path: str, facts: FileFacts) -> Iterable[Offer]:
        """What a file declares of the tree of modules, and its impl blocks and macros by name."""
        if facts.language != "rust":
            return
        declared = ((found, around(facts, found)) for found in facts.imports if found.kind == "mod")
        modules = [
            (one.module, one.alias, facts.definitions[scope].qualname if scope >= 0 else "") for one, scope in declared
        ]
        yield self.shared, (path, tuple(modules))
        for index, definition in enumerate(facts.definitions):
            if definition.kind in _NAMED:
                yield _token(definition.kind, definition.name), (definition.qualname, index in facts.tests)
            owner = _owner(facts, index) if definition.kind in CALLABLE else None
            if owner is not None and (owner.kind == "trait" or not owner.bases):
                yield _token("method", definition.name), (definition.qualname, owner.kind)

    # --- the resolver's questions ------------------------------------------------------------------------------------

    def locate(self, path: str, found: Import) -> Thing | None:
        """The module, crate or enum at the end of a path."""
        if found.kind == "mod":
            target = self._crates.targets.get((path, found.line, found.alias))
            return Module(target) if target is not None else None
        names = [name for name in found.module.split("::") if name]
        if not names:
            return None
        thing = self._first(path, names[0], self._module_scope(path, found.scope), absolute=found.module[:1] == ":")
        for name in names[1:]:
            thing = self.linker.member(thing, name) if thing is not None else None
        return thing

    def bind(self, path: str, found: Import) -> Thing | None:
        """As by default; what comes from outside the repository has the members that impl blocks here give it."""
        bound = super().bind(path, found)
        if bound is None and found.name not in ("", "*"):
            return self._part(path, found.name)
        return bound

    def files(self, path: str, found: Import) -> tuple[str, ...]:
        """The file of the module or definition that is named, for which a re-export on the way is but another name.

        What a macro makes is not found; then it is the file of the module that has it.
        """
        place = self.locate(path, found)
        if found.name not in ("", "*") and place is not None:
            member = self.linker.member(place, found.name)
            part = isinstance(member, Symbol) and _is_block(self._definition(member))
            place = member if isinstance(member, Module | Symbol) and not part else place
        target = self._file(place)
        return (target,) if target is not None else ()

    def export(self, path: str, name: str) -> Thing | None:
        """A definition, an import (which the modules below see too), a parent, or a macro of a crate."""
        if name in self.words:
            return self.word(path, name, -1)
        own = self.linker.top_level(path, name)
        if own is not None and self._definition(own).kind != "impl":
            return own
        found = self.linker.reexported(path, name, self.reexport_kinds)
        if isinstance(found, Symbol) and _is_block(self._definition(found)):
            found = None
        return found or (self._macro(path, name) if self._crates.root(path) == path else None)

    def word(self, path: str, name: str, scope: int) -> Thing | None:
        """`crate`, `self` or `super`, seen from a definition."""
        if name in ("crate", "$crate"):
            return Module(self._crates.root(path))
        inner = self._module_scope(path, scope)
        if name == "self":
            return Symbol(path, inner) if inner >= 0 else Module(path)
        if inner >= 0:
            above = self._module_scope(path, self.project.facts[path].definitions[inner].parent)
            return Symbol(path, above) if above >= 0 else Module(path)
        place = self._crates.parents.get(path)
        if place is None:
            return None
        return Symbol(place.path, place.scope) if place.scope >= 0 else Module(place.path)

    def called(self, thing: Symbol, name: str) -> Thing | None:
        """The function or macro that shares the name of a module or an enumeration."""
        found = self.linker.reexported(thing.path, name, self.reexport_kinds)
        return found or self._macro(thing.path, name)

    def visible(self, path: str, name: str) -> Thing | None:
        """A crate by its name, a macro of the crate, or the members of a type that is not defined here."""
        library = self._crates.library(path, name)
        if library is not None:
            return Module(library)
        return self._macro(path, name) or self._part(path, name)

    def elsewhere(self, path: str, definition: Definition, name: str) -> Thing | None:
        """What the file of a module holds, and what impl blocks and their traits give to a type."""
        if definition.kind == "module":
            return self._in_module(path, definition, name)
        if definition.kind not in _TYPES:
            return self._beside(path, definition, name)
        blocks = list(self._blocks(path, definition))
        if _is_block(definition):
            blocks.sort(key=lambda block: block.path != path)
        own = [block for block in blocks if not self._definition(block).bases]
        others = [block for block in blocks if block not in own]
        if _is_block(definition):
            others = [block for block in others if not self._is_converting(block)]
        for block in (*own, *others):
            held = self._held.get((block.path, block.index, name))
            if held is not None:
                return weaker(held, "impl block", 0.97)
        if _is_block(definition) and name in _STANDARD:
            return None
        return self._provided(blocks, name)

    def _beside(self, path: str, definition: Definition, name: str) -> Thing | None:
        """What the module that shares the name of a function or macro has, or what a variant holds."""
        if definition.kind == "constant":
            return self._held_by(path, definition, name)
        module = self._modules.get((path, definition.parent, definition.name))
        return self.linker.member(module, name) if module is not None and definition.kind in CALLABLE else None

    def _held_by(self, path: str, definition: Definition, name: str) -> Thing | None:
        """The value of a part of a variant of an enumeration."""
        owner = self.project.facts[path].definitions[definition.parent] if definition.parent >= 0 else None
        if owner is None or owner.kind != "enum":
            return None
        written = held(definition.signature, definition.name, name)
        value = self.linker.evaluate(path, f"{written}()", owner.parent, as_type=True) if written else None
        return weaker(value, "variant", 0.95) if isinstance(value, Instance) else None

    def declaration(self, symbol: Symbol) -> Symbol | None:
        """What the trait of an impl block declares, for what the block defines."""
        definition = self._definition(symbol)
        if definition.kind not in CALLABLE or definition.parent < 0:
            return None
        block = Symbol(symbol.path, definition.parent)
        if not self._definition(block).bases or not _is_block(self._definition(block)):
            return None
        found = self._declared([block], definition.name)
        return found if isinstance(found, Symbol) else None

    def extension(self, path: str, qualifier: str, name: str, scope: int) -> Thing | None:
        """What the only trait in sight that has a method of that name declares.

        Not where the value may as well be of a type that has such a method itself: one of the standard library, or one
        of the crate.
        """
        if name in _EVERYDAY or name not in self._declaring or not _is_value(qualifier):
            return None
        self.linker.consult(_token("method", name))
        root = self._crates.root(path)
        if (root, name) in self._inherent:
            return None
        seen = [one for one in self._declaring[name] if self._is_in_sight(path, scope, one)]
        if len(seen) != 1 or (self._crates.root(seen[0].path), name) in self._inherent:
            return None
        return weaker(seen[0], "trait in sight", 0.9)

    def _is_in_sight(self, path: str, scope: int, method: Symbol) -> bool:
        """Whether the trait that declares a method is defined or imported where it is called."""
        owner = self._definition(method).parent
        if owner < 0:
            return False
        trait = self.project.facts[method.path].definitions[owner]
        found = self.linker.name(path, trait.name, scope)
        if found is None:
            nameless = (one for one in self.project.facts[path].imports if one.name == trait.name and not one.alias)
            found = next((bound for one in nameless if (bound := self.linker.bound(path, one)) is not None), None)
        return isinstance(found, Symbol) and (found.path, found.index) == (method.path, owner)

    def missing(self, path: str, found: Import) -> str:
        """A `mod` without its file, or a path from `crate`, `self` or `super` that ends nowhere."""
        if found.kind == "mod":
            return "no file for this module" if self.locate(path, found) is None else ""
        if found.module.partition("::")[0] not in self.words:
            return ""
        return "no such module in its crate" if self.locate(path, found) is None else ""

    # --- places -------------------------------------------------------------------------------------------------------

    def _first(self, path: str, name: str, scope: int, *, absolute: bool) -> Thing | None:
        """What the first name of a path means: a word, a module or type in sight, a crate, or an import."""
        if name in self.words:
            return self.word(path, name, scope)
        if name in _TOOLCHAIN and self._is_toolchain(path, name, scope):
            return None
        if not absolute:
            here = Symbol(path, scope) if scope >= 0 else None
            own = self.linker.member(here, name) if here is not None else self.linker.top_level(path, name)
            if isinstance(own, Symbol) and self._definition(own).kind in _PLACES:
                return own
        library = self._crates.library(path, name)
        if library is not None:
            return Module(library)
        seen = None if absolute else self.linker.name(path, name, scope)
        if seen is None and self._crates.root(path) != path:
            seen = self.linker.top_level(self._crates.root(path), name)
        return seen

    def _is_toolchain(self, path: str, name: str, scope: int) -> bool:
        """Whether the name of a crate of the toolchain means that: no module, import or dependency has it here."""
        here = any((path, module, name) in self._modules for module in (scope, -1))
        return not here and self._crates.library(path, name) is None and name not in self.linker.names(path).aliases

    def _module_scope(self, path: str, scope: int) -> int:
        """The index of the inline module around a definition, -1 at the top of the file."""
        definitions = self.project.facts[path].definitions
        while scope >= 0 and definitions[scope].kind != "module":
            scope = definitions[scope].parent
        return scope

    def _in_module(self, path: str, definition: Definition, name: str) -> Thing | None:
        target = self._crates.targets.get((path, definition.line, definition.name))
        if target is not None:
            return self.linker.member(Module(target), name)
        facts = self.project.facts[path]
        for found in facts.imports:
            if found.scope < 0 or found.alias != name or found.kind == "mod":
                continue
            if facts.definitions[found.scope].line == definition.line:
                return self._bound_inside(path, found)
        if name == "super":
            above = definition.parent
            return Symbol(path, above) if above >= 0 else Module(path)
        return None

    def _bound_inside(self, path: str, found: Import) -> Thing | None:
        """What an import in an inline module binds; the name itself comes from outside of it (`use serde::{self}`)."""
        key = (path, found.line, found.alias)
        if key in self._binding:
            return None
        if found.module.partition("::")[0] == found.alias:
            found = msgspec.structs.replace(found, module=f"::{found.module}")
        self._binding.add(key)
        try:
            return self.bind(path, found)
        finally:
            self._binding.discard(key)

    def _file(self, thing: Thing | None) -> str | None:
        """The file that holds what a place means, which for `mod x;` is another than the one it stands in."""
        if isinstance(thing, Module):
            return thing.path
        if not isinstance(thing, Symbol):
            return None
        definition = self._definition(thing)
        return self._crates.targets.get((thing.path, definition.line, definition.name), thing.path)

    def _definition(self, thing: Thing) -> Definition:
        assert isinstance(thing, (Symbol, Instance))
        return self.project.facts[thing.path].definitions[thing.index]

    # --- types and macros ---------------------------------------------------------------------------------------------

    def _blocks(self, path: str, definition: Definition) -> Iterator[Symbol]:
        """The impl blocks for a type."""
        self.linker.consult(_token("impl", definition.name))
        for block in self._impls.get((self._crates.root(path), definition.name), ()):
            if definition.kind == "impl" or self._is_about(block, path, definition):
                yield block

    def _is_about(self, block: Symbol, path: str, definition: Definition) -> bool:
        thing = self._aimed(block)
        return thing is not None and thing.path == path and self._definition(thing).line == definition.line

    def _aimed(self, block: Symbol) -> Symbol | None:
        """The type that an impl block is for."""
        own = self._definition(block)
        outer = self.project.facts[block.path].definitions[own.parent].qualname if own.parent >= 0 else ""
        written = own.qualname.removeprefix(f"{outer}.") if outer else own.qualname
        thing = self.linker.evaluate(block.path, written, own.parent)
        return thing if isinstance(thing, Symbol) else None

    def _provided(self, blocks: list[Symbol], name: str) -> Thing | None:
        """What the traits of impl blocks define themselves, or what a dereference leads to."""
        declared = self._declared(blocks, name)
        if declared is not None:
            return declared
        for block in blocks:
            if any(base.rpartition(".")[2] in _DEREF for base in self._definition(block).bases):
                target = self._held.get((block.path, block.index, "Target"))
                aimed = self.linker.call(target) if target is not None and name != "Target" else None
                found = self.linker.member(aimed, name) if aimed is not None else None
                if found is not None:
                    return weaker(found, "dereference", 0.9)
        return None

    def _declared(self, blocks: list[Symbol], name: str) -> Thing | None:
        """What the traits of impl blocks declare."""
        for block in blocks:
            own = self._definition(block)
            for base in own.bases:
                trait = self.linker.evaluate(block.path, base, own.parent)
                found = self.linker.member(trait, name) if isinstance(trait, Symbol) else None
                if found is not None:
                    return weaker(found, "trait", 0.95)
        return None

    def _part(self, path: str, name: str) -> Thing | None:
        """An impl block for a type of that name, which stands for a type that is not defined in the crate."""
        self.linker.consult(_token("impl", name))
        for block in sorted(self._impls.get((self._crates.root(path), name), ()), key=lambda one: one.path != path):
            if self._is_converting(block):
                continue
            thing = self._aimed(block)
            if thing is None or self._definition(thing).kind == "impl":
                return weaker(block, "impl block", 0.9)
        return None

    def _is_converting(self, block: Symbol) -> bool:
        return any(base.rpartition(".")[2] in _CONVERTING for base in self._definition(block).bases)

    def _macro(self, path: str, name: str) -> Thing | None:
        """A macro of the crate, where only one has the name or one stands in the same file.

        One for tests is in sight of the modules below its own alone.
        """
        self.linker.consult(_token("macro", name))
        found = self._macros.get((self._crates.root(path), name), [])
        here = [symbol for symbol in found if symbol.path == path]
        seen = here or [symbol for symbol in found if not self._is_for_tests(symbol) or self._is_below(path, symbol)]
        return weaker(seen[0], "macro", 0.95) if len(seen) == 1 else None

    def _is_for_tests(self, symbol: Symbol) -> bool:
        return symbol.index in self.project.facts[symbol.path].tests

    def _is_below(self, path: str, symbol: Symbol) -> bool:
        """Whether the module of a file stands somewhere inside the one that defines a symbol."""
        place = self._crates.parents.get(path)
        while place is not None and place.path != symbol.path:
            place = self._crates.parents.get(place.path)
        return place is not None


def _is_block(definition: Definition) -> bool:
    """Whether it is an impl block, which stands for its type where that is defined somewhere else."""
    return definition.kind == "impl"


def _owner(facts: FileFacts, index: int) -> Definition | None:
    """The trait or impl block that a function is a part of."""
    parent = facts.definitions[index].parent
    owner = facts.definitions[parent] if parent >= 0 else None
    return owner if owner is not None and owner.kind in ("impl", "trait") else None


def _is_value(qualifier: str) -> bool:
    """Whether what stands before a name is a value, as far as can be told, and no path."""
    before, _, last = qualifier.rpartition(".")
    if qualifier == "?" or "()" in qualifier or last[-1:] in ("]", "}") or last.isdigit():
        return True
    return last[:1].islower() and before.rpartition(".")[2][:1].isupper()


def _token(kind: str, name: str) -> str:
    return f"rust\0{kind} {name}"
