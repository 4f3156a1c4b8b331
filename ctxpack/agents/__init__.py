"""Answers for agents: small questions about a repository, each answered within a token budget.

A pack is made once, before a call; an agent that works step by step asks for less, and more often: the source of one
definition, its users, what a table is made from. Every answer is one JSON text with an exact token count. It is cut
between entries where the budget ends, and says what was left out and how to ask for it.
"""

from __future__ import annotations

from ctxpack.agents.answer import LEAST_BUDGET, SCHEMA, Answer, Meter, encoded
from ctxpack.agents.around import references, upstream
from ctxpack.agents.data import impact_answer, lineage_answer, rank_answer, schema_answer
from ctxpack.agents.overview import map_answer
from ctxpack.agents.symbols import read_symbol

__all__ = [
    "LEAST_BUDGET",
    "SCHEMA",
    "Answer",
    "Meter",
    "encoded",
    "impact_answer",
    "lineage_answer",
    "map_answer",
    "rank_answer",
    "read_symbol",
    "references",
    "schema_answer",
    "upstream",
]
