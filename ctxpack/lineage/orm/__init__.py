"""The tables behind classes and migrations of frameworks, which depend on more than one file.

In: the steps of single files, in which the parsers left open what another file decides (bases, embedded classes, names
of other models). Out: families of complete steps, with the tables' names as migrations spell them, and the places where
code reads and writes tables through a generated client.
"""
