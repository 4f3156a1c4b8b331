"""Tables that classes of object mappers stand for: the class, the member of a column, and who uses them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from ctxpack import Index

TYPEORM = {
    "src/post.entity.ts": (
        "import { Column, Entity, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';\n"
        "import { User } from './user.entity';\n"
        "@Entity()\n"
        "export class BlogPost {\n"
        "  @PrimaryGeneratedColumn() id: number;\n"
        "  @Column({ name: 'ttl', nullable: true })\n"
        "  title: string;\n"
        "  @ManyToOne(() => User)\n"
        "  author: User;\n"
        "}\n"
    ),
    "src/user.entity.ts": (
        "import { Entity, PrimaryGeneratedColumn } from 'typeorm';\n"
        "@Entity('people')\nexport class User {\n  @PrimaryGeneratedColumn() id: number;\n}\n"
    ),
    "src/feed.ts": (
        "import { BlogPost } from './post.entity';\nexport function feed(post: BlogPost) {\n  return post.title;\n}\n"
    ),
}
MIGRATION = {
    "src/migrations/1-first.ts": (
        "export class First1 implements MigrationInterface {\n  async up(q: QueryRunner) {\n"
        '    await q.query(`CREATE TABLE "blog_post" ("id" int, "ttl" text, "author_id" int)`);\n  }\n}\n'
    )
}
DRIZZLE = {
    "src/schema.ts": (
        "import { pgTable, text } from 'drizzle-orm/pg-core';\n"
        "export const posts = pgTable('blog_post', {\n  title: text('ttl'),\n});\n"
    ),
    "src/feed.ts": "import { posts } from './schema';\nexport function feed() {\n  return posts.title;\n}\n",
}
JPA = {
    "src/main/java/a/BlogPost.java": (
        "package a;\nimport jakarta.persistence.*;\n@Entity\npublic class BlogPost extends Base {\n"
        '  @Column(name = "ttl")\n  public String title;\n'
        "  @ManyToOne\n  public User author;\n}\n"
    ),
    "src/main/java/a/Base.java": "package a;\n@MappedSuperclass\npublic class Base {\n  @Id public Long id;\n}\n",
    "src/main/java/a/Feed.java": (
        "package a;\nclass Feed {\n  String feed(BlogPost post) {\n    return post.title;\n  }\n}\n"
    ),
}
CASES = {
    "typeorm": (TYPEORM, "blog_post", "ttl", "authorId", "src/post.entity.ts::BlogPost", "title", "author"),
    "typeorm and migrations": (
        {**TYPEORM, **MIGRATION}, "blog_post", "ttl", "author_id", "src/post.entity.ts::BlogPost", "title", "author"
    ),
    "jpa": (JPA, "blog_post", "ttl", "author_id", "src/main/java/a/BlogPost.java::BlogPost", "title", "author"),
}  # fmt: skip


def reached(root: Path, files: Mapping[str, str], named: str) -> list[str]:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    with Index.open(root, workers=1) as index:
        return [one.id for one in index.impact(named).reached]


@pytest.mark.parametrize("case", CASES)
def test_a_table_reaches_its_class_and_who_uses_it(case: str, tmp_path: Path) -> None:
    files, table, _, _, owner, _, _ = CASES[case]
    found = reached(tmp_path, files, f"table:{table}")
    assert found[0] == owner
    assert any("feed" in one.lower() for one in found)


@pytest.mark.parametrize("case", CASES)
def test_a_column_reaches_its_member_and_who_uses_that(case: str, tmp_path: Path) -> None:
    files, table, column, reference, owner, member, relation = CASES[case]
    found = reached(tmp_path, files, f"table:{table}.{column}")
    assert found[0] == f"{owner}.{member}"
    assert any("feed" in one.lower() for one in found)
    assert reached(tmp_path, files, f"table:{table}.{reference}")[0] == f"{owner}.{relation}"


def test_a_table_and_a_column_of_drizzle_reach_the_constant_and_who_uses_it(tmp_path: Path) -> None:
    for named in ("table:blog_post", "table:blog_post.ttl"):
        assert reached(tmp_path, DRIZZLE, named) == ["src/schema.ts::posts", "src/feed.ts::feed"]
