"""What the files of a dbt project state: settings, properties, adapter, packages.

In: the paths of a repository and the texts of its files. Out: which file belongs to which project, and their
declarations as frozen values, with lines.
"""
