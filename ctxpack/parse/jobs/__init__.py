"""What starts programs, and with which parameters: one module for each kind of place that states it.

`table` lists the kinds of files and is the door; `trees` finds runs in mappings and lists of any format, `commands` in
command lines, and the others turn one language each into those.
"""
