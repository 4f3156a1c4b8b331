"""The frozen values of the data side: table declarations, reads and writes of datasets, and column lineage.

`schema` has what files declare and how schemas change, `algebra` what queries and DataFrame programs compute, and
`lineage` the resulting datasets, edges and columns of a repository.
"""
