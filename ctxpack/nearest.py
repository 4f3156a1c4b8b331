"""Suggestions for unknown names: finds similar known names, and words the suggestion."""

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
    """The known names most similar to a name, best first: at most `most`, with a similarity of at least `alike`.

    Similarity is from 0 to 1, as difflib counts it. `by` gives the part of each name that is compared; of several known
    names with the same part, the first counts.

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
    """The end of an error message that asks whether one of some names was meant; "" where there is none.

    >>> perhaps(["a", "b"], " or "), perhaps([])
    ('; did you mean a or b?', '')
    """
    names = joint.join(dict.fromkeys(near))
    return f"; did you mean {names}?" if names else ""


def hint(name: str, known: Iterable[str], *, listed: Iterable[str] = (), most: int = 1, alike: float = 0.5) -> str:
    """The end of an error message on an unknown name: similar names, or else all known names.

    `listed` are the names to list instead of all known ones. At most `most` similar names are suggested, with a
    similarity of at least `alike` (0 to 1).

    >>> hint("xmll", ("xml", "json")), hint("?", ("xml", "json"))
    ('did you mean xml?', 'known are xml, json')
    """
    names = list(known)
    near = nearest(name, names, most=most, alike=alike)
    return f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(list(listed) or names)}"
