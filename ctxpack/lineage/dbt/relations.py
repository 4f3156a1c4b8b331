"""What templates name datasets by: relations that print as marks, and the list of what was named.

A mark ("__dbt__.r3") is a number into that list. It becomes a name only when it is known which dataset is meant, so
that what a template renders to depends on nothing but itself and its project's settings, and can be kept by those.
"""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

from ctxpack.datamodel.dbt import SCHEMA, Named

if TYPE_CHECKING:
    import jinja2

MARK = re.compile(
    r"""["`\[]?""" + SCHEMA + r"""["`\]]?\s*\.\s*["`\[]?(?:r([0-9]{1,6})|(this))\b["`\]]?""", re.IGNORECASE
)
"""A mark in rendered text: the number of what is named, or "this" for the node itself."""

_MOST = 20_000


class Relation:
    """A table as templates see it; what is asked for beyond its parts is answered with itself."""

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
        """The relation as it prints."""
        return self.mark

    def _same(self, *_args: object, **_settings: object) -> Relation:
        return self

    include = quote = incorporate = without_identifier = replace_path = with_alias = information_schema = _same
    render_limited = quote_as_configured = as_text = _same


class Recorder:
    """Notes what a template names, in order, each once."""

    def __init__(self) -> None:
        self.named: list[Named] = []
        self._numbers: dict[tuple[str, str, str, str], int] = {}
        self.config: dict[str, Any] = {}
        self.lost: list[tuple[int, str, str]] = []
        self.unknown: dict[str, None] = {}
        self.asked: dict[str, None] = {}

    def ref(self, args: tuple[Any, ...], settings: dict[str, Any], line: int, evidence: str) -> Relation | None:
        """Note `ref(model)`, `ref(package, model)`, with `v` or `version`; None where the name is no text."""
        version = settings.get("v", settings.get("version"))
        names = [one for one in args if isinstance(one, str) and one]
        if len(names) != len(args) or not 1 <= len(names) <= 2:
            self.lose(line, f"ref({', '.join(_shown(one) for one in args)})")
            return None
        package = names[0] if len(names) == 2 else ""
        text = "" if version is None else str(version)
        return self._note(Named("ref", names[-1], package, text, line, evidence))

    def source(self, args: tuple[Any, ...], line: int, evidence: str) -> Relation | None:
        """Note `source(source, table)`; None where a name is no text."""
        if len(args) != 2 or not all(isinstance(one, str) and one for one in args):
            self.lose(line, f"source({', '.join(_shown(one) for one in args)})")
            return None
        evidence = "source" if evidence == "ref" else evidence
        return self._note(Named("source", args[1], args[0], "", line, evidence))

    def knows(self, kind: str, args: tuple[Any, ...]) -> bool:
        """Whether what these arguments name has been noted before."""
        texts = [one for one in args if isinstance(one, str)]
        package = texts[0] if len(texts) == 2 else ""
        return bool(texts) and any(
            (one.kind, one.name, one.package) == (kind, texts[-1], package) for one in self.named
        )

    def relation(self, schema: object, identifier: object) -> Relation | None:
        """What has been noted under these names, as its relation gives them; None where nothing has."""
        for one in self.named:
            if (_schema(one), one.name) == (schema, identifier):
                return self._note(one)
        return None

    def lose(self, line: int, expression: str) -> None:
        """Note a name that cannot be told."""
        if len(self.lost) < 100:
            self.lost.append((line, expression[:200], "the name is not known before dbt runs"))

    def ask(self, name: str) -> None:
        """Note a call that only the database could answer, and whose answer may decide columns."""
        self.asked[name] = None

    def configuration(self) -> tuple[tuple[str, str], ...]:
        """The settings that a template states, as JSON by name."""
        return tuple(sorted((str(key), _json(value)) for key, value in self.config.items()))

    def _note(self, named: Named) -> Relation:
        key = (named.kind, named.name, named.package, named.version)
        number = self._numbers.get(key)
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
    """The line of a template that is being rendered, and "ref" where a call stands there itself, "macro" in a macro."""
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
