"""The tables that a repository declares after all its migrations.

In: the schema facts of all files. Out: tables with the changes that led to them (`fold`), record types apart from
tables (`records`), the difference of two states (`schema_diff`), and what of the SQL in migrations still stands
(`once`).
"""
