"""What values hold, what tests narrow, and names in strings and keywords."""


def narrowed(order, extra: "list[Item] | None", shelves: dict[str, "Shelf"], *, by: t.Callable[..., "Key"]):
#                                ^ reference type -
#                                                                   ^ reference type -
    if isinstance(order, Order):
        order.price()
        #     ^ reference call Order()
    order.price()
    #     ^ reference call ?
    if not isinstance(order, (Order, Draft)):
        return None
    order.price()
    #     ^ reference call {Order()|Draft()}
    extra[0].price()
    #        ^ reference call [Item()].[0]
    for name, shelf in shelves.items():
        shelf.count()
        #     ^ reference call [?:Shelf()].items().[*].[1]
        name.upper()
        #    ^ reference call [?:Shelf()].items().[*].[0]
    by().go()
    #    ^ reference call [->Key()]()
    return [one.size for one in sorted(extra) if isinstance(one, Box) and one.lid]
    #           ^ reference read Box()
    #                                                                         ^ reference read Box()


class Widget(Base["Later"]):
#                  ^ reference type -
    def __init__(self, value: Literal["word"]):
    #                                  ^ nothing
        super(Widget, self).__init__(size=value)
        #                   ^ reference call Widget()^
        #                            ^ reference keyword Widget()^.__init__
        self.value = cast("Other", value) or Default()
        #    ^ definition field Widget.value
        # <- nothing
        #    ^ reference read Widget()
        #                  ^ reference type -

    @classmethod
    def make(cls):
    #   ^ type Widget()
        return cls()

    def pair(self):
    #   ^ type [Widget().value;Other()]
        return self.value, Other()


@pytest.fixture
def client(widget):
#          ^ reference read <fixtures>
#   ^ type [Client()]
    with opened(widget):
        yield Client()


def test_it(client, monkeypatch: MonkeyPatch):
#           ^ reference read <fixtures>
    client.get("/", follow=True)
    #      ^ reference call <fixtures>.client().[yield]
    #               ^ reference keyword <fixtures>.client().[yield].get


def plain(client):
#         ^ nothing
    client.get()
    #      ^ reference call ?
