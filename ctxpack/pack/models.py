"""The table of models: context window, the length up to which quality holds, and how tokens are counted.

One row is a model, or a model at one host, since hosts serve the same weights with windows from 16 thousand to
10 million tokens. A project adds its own rows under `[tool.ctxpack.models.NAME]`.

A window is a ceiling, not a target. Where no measurement says otherwise, `effective` stops at 128,000 tokens: for
Llama 4 Scout the measured quality of long-context retrieval falls from 38.7 % at 128 thousand tokens to 15.7 % at one
million. Factors over the o200k count for vocabularies that are not public are estimates from above, taken from
published comparisons on source code and prose.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from ctxpack.errors import ConfigError, ModelError
from ctxpack.model import ModelProfile
from ctxpack.nearest import nearest
from ctxpack.pack.tokens import TOKENIZERS
from ctxpack.safety.control_tokens import CONTROL_TOKENS

EFFECTIVE = 128_000

_REGISTRY = "public model registry"
_DATE = "2026-11"


class _Family(NamedTuple):
    """What models with the same vocabulary share."""

    tokenizer: str
    template: str
    factor: float = 1.0
    margin: float = 0.0


_FAMILIES = {
    "llama4": _Family("llama4", "llama4", margin=0.06),
    "o200k": _Family("o200k_base", "openai"),
    # Later models of the same maker have no published vocabulary: o200k is assumed, with a margin.
    "openai": _Family("estimate", "openai", 1.0, 0.05),
    "claude": _Family("estimate", "", 1.3, 0.1),
    # The vocabulary since 4.7 takes up to 1.35 times as many tokens on code as the one before.
    "claude-new": _Family("estimate", "", 1.7, 0.1),
    "gemini": _Family("estimate", "", 1.2, 0.1),
    "qwen": _Family("estimate", "chatml", 1.2, 0.1),
    "deepseek": _Family("estimate", "deepseek", 1.2, 0.1),
    "kimi": _Family("estimate", "kimi", 1.2, 0.1),
    "glm": _Family("estimate", "glm", 1.2, 0.1),
    "other": _Family("estimate", "", 1.25, 0.1),
}

_SCOUT = "Llama 4 Scout 17B 16E Instruct"
_MAVERICK = "Llama 4 Maverick 17B 128E Instruct"

# name, title, family, window, max_input, max_output, note
_ROWS: tuple[tuple[str, str, str, int, int, int, str], ...] = (
    ("scout", _SCOUT, "llama4", 10_485_760, 10_485_760, 16_384, ""),
    ("scout@azure", _SCOUT, "llama4", 10_000_000, 10_000_000, 16_384, "retires there on 2027-01-31"),
    ("scout@bedrock", _SCOUT, "llama4", 10_000_000, 10_000_000, 8192, "retires there on 2027-03-30"),
    ("scout@cloudflare", _SCOUT, "llama4", 131_000, 131_000, 131_000, ""),
    ("scout@deepinfra", _SCOUT, "llama4", 327_680, 327_680, 327_680, ""),
    ("scout@fireworks", _SCOUT, "llama4", 131_072, 131_072, 131_072, ""),
    ("scout@groq", _SCOUT, "llama4", 131_072, 131_072, 8192, "from a gateway's list of hosts"),
    ("scout@lambda", _SCOUT, "llama4", 16_384, 16_384, 8192, ""),
    ("scout@meta", _SCOUT, "llama4", 10_000_000, 10_000_000, 4028, ""),
    ("scout@novita", _SCOUT, "llama4", 131_072, 131_072, 131_072, ""),
    ("scout@oci", _SCOUT, "llama4", 10_485_760, 10_485_760, 8192, ""),
    ("scout@together", _SCOUT, "llama4", 1_048_576, 1_048_576, 1_048_576, "retired there on 2026-02-06"),
    ("scout@vercel", _SCOUT, "llama4", 131_072, 131_072, 8192, ""),
    ("scout@vertex", _SCOUT, "llama4", 10_000_000, 10_000_000, 10_000_000, ""),
    ("maverick", _MAVERICK, "llama4", 1_048_576, 1_048_576, 16_384, ""),
    ("maverick@azure", _MAVERICK, "llama4", 1_000_000, 1_000_000, 1_000_000, "retired there on 2026-11-19"),
    ("maverick@bedrock", _MAVERICK, "llama4", 1_000_000, 1_000_000, 8192, "retires there on 2027-03-30"),
    ("maverick@databricks", _MAVERICK, "llama4", 128_000, 128_000, 128_000, ""),
    ("maverick@deepinfra", _MAVERICK, "llama4", 1_048_576, 1_048_576, 1_048_576, ""),
    ("maverick@fireworks", _MAVERICK, "llama4", 131_072, 131_072, 131_072, ""),
    ("maverick@lambda", _MAVERICK, "llama4", 131_072, 131_072, 8192, ""),
    ("maverick@meta", _MAVERICK, "llama4", 1_000_000, 1_000_000, 4028, ""),
    ("maverick@novita", _MAVERICK, "llama4", 1_048_576, 1_048_576, 8192, ""),
    ("maverick@oci", _MAVERICK, "llama4", 1_048_576, 1_048_576, 8192, ""),
    ("maverick@sambanova", _MAVERICK, "llama4", 131_072, 131_072, 131_072, ""),
    ("maverick@snowflake", _MAVERICK, "llama4", 128_000, 128_000, 16_384, ""),
    ("maverick@vercel", _MAVERICK, "llama4", 131_072, 131_072, 8192, ""),
    ("maverick@vertex", _MAVERICK, "llama4", 1_000_000, 1_000_000, 1_000_000, ""),
    ("maverick@watsonx", _MAVERICK, "llama4", 131_072, 131_072, 8192, ""),
    ("gpt-4.1", "GPT-4.1", "o200k", 1_047_576, 1_047_576, 32_768, ""),
    ("gpt-5", "GPT-5", "o200k", 400_000, 272_000, 128_000, "retires on 2026-12-11"),
    ("gpt-5.4", "GPT-5.4", "openai", 1_050_000, 1_050_000, 128_000, "dearer above 272k"),
    ("gpt-5.5", "GPT-5.5", "openai", 1_050_000, 1_050_000, 128_000, "dearer above 272k"),
    ("gpt-5.6", "GPT-5.6", "openai", 1_050_000, 922_000, 128_000, "dearer above 272k"),
    ("gpt-6-astra", "GPT-6 Astra", "openai", 1_050_000, 922_000, 128_000, "dearer above 272k"),
    ("gpt-6-luna", "GPT-6 Luna", "openai", 1_050_000, 922_000, 128_000, "dearer above 272k"),
    ("gpt-6-sol", "GPT-6 Sol", "openai", 1_050_000, 922_000, 128_000, "dearer above 272k"),
    ("gpt-6.1-sol", "GPT-6.1 Sol", "openai", 1_050_000, 922_000, 128_000, "dearer above 272k"),
    ("gpt-6.1-terra", "GPT-6.1 Terra", "openai", 1_050_000, 922_000, 128_000, "dearer above 272k"),
    ("claude-haiku-4-5", "Claude Haiku 4.5", "claude", 200_000, 200_000, 64_000, ""),
    ("claude-sonnet-4-6", "Claude Sonnet 4.6", "claude", 1_000_000, 1_000_000, 128_000, ""),
    ("claude-opus-4-6", "Claude Opus 4.6", "claude", 1_000_000, 1_000_000, 128_000, ""),
    ("claude-opus-4-8", "Claude Opus 4.8", "claude-new", 1_000_000, 1_000_000, 128_000, ""),
    ("claude-sonnet-5", "Claude Sonnet 5", "claude-new", 1_000_000, 1_000_000, 128_000, ""),
    ("claude-opus-5", "Claude Opus 5", "claude-new", 1_000_000, 1_000_000, 128_000, ""),
    ("claude-fable-5-1", "Claude Fable 5.1", "claude-new", 1_000_000, 1_000_000, 128_000, ""),
    ("claude-haiku-5-5", "Claude Haiku 5.5", "claude-new", 1_000_000, 1_000_000, 128_000, "dearer above 100k"),
    ("claude-sonnet-5-5", "Claude Sonnet 5.5", "claude-new", 1_000_000, 1_000_000, 128_000, ""),
    ("claude-opus-5-5", "Claude Opus 5.5", "claude-new", 1_000_000, 1_000_000, 128_000, ""),
    ("gemini-2.5-pro", "Gemini 2.5 Pro", "gemini", 1_048_576, 1_048_576, 65_536, "dearer above 200k"),
    ("gemini-3.1-pro", "Gemini 3.1 Pro (preview)", "gemini", 1_048_576, 1_048_576, 65_536, "dearer above 200k"),
    ("gemini-3.8-flash", "Gemini 3.8 Flash", "gemini", 1_048_576, 1_048_576, 65_536, ""),
    ("qwen3-coder-plus", "Qwen3 Coder Plus", "qwen", 997_952, 997_952, 65_536, ""),
    ("qwen3.8-max", "Qwen3.8 Max", "qwen", 991_808, 991_808, 131_072, ""),
    ("deepseek-v4-flash", "DeepSeek V4 Flash", "deepseek", 1_000_000, 1_000_000, 393_216, ""),
    ("deepseek-v4-pro", "DeepSeek V4 Pro", "deepseek", 1_000_000, 1_000_000, 393_216, ""),
    ("kimi-k3", "Kimi K3", "kimi", 1_048_576, 1_048_576, 1_048_576, ""),
    ("kimi-k3.1-pro", "Kimi K3.1 Pro", "kimi", 1_048_576, 1_048_576, 1_048_576, ""),
    ("glm-5.3", "GLM 5.3", "glm", 1_000_000, 1_000_000, 128_000, ""),
    ("grok-4.3", "Grok 4.3", "other", 1_000_000, 1_000_000, 1_000_000, "dearer above 200k"),
    ("grok-4.7", "Grok 4.7", "other", 500_000, 500_000, 500_000, "dearer above 200k"),
    ("grok-4.20", "Grok 4.20", "other", 1_000_000, 1_000_000, 1_000_000, "dearer above 200k"),
    ("minimax-m3", "MiniMax M3", "other", 1_000_000, 1_000_000, 128_000, "dearer above 512k"),
)

_ALIASES = {
    "llama-4-scout": "scout",
    "llama4-scout": "scout",
    "llama-4-maverick": "maverick",
    "llama4-maverick": "maverick",
    "llama-4-behemoth": "behemoth",
    "llama4-behemoth": "behemoth",
}

_BEHEMOTH = ModelProfile(
    name="behemoth",
    title="Llama 4 Behemoth",
    window=0,
    max_input=0,
    max_output=0,
    effective=0,
    tokenizer="llama4",
    source="maker's announcement",
    date="2025-04",
    template="llama4",
    released=False,
    note="it was announced in April 2025 and has never been released, so its window is not known; "
    "once it ships, describe it under [tool.ctxpack.models.behemoth] with at least `window`",
)


def _profile(row: tuple[str, str, str, int, int, int, str]) -> ModelProfile:
    name, title, family_name, window, max_input, max_output, note = row
    family = _FAMILIES[family_name]
    return ModelProfile(
        name=name,
        title=title,
        window=window,
        max_input=max_input,
        max_output=max_output,
        effective=min(EFFECTIVE, max_input),
        tokenizer=family.tokenizer,
        source=_REGISTRY,
        date=_DATE,
        factor=family.factor,
        margin=family.margin,
        template=family.template,
        control=CONTROL_TOKENS.get(family.template, ()),
        note=note,
    )


PROFILES: Mapping[str, ModelProfile] = MappingProxyType(
    {row[0]: _profile(row) for row in _ROWS} | {_BEHEMOTH.name: _BEHEMOTH}
)
"""Every built-in profile by name."""


def names(extra: Mapping[str, ModelProfile] | None = None) -> tuple[str, ...]:
    """The names of all usable models, sorted; `extra` are the profiles of the configuration."""
    known = {**PROFILES, **(extra or {})}
    return tuple(sorted(name for name, profile in known.items() if profile.released))


def find(name: str, extra: Mapping[str, ModelProfile] | None = None) -> ModelProfile:
    """The profile of a model; `extra` are the profiles of the configuration, which win over the built-in ones.

    Raises ModelError for an unknown name, suggesting the nearest ones, and for a model that is not released.
    """
    profile = _known(name, extra)
    if profile is None:
        raise ModelError(f"unknown model {name!r}: {_nearest(name.strip().lower(), names(extra))}")
    if not profile.released:
        raise ModelError(_not_yet(profile))
    return profile


def unreleased(name: str, extra: Mapping[str, ModelProfile] | None = None) -> str:
    """Why a known model cannot be used, and what to do once it can; "" for every other name."""
    profile = _known(name, extra)
    return "" if profile is None or profile.released else _not_yet(profile)


def _not_yet(profile: ModelProfile) -> str:
    return f"model {profile.name!r} cannot be used: {profile.note}"


def _known(name: str, extra: Mapping[str, ModelProfile] | None) -> ModelProfile | None:
    known = {**PROFILES, **(extra or {})}
    wanted = name.strip()
    folded = wanted.lower()
    return known.get(wanted) or known.get(folded) or known.get(_ALIASES.get(folded, ""))


def _nearest(name: str, known: tuple[str, ...]) -> str:
    near = nearest(name, known)
    near = near or [other for other in known if name and (name in other or other in name)][:3]
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"known are {', '.join(other for other in known if '@' not in other)}"


# --- configuration ----------------------------------------------------------------------------------------------------

_KEYS: dict[str, type] = {
    "like": str,
    "title": str,
    "window": int,
    "max_input": int,
    "max_output": int,
    "effective": int,
    "tokenizer": str,
    "factor": float,
    "margin": float,
    "template": str,
    "note": str,
}
_SIZES = ("window", "max_input", "max_output", "effective")


def from_config(name: str, mapping: Mapping[str, object]) -> ModelProfile:
    """The profile that `[tool.ctxpack.models.NAME]` describes.

    Keys may be spelled with "-" or "_". `like` names a built-in profile to start from; without it `window` is needed,
    and the rest follows: `max-input` the window, `max-output` 8192, `effective` 128,000, `tokenizer` "o200k_base".

    Raises ConfigError for an unknown key, a value of the wrong type or out of range, and an unknown `like`.
    """
    where = f"[tool.ctxpack.models.{name}]"
    values = {key.replace("-", "_"): value for key, value in mapping.items()}
    for key, value in values.items():
        _check_value(where, key, value)
    base = _base(where, name, str(values.pop("like", "")), values)
    window = int(str(values.get("window", base.window)))
    sizes = {
        "window": window,
        "max_input": values.get("max_input", min(base.max_input, window) if base.max_input else window),
        "max_output": values.get("max_output", min(base.max_output, window)),
    }
    profile = msgspec.structs.replace(base, **{**values, **sizes}, released=True, source="configuration", date="")
    if "effective" not in values:
        profile = msgspec.structs.replace(profile, effective=min(base.effective or EFFECTIVE, profile.max_input))
    if "template" in values:
        profile = msgspec.structs.replace(profile, control=CONTROL_TOKENS.get(profile.template, ()))
    return _check_profile(where, profile)


def _base(where: str, name: str, like: str, values: Mapping[str, object]) -> ModelProfile:
    if like:
        if like not in PROFILES or not PROFILES[like].released:
            raise ConfigError(f"{where}: like = {like!r} names no built-in model; {_nearest(like.lower(), names())}")
        return msgspec.structs.replace(PROFILES[like], name=name, note="")
    if "window" not in values:
        raise ConfigError(f"{where}: `window` (tokens) or `like` (a built-in model) is needed")
    family = _FAMILIES["llama4"] if name in PROFILES and PROFILES[name].tokenizer == "llama4" else _FAMILIES["o200k"]
    return ModelProfile(
        name=name,
        title=name,
        window=0,
        max_input=0,
        max_output=8192,
        effective=0,
        tokenizer=family.tokenizer,
        source="configuration",
        date="",
        margin=family.margin,
        template=family.template,
        control=CONTROL_TOKENS[family.template],
    )


def _check_value(where: str, key: str, value: object) -> None:
    if key not in _KEYS:
        raise ConfigError(f"{where}: unknown key {key!r}; {_nearest(key, tuple(_KEYS))}")
    kind = _KEYS[key]
    fits = isinstance(value, (int, float) if kind is float else kind) and not isinstance(value, bool)
    if not fits:
        words = {str: "a text", int: "a whole number", float: "a number"}
        raise ConfigError(f"{where}: {key} must be {words[kind]}, not {value!r}")


def _check_profile(where: str, profile: ModelProfile) -> ModelProfile:
    for key in _SIZES:
        if getattr(profile, key) <= 0:
            raise ConfigError(f"{where}: {key} must be above zero")
    if profile.max_input > profile.window:
        raise ConfigError(f"{where}: max_input is larger than the window")
    if profile.effective > profile.max_input:
        raise ConfigError(f"{where}: effective is larger than max_input")
    if profile.tokenizer not in TOKENIZERS:
        raise ConfigError(f"{where}: tokenizer must be one of {', '.join(TOKENIZERS)}, not {profile.tokenizer!r}")
    if not 1 <= profile.factor <= 10:
        raise ConfigError(f"{where}: factor must lie between 1 and 10")
    if not 0 <= profile.margin <= 0.9:
        raise ConfigError(f"{where}: margin must lie between 0 and 0.9")
    if profile.template and profile.template not in CONTROL_TOKENS:
        raise ConfigError(f"{where}: template must be one of {', '.join(CONTROL_TOKENS)}, not {profile.template!r}")
    return profile
