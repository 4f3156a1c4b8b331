"""What a file does with a client of a database that has a method for each model: `prisma.order.update(...)`."""

from __future__ import annotations

from ctxpack.model import Value


class Client(Value, frozen=True, array_like=True, gc=False):
    """How a file comes by a client: it imports `name` from `module`; both are "" where it makes or types it itself.

    `name` is `default.member` for a member of an object that is imported, and "" for a module as a whole.
    """

    module: str = ""
    name: str = ""


class ClientCall(Value, frozen=True, array_like=True, gc=False):
    """A call of `client.model.method(...)` at a line."""

    client: Client
    model: str
    method: str
    line: int


class ClientUses(Value, frozen=True, array_like=True, gc=False):
    """All that a file does with clients: its calls in order, and the names under which it gives clients to others."""

    calls: tuple[ClientCall, ...] = ()
    given: tuple[tuple[str, Client], ...] = ()


READS = frozenset("findUnique findUniqueOrThrow findFirst findFirstOrThrow findMany count aggregate groupBy".split())
WRITES = frozenset(
    """create createMany createManyAndReturn update updateMany updateManyAndReturn upsert delete deleteMany""".split()
)
