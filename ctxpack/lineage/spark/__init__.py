"""An abstract interpreter of PySpark programs (also pandas, Polars, DuckDB, Glue, Delta): their reads and writes.

Values may be unknown: strings keep their unknown parts as named holes, both branches of an undecided condition are
taken, calls are followed into functions, and DataFrames are plans of `datamodel/algebra.py`. No code of the
repository is executed: every library call is modelled by a table in this package.

From the bottom: `values` are what variables hold, `state` is the machine, `operations` compute with values, `effects`
read and write datasets, `library` models libraries for data, `language` is Python itself. `interpret` says where a
program is entered, `loading` how far it is followed, and `uncalled` runs what nothing calls.
"""

from ctxpack.lineage.spark.interpret import interpret, started

__all__ = ["interpret", "started"]
