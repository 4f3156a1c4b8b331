"""Classifies files by role (source, test, schema, ...), from path and content.

The role decides which share of a pack a file competes for and how it is shown. A wrong "source" costs less than any
other wrong role, so "source" is the default and every rule needs positive evidence. The first matching rule decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ctxpack.crawl.contents import role_tables as tables
from ctxpack.crawl.contents.decode import HEAD_BYTES, is_binary
from ctxpack.model import Role

_MARKER_BYTES = 2048
_SHAPE_BYTES = 65_536

_COMMENT = re.compile(r"^\s*(?:#|//|/?\*|--|<!--|;|%|\"\"\"|'''|\{#|REM\b)")
_GENERATED = re.compile(
    r"""code\ generated\b | @generated\b
    | \bdo\ not\ (?:edit|modify)\b(?=\W*$|\ (?:by\ hand|manually|this\ file|directly|it\ )|[.!:;,]|\ ?--|\ ?\*/)
    | \b(?:file|code|class|module)\b.*\b(?:is|was|been)\b.*\bauto(?:matically\ |-|)generated\b
    | ^\W*(?:this\ is\ an?\ )?auto(?:matically\ |-)?generated\b""",
    re.IGNORECASE | re.VERBOSE,
)
_OWN_PROMPT = "You are given context from one source repository, and at the end a task."
"""The first sentence of every prompt that ctxpack writes."""
_OWN_OUTPUT = re.compile(
    rf"""\A(?:
    (?:<\|begin_of_text\|><\|header_start\|>system<\|header_end\|>\n\n)?<instructions>\n{re.escape(_OWN_PROMPT)}\n
    | \#\ Context\n\n{re.escape(_OWN_PROMPT)}\n
    | \{{\s*"model":\s*"[^"\n]+",\s*"messages":\s*\[\s*\{{\s*"role":\s*"system",\s*
        "content":\s*"<instructions>\\n{re.escape(_OWN_PROMPT)}\\n
    | \{{\s*"schema":\s*"ctxpack\.[a-z]+/\d+",\s
    )""",
    re.VERBOSE,
)
"""How the outputs of ctxpack itself begin: its prompts in each format, and its JSON documents, manifests among them."""
_CREATE_TABLE = re.compile(
    r"""^[ \t]*create\s+(?:or\s+(?:replace|refresh)\s+)?(?:(?:global|local|temp|temporary|transient|external|unlogged|
    foreign|streaming|live|multiset|set|volatile|hybrid|iceberg|dynamic)\s+){0,3}table\s+(?:if\s+not\s+exists\s+)?
    [\w."`\[\]${}:\-]+\s*\((?!\s*(?:select|with)\b)
    |^[ \t]*alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?[\w."`\[\]${}:\-]+\s+(?:add|drop|alter|rename|modify)\b
    |^[ \t]*create\s+(?:type|domain|sequence)\s""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_DBT_TOP = re.compile(r"^(?:models|sources|seeds|snapshots|semantic_models)\s*:", re.MULTILINE)
_DBT_COLUMNS = re.compile(r"^[ \t]+(?:-\s+)?(?:columns|column_types|entities|measures|dimensions)\s*:", re.MULTILINE)
_API_TOP = re.compile(r"""\A(?:\s|\#.*\n|---|\{)*["']?(?:openapi|swagger|asyncapi)["']?\s*:\s*["']?\d""")
_MAPPER = re.compile(r"""<mapper\s[^<>]*?\bnamespace\s*=""")
"""The root of a mapper of MyBatis, whose statements are code."""

_JSON_SCHEMA = re.compile(r""""\$schema"\s*:\s*"https?://json-schema\.org/""")
_AVRO = re.compile(r"""\A\s*\{(?=.*"type"\s*:\s*"record")(?=.*"fields"\s*:\s*\[)""", re.DOTALL)
_CODE_SUFFIX = re.compile(
    r"""\.(?:py|pyi|pyx|js|jsx|mjs|cjs|ts|tsx|mts|go|rs|java|kt|kts|scala|rb|php|c|h|cc|cpp|cxx|hpp|cs|swift|sh|bash|sql
    |r|jl|lua|pl|ex|exs|erl|hs|ml|clj|dart|groovy|vue|svelte|ipynb|ps1)$""",
    re.VERBOSE,
)
_PROJECT_DIRECTORIES = frozenset({"packages", "crates", "libs", "apps", "modules", "plugins", "projects", "services"})
_TEST_PART = re.compile(r"tests[-_]|.+[-_]tests$")
_TEXT_CONFIG = re.compile(r"(?:^|[-_.])(?:requirements|constraints)(?:[-_.]\w+)*\.(?:txt|in)$")


@dataclass(frozen=True, slots=True)
class _Seen:
    """The input of the rules: the path as it is, its segments in lower case (`name` is the last), and the content."""

    path: str
    parents: tuple[str, ...]
    name: str
    raw: bytes
    vendored: bool

    def head(self) -> str:
        """The start of the content as text, decoded loosely, for searching."""
        return self.raw[:_SHAPE_BYTES].replace(b"\0", b"").decode("utf-8", "replace").lstrip("\ufeff")


def classify(path: str, raw: bytes, *, vendored: bool = False) -> Role:
    """Give the role of the file at `path` with content `raw`.

    `vendored` says that the listing already knows the file to be part of an installed package.
    """
    *parents, name = path.lower().split("/")
    seen = _Seen(path, tuple(parents), name, raw, vendored)
    for rule, role in _RULES:
        if rule(seen):
            return role
    return "source"


def _binary(seen: _Seen) -> bool:
    if seen.raw.startswith(b"version https://git-lfs.github.com/spec/"):
        return True
    return is_binary(seen.raw[:HEAD_BYTES]) or (seen.name.endswith(tables.BINARY_SUFFIXES) and not _is_utf8(seen.raw))


def _is_utf8(raw: bytes) -> bool:
    """Whether a file with a binary suffix is text after all: `.obj`, `.mo`, `.pub` and others have two meanings."""
    try:
        raw[:HEAD_BYTES].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > HEAD_BYTES - 4
    return bool(raw)


def _lock(seen: _Seen) -> bool:
    if seen.name in tables.LOCK_NAMES or seen.name.endswith(tables.LOCK_SUFFIXES):
        return True
    # Julia's, which begins by saying what wrote it; other tools keep settings under this name.
    return seen.name == "manifest.toml" and "machine-generated" in seen.head().partition("\n")[0]


def _vendored(seen: _Seen) -> bool:
    if seen.vendored:
        return True
    for index, part in enumerate(seen.parents):
        # "vendor" may be a business term with models and tables of its own; a vendored library is no dbt model.
        if part in tables.VENDORED_DIRECTORIES:
            return not (part == "vendor" and ("models" in seen.parents[:index] or seen.name.endswith(".sql")))
    return False


def _generated_name(seen: _Seen) -> bool:
    if seen.name.endswith(tables.GENERATED_SUFFIXES) or seen.name.startswith(tables.GENERATED_PREFIXES):
        return True
    return seen.name.endswith(tables.BUNDLE_SUFFIXES) and any(
        part in tables.BUNDLE_DIRECTORIES for part in seen.parents
    )


def _own_output(seen: _Seen) -> bool:
    """Whether a file was written by ctxpack: a pack or manifest of an earlier run.

    It repeats what stands elsewhere and names other files, so it counts as data, which neither words nor links find;
    generated code is found by both.
    """
    return _OWN_OUTPUT.match(seen.raw[:_MARKER_BYTES].decode("utf-8", "replace").replace("\r\n", "\n")) is not None


def _generated_content(seen: _Seen) -> bool:
    if seen.name.endswith(tables.MINIFIABLE_SUFFIXES) and _minified(seen.raw):
        return True
    marked = seen.raw[:_MARKER_BYTES].decode("utf-8", "replace")
    for line in marked.splitlines():
        match = _COMMENT.match(line)
        if match is not None and _GENERATED.search(line[match.end() :].strip()):
            return True
    return False


def _minified(raw: bytes) -> bool:
    start = raw[:_SHAPE_BYTES]
    return len(start) > 1000 and len(start) / (start.count(b"\n") + 1) > 200


def _test_tree(seen: _Seen) -> bool:
    return any(part in tables.TEST_TREES for part in seen.parents)


def _test_name(seen: _Seen) -> bool:
    name = seen.name
    if (
        name in tables.TEST_NAMES
        or name.endswith(tables.TEST_SUFFIXES)
        or seen.path.endswith(tables.TEST_CLASS_SUFFIXES)
    ):
        return True
    return name.startswith(tables.TEST_PREFIXES) and name.endswith(tables.TEST_PREFIX_SUFFIXES)


def _test_directory(seen: _Seen) -> bool:
    parents = seen.parents
    if seen.name.endswith(".sql") and "macros" in parents:
        # The generic tests of a dbt project are macros: code that others use.
        parents = parents[: parents.index("macros")]
    if any(part in tables.TEST_DIRECTORIES or _TEST_PART.match(part) for part in parents):
        return True
    if "spec" in seen.parents and seen.name.endswith((".rb", ".lua")):
        return True
    return any(part in tables.TEST_ROOTS and _at_package_root(seen, index) for index, part in enumerate(parents))


def _at_package_root(seen: _Seen, index: int) -> bool:
    """Whether a directory is at the root of the repository or of a package in it (`packages/x/test`, `x/src/test`)."""
    if index == 0 or seen.parents[index - 1] == "src":
        return True
    if index == 1:
        # In Python, `name/test/` is just as often a library for writing tests.
        return not seen.name.endswith(".py")
    return index == 2 and seen.parents[0] in _PROJECT_DIRECTORIES


def _schema_name(seen: _Seen) -> bool:
    if seen.name.endswith(tables.SCHEMA_SUFFIXES):
        return True
    stem, dot, _ = seen.name.partition(".")
    if dot and stem in tables.SCHEMA_STEMS and seen.name.endswith(tables.SCHEMA_STEM_SUFFIXES):
        return (
            not seen.name.endswith((".yml", ".yaml"))
            or _declares_columns(seen.head())
            or stem in ("openapi", "swagger")
        )
    if not seen.name.endswith(".sql") or not any(part in tables.DDL_DIRECTORIES for part in seen.parents):
        return False
    # A templated file is a dbt model, whose directory may be called "migrations" for what the models are about.
    return b"{{" not in seen.raw and b"{%" not in seen.raw


def _schema_content(seen: _Seen) -> bool:
    if seen.name.endswith(".sql"):
        return _CREATE_TABLE.search(seen.head()) is not None
    if seen.name.endswith((".yml", ".yaml")):
        head = seen.head()
        return _declares_columns(head) or _API_TOP.match(head) is not None
    if seen.name.endswith(".json"):
        head = seen.head()
        return any((_API_TOP.match(head), _JSON_SCHEMA.search(head[:2000]), _AVRO.match(head)))
    return False


def _declares_columns(head: str) -> bool:
    return _DBT_TOP.search(head) is not None and _DBT_COLUMNS.search(head) is not None


def _data(seen: _Seen) -> bool:
    return seen.name.endswith(tables.DATA_SUFFIXES)


def _bulk(seen: _Seen) -> bool:
    """Whether a file in a general format (such as JSON) is too large to be anything but data, and no schema."""
    if len(seen.raw) <= tables.BULK_BYTES or not seen.name.endswith(tables.BULKY_SUFFIXES):
        return False
    return not (_schema_name(seen) or _schema_content(seen))


def _prose(seen: _Seen) -> bool:
    if seen.name.endswith(tables.DOCS_SUFFIXES):
        return True
    stem, _, suffix = seen.name.partition(".")
    stem = stem.removesuffix("-mit").removesuffix("-apache")
    return stem in tables.DOCS_STEMS and f".{suffix}".rstrip(".") in tables.DOCS_STEM_SUFFIXES


def _docs_directory(seen: _Seen) -> bool:
    if _config_name(seen) and not seen.name.endswith((".xml", ".json")):
        return False
    index = next((index for index, part in enumerate(seen.parents) if part in tables.DOCS_ROOTS), -1)
    is_code = _CODE_SUFFIX.search(seen.name) is not None
    if index < 0 or (is_code and any(part in tables.EXAMPLE_DIRECTORIES for part in seen.parents)):
        return False
    # Below the top level only files that are not code count: a package of the program may be called docs.
    return index == 0 or (not is_code and (index == 1 or seen.parents[0] in _PROJECT_DIRECTORIES))


def _mapper(seen: _Seen) -> bool:
    return seen.name.endswith(".xml") and _MAPPER.search(seen.head()) is not None


def _config_name(seen: _Seen) -> bool:
    name = seen.name
    if name in tables.CONFIG_NAMES or name.endswith(tables.CONFIG_SUFFIXES) or _TEXT_CONFIG.search(name):
        return True
    if name.startswith(("dockerfile.", "makefile.", ".env.")):
        return True
    return name.startswith(".") and not _CODE_SUFFIX.search(name)


def _plain_text(seen: _Seen) -> bool:
    return seen.name.endswith((".txt", ".text"))


_RULES: tuple[tuple[Callable[[_Seen], bool], Role], ...] = (
    (_binary, "binary"),
    (_vendored, "vendored"),
    (_lock, "lock"),
    (_generated_name, "generated"),
    (_own_output, "data"),
    (_data, "data"),
    (_bulk, "data"),
    (_generated_content, "generated"),
    (_test_tree, "test"),
    (_prose, "docs"),
    (_test_name, "test"),
    (_test_directory, "test"),
    (_schema_name, "schema"),
    (_schema_content, "schema"),
    (_docs_directory, "docs"),
    (_mapper, "source"),
    (_config_name, "config"),
    (_plain_text, "docs"),
)
