"""Java: imports of types, members and wildcards; arrays, containers and `var`; what `private` hides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ctxpack.model import Import
from ctxpack.parse.languages.generics import Holders, reader
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.languages.notation import each, either
from ctxpack.parse.qualifiers import UNKNOWN, Qualifiers
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

HOLDERS = Holders(
    each=frozenset(
        """Iterable Collection SequencedCollection List ArrayList LinkedList CopyOnWriteArrayList Vector Stack
        AbstractList AbstractCollection Set SortedSet NavigableSet SequencedSet HashSet LinkedHashSet TreeSet EnumSet
        ConcurrentSkipListSet CopyOnWriteArraySet Queue Deque ArrayDeque PriorityQueue BlockingQueue BlockingDeque
        LinkedBlockingQueue LinkedBlockingDeque ArrayBlockingQueue PriorityBlockingQueue ConcurrentLinkedQueue
        ConcurrentLinkedDeque TransferQueue SynchronousQueue DelayQueue Iterator ListIterator Spliterator Enumeration
        Stream Optional Future CompletableFuture CompletionStage ThreadLocal AtomicReference WeakReference
        SoftReference Reference ImmutableList ImmutableSet ImmutableCollection""".split()
    ),
    mappings=frozenset(
        """Map SortedMap NavigableMap SequencedMap HashMap LinkedHashMap TreeMap EnumMap ConcurrentMap
        ConcurrentHashMap ConcurrentSkipListMap ConcurrentNavigableMap Hashtable IdentityHashMap WeakHashMap
        ImmutableMap""".split()
    ),
    pairs=frozenset({"Entry"}),
    given=frozenset({"Supplier", "Callable"}),
)
"""Containers of `java.util` and its packages (Java SE), and those of Guava that are used alike."""


_ITSELF = frozenset({"requireNonNull", "checkNotNull", "requireNonNullElse", "verify", "spy"})
"""Of `java.util.Objects`, of Guava's Preconditions and of Mockito; `when` too, where it is called on something."""

_PLAIN_CONSTANT = rb"\b(?:byte|short|int|long|char|String)\s+%s\s*="


class JavaHooks(Hooks):
    """The hooks of Java."""

    valued = frozenset({"array_access", "array_creation_expression", "assignment_expression", "method_invocation"})

    def value(self, node: Node, reader: Qualifiers, depth: int) -> str | None:
        """An element of an array, a new array, what is assigned, what a call makes of the class that it is given."""
        if node.type == "method_invocation":
            return _of_class(node, reader, depth)
        if node.type == "assignment_expression":
            left = node.child_by_field_name("left")
            return reader.of(left, depth + 1) if left is not None else UNKNOWN
        if node.type == "array_creation_expression":
            held = node.child_by_field_name("type")
            plain = held is not None and sum(child.type.startswith("dimensions") for child in node.named_children) == 1
            return each(reader.of_type(held)) if held is not None and plain else UNKNOWN
        held = node.child_by_field_name("array")
        known = reader.of(held, depth + 1) if held is not None else UNKNOWN
        return UNKNOWN if known == UNKNOWN else f"{known}.[]"

    def told(self, node: Node, source: Source, reader: Qualifiers) -> Iterable[tuple[int, str, str, str]]:
        """The constants that a `case` names: those of the type that is switched on, or of this very file."""
        switch = node.parent
        while switch is not None and not switch.type.startswith("switch_expression"):
            switch = switch.parent if switch.type.startswith("switch") else None
        condition = switch.child_by_field_name("condition") if switch is not None else None
        known = reader.of(condition) if condition is not None else UNKNOWN
        for label in node.named_children:
            if label.type == "identifier":
                name = source.text(label)
                own = re.search(_PLAIN_CONSTANT % re.escape(name.encode()), source.data) is not None
                if own or known != UNKNOWN:
                    yield label.start_byte, name, "" if own else known, "read"

    def type_value(self, text: str) -> str | None:
        """What an array or a container of the standard library holds."""
        return _HELD(text)

    def taken(self, node: Node, match: Mapping[str, object]) -> str:
        """An element of what is iterated (`@each`)."""
        return ".[*]" if "each" in match else ""

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """`import a.b.C` takes C from a.b, `import static a.B.m` takes m from a.B, `.*` takes all.

        The classes around what is taken are used too, though no name is bound to them.
        """
        path = next((child for child in node.named_children if child.type in ("scoped_identifier", "identifier")), None)
        if path is None:
            return
        dotted = "".join(source.text(path).split())
        if node.named_children[-1].type == "asterisk":
            yield source.imported(path, dotted, "*", "")
            yield from _classes(path, source)
            return
        module, _, name = dotted.rpartition(".")
        yield from _classes(path.child_by_field_name("scope"), source)
        name_node = path.child_by_field_name("name") or path
        yield source.imported(name_node, module, name, name)

    def exported(self, name: str, node: Node, source: Source) -> bool:
        """Everything but what is private."""
        first = node.named_children[0] if node.named_children else None
        return first is None or first.type != "modifiers" or "private" not in source.text(first).split()

    def type_path(self, text: str) -> str:
        """As by default; an array is not an instance of its elements' class, and `var` says nothing."""
        if text.endswith("]") or text == "var":
            return ""
        return super().type_path(text)


def _of_class(call: Node, reader: Qualifiers, depth: int) -> str | None:
    """What `get(Order.class)` gives: what it says that it returns, or else most probably an order.

    Some functions of libraries that everybody uses return what they are given first.
    """
    given = call.child_by_field_name("arguments")
    if given is None or not given.named_child_count:
        return None
    first, last = given.named_children[0], given.named_children[-1]
    holder, name = call.child_by_field_name("object"), call.child_by_field_name("name")
    called = (name.text or b"").decode("utf-8", "replace") if name is not None else ""
    if called in _ITSELF or (called == "when" and holder is not None):
        made = reader.of(first, depth + 1)
    elif last.type == "class_literal" and last.named_child_count:
        made = reader.of_type(last.named_children[0])
    else:
        return None
    known = reader.joined(reader.of(holder, depth + 1), called) if holder is not None else called
    return either([UNKNOWN if known == UNKNOWN else f"{known}()", made])


def _classes(path: Node | None, source: Source) -> Iterator[Import]:
    """The classes at the end of a dotted path, which is packages first, as imports that bind nothing."""
    while path is not None and path.type == "scoped_identifier":
        scope, name_node = path.child_by_field_name("scope"), path.child_by_field_name("name")
        if scope is None or name_node is None or not source.text(name_node)[:1].isupper():
            return
        yield source.imported(name_node, "".join(source.text(scope).split()), source.text(name_node), "")
        path = scope


_HELD = reader(HOLDERS)

HOOKS = JavaHooks()
