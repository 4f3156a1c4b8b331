"""Turns the subjects that people type, which are relative to where they stand, into those of the repository's root."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctxpack.errors import TargetError
from ctxpack.paths import TABLE

if TYPE_CHECKING:
    from ctxpack.cli.options import View


def relative_subjects(subjects: Sequence[str], view: View) -> list[str]:
    """Subjects with their paths made relative to the root; those that are the root itself are left out.

    A path is relative to the current directory if it exists there, else to the root; if the root was given as an
    option, that comes first. A path that exists in neither is relative to the root.

    A name with "::" or "table:" that exists as a path is that path.

    Raises TargetError for a path outside the root, and click.UsageError for an empty subject.
    """
    if not all(subjects):
        raise click.UsageError("a TARGET is empty: is it a variable of the shell that is not set?")
    root, here = Path(os.path.normpath(Path.cwd() / view.root)), Path.cwd()
    bases = (here, root) if view.repo is None else (root, here)
    found = [_relative(subject, root, bases) for subject in subjects]
    return [subject for subject in found if subject]


def _relative(subject: str, root: Path, bases: tuple[Path, Path]) -> str:
    path, rest = _split(subject, root, bases)
    if not path or (subject.startswith(TABLE) and not _existing(path, root, bases)):
        return subject
    inside = _places(path, root, bases)
    if not inside:
        raise TargetError(f"{path} lies outside the repository {root}")
    place = _existing(path, root, bases) or _inside(Path(os.path.normpath(root / path)), root) or inside[0]
    if place == "." and not rest:
        return ""
    directory = "/" if path.endswith(("/", os.sep)) else ""
    return f"{'./' if place.startswith(TABLE) else ''}{place}{directory}{rest}"


def _split(subject: str, root: Path, bases: tuple[Path, Path]) -> tuple[str, str]:
    """The path of a subject, and what follows: the longest path that exists, or else what is before the first "::"."""
    path = subject
    while path:
        if _existing(path, root, bases):
            return path, subject[len(path) :]
        path = path.rpartition("::")[0]
    path = subject.partition("::")[0]
    return path, subject[len(path) :]


def _places(path: str, root: Path, bases: tuple[Path, Path]) -> list[str]:
    """The places relative to the root that a path may mean, by the order of the bases; none outside of the root."""
    seen = [_inside(Path(os.path.normpath(base / path)), root) for base in bases]
    return [place for place in seen if place is not None]


def _existing(path: str, root: Path, bases: tuple[Path, Path]) -> str:
    """The first of the places that a path may mean that exists; "" where none does."""
    return next((place for place in _places(path, root, bases) if os.path.lexists(root / place)), "")


def _inside(path: Path, root: Path) -> str | None:
    for place, base in ((path, root), (path.parent.resolve() / path.name, root.resolve())):
        if place.is_relative_to(base):
            return place.relative_to(base).as_posix()
    return None


def current_folder(view: View) -> str:
    """The current directory relative to the root; "" for the root itself, and outside of it."""
    place = _inside(Path.cwd(), Path(os.path.normpath(Path.cwd() / view.root)))
    return "" if place in (None, ".") else str(place)
