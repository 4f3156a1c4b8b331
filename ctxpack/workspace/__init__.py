"""One view of a repository, made ready: listed, parsed, linked and indexed, as far as it is asked for."""

from ctxpack.workspace.view import Progress, Workspace

__all__ = ["Progress", "Workspace"]
