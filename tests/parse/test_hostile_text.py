"""Text that is not what its name says: no exception and no crash in any language.

Each text is long enough that a reader whose cost grew with its square would be noticed at once.
"""

from __future__ import annotations

import pytest

from ctxpack.model import Parsed
from ctxpack.parse import parse
from ctxpack.parse.languages import LANGUAGES

ALL = sorted(language.name for language in LANGUAGES)
BAD = {
    "parentheses": "(" * 50_000,
    "spaces": " " * 400_000 + "x",
    "one line of spaces": "a" + " " * 400_000,
    "NUL bytes": "a\0b\0" * 5_000,
    "lone surrogates": "key: \ud800\n-- \udfff 'x' \ud800\n# \udc00\n" * 200,
    "open brackets": "[" * 100_000,
    "closed brackets": "[" * 50_000 + "]" * 50_000,
    "open braces": "{" * 50_000,
    "open comments": "/* <!-- {# " * 10_000,
    "open tags": "{% {{ <a b='" * 10_000,
    "quotes": "'\"`" * 20_001,
    "dollars": "$a$$b$ $$" * 5_000,
    "dashes": "- " * 50_000,
    "headings": "# a\n" * 20_000,
    "underlines": "a\n=\n" * 10_000,
    "deep indentation": "\n".join(" " * depth + "a:" for depth in range(1_000)),
    "backslashes": "\\" * 50_000,
    "carriage returns": "a: 1\r\n# b\r\nFROM c\r\n" * 500,
    "empty": "",
    "newlines": "\n" * 100_000,
}


def check(text: str, parsed: Parsed) -> None:
    last = max(1, text.count("\n") + 1)
    for definition in parsed.facts.definitions:
        assert 1 <= definition.span[0] <= definition.line <= definition.span[1] <= last
        assert -1 <= definition.parent < len(parsed.facts.definitions)
    previous = 0
    for first, end in parsed.facts.outline:
        assert previous < first <= end <= last
        previous = end


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize(
    "language", ["sql", "yaml", "json", "toml", "markdown", "html", "css", "protobuf", "make", "text"]
)
def test_bad_input(language: str, bad: str) -> None:
    check(BAD[bad], parse(BAD[bad], language))


@pytest.mark.parametrize("language", ALL)
def test_bad_input_in_every_language(language: str) -> None:
    for text in (BAD["NUL bytes"], BAD["lone surrogates"], BAD["open braces"], BAD["carriage returns"], BAD["empty"]):
        check(text, parse(text, language))


def test_a_yaml_bomb_is_not_expanded() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [{', '.join(f'*a{i - 1}' for _ in range(9))}]" for i in range(1, 40)]
    parsed = parse("\n".join(lines), "yaml")
    assert [d.name for d in parsed.facts.definitions] == [f"a{i}" for i in range(40)]


@pytest.mark.parametrize("opening", ["- ", "? ", "? - ", "a:\n"])
def test_yaml_that_nests_deeper_than_the_grammar_can_is_read_by_lines(opening: str) -> None:
    text = opening * 2_000 if "\n" not in opening else "\n".join(" " * depth + opening for depth in range(1_000))
    parsed = parse(text + "x", "yaml")
    assert "too deeply" in parsed.facts.problems[0].message


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "sql",
            "CREATE TABLE a (id int);\nCREATE FUNCTION f() AS $$ BEGIN INSERT INTO a SELECT 1 FROM b; END $$;\n",
        ),
        ("sql", "{% macro m(a) %} with x as (select * from {{ ref('y') }}) select * from x {% endmacro %}\n"),
        ("yaml", "models:\n  - name: a\n    columns:\n      - {name: b, tests: [unique, 'x']}\n"),
        ("json", '{"a": {"b": [1, "c", null]}, "d": "e"}'),
        ("html", '<div id="a"><h1>b</h1>{{ define "c" }}<!-- d -->{{ end }}</div>'),
        ("markdown", "# a\n\n```py\nx\n```\n\nb\n=\n[c](d.md)\n"),
        (
            "terraform",
            'locals {\n  a = [for k, v in var.b : "${k}-%{ if v }x%{ endif }"]\n}\nmodule "m" {\n  source = "./m"\n}\n',
        ),
        (
            "elixir",
            'defmodule A.B do\n  use C, :d\n  alias A.{E, F}\n  import G, only: [h: 1]\n  @doc "x"\n'
            "  @spec a(E.t) :: b\n"
            '  def a(%E{x: y} = z) when y > 1, do: &h/1\n  test "a.b" do\n    @c |> E.f(1) |> g()\n  end\nend\n',
        ),
        (
            "lua",
            'local M = setmetatable({}, { __index = require("a.b").c })\nfunction M:add(x, ...)\n  self.y = x\n'
            '  for k, v in pairs(self) do v.w { k } end\nend\nlocal ok, z = pcall(require, "d")\n'
            "return { add = M.add, z = z }\n",
        ),
        (
            "swift",
            "@A(1) final class B<T: C>: D, E where T: F {\n  @G var h: [I: J?] = [:] { didSet { k() } }\n"
            "  init?(_ l: M...) throws { self.h = l; guard let n = l.o, case .p(let q) = n else { return } }\n"
            '  func r() { s.t { [weak self] u in self?.v(w: "\\(x.y)") { $0.z } } }\n}\n'
            "extension B.D: E { enum F { case g, h(I) } }\n",
        ),
        (
            "dart",
            "import 'a.dart' as b show C;\npart of d;\n@e\nclass F<T> extends b.G<T> with H implements I {\n"
            "  final List<J?> k = [], l;\n  F.m(this.k, {required super.n}) : l = o, super.p(1);\n"
            "  Future<T> q() async { for (final (r, s) in t) { u..v(r)..w = s!; }\n"
            "    try { x(); } on Y catch (z) { z.a; } }\n"
            "  set b(int c) => d[0].e;\n}\n"
            "extension G on H { int get i => switch (j) { K k => k.l, _ => '$m ${n.o}' }; }\n",
        ),
        (
            "julia",
            'module A\nusing ..B: c, d as e\ninclude(joinpath(@__DIR__, "f.jl"))\n'
            '"doc"\n@kwdef mutable struct G{T<:H} <: I{T}\n'
            "  j::Vector{T} = []\n  const k::Int\nend\nfunction (l::G)(m, n...; o=1) where {T} end\n"
            "Base.p(q::G)::Int = [r.s for (r, t) in u if v isa W]\n@enum X y=1 z\n"
            "map(a) do b, c\n  b.d[1].e\nend\nend\n",
        ),
        (
            "groovy",
            "package a.b\nimport static c.D.e as f\n/** G */\n@H\nclass I<T> extends J implements K {\n"
            "  L m = new N(1)\n"
            "  def o(P p, q = 2) throws R { p.s(); u { V v -> v.w() }; \"x ${y}\" }\n  def 'z a'() { this.b() }\n}\n"
            "apply from: 'c.gradle'\nstage('d') { }\n",
        ),
        (
            "objc",
            '#import "a.h"\nNS_ASSUME_NONNULL_BEGIN\ntypedef NS_ENUM(NSInteger, B) { C = 1, D };\n'
            "@protocol E <F>\n@end\n@interface G<__covariant T> : H <I, J> { int _k; }\n"
            "@property (nonatomic, nullable) id<L> m NS_UNAVAILABLE;\n"
            "- (instancetype)n:(void (^_Nullable)(O *))p q:(R)s, ...;\n@end\n@implementation G (Z)\n"
            "static int t(int u) {}\n"
            "- (void)n:(V)w q:(R)s {\n  for (X *y in self.m) { [[y a:^(B b) { _k = c; }] d]; }\n"
            '  @try { e(@[@"f", @{@1: g}]); } @catch (H *h) { @throw; }\n}\n@end\n',
        ),
        (
            "powershell",
            "using module ./A.psm1\nparam([A]$B)\n. $PSScriptRoot/c.ps1\nfunction D-E {\n<#\n.SYNOPSIS\nF\n#>\n"
            "param([Parameter(Mandatory)][G]$H = 1)\nprocess { $I = [J]::new($H); $I.K.L($_) | M-N -O { $script:P } }\n"
            "}\n"
            "class Q : R { [S] $T; Q([int]$u) : base($u) {} }\nenum V { W; X = 1 }\n"
            "Describe \"y $(z-a 'b')\" { It 'c' { @{ D = @('e', \"f\") } } }\n@'\ng\n'@\n",
        ),
        ("css", '@import "a"; .b { --c: url(d); } /* e */ @media x { #f {} }'),
    ],
)
def test_half_a_file_is_read_as_far_as_it_goes(language: str, text: str) -> None:
    for end in range(len(text)):
        check(text[:end], parse(text[:end], language))
