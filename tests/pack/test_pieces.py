"""What could be shown of a file, in pieces."""

from __future__ import annotations

from ctxpack.pack.excerpts import Telling
from ctxpack.pack.plan import Piece, need_pieces, site_pieces, target_pieces
from ctxpack.pack.shape import Shape
from ctxpack.parse import parse
from ctxpack.text import tokens


def pieces(text: str, language: str, symbol: str, chance: float = 0.4) -> tuple[Shape, list[Piece]]:
    shape = Shape(parse(text, language).facts, text.splitlines())
    names = [one.qualname for one in shape.facts.definitions]
    return shape, target_pieces(shape, 0.5, {names.index(symbol): chance})


def shows(piece: Piece, line: int) -> bool:
    return any(first <= line <= last for first, last in piece.spans)


def test_a_long_function_is_shown_whole() -> None:
    body = "".join(f"    step({number})\n" for number in range(80))
    _, found = pieces(f"def long():\n{body}\n\ndef other():\n    pass\n", "python", "long")
    assert any(piece.body and shows(piece, 40) and not shows(piece, 85) for piece in found)


def test_a_long_entry_of_settings_has_its_outline_first() -> None:
    columns = "".join(f"      - name: column_{number}\n        description: 'About it.'\n" for number in range(60))
    text = f"models:\n  - name: orders\n    columns:\n{columns}  - name: lines\n    columns:\n      - name: id\n"
    shape, found = pieces(text, "yaml", "orders")
    prose = next(number for number, line in enumerate(shape.lines, 1) if "description" in line)
    bodies = [piece for piece in found[:-1] if shows(piece, prose)]
    _, function = pieces("def long():\n" + "    step()\n" * 80 + "\n\ndef other():\n    pass\n", "python", "long")
    assert bodies and max(piece.value for piece in bodies) < max(piece.value for piece in function)
    assert any(piece.spans and shows(piece, 2) and not shows(piece, prose) for piece in found)


def test_heads_are_those_of_the_likeliest() -> None:
    text = "".join(f"def step_{number}():\n    return {number}\n\n\n" for number in range(30))
    shape = Shape(parse(text, "python").facts, text.splitlines())
    found = target_pieces(shape, 0.5, {number: 0.5 - number / 100 for number in range(30)})
    heads = next(piece for piece in found if piece.spans and not piece.body)
    assert shows(heads, 1) and not shows(heads, 4 * 25 + 1)


def test_of_a_file_that_is_not_sure_each_further_definition_is_worth_less_and_of_one_that_is_none_is() -> None:
    text = "".join(f"def step_{number}():\n    return {number}\n\n\n" for number in range(30))
    shape = Shape(parse(text, "python").facts, text.splitlines())

    def worths(probability: float) -> list[float]:
        found = target_pieces(shape, probability, dict.fromkeys(range(30), 0.1))
        return [piece.value for piece in found if piece.body and len(piece.spans) == 2][:30]

    assert len(set(worths(1.0))) == 1 and len(worths(1.0)) == 30
    unsure, surer = worths(0.2), worths(0.6)
    assert unsure == sorted(unsure, reverse=True) and unsure[0] == surer[0] == worths(1.0)[0]
    assert unsure[9] < surer[9] < worths(1.0)[9]


def test_a_variable_is_no_head_where_something_else_is() -> None:
    rest = "".join(f"    step({number})\n" for number in range(40))
    text = f"logger = get_logger()\n\n\ndef run():\n{rest}"
    shape = Shape(parse(text, "python").facts, text.splitlines())
    both = next(piece for piece in target_pieces(shape, 0.5, {0: 0.4, 1: 0.1}) if piece.spans)
    assert both.spans == ((4, 4),)
    alone = next(piece for piece in target_pieces(shape, 0.5, {0: 0.4}) if piece.spans)
    assert alone.spans == ((1, 1),)


def test_of_a_long_function_the_lines_that_speak_of_the_task_can_be_shown_alone() -> None:
    body = "".join(f"    step({number})\n" for number in range(40))
    text = f"def long():\n{body}    retry(timeout)\n{body}\n\ndef other():\n    pass\n"
    shape = Shape(parse(text, "python").facts, text.splitlines(), Telling(text.splitlines(), {"timeout": 1.0}))
    found = target_pieces(shape, 0.5, {0: 0.4, 1: 0.1})
    excerpts = [piece for piece in found if piece.body and shows(piece, 42) and not shows(piece, 20)]
    assert [piece.spans for piece in excerpts] == [((1, 1), (39, 45))]
    whole = next(piece for piece in found if shows(piece, 20) and not shows(piece, 86))
    assert 0 < excerpts[0].value < whole.value


def test_of_a_long_file_of_settings_the_entries_that_speak_of_the_task_can_be_shown_alone() -> None:
    columns = "".join(f"      - name: column_{number}\n        description: 'About it.'\n" for number in range(60))
    text = f"models:\n  - name: orders\n    columns:\n{columns}      - name: currency\n"
    shape = Shape(parse(text, "yaml").facts, text.splitlines(), Telling(text.splitlines(), {"currenc": 1.0}))
    assert any(piece.spans == ((122, 124),) and piece.body for piece in target_pieces(shape, 0.5, {}))


def test_of_a_long_test_the_beginning_is_shown() -> None:
    body = "".join(f"    check({number})\n" for number in range(200))
    text = f"def test_all():\n{body}"
    shape = Shape(parse(text, "python").facts, text.splitlines())
    (piece,) = need_pieces(shape, 0, 0.5, test=True)
    assert piece.body and shows(piece, 1) and shows(piece, 30) and not shows(piece, 100)


def test_beside_a_definition_stands_what_it_imports() -> None:
    filler = "".join(f"export function other_{number}() {{\n  return {number};\n}}\n" for number in range(20))
    text = (
        "import { unused } from './unused';\n\n"
        "import {\n  Status,\n  Kind,\n  Place,\n  Price,\n} from './status';\n\n"
        f"export function send() {{\n  return Kind.NEW;\n}}\n{filler}"
    )
    shape, found = pieces(text, "typescript", "send")
    assert shape.imports_of(0) == ((3, 8),)
    imports = [piece for piece in found if piece.spans == ((3, 8),)]
    assert len(imports) == 1 and not imports[0].asked
    assert not any(piece.spans == ((3, 8),) for piece in pieces(text, "typescript", "other_3")[1])


def test_what_is_imported_is_asked_with_a_definition_that_is() -> None:
    filler = "".join(f"\n\ndef other_{number}():\n    return {number}\n" for number in range(20))
    text = f"import os\nimport sys\n\n\ndef leave():\n    sys.exit(1)\n{filler}"
    _, found = pieces(text, "python", "leave", chance=1.0)
    assert any(piece.spans == ((2, 2),) and piece.asked for piece in found)


def test_of_a_long_text_without_definitions_the_lines_that_speak_of_the_task_can_be_shown_alone() -> None:
    lines = [f"<p>line {number}</p>" for number in range(1, 101)]
    lines[69] = "<p>the avatar of a user</p>"
    shape = Shape(parse("\n".join(lines), "text").facts, lines, Telling(lines, {"avatar": 1.0}))
    found = target_pieces(shape, 0.5, {})
    (excerpt,) = [piece for piece in found if shows(piece, 70) and not shows(piece, 100)]
    (whole,) = [piece for piece in found if shows(piece, 100)]
    assert excerpt.spans == ((67, 73),) and 0 < excerpt.value < whole.value


SCRIPT = (
    "# Licence\n# of two lines\nimport os\nfrom jobs import run\n\n"
    + "def helper():\n    return 1\n\n\n"
    + "".join(f"run({number}, os.name)\n" for number in range(6))
    + "\n# the end\n"
)


def test_the_statements_of_a_script_outside_its_definitions_are_a_stretch_without_comments_and_imports() -> None:
    shape = Shape(parse(SCRIPT, "python").facts, SCRIPT.splitlines())
    assert shape.outside() == ((10, 15),)


def test_the_statements_of_a_script_can_be_shown_without_the_rest() -> None:
    text = SCRIPT + "".join(f"def other_{number}():\n    return {number}\n\n\n" for number in range(20))
    _, found = pieces(text, "python", "helper")
    assert [piece.spans for piece in found if piece.body and shows(piece, 12)] == [
        ((10, 15),),
        ((1, len(text.splitlines())),),
    ]


def test_of_a_long_class_that_is_needed_the_head_goes_far_before_the_outline_of_all_its_members() -> None:
    members = "".join(f"    def member_{number}(self):\n        return {number}\n\n" for number in range(20))
    text = f"class Long:\n{members}\n\nclass Short:\n    def only(self):\n        return 1\n" + "    x = 1\n" * 12
    facts = parse(text, "python").facts
    shape = Shape(facts, text.splitlines())
    names = [one.qualname for one in facts.definitions]
    head, outline = need_pieces(shape, names.index("Long"), 0.5)
    assert head.spans == ((1, 1),) and shows(outline, 2) and not shows(outline, 3)
    assert outline.value < head.value / 4
    (short,) = need_pieces(shape, names.index("Short"), 0.5)
    assert shows(short, 65) and short.value == head.value


CALLER = "def caller():\n" + "".join(f"    step({number})\n" for number in range(60))


def test_of_who_uses_a_target_the_lines_that_do_are_shown_below_its_head() -> None:
    shape = Shape(parse(CALLER, "python").facts, CALLER.splitlines())
    use, head = need_pieces(shape, 0, 0.5, lines=(40,))
    assert use.spans == ((1, 1), (38, 42)) and use.body
    assert head.spans == ((1, 1),) and head.value > use.value > 0


def test_where_a_change_has_to_follow_the_lines_are_worth_as_much_as_a_body() -> None:
    shape = Shape(parse(CALLER, "python").facts, CALLER.splitlines())
    (site,) = site_pieces(shape, 0, (20, 40), 0.5)
    assert site.spans == ((1, 1), (18, 22), (38, 42)) and site.body
    (body,) = [piece for piece in target_pieces(shape, 0.5, {0: 0.5}) if shows(piece, 60) and not piece.value < 1]
    assert site.value == body.value
    (short,) = site_pieces(Shape(parse("def f():\n    g()\n", "python").facts, ["def f():", "    g()"]), 0, (2,), 0.5)
    assert short.spans == ((1, 1), (1, 2))


BRANCHES = """\
class Client:
    if TYPED:
        # typed
        def get(self) -> str: ...

        def post(self) -> str: ...
    else:

        def get(self):
            return 2

    def plain(self):
        return 3
"""


def test_a_definition_stands_below_the_block_that_it_is_in_and_a_branch_below_the_first() -> None:
    shape = Shape(parse(BRANCHES, "python").facts, BRANCHES.splitlines())
    leads = [sorted({line for line, _ in shape.lead(index)}) for index in range(len(shape.facts.definitions))]
    assert leads == [[1], [1, 2, 4], [1, 2, 6], [1, 2, 7, 9], [1, 12]]


def test_a_test_can_stand_beside_what_it_imports() -> None:
    text = "import pytest\nimport json\n\n\ndef test_all():\n    pytest.fail()\n"
    shape = Shape(parse(text, "python").facts, text.splitlines())
    body, imports = need_pieces(shape, 0, 0.5, test=True)
    assert imports.spans == ((1, 1),) and 0 < imports.value < body.value


def test_of_a_long_table_of_values_the_entry_that_speaks_of_the_task_can_be_shown_alone() -> None:
    entries = [f"    {{'name': 'topic {number}', 'text': 'about it'}},\n" for number in range(90)]
    entries[50] = "    {'name': 'environment', 'text': 'variables'},\n"
    text = f"TOPICS = [\n{''.join(entries)}]\n\n\ndef other():\n    pass\n"
    lines = text.splitlines()
    shape = Shape(parse(text, "python").facts, lines, Telling(lines, {next(iter(tokens("environment"))): 1.0}))
    found = target_pieces(shape, 0.5, {0: 0.4})
    assert any(piece.body and shows(piece, 52) and not shows(piece, 80) for piece in found)


def test_the_text_of_an_attribute_that_documents_is_shown_with_its_function_and_no_end_of_another_text() -> None:
    text = 'defmodule A do\n  @doc """\n  Adds.\n  """\n  def add(a), do: a\n  def other, do: 1\nend\n'
    shape = Shape(parse(text, "elixir").facts, text.splitlines())
    assert [shape.with_comment(one) for one in shape.facts.definitions[1:]] == [(2, 5), (6, 6)]
    text = '"""About\nthe file.\n"""\ndef f():\n    pass\n'
    shape = Shape(parse(text, "python").facts, text.splitlines())
    assert shape.with_comment(shape.facts.definitions[0]) == (4, 5)


USER = """\
import os
from .views import (
    FacetView,
    TableView,
)
from .more import (
    Helper,
    Other,
)


def route(name):
    return name


ROUTES = {}
register(FacetView)


# why there is
# another
@cached
def other(
    self,
):
    return 1
"""


def test_of_an_import_that_uses_a_target_its_statement_is_shown_and_nothing_around() -> None:
    shape = Shape(parse(USER, "python").facts, USER.splitlines())
    (use,) = need_pieces(shape, -1, 0.5, lines=(4,))
    assert use.spans == ((2, 5),)
    block = 'import (\n\t"context"\n\n\t"net"\n' + "".join(f'\t"x/{n}"\n' for n in range(30)) + ")\n\nvar a = net.B\n"
    shape = Shape(parse(block, "go").facts, block.splitlines())
    assert list(shape.uses(-1, (4,), 2)) == [(1, 1), (4, 4), (35, 35)]


def test_a_use_outside_of_definitions_is_shown_without_parts_of_those_around_it() -> None:
    shape = Shape(parse(USER, "python").facts, USER.splitlines())
    (use,) = need_pieces(shape, -1, 0.5, lines=(17,))
    assert use.spans == ((16, 17),)


def test_a_use_below_a_long_head_and_at_the_end_of_a_definition_stays_in_it() -> None:
    body = "".join(f"\tstep({number})\n" for number in range(20))
    head = "package a\n\nfunc first(\n\tone int,\n\ttwo int,\n) {\n\ttarget()\n"
    text = f"{head}{body}\ttarget()\n}}\n\nfunc next() {{\n}}\n"
    shape = Shape(parse(text, "go").facts, text.splitlines())
    (use, _) = need_pieces(shape, 0, 0.5, lines=(7, 28))
    assert use.spans == ((3, 6), (7, 9), (26, 28))


def test_a_use_in_a_call_of_many_lines_is_shown_with_the_call() -> None:
    rest = "".join(f"    step({number})\n" for number in range(30))
    text = f"def f():\n{rest}    return call(\n        one,\n        [\n            target,\n        ],\n    )\n{rest}"
    shape = Shape(parse(text, "python").facts, text.splitlines())
    assert list(shape.uses(0, (35,), 2)) == [(32, 37)]
    assert list(shape.uses(0, (31, 39), 2)) == [(29, 31), (38, 41)]
    long = "def f():\n    return target(\n" + "        2,\n" * 40 + "    )\n"
    shape = Shape(parse(long, "python").facts, long.splitlines())
    assert list(shape.uses(0, (2,), 2)) == [(2, 2)]


def test_an_import_in_a_block_is_shown_with_its_branches_and_without_what_follows() -> None:
    lines = "try:\n    import fast\nexcept ImportError:\n    fast = None\nfrom a import (\n    b,\n)\n\n\n"
    text = f"{lines}def f():\n    fast(b)\n"
    shape = Shape(parse(text, "python").facts, text.splitlines())
    assert shape.imports_of(1) == ((1, 4), (5, 7))


REST = "".join(f"fn other_{number}() {{\n    run();\n}}\n" for number in range(20))


def named(text: str, language: str) -> tuple[Shape, list[str]]:
    shape = Shape(parse(text, language).facts, text.splitlines())
    return shape, [one.qualname for one in shape.facts.definitions]


def test_an_enumeration_of_few_entries_is_shown_whole_where_one_is_needed_and_a_long_one_is_not() -> None:
    shape, names = named(f"#[derive(Debug)]\nenum Kind {{\n    First,\n    Second(u8),\n}}\n{REST}", "rust")
    (entry,) = need_pieces(shape, names.index("Kind.Second"), 0.5)
    assert shows(entry, 1) and shows(entry, 3) and shows(entry, 5) and not shows(entry, 6)
    target = next(piece for piece in target_pieces(shape, 0.5, {names.index("Kind.First"): 0.5}) if piece.spans)
    assert shows(target, 4)
    shape, names = named("class Kind(StrEnum):\n    A = 'a'\n    B = 'b'\n\n\ndef f():\n    pass\n", "python")
    assert shows(need_pieces(shape, names.index("Kind.A"), 0.5)[0], 3)
    entries = "".join(f"    Entry{number},\n" for number in range(40))
    shape, names = named(f"enum Kind {{\n{entries}}}\n{REST}", "rust")
    assert need_pieces(shape, names.index("Kind.Entry9"), 0.5)[0].spans == ((11, 11), (1, 1), (11, 11))


def test_the_head_of_a_module_or_of_a_long_enumeration_is_not_shown_alone() -> None:
    tests = "".join(f"    #[test]\n    fn case_{number}() {{\n        run();\n    }}\n" for number in range(20))
    shape, names = named(f"{REST}mod tests {{\n{tests}}}\n", "rust")
    module = names.index("tests")
    bare = shape.facts.definitions[module].head
    for found in (
        need_pieces(shape, module, 0.5),
        need_pieces(shape, module, 0.5, lines=(bare[0] + 3,)),
        target_pieces(shape, 0.5, {module: 0.5, 0: 0.1}),
        target_pieces(shape, 0.5, {module: 0.5}),
    ):
        assert found and not any(set(piece.spans) == {bare} for piece in found)
    heads = next(piece for piece in target_pieces(shape, 0.5, {module: 0.5, 0: 0.1}) if piece.spans)
    assert heads.spans == ((1, 1),)
    entries = "".join(f"    Entry{number},\n" for number in range(40))
    shape, names = named(f"enum Kind {{\n{entries}}}\n{REST}", "rust")
    (outline,) = need_pieces(shape, names.index("Kind"), 0.5)
    assert shows(outline, 20)


def test_of_a_long_import_in_groups_the_groups_of_what_is_used_are_shown() -> None:
    inner = "".join(f"    Other{number},\n" for number in range(20))
    text = f"use crate::{{\n  views::{{\n{inner}    Wanted,\n  }},\n  more::X,\n}};\n\nfn f() {{\n  Wanted::new()\n}}\n"
    shape, names = named(text, "rust")
    assert sorted(shape.imports_of(names.index("f"))) == [(1, 1), (2, 2), (23, 23), (26, 26)]
    assert shape.outside() == ()


def test_what_stands_outside_of_definitions_does_not_begin_with_the_end_of_a_block() -> None:
    text = "cfg! {\n  on => {\n    fn f() {\n      run();\n    }\n  }\n  off => {}\n}\n"
    shape, _ = named(text, "rust")
    assert all(shape.lines[first - 1].strip()[0] not in "})" for first, _ in shape.outside())
    text = "fn f() {\n  run();\n}\n\nrun!(\n  1,\n  2,\n);\n"
    shape, _ = named(text, "rust")
    assert shape.outside() == ((5, 8),)
