"""Finds the broken users of suspects: links of the state before, compared with the state after.

A use counts if its line is still there and its target no longer resolves, or if a call no longer fits. Links of the
state after decide whether it resolves, so that a definition which was moved but is re-exported or inherited breaks
nothing. A missing link is not enough: the name may now come from outside the repository, which shows in how the files
in between bind it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ctxpack.check import columns, statements
from ctxpack.check.calls import Call, arguments_at, as_bound, call_at, is_silent, misfit, swapped, unnamed
from ctxpack.check.comparison import Comparison, View, enclosing_try, line_map
from ctxpack.check.findings import Use
from ctxpack.check.pairs import FilePair
from ctxpack.check.suspect import Suspect
from ctxpack.model import FileFacts, Link, Reference

__all__ = ["View", "find"]

_GUARDED = 0.6
"""The confidence in a use inside a `try`, where an import may be allowed to fail."""

_INHERITING = 0.85
"""The confidence in a removed member of a class with a base outside the repository, which may have it too."""

_OTHER_TYPE = 0.6
"""The confidence in a use of a removed type's member by a file that does not name the type: it may be another type."""

_SWAPPED = 0.95
"""The confidence in a call whose arguments bind to other parameters, or that names one which is gone."""

_COMPILED = 0.6
"""The confidence in a call whose arguments bind to parameters of other types, which a compiler tells by itself."""

_NOT_BASES = frozenset({"object", "ABC", "Protocol", "Generic", "Enum", "NamedTuple", "TypedDict"})
_HOW = {
    "call": "calls", "write": "sets", "type": "names as a type", "inherit": "inherits", "decorate": "is decorated by",
    "import": "imports", "keyword": "gives an argument to",
}  # fmt: skip
_KINDS = {
    "imports": "imports", "includes": "includes", "inherits": "inherits", "refs": "refers to", "reads": "reads",
    "writes": "writes",
}  # fmt: skip

Place = tuple[str, int]


def find(
    found: Sequence[Suspect], pairs: Sequence[FilePair], before: View, after: View, candidates: Iterable[str]
) -> Iterator[tuple[Suspect, Use]]:
    """Each suspect with each of its broken uses, in no particular order.

    `candidates` are the paths, in the state after, of files that may have uses.
    """
    compared = Comparison(pairs, before, after)
    yield from statements.uses(found, candidates, compared)
    users = [(compared.before_path(path), path) for path in sorted(candidates) if path in after.files]
    users = [(old, new) for old, new in users if old in before.files]
    links = before.links([old for old, _ in users])
    search = _Search(found, compared)
    concerned = [(old, new) for old, new in users if search.concerns(links.get(old, ()))]
    now = after.links([new for _, new in concerned])
    for old, new in concerned:
        user = _User(compared, old, new, links.get(old, ()), now.get(new, ()))
        yield from search.uses(user)
        yield from columns.uses(user, search.tables)
        yield from columns.tested(user, search.tables)
        yield from _in_strings(user, search.tables)


def _in_strings(user: _User, tables: columns.Tables) -> Iterator[tuple[Suspect, Use]]:
    """The uses of suspect columns in SQL strings of code that has a link to the table."""
    language = user.compared.language(user.new)
    for link in user.links if language not in ("sql", "yaml") else ():
        found = tables.places.get((link.target, link.symbol), ()) if link.kind in ("reads", "writes") else ()
        for one in found:
            text = user.compared.new_text(user.new)
            table = columns.last_of(link)
            for line, guess in statements.in_statements(text, language, table, one.column).items():
                if user.lines is None or line in user.lines.values():
                    sure = round(guess * link.confidence * one.confidence, 4)
                    yield one, Use(user.new, line, user.scope(link), "names", "", user.test, link.origin, sure)


@dataclass(slots=True)
class _User:
    """A file that may use a suspect: its links in both states, and the map of its old lines to new ones."""

    compared: Comparison
    old: str
    new: str
    links: Sequence[Link]
    now: Sequence[Link]
    lines: Mapping[int, int] | None = field(init=False)
    there: Mapping[tuple[int, int], list[Link]] = field(init=False)
    sources: frozenset[str] = field(init=False)
    references: Mapping[tuple[int, int], Reference] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = (
            line_map(self.compared.old_text(self.old), self.compared.new_text(self.new)) if self.changed else None
        )
        there: dict[tuple[int, int], list[Link]] = defaultdict(list)
        for one in self.now:
            there[one.line, one.column].append(one)
        self.there = there
        self.sources = frozenset(one.target for one in self.links if one.kind == "imports")
        self.references = {(one.line, one.column): one for one in self.compared.before.references(self.old)}

    @property
    def changed(self) -> bool:
        """Whether the commit touches the file."""
        return self.compared.is_changed(self.new)

    @property
    def test(self) -> bool:
        """Whether it is a test file."""
        return self.compared.after.files[self.new].role == "test"

    def line(self, line: int) -> int:
        """The present number of an old line; 0 if it is gone."""
        return line if self.lines is None else self.lines.get(line, 0)

    def bound(self, link: Link) -> Link | None:
        """The present link at the place of an earlier one, if it also leads to a definition (or also to a file)."""
        return next((one for one in self._there(link) if (one.symbol >= 0) == (link.symbol >= 0)), None)

    def is_defined(self, link: Link) -> bool:
        """Whether a present link at the place of an earlier one leads to a definition."""
        return any(one.symbol >= 0 for one in self._there(link))

    def _there(self, link: Link) -> Iterator[Link]:
        place = self.line(link.line), link.column
        return (one for one in self.there.get(place, ()) if one.name == link.name)

    def scope(self, link: Link) -> str:
        """The qualified name of the definition that contains a link; "" for none."""
        definitions = self.compared.old_facts(self.old).definitions
        return definitions[link.scope].qualname if 0 <= link.scope < len(definitions) else ""

    def how(self, link: Link) -> str:
        """What the file does at the place of a link, as a verb: "calls", "imports"."""
        reference = self.references.get((link.line, link.column))
        by_kind = _KINDS.get(link.kind)
        if by_kind is None and reference is None:
            imports = self.compared.old_facts(self.old).imports
            is_import = any((one.line, one.column) == (link.line, link.column) for one in imports)
            return "imports" if is_import else "names"
        return by_kind or _HOW.get(reference.kind if reference else "", "uses")

    def use(self, link: Link, why: str, confidence: float) -> Use:
        """The `Use` of a link, at its present line."""
        line = self.line(link.line)
        guarded = self.compared.language(self.new) == "python" and enclosing_try(self.compared.new_text(self.new), line)
        sure = min(confidence, _GUARDED) if guarded else confidence
        sure = round(sure * link.confidence, 4)
        return Use(self.new, line, self.scope(link), self.how(link), why, self.test, link.origin, sure)


class _Search:
    """The suspects, indexed by the definitions and files that links lead to."""

    def __init__(self, found: Sequence[Suspect], compared: Comparison) -> None:
        self._compared = compared
        self._places: dict[Place, list[Suspect]] = defaultdict(list)
        self._unexported: dict[str, list[Suspect]] = defaultdict(list)
        for one in found:
            if one.column:
                continue
            if one.kind == "unexported":
                self._unexported[one.path].append(one)
            for place in one.places:
                self._places[place].append(one)
        self.tables = columns.Tables([one for one in found if one.column], compared)
        self._sure: dict[tuple[str, str], float] = {}

    def concerns(self, links: Iterable[Link]) -> bool:
        """Whether one of the links may be a use of a suspect."""
        return any(
            (link.target, link.symbol) in self._places
            or link.target in self._unexported
            or (link.target, link.symbol) in self.tables.places
            for link in links
        )

    def uses(self, user: _User) -> Iterator[tuple[Suspect, Use]]:
        """The uses of definitions, files and parameters in one file."""
        for link in user.links:
            if not user.line(link.line):
                continue
            for one in self._places.get((link.target, link.symbol), ()):
                if not self._counts(one, user, link):
                    continue
                use = self._changed_call(one, user, link) if one.call else self._missing(one, user, link)
                if use is not None:
                    yield one, use
        for target in sorted({link.target for link in user.links if link.target in self._unexported}):
            for one in self._unexported[target]:
                yield from ((one, use) for use in self._unoffered(one, user))

    @staticmethod
    def _counts(one: Suspect, user: _User, link: Link) -> bool:
        """Whether a link can be a use: not a description, nor a private name or the file itself within its own file."""
        if link.kind == "defines" or user.old in dict(one.also):
            return False
        return user.old != one.path or not (one.private or one.kind.startswith("file"))

    # --- what is gone -------------------------------------------------------------------------------------------------

    def _missing(self, one: Suspect, user: _User, link: Link) -> Use | None:
        reference = user.references.get((link.line, link.column))
        if reference is not None and reference.kind == "keyword" and reference.name != one.name:
            # A named argument: the call that it belongs to is a use of its own.
            return None
        if self._compared.language(user.new) == "ruby" and not one.column and self._is_assigned(user, link):
            return None
        if not one.undone and (user.bound(link) is not None or self._rebound(one, user, link)):
            return None
        sure = one.confidence * self._certainty(one)
        return user.use(link, "", min(sure, _OTHER_TYPE) if self._only_by_value(one, user, link) else sure)

    def _is_assigned(self, user: _User, link: Link) -> bool:
        """Whether the name is assigned to here, which in Ruby calls another method (`name=`)."""
        lines = self._compared.old_text(user.old).split("\n")
        rest = lines[link.line - 1][link.column :] if link.line <= len(lines) else ""
        return re.match(rf"{re.escape(link.name)}\s*[-+*/|&]{{0,2}}=(?![=~>])", rest) is not None

    @staticmethod
    def _only_by_value(one: Suspect, user: _User, link: Link) -> bool:
        """Whether a file uses a member of a removed type without naming the type."""
        if one.kind.startswith("file") or link.symbol == one.members[0]:
            return False
        return not any((other.target, other.symbol) == (one.path, one.members[0]) for other in user.links)

    def _certainty(self, one: Suspect) -> float:
        """The factor on confidence: below 1 where the member's class has a base outside the repository."""
        owner = one.symbol.rpartition(".")[0]
        if not owner or not one.here:
            return 1.0
        key = one.here, owner
        if key not in self._sure:
            self._sure[key] = self._of_class(*key)
        return self._sure[key]

    def _of_class(self, path: str, qualname: str) -> float:
        facts = self._compared.new_facts(path)
        for index, found in enumerate(facts.definitions):
            bases = [base for base in found.bases if base.partition("[")[0].rpartition(".")[2] not in _NOT_BASES]
            if found.qualname == qualname and bases:
                links = self._compared.after.links([path]).get(path, ())
                known = {link.name for link in links if link.kind == "inherits" and link.scope in (index, found.parent)}
                return 1.0 if len(known) >= len(bases) else _INHERITING
        return 1.0

    def _rebound(self, one: Suspect, user: _User, link: Link) -> bool:
        """Whether the first name of a use is bound in a new way, in its own file or in one that it imports."""
        reference = user.references.get((link.line, link.column))
        qualifier = reference.qualifier if reference is not None else ""
        root = (qualifier.partition(".")[0] if qualifier else link.name).rstrip("()^")
        if user.changed:
            old, new = self._compared.old_facts(user.old), self._compared.new_facts(user.new)
            if _gained(old, new, root) and one.path != user.old:
                return True
            if one.path == user.old and _imports(new, root):
                return True
        name = one.symbol.partition(".")[0] or one.name
        return any(
            _gained(pair.old, pair.new, name)
            for pair in self._compared.pairs
            if pair.before in user.sources and pair.before != one.path and pair.old and pair.new
        )

    # --- calls --------------------------------------------------------------------------------------------------------

    def _changed_call(self, one: Suspect, user: _User, link: Link) -> Use | None:
        present = user.bound(link)
        if present is None or one.call is None or present.target != one.here:
            return None
        language = self._compared.language(user.new)
        call = call_at(self._compared.new_text(user.new), present.line, present.column, link.name, language)
        if call is None or misfit(as_bound(call, one.call[0], language), one.call[0]):
            return None
        former = arguments_at(self._compared.old_text(user.old), link.line, link.column, link.name)
        same = former == arguments_at(self._compared.new_text(user.new), present.line, present.column, link.name)
        why, sure = _why(one, call, language, moved=same)
        return user.use(link, why, sure) if why else None

    # --- names that are not passed on ---------------------------------------------------------------------------------

    def _unoffered(self, one: Suspect, user: _User) -> Iterator[Use]:
        """Imports of a name from a file that no longer offers it, and uses through that file that no longer resolve."""
        here = {link.line for link in user.links if link.kind == "imports" and link.target == one.path}
        imported = {
            (found.line, found.column): found
            for found in self._compared.old_facts(user.old).imports
            if found.name == one.name and found.line in here
        }
        for link in user.links:
            if not user.line(link.line):
                continue
            if (link.line, link.column) in imported:
                lost = not user.is_defined(link)
            else:
                is_named = link.name.rpartition(".")[2] == one.name and link.symbol >= 0
                lost = is_named and user.bound(link) is None and self._through(one, user, link)
            if lost:
                yield user.use(link, "", one.confidence)

    @staticmethod
    def _through(one: Suspect, user: _User, link: Link) -> bool:
        """Whether a lost name was used as a member of the imported file (`module.name`)."""
        reference = user.references.get((link.line, link.column))
        root = reference.qualifier.partition(".")[0] if reference is not None else ""
        modules = {
            found.alias.partition(".")[0]
            for found in user.compared.old_facts(user.old).imports
            if any(other.target == one.path and other.line == found.line for other in user.links)
        }
        return bool(root) and root in modules


def _bindings(facts: FileFacts, name: str) -> set[tuple[str, str]]:
    """How a file binds a name at its top level: as (module, name) of imports and ("", kind) of definitions."""
    found = {(one.module, one.name) for one in facts.imports if one.alias == name}
    found |= {("", one.kind) for one in facts.definitions if one.parent < 0 and one.name == name}
    return found


def _why(one: Suspect, call: Call, language: str, *, moved: bool) -> tuple[str, float]:
    """Why a call breaks that used to fit, for the surest reason, and how sure that is; ("", 0) where it does not.

    A language that does not count arguments still binds them: by place, and by name. With `moved`, arguments that meet
    another parameter count: not in a call whose arguments changed too, on a later line of it.
    """
    assert one.call is not None
    old, new = one.call
    before, now = as_bound(call, old, language), as_bound(call, new, language)
    if language == "python":
        binding = one.confidence * _SWAPPED
    else:
        binding = _SWAPPED if is_silent(before, old, new, language) else _COMPILED
    reasons = (
        (misfit(now, new), one.confidence),
        (unnamed(now, new), one.confidence if language == "python" else _SWAPPED),
        (swapped(before, old, new) if moved else "", binding),
    )
    return max((reason for reason in reasons if reason[0]), key=lambda reason: reason[1], default=("", 0.0))


def _gained(old: FileFacts, new: FileFacts, name: str) -> bool:
    return bool(_bindings(new, name) - _bindings(old, name))


def _imports(facts: FileFacts, name: str) -> bool:
    return any(one.alias == name for one in facts.imports)
