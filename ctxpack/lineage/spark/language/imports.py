"""Imports: resolution to modules, binding of names, and notebooks that run other notebooks."""

from __future__ import annotations

import re

from ctxpack.datamodel import program as syntax
from ctxpack.lineage.algebra.functions import FUNCTIONS
from ctxpack.lineage.spark.effects import parameters
from ctxpack.lineage.spark.language import builtins
from ctxpack.lineage.spark.operations import schemas
from ctxpack.lineage.spark.state.machine import Machine
from ctxpack.lineage.spark.values import externals
from ctxpack.lineage.spark.values.objects import External, Module, Scope
from ctxpack.lineage.spark.values.texts import Text, hole
from ctxpack.lineage.spark.values.uncertain import Unknown

_WIDGET = re.compile(r"\$(?:\{([\w.]+)\}|([A-Za-z_]\w*))|\{\{\s*([\w.]+)\s*\}\}")
_FUNCTION_NAMES = frozenset(
    "col column lit when expr broadcast udf pandas_udf countDistinct sumDistinct approxCountDistinct isnull sum max "
    "min abs round pow filter slice hash first last count".split()
)
_PYTHON_ONLY = builtins.NAMES - frozenset("sum max min abs round filter".split())


def bind(machine: Machine, one: syntax.Import, scope: Scope) -> None:
    """Bind the names of an import in a scope."""
    machine.stack.at(one.line)
    module = find(machine, scope.module.path, one.module, one.name)
    if one.name == "*":
        _bind_all(module, one, scope)
    elif one.name:
        scope.variables[one.alias or one.name] = _member(machine, module, one)
    elif one.alias:
        scope.variables[one.alias] = module if module is not None else externals.named(one.module)
    else:
        _bind_package(machine, module, one, scope)


def _bind_package(machine: Machine, module: Module | None, one: syntax.Import, scope: Scope) -> None:
    """`import a.b.c` binds `a`; the rest are its attributes."""
    top, _, rest = one.module.partition(".")
    if module is None or not rest:
        scope.variables[top] = module if module is not None else externals.named(top)
        return
    package = scope.variables.get(top)
    if not isinstance(package, Module):
        package = Module("", module.program)
        scope.variables[top] = package
    names = rest.split(".")
    for name in names[:-1]:
        inner = package.variables.get(name)
        if not isinstance(inner, Module):
            inner = package.variables[name] = Module("", module.program)
        package = inner
    package.variables[names[-1]] = module


def _member(machine: Machine, module: Module | None, one: syntax.Import) -> object:
    if module is None:
        relative = one.module.startswith(".")
        return Unknown(one.name) if relative else parameters.library(machine, f"{one.module}.{one.name}")
    if one.name in module.variables and not _is_submodule(module, one):
        return module.variables[one.name]
    if _is_submodule(module, one):
        return module
    inner = find(machine, module.path, f".{one.name}", "") if module.path.endswith("__init__.py") else None
    return inner if inner is not None else Unknown(one.name)


def _is_submodule(module: Module, one: syntax.Import) -> bool:
    """Whether the module found is the imported member itself (a submodule), not the module imported from."""
    name = module.path.rpartition("/")[2].rpartition(".")[0]
    if name == "__init__":
        name = module.path.rpartition("/")[0].rpartition("/")[2]
    owner = one.module.lstrip(".").replace(".", "/")
    inside = (f"{owner}/{one.name}.py", f"{owner}/{one.name}/__init__.py")
    return name == one.name and (name != one.module.rpartition(".")[2] or f"/{module.path}".endswith(inside))


def _bind_all(module: Module | None, one: syntax.Import, scope: Scope) -> None:
    if module is not None:
        scope.variables.update({name: value for name, value in module.variables.items() if not name.startswith("_")})
    elif one.module.endswith("sql.functions"):
        names = (set(FUNCTIONS) | _FUNCTION_NAMES) - _PYTHON_ONLY
        scope.variables.update(
            {name: External(f"pyspark.sql.functions.{name}") for name in sorted(names) if name.isidentifier()}
        )
    elif one.module.endswith("sql.types"):
        scope.variables.update({name: External(f"pyspark.sql.types.{name}") for name in schemas.TYPES})
    elif one.module in ("delta.tables", "delta"):
        scope.variables["DeltaTable"] = External("delta.tables.DeltaTable")
    elif one.module == "awsglue.transforms":
        scope.variables["ApplyMapping"] = External("awsglue.transforms.ApplyMapping")


def find(machine: Machine, path: str, module: str, name: str) -> Module | None:
    """The loaded module of the repository that an import refers to; None if there is none."""
    for target in targets(machine, path, module, name):
        loaded = machine.rules.load(machine, target)
        if loaded is not None:
            return loaded
    return None


def targets(machine: Machine, path: str, module: str, name: str) -> list[str]:
    """The files that an import may refer to, the likeliest first."""
    wanted = "" if name == "*" else name
    found = [one for one in machine.resolve(path, module, wanted) if one != path and one in machine.programs]
    return found or _guesses(machine, path, module, wanted)


def _guesses(machine: Machine, path: str, module: str, name: str) -> list[str]:
    """A fallback: the module relative to a folder above the script, which the job may put on the import path."""
    if module.startswith("."):
        rest = module.lstrip(".")
        folder = path.rpartition("/")[0]
        for _ in range(len(module) - len(rest) - 1):
            folder = folder.rpartition("/")[0]
        folders = [folder]
        tail = rest.replace(".", "/")
    else:
        tail = module.replace(".", "/")
        parts = path.split("/")[:-1]
        folders = ["/".join(parts[:depth]) for depth in range(len(parts), -1, -1)]
    ends = [f"{tail}/{name}", tail] if name and tail else [tail or name]
    for folder in folders:
        for end in ends:
            for spelled in (f"{end}.py", f"{end}/__init__.py"):
                found = f"{folder}/{spelled}" if folder else spelled
                if found in machine.programs and found != path:
                    return [found]
    return []


def run_file(machine: Machine, one: syntax.RunFile, scope: Scope) -> None:
    """Run another notebook in the namespace of this one."""
    found = notebook(machine, one, scope.module.path)
    if found:
        machine.rules.include(machine, found, scope)


def notebook(machine: Machine, one: syntax.RunFile, owner: str) -> str:
    """The path of the notebook that another runs; "" if not found."""
    path = one.path.strip("\"'")
    folder = owner.rpartition("/")[0]
    while path.startswith(("./", "../")):
        if path.startswith("../"):
            folder, path = folder.rpartition("/")[0], path[3:]
        else:
            path = path[2:]
    base = f"{folder}/{path}".strip("/") if not one.path.startswith("/") else path.strip("/")
    ends = [base] if base.endswith((".py", ".ipynb")) else [f"{base}.py", f"{base}.ipynb"]
    found = [name for name in ends if name in machine.programs]
    if not found:
        last = "/" + path.rpartition("/")[2]
        near = [name for name in machine.programs if name.rpartition(".")[0].endswith(last)]
        found = near if len(near) == 1 else []
    return found[0] if found else ""


def with_widgets(machine: Machine, text: Text) -> Text:
    """A SQL cell with widgets and variables replaced by their values, or by holes if unknown."""
    if "$" not in text and "{{" not in text:
        return text
    parts: list[object] = [text]

    def fill(match: re.Match[str]) -> str:
        key = match[1] or match[2] or match[3]
        name = key.rpartition(".")[2]
        told = parameters.option(machine, name) or parameters.setting(machine, key) or _default(machine, name)
        parts.append(told)
        return told if isinstance(told, Text) else hole(name)

    return machine.text(_WIDGET.sub(fill, text), *parts)


def _default(machine: Machine, name: str) -> Text | None:
    """The default of a widget that the notebook declares."""
    declared = machine.process.widgets.get(name)
    return declared.like(declared, soft=True, folded=True) if isinstance(declared, Text) and declared else None
