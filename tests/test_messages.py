"""One style for what people are told: no capital at the begin, since a place or the program's name stands before it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import ctxpack

ROOT = Path(ctxpack.__file__).parent
TOLD = ("Error", "Problem", "BadParameter", "ClickException")
FIRST_WORDS = frozenset({"A", "An", "Cannot", "Give", "It", "No", "Nothing", "Not", "Please", "The", "There", "This"})


def _text(node: ast.expr) -> str | None:
    """A literal text, with an X for each value in it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "X" for one in node.values)
    return None


def _messages() -> Iterator[tuple[str, str]]:
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                for text in map(_text, node.args) if name.endswith(TOLD) else ():
                    if text is not None and " " in text:
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", text


def test_messages_begin_small_and_end_without_a_full_stop() -> None:
    found = list(_messages())
    assert len(found) > 100
    wrong = [(place, text) for place, text in found if text.endswith(".") or text.split()[0] in FIRST_WORDS]
    assert not wrong
