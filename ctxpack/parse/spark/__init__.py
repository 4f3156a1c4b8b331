"""Parses Python files into programs (`datamodel/program.py`), which `lineage/spark` interprets for reads and writes."""
