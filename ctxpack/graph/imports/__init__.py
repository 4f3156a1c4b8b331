"""The table of resolvers: one class a language family, each in a module of its own."""

from __future__ import annotations

from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.imports.bash import BashResolver
from ctxpack.graph.imports.c import CResolver
from ctxpack.graph.imports.csharp import CSharpResolver
from ctxpack.graph.imports.dart import DartResolver
from ctxpack.graph.imports.datasets import DatasetResolver
from ctxpack.graph.imports.ecmascript import EcmaScriptResolver
from ctxpack.graph.imports.elixir import ElixirResolver
from ctxpack.graph.imports.go import GoResolver
from ctxpack.graph.imports.includes import IncludeResolver
from ctxpack.graph.imports.julia import JuliaResolver
from ctxpack.graph.imports.jvm import JvmResolver
from ctxpack.graph.imports.lua import LuaResolver
from ctxpack.graph.imports.objc import ObjcResolver
from ctxpack.graph.imports.php import PhpResolver
from ctxpack.graph.imports.powershell import PowerShellResolver
from ctxpack.graph.imports.python import PythonResolver
from ctxpack.graph.imports.ruby import RubyResolver
from ctxpack.graph.imports.rust import RustResolver
from ctxpack.graph.imports.swift import SwiftResolver
from ctxpack.graph.imports.terraform import TerraformResolver

__all__ = ["RESOLVERS", "Resolver"]

RESOLVERS: tuple[type[Resolver], ...] = (
    PythonResolver,
    EcmaScriptResolver,
    JvmResolver,
    GoResolver,
    RustResolver,
    CResolver,
    ObjcResolver,
    CSharpResolver,
    PhpResolver,
    RubyResolver,
    SwiftResolver,
    DartResolver,
    JuliaResolver,
    BashResolver,
    ElixirResolver,
    LuaResolver,
    TerraformResolver,
    PowerShellResolver,
    DatasetResolver,
    IncludeResolver,
)
