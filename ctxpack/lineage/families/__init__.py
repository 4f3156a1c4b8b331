"""Which schema files belong together, in which order.

In: paths and the steps that the parsers read from each file. Out: families, each one history of migrations or one set
of definitions. Those of SQL files are found here (`sql_files`); frameworks add their own rules in `orm`. A history
may stand on definitions elsewhere (`bases`).
"""
