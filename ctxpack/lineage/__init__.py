"""Data lineage: which code reads and writes which datasets, how columns are computed, and whether they can be null.

Declarations (`fold`), dbt projects (`dbt`), SQL (`sql`) and PySpark (`spark`) each tell what they say of datasets; one
evaluator (`evaluate`) follows columns through what they compute; `flow` puts all of it together.
"""
