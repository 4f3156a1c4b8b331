"""The table of programming languages that are read by their lines: patterns of what begins or includes something."""

from __future__ import annotations

from ctxpack.parse.languages.table import Language

_BASIC = r"(?i)^\s*(?:(?:public|private|friend|partial|shared|overrides|protected)\s+)*"
_FORTRAN = r"(?i)^\s*(?:(?:pure|elemental|recursive|integer|real|logical|double precision|type\(\w+\))\s+)*"
_GRADLE = "plugins|dependencies|repositories|android|pipeline|stages|allprojects|subprojects|publishing"
_GROOVY_MARKS = r"^\s*(?:(?:abstract|final|public|protected|private|static|sealed)\s+)*"
_GROOVY = r"^\s*(?:(?:def|static|public|private|protected|void|[A-Z]\w*)\s+)+"

LANGUAGES: tuple[Language, ...] = (
    Language(
        name="r",
        extensions=(".r",),
        interpreters=("rscript",),
        heads=(
            ("function", r"^\s*[`\"]?([\w.]+)[`\"]?\s*(?:<-|=)\s*function\b", "braces"),
            ("class", r"^\s*(?:\w+\s*<-\s*)?(?:setClass|setRefClass|R6Class)\(\s*[\"'](\w+)", "indent"),
            ("function", r"^\s*set(?:Method|Generic)\(\s*[\"']([^\"']+)", "indent"),
            ("variable", r"^([A-Za-z.][\w.]*)\s*(?:<-|=)\s", "line"),
        ),
        includes=(("include", r"^\s*source\(\s*[\"']([^\"']+)"),),
        comments=("#",),
    ),
    Language(
        name="erlang",
        extensions=(".erl", ".hrl"),
        heads=(
            ("module", r"^-module\(\s*(\w+)", "line"),
            ("type", r"^-(?:record|type|opaque)\(?\s*(\w+)", "line"),
            ("outline", r"^-(?:export|behaviou?r|spec)\b", "line"),
            ("function", r"^([a-z]\w*)\(.*\)\s*(?:when\b.*)?->", "indent"),
        ),
        includes=(("include", r"^-include(?:_lib)?\(\s*\"([^\"]+)"),),
        comments=("%",),
    ),
    Language(
        name="perl",
        extensions=(".pl", ".pm", ".t"),
        interpreters=("perl",),
        heads=(("module", r"^package\s+([\w:]+)", "line"), ("function", r"^\s*sub\s+(\w+)", "braces")),
        comments=("#",),
    ),
    Language(
        name="haskell",
        extensions=(".hs", ".lhs"),
        heads=(
            ("module", r"^module\s+([\w.]+)", "line"),
            ("type", r"^(?:data|newtype|type)\s+(?:family\s+|instance\s+)?([A-Z]\w*)", "indent"),
            ("interface", r"^class\s+(?:.*=>\s*)?([A-Z]\w*)", "indent"),
            ("impl", r"^instance\s+(?:.*=>\s*)?([A-Z].*?)\s+where", "indent"),
            ("function", r"^([a-z_][\w']*)\s*::", "line"),
        ),
        comments=("--",),
    ),
    Language(
        name="ocaml",
        extensions=(".ml", ".mli"),
        heads=(
            ("module", r"^\s*module\s+(?:type\s+)?(\w+)", "indent"),
            ("type", r"^\s*type\s+(?:[^=]*\s)?(\w+)\s*=", "indent"),
            ("function", r"^(?:let|and)\s+(?:rec\s+)?([a-z_][\w']*)", "indent"),
            ("function", r"^\s*val\s+([a-z_][\w']*)", "line"),
        ),
    ),
    Language(
        name="fsharp",
        extensions=(".fs", ".fsi", ".fsx"),
        heads=(
            ("module", r"^(?:module|namespace)\s+(?:rec\s+)?([\w.]+)", "line"),
            ("type", r"^\s*type\s+(?:private\s+|internal\s+)?(\w+)", "indent"),
            ("function", r"^(?:let|and)\s+(?:rec\s+|inline\s+|private\s+)*([a-z_]\w*)", "indent"),
            ("function", r"^\s+(?:static\s+)?member\s+(?:\w+\.)?(\w+)", "indent"),
        ),
        comments=("///", "//"),
    ),
    Language(
        name="clojure",
        extensions=(".clj", ".cljs", ".cljc", ".edn"),
        heads=(
            ("module", r"^\(ns\s+([\w.\-]+)", "indent"),
            ("function", r"^\(defn-?\s+(?:\^\S+\s+)?([^\s()\[\]]+)", "indent"),
            ("macro", r"^\(defmacro\s+([^\s()\[\]]+)", "indent"),
            ("type", r"^\(def(?:protocol|record|type|multi|method)\s+([^\s()\[\]]+)", "indent"),
            ("variable", r"^\(def\s+(?:\^\S+\s+)?([^\s()\[\]]+)", "indent"),
        ),
        comments=(";",),
    ),
    Language(
        name="lisp",
        extensions=(".el", ".lisp", ".scm", ".rkt"),
        heads=(
            ("function", r"^\((?:defun|defmacro|defsubst|define|cl-defun)\s+\(?([^\s()]+)", "indent"),
            ("variable", r"^\((?:defvar|defcustom|defconst|defparameter)\s+([^\s()]+)", "indent"),
        ),
        comments=(";",),
    ),
    Language(
        name="zig",
        extensions=(".zig",),
        heads=(
            ("struct", r"^\s*(?:pub\s+)?const\s+(\w+)\s*=\s*(?:packed\s+|extern\s+)?(?:struct|union|enum)\b", "braces"),
            ("function", r"^\s*(?:pub\s+|export\s+|extern\s+|inline\s+)*fn\s+(\w+)", "braces"),
            ("constant", r"^(?:pub\s+)?const\s+(\w+)", "line"),
        ),
        includes=(("import", r"^.*@import\(\"([^\"]+\.zig)\""),),
        comments=("///", "//"),
    ),
    Language(
        name="nim",
        extensions=(".nim",),
        heads=(
            ("function", r"^\s*(?:proc|func|method|iterator|template|macro|converter)\s+`?(\w+)", "indent"),
            ("type", r"^\s+(\w+)\*?\s*(?:\{[^}]*\})?\s*=\s*(?:ref\s+)?(?:object|enum|tuple)", "indent"),
        ),
        comments=("##", "#"),
    ),
    Language(
        name="solidity",
        extensions=(".sol",),
        heads=(
            ("class", r"^\s*(?:abstract\s+)?(?:contract|library)\s+(\w+)", "braces"),
            ("interface", r"^\s*interface\s+(\w+)", "braces"),
            ("struct", r"^\s*struct\s+(\w+)", "braces"),
            ("enum", r"^\s*enum\s+(\w+)", "braces"),
            ("function", r"^\s*(?:function|modifier|event|error)\s+(\w+)", "line"),
            ("function", r"^\s*(constructor|receive|fallback)\s*\(", "braces"),
        ),
        includes=(("import", r"^\s*import\s+(?:.*from\s+)?\"([^\"]+)"),),
        comments=("///", "//"),
    ),
    Language(
        name="groovy",
        extensions=(".groovy", ".gradle"),
        filenames=("jenkinsfile",),
        interpreters=("groovy",),
        module="groovy",
        heads=(
            ("class", _GROOVY_MARKS + r"class\s+(\w+)", "braces"),
            ("enum", _GROOVY_MARKS + r"enum\s+(\w+)", "braces"),
            ("interface", _GROOVY_MARKS + r"(?:interface|trait|@interface)\s+(\w+)", "braces"),
            ("function", r"^\s*(?:def|void)\s+[\"']([^\"'.\n]+)[\"']\s*\(", "braces"),
            ("function", _GROOVY + r"(\w+)\s*\([^)]*\)\s*(?:throws\s[\w., ]+)?\{", "braces"),
            ("section", rf"^\s{{0,8}}({_GRADLE})\s*\{{", "braces"),
            ("function", r"^\s*task\s+(\w+)|^\s*tasks\.\w+\(\s*['\"](\w+)", "braces"),
            ("section", r"^\s*stage\s*\(\s*['\"]([^'\"]+)", "braces"),
        ),
        includes=(("include", r"^\s*apply\s+from:\s*['\"]([^'\"]+)"),),
        comments=("//", "/**", "*/", "*"),
    ),
    Language(
        name="starlark",
        extensions=(".bzl", ".bazel", ".star"),
        filenames=("build", "workspace", "tiltfile", "buck"),
        heads=(
            ("function", r"^def\s+(\w+)", "indent"),
            ("section", r"^\s{4}name\s*=\s*[\"']([^\"']+)", "line"),
            ("outline", r"^\w+\($", "line"),
            ("variable", r"^(\w+)\s*=\s", "line"),
        ),
        includes=(("include", r"^load\(\s*[\"']([^\"']+)"),),
        comments=("#",),
    ),
    Language(
        name="nix",
        extensions=(".nix",),
        heads=(("key", r"^ {0,4}([\w.\-\"]+)\s*=", "indent"),),
        includes=(("import", r"^.*\bimport\s+(\.{1,2}/[\w./-]+)"),),
        comments=("#",),
    ),
    Language(
        name="visualbasic",
        extensions=(".vb", ".bas", ".cls"),
        heads=(
            ("class", _BASIC + r"(?:class|module|structure|interface)\s+(\w+)", "indent"),
            ("function", _BASIC + r"(?:sub|function|property)\s+(\w+)", "indent"),
        ),
        comments=("'",),
    ),
    Language(
        name="pascal",
        extensions=(".pas", ".pp", ".dpr"),
        heads=(
            ("class", r"(?i)^\s*(\w+)\s*=\s*(?:packed\s+)?(?:class|record|interface)\b", "indent"),
            ("function", r"(?i)^\s*(?:class\s+)?(?:procedure|function|constructor|destructor)\s+([\w.]+)", "line"),
        ),
        comments=("//",),
    ),
    Language(
        name="fortran",
        extensions=(".f", ".f90", ".f95", ".f03", ".f08", ".for"),
        heads=(
            ("module", r"(?i)^\s*(?:module|program)\s+(?!procedure)(\w+)", "indent"),
            ("type", r"(?i)^\s*type(?:\s*,[^:]*)?\s*(?:::)?\s+(\w+)\s*$", "indent"),
            ("function", _FORTRAN + r"(?:subroutine|function)\s+(\w+)", "indent"),
        ),
        comments=("!",),
    ),
    Language(
        name="verilog",
        extensions=(".v", ".sv", ".svh"),
        heads=(
            ("module", r"^\s*(?:module|interface|package|class)\s+(?:automatic\s+)?(\w+)", "indent"),
            ("function", r"^\s*(?:function|task)\s+(?:automatic\s+)?(?:[\w\[\]:]+\s+)?(\w+)", "indent"),
        ),
        includes=(("include", r"^\s*`include\s+\"([^\"]+)"),),
        comments=("//",),
    ),
    Language(
        name="vhdl",
        extensions=(".vhd", ".vhdl"),
        heads=(
            ("module", r"(?i)^\s*(?:entity|architecture|package(?:\s+body)?)\s+(\w+)", "indent"),
            ("function", r"(?i)^\s*(?:function|procedure)\s+(\w+)", "indent"),
        ),
        comments=("--",),
    ),
    Language(
        name="matlab",
        extensions=(".mlx",),
        claims=((".m", r"^[ \t]*(?:%|function\b|classdef\b)"),),
        heads=(("function", r"^\s*function\s+(?:[^=\n]*=\s*)?([\w.]+)", "indent"),),
        comments=("%",),
    ),
)
