"""What is in one file: its text, and its role.

In: a path and bytes. Out: text without loss, notebooks as text, and the role that path and content tell.
"""
