import base64
import hashlib
from pathlib import Path

import pytest
import tiktoken_ext.openai_public
from hypothesis import given, settings
from hypothesis import strategies as st

from ctxpack.errors import BudgetError, ModelError
from ctxpack.model import ModelProfile
from ctxpack.pack import tokens
from ctxpack.pack.models import PROFILES, find

SCOUT = PROFILES["scout"]
find_installed = tokens._installed_tokenizer_file


@pytest.fixture(autouse=True)
def _no_installed_vocabulary(monkeypatch):
    monkeypatch.setattr(tokens, "_installed_tokenizer_file", lambda: None)


def plain_count(text: str) -> int:
    return len(tokens.o200k().encode_ordinary(text))


def test_split_pattern_is_the_published_one(monkeypatch):
    monkeypatch.setattr(tiktoken_ext.openai_public, "load_tiktoken_bpe", lambda *_, **__: {})
    assert tiktoken_ext.openai_public.o200k_base()["pat_str"] == tokens.SPLIT_PATTERN


def test_vocabulary_is_the_published_one():
    assert tokens.o200k().n_vocab == 199_998
    assert tokens.o200k().encode_ordinary("hello world") == [24912, 2375]


def test_damaged_package_data_is_an_error(monkeypatch):
    monkeypatch.setattr(tokens, "O200K_SHA256", "0" * 64)
    with pytest.raises(ModelError, match="damaged"):
        tokens._o200k_encoder.__wrapped__()


@pytest.mark.parametrize(
    "text",
    ["", "hello", "<|endoftext|>", "a\ud800b", "\x00\x01", "x" * 9000, "  indented\n" * 500, "🏳️‍🌈 漢字\tété\r\n"],
)
def test_counts_any_text_like_the_plain_encoding(text):
    assert tokens.counter_for(SCOUT).count(text) == plain_count(text)


LINE_START = [
    "",
    " ",
    "\t",
    "/",
    "//",
    "    ",
    "}",
    "a",
    "漢",
    "🙂",
    "\u00a0",
    "\u3000",
    "\x1c",
    "-",
    "é",
    "\u0301",
    "\x85",
]
LINE_REST = [
    "",
    "x",
    "def f(a):",
    "/* c */",
    "!!",
    "--",
    "  ",
    "\t",
    "it's",
    "123456",
    "漢字かな",
    "👩‍👩‍👧",
    "'LL",
    "\u2028",
]
LINE_END = ["\n", "\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "/\n", " \n", "\n/"]
lines = st.tuples(st.sampled_from(LINE_START), st.sampled_from(LINE_REST), st.sampled_from(LINE_END)).map("".join)
texts = st.lists(lines | st.text(max_size=8), max_size=60).map("".join)


@settings(max_examples=150, deadline=None)
@given(texts, st.integers(1, 60))
def test_counts_add_up_over_pieces(text, size):
    """The rule itself, with pieces far smaller than those of a run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "_SMALL", size)
        patch.setattr(tokens, "_LARGE", size * 2)
        pieces = list(tokens.split_pieces(text))
    assert "".join(pieces) == text
    assert sum(map(plain_count, pieces)) == plain_count(text)


@settings(max_examples=80, deadline=None)
@given(st.lists(texts, max_size=5))
def test_counts_add_up_over_parts_that_begin_like_documents(parts):
    whole = "".join(f"<document>\n{part}\n</document>\n" for part in parts)
    count = tokens.counter_for(SCOUT).count
    assert sum(count(f"<document>\n{part}\n</document>\n") for part in parts) == count(whole) == plain_count(whole)


def test_rule_needs_both_its_conditions():
    assert plain_count("//\n") + plain_count("//x\n") != plain_count("//\n//x\n")
    assert plain_count("a\n") + plain_count("\nb") != plain_count("a\n\nb")


def test_pieces_have_a_useful_size():
    text = "".join(f"def function_{n}(a, b):\n    return a + b * {n}\n\n\n" for n in range(500))
    sizes = [len(piece) for piece in tokens.split_pieces(text)]
    assert max(sizes) < 4000
    assert min(sizes[:-1]) >= 400


def test_pieces_meet_again_after_an_edit():
    text = "".join(f"def function_{n}(a, b):\n    return a + b * {n}\n\n\n" for n in range(500))
    before, after = set(tokens.split_pieces(text)), set(tokens.split_pieces("import os\n" + text))
    assert len(after - before) <= 2


@pytest.mark.parametrize("unit", [" ", "\t", "\u00a0", " \t", "\u3000 "])
@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("x", "y"), ("x = 1\n", "/y"), ("-", "\n"), (" \n", "\n\nz"), ("/", "'s")]
)
def test_runs_of_blanks_are_cut_exactly(monkeypatch, unit, before, after):
    text = before + unit * 300 + after
    expected = plain_count(text)
    monkeypatch.setattr(tokens, "_LONG", 100)
    monkeypatch.setattr(tokens, "_LONG_BLANK", tokens.re.compile(tokens._LONG_BLANK.pattern.replace("50000", "100")))
    assert tokens.counter_for(SCOUT).count(text) == expected


@pytest.mark.parametrize(
    "text", [" " * 1_100_000, "a" + "\t" * 1_100_000 + "b", "\n" + " " * 1_100_000 + "\nx", "\u3000" * 1_100_000 + "y"]
)
def test_a_million_blanks_do_not_panic(text):
    assert 0 < tokens.counter_for(SCOUT).count(text) <= len(text.encode())


def test_million_blanks_count_as_their_halves_do():
    half = plain_count(" " * 409_600)
    assert tokens.counter_for(SCOUT).count(" " * 1_638_400) == 4 * half


# --- caches -----------------------------------------------------------------------------------------------------------


def test_cached_counts_need_no_vocabulary():
    cache = tokens.MemoryCache()
    text = "def f():\n    pass\n" * 400
    expected = tokens.counter_for(SCOUT, cache=cache).count(text)

    def refuse():
        raise AssertionError("the vocabulary was loaded")

    again = tokens.Counter("o200k_base", refuse, identity="o200k_base", cache=cache)
    assert again.count(text) == expected
    with pytest.raises(AssertionError):
        tokens.Counter("other", refuse, identity="another vocabulary", cache=cache).count(text)


def test_many_texts_ask_the_cache_once():
    calls = []

    class Spy(tokens.MemoryCache):
        def get_many(self, digests):
            calls.append(len(digests))
            return super().get_many(digests)

    assert tokens.counter_for(SCOUT, cache=Spy()).count_many(["a", "b b", "a", ""]) == [1, 2, 1, 0]
    assert calls == [2]


# --- other vocabularies -----------------------------------------------------------------------------------------------


def ranks_file(folder: Path, words=(b"he", b"ll", b"hell", b"hello")) -> Path:
    units = [bytes((byte,)) for byte in range(256)] + list(words)
    path = folder / "tokenizer.model"
    path.write_bytes(b"".join(base64.b64encode(unit) + f" {rank}\n".encode() for rank, unit in enumerate(units)))
    return path


def test_a_vocabulary_from_a_file_is_exact(tmp_path):
    path = ranks_file(tmp_path)
    counter = tokens.counter_for(SCOUT, path)
    assert counter.count("hello hello") == 3
    assert (counter.exact, counter.margin, tokens.usable(1000, counter.margin)) == (True, 0.0, 1000)
    assert counter.name == f"llama4:{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"


def test_an_installed_vocabulary_is_found(monkeypatch, tmp_path):
    monkeypatch.setattr(tokens, "_installed_tokenizer_file", lambda: ranks_file(tmp_path))
    assert tokens.counter_for(SCOUT).count("hello") == 1
    assert tokens.counter_for(PROFILES["gpt-5"]).name == "o200k_base"


def test_the_installed_package_is_found_but_not_imported(monkeypatch, tmp_path):
    monkeypatch.setattr(tokens, "_TOKENIZER_FILE", ("made_up_models", "llama4/tokenizer.model"))
    monkeypatch.syspath_prepend(tmp_path)
    package = tmp_path / "made_up_models"
    (package / "llama4").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    assert find_installed() is None
    ranks_file(package / "llama4")
    assert find_installed() == package / "llama4" / "tokenizer.model"
    monkeypatch.setattr(tokens, "_TOKENIZER_FILE", ("no_such_models", "x"))
    assert find_installed() is None


def test_vocabularies_do_not_share_cached_counts(tmp_path):
    cache = tokens.MemoryCache()
    assert tokens.counter_for(SCOUT, cache=cache).count("hell hell") == 2
    assert tokens.counter_for(SCOUT, ranks_file(tmp_path), cache).count("hell hell") == 3


@pytest.mark.parametrize(
    "data", [b"", b"abc", b"IQ== x\n", b"IQ== 0\n", b"\xff\xfe 1\n", b"IQ== 0\nIg== 0\n", b"IQ==\n"]
)
def test_an_unusable_vocabulary_file_is_one_sentence(tmp_path, data):
    path = tmp_path / "tokenizer.model"
    path.write_bytes(data)
    with pytest.raises(ModelError, match="is not a byte-pair vocabulary") as caught:
        tokens.counter_for(SCOUT, path)
    assert "\n" not in str(caught.value)


def test_a_missing_vocabulary_file_is_an_error(tmp_path):
    with pytest.raises(ModelError, match="cannot be read"):
        tokens.counter_for(SCOUT, tmp_path / "none")
    with pytest.raises(ModelError, match="cannot be read"):
        tokens.counter_for(SCOUT, tmp_path)


def test_a_stand_in_holds_back_a_margin():
    counter = tokens.counter_for(SCOUT)
    assert not counter.exact
    assert tokens.usable(1000, counter.margin) == 940
    assert counter.count("hello world") == 2
    assert counter.name == "o200k_base"


def test_a_factor_rounds_up_so_that_parts_cover_the_whole():
    counter = tokens.counter_for(find("claude-opus-5"))
    assert counter.count("hello world") == 4
    assert (counter.name, counter.exact) == ("o200k_base*1.7", False)
    parts = ["a\n", "b\n", "c d\n"]
    assert sum(map(counter.count, parts)) >= counter.count("".join(parts))


def test_an_unknown_tokenizer_is_an_error():
    odd = ModelProfile("odd", "Odd", 10, 10, 1, 10, "guess", "", "")
    with pytest.raises(ModelError, match="unknown tokenizer 'guess'"):
        tokens.counter_for(odd)


# --- budgets ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("8k", 8000),
        ("8K", 8000),
        ("200k", 200_000),
        ("10M", 10_000_000),
        ("10m", 10_000_000),
        ("1.5M", 1_500_000),
        ("0.5k", 500),
        ("128000", 128_000),
        ("1_000", 1000),
        (" 1 ", 1),
        ("10485760", 10_485_760),
    ],
)
def test_budget_numbers_are_exact(text, total):
    budget = tokens.parse_budget(text, SCOUT)
    assert budget.total == total
    assert budget.until == "candidates"


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "-5",
        "",
        " ",
        "abc",
        "1e9",
        "8kb",
        "+5",
        "1__0",
        "_1",
        "1,000",
        "0x10",
        "1.5",
        "0.0001k",
        "٣",
        "8 k",
        "k",
        "9" * 5000,
        "nan",
        "inf",
        "8k\n8k",
    ],
)
def test_nonsense_budgets_are_one_sentence(text):
    with pytest.raises(BudgetError) as caught:
        tokens.parse_budget(text, SCOUT)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_budget_above_the_model_names_the_limit():
    with pytest.raises(BudgetError, match="131,072"):
        tokens.parse_budget("131073", find("scout@fireworks"))
    assert tokens.parse_budget("131072", find("scout@fireworks")).total == 131_072


def test_auto_stays_where_quality_holds():
    budget = tokens.parse_budget("auto", SCOUT)
    assert (budget.total, budget.reserve_output, budget.until) == (128_000, 16_384, "relevance")
    assert tokens.parse_budget("AUTO", find("scout@lambda")).total == int((16_384 - 4096) * 0.94)


def test_max_leaves_room_for_the_answer():
    budget = tokens.parse_budget("max", SCOUT)
    assert budget.total == int((10_485_760 - 16_384) * 0.94)
    assert budget.until == "window"
    assert tokens.parse_budget("max", find("gpt-5")).total == 272_000


def test_max_is_the_whole_limit_where_counts_are_exact(tmp_path):
    counter = tokens.counter_for(SCOUT, ranks_file(tmp_path))
    assert tokens.parse_budget("max", SCOUT, counter).total == 10_485_760 - 16_384


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_every_released_model_has_budgets_that_fit(name):
    profile = PROFILES[name]
    if profile.released:
        for text in ("auto", "max"):
            budget = tokens.parse_budget(text, profile)
            assert 0 < budget.total <= profile.max_input
            assert budget.total + budget.reserve_output <= profile.window
