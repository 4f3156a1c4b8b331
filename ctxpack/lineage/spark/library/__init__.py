"""Models of library functions, as tables by name; a function in no table has an unknown effect."""
