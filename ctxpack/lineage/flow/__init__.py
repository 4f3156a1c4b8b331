"""The datasets of a repository and what flows between them.

In: the producers, declarations and reads that all readers found, in any language (`producers`). Out: the datasets and
their edges (`datasets`, and `network` without any source), and the columns of each with their nullability (`columns`).
"""
