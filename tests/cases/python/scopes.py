"""Locals, receivers and imports of Python."""
import os.path
#      ^ import os.path - os import
from .models import User as Account, Order
#                   ^ import .models User Account import
from shop.util import *
#    ^ import shop.util * - import

LIMIT: int = 10
# <- definition variable LIMIT
# <- type -
# <- outlined


@trace(LIMIT)
#^ reference call -
class Basket(Base, mixins.Loud):
#     ^ definition class Basket
#     ^ bases Base,mixins.Loud
#     ^ doc A basket.
    """A basket.

    More about it.
    """
    size: "Order" = None
    # <- definition field Basket.size
    # <- type Order()

    def __init__(self, account: Account | None, items=()):
    #   ^ definition method Basket.__init__
    #   ^ outlined
        self.account = account
        #    ^ definition field Basket.account
        #    ^ type Account()
        # <- nothing
        self.items = [wrap(item) for item in items]
        #             ^ reference call -
        #                  ^ nothing

    def total(self, rate: "float" = LIMIT) -> "Money":
    #                               ^ reference read -
    #   ^ type Money()
        order = Order.latest()
        # <- nothing
        # <- hidden
        order.price.round()
        #     ^ reference read Order.latest()
        #           ^ reference call Order.latest().price
        self.account.name
        #    ^ reference read Basket()
        #            ^ reference read Basket().account
        super().total()
        #       ^ reference call Basket()^
        with open_session() as session:
            session.add(order)
            #       ^ reference call open_session().[with]
        for unknown in things():
            unknown.go()
            #       ^ reference call things().[*]

        def inner(x):
        #   ^ definition function Basket.total.inner
            return x
        return inner(rate)
        #      ^ nothing


def reset():
    global LIMIT
    LIMIT = 3
    # <- reference read -
