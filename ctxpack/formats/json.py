"""The pack as one JSON document, and, without the prompt, as the manifest that accompanies another format.

The contract is `docs/formats.md` and `ctxpack/data/schemas/build.json`. The prompt in "text" is that of the default
format; only it is counted against the budget.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from ctxpack.formats import base
from ctxpack.formats.xml import XmlRenderer
from ctxpack.model import Confidence, Item, Pack, Rendered

SCHEMA = "ctxpack.build/1"


class JsonRenderer(XmlRenderer):
    """Renders the manifest with the prompt in it; its pieces are those of the default format."""

    name = "json"

    def render(self, pack: Pack) -> Rendered:
        """The document; breakpoints are offsets into its "text"."""
        prompt = base.join(self, pack)
        return Rendered(dumps({**manifest(pack, prompt), "text": prompt.text}), prompt.breakpoints)


def manifest(pack: Pack, rendered: Rendered) -> dict[str, object]:
    """What is in the pack and why, without the prompt itself."""
    return {
        "schema": SCHEMA,
        "model": pack.model.name,
        "budget": pack.budget.total,
        "tokens": pack.tokens,
        "fingerprint": pack.fingerprint,
        **({"view": pack.view} if pack.view != "coder" else {}),
        **({"confidence": _confidence(pack.confidence)} if pack.confidence is not None else {}),
        "items": [_item(item) for zone in pack.zones for item in zone.items],
        "omitted": [{"path": left.path, "reason": left.reason} for left in pack.omitted],
        "cache_breakpoints": list(rendered.breakpoints),
        "problems": [{"path": it.path, "line": it.line, "message": it.message} for it in pack.problems],
    }


def dumps(document: Mapping[str, object]) -> str:
    """A document as JSON text that can always be encoded: undecodable bytes in a path stay as escapes."""
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _confidence(sure: Confidence) -> dict[str, object]:
    return {
        "chance": sure.value,
        "belongs": sure.belongs,
        "because": sure.sentence,
        **({"question": sure.question} if sure.question else {}),
        **({"candidates": list(sure.candidates)} if sure.candidates else {}),
    }


def _item(item: Item) -> dict[str, object]:
    return {
        "path": item.path,
        "role": item.role,
        "level": item.level,
        "spans": [[first, last] for first, last in item.spans],
        "tokens": item.tokens,
        "score": item.score,
        "reasons": [
            {"signal": reason.signal, "score": reason.score, "because": reason.because} for reason in item.reasons
        ],
    }
