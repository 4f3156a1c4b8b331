"""Which tables calls of clients mean, once it is known which modules give a client and which models it has."""

from __future__ import annotations

from ctxpack.datamodel.lineage import ReadSite
from ctxpack.lineage.orm.clients import client_sites
from ctxpack.parse.schemas import prisma, prisma_client

SCHEMA = 'model OrderLine {\n  id Int @id\n  @@map("order_lines")\n}\n'
MAKES = "export const prisma = new PrismaClient();"


def sites(files: dict[str, str], schemas: dict[str, str]) -> tuple[list[ReadSite], list[ReadSite]]:
    uses = [(path, prisma_client.read(text).clients) for path, text in files.items()]
    found = client_sites(
        [(path, one) for path, one in uses if one is not None],
        [(path, prisma.read(text)) for path, text in schemas.items()],
    )
    return list(found.reads), list(found.changes)


def using(module: str) -> str:
    return f"import {{ prisma }} from '{module}';\nprisma.orderLine.findMany();\nprisma.orderLine.update({{}});\n"


def test_reads_and_changes_with_their_lines() -> None:
    reads, changes = sites(
        {"packages/db/src/index.ts": MAKES, "apps/web/a.ts": using("@acme/db")}, {"packages/db/schema.prisma": SCHEMA}
    )
    assert reads == [ReadSite("order_lines", "apps/web/a.ts", 2, 0.95, "prisma findMany")]
    assert changes == [ReadSite("order_lines", "apps/web/a.ts", 3, 0.95, "prisma update")]


def test_modules_by_path_by_alias_and_through_others() -> None:
    for module in ("./lib/db", "~/lib/db", "@/lib/db", "src/lib/db", "./lib", "./again"):
        files = {
            "src/lib/db.ts": MAKES,
            "src/again.ts": "export { prisma } from './lib/db';",
            "src/a.ts": using(module),
        }
        assert len(sites(files, {"prisma/schema.prisma": SCHEMA})[0]) == 1, module


def test_other_modules_names_and_models_count_for_nothing() -> None:
    schemas = {"prisma/schema.prisma": SCHEMA}
    for module in ("./other", "prisma-mock", "./db/nothing"):
        assert sites({"src/db.ts": MAKES, "src/a.ts": using(module)}, schemas) == ([], [])
    assert sites({"src/db.ts": MAKES.replace("prisma =", "client ="), "src/a.ts": using("./db")}, schemas) == ([], [])
    text = using("./db").replace("orderLine", "invoice")
    assert sites({"src/db.ts": MAKES, "src/a.ts": text}, schemas) == ([], [])


def test_modules_that_hand_on_to_each_other_end() -> None:
    files = {"a.ts": "export { prisma } from './b';", "b.ts": "export { prisma } from './a';", "c.ts": using("./a")}
    assert sites(files, {"schema.prisma": SCHEMA}) == ([], [])


def test_the_nearest_schema_counts() -> None:
    other = SCHEMA.replace("order_lines", "elsewhere")
    reads, _ = sites(
        {"one/db.ts": MAKES, "two/db.ts": MAKES, "one/a.ts": using("./db"), "two/a.ts": using("./db")},
        {"one/prisma/schema.prisma": SCHEMA, "two/prisma/schema.prisma": other},
    )
    assert [(one.path, one.dataset) for one in reads] == [("one/a.ts", "order_lines"), ("two/a.ts", "elsewhere")]
