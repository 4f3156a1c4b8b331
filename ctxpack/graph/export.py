"""A graph in other tools' forms: networkx, Graphviz dot, GraphML, Mermaid, and plain dictionaries for JSON."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from ctxpack.model import Graph

if TYPE_CHECKING:
    import networkx

_MERMAID_ARROWS = {"imports": "-->", "includes": "-->", "inherits": "==>", "tests": "-.->"}


def to_networkx(graph: Graph) -> networkx.MultiDiGraph[str]:
    """The graph as a `networkx.MultiDiGraph`: nodes carry `kind`; edges are keyed by kind and carry the rest."""
    import networkx as nx

    made: networkx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in graph.nodes:
        made.add_node(node.id, kind=node.kind)
    for edge in graph.edges:
        made.add_edge(
            edge.source, edge.target, key=edge.kind, kind=edge.kind, line=edge.line, origin=edge.origin,
            confidence=edge.confidence,
        )  # fmt: skip
    return made


def graphml(graph: Graph) -> str:
    """GraphML, written by networkx."""
    import networkx as nx

    buffer = io.BytesIO()
    nx.write_graphml(to_networkx(graph), buffer, encoding="utf-8", prettyprint=True)
    return buffer.getvalue().decode("utf-8")


def dot(graph: Graph) -> str:
    """Graphviz dot: one statement a line, names quoted, the kind as the edge's label."""
    lines = ["digraph ctxpack {", "  rankdir=LR;", '  node [shape=box, fontname="monospace"];']
    lines.extend(f"  {_quoted(node.id)};" for node in graph.nodes)
    lines.extend(
        f"  {_quoted(edge.source)} -> {_quoted(edge.target)} [label={_quoted(edge.kind)}];" for edge in graph.edges
    )
    return "\n".join([*lines, "}", ""])


def mermaid(graph: Graph) -> str:
    """A Mermaid flowchart; nodes are numbered in order, since Mermaid's ids take no punctuation."""
    numbers = {node.id: f"n{index}" for index, node in enumerate(graph.nodes)}
    lines = ["flowchart LR"]
    lines.extend(f'  {numbers[node.id]}["{_mermaid_text(node.id)}"]' for node in graph.nodes)
    lines.extend(
        f"  {numbers[edge.source]} {_MERMAID_ARROWS.get(edge.kind, '-->')}|{edge.kind}| {numbers[edge.target]}"
        for edge in graph.edges
    )
    return "\n".join([*lines, ""])


def to_dict(graph: Graph) -> dict[str, Any]:
    """The JSON contract `ctxpack.graph/1`."""
    return {
        "schema": "ctxpack.graph/1",
        "nodes": [{"id": node.id, "kind": node.kind} for node in graph.nodes],
        "edges": [
            {
                "source": edge.source,
                "target": edge.target,
                "kind": edge.kind,
                "line": edge.line,
                "origin": edge.origin,
                "confidence": round(edge.confidence, 3),
            }
            for edge in graph.edges
        ],
        "unresolved": [
            {"path": lost.path, "line": lost.line, "expression": lost.expression, "why": lost.why}
            for lost in graph.unresolved
        ],
    }


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _mermaid_text(text: str) -> str:
    return text.replace('"', "#quot;").replace("\n", " ")
