"""The nodes of a dbt project: models, seeds, snapshots, sources, tests, exposures.

In: the files of a project and a function that renders its templates. Out: drafts with properties and settings
(`gather`), the names by which they are referred to (`registry`, `resolve`), and nodes with SQL and reads (`building`).
"""
