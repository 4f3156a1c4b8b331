"""What git says of a repository: files, blobs, commits, changes, differences.

In: a directory and revisions. Out: frozen values. Nothing of the repository is executed or changed: `program` runs only
commands that start no other program, and `traps` keeps them from files on which they would hang.
"""
