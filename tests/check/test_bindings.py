"""Names of Python that are bound in another way than before, which are still there."""

from __future__ import annotations

import pytest
from check_helpers import Place, said

USER = "from shop.limits import X, Y\n\n\ndef both():\n    return X + Y\n"

BOUND = {
    "pattern": "X, Y = 1, 2\n",
    "nested pattern": "(X, [Y, *rest]) = given()\n",
    "chain": "X = Y = 3\n",
    "walrus": "if (X := 1) and (Y := 2):\n    pass\n",
    "loop": "for X, Y in [(1, 2)]:\n    pass\n",
    "with": "with opened() as X, opened() as (Y, z):\n    pass\n",
    "global": "def load():\n    global X, Y\n    X, Y = 1, 2\n\n\nload()\n",
    "imports on condition": "if True:\n    if True:\n        from shop.others import one as X, two as Y\n",
    "lazy import": "def load():\n    global X, Y\n    from shop.others import X, Y\n",
    "deep": "while True:\n    match 1:\n        case X:\n            Y = 1\n",
}


@pytest.mark.parametrize("after", BOUND.values(), ids=BOUND.keys())
def test_a_name_that_is_bound_in_another_way_is_still_there(place: Place, after: str) -> None:
    place.commit({"shop/limits.py": "X = 1\nY = 2\n", "shop/use.py": USER})
    place.stage({"shop/limits.py": after})
    assert said(place.check()) == []


@pytest.mark.parametrize("before", ["X, Y = 1, 2\n", "X = Y = 3\n", BOUND["walrus"], BOUND["global"]])
def test_a_name_that_a_pattern_or_a_chain_bound_is_missed(place: Place, before: str) -> None:
    place.commit({"shop/limits.py": before, "shop/use.py": USER})
    place.stage({"shop/limits.py": "Y = 2\n"})
    assert said(place.check()) == ["error removed shop/limits.py::X", "  shop/use.py:1", "  shop/use.py:5 both"]


def test_members_of_classes_may_be_bound_in_other_ways_too(place: Place) -> None:
    use = "from shop.limits import Limits\n\nprint(Limits.LOW, Limits.HIGH)\n"
    place.commit({"shop/limits.py": "class Limits:\n    LOW = 1\n    HIGH = 2\n", "shop/use.py": use})
    for after in ("LOW, HIGH = 1, 2", "LOW = HIGH = 1", "for LOW, HIGH in ((1, 2),):\n        pass"):
        place.stage({"shop/limits.py": f"class Limits:\n    {after}\n"})
        assert said(place.check()) == []
    place.stage({"shop/limits.py": "class Limits:\n    def f(self):\n        LOW = HIGH = 1\n        return LOW\n"})
    assert len(said(place.check())) == 4


def test_a_name_that_was_imported_and_is_bound_by_a_loop_now_is_still_offered(place: Place) -> None:
    files = {"shop/others.py": "X = Y = 1\n", "shop/limits.py": "from shop.others import X, Y\n", "shop/use.py": USER}
    place.commit(dict(files))
    place.stage({"shop/limits.py": BOUND["loop"]})
    assert said(place.check()) == []
    place.stage({"shop/limits.py": "for Z in ():\n    pass\n"})
    assert said(place.check())[:1] == ["error unexported shop/limits.py::X"]
