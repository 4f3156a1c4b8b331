"""Asks Spark which of its functions can give null, and of what type, and writes that as a table for the tests.

    python bench/spark_nulls.py tests/lineage/spark_nulls.json

Every function's own documentation has an example with constants. Its arguments, which are not null, are put into the
analyzer as they are, and then one at a time as an expression of the same type that can be null; what Spark's schema
says of the result is noted. Needs pyspark 3.5 and Java.
"""

import json
import re
import sys
from pathlib import Path

import sqlglot
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from sqlglot import exp

DEFAULTS = {
    "date": "current_date()",
    "timestamp": "current_timestamp()",
    "int": "1",
    "bigint": "1L",
    "double": "1D",
    "decimal": "1.0",
    "boolean": "true",
    "string": "'a'",
    "binary": "X'00'",
}
SKIPPED = {
    "case",
    "when",
    "window",
    "session_window",
    "window_time",
    "from_csv",
    "java_method",
    "reflect",
    "raise_error",
}


def main(target: str) -> None:
    """Writes the table."""
    session = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    table = {}
    for row in session.sql("SHOW SYSTEM FUNCTIONS").collect():
        name = row[0]
        if re.fullmatch(r"\w+", name) and name not in SKIPPED:
            found = probe(session, name)
            if found:
                table[name] = found
    text = ",\n".join(f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in sorted(table.items()))
    Path(target).write_text("{\n" + text + "\n}\n", encoding="utf-8")
    session.stop()


def probe(session: SparkSession, name: str):
    """The first example of a function that the analyzer takes: null and type rule by arguments."""
    text = "\n".join(r[0] for r in session.sql(f"DESCRIBE FUNCTION EXTENDED {name}").collect())
    for example in re.findall(r"> SELECT (.*?);\s*$", text, re.MULTILINE):
        args = arguments(example, name)
        if args is None:
            continue
        args = typed(session, name, args)
        base = analyzed(session, f"{name}({', '.join(args)})")
        if base is None:
            continue
        nullable, kind, _ = base
        by_argument = []
        for i, arg in enumerate(args):
            changed = [*args[:i], f"if(rand() > 2, {arg}, null)", *args[i + 1 :]]
            outcome = analyzed(session, f"{name}({', '.join(changed)})")
            by_argument.append(None if outcome is None else outcome[0])
        return {"nullable": nullable, "args": by_argument, "type": kind, "example": f"{name}({', '.join(args)})"}
    return None


def arguments(example: str, name: str):
    """The arguments of the function in its example, if the example is one call of it."""
    try:
        tree = sqlglot.parse_one(f"SELECT {example}", read="spark")
    except sqlglot.errors.SqlglotError:
        return None
    match = re.match(rf"{name}\s*\((.*)\)\s*(FROM .*)?$", example.strip(), re.IGNORECASE | re.DOTALL)
    if match is None or tree.find(exp.Window):
        return None
    inner = match.group(1)
    if re.search(r"FROM\s", example):
        tab = re.search(r"VALUES (.*?) (?:AS )?\w+\((\w+(?:, ?\w+)*)\)", example)
        if tab is None:
            return None
        names = [n.strip() for n in tab.group(2).split(",")]
        first = split(
            re.match(r"\((.*?)\)", tab.group(1).strip() if tab.group(1).startswith("(") else f"({tab.group(1)})").group(
                1
            )
        )
        values = dict(zip(names, first, strict=False))
        inner = re.match(rf"{name}\s*\((.*?)\)\s*FROM", example.strip(), re.IGNORECASE | re.DOTALL)
        if inner is None:
            return None
        return [values.get(a.strip(), a) for a in split(inner.group(1))]
    return split(inner)


def split(text: str):
    """Arguments at the top level of a list."""
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


def typed(session: SparkSession, name: str, args: list[str]):
    """The arguments with the casts that the analyzer adds made explicit, and without nulls of their own."""
    found = analyzed(session, f"{name}({', '.join(args)})")
    if found is None or "cast(" not in found[2] or any("cast" in a.lower() for a in args):
        return args
    result = []
    for arg in args:
        literal = re.escape(arg.strip("'\""))
        match = re.search(rf"cast\({literal} as (\w+)", found[2])
        kind = match.group(1) if match else ""
        result.append(f"coalesce(cast({arg} as {kind}), {DEFAULTS[kind]})" if kind in DEFAULTS else arg)
    return result


def analyzed(session: SparkSession, expression: str):
    """(nullable, type, plan) of an expression; None where the analyzer refuses it."""
    try:
        frame = session.sql(f"SELECT {expression} AS x")
        field = frame.schema.fields[0]
        plan = frame._jdf.queryExecution().analyzed().toString()
    except (PySparkException, IndexError):
        return None
    return field.nullable, field.dataType.simpleString(), plan


if __name__ == "__main__":
    main(sys.argv[1])
