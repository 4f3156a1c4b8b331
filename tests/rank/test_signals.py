from ctxpack.rank import signals
from ctxpack.rank.query import read


def test_neighbours_of_the_task_are_found_in_one_name(make_corpus) -> None:
    corpus = make_corpus(
        {
            "a.py": "def merge_schema(x):\n    return x\n",
            "b.py": "def merge(x):\n    return x\ndef schema():\n    return 1\n",
        }
    )
    found = signals.best_of(signals.adjacent_words(read("merge schema of two tables"), corpus))
    assert list(found) == ["a.py"]
    assert found["a.py"].because == "merge schema"


def test_a_file_is_named_only_by_all_words_of_its_name(make_corpus) -> None:
    corpus = make_corpus({"src/url_builder.py": "x = 1\n", "src/url.py": "x = 1\n", "src/mail.py": "x = 1\n"})
    assert list(signals.file_names(read("narrow the url"), corpus)) == ["src/url.py"]
    assert sorted(signals.file_names(read("the builder of a url"), corpus)) == ["src/url.py", "src/url_builder.py"]


def test_uses_of_an_identifier_count_where_it_is_rare(make_corpus) -> None:
    texts = {f"f{n}.py": "get_all()\n" for n in range(8)} | {"g.py": "get_all(round_money(1))\n"}
    found = signals.uses(read("`round_money` and `get_all` differ"), make_corpus(texts))
    assert list(found) == ["g.py"]
    assert found["g.py"].because == "has round_money"


def test_uses_are_found_of_names_that_are_one_word(make_corpus) -> None:
    texts = {f"f{n}.py": "run()\n" for n in range(8)} | {"g.py": "import asyncio\nasyncio.iscoroutinefunction(run)\n"}
    found = signals.uses(read("`asyncio.iscoroutinefunction` is deprecated"), make_corpus(texts))
    assert list(found) == ["g.py"]


def test_the_best_definition_of_a_file_stands_for_it(make_corpus) -> None:
    corpus = make_corpus({"a.py": "def parse_date(text):\n    return text\n\ndef other():\n    return 2\n"})
    query = read("date parse")
    found = signals.best_symbols(signals.symbol_words(query, corpus, ["a.py"], (2.0, 1.0, 1.0)), corpus)
    assert found["a.py"].because == "parse_date"


def test_the_words_of_a_name_count_by_their_rarity_among_names(make_corpus) -> None:
    texts = {f"{n}.py": f"def schema_{n}():\n    return 1\n" for n in "abcde"} | {
        "m.py": "def merge_schema():\n    return 2\n"
    }
    corpus, wanted = make_corpus(texts), dict(read("merging of schemas").terms)
    both, rare, common = (signals.name_words(name, wanted, corpus) for name in ("merge_schema", "merged", "schema_x"))
    assert both == rare + common and rare > common > 0
    assert signals.name_words("other", wanted, corpus) == signals.name_words("x", wanted, corpus) == 0.0


def test_all_words_that_a_file_has_are_kept_for_programs_and_the_first_told_to_people(make_corpus) -> None:
    corpus = make_corpus({"a.py": "def red(two, three, four, five, six, seven): ..."})
    query = read("red two three four five six seven")
    found = signals.words(query.terms, corpus, (1.0, 1.0, 1.0), query.written)["a.py"]
    assert sorted(found.names) == ["five", "four", "red", "seven", "six", "three", "two"]
    assert found.because.endswith(" and 1 more")


_TRACE = """Refunding fails

Traceback (most recent call last):
  File "/app/src/shop/web.py", line 1, in <module>
  File "/app/src/shop/cart.py", line 2, in total
  File "/usr/lib/python3/json/decoder.py", line 9, in decode
"""


def test_the_innermost_call_inside_the_repository_counts_most(make_corpus) -> None:
    corpus = make_corpus({"src/shop/web.py": "total()\n", "src/shop/cart.py": "def total():\n    return loads(x)\n"})
    files, symbols = signals.frames(read(_TRACE), corpus)
    assert {path: one.score for path, one in files.items()} == {"src/shop/cart.py": 1.0, "src/shop/web.py": 0.5}
    assert list(symbols) == [("src/shop/cart.py", "total")]


def test_a_path_in_a_trace_is_not_counted_as_mentioned_too(make_corpus) -> None:
    corpus = make_corpus({"src/shop/web.py": "x = 1\n", "src/shop/cart.py": "y = 1\n"})
    assert signals.mentions(read(_TRACE), corpus) == {}
    assert list(signals.mentions(read("see src/shop/cart.py"), corpus)) == ["src/shop/cart.py"]


def test_files_of_one_name_share_what_a_mention_of_it_is_worth(make_corpus) -> None:
    corpus = make_corpus({f"{folder}/main.py": "x = 1\n" for folder in "abcd"})
    assert {one.score for one in signals.mentions(read("main.py fails"), corpus).values()} == {0.25}


def test_a_member_that_its_class_does_not_define_names_the_class(make_corpus) -> None:
    texts = {
        "orders.py": "class Order(Base):\n    def total(self): ...\n",
        "base.py": "class Base:\n    def hooks(self): ...\n",
        "other.py": "def other(): ...\n",
    }
    corpus = make_corpus(texts)
    new, _ = signals.definitions(read("add a method `Order.refund`"), corpus)
    inherited, symbols = signals.definitions(read("say the type of `Order.hooks`"), corpus)
    own, _ = signals.definitions(read("`Order.total` is off"), corpus)
    assert set(new) == {"orders.py"}
    assert set(inherited) == {"orders.py", "base.py"}
    assert ("orders.py", "Order") in symbols
    assert set(own) == {"orders.py"}
