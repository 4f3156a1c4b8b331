"""Names and texts that are put together where the SQL runs: parameters, placeholders of drivers, files of a stage."""

from __future__ import annotations

import pytest

from ctxpack.lineage.sql import statements
from ctxpack.parse.schemas.sql import read


def test_identifiers_of_parameters_are_names_with_unknown_parts() -> None:
    text = (
        "INSERT OVERWRITE IDENTIFIER(:catalog || '.' || :db || '.eps')\n"
        "SELECT a FROM IDENTIFIER(\n  :catalog || '.raw.fin' || :scale) f\n"
        "JOIN identifier('silver.companies') USING (id)"
    )
    (found,) = statements(text, "databricks")
    assert (found.target, found.problem) == ("{catalog}.{db}.eps", "")
    assert found.reads == ("silver.companies", "{catalog}.raw.fin{scale}")


def test_identifiers_in_definitions() -> None:
    (step,) = read("CREATE TABLE IDENTIFIER(:catalog || '.gold.daily') (day DATE NOT NULL);").steps
    assert step.table == "{catalog}.gold.daily"


def test_an_identifier_that_is_computed_is_left_alone() -> None:
    (found,) = statements("select * from identifier(lower(:name))", "snowflake")
    assert "lower" not in "".join(found.reads)


@pytest.mark.parametrize("where", ["b in %s", "b = %(key)s", "b = any(%s) and c is not null"])
def test_placeholders_of_drivers(where: str) -> None:
    (found,) = statements(f"select a from t where {where}", "")
    assert (found.kind, found.reads) == ("query", ("t",))


@pytest.mark.parametrize("stage", ["@db.public.stage/{env}_10/2015-07-06/a.txt", "{stage}/a.txt", "@~/a-b/c.csv"])
def test_files_of_a_stage_need_no_quotes(stage: str) -> None:
    text = f"COPY INTO t FROM (SELECT $1::string AS x FROM {stage}) FILE_FORMAT = (TYPE = CSV)"
    (found,) = statements(text, "snowflake")
    assert found.reads == (stage,)


def test_formats_of_times_stay_as_they_are_written() -> None:
    from ctxpack.lineage.evaluation.frames import frame

    (found,) = statements("select date_format(ts, 'yyyyMMdd') as d from t", "spark")
    assert found.plan is not None
    (column,) = frame(found.plan, lambda _: None, "spark").columns
    assert column.transform == "date_format(ts, 'yyyyMMdd')"
