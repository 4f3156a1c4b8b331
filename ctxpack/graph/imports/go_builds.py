"""Builds of Go: which files can be compiled together, by their constraints and the platforms that their names end with.

A constraint is an expression over tags, as `//go:build` has it. Two files can be parts of one build if some choice of
tags meets both of their constraints, where a build has one operating system and one architecture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

_UNIX = frozenset("aix android darwin dragonfly freebsd hurd illumos ios linux netbsd openbsd solaris".split())
_SYSTEMS = _UNIX | frozenset("js nacl plan9 wasip1 windows zos".split())
_MACHINES = frozenset(
    """386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x sparc64 wasm""".split()
)
_IMPLIED = {"android": "linux", "illumos": "solaris", "ios": "darwin"}
"""Systems that count as another, too."""

_USUAL = frozenset({"cgo", "gc"})
_USUAL_SYSTEM, _USUAL_MACHINE = "linux", "amd64"
_TOKEN = re.compile(r"\s*(&&|\|\||[!()]|[\w.]+)")
_MOST_FREE = 6
"""Tags besides platforms of which all choices are tried; of more, files are taken for parts of one build."""

_DEEPEST = 40

Expression = tuple[str, tuple["Expression", ...]] | str
"""A tag, or an operator and what it is applied to."""


def constraint(path: str, written: str) -> str:
    """The whole constraint of a file: what is `written` in it, and what its name says; "" for none.

    >>> constraint("sys/open_linux_arm64_test.go", "cgo || race"), constraint("linux.go", "")
    ('linux && arm64 && (cgo || race)', '')
    """
    stem = path.rpartition("/")[2].removesuffix(".go").removesuffix("_test")
    parts = stem.split("_")[1:]
    last, before = (["", "", *parts])[-1], (["", "", *parts])[-2]
    said = [before] if before in _SYSTEMS and last in _MACHINES else []
    said += [last] if last in _SYSTEMS or last in _MACHINES else []
    return " && ".join([*said, f"({written})"] if written and said else [*said, written] if written else said)


@lru_cache(maxsize=4096)
def together(one: str, other: str) -> bool:
    """Whether two files of these constraints can be parts of one build.

    >>> together("linux && cgo", "unix"), together("linux", "windows"), together("a || b", "!a && !b")
    (True, False, False)
    """
    if not one or not other:
        return True
    first, second = _read(one), _read(other)
    if len(_free(one, other)) > _MOST_FREE:
        return True
    return any(_holds(first, build) and _holds(second, build) for build in _builds(one, other))


@lru_cache(maxsize=4096)
def usual(asker: str, other: str) -> bool:
    """Whether a file of the constraint `other` is part of the most usual build that has one of the constraint `asker`.

    >>> usual("", "linux"), usual("", "integration"), usual("windows", "!cgo"), usual("integration", "integration")
    (True, False, False, True)
    """
    wanted, found = _read(asker), _read(other)
    for build in _builds(asker, other):
        if _holds(wanted, build):
            return _holds(found, build)
    return False


def _builds(*constraints: str) -> Iterator[frozenset[str]]:
    """Choices of tags that differ for these constraints, the most usual first."""
    tags = _tags(*constraints)
    systems = [_USUAL_SYSTEM, *(tag for tag in tags if tag in _SYSTEMS and tag != _USUAL_SYSTEM), "windows", "aix", ""]
    machines = [_USUAL_MACHINE, *(tag for tag in tags if tag in _MACHINES and tag != _USUAL_MACHINE), ""]
    free = _free(*constraints)
    choices = [(tag, "") if _is_usual(tag) else ("", tag) for tag in free[:_MOST_FREE]]
    for rest in product(*choices):
        for machine, system in product(machines, systems):
            implied = ("unix" if system in _UNIX else "", _IMPLIED.get(system, ""))
            yield frozenset((*rest, machine, system, *implied))


def _tags(*constraints: str) -> list[str]:
    return sorted({tag for text in constraints for tag in _TOKEN.findall(text) if tag[0].isalnum() or tag[0] == "_"})


def _free(*constraints: str) -> list[str]:
    """The tags that say nothing of the platform."""
    return [tag for tag in _tags(*constraints) if tag not in _SYSTEMS and tag not in _MACHINES and tag != "unix"]


def _is_usual(tag: str) -> bool:
    return tag in _USUAL or tag.startswith("go1.")


def _holds(expression: Expression | None, build: frozenset[str]) -> bool:
    if expression is None:
        return True
    if isinstance(expression, str):
        return expression in build
    operator, operands = expression
    if operator == "!":
        return not _holds(operands[0], build)
    return (all if operator == "&&" else any)(_holds(one, build) for one in operands)


@lru_cache(maxsize=4096)
def _read(text: str) -> Expression | None:
    """The expression in a text; None for none, or for what is none, which holds always."""
    tokens = _TOKEN.findall(text)
    if len(tokens) > 10 * _DEEPEST:
        return None
    found, rest = _operands(tokens, "||", 0)
    return found if not rest else None


def _operands(tokens: list[str], operator: str, depth: int) -> tuple[Expression | None, list[str]]:
    """What an operator joins at the beginning of some tokens, and the tokens after that."""
    joined: list[Expression] = []
    while True:
        one, tokens = _operands(tokens, "&&", depth) if operator == "||" else _operand(tokens, depth)
        if one is None:
            return None, ["?"]
        joined.append(one)
        if tokens[:1] != [operator]:
            return joined[0] if len(joined) == 1 else (operator, tuple(joined)), tokens
        tokens = tokens[1:]


def _operand(tokens: list[str], depth: int) -> tuple[Expression | None, list[str]]:
    first, rest = (tokens[0], tokens[1:]) if tokens else ("", [])
    if depth > _DEEPEST:
        return None, rest
    if first == "!":
        inner, rest = _operand(rest, depth + 1)
        return (("!", (inner,)) if inner is not None else None), rest
    if first == "(":
        inner, rest = _operands(rest, "||", depth + 1)
        return (inner, rest[1:]) if rest[:1] == [")"] else (None, rest)
    return (first, rest) if first and first not in ("&&", "||", ")") else (None, rest)
