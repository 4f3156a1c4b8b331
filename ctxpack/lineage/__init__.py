"""What reads and writes which datasets, how their columns come to be, and whether they can be null.

Declarations (`fold`), dbt projects (`dbt`), SQL (`sql`) and PySpark (`spark`) each tell what they say of datasets; one
evaluator (`evaluate`) follows columns through what they compute; `flow` puts all of it together.
"""
