"""Lists a repository's files with language, role and digest, and says why others were skipped; reads its history."""

from .changes import Commit, FileChange
from .classify import classify
from .decode import read_text
from .diff import parse_diff
from .edits import Edit
from .ignore import escaped
from .known import Known, decode_known, encode_known
from .past import PastStep
from .repository import Repository, open_repository
from .settings import CrawlSettings
from .snapshot import Snapshot
from .staging import Staging, open_staging

__all__ = [
    "VERSION",
    "Commit",
    "CrawlSettings",
    "Edit",
    "FileChange",
    "Known",
    "PastStep",
    "Repository",
    "Snapshot",
    "Staging",
    "classify",
    "decode_known",
    "encode_known",
    "escaped",
    "open_repository",
    "open_staging",
    "parse_diff",
    "read_text",
]

VERSION = 4
"""Raise this whenever the same bytes would get another role; it is part of the store's keys."""
