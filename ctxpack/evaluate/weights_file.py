"""Writes fitted weights into the user's settings file without changing anything else in it.

The file is edited as text: only the table of weights is replaced, or appended. Unusual files (weights in another form,
or with the user's comments) are refused. The result is parsed again, and must have the new weights and be otherwise the
same as before.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ctxpack import writing
from ctxpack.config import OWN_FILE, SHARED_FILE
from ctxpack.errors import ConfigError

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_MARK = "# Fitted by `ctxpack tune`"
_TABLES = {OWN_FILE: "weights", SHARED_FILE: "tool.ctxpack.weights"}


def place(root: Path) -> Path:
    """The file to write weights to: the one with the settings, or else `ctxpack.toml`, which may not exist yet."""
    own, shared = root / OWN_FILE, root / SHARED_FILE
    if own.exists() or not shared.is_file():
        return own
    text = _read(shared)
    return shared if "ctxpack" in text and _taken(_parsed(text), "tool.ctxpack") is not None else own


def table(weights: Mapping[str, float], name: str, remark: str, kept: Mapping[str, float] | None = None) -> str:
    """The text of the table `name`, one weight a line: those `kept`, then a comment ending in `remark`, the rest."""
    own = [f"{_dotted(key)} = {_number(worth)}" for key, worth in sorted((kept or {}).items())]
    lines = [f"{_dotted(key)} = {worth:g}" for key, worth in sorted(weights.items())]
    return "\n".join([f"[{name}]", *own, f"{_MARK} {remark}", *lines, ""])


def written(
    text: str, weights: Mapping[str, float], name: str, remark: str, kept: Mapping[str, float] | None = None
) -> str:
    """The text of a settings file in which the table `name` has exactly these weights and the user's own `kept` ones.

    Raises ConfigError where the table cannot be separated from the rest with certainty.
    """
    before = _parsed(text)
    kept = kept or {}
    ours = table(weights, name, remark, kept)
    lines = text.splitlines(keepends=True)
    heads = [at for at, line in enumerate(lines) if re.fullmatch(rf"\[\s*{re.escape(name)}\s*\]\s*", line)]
    newline = "\r\n" if "\r\n" in text else "\n"
    if not heads:
        if _taken(before, name) is not None:
            raise ConfigError(f"the weights are not in a table [{name}] of their own")
        gap = "" if not text else newline if text.endswith("\n") else newline * 2
        made = text + gap + ours.replace("\n", newline)
    else:
        first = heads[0] + 1
        last = next((at for at in range(first, len(lines)) if lines[at].lstrip().startswith("[")), len(lines))
        _must_be_ours(lines[first:last], name)
        rest = newline if last < len(lines) else ""
        made = "".join((*lines[: heads[0]], ours.replace("\n", newline), rest, *lines[last:]))
    _must_say(made, before, {**kept, **{key: float(f"{worth:g}") for key, worth in weights.items()}}, name)
    return made


def write(root: Path, weights: Mapping[str, float], remark: str, kept: Mapping[str, float] | None = None) -> Path:
    """Write the weights into the settings of the repository at `root`; gives the file written.

    `kept` are weights of the user's own that are to stay there; all others in the file make room.

    Raises ConfigError where that cannot be done safely; nothing is changed then.
    """
    file = place(root)
    made = written(_read(file) if file.exists() else "", weights, _TABLES[file.name], remark, kept)
    try:
        writing.write(file, made.encode("utf-8"))
    except OSError as error:
        raise ConfigError(f"{file.name} cannot be written: {error.strerror or error}") from error
    return file


def _read(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except OSError as error:
        raise ConfigError(f"{file.name} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file.name} is not UTF-8") from error


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"it is not valid TOML: {error}") from error


def _dotted(key: str) -> str:
    group, _, name = key.partition(".")
    return f"{group}.{name}" if _BARE.fullmatch(name) else f'{group}."{name}"'


def _number(worth: float) -> str:
    """A number as short as it can be without becoming another one."""
    short = f"{worth:g}"
    return short if float(short) == worth else repr(float(worth))


def _taken(document: Mapping[str, Any], name: str) -> Any:
    """The value under a dotted name in a document; None where there is none."""
    found: Any = document
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _must_be_ours(body: list[str], name: str) -> None:
    foreign = [line for line in body if "#" in line and not line.startswith(_MARK)]
    if foreign:
        raise ConfigError(f"there are comments of yours in the table [{name}]")


def _must_say(made: str, before: Mapping[str, Any], weights: Mapping[str, float], name: str) -> None:
    """Check that a text has exactly these weights in the table, and is otherwise the same as before."""
    after = _parsed(made)
    flat = {
        f"{group}.{key}": float(worth)
        for group, found in (_taken(after, name) or {}).items()
        for key, worth in found.items()
    }
    same = _without(after, name.split(".")) == _without(before, name.split("."))
    if flat != {key: float(worth) for key, worth in weights.items()} or not same:
        raise ConfigError(f"the table [{name}] cannot be told from the rest of the file")


def _without(document: Mapping[str, Any], path: list[str]) -> dict[str, Any]:
    """A document without the value at a path, and without tables that are empty then."""
    first, *rest = path
    found = dict(document)
    inner = found.pop(first, None)
    if rest and isinstance(inner, Mapping) and (left := _without(inner, rest)):
        found[first] = left
    return found
