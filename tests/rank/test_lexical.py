import random
import sqlite3

from ctxpack.model import Parsed
from ctxpack.parse import parse
from ctxpack.rank import LexicalIndex
from ctxpack.rank.lexical import idf

TEXTS = {
    f"m{n}.py": f"def handler_{n}(request):\n    # comment about thing{n % 7}\n    return request.user{n}\n"
    for n in range(60)
}


def filled(texts: dict[str, str], index: LexicalIndex | None = None) -> LexicalIndex:
    made = index or LexicalIndex(sqlite3.connect(":memory:"))
    made.update(dict(texts), lambda paths: {path: parse(texts[path], "python") for path in paths})
    return made


def dump(index: LexicalIndex) -> object:
    words = sorted(
        {token for text in TEXTS.values() for token in text.replace("(", " ").split()}
        | {"request", "handler", "user3", "chang"}
    )
    return index.statistics(), [(word, index.postings(word)) for word in words], index.named("handler_3")


def test_postings_tell_fields_and_definitions() -> None:
    postings = filled({"a.py": "def charge(card):\n    # refund of a card\n    return card\n"})
    [card] = postings.postings("card")
    assert (card.path, card.symbol, card.counts) == ("a.py", 0, (0, 1, 2))
    [charge] = postings.postings("charg")
    assert charge.counts[0] == 1


def test_an_index_grown_by_edits_answers_like_one_made_anew() -> None:
    order = random.Random(3)
    grown, texts = filled(TEXTS), dict(TEXTS)
    for step in range(40):
        path = order.choice(sorted(texts))
        if step % 3 == 0:
            del texts[path]
        else:
            texts[path] = texts[path] + f"\n\ndef changed_{step}():\n    return 'request'\n"
        filled(texts, grown)
    assert dump(grown) == dump(filled(texts))


def test_unchanged_files_are_not_asked_for() -> None:
    index = filled(TEXTS)
    asked: list[str] = []

    def parsed(paths: object) -> dict[str, Parsed]:
        asked.extend(paths)  # type: ignore[arg-type]
        return {path: parse("x = 1\n", "python") for path in asked}

    index.update({**TEXTS, "m1.py": "x = 1\n"}, parsed)
    assert asked == ["m1.py"]


def test_rare_terms_weigh_more() -> None:
    assert idf(1000, 1) > idf(1000, 100) > idf(1000, 1000) > 0
