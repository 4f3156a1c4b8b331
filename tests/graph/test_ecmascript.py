from __future__ import annotations

import json

import pytest

from ctxpack.graph.edges import link
from ctxpack.graph.imports.ecmascript_settings import Paths, parse_json
from ctxpack.graph.project import Project, is_settings
from ctxpack.model import Unresolved
from ctxpack.parse import detect, parse


class Linked:
    """The links of a small repository, given as texts by path."""

    def __init__(self, files: dict[str, str]) -> None:
        files = dict(sorted(files.items()))
        self.facts = {path: parse(text, detect(path, text[:200].encode())).facts for path, text in files.items()}
        project = Project(self.facts, lambda path: files.get(path, ""), tuple(p for p in files if is_settings(p)))
        found = link(project)
        self.links, self.unresolved = found.links, found.unresolved

    def imports(self, path: str) -> list[str]:
        """The files that a file imports, in the order of its lines."""
        return [one.target for one in self.links[path] if one.kind in ("imports", "includes")]

    def meaning(self, path: str, line: int, name: str) -> set[str]:
        """What a name on a line is bound to, as path::qualname."""
        return {
            f"{one.target}::{self.facts[one.target].definitions[one.symbol].qualname}"
            for one in self.links[path]
            if (one.line, one.name) == (line, name) and one.symbol >= 0
        }


def test_a_relative_import_finds_sources_behind_suffixes_and_folders() -> None:
    linked = Linked(
        {
            "src/main.ts": "import './a'\nimport './b.js'\nimport './c'\nimport '.'\nimport '../top'\n"
            "import './d.mjs'\nimport './data.json'\nimport './e.vue'\n",
            "src/a.tsx": "",
            "src/b.ts": "",
            "src/b.js": "",
            "src/c/index.ts": "",
            "src/index.ts": "",
            "top.d.ts": "declare const x: number",
            "src/d.mts": "",
            "src/data.json": "{}",
        }
    )
    assert linked.imports("src/main.ts") == [
        "src/a.tsx", "src/b.ts", "src/c/index.ts", "src/index.ts", "top.d.ts", "src/d.mts", "src/data.json",
    ]  # fmt: skip
    assert linked.unresolved == (Unresolved("src/main.ts", 8, "./e.vue", "no such module beside this file"),)


def test_javascript_takes_the_file_that_is_named() -> None:
    linked = Linked({"a.js": "import './b.js'", "b.js": "", "b.ts": ""})
    assert linked.imports("a.js") == ["b.js"]


def test_names_go_through_barrels_to_their_definition() -> None:
    linked = Linked(
        {
            "app.ts": "import { Button, Theme as T, forms, size } from './ui'\nnew Button().click()\n"
            "let t: T\nforms.Field\nsize\n",
            "ui/index.ts": "export * from './button'\nexport { default as Theme } from './theme'\n"
            "export * as forms from './forms'\nimport { width } from './size'\nexport { width as size }\n",
            "ui/button.ts": "export class Button extends Base {}\nclass Base { click() {} }\n",
            "ui/theme.ts": "interface Theme { dark: boolean }\nexport default Theme\n",
            "ui/forms.ts": "export { Field } from './field'\n",
            "ui/field.ts": "export class Field {}\n",
            "ui/size.ts": "export const width = 1\n",
        }
    )
    assert linked.meaning("app.ts", 2, "Button") == {"ui/button.ts::Button"}
    assert linked.meaning("app.ts", 2, "click") == {"ui/button.ts::Base.click"}
    assert linked.meaning("app.ts", 3, "T") == {"ui/theme.ts::Theme"}
    assert linked.meaning("app.ts", 4, "Field") == {"ui/field.ts::Field"}
    assert linked.meaning("app.ts", 5, "size") == {"ui/size.ts::width"}
    assert linked.meaning("app.ts", 1, "Button") == {"ui/button.ts::Button"}


def test_a_module_offered_whole_as_default_is_bound() -> None:
    linked = Linked(
        {
            "app.js": "import forms from './ui.js'\nforms.Field\n",
            "ui.js": "export * as default from './forms.js'\n",
            "forms.js": "export class Field {}\n",
        }
    )
    assert linked.facts["ui.js"].problems == ()
    assert linked.imports("ui.js") == ["forms.js"]
    assert linked.meaning("app.js", 2, "Field") == {"forms.js::Field"}


def test_a_star_re_export_gives_no_default_and_binds_nothing_in_its_own_file() -> None:
    linked = Linked(
        {
            "a.ts": "import whole from './barrel'\nwhole\n",
            "barrel.ts": "export * from './b'\nexport { Response as Reply } from './b'\nhelper\nReply\n",
            "b.ts": "export const helper = 1\nexport class Response {}\nexport default helper\n",
        }
    )
    assert linked.meaning("a.ts", 2, "whole") == set()
    assert linked.meaning("barrel.ts", 3, "helper") == set()
    assert linked.meaning("barrel.ts", 4, "Reply") == set()


def test_what_a_module_does_not_export_cannot_be_taken_from_it() -> None:
    hidden = "function secret() {}\nexport const open = 1\n"
    linked = Linked({"a.ts": "import { secret } from './b'\nsecret()\n", "b.ts": hidden})
    assert linked.meaning("a.ts", 2, "secret") == set()


@pytest.mark.parametrize(
    ("exported", "defined"),
    [
        ("export default function run() {}", "run"),
        ("export default class Run {}", "Run"),
        ("export default () => 1", "default"),
        ("export default { a: 1 }", "default"),
        ("const run = 1\nexport default run", "run"),
        ("const run = 1\nexport { run as default }", "run"),
        ("function run() {}\nmodule.exports = run", "run"),
        ("module.exports = function () {}", "exports"),
    ],
)
def test_every_form_of_default_export(exported: str, defined: str) -> None:
    linked = Linked({"a.js": "import it from './b'\nit()\n", "b.js": exported})
    assert linked.meaning("a.js", 2, "it") == {f"b.js::{defined}"}


def test_commonjs_modules() -> None:
    linked = Linked(
        {
            "a.js": "const b = require('./b')\nconst { open, close: shut } = require('./c')\nb.run()\nopen(); shut()\n"
            "const Store = require('./store')\nnew Store().get()\nrequire('./gone')\n",
            "b.js": "exports.run = function () {}\n",
            "c.js": "function open() {}\nmodule.exports = { open, close() {} }\n",
            "store.js": "class Store { get() {} }\nmodule.exports = Store\n",
        }
    )
    assert linked.imports("a.js") == ["b.js", "c.js", "c.js", "store.js"]
    assert linked.meaning("a.js", 3, "run") == {"b.js::run"}
    assert linked.meaning("a.js", 4, "open") == {"c.js::open"}
    assert linked.meaning("a.js", 4, "shut") == {"c.js::close"}
    assert linked.meaning("a.js", 6, "get") == {"store.js::Store.get"}
    assert [one.why for one in linked.unresolved] == ["no such module beside this file"]


def test_paths_of_the_nearest_configuration_with_what_it_extends() -> None:
    linked = Linked(
        {
            "tsconfig.base.json": '{ // shared\n "compilerOptions": { "paths": { "#lib/*": ["./libs/*/src",], } } }',
            "apps/web/tsconfig.json": '{"extends": "../../tsconfig.base", "compilerOptions": {"strict": true}}',
            "apps/api/tsconfig.json": '{"files": [], "references": [{"path": "./tsconfig.app.json"}]}',
            "apps/api/tsconfig.app.json": '{"compilerOptions": {"baseUrl": "src", "paths": {"~lib/*": ["lib/*"]}}}',
            "libs/log/src/index.ts": "export const log = 1\n",
            "apps/web/main.ts": "import { log } from '#lib/log'\nlog\n",
            "apps/api/src/main.ts": "import '~lib/x'\nimport 'config/env'\nimport '~lib/none'\nimport 'express'\n",
            "apps/api/src/lib/x.ts": "",
            "apps/api/src/config/env.ts": "",
        }
    )
    assert linked.imports("apps/web/main.ts") == ["libs/log/src/index.ts"]
    assert linked.meaning("apps/web/main.ts", 2, "log") == {"libs/log/src/index.ts::log"}
    assert linked.imports("apps/api/src/main.ts") == ["apps/api/src/lib/x.ts", "apps/api/src/config/env.ts"]
    assert [(one.line, one.why) for one in linked.unresolved] == [(3, "the paths of the configuration lead to no file")]
    assert {one.origin for one in linked.links["apps/web/main.ts"]} >= {"import"}


def test_packages_of_a_workspace_lead_to_their_sources() -> None:
    exports = {".": {"types": "./dist/index.d.ts", "import": "./dist/index.js"}, "./jsx/*": "./dist/esm/jsx/*.js"}
    linked = Linked(
        {
            "package.json": '{"name": "root", "workspaces": ["packages/*"], "imports": {"#tools": "./tools/main.js"}}',
            "packages/core/package.json": json.dumps({"name": "@acme/core", "exports": exports}),
            "packages/core/src/index.ts": "export class Core {}\n",
            "packages/core/src/jsx/dom.tsx": "",
            "packages/old/package.json": '{"name": "old", "main": "lib/main.js"}',
            "packages/old/src/main.js": "exports.x = 1\n",
            "packages/app/package.json": '{"name": "app"}',
            "packages/app/a.ts": "import { Core } from '@acme/core'\nimport '@acme/core/jsx/dom'\nimport 'old'\n"
            "import '@acme/core/private'\nimport '@acme/other'\nnew Core()\n",
            "b.ts": "import '#tools'\n",
            "tools/main.ts": "",
        }
    )
    assert linked.imports("packages/app/a.ts") == [
        "packages/core/src/index.ts", "packages/core/src/jsx/dom.tsx", "packages/old/src/main.js",
    ]  # fmt: skip
    assert linked.meaning("packages/app/a.ts", 6, "Core") == {"packages/core/src/index.ts::Core"}
    assert [one.why for one in linked.unresolved] == ["the package @acme/core of this repository has no such module"]
    assert linked.imports("b.ts") == ["tools/main.ts"]


def test_built_files_of_a_package_lead_to_sources_of_any_suffix() -> None:
    exports = {"./adapters/*": {"types": "./dist/adapters/*.d.mts", "default": "./dist/adapters/*.mjs"}}
    linked = Linked(
        {
            "core/package.json": json.dumps({"name": "core", "exports": exports, "devDependencies": {"@x/far": "^1"}}),
            "core/src/adapters/next.ts": "",
            "core/src/adapters/node/index.tsx": "",
            "core/tsconfig.json": '{"compilerOptions": {"paths": {"@x/*": ["./packages/*"]}}}',
            "core/a.ts": "import 'core/adapters/next'\nimport 'core/adapters/node'\nimport './dist/made.js'\n"
            "import '@x/far'\nimport '@x/near'\nimport '@x/logo.png'\nimport './gone'\n",
        }
    )
    assert linked.imports("core/a.ts") == ["core/src/adapters/next.ts", "core/src/adapters/node/index.tsx"]
    assert [one.line for one in linked.unresolved] == [5, 7]


def test_a_package_name_that_two_packages_share_leads_nowhere() -> None:
    files = {"a/package.json": '{"name": "x"}', "b/package.json": '{"name": "x"}', "a/index.ts": "", "b/index.ts": ""}
    assert Linked({**files, "c.ts": "import 'x'\n"}).imports("c.ts") == []


def test_receivers_through_types_getters_and_inheritance() -> None:
    linked = Linked(
        {
            "a.ts": "import { Context } from './context'\nfunction handle(c: Context) {\n  c.req.param()\n"
            "  c.reply().send()\n  c.missing.param()\n}\n",
            "context.ts": "import type { Req } from './req'\nimport { Reply } from './reply'\nexport class Context {\n"
            "  get req(): Req { return null! }\n  reply = (): Promise<Reply> => new Reply()\n}\n",
            "req.ts": "export interface Req { param(): string }\n",
            "reply.ts": "class Base { send() {} }\nexport class Reply extends Base {}\n",
        }
    )
    assert linked.meaning("a.ts", 3, "req") == {"context.ts::Context.req"}
    assert linked.meaning("a.ts", 3, "param") == {"req.ts::Req.param"}
    assert linked.meaning("a.ts", 4, "send") == {"reply.ts::Base.send"}
    assert linked.meaning("a.ts", 5, "param") == set()


def test_a_parameter_has_the_type_that_its_place_expects() -> None:
    linked = Linked(
        {
            "types.ts": "export class Context { text() {} }\nexport type Next = () => void\n"
            "export type Handler<E = any> = (c: Context, next: Next, own: E) => void\n"
            "export interface Hook { (event: string, c: Context): void }\nexport type Alias = Handler\n",
            "a.ts": "import type { Alias, Handler, Hook } from './types'\nconst one: Handler = (c) => c.text()\n"
            "const two: Hook = function (event, ctx) { ctx.text(); event.text() }\n"
            "const three = (): Alias => async (c, next, own) => { c.text(); own.text() }\n"
            "function four(): Handler {\n  return async function (c) {\n    c.text()\n  }\n}\n"
            "const five = (c) => c.text()\n",
        }
    )
    assert linked.meaning("a.ts", 2, "text") == {"types.ts::Context.text"}
    assert [one.column for one in linked.links["a.ts"] if (one.line, one.name) == (3, "text")] == [46]
    assert [one.column for one in linked.links["a.ts"] if (one.line, one.name) == (4, "text")] == [55]
    assert linked.meaning("a.ts", 7, "text") == {"types.ts::Context.text"}
    assert linked.meaning("a.ts", 10, "text") == set()


def test_what_arrays_maps_and_unions_hold() -> None:
    linked = Linked(
        {
            "types.ts": "export interface Base { id: number }\n"
            "export interface Row extends Base { path: string; run(): void; toString(): string }\n"
            "export interface Cell { path: string; wide: boolean }\n"
            "export type Rows = Row[]\nexport type Either = Row | Cell | null\n"
            "export const rows: Row[] = []\nexport function both(): [Cell, Row] {}\n",
            "a.ts": "import { both, rows, type Cell, type Either, type Row, type Rows } from './types'\n"
            "for (const one of rows) one.run()\n"
            "rows.filter((one) => one.path).map(one => one.run())\n"
            "rows[0].run()\n"
            "const unpack = () => { const [cell, row] = both()\n row.run() }\n"
            "function f(named: Map<string, Row>, listed: Rows, either: Either, make: () => Row) {\n"
            "  for (const [key, one] of named) one.run()\n"
            "  named.get('a')!.run()\n"
            "  listed.forEach(({ path }) => path)\n"
            "  either.path\n"
            "  either.id\n"
            "  either.toString()\n"
            "  make().run()\n"
            "  listed.find((one) => one.run())?.run()\n"
            "  Object.values({} as Record<string, Row>)[0].run()\n"
            "}\n"
            "function g<T>(list: T[], other: Unknown[]) {\n  list[0].run()\n  other[0].run()\n}\n"
            "function h(x: unknown) {\n  if (x instanceof Row) x.run()\n  x.run()\n"
            "  if (!(x instanceof Row)) return\n  x.run()\n}\n",
        }
    )
    run = {"types.ts::Row.run"}
    for line in (2, 3, 4, 6, 8, 9, 14, 15, 16, 23, 26):
        assert linked.meaning("a.ts", line, "run") == run, line
    for line in (19, 20, 24):
        assert linked.meaning("a.ts", line, "run") == set(), line
    assert linked.meaning("a.ts", 3, "path") == {"types.ts::Row.path"}
    assert linked.meaning("a.ts", 11, "path") == {"types.ts::Row.path", "types.ts::Cell.path"}
    assert linked.meaning("a.ts", 12, "id") == {"types.ts::Base.id"}
    assert linked.meaning("a.ts", 13, "toString") == set()


def test_global_declarations_bind_where_only_one_file_has_them() -> None:
    linked = Linked(
        {
            "globals.d.ts": "interface Settings { a: number }\ndeclare function twice(): void\n",
            "more.d.ts": "declare function twice(): void\n",
            "module.d.ts": "export interface Hidden {}\n",
            "a.ts": "let s: Settings\ntwice()\nlet h: Hidden\nlet m: Map<string, string>\n",
        }
    )
    assert linked.meaning("a.ts", 1, "Settings") == {"globals.d.ts::Settings"}
    assert linked.meaning("a.ts", 2, "twice") == set()
    assert linked.meaning("a.ts", 3, "Hidden") == set()
    assert linked.meaning("a.ts", 4, "Map") == set()


def test_import_cycles_end() -> None:
    linked = Linked(
        {
            "a.ts": "export * from './b'\nimport { x } from './b'\nx\n",
            "b.ts": "export * from './a'\nexport { y as x } from './a'\nexport { x as y } from './a'\n",
        }
    )
    assert linked.meaning("a.ts", 3, "x") == set()


@pytest.mark.parametrize(
    "text", ["", "[1]", "{", '{"compilerOptions": []}', '{"extends": {}, "references": 3}', "null"]
)
def test_settings_of_another_shape_count_as_absent(text: str) -> None:
    linked = Linked({"tsconfig.json": text, "package.json": text, "a.ts": "import './b'\nimport 'x'\n", "b.ts": ""})
    assert linked.imports("a.ts") == ["b.ts"]


def test_json_with_comments() -> None:
    assert parse_json('{"url": "http://x", /* c */ "a": [1, 2,], // d\n}') == {"url": "http://x", "a": [1, 2]}


def test_the_most_specific_pattern_wins() -> None:
    patterns = {"*": "any/*", "@app/*": "app/*", "@app/lib/*": "lib/*", "@app/lib/x": "one.ts"}
    paths = Paths(tuple((pattern, (target,)) for pattern, target in patterns.items()))
    assert list(paths.targets("@app/lib/y")) == ["lib/y"]
    assert list(paths.targets("@app/lib/x")) == ["one.ts"]
    assert list(paths.targets("react")) == ["any/react"]
    assert paths.claims("@app/q") and not paths.claims("react")


def test_namespaces_that_a_declaration_file_declares_are_there_for_all() -> None:
    linked = Linked(
        {
            "deno.d.ts": "declare namespace Deno {\n  export function mkdir(path: string): void\n}\n",
            "app.ts": "export const make = () => Deno.mkdir('a')\n",
            "module.d.ts": "export declare namespace Own {\n  const x: number\n}\n",
            "other.ts": "Own.x\nimport { mkdir } from './deno'\n",
        }
    )
    assert linked.meaning("app.ts", 1, "mkdir") == {"deno.d.ts::Deno.mkdir"}
    assert linked.meaning("other.ts", 1, "Own") == set()
    assert linked.meaning("other.ts", 2, "mkdir") == set()


def test_objects_that_stand_for_enumerations_have_members() -> None:
    linked = Linked(
        {
            "phase.ts": "export const Phase = { Open: 1, Closed: 2 } as const\nexport const other = { Open: 1 }\n",
            "app.ts": "import { Phase as Stage, other } from './phase'\nStage.Open\nother.Open\n",
        }
    )
    assert linked.meaning("app.ts", 2, "Open") == {"phase.ts::Phase.Open"}
    assert linked.meaning("app.ts", 3, "Open") == set()
    assert linked.meaning("app.ts", 1, "Stage") == {"phase.ts::Phase"}


def test_what_a_callback_declares_hides_what_is_imported() -> None:
    main = """import { render, Foo, State, Fn, Kind } from './a'
it('x', () => {
  function render() {}
  class Foo { stay() {} }
  type State = { y: string }
  interface Fn { a: string }
  enum Kind { A }
  render()
  new Foo().go()
  const s: State = { y: '' }; s.x
  const g = (f: Fn) => f.b
  Kind.A
})
render()
new Foo().go()
"""
    other = """export function render() {}
export class Foo { go() {} }
export interface State { x: number }
export interface Fn { b: number }
export enum Kind { A }
"""
    linked = Linked({"main.ts": main, "a.ts": other})
    inside = {(one.line, one.name) for one in linked.links["main.ts"] if 2 < one.line < 14}
    assert inside == set()
    assert linked.meaning("main.ts", 14, "render") == {"a.ts::render"}
    assert linked.meaning("main.ts", 15, "go") == {"a.ts::Foo.go"}


_PLACES = """export interface Opts { name: string; deep: Deep; list: Deep[]; run(x: Ctx): void }
export interface Deep { level: number }
export class Ctx { go() {} }
export function make<T extends Opts>(opts: T, cb?: (c: Ctx, n: number) => void): Opts { return opts }
export class Box { constructor(o: Partial<Opts>) {}  each(f: (c: Ctx) => Promise<void>) {} }
export async function load(): Promise<Ctx> { return new Ctx() }
export function Panel({ name }: Opts) { return null }
"""


@pytest.mark.parametrize(
    ("line", "name", "expected"),
    [
        ("make({ name: 'x' })", "name", "Opts.name"),
        ("make({ deep: { level: 1 } })", "level", "Deep.level"),
        ("make({ list: [{ level: 2 }] })", "level", "Deep.level"),
        ("make({ run(x) {} })", "run", "Opts.run"),
        ("make(o, (c, n) => { c.go() })", "go", "Ctx.go"),
        ("new Box({ name: 'y' })", "name", "Opts.name"),
        ("new Box(o).each(async (c) => c.go())", "go", "Ctx.go"),
        ("const o: Opts = { name: 'x' }", "name", "Opts.name"),
        ("function f(): Opts { return { name: 'x' } }", "name", "Opts.name"),
        ("const g = (): Opts => ({ name: 'z' })", "name", "Opts.name"),
        ("const h = { name: 'q' } as Opts", "name", "Opts.name"),
        ("class K { o: Opts = { name: 'q' } }", "name", "Opts.name"),
        ("load().then((x) => x.go())", "go", "Ctx.go"),
        ("<Panel name='a' />", "name", "Opts.name"),
        ("make({ other: 1 })", "other", ""),
        ("const o = { name: 'x' }", "name", ""),
        ("load({ name: 'x' })", "name", ""),
        ("foreign({ name: 'x' })", "name", ""),
        ("make(o, (c, n) => { n.go() })", "go", ""),
        ("const s = { make }; s.make({ name: 'x' })", "name", ""),
        ("const f = (make: any) => make({ name: 'x' })", "name", ""),
    ],
)
def test_a_literal_uses_the_members_of_the_type_that_is_expected(line: str, name: str, expected: str) -> None:
    main = f"import {{ make, Box, Opts, load, Panel }} from './a'\n{line}\n"
    linked = Linked({"a.tsx": _PLACES, "main.tsx": main})
    assert linked.meaning("main.tsx", 2, name) == ({f"a.tsx::{expected}"} if expected else set())


def test_members_of_an_offered_object_are_the_definitions_of_its_file() -> None:
    linked = Linked(
        {
            "a.js": "import { far } from './c.js'\nfunction isX() {}\nconst isY = () => 1\n"
            "export default { isX, other: isY, far }\nexport const api = { isX }\n",
            "c.js": "export function far() {}\n",
            "main.js": "import u, { api } from './a.js'\nu.isX()\nu.other()\nu.none()\napi.isX()\napi.other()\n",
        }
    )
    assert linked.meaning("main.js", 2, "isX") == {"a.js::isX"}
    assert linked.meaning("main.js", 3, "other") == {"a.js::isY"}
    assert linked.meaning("main.js", 4, "none") == set()
    assert linked.meaning("main.js", 5, "isX") == {"a.js::isX"}
    assert linked.meaning("main.js", 6, "other") == set()


def test_an_alias_of_a_member_of_a_namespace_means_that_member() -> None:
    linked = Linked(
        {
            "reader.ts": "export interface Reader { go(): void }\nexport const ask = 1\n",
            "main.ts": "import * as R from './reader'\nimport Reader = R.Reader\nexport import Asked = R.ask\n"
            "export function f(r: Reader) {\n  r.go()\n}\n",
            "other.ts": "import { Asked } from './main'\nconsole.log(Asked)\n",
        }
    )
    assert linked.meaning("main.ts", 4, "Reader") == {"reader.ts::Reader"}
    assert linked.meaning("main.ts", 5, "go") == {"reader.ts::Reader.go"}
    assert linked.meaning("other.ts", 2, "Asked") == {"reader.ts::ask"}


def test_a_module_that_is_augmented_hides_no_name() -> None:
    linked = Linked(
        {
            "HKT.ts": "export interface HKT { a: number }\nexport interface Kinds { b: number }\n",
            "main.ts": "import { HKT } from './HKT'\ndeclare module './HKT' {\n  interface Kinds { c: number }\n}\n"
            "export const f = (x: HKT) => x.a\n",
        }
    )
    assert linked.meaning("main.ts", 5, "HKT") == {"HKT.ts::HKT"}
    assert linked.meaning("main.ts", 5, "a") == {"HKT.ts::HKT.a"}


def test_what_a_function_returns_that_only_its_variable_is_annotated_with() -> None:
    linked = Linked(
        {
            "a.ts": "export interface Magma { concat(): void }\n"
            "export interface Monoid extends Magma { empty: number }\n"
            "export const make: <A>(first: A) => Monoid = (first) => first as any\n",
            "main.ts": "import * as E from './a'\nfunction f() {\n  const m = E.make(1)\n  m.concat()\n  m.empty\n}\n",
        }
    )
    assert linked.meaning("main.ts", 4, "concat") == {"a.ts::Magma.concat"}
    assert linked.meaning("main.ts", 5, "empty") == {"a.ts::Monoid.empty"}
