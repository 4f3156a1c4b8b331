"""Shell scripts: what is sourced and what is run, with expansions of the script's own folder read as "./"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ctxpack.model import Import
from ctxpack.parse.languages.hooks import Hooks
from ctxpack.parse.source import Source
from ctxpack.parse.treesitter import Node

_OWN_FOLDER = re.compile(
    r"""^(?:\$\(\s*(?:cd\s+)?"?(?:\$\(\s*)?dirname\s+(?:--\s+)?"?\$(?:0|\{?BASH_SOURCE(?:\[0\])?\}?|\{0\})"?\s*\)?"?"""
    r"""(?:\s*&&\s*pwd(?:\s+-P)?)?\s*\)|\$\{(?:BASH_SOURCE(?:\[0\])?|0)%/\*\})/"""
)
_SCRIPT = re.compile(r"\.(?:sh|bash|zsh|ksh|bats)$")


class BashHooks(Hooks):
    """The hooks of shell scripts."""

    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """`source a.sh` and `. a.sh` include a file; `bash a.sh` and `./a.sh` run one.

        A path keeps the expansions that it begins with ("$LIB/a.sh"), but for those of the script's own folder.
        """
        words = [child for child in node.named_children if child.type not in ("variable_assignment", "file_redirect")]
        command = source.text(words[0]) if words else ""
        if command in ("source", "."):
            if len(words) > 1:
                yield source.imported(words[1], _path(source.text(words[1])), "", "", "include")
            return
        target = words[0]
        if command in ("bash", "sh", "zsh"):
            arguments = [word for word in words[1:] if not source.text(word).startswith("-")]
            if not arguments:
                return
            target = arguments[0]
        path = _path(source.text(target))
        if _SCRIPT.search(path) and "/" in path + "/":
            yield source.imported(target, path, "", "", "dynamic")

    def name(self, node: Node, source: Source) -> str:
        """The name as written; `log::info` is one name."""
        return source.text(node)


def _path(text: str) -> str:
    unquoted = text.strip("\"'") if text[:1] in "\"'" else text
    unquoted = _OWN_FOLDER.sub("./", unquoted)
    return unquoted.replace('"', "").replace("'", "")


HOOKS = BashHooks()
