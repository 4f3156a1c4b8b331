"""The state of an interpretation: a `Machine` with its call stack, budgets of steps, and what it has recorded.

In: programs, the functions that resolve imports and read SQL, and one run's parameters. Out: the reads, writes and
unresolved names recorded so far.
"""
