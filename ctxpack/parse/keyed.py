"""Files of keys (YAML, JSON, TOML): their first two levels, a few hundred keys at most, whatever their size.

Only nodes near the root are visited, so that a long file costs little more than its syntax tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxpack.model import Parsed
from ctxpack.parse import lines, treesitter, yaml_tree
from ctxpack.parse.languages.table import Language
from ctxpack.parse.plain import Draft, Plain
from ctxpack.parse.schemas import dbt
from ctxpack.parse.source import Source

if TYPE_CHECKING:
    from ctxpack.parse.treesitter import Node, Tree

_MOST_KEYS = 400
_MOST_OUTLINED = 80
_MOST_ERRORS = 0.5
_CONTAINERS = frozenset(
    {"object", "array", "inline_table", "block_mapping", "flow_mapping", "block_sequence", "flow_sequence"}
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value: the nodes of the pair, of the key and of the value, and the key's text."""

    pair: Node
    key: Node
    value: Node | None
    text: str


Entries = Callable[["Tree", Source], Iterator[Entry]]
Members = Callable[[Entry, Source], Iterator[Entry]]
Special = Callable[[Entry, Plain], bool]


def read_yaml(source: Source, language: Language) -> Parsed:
    """The facts of a YAML file, those of dbt's property files included."""
    if yaml_tree.too_deep(source.data):
        return lines.fallback(source, language, "nested too deeply for its grammar; read by lines")
    return _read(source, language, _yaml_entries, _yaml_members, _dbt)


def read_json(source: Source, language: Language) -> Parsed:
    """The facts of a JSON file, with or without comments."""
    return _read(source, language, _json_entries, _json_members)


def read_toml(source: Source, language: Language) -> Parsed:
    """The facts of a TOML file."""
    return _read(source, language, _toml_entries, _toml_members)


def _read(
    source: Source, language: Language, entries: Entries, members: Members, special: Special | None = None
) -> Parsed:
    tree = treesitter.parse(source.data, language)
    if treesitter.error_share(tree) > _MOST_ERRORS:
        return lines.fallback(source, language, f"not readable as {language.name}; read by lines")
    plain = Plain(source, language)
    top: list[Entry] = []
    for entry in entries(tree, source):
        _define(plain, entry)
        top.append(entry)
        if len(top) == _MOST_KEYS:
            break
    for entry in top:
        if special is not None and special(entry, plain):
            continue
        for member in members(entry, source):
            if len(plain.drafts) >= _MOST_KEYS:
                break
            _define(plain, member)
    return plain.finish()


def _define(plain: Plain, entry: Entry) -> None:
    holds_more = entry.value is not None and (entry.value.type in _CONTAINERS or entry.value is entry.pair)
    data = plain.source.data[entry.pair.start_byte : entry.pair.end_byte]
    end = entry.pair.start_byte + len(data.rstrip())
    if not entry.text or end <= entry.pair.start_byte:
        return
    doc = plain.comment_above(plain.line(entry.pair.start_byte), (b"#", b"//"))
    outlined = len(plain.drafts) < _MOST_OUTLINED
    kind = "section" if holds_more else "key"
    plain.drafts.append(
        Draft(entry.text, kind, entry.pair.start_byte, end, entry.key.start_byte, doc=doc, outlined=outlined)
    )


def _dbt(entry: Entry, plain: Plain) -> bool:
    """Read what a key of dbt's property files lists; False where the key is no such key."""
    if not dbt.is_property_list(entry.text, entry.value, plain):
        return False
    dbt.read(entry.text, entry.value, plain)
    return True


def _yaml_entries(tree: Tree, source: Source) -> Iterator[Entry]:
    for content in yaml_tree.documents(tree):
        yield from _yaml_pairs(content, source)


def _yaml_members(entry: Entry, source: Source) -> Iterator[Entry]:
    yield from _yaml_pairs(entry.value, source)


def _yaml_pairs(node: Node | None, source: Source) -> Iterator[Entry]:
    for pair, key, value in yaml_tree.pairs(node):
        yield Entry(pair, key, value, yaml_tree.scalar(key, source))


def _json_entries(tree: Tree, source: Source) -> Iterator[Entry]:
    for node in tree.root_node.named_children:
        yield from _json_pairs(node, source)


def _json_members(entry: Entry, source: Source) -> Iterator[Entry]:
    yield from _json_pairs(entry.value, source)


def _json_pairs(node: Node | None, source: Source) -> Iterator[Entry]:
    if node is None or node.type != "object":
        return
    for pair in node.named_children:
        key = pair.child_by_field_name("key") if pair.type == "pair" else None
        if key is not None:
            yield Entry(pair, key, pair.child_by_field_name("value"), source.text(key).strip('"'))


def _toml_entries(tree: Tree, source: Source) -> Iterator[Entry]:
    for node in tree.root_node.named_children:
        if node.type == "pair":
            yield _toml_pair(node, source)
        elif node.type in ("table", "table_array_element") and node.named_children:
            key = node.named_children[0]
            yield Entry(node, key, node, _toml_key(key, source))


def _toml_members(entry: Entry, source: Source) -> Iterator[Entry]:
    if entry.value is None:
        return
    for node in entry.value.named_children:
        if node.type == "pair":
            yield _toml_pair(node, source)


def _toml_pair(node: Node, source: Source) -> Entry:
    key = node.named_children[0]
    value = node.named_children[-1] if node.named_child_count > 1 else None
    return Entry(node, key, value, _toml_key(key, source))


def _toml_key(key: Node, source: Source) -> str:
    return ".".join(part.strip(" \"'") for part in source.text(key).split("."))
