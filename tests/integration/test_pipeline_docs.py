"""The page on pipelines agrees with the table of models, and its settings do what it says."""

import re
from pathlib import Path

from ctxpack import config
from ctxpack.pack import models
from ctxpack.pack.tokens import parse_budget

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "docs" / "pipelines.md").read_text(encoding="utf-8")


def test_its_sizes_are_those_of_the_table() -> None:
    rows = re.findall(r"^\| `(scout[@\w]*)`[^|]*\| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|$", PAGE, re.MULTILINE)
    assert len(rows) >= 10
    for name, *sizes in rows:
        profile = models.find(name)
        assert tuple(int(size.replace(",", "")) for size in sizes) == (
            profile.window, profile.max_input, profile.max_output,
        )  # fmt: skip
    current = {name for name in models.names() if name.startswith("scout@")}
    retired = {name for name in current if "retired" in models.find(name).note}
    assert current - retired - {name for name, *_ in rows} <= {"scout@meta", "scout@oci", "scout@vercel"}


def test_its_settings_give_a_server_of_that_window() -> None:
    text = re.search(r"^<!-- settings: vllm -->\n```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert text is not None
    loaded = config.from_texts(text[1])
    extra = {name: models.from_config(name, table) for name, table in loaded.models.items()}
    profile = models.find(loaded.model, extra)
    assert (profile.name, profile.window) == ("scout", 131_072)
    assert parse_budget("max", profile).total <= 131_072 - 16_384


def test_what_a_small_window_leaves_to_prompt_and_answer() -> None:
    budget = parse_budget("auto", models.find("scout@lambda"))
    assert (budget.reserve_output, budget.total) == (4096, 11_550)
    assert "leaves 4,096 to the answer, and 11,550 to the prompt" in " ".join(PAGE.split())
