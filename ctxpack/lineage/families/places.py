"""Parses the path of a SQL file: the history it belongs to, its position there, and its dialect.

All migration tools go by names: a number, version or timestamp begins the name of a file or folder, and a word marks
down migrations. Dialects have folders or suffixes of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Natural = tuple[tuple[int, int, str], ...]

_DIALECTS = {
    "postgresql": "postgresql postgres pgsql psql pg postgre",
    "cockroachdb": "cockroachdb cockroach crdb yugabyte yugabytedb",
    "redshift": "redshift",
    "snowflake": "snowflake",
    "bigquery": "bigquery",
    "databricks": "databricks spark delta",
    "duckdb": "duckdb",
    "mysql": "mysql mariadb tidb",
    "mssql": "mssql sqlserver sql_server tsql transact synapse pdw azuresql",
    "oracle": "oracle plsql ora oracledb",
    "sqlite": "sqlite sqlite3 sqlite_extended libsql",
    "clickhouse": "clickhouse",
    "hive": "hive impala",
    "trino": "trino presto athena",
    "db2": "db2",
    "h2": "h2",
    "hsqldb": "hsqldb hsql",
    "derby": "derby",
    "sybase": "sybase",
    "netezza": "netezza",
    "vertica": "vertica",
    "teradata": "teradata",
    "firebird": "firebird",
    "informix": "informix",
    "dm": "dm dameng",
    "spanner": "spanner",
    "hana": "hana",
}
_DIALECT_OF = {alias: name for name, aliases in _DIALECTS.items() for alias in aliases.split()}
_DIALECT_ORDER = {name: number for number, name in enumerate(_DIALECTS)}

_NUMBER = re.compile(r"^(?:[vV](?=\d)|[bB](?=\d[\d._]*__))?(\d+(?:[._-]\d+(?![A-Za-z0-9]))*)")
_VERSION_FOLDER = re.compile(
    r"^(?:v|ver|version|release|rel|sprint|r)?[._-]?\d+(?:[._-]\d+)*(?:[._-].*)?$", re.IGNORECASE
)
_UNDOING_FILE = re.compile(
    r"^(?:U\d[\d._]*__.*|(?:.*[._-])?(?:down|undo|rollback|revert|downgrade|uninstall)(?:[._-]\w+)?)\.sql$"
)
UNDOING_FOLDERS = frozenset({"down", "undo", "rollback", "rollbacks", "revert", "verify", "downgrade", "undos"})
_REPEATED = re.compile(r"^R__|^(?:before|after)[A-Z]\w*(?:__.*)?$")
_ASIDE = re.compile(
    r"(?:^|/)(?:tests?|specs?|testing|testdata|test-data|__tests__|fixtures?|examples?|samples?|demos?|docs?|backups?|"
    r"archived?|archives|deprecated|old|legacy|tmp|scratch|testresources|benchmarks?|tutorials?)(?:/|$)|[._-](?:old|bak|backup|test|example)\.",
    re.IGNORECASE,
)
_VERSION = re.compile(r"(?:(?<=^)|(?<=[/._-]))[vV]?(\d+(?:[._]\d+)*)(?=$|[/._-])")
_RUN = re.compile(r"\d+|\D+")
_DASHED = re.compile(
    r"^((?:19|20)\d\d)([-_])(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?:[-_T](\d{2})([-_]?)(\d{2})(?:\6(\d{2}))?)?(?!\d)"
)
_DATED = re.compile(r"^(?:19|20)\d{6}(?:\d{4})?(?!\d)")
_TIMESTAMP_DIGITS = 14


@dataclass(frozen=True, slots=True)
class Place:
    """The parsed path of a SQL file. `root` is the folder of its history, above the folders of single versions.

    `versions` are the version folders; `number` is the number at the start of the file's name, None without one;
    `repeated` marks scripts that run after all numbered steps (Flyway's `R__`). `dialect` comes from the file's name or
    from a folder below that of a version (`branch`), "" if unstated; `bare` is the name without the dialect.
    """

    path: str
    root: str
    versions: tuple[str, ...]
    number: Natural | None
    repeated: bool
    dialect: str
    bare: str
    branch: str = ""

    @property
    def order(self) -> tuple[int, Natural, Natural, str]:
        """Sort key of the position in a history: repeated scripts last, then by version folders, number and path."""
        folders = natural("/".join(timed(one) for one in self.versions))
        return (int(self.repeated), folders, self.number or (), self.path)

    @property
    def is_step(self) -> bool:
        """Whether the path is that of a step: it has a number or a version folder, or is a repeated script."""
        return self.number is not None or bool(self.versions) or self.repeated


def natural(text: str) -> Natural:
    """Natural sort key: runs of digits are compared by value, so that "2" comes before "10"."""
    return tuple((0, int(run), "") if run.isdigit() else (1, 0, run) for run in _RUN.findall(text))


def timed(name: str) -> str:
    """A name that begins with a date, with date and time as one number of 14 digits; other names as they are.

    A history whose tool changed its notation stays in order:

    >>> timed("2017-09-23-182408_emails") > timed("20170922120000_users"), timed("0001_init")
    (True, '0001_init')
    """
    found = _DASHED.match(name)
    if found:
        name = "".join(found.group(number) or "" for number in (1, 3, 4, 5, 7, 8)) + name[found.end() :]
    short = _DATED.match(name)
    return short.group().ljust(_TIMESTAMP_DIGITS, "0") + name[short.end() :] if short else name


def numbers(text: str) -> Natural:
    """Only the numbers of a text, as a sort key."""
    return tuple((0, int(run), "") for run in re.findall(r"\d+", text))


def version(path: str) -> Natural:
    """The version numbers in a path, as a sort key: 5 and 4 for `ddl/5.4/h2`, where "h2" is a name."""
    return numbers(" ".join(_VERSION.findall(path)))


def undoes(path: str) -> bool:
    """Whether a file is a down migration (or a verification script), by its path."""
    *folders, name = path.split("/")
    return bool(_UNDOING_FILE.match(name)) or any(folder.lower() in UNDOING_FOLDERS for folder in folders[-2:])


def is_aside(path: str) -> bool:
    """Whether the path is that of tests, examples or archives."""
    return _ASIDE.search(path) is not None


def dialect_in(words: str) -> str:
    """The dialect that a folder or file name states, "" for none."""
    lowered = words.lower()
    if lowered in _DIALECT_OF:
        return _DIALECT_OF[lowered]
    found = [_DIALECT_OF[word] for word in re.split(r"[^a-z0-9]+", lowered) if word in _DIALECT_OF]
    return found[-1] if found else ""


def dialect_rank(name: str) -> int:
    """The rank of a dialect in the order of preference, the lowest first; -1 for an unstated one."""
    return _DIALECT_ORDER.get(name, -1)


def place(path: str) -> Place:
    """Parse the path of a SQL file."""
    *folders, name = path.split("/")
    stem = re.sub(r"\.(?:up|do|deploy|pg|mysql)?\.?sql$", "", name, flags=re.IGNORECASE)
    versions: list[str] = []
    branch = ""
    if len(folders) > 1 and folders[-1].lower() in _DIALECT_OF and _VERSION_FOLDER.match(folders[-2]):
        branch = folders.pop()
    while folders and _VERSION_FOLDER.match(folders[-1]):
        versions.insert(0, folders.pop())
    found = _NUMBER.match(stem)
    dialect = dialect_in(stem)
    words = re.split(r"([^A-Za-z0-9]+)", stem.lower())
    bare = "".join(word for word in words if not dialect or _DIALECT_OF.get(word) != dialect).rstrip("._- ")
    number = numbers(timed(found.group(1))) if found else None
    repeated = _REPEATED.match(stem) is not None
    root = "/".join(folders)
    return Place(path, root, tuple(versions), number, repeated, dialect_in(branch) or dialect, bare, branch)
