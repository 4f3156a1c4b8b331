"""Joins the stages: turns a request (a task, names, a diff) into the input of each stage.

`targets` resolves names, and `diffs` maps changed lines to definitions; `data_impact` follows a change over tables;
`candidates` collects what a pack may show; `outline` and `briefing` write documents that some packs begin with.
"""
