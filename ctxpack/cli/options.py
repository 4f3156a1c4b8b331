"""Options that several verbs share, and what they turn into: an open index and a target."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from ctxpack.cli.hook_environment import marker, settle_git
from ctxpack.cli.subjects import current_folder, relative_subjects
from ctxpack.cli.talk import Run
from ctxpack.nearest import hint

if TYPE_CHECKING:
    from ctxpack.api import Index
    from ctxpack.config import Config
    from ctxpack.model import Target

Command = Callable[..., Any]
NAMED = 3
"""How many of the names in a diff are told where none fits."""
PACK_FORMATS = "xml (the default), markdown, json, chat, chat-cached or llama4."
"""The help text for a pack's format; it repeats `formats.FORMATS`, since importing that would be slow."""


@dataclass(frozen=True, slots=True)
class View:
    """Which repository is read, and the options that depend on the machine (cache, workers, tokenizer)."""

    repo: Path | None
    at: str | None
    cache_dir: Path | None
    no_cache: bool
    workers: int | None
    tokenizer_file: Path | None

    @property
    def root(self) -> Path:
        """The directory that paths are relative to: the one given, or the work tree around the current directory."""
        if self.repo is not None:
            return self.repo
        here = Path.cwd()
        return next((place for place in (here, *here.parents) if (place / ".git").exists()), here)

    @property
    def cache_directory(self) -> Path:
        """The cache directory, which is not used with `no_cache`."""
        from ctxpack.store import default_directory

        return self.cache_dir or default_directory(os.environ)

    def config(self, **flags: object) -> Config:
        """The settings of the repository, overridden by `flags`."""
        from ctxpack.config import load

        return load(self.root, {"workers": self.workers, "tokenizer_file": self.tokenizer_file, **flags})

    def staged_config(self, **flags: object) -> Config:
        """The settings, overridden by `flags`, with tracked settings files as they are staged.

        Raises RepositoryError where there is no index.
        """
        from ctxpack.config import OWN_FILE, SHARED_FILE, load
        from ctxpack.crawl import open_staging

        staged = open_staging(self.root).texts((OWN_FILE, SHARED_FILE))
        return load(self.root, {"workers": self.workers, "tokenizer_file": self.tokenizer_file, **flags}, staged)

    @contextmanager
    def index(self, run: Run, config: Config) -> Iterator[Index]:
        """The open index of the repository; its problems are printed at the end."""
        from ctxpack.api import Index
        from ctxpack.store import Store

        settle_git(os.environ, self.root)
        self._warn(run)
        store = Store.open(None if self.no_cache else self.cache_directory)
        try:
            with Index.open(
                self.root, at=self.at, config=config, store=store, workers=config.workers, progress=run.progress
            ) as index:
                yield index
                run.clear()
                run.problems(index.problems)
        finally:
            store.close()

    def _warn(self, run: Run) -> None:
        """Print a note where a directory outside of git is read, since it may be large and not what was meant."""
        root = Path.cwd() / self.root
        if self.at is not None or os.environ.get("GIT_DIR") or not root.is_dir() or marker(root) is not None:
            return
        if not (root / "HEAD").is_file() and _holds_something(root):
            run.say(f"{self.root.resolve()} is in no git work tree, so all that is under it is read")


def _must_be_somewhere() -> None:
    """Raise click.ClickException where the current directory is gone, since paths are relative to it."""
    try:
        Path.cwd()
    except OSError as error:
        raise click.ClickException(f"the current directory cannot be used: {error.strerror}") from error


def _holds_something(directory: Path) -> bool:
    try:
        return any(directory.iterdir())
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Request:
    """The change that the user wants context for, as given on the command line."""

    subjects: tuple[str, ...]
    task: str | None
    task_file: str | None
    staged: bool
    since: str | None
    diff: str | None

    def target(self, index: Index, view: View) -> Target:
        """The target in the repository.

        Raises TargetError for a subject that names nothing, click.UsageError for options that contradict each other.
        """
        task, diff = self._task(), self._diff()
        subjects = relative_subjects(self.subjects, view)
        return index.target(
            *subjects, task=task, staged=self.staged, since=self.since, diff=diff, diff_folder=current_folder(view)
        )

    def missing(self, target: Target) -> str:
        """Why the requested diff has no change; "" where it has one, or no diff was requested."""
        if self.diff is not None and not target.changes:
            return unmatched(target.diff)
        if target.diff.strip():
            return ""
        if self.staged:
            return "nothing is staged"
        return "" if self.since is None else f"nothing changed since {self.since}"

    def _task(self) -> str:
        if self.task is not None and self.task_file is not None:
            raise click.UsageError("--task and --task-file exclude each other")
        if self.task_file is None:
            return os.fsencode(self.task or "").decode("utf-8", "replace")
        if self.task_file == "-" == self.diff:
            raise click.UsageError("--task-file and --diff cannot both be read from standard input")
        text = read_text(self.task_file)
        if not text.strip():
            raise click.UsageError(f"the task in {_named(self.task_file)} is empty")
        return text

    def _diff(self) -> str | None:
        if sum((self.staged, self.since is not None, self.diff is not None)) > 1:
            raise click.UsageError("--staged, --since and --diff exclude each other")
        return None if self.diff is None else read_text(self.diff)


def is_empty(target: Target) -> bool:
    """Whether a target names no change at all."""
    return not (target.task.strip() or target.paths or target.symbols or target.tables or target.changes)


def read_text(name: str) -> str:
    """The text of a file, or of standard input for "-"; bytes that are not UTF-8 are replaced.

    Raises click.UsageError where it cannot be read.
    """
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise click.UsageError(f"cannot read {_named(name)}: {why}") from error
    return raw.decode("utf-8-sig", "replace")


def _named(name: str) -> str:
    return "standard input" if name == "-" else name


def unmatched(diff: str) -> str:
    """The message that a diff changes no file of the repository, with the names that it has."""
    from ctxpack.crawl import parse_diff, uncoloured

    names = list(dict.fromkeys(change.path for change in parse_diff(uncoloured(diff))))
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return f"the diff changes no file that is here; it names {', '.join(names[:NAMED]) + more if names else 'none'}"


# --- decorators -------------------------------------------------------------------------------------------------------


def _apply(options: Sequence[Callable[[Command], Command]], command: Command) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def talking(command: Command) -> Command:
    """Add -q, -v and --color; the command gets a `run`."""

    @wraps(command)
    @click.pass_obj
    def wrapped(run: Run, /, *args: Any, quiet: bool, verbose: bool, color: Any, **kwargs: Any) -> Any:
        run.quiet, run.verbose, run.color = quiet, verbose, color
        return command(*args, run=run, **kwargs)

    options = (
        click.option("-q", "--quiet", is_flag=True, help="Say nothing on standard error but errors."),
        click.option("-v", "--verbose", is_flag=True, help="Show every problem, and the traceback of an error."),
        click.option(
            "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True,
            help="Colour; auto means on a terminal, unless NO_COLOR is set.",
        ),
    )  # fmt: skip
    return _apply(options, wrapped)


def repository(command: Command, *, at_revisions: bool = True) -> Command:
    """Add the options that select the repository and how it is read; the command gets a `view`.

    Help shows --at only with `at_revisions`.
    """
    names = tuple(View.__dataclass_fields__)

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        view = View(**{name: kwargs.pop(name) for name in names})
        _must_be_somewhere()
        return command(*args, view=view, **kwargs)

    path = click.Path(path_type=Path)
    options = (
        click.option(
            "-C", "--repo", type=path, metavar="DIR",
            help="The repository, or a directory of one; by default the one around the current directory.",
        ),
        click.option(
            "--at", metavar="REV", hidden=not at_revisions, help="Look at this revision and not at the work tree."
        ),
        click.option("--cache-dir", type=path, metavar="DIR", help="Where to keep the cache."),
        click.option("--no-cache", is_flag=True, help="Neither use nor write a cache."),
        click.option(
            "--workers", type=click.IntRange(1, 256), metavar="N", help="Processes that parse; one a CPU by default."
        ),
        click.option(
            "--tokenizer-file", type=path, metavar="FILE", help="Llama 4's tokenizer.model, for exact counts."
        ),
    )  # fmt: skip
    return _apply(options, wrapped)


class Number(click.FloatRange):
    """A range of numbers that rejects "nan", which no comparison finds to be outside."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number; raises click.BadParameter for what is no number, or outside the range."""
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is not a number", param, ctx)
        return number


class Depth(click.IntRange):
    """A number of edges, or the word "all", which becomes -1."""

    def __init__(self) -> None:
        super().__init__(0)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number, or `ALL`; raises click.BadParameter for anything else."""
        if value == ALL or str(value).strip().lower() == "all":
            return ALL
        return super().convert(value, param, ctx)


ALL = -1
"""The depth that stands for "all"."""

present_repository = partial(repository, at_revisions=False)
"""Like `repository`, for a command that does not read revisions."""


def change(command: Command) -> Command:
    """Add TARGET arguments and the options for a task and a diff; the command gets a `request`."""
    names = tuple(Request.__dataclass_fields__)

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        request = Request(**{name: kwargs.pop(name) for name in names})
        return command(*args, request=request, **kwargs)

    options = (
        click.argument("subjects", nargs=-1, metavar="[TARGET]...", shell_complete=complete_path),
        click.option("-t", "--task", metavar="TEXT", help="What is to be done, in words."),
        click.option("--task-file", metavar="FILE", help="Read the task from a file, or from standard input for -."),
        click.option("--staged", is_flag=True, help="The change is what is staged."),
        click.option("--since", metavar="REV", help="The change is everything since this revision."),
        click.option("--diff", metavar="FILE", help="The change is this diff, or that on standard input for -."),
    )
    return _apply(options, wrapped)


reranker = click.option(
    "--reranker", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="A model on this machine that has a say in the order of the first files.",
)  # fmt: skip
"""Adds --reranker; the command gets the directory as `reranker`, which overrides the setting."""


# --- completion -------------------------------------------------------------------------------------------------------


def complete_path(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Let the shell complete paths."""
    del ctx, parameter
    return [CompletionItem(incomplete, type="file")]


def complete_model(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The names of the built-in models."""
    from ctxpack.pack.models import names

    del ctx, parameter
    return [name for name in names() if name.startswith(incomplete)]


def complete_format(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The names of the formats of a pack."""
    from ctxpack.formats import FORMATS

    del ctx, parameter
    return [name for name in FORMATS if name.startswith(incomplete)]


pack_model = click.option(
    "-m", "--model", metavar="NAME", shell_complete=complete_model,
    help="The model that the pack is for; scout by default.",
)  # fmt: skip
pack_format = click.option(
    "-f", "--format", "format_name", metavar="FORMAT", shell_complete=complete_format, help=PACK_FORMATS,
)  # fmt: skip
"""Add the model and the format of a pack; the command gets `model` and `format_name`."""


def one_of(known: Sequence[str]) -> Callable[[click.Context, click.Parameter, Iterable[str]], tuple[str, ...]]:
    """A callback for an option that may be repeated, or have several values with commas, each one of `known`."""

    def read(ctx: click.Context, parameter: click.Parameter, values: Iterable[str]) -> tuple[str, ...]:
        del ctx, parameter
        kinds = [kind.strip() for value in values for kind in value.split(",") if kind.strip()]
        for kind in kinds:
            if kind not in known:
                raise click.BadParameter(f"unknown kind {kind!r}; {hint(kind, known, alike=0.6)}")
        return tuple(dict.fromkeys(kinds))

    return read
