"""One view of a repository (work tree or revision), listed, parsed, linked and indexed on demand."""

from ctxpack.workspace.view import Progress, Workspace

__all__ = ["Progress", "Workspace"]
