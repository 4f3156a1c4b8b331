"""Vue and Svelte: components in one file, of which the contents of the script elements are read as TypeScript.

What the template uses is not seen, save as words of the file.
"""

from __future__ import annotations

from ctxpack.parse.languages.ecmascript import EcmaScriptHooks
from ctxpack.parse.languages.ecmascript_text import scripts


class SingleFileHooks(EcmaScriptHooks):
    """The hooks of single-file components."""

    def code(self, data: bytes) -> bytes:
        """See `ecmascript_text.scripts`."""
        return scripts(data)


HOOKS = SingleFileHooks()
