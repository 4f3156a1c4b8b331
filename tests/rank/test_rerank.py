"""A second opinion on the first of a ranking: how it is fused, and that a local model can give it."""

import json
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from ctxpack import config
from ctxpack.api import Index
from ctxpack.config import Config
from ctxpack.errors import ConfigError
from ctxpack.model import Ranked, Ranking, Reason, Target
from ctxpack.rank.local_reranker import load_reranker
from ctxpack.rank.rerank import FIRST, Candidate, reordered

TASK = Target(task="round the total")


class Liking:
    """Likes candidates by their text."""

    identity = "liking"

    def __init__(self, **worth: float) -> None:
        self.worth = worth
        self.seen: list[Candidate] = []

    def __call__(self, task: str, candidates: Sequence[Candidate], /) -> list[float]:
        self.seen.extend(candidates)
        return [self.worth.get(one.text, 0.0) for one in candidates]


def ranked(*scores: float, given: int = 0) -> Ranking:
    files = [
        Ranked(f"f{at}", "", 0, score, (Reason("given" if at < given else "words", score, "so"),))
        for at, score in enumerate(scores)
    ]
    return Ranking(tuple(files), ())


def order(ranking: Ranking) -> list[str]:
    return [one.path for one in ranking.files]


def test_it_has_a_share_and_every_score_stays_the_sum_of_its_reasons() -> None:
    found = reordered(ranked(1.0, 0.6, 0.2), TASK, lambda path, _: path, Liking(f2=9.0, f1=3.0))
    by_path = {one.path: one for one in found.files}
    assert by_path["f2"].score == pytest.approx(0.5 * 0.2 + 0.5 * 1.0)
    assert by_path["f0"].score == pytest.approx(0.5 * 1.0 + 0.5 * 0.2)
    assert by_path["f2"].reasons[-1].because == "the re-ranker's number 1 of 3"
    for one in found.files:
        assert one.score == pytest.approx(sum(reason.score for reason in one.reasons), abs=1e-6)
        assert 0.2 <= one.score <= 1.0


def test_only_the_first_are_asked_about_and_none_comes_from_behind() -> None:
    scores = [2.0 - at / 100 for at in range(FIRST + 5)]
    liking = Liking(**{f"f{FIRST + 1}": 99.0, "f3": 1.0})
    found = reordered(ranked(*scores), TASK, lambda path, _: path, liking)
    assert len(liking.seen) == FIRST
    assert order(found)[FIRST:] == [f"f{at}" for at in range(FIRST, FIRST + 5)]
    assert order(found)[0] == "f3"


def test_what_the_caller_named_stays() -> None:
    liking = Liking(f3=9.0)
    found = reordered(ranked(3.0, 1.0, 0.8, 0.2, given=1), TASK, lambda path, _: path, liking)
    assert order(found)[0] == "f0"
    assert "f0" not in {one.path for one in liking.seen}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, r"gave nothing \(None\) instead of one number for each candidate"),
        ("0.5", "gave a value of type str instead of one number"),
        (["best", "worst"], "gave a value of type str as a score, which has to be a number"),
        (["0.5", "0.1"], "gave a value of type str as a score"),
        ([None, 1.0], r"gave nothing \(None\) as a score"),
        ([[1.0], [2.0]], "gave a value of type list as a score"),
    ],
)
def test_an_answer_that_is_no_numbers_is_said_in_a_sentence(answer: object, said: str) -> None:
    class Odd:
        identity = "odd"

        def __call__(self, task: str, candidates: Sequence[Candidate], /) -> list[float]:
            return answer  # type: ignore[return-value]

    with pytest.raises(ConfigError, match=f"^the re-ranker {said}"):
        reordered(ranked(1.0, 0.5), TASK, lambda path, _: path, Odd())


def test_nothing_changes_where_there_is_nothing_to_say() -> None:
    before = ranked(1.0, 0.5)
    assert reordered(before, TASK, lambda path, _: path, Liking()) == before
    assert reordered(before, Target(paths=("f0",)), lambda path, _: path, Liking(f1=1.0)) == before
    assert reordered(ranked(1.0), TASK, lambda path, _: path, Liking(f0=1.0)) == ranked(1.0)


@pytest.mark.parametrize(("scores", "why"), [([1.0], "1 scores for 2"), ([1.0, float("nan")], "no finite")])
def test_scores_that_are_none_are_refused(scores: list[float], why: str) -> None:
    class Broken:
        identity = "broken"

        def __call__(self, task: str, candidates: Sequence[Candidate], /) -> list[float]:
            return scores

    with pytest.raises(ConfigError, match=why):
        reordered(ranked(1.0, 0.5), TASK, lambda path, _: path, Broken())


def test_an_index_asks_the_one_that_it_is_given(tmp_path: Path) -> None:
    for name, more in (("cart", " total"), ("money", " total round"), ("mail", "")):
        text = f"def total_{name}(order):\n    return round(order.{name}){more and '  #' + more}\n"
        (tmp_path / f"{name}.py").write_text(text)
    with Index.open(tmp_path) as index:
        target = index.target(task="round the total")
        plain = index.rank(target)
        worst = plain.files[-1].path

        class Contrary(Liking):
            def __call__(self, task: str, candidates: Sequence[Candidate], /) -> list[float]:
                self.seen.extend(candidates)
                return [float(one.path == worst) for one in candidates]

        contrary = Contrary()
        found = index.rank(target, reranker=contrary)
        assert "re-ranker" in next(one for one in found.files if one.path == worst).reasons[-1].because
        texts = {one.symbol: one.text for one in contrary.seen if one.path == "cart.py"}
        assert texts["total_cart"] == "def total_cart(order):\n    return round(order.cart)  # total"
        assert index.rank(target) == plain

        pack = index.pack(target, budget=2000)
        asked = len(contrary.seen)
        other = index.pack(target, budget=2000, reranker=contrary)
        assert len(contrary.seen) > asked
        because = [
            reason.signal for zone in other.zones for one in zone.items if one.path == worst for reason in one.reasons
        ]
        assert "reranker" in because
        assert other.fingerprint != pack.fingerprint
        assert index.pack(target, budget=2000) == pack


# --- models in a directory --------------------------------------------------------------------------------------------


def field(number: int, value: bytes | int) -> bytes:
    """One field of a protocol buffer."""

    def varint(rest: int) -> bytes:
        return bytes([rest]) if rest < 128 else bytes([rest & 127 | 128]) + varint(rest >> 7)

    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def value_info(name: str, kind: int, *sizes: str) -> bytes:
    shape = b"".join(field(1, field(2, size.encode())) for size in sizes)
    return field(1, name.encode()) + field(2, field(1, field(1, kind) + field(2, shape)))


def node(kind: str, source: str, target: str, *attributes: bytes) -> bytes:
    made = field(1, source.encode()) + field(2, target.encode()) + field(4, kind.encode())
    return made + b"".join(field(5, attribute) for attribute in attributes)


def largest_token() -> bytes:
    """An ONNX model whose score is the largest id among the tokens."""
    cast = node("Cast", "input_ids", "floats", field(1, b"to") + field(3, 1) + field(20, 2))
    largest = node("ReduceMax", "floats", "logits", field(1, b"axes") + field(8, 1) + field(20, 7))
    graph = field(1, cast) + field(1, largest) + field(2, b"g")
    graph += field(11, value_info("input_ids", 7, "n", "t")) + field(12, value_info("logits", 1, "n", "one"))
    return field(1, 8) + field(8, field(1, b"") + field(2, 13)) + field(7, graph)


def tokenizer(folder: Path, words: Sequence[str]) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    vocabulary = {word: number for number, word in enumerate(["[UNK]", *words])}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="[UNK]"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    made.save(str(folder / "tokenizer.json"))


def test_a_cross_encoder_scores(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    (tmp_path / "model.onnx").write_bytes(largest_token())
    tokenizer(tmp_path, ["round", "total", "cents"])
    found = load_reranker(tmp_path)
    many = [Candidate("a.py", "", "total " * 5000), Candidate("b.py", "f", "round"), Candidate("c.py", "", "cents")]
    assert found("round", many) == [2.0, 1.0, 3.0]
    assert found("round", many * 7) == [2.0, 1.0, 3.0] * 7


def test_word_vectors_score(tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    tokenizer(tmp_path, ["round", "total", "mail"])
    vectors = [(0.0, 0.0), (1.0, 0.0), (0.9, 0.1), (0.0, 1.0)]
    header = json.dumps({"embeddings": {"dtype": "F32", "shape": [4, 2], "data_offsets": [0, 32]}}).encode()
    body = b"".join(struct.pack("<2f", *vector) for vector in vectors)
    (tmp_path / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + body)
    scores = load_reranker(tmp_path)(
        "round", [Candidate("a", "", "total"), Candidate("b", "", "mail"), Candidate("c", "", "x")]
    )
    assert scores[0] == pytest.approx(0.9939, abs=1e-3)
    assert scores[1:] == [0.0, 0.0]


def test_a_directory_without_a_model_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is no re-ranker"):
        load_reranker(tmp_path)


def test_files_that_are_no_model_are_a_sentence(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    tokenizer(tmp_path, ["round"])
    (tmp_path / "model.onnx").write_bytes(b"no model")
    with pytest.raises(ConfigError, match="no usable model"):
        load_reranker(tmp_path)("round", [Candidate("a", "", "total")])


def test_broken_vectors_are_a_sentence(tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    tokenizer(tmp_path, ["round"])
    (tmp_path / "model.safetensors").write_bytes(struct.pack("<Q", 1 << 60) + b"{}")
    with pytest.raises(ConfigError, match="no single table"):
        load_reranker(tmp_path)("round", [Candidate("a", "", "total")])


def test_a_repository_may_not_bring_its_own(tmp_path: Path) -> None:
    (tmp_path / "ctxpack.toml").write_text('reranker = "models/mine"\n')
    with pytest.raises(ConfigError, match="outside the repository"):
        config.load(tmp_path)
    (tmp_path / "ctxpack.toml").write_text('reranker = "../models"\n')
    assert config.load(tmp_path).reranker == tmp_path.parent / "models"
    with (
        pytest.raises(ConfigError, match="no re-ranker"),
        Index.open(tmp_path, config=Config(reranker=tmp_path)) as index,
    ):
        index.rank(index.target(task="round"))


def test_the_command_line_takes_a_directory(tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    model, repository = tmp_path / "model", tmp_path / "shop"
    model.mkdir(), repository.mkdir()
    (repository / "cart.py").write_text("def total_cart(order):\n    return round(order.cart) + total\n")
    (repository / "mail.py").write_text("def mail(order):\n    return round(mail(order))\n")
    tokenizer(model, ["total", "mail"])
    header = json.dumps({"embeddings": {"dtype": "F32", "shape": [3, 2], "data_offsets": [0, 24]}}).encode()
    body = struct.pack("<6f", 0, 0, 1, 0, 0, 1)
    (model / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + body)
    command = [sys.executable, "-m", "ctxpack", "rank", "-C", str(repository), "--no-cache", "-t", "round the total"]
    command += ["--reranker", str(model), "--format", "json"]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    found = json.loads(done.stdout)["files"]
    assert [one["path"] for one in found] == ["cart.py", "mail.py"]
    assert "reranker" in {reason["signal"] for one in found for reason in one["reasons"]}
