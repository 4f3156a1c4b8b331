"""Python files as programs: what `lineage/spark` interprets to find what reads and writes datasets."""
