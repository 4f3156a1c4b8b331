"""Which programs of a repository are run with which parameters: what all its configurations state, put together."""

from ctxpack.lineage.jobs.joining import launches

__all__ = ["launches"]
