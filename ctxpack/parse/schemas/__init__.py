"""Schema formats: one module each, which reads what a file of that format declares about tables."""
