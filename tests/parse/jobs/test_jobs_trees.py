# ruff: noqa: E501  (documents stand on one line each)
"""Runs in documents: bundles, workflows, Compose files, Kubernetes, EMR, Glue, Terraform, and calls of operators."""

from __future__ import annotations

import json

import pytest

from ctxpack.datamodel.jobs import CLOSE, OPEN, JobFacts, Keyed, Listed, Run, Said, Started
from ctxpack.parse.jobs import table
from ctxpack.parse.jobs.calls import runs_of


def told(run: Run) -> tuple[str, dict[str, str]]:
    """The program and what it is given: words by their number."""
    given = {one.name or str(number): one.value for number, one in enumerate(run.given)}
    return run.program, {name: value.replace(OPEN, "{").replace(CLOSE, "}") for name, value in given.items()}


def read(text: str, language: str = "yaml", path: str = "x.yml") -> JobFacts:
    return table.read(table.kind_of(path, language, text), text)


BUNDLE = """\
bundle: {name: x}
variables:
  catalog: {default: dev}
resources:
  jobs:
    daily:
      name: daily job
      parameters:
        - {name: day, default: today}
      tasks:
        - task_key: a
          notebook_task:
            notebook_path: ../src/a.py
            base_parameters:
              catalog: ${var.catalog}
        - task_key: b
          spark_python_task: {python_file: ../src/b.py, parameters: ["--table", "orders"]}
        - task_key: c
          python_wheel_task:
            package_name: pkg
            entry_point: main
            named_parameters: {table: users}
        - task_key: d
          spark_submit_task: {parameters: ["--conf", "x=y", "dbfs:/d.py", "1"]}
        - task_key: e
          for_each_task:
            inputs: '["orders", "users"]'
            task:
              task_key: f
              notebook_task: {notebook_path: f, base_parameters: {table: "{{input}}"}}
  pipelines:
    p:
      configuration: {lake.catalog: "${var.catalog}"}
      libraries:
        - file: {path: ../src/p.py}
        - notebook: {path: ../src/q}
targets:
  prod:
    mode: production
    default: true
    variables: {catalog: prod}
"""


def test_a_bundle() -> None:
    facts = read(BUNDLE)
    assert [told(run) for run in facts.runs] == [
        ("../src/a.py", {"catalog": "{var.catalog}"}),
        ("../src/b.py", {"0": "--table", "1": "orders"}),
        ("package:pkg", {"table": "users"}),
        ("dbfs:/d.py", {"0": "1", "x": "y"}),
        ("f", {"table": "orders"}),
        ("f", {"table": "users"}),
        ("../src/p.py", {"lake.catalog": "{var.catalog}"}),
        ("../src/q", {"lake.catalog": "{var.catalog}"}),
    ]
    first = facts.runs[0]
    assert (first.options[0].line, first.names, first.defaults[0].value) == (15, ("daily", "daily job"), "today")
    assert [(one.name, one.value) for one in facts.variables] == [("var.catalog", "dev")]
    assert facts.targets[0][0] == "prod"
    assert ("var.catalog", "prod") in [(one.name, one.value) for one in facts.targets[0][1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "services:\n  s:\n    image: x\n    environment: {T: a}\n    command: spark-submit job.py --t $T\n",
            ("job.py", {"0": "--t", "1": "a", "T": "a"}),
        ),
        (
            "services:\n  s:\n    entrypoint: [python, job.py]\n    command: ['--t', 'a']\n",
            ("job.py", {"0": "--t", "1": "a"}),
        ),
        (
            "on: push\nenv: {T: a}\njobs:\n  j:\n    steps:\n      - run: |\n          echo hi\n          python job.py ${{ env.T }}\n",
            ("job.py", {"0": "a", "T": "a"}),
        ),
        (
            "apiVersion: sparkoperator.k8s.io/v1\nspec:\n  mainApplicationFile: local:///app/job.py\n  arguments: ['a']\n"
            "  sparkConf: {spark.x: b}\n",
            ("local:///app/job.py", {"0": "a", "spark.x": "b"}),
        ),
        (
            "containers:\n  - command: [python]\n    args: [job.py, --t, a]\n    env: [{name: E, value: b}]\n",
            ("job.py", {"0": "--t", "1": "a", "E": "b"}),
        ),
        ("jobs:\n  - script: jobs/job.py\n    args: {table: a}\n", ("jobs/job.py", {"table": "a"})),
        ("run: >\n  spark-submit\n  job.py\n  a\n", ("job.py", {"0": "a"})),
        ("pyspark_job: {main_python_file_uri: gs://b/job.py, args: [a]}\n", ("gs://b/job.py", {"0": "a"})),
    ],
)
def test_documents_of_other_tools(text: str, expected: tuple[str, dict[str, str]]) -> None:
    assert [told(run) for run in read(text).runs] == [expected]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            [{"HadoopJarStep": {"Jar": "command-runner.jar", "Args": ["spark-submit", "s3://b/job.py", "--t", "a"]}}],
            ("s3://b/job.py", {"0": "--t", "1": "a"}),
        ),
        (
            {"jobDriver": {"sparkSubmit": {"entryPoint": "s3://b/job.py", "entryPointArguments": ["a"], "sparkSubmitParameters": "--conf x=y"}}},
            ("s3://b/job.py", {"0": "a", "x": "y"}),
        ),
        (
            {"Overrides": {"ContainerOverrides": [{"Command": ["job.py", "--t", "${bucket}/a"]}]}},
            ("job.py", {"0": "--t", "1": "{env.bucket}/a"}),
        ),
    ],
)  # fmt: skip
def test_steps_of_clusters(data: object, expected: tuple[str, dict[str, str]]) -> None:
    assert [told(run) for run in read(json.dumps(data), "json", "x.json").runs] == [expected]


def test_a_state_machine_runs_jobs_by_name() -> None:
    text = json.dumps({"States": {"A": {"Parameters": {"JobName": "${x}", "Arguments": {"--t": "a", "--u.$": "$.u"}}}}})
    (run,) = read(text, "json", "x.json").runs
    assert (run.job, told(run)) == (f"{OPEN}env.x{CLOSE}", ("", {"t": "a", "u": "{u}"}))


def test_terraform() -> None:
    facts = read(
        'variable "bucket" {\n  default = "lake"\n}\n'
        'resource "aws_glue_job" "j" {\n  name = "orders"\n'
        '  command {\n    script_location = "s3://x/jobs/job.py"\n  }\n'
        '  default_arguments = merge(var.more, {\n    "--table" = "s3://${var.bucket}/a"\n  })\n}\n'
        'module "m" {\n  source = "./glue"\n  script_name = "other"\n  job_parameters = {\n    "--x" = module.z.uri\n  }\n}\n',
        "terraform",
        "x.tf",
    )
    assert [told(run) for run in facts.runs] == [
        ("s3://x/jobs/job.py", {"table": "s3://lake/a"}),
        ("other", {"x": "{module.z.uri}"}),
    ]
    assert facts.runs[0].names == ("orders", "j", "aws_glue_job.j")
    assert facts.runs[0].options[0].line == 10


def test_entry_points_of_a_package() -> None:
    text = '[project.scripts]\nrun = "pkg.main:main"\n'
    assert table.read(table.kind_of("pyproject.toml", "toml", text), text).entries == (("run", "pkg.main:main"),)


def test_calls_of_operators_are_read_as_documents_are() -> None:
    keywords = Keyed(
        (("application", Said("job.py", "dag.py", 4)), ("application_args", Listed((Said("--t"), Said("a")))))
    )
    (run,) = runs_of(Started("airflow.SparkSubmitOperator", Listed(()), keywords, "dag.py", 3))
    assert (told(run), run.path, run.line, run.tool) == (
        ("job.py", {"0": "--t", "1": "a"}),
        "dag.py",
        4,
        "SparkSubmitOperator",
    )


def test_notebooks_that_run_notebooks() -> None:
    args = Listed((Said("./child"), Said("60"), Keyed((("table", Said("a")),))))
    (run,) = runs_of(Started("dbutils.notebook.run", args, Keyed(()), "n.py", 2))
    assert told(run) == ("./child", {"table": "a"})


@pytest.mark.parametrize(
    "text", ["a: " * 60, "- " * 300 + "x.py", "{" * 5000 + "x.py", "a: &a [*a, *a]\nscript: x.py\nargs: *a\n"]
)
def test_hostile_documents_come_to_an_end(text: str) -> None:
    assert read(text).runs == ()
