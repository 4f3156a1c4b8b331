"""What programs do outside of themselves: datasets read and written, SQL, schema evolution, parameters, other programs.

In: a machine and the values that a call gets. Out: sites and declarations recorded in the machine, and the frames and
parameters that were read.
"""
