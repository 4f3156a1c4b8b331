"""The control strings of chat templates, and how they are neutralised in packed content.

A host that tokenizes the whole prompt at once may read `<|eot|>` inside a file as the end of a turn. Such strings are
made visible in packed content (`<¦eot¦>`): a person and a model still see what stands in the file, a tokenizer sees
plain text. Each occurrence is reported. Lines are neither added nor removed.

To add a template: one record in `CONTROL_TOKENS`, and, if its overhead differs, one in `formats.chat`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from ctxpack.model import Problem
from ctxpack.safety.visible import replace_reported

CONTROL_TOKENS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "llama4": (
            "<|begin_of_text|>",
            "<|end_of_text|>",
            "<|fim_prefix|>",
            "<|fim_middle|>",
            "<|fim_suffix|>",
            "<|header_start|>",
            "<|header_end|>",
            "<|eom|>",
            "<|eot|>",
            "<|step|>",
            "<|python_start|>",
            "<|python_end|>",
            "<|finetune_right_pad|>",
            "<|image_start|>",
            "<|image_end|>",
            "<|image|>",
            "<|patch|>",
            "<|tile_x_separator|>",
            "<|tile_y_separator|>",
            "<|reasoning_thinking_start|>",
            "<|reasoning_thinking_end|>",
            "<|reserved_special_token_*|>",
            "<|text_post_train_reserved_special_token_*|>",
            "<|vision_reserved_special_token_*|>",
            "<|reasoning_reserved_special_token_*|>",
        ),
        "openai": (
            "<|endoftext|>",
            "<|endofprompt|>",
            "<|startoftext|>",
            "<|fim_prefix|>",
            "<|fim_middle|>",
            "<|fim_suffix|>",
            "<|im_start|>",
            "<|im_end|>",
            "<|im_sep|>",
            "<|start|>",
            "<|end|>",
            "<|message|>",
            "<|channel|>",
            "<|constrain|>",
            "<|return|>",
            "<|call|>",
            "<|reserved_*|>",
        ),
        "chatml": (
            "<|endoftext|>",
            "<|im_start|>",
            "<|im_end|>",
            "<|fim_prefix|>",
            "<|fim_middle|>",
            "<|fim_suffix|>",
            "<|fim_pad|>",
            "<|repo_name|>",
            "<|file_sep|>",
            "<|object_ref_start|>",
            "<|object_ref_end|>",
            "<|box_start|>",
            "<|box_end|>",
            "<|quad_start|>",
            "<|quad_end|>",
            "<|vision_start|>",
            "<|vision_end|>",
            "<|vision_pad|>",
            "<|image_pad|>",
            "<|video_pad|>",
        ),
        "deepseek": (
            "<｜begin▁of▁sentence｜>",
            "<｜end▁of▁sentence｜>",
            "<｜▁pad▁｜>",
            "<｜User｜>",
            "<｜Assistant｜>",
            "<｜fim▁begin｜>",
            "<｜fim▁hole｜>",
            "<｜fim▁end｜>",
            "<｜tool▁calls▁begin｜>",
            "<｜tool▁calls▁end｜>",
            "<｜tool▁call▁begin｜>",
            "<｜tool▁call▁end｜>",
            "<｜tool▁outputs▁begin｜>",
            "<｜tool▁outputs▁end｜>",
            "<｜tool▁output▁begin｜>",
            "<｜tool▁output▁end｜>",
            "<｜tool▁sep｜>",
            "<|EOT|>",
        ),
        "kimi": (
            "<|im_system|>",
            "<|im_user|>",
            "<|im_assistant|>",
            "<|im_middle|>",
            "<|im_end|>",
            "<|tool_calls_section_begin|>",
            "<|tool_calls_section_end|>",
            "<|tool_call_begin|>",
            "<|tool_call_argument_begin|>",
            "<|tool_call_end|>",
            "<|media_begin|>",
            "<|media_content|>",
            "<|media_end|>",
            "<|media_pad|>",
            "[BOS]",
            "[EOS]",
        ),
        "glm": (
            "[gMASK]",
            "<sop>",
            "<eop>",
            "<|endoftext|>",
            "<|system|>",
            "<|user|>",
            "<|assistant|>",
            "<|observation|>",
        ),
    }
)
"""Control strings by template; a "*" stands for a decimal number."""


def neutralise(text: str, control: tuple[str, ...], path: str) -> tuple[str, tuple[Problem, ...]]:
    """The text with every control string made visible, and a Problem for each found.

    `control` are strings as in `CONTROL_TOKENS`; `path` is the file of the text, for the problems. The result has as
    many lines as `text`, and a second pass changes nothing.
    """
    pattern = _pattern(control)
    if pattern is None:
        return text, ()
    what = "a control string of the model's template"
    return replace_reported(text, pattern, mark, path=path, what=what)


@lru_cache(maxsize=32)
def _pattern(control: tuple[str, ...]) -> re.Pattern[str] | None:
    # No control string is a prefix of another that ends elsewhere, and none can begin inside another, so the order of
    # alternatives does not matter.
    choices = [re.escape(token).replace(r"\*", "[0-9]+") for token in sorted(dict.fromkeys(control)) if token]
    return re.compile("|".join(choices)) if choices else None


def mark(token: str) -> str:
    """A control string in its visible form: bars broken, or, without bars, broken bars inside its brackets.

    >>> mark("<|eot|>"), mark("[gMASK]")
    ('<¦eot¦>', '[¦gMASK¦]')
    """
    broken = token.replace("|", "¦").replace("｜", "¦")
    return broken if broken != token else f"{token[:1]}¦{token[1:-1]}¦{token[-1:]}"
