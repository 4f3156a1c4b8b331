"""Calls by place and by name, in languages other than Python, of what has its parameters in another order."""

from __future__ import annotations

from pathlib import Path

import pytest
from check_helpers import Place

from ctxpack.check.calls import Call, call_at, counted_parameters, misfit, swapped

Files = dict[str, str]

FORMS: dict[str, Files] = {
    "php": {
        "A.php": "<?php\nnamespace App;\nclass A {\n  public static function f(PARAMS) { return 1; }\n}\n",
        "B.php": "<?php\nnamespace App;\nclass B {\n  public function g($u) { return A::f(ARGS); }\n}\n",
    },
    "typescript": {
        "a.ts": "export function f(PARAMS): number {\n  return 1;\n}\n",
        "b.ts": "import { f } from './a';\n\nexport const g = (u: User) => f(ARGS);\n",
    },
    "arrow": {
        "a.ts": "export const f = (PARAMS): number => {\n  return 1;\n};\n",
        "b.ts": "import { f } from './a';\n\nexport const g = (u: User) => f(ARGS);\n",
    },
    "javascript": {
        "a.js": "export function f(PARAMS) {\n  return 1;\n}\n",
        "b.js": "import { f } from './a.js';\n\nexport const g = (u) => f(ARGS);\n",
    },
    "java": {
        "p/A.java": "package p;\n\npublic class A {\n  public static int f(PARAMS) { return 1; }\n}\n",
        "p/B.java": "package p;\n\npublic class B {\n  int g(User u) { return A.f(ARGS); }\n}\n",
    },
    "csharp": {
        "A.cs": "namespace P;\n\npublic class A {\n  public static int F(PARAMS) { return 1; }\n}\n",
        "B.cs": "namespace P;\n\npublic class B {\n  int G(User u) { return A.F(ARGS); }\n}\n",
    },
    "kotlin": {
        "A.kt": "package p\n\nfun f(PARAMS): Int {\n  return 1\n}\n",
        "B.kt": "package p\n\nfun g(u: User): Int {\n  return f(ARGS)\n}\n",
    },
    "ruby": {
        "a.rb": "class Shop\n  def self.f(PARAMS)\n    1\n  end\nend\n",
        "b.rb": "require_relative 'a'\n\nclass Use\n  def g(u)\n    Shop.f(ARGS)\n  end\nend\n",
    },
}
"""For each language the file that declares a function, and one that calls it."""


def found(root: Path, form: str, before: str, after: str, call: str) -> list[tuple[bool, str]]:
    """Whether each finding fails, and why, where the parameters of a function change."""
    (first, declared), (user, calls) = FORMS[form].items()
    place = Place(root / "x").commit({first: declared.replace("PARAMS", before), user: calls.replace("ARGS", call)})
    findings = place.stage({first: declared.replace("PARAMS", after)}).check().findings
    return [(one.fails, use.why) for one in findings for use in one.uses]


@pytest.mark.parametrize(
    ("case", "fails", "why"),
    [
        (("php", "int $a, ?User $user = null", "int $a, array $opts = [], ?User $user = null", "1, $u"), True, "opts"),
        (("php", "$a, $user", "$user, $a", "1, $u"), True, "user, a"),
        (("php", "int $a, $user = null", "int $a, $who = null", "1, user: $u"), True, "gives user, which"),
        (("typescript", "a: number, user?: User", "a: number, o?: User, user?: User", "1, u"), True, "takes o now"),
        (("typescript", "a: number, user?: User", "a: number, o?: Opts, user?: User", "1, u"), False, "takes o now"),
        (("typescript", "a: number, b: number", "b: number, a: number", "1, 2"), True, "takes b, a now"),
        (("arrow", "a: number, b: number", "b: number, a: number", "1, 2"), True, "takes b, a now"),
        (("javascript", "a, user = null", "a, opts = {}, user = null", "1, u"), True, "takes opts now"),
        (("javascript", "a, b", "b, a", "1, u"), True, "takes b, a now"),
        (("java", "int from, int to", "int to, int from", "1, 2"), True, "takes to, from now"),
        (("java", "int a, User user", "final User user, int a", "1, u"), False, "takes user, a now"),
        (("csharp", "int a, User? user = null", "int a, User? by = null, User? user = null", "1, u"), True, "by now"),
        (("csharp", "int a, User user", "int a, User who", "1, user: u"), True, "gives user, which"),
        (
            ("kotlin", "a: Int, user: User? = null", "a: Int, o: User? = null, user: User? = null", "1, u"),
            True,
            "o now",
        ),
        (("kotlin", "a: Int, b: String", "b: String, a: Int", '1, "x"'), False, "takes b, a now"),
        (("kotlin", "a: Int, user: User", "a: Int, who: User", "1, user = u"), True, "gives user, which"),
        (("ruby", "a, user = nil", "a, opts = {}, user = nil", "1, u"), True, "takes opts now"),
        (("ruby", "a, b", "b, a", "1, u"), True, "takes b, a now"),
        (("ruby", "a, user: nil", "a, who: nil", "1, user: u"), True, "gives user, which"),
    ],
)
def test_arguments_that_meet_another_parameter(
    tmp_path: Path, case: tuple[str, str, str, str], fails: bool, why: str
) -> None:
    ((failed, said),) = found(tmp_path, *case)
    assert why in said
    assert failed is fails


@pytest.mark.parametrize(
    ("form", "before", "after", "call"),
    [
        ("php", "int $a, $user = null", "int $a, $user = null, array $opts = []", "1, $u"),
        ("php", "int $a, $user = null", "int $a, $who = null", "1, $u"),
        ("php", "$a, $b = 1, $user = null", "$a, $c = 2, $b = 1, $user = null", "1, user: $u"),
        ("php", "$a, $b", "$b, $a", "...$u"),
        ("php", "$a, $user = null", "$a, ...$named", "1, user: $u"),
        ("typescript", "a: number, user?: User", "a: number, user?: User, o?: Opts", "1, u"),
        ("typescript", "a: number, user?: User", "a: number, who?: User", "1, u"),
        ("typescript", "a: number, user?: User", "a: number, o?: Opts, user?: User", "1"),
        ("javascript", "a, user", "a, { x, y }", "1, u"),
        ("javascript", "a, b", "b, a", "...u, 1"),
        ("java", "int a, User user", "int a, @Nullable User who", "1, u"),
        ("java", "int a, User user", "int a, User user, Object... rest", "1, u"),
        ("csharp", "int a, User user", "int a, User user, int b = 1", "1, u"),
        ("csharp", "int a, User user", "int a, User who", "1, u"),
        ("csharp", "int a, User user", "User user, int a", "user: u, a: 1"),
        ("kotlin", "a: Int, user: User", "a: Int, user: User, b: Int = 1", "1, u"),
        ("kotlin", "a: Int, user: User", "a: Int, who: User", "1, u"),
        ("kotlin", "a: Int, user: User", "user: User, a: Int", "user = u, a = 1"),
        ("ruby", "a, user = nil", "a, user = nil, opts = {}", "1, u"),
        ("ruby", "a, user", "a, who", "1, u"),
        ("ruby", "a, user", "a, extra = 1, user", "1, u"),
        ("ruby", "a, user", "a, user, &block", "1, u"),
        ("ruby", "a, options", "a, opts", "1, user: u"),
    ],
)
def test_changes_that_break_no_call(tmp_path: Path, form: str, before: str, after: str, call: str) -> None:
    assert found(tmp_path, form, before, after, call) == []


@pytest.mark.parametrize("form", ["php", "javascript"])
def test_a_call_over_several_lines_that_changed_along(tmp_path: Path, form: str) -> None:
    (first, declared), (user, calls) = FORMS[form].items()
    a, b, c = ("$a", "$b", "$c") if form == "php" else ("a", "b", "c")
    before, after = f"{a}, {b}, {c} = 1", f"{a}, {c}, {b}"
    place = Place(tmp_path / "x").commit(
        {first: declared.replace("PARAMS", before), user: calls.replace("ARGS", "\n1,\n2,\n3")}
    )
    place.stage({first: declared.replace("PARAMS", after), user: calls.replace("ARGS", "\n1,\n3,\n2")})
    assert place.check().findings == ()
    place.stage({user: calls.replace("ARGS", "\n1,\n2,\n3")})
    assert [finding.fails for finding in place.check().findings] == [True]


def test_overloads_are_not_compared(tmp_path: Path) -> None:
    both = "int from, int to) { return 0; }\n  public static int f(int a"
    assert found(tmp_path, "java", both, both.replace("int from, int to", "int to, int from"), "1, 2") == []


def test_a_constructor_of_php(tmp_path: Path) -> None:
    declared = "<?php\nnamespace App;\nclass A {\n  public function __construct(private int $a, private $b = 1) {}\n}\n"
    user = "<?php\nnamespace App;\nfunction g() { return new A(1, b: 2); }\n"
    place = Place(tmp_path / "x").commit({"A.php": declared, "b.php": user})
    findings = place.stage({"A.php": declared.replace("$b", "$c")}).check().findings
    assert "gives b, which it does not take" in [use.why for one in findings for use in one.uses]


@pytest.mark.parametrize(
    ("signature", "language", "names"),
    [
        ("function f(#[Sens] ?User &$user = null, private readonly int $b)", "php", ["user", "b"]),
        ("f(@Inject('x') private readonly a: number, { b }: P = {}, c?: T[])", "typescript", ["a", "", "c"]),
        ("function f(params = {}, _)", "javascript", ["params", ""]),
        ('int f(final @Named("a=b") Map<String, Integer> m, int[] z)', "java", ["m", "z"]),
        ("int f([From(X = 1)] this A a, ref int b, List<int> c = null)", "csharp", ["a", "b", "c"]),
        ("fun f(@A(1) a: Int, noinline cb: (Int) -> Unit)", "kotlin", ["a", "cb"]),
        ("def f(a, (b, c), d = 1)", "ruby", ["a", "", "d"]),
        ("def f(a, b = 1, c)", "ruby", ["a", "", ""]),
        ("def f(a, *b, c)", "ruby", ["a", ""]),
        ("int f(int a, int b)", "cpp", ["", ""]),
    ],
)
def test_names_of_parameters(signature: str, language: str, names: list[str]) -> None:
    takes = counted_parameters(signature, "f", language)
    assert takes is not None
    assert [one.name for one in (*takes.positional, *takes.both)] == names


@pytest.mark.parametrize(
    ("text", "language", "call"),
    [
        ("f($a, b: 1)", "php", Call(1, ("b",), False)),
        ("f(A::B, $c ? d : e)", "php", Call(2, (), False)),
        ("f(a, b = 1)", "javascript", Call(2, (), False)),
        ("f('wait for it', b)", "python", Call(2, (), False)),
        ("f(() => { for (const x of y) {} }, b)", "javascript", Call(2, (), False)),
        ("f(a, :b => 1, 'c' => 2)", "ruby", Call(1, (), True)),
        ("f(a, b: 1, &c)", "ruby", Call(1, ("b",), False)),
        ("f(a, *b, c)", "python", Call(1, (), True)),
    ],
)
def test_arguments_by_name_and_after_what_unpacks(text: str, language: str, call: Call) -> None:
    assert call_at(text, 1, 0, "f", language) == call


def test_an_argument_after_what_unpacks_has_no_place() -> None:
    old, new = (counted_parameters(f"f({text})", "f", "javascript") for text in ("a, b", "b, a"))
    call = call_at("f(...x, 1)", 1, 0, "f", "javascript")
    assert old is not None
    assert new is not None
    assert call is not None
    assert (misfit(call, old), swapped(call, old, new)) == ("", "")
