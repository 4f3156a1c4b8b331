"""Parsers of job configurations: which programs are run, and with which parameters.

`table` lists the kinds of files and is the entry point; `trees` finds runs in mappings and lists of any format,
`commands` in command lines, and the other modules reduce one language each to those.
"""
