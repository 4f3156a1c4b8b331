import re

LEFT, RIGHT = 1, 2
# <- definition variable LEFT
#     ^ definition variable RIGHT
# <- outlined
(north, [south, *others]), *rest = measured()
#^ definition variable north
#        ^ definition variable south
#                ^ definition variable others
#                           ^ definition variable rest
#^ type measured().[0].[0]
[head, _] = measured()
#^ definition variable head
#      ^ nothing
FIRST = SECOND = THIRD = 3
# <- definition variable FIRST
#       ^ definition variable SECOND
#                ^ definition variable THIRD
a = (b, c) = pair()
# <- definition variable a
#    ^ definition variable b
#       ^ definition variable c
if (found := re.match("a", "b")) and (other := found):
#   ^ definition variable found
#                                     ^ definition variable other
    INSIDE, BESIDE = 1, 2
#   ^ definition variable INSIDE
#           ^ definition variable BESIDE
print(written := 1)
#     ^ definition variable written
this.attribute, that["key"] = 1, 2
#    ^ reference read this

for step in range(3):
    low, high = step, step
    #    ^ nothing
    again = passing = low
    # <- nothing
    #       ^ nothing
while (chunk := read()):
#      ^ nothing
    pass
with open("x") as handle:
#                 ^ nothing
    kept, lost = handle
#   ^ definition variable kept
#         ^ definition variable lost
squares = [(last := n) for n in rest]
#           ^ nothing


class Flags:
    ON, OFF = True, False
#   ^ definition field Flags.ON
#       ^ definition field Flags.OFF
    UP = DOWN = 0
#   ^ definition field Flags.UP
#        ^ definition field Flags.DOWN

    def turn(self):
        one, two = self.ON, self.OFF
#       ^ nothing
#            ^ nothing
        three = four = one
#       ^ nothing
#               ^ nothing
        return two, three, four
