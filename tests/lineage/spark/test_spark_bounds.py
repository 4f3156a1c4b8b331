"""Programs that would not end, or would fill the memory, cost little and spoil nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

GOOD = "spark.table('s.a').write.saveAsTable('s.b')\n"


@pytest.mark.parametrize(
    "text",
    [
        "while True:\n  x = 1\n",
        "def f(n):\n  return f(n + 1) + f(n + 2)\nf(1)\n",
        "x = 'a'\nfor i in range(10**9):\n  x = x + x\n",
        "x = 'a' * 10**12\n",
        "x = '{:>1000000000}'.format('a')\ny = '%999999999d' % 1\n",
        "x = 'a'.zfill(10**10)\n",
        "x = [1]\nfor i in range(100):\n  x = [x, x]\nspark.table(x)\ndf = spark.table('a').select(x)\n",
        "df = spark.table('a')\nfor i in range(90):\n  df = df.join(df, 'id')\ndf.write.saveAsTable('s.c')\n",
        "import b\nfrom job import *\n",
        "x = 2 ** 10 ** 10\n",
        "class A(A):\n  def run(self):\n    return self.run()\nA().run()\n",
        "f = lambda x: x(x)\nf(f)\n",
        "for a in range(99):\n  for b in range(99):\n    for c in range(99):\n      spark.table(f't.{a}{b}{c}')\n",
        "spark.sql('" + "/* a */ " * 60 + "x')\n",
        "class A:\n  def __iter__(self):\n    return iter(self)\nfor x in A():\n  spark.table(x)\n",
        "class A:\n  def __init__(self, other: 'A'):\n    pass\ndef f(a: A):\n  spark.table(a.t)\n",
        "x = {}\nx['x'] = x\nspark.table(x['x']['x'])\nspark.sql(f'{x}')\n",
    ],
)
def test_hostile_programs_are_bounded(sites: Callable, text: str) -> None:
    started = time.process_time()
    found = sites({"job.py": text + "import spark\n", "other.py": GOOD})
    assert time.process_time() - started < 5
    assert "s.b" in [one.target for one in found.writes]


def test_what_takes_too_long_is_told(sites: Callable) -> None:
    text = "for a in range(99):\n  for b in range(99):\n    for c in range(99):\n      spark.table(f't.{a}_{b}_{c}')\n"
    (one,) = sites(text).unresolved
    assert "too many steps" in one.why


def test_the_same_programs_give_the_same_sites(sites: Callable) -> None:
    text = (
        "a = spark.table('a')\nb = spark.table('b')\na.join(b, a.id == b.id).select(a.x, b.y).write.saveAsTable('c')\n"
    )
    assert sites(text) == sites(text)


def test_imports_in_a_circle(sites: Callable) -> None:
    found = sites(
        {
            "a.py": "from b import T\nS = 's'\nspark.table(T).write.saveAsTable(f'{S}.x')\n",
            "b.py": "import a\nT = 't'\ndef f():\n  return spark.table(a.S)\n",
        }
    )
    assert [one.target for one in found.writes] == ["s.x"]
