"""Dispatches library calls to their models, by dotted name."""

from __future__ import annotations

from collections.abc import Callable

from ctxpack.lineage.spark.effects import parameters
from ctxpack.lineage.spark.language import builtins, settings
from ctxpack.lineage.spark.language.builtins import chained, crossed, reduce
from ctxpack.lineage.spark.language.contents import items
from ctxpack.lineage.spark.library import connections, delta, pandas, pipelines
from ctxpack.lineage.spark.operations import functions, schemas
from ctxpack.lineage.spark.operations.columns import columns
from ctxpack.lineage.spark.operations.operators import frames_in, hint_of
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values import templates
from ctxpack.lineage.spark.values.arguments import Args
from ctxpack.lineage.spark.values.objects import Bound, Class, External, Function, Method, Partial
from ctxpack.lineage.spark.values.tables import Connection, Frame, Parser, Session
from ctxpack.lineage.spark.values.texts import Text
from ctxpack.lineage.spark.values.uncertain import Unknown

_CALLABLE = (Function, Bound, Class, Partial)
_PANDAS = {
    "pandas": "pandas", "polars": "polars", "pyspark.pandas": "pyspark.pandas", "databricks.koalas": "pyspark.pandas",
    "dask.dataframe": "dask", "modin.pandas": "modin", "geopandas": "geopandas", "awswrangler": "awswrangler",
    "cudf": "cudf", "pyarrow.parquet": "pyarrow", "pyarrow.csv": "pyarrow", "fireducks.pandas": "fireducks",
}  # fmt: skip
_SESSIONS = frozenset({"SparkSession", "SQLContext", "HiveContext", "GlueContext", "DatabricksSession", "SparkContext"})


def call(machine: Machine, name: str, args: Args) -> object:
    """The result of a library call."""
    rule = _EXACT.get(name)
    if rule is not None:
        return rule(machine, args)
    for prefix, group in _GROUPS:
        if name.startswith(prefix):
            return group(machine, name[len(prefix) :], args)
    module, _, last = name.rpartition(".")
    if last.removesuffix("()") in _SESSIONS:
        return Session()
    return _library(machine, name, module, last, args)


def _library(machine: Machine, name: str, module: str, last: str, args: Args) -> object:
    api = _PANDAS.get(module)
    if api is not None and last.partition("_")[0] in ("read", "scan"):
        return pandas.reads(machine, api, last, args)
    root = name.partition(".")[0].removesuffix("()")
    if root in connections.DIALECTS and last in connections.OPENERS:
        return Connection(connections.DIALECTS[root])
    if root == "duckdb" and module == "duckdb":
        return connections.method(machine, Connection("duckdb"), last, args)
    if last in ("getLogger", "get_logger"):
        return External("logger")
    return unknown(machine, name, args)


def unknown(machine: Machine, name: str, args: Args) -> object:
    """The result of an unknown library call: an opaque frame over the frames passed to it, if any."""
    found = [one for value in args.everything() for one in frames_in(value)]
    if found:
        return found[0].opaque(f"{name} is not known", args.line, *found[1:])
    called = callbacks(machine, name.rpartition(".")[2], args)
    if called is not None:
        return called
    given = list(args.everything())
    if len(given) == 1 and isinstance(given[0], _CALLABLE):
        return given[0]
    return External(name if name.endswith("()") else f"{name}()")


def callbacks(machine: Machine, last: str, args: Args) -> object:
    """Call the functions passed to a library (threads, executors, workflow operators); None if there are none."""
    if (
        last in ("submit", "apply_async", "run_in_executor", "start_new_thread")
        and args.args
        and isinstance(args.args[0], _CALLABLE)
    ):
        machine.rules.call(machine, args.args[0], Args(args.args[1:], args.keywords, args.line))
        return Unknown("future")
    if last in ("map", "starmap", "imap", "imap_unordered") and args.args and isinstance(args.args[0], _CALLABLE):
        for one in items(machine, args.get(1)) or [Unknown("item")]:
            given = list(one) if last == "starmap" and isinstance(one, tuple) else [one]
            machine.call(args.args[0], *given, line=args.line)
        return Unknown("results")
    function = args.any_of("target", "python_callable", "func", "function")
    if isinstance(function, _CALLABLE) and last not in ("partial", "udf"):
        listed = templates.filled_later(args.any_of("args", "op_args"))
        named = templates.filled_later(args.any_of("kwargs", "op_kwargs"))
        keywords = {str(key): one for key, one in named.items()} if isinstance(named, dict) else {}
        machine.rules.call(machine, function, Args(items(machine, listed) or [], keywords, args.line))
        return Unknown(last)
    return None


# --- rules of single names --------------------------------------------------------------------------------------------


def _import_module(machine: Machine, args: Args) -> object:
    name = args.get(0, "name")
    if isinstance(name, Text):
        for path in machine.resolve(machine.stack.here.path, str(name), ""):
            loaded = machine.rules.load(machine, path)
            if loaded is not None:
                return loaded
    return Unknown(hint_of(name) or "module")


def _partial(machine: Machine, args: Args) -> object:
    return Partial(args.get(0), tuple(args.args[1:]), dict(args.keywords))


def _parser(machine: Machine, args: Args) -> object:
    return Parser()


def _run_command(machine: Machine, args: Args) -> object:
    """`typer.run(main)` and `fire.Fire(main)`: call a function with the parameters of the run."""
    function = args.get(0)
    if not isinstance(function, Function):
        return None
    function.kind = function.kind or "command"
    return machine.call(function, line=args.line)


def _data(kind: str) -> Callable[[Machine, Args], object]:
    def rule(machine: Machine, args: Args) -> object:
        return settings.loaded(machine, args.get(0, "stream", args.any_of("fp", "s")), kind)

    return rule


def _environment(machine: Machine, args: Args) -> object:
    return settings.default_of(machine, args)


def _deep_copy(machine: Machine, args: Args) -> object:
    value = args.get(0)
    return dict(value) if isinstance(value, dict) else list(value) if isinstance(value, list) else value


def _from_df(machine: Machine, args: Args) -> object:
    return args.get(0, "dataframe")


def _literal(machine: Machine, args: Args) -> object:
    return functions.call(machine, "lit", args)


def _polars_column(machine: Machine, args: Args) -> object:
    if len(args.args) > 1 or isinstance(args.get(0), list):
        return columns(args.args, args.line)
    return functions.call(machine, "col", args)


def _pipelines(machine: Machine, rest: str, args: Args) -> object:
    return pipelines.call(machine, rest, args) if "." not in rest else unknown(machine, rest, args)


_EXACT: dict[str, Callable[[Machine, Args], object]] = {
    "os.getenv": settings.environment, "os.environ.get": settings.environment, "os.path.join": settings.join,
    "os.environ.setdefault": settings.environment, "os.environ.update": settings.update_environment,
    "sys.argv.append": lambda m, a: parameters.add_words(m, list(a.args)),
    "sys.argv.extend": lambda m, a: parameters.add_words(m, items(m, a.get(0))),
    "dbutils.widgets.getAll": settings.all_widgets,
    "click.option": settings.command_option, "click.argument": settings.command_option,
    "typer.Option": settings.typed_option, "typer.Argument": settings.typed_argument, "typer.run": _run_command,
    "fire.Fire": _run_command,
    "dbutils.widgets.get": settings.widget, "dbutils.widgets.getArgument": settings.widget,
    "dbutils.widgets.text": settings.declare_widget, "dbutils.widgets.dropdown": settings.declare_widget,
    "dbutils.widgets.combobox": settings.declare_widget, "dbutils.widgets.multiselect": settings.declare_widget,
    "dbutils.secrets.get": _environment, "airflow.models.Variable.get": _environment,
    "airflow.sdk.Variable.get": _environment, "decouple.config": _environment,
    "os.path.dirname": settings.directory, "os.path.basename": settings.base, "os.path.abspath": settings.same,
    "os.path.realpath": settings.same, "os.path.expanduser": settings.same, "os.path.normpath": settings.same,
    "os.fspath": settings.same, "pathlib.Path": settings.path_of, "pathlib.PurePath": settings.path_of,
    "pathlib.PurePosixPath": settings.path_of, "pathlib.PosixPath": settings.path_of, "posixpath.join": settings.join,
    "cloudpathlib.AnyPath": settings.path_of, "cloudpathlib.S3Path": settings.path_of,
    "yaml.safe_load": _data("yaml"), "yaml.load": _data("yaml"), "yaml.full_load": _data("yaml"),
    "json.load": _data("json"), "json.loads": _data("json"), "tomllib.load": _data("toml"),
    "tomllib.loads": _data("toml"), "toml.load": _data("toml"), "omegaconf.OmegaConf.load": _data("yaml"),
    "importlib.import_module": _import_module, "functools.partial": _partial, "functools.reduce": reduce,
    "itertools.chain": chained, "itertools.chain.from_iterable": chained, "itertools.product": crossed,
    "copy.deepcopy": _deep_copy, "copy.copy": _deep_copy, "argparse.ArgumentParser": _parser,
    "awsglue.utils.getResolvedOptions": settings.glue_options, "typing.cast": lambda machine, args: args.get(1),
    "awsglue.dynamicframe.DynamicFrame.fromDF": _from_df, "awsglue.DynamicFrame.fromDF": _from_df,
    "awsglue.transforms.ApplyMapping.apply": pipelines.mapped,
    "collections.OrderedDict": lambda m, a: builtins.call(m, "dict", a),
    "collections.defaultdict": lambda machine, args: {}, "types.SimpleNamespace": lambda m, a: Unknown("namespace"),
    "pandas.DataFrame": pandas.made, "pandas.concat": pandas.concatenated,
    "polars.DataFrame": pandas.made, "polars.LazyFrame": pandas.made, "polars.concat": pandas.concatenated,
    "polars.col": _polars_column, "polars.lit": _literal, "polars.from_pandas": lambda m, a: a.get(0),
    "polars.when": lambda m, a: functions.call(m, "when", Args([a.get(0), None], {}, a.line)),
    "polars.sql_expr": lambda m, a: functions.call(m, "expr", a),
    "pandas.to_datetime": lambda m, a: functions.call(m, "to_timestamp", a),
    "pandas.to_numeric": lambda m, a: functions.call(m, "try_to_number", a),
    "pyspark.pandas.from_pandas": lambda m, a: a.get(0),
    "textwrap.dedent": settings.same, "inspect.cleandoc": settings.same, "sys.exit": lambda m, a: None,
    "typing.NamedTuple": lambda m, a: Unknown("tuple"), "builtins.open": lambda m, a: builtins.call(m, "open", a),
}  # fmt: skip


def _merge(machine: Machine, args: Args) -> object:
    left = args.get(0, "left")
    if not isinstance(left, Frame):
        return unknown(machine, "pandas.merge", args)
    keywords = {key: value for key, value in args.keywords.items() if key != "left"}
    return pandas.method(machine, left, "merge", Args(args.args[1:], keywords, args.line))


_EXACT["pandas.merge"] = _merge


def _unbound(machine: Machine, rest: str, args: Args) -> object:
    """An unbound method: `DataFrame.union(a, b)`."""
    first = args.get(0)
    if not isinstance(first, Frame):
        return unknown(machine, rest, args)
    return machine.rules.call(machine, Method(first, rest), Args(args.args[1:], args.keywords, args.line))


def _typed(machine: Machine, rest: str, args: Args) -> object:
    return schemas.made(machine, rest, args)


_GROUPS: tuple[tuple[str, Callable[[Machine, str, Args], object]], ...] = (
    ("builtins.", builtins.call),
    ("pyspark.sql.functions.", functions.call),
    ("snowflake.snowpark.functions.", functions.call),
    ("pyspark.sql.DataFrame.", _unbound),
    ("pyspark.sql.dataframe.DataFrame.", _unbound),
    ("pandas.DataFrame.", _unbound),
    ("pyspark.sql.types.", _typed),
    ("snowflake.snowpark.types.", _typed),
    ("delta.tables.DeltaTable.", delta.opened),
    ("delta.DeltaTable.", delta.opened),
    ("delta.tables.", lambda machine, rest, args: delta.opened(machine, rest.partition(".")[2], args)),
    *((root, _pipelines) for root in pipelines.ROOTS),
)
