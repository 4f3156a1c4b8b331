"""The settings: their names, defaults and meanings, and where each effective value came from.

There are three sources; a later one overrides an earlier one: the defaults below, one table in the repository
(`ctxpack.toml`, or else `[tool.ctxpack]` in `pyproject.toml`), and the caller. Options that a repository may not set
are not here, such as the cache directory, which concerns the user's machine.

The table `SETTINGS` is the one place that lists them; the loader, the error messages and `ctxpack config` follow it.
"""

from __future__ import annotations

import errno
import math
import stat
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from ctxpack.datamodel.dialects import KNOWN, OTHER_NAMES, canonical
from ctxpack.errors import ConfigError
from ctxpack.model import Problem
from ctxpack.nearest import hint
from ctxpack.views import MOST_PREFIX

OWN_FILE = "ctxpack.toml"
SHARED_FILE = "pyproject.toml"
SHARED_TABLE = "[tool.ctxpack]"
DEFAULT_ORIGIN = "default"
CALLER_ORIGIN = "caller"

_EMPTY: Mapping[str, Any] = MappingProxyType({})
_LARGEST = 4_000_000
"""The largest settings file that is read, in bytes."""


@dataclass(frozen=True, slots=True)
class Config:
    """The effective settings of one run; `SETTINGS` says what each means.

    `models` are the tables of `[tool.ctxpack.models.NAME]` as written. `weights` are overrides of the built-in ranking
    weights, by dotted name ("files.words"). `origins` gives, for each key as spelled in files, "default", "caller" or
    the file it came from. `problems` are problems with the files read.
    """

    model: str = "scout"
    budget: str = "auto"
    format: str = "xml"
    view: str = "coder"
    cache_prefix: float = 0.0
    sql_dialect: str | None = None
    include: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    max_file_bytes: int = 2_000_000
    reserve_output: int | None = None
    tokenizer_file: Path | None = None
    workers: int | None = None
    check_fail_confidence: float = 0.9
    check_ignore: tuple[str, ...] = ()
    reranker: Path | None = None
    weights: Mapping[str, float] = field(default_factory=lambda: _EMPTY)
    models: Mapping[str, Mapping[str, object]] = field(default_factory=lambda: _EMPTY)
    origins: Mapping[str, str] = field(default_factory=lambda: _EMPTY, compare=False)
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    def values(self) -> dict[str, object]:
        """Every setting by its key as spelled in files, in the order of `SETTINGS`."""
        return {setting.key: getattr(self, setting.attribute) for setting in SETTINGS}


class Setting(NamedTuple):
    """One setting: its `key` as spelled in files, what a value must be in words (`expected`), and its meaning.

    A key with a dot is in a table named by the part before the dot. `read` converts a value to the effective one, or
    raises ValueError where it is not as `expected`; the error's text, if any, is added to the message.
    """

    key: str
    expected: str
    read: Callable[[object], object]
    meaning: str

    @property
    def attribute(self) -> str:
        """The name of the field of `Config`."""
        return self.key.replace("-", "_").replace(".", "_")


# --- reading one value ------------------------------------------------------------------------------------------------


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value


def _budget(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _text(value)


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError
    return tuple(_text(element) for element in value)


def _whole(least: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise ValueError
        return value

    return read


def _share(most: float) -> Callable[[object], float]:
    """A reader of numbers from 0 to `most`."""

    def read(value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= most:
            raise ValueError
        return float(value)

    return read


def _dialect(value: object) -> str:
    name = _text(value)
    found = canonical(name)
    if found is None:
        raise ValueError(hint(name.strip().lower(), sorted({*KNOWN, *OTHER_NAMES}), listed=sorted(KNOWN)))
    return found


def _path(value: object) -> Path:
    return value if isinstance(value, Path) else Path(_text(value)).expanduser()


def _tables(value: object) -> Mapping[str, Mapping[str, object]]:
    if not isinstance(value, Mapping) or not all(isinstance(table, Mapping) for table in value.values()):
        raise ValueError
    return MappingProxyType({str(name): MappingProxyType(dict(value[name])) for name in sorted(value)})


def _numbers(value: object) -> Mapping[str, float]:
    """Numbers by dotted name, from tables of any depth."""
    if not isinstance(value, Mapping):
        raise ValueError
    found: dict[str, float] = {}
    for key, one in value.items():
        inner = {f"{key}.{name}": number for name, number in _numbers(one).items()} if isinstance(one, Mapping) else {}
        found.update(inner or {str(key): _positive(one)})
    return MappingProxyType(dict(sorted(found.items())))


def _positive(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < math.inf:
        raise ValueError
    return float(value)


SETTINGS: tuple[Setting, ...] = (
    Setting("model", "a model's name in quotes", _text, "the model that the pack is for; `ctxpack models` lists them"),
    Setting("budget", 'a number of tokens, "auto" or "max"', _budget, "tokens for the whole prompt, never exceeded"),
    Setting(
        "format",
        "a format's name in quotes",
        _text,
        "how the pack is written: xml, markdown, json, chat, chat-cached, llama4",
    ),
    Setting("view", "a view's name in quotes", _text, "whom the pack is for: coder, pipeline, extractor, orchestrator"),
    Setting(
        "cache-prefix",
        f"a number from 0 to {MOST_PREFIX}",
        _share(MOST_PREFIX),
        "share of the budget for an outline that all tasks share",
    ),
    Setting("sql-dialect", "the name of a dialect in quotes", _dialect, "that of all SQL; else told for each file"),
    Setting("include", "a list of patterns in quotes", _texts, "list only what matches these gitignore-style patterns"),
    Setting("extend-exclude", "a list of patterns in quotes", _texts, "leave out what matches, beside ignored files"),
    Setting("max-file-bytes", "a whole number above zero", _whole(1), "skip files larger than this many bytes"),
    Setting("reserve-output", "a whole number, zero or more", _whole(0), "tokens kept free for the answer"),
    Setting("tokenizer-file", "a path in quotes", _path, "Llama 4's tokenizer.model, for exact counts"),
    Setting("workers", "a whole number above zero", _whole(1), "processes that parse; one a CPU where nothing is said"),
    Setting("check.fail-confidence", "a number from 0 to 1", _share(1), "how sure a use is that fails `ctxpack check`"),
    Setting("check.ignore", "a list of patterns or names in quotes", _texts, "paths and symbols that may break"),
    Setting("reranker", "a path in quotes", _path, "a model outside the repository with a say in the order"),
    Setting("weights", "a table of numbers, zero or more", _numbers, "what the signals of the ranking are worth"),
    Setting("models", "tables [models.NAME]", _tables, "models of your own, or other figures for known ones"),
)
"""Every setting in the order in which `ctxpack config` lists them."""

_BY_KEY = {setting.key: setting for setting in SETTINGS}
_BY_ATTRIBUTE = {setting.attribute: setting for setting in SETTINGS}
_TABLES = frozenset(setting.key.partition(".")[0] for setting in SETTINGS if "." in setting.key)


# --- sources ----------------------------------------------------------------------------------------------------------


def load(
    root: Path, overrides: Mapping[str, object] | None = None, staged: Mapping[str, bytes] = MappingProxyType({})
) -> Config:
    """The effective settings for the repository at `root`.

    `overrides` are the caller's, by key or by attribute name; None values count as not given. A relative
    `tokenizer-file` in a settings file is relative to `root`; a `reranker` set there must be outside the repository.
    `staged` has the contents of settings files, by name, to be read in place of those on disk.

    Raises ConfigError for an unknown key, a value of the wrong type, or a `ctxpack.toml` that is not TOML.
    """
    own, own_problems = _read(root, OWN_FILE, staged)
    shared, shared_problems = _read(root, SHARED_FILE, staged)
    config = from_texts(own, shared, overrides)
    if config.tokenizer_file is not None and config.origins["tokenizer-file"] != CALLER_ORIGIN:
        config = replace(config, tokenizer_file=root / config.tokenizer_file)
    if config.reranker is not None and config.origins["reranker"] != CALLER_ORIGIN:
        config = replace(config, reranker=_outside(root, config.reranker, config.origins["reranker"]))
    return replace(config, problems=own_problems + shared_problems + config.problems)


def from_texts(
    own: str | None = None, shared: str | None = None, overrides: Mapping[str, object] | None = None
) -> Config:
    """The settings from the texts of `ctxpack.toml` and `pyproject.toml` (None: no such file), and the caller's.

    Raises ConfigError as `load` does. A `pyproject.toml` that is not TOML is only a problem, unless it names ctxpack.
    """
    problems: list[Problem] = []
    tables: list[tuple[Mapping[str, object], str]] = []
    shared_table = _shared_table(shared, problems)
    if own is not None:
        tables.append((_parse(own, OWN_FILE), OWN_FILE))
        if shared_table is not None:
            problems.append(Problem(SHARED_FILE, f"{SHARED_TABLE} is not used because {OWN_FILE} is there"))
    elif shared_table is not None:
        tables.append((shared_table, f"{SHARED_FILE} {SHARED_TABLE}"))
    tables.append(({key: value for key, value in (overrides or {}).items() if value is not None}, CALLER_ORIGIN))
    values: dict[str, Any] = {}
    origins = {setting.key: DEFAULT_ORIGIN for setting in SETTINGS}
    for table, origin in tables:
        for key, value in _flat(table, origin):
            setting = _setting(key, origin)
            values[setting.attribute] = _value(setting, value, origin)
            origins[setting.key] = origin
    return Config(**values, origins=MappingProxyType(origins), problems=tuple(problems))


def _outside(root: Path, path: Path, origin: str) -> Path:
    """A path from a settings file, resolved; raises ConfigError if it leads into the repository.

    A repository must not bring its own model files.
    """
    place = (root / path).resolve()
    if place.is_relative_to(root.resolve()):
        raise ConfigError(f"{origin}: reranker must lie outside the repository, and {path} does not")
    return place


def _read(root: Path, name: str, staged: Mapping[str, bytes]) -> tuple[str | None, tuple[Problem, ...]]:
    path = root / name
    try:
        if name in staged:
            return staged[name].decode("utf-8-sig"), ()
        if path.is_symlink() and not path.resolve().is_relative_to(_top(root)):
            raise OSError(errno.EINVAL, "it is a link that leads out of the repository")
        return _text_of(path), ()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None, ()
    except (OSError, UnicodeDecodeError) as error:
        if path.name == OWN_FILE:
            raise ConfigError(f"{path.name} cannot be read: {_why(error)}") from error
        return None, (Problem(path.name, f"cannot be read for settings: {_why(error)}"),)


def _top(root: Path) -> Path:
    """The root of the repository that contains a directory, or that directory itself."""
    here = root.resolve()
    return next((place for place in (here, *here.parents) if (place / ".git").exists()), here)


def _text_of(path: Path) -> str:
    """The text of a regular file; anything else, such as a pipe or device, is refused, since it might never end."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
    if found.st_size > _LARGEST:
        raise OSError(errno.EFBIG, f"it is larger than {_LARGEST:,} bytes")
    return path.read_text(encoding="utf-8-sig")


def _why(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else "it is not UTF-8"


def _parse(text: str, where: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where} is not valid TOML: {error}") from error
    except ValueError as error:
        raise ConfigError(f"{where} has a number of too many digits") from error
    except RecursionError as error:
        raise ConfigError(f"{where} is nested too deeply to be read") from error


def _shared_table(text: str | None, problems: list[Problem]) -> Mapping[str, object] | None:
    if text is None:
        return None
    try:
        document = _parse(text, SHARED_FILE)
    except ConfigError as error:
        if "tool.ctxpack" in text:
            raise
        problems.append(Problem(SHARED_FILE, f"not used for settings: {error}"))
        return None
    tool = document.get("tool")
    table = tool.get("ctxpack") if isinstance(tool, Mapping) else None
    if table is None:
        return None
    if not isinstance(table, Mapping):
        raise ConfigError(f"{SHARED_FILE}: {SHARED_TABLE} must be a table")
    return table


def _flat(table: Mapping[str, object], origin: str) -> Iterator[tuple[str, object]]:
    """The keys and values of a table; keys of an inner table are prefixed with its name and a dot."""
    for key, value in table.items():
        if key not in _TABLES:
            yield key, value
            continue
        if not isinstance(value, Mapping):
            raise ConfigError(f"{origin}: {key} must be a table")
        yield from ((f"{key}.{inner}", one) for inner, one in value.items())


def _setting(key: str, origin: str) -> Setting:
    setting = _BY_KEY.get(key) or (_BY_ATTRIBUTE.get(key) if origin == CALLER_ORIGIN else None)
    if setting is not None:
        return setting
    raise ConfigError(f"{origin}: unknown key {key!r}; {hint(key.replace('_', '-').lower(), _BY_KEY)}")


def _value(setting: Setting, value: object, origin: str) -> object:
    try:
        return setting.read(value)
    except ValueError as error:
        shown = "a table" if isinstance(value, Mapping) else repr(value)
        more = f"; {error}" if str(error) else ""
        raise ConfigError(f"{origin}: {setting.key} must be {setting.expected}, not {shown}{more}") from None
