"""What a dataset's name means: whether two names are one dataset, whether it is any, and which layer it is in.

In: names as code, SQL and configuration write them. Out: the known name that is meant, or None; never a guess between
two that fit.
"""
