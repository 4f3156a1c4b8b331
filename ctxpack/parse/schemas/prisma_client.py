"""Calls of the Prisma client in TypeScript and JavaScript, where the receiver is certainly a client.

That is certain of an instance created in the file (`new PrismaClient()`), of a value typed as a client, of the argument
of a transaction's callback, and of an imported name if its module exports a client, which `lineage/orm/clients.py`
checks across files. Any other receiver is ignored, and so is a shadowed name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ctxpack.datamodel.clients import READS, WRITES, Client, ClientCall, ClientUses
from ctxpack.datamodel.schema import DataFacts
from ctxpack.parse.languages.table import LANGUAGES
from ctxpack.parse.treesitter import parse

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

Known = dict[str, Client | None]
"""The clients in scope by name, None for a name known to be something else. Members are under `this.NAME`."""

_TSX = next(one for one in LANGUAGES if one.name == "tsx")
_OWN = Client()
_CLIENT = "PrismaClient"
_TYPES = frozenset({_CLIENT, "Prisma.TransactionClient"})
_METHODS = READS | WRITES
_FUNCTIONS = frozenset(
    """function_declaration function_expression arrow_function method_definition
    generator_function_declaration""".split()
)
_CLASSES = frozenset({"class_declaration", "class", "abstract_class_declaration"})
_WRAPPERS = frozenset(
    {"parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression", "await_expression"}
)
_VARIABLES = frozenset({"lexical_declaration", "variable_declaration"})
_DECLARING = _VARIABLES | _CLASSES | {"function_declaration", "type_alias_declaration"}
_LEAVES = frozenset(
    """import_statement identifier property_identifier string comment number type_annotation
    type_alias_declaration interface_declaration true false null undefined""".split()
)
"""Nodes that contain no call of a client."""

_PARAMETERS = frozenset({"required_parameter", "optional_parameter"})
_DEEPEST = 20


def read(text: str) -> DataFacts:
    """The uses of Prisma clients in a file."""
    reader = _Reader(text.encode("utf-8", "surrogatepass"))
    return DataFacts("prisma_client", clients=reader.uses())


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._root = parse(data, _TSX).root_node
        self._factories: set[str] = set()
        self._handed: dict[int, Client] = {}
        self._calls: list[ClientCall] = []

    def uses(self) -> ClientUses:
        """The calls, and the clients exported to other files."""
        known: Known = {}
        for node in self._root.named_children:
            self._import(node, known)
        for node in self._root.named_children:
            self._declare(_inner(node), known)
        self._walk(known)
        given = sorted({pair for node in self._root.named_children for pair in self._exports(node, known)})
        return ClientUses(tuple(self._calls), tuple(given))

    def _text(self, node: Node | None) -> str:
        return self._data[node.start_byte : node.end_byte].decode("utf-8", "replace") if node is not None else ""

    # --- scopes -------------------------------------------------------------------------------------------------------

    def _import(self, node: Node, known: Known) -> None:
        source = node.child_by_field_name("source")
        if node.type != "import_statement" or source is None:
            return
        module = self._text(source)[1:-1]
        for clause in (child for child in node.named_children if child.type == "import_clause"):
            for child in clause.named_children:
                if child.type == "identifier":
                    known[self._text(child)] = Client(module, "default")
                elif child.type == "namespace_import":
                    known[self._text(child.named_children[0])] = Client(module)
                for one in child.named_children if child.type == "named_imports" else ():
                    name = self._text(one.child_by_field_name("name"))
                    alias = self._text(one.child_by_field_name("alias")) or name
                    known[alias] = _OWN if name == _CLIENT else Client(module, name)

    def _declare(self, node: Node | None, known: Known) -> None:
        """Record the names bound by a declaration."""
        if node is None or node.type not in _DECLARING:
            return
        name = self._text(node.child_by_field_name("name"))
        if node.type in _VARIABLES:
            for one in node.named_children:
                self._variable(one, known)
        elif node.type in _CLASSES and name:
            known[name] = self._base(node, known)
        elif node.type == "function_declaration" and name:
            known[name] = None
            self._note_factory(name, node, known)
        elif node.type == "type_alias_declaration":
            known[name] = self._typed(node.child_by_field_name("value"), known)

    def _variable(self, node: Node, known: Known) -> None:
        pattern, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if node.type != "variable_declarator" or pattern is None:
            return
        if pattern.type != "identifier":
            whole = self._value(value, known)
            known.update(dict.fromkeys(self._bound(pattern)))
            for one in pattern.named_children if pattern.type == "object_pattern" else ():
                if one.type == "shorthand_property_identifier_pattern":
                    known[self._text(one)] = _member_of(whole, self._text(one))
            return
        name = self._text(pattern)
        if value is not None and value.type in _FUNCTIONS:
            known[name] = None
            self._note_factory(name, value, known)
            return
        typed = self._annotated(node, known)
        known[name] = typed if typed is not None else self._value(value, known)

    def _note_factory(self, name: str, function: Node, known: Known) -> None:
        if self._gives(function, known):
            self._factories.add(name)

    def _gives(self, function: Node, known: Known) -> bool:
        """Whether a function creates a client, or returns one known outside of it."""
        body = function.child_by_field_name("body")
        if body is None:
            return False
        if body.type != "statement_block" and self._value(body, known) is not None:
            return True
        for one in _under(body):
            if one.type == "new_expression" and self._text(one.child_by_field_name("constructor")) == _CLIENT:
                return True
            if one.type == "return_statement" and one.named_children and self._value(one.named_children[0], known):
                return True
        return False

    def _bound(self, pattern: Node) -> Iterator[str]:
        """The names bound by a pattern."""
        for one in _under(pattern):
            if one.type in ("identifier", "shorthand_property_identifier_pattern"):
                yield self._text(one)

    def _base(self, node: Node, known: Known) -> Client | None:
        """The client that a class extends."""
        for heritage in (child for child in node.named_children if child.type == "class_heritage"):
            for clause in heritage.named_children:
                value = clause.child_by_field_name("value")
                if clause.type == "extends_clause" and value is not None and value.type == "identifier":
                    return self._named(self._text(value), known)
        return None

    def _named(self, name: str, known: Known) -> Client | None:
        return _OWN if name in _TYPES else known.get(name)

    def _annotated(self, node: Node, known: Known) -> Client | None:
        annotation = node.child_by_field_name("type")
        return self._typed(annotation.named_children[0], known) if annotation and annotation.named_children else None

    def _typed(self, node: Node | None, known: Known, depth: int = 0) -> Client | None:
        """The client denoted by a type; a union counts only if each member is a client."""
        if node is None or depth > _DEEPEST:
            return None
        if node.type in ("type_identifier", "nested_type_identifier"):
            return self._named(self._text(node), known)
        children = node.named_children
        if node.type in ("union_type", "intersection_type"):
            members = [self._typed(one, known, depth + 1) for one in children if one.type != "literal_type"]
            whole = node.type == "intersection_type" or None not in members
            return next((one for one in members if one is not None), None) if whole else None
        if node.type == "generic_type":
            name, arguments = self._text(node.child_by_field_name("name")), node.child_by_field_name("type_arguments")
            of = arguments.named_children[0] if name == "Omit" and arguments and arguments.named_children else None
            return self._typed(of, known, depth + 1) if of is not None else self._named(name, known)
        if node.type == "type_query" and children[:1] and children[0].type == "identifier":
            return known.get(self._text(children[0]))
        return self._typed(children[0], known, depth + 1) if node.type == "parenthesized_type" and children else None

    def _value(self, node: Node | None, known: Known, depth: int = 0) -> Client | None:
        """The client that an expression evaluates to."""
        while node is not None and node.type in _WRAPPERS:
            node = node.named_children[0] if node.named_children else None
        if node is None or depth > _DEEPEST:
            return None
        if node.type in ("identifier", "this"):
            return known.get(self._text(node))
        if node.type in ("binary_expression", "ternary_expression"):
            sides = [node.child_by_field_name(name) for name in ("left", "right", "consequence", "alternative")]
            return next((one for side in sides if (one := self._value(side, known, depth + 1)) is not None), None)
        if node.type == "new_expression":
            return self._named(self._text(node.child_by_field_name("constructor")), known)
        if node.type == "call_expression":
            return self._called(node, known, depth)
        return self._member(node, known) if node.type == "member_expression" else None

    def _member(self, node: Node, known: Known) -> Client | None:
        """A member of `this`, or of an import, which may be an object that holds a client."""
        owner, member = node.child_by_field_name("object"), node.child_by_field_name("property")
        if owner is None or member is None or owner.type not in ("identifier", "this"):
            return None
        if owner.type == "this":
            return known.get(f"this.{self._text(member)}")
        return _member_of(known.get(self._text(owner)), self._text(member))

    def _called(self, node: Node, known: Known, depth: int) -> Client | None:
        """The client returned by `client.$extends(...)`, a factory of the file, or a call given a factory."""
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is None:
            return None
        if function.type == "member_expression":
            extended = self._text(function.child_by_field_name("property")) == "$extends"
            return self._value(function.child_by_field_name("object"), known, depth + 1) if extended else None
        if function.type == "identifier" and self._text(function) in self._factories:
            return _OWN
        given = arguments.named_children if arguments is not None else []
        return _OWN if any(one.type in _FUNCTIONS and self._gives(one, known) for one in (function, *given)) else None

    # --- calls --------------------------------------------------------------------------------------------------------

    def _walk(self, known: Known) -> None:
        """Visit every node in order, with the clients in scope there."""
        stack: list[tuple[Node, Known]] = [(self._root, known)]
        top = {inner.start_byte for inner in map(_inner, self._root.named_children)}
        while stack:
            node, here = stack.pop()
            kind = node.type
            if kind in _LEAVES:
                continue
            if kind in _VARIABLES and node.start_byte not in top:
                self._declare(node, here)
            elif kind in _CLASSES:
                here = self._in_class(node, here)
            elif kind in _FUNCTIONS:
                here = self._in_function(node, here)
            elif kind == "call_expression":
                self._call(node, here)
            stack.extend([(child, here) for child in reversed(node.named_children)])

    def _in_function(self, node: Node, known: Known) -> Known:
        """The scope inside a function, whose parameters shadow outer names."""
        here = dict(known)
        handed = self._handed.get(node.start_byte)
        single, listed = node.child_by_field_name("parameter"), node.child_by_field_name("parameters")
        if single is not None:
            here[self._text(single)] = handed
        for place, one in enumerate(listed.named_children if listed is not None else ()):
            pattern = one.child_by_field_name("pattern") if one.type in _PARAMETERS else one
            if pattern is not None and pattern.type == "identifier":
                typed = self._annotated(one, known)
                here[self._text(pattern)] = handed if handed is not None and place == 0 else typed
            elif pattern is not None:
                here.update(dict.fromkeys(self._bound(pattern)))
                here.update(self._taken_apart(pattern, one, known))
        return here

    def _taken_apart(self, pattern: Node, parameter: Node, known: Known) -> Known:
        """The clients in a destructured parameter such as `{ prisma }: { prisma: PrismaClient }`."""
        annotation = parameter.child_by_field_name("type")
        inner = annotation.named_children[0] if annotation is not None and annotation.named_children else None
        if pattern.type != "object_pattern" or inner is None or inner.type != "object_type":
            return {}
        typed = {
            self._text(one.child_by_field_name("name")): self._annotated(one, known)
            for one in inner.named_children
            if one.type == "property_signature"
        }
        names = [self._text(one) for one in pattern.named_children if one.type.startswith("shorthand")]
        return {name: typed[name] for name in names if name in typed}

    def _in_class(self, node: Node, known: Known) -> Known:
        """The scope inside a class, with `this` and its members."""
        here = {name: value for name, value in known.items() if not name.startswith("this")}
        here["this"] = self._base(node, known)
        body = node.child_by_field_name("body")
        for member in body.named_children if body is not None else ():
            if member.type == "public_field_definition":
                name = f"this.{self._text(member.child_by_field_name('name'))}"
                typed = self._annotated(member, known)
                here[name] = typed if typed is not None else self._value(member.child_by_field_name("value"), known)
            elif self._text(member.child_by_field_name("name")) == "constructor":
                here.update(self._properties(member, known))
        return here

    def _properties(self, constructor: Node, known: Known) -> Known:
        """The members declared by constructor parameters (`private readonly prisma: PrismaService`)."""
        listed = constructor.child_by_field_name("parameters")
        return {
            f"this.{self._text(one.child_by_field_name('pattern'))}": self._annotated(one, known)
            for one in (listed.named_children if listed is not None else ())
            if any(child.type in ("accessibility_modifier", "readonly") for child in one.children)
        }

    def _call(self, node: Node, known: Known) -> None:
        function = node.child_by_field_name("function")
        if function is None or function.type != "member_expression":
            return
        owner, method = function.child_by_field_name("object"), self._text(function.child_by_field_name("property"))
        if method == "$transaction":
            self._hand(node, self._value(owner, known))
        elif method in _METHODS and owner is not None and owner.type == "member_expression":
            client = self._value(owner.child_by_field_name("object"), known)
            if client is not None:
                model = owner.child_by_field_name("property")
                line = model.start_point[0] + 1 if model is not None else node.start_point[0] + 1
                self._calls.append(ClientCall(client, self._text(model), method, line))

    def _hand(self, node: Node, client: Client | None) -> None:
        """Record that a transaction passes its client as the first argument of its callback."""
        arguments = node.child_by_field_name("arguments")
        first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
        if client is not None and first is not None and first.type in _FUNCTIONS:
            self._handed[first.start_byte] = client

    # --- exports ------------------------------------------------------------------------------------------------------

    def _exports(self, node: Node, known: Known) -> Iterator[tuple[str, Client]]:
        if node.type != "export_statement":
            return
        source, declared = node.child_by_field_name("source"), node.child_by_field_name("declaration")
        module = self._text(source)[1:-1] if source is not None else ""
        value = node.child_by_field_name("value")
        names = [(self._text(value), "default")] if value is not None and value.type == "identifier" else []
        yield from self._members(value, known)
        names += [(name, name) for name in self._declared(declared)]
        if declared is not None and any(child.type == "default" for child in node.children):
            names = [(name, "default") for name, _ in names]
        for clause in (child for child in node.named_children if child.type == "export_clause"):
            for one in clause.named_children:
                name = self._text(one.child_by_field_name("name"))
                names.append((name, self._text(one.child_by_field_name("alias")) or name))
        for name, outside in names:
            client = Client(module, name) if module else known.get(name)
            if client is not None:
                yield outside, client

    def _members(self, value: Node | None, known: Known) -> Iterator[tuple[str, Client]]:
        """The clients in a default-exported object: `export default { client, find }`."""
        for one in value.named_children if value is not None and value.type == "object" else ():
            name = self._text(one.child_by_field_name("key") if one.type == "pair" else one)
            client = known.get(name) if one.type != "pair" else self._value(one.child_by_field_name("value"), known)
            if client is not None:
                yield f"default.{name}", client

    def _declared(self, node: Node | None) -> list[str]:
        """The names bound by an exported declaration."""
        if node is None:
            return []
        inner = node.named_children if node.type in _VARIABLES else [node]
        return [self._text(name) for one in inner if (name := one.child_by_field_name("name")) is not None]


def _member_of(whole: Client | None, member: str) -> Client | None:
    """A member of an imported client or object; None for a member of anything else."""
    if whole is None or not whole.module:
        return None
    return Client(whole.module, f"{whole.name}.{member}" if whole.name else member)


def _inner(node: Node) -> Node:
    """The declaration of a statement, exported or not."""
    return (node.child_by_field_name("declaration") or node) if node.type == "export_statement" else node


def _under(node: Node) -> Iterator[Node]:
    """A node and all its descendants."""
    stack = [node]
    while stack:
        one = stack.pop()
        yield one
        stack.extend(reversed(one.named_children))
