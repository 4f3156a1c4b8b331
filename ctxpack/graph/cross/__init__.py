"""Links that no import states: from what a file names by text to the files, symbols and tables that answer to it.

Each rule is a small class in a module of its own, and the table below says in which order they are asked about a
mention; the first that knows an answer gives it. A rule answers only where one thing is meant: a mention that several
things fit equally well gets no link. All these links are less sure than those of the languages' own rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ctxpack.graph.consulted import Offer
from ctxpack.graph.cross.base import Asked, Found, Rule
from ctxpack.graph.cross.dags import DagRule
from ctxpack.graph.cross.dotted import DottedRule, ModuleRunRule
from ctxpack.graph.cross.files import FileRule
from ctxpack.graph.cross.makefiles import MakeRule
from ctxpack.graph.cross.tables import TableRule
from ctxpack.graph.cross.types import SchemaTypes
from ctxpack.graph.project import Project
from ctxpack.graph.symbols import Linker
from ctxpack.model import FileFacts, Link, Mention

__all__ = ["RULES", "CrossLinks"]

RULES: tuple[tuple[str, tuple[type[Rule], ...]], ...] = (
    ("FROM", (TableRule,)),
    ("INTO", (TableRule,)),
    ("TABLE", (TableRule,)),
    ("-m", (ModuleRunRule,)),
    ("make", (MakeRule,)),
    ("dag", (DagRule,)),
    ("DAG", ()),
    ("", (FileRule, DottedRule, TableRule)),
)
"""The rules by the key of a mention; "" is for mentions without one."""


class CrossLinks:
    """Answers for one repository, made for one run."""

    def __init__(self, project: Project, linker: Linker) -> None:
        """`linker` resolves names in files of a language."""
        self._project = project
        made = {rule: rule(project, linker) for rule in dict.fromkeys(rule for _, rules in RULES for rule in rules)}
        self._rules = {key: tuple(made[rule] for rule in rules) for key, rules in RULES}
        self._types = SchemaTypes(project, linker)

    def offers(self, facts: FileFacts) -> Iterator[Offer]:
        """What a file adds to the indexes of the rules, with the tokens that are noted when they are asked."""
        for rule in dict.fromkeys(rule for rules in self._rules.values() for rule in rules):
            yield from rule.offers(facts)
        yield from self._types.offers(facts)

    def links(self, path: str, known: Iterable[Link] = ()) -> tuple[Link, ...]:
        """The links of one file; not those to what the line is `known` to lead to by the language's own rules."""
        facts = self._project.facts[path]
        found = [link for mention in facts.mentions for link in self._of(path, facts, mention)]
        found.extend(self._types.links(facts))
        if not found:
            return ()
        stated = {(link.line, link.target) for link in known}
        return tuple(link for link in found if (link.line, link.target) not in stated)

    def _of(self, path: str, facts: FileFacts, mention: Mention) -> Iterator[Link]:
        key, blank, name = mention.text.partition(" ")
        if not blank:
            key, name = "", key
        for rule in self._rules.get(key, ()):
            found = rule.find(Asked(path, facts.language, key, name))
            if found is not None:
                if found.path != path:
                    yield _link(mention, name, found)
                return


def _link(mention: Mention, name: str, found: Found) -> Link:
    place = mention.line, mention.column, mention.scope
    return Link(name, *place, found.path, found.symbol, found.kind, found.origin, found.confidence)
