"""Changed files in both states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ctxpack.datamodel.lineage import Frame
from ctxpack.model import FileFacts

Frames = Mapping[str, Frame]
"""The output columns of a file's queries, by the table or view that they create; "" for a query that creates none."""


@dataclass(frozen=True, slots=True)
class FilePair:
    """A changed file in both states; where it does not exist, the path is "" and the facts are None.

    Frames are those of SQL files, None for other files and where they could not be computed.
    """

    before: str
    after: str
    old: FileFacts | None
    new: FileFacts | None
    old_text: str = ""
    new_text: str = ""
    old_frames: Frames | None = None
    new_frames: Frames | None = None
