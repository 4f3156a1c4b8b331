"""Entity Framework Core models in C#: classes with properties, `DbSet`s of contexts, and fluent configurations.

Nothing marks a class as an entity, so each class with properties is a step of kind "class". Which of them have a table
follows from steps of kind "set" (`DbSet<Post> Posts`) and "named" (`ToTable`); configurations of properties are steps
of kind "configured". `lineage/orm/efcore.py` combines them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ctxpack.datamodel.schema import AUTOINCREMENT, DataFacts, SchemaStep
from ctxpack.model import Column
from ctxpack.parse.schemas import defaults
from ctxpack.parse.schemas.csharp_tree import CSharp

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node

SET = re.compile(r"\b(?:I?DbSet)<\s*(?:\w+\.)*(?P<name>\w+)\s*>\??\s+(?P<set>\w+)\s*(?:\{|=)")
CONFIGURED = re.compile(r"\b(?:Entity|EntityTypeBuilder|IEntityTypeConfiguration)<\s*(?:\w+\.)*(?P<name>\w+)\s*>")
TO_TABLE = re.compile(r"\.\s*ToTable\(\s*(?:name:\s*)?\"(\w+)\"")
_PROPERTY = re.compile(r"\.\s*Property\(\s*\w+\s*=>\s*\w+\.(\w+)\s*\)((?:(?!\.\s*Property\()[^;])*);")
_MADE_BY_PROGRAM = re.compile(r"\.\s*(?:UseHiLo|ValueGeneratedNever)\(")
_KEY = re.compile(r"\.\s*HasKey\(\s*\w+\s*=>\s*(?:new\s*\{)?\s*((?:\w+\.\w+\s*,?\s*)+)\}?\s*\)")
_MEMBER = re.compile(r"\w+\.(\w+)")
_CALL = {
    name: re.compile(rf"\.\s*{name}\(\s*(?P<value>\"(?:[^\"\\]|\\.)*\"|[^()]*)\)")
    for name in (
        "IsRequired",
        "HasMaxLength",
        "HasColumnName",
        "HasColumnType",
        "HasDefaultValue",
        "HasDefaultValueSql",
    )
}
_COLLECTION = re.compile(r"^(?:\w+\.)*\w*(?:List|Collection|Enumerable|Set|Dictionary)<")
_TELLS_NULL = re.compile(r"#nullable\s+enable\s*(?:annotations)?\s*$", re.MULTILINE)
"""The directive that makes the types of a file state nullability; otherwise that depends on project settings."""

_REFERENCES = frozenset({"string", "String", "byte[]"})
_COUNTED = frozenset({"int", "long", "short", "Int32", "Int64"})


def read(text: str) -> DataFacts:
    """The classes, tables and configurations in a file."""
    tree = CSharp(text)
    told = _TELLS_NULL.search(text) is not None
    steps = [*_classes(tree, shown=told), *_stated(text)]
    return DataFacts("efcore", tuple(sorted(steps, key=lambda step: step.line)))


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def given(text: str, what: re.Pattern[str]) -> Iterator[tuple[str, re.Match[str]]]:
    """(class, match) for each match of `what` in a configuration; the class is the last one named before it."""
    heads = [(match.end(), match["name"]) for match in CONFIGURED.finditer(text)]
    for match in what.finditer(text):
        owner = next((name for end, name in reversed(heads) if end <= match.start()), "")
        if owner:
            yield owner, match


def _stated(text: str) -> Iterator[SchemaStep]:
    for match in SET.finditer(text):
        yield SchemaStep("create", match["set"], _line(text, match.start()), name=match["name"], kind_of="set")
    for name, match in given(text, TO_TABLE):
        yield SchemaStep("create", match[1], _line(text, match.start()), name=name, kind_of="named")
    for name, match in given(text, _PROPERTY):
        said = {call: found["value"].strip() for call, one in _CALL.items() if (found := one.search(match[2]))}
        nullable = None if "IsRequired" not in said else said["IsRequired"] == "false"
        size = said.get("HasMaxLength", "")
        kind = _bare(said.get("HasColumnType", "")) or (f"string({size})" if size.isdigit() else "")
        column = Column(match[1], kind, nullable, default=_default(said))
        renamed = _bare(said.get("HasColumnName", ""))
        line = _line(text, match.start())
        by_program = "by program" if _MADE_BY_PROGRAM.search(match[2]) else ""
        yield SchemaStep("create", "", line, (column,), name=name, like=by_program, kind_of="configured", doc=renamed)
    for name, match in given(text, _KEY):
        keys = (f"primary key ({', '.join(_MEMBER.findall(match[1]))})",)
        yield SchemaStep("create", "", _line(text, match.start()), (), keys, name, kind_of="configured")


def _bare(value: str) -> str:
    return value[1:-1] if value[:1] == '"' else ""


def _default(said: dict[str, str]) -> str:
    if "HasDefaultValueSql" in said:
        return defaults.expression(_bare(said["HasDefaultValueSql"]))
    value = said.get("HasDefaultValue")
    if not value:
        return ""
    if value in ("true", "false") or re.fullmatch(r"-?\d+(?:\.\d+)?", value):
        return value
    return defaults.quoted(_bare(value)) if value[0] == '"' else defaults.UNTOLD


# --- classes ----------------------------------------------------------------------------------------------------------


def _classes(tree: CSharp, *, shown: bool) -> Iterator[SchemaStep]:
    stack = [tree.root]
    while stack:
        node = stack.pop()
        if node.type in ("class_declaration", "record_declaration"):
            step = _class(tree, node, shown=shown)
            if step is not None:
                yield step
        if node.type not in ("block", "property_declaration", "method_declaration"):
            stack.extend(reversed(node.named_children))


def _class(tree: CSharp, node: Node, *, shown: bool) -> SchemaStep | None:
    name, body = tree.text(node.child_by_field_name("name")), node.child_by_field_name("body")
    columns: list[Column] = []
    keys: list[str] = []
    primary: list[str] = []
    for one in body.named_children if body is not None else ():
        made = _property(tree, one, shown=shown) if one.type == "property_declaration" else None
        if made is None:
            continue
        columns.append(made)
        if "Key" in _attributes(tree, one):
            primary.append(made.name)
    if not columns:
        return None
    own = primary or [one.name for one in columns if one.name.lower() in ("id", f"{name.lower()}id")][:1]
    if own:
        keys.append(f"primary key ({', '.join(own)})")
        counted = len(own) == 1
        columns = [_keyed(one, counted=counted) if one.name in own else one for one in columns]
    listed = next((one for one in node.named_children if one.type == "base_list"), None)
    base = tree.text(listed.named_children[0]).partition("<")[0] if listed is not None and listed.named_children else ""
    attribute = _attributes(tree, node).get("Table")
    table = tree.string(attribute[0]) if attribute else ""
    line = node.child_by_field_name("name").start_point[0] + 1  # type: ignore[union-attr]
    return SchemaStep(
        "create", table, line, tuple(columns), tuple(keys), name, base, "class",
        likeness="name",
    )  # fmt: skip


def _keyed(column: Column, *, counted: bool) -> Column:
    default = AUTOINCREMENT if counted and column.type in _COUNTED else ""
    return Column(column.name, column.type, False, column.doc, line=column.line, default=default)


def _attributes(tree: CSharp, node: Node) -> dict[str, Sequence[Node]]:
    """The arguments of the attributes of a class or property, by name; named arguments under `Name.argument`."""
    found: dict[str, Sequence[Node]] = {}
    for listed in (one for one in node.named_children if one.type == "attribute_list"):
        for attribute in (one for one in listed.named_children if one.type == "attribute"):
            name = tree.text(attribute.child_by_field_name("name")).rpartition(".")[2].removesuffix("Attribute")
            plain: list[Node] = []
            for inner in (one for one in attribute.named_children if one.type == "attribute_argument_list"):
                for argument in inner.named_children:
                    label = argument.child_by_field_name("name")
                    if label is not None:
                        found[f"{name}.{tree.text(label)}"] = [argument.named_children[-1]]
                    elif argument.named_children:
                        plain.append(argument.named_children[0])
            found[name] = plain
    return found


def _property(tree: CSharp, node: Node, *, shown: bool) -> Column | None:
    """The column of a read-write property; its type is `{class Name}` where that may be a class."""
    name, kind = tree.text(node.child_by_field_name("name")), tree.text(node.child_by_field_name("type"))
    modifiers = {tree.text(one) for one in node.named_children if one.type == "modifier"}
    accessors = tree.text(node.child_by_field_name("accessors"))
    marks = _attributes(tree, node)
    settable = re.search(r"\b(?:set|init)\b", accessors) is not None
    if not settable or "static" in modifiers or "NotMapped" in marks or _COLLECTION.match(kind):
        return None
    bare = kind.removesuffix("?")
    given_name = tree.string(marks["Column"][0]) if marks.get("Column") else ""
    sizes = next((marks[one] for one in ("MaxLength", "StringLength") if marks.get(one)), [])
    stated = tree.string(marks["Column.TypeName"][0]) if "Column.TypeName" in marks else ""
    sized = f"{bare}({tree.text(sizes[0])})" if sizes and tree.text(sizes[0]).isdigit() else bare
    nullable: bool | None = kind.endswith("?")
    if "Required" in marks:
        nullable = False
    elif bare in _REFERENCES and not nullable:
        nullable = False if shown else None
    told = stated or (sized if bare in _REFERENCES or bare[:1].islower() else f"{{class {bare}}}")
    return Column(given_name or name, told, nullable, line=node.child_by_field_name("name").start_point[0] + 1)  # type: ignore[union-attr]
