"""What PySpark programs (and pandas, Polars, DuckDB, Glue and Delta ones) read and write, without running them.

Programs are interpreted over values that may be unknown: strings keep their unknown parts by name, branches are both
taken, functions are followed where they are called, and DataFrames are plans of `datamodel/algebra.py`. Nothing of the
interpreted files is executed: there is no call that is not in one of this package's tables.
"""

from ctxpack.lineage.spark.interpret import interpret, started

__all__ = ["interpret", "started"]
