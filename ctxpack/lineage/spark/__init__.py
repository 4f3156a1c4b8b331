"""An abstract interpreter of PySpark programs (also pandas, Polars, DuckDB, Glue, Delta): their reads and writes.

Values may be unknown: strings keep their unknown parts as named holes, both branches of an undecided condition are
taken, calls are followed into functions, and DataFrames are plans of `datamodel/algebra.py`. No code of the
repository is executed: every library call is modelled by a table in this package.
"""

from ctxpack.lineage.spark.interpret import interpret, started

__all__ = ["interpret", "started"]
