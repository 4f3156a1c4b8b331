"""From a repository to its files: what is there, what each file is for, and why the rest was left out."""

from .classify import classify
from .decode import read_text
from .diff import parse_diff
from .edits import Edit
from .ignore import escaped
from .past import PastStep
from .repository import Repository, open_repository
from .staging import Staging, open_staging
from .values import Commit, CrawlSettings, FileChange, Known, Snapshot, decode_known, encode_known

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

VERSION = 3
"""To be raised whenever the same bytes would get another role; it is part of the store's keys."""
