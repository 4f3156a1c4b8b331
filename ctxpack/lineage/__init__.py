"""Data lineage: which code reads and writes which datasets, how columns are computed, and whether they can be null.

Declarations (`families`, `orm`, `declared`), dbt projects (`dbt`), SQL (`sql`) and PySpark (`spark`, run as `jobs` say)
each tell what they say of datasets; one evaluator (`evaluation`) follows columns through what they compute; `flow` puts
all of it together, and `answers` is what is asked of it. `names` and `algebra` are what all of them share.
"""
