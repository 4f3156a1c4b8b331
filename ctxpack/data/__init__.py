"""Data that ships with the package: the o200k_base vocabulary and the JSON schemas of the contracts."""
