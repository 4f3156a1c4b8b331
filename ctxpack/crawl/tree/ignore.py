"""Ignore rules: which paths are left out, with the reason in a sentence.

Rules come from three places: ignore files in the tree (`.ctxpackignore`, and `.gitignore` where git is not there to
apply it) and the caller's settings, both in gitignore syntax, and a table of directories that tools fill. As in git,
the last matching pattern of the deepest file decides, and nothing below an excluded directory can be included again.
Only `include` differs: a later pattern of it may take out, or bring back, what is below a directory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ctxpack.crawl.tree.settings import CrawlSettings
from ctxpack.errors import ConfigError
from ctxpack.model import Problem

TOOL_DIRECTORIES = {
    ".git": "version control data",
    ".hg": "version control data",
    ".svn": "version control data",
    ".bzr": "version control data",
    ".jj": "version control data",
    "CVS": "version control data",
    "node_modules": "installed packages",
    "bower_components": "installed packages",
    "site-packages": "installed packages",
    ".venv": "a virtual environment",
    ".eggs": "installed packages",
    ".tox": "test environments",
    ".nox": "test environments",
    "__pycache__": "compiled Python",
    "__pypackages__": "installed packages",
    ".mypy_cache": "a tool's cache",
    ".pytest_cache": "a tool's cache",
    ".ruff_cache": "a tool's cache",
    ".pytype": "a tool's cache",
    ".hypothesis": "a tool's cache",
    ".ipynb_checkpoints": "editor checkpoints",
    ".gradle": "a tool's cache",
    ".terraform": "a tool's cache",
    ".serverless": "a tool's cache",
    ".next": "build output",
    ".nuxt": "build output",
    ".svelte-kit": "build output",
    ".turbo": "a tool's cache",
    ".parcel-cache": "a tool's cache",
    ".nyc_output": "a tool's output",
    ".cache": "a tool's cache",
    ".direnv": "a tool's cache",
    ".idea": "editor state",
    ".vs": "editor state",
    ".bloop": "a tool's cache",
    ".metals": "a tool's cache",
    "spark-warehouse": "tables of a local Spark session",
    "metastore_db": "tables of a local Spark session",
}
"""Directories that tools create and nobody edits; listed only if git tracks files in them."""

OUTPUT_BESIDE = {
    "target": ("dbt_project.yml", "Cargo.toml", "pom.xml", "build.sbt"),
    "logs": ("dbt_project.yml",),
    "dbt_packages": (),
}
"""Directories that are build output only if one of these files is next to them."""


_SPECIAL = frozenset("\\*?[!# ")
_UNWRITABLE = frozenset("\t\n\v\f\r")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One compiled pattern.

    `below` is set for a pattern that ends in "/**", which matches everything below a directory but not the directory.
    `directories` is set if only directories match and the regular expression does not say so itself. `label` names the
    pattern in reasons.
    """

    regex: Any
    exclude: bool
    label: str
    below: bool
    directories: bool


class Patterns:
    """The patterns of one ignore file or setting."""

    def __init__(self, patterns: list[_Pattern]) -> None:
        """Take compiled patterns, in the order of their lines."""
        self._patterns = patterns
        self._directories: dict[str, int] = {"": -1}

    def decide(self, path: str, *, directory: bool) -> tuple[bool, str] | None:
        """Give (whether it excludes, its label) for the last pattern that matches `path`; None where none matches.

        Only matches of this exact path count: the caller checks the directories above it first.
        """
        return self._decision(self._last(path, directory=directory))

    def decide_with_above(self, path: str) -> tuple[bool, str] | None:
        """Give the same for the last pattern that matches the file at `path` or any directory above it."""
        above = self._last_above(path.rpartition("/")[0])
        return self._decision(max(above, self._last(path, directory=False)))

    def _decision(self, position: int) -> tuple[bool, str] | None:
        return (self._patterns[position].exclude, self._patterns[position].label) if position >= 0 else None

    def _last_above(self, directory: str) -> int:
        """Give the position of the last pattern that matches a directory or one above it; -1 where none does."""
        known = self._directories.get(directory)
        if known is None:
            known = max(self._last_above(directory.rpartition("/")[0]), self._last(directory, directory=True))
            self._directories[directory] = known
        return known

    def _last(self, path: str, *, directory: bool) -> int:
        """Give the position of the last pattern that matches exactly this path; -1 where none does."""
        slashed = path + "/" if directory else path
        for position in range(len(self._patterns) - 1, -1, -1):
            pattern = self._patterns[position]
            if pattern.directories and not directory:
                continue
            candidate = path if pattern.below else slashed
            if not pattern.regex.pattern.startswith("^"):
                # Patterns such as "*/" apply to the last segment alone.
                candidate = candidate[path.rfind("/") + 1 :]
            match = pattern.regex.search(candidate)
            if match is None:
                continue
            slash = match.end("ps_d") if "ps_d" in pattern.regex.groupindex else -1
            if slash in (-1, len(candidate)):
                return position
        return -1


def compile_patterns(lines: Iterable[str], label: Callable[[int, str], str]) -> tuple[Patterns | None, list[str]]:
    """Compile gitignore lines; `label` names a pattern by its line number and text.

    Gives None where there is no pattern at all, and a sentence for each line that is not a pattern.
    """
    good: list[_Pattern] = []
    bad: list[str] = []
    for number, line in enumerate(lines, 1):
        text = line.rstrip("\r\n")
        if not text.strip() or text.startswith("#"):
            continue
        pattern = _compiled(text, label(number, text))
        if pattern is None:
            bad.append(f"line {number} is not a pattern: {text}")
        else:
            good.append(pattern)
    return (Patterns(good) if good else None), bad


def _compiled(text: str, label: str) -> _Pattern | None:
    from pathspec import GitIgnoreSpec

    bare = text.rstrip()
    directories = bare.endswith("/**/")
    try:
        found = next(iter(GitIgnoreSpec.from_lines([bare[:-1] if directories else text]).patterns))
    except (ValueError, StopIteration):
        return None
    if found.regex is None:
        return None
    return _Pattern(found.regex, bool(found.include), label, directories or bare.endswith("/**"), directories)


def _setting(name: str, patterns: tuple[str, ...]) -> Patterns | None:
    compiled, bad = compile_patterns(patterns, lambda _number, text: f'{name} "{text}"')
    if bad:
        raise ConfigError(f"{name} has a value that is not a gitignore pattern ({bad[0]})")
    return compiled


def literal_prefix(pattern: str) -> str:
    """Give the leading segments of a pattern that have no wildcard, without slashes at the ends.

    >>> literal_prefix("/target/run/*.sql"), literal_prefix("*.sql"), literal_prefix("a/b.py")
    ('target/run', '', 'a/b.py')
    """
    segments: list[str] = []
    for segment in pattern.strip().strip("/").split("/"):
        if any(mark in segment for mark in "*?[\\!") or not segment:
            break
        segments.append(segment)
    return "/".join(segments)


def escaped(path: str) -> str:
    r"""Give a path escaped for use in a pattern, for example after a "/".

    White space other than blanks cannot be escaped in a pattern; it becomes "?".

    >>> escaped("out[1]/#a b.py")
    'out\\[1]/\\#a\\ b.py'
    """
    return "".join("?" if char in _UNWRITABLE else f"\\{char}" if char in _SPECIAL else char for char in path)


class Rules:
    """All ignore rules of one listing; decisions about directories are cached."""

    def __init__(self, settings: CrawlSettings) -> None:
        """Compile the settings' patterns.

        Raises:
            ConfigError: one of them is not a gitignore pattern.

        """
        self._include = _setting("include", settings.include)
        self._exclude = _setting("extend-exclude", settings.extend_exclude)
        self._cache = settings.cache
        self._cache_names = settings.cache_names
        prefixes = (literal_prefix(pattern) for pattern in settings.include)
        self._requests = tuple(sorted({prefix for prefix in prefixes if prefix}))
        self._bare_requests = frozenset(p for p in settings.include if literal_prefix(p) == p and "/" not in p)
        self._files: dict[str, list[tuple[Patterns, bool]]] = {}
        self._allowed: frozenset[str] = frozenset()
        # Ignored directories that are entered only to reach requested paths below them, with the reason for ignoring.
        self._passages: dict[str, str] = {}
        self._directories: dict[str, str] = {"": ""}

    def add_file(self, directory: str, name: str, text: str) -> list[Problem]:
        """Add the ignore file `name` of `directory` ("" is the root); gives a problem for each bad line."""
        path = f"{directory}/{name}" if directory else name
        compiled, bad = compile_patterns(text.split("\n"), lambda number, line: f'{path}:{number} "{line.strip()}"')
        if compiled is not None:
            self._files.setdefault(directory, []).append((compiled, name == ".gitignore"))
        return [Problem(path, message) for message in bad]

    def requested(self, path: str) -> bool:
        """Whether `include` names `path`, or something below it, without wildcards, which overrides ignore files."""
        if path.rpartition("/")[2] in self._bare_requests:
            return True
        return any(prefix == path or prefix.startswith(path + "/") for prefix in self._requests)

    def allow(self, directory: str) -> None:
        """List a directory even if a `.gitignore` excludes it; every other rule still applies."""
        self._allowed |= {directory}
        self._directories = {"": ""}

    def why_out(self, path: str, *, directory: bool = False) -> str:
        """Give why a path is left out, "" if it is listed; everything below an excluded directory is left out."""
        parent = path.rpartition("/")[0]
        reason = self._why_directory(parent) or self._own(path, directory=directory)
        if reason or directory or self._include is None:
            return reason
        decided = self._include.decide_with_above(path)
        return "" if decided is not None and decided[0] else "not matched by include"

    def is_cache(self, path: str) -> bool:
        """Whether a path is a file of ctxpack's own cache; such files come and go from run to run."""
        directory, _, name = path.rpartition("/")
        return directory == self._cache and any(fnmatchcase(name, pattern) for pattern in self._cache_names)

    def _why_directory(self, directory: str) -> str:
        known = self._directories.get(directory)
        if known is None:
            known = self._why_directory(directory.rpartition("/")[0]) or self._own(directory, directory=True)
            self._directories[directory] = known
        return known

    def enter(self, directory: str, reason: str) -> None:
        """Enter an ignored directory that is requested or has something requested below it; list nothing else in it."""
        if directory not in self._requests and directory.rpartition("/")[2] not in self._bare_requests:
            self._passages[directory] = reason

    def _own(self, path: str, *, directory: bool) -> str:
        if self._exclude is not None:
            decided = self._exclude.decide(path, directory=directory)
            if decided is not None and decided[0]:
                return f"excluded by {decided[1]}"
        reason = self._passages.get(path.rpartition("/")[0], "") or self._ignored(path, directory=directory)
        if reason and self._requests and self.requested(path):
            if directory:
                self.enter(path, reason)
            return ""
        return reason

    def _ignored(self, path: str, *, directory: bool) -> str:
        """Give the reason from the deepest ignore file that decides about a path; "" if that does not ignore it."""
        if not self._files:
            return ""
        above = path
        while above:
            above = above.rpartition("/")[0]
            inner = path[len(above) + 1 :] if above else path
            for patterns, is_git in reversed(self._files.get(above, ())):
                decided = None if is_git and path in self._allowed else patterns.decide(inner, directory=directory)
                if decided is not None:
                    return f"ignored by {decided[1]}" if decided[0] else ""
        return ""


def why_tool_directory(name: str, has: Callable[[str], bool], beside: Callable[[str], bool]) -> str:
    """Give why an untracked directory counts as filled by a tool; "" where it does not.

    `has` and `beside` tell whether a file of a given name is in the directory, or next to it.
    """
    if name in TOOL_DIRECTORIES:
        return TOOL_DIRECTORIES[name]
    for marker in OUTPUT_BESIDE.get(name, ()):
        if beside(marker):
            return f"build output beside {marker}"
    if name.endswith(".egg-info"):
        return "build output"
    return "a virtual environment (pyvenv.cfg)" if has("pyvenv.cfg") else ""
