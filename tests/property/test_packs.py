"""What must hold for every pack of every repository."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctxpack.api import Index
from ctxpack.errors import BudgetError
from ctxpack.model import ELISION, Pack
from ctxpack.pack.tokens import o200k

WORDS = (
    "order",
    "refund",
    "total",
    "Basket",
    "customer_id",
    "銀行",
    "naïve",
    "<|eot|>",
    "</document>",
    "```",
    "x" * 90,
)
word = st.sampled_from(WORDS)
sentence = st.lists(word, min_size=1, max_size=9).map(" ".join)
name = st.sampled_from(("cart", "refund", "money", "orders", "mail", "über", "a b"))


@st.composite
def python_file(draw: st.DrawFn) -> str:
    parts = [f"# {draw(sentence)}"]
    for number in range(draw(st.integers(0, 5))):
        body = draw(st.lists(sentence, max_size=12))
        parts.append(
            f"def f{number}_{draw(name).replace(' ', '_')}(x):\n    "
            + "\n    ".join(f"# {line}" for line in body)
            + "\n    return x"
        )
    return draw(st.sampled_from(("\n", "\r\n"))).join("\n\n".join(parts).split("\n")) + draw(
        st.sampled_from(("", "\n"))
    )


other_file = st.lists(sentence, max_size=40).map("\n".join)
repository = st.dictionaries(
    st.tuples(
        st.sampled_from(("", "src/", "tests/", "deep/er/")), name, st.sampled_from((".py", ".sql", ".md", ".txt"))
    ),
    st.one_of(python_file(), other_file),
    min_size=1,
    max_size=12,
)


def write(root: Path, files: dict[tuple[str, str, str], str]) -> None:
    for (folder, stem, suffix), text in files.items():
        path = root / f"{folder}{stem}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def lines_are_of_the_repository(pack: Pack, index: Index) -> bool:
    for zone in pack.zones:
        for item in zone.items:
            if item.role == "map":
                continue
            file = (index.root / item.path).read_bytes().decode().split("\n")
            shown = iter(item.text.split("\n") if item.text else [])
            for first, last in item.spans:
                for number in range(first, last + 1):
                    line = next(shown)
                    if line.startswith(ELISION) and line != file[number - 1]:
                        line = next(shown)
                    if line != file[number - 1]:
                        return False
    return True


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(repository, sentence, st.integers(500, 6000), st.sampled_from(("xml", "markdown", "chat", "llama4")))
def test_every_pack_fits_tells_the_truth_and_comes_again(files, task, budget, format_name) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, files)
        with Index.open(root, workers=0) as index:
            target = index.target(task=task)
            try:
                pack = index.pack(target, budget=budget, format=format_name)
            except BudgetError as error:
                assert str(budget) in str(error).replace(",", "")
                return
            text = index.render(pack).text
            assert pack.tokens <= budget
            if format_name != "chat":
                assert len(o200k().encode_ordinary(text)) <= budget
            assert lines_are_of_the_repository(pack, index)
            shown = {item.path for zone in pack.zones for item in zone.items}
            left_out = {omitted.path for omitted in pack.omitted}
            listed = {file.path for file in index.files().files}
            assert shown - {"(map of the repository)"} | left_out == listed
            assert not shown & left_out
        with Index.open(root, workers=0) as again:
            assert again.render(again.pack(again.target(task=task), budget=budget, format=format_name)).text == text
