"""What imports and names mean in Kotlin and Scala, whose packages may share a name with something else."""

from __future__ import annotations

from link_helpers import linked, meaning


def test_a_function_of_the_name_of_a_package_does_not_hide_it() -> None:
    files = {
        "core/Koin.kt": "package org.core\n\nval logger = 1\nfun scope() {}\n",
        "core/logger/Level.kt": "package org.core.logger\n\nenum class Level { INFO }\n",
        "core/scope/Scope.kt": "package org.core.scope\n\nclass Scope { fun close() {} }\n",
        "app/App.kt": (
            "package app\n\nimport org.core.logger.Level\nimport org.core.scope.Scope\n\n"
            "fun f(s: Scope, l: Level) {\n  s.close()\n}\n"
        ),
    }
    assert meaning(files, "app/App.kt", 3, "Level") == {"core/logger/Level.kt::Level"}
    assert meaning(files, "app/App.kt", 7, "close") == {"core/scope/Scope.kt::Scope.close"}
    assert linked(files)[0].unresolved == ()


def test_what_the_object_of_a_package_holds_belongs_to_it() -> None:
    files = {
        "cats/package.scala": "package object cats {\n  type Id[A] = A\n  def same(a: Int) = a\n}\n",
        "cats/data/package.scala": "package cats\npackage object data {\n  type Writer = Int\n}\n",
        "cats/data/Chain.scala": "package cats.data\n\nclass Chain { def add(w: Writer) = same(1) }\n",
        "Main.scala": (
            "package app\n\nimport cats.data.{Chain, Writer}\nimport cats.Id\nimport cats.data._\n\n"
            "object Main {\n  def f(c: Chain, w: Writer) = c.add(w)\n}\n"
        ),
    }
    assert meaning(files, "Main.scala", 8, "Chain") == {"cats/data/Chain.scala::Chain"}
    assert meaning(files, "Main.scala", 8, "add") == {"cats/data/Chain.scala::Chain.add"}
    assert meaning(files, "Main.scala", 8, "Writer") == {"cats/data/package.scala::data.Writer"}
    assert meaning(files, "Main.scala", 4, "Id") == {"cats/package.scala::cats.Id"}
    assert meaning(files, "cats/data/Chain.scala", 3, "Writer") == {"cats/data/package.scala::data.Writer"}
    assert meaning(files, "cats/data/Chain.scala", 3, "same") == {"cats/package.scala::cats.same"}
    assert linked(files)[0].unresolved == ()


def test_build_scripts_hide_no_package() -> None:
    files = {
        "build.sc": "object pickle extends Module {\n  object core extends Module\n}\n",
        "pickle/core/Visitor.scala": "package pickle.core\n\ntrait Visitor\n",
        "Main.scala": "package app\n\nimport pickle.core.Visitor\n\nclass Main extends Visitor\n",
    }
    assert meaning(files, "Main.scala", 5, "Visitor") == {"pickle/core/Visitor.scala::Visitor"}


def test_names_in_backquotes() -> None:
    files = {
        "headers/Length.scala": "package http.headers\n\nobject `Content-Length` { def of(n: Int) = n }\n",
        "Main.scala": (
            "package app\n\nimport http.headers.`Content-Length`\n\nobject Main { val n = `Content-Length`.of(1) }\n"
        ),
    }
    assert meaning(files, "Main.scala", 5, "Content-Length") == {"headers/Length.scala::Content-Length"}


def test_annotation_classes_and_what_all_platforms_are_expected_to_have() -> None:
    marks = (
        'package a\n\n@RequiresOptIn(message = "x")\n@Retention(Kept.BINARY)\n@Target(\n    Kept.CLASS,\n)\n'
        "annotation class Mark\n\n@Target(Kept.CLASS)\npublic annotation class Other\n"
    )
    files = {
        "common/Marks.kt": marks,
        "common/Tools.kt": "package a\n\nexpect object Tools {\n  fun go()\n}\n",
        "jvm/Tools.kt": "package a\n\nactual object Tools {\n  actual fun go() {}\n}\n",
        "js/Tools.kt": "package a\n\nactual object Tools {\n  actual fun go() {}\n}\n",
        "app/Use.kt": (
            "package b\n\nimport a.Mark\nimport a.Other\nimport a.Tools\n\n@Mark\n@Other\n"
            "class K { val t = Tools.go() }\n"
        ),
    }
    assert meaning(files, "app/Use.kt", 7, "Mark") == {"common/Marks.kt::Mark"}
    assert meaning(files, "app/Use.kt", 8, "Other") == {"common/Marks.kt::Other"}
    assert meaning(files, "app/Use.kt", 9, "go") == {"common/Tools.kt::Tools.go"}


_GENERIC = {
    "a/Config.java": "package a;\n\npublic class Config<R> {\n  int base;\n}\n",
    "a/RetryConfig.java": "package a;\n\npublic class RetryConfig<R> extends Config<R> {\n  int retries;\n}\n",
    "a/Builder.java": (
        "package a;\n\npublic abstract class Builder<S, C extends Config<R>, R> {\n  protected final C config;\n"
        "  public S handle(int x) {\n    config.base = x;\n    return (S) this;\n  }\n"
        "  public C getConfig() { return config; }\n}\n"
    ),
    "a/Delayed.java": (
        "package a;\n\npublic abstract class Delayed<S extends Delayed<S, C, R>, C extends Config<R>, R>\n"
        "    extends Builder<S, C, R> implements Runnable {\n"
        "  public S delay(int d) {\n    config.base = 2;\n    return handle(3);\n  }\n}\n"
    ),
    "a/Retry.java": (
        "package a;\n\npublic class Retry<R> extends Delayed<Retry<R>, RetryConfig<R>, R> {\n"
        "  public Retry<R> max(int n) {\n    config.retries = n;\n    this.config.retries = n;\n    return this;\n  }\n"
        "  public int build() { return 1; }\n}\n"
    ),
    "b/Use.java": (
        "package b;\n\nimport a.*;\n\nclass Use {\n  void f(Retry<String> r) {\n"
        "    r.handle(1).delay(2).max(3).build();\n    int y = r.getConfig().retries;\n  }\n}\n"
    ),
}


def test_a_class_tells_the_generic_base_it_extends_what_its_members_are() -> None:
    assert meaning(_GENERIC, "a/Delayed.java", 6, "base") == {"a/Config.java::Config.base"}
    assert meaning(_GENERIC, "a/Retry.java", 5, "retries") == {"a/RetryConfig.java::RetryConfig.retries"}
    assert meaning(_GENERIC, "a/Retry.java", 6, "retries") == {"a/RetryConfig.java::RetryConfig.retries"}
    assert meaning(_GENERIC, "b/Use.java", 7, "delay") == {"a/Delayed.java::Delayed.delay"}
    assert meaning(_GENERIC, "b/Use.java", 7, "max") == {"a/Retry.java::Retry.max"}
    assert meaning(_GENERIC, "b/Use.java", 7, "build") == {"a/Retry.java::Retry.build"}
    assert meaning(_GENERIC, "b/Use.java", 8, "retries") == {"a/RetryConfig.java::RetryConfig.retries"}


def test_type_arguments_of_a_base_in_other_languages() -> None:
    shop = (
        "export class Plan { days = 1 }\nexport class Base<S, P> {\n  plan: P\n  next(): S { return this as any }\n}\n"
    )
    own = "import { Base, Plan } from './base'\nexport class Own extends Base<Own, Plan> {\n  only() {}\n}\n"
    use = "import { Own } from './own'\nconst o = new Own()\no.next().only()\nconsole.log(o.plan.days)\n"
    files = {"base.ts": shop, "own.ts": own, "use.ts": use}
    assert meaning(files, "use.ts", 3, "only") == {"own.ts::Own.only"}
    assert meaning(files, "use.ts", 4, "days") == {"base.ts::Plan.days"}
    kotlin = {
        "Base.kt": "package a\n\nclass Plan { val days = 1 }\n\nopen class Base<S, P>(val plan: P) {\n"
        "  fun next(): S = this as S\n}\n",
        "Own.kt": "package a\n\nclass Own(p: Plan) : Base<Own, Plan>(p) {\n  fun only() {}\n}\n",
        "Use.kt": "package a\n\nfun f(o: Own) {\n  o.next().only()\n}\n",
    }
    assert meaning(kotlin, "Use.kt", 4, "only") == {"Own.kt::Own.only"}
    sharp = {
        "Base.cs": "namespace A;\npublic class Plan { public int Days; }\npublic class Base<S, P> {\n"
        "  public P plan;\n  public S Next() { return default; }\n}\n",
        "Own.cs": "namespace A;\npublic class Own : Base<Own, Plan> {\n  public void Only() {}\n}\n",
        "Use.cs": (
            "namespace A;\nclass Use {\n  void F(Own o) {\n    o.Next().Only();\n    var d = o.plan.Days;\n  }\n}\n"
        ),
    }
    assert meaning(sharp, "Use.cs", 4, "Only") == {"Own.cs::Own.Only"}
    assert meaning(sharp, "Use.cs", 5, "Days") == {"Base.cs::Plan.Days"}
