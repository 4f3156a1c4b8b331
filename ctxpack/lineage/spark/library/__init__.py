"""Models of the libraries that handle data, as tables by name; a function in no table has an unknown effect.

In: a machine, the receiver and the arguments of a call. Out: its result, with what it reads and writes recorded.
"""
