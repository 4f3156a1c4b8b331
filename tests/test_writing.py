"""Files get new content whole or not at all, and stay what they are."""

import os
import threading
from pathlib import Path

import pytest

from ctxpack import writing


def test_a_file_is_made_and_replaced(tmp_path: Path) -> None:
    file = tmp_path / "pack.xml"
    writing.write(file, b"one")
    assert file.read_bytes() == b"one"
    file.chmod(0o640)
    writing.write(file, b"two")
    assert file.read_bytes() == b"two"
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [file]


def test_a_new_file_has_the_mode_that_the_user_wants(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        writing.write(tmp_path / "pack.xml", b"one")
    finally:
        os.umask(before)
    assert (tmp_path / "pack.xml").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_fails_leaves_the_old_content_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    file = tmp_path / "pack.xml"
    file.write_bytes(b"old")

    def fail(self: Path, target: Path) -> Path:
        raise error

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(type(error)):
        writing.write(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_and_its_goal_is_written(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    goal, link = tmp_path / "below" / "goal.xml", tmp_path / "pack.xml"
    link.symlink_to(Path("below", "goal.xml"))
    writing.write(link, b"one")
    writing.write(link, b"two")
    assert link.is_symlink()
    assert goal.read_bytes() == b"two"


def test_a_file_with_two_names_keeps_both(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"old")
    (tmp_path / "two").hardlink_to(tmp_path / "one")
    writing.write(tmp_path / "one", b"new")
    assert (tmp_path / "two").read_bytes() == b"new"


def test_a_pipe_is_written_through(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    heard: list[bytes] = []
    reader = threading.Thread(target=lambda: heard.append(pipe.read_bytes()))
    reader.start()
    writing.write(pipe, b"one")
    reader.join(10)
    assert heard == [b"one"]
    assert pipe.is_fifo()


def test_what_a_process_holds_open_is_written_through(tmp_path: Path) -> None:
    file = tmp_path / "out"
    with file.open("wb") as opened:
        writing.write(Path(f"/dev/fd/{opened.fileno()}"), b"one")
        assert os.fstat(opened.fileno()).st_ino == file.stat().st_ino
    assert file.read_bytes() == b"one"


def test_a_directory_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        writing.write(tmp_path / "no" / "pack.xml", b"one")
    with pytest.raises(OSError):
        writing.write(tmp_path, b"one")
