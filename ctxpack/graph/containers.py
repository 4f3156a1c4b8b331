"""What the members of containers give, by language: tables from the documentation of the standard libraries.

Python: Built-in Types, `collections` and `queue` of the library reference. JavaScript: Array, Map, Set and iterators of
ECMA-262. Java: `java.util` with its packages of streams and concurrency, of Java SE. Kotlin: `kotlin.collections` and
`kotlin.sequences`, besides what Java has. C#: `System.Collections.Generic` and `System.Linq`. Rust: `std::vec`,
`std::slice`, `std::collections` and `std::iter`. Swift: the collections of the standard library. Dart: `dart:core`,
`dart:collection` and the package `collection`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Members:
    """Names of members: `one` gives an element (of a mapping: a value), `same` what holds the same.

    `values`, `keys` and `entries` give those of a mapping, `parts` the part of a pair by its number, and `calls` call
    what gives a value when it is called. `read` are those among them that are read and not called.
    """

    one: frozenset[str]
    same: frozenset[str]
    values: frozenset[str] = frozenset({"values"})
    keys: frozenset[str] = frozenset({"keys"})
    entries: frozenset[str] = frozenset()
    parts: tuple[tuple[str, int], ...] = ()
    read: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PYTHON = Members(
    one=_set("pop popleft get get_nowait setdefault __next__ __anext__"),
    same=_set("copy __iter__ __aiter__ __enter__ __aenter__ union intersection difference symmetric_difference"),
    entries=_set("items"),
)
_ECMASCRIPT = Members(
    one=_set("pop shift get at find findLast"),
    same=_set("filter slice sort toSorted reverse toReversed concat splice flat values copyWithin fill"),
    entries=_set("entries"),
)
_JAVA = Members(
    one=_set(
        """get getFirst getLast first last next previous poll pollFirst pollLast peek peekFirst peekLast element pop
        take takeFirst takeLast remove removeFirst removeLast higher lower ceiling floor firstElement lastElement
        elementAt orElse orElseThrow orElseGet nextElement getOrDefault computeIfAbsent computeIfPresent compute merge
        join getNow"""
    ),
    same=_set(
        """iterator listIterator spliterator stream parallelStream subList headSet tailSet subSet descendingSet
        descendingIterator reversed clone filter sorted distinct limit skip takeWhile dropWhile findFirst findAny
        toList toArray sequential parallel unordered onClose orTimeout elements"""
    ),
    keys=_set("keySet navigableKeySet keys"),
    entries=_set("entrySet"),
    parts=(("getKey", 0), ("getValue", 1)),
    calls=_set("get call"),
)
_KOTLIN = Members(
    one=_JAVA.one
    | _set(
        """firstOrNull lastOrNull single singleOrNull elementAt elementAtOrNull find findLast getOrNull getOrElse
        getValue getOrPut random randomOrNull removeAt removeFirstOrNull removeLastOrNull maxBy minBy maxByOrNull
        minByOrNull maxOf minOf await"""
    ),
    same=_JAVA.same
    | _set(
        """filterNot filterNotNull toMutableList toSet toMutableSet asSequence asIterable sortedBy sortedByDescending
        sortedWith sortedDescending reversed shuffled take takeLast drop dropLast distinctBy plus minus union intersect
        subtract onEach orEmpty asReversed toTypedArray also apply"""
    ),
    keys=_JAVA.keys,
    entries=_JAVA.entries | _set("entries"),
    parts=(*_JAVA.parts, ("key", 0), ("value", 1), ("first", 0), ("second", 1), ("third", 2)),
    calls=_set("get call invoke"),
    read=_set("values keys entries key value first second third"),
)
_CSHARP = Members(
    one=_set(
        """First FirstOrDefault Last LastOrDefault Single SingleOrDefault ElementAt ElementAtOrDefault Find FindLast
        Dequeue Pop Peek Min Max GetValueOrDefault"""
    ),
    same=_set(
        """ToList ToArray ToHashSet Where OrderBy OrderByDescending ThenBy ThenByDescending Reverse Skip Take SkipLast
        TakeLast TakeWhile SkipWhile Distinct DistinctBy AsEnumerable AsQueryable AsReadOnly Concat Union Intersect
        Except Append Prepend FindAll GetRange DefaultIfEmpty AsParallel"""
    ),
    values=_set("Values"),
    keys=_set("Keys"),
    parts=(("Key", 0), ("Value", 1), ("Item1", 0), ("Item2", 1), ("Item3", 2)),
    read=_set("Values Keys Key Value Item1 Item2 Item3"),
)
_RUST = Members(
    one=_set(
        """first last first_mut last_mut get get_mut pop pop_front pop_back front back front_mut back_mut remove
        swap_remove next next_back peek nth find max_by_key min_by_key max min get_unchecked or_insert or_insert_with
        or_default"""
    ),
    same=_set(
        """iter iter_mut into_iter as_slice as_mut_slice to_vec drain rev skip take filter skip_while take_while cloned
        copied chain peekable step_by inspect cycle by_ref collect as_mut as_ref clone entry"""
    ),
    values=_set("values values_mut into_values"),
    keys=_set("keys into_keys"),
)
_SWIFT = Members(
    one=_set("first last randomElement min max removeFirst removeLast popFirst popLast remove"),
    same=_set(
        """filter sorted reversed prefix suffix dropFirst dropLast drop shuffled union intersection subtracting
        makeIterator lazy indices"""
    ),
    keys=_set("keys"),
    parts=(("key", 0), ("value", 1)),
    read=_set("first last values keys key value lazy indices"),
)
_DART = Members(
    one=_set(
        """first last single elementAt firstWhere lastWhere singleWhere removeAt removeLast removeFirst reduce
        putIfAbsent update remove current value firstOrNull lastOrNull firstWhereOrNull singleOrNull"""
    ),
    same=_set("where toList toSet skip take skipWhile takeWhile reversed followedBy sublist getRange iterator"),
    entries=_set("entries"),
    parts=(("key", 0), ("value", 1)),
    read=_set(
        "first last single reversed iterator current values keys entries key value firstOrNull lastOrNull singleOrNull"
    ),
)
MEMBERS: Mapping[str, Members] = {
    "python": _PYTHON,
    **dict.fromkeys(("javascript", "typescript", "tsx", "vue", "svelte"), _ECMASCRIPT),
    "java": _JAVA,
    "kotlin": _KOTLIN,
    "scala": replace(
        _JAVA, one=_set("head last next get getOrElse apply"), same=_set("tail init iterator toList filter")
    ),
    "csharp": _CSHARP,
    "rust": _RUST,
    "swift": _SWIFT,
    "dart": _DART,
}
"""By language."""
