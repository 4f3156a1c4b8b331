"""Links that no import states, each rule with what it must and what it must not link."""

from __future__ import annotations

import pytest

from ctxpack.graph.edges import link
from ctxpack.graph.project import Project, is_settings
from ctxpack.model import Link
from ctxpack.parse import detect, parse

DATA = (".csv", ".png", ".lock")


def links(files: dict[str, str], path: str) -> tuple[Link, ...]:
    texts = {other: text for other, text in sorted(files.items()) if not other.endswith(DATA)}
    facts = {other: parse(text, detect(other, text[:200].encode())).facts for other, text in texts.items()}
    settings = tuple(other for other in facts if is_settings(other))
    unparsed = tuple(other for other in sorted(files) if other not in texts)
    return link(Project(facts, lambda other: texts.get(other, ""), settings, unparsed)).links[path]


def targets(files: dict[str, str], path: str) -> set[tuple[str, str, str]]:
    return {(one.name, one.target, one.origin) for one in links(files, path)}


# --- files ------------------------------------------------------------------------------------------------------------


def test_templates_are_named_by_what_follows_their_folder() -> None:
    files = {
        "shop/views.py": "def home():\n    show('orders/list.html')\n    show('index.html')\n    show('none.html')\n",
        "shop/templates/orders/list.html": "<p>",
        "shop/templates/index.html": "<p>",
    }
    assert targets(files, "shop/views.py") == {
        ("orders/list.html", "shop/templates/orders/list.html", "ends like the file"),
        ("index.html", "shop/templates/index.html", "names the file"),
    }
    first = links(files, "shop/views.py")[0]
    assert (first.line, first.column, first.scope, first.symbol, first.kind) == (2, 10, 0, -1, "references")


def test_a_path_is_looked_for_beside_then_from_the_root_then_between() -> None:
    files = {
        "a/b/x.py": "open('sql/top.sql'); open('../conf/y.toml'); open('data/rates.csv')\n",
        "a/b/sql/top.sql": "select 1\n",
        "sql/top.sql": "select 2\n",
        "a/conf/y.toml": "",
        "a/data/rates.csv": "",
    }
    assert targets(files, "a/b/x.py") == {
        ("sql/top.sql", "a/b/sql/top.sql", "names the file"),
        ("../conf/y.toml", "a/conf/y.toml", "names the file"),
        ("data/rates.csv", "a/data/rates.csv", "names the file"),
    }


def test_computed_folders_leave_the_end_of_the_path() -> None:
    files = {"x.py": "p = f'{root}/queries/top.sql'\nq = f'{root}/{name}.sql'\n", "lib/queries/top.sql": "select 1\n"}
    assert targets(files, "x.py") == {("*/queries/top.sql", "lib/queries/top.sql", "ends like the file")}


@pytest.mark.parametrize(
    "text",
    [
        "fetch('https://shop.test/lib/queries/top.sql')",
        "print('see lib/queries/top.sql for more')",
        "open('queries/other.sql')",
        "open('/queries/top.sql')",
        "glob('queries/*.sql')",
        "x = y / 2.5",
    ],
)
def test_addresses_prose_patterns_and_missing_files_are_no_files(text: str) -> None:
    assert targets({"x.py": text + "\n", "lib/queries/top.sql": "select 1\n"}, "x.py") == set()


def test_what_several_files_answer_to_equally_gets_no_link() -> None:
    files = {"x.py": "open('queries/top.sql')\n", "a/queries/top.sql": "", "b/queries/top.sql": ""}
    assert targets(files, "x.py") == set()
    nearer = {"a/deep/x.py": "open('queries/top.sql')\n", "a/deep/v/queries/top.sql": "", "b/queries/top.sql": ""}
    assert targets(nearer, "a/deep/x.py") == {
        ("queries/top.sql", "a/deep/v/queries/top.sql", "ends like the file"),
    }


def test_bare_names_that_every_project_has_and_made_up_ones_in_tests_are_no_evidence() -> None:
    files = {
        "app/x.py": "open('config.py'); open('package.json'); open('refunds.yaml')\n",
        "tests/test_x.py": "(tmp_path / 'refunds.yaml').write_text('')\n",
        "app/config.py": "",
        "package.json": "{}",
        "conf/refunds.yaml": "a: 1\n",
        "app/y.py": "DEFAULT = 'shop.yml'\n",
        "examples/ha/shop.yml": "a: 1\n",
    }
    assert targets(files, "app/y.py") == set()
    assert targets(files, "app/x.py") == {("refunds.yaml", "conf/refunds.yaml", "ends like the file")}
    assert targets(files, "tests/test_x.py") == set()


def test_workflows_run_scripts_and_use_local_actions() -> None:
    workflow = (
        "on: push\n# scripts/old.sh\njobs:\n  a:\n    steps:\n      - uses: ./.github/actions/setup\n"
        "      - uses: actions/checkout@v4\n      - run: |\n          ./scripts/build.sh --fast\n"
        "          python -m tools.release ${{ github.sha }}\n"
    )
    files = {
        ".github/workflows/ci.yml": workflow,
        ".github/actions/setup/action.yml": "name: setup\n",
        "scripts/build.sh": "",
        "scripts/old.sh": "",
        "tools/__init__.py": "",
        "tools/release.py": "",
        "actions/checkout": "",
    }
    assert targets(files, ".github/workflows/ci.yml") == {
        ("./.github/actions/setup", ".github/actions/setup/action.yml", "names the folder"),
        ("./scripts/build.sh", "scripts/build.sh", "names the file"),
        ("tools.release", "tools/release.py", "runs the module"),
    }


def test_images_copy_files_and_start_applications() -> None:
    files = {
        "deploy/Dockerfile": (
            "FROM python:3.12\nCOPY requirements.txt .\nADD deploy/start.sh /bin/\n"
            'ENTRYPOINT ["gunicorn", "shop.app:create"]\nCMD ["python", "-m", "shop"]\n'
        ),
        "requirements.txt": "",
        "deploy/start.sh": "",
        "shop/__init__.py": "",
        "shop/__main__.py": "",
        "shop/app.py": "def create(): ...\n",
    }
    assert targets(files, "deploy/Dockerfile") == {
        ("requirements.txt", "requirements.txt", "names the file"),
        ("deploy/start.sh", "deploy/start.sh", "names the file"),
        ("shop.app:create", "shop/app.py", "entry point"),
        ("shop", "shop/__main__.py", "runs the module"),
    }


def test_makefiles_package_scripts_and_shell_scripts_name_files() -> None:
    files = {
        "Makefile": "all:\n\tpsql -f db/seed.sql\n\tpytest -m slow\n",
        "db/seed.sql": "",
        "slow/__init__.py": "",
        "web/package.json": '{"scripts": {"gen": "node scripts/gen.mjs"}, "workspaces": ["parts/core"]}\n',
        "web/scripts/gen.mjs": "",
        "web/parts/core/package.json": "{}",
        "run.sh": 'python "$ROOT/jobs/nightly.py" --conf=conf/jobs.toml\n',
        "jobs/nightly.py": "",
        "conf/jobs.toml": "",
    }
    assert targets(files, "Makefile") == {("db/seed.sql", "db/seed.sql", "names the file")}
    assert targets(files, "web/package.json") == {
        ("scripts/gen.mjs", "web/scripts/gen.mjs", "names the file"),
        ("parts/core", "web/parts/core/package.json", "names the folder"),
    }
    assert targets(files, "run.sh") == {
        ("*/jobs/nightly.py", "jobs/nightly.py", "ends like the file"),
        ("conf/jobs.toml", "conf/jobs.toml", "names the file"),
    }


def test_targets_of_makefiles_are_named_by_what_runs_make() -> None:
    files = {
        "Makefile": "include tools/common.mk\nVERSION = 1\nlint:\n\ttrue\ntest: lint\n\t$(MAKE) -C web bundle\n",
        "tools/common.mk": "clean:\n\ttrue\n",
        "web/Makefile": "bundle:\n\tmake -j4 nothing\nlint:\n\ttrue\n",
        "web/run.sh": "# make bundle\nmake bundle\nmake VERSION\ncmake lint\n",
        ".github/workflows/ci.yml": (
            "jobs:\n  a:\n    steps:\n      - run: make -j 2 --silent lint test V=1\n"
            "      - run: |\n          make clean\n          make -C web lint\n          make -C gone lint\n"
        ),
        "Dockerfile": "FROM x\nRUN make CC=gcc test && rm -rf lint\n",
        "docs/notes.md": "run make lint\n",
    }
    assert targets(files, ".github/workflows/ci.yml") == {
        ("lint", "Makefile", "make target"),
        ("test", "Makefile", "make target"),
        ("clean", "tools/common.mk", "make target"),
        ("web lint", "web/Makefile", "make target"),
    }
    assert targets(files, "Makefile") >= {("web bundle", "web/Makefile", "make target")}
    assert targets(files, "web/run.sh") == {("bundle", "web/Makefile", "make target")}
    assert targets(files, "Dockerfile") == {("test", "Makefile", "make target")}
    assert targets(files, "docs/notes.md") == set()


def test_code_does_not_name_files_of_tests_by_their_end_nor_a_package_those_above_it() -> None:
    files = {
        "lib/install.py": 'open("config/start.cfg")\n',
        "tests/app/config/start.cfg": "",
        "tests/test_install.py": 'open("config/start.cfg")\n',
        "web/vendor/kit/package.json": '{"files": ["README.md", "kit.css"]}\n',
        "web/vendor/kit/kit.css": "",
        "README.md": "",
    }
    assert targets(files, "lib/install.py") == set()
    assert targets(files, "tests/test_install.py") == {
        ("config/start.cfg", "tests/app/config/start.cfg", "ends like the file")
    }
    assert targets(files, "web/vendor/kit/package.json") == {("kit.css", "web/vendor/kit/kit.css", "names the file")}


def test_an_import_is_not_linked_a_second_time() -> None:
    files = {
        "a.ts": "import './theme.css';\nimport { x } from './b.js';\n",
        "b.js": "export const x = 1;\n",
        "theme.css": "",
    }
    assert {one.kind for one in links(files, "a.ts") if one.symbol < 0} == {"imports"}


# --- dotted names -----------------------------------------------------------------------------------------------------

SHOP = {
    "shop/__init__.py": "",
    "shop/middleware.py": "class Audit:\n    def run(self): ...\n",
    "shop/cli.py": "def main(): ...\n",
}


def test_settings_and_patches_name_classes_and_members() -> None:
    files = SHOP | {
        "shop/settings.py": "MIDDLEWARE = ['shop.middleware.Audit', 'django.x.Y', 'shop.middleware.Gone', 'os.path']\n",
        "tests/test_a.py": "patch('shop.middleware.Audit.run')\nlogging.getLogger('shop.cli')\n",
    }
    assert targets(files, "shop/settings.py") == {("shop.middleware.Audit", "shop/middleware.py", "dotted name")}
    found = links(files, "tests/test_a.py")
    assert [(one.name, one.target, one.symbol) for one in found] == [
        ("shop.middleware.Audit.run", "shop/middleware.py", 1),
        ("shop.cli", "shop/cli.py", -1),
    ]


def test_entry_points_lead_to_the_function() -> None:
    files = SHOP | {
        "pyproject.toml": '[project.scripts]\nshop = "shop.cli:main"\nother = "shop.cli:gone"\nurl = "local:80"\n',
        "setup.cfg": "[options.entry_points]\nconsole_scripts =\n    shop = shop.cli:main\n",
    }
    for path in ("pyproject.toml", "setup.cfg"):
        (one,) = links(files, path)
        assert (one.name, one.target, one.symbol, one.origin) == ("shop.cli:main", "shop/cli.py", 0, "entry point")


def test_java_classes_are_named_by_settings_but_packages_are_not() -> None:
    files = {
        "src/A.java": "package org.shop;\npublic class Audit {}\n",
        "beans.xml": '<bean class="org.shop.Audit"/>\n<scan base="org.shop"/>\n<bean class="org.other.Audit"/>\n',
        "x.ts": "const a = 'org.shop.Audit';\n",
    }
    assert targets(files, "beans.xml") == {("org.shop.Audit", "src/A.java", "dotted name")}
    assert targets(files, "x.ts") == set()


# --- tables -----------------------------------------------------------------------------------------------------------

DDL = {
    "db/schema.sql": (
        "create table silver.orders (id int);\ncreate table visits (id int);\ncreate temp table scratch (a int);\n"
    )
}


def test_statements_in_strings_read_and_write_tables() -> None:
    code = (
        'read("""\n  with recent as (select 1)\n  select * from silver.orders join visits on true join recent\n""")\n'
        "run(f'INSERT INTO {schema}.orders VALUES (1)')\nrun('select * from scratch')\nrun('delete from visits')\n"
    )
    found = links(DDL | {"job.py": code}, "job.py")
    assert [(one.name, one.kind, one.line, one.symbol) for one in found] == [
        ("silver.orders", "reads", 3, 0),
        ("visits", "reads", 3, 1),
        ("orders", "writes", 5, 0),
        ("visits", "writes", 7, 1),
    ]


def test_prose_with_the_words_of_sql_names_no_table() -> None:
    code = '"""Update visits when they come.\n\nTaken from visits into orders."""\nx = "get it from visits"\n'
    assert links(DDL | {"job.py": code}, "job.py") == ()


def test_tables_by_their_whole_name_and_by_the_functions_of_spark() -> None:
    code = (
        "a = spark.table('visits')\ndf.write.saveAsTable('silver.orders')\n"
        "name = 'silver.orders'\nother = 'gold.orders'\n"
    )
    found = links(DDL | {"job.py": code}, "job.py")
    assert [(one.name, one.kind, one.line) for one in found if one.kind != "references"] == [
        ("visits", "reads", 1),
        ("silver.orders", "writes", 2),
    ]
    assert [(one.line, one.origin) for one in found if one.kind == "references" and one.line > 2] == [
        (3, "names the table")
    ]


def test_types_and_descriptions_that_stand_for_a_table() -> None:
    code = (
        "diesel::table! {\n    use diesel::sql_types::*;\n\n    visits (id) {\n        id -> Int4,\n    }\n}\n"
        'table! {\n    #[sql_name = "orders"]\n    purchases (id) { id -> Int4, }\n}\n'
        '#[cfg_attr(feature = "full", diesel(table_name = crate::schema::visits))]\npub struct Visit { pub id: i32 }\n'
        "#[diesel(table_name = nothing)]\nstruct Nothing { id: i32 }\n"
    )
    facts = parse(code, "rust").facts
    found = [
        (one.name, facts.definitions[one.scope].qualname, one.target, one.origin, one.confidence)
        for one in links(DDL | {"src/schema.rs": code}, "src/schema.rs")
        if one.target != "src/schema.rs"
    ]
    table = next(iter(DDL))
    assert found == [
        ("visits", "visits", table, "mapped table", 0.85),
        ("orders", "purchases", table, "mapped table", 0.85),
        ("visits", "Visit", table, "mapped table", 0.85),
    ]


def test_a_table_that_two_files_create_alike_gets_no_link() -> None:
    files = {f"{folder}/t.sql": "create table visits (id int);\n" for folder in ("a", "b")}
    assert links(files | {"job.py": "run('select * from visits')\n"}, "job.py") == ()


# --- workflows and described types ------------------------------------------------------------------------------------


def test_workflows_that_are_named_once_are_linked() -> None:
    files = {
        "dags/load.py": "with DAG('load_orders', schedule=None):\n    pass\n",
        "dags/twice_a.py": "d = DAG(dag_id='twice')\n",
        "dags/twice_b.py": "d = DAG(dag_id='twice')\n",
        "dags/after.py": (
            "a = TriggerDagRunOperator(task_id='x', trigger_dag_id='load_orders')\n"
            "b = ExternalTaskSensor(external_dag_id='twice')\nc = f(external_dag_id='gone')\n"
        ),
    }
    assert targets(files, "dags/after.py") == {("load_orders", "dags/load.py", "DAG id")}


def test_described_types_lead_to_the_only_class_of_the_name_in_each_language() -> None:
    files = {
        "api/shop.proto": (
            "message OrderLine {\n  int32 id = 1;\n}\nmessage Refund {\n}\nmessage Id {\n}\nmessage Discount {\n}\n"
        ),
        "api/openapi.yaml": "paths:\n  /x:\n    $ref: '#/components/schemas/OrderLine'\n",
        "shop/models.py": "class OrderLine: ...\nclass Refund: ...\nclass Id: ...\nclass Discount: ...\n",
        "shop/prices.py": "class Discount: ...\n",
        "web/refund.ts": "export class Refund {}\n",
        "web/discount.ts": "export class Discount {}\n",
    }
    assert targets(files, "api/shop.proto") == {
        ("OrderLine", "shop/models.py", "same name"),
        ("Refund", "shop/models.py", "same name"),
        ("Refund", "web/refund.ts", "same name"),
    }
    (one,) = links(files, "api/openapi.yaml")
    assert (one.target, one.line, one.confidence) == ("shop/models.py", 3, 0.6)


def test_types_of_a_graphql_schema_lead_to_what_implements_them() -> None:
    files = {
        "api/schema.graphql": "type OrderLine {\n  id: ID!\n}\ninput NewOrder {\n  id: ID!\n}\n",
        "web/gen/types.ts": "export interface OrderLine { id: string }\nexport type NewOrder = { id: string }\n",
        "shop/order.go": "package shop\n\ntype OrderLine struct{}\n",
    }
    assert targets(files, "api/schema.graphql") == {
        ("OrderLine", "web/gen/types.ts", "same name"),
        ("NewOrder", "web/gen/types.ts", "same name"),
        ("OrderLine", "shop/order.go", "same name"),
    }


# --- bounds -----------------------------------------------------------------------------------------------------------


def test_mentions_are_bounded_and_minified_settings_are_not_read() -> None:
    many = parse("".join(f"open('data/f{number}.csv')\n" for number in range(500)), "python").facts.mentions
    assert len(many) == 200
    assert [one.line for one in many] == sorted(one.line for one in many)
    assert parse('{"a": "' + "conf/x.toml " * 500 + '"}', "json").facts.mentions == ()
    assert parse(f"open('{'a/' * 300}b.csv')\n", "python").facts.mentions == ()
