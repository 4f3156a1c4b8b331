"""Templates as texts: what can be said of them without running a macro.

In: the text of a template or of a file with blocks. Out: its macros and other blocks, its parts, the value of a simple
template, the relations it refers to, and the sandbox in which any other is rendered.
"""
