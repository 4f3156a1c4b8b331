import pytest

from ctxpack.parse.schemas.table import PIPELINE


@pytest.mark.parametrize(
    "text",
    [
        "import pyspark\n",
        "x = 1\n  import dlt\n",
        "spark . sql('x')\nspark.sql('x')",
        "df.write.saveAsTable('t')",
        "spark_session.read\n    .parquet('p')",
        "spark.readStream.format('delta')",
        "pd.read_csv('a.csv')",
        "frame.to_sql('t', engine)",
        'cursor.execute(f"""\n  SELECT 1 from t""")',
        "duckdb.query('select 1')",
    ],
)
def test_code_that_handles_datasets_is_marked(text):
    assert PIPELINE.search(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "import pysparkling\n",
        "from x import dlt\n",
        "myspark.sqlite = 1",
        "thread.join(); file.read()",
        "spread.json(1)",
        "up.read_csv('a.csv')",
        "frame.to_sqlite()",
        "cursor.execute(statement)",
        "executes('select 1')",
        "duckdb.typing",
    ],
)
def test_other_code_is_not(text):
    assert PIPELINE.search(text) is None
