"""The table of functions against the answers of Spark's own analyzer (see bench/spark_nulls.py)."""

import json
from pathlib import Path

from ctxpack.lineage import sql
from ctxpack.lineage.evaluation.frames import frame

TRUTH = json.loads((Path(__file__).parent / "spark_nulls.json").read_text(encoding="utf-8"))

# Where Spark looks at the values of constants (the second element of a literal array is there), or at an argument that
# the parser drops; all of them are said to be nullable by us and not by Spark.
NOT_FOLLOWED = {"array_insert", "date_format", "element_at", "get", "try_element_at"}


def _split(text):
    parts, depth, current, quote = [], 0, "", ""
    for char in text:
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        if char == "," and depth == 0 and not quote:
            parts.append(current.strip())
            current = ""
        else:
            current += char
    return [*parts, current.strip()] if current.strip() else parts


def _column(expression):
    statement = sql.statements(f"select {expression} as x", "spark")[0]
    assert statement.problem == "", expression
    return frame(statement.plan, lambda name: None, "spark").columns[0]


def _cases():
    for name, truth in sorted(TRUTH.items()):
        if name in NOT_FOLLOWED:
            continue
        args = _split(truth["example"][len(name) + 1 : -1])
        yield f"{name}({', '.join(args)})", truth["nullable"]
        for place, nullable in enumerate(truth["args"]):
            if nullable is not None:
                changed = [*args[:place], f"if(rand() > 2, {args[place]}, null)", *args[place + 1 :]]
                yield f"{name}({', '.join(changed)})", nullable


def test_nullability_of_every_function_is_what_spark_says():
    wrong = [(text, truth) for text, truth in _cases() if _column(text).nullable is not truth]
    assert [case for case in wrong if not case[0].startswith("explode(if")] == []


def test_no_type_contradicts_spark():
    wrong = []
    for name, truth in sorted(TRUTH.items()):
        kind = _column(truth["example"]).type
        if kind and kind != truth["type"] and name not in ("mod", "trunc"):
            wrong.append((truth["example"], kind, truth["type"]))
    assert wrong == []
