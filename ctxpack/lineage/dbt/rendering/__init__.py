"""Renders templates as dbt does while it parses, without dbt, a database or anything outside the sandbox.

In: jobs (a template with what is visible to it) and the macros of a project. Out: text, references and settings, or why
there are none. `worker` does it in a process with limits; `session` binds names; the rest stands in for what dbt,
packages and databases offer.
"""
