"""The frozen values that are passed between the stages.

Every stage is a set of functions from these values to these values and knows no other stage. All are immutable,
hashable, picklable and, being msgspec structs, stored as compact arrays (so the order of fields is part of the store's
format: raise `store.FORMAT` when it changes).

Conventions: paths are repository-relative with "/"; lines are 1-based and spans inclusive; columns are 0-based and
count characters; `None` for a nullability means that the source does not say.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Span = tuple[int, int]
"""First and last line, 1-based, both inclusive."""

Role = Literal["source", "schema", "test", "config", "docs", "generated", "vendored", "lock", "data", "binary"]
"""What a file is for, as classified from its path and content."""

MACHINE_MADE: frozenset[Role] = frozenset({"generated", "vendored"})
"""The roles of files that nobody writes by hand in this repository."""

UNPARSED: frozenset[Role] = frozenset({"binary", "lock", "data"})
"""The roles of files that are listed but not parsed; words of a task do not find them, only their path does."""

Level = Literal["mention", "outline", "focused", "full"]
"""How much of a file is shown, from its name alone to every line."""

ELISION = "⋮"
"""The start of an elision line, which stands for lines left out of a packed text: "⋮ 12-40"."""

Until = Literal["relevance", "candidates", "window"]
"""What ends the filling of a pack that still has room; see `Budget`."""

NodeKind = Literal["file", "symbol", "dataset"]
"""The kind of a node of the graph."""

ItemRole = Literal["task", "target", "schema", "upstream", "dependency", "dependent", "test", "related", "map"]
"""Why a piece of context is in the pack."""


class Value(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Base of the values: immutable, compared and hashed by content."""


# --- crawl ------------------------------------------------------------------------------------------------------------


class Problem(Value, frozen=True, array_like=True, gc=False):
    """Trouble that did not stop the run: its place, and one sentence."""

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
    """A path that was found and left out, with the reason."""

    path: str
    reason: str


# --- parse ------------------------------------------------------------------------------------------------------------


class Definition(Value, frozen=True, array_like=True, gc=False):
    """A named thing that a file defines.

    `qualname` is the dotted path inside the file ("Outer.method"). `kind` is one of function, method, class, interface,
    enum, type, module, constant, variable, field, macro, table, view, key, section. `span` covers the whole definition
    with its decorators; `head` covers only its signature lines. `line` and `column` are the position of the name.
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

    `qualifier` is the receiver (the part before the last dot), normalised to a dotted path ("np.linalg"). A segment
    ending in "()" means a value made by calling it, and so an instance if it is a class: "Session()" for a local
    variable annotated or constructed as Session, "Widget()" for self inside Widget, "Widget()^" for its super. "" is a
    bare name and "?" an unknown receiver. "Handler().<0>" is the first parameter that the named function type Handler
    passes to its functions; such a type's own `Definition.type` lists them: "(Context(),?)". Brackets denote elements
    of containers, see `parse/languages/notation.py`.
    `kind` is call, read, write, type, inherit, decorate, import or keyword (the name of an argument; its qualifier is
    the callee). `scope` is the index of the enclosing definition, -1 at the top of the file. `arguments` describes the
    arguments of a call, in languages with overloading: their number, or, where anything is known about them, the
    qualifier of each ("?" if unknown; "=int", "=String", "=null" and so on for literals, "=function" for an anonymous
    function); -1 where it is no call or not known. Where argument labels are part of a function's name, each qualifier
    is prefixed with its label and a colon: "_:" for no label, "*:" for any.
    """

    name: str
    qualifier: str
    kind: str
    line: int
    column: int
    scope: int = -1
    arguments: int | tuple[str, ...] = -1


class Import(Value, frozen=True, array_like=True, gc=False):
    """One name imported, or one file included, by one statement.

    `module` is the module, package or path as written (relative dots included). `name` is the imported member: "" for
    the module itself, "*" for all, "default" for a default export. `alias` is the local name that it binds ("" if
    none). `kind` is import, reexport, include, require, dynamic, type, alias (of a name that is in sight already),
    announced (a type that some other file defines) or mod (a submodule declaration). `line` and `column` are the
    position of the name (or else the module). `conditional` marks an import under a condition (also of the
    preprocessor, except a header guard), in a try, or inside a function. A reexport with the module "" exports a name
    of this file itself.
    """

    module: str
    name: str
    alias: str
    kind: str
    line: int
    column: int = 0
    scope: int = -1
    conditional: bool = False


ANNOUNCED = "announced"
"""The kind of an import that only says that there is a type of this name (`class Shop;`)."""


class Column(Value, frozen=True, array_like=True, gc=False):
    """A column of a table; `nullable` is None where the source does not say.

    `default` is the default value as SQL; "" for none; it ends in an ellipsis where it was truncated.
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
    """Something named only by text: in a string literal, or by a word of a configuration file.

    `text` is a path (beginning with "*/" if its first folders are computed), a dotted name, or "module:object". Where
    the context tells more, it is a key, a blank and a name: "FROM silver.orders" and "INTO silver.orders" for tables
    that are read and written, "CREATE orders" for one that a statement in a string creates, "<SQL> " for a string with
    a statement, whatever it names, "TABLE orders" for a table that a type represents, "-m package.module", "make lint"
    or "make folder lint" for a target, "DAG x" where a workflow is defined and "dag x" where one is referred to.
    `line`, `column` and `scope` are as in `Reference`.
    """

    text: str
    line: int
    column: int
    scope: int = -1


class FileFacts(Value, frozen=True, array_like=True, gc=False):
    """The facts of one file, found from its bytes and language alone (never from its path or from other files).

    `package` is the package or namespace that the file declares. `exports` are the names that it declares public
    (`__all__`, an export list); `outline` are the line spans of its outline, in order, without overlap. `condition` is
    the build condition for the file, as its language writes it ("" for none). `tests` are the indices of the
    definitions that the source itself marks as tests, and of those nested in them.
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
    """The tokens of one definition without those of nested definitions; with symbol -1, of the rest of a file.

    The three fields are space-separated normalised tokens, in order: `names` from the qualified name and signature,
    `docs` from comments, documentation and string literals, `body` from everything else.
    """

    symbol: int
    names: str
    docs: str
    body: str


class Parsed(Value, frozen=True, array_like=True, gc=False):
    """The result of parsing one file: its facts and its tokens.

    `names` are those that the file uses (see `naming.used`), sorted. `whole` is False where the references, which are
    most of the work and needed for few files only, were left out.
    """

    facts: FileFacts
    documents: tuple[LexicalDocument, ...] = ()
    names: tuple[str, ...] = ()
    whole: bool = True


# --- graph ------------------------------------------------------------------------------------------------------------


class Link(Value, frozen=True, array_like=True, gc=False):
    """A reference or import that is resolved inside the repository.

    `line` and `column` are the position of the name in the referring file; `scope` is the index of the referring
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
    """An import (or dataset) that should resolve inside the repository and did not, with the reason."""

    path: str
    line: int
    expression: str
    why: str


class Edge(Value, frozen=True, array_like=True, gc=False):
    """A directed edge; `line` is its line in the source's file, `origin` the rule that found it.

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
    """One summand of a score: the signal, its score, and the reason in words for people.

    `names` are the words of the task behind it, for programs; only few signals give them.
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
    """The properties of a model, or of a model at one host; all sizes in tokens.

    `window` is the context window, `max_input` what the host accepts, `effective` the length up to which measured
    quality holds. `tokenizer` names a way of counting; `factor` multiplies o200k counts where the tokenizer is not
    available, and `margin` is the share of the budget that is then held back. `template` names the chat template;
    `control` are its control strings. `source` and `date` say where the figures come from and when they were read. A
    model that is not `released` cannot be used; the error quotes `note`.
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

    `total` is the hard ceiling; `reserve_output` was already subtracted from the window, for the answer. `until` says
    what ends a pack that has room left: "relevance" (nothing left is worth its tokens), "candidates" (nothing left has
    anything to do with the task), or "window" (no file is left).
    """

    total: int
    reserve_output: int = 0
    until: Until = "relevance"


class Item(Value, frozen=True, array_like=True, gc=False):
    """One document of the pack: the lines `spans` of `path` as `text`, shown at `level`, for `reasons`.

    `text` has whole lines of the file in order; each gap is one elision line with the numbers of the missing lines.
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
        """Whether it shows or mentions one file; maps and cards of tables are made from many."""
        return bool(self.spans) or self.level == "mention"


class Omitted(Value, frozen=True, array_like=True, gc=False):
    """A file that is not in the pack, or only by name, and why."""

    path: str
    reason: str


class Zone(Value, frozen=True, array_like=True, gc=False):
    """A named group of items; zones are in a fixed order, so that the start of a prompt stays the same."""

    name: str
    items: tuple[Item, ...]


class Confidence(Value, frozen=True, array_like=True, gc=False):
    """The estimated probability that a pack has all files to be edited.

    `value` is None where nothing was guessed because the caller named the files, and where nothing is known of tasks
    like this one. `sentence` says it for people.
    `question` is a clarifying question that would improve the pack; "" where the value is high enough. `belongs` is
    False where the task does not seem to be about this repository. `candidates` are the paths that the question offers,
    likeliest first.
    """

    value: float | None
    sentence: str
    question: str = ""
    belongs: bool = True
    candidates: tuple[str, ...] = ()


class Pack(Value, frozen=True, array_like=True, gc=False):
    """The selected context: what to render, for which model, within which budget, and what was left out.

    `fence` has the names of the tags around documents and task, which no content contains. `tokens` is the count of the
    rendered text by the profile's counter; `fingerprint` is a digest of everything that determined the pack. `view`
    names who it is for. `confidence` is None in views that show no files, or no bodies of definitions.
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
    """A pack as text; `breakpoints` are byte offsets (UTF-8) at which a prefix cache may end."""

    text: str
    breakpoints: tuple[int, ...]
