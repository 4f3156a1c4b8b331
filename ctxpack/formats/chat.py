"""Prompts as a chat: a request body for hosts, or the raw prompt of Llama 4 for engines that take plain text.

The instructions are the system's message, everything else the user's. What a host's template adds around messages is
in no piece, so it is stated as `overhead_tokens`; there a control string costs one token. The raw prompt writes the
control strings itself; they are part of its pieces and counted as plain text, which is never less.

Some providers cache the front of a prompt only where a block of content is marked for it; for them the user's message
is written as blocks, whose texts joined are the same message.
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
"""Tokens around a system's and a user's message, by chat template."""

DEFAULT_OVERHEAD = 20
"""Assumed where a template is not known: more than any known one."""

_FRONT, _LAST = "map", "targets"
"""The zone that does not depend on the task, and the one whose lines an edit changes."""


class ChatRenderer(XmlRenderer):
    """Renders a request body with a system's and a user's message."""

    name = "chat"

    def __init__(self, profile: ModelProfile, fence: Fence) -> None:
        super().__init__(profile, fence)
        self.overhead_tokens = OVERHEAD_TOKENS.get(profile.template, DEFAULT_OVERHEAD)

    def render(self, pack: Pack) -> Rendered:
        """The request body as JSON; breakpoints count through the contents of its messages, one after another."""
        prompt = base.join(self, pack)
        system = self.preamble()
        messages = [
            {"role": "system", "content": system},
            {"role": "user", "content": prompt.text[len(system) :]},
        ]
        return Rendered(_body(pack, messages), prompt.breakpoints)


class CachedChatRenderer(ChatRenderer):
    """Renders a request body whose user's message is blocks, marked where a prefix cache may end.

    A mark stands after the zones that do not depend on the task, before the targets, and after them: three at most, of
    the four that providers take.
    """

    name = "chat-cached"

    def render(self, pack: Pack) -> Rendered:
        """The request body as JSON; breakpoints count as in the plain chat, and the marks are some of them."""
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
    """The ends of zones that are marked."""
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
        """The opening of the prompt, the system's message, and the user's header."""
        system = super().preamble()
        return f"<|begin_of_text|>{_header('system')}{system}<|eot|>{_header('user')}"

    def task(self, target: Target) -> str:
        """The task, the end of the user's message, and the header of the answer."""
        return f"{super().task(target)}<|eot|>{_header('assistant')}"


def _header(role: str) -> str:
    return f"<|header_start|>{role}<|header_end|>\n\n"
