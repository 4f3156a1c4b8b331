"""Prompts as a chat: a request body for hosts, or the raw prompt of Llama 4 for engines that take plain text.

The instructions are the system message, everything else the user message. What a host's template adds around messages
is in no piece, so it is stated as `overhead_tokens`, with one token for each control string. The raw prompt writes the
control strings itself; they are part of its pieces and counted as plain text, which never gives less.

Some providers cache a prompt's prefix only up to content blocks that are marked for it. For them the user message is
written as blocks, whose concatenated texts are the same message.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

from ctxpack.formats import base
from ctxpack.formats.xml import XmlRenderer
from ctxpack.model import ModelProfile, Pack, Rendered, Target
from ctxpack.safety.fences import Fence

OVERHEAD_TOKENS: Mapping[str, int] = MappingProxyType(
    {
        # begin_of_text; header_start, role, header_end, "\n\n" and eot for two messages; the assistant's header.
        "llama4": 1 + 2 * 5 + 4,
        # Three for each message, one for its role, three for the answer to come.
        "openai": 2 * 4 + 3,
        # im_start, role, "\n", im_end and "\n" for two messages; im_start, role and "\n" for the answer.
        "chatml": 2 * 5 + 3,
    }
)
"""Tokens around one system and one user message, by chat template."""

DEFAULT_OVERHEAD = 20
"""Assumed where a template is not known: more than any known one."""

_FRONT, _LAST = "map", "targets"
"""The zone that does not depend on the task, and the last zone, whose files an edit changes."""


class ChatRenderer(XmlRenderer):
    """Renders a request body with a system and a user message."""

    name = "chat"

    def __init__(self, profile: ModelProfile, fence: Fence) -> None:
        super().__init__(profile, fence)
        self.overhead_tokens = OVERHEAD_TOKENS.get(profile.template, DEFAULT_OVERHEAD)

    def render(self, pack: Pack) -> Rendered:
        """The request body as JSON; breakpoints are byte offsets into the concatenated contents of its messages."""
        prompt = base.join(self, pack)
        system = self.preamble()
        messages = [
            {"role": "system", "content": system},
            {"role": "user", "content": prompt.text[len(system) :]},
        ]
        return Rendered(_body(pack, messages), prompt.breakpoints)


class CachedChatRenderer(ChatRenderer):
    """Renders a request body with the user message in blocks, marked where a prefix cache may end.

    Marks are set after the zones that do not depend on the task, before the targets, and after them: three at most,
    while providers accept four.
    """

    name = "chat-cached"

    def render(self, pack: Pack) -> Rendered:
        """The request body as JSON; breakpoints are those of the plain chat, and marks are set at some of them."""
        prompt = base.join(self, pack)
        system = self.preamble()
        text = prompt.text.encode("utf-8", "surrogatepass")
        ends = [len(system.encode()), *_marked(pack, prompt.breakpoints)]
        blocks: list[dict[str, object]] = [
            {"type": "text", "text": _text(text[first:last]), "cache_control": {"type": "ephemeral"}}
            for first, last in pairwise(ends)
        ]
        if text[ends[-1] :]:
            blocks.append({"type": "text", "text": _text(text[ends[-1] :])})
        messages: list[dict[str, object]] = [
            {"role": "system", "content": system},
            {"role": "user", "content": blocks},
        ]
        return Rendered(_body(pack, messages), prompt.breakpoints)


def _marked(pack: Pack, breakpoints: Sequence[int]) -> list[int]:
    """The breakpoints at which a block ends with a mark."""
    names = [zone.name for zone in pack.zones if zone.items]
    kept = []
    for at, name in enumerate(names):
        following = names[at + 1] if at + 1 < len(names) else ""
        if name in (_FRONT, _LAST) or following == _LAST:
            kept.append(breakpoints[at])
    return kept


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass")


def _body(pack: Pack, messages: Sequence[Mapping[str, object]]) -> str:
    return json.dumps({"model": pack.model.name, "messages": messages}, ensure_ascii=False, indent=2) + "\n"


class Llama4Renderer(XmlRenderer):
    """Renders the raw prompt of Llama 4, up to where the model's answer begins."""

    name = "llama4"

    def preamble(self) -> str:
        """The opening of the prompt, the system message, and the header of the user message."""
        system = super().preamble()
        return f"<|begin_of_text|>{_header('system')}{system}<|eot|>{_header('user')}"

    def task(self, target: Target) -> str:
        """The task, the end of the user message, and the header of the answer."""
        return f"{super().task(target)}<|eot|>{_header('assistant')}"


def _header(role: str) -> str:
    return f"<|header_start|>{role}<|header_end|>\n\n"
