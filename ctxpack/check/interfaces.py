"""The providers: functions that compare the changed files before and after, and give suspects.

A suspect is an interface that was removed or changed. Providers know nothing of users; suspects that nobody uses are
dropped later. To add a provider (for another kind of schema, say), add a function to `PROVIDERS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from ctxpack.check import alike
from ctxpack.check.bound import bound_names
from ctxpack.check.calls import counted_parameters, misfit_possible, python_parameters, shown
from ctxpack.check.pairs import FilePair
from ctxpack.check.parameters import Parameters
from ctxpack.check.provided import may_be_provided
from ctxpack.check.queries import outputs
from ctxpack.check.suspect import Kind, Suspect
from ctxpack.check.tables import columns
from ctxpack.model import ANNOUNCED, Definition, FileFacts

Provider = Callable[[Sequence[FilePair]], Iterator[Suspect]]

_CALLABLE = frozenset({"function", "method", "macro"})
_UNNAMED_FILES = frozenset({"__init__", "__main__", "index", "mod", "lib", "main", "package"})
_MOST_WORDS = 300
_DYNAMIC = 0.6
"""The confidence in a removal where the name may still be there dynamically: a wildcard import, `__getattr__`."""

_UNCOUNTED = frozenset({"elixir", "dart", "julia"})
"""Languages where the parameters do not tell the number of arguments: a pipe gives one, some are named in brackets or
after a semicolon, and a function has other methods elsewhere."""

_PLAIN_DECORATORS = frozenset(
    {
        "staticmethod", "classmethod", "contextmanager", "asynccontextmanager", "cache", "lru_cache", "wraps",
        "override", "abstractmethod", "final", "deprecated", "no_type_check", "singledispatch", "profile", "jit",
    }
)  # fmt: skip
_DECORATED = 0.7


def suspects(pairs: Sequence[FilePair]) -> tuple[Suspect, ...]:
    """The suspects of all providers, by file and line, without duplicates of a column."""
    return joined(one for provider in PROVIDERS for one in provider(pairs))


def joined(several: Iterable[Suspect]) -> tuple[Suspect, ...]:
    """Suspects sorted by file and line; of several for one change of a column, the first is kept."""
    found: list[Suspect] = []
    seen: set[tuple[str, str, str]] = set()
    for one in several:
        key = one.path, one.symbol.lower(), one.kind
        if not one.column or key not in seen:
            found.append(one)
        seen.add(key)
    of_models = {one.symbol.lower() for one in found if one.column and -1 in one.members}
    # If both a model and its description lose a column, only the model's suspect is kept.
    found = [one for one in found if not one.column or -1 in one.members or one.symbol.lower() not in of_models]
    return tuple(sorted(found, key=lambda one: (one.path, one.line, one.symbol, one.kind, one.column)))


# --- files and definitions that are gone ------------------------------------------------------------------------------


def files(pairs: Sequence[FilePair]) -> Iterator[Suspect]:
    """Files that were removed or moved, with the definitions in them (of a moved file, those that moved along)."""
    for pair in pairs:
        if pair.old is None or not pair.before or pair.before == pair.after:
            continue
        present = _names(pair.new)
        kept = [i for i, one in enumerate(pair.old.definitions) if pair.new is None or one.qualname in present]
        stem = pair.before.rpartition("/")[2].partition(".")[0]
        folder = pair.before.rpartition("/")[0].rpartition("/")[2]
        offered = [one.name for one in pair.old.definitions if one.parent < 0]
        words = (folder if stem in _UNNAMED_FILES else stem, *offered)
        yield Suspect(
            "file-moved" if pair.after else "file-removed",
            pair.before, pair.after, "", 0,
            f"moved to {pair.after}" if pair.after else "removed",
            words[0], _words(words), (-1, *kept), successor=pair.after,
        )  # fmt: skip


def definitions(pairs: Sequence[FilePair]) -> Iterator[Suspect]:
    """Definitions that were removed, renamed or moved to another file, while their own file is still there."""
    newcomers = alike.Newcomers(pairs)
    for pair in pairs:
        if pair.old is None or pair.new is None:
            continue
        gone = _gone(pair.old, pair.new)
        for index in sorted(gone):
            one = pair.old.definitions[index]
            if one.parent in gone or (one.parent < 0 and _binds(pair.new, one.name)) or one.qualname in _bound(pair):
                continue
            yield _removal(pair, index, newcomers, pairs)


def _removal(pair: FilePair, index: int, newcomers: alike.Newcomers, pairs: Sequence[FilePair]) -> Suspect:
    assert pair.old is not None and pair.new is not None
    one = pair.old.definitions[index]
    inside = _inside(pair.old, index)
    successor = newcomers.successor(pair, one)
    elsewhere = "" if successor else newcomers.moved_to(pair, one)
    kind: Kind = "renamed" if successor else "moved" if elsewhere else "removed"
    what = f"renamed to {successor}" if successor else f"moved to {elsewhere}" if elsewhere else "removed"
    owner = one.qualname.rpartition(".")[0].rpartition(".")[2]
    constructor = (owner,) if one.name in ("__init__", "__new__", "constructor") and owner else ()
    return Suspect(
        kind, pair.before, pair.after, one.qualname, one.line, f"{_kind(one)} {what}", one.name,
        _words((one.name, *constructor, *(pair.old.definitions[i].name for i in inside if i != index))), inside,
        successor=successor or elsewhere, private=_is_private(one),
        confidence=_DYNAMIC if _is_dynamic(pair, one, pairs) else 1.0,
    )  # fmt: skip


def _gone(old: FileFacts, new: FileFacts) -> frozenset[int]:
    present = _names(new)
    return frozenset(index for index, one in enumerate(old.definitions) if one.qualname not in present)


def _names(facts: FileFacts | None) -> frozenset[str]:
    return frozenset(one.qualname for one in facts.definitions) if facts is not None else frozenset()


def _inside(facts: FileFacts, index: int) -> tuple[int, ...]:
    """The indices of a definition and of all definitions nested in it."""
    found = {index}
    last = facts.definitions[index].span[1]
    for position in range(index + 1, len(facts.definitions)):
        one = facts.definitions[position]
        if one.parent in found:
            found.add(position)
        elif one.span[0] > last:
            break
    return tuple(sorted(found))


def _binds(facts: FileFacts, name: str) -> bool:
    """Whether a file binds a name by an import at its top level."""
    return any(found.alias == name and found.scope < 0 and found.kind != ANNOUNCED for found in facts.imports)


def _bound(pair: FilePair) -> frozenset[str]:
    """The qualified names that a file of Python binds now, in whatever way; none of other languages."""
    return bound_names(pair.new_text) if pair.new is not None and pair.new.language == "python" else frozenset()


def _is_dynamic(pair: FilePair, gone: Definition, pairs: Sequence[FilePair]) -> bool:
    """Whether the file, or the class of a removed member, may still provide the name in another form."""
    assert pair.new is not None
    if may_be_provided(pair, gone.qualname, pairs):
        return True
    if "." in gone.qualname:
        return False
    return _may_be_given(pair, gone.name) or any(one.name == "*" and one.scope < 0 for one in pair.new.imports)


def _may_be_given(pair: FilePair, name: str) -> bool:
    """Whether a module's `__getattr__` may provide a name: the file has it in quotes, or it delegates to a module."""
    hook = next((one for one in pair.new.definitions if one.qualname == "__getattr__"), None) if pair.new else None
    if hook is None:
        return False
    body = _lines(pair.new_text, hook.span[0] + 1, hook.span[1])
    quoted = re.search(rf"['\"]{re.escape(name)}['\"]", pair.new_text)
    return quoted is not None or "getattr(" in body or "import_module" in body


def _is_private(one: Definition) -> bool:
    hidden = one.name.startswith("_") and not (one.name.startswith("__") and one.name.endswith("__"))
    return hidden or not one.exported


def _kind(one: Definition) -> str:
    return {"variable": "name"}.get(one.kind, one.kind)


def _words(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))[:_MOST_WORDS]


# --- parameters -------------------------------------------------------------------------------------------------------


def parameters(pairs: Sequence[FilePair]) -> Iterator[Suspect]:
    """Functions and methods whose parameters changed so that a call that used to fit may not fit any more."""
    for pair in pairs:
        if pair.old is None or pair.new is None:
            continue
        after = _single(pair.new)
        for name, index in _single(pair.old).items():
            if name in after:
                found = _changed_call(pair, index, after[name])
                if found is not None:
                    yield found


def _single(facts: FileFacts) -> dict[str, int]:
    """The callables by qualified name, without overloads, whose versions cannot be matched before and after."""
    found: dict[str, int] = {}
    several: set[str] = set()
    for index, one in enumerate(facts.definitions):
        if one.qualname in found:
            several.add(one.qualname)
        found[one.qualname] = index
    return {
        name: index
        for name, index in found.items()
        if name not in several and facts.definitions[index].kind in _CALLABLE
    }


def _changed_call(pair: FilePair, before: int, after: int) -> Suspect | None:
    assert pair.old is not None and pair.new is not None
    one, other = pair.old.definitions[before], pair.new.definitions[after]
    if one.signature == other.signature and len(one.signature) < 400:
        return None
    old = _taken(pair.old.language, one, pair.old_text)
    new = _taken(pair.new.language, other, pair.new_text)
    if old is None or new is None or old == new or not misfit_possible(old, new):
        return None
    sure = _certainty(pair.old.language, one, pair.old_text), _certainty(pair.new.language, other, pair.new_text)
    owner = one.qualname.rpartition(".")[0]
    constructs = one.name in ("__init__", "constructor", "__construct") and one.parent >= 0
    return Suspect(
        "parameters", pair.before, pair.after, one.qualname, other.line, f"takes {shown(new)} instead of {shown(old)}",
        one.name, _words((one.name, *((owner.rpartition(".")[2],) if constructs else ()))),
        (before, one.parent) if constructs else (before,), private=_is_private(one), call=(old, new),
        confidence=min(sure),
    )  # fmt: skip


def _taken(language: str, one: Definition, text: str) -> Parameters | None:
    if language == "python":
        return python_parameters(_lines(text, one.span[0], one.head[1]), method=one.kind == "method")
    return counted_parameters(one.signature, one.name, language) if language not in _UNCOUNTED else None


def _certainty(language: str, one: Definition, text: str) -> float:
    """The confidence that a misfit breaks: some languages ignore the argument count, decorators may change it."""
    if language in ("groovy", "javascript", "lua", "powershell", "ruby", "bash", "php", "svelte", "vue"):
        return _DYNAMIC
    if language != "python":
        return 0.95
    marks = [line.strip() for line in _lines(text, one.span[0], one.line).split("\n") if line.strip().startswith("@")]
    named = [mark[1:].partition("(")[0].strip().rpartition(".")[2] for mark in marks]
    return 1.0 if all(name in _PLAIN_DECORATORS for name in named) else _DECORATED


def _lines(text: str, first: int, last: int) -> str:
    return "\n".join(text.split("\n")[first - 1 : last])


# --- names that a file passes on --------------------------------------------------------------------------------------


def exports(pairs: Sequence[FilePair]) -> Iterator[Suspect]:
    """Names that a file no longer offers: dropped imports, names taken off its export list, or made private."""
    for pair in pairs:
        if pair.old is None or pair.new is None:
            continue
        kept = {one.name for one in pair.new.definitions if one.parent < 0}
        kept |= {found.alias or found.name for found in pair.new.imports if found.scope < 0 and found.kind != ANNOUNCED}
        lines = {
            (found.alias or found.name): found.line
            for found in reversed(pair.old.imports)
            if found.scope < 0 and found.name != "*" and "." not in found.alias and found.kind != ANNOUNCED
        }
        withdrawn = set(pair.old.exports) - set(pair.new.exports) if pair.new.exports else set()
        hidden = _hidden(pair.old, pair.new) | (withdrawn & kept)
        stars = any(found.name == "*" for found in pair.new.imports)
        missing = lines.keys() - kept
        missing -= _bound(pair) if missing else frozenset()
        for name in sorted(missing | hidden):
            unsure = stars or _may_be_given(pair, name) or (name in missing and may_be_provided(pair, name, pairs))
            line = lines.get(name) or next((one.line for one in pair.old.definitions if one.name == name), 0)
            yield Suspect(
                "unexported", pair.before, pair.after, name, line, "not offered by this file any more", name, (name,),
                confidence=_DYNAMIC if unsure else 1.0, private=True,
            )  # fmt: skip


def _hidden(old: FileFacts, new: FileFacts) -> set[str]:
    """Definitions that are still there, but were public and are now private to the file."""
    public = {one.qualname for one in old.definitions if one.parent < 0 and one.exported}
    return {one.name for one in new.definitions if one.parent < 0 and not one.exported and one.qualname in public}


PROVIDERS: tuple[Provider, ...] = (files, definitions, parameters, exports, outputs, columns)
"""Every provider; their order does not matter."""
