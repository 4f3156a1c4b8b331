"""The inverted index: which words and which names occur in which definition of which file.

SQLite's FTS5 holds the postings. Scores are computed by the signals, because FTS5's own BM25 fixes the length
normalisation and has no fields. The index of one view of a repository is kept between runs and updated by file digest.
Rows of removed files stay in the full-text table, unread, until they are a quarter of it. All statistics are taken over
live rows only, so that an index that was updated scores exactly like a fresh one.
"""

from __future__ import annotations

import math
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ctxpack.model import LexicalDocument, Parsed

VERSION = 1
"""Raise this when the tables change; an index of another version is emptied."""

_MOST_DEAD = 0.25

_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (id INTEGER PRIMARY KEY, path TEXT UNIQUE, digest TEXT, names INT, docs INT, body INT);
CREATE TABLE IF NOT EXISTS documents (
  id INTEGER PRIMARY KEY, file INT, symbol INT, names INT, docs INT, body INT
);
CREATE INDEX IF NOT EXISTS documents_of ON documents (file);
CREATE TABLE IF NOT EXISTS symbols (
  file INT, symbol INT, name TEXT, qualname TEXT, kind TEXT, line INT, first INT, last INT,
  PRIMARY KEY (file, symbol)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS symbols_named ON symbols (name);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
  names, docs, body, content='', tokenize="unicode61 remove_diacritics 0 tokenchars '_'"
);
CREATE VIRTUAL TABLE IF NOT EXISTS instances USING fts5vocab('words', 'instance');
"""


@dataclass(frozen=True, slots=True)
class Posting:
    """A term's counts in the fields names, docs and body of one definition (`symbol`; -1 for the rest of the file)."""

    path: str
    symbol: int
    counts: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Named:
    """A definition as the index knows it; `symbol` is its index in the facts of the file."""

    path: str
    symbol: int
    name: str
    qualname: str
    kind: str
    line: int
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Sizes of the index: numbers of files and documents, and per field the word count of each file and the mean."""

    files: int
    mean_lengths: tuple[float, float, float]
    lengths: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    documents: int = 0


class LexicalIndex:
    """The index of one view of a repository, in an open SQLite database that holds nothing else."""

    def __init__(self, database: sqlite3.Connection) -> None:
        """Create missing tables; raises sqlite3.DatabaseError where the file is no usable database."""
        self._db = database
        made_by = self._db.execute("PRAGMA user_version").fetchone()[0]
        if made_by == VERSION:
            return
        if made_by:
            self._drop()
        self._db.executescript(_SCHEMA)
        self._db.execute(f"PRAGMA user_version = {VERSION}")
        self._db.commit()

    def begin(self, digests: Mapping[str, str]) -> bool:
        """Open a read transaction if the index holds exactly these files (digest by path); otherwise return False."""
        self._db.execute("BEGIN")
        if dict(self._db.execute("SELECT path, digest FROM files")) == dict(digests):
            return True
        self.end()
        return False

    def end(self) -> None:
        """End the transaction, if one is open."""
        if self._db.in_transaction:
            self._db.rollback()

    def update(
        self,
        digests: Mapping[str, str],
        parsed: Callable[[Sequence[str]], Mapping[str, Parsed]],
    ) -> None:
        """Make the index hold exactly these files (digest by path); `parsed` is called for batches of changed paths."""
        known: dict[str, tuple[int, str]] = {
            path: (row, digest) for row, path, digest in self._db.execute("SELECT id, path, digest FROM files")
        }
        gone = [known[path][0] for path in sorted(known) if digests.get(path) != known[path][1]]
        wanted = [path for path in sorted(digests) if path not in known or known[path][1] != digests[path]]
        if not gone and not wanted:
            return
        with self._db:
            self._remove(gone)
            if self._mostly_dead():
                self._drop()
                self._db.executescript(_SCHEMA)
                wanted = sorted(digests)
            for start in range(0, len(wanted), 500):
                batch = wanted[start : start + 500]
                found = parsed(batch)
                for path in batch:
                    if path in found:
                        self._insert(path, digests[path], found[path])

    def statistics(self) -> Statistics:
        """The sizes of the index, over live rows only."""
        lengths = {
            path: (names, docs, body)
            for path, names, docs, body in self._db.execute("SELECT path, names, docs, body FROM files")
        }
        total = max(1, len(lengths))
        sums = [sum(found[position] for found in lengths.values()) / total for position in range(3)]
        documents = self._db.execute("SELECT count(*) FROM documents").fetchone()[0]
        return Statistics(len(lengths), (sums[0], sums[1], sums[2]), lengths, documents)

    def postings(self, term: str) -> list[Posting]:
        """The postings of a term, sorted by path and symbol."""
        rows = self._db.execute(
            "SELECT f.path, d.symbol, sum(i.col = 'names'), sum(i.col = 'docs'), sum(i.col = 'body') "
            "FROM instances i JOIN documents d ON d.id = i.doc JOIN files f ON f.id = d.file "
            "WHERE i.term = ? GROUP BY d.id ORDER BY f.path, d.symbol",
            (term,),
        )
        return [Posting(path, symbol, (names, docs, body)) for path, symbol, names, docs, body in rows]

    def adjacent(self, left: str, right: str) -> list[tuple[str, int]]:
        """The (path, symbol) pairs in which `left` directly precedes `right` in the field names or docs."""
        rows = self._db.execute(
            "SELECT f.path, d.symbol FROM words w JOIN documents d ON d.id = w.rowid JOIN files f ON f.id = d.file "
            "WHERE words MATCH ? ORDER BY f.path, d.symbol",
            (f'{{names docs}} : "{left} {right}"',),
        )
        return [(path, symbol) for path, symbol in rows]

    def qualname(self, path: str, symbol: int) -> str:
        """The qualified name of one definition, "" where there is none."""
        row = self._db.execute(
            "SELECT s.qualname FROM symbols s JOIN files f ON f.id = s.file WHERE f.path = ? AND s.symbol = ?",
            (path, symbol),
        ).fetchone()
        return str(row[0]) if row else ""

    def document_lengths(self, paths: Iterable[str]) -> dict[tuple[str, int], int]:
        """The word count of each document of these files, by (path, symbol)."""
        lengths: dict[tuple[str, int], int] = {}
        for path in paths:
            rows = self._db.execute(
                "SELECT d.symbol, d.names + d.docs + d.body FROM documents d JOIN files f ON f.id = d.file "
                "WHERE f.path = ?",
                (path,),
            )
            lengths.update({(path, symbol): length for symbol, length in rows})
        return lengths

    def named(self, name: str) -> list[Named]:
        """The definitions with exactly this simple name, sorted by path and position."""
        return self._symbols("s.name = ?", (name,))

    def symbols_of(self, path: str) -> list[Named]:
        """The definitions of one file, in order."""
        return self._symbols("f.path = ?", (path,))

    def of_kinds(self, kinds: Sequence[str]) -> list[Named]:
        """The definitions of these kinds, sorted by path and position."""
        return self._symbols(f"s.kind IN ({', '.join('?' * len(kinds))})", kinds)

    def _symbols(self, condition: str, values: Sequence[str]) -> list[Named]:
        rows = self._db.execute(
            "SELECT f.path, s.symbol, s.name, s.qualname, s.kind, s.line, s.first, s.last "
            f"FROM symbols s JOIN files f ON f.id = s.file WHERE {condition} ORDER BY f.path, s.symbol",
            tuple(values),
        )
        return [
            Named(path, symbol, name, qualname, kind, line, (first, last))
            for path, symbol, name, qualname, kind, line, first, last in rows
        ]

    def _remove(self, rows: list[int]) -> None:
        self._db.executemany("DELETE FROM documents WHERE file = ?", [(row,) for row in rows])
        self._db.executemany("DELETE FROM symbols WHERE file = ?", [(row,) for row in rows])
        self._db.executemany("DELETE FROM files WHERE id = ?", [(row,) for row in rows])

    def _mostly_dead(self) -> bool:
        living = self._db.execute("SELECT count(*) FROM documents").fetchone()[0]
        made = self._db.execute("SELECT count(*) FROM words_docsize").fetchone()[0]
        return bool(made > 1000 and made - living > _MOST_DEAD * made)

    def _insert(self, path: str, digest: str, parsed: Parsed) -> None:
        lengths = [_length(document) for document in parsed.documents]
        sums = [sum(length[position] for length in lengths) for position in range(3)]
        file = self._db.execute(
            "INSERT INTO files (path, digest, names, docs, body) VALUES (?, ?, ?, ?, ?)", (path, digest, *sums)
        ).lastrowid
        row = self._db.execute("SELECT coalesce(max(id), 0) FROM words_docsize").fetchone()[0] + 1
        self._db.executemany(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)",
            [(row + n, file, d.symbol, *lengths[n]) for n, d in enumerate(parsed.documents)],
        )
        self._db.executemany(
            "INSERT INTO words (rowid, names, docs, body) VALUES (?, ?, ?, ?)",
            [(row + n, d.names, d.docs, d.body) for n, d in enumerate(parsed.documents)],
        )
        self._db.executemany(
            "INSERT INTO symbols VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(file, n, d.name, d.qualname, d.kind, d.line, *d.span) for n, d in enumerate(parsed.facts.definitions)],
        )

    def _drop(self) -> None:
        for table in ("instances", "words", "symbols", "documents", "files"):
            self._db.execute(f"DROP TABLE IF EXISTS {table}")


def _length(document: LexicalDocument) -> tuple[int, int, int]:
    names, docs, body = (field.count(" ") + bool(field) for field in (document.names, document.docs, document.body))
    return names, docs, body


def idf(documents: int, containing: int) -> float:
    """Inverse document frequency in the form that stays positive: ln(1 + (N - n + 0.5) / (n + 0.5))."""
    return math.log(1 + (documents - containing + 0.5) / (containing + 0.5))


def by_file(postings: Iterable[Posting]) -> dict[str, tuple[int, int, int]]:
    """The counts of one term summed over the definitions of each file."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for posting in postings:
        total = sums[posting.path]
        for position, count in enumerate(posting.counts):
            total[position] += count
    return {path: (found[0], found[1], found[2]) for path, found in sums.items()}
