"""The linking core: what each name in each file means, by scope, import, re-export, inheritance and type.

It is the same for every language; where languages differ it asks their resolver. Names are looked up as the languages
do (the file's own definitions, its imports, its package), never by "the only definition of that name" (but for methods
of values that nothing is known of: `graph/lone.py`): what is not found by a rule gets no link. Each answer carries the
rule that gave it (`origin`) and how often that rule is right (`confidence`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ctxpack.graph import members, notation, operations, type_arguments
from ctxpack.graph.consulted import Offer, watched
from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.names import CALLABLE, VALUES, AllNames, Names
from ctxpack.graph.project import Either, Group, Instance, Module, Package, Project, Symbol, Thing, weaker
from ctxpack.graph.questions import Questions
from ctxpack.model import Definition, FileFacts, Import

_DEEPEST = 24

_SELF = "Self()"
"""The type of a method that returns a value of the class that it is called on."""


class Linker:
    """Resolves the names of one repository; made for one run."""

    def __init__(self, project: Project, resolvers: Iterable[type[Resolver]]) -> None:
        """`resolvers` are classes; each is made once, when a file of a language that it names is first met."""
        self.project = project
        self._questions = Questions()
        self.ask = self._questions.ask
        self._watched = watched(project, self)
        self._classes = tuple(resolvers)
        self._resolvers: dict[str, Resolver | None] = {}
        self._files = AllNames(project.facts, self._resolver)

    def end(self) -> None:
        """Let go of everything: the linker and its resolvers hold each other, and there is much that they hold."""
        vars(self).clear()

    @property
    def consulted(self) -> frozenset[str]:
        """Tokens for all that the links last given depend on besides their file (see `graph/consulted.py`)."""
        return frozenset(self._questions.consulted)

    def consult(self, token: str) -> None:
        """Note that the links of the file at hand depend on what the token stands for."""
        self._questions.consulted.add(token)

    def resolver(self, language: str) -> Resolver | None:
        """The resolver of a language, for one who is about to ask it."""
        found = self._resolver(language)
        if found is not None and found.shared:
            self.consult(found.shared)
        return found

    def _resolver(self, language: str) -> Resolver | None:
        """The resolver of a language, made now if need be; what is read for its indexes is not noted."""
        if language not in self._resolvers:
            made: Resolver | None = None
            for one in self._classes:
                if language in one.languages:
                    consulted, self._questions.consulted = self._questions.consulted, set()
                    made = one(self._watched if one.noted else self.project, self)
                    self._questions.consulted = consulted
                    self._resolvers.update(dict.fromkeys(one.languages, made))
            self._resolvers[language] = made
        return self._resolvers[language]

    def offers(self, path: str, facts: FileFacts) -> Iterator[Offer]:
        """What a file adds to the indexes of all resolvers, were these its facts."""
        for one in self._classes:
            if facts.language in one.languages or facts.language in one.indexed:
                resolver = self._resolver(one.languages[0])
                yield from resolver.offers(path, facts) if resolver is not None else ()

    def noted(self, thing: Thing | None) -> Thing | None:
        """The same thing, which a resolver found in an index."""
        self._questions.note(thing)
        return thing

    # --- names --------------------------------------------------------------------------------------------------------

    def resolve(self, path: str, qualifier: str, name: str, scope: int = -1, *, as_type: bool = False) -> Thing | None:
        """What `qualifier.name`, or the bare `name`, means at a place in a file (where a type stands: `as_type`)."""
        if not qualifier:
            return self.name(path, name, scope, as_type=as_type)
        owner = self.evaluate(path, qualifier, scope)
        return self.member(owner, name) if owner is not None else None

    def name(self, path: str, name: str, scope: int = -1, *, as_type: bool = False) -> Thing | None:
        """What a bare name means in a file: a member of the class around it, a definition, an import, a neighbour.

        As a type it is no field and no method, even where a class has one of that name (`public Price Price`).
        """
        file = self._files[path]
        if file.resolver is None:
            return None
        if name in file.resolver.words:
            return self.noted(file.resolver.word(path, name, scope))
        if scope >= 0:
            inner = self._enclosed(path, file, name, scope, as_type=as_type)
            if inner is not None:
                return inner
        if name in file.scoped:
            found = self._outside(path, file, name, scope)
        else:
            found = self.ask(("name", path, name), self._outside, path, file, name, -1)
        return self._type_beside(found) if as_type and file.resolver.implicit_self else found

    def _type_beside(self, thing: Thing | None) -> Thing | None:
        """The thing, unless it is a function: then the type that shares its name there, if there is one."""
        if not isinstance(thing, Symbol) or self.definition(thing).kind not in ("function", "method"):
            return thing
        self.consult(thing.path)
        qualname = self.definition(thing).qualname
        for index, one in enumerate(self._files[thing.path].facts.definitions):
            if one.qualname == qualname and one.kind not in VALUES | CALLABLE:
                return Symbol(thing.path, index, thing.origin, thing.confidence)
        return None

    def _outside(self, path: str, file: Names, name: str, scope: int) -> Thing | None:
        """What a bare name means that no definition around it has: at the top, by an import, from a neighbour."""
        if file.resolver is None:
            return None
        found = self.top_level(path, name)
        # The members of a type that is defined elsewhere stand in blocks of its name; the type itself goes before them.
        part = found if isinstance(found, Symbol) and self.definition(found).kind == "impl" else None
        if found is None or part is not None:
            found = self._imported(path, file, name, scope)
        if found is None and name not in file.aliases:
            found = self._from_stars(path, file, name) or self.noted(file.resolver.visible(path, name))
        return found or part

    def top_level(self, path: str, name: str) -> Thing | None:
        """The definition of `name` at the top of a file."""
        if path not in self.project.facts:
            return None
        self._questions.consulted.add(path)
        index = self._files[path].top.get(name)
        return Symbol(path, index) if index is not None else None

    def reexported(self, path: str, name: str, kinds: frozenset[str]) -> Thing | None:
        """What `name` means as an import of a file, of these kinds, that other files may take from it."""
        file = self._files[path] if path in self.project.facts else None
        if file is None or file.resolver is None:
            return None
        self.consult(path)
        for found in file.aliases.get(name, ()):
            if found.kind in kinds and found.scope < 0:
                thing = self.bound(path, found)
                if thing is not None:
                    return weaker(thing, "re-export", 0.98)
        return self._from_stars(path, file, name, kinds)

    def _enclosed(self, path: str, file: Names, name: str, scope: int, *, as_type: bool) -> Thing | None:
        definitions = file.facts.definitions
        implicit_self = file.resolver is not None and file.resolver.implicit_self
        while scope >= 0:
            definition = definitions[scope]
            member = definition.kind not in CALLABLE
            if not member or implicit_self or definition.kind == "module":
                index = file.members.get((definition.qualname, name))
                own = Symbol(path, index) if index is not None else members.elsewhere(self, path, definition, name)
                if own is not None and not (as_type and implicit_self and self._is_no_type(own)):
                    return own
            if definition.kind == "method" and implicit_self:
                own = self._out_of_line(path, definitions, definition, name)
                if own is not None and not (as_type and self._is_no_type(own)):
                    return own
            if member and implicit_self and definition.bases:
                inherited = self.member(Instance(path, scope, bases_only=True), name)
                if inherited is not None and not (as_type and self._is_no_type(inherited)):
                    return inherited
            scope = definition.parent
        return None

    def _out_of_line(
        self, path: str, definitions: tuple[Definition, ...], definition: Definition, name: str
    ) -> Thing | None:
        """A member of the class that a method belongs to by name alone (`int Shop::total() {}`)."""
        owner = definition.qualname.rpartition(".")[0]
        if owner == (definitions[definition.parent].qualname if definition.parent >= 0 else ""):
            return None
        value = self.evaluate(path, f"{owner}()")
        return self.member(value, name) if value is not None else None

    def _imported(self, path: str, file: Names, name: str, scope: int) -> Thing | None:
        imports = file.aliases.get(name)
        if imports is None or file.resolver is None:
            return None
        around = set(self._ancestors(file, scope))
        for found in sorted(imports, key=lambda i: -i.scope):
            if (found.scope >= 0 and found.scope not in around) or found.kind in file.resolver.silent_kinds:
                continue
            thing = self.bound(path, found)
            if thing is not None:
                return thing
        return None

    def _from_stars(self, path: str, file: Names, name: str, kinds: frozenset[str] | None = None) -> Thing | None:
        for found in file.stars:
            silent = file.resolver is None or (kinds is None and found.kind in file.resolver.silent_kinds)
            if silent or (kinds is not None and found.kind not in kinds):
                continue
            place = self.place(path, found)
            if place is None or (isinstance(place, Module) and place.path == path):
                continue
            thing = self.member(place, name)
            if thing is not None:
                return weaker(thing, "wildcard import", 0.95)
        return None

    def bound(self, path: str, found: Import) -> Thing | None:
        """What an import's alias means in its file (see `Resolver.bind`)."""
        resolver = self._files[path].resolver
        return self.ask(("bind", path, found), resolver.bind, path, found) if resolver is not None else None

    def place(self, path: str, found: Import) -> Thing | None:
        """The module, package or symbol that an import names."""
        resolver = self._files[path].resolver
        return self.ask(("place", path, found), resolver.locate, path, found) if resolver is not None else None

    @staticmethod
    def _ancestors(file: Names, scope: int) -> Iterator[int]:
        while scope >= 0:
            yield scope
            scope = file.facts.definitions[scope].parent

    # --- values -------------------------------------------------------------------------------------------------------

    def evaluate(self, path: str, qualifier: str, scope: int = -1, *, as_type: bool = False) -> Thing | None:
        """What a qualifier (see `Reference.qualifier`) means at a place; `as_type` if it begins with a type."""
        if qualifier.count(".") > _DEEPEST:
            return None
        key = ("value", path, qualifier, scope, as_type)
        return self.ask(key, self._evaluate, path, qualifier, scope, as_type)

    def _evaluate(self, path: str, qualifier: str, scope: int, as_type: bool) -> Thing | None:
        thing: Thing | None = None
        for position, segment in enumerate(notation.segments(qualifier)):
            bare = segment.rstrip("()^")
            owner = thing
            if position == 0:
                thing = self._first(path, bare, scope, as_type=as_type)
            elif thing is not None:
                thing = self.member(thing, bare)
            thing = self._used(thing, called=segment.endswith(")"))
            if position == 0 and segment.endswith(")") and thing is not None:
                thing = self.uncalled(path, thing, bare, scope)
            calls = (len(segment) - len(bare)) // 2
            given = self._given(thing, owner if position else self._around(path, scope), calls)
            if given is not None:
                thing, calls = given, max(0, calls - 1)
            for _ in range(calls):
                thing = self.call(thing, owner) if thing is not None else None
            if thing is None:
                return None
            if segment.endswith("^") and isinstance(thing, Instance):
                thing = Instance(thing.path, thing.index, "inherited", 0.97, bases_only=True)
        return thing

    def _given(self, thing: Thing | None, owner: Thing | None, calls: int) -> Thing | None:
        """The value of a field, or what a method gives, where the class of its owner tells a generic base its type."""
        if not isinstance(thing, Symbol) or owner is None:
            return None
        kind = self.definition(thing).kind
        if kind not in (CALLABLE if calls else VALUES):
            return None
        return type_arguments.of_member(self, thing, owner)

    def _around(self, path: str, scope: int) -> Instance | None:
        """A value of the class that a place stands in, whose members bare names may mean there."""
        resolver = self._files[path].resolver
        if resolver is None or not resolver.implicit_self:
            return None
        definitions = self._files[path].facts.definitions
        while scope >= 0 and definitions[scope].kind in CALLABLE:
            scope = definitions[scope].parent
        return Instance(path, scope) if scope >= 0 else None

    def _first(self, path: str, bare: str, scope: int, *, as_type: bool) -> Thing | None:
        if bare[:1] in ("[", "{"):
            return operations.evaluated(self, path, scope, bare)
        return self.name(path, bare, scope, as_type=as_type)

    def _is_no_type(self, thing: Thing) -> bool:
        return isinstance(thing, Symbol) and self.definition(thing).kind in (VALUES | CALLABLE)

    def is_value(self, thing: Symbol) -> bool:
        """Whether a symbol may be used without a call and then be a value: a variable, a field, a property."""
        kind = self.definition(thing).kind
        return kind in VALUES or kind == "method"

    def _used(self, thing: Thing | None, *, called: bool) -> Thing | None:
        """The method where a field and a method share a name and it is called, the field where it is not.

        A method that is only named may be a property, but not where bare names mean members.
        """
        if isinstance(thing, Symbol):
            file = self._files[thing.path]
            definition = file.facts.definitions[thing.index]
            if called and definition.kind == "module" and file.resolver is not None:
                return file.resolver.called(thing, definition.name) or thing
            if not file.also:
                return thing
            plain = file.resolver is not None and file.resolver.implicit_self
            if called == (definition.kind in VALUES) and (called or plain):
                owner, _, name = definition.qualname.rpartition(".")
                other = file.also.get((owner, name))
                if other is not None:
                    return Symbol(thing.path, other, thing.origin, thing.confidence)
        return thing

    def uncalled(self, path: str, thing: Thing, name: str, scope: int) -> Thing | None:
        """What the call of a bare name means where that is a field, which cannot be called in Java."""
        if not isinstance(thing, Symbol) or thing.path != path or self.language(path) != "java":
            return thing
        if self.definition(thing).kind not in VALUES:
            return thing
        file, definitions = self._files[path], self._files[path].facts.definitions
        for one in self._ancestors(file, scope):
            if definitions[one].kind not in CALLABLE and definitions[one].bases:
                above = self.member(Instance(path, one, bases_only=True), name)
                if isinstance(above, Symbol) and self.definition(above).kind in CALLABLE:
                    return above
        return self._outside(path, file, name, scope)

    def call(self, thing: Thing, owner: Thing | None = None) -> Thing | None:
        """What calling a thing gives: an instance of a class, or what a function says that it returns.

        `owner` is the value that the thing was taken from, which a method may say that it returns itself.
        """
        if not isinstance(thing, Symbol):
            return operations.called(self, thing, owner)
        definition = self.definition(thing)
        if definition.kind in CALLABLE or definition.kind in VALUES:
            if definition.type == _SELF and isinstance(owner, Symbol | Instance):
                return Instance(owner.path, owner.index, "receiver", 0.96)
            return self.typed(thing) if definition.kind in VALUES else operations.returned(self, thing)
        return Instance(thing.path, thing.index, "receiver", min(thing.confidence, 0.98))

    def member(self, thing: Thing, name: str) -> Thing | None:
        """What `name` means as a member of a module, package, class or value."""
        if name[:1] == "[" or (name[:1] == "<" and name[1].isdigit()):
            return self.ask(("step", thing, name), operations.step, self, thing, name)
        if isinstance(thing, Group | Either):
            return operations.member(self, thing, name)
        if isinstance(thing, Module | Package):
            return self._offered(thing, name)
        # Most members stand in the class itself, which takes no question.
        if isinstance(thing, Symbol) or not thing.bases_only:
            file = self._files[thing.path]
            definition = file.facts.definitions[thing.index]
            index = file.members.get((definition.qualname, name))
            if index is not None and not (definition.bases and members.only_assigned(file, index)):
                self._questions.consulted.add(thing.path)
                return Symbol(thing.path, index, thing.origin, thing.confidence)
        return self.ask(("member", thing, name), members.of_class, self, thing, name)

    def _offered(self, thing: Module | Package, name: str) -> Thing | None:
        if isinstance(thing, Package):
            resolver = self._resolver(thing.key.partition(":")[0])
            if resolver is None:
                return None
            return self.ask(("package", thing.key, name), resolver.package_member, thing.key, name)
        file = self._files[thing.path] if thing.path in self.project.facts else None
        if file is None or file.resolver is None:
            return None
        return self.ask(("export", thing.path, name), file.resolver.export, thing.path, name)

    def typed(self, thing: Symbol) -> Thing | None:
        """The value of a variable or the result of a function, by its declared or evident type, seen from its file."""
        definition = self.definition(thing)
        if not definition.type:
            return None
        value = self.evaluate(thing.path, definition.type, definition.parent, as_type=True)
        if value is None and definition.kind in VALUES:
            value = self.evaluate(thing.path, definition.type, definition.parent)
        return weaker(value, "receiver", 0.96) if value is not None else None

    def overloads(self, thing: Symbol) -> Iterable[int]:
        """The callables of one owner and name in the file of one of them; () where it is alone."""
        owner, _, name = self.definition(thing).qualname.rpartition(".")
        return self._files[thing.path].overloads.get((owner, name), ())

    def names(self, path: str) -> Names:
        """The names of a file."""
        return self._files[path]

    def language(self, path: str) -> str:
        """The language of a file."""
        return self._files[path].facts.language

    def definition(self, thing: Symbol | Instance) -> Definition:
        """The definition behind a symbol or an instance."""
        return self._files[thing.path].facts.definitions[thing.index]
