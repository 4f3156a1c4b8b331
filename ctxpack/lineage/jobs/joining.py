"""Joins the runs stated in all files of a repository, resolving placeholders across files, by program.

Variables have values per deployment target, a name may be an alias of another, and a run may start a job that another
file defines; its parameters then override those of the definition. Placeholders without a value stay.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from ctxpack.datamodel.jobs import CLOSE, OPEN, Given, JobFacts, Run
from ctxpack.lineage.jobs.places import Places

_HOLE = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")
_BUNDLE = re.compile(r"(?:^|/)(?:databricks|bundle)\.ya?ml$")
_SPOKEN = re.compile(
    r"^(?:module|data|local|locals|each|var|vars|env|github|secrets|inputs|matrix|job\.parameters|dag_run)\."
)
_PARAMETER = "job.parameters."
_MOST_RUNS = 24
_OF_WORKSPACE = f"{OPEN}workspace."
_DEEPEST = 6
_NO_NAME = re.compile(r"(?:_?job)?_?(?:name|id|key)?$")


def launches(
    files: Sequence[tuple[str, JobFacts]], stated: Sequence[Run], paths: Iterable[str]
) -> dict[str, tuple[Run, ...]]:
    """The runs of each program, by path; `stated` are those that programs launch, `paths` all possible programs.

    The `entry` of each run becomes the name of the function that it calls in the program, "" for none.
    """
    scopes = _Scopes(files)
    entries = {posixpath.dirname(path): facts.entries for path, facts in files if facts.entries}
    places = Places(paths, entries)
    runs = [_owned(run, path) for path, facts in files for run in facts.runs]
    runs = [scopes.resolved(_owned(run, run.path)) for run in (*runs, *stated)]
    found: dict[str, list[Run]] = defaultdict(list)
    for run in _with_jobs(runs, scopes):
        for path, function in places.of(run):
            found[path].append(_closed(msgspec.structs.replace(run, entry=function)))
    return {path: kept for path, them in sorted(found.items()) if (kept := _distinct(them))}


def _owned(run: Run, path: str) -> Run:
    """The run with the path of its file filled in, also for each of its values."""
    owner = run.path or path

    def own(them: tuple[Given, ...]) -> tuple[Given, ...]:
        return tuple(one if one.path else msgspec.structs.replace(one, path=owner) for one in them)

    return msgspec.structs.replace(
        run, path=owner, words=own(run.words), options=own(run.options), settings=own(run.settings),
        environment=own(run.environment), defaults=own(run.defaults),
    )  # fmt: skip


class _Scopes:
    """The variables visible to the runs of a file (those of its bundle or folder, by target), and name aliases."""

    def __init__(self, files: Sequence[tuple[str, JobFacts]]) -> None:
        self._bundles = sorted((posixpath.dirname(path) for path, _ in files if _BUNDLE.search(path)), key=len)
        self._variables: dict[str, dict[str, str]] = defaultdict(dict)
        self._targets: dict[str, list[dict[str, str]]] = defaultdict(list)
        links: dict[str, set[str]] = defaultdict(set)
        for path, facts in files:
            scope = self._scope(path)
            self._variables[scope].update({one.name: one.value for one in facts.variables})
            self._targets[scope].extend({one.name: one.value for one in them} for _, them in facts.targets)
            for name, meant in facts.links:
                links[name].add(meant)
        self._links = {name: next(iter(them)) for name, them in links.items() if len(them) == 1}

    def _scope(self, path: str) -> str:
        folder = posixpath.dirname(path)
        if path.endswith((".tf", ".tofu", ".hcl")):
            return f"terraform:{folder}"
        inside = [one for one in self._bundles if not one or folder == one or folder.startswith(f"{one}/")]
        return inside[-1] if inside else folder

    def resolved(self, run: Run) -> Run:
        """The run with variables replaced by their values in the default deployment target.

        Other targets have the same datasets under other names, and the programs' own defaults fit the default target
        too. A value that depends on the workspace (on who deploys it) does not replace a complete one.
        """
        scope = self._scope(run.path)
        targets, values = self._targets[scope], dict(self._variables[scope])
        chosen = next((one for one in targets if "default" in one), targets[0] if targets else {})
        open_before = {name for name, value in values.items() if _OF_WORKSPACE in value}
        values.update(
            {
                name: value
                for name, value in chosen.items()
                if _OF_WORKSPACE not in value or name not in values or name in open_before
            }
        )
        return _filled(run, values)

    def linked(self, text: str) -> str:
        """A text with aliased placeholder names replaced by the names that they stand for."""

        def link(match: re.Match[str]) -> str:
            meant = self._links.get(match[1][4:]) if match[1].startswith("env.") else None
            return match[0] if meant is None else f"{OPEN}{meant}{CLOSE}"

        return _HOLE.sub(link, text)


def _filled(run: Run, values: Mapping[str, str]) -> Run:
    def fill(text: str) -> str:
        for _ in range(_DEEPEST):
            after = _HOLE.sub(lambda match: values.get(match[1], match[0]), text)
            if after == text or len(after) > 10_000:
                break
            text = after
        return text

    return _changed(run, fill)


def _changed(run: Run, change: Callable[[str], str]) -> Run:
    """The run with `change` applied to its texts."""

    def each(them: tuple[Given, ...]) -> tuple[Given, ...]:
        return tuple(
            msgspec.structs.replace(one, value=change(one.value)) if OPEN in one.value else one for one in them
        )

    return msgspec.structs.replace(
        run, program=change(run.program), job=change(run.job), words=each(run.words), options=each(run.options),
        settings=each(run.settings), environment=each(run.environment), defaults=each(run.defaults),
    )  # fmt: skip


# --- jobs that are run by name ----------------------------------------------------------------------------------------


def _with_jobs(runs: Sequence[Run], scopes: _Scopes) -> list[Run]:
    """All runs of programs; a run that names a job becomes a run of that job's program, with its own parameters.

    A job definition whose parameters are all overridden is no run by itself.
    """
    defined = [_changed(run, scopes.linked) for run in runs if run.program]
    by_name: dict[str, list[int]] = defaultdict(list)
    for number, run in enumerate(defined):
        for name in run.names:
            by_name[_spelled(name)].append(number)
    found: list[Run] = []
    replaced: set[int] = set()
    for run in runs:
        if run.program:
            continue
        linked = _changed(run, scopes.linked)
        for number in by_name.get(_job_of(linked.job, by_name), ()):
            base = defined[number]
            own = {_spelled(one.name) for one in linked.options}
            if all(_spelled(one.name) in own for one in base.options if one.value) and (own or linked.words):
                replaced.add(number)
            found.append(_replaced(base, linked))
        if not by_name.get(_job_of(linked.job, by_name)):
            found.append(msgspec.structs.replace(linked, program=_stem(run.job)))
    kept = [run for number, run in enumerate(defined) if number not in replaced]
    return [_pushed_down(run) for run in (*kept, *found)]


def _job_of(job: str, by_name: Mapping[str, Sequence[int]]) -> str:
    """The normalised name of the defined job that `job` refers to; "" for none."""
    meant = _HOLE.fullmatch(job)
    names = [job] if meant is None else [meant[1].rpartition(".")[0], meant[1].rpartition(".")[0].rpartition(".")[2]]
    return next((spelled for name in names if (spelled := _spelled(name)) in by_name), "")


def _stem(job: str) -> str:
    """The likely name of a job's program, from the name of the job."""
    name = _HOLE.sub(lambda match: match[1].rpartition(".")[2], job)
    return _NO_NAME.sub("", name.strip().replace("-", "_").replace(" ", "_").lower())


def _spelled(name: str) -> str:
    return _HOLE.sub("", name).strip(" -_").replace("-", "_").lower()


def _replaced(base: Run, run: Run) -> Run:
    """The run of a job definition with its parameters overridden by those of another run."""
    own = {_spelled(one.name) for one in run.options}
    options = (*(one for one in base.options if _spelled(one.name) not in own), *run.options)
    return msgspec.structs.replace(
        base, tool=run.tool, options=options, words=run.words or base.words, path=run.path, line=run.line,
        settings=(*base.settings, *run.settings), environment=(*base.environment, *run.environment),
    )  # fmt: skip


def _pushed_down(run: Run) -> Run:
    """The run with the default parameters of its job added, and references to them in its values resolved."""
    if not run.defaults:
        return run
    given = {one.name: one for one in run.options}
    values = {f"{_PARAMETER}{one.name}": one.value for one in run.defaults}
    values.update({f"{_PARAMETER}{name}": one.value for name, one in given.items() if _PARAMETER not in one.value})
    more = tuple(one for one in run.defaults if one.name not in given)
    return _filled(msgspec.structs.replace(run, options=(*run.options, *more)), values)


# --- what is left -----------------------------------------------------------------------------------------------------


def _closed(run: Run) -> Run:
    """The run with plain names for unresolved placeholders, since a dot would split the name of a table."""
    return _changed(run, lambda text: _HOLE.sub(lambda match: f"{OPEN}{_named(match[1])}{CLOSE}", text))


def _named(name: str) -> str:
    return re.sub(r"\W+", "_", _SPOKEN.sub("", name)).strip("_") or "value"


def _distinct(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The runs with any values, without duplicates, at most `_MOST_RUNS`."""
    seen: dict[tuple[object, ...], Run] = {}
    for run in sorted(runs, key=lambda one: (one.path, one.line)):
        given = tuple(tuple((one.name, one.value) for one in them if one.value) for them in _groups(run))
        if any(given) or run.entry:
            seen.setdefault((run.entry, *given), run)
    return tuple(seen.values())[:_MOST_RUNS]


def _groups(run: Run) -> tuple[tuple[Given, ...], ...]:
    return run.words, run.options, run.settings, run.environment
