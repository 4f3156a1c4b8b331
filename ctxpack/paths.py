"""Functions on repository-relative paths as strings, and the prefix that marks names of datasets."""

from __future__ import annotations

import posixpath

TABLE = "table:"
"""The prefix of a dataset's name where it could be confused with a path: in subjects and in ids of graph nodes."""


def parent(path: str) -> str:
    """The folder of a path, "" for the root."""
    return path.rpartition("/")[0]


def on_one_line(path: str) -> str:
    r"""A path, or another text, with control characters (line ends too) written as escapes.

    >>> on_one_line("src/a\nb.py"), on_one_line("src/a\\b.py")
    ('src/a\\nb.py', 'src/a\\b.py')
    """
    if path.isprintable():
        return path
    return "".join(repr(char)[1:-1] if char < " " or char == "\x7f" else char for char in path)


def joined(folder: str, relative: str) -> str:
    """Join a folder and a relative path, with "." and ".." resolved; "" where that leaves the repository.

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
    """Resolve a path written in the file `path`, relative to that file's folder; the result may be outside.

    >>> beside("a/b.py", "../c.sql"), beside("b.py", "../c.sql"), beside("a/b.py", "/c.sql")
    ('c.sql', '../c.sql', '/c.sql')
    """
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), written))


def shared_depth(one: str, other: str) -> int:
    """The number of leading segments that two paths share.

    >>> shared_depth("a/b/c.rb", "a/b/d.rb"), shared_depth("a/b", "c/b")
    (2, 0)
    """
    count = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        count += 1
    return count
