"""The fragment of the program `llm`: by what that asks of a plugin."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import sys
import tomllib
import types
from pathlib import Path

import pytest
from cli_helpers import PROJECT, WEBSHOP, git

from ctxpack.errors import CtxpackError


class Fragment(str):
    """A text that knows where it is from, as `llm` has it."""

    def __new__(cls, content: str, source: str = "") -> Fragment:
        made = super().__new__(cls, content)
        made.source = source
        return made


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> types.ModuleType:
    if importlib.util.find_spec("llm") is None:
        stand_in = types.ModuleType("llm")
        stand_in.hookimpl, stand_in.Fragment = (lambda function: function), Fragment
        monkeypatch.setitem(sys.modules, "llm", stand_in)
    monkeypatch.delitem(sys.modules, "ctxpack.cli.llm_fragments", raising=False)
    monkeypatch.setenv("CTXPACK_CACHE_DIR", str(tmp_path / "cache"))
    shop = Path(shutil.copytree(WEBSHOP, tmp_path / "webshop"))
    git(shop, "init", "-q")
    monkeypatch.chdir(shop)
    return importlib.import_module("ctxpack.cli.llm_fragments")


def test_the_entry_point_names_it() -> None:
    stated = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["entry-points"]["llm"]
    assert stated == {"ctxpack": "ctxpack.cli.llm_fragments"}


def test_a_fragment_is_the_pack_of_a_task(plugin: types.ModuleType) -> None:
    loaders = {}
    plugin.register_fragment_loaders(loaders.__setitem__)
    fragment = loaders["ctxpack"]("refund single lines of an order")
    assert fragment.source == "ctxpack:refund single lines of an order"
    assert "src/webshop/services/refunds.py" in fragment
    assert fragment.rstrip().endswith("</task>")


def test_what_cannot_be_packed_is_a_sentence(
    plugin: types.ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.ctxpack]\nbudget = []\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CtxpackError):
        plugin.load("anything")
