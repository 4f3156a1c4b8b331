import sqlite3
from collections.abc import Callable, Mapping

import pytest

from ctxpack.model import Parsed, SourceFile
from ctxpack.parse import parse
from ctxpack.rank import Corpus, LexicalIndex

Make = Callable[..., Corpus]


@pytest.fixture
def make_corpus() -> Make:
    """A corpus of texts by path; roles by path where they are not "source", languages where they are not `language`."""

    def make(
        texts: Mapping[str, str],
        roles: Mapping[str, str] | None = None,
        commits: tuple[object, ...] = (),
        language: str = "python",
        languages: Mapping[str, str] | None = None,
    ) -> Corpus:
        spoken = dict.fromkeys(texts, language) | dict(languages or {})
        parsed: dict[str, Parsed] = {path: parse(text, spoken[path]) for path, text in texts.items()}
        index = LexicalIndex(sqlite3.connect(":memory:"))
        index.update({path: text for path, text in texts.items()}, lambda paths: {path: parsed[path] for path in paths})
        files = {
            path: SourceFile(path, spoken[path], (roles or {}).get(path, "source"), str(hash(text)), len(text))  # type: ignore[arg-type]
            for path, text in texts.items()
        }
        return Corpus(files, index, commits)  # type: ignore[arg-type]

    return make
