"""Parsers of schema formats, one module each: the tables and records that a file of the format declares."""
