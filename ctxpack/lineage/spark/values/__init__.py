"""What the variables of an interpreted program hold: texts, objects, frames, and what is not known of them.

In: nothing but the plans of `datamodel/algebra.py` and literals. Out: values that the other packages make and take
apart; none of them knows the interpreter.
"""
