"""What programs compute of data: operators, column expressions, functions of columns, schemas.

In: values. Out: values; nothing is read or written.
"""
