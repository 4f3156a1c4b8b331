"""Directory trees without git: which paths there are, which are left out, and their bytes.

In: a directory that is not trusted, and the settings of a listing. Out: paths with the reason for each that is left
out, and files read without following links out of the tree.
"""
