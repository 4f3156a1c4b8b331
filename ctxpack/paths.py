"""Paths inside a repository, and what tells other names from them, as text."""

from __future__ import annotations

import posixpath

TABLE = "table:"
"""Begins the name of a dataset where it stands beside paths: among subjects, and among the ids of nodes."""


def parent(path: str) -> str:
    """The folder of a path, "" for the root."""
    return path.rpartition("/")[0]


def joined(folder: str, relative: str) -> str:
    """A path relative to a folder, with "." and ".." resolved; "" where it leads out of the repository.

    >>> joined("lib/shop", "../util.rb"), joined("", "./a.sh"), joined("a", "../../b")
    ('lib/util.rb', 'a.sh', '')
    """
    names = folder.split("/") if folder else []
    for name in relative.split("/"):
        if name == "..":
            if not names:
                return ""
            names.pop()
        elif name not in ("", "."):
            names.append(name)
    return "/".join(names)


def beside(path: str, written: str) -> str:
    """What a file at `path` means by a path that is written from its folder; it may lead out of the repository.

    >>> beside("a/b.py", "../c.sql"), beside("b.py", "../c.sql"), beside("a/b.py", "/c.sql")
    ('c.sql', '../c.sql', '/c.sql')
    """
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), written))


def shared_depth(one: str, other: str) -> int:
    """How many names two paths share, from the root.

    >>> shared_depth("a/b/c.rb", "a/b/d.rb"), shared_depth("a/b", "c/b")
    (2, 0)
    """
    count = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        count += 1
    return count
