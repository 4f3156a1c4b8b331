LEFT = 1
# <- definition variable LEFT


def load():
    global cached, LEFT, counted
    cached = 1
#   ^ definition variable cached
#   ^ hidden
    LEFT = 2
#   ^ reference read -

    def inner():
        global counted
        counted, outer = 1, 2
#       ^ definition variable counted
#                ^ nothing
        return outer

    return inner


def again():
    global cached
    cached = 2
#   ^ reference read -
