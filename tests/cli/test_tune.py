"""`ctxpack tune` from end to end."""

from pathlib import Path

import pytest
from cli_helpers import Cli, git, repository, write

from ctxpack import config
from ctxpack.evaluate import fit, tune

AREAS = ("cart", "money", "mail", "stock", "gift", "tax")


def body(area: str, round_: int) -> str:
    return f"def handle_{area}(order):\n    value = order.{area} + {round_}\n    return value\n"


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Commits that speak of tests, and edit tests, which the built-in weights put behind the code."""
    files = {f"shop/{area}.py": body(area, 0) for area in AREAS}
    files |= {
        f"tests/test_{area}.py": f"from shop.{area} import handle_{area}\n\n\ndef test_{area}(): ...\n"
        for area in AREAS
    }
    root = repository(tmp_path_factory.mktemp("tune") / "shop", files)
    for number in range(20):
        area = AREAS[number % len(AREAS)]
        checked = f"    assert handle_{area}(None) == {number}\n"
        test = f"from shop.{area} import handle_{area}\n\n\ndef test_{area}():\n{checked}"
        write(root, {f"tests/test_{area}.py": test})
        git(root, "commit", "-q", "-a", "-m", f"Expect number {number} from handle {area} of an order")
    return root


def test_weights_are_fitted_shown_and_written(cli: Cli, history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tune, "LEAST", 8)
    monkeypatch.setattr(fit, "_PULL", 0.1)  # so few commits move little otherwise
    shown = cli("tune", "-C", history)
    assert shown.code == 0, shown.err
    assert "fitted to 12 commits up to " in shown.out
    assert "roles.test" in shown.out
    assert not (history / "ctxpack.toml").exists()
    done = cli("tune", "-C", history, "--write")
    assert (done.code, done.out) == (0, shown.out)
    assert "ctxpack.toml has the weights now" in done.err
    assert config.load(history).weights["roles.test"] > 0.3
    again = cli("tune", "-C", history, "--write")
    assert again.code == 1
    assert "have these weights already" in again.err


def test_too_few_commits_are_told(cli: Cli, tmp_path: Path) -> None:
    done = cli("tune", "-C", repository(tmp_path / "fresh", {"a.py": "x = 1\n"}))
    assert done.code == 1
    assert "too few commits" in done.err
