"""The registry of formats in which files declare schemas or pipelines, and the entry point to their parsers.

A file may match several: a Python module can hold ORM classes and a Spark job. A format is recognized by the path, the
language and a mark in the text, all cheap checks, since they run on every file of a repository; a parser that then
finds nothing returns facts without steps. See `docs/adding-a-schema-format.md` for how to add one.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ctxpack.datamodel.clients import READS, WRITES
from ctxpack.datamodel.schema import DataFacts
from ctxpack.model import Problem
from ctxpack.naming import DEFINES, STATES
from ctxpack.parse.mentions import HOLDING_SQL
from ctxpack.parse.schemas.jpa_constants import CONSTANT

VERSION = 38
"""Raise this whenever the same text would yield different data facts; it is part of the store's keys."""

_LARGEST = 8_000_000


class AnyOf:
    """A mark with several alternatives, each a pair of a required text, searched first, and a regular expression.

    A text search is a hundred times as fast as trying a long alternative at every position.
    """

    def __init__(self, marks: Sequence[tuple[str, str]]) -> None:
        self._marks = [(text, re.compile(mark, re.MULTILINE)) for text, mark in marks]

    def search(self, text: str) -> re.Match[str] | None:
        """A match of one of the alternatives, not necessarily the first in the text."""
        for needed, mark in self._marks:
            found = mark.search(text) if needed in text else None
            if found is not None:
                return found
        return None


@dataclass(frozen=True, slots=True)
class Format:
    """One format. `module` is its parser under `ctxpack.parse`, with a function `read(text: str) -> DataFacts`.

    A file has the format if its language is in `languages` (any language if empty), its path matches `path`, and its
    text matches `mark`; with `words`, only files that use one of these names are considered.
    `records` marks a format of records in programs and interfaces rather than tables: there may be thousands, so they
    are read only when records are requested. A `binary` format is recognized by path alone; its parser has
    `read_bytes(raw: bytes) -> DataFacts`, and runs only on files that some code reads as a dataset.
    A parser that reads several languages is given the `language`, `read(text: str, language: str) -> DataFacts`.
    With `beside`, only repositories with files of this language are considered; with `among`, only those in which some
    file uses this name.
    """

    name: str
    module: str
    languages: frozenset[str] = frozenset()
    path: re.Pattern[str] | None = None
    mark: re.Pattern[str] | AnyOf | None = None
    words: frozenset[str] = frozenset()
    records: bool = False
    binary: bool = False
    beside: str = ""
    among: str = ""
    language: str = ""


_ENGINES = """pyspark SparkSession SQLContext HiveContext GlueContext awsglue DeltaTable snowpark awswrangler
create_dynamic_frame""".split()

PIPELINE = AnyOf(
    [
        *((word, rf"\b{word}\b") for word in _ENGINES),
        ("dbutils.", r"\bdbutils\."),
        ("spark.", r"\bspark\.(?:sql|table|read|readStream|catalog|createDataFrame|conf|range)\b"),
        ("import dlt", r"^[ \t]*import dlt\b"),
        ("%sql", r"^(?:# MAGIC)?[ \t]*%%?sql\b"),
        ("duckdb.", r"\bduckdb\.(?:sql|connect|query|read_)"),
        (
            ".",
            r"\.(?:saveAsTable|insertInto|writeStream|readStream|createOrReplace(?:Global)?TempView|toTable|writeTo)\b",
        ),
        (
            "read",
            r"read(?<!\wread)(?:Stream)?\s*\.\s*(?:parquet|csv|json|orc|table|format|load|jdbc|text|options?|schema)\(",
        ),
        (
            "_",
            r"\.(?:(?<=\bpd\.)|(?<=\bpandas\.)|(?<=\bpl\.)|(?<=\bpolars\.)|(?<=\bps\.)|(?<=\bdd\.))"
            r"(?:read|scan)_[a-z_]+\(",
        ),
        ("_", r"\.(?:to_(?:parquet|csv|sql|delta|table|gbq)|write_(?:parquet|csv|delta|database)|sink_parquet)\("),
        (
            ".execute",
            r"\.execute(?:many|script)?\(\s*f?[\"']{1,3}\s*(?i:select|insert|update|delete|merge|with|create)\s"
            r"|\.executescript\(|\.execute\(\s*(?:\w+\.)?[A-Z][A-Z0-9_]*\s*[,)]",
        ),
    ]
)
"""Marks of a Python file that handles datasets: calls and imports, since the bare words occur everywhere."""

PIPELINE_WORDS = frozenset(
    """
    pyspark spark SparkSession SparkContext SQLContext HiveContext GlueContext awsglue dbutils DeltaTable dlt snowpark
    awswrangler saveAsTable insertInto createOrReplaceTempView readStream writeStream toTable foreachBatch duckdb
    withColumn selectExpr createDataFrame unionByName withColumnRenamed DataFrame execute executemany executescript
    create_dynamic_frame read table sql parquet csv jdbc groupBy getOrCreate toDF
    read_csv read_parquet read_sql read_sql_query read_sql_table read_json read_excel read_delta read_feather read_orc
    scan_csv scan_parquet scan_delta sink_parquet write_parquet write_csv to_csv to_parquet to_sql to_delta
    """.split()
)
"""Names that suggest that a Python file handles datasets. Files imported by such a file are parsed in the same way,
because they may define table names."""

ENGINE_WORDS = frozenset(
    """
    pyspark SparkSession SparkContext SQLContext HiveContext GlueContext awsglue dbutils DeltaTable snowpark saveAsTable
    createOrReplaceTempView readStream writeStream
    """.split()
)
"""The names among these that only code for a data engine uses."""

_DECLARING: dict[str, str] = {
    "typescript": "typeorm pg-core mysql-core sqlite-core singlestore-core mssql-core",
    "java": "persistence",
    "kotlin": "persistence",
    "csharp": "DbSet MigrationBuilder",
    "php": "Blueprint",
    "python": "sqlalchemy flask_sqlalchemy SQLAlchemy sqlmodel SQLModel django",
    "ruby": "ActiveRecord",
}
_IN_STRINGS = sorted(HOLDING_SQL)

SQL_IN_STRINGS = frozenset(f"sql_in_{language}" for language in _IN_STRINGS)
"""The formats of these files."""

MAPPERS = "mybatis"
"""The format of MyBatis' mappers, whose statements use tables as SQL in strings does."""

DECLARING_WORDS = {
    language: frozenset([*_DECLARING.get(language, "").split(), *([DEFINES] if language in _IN_STRINGS else [])])
    for language in sorted({*_DECLARING, *_IN_STRINGS})
}
"""By language, names of which a file that declares tables uses at least one; other files may use them too."""

OF_CODE = SQL_IN_STRINGS | frozenset(
    """
    sqlalchemy alembic django_models django_migrations typeorm typeorm_migrations drizzle jpa efcore efcore_migrations
    rails laravel
    """.split()
)
"""The formats in which code declares tables: ORM classes, migrations written as programs, and SQL in strings."""

_GRAPHQL = re.compile(r"^[ \t]*(?:extend\s+)?(?:type|input|interface)\s+\w", re.MULTILINE)

FORMATS: tuple[Format, ...] = (
    Format(
        "sql",
        "schemas.sql",
        frozenset({"sql"}),
        mark=re.compile(r"\b(?:create|alter|drop|comment|rename|exec)\b", re.IGNORECASE),
    ),
    Format(
        "alembic",
        "schemas.alembic",
        frozenset({"python"}),
        re.compile(r"(?:^|/)(?:\w*versions?|\w*migrations?|\w*alembic\w*)/"),
        re.compile(r"^down_revision\b", re.MULTILINE),
    ),
    Format(
        "rails",
        "schemas.rails",
        frozenset({"ruby"}),
        re.compile(r"(?:^|/)(?:\w*schema\.rb$|\w*migrat\w*/)"),
        re.compile(r"\bActiveRecord::(?:Schema|Migration)\b|< \w*Migration\b"),
    ),
    Format(
        "laravel",
        "schemas.laravel",
        frozenset({"php"}),
        re.compile(r"(?:^|/)\w*migrations?/", re.IGNORECASE),
        re.compile(r"\b(?:Schema|Blueprint|DB)\b"),
        words=frozenset({"Schema", "Blueprint", "DB"}),
    ),
    Format(
        "typeorm",
        "schemas.typeorm",
        frozenset({"typescript"}),
        mark=re.compile(r"\bfrom\s+['\"]typeorm['\"]"),
        words=frozenset(
            "Entity ChildEntity Column PrimaryColumn PrimaryGeneratedColumn CreateDateColumn UpdateDateColumn".split()
        ),
    ),
    Format(
        "typeorm_migrations",
        "schemas.typeorm_migrations",
        frozenset({"typescript"}),
        mark=re.compile(r"\bimplements\s+(?:\w+\.)?MigrationInterface\b"),
        words=frozenset({"MigrationInterface"}),
    ),
    Format(
        "drizzle",
        "schemas.drizzle",
        frozenset({"typescript"}),
        mark=re.compile(r"\bfrom\s+['\"]drizzle-orm/[\w-]+-core['\"]"),
        words=frozenset({"pg-core", "mysql-core", "sqlite-core", "singlestore-core", "mssql-core"}),
    ),
    Format(
        "jpa",
        "schemas.jpa",
        frozenset({"java", "kotlin"}),
        mark=AnyOf([(one, rf"^[ \t]*@{one}\b") for one in ("Entity", "MappedSuperclass", "Embeddable")]),
        words=frozenset({"Entity", "MappedSuperclass", "Embeddable"}),
    ),
    Format(
        "jpa_constants",
        "schemas.jpa_constants",
        frozenset({"java", "kotlin"}),
        re.compile(r"(?:Const\w*|Columns?|Tables?|Names?|Schemas?)\.(?:java|kt)$"),
        CONSTANT,
    ),
    Format(
        "efcore_migrations",
        "schemas.efcore_migrations",
        frozenset({"csharp"}),
        re.compile(r"^(?!.*\.Designer\.cs$)"),
        re.compile(r":\s*(?:\w+\.)*Migration\b[\s\S]*?\bMigrationBuilder\b"),
        words=frozenset({"MigrationBuilder"}),
    ),
    Format(
        "efcore",
        "schemas.efcore",
        frozenset({"csharp"}),
        re.compile(r"^(?!.*(?:\.Designer\.cs|ModelSnapshot\.cs|Dto\.cs|ViewModel\.cs|(?:^|/)Migrations/[^/]*)$)"),
        AnyOf(
            [
                *((word, rf"\b{word}") for word in ("set;", "init;", "DbSet<", "Entity<", "EntityTypeBuilder<")),
                ("set ", r"\bset (?:=>|\{)"),
            ]
        ),
        among="DbSet",
    ),
    Format("prisma", "schemas.prisma", path=re.compile(r"\.prisma$"), mark=re.compile(r"^[ \t]*model\s", re.MULTILINE)),
    Format(
        "prisma_client",
        "schemas.prisma_client",
        frozenset({"typescript", "tsx", "javascript"}),
        mark=re.compile(
            r"\bPrismaClient\b|\.\s*\w+\s*\.\s*(?:find(?:Many|First|Unique)|create|update|upsert|delete|count|aggregate"
            r"|groupBy)\w*\("
        ),
        words=READS | WRITES | {"PrismaClient"},
        beside="prisma",
    ),
    Format(
        "django_migrations",
        "schemas.django_migrations",
        frozenset({"python"}),
        re.compile(r"(?:^|/)\w*migrations/"),
        re.compile(r"^class Migration\b", re.MULTILINE),
    ),
    Format(
        "django_models",
        "schemas.django_models",
        frozenset({"python"}),
        mark=re.compile(
            r"^class \w+\([^)]*\b(?:\w*Model\w*|Abstract\w*User|\w*Mixin\w*|MP_Node|Page|Orderable)\b", re.MULTILINE
        ),
        words=frozenset(
            """models CharField TextField IntegerField BooleanField DateTimeField ForeignKey OneToOneField
            ManyToManyField JSONField UUIDField""".split()
        ),
    ),
    Format(
        "sqlalchemy",
        "schemas.sqlalchemy",
        frozenset({"python"}),
        mark=re.compile(
            r"\b(?:Column|mapped_column|Mapped|Model|__tablename__|declarative_base|DeclarativeBase|SQLModel)\b"
        ),
        words=frozenset("Column mapped_column Mapped declarative_base DeclarativeBase SQLModel sqlmodel db".split()),
    ),
    *(
        Format(f"sql_in_{one}", "schemas.sql_strings", frozenset({one}), words=frozenset({STATES}), language=one)
        for one in _IN_STRINGS
    ),
    Format(
        MAPPERS,
        "schemas.mybatis",
        frozenset({"xml"}),
        mark=re.compile(r"<mapper\s[^<>]*\bnamespace\s*="),
        beside="java",
    ),
    Format("pipeline", "spark.program", frozenset({"python"}), mark=PIPELINE, words=PIPELINE_WORDS),
    Format(
        "structtype",
        "schemas.structtype",
        frozenset({"python"}),
        mark=re.compile(r"\bStructType\b|\.addColumn\(|@\w+\.expect(?:_\w+)?\b"),
        words=frozenset(
            """StructType StructField DeltaTable addColumn expect expect_or_drop expect_or_fail expect_all
            expect_all_or_drop expect_all_or_fail""".split()
        ),
    ),
    Format(
        "pandera",
        "schemas.pandera",
        frozenset({"python"}),
        mark=re.compile(r"\b(?:DataFrameModel|SchemaModel|DataFrameSchema)\b"),
        words=frozenset({"DataFrameModel", "SchemaModel", "DataFrameSchema"}),
    ),
    Format(
        "expectations",
        "schemas.expectations",
        frozenset({"json", "yaml"}),
        re.compile(r"(?:^|/)(?:\w*expectations?|gx)/|[^/]*(?:expectation|suite)[^/]*$", re.IGNORECASE),
        re.compile(r"\bexpect_\w+|\bExpect[A-Z]\w+"),
    ),
    Format(
        "bigquery",
        "schemas.bigquery",
        frozenset({"json"}),
        re.compile(r"(?:schema|bigquery|\bbq\b|tables?\b).*\.json$", re.IGNORECASE),
        re.compile(
            r"\"mode\"\s*:\s*\"(?i:REQUIRED|NULLABLE|REPEATED)\""
            r"|\"type\"\s*:\s*\"(?:STRING|INTEGER|INT64|FLOAT|FLOAT64|NUMERIC|BOOLEAN|BOOL|TIMESTAMP|DATE|DATETIME|RECORD)\""
        ),
    ),
    Format(
        "terraform",
        "schemas.terraform",
        frozenset({"terraform"}),
        mark=re.compile(
            r"\"(?:aws_glue_catalog_table|google_bigquery_table|databricks_sql_table|snowflake_table)\"\s+\""
        ),
    ),
    Format(
        "records",
        "schemas.records",
        frozenset({"python"}),
        mark=re.compile(r"\b(?:BaseModel|dataclass|TypedDict|[Nn]amed[Tt]uple|attrs?|Struct|SQLModel)\b"),
        words=frozenset(
            "BaseModel GenericModel dataclass TypedDict NamedTuple namedtuple attr attrs define Struct SQLModel".split()
        ),
        records=True,
    ),
    Format(
        "json_schema",
        "schemas.json_schema",
        frozenset({"json", "yaml"}),
        mark=re.compile(r"[\"']?\$schema[\"']?\s*:\s*[\"']?[^\"'\s]*json-schema\.org"),
        records=True,
    ),
    Format(
        "openapi",
        "schemas.openapi",
        frozenset({"json", "yaml"}),
        mark=re.compile(r"^[ \t]*[\"']?(?:openapi|swagger)[\"']?\s*:\s*[\"']?[23]\.", re.MULTILINE),
        records=True,
    ),
    Format("graphql", "schemas.graphql", frozenset({"graphql"}), mark=_GRAPHQL, records=True),
    Format("protobuf", "schemas.protobuf", frozenset({"protobuf"}), mark=re.compile(r"\bmessage\b"), records=True),
    Format("thrift", "schemas.thrift", frozenset({"thrift"}), records=True),
    Format(
        "avro",
        "schemas.avro",
        frozenset({"json"}),
        re.compile(r"\.avsc$|avro[^/]*(?:/.*)?\.json$", re.IGNORECASE),
        re.compile(r"\"type\"\s*:\s*\"(?:record|error)\""),
        records=True,
    ),
    Format(
        "csv",
        "schemas.csv_header",
        frozenset({"csv"}),
        re.compile(r"(?:^|/)\w*(?:seeds?|data|datasets?|landing|raw|fixtures?|samples?)/.*\.csv$", re.IGNORECASE),
        records=True,
    ),
    Format("parquet", "schemas.parquet", path=re.compile(r"\.(?:parquet|parq|pqt)$", re.IGNORECASE), binary=True),
    Format("avro_file", "schemas.avro_file", path=re.compile(r"\.avro$", re.IGNORECASE), binary=True),
)

_BY_NAME = {one.name: one for one in FORMATS}


WORDS = frozenset(word for one in FORMATS if not one.records for word in (*one.words, one.among) if word)
"""All names required by formats of tables and pipelines."""

RECORD_WORDS = frozenset(word for one in FORMATS if one.records for word in one.words)
"""All names required by formats of records."""


def candidates(path: str, language: str, used: frozenset[str], *, records: bool = False) -> tuple[Format, ...]:
    """The formats that a file may have, judging by its path, its language and the `WORDS` it uses.

    With `records`, only formats of records (and `used` is a subset of `RECORD_WORDS`), otherwise all others.
    """
    return tuple(
        one
        for one in FORMATS
        if one.records == records
        and not one.binary
        and (not one.languages or language in one.languages)
        and (not one.words or one.words & used)
        and (one.path is None or one.path.search(path) is not None)
    )


def binary_format(path: str) -> str:
    """The binary format of a path, "" for none."""
    return next((one.name for one in FORMATS if one.binary and one.path is not None and one.path.search(path)), "")


def read_bytes(name: str, raw: bytes) -> DataFacts:
    """Parse the bytes of a file of the named binary format; never raises."""
    reader: Callable[[bytes], DataFacts] = importlib.import_module(f"ctxpack.parse.{_BY_NAME[name].module}").read_bytes
    return reader(raw)


def formats_of(candidates: Sequence[Format], text: str) -> tuple[str, ...]:
    """The names of the candidate formats whose mark is in a text, in order."""
    return tuple(one.name for one in candidates if one.mark is None or one.mark.search(text) is not None)


def read(name: str, text: str) -> DataFacts:
    """Parse a text in the named format; a text too long to parse yields a problem. Never raises."""
    if len(text) > _LARGEST and name != "sql":
        return DataFacts(name, problems=(Problem("", f"{len(text):,} characters are too many to read as {name}"),))
    known = _BY_NAME[name]
    reader: Callable[..., DataFacts] = importlib.import_module(f"ctxpack.parse.{known.module}").read
    return reader(text, known.language) if known.language else reader(text)
