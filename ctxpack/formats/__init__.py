"""Pack -> text. One record in `FORMATS` is one output format.

To add a format, write a class with the methods of `base.Renderer` that takes a profile and a fence, and add a record.
If its prompt uses control strings of a template whatever the model, name the template, so that content cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from ctxpack.errors import ConfigError
from ctxpack.formats.base import Renderer
from ctxpack.formats.chat import CachedChatRenderer, ChatRenderer, Llama4Renderer
from ctxpack.formats.json import JsonRenderer, dumps, manifest
from ctxpack.formats.markdown import MarkdownRenderer
from ctxpack.formats.xml import XmlRenderer
from ctxpack.model import ModelProfile
from ctxpack.nearest import hint
from ctxpack.safety.control_tokens import CONTROL_TOKENS
from ctxpack.safety.fences import Fence

__all__ = [
    "FORMATS",
    "Format",
    "Renderer",
    "control",
    "dumps",
    "manifest",
    "renderer",
]


class Format(NamedTuple):
    """An output format: its renderer, a title, and the chat template (if any) whose control strings it writes."""

    make: Callable[[ModelProfile, Fence], Renderer]
    title: str
    template: str = ""


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "xml": Format(XmlRenderer, "documents in tags (default)"),
        "markdown": Format(MarkdownRenderer, "headings and fenced blocks"),
        "json": Format(JsonRenderer, "one JSON document with reasons and the prompt"),
        "chat": Format(ChatRenderer, "a chat request body with a system and a user message"),
        "chat-cached": Format(CachedChatRenderer, "the same with marks where a provider's prefix cache may end"),
        "llama4": Format(Llama4Renderer, "the raw prompt of Llama 4 with its header tokens", "llama4"),
    }
)


def renderer(format_name: str, profile: ModelProfile, fence: Fence) -> Renderer:
    """The renderer of a format for one model.

    `fence` comes from `safety.fences.choose` over everything that may be packed, so that the cost of a piece does not
    depend on what else is selected. Raises ConfigError for an unknown format, suggesting the nearest ones.
    """
    made = msgspec.structs.replace(profile, control=control(format_name, profile))
    return _format(format_name).make(made, fence)


def control(format_name: str, profile: ModelProfile) -> tuple[str, ...]:
    """The control strings that content must not contain, for this format and model; pass them to `safety.sanitise`."""
    own = CONTROL_TOKENS.get(_format(format_name).template, ())
    return tuple(dict.fromkeys((*profile.control, *own)))


def _format(name: str) -> Format:
    if name in FORMATS:
        return FORMATS[name]
    raise ConfigError(f"unknown format {name!r}: {hint(name.lower(), list(FORMATS), most=2)}")
