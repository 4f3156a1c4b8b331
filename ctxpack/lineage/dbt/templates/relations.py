"""Relations as templates see them: they print as marks, which index the recorded list of references.

A mark ("__dbt__.r3") is resolved to a dataset only after rendering. So the rendered text depends on nothing but the
template and the settings of its project, and can be cached by those.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ctxpack.datamodel.dbt import SCHEMA, Named

if TYPE_CHECKING:
    import jinja2

MARK = re.compile(
    r"""["`\[]?""" + SCHEMA + r"""["`\]]?\s*\.\s*["`\[]?(?:r([0-9]{1,6})|(this))\b["`\]]?""", re.IGNORECASE
)
"""A mark in rendered text, possibly quoted: the index of a reference, or "this" for the node itself."""

GIVEN = "given"
"""The evidence of a text given to a macro that is not installed: it may name a dataset, or something else."""

_NAME = re.compile(r"[A-Za-z_]\w{0,250}")
_MOST = 20_000


class Relation:
    """A table as templates see it; its methods (`include`, `quote`) give the relation itself."""

    def __init__(self, mark: str, identifier: str, schema: str = "", database: str = "", kind: str = "") -> None:
        self.mark = mark
        self.identifier = self.name = self.table = identifier
        self.schema, self.database = schema, database
        self.type = kind or "table"
        self.is_table, self.is_view, self.is_cte = kind != "view", kind == "view", False
        self.columns: list[Any] = []

    def __str__(self) -> str:
        return self.mark

    def __repr__(self) -> str:
        return self.mark

    def __html__(self) -> str:
        return self.mark

    def __add__(self, other: object) -> str:
        return self.mark + str(other)

    def __radd__(self, other: object) -> str:
        return str(other) + self.mark

    def __eq__(self, other: object) -> bool:
        return str(other) == self.mark

    def __hash__(self) -> int:
        return hash(self.mark)

    def __contains__(self, part: object) -> bool:
        return str(part) in self.mark

    def render(self) -> str:
        """The mark, as the relation prints."""
        return self.mark

    def _same(self, *_args: object, **_settings: object) -> Relation:
        return self

    include = quote = incorporate = without_identifier = replace_path = with_alias = information_schema = _same
    render_limited = quote_as_configured = as_text = _same


class Recorder:
    """Records what a template refers to.

    `named` are the references in order, each once; `config` the stated settings; `lost` the references that cannot be
    evaluated, as (line, expression, why); `unknown` the unknown macros called; `asked` the database queries that may
    decide columns.
    """

    def __init__(self) -> None:
        self.named: list[Named] = []
        self._numbers: dict[tuple[str, str, str, str], int] = {}
        self.config: dict[str, Any] = {}
        self.lost: list[tuple[int, str, str]] = []
        self.unknown: dict[str, None] = {}
        self.asked: dict[str, None] = {}

    def ref(self, args: tuple[Any, ...], settings: dict[str, Any], line: int, evidence: str) -> Relation | None:
        """Record `ref(model)` or `ref(package, model)`, with `v` or `version`; None if the name is no text."""
        version = settings.get("v", settings.get("version"))
        names = [one for one in args if isinstance(one, str) and one]
        if len(names) != len(args) or not 1 <= len(names) <= 2:
            self.lose(line, f"ref({', '.join(_shown(one) for one in args)})")
            return None
        package = names[0] if len(names) == 2 else ""
        text = "" if version is None else str(version)
        return self._note(Named("ref", names[-1], package, text, line, evidence))

    def source(self, args: tuple[Any, ...], line: int, evidence: str) -> Relation | None:
        """Record `source(source, table)`; None if a name is no text."""
        if len(args) != 2 or not all(isinstance(one, str) and one for one in args):
            self.lose(line, f"source({', '.join(_shown(one) for one in args)})")
            return None
        evidence = "source" if evidence == "ref" else evidence
        return self._note(Named("source", args[1], args[0], "", line, evidence))

    def given(self, values: Iterable[Any], line: int) -> None:
        """Record the texts among the arguments of an unknown macro, each of which may name a model.

        Lists are searched; a mapping of texts may name sources and their tables.
        """
        for value in values:
            if isinstance(value, str):
                if _NAME.fullmatch(value) and not self.knows("ref", (value,)):
                    self._note(Named("ref", value, "", "", line, GIVEN))
            elif type(value) in (list, tuple):
                self.given(value, line)
            elif isinstance(value, dict):
                for source, tables in value.items():
                    for table in tables if type(tables) is list else [tables]:
                        both = (source, table)
                        if all(isinstance(one, str) for one in both) and not self.knows("source", both):
                            self._note(Named("source", table, source, "", line, GIVEN))

    def knows(self, kind: str, args: tuple[Any, ...]) -> bool:
        """Whether a reference with these arguments has been recorded."""
        texts = [one for one in args if isinstance(one, str)]
        package = texts[0] if len(texts) == 2 else ""
        return bool(texts) and any(
            (one.kind, one.name, one.package) == (kind, texts[-1], package) for one in self.named
        )

    def relation(self, schema: object, identifier: object) -> Relation | None:
        """The recorded relation with this schema and identifier; None if there is none."""
        for one in self.named:
            if (_schema(one), one.name) == (schema, identifier):
                return self._note(one)
        return None

    def lose(self, line: int, expression: str) -> None:
        """Record a reference that cannot be evaluated (at most 100)."""
        if len(self.lost) < 100:
            self.lost.append((line, expression[:200], "the name is not known before dbt runs"))

    def ask(self, name: str) -> None:
        """Record a call that only the database could answer and whose answer may decide columns."""
        self.asked[name] = None

    def configuration(self) -> tuple[tuple[str, str], ...]:
        """The settings stated by the template, as sorted (name, JSON) pairs."""
        return tuple(sorted((str(key), _json(value)) for key, value in self.config.items()))

    def _note(self, named: Named) -> Relation:
        key = (named.kind, named.name, named.package, named.version)
        number = self._numbers.get(key)
        if number is not None and self.named[number].evidence == GIVEN != named.evidence:
            self.named[number] = named
        if number is None:
            if len(self.named) >= _MOST:
                raise ValueError(f"names more than {_MOST:,} datasets")
            number = self._numbers[key] = len(self.named)
            self.named.append(named)
        return Relation(f"{SCHEMA}.r{number}", named.name, _schema(named), "database")


def _schema(named: Named) -> str:
    return named.package if named.kind == "source" else SCHEMA


def _shown(value: object) -> str:
    return repr(value)[:60] if isinstance(value, str) else type(value).__name__.lower()


def _json(value: Any) -> str:
    try:
        return json.dumps(value, sort_keys=True, default=str)[:4000]
    except (ValueError, TypeError, RecursionError):
        return json.dumps(str(type(value).__name__))


def place(model: jinja2.Template | None) -> tuple[int, str]:
    """The current line of the template being rendered, and "ref" for a call in it, "macro" for one in a macro.

    Found by walking the interpreter's stack; (0, "macro") if the template is not on it.
    """
    frame = sys._getframe(2)
    evidence = "ref"
    for _ in range(400):
        if frame is None:
            break
        template: jinja2.Template | None = frame.f_globals.get("__jinja_template__")
        if template is not None and template is model:
            return int(template.get_corresponding_lineno(frame.f_lineno)), evidence
        if template is not None:
            evidence = "macro"
        if frame.f_back is None:
            break
        frame = frame.f_back
    return 0, "macro"
