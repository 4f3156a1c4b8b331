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


def test_weights_of_ones_own_are_measured_with_and_stay(
    cli: Cli, history: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tune, "LEAST", 8)
    monkeypatch.setattr(fit, "_PULL", 0.1)
    own = {"files.mentioned": 2.5, "symbols.name": 0.75}
    (history / "ctxpack.toml").write_text("[weights]\nfiles.mentioned = 2.5\nroles.test = 0.2\nsymbols.name = 0.75\n")
    used = []
    tried = tune._tried
    monkeypatch.setattr(tune, "_tried", lambda view, before, after: used.append(after) or tried(view, before, after))
    done = cli("tune", "-C", history, "--write")
    assert done.code == 0, done.err
    assert "your own files.mentioned, symbols.name stay, since tune does not fit them" in done.err
    weights = config.load(history).weights
    assert {name: weights[name] for name in own} == own
    assert weights["roles.test"] > 0.3
    assert {after.files["mentioned"] for after in used} == {2.5}
    again = cli("tune", "-C", history, "--write")
    assert "have these weights already" in again.err
    (history / "ctxpack.toml").unlink()


def test_too_few_commits_are_told(cli: Cli, tmp_path: Path) -> None:
    done = cli("tune", "-C", repository(tmp_path / "fresh", {"a.py": "x = 1\n"}))
    assert (done.code, done.out) == (1, "")
    assert "too few commits are tasks, so nothing was fitted: the history has 0, and at least 20" in done.err
