"""What a build costs, beside the floor: parsing the same files once and running one query over them.

    python bench/speed.py TREE [TREE ...] [--workers N] [--budget B] [--repeat N]

For every tree, in processes of their own and one after another: the floor (tree-sitter parses each file that ctxpack
parses with a grammar, and its language's query runs over the tree), a cold build with an empty cache, a warm build of
the unchanged tree, and a warm build after one file was edited (in a copy; the tree itself is not touched). Prints one
row of a Markdown table a tree: CPU seconds, user and system, of a process and its workers; the ratio of the cold build
to the floor; and the peak of resident memory, of the largest process and of all together (sampled every 50 ms from
/proc, so on Linux alone).

A processor's share of a core, its clock and its caches change with whatever else runs, and CPU seconds with them. With
--repeat N all that is done in turn N times: times are medians, and the ratio is the median of those of each floor with
the cold build just after it, with the least and the greatest in brackets. Memory is that of the largest run.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

TASK = "Fix the order of columns when a nested query with aliases is compiled"
UNPARSED = ("binary", "lock", "data")
ROOT = Path(__file__).resolve().parent.parent


class Cost(NamedTuple):
    cpu: float
    largest_mb: float
    together_mb: float


def floor(tree: Path) -> None:
    """Parse every file that ctxpack parses with a grammar, and run its language's query."""
    from ctxpack.api import Index
    from ctxpack.parse import languages, treesitter

    with Index.open(tree, workers=0) as index:
        for path, name in [
            (file.path, file.language) for file in index._state.workspace.snapshot.files if file.role not in UNPARSED
        ]:
            language = languages.by_name(name)
            if not language.grammar or languages.hooks(language).overrides("read"):
                continue
            parsed = treesitter.parse((tree / path).read_bytes(), language)
            treesitter.leaves(parsed, language)
            treesitter.structure(parsed, language)


def measure(arguments: list[str]) -> Cost:
    process = subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(process, peak))
    watcher.start()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{arguments} ended with {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, peak[0] / 2**10)


def _watch(process: subprocess.Popen[bytes], peak: list[int]) -> None:
    while process.returncode is None and Path(f"/proc/{process.pid}").exists():
        peak[0] = max(peak[0], sum(_resident(pid) for pid in _family(process.pid)))
        time.sleep(0.05)


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(member for child in children for member in _family(int(child)))]


def _resident(pid: int) -> int:
    """Kilobytes of a process; what it shares with others, as after a fork, is parted among them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


class Round(NamedTuple):
    """The costs of one time round."""

    floor: Cost
    cold: Cost
    warm: Cost
    edited: Cost


def rounds(copy: Path, scratch: Path, arguments: argparse.Namespace) -> Iterator[Round]:
    """Measure in turn; `copy` is edited, and is as it was after each round."""
    edited = max(copy.rglob("*.py"), key=lambda path: path.stat().st_size, default=None)
    before = edited.read_bytes() if edited is not None else b""
    for number in range(arguments.repeat):
        build = ["-m", "ctxpack", "build", "-C", str(copy), "-t", TASK, "--budget", arguments.budget, "-q"]
        build += ["--workers", str(arguments.workers), "--cache-dir", str(scratch / f"cache{number}")]
        base = measure([str(Path(__file__).resolve()), "--floor", str(copy)])
        cold, warm = measure(build), measure(build)
        if edited is not None:
            edited.write_bytes(before + b"\n\ndef added_by_the_benchmark(value):\n    return value\n")
        yield Round(base, cold, warm, measure(build))
        if edited is not None:
            edited.write_bytes(before)
        shutil.rmtree(scratch / f"cache{number}")


def row(tree: Path, arguments: argparse.Namespace) -> str:
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(shutil.copytree(tree, Path(scratch, "tree"), symlinks=True))
        files = [path for path in copy.rglob("*") if path.is_file() and ".git" not in path.parts]
        size = sum(path.stat().st_size for path in files) / 1e6
        found = list(rounds(copy, Path(scratch), arguments))
    floor_, cold, warm, edited = (median(cost.cpu for cost in costs) for costs in zip(*found, strict=True))
    largest = max(max(one.cold.largest_mb, one.warm.largest_mb) for one in found)
    together = max(one.cold.together_mb for one in found)
    return (
        f"| {tree.name} | {len(files):,} | {size:.0f} | {floor_:.1f} | {cold:.1f} "
        f"| {ratio([one.cold.cpu / one.floor.cpu for one in found])} "
        f"| {warm:.2f} | {edited:.2f} | {largest:.0f} | {together:.0f} |"
    )


def ratio(found: list[float]) -> str:
    """The median, and the range where there are several."""
    told = f"{median(found):.2f}"
    return f"{told} ({min(found):.2f} to {max(found):.2f})" if len(found) > 1 else told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trees", nargs="+", type=Path)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--budget", default="32k")
    parser.add_argument("--repeat", type=int, default=1, metavar="N", help="times to measure in turn; medians are told")
    parser.add_argument("--floor", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.repeat < 1:
        parser.error("--repeat takes a number of times, at least 1")
    if arguments.floor:
        floor(arguments.trees[0])
        return
    print("| tree | files | MB | floor | cold | cold / floor | warm | warm after an edit | largest MB | together MB |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for tree in arguments.trees:
        print(row(tree, arguments), flush=True)


if __name__ == "__main__":
    main()
