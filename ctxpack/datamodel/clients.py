"""Uses of generated database clients that have an attribute for each model: `prisma.order.update(...)`."""

from __future__ import annotations

from ctxpack.model import Value


class Client(Value, frozen=True, array_like=True, gc=False):
    """Where a file gets a client: it imports `name` from `module`; both are "" where it creates the client itself.

    `name` is `default.member` for a member of an imported object, and "" for a whole module.
    """

    module: str = ""
    name: str = ""


class ClientCall(Value, frozen=True, array_like=True, gc=False):
    """A call `client.model.method(...)` at a line."""

    client: Client
    model: str
    method: str
    line: int


class ClientUses(Value, frozen=True, array_like=True, gc=False):
    """All uses of clients in a file: its calls in order, and the clients that it exports, by name."""

    calls: tuple[ClientCall, ...] = ()
    given: tuple[tuple[str, Client], ...] = ()


READS = frozenset("findUnique findUniqueOrThrow findFirst findFirstOrThrow findMany count aggregate groupBy".split())
WRITES = frozenset(
    """create createMany createManyAndReturn update updateMany updateManyAndReturn upsert delete deleteMany""".split()
)
