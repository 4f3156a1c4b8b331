"""Questions asked of declared tables and of the flow of data.

In: tables, flows and histories of files. Out: the datasets that matter to a change (`relevance`), the history of a
table (`history`) and whether each change in it breaks readers (`compatibility`), and documents for other tools
(`export`).
"""
