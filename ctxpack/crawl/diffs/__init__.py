"""Unified diffs as texts: read, matched with the files of a view, and written.

In: the text of a diff, or two texts of a file. Out: the changed lines of each file, or a diff that `git apply` takes.
"""
