"""What all readers and the evaluator know of plans: their functions and operators, and how to walk through them.

In: names of functions and plans of `datamodel/algebra.py`. Out: the rule of a function, the columns that a generator
makes, the datasets that a plan reads, and plans with other names in them.
"""
