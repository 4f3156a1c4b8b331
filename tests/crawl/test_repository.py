"""What is listed, of real scratch repositories with everything that goes wrong in real ones."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import pickle
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from crawl_helpers import NOW, Scratch, listed, paths, reasons

from ctxpack.crawl import CrawlSettings, decode_known, encode_known, open_repository, open_staging, parse_diff
from ctxpack.crawl.git import commands as git_module
from ctxpack.crawl.tree.disk import Disk
from ctxpack.errors import ConfigError, RepositoryError
from ctxpack.model import Skipped


def test_tracked_and_untracked_but_not_ignored(scratch: Scratch) -> None:
    scratch.write(".gitignore", "*.log\nbuild/\n")
    scratch.write("a.py", "print()\n")
    scratch.commit()
    scratch.write("new.py")
    scratch.write("x.log")
    scratch.write("build/out.py")
    snapshot = listed(open_repository(scratch.root))
    assert paths(snapshot) == [".gitignore", "a.py", "new.py"]
    assert reasons(snapshot) == {
        "build": 'ignored by .gitignore:2 "build/"',
        "x.log": 'ignored by .gitignore:1 "*.log"',
    }
    assert snapshot.problems == ()
    file = snapshot.files[1]
    assert (file.language, file.role, file.size) == ("python", "source", 8)
    assert file.digest == hashlib.blake2b(b"print()\n", digest_size=16).hexdigest()


def test_subdirectory_is_its_own_root(scratch: Scratch) -> None:
    scratch.write("sub/in/a.py")
    scratch.write("b.py")
    scratch.commit("first")
    scratch.write("b.py", "2")
    scratch.commit("second")
    repository = open_repository(scratch.root / "sub")
    assert paths(listed(repository)) == ["in/a.py"]
    assert repository.read("in/a.py") == b"x\n"
    assert [(c.message, c.paths) for c in repository.history(9)] == [("first", ("in/a.py",))]
    at = open_repository(scratch.root / "sub", at="HEAD")
    assert paths(listed(at)) == ["in/a.py"]


def test_revision_is_read_from_objects(scratch: Scratch) -> None:
    scratch.write("a.py", "old\n")
    scratch.write("gone.py")
    first = scratch.commit()
    scratch.write("a.py", "new\n")
    scratch.git("rm", "-q", "gone.py")
    scratch.commit()
    scratch.write("untracked.py")
    old = open_repository(scratch.root, at="HEAD~1")
    assert old.revision == first
    assert old.identity.endswith("@" + first)
    assert paths(listed(old)) == ["a.py", "gone.py"]
    assert old.read("a.py") == b"old\n"
    with pytest.raises(FileNotFoundError):
        old.read("untracked.py")


def test_revision_and_checkout_agree(scratch: Scratch) -> None:
    scratch.write("a b/ü.py", "é\n")
    scratch.write("x.bin", b"\0\1")
    scratch.write(".ctxpackignore", "*.tmp\n")
    scratch.write("y.tmp")
    (scratch.root / "link").symlink_to("a b")
    scratch.commit()
    here, there = listed(open_repository(scratch.root)), listed(open_repository(scratch.root, at="HEAD"))
    assert here.files == there.files
    assert here.skipped == there.skipped
    assert reasons(here)["link"] == "symbolic link to a b"


def test_bare_repository_needs_a_revision(scratch: Scratch, tmp_path: Path) -> None:
    scratch.write("a.py")
    head = scratch.commit()
    scratch.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    with pytest.raises(RepositoryError, match="--at"):
        open_repository(tmp_path / "bare.git")
    with pytest.raises(RepositoryError, match="--at"):
        open_repository(scratch.root / ".git")
    for place in (tmp_path / "bare.git", scratch.root / ".git"):
        repository = open_repository(place, at="HEAD")
        assert repository.revision == head
        assert paths(listed(repository)) == ["a.py"]
        assert repository.history(5)[0].paths == ("a.py",)


@pytest.mark.parametrize("revision", ["-x", "--output=x", "", " ", "nope", "HEAD~9", "a\nb", "HEAD:a.py"])
def test_bad_revisions_are_refused(scratch: Scratch, revision: str) -> None:
    scratch.write("a.py")
    scratch.commit()
    with pytest.raises(RepositoryError):
        open_repository(scratch.root, at=revision)
    with pytest.raises(RepositoryError):
        open_repository(scratch.root).diff_since(revision)
    assert not (scratch.root / "x").exists()


def test_bad_starts(scratch: Scratch, plain: Scratch) -> None:
    scratch.write("a.py")
    with pytest.raises(RepositoryError, match="no directory"):
        open_repository(scratch.root / "missing")
    with pytest.raises(RepositoryError, match=r"not a directory"):
        open_repository(scratch.root / "a.py")
    with pytest.raises(RepositoryError, match="no directory"):
        open_repository(scratch.root / "a.py" / "b")
    with pytest.raises(RepositoryError, match="no commits yet"):
        open_repository(scratch.root, at="HEAD")
    with pytest.raises(RepositoryError, match="not in a git repository"):
        open_repository(plain.root, at="HEAD")
    scratch.commit()
    (scratch.root / "fresh").mkdir()
    with pytest.raises(RepositoryError, match=r"no directory .*fresh at"):
        open_repository(scratch.root / "fresh", at="HEAD")


def test_unborn_head(scratch: Scratch) -> None:
    scratch.write("a.py")
    scratch.git("add", "a.py")
    repository = open_repository(scratch.root)
    assert paths(listed(repository)) == ["a.py"]
    assert repository.history(5) == ()
    assert "+x" in repository.diff_staged()


def test_empty_repository_and_empty_directory(scratch: Scratch, plain: Scratch) -> None:
    for root in (scratch.root, plain.root):
        snapshot = listed(open_repository(root))
        assert (snapshot.files, snapshot.problems) == ((), ())


def test_detached_head_worktree_and_git_file(scratch: Scratch, tmp_path: Path) -> None:
    scratch.write("a.py")
    scratch.commit()
    scratch.git("worktree", "add", "-q", "--detach", str(tmp_path / "w"), "HEAD")
    assert (tmp_path / "w" / ".git").is_file()
    repository = open_repository(tmp_path / "w")
    assert repository.is_git
    assert paths(listed(repository)) == ["a.py"]
    assert len(repository.history(5)) == 1


def test_broken_git_file_is_a_plain_directory(plain: Scratch) -> None:
    plain.write(".git", "gitdir: /nowhere/at/all\n")
    plain.write("a.py")
    repository = open_repository(plain.root)
    snapshot = listed(repository)
    assert not repository.is_git
    assert "a.py" in paths(snapshot)
    assert "not a usable git directory" in snapshot.problems[0].message


def test_broken_configuration_is_one_sentence(scratch: Scratch) -> None:
    scratch.write(".git/config", "[core\nbroken")
    with pytest.raises(RepositoryError, match="git cannot open"):
        open_repository(scratch.root)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a directory away")
def test_other_owner_says_what_to_do(scratch: Scratch) -> None:
    scratch.write("a.py")
    os.chown(scratch.root, 54321, 54321)
    os.chown(scratch.root / ".git", 54321, 54321)
    with pytest.raises(RepositoryError, match=r"safe\.directory"):
        open_repository(scratch.root)


def test_git_missing_reads_a_plain_directory(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch.write(".gitignore", "*.log\n")
    scratch.write("a.py")
    scratch.write("b.log")
    open_repository(scratch.root)
    monkeypatch.setenv("PATH", "/nonexistent")
    repository = open_repository(scratch.root)
    snapshot = listed(repository)
    assert paths(snapshot) == [".gitignore", "a.py"]
    assert [p.message for p in snapshot.problems] == ["git is not installed; read as a plain directory"]
    with pytest.raises(RepositoryError, match="not installed"):
        open_repository(scratch.root, at="HEAD")


def test_git_missing_at_first_import(scratch: Scratch) -> None:
    scratch.write("a.py")
    code = (
        "import pathlib,sys\nfrom ctxpack.crawl import *\n"
        "r=open_repository(pathlib.Path(sys.argv[1]))\n"
        "print(r.is_git, [p.message for p in r.list(CrawlSettings(),lambda p,h:'text',{},1).problems])"
    )
    root = Path(git_module.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code, str(scratch.root)],
        env={"PATH": "/nonexistent", "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("False ['git is not installed"), done.stderr


def test_environment_of_another_repository_is_refused(
    scratch: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Scratch(tmp_path / "other").init()
    other.write("b.py")
    other.commit()
    scratch.write("a.py")
    scratch.commit()
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    with pytest.raises(RepositoryError, match="GIT_DIR"):
        open_repository(scratch.root)
    monkeypatch.setenv("GIT_DIR", str(scratch.root / ".git"))
    assert paths(listed(open_repository(scratch.root))) == ["a.py"]


def test_ignored_directory_of_a_repository_is_plain(scratch: Scratch) -> None:
    scratch.write(".gitignore", "out/\n")
    scratch.write("out/deep/a.py")
    scratch.write("a.py")
    scratch.commit()
    assert paths(listed(open_repository(scratch.root / "out"))) == ["deep/a.py"]
    assert not open_repository(scratch.root / "out" / "deep").is_git


def test_shallow_clone_has_no_false_history(scratch: Scratch, tmp_path: Path) -> None:
    for number in range(3):
        scratch.write(f"f{number}.py")
        scratch.commit(f"c{number}")
    scratch.git("clone", "-q", "--depth=2", f"file://{scratch.root}", str(tmp_path / "s"))
    repository = open_repository(tmp_path / "s")
    assert paths(listed(repository)) == ["f0.py", "f1.py", "f2.py"]
    assert [c.message for c in repository.history(9)] == ["c2"]


def test_a_partial_clone_lacks_what_was_not_fetched(scratch: Scratch, tmp_path: Path) -> None:
    scratch.write("a.py", "a\n")
    scratch.write("out/b.py", "b\n")
    scratch.commit()
    scratch.git("config", "uploadpack.allowFilter", "true")
    clone = Scratch(tmp_path / "partial")
    clone.git("clone", "-q", "--filter=blob:none", "--sparse", f"file://{scratch.root}", ".")
    for view in (open_repository(clone.root, at="HEAD"), open_staging(clone.root).after()):
        snapshot = listed(view)
        assert paths(snapshot) == ["a.py"]
        assert reasons(snapshot) == {"out/b.py": "its content is not in this clone"}
        assert view.read("a.py") == b"a\n"


def test_a_change_of_what_a_partial_clone_lacks_is_one_of_the_whole_file(scratch: Scratch, tmp_path: Path) -> None:
    for name in ("a.py", "b.py", "c.py"):
        scratch.write(name, f"{name[0]} = 1\n")
    scratch.commit()
    scratch.write("a.py", "a = 2\n")
    scratch.write("b.py", "b = 2\n")
    scratch.commit()
    scratch.git("config", "uploadpack.allowFilter", "true")
    clone = Scratch(tmp_path / "blobless")
    clone.git("clone", "-q", "--filter=blob:none", f"file://{scratch.root}", ".")
    repository = open_repository(clone.root)
    changed = repository.diff_since("HEAD~1")
    assert [(one.path, one.spans, one.status) for one in parse_diff(changed)] == [
        ("a.py", (), "modified"),
        ("b.py", (), "modified"),
    ]
    assert "Binary files a/a.py and b/a.py differ" in changed
    before = repository.before("HEAD", "test")
    assert before is not None
    assert paths(listed(before)) == ["c.py"]
    missing = clone.git("rev-parse", "HEAD~1:a.py").strip()
    for _ in range(2):
        with pytest.raises(FileNotFoundError, match="not in this clone"):
            repository.blob(missing)
    assert repository.blob(clone.git("rev-parse", "HEAD:a.py").strip()) == b"a = 2\n"


def test_sparse_checkout(scratch: Scratch) -> None:
    scratch.write("in/a.py")
    scratch.write("out/b.py")
    scratch.commit()
    scratch.git("sparse-checkout", "set", "in")
    snapshot = listed(open_repository(scratch.root))
    assert paths(snapshot) == ["in/a.py"]
    assert reasons(snapshot) == {"out/b.py": "outside the sparse checkout"}
    assert open_repository(scratch.root).diff_since("HEAD") == ""


def test_merge_conflict_is_listed_once(scratch: Scratch) -> None:
    scratch.write("a.py", "0\n")
    scratch.commit()
    scratch.git("checkout", "-q", "-b", "other")
    scratch.write("a.py", "1\n")
    scratch.commit()
    scratch.git("checkout", "-q", "main")
    scratch.write("a.py", "2\n")
    scratch.commit()
    scratch.git("merge", "other", check=False)
    repository = open_repository(scratch.root)
    snapshot = listed(repository)
    assert paths(snapshot) == ["a.py"]
    assert repository.read("a.py").startswith(b"<<<<<<<")
    assert "+<<<<<<<" in repository.diff_since("HEAD")


def test_deleted_from_the_work_tree(scratch: Scratch) -> None:
    scratch.write("a.py")
    scratch.write("d/b.py")
    scratch.commit()
    (scratch.root / "a.py").unlink()
    (scratch.root / "d/b.py").unlink()
    (scratch.root / "d").rmdir()
    scratch.write("d", "a file now")
    snapshot = listed(open_repository(scratch.root))
    assert paths(snapshot) == ["d"]
    assert reasons(snapshot) == {
        "a.py": "in git's index, but not in the work tree",
        "d/b.py": "in git's index, but not in the work tree",
    }
    assert snapshot.problems == ()


def test_submodule_and_nested_repository(scratch: Scratch, tmp_path: Path) -> None:
    library = Scratch(tmp_path / "lib").init()
    library.write("l.py")
    library.commit()
    scratch.write("a.py")
    scratch.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library.root), "deps/lib")
    scratch.commit()
    Scratch(scratch.root / "nested").init().write("n.py")
    scratch_nested = Scratch(scratch.root / "nested")
    scratch_nested.commit()
    snapshot = listed(open_repository(scratch.root))
    assert paths(snapshot) == [".gitmodules", "a.py"]
    found = reasons(snapshot)
    assert found["deps/lib"].startswith("submodule at ")
    assert found["nested"] == "another git repository inside this one"
    assert reasons(listed(open_repository(scratch.root, at="HEAD")))["deps/lib"].startswith("submodule at ")
    assert paths(listed(open_repository(scratch.root / "deps/lib"))) == ["l.py"]


def test_links_are_never_followed(scratch: Scratch, tmp_path: Path) -> None:
    secret = tmp_path / "secret.py"
    secret.write_text("secret")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "s.py").write_text("secret")
    scratch.write("d/s.py", "mine")
    scratch.write("a.py")
    (scratch.root / "out.py").symlink_to(secret)
    (scratch.root / "loop").symlink_to(".")
    (scratch.root / "dangling").symlink_to("nothing")
    scratch.commit()
    (scratch.root / "d/s.py").unlink()
    (scratch.root / "d").rmdir()
    (scratch.root / "d").symlink_to(tmp_path / "elsewhere")
    repository = open_repository(scratch.root)
    snapshot = listed(repository)
    assert paths(snapshot) == ["a.py"]
    found = reasons(snapshot)
    assert found["out.py"] == f"symbolic link to {secret}"
    assert found["loop"] == "symbolic link to ."
    assert found["dangling"] == "symbolic link to nothing"
    assert found["d/s.py"] == "below a symbolic link"
    for path in ("d/s.py", "out.py", "../secret.py", str(secret), "", ".", "a.py/../a.py", "a\0b"):
        with pytest.raises(OSError):
            repository.read(path)
    assert "secret" not in repository.diff_since("HEAD")


def test_links_in_a_plain_directory(plain: Scratch) -> None:
    plain.write("a.py")
    (plain.root / "loop").symlink_to(plain.root)
    (plain.root / "l.py").symlink_to("a.py")
    snapshot = listed(open_repository(plain.root))
    assert paths(snapshot) == ["a.py"]
    assert reasons(snapshot)["l.py"] == "symbolic link to a.py"
    assert reasons(snapshot)["loop"].startswith("symbolic link to ")


def test_pipes_and_sockets(scratch: Scratch, plain: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (scratch, plain):
        os.mkfifo(place.root / "pipe.py")
        monkeypatch.chdir(place.root)
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("sock")
        snapshot = listed(open_repository(place.root))
        assert paths(snapshot) == []
        with pytest.raises(OSError):
            open_repository(place.root).read("pipe.py")
    assert reasons(snapshot) == {"pipe.py": "a named pipe", "sock": "a socket"}


def test_tracked_file_that_became_a_pipe(scratch: Scratch) -> None:
    scratch.write("a.py")
    scratch.commit()
    (scratch.root / "a.py").unlink()
    os.mkfifo(scratch.root / "a.py")
    assert reasons(listed(open_repository(scratch.root))) == {"a.py": "a named pipe"}


def test_odd_names(scratch: Scratch, plain: Scratch) -> None:
    names = ['qu"ote.py', "new\nline.py", "tab\t.py", "ünï.py", " lead.py", "-dash.py", "a\\b.py", "日本.py", "*.py"]
    for place in (scratch, plain):
        for name in names:
            place.write(name)
        Path(os.fsdecode(os.fsencode(place.root) + b"/caf\xe9.py")).write_bytes(b"x")
    scratch.commit()
    for repository in (
        open_repository(scratch.root),
        open_repository(scratch.root, at="HEAD"),
        open_repository(plain.root),
    ):
        snapshot = listed(repository)
        assert paths(snapshot) == sorted(names)
        assert reasons(snapshot) == {"caf\\xe9.py": "its name is not UTF-8"}
        assert all(repository.read(name) == b"x\n" for name in names)
    assert open_repository(scratch.root).history(1)[0].paths == tuple(sorted(names))


def test_too_large(scratch: Scratch) -> None:
    scratch.write("a.py", "x" * 11)
    scratch.write("b.py", "x" * 10)
    scratch.commit()
    for at in (None, "HEAD"):
        snapshot = listed(open_repository(scratch.root, at=at), max_file_bytes=10)
        assert paths(snapshot) == ["b.py"]
        assert reasons(snapshot) == {"a.py": "too large: 11 bytes, the limit is 10"}


def test_unreadable_vanished_and_changing_files(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ok.py", "secret.py", "vanished.py", "growing.py"):
        scratch.write(name)
    scratch.commit()
    real = os.open

    def faulty(path: str, flags: int, *rest: int) -> int:
        if str(path).endswith("secret.py"):
            raise PermissionError(errno.EACCES, "Permission denied")
        if str(path).endswith("vanished.py"):
            raise FileNotFoundError(errno.ENOENT, "No such file")
        descriptor = real(path, flags, *rest)
        if str(path).endswith("growing.py"):
            (scratch.root / "growing.py").write_bytes(b"y" * (os.fstat(descriptor).st_size + 1))
        return descriptor

    monkeypatch.setattr(os, "open", faulty)
    monkeypatch.setattr("ctxpack.crawl.tree.disk._all_of", lambda descriptor, size: b"z" * (size + 1))
    snapshot = listed(open_repository(scratch.root))
    monkeypatch.undo()
    assert paths(snapshot) == []
    found = reasons(snapshot)
    assert found["secret.py"] == "cannot be read: Permission denied"
    assert found["vanished.py"] == "vanished while the repository was read"
    assert found["growing.py"] == "changed while it was read"
    assert [p.path for p in snapshot.problems] == ["growing.py", "ok.py", "secret.py", "vanished.py"]
    assert "growing.py" not in snapshot.known


def test_unreadable_directory(plain: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    plain.write("open/a.py")
    plain.write("closed/b.py")
    real = os.scandir

    def faulty(path: bytes) -> object:
        if path.endswith(b"closed"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", faulty)
    snapshot = listed(open_repository(plain.root))
    assert paths(snapshot) == ["open/a.py"]
    assert reasons(snapshot) == {"closed": "the directory cannot be read: Permission denied"}
    assert [p.path for p in snapshot.problems] == ["closed"]


def test_reading_stops_at_a_link_put_there_meanwhile(scratch: Scratch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (scratch.root / "a.py").symlink_to(tmp_path / "secret")
    with pytest.raises(OSError):
        Disk(scratch.root).read("a.py")


@pytest.mark.parametrize("at", [None, "HEAD"])
def test_known_files_are_not_read_again(scratch: Scratch, monkeypatch: pytest.MonkeyPatch, at: str | None) -> None:
    scratch.write("a.py")
    scratch.write("b.py")
    scratch.commit()
    repository = open_repository(scratch.root, at=at)
    first = listed(repository)
    kept = decode_known(encode_known(first.known))
    assert kept == first.known
    reads: list[str] = []
    monkeypatch.setattr("ctxpack.crawl.tree.disk.Disk.read", lambda _self, path: reads.append(path))
    monkeypatch.setattr("ctxpack.crawl.git.blobs.Blobs.read", lambda _self, oid: reads.append(oid))
    second = listed(repository, kept, now_ns=NOW + 1)
    assert reads == []
    assert (second.files, second.skipped, second.known) == (first.files, first.skipped, first.known)


def test_changed_and_racy_files_are_read_again(scratch: Scratch) -> None:
    path = scratch.write("a.py", "one\n")
    repository = open_repository(scratch.root)
    written = path.stat().st_mtime_ns
    racy = listed(repository, now_ns=written + 1_000_000_000)
    path.write_text("two\n")
    os.utime(path, ns=(written, written))
    again = listed(repository, racy.known, now_ns=NOW)
    assert again.files[0].digest != racy.files[0].digest
    path.write_text("six\n")
    os.utime(path, ns=(written, written))
    assert listed(repository, again.known).files == again.files
    os.utime(path, ns=(written, written + 1))
    assert listed(repository, again.known).files != again.files
    with pytest.raises(ValueError):
        decode_known(b"nonsense")


def test_ctxpackignore_and_settings(scratch: Scratch) -> None:
    scratch.write(".ctxpackignore", "# big\n\n*.gen.py\n/old/\n!keep.gen.py\n[\n")
    scratch.write("sub/.ctxpackignore", "!x.gen.py\nlocal.py\n")
    for name in ("a.gen.py", "keep.gen.py", "old/a.py", "sub/x.gen.py", "sub/local.py", "sub/old/b.py", "skip/me.py"):
        scratch.write(name)
    scratch.commit()
    for at in (None, "HEAD"):
        snapshot = listed(open_repository(scratch.root, at=at), extend_exclude=("skip/", ".ctxpackignore"))
        assert paths(snapshot) == ["keep.gen.py", "sub/old/b.py", "sub/x.gen.py"]
        found = reasons(snapshot)
        assert found["a.gen.py"] == 'ignored by .ctxpackignore:3 "*.gen.py"'
        assert found["old/a.py"] == 'ignored by .ctxpackignore:4 "/old/"'
        assert found["sub/local.py"] == 'ignored by sub/.ctxpackignore:2 "local.py"'
        assert found["skip/me.py"] == 'excluded by extend-exclude "skip/"'


def test_include_narrows_and_names_bring_back(scratch: Scratch) -> None:
    scratch.write(".gitignore", "target/\n.env\n*.log\n")
    for name in ("src/a.py", "src/b.sql", "target/run/m.sql", "target/other.sql", ".env", "src/x.log"):
        scratch.write(name)
    scratch.commit()
    repository = open_repository(scratch.root)
    assert paths(listed(repository, include=("*.sql",))) == ["src/b.sql"]
    assert paths(listed(repository, include=("src/**",))) == ["src/a.py", "src/b.sql"]
    assert paths(listed(repository, include=("*.sql", "target/run/"))) == ["src/b.sql", "target/run/m.sql"]
    assert paths(listed(repository, include=(".env", "src/x.log"))) == [".env", "src/x.log"]
    assert reasons(listed(repository, include=("*.sql",)))["src/a.py"] == "not matched by include"
    with pytest.raises(ConfigError, match="include"):
        listed(repository, include=("!",))


def test_include_of_a_directory_takes_what_is_below(scratch: Scratch) -> None:
    for name in ("src/a.py", "src/deep/b.py", "src/gen/c.py", "src/gen/keep.py", "lib/d.py", "e.py"):
        scratch.write(name)
    scratch.commit()
    all_of_src = ["src/a.py", "src/deep/b.py", "src/gen/c.py", "src/gen/keep.py"]
    for at in (None, "HEAD"):
        repository = open_repository(scratch.root, at=at)
        for pattern in ("src/", "src", "/src", "/src/", "src/*", "src/**"):
            assert paths(listed(repository, include=(pattern,))) == all_of_src, pattern
        assert paths(listed(repository, include=("src/", "lib"))) == ["lib/d.py", *all_of_src]
        assert paths(listed(repository, include=("deep/",))) == ["src/deep/b.py"]
        without = ("src/", "!src/gen/", "src/gen/keep.py")
        assert paths(listed(repository, include=without[:2])) == all_of_src[:2]
        assert paths(listed(repository, include=without)) == ["src/a.py", "src/deep/b.py", "src/gen/keep.py"]
        assert paths(listed(repository, include=("!src/gen/", "src/"))) == all_of_src
        assert reasons(listed(repository, include=("src/",)))["e.py"] == "not matched by include"


def test_of_notebooks_the_cells_count(scratch: Scratch) -> None:
    def notebook(source: str, picture: int) -> str:
        cells = [{"cell_type": "code", "source": source, "outputs": [{"data": {"image/png": "A" * picture}}]}]
        return json.dumps({"nbformat": 4, "metadata": {}, "cells": cells})

    scratch.write("small.ipynb", notebook("x = 1\n", 10))
    scratch.write("picture.ipynb", notebook("x = 1\n", 50_000))
    scratch.write("code.ipynb", notebook("x = 1\n" * 1000, 50_000))
    scratch.write("broken.ipynb", "[" * 50_000)
    scratch.write("huge.ipynb", b" " * 20_000_001)
    scratch.write("data.json", notebook("x = 1\n", 50_000))
    scratch.commit()
    for at in (None, "HEAD"):
        repository = open_repository(scratch.root, at=at)
        # Files just written are always read again, so the clock of the second listing is set forward.
        first = listed(repository, max_file_bytes=1000)
        known = decode_known(encode_known(first.known))
        for snapshot in (first, listed(repository, max_file_bytes=1000, known=known, now_ns=NOW + 10**12)):
            assert paths(snapshot) == ["picture.ipynb", "small.ipynb"]
            assert reasons(snapshot) == {
                "broken.ipynb": "too large: 50000 bytes in its cells, the limit is 1000",
                "code.ipynb": "too large: 6019 bytes in its cells, the limit is 1000",
                "data.json": f"too large: {len(notebook('x = 1', 50_000)) + 2} bytes, the limit is 1000",
                "huge.ipynb": "too large: 20000001 bytes, the limit is 20000000",
            }
        lower = listed(repository, max_file_bytes=20, known=known, now_ns=NOW + 10**12)
        assert paths(lower) == []
        higher = listed(repository, max_file_bytes=10**6, known=lower.known)
        assert paths(higher) == ["broken.ipynb", "code.ipynb", "data.json", "picture.ipynb", "small.ipynb"]


def test_untracked_tool_directories(scratch: Scratch, plain: Scratch) -> None:
    for place in (scratch, plain):
        for name in ("node_modules/x/i.js", "env/pyvenv.cfg", "env/lib/a.py", "a/__pycache__/a.pyc", "rs/target/o.txt"):
            place.write(name)
        place.write("rs/Cargo.toml")
        place.write("keep/target/o.txt")
        snapshot = listed(open_repository(place.root))
        assert paths(snapshot) == ["keep/target/o.txt", "rs/Cargo.toml"]
        assert reasons(snapshot) == {
            "a/__pycache__": "compiled Python",
            "env": "a virtual environment (pyvenv.cfg)",
            "node_modules": "installed packages",
            "rs/target": "build output beside Cargo.toml",
        } | ({".git": "version control data"} if (place.root / ".git").exists() and place is plain else {})
    scratch.git("add", "-f", "node_modules")
    assert "node_modules/x/i.js" in paths(listed(open_repository(scratch.root)))


@pytest.mark.parametrize("link", ["dbt_project.yml", "inner"])
def test_a_dbt_project_behind_a_link_says_nothing(scratch: Scratch, tmp_path: Path, link: str) -> None:
    outside = Scratch(tmp_path / "outside")
    outside.write("dbt_project.yml", "packages-install-path: installed\n")
    scratch.write(".gitignore", "installed/\n")
    scratch.write("installed/m.sql", "select 1\n")
    (scratch.root / link).symlink_to(outside.root / "dbt_project.yml" if link.endswith("yml") else outside.root)
    assert "installed/m.sql" not in paths(listed(open_repository(scratch.root)))


def test_installed_dbt_packages(scratch: Scratch, plain: Scratch) -> None:
    for place in (scratch, plain):
        place.write("dbt/dbt_project.yml", "name: p\npackages-install-path: libs\n")
        place.write("dbt/.gitignore", "dbt_packages/\ntarget/\nlogs/\nlibs/\n")
        place.write("dbt/models/m.sql", "select 1")
        for name in ("dbt_packages/u/dbt_project.yml", "dbt_packages/u/macros/x.sql", "libs/v/models/y.sql"):
            place.write(f"dbt/{name}", "select 2")
        for name in ("dbt_packages/u/target/z.sql", "target/m.sql", "logs/dbt.log"):
            place.write(f"dbt/{name}")
        snapshot = listed(open_repository(place.root))
        assert {file.path: file.role for file in snapshot.files} == {
            "dbt/.gitignore": "config",
            "dbt/dbt_packages/u/dbt_project.yml": "vendored",
            "dbt/dbt_packages/u/macros/x.sql": "vendored",
            "dbt/dbt_project.yml": "config",
            "dbt/libs/v/models/y.sql": "vendored",
            "dbt/models/m.sql": "source",
        }
        assert "dbt/target" in reasons(snapshot)
        assert "dbt/dbt_packages" not in reasons(snapshot)
        out = listed(open_repository(place.root), extend_exclude=("dbt_packages/",))
        assert reasons(out)["dbt/dbt_packages"] == 'excluded by extend-exclude "dbt_packages/"'


def test_plain_directory_honours_gitignore_as_git_does(scratch: Scratch, plain: Scratch) -> None:
    rules = "*.log\n!keep.log\n/top.py\nout/**\n!out/back.py\nd?/\na/**/z.py\n\\!x.py\n"
    for place in (scratch, plain):
        place.write(".gitignore", rules)
        place.write("n/.gitignore", "!*.log\n/top.py\nb/*\n!b/c.py\n")
        for name in (
            *(
                "x.log",
                "keep.log",
                "top.py",
                "n/top.py",
                "n/m/top.py",
                "n/y.log",
                "out/a.py",
                "out/back.py",
                "out/s/q.py",
            ),
            *(
                "d1/x.py",
                "n/d2/x.py",
                "dd",
                "a/z.py",
                "a/b/z.py",
                "a/b/c/z.py",
                "!x.py",
                "n/b/a.py",
                "n/b/c.py",
                "n/b/d/e",
            ),
        ):
            place.write(name)
    assert paths(listed(open_repository(plain.root))) == paths(listed(open_repository(scratch.root)))


def test_nothing_of_the_repository_is_run(scratch: Scratch, tmp_path: Path) -> None:
    scratch.write("a.py", "one\n")
    scratch.write(".gitattributes", "*.py filter=evil diff=evil\n")
    head = scratch.commit()
    trap = f"touch {tmp_path}/ran; cat"
    for key in ("core.fsmonitor", "filter.evil.clean", "filter.evil.smudge", "diff.evil.textconv", "diff.external"):
        scratch.git("config", key, trap)
    for key in ("diff.evil.command", "gpg.program", "core.pager", "core.alternateRefsCommand"):
        scratch.git("config", key, trap)
    scratch.git("config", "log.showSignature", "true")
    for hook in ("post-index-change", "post-checkout"):
        path = scratch.write(f".git/hooks/{hook}", f"#!/bin/sh\ntouch {tmp_path}/ran\n")
        path.chmod(0o755)
    before = (scratch.root / ".git/index").read_bytes()
    scratch.write("a.py", "two\n")
    scratch.write("b.py")
    repository = open_repository(scratch.root)
    listed(repository)
    repository.history(5)
    repository.diff_staged()
    assert "-one\n+two" in repository.diff_since(head)
    listed(open_repository(scratch.root, at="HEAD"))
    assert not (tmp_path / "ran").exists()
    assert (scratch.root / ".git/index").read_bytes() == before


def test_history(scratch: Scratch) -> None:
    scratch.write("a.py")
    scratch.write("ü b.py")
    scratch.commit("first\n\nbody line\x01 with marks")
    scratch.git("commit", "-q", "--allow-empty", "-m", "empty")
    scratch.git("checkout", "-q", "-b", "side")
    scratch.git("mv", "a.py", "c.py")
    scratch.commit("move")
    scratch.git("checkout", "-q", "main")
    scratch.write("d.py")
    scratch.commit("d")
    scratch.git("merge", "-q", "-m", "merge", "side")
    repository = open_repository(scratch.root)
    history = repository.history(10)
    found = {c.message: c.paths for c in history}
    assert found == {
        "first\n\nbody line\x01 with marks": ("a.py", "ü b.py"),
        "empty": (),
        "move": ("a.py", "c.py"),
        "d": ("d.py",),
    }
    assert history[-1].date.startswith("2024-01-02T03:04:05")
    assert len(history[-1].id) == 40
    assert len(repository.history(1)) == 1
    assert repository.history(0) == ()
    assert open_repository(scratch.root, at="main~1").history(10)[0].message == "d"


def test_names_of_files_that_look_like_commits_are_names(scratch: Scratch) -> None:
    evil = ["\x01", f"\x01{'a' * 40} é.py", f"\x01{'b' * 40}"]
    for name in evil:
        scratch.write(name)
    scratch.commit("one")
    assert [(c.message, c.paths) for c in open_repository(scratch.root).history(9)] == [("one", tuple(sorted(evil)))]


def test_plain_directory_has_no_history_and_no_diff(plain: Scratch) -> None:
    repository = open_repository(plain.root)
    assert repository.history(5) == ()
    for ask in (repository.diff_staged, lambda: repository.diff_since("HEAD")):
        with pytest.raises(RepositoryError, match="not in a git work tree"):
            ask()


def test_a_view_can_be_sent_to_another_process(scratch: Scratch) -> None:
    scratch.write("a.py")
    scratch.commit()
    for at in (None, "HEAD"):
        copy = pickle.loads(pickle.dumps(open_repository(scratch.root, at=at)))
        assert copy.read("a.py") == b"x\n"


def test_root_whose_name_is_not_utf8(tmp_path: Path) -> None:
    place = Scratch(Path(os.fsdecode(os.fsencode(tmp_path) + b"/r\xe9p")))
    place.write("a.py")
    assert paths(listed(open_repository(place.root))) == ["a.py"]
    place.init().commit()
    for at in (None, "HEAD"):
        repository = open_repository(place.root, at=at)
        assert paths(listed(repository)) == ["a.py"]
        assert repository.read("a.py") == b"x\n"
        assert "r\\xe9p" in repository.identity
    with pytest.raises(RepositoryError) as caught:
        open_repository(place.root, at="nope")
    str(caught.value).encode("utf-8")


def test_settings_are_values() -> None:
    assert CrawlSettings() == CrawlSettings((), (), 2_000_000)
    assert hash(Skipped("a", "b")) == hash(Skipped("a", "b"))


def test_where_the_repository_of_a_lost_work_tree_was_is_no_content(plain: Scratch) -> None:
    plain.write(".git", "gitdir: /home/somebody/elsewhere/.git/worktrees/x\n")
    plain.write("a.py")
    plain.write("sub/.git", "gitdir: ../nowhere\n")
    snapshot = listed(open_repository(plain.root))
    assert paths(snapshot) == ["a.py"]
    assert reasons(snapshot) == {".git": "version control data", "sub/.git": "version control data"}
