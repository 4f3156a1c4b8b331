"""The hooks as users run them: by the `pre-commit` tool, by git itself, and in every state of a repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
MANIFEST = PROJECT / ".pre-commit-hooks.yaml"
TOOL = Path(sys.executable).parent / "pre-commit"

MONEY = "def parse(text):\n    return int(text)\n\n\ndef show(amount):\n    return str(amount)\n"
ORDERS = "from shop.money import parse, show\n\n\ndef total(text):\n    return show(parse(text))\n"
RENAMED = MONEY.replace("def parse", "def read")
FILES: dict[str, str] = {"shop/__init__.py": "", "shop/money.py": MONEY, "shop/orders.py": ORDERS}
BREAK = "error: shop/money.py:1 parse: function renamed to read"

needs_tool = pytest.mark.skipif(not TOOL.exists(), reason="pre-commit is not installed")


@dataclass
class Result:
    code: int
    text: str


class Scratch:
    """A repository in a world in which `ctxpack` is this package and git knows nobody's settings."""

    def __init__(self, root: Path, base: Path) -> None:
        self.root, self.base = root, base
        root.mkdir(parents=True, exist_ok=True)
        tools = base / "bin"
        if not tools.exists():
            tools.mkdir()
            (tools / "ctxpack").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ctxpack "$@"\n')
            (tools / "ctxpack").chmod(0o755)
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT", "SKIP"))
        }
        self.environment = {
            **kept, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(PROJECT), "HOME": str(base),
            "CTXPACK_CACHE_DIR": str(base / "cache"), "PRE_COMMIT_HOME": str(base / "pre-commit"), "NO_COLOR": "1",
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a",
            "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org",
        }  # fmt: skip

    def run(self, *command: object, cwd: Path | None = None, **more: str) -> Result:
        done = subprocess.run(
            [str(part) for part in command], cwd=cwd or self.root, env={**self.environment, **more},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        return Result(done.returncode, done.stdout.decode("utf-8", "replace"))

    def git(self, *arguments: object) -> str:
        done = self.run("git", *arguments)
        assert done.code == 0, done.text
        return done.text

    def check(self, *arguments: object, cwd: Path | None = None, **more: str) -> Result:
        done = self.run("ctxpack", "check", *arguments, cwd=cwd, **more)
        assert "Traceback" not in done.text
        return done

    def init(self) -> Scratch:
        self.git("init", "-q", "-b", "main", ".")
        return self

    def write(self, files: dict[str, str | bytes]) -> Scratch:
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def commit(self, files: dict[str, str | bytes]) -> Scratch:
        self.write(files).git("add", "-A")
        self.git("commit", "-q", "--no-verify", "-m", "c")
        return self

    def stage(self, files: dict[str, str | bytes]) -> Scratch:
        self.write(files).git("add", "-A")
        return self


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch(tmp_path / "repository", tmp_path).init().commit(dict(FILES))


# --- the tool ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def hooked(scratch: Scratch) -> Scratch:
    """The scratch repository with both hooks, from a repository that holds nothing but the project's manifest."""
    offer = Scratch(scratch.base / "hooks", scratch.base).init()
    shutil.copy(MANIFEST, offer.root)
    offer.commit({})
    revision = offer.git("rev-parse", "HEAD").strip()
    config = (
        f"repos:\n- repo: {offer.root}\n  rev: {revision}\n  hooks:\n"
        "  - id: ctxpack-check\n    language: system\n"
        "  - id: ctxpack-pack\n    language: system\n    args: [shop/, -o, context.md, -f, markdown, -b, 4k]\n"
    )
    scratch.commit({".pre-commit-config.yaml": config})
    installed = scratch.run(TOOL, "install")
    assert installed.code == 0, installed.text
    return scratch


@needs_tool
def test_the_manifest_is_valid(scratch: Scratch) -> None:
    done = scratch.run(TOOL, "validate-manifest", MANIFEST)
    assert done.code == 0, done.text


@needs_tool
def test_a_commit_that_breaks_is_refused_and_nothing_is_lost(hooked: Scratch) -> None:
    hooked.write({"context.md": ""}).run(
        "ctxpack", "refresh", "shop/", "-o", "context.md", "-f", "markdown", "-b", "4k"
    )
    hooked.commit({})
    head = hooked.git("rev-parse", "HEAD")
    hooked.write({"shop/money.py": RENAMED}).git("add", "shop/money.py")
    hooked.write({"shop/money.py": RENAMED + "\n# not staged\n", "untracked.py": "x = 1\n"})
    done = hooked.run("git", "commit", "-m", "rename")
    assert done.code == 1
    assert BREAK in done.text
    assert hooked.git("rev-parse", "HEAD") == head
    assert (hooked.root / "shop/money.py").read_text() == RENAMED + "\n# not staged\n"
    assert hooked.git("diff", "--cached", "--name-only") == "shop/money.py\n"
    assert (hooked.root / "untracked.py").exists()
    skipped = hooked.run("git", "commit", "-q", "-m", "rename", SKIP="ctxpack-check,ctxpack-pack")
    assert skipped.code == 0, skipped.text


@needs_tool
def test_a_commit_that_only_deletes_is_looked_at(hooked: Scratch) -> None:
    hooked.git("rm", "-q", "shop/money.py")
    done = hooked.run("git", "commit", "-m", "delete", SKIP="ctxpack-pack")
    assert done.code == 1
    assert "error: shop/money.py file removed" in done.text


@needs_tool
def test_the_pack_is_made_anew_and_has_to_be_staged(hooked: Scratch) -> None:
    hooked.stage({"shop/orders.py": ORDERS.replace("def total", "def sum_of")})
    first = hooked.run("git", "commit", "-m", "one")
    assert first.code == 1
    assert "context.md was out of date and is written anew" in first.text
    assert "context.md" not in hooked.git("diff", "--cached", "--name-only")
    hooked.git("add", "context.md")
    second = hooked.run("git", "commit", "-m", "two")
    assert second.code == 0, second.text
    everything = hooked.run(TOOL, "run", "--all-files")
    assert everything.code == 0, everything.text


# --- git itself -------------------------------------------------------------------------------------------------------


def plain_hook(scratch: Scratch, text: str = "exec ctxpack check\n") -> None:
    hook = scratch.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{text}")
    hook.chmod(0o755)


@pytest.mark.parametrize("arguments", [(), ("-a",), ("--", "shop/money.py")], ids=["staged", "all", "paths"])
def test_a_plain_hook_in_each_way_of_committing(scratch: Scratch, arguments: tuple[str, ...]) -> None:
    plain_hook(scratch)
    scratch.write({"shop/money.py": RENAMED})
    if not arguments:
        scratch.git("add", "-A")
    done = scratch.run("git", "commit", "-m", "rename", *arguments)
    assert done.code == 1
    assert BREAK in done.text


def test_paths_that_are_committed_alone_are_compared_alone(scratch: Scratch) -> None:
    plain_hook(scratch)
    scratch.stage({"shop/money.py": RENAMED, "shop/orders.py": ORDERS.replace("parse", "read"), "other.py": "x = 1\n"})
    alone = scratch.run("git", "commit", "-m", "one", "--", "other.py")
    assert alone.code == 0, alone.text
    both = scratch.run("git", "commit", "-m", "both")
    assert both.code == 0, both.text


def test_a_hook_for_a_part_of_the_repository(scratch: Scratch) -> None:
    scratch.commit({"api/a.py": MONEY, "api/b.py": "from a import parse\n\nparse('1')\n"})
    plain_hook(scratch, "exec ctxpack check -C api\n")
    scratch.stage({"shop/money.py": RENAMED})
    fine = scratch.run("git", "commit", "-m", "elsewhere")
    assert fine.code == 0, fine.text
    scratch.stage({"api/a.py": RENAMED})
    broken = scratch.run("git", "commit", "-m", "here")
    assert broken.code == 1
    assert "error: a.py:1 parse: function renamed to read" in broken.text


def test_a_hook_that_looks_at_another_repository(scratch: Scratch) -> None:
    other = Scratch(scratch.base / "other", scratch.base).init().commit(dict(FILES))
    inner = Scratch(scratch.root / "inner", scratch.base).init().commit(dict(FILES))
    plain_hook(scratch, "ctxpack check -C ../other && exec ctxpack check -C inner\n")
    scratch.write({"shop/money.py": RENAMED}).git("add", "shop/money.py")
    fine = scratch.run("git", "commit", "-m", "here")
    assert fine.code == 0, fine.text
    assert fine.text.count("nothing is staged") == 2
    inner.stage({"shop/money.py": RENAMED})
    assert other.root.exists()
    assert BREAK in scratch.run("git", "commit", "--allow-empty", "-m", "inner").text


def test_a_work_tree_of_its_own(scratch: Scratch) -> None:
    plain_hook(scratch, "exec ctxpack check\n")
    other = Scratch(scratch.base / "other", scratch.base)
    scratch.git("worktree", "add", "-q", "-b", "side", other.root)
    other.stage({"shop/money.py": RENAMED})
    done = other.run("git", "commit", "-m", "rename")
    assert done.code == 1
    assert BREAK in done.text
    assert scratch.check().text == "nothing is staged\n"
    other.git("reset", "-q", "--hard")
    other.commit({"api/a.py": MONEY, "api/b.py": "from a import parse\n\nparse('1')\n"}).stage({"api/a.py": RENAMED})
    plain_hook(scratch, "exec ctxpack check -C api\n")
    below = other.run("git", "commit", "-m", "rename")
    assert below.code == 1
    assert "error: a.py:1 parse: function renamed to read" in below.text


# --- states of a repository -------------------------------------------------------------------------------------------


def test_the_first_commit(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path / "repository", tmp_path).init().stage(dict(FILES))
    done = scratch.check()
    assert (done.code, done.text) == (0, "there is no commit yet, so nothing can break\n")
    assert scratch.run("ctxpack", "refresh", "shop/", "-o", "context.md", "-b", "4k").code == 1


def test_a_merge_that_brings_a_break(scratch: Scratch) -> None:
    scratch.git("checkout", "-q", "-b", "side")
    scratch.commit({"shop/money.py": RENAMED, "shop/orders.py": ORDERS.replace("parse", "read")})
    scratch.git("checkout", "-q", "main")
    scratch.commit({"shop/late.py": "from shop.money import parse\n\nprint(parse('1'))\n"})
    scratch.git("merge", "-q", "--no-commit", "--no-ff", "side")
    done = scratch.check()
    assert done.code == 1
    assert "shop/late.py:3" in done.text
    assert "shop/orders.py" not in done.text


def test_a_conflict_and_a_rebase_that_stops_at_it(scratch: Scratch) -> None:
    scratch.git("checkout", "-q", "-b", "side")
    scratch.commit({"shop/orders.py": ORDERS + "# side\n", "shop/money.py": RENAMED})
    scratch.git("checkout", "-q", "main")
    scratch.commit({"shop/orders.py": ORDERS + "# main\n"})
    scratch.git("checkout", "-q", "side")
    assert scratch.run("git", "rebase", "main").code != 0
    status = scratch.git("status", "--porcelain")
    done = scratch.check()
    assert "shop/orders.py: has a conflict that is not resolved" in done.text
    assert BREAK not in done.text
    assert scratch.git("status", "--porcelain") == status
    scratch.stage({"shop/orders.py": ORDERS + "# both\n"})
    assert BREAK in scratch.check().text


def test_files_that_are_no_text_or_no_files(scratch: Scratch) -> None:
    scratch.commit({"logo.png": b"\x89PNG\0\0", "odd.py": b"\xff\xfe\0d\0e\0f", "link": "x"})
    (scratch.root / "link").unlink()
    (scratch.root / "link").symlink_to("shop/money.py")
    scratch.stage(
        {"logo.png": b"\x89PNG\0\1", "odd.py": b"def f(:\n\0", "empty.py": "", "ünï cödé.py": "def f(): ...\n"}
    )
    done = scratch.check()
    assert done.code == 0, done.text
    scratch.git("mv", "shop/orders.py", "shop/sales.py")
    scratch.git("rm", "-q", "--cached", "ünï cödé.py")
    assert scratch.check().code == 0


def test_a_file_staged_in_part(scratch: Scratch) -> None:
    scratch.stage({"shop/money.py": RENAMED})
    scratch.write({"shop/money.py": MONEY})
    assert BREAK in scratch.check().text
    scratch.git("add", "-A")
    scratch.write({"shop/money.py": RENAMED})
    assert scratch.check().text == "nothing is staged\n"
    scratch.git("add", "-N", ".")
    scratch.write({"soon.py": "x = 1\n"}).git("add", "-N", "soon.py")
    assert scratch.check().code == 0


def test_a_shallow_clone(scratch: Scratch) -> None:
    scratch.commit({"shop/more.py": "x = 1\n"})
    shallow = Scratch(scratch.base / "shallow", scratch.base)
    shallow.git("clone", "-q", "--depth", "1", f"file://{scratch.root}", ".")
    shallow.stage({"shop/money.py": RENAMED})
    assert BREAK in shallow.check().text
    assert "names no commit" in shallow.check("--since", "HEAD~1").text


def test_neither_the_index_nor_the_work_tree_is_written_to(scratch: Scratch) -> None:
    scratch.stage({"shop/money.py": RENAMED}).write({"shop/orders.py": "changed\n"})
    os.utime(scratch.root / "shop/__init__.py", (1, 1))
    git_files = {path: path.read_bytes() for path in sorted((scratch.root / ".git").rglob("*")) if path.is_file()}
    files = {path: path.read_bytes() for path in sorted(scratch.root.rglob("*.py"))}
    assert scratch.check().code == 1
    assert {
        path: path.read_bytes() for path in sorted((scratch.root / ".git").rglob("*")) if path.is_file()
    } == git_files
    assert {path: path.read_bytes() for path in sorted(scratch.root.rglob("*.py"))} == files


def test_a_cold_and_a_warm_store_and_none_say_the_same(scratch: Scratch) -> None:
    scratch.stage({"shop/money.py": RENAMED})
    said = {scratch.check(*more, PYTHONHASHSEED=seed).text for seed in "12" for more in ((), ("--no-cache",))}
    assert len(said) == 1


def test_a_damaged_index_is_one_sentence(scratch: Scratch) -> None:
    (scratch.root / ".git/index").write_bytes(b"nonsense")
    done = scratch.check()
    assert done.code == 2
    assert len(done.text.splitlines()) <= 3
