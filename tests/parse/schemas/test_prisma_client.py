"""Which calls of Prisma's client a file makes: where the receiver is sure, and nowhere else."""

from __future__ import annotations

import pytest

from ctxpack.datamodel.clients import Client
from ctxpack.parse.schemas.prisma_client import read

OWN = Client()


def calls(text: str) -> list[tuple[str, str, str, int]]:
    uses = read(text).clients
    assert uses is not None
    return [(f"{one.client.module}:{one.client.name}", one.model, one.method, one.line) for one in uses.calls]


def given(text: str) -> dict[str, Client]:
    uses = read(text).clients
    assert uses is not None
    return dict(uses.given)


def test_an_imported_name_and_what_a_transaction_hands_over() -> None:
    assert calls(
        """
import { prisma as db } from '@acme/prisma';
export const pay = async (id: number) =>
  await db.$transaction(async (tx) => {
    const order = await tx.order
      .findFirst({ where: { id } });
    await (tx ?? db).payment.create({ data: order });
    return tx.$transaction((inner) => inner.order.count());
  });
"""
    ) == [
        ("@acme/prisma:prisma", "order", "findFirst", 5),
        ("@acme/prisma:prisma", "payment", "create", 7),
        ("@acme/prisma:prisma", "order", "count", 8),
    ]


@pytest.mark.parametrize(
    "receiver",
    [
        "const db = new PrismaClient();",
        "const db = global.db ?? new PrismaClient({ log: [] });",
        "const make = () => { return new PrismaClient() }; const db = global.db || make();",
        "const db = cached('db', () => new PrismaClient());",
        "const own = new PrismaClient(); const db = cached('db', () => { return own.$extends({}) as typeof own; });",
        "declare const db: Omit<PrismaClient, '$on'>;",
        "type Tx = Prisma.TransactionClient; declare const db: Tx | PrismaClient;",
        "class Service extends PrismaClient {} const db = new Service();",
    ],
)
def test_what_a_file_makes_or_types(receiver: str) -> None:
    assert calls(f"{receiver}\ndb.order.findMany();") == [(":", "order", "findMany", 2)]


@pytest.mark.parametrize(
    "text",
    [
        "function f(db) { db.order.create() }",
        "import { db } from './db'; function f(db: Map) { db.order.create() }",
        "import { db } from './db'; const f = (ctx) => { const { db } = ctx; db.order.create() }",
        "import { db } from './db'; const f = (ctx) => { const db = ctx.get(); db.order.create() }",
        "const f = (db: PrismaClient | Other) => db.order.create()",
        "ctx.db.order.create()",
        "const db = new PrismaClient(); db.create(); db.order.toString(); db.order.refund()",
        "// const db = new PrismaClient(); db.order.create()",
    ],
)
def test_what_is_not_sure_is_left_alone(text: str) -> None:
    assert calls(text) == []


def test_members_of_a_class_and_parameters_that_are_taken_apart() -> None:
    assert calls(
        """
import { PrismaService } from './prisma.service';
class Orders {
  private other = 1;
  constructor(private readonly prisma: PrismaService, plain: PrismaService) {}
  all() { this.other.order.count(); return this.prisma.order.findMany(); }
}
function f({ prisma }: { prisma: PrismaClient }) { return prisma.order.count() }
"""
    ) == [("./prisma.service:PrismaService", "order", "findMany", 6), (":", "order", "count", 8)]


def test_members_of_what_is_imported() -> None:
    text = """
import store from './store';
import * as all from './all';
const { client } = store;
store.client.order.count(); all.prisma.order.count(); client.order.count();
"""
    assert [one[0] for one in calls(text)] == ["./store:default.client", "./all:prisma", "./store:default.client"]


def test_what_is_given_to_others() -> None:
    text = """
import { PrismaClient } from '@prisma/client';
export { prisma as again } from './other';
export const prisma = new PrismaClient();
const find = 1;
export { prisma as db };
export class Service extends PrismaClient {}
export type Tx = Prisma.TransactionClient;
export default { client: prisma, find };
"""
    assert given(text) == {
        "again": Client("./other", "prisma"), "prisma": OWN, "db": OWN, "Service": OWN, "Tx": OWN,
        "default.client": OWN,
    }  # fmt: skip
    assert given("const c = new PrismaClient(); export default c;") == {"default": OWN}
