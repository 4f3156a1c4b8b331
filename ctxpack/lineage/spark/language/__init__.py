"""Python itself: statements, expressions, calls, attributes, classes, imports, built-ins, and the standard library.

In: a machine and syntax of `datamodel/program.py`. Out: values, the scopes that statements change, and whatever the
models in `library` record when they are called.
"""
