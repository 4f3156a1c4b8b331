"""PowerShell: comment-based help, parameters as the signature, scoped names, and what is dot-sourced or imported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ctxpack.model import Import
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.qualifiers import Qualifiers
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

_REPAIRED = re.compile(
    rb"""
    (?P<kept><\#.*?(?:\#>|\Z) | (?<![\w`$-])\#[^\n]* | @"[ \t]*\r?\n.*?(?:\n"@|\Z) | @'[ \t]*\r?\n.*?(?:\n'@|\Z)
        | "(?:[^"`]|`.|"")*(?:"|\Z) | '[^']*(?:'|\Z))
    | ^[ \t]*(?P<attribute>\[[\w.]+\((?:[^()"'\n]|"[^"\n]*"|'[^'\n]*')*\)\][ \t]*\r?$)
    | \$(?:[\w:]+|\{[^{}\n]*\})(?P<path>(?:\\[\w.*$:-]*|/(?=[A-Za-z._*])[\w.*$:-]*)+)
    | (?<![\w$.-])(?:-[A-Za-z]\w*|[A-Za-z]\w*-\w+)[ \t]+
        (?P<list>[A-Za-z*][\w.*:-]*(?:[ \t]*,[ \t]*[A-Za-z*][\w.*:-]*)+)
    | (?<=\d)(?P<unit>(?:[KMGTP][bB]|[DL])\b)
    | (?<=\.)(?P<member>(?i:foreach|where|process|begin|end|clean)(?=\())
    | (?<=\))\s*(?P<base>:\s*base\((?:[^()\n]|\([^()\n]*\))*\))
    | =[ \t]*(?P<empty>\{[ \t]*\})
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
"""What the grammar cannot read, outside of comments and strings."""

_REWRITTEN = re.compile(
    rb"""
    (?P<kept><\#.*?(?:\#>|\Z) | (?<![\w`$-])\#[^\n]* | @'[ \t]*\r?\n.*?(?:\n'@|\Z) | '[^']*(?:'|\Z))
    | @"[ \t]*\r?\n(?P<here>.*?)(?:\n"@|\Z)
    | "(?P<string>(?:[^"`]|`.|"")*)(?:"|\Z)
    | ^[ \t]*(?:continue|break)[ \t]+(?P<label>[A-Za-z]\w*)
    | ^[ \t]*(?!(?i:function|filter|class|enum|if|else|elseif|foreach|for|while|do|try|catch|finally|begin|process|end
        |trap|switch|dynamicparam|clean|data)\b)[A-Za-z][\w-]*[ \t][^{}"'\n]*(?P<empty>\{[ \t]*\})
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
"""What the grammar may stumble over besides: expressions in strings, labels, empty blocks given to commands."""

_USING = re.compile(
    rb"^[ \t]*using[ \t]+(?:(module)[ \t]+([^\s#;]+|\"[^\"\n]*\"|'[^'\n]*')|\w+[ \t]+\S)[^\n]*$",
    re.MULTILINE | re.IGNORECASE,
)
"""A statement that stands before all others, which the grammar takes for a command."""

_SCOPED = re.compile(r"^\$(?:script|global|local|private|using):(\w+)$", re.IGNORECASE)
_SCOPE = re.compile(r"^(?:script|global|local|private):", re.IGNORECASE)
_HELP_KEYWORD = re.compile(r"^\s*\.[A-Z]+\b.*$")
_FILE = re.compile(r"\.ps[md]?1$", re.IGNORECASE)
_ROOT = re.compile(
    r"""(?ix)^ (?: \$\{?(?:PSScriptRoot|PSCommandPath)\}? | \$\(\s*(?:Split-Path\s+(?:-Parent\s+)?)?
        \$(?:MyInvocation\.MyCommand\.(?:Path|Definition)|PSScriptRoot|PSCommandPath)(?:\s+-Parent)?\s*\) )"""
)
_BETWEEN = frozenset({"command_argument_sep", "redirection"})
_SHARED = frozenset({"beforeall", "beforediscovery", "inmodulescope"})
_MOST_ABOVE = 24
_LONGEST_SIGNATURE = 400
_MODULE_KEYS = frozenset({"rootmodule", "moduletoprocess", "nestedmodules", "scriptstoprocess"})


class PowerShellHooks(Hooks):
    """The hooks of PowerShell."""

    valued = frozenset({"command"})
    unconditional = frozenset(
        {"statement_list", "pipeline", "pipeline_chain", "hash_literal_body", "hash_literal_expression",
         "logical_expression", "bitwise_expression", "comparison_expression", "additive_expression",
         "multiplicative_expression", "format_expression", "range_expression", "array_literal_expression",
         "unary_expression", "assignment_expression"}
    )  # fmt: skip

    def code(self, data: bytes) -> bytes:
        """The text without `using`."""
        return _USING.sub(lambda found: re.sub(rb"[^\s]", b" ", found[0]), data)

    def repaired(self, data: bytes) -> bytes:
        """Bare paths, lists of bare words, units, attributes before statements; then expressions in strings too."""
        plain = _REPAIRED.sub(_repair, data)
        return plain if plain != data else _REWRITTEN.sub(_repair, data)

    def declared(self, kind: str, node: Node) -> tuple[str, Node] | None:
        """A function in a block is local to it, unless the block prepares the tests beside it."""
        return None if kind == "local" and node.type == "function_name" and _prepares(node) else (kind, node)

    def name(self, node: Node, source: Source) -> str:
        """The name without its scope; a property's without the dollar."""
        text = source.text(node)
        if node.type == "function_name":
            return _SCOPE.sub("", text).replace(".", "-")
        if text.startswith("$"):
            scoped = _SCOPED.match(text)
            plain = scoped[1] if scoped else text[1:]
            above = node.parent
            return plain if above is not None and above.type == "class_property_definition" else f"${plain}"
        return text

    def signature(self, node: Node, body: Node | None, source: Source) -> str:
        """A function with its parameters, without the attributes and the help between them; the head of a class."""
        if node.type == "class_statement":
            return " ".join(source.text(node).partition("{")[0].split())[:_LONGEST_SIGNATURE]
        block = next((one for one in node.children if one.type == "script_block"), None)
        if node.type != "function_statement" or block is None:
            return ""
        declared = block.named_children[0] if block.named_child_count else None
        if declared is not None and declared.type != "param_block":
            declared = next((one for one in block.named_children[:8] if one.type == "param_block"), None)
        if declared is None:
            return ""
        taken = ", ".join(_parameter(one, source) for one in _parameters(declared))
        words = " ".join(source.text(one) for one in node.children[:2])
        return f"{words}({taken})"[:_LONGEST_SIGNATURE]

    def doc(self, node: Node, body: Node | None, source: Source) -> str:
        """The help inside a function, before its parameters, or in the comment just above it."""
        found = _help(node)
        if found is None:
            before = node.prev_named_sibling
            if before is None or before.type != "comment" or not source.text(before).startswith("<#"):
                return ""
            if node.start_point[0] - before.end_point[0] > 1:
                return ""
            found = before
        lines = [line.strip() for line in source.text(found).removeprefix("<#").removesuffix("#>").split("\n")]
        return "\n".join(line.lstrip("# ") for line in lines if not _HELP_KEYWORD.match(line)).strip()

    def doc_span(self, node: Node, body: Node | None, source: Source) -> tuple[int, int] | None:
        """The first line that the help inside a function says something in."""
        found = _help(node)
        if found is None:
            return None
        first = found.start_point[0]
        for offset, line in enumerate(source.text(found).split("\n")[:6]):
            if line.strip("<#> \t\r") and not _HELP_KEYWORD.match(line):
                return first + offset + 1, first + offset + 1
        return None

    def bases(self, node: Node, source: Source) -> tuple[str, ...]:
        """The name of a base."""
        return (source.text(node),)

    def type_path(self, text: str) -> str:
        """The name in the brackets; nothing for arrays and generic types."""
        plain = text.strip("[]")
        return plain if plain.replace(".", "").isidentifier() and "[]" not in text else ""

    def value(self, node: Node, reader: Qualifiers, depth: int) -> str | None:
        """`New-Object Order` is an Order."""
        words = _words(node)
        if len(words) < 2 or _text(words[0]).lower() != "new-object":
            return "?"
        name = _text(words[1])
        if name.lower() == "-typename":
            name = _text(words[2]) if len(words) > 2 else ""
        return f"{name}()" if name.isidentifier() else "?"

    def told(self, node: Node, source: Source, reader: Qualifiers) -> Iterable[tuple[int, str, str, str]]:
        """`$script:x` is `$x` of the file; the names of functions that a manifest exports."""
        if node.type == "variable":
            scoped = _SCOPED.match(source.text(node))
            if scoped:
                yield node.start_byte, f"${scoped[1]}", "", "read"
            return
        for literal in _literals(node):
            name = source.text(literal).strip("\"'")
            if "-" in name and name.replace("-", "").isalnum():
                yield literal.start_byte + 1, name, "", "read"

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """`. ./a.ps1`, `& ./a.ps1`, `using module`, `Import-Module`, and the modules that a manifest names."""
        if node.type in ("hash_entry", "program"):
            yield from _of_manifest(node, source) if node.type == "hash_entry" else _used(source)
            return
        words = _words(node)
        verb = source.text(words[0]).lower() if words else ""
        if verb in ("import-module", "ipmo"):
            yield from _imported(words[1:], source)
        elif verb in (".", "&") and len(words) > 1:
            whole = source.text(words[1]).lower() == "$pscommandpath.replace"
            path = _path(source.text(node)[1:] if whole else source.text(words[1]))
            if _FILE.search(path):
                yield source.imported(words[1], path, "", "", "include" if verb == "." else "dynamic")
            elif verb == ".":
                yield source.imported(words[1], "*", "", "", "include")


def _repair(found: re.Match[bytes]) -> bytes:
    kind = found.lastgroup or "kept"
    text = found[0]
    if kind == "kept":
        return text
    start, end = found.start(kind) - found.start(), found.end(kind) - found.start()
    part = text[start:end]
    if kind in ("attribute", "base", "label"):
        part = re.sub(rb"[^\s]", b" ", part)
    elif kind == "list":
        part = part.replace(b",", b" ")
    elif kind == "unit":
        part = b"0" * len(part)
    elif kind == "empty":
        part = b"$" + b"x" * (len(part) - 1)
    elif kind in ("string", "here"):
        part = re.sub(rb"[^\s]", b"x", part)
    else:
        part = b"x" * len(part)
    return text[:start] + part + text[end:]


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _words(command: Node) -> list[Node]:
    """The words of a command: its operator or name, then what it is given."""
    found: list[Node] = []
    for one in command.named_children:
        if one.type == "command_elements":
            found.extend(word for word in one.named_children if word.type not in _BETWEEN)
        else:
            found.append(one)
    return found


def _used(source: Source) -> Iterator[Import]:
    """The modules that a file uses."""
    for found in _USING.finditer(source.data):
        if found[1]:
            line = source.data.count(b"\n", 0, found.start()) + 1
            column = found.start(2) - found.start()
            yield Import(_path(found[2].decode("utf-8", "replace")), "", "", "require", line, column)


def _imported(words: list[Node], source: Source) -> Iterator[Import]:
    """The first word that is no switch, or what follows `-Name`, if it is a path or a plain name."""
    for word in words:
        text = source.text(word)
        if word.type == "command_parameter":
            continue
        path = _path(text)
        if path and "$" not in path.rpartition("/")[2]:
            yield source.imported(word, path, "", "", "require")
        return


def _of_manifest(entry: Node, source: Source) -> Iterator[Import]:
    key = entry.named_child(0) if entry.named_child_count else None
    if key is None or source.text(key).strip("\"'").lower() not in _MODULE_KEYS:
        return
    for literal in _literals(entry):
        path = _path(source.text(literal))
        if path:
            yield source.imported(literal, path if "/" in path else f"./{path}", "", "", "require")


def _literals(entry: Node) -> Iterator[Node]:
    """The strings in an entry of a hash, not those in hashes inside it."""
    waiting = entry.named_children[1:][::-1]
    for _ in range(20_000):
        if not waiting:
            return
        node = waiting.pop()
        if node.type == "string_literal":
            yield node
        elif node.type != "hash_literal_expression":
            waiting.extend(node.named_children[::-1])


def _path(text: str) -> str:
    """A path with slashes, the script's own folder as "./", of a word or of `(Join-Path $PSScriptRoot "a")`."""
    text = text.strip()
    text = text[1:-1].strip() if text.startswith("(") and text.endswith(")") else text
    joined = re.match(r"(?i)^\(?\s*Join-Path\s+(?:-Path\s+)?(\S+)\s+(?:-ChildPath\s+)?([^\s()]+)\s*\)?$", text)
    if joined:
        text = joined[1].strip("\"'") + "/" + joined[2].strip("\"'")
    elif re.match(r"(?i)^\$PSCommandPath\.Replace\(\s*['\"]\.Tests\.ps1['\"]\s*,\s*['\"]\.ps1['\"]\s*\)$", text):
        return "<tested>.ps1"
    text = text.strip("\"'").replace("\\", "/")
    rooted = _ROOT.match(text)
    return f".{text[rooted.end() :]}" if rooted else text


def _prepares(name: Node) -> bool:
    """Whether a function stands in a block that is run for those beside it."""
    above = name.parent
    for _ in range(_MOST_ABOVE):
        if above is None:
            return False
        if above.type == "command":
            called = above.child_by_field_name("command_name")
            return called is not None and _text(called).lower() in _SHARED
        above = above.parent
    return False


def _help(node: Node) -> Node | None:
    """The comment between the head of a function and its parameters."""
    if node.type != "function_statement":
        return None
    for one in node.named_children[1:4]:
        if one.type == "comment":
            return one if (one.text or b"").startswith(b"<#") else None
        if one.type == "script_block" and one.named_child_count:
            first = one.named_children[0]
            return first if first.type == "comment" and (first.text or b"").startswith(b"<#") else None
    return None


def _parameters(declared: Node) -> Iterator[Node]:
    for one in declared.named_children:
        if one.type == "parameter_list":
            yield from (each for each in one.named_children if each.type == "script_parameter")


def _parameter(parameter: Node, source: Source) -> str:
    """A parameter with its type and its default, in few words."""
    typed, name, default = "", "", ""
    for one in parameter.named_children:
        if one.type == "attribute_list":
            types = [a.named_children[0] for a in one.named_children if a.named_child_count]
            typed = "".join(source.text(a) for a in types if a.type == "type_literal")
        elif one.type == "variable":
            name = source.text(one)
        elif one.type == "script_parameter_default":
            default = " " + " ".join(source.text(one).split())[:40]
    return f"{typed} {name}{default}".strip()


HOOKS = PowerShellHooks()
