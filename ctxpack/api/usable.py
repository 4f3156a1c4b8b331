"""Checks whether well-formed settings are usable: they may name an unknown model, format, pattern or file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ctxpack import formats, views
from ctxpack.config import Config
from ctxpack.crawl import CrawlSettings
from ctxpack.crawl.tree.ignore import Rules
from ctxpack.errors import CtxpackError
from ctxpack.pack import models
from ctxpack.pack.tokens import counter_for, parse_budget
from ctxpack.rank.adjusted import adjusted
from ctxpack.rank.local_reranker import load_reranker

T = TypeVar("T")


def wrong_settings(config: Config) -> dict[str, str]:
    """The unusable settings, by key, each with one sentence on why and where it was set."""
    wrong: dict[str, str] = {}

    def tried(key: str, use: Callable[[], T]) -> T | None:
        try:
            return use()
        except CtxpackError as error:
            origin = config.origins.get(key, key)
            wrong[key] = str(error) if str(error).startswith(origin) else f"{origin}: {error}"
            return None

    own = tried("models", lambda: {name: models.from_config(name, one) for name, one in config.models.items()})
    profile = tried("model", lambda: models.find(config.model, own))
    known = profile or models.find(Config().model)
    tried("budget", lambda: parse_budget(config.budget, known))
    tried("format", lambda: formats.control(config.format, known))
    tried("view", lambda: views.find(config.view))
    tried("include", lambda: Rules(CrawlSettings(include=config.include)))
    tried("extend-exclude", lambda: Rules(CrawlSettings(extend_exclude=config.extend_exclude)))
    tried("weights", lambda: adjusted(config.weights, where=config.origins.get("weights", "weights")))
    if config.tokenizer_file is not None:
        tried("tokenizer-file", lambda: counter_for(known, config.tokenizer_file))
    if config.reranker is not None:
        place = config.reranker
        tried("reranker", lambda: load_reranker(place))
    return wrong
