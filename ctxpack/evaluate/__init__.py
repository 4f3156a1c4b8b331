"""Evaluates ranking and packing on a repository's own history, and fits weights to it (`ctxpack eval`, `tune`)."""
