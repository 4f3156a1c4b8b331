"""Lays the history of the medallion fixture into a fresh git repository.

    python bench/medallion/history.py OUT_DIR

The fixture is the last version. `history/NN-*.patch` are its commits in order, each with its author, date and message
and the difference that it makes; the earlier versions are had by taking the patches away one after the other. Authors,
dates and everything else that a commit's name depends on are fixed, so the commits have the same names everywhere.

A change to the fixture that touches lines of a patch has to be made in the patch too; the patch that does not fit any
more is named.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from pathlib import Path

HERE = Path(__file__).parent
FIXTURE = HERE.parents[1] / "fixtures" / "medallion"
# What stands beside the project in its directory and is no part of it.
NOT_OF_THE_PROJECT = frozenset({"truth.json", ".ctxpackignore", "__pycache__", ".pytest_cache", ".ruff_cache"})
# Whatever the user has configured: the same bytes.
SETTINGS = ("core.autocrlf=false", "core.filemode=false", "core.symlinks=false", "commit.gpgsign=false")


@dataclass(frozen=True)
class Version:
    """A commit of the history; `patch` is the difference from the one before, empty for the first."""

    slug: str
    author: str
    date: str
    message: str
    patch: str


@dataclass(frozen=True)
class Commit:
    """A version as it was laid: its name in git."""

    id: str
    version: Version


class DoesNotFit(Exception):
    """The fixture was changed where a patch changes it."""


def versions(folder: Path = HERE / "history") -> list[Version]:
    """The versions in their order."""
    return [_version(path) for path in sorted(folder.glob("*.patch"))]


def _version(path: Path) -> Version:
    mail: Message = Parser().parsestr(path.read_text(encoding="utf-8"))
    body, _, patch = str(mail.get_payload()).partition("---\ndiff --git ")
    message = f"{mail['Subject']}\n\n{body.strip()}\n"
    return Version(path.stem, mail["From"], mail["Date"], message, f"diff --git {patch}" if patch else "")


def files(root: Path = FIXTURE) -> list[Path]:
    """The files of the project, relative to it."""
    found = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return sorted(path for path in found if not NOT_OF_THE_PROJECT & set(path.parts))


def lay(target: Path, fixture: Path = FIXTURE) -> list[Commit]:
    """Make `target`, which must not be there or be empty, a git repository with all versions; the last is checked out.

    Raises DoesNotFit where a patch cannot be taken away from the version that it leads to.
    """
    target.mkdir(parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise FileExistsError(f"{target} is not empty")
    _git(target, "init", "--quiet", "--initial-branch=main")
    for path in files(fixture):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes((fixture / path).read_bytes())
    _git(target, "add", "--force", "--all")
    commits = _commits(target, versions())
    _git(target, "update-ref", "refs/heads/main", commits[-1].id)
    _git(target, "reset", "--quiet", "--hard")
    return commits


def _commits(target: Path, all_versions: Sequence[Version]) -> list[Commit]:
    trees = [_git(target, "write-tree")]
    for version in reversed(all_versions[1:]):
        try:
            _git(target, "apply", "--cached", "--reverse", "--whitespace=nowarn", "-", given=version.patch)
        except subprocess.CalledProcessError as error:
            raise DoesNotFit(f"{version.slug}: {error.stderr.strip()}") from error
        trees.append(_git(target, "write-tree"))
    commits: list[Commit] = []
    for version, tree in zip(all_versions, reversed(trees), strict=True):
        parents = ["-p", commits[-1].id] if commits else []
        name = _git(target, "commit-tree", tree, *parents, given=version.message, version=version)
        commits.append(Commit(name, version))
    return commits


def _git(target: Path, *arguments: str, given: str = "", version: Version | None = None) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    if version:
        name, _, address = version.author.rstrip(">").partition(" <")
        for role in ("AUTHOR", "COMMITTER"):
            environment |= {
                f"GIT_{role}_NAME": name,
                f"GIT_{role}_EMAIL": address,
                f"GIT_{role}_DATE": version.date,
            }
    settings = [part for setting in SETTINGS for part in ("-c", setting)]
    command = ["git", "-C", str(target), *settings, *arguments]
    done = subprocess.run(command, input=given, check=True, capture_output=True, text=True, env=environment)
    return done.stdout.strip()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out_dir", type=Path)
    try:
        commits = lay(parser.parse_args().out_dir)
    except (DoesNotFit, FileExistsError) as error:
        print(error, file=sys.stderr)
        return 1
    for commit in commits:
        print(commit.id[:12], commit.version.date[:10], commit.version.message.partition("\n")[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
