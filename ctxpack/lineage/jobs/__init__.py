"""Combines the job configurations of a repository into the runs of each program, with their parameters."""

from ctxpack.lineage.jobs.joining import launches

__all__ = ["launches"]
