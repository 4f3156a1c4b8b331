"""What was perhaps meant by a name that is not known: the names that are most like it, and the words to say so."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable


def nearest(
    name: str,
    known: Iterable[str],
    *,
    most: int = 3,
    alike: float = 0.5,
    by: Callable[[str], str] = str,
) -> list[str]:
    """The known names that are most like a name, best first: at `most` so many, each at least so `alike`, from 0 to 1.

    `by` gives the part that counts of a name, the known ones' too; of several with the same part the first counts.

    >>> nearest("ordres", ["orders", "order", "stock"])
    ['orders', 'order']
    >>> nearest("x/Ordres.py", ["a/orders.py", "b/orders.py"], by=lambda path: path.rpartition("/")[2].lower())
    ['a/orders.py']
    """
    by_part: dict[str, str] = {}
    for one in known:
        by_part.setdefault(by(one), one)
    return [by_part[part] for part in difflib.get_close_matches(by(name), list(by_part), n=most, cutoff=alike)]


def perhaps(near: Iterable[str], joint: str = ", ") -> str:
    """The end of a sentence that asks whether one of some names was meant; "" where there is none.

    >>> perhaps(["a", "b"], " or "), perhaps([])
    ('; did you mean a or b?', '')
    """
    told = joint.join(dict.fromkeys(near))
    return f"; did you mean {told}?" if told else ""


def hint(name: str, known: Iterable[str], *, listed: Iterable[str] = (), most: int = 1, alike: float = 0.5) -> str:
    """The end of a message on a name that is not known: what was perhaps meant, or else what there is.

    `listed` is what there is, where that is not every known name. At `most` so many are offered, each at least so
    `alike`, from 0 to 1.

    >>> hint("xmll", ("xml", "json")), hint("?", ("xml", "json"))
    ('did you mean xml?', 'known are xml, json')
    """
    names = list(known)
    near = nearest(name, names, most=most, alike=alike)
    return f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(list(listed) or names)}"
