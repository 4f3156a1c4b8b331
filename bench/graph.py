"""How true the graph is, against what compilers and indexers say.

    python bench/graph.py ORACLES CHECKOUTS

ORACLES holds, for each repository, NAME.files.json with `files` (the paths that count), `edges` ([[from, to], ...]: the
file that a statement names) and perhaps `use_edges` (the file that defines what is used), `use_files` and `optional`
(edges that count neither way); perhaps NAME.refs.jsonl.gz, one resolved reference a line (`ref_file`, `ref_line`,
`name`, `def_file` or `def_files`); and perhaps NAME.neg.jsonl.gz, references that are proven to be local, built in or
external. CHECKOUTS holds each repository at the commit of its oracle, as a folder NAME.

Printed, as rows of a Markdown table: precision and recall of `imports` (with `includes`) edges, of use edges, and of
references (precision: over the answered ones, the mean share of the answers that are right; recall: the share whose
true file is among the answers), and the share of proven non-references that were bound to another file.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ctxpack.api import Index

Pair = tuple[str, str]
Key = tuple[str, int, str]

IMPORTS = frozenset({"imports", "includes"})
USES = IMPORTS | {"references", "inherits"}


def precision_and_recall(oracle: Mapping[str, Any], found: set[Pair], *, uses: bool) -> tuple[float, float]:
    files = set(oracle["use_files"] if uses and oracle.get("use_files") else oracle["files"])
    true = {tuple(edge) for edge in oracle["use_edges" if uses else "edges"]}
    optional = {tuple(edge) for edge in oracle.get("optional", ())} | (
        {tuple(e) for e in oracle["edges"]} if uses else set()
    )
    inside = {(a, b) for a, b in found if a in files and b in files and a != b}
    right, wrong = len(inside & true), len(inside - true - optional)
    return right / max(1, right + wrong), right / max(1, len(true))


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)


def key_of(line: Mapping[str, Any]) -> Key:
    return line["ref_file"], line["ref_line"], line["name"]


def score_references(oracles: Path, name: str, index: Index) -> tuple[str, str, str]:
    answers: dict[Key, set[str]] = defaultdict(set)
    for link in index.links():
        answers[key_of(link)].add(str(link["def_file"]))
    count = answered = hits = 0
    shares = 0.0
    for line in lines_of(oracles / f"{name}.refs.jsonl.gz"):
        count += 1
        given = answers.get(key_of(line), set())
        given = {path for path in given if path != line["ref_file"]} or given
        if given:
            right = given & set(line.get("def_files") or [line["def_file"]])
            answered += 1
            hits += bool(right)
            shares += len(right) / len(given)
    proven = list(lines_of(oracles / f"{name}.neg.jsonl.gz"))
    false = [line for line in proven if (found := answers.get(key_of(line))) and line["ref_file"] not in found]
    if not count:
        return "-", "-", "-"
    told = f"{len(false) / len(proven):.4f}" if proven else "-"
    return f"{shares / max(1, answered):.3f}", f"{hits / count:.3f}", told


def row(oracles: Path, name: str, checkout: Path) -> str:
    oracle = json.loads((oracles / f"{name}.files.json").read_text("utf-8"))
    with Index.open(checkout) as index:
        edges = index.graph().edges
        cells = []
        for kinds, uses in ((IMPORTS, False), (USES, True)):
            if uses and not oracle.get("use_edges"):
                cells += ["-", "-"]
                continue
            if not uses and oracle["edges"] == oracle.get("use_edges"):
                cells += ["-", "-"]
                continue
            found = {(edge.source, edge.target) for edge in edges if edge.kind in kinds}
            cells += [f"{share:.3f}" for share in precision_and_recall(oracle, found, uses=uses)]
        cells += score_references(oracles, name, index)
    return f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("oracles", type=Path)
    parser.add_argument("checkouts", type=Path)
    arguments = parser.parse_args()
    print("| repository | imports P | R | uses P | R | references P | R | false links |")
    print("|---|---|---|---|---|---|---|---|")
    for path in sorted(arguments.oracles.glob("*.files.json")):
        name = path.name.removesuffix(".files.json")
        if (arguments.checkouts / name).is_dir():
            print(row(arguments.oracles, name, arguments.checkouts / name), flush=True)


if __name__ == "__main__":
    main()
