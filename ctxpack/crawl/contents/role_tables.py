"""The literal tables by which `classify` derives a file's role from its path.

Names are compared in lower case. A suffix is any end of a file's name, such as ".min.js".
"""

from __future__ import annotations

BINARY_SUFFIXES = tuple(
    [
        ".7z",
        ".a",
        ".aac",
        ".ai",
        ".apk",
        ".arrow",
        ".avi",
        ".avro",
        ".bin",
        ".blend",
        ".bmp",
        ".br",
        ".bz2",
        ".class",
        ".cur",
        ".dat.gz",
        ".db",
        ".dbf",
        ".deb",
        ".delta",
        ".dll",
        ".dmg",
        ".doc",
        ".docx",
        ".duckdb",
        ".dylib",
        ".ear",
        ".eot",
        ".eps",
        ".exe",
        ".feather",
        ".flac",
        ".gif",
        ".gpg",
        ".gz",
        ".h5",
        ".hdf5",
        ".ico",
        ".icns",
        ".idx",
        ".img",
        ".iso",
        ".jar",
        ".jks",
        ".jpeg",
        ".jpg",
        ".keystore",
        ".lib",
        ".lz4",
        ".lzma",
        ".m4a",
        ".mdb",
        ".mkv",
        ".mo",
        ".mov",
        ".mp3",
        ".mp4",
        ".mpeg",
        ".node",
        ".npy",
        ".npz",
        ".o",
        ".obj",
        ".odt",
        ".ogg",
        ".onnx",
        ".orc",
        ".otf",
        ".p12",
        ".parquet",
        ".pdf",
        ".pfx",
        ".pickle",
        ".pkl",
        ".png",
        ".ppt",
        ".pptx",
        ".psd",
        ".pt",
        ".pth",
        ".pyc",
        ".pyd",
        ".pyo",
        ".rar",
        ".rdata",
        ".rds",
        ".rlib",
        ".rpm",
        ".safetensors",
        ".sas7bdat",
        ".shp",
        ".so",
        ".snappy",
        ".sqlite",
        ".sqlite3",
        ".tar",
        ".tflite",
        ".tgz",
        ".tif",
        ".tiff",
        ".ttf",
        ".wasm",
        ".wav",
        ".webm",
        ".webp",
        ".whl",
        ".wmv",
        ".woff",
        ".woff2",
        ".xls",
        ".xlsm",
        ".xlsx",
        ".xz",
        ".zip",
        ".zst",
        "bun.lockb",
    ]
)

LOCK_NAMES = frozenset(
    [
        "package-lock.json",
        "npm-shrinkwrap.json",
        "pnpm-lock.yaml",
        "package-lock.yml",
        "go.sum",
        "go.work.sum",
        "packages.lock.json",
        ".terraform.lock.hcl",
        "conda-lock.yml",
        "conda-lock.yaml",
        "cartfile.resolved",
        "package.resolved",
        "gradle.lockfile",
        "project.assets.json",
        "paket.lock",
        "cabal.project.freeze",
        "pixi.lock",
    ]
)

LOCK_SUFFIXES = (".lock", ".lockfile", ".lock.json")

VENDORED_DIRECTORIES = frozenset(
    [
        "vendor",
        "vendored",
        "_vendor",
        "_vendored",
        "third_party",
        "third-party",
        "thirdparty",
        "3rdparty",
        "node_modules",
        "bower_components",
        "dbt_packages",
        "dbt_modules",
        "site-packages",
        "pods",
        ".yarn",
        "godeps",
    ]
)

GENERATED_SUFFIXES = tuple(
    [
        "_pb2.py",
        "_pb2.pyi",
        "_pb2_grpc.py",
        "_pb2_grpc.pyi",
        ".pb.go",
        ".pb.gw.go",
        ".pb.cc",
        ".pb.h",
        ".pb.ts",
        ".pb.swift",
        ".grpc.swift",
        ".generated.swift",
        "_grpc_pb.js",
        "_pb.js",
        "_pb.d.ts",
        ".g.dart",
        ".freezed.dart",
        ".gr.dart",
        ".mocks.dart",
        ".gen.dart",
        ".config.dart",
        ".chopper.dart",
        ".pb.dart",
        ".pbenum.dart",
        ".pbgrpc.dart",
        ".pbjson.dart",
        ".pbserver.dart",
        ".designer.cs",
        ".g.cs",
        ".g.i.cs",
        ".min.js",
        ".min.css",
        ".min.mjs",
        ".bundle.js",
        ".bundle.css",
        ".chunk.js",
        ".map",
        ".js.map",
        ".css.map",
        "_generated.go",
        "_generated.rs",
        ".generated.ts",
        ".generated.js",
        ".gen.go",
        ".gen.ts",
        ".snap.new",
    ]
)

GENERATED_PREFIXES = ("zz_generated",)

BUNDLE_DIRECTORIES = frozenset(["dist", "_site", ".output"])

BUNDLE_SUFFIXES = (".js", ".mjs", ".cjs", ".css", ".html", ".d.ts")

MINIFIABLE_SUFFIXES = (".js", ".mjs", ".cjs", ".css")

TEST_DIRECTORIES = frozenset(
    ["tests", "__tests__", "__mocks__", "e2e", "unittests", "test-fixtures", "integration_tests", "integration_test"]
)
"""Every file below these directories is a test, except prose and data."""

TEST_TREES = frozenset(
    ["testdata", "test_data", "test-data", "fixtures", "__fixtures__", "__snapshots__", "snapshots_test", "goldens"]
)
"""Every file below these directories is a test, prose too, since tests read it."""

TEST_ROOTS = frozenset(["test", "testing"])
"""Directories of tests at the root, or in a package next to its sources; elsewhere the word may mean something else."""

TEST_NAMES = frozenset(
    ["conftest.py", "tests.py", "test.py", "tests.rs", "test.rs", "test.sh", "runtests.py", "runtests.jl", "testthat.r"]
)

TEST_SUFFIXES = tuple(
    [
        "_test.go",
        "_test.py",
        "_tests.py",
        "_test.rs",
        "_tests.rs",
        "_test.rb",
        "_spec.rb",
        "_test.cc",
        "_test.cpp",
        "_test.c",
        "_unittest.cc",
        "_unittest.py",
        "_test.dart",
        "_test.exs",
        "_test.clj",
        "_test.lua",
        "_spec.lua",
        ".tests.ps1",
        ".tftest.hcl",
        ".tofutest.hcl",
        "_test.js",
        "_test.ts",
        ".test.js",
        ".test.jsx",
        ".test.ts",
        ".test.tsx",
        ".test.mjs",
        ".test.cjs",
        ".test.mts",
        ".test.cts",
        ".test.py",
        ".test.sql",
        ".test.cpp",
        ".spec.js",
        ".spec.jsx",
        ".spec.ts",
        ".spec.tsx",
        ".spec.mjs",
        ".spec.cjs",
        ".spec.mts",
        ".test-d.ts",
        ".cy.js",
        ".cy.ts",
        ".cy.tsx",
        ".e2e.ts",
        ".e2e-spec.ts",
        ".bats",
        ".snap",
        ".t",
    ]
)

TEST_PREFIXES = ("test_",)

TEST_PREFIX_SUFFIXES = (".py", ".sh", ".rb", ".c", ".cc", ".cpp", ".sql", ".rs", ".lua", ".r", ".ipynb")

TEST_CLASS_SUFFIXES = tuple(
    [
        "Test.java",
        "Tests.java",
        "TestCase.java",
        "IT.java",
        "Test.kt",
        "Tests.kt",
        "Test.scala",
        "Tests.scala",
        "Suite.scala",
        "Spec.scala",
        "Test.groovy",
        "Spec.groovy",
        "Test.cs",
        "Tests.cs",
        "Test.php",
        "TestCase.php",
        "Tests.swift",
        "Test.swift",
        "Spec.kt",
        "Test.vb",
        "Tests.m",
        "Test.m",
        "Tests.mm",
        "Spec.m",
    ]
)
"""Compared case-sensitively: `Latest.java` is no test."""

SCHEMA_SUFFIXES = tuple(
    [
        ".proto",
        ".avsc",
        ".avdl",
        ".avpr",
        ".graphql",
        ".graphqls",
        ".gql",
        ".prisma",
        ".xsd",
        ".thrift",
        ".fbs",
        ".capnp",
        ".ddl",
        ".cql",
        ".cddl",
        ".smithy",
        ".schema.json",
        ".schema.yml",
        ".schema.yaml",
        ".jsonschema",
        ".dbml",
        ".edmx",
        ".raml",
        ".asl",
    ]
)

SCHEMA_STEMS = frozenset(["schema", "schemas", "structure", "ddl", "openapi", "swagger", "asyncapi"])

SCHEMA_STEM_SUFFIXES = (".sql", ".json", ".yml", ".yaml", ".xml", ".rb", ".sdl", ".toml", ".cypher", ".edn")
"""`schema.py` and the like are usually code that handles schemas, and stay source."""

DDL_DIRECTORIES = frozenset(
    ["migrations", "migration", "migrate", "ddl", "schemas", "flyway", "liquibase", "db-migrations"]
)

DOCS_SUFFIXES = (
    ".md",
    ".mdx",
    ".markdown",
    ".rst",
    ".adoc",
    ".asciidoc",
    ".textile",
    ".org",
    ".pod",
    ".1",
    ".3",
    ".5",
    ".7",
    ".man",
    ".tex",
    ".bib",
)

DOCS_STEMS = frozenset(
    [
        "readme",
        "license",
        "licence",
        "copying",
        "copyright",
        "notice",
        "changelog",
        "changes",
        "history",
        "authors",
        "contributors",
        "contributing",
        "maintainers",
        "news",
        "todo",
        "thanks",
        "credits",
        "security",
        "code_of_conduct",
        "governance",
        "patents",
        "unlicense",
        "install",
        "upgrading",
        "release_notes",
        "release-notes",
    ]
)

DOCS_STEM_SUFFIXES = ("", ".txt", ".md", ".rst", ".html", ".mit", ".apache", ".bsd", ".apache-2.0", ".in")

DOCS_ROOTS = frozenset(
    ["docs", "doc", "documentation", "website", "release-notes", "release_notes", "releasenotes", "newsfragments"]
)
"""Directories at the root, or in a package, that contain only documentation."""

EXAMPLE_DIRECTORIES = frozenset(["example", "examples", "sample", "samples"])
"""Code in these directories is source even inside a documentation directory."""

CONFIG_SUFFIXES = tuple(
    [
        ".yml",
        ".yaml",
        ".toml",
        ".ini",
        ".cfg",
        ".conf",
        ".config",
        ".properties",
        ".env",
        ".json",
        ".json5",
        ".jsonc",
        ".xml",
        ".plist",
        ".editorconfig",
        ".tfvars",
        ".hcl",
        ".nix",
        ".cmake",
        ".mk",
        ".mak",
        ".gradle",
        ".gradle.kts",
        ".sbt",
        ".csproj",
        ".vbproj",
        ".fsproj",
        ".sln",
        ".vcxproj",
        ".props",
        ".targets",
        ".bazel",
        ".bzl",
        ".gn",
        ".gni",
        ".dockerfile",
        ".service",
        ".desktop",
        ".pc",
        ".pc.in",
        ".cmake.in",
        ".m4",
        ".am",
        ".gyp",
        ".gypi",
        ".podspec",
        ".gemspec",
        ".rockspec",
        ".psd1",
        ".cabal",
        ".opam",
        ".rc",
        ".lcf",
        ".code-workspace",
        ".bat",
        ".spec",
        ".pro",
        ".libsonnet",
        ".jsonnet",
        ".dhall",
        ".cue",
        ".k",
    ]
)

CONFIG_NAMES = frozenset(
    [
        "dockerfile",
        "containerfile",
        "makefile",
        "gnumakefile",
        "kbuild",
        "jenkinsfile",
        "vagrantfile",
        "procfile",
        "brewfile",
        "gemfile",
        "rakefile",
        "justfile",
        "cmakelists.txt",
        "build",
        "workspace",
        "go.mod",
        "go.work",
        "mix.exs",
        ".formatter.exs",
        ".luacheckrc",
        ".credo.exs",
        "manifest.in",
        "pipfile",
        "codeowners",
        "owners",
        "configure",
        "configure.ac",
        "constraints.txt",
        "py.typed",
        "runtime.txt",
        "robots.txt",
        ".env",
        "tox.ini",
        "setup.cfg",
        "meson.build",
        "meson_options.txt",
        "sconstruct",
        "package.json",
        "package.swift",
        "earthfile",
        "tiltfile",
        "caddyfile",
        "build.xml",
    ]
)

DATA_SUFFIXES = tuple(
    [
        ".csv",
        ".tsv",
        ".psv",
        ".jsonl",
        ".ndjson",
        ".geojson",
        ".topojson",
        ".svg",
        ".log",
        ".dat",
        ".out",
        ".diff",
        ".patch",
        ".po",
        ".pot",
        ".hex",
        ".sum",
        ".har",
        ".wkt",
        ".ics",
        ".vcf",
        ".fasta",
        ".fastq",
        ".arff",
        ".libsvm",
        ".srt",
        ".vtt",
        ".jsonl.txt",
        ".tab",
        ".dump",
        ".xlf",
        ".xliff",
        ".sarif",
        ".pem",
        ".crt",
        ".key",
        ".pub",
        ".asc",
        ".csv.txt",
        ".tsv.txt",
        ".afm",
        ".ttx",
        ".drawio",
        ".excalidraw",
        ".puml",
    ]
)

BULKY_SUFFIXES = (".json", ".txt", ".xml", ".yml", ".yaml", ".html", ".htm", ".toml", ".text")
"""Files with these suffixes are data if larger than `BULK_BYTES`."""

BULK_BYTES = 100_000
