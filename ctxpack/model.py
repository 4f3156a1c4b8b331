"""The frozen values that flow between the stages.

Every stage is a function from these values to these values and knows no other stage. All are immutable, hashable,
picklable and, being msgspec structs, encoded to the store as compact arrays (so the order of fields is part of the
store's format: bump `store.FORMAT` when it changes).

Conventions: paths are repository-relative with "/"; lines are 1-based and spans inclusive; columns are 0-based and
count characters; `None` for a nullability means that the source does not say.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Span = tuple[int, int]
"""First and last line, 1-based, both inclusive."""

Role = Literal["source", "schema", "test", "config", "docs", "generated", "vendored", "lock", "data", "binary"]
"""What a file is for, as far as its path and content tell."""

UNPARSED: frozenset[Role] = frozenset({"binary", "lock", "data"})
"""The roles of files that are listed but not parsed: no word of a task leads to them, only their name."""

Level = Literal["mention", "outline", "focused", "full"]
"""How much of a file is shown, from its name alone to every line."""

ELISION = "⋮"
"""How the line of a packed text begins that stands for lines left out."""

Until = Literal["relevance", "candidates", "window"]
"""What ends a pack that still has room."""

NodeKind = Literal["file", "symbol", "dataset"]
"""What a node of the graph stands for."""

ItemRole = Literal["task", "target", "schema", "upstream", "dependency", "dependent", "test", "related", "map"]
"""Why a piece of context is in the pack."""


class Value(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Base of the values: immutable, compared and hashed by content."""


# --- crawl ------------------------------------------------------------------------------------------------------------


class Problem(Value, frozen=True, array_like=True, gc=False):
    """Trouble that did not stop the run: where, and one sentence saying what."""

    path: str
    message: str
    line: int = 0


class SourceFile(Value, frozen=True, array_like=True, gc=False):
    """A file of the repository, known by the digest of its bytes.

    `language` is a name from the table of languages ("text" where none fits, "" for binary files); `digest` is the
    hexadecimal BLAKE2b-128 of the raw bytes; `size` is in bytes.
    """

    path: str
    language: str
    role: Role
    digest: str
    size: int


class Skipped(Value, frozen=True, array_like=True, gc=False):
    """A path that was seen and left out, and why."""

    path: str
    reason: str


# --- parse ------------------------------------------------------------------------------------------------------------


class Definition(Value, frozen=True, array_like=True, gc=False):
    """A named thing that a file defines.

    `qualname` is the dotted path inside the file ("Outer.method"). `kind` is one of function, method, class, interface,
    enum, type, module, constant, variable, field, macro, table, view, key, section. `span` covers the whole definition
    with its decorators; `head` covers only its signature lines. `line` and `column` are where the name stands.
    `parent` is the index of the enclosing definition in the file, -1 at the top. `bases` are the type expressions
    inherited or implemented; `type` is the declared or evident type (of a value) or return type (of a callable), in
    the notation of `Reference.qualifier`. `exported` is False where the language says that it is private to the file.
    """

    name: str
    qualname: str
    kind: str
    span: Span
    head: Span
    line: int
    column: int
    signature: str
    doc: str
    parent: int = -1
    bases: tuple[str, ...] = ()
    type: str = ""
    exported: bool = True


class Reference(Value, frozen=True, array_like=True, gc=False):
    """One use of a name that is not bound locally.

    `qualifier` is what stands before the last dot, normalised: a dotted path ("np.linalg"), where a segment ending in
    "()" means a value made by calling it, and so an instance where it is a class ("Session()" for a local variable
    annotated or constructed as Session, "Widget()" for self inside Widget, "Widget()^" for its super). "" is a bare
    name and "?" a receiver of which nothing is known. "Handler().<0>" is the first parameter that the named function
    type Handler gives its functions; such a type's own `Definition.type` lists them: "(Context(),?)".
    `kind` is call, read, write, type, inherit, decorate, import or keyword (an argument's name; its qualifier is what
    is called). Brackets tell elements of containers, see `parse/languages/notation.py`. `scope` is the index of the
    enclosing definition, -1 at the top of the file. `arguments` is what a call gives, in languages that overload: how
    many, or, where anything is known of them, the qualifier of each ("?" if unknown; "=int", "=String", "=null" and
    so on for literals, "=function" for a function without a name); -1 where it is no call or not known. Where labels
    belong to names, each has its own and a colon before it: "_:" for none, "*:" for any.
    """

    name: str
    qualifier: str
    kind: str
    line: int
    column: int
    scope: int = -1
    arguments: int | tuple[str, ...] = -1


class Import(Value, frozen=True, array_like=True, gc=False):
    """One name brought in, or one file included, by one statement.

    `module` is the module, package or path as written (relative dots included). `name` is the member taken from it:
    "" for the module itself, "*" for all, "default" for a default export. `alias` is the local name that it binds
    ("" when nothing is bound). `kind` is import, reexport, include, require, dynamic, type or mod (a submodule
    declaration). `line` and `column` are where the name (or else the module) stands. `conditional` marks an import
    under a condition (the preprocessor's too, but for the guard of a header), a try, or inside a function. A reexport
    with the module "" offers a name of this very file.
    """

    module: str
    name: str
    alias: str
    kind: str
    line: int
    column: int = 0
    scope: int = -1
    conditional: bool = False


class Column(Value, frozen=True, array_like=True, gc=False):
    """A column of a table; `nullable` is None where the source does not say.

    `default` is what the database fills in, as SQL: "" where nothing, ending in an ellipsis where the rest is not told.
    """

    name: str
    type: str = ""
    nullable: bool | None = None
    doc: str = ""
    tests: tuple[str, ...] = ()
    line: int = 0
    default: str = ""


class Table(Value, frozen=True, array_like=True, gc=False):
    """A table, view or model that a file declares; `keys` are constraint texts such as "primary key (id)"."""

    name: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...] = ()
    span: Span = (1, 1)
    declared: bool = True


class DatasetOp(Value, frozen=True, array_like=True, gc=False):
    """A read or a write of a dataset; `name_template` keeps unresolved parts in braces."""

    kind: Literal["reads", "writes"]
    name_template: str
    span: Span


class Mention(Value, frozen=True, array_like=True, gc=False):
    """Something that a file names by mere text, in a string literal or as a word of a configuration file.

    `text` is a path (beginning with "*/" where its first folders are computed), a dotted name, "module:object", or, for
    what its surroundings say more of, a key, a blank and a name: "FROM silver.orders" and "INTO silver.orders" for
    tables that are read and written, "TABLE orders" for one that a type stands for, "-m package.module", "make lint" or
    "make folder lint" for a target, "DAG x" where a workflow gets its name and "dag x" where one is named. `line`,
    `column` and `scope` are as in `Reference`.
    """

    text: str
    line: int
    column: int
    scope: int = -1


class FileFacts(Value, frozen=True, array_like=True, gc=False):
    """What one file says, found from its bytes and language alone (never from its path or from other files).

    `package` is the package or namespace that the file declares. `exports` are the names that it declares public
    (`__all__`, an export list); `outline` are the line spans that make its outline, in order, without overlap.
    `condition` is what a build must be like for the file to be part of it, as the language writes that ("" for any).
    `tests` are the indices of the definitions that the source itself marks as tests, and of what stands in those.
    """

    language: str
    definitions: tuple[Definition, ...] = ()
    references: tuple[Reference, ...] = ()
    imports: tuple[Import, ...] = ()
    exports: tuple[str, ...] = ()
    package: str = ""
    outline: tuple[Span, ...] = ()
    tables: tuple[Table, ...] = ()
    dataset_ops: tuple[DatasetOp, ...] = ()
    lines: int = 0
    problems: tuple[Problem, ...] = ()
    mentions: tuple[Mention, ...] = ()
    condition: str = ""
    tests: tuple[int, ...] = ()


class LexicalDocument(Value, frozen=True, array_like=True, gc=False):
    """The words of one definition without those of the definitions inside it (or of the rest of a file, symbol -1).

    The three fields are space-separated normalised tokens, in order: `names` from the qualified name and signature,
    `docs` from comments, documentation and string literals, `body` from everything else.
    """

    symbol: int
    names: str
    docs: str
    body: str


class Parsed(Value, frozen=True, array_like=True, gc=False):
    """What parsing one file gives: its facts and its words.

    `names` are those that the file uses (see `naming.used`), sorted. `whole` is False where the references, which are
    most of the work and wanted of few files, were left out.
    """

    facts: FileFacts
    documents: tuple[LexicalDocument, ...] = ()
    names: tuple[str, ...] = ()
    whole: bool = True


# --- graph ------------------------------------------------------------------------------------------------------------


class Link(Value, frozen=True, array_like=True, gc=False):
    """A reference or import bound inside the repository.

    `line` and `column` are where the name stands in the referring file; `scope` is the index of the referring
    definition (-1: the file); `target` is the defining file and `symbol` the index of the definition there (-1: the
    file itself). `kind` is an edge kind. `origin` names the rule that bound it; `confidence` is between 0 and 1.
    """

    name: str
    line: int
    column: int
    scope: int
    target: str
    symbol: int
    kind: str
    origin: str
    confidence: float


class Unresolved(Value, frozen=True, array_like=True, gc=False):
    """An import that should have been found inside the repository and was not, and why."""

    path: str
    line: int
    expression: str
    why: str


class Edge(Value, frozen=True, array_like=True, gc=False):
    """A directed edge; `line` is where the source states it, `origin` the rule that found it.

    `kind` is one of imports, references, inherits, tests, reads, writes, defines, refs, includes, maps.
    """

    source: str
    target: str
    kind: str
    line: int
    origin: str
    confidence: float


class Node(Value, frozen=True, array_like=True, gc=False):
    """A file (`path`), symbol (`path::qualname`) or dataset (`table:name`)."""

    id: str
    kind: NodeKind


class Graph(Value, frozen=True, array_like=True, gc=False):
    """Nodes sorted by id; edges sorted by (source, target, kind, line)."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    unresolved: tuple[Unresolved, ...] = ()


# --- rank -------------------------------------------------------------------------------------------------------------


class Change(Value, frozen=True, array_like=True, gc=False):
    """The lines of one file that a diff touches, in the numbering of the present content (() for a deleted file)."""

    path: str
    spans: tuple[Span, ...]
    status: Literal["added", "modified", "deleted", "renamed"] = "modified"


class Target(Value, frozen=True, array_like=True, gc=False):
    """The change that the context is for.

    `symbols` are (path, qualname) pairs; `tables` are dataset names; `changes` come from a diff and `diff` is its text.
    """

    task: str = ""
    paths: tuple[str, ...] = ()
    symbols: tuple[tuple[str, str], ...] = ()
    tables: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    diff: str = ""


class Reason(Value, frozen=True, array_like=True, gc=False):
    """One summand of a score: which signal, how much, and because of what, in words for people.

    `names` are the words of the task that it rests on, for programs; few signals give them.
    """

    signal: str
    score: float
    because: str
    names: tuple[str, ...] = ()


class Ranked(Value, frozen=True, array_like=True, gc=False):
    """A file (`symbol` is "") or a symbol with its score, which is the sum of its reasons' scores."""

    path: str
    symbol: str
    line: int
    score: float
    reasons: tuple[Reason, ...]


class Ranking(Value, frozen=True, array_like=True, gc=False):
    """The answer to "what will be edited": files and symbols, best first, each with its reasons."""

    files: tuple[Ranked, ...]
    symbols: tuple[Ranked, ...]


# --- pack -------------------------------------------------------------------------------------------------------------


class ModelProfile(Value, frozen=True, array_like=True, gc=False):
    """What is known of a model or of a model at one host; all sizes in tokens.

    `window` is the context window, `max_input` what the host accepts, `effective` up to where measured quality holds.
    `tokenizer` names a way of counting; `factor` multiplies o200k counts where the tokenizer is not at hand, and
    `margin` is the share of the budget then held back. `template` names the chat template; `control` are strings with
    a meaning in that template. `source` and `date` say where the figures come from and when they were read.
    `released` False makes use an error that quotes `note`.
    """

    name: str
    title: str
    window: int
    max_input: int
    max_output: int
    effective: int
    tokenizer: str
    source: str
    date: str
    factor: float = 1.0
    margin: float = 0.0
    template: str = ""
    control: tuple[str, ...] = ()
    released: bool = True
    note: str = ""


class Budget(Value, frozen=True, array_like=True, gc=False):
    """Tokens for the whole rendered prompt.

    `total` is the hard ceiling; `reserve_output` was already taken off the window for the answer. `until` says what
    ends a pack that has room left: "relevance" (nothing left is worth its tokens), "candidates" (nothing left has
    anything to do with the task), or "window" (no file is left).
    """

    total: int
    reserve_output: int = 0
    until: Until = "relevance"


class Item(Value, frozen=True, array_like=True, gc=False):
    """One document of the pack: the lines `spans` of `path` as `text`, shown at `level`, for `reasons`.

    `text` holds whole lines of the file in order; where some were left out, one elision line has their numbers.
    """

    path: str
    role: ItemRole
    level: Level
    spans: tuple[Span, ...]
    text: str
    tokens: int
    score: float
    reasons: tuple[Reason, ...]
    language: str = ""

    @property
    def is_of_file(self) -> bool:
        """Whether it shows lines of a file, or names one; maps and cards of tables are made from many files."""
        return bool(self.spans) or self.level == "mention"


class Omitted(Value, frozen=True, array_like=True, gc=False):
    """A file that is not in the pack, or only by name, and why."""

    path: str
    reason: str


class Zone(Value, frozen=True, array_like=True, gc=False):
    """A named run of items; zones stand in a fixed order so that the front of a prompt stays the same."""

    name: str
    items: tuple[Item, ...]


class Confidence(Value, frozen=True, array_like=True, gc=False):
    """How sure a pack is that all files to be edited are in it.

    `value` is the chance, None where nothing was guessed because the caller named the files. `sentence` says it for
    people. `question` says what would sharpen the answer; "" where it is sure enough. `belongs` is False where the task
    does not seem to be about this repository. `candidates` are the paths that the question offers, likeliest first.
    """

    value: float | None
    sentence: str
    question: str = ""
    belongs: bool = True
    candidates: tuple[str, ...] = ()


class Pack(Value, frozen=True, array_like=True, gc=False):
    """A chosen context: what to render, for which model, within which budget, and what was left out.

    `fence` are the names of the tags around documents and task, which no content holds.
    `tokens` is the count of the rendered text by the profile's counter; `fingerprint` is a digest of everything that
    determined the pack. `view` names for whom it is. `confidence` is None where nothing to edit was looked for.
    """

    target: Target
    model: ModelProfile
    budget: Budget
    zones: tuple[Zone, ...]
    omitted: tuple[Omitted, ...]
    problems: tuple[Problem, ...]
    fingerprint: str
    tokens: int = 0
    format: str = "xml"
    fence: tuple[str, str] = ("document", "task")
    view: str = "coder"
    confidence: Confidence | None = None


class Rendered(Value, frozen=True, array_like=True, gc=False):
    """A pack as text; `breakpoints` are byte offsets into its UTF-8 form where a prefix cache may end."""

    text: str
    breakpoints: tuple[int, ...]
