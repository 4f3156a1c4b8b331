"""Lists a repository's files with language, role and digest, and says why others were skipped; reads its history."""

from ctxpack.crawl.contents.classify import classify
from ctxpack.crawl.contents.decode import read_text
from ctxpack.crawl.diffs.reading import parse_diff, uncoloured
from ctxpack.crawl.git.changes import Commit, FileChange
from ctxpack.crawl.git.edits import Edit
from ctxpack.crawl.git.past import PastStep
from ctxpack.crawl.known import Known, decode_known, encode_known
from ctxpack.crawl.repository import Repository, open_repository
from ctxpack.crawl.snapshot import Snapshot
from ctxpack.crawl.staging import Staging, open_staging
from ctxpack.crawl.tree.ignore import escaped
from ctxpack.crawl.tree.settings import CrawlSettings

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
    "uncoloured",
]

VERSION = 6
"""Raise this whenever the same bytes would get another role; it is part of the store's keys."""
