"""Shell scripts, makefiles and Dockerfiles: their commands, with variables that the same file sets filled in.

Nothing is executed: an assignment of a literal is remembered, a loop over literals gives one command for each, and
anything else that a shell would compute becomes a hole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product

from ctxpack.datamodel.jobs import CLOSE, OPEN, Given, JobFacts, Run
from ctxpack.parse.jobs import commands
from ctxpack.parse.jobs.notation import HOLE, filled, hole, opened

MOST_RUNS = 24
_LONGEST = 400_000
_PIECE = re.compile(
    r"(?P<blank>[ \t\r]+|\\\r?\n)"
    r"|'(?P<single>[^']*)'"
    r'|"(?P<double>(?:[^"\\]|\\.)*)"'
    r"|(?P<computed>\$\((?:[^()]|\([^()]*\))*\)|`[^`]*`)"
    r"|\\(?P<escaped>.)"
    r"|(?P<end>[;&|()\n]+)"
    r"|(?P<redirect>\d*[<>]+&?)"
    rf"|(?P<plain>[^\s'\"\\`;&|()<>{OPEN}]+|{OPEN}[^{CLOSE}]*{CLOSE}|.)",
    re.DOTALL,
)
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_SKIPPED = frozenset({"do", "then", "else", "if", "elif", "while", "time", "exec", "sudo", "nohup", "!", "{"})
_DECLARING = frozenset({"export", "local", "readonly", "declare", "typeset"})
_TELLING = re.compile(r"\.py\b|\.ipynb\b|\bpython\S* -m ")
_MAKE_VARIABLE = re.compile(r"(?:export\s+|override\s+)*([\w.-]+)\s*(?:[:?+!]|::)?=\s*(.*)")
_MAKE_REFERENCE = re.compile(r"\$[({](\w+)[)}]")
_INSTRUCTION = re.compile(r"\s*(ENV|ARG|CMD|ENTRYPOINT|RUN)\s+(.*)", re.IGNORECASE | re.DOTALL)

Variables = dict[str, tuple[str, ...]]


def read_script(text: str) -> JobFacts:
    """The runs that a shell script states."""
    return JobFacts(tuple(runs(text))) if len(text) <= _LONGEST else JobFacts()


def read_makefile(text: str) -> JobFacts:
    """The runs that the recipes of a makefile state."""
    variables: Variables = {}
    recipes: list[str] = []
    for line in text[:_LONGEST].split("\n"):
        goes_on = bool(recipes) and recipes[-1].endswith("\\")
        recipe = goes_on or line.startswith(("\t", "    "))
        found = None if recipe else _MAKE_VARIABLE.match(line)
        if found is not None:
            variables[found[1]] = (_MAKE_REFERENCE.sub(lambda one: hole(f"env.{one[1]}"), found[2].strip()),)
        plain = _MAKE_REFERENCE.sub(lambda one: hole(f"env.{one[1]}"), line.replace("$$", "$")) if recipe else ""
        recipes.append(plain if goes_on else plain.lstrip(" \t@-+"))
    return JobFacts(tuple(runs("\n".join(recipes), variables=variables)))


def read_dockerfile(text: str) -> JobFacts:
    """The runs that a Dockerfile's commands state."""
    found: list[Run] = []
    environment: list[Given] = []
    start, whole = 1, ""
    for number, line in enumerate(text[:_LONGEST].split("\n"), 1):
        start = start if whole else number
        whole += line.removesuffix("\\") + " "
        if line.rstrip().endswith("\\"):
            continue
        match, whole = _INSTRUCTION.match(whole), ""
        if match is None:
            continue
        if match[1].upper() in ("ENV", "ARG"):
            environment += _environment(match[2].strip(), start)
        else:
            found += runs(" ".join(_listed(match[2])), start, environment=environment)
    return JobFacts(tuple(found))


def _environment(text: str, line: int) -> list[Given]:
    pairs = re.findall(r"(\w+)=(\"[^\"]*\"|\S*)", text) or [tuple(text.split(None, 1))]
    return [Given(pair[0], opened(pair[1].strip('"')), line) for pair in pairs if len(pair) == 2]


def _listed(text: str) -> list[str]:
    """The words of a Dockerfile instruction in JSON list form; any other text as the only element."""
    try:
        listed = json.loads(text)
    except ValueError:
        return [text]
    return [f"'{one}'" for one in listed] if isinstance(listed, list) else [text]


def runs(
    text: str,
    first_line: int = 1,
    *,
    variables: Variables | None = None,
    environment: Sequence[Given] = (),
) -> list[Run]:
    """The runs in a text of shell commands.

    `variables` are set before it; `environment` are the environment variables of its process.
    """
    if not _TELLING.search(text):
        return []
    known: Variables = {one.name: (one.value,) for one in environment}
    known.update(variables or {})
    exported = list(environment)
    found: list[Run] = []
    for words in _statements(opened(text), first_line):
        while words and words[0].value in _SKIPPED:
            words = words[1:]  # noqa: PLW2901  (a keyword before a command is no part of it)
        if not words or len(found) >= MOST_RUNS:
            continue
        if words[0].value == "for" and len(words) > 3 and words[2].value == "in":
            listed = [text for word in words[3:] for one in _values(word.value, known) for text in one.split()]
            known[words[1].value] = tuple(dict.fromkeys(listed))[:MOST_RUNS]
        elif _assigns(words, known, exported):
            continue
        else:
            found.extend(_run_of(words, known, exported))
    return found[:MOST_RUNS]


def _assigns(words: Sequence[Given], known: Variables, exported: list[Given]) -> bool:
    """Apply a statement that only sets variables; False for any other."""
    declaring = words[0].value in _DECLARING
    rest = words[1:] if declaring else words
    matches = [(_ASSIGNED.fullmatch(word.value), word) for word in rest]
    if not matches or (not declaring and any(match is None for match, _ in matches)):
        return False
    for match, word in matches:
        if match is not None:
            known[match[1]] = _values(match[2], known)
            if words[0].value == "export":
                exported.append(Given(match[1], known[match[1]][0], word.line))
    return True


def _values(text: str, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """A text with variables filled in; several texts where a variable has several values."""
    names = [name for name in dict.fromkeys(match[1] for match in HOLE.finditer(text)) if name[4:] in known]
    ways = product(*(known[name[4:]] for name in names))
    return tuple(filled(text, dict(zip(names, way, strict=True)).get) for way in islice(ways, MOST_RUNS))


def _run_of(words: Sequence[Given], known: Variables, exported: Sequence[Given]) -> Iterator[Run]:
    """The runs of one command, one for each value of a variable that has several."""
    used = dict.fromkeys(match[1] for word in words for match in HOLE.finditer(word.value) if match[1][4:] in known)
    for way in islice(product(*(known[name[4:]] for name in used)), MOST_RUNS):
        values = dict(zip(used, way, strict=True))
        spelled: list[Given] = []
        for word in words:
            text = filled(filled(word.value, values.get), lambda name: (known.get(name[4:]) or (None,))[0])
            parts = text.split() if HOLE.fullmatch(word.value) and " " in text else [text]
            spelled += [Given("", part, word.line) for part in parts]
        found = commands.run_of(spelled, exported)
        if found is not None:
            yield found


def _statements(text: str, first_line: int) -> Iterator[list[Given]]:
    """The words of each simple command."""
    reading = _Reading(first_line)
    for match in _PIECE.finditer(text):
        if reading.take(match) and reading.words:
            yield reading.words
            reading.words = []
    reading.close()
    if reading.words:
        yield reading.words


class _Reading:
    """The state of splitting a text into commands: the words so far, and the current word."""

    def __init__(self, line: int) -> None:
        self.words: list[Given] = []
        self._word: str | None = None
        self._line = self._begun = line
        self._skips = self._comments = False

    def take(self, match: re.Match[str]) -> bool:
        """Consume the next piece; gives whether it ends a command."""
        kind, piece = match.lastgroup, match[0]
        ended = "\n" in piece if self._comments else kind == "end"
        if self._comments:
            self._comments = not ended
        elif kind == "plain" and piece.startswith("#") and self._word is None:
            self._comments = True
        elif kind in ("blank", "end", "redirect"):
            self.close()
            self._skips = kind == "redirect" or (self._skips and kind == "blank")
        else:
            self._begun = self._line if self._word is None else self._begun
            self._word = (self._word or "") + _spelled(match)
        self._line += piece.count("\n")
        return ended

    def close(self) -> None:
        """End the current word; the target of a redirection is dropped."""
        if self._word is not None and not self._skips:
            self.words.append(Given("", self._word, self._begun))
        if self._word is not None:
            self._skips = False
        self._word = None


def _spelled(match: re.Match[str]) -> str:
    if match["computed"] is not None:
        return hole("command")
    for name in ("single", "escaped", "plain"):
        if match[name] is not None:
            return match[name]
    return re.sub(r"\\(.)", r"\1", match["double"])
