"""The frozen values of the data context: what declares tables, what reads and writes them, and how columns come to be.

`schema` has what files declare and how schemas change, `algebra` what queries and DataFrame programs compute, `lineage`
what follows from both for the datasets of a repository.
"""
