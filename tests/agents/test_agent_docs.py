"""The pages on agents are true: their examples run, their configuration is JSON, their tables name what there is."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ctxpack import tools

PROJECT = Path(__file__).parents[2]
AGENTS = (PROJECT / "docs" / "agents.md").read_text(encoding="utf-8")
MCP = (PROJECT / "docs" / "mcp.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^<!-- example: (\w+) -->\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SAID = {
    0: ["True", "def refund(self, order_id: int", "src/webshop/api/orders.py 36 OrdersApi.refund", "RefundRefused"],
    1: ["'build_pack', 'rank'", '{"schema":"ctxpack.answer/1","tool":"find_references"', "did you mean name?"],
    2: ["True ['"],
    3: ["[True, True]"],
    4: ["('fct_sales', 0)", "["],
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("agent-docs")
    for name in ("webshop", "medallion"):
        shutil.copytree(PROJECT / "fixtures" / name, base / name)
    return base


@pytest.mark.parametrize("number", range(len(SAID)))
def test_its_examples_run(number: int, base: Path) -> None:
    fixture, code = EXAMPLE.findall(AGENTS)[number]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=base / fixture, env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for line in SAID[number]:
        assert line in done.stdout


def test_every_example_is_run() -> None:
    assert len(EXAMPLE.findall(AGENTS)) == len(SAID) == AGENTS.count("```python")


def test_the_table_names_every_tool_and_its_arguments() -> None:
    rows = {name: given for name, given in re.findall(r"^\| `(\w+)` \|.*\| ([^|]*)\|$", MCP, re.MULTILINE)}
    assert set(rows) == {tool.name for tool in tools.TOOLS}
    for tool in tools.TOOLS:
        own = {one.name for one in tool.parameters} - {"budget", "model", "offset"}
        assert set(re.findall(r"`(\w+)`", rows[tool.name])) == own


def test_its_configuration_is_json_that_starts_the_server() -> None:
    for block in re.findall(r"^```json\n(.*?)^```$", MCP, re.MULTILINE | re.DOTALL):
        (server,) = json.loads(block)["mcpServers"].values()
        assert server.get("url", "").startswith("http://127.0.0.1") or server["args"][0] == "mcp"


def test_their_links_lead_somewhere() -> None:
    for text in (AGENTS, MCP):
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", text):
            assert (PROJECT / "docs" / link).exists(), link
