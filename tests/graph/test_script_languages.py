"""Ruby and shell scripts: constants by name, files by path."""

from __future__ import annotations

from ctxpack.graph.edges import Linked, link
from ctxpack.graph.project import Project
from ctxpack.parse import detect, parse


def linked(files: dict[str, str]) -> Linked:
    facts = {path: parse(text, detect(path, text[:200].encode())).facts for path, text in sorted(files.items())}
    return link(Project(facts, lambda path: files.get(path, "")))


def targets(files: dict[str, str], path: str, name: str) -> set[tuple[str, str]]:
    facts = {p: parse(text, detect(p, text[:200].encode())).facts for p, text in files.items()}
    return {
        (one.target, facts[one.target].definitions[one.symbol].qualname)
        for one in linked(files).links[path]
        if one.name == name and one.symbol >= 0
    }


def included(files: dict[str, str], path: str) -> set[tuple[str, str]]:
    return {(one.target, one.kind) for one in linked(files).links[path] if one.symbol < 0}


RUBY = {
    "lib/acme.rb": 'require "acme/order"\nrequire_relative "acme/price"\nmodule Acme\n  VERSION = "1"\nend\n',
    "lib/acme/order.rb": "module Acme\n  class Order < Base\n    include Logs\n"
    "    def price\n      Price.new(1)\n    end\n  end\nend\n",
    "lib/acme/price.rb": "module Acme\n  class Price\n    attr_reader :cents\n  end\nend\n",
    "lib/acme/base.rb": "module Acme\n  class Base\n    def close\n    end\n  end\nend\n",
    "lib/acme/logs.rb": "module Acme::Logs\n  def log\n  end\nend\n",
    "lib/tools.rb": "def helper\nend\n",
}


def test_ruby_requires_by_load_path_and_beside() -> None:
    assert included(RUBY, "lib/acme.rb") == {("lib/acme/order.rb", "imports"), ("lib/acme/price.rb", "imports")}


def test_ruby_constants_of_reopened_modules_and_their_members() -> None:
    order = "lib/acme/order.rb"
    assert targets(RUBY, order, "Base") == {("lib/acme/base.rb", "Acme.Base")}
    assert targets(RUBY, order, "Logs") == {("lib/acme/logs.rb", "Acme.Logs")}
    assert targets(RUBY, order, "Price") == {("lib/acme/price.rb", "Acme.Price")}


def test_ruby_follows_constructions_bases_and_mixins() -> None:
    app = "def go\n  order = Acme::Order.new\n  order.close\n  order.log\n"
    app += "  price = Acme::Price.new\n  price.cents\nend\n"
    files = {**RUBY, "bin/app.rb": app}
    assert targets(files, "bin/app.rb", "close") == {("lib/acme/base.rb", "Acme.Base.close")}
    assert targets(files, "bin/app.rb", "log") == {("lib/acme/logs.rb", "Acme.Logs.log")}
    assert targets(files, "bin/app.rb", "cents") == {("lib/acme/price.rb", "Acme.Price.cents")}


def test_ruby_instance_variables_keep_their_class() -> None:
    app = "class App\n  def initialize\n    @price = Acme::Price.new\n  end\n  def go\n    @price.cents\n  end\nend\n"
    files = {**RUBY, "app.rb": app}
    assert targets(files, "app.rb", "cents") == {("lib/acme/price.rb", "Acme.Price.cents")}


def test_ruby_of_several_files_that_open_a_class_the_one_called_so_defines_it() -> None:
    patch = "module Acme\n  class Price\n    def shout\n    end\n  end\nend\n"
    files = {**RUBY, "ext/patch.rb": patch, "app.rb": "Acme::Price.new.shout\n"}
    assert targets(files, "app.rb", "Price") == {("lib/acme/price.rb", "Acme.Price")}
    assert targets(files, "app.rb", "shout") == {("ext/patch.rb", "Acme.Price.shout")}


def test_ruby_functions_come_from_required_files_only() -> None:
    files = {**RUBY, "a.rb": 'require "tools"\nhelper\n', "b.rb": "helper\n"}
    assert targets(files, "a.rb", "helper") == {("lib/tools.rb", "helper")}
    assert targets(files, "b.rb", "helper") == set()


def test_ruby_external_names_are_bound_to_nothing() -> None:
    files = {**RUBY, "app.rb": 'require "json"\nJSON.parse("x").close\nString.new.log\n'}
    assert linked(files).links["app.rb"] == ()


def test_ruby_a_file_required_by_its_place_must_be_there() -> None:
    lost = linked({"app.rb": 'require_relative "gone"\nrequire "json"\n'}).unresolved
    assert [(one.line, one.expression) for one in lost] == [(1, "./gone")]


BASH = {
    "scripts/run.sh": '#!/bin/bash\nsource "$(dirname "$0")/lib/log.sh"\n. ./env\n'
    "log_info hi\ndeep\nbash ./scripts/other.sh\n",
    "scripts/lib/log.sh": 'source "${LIB_DIR}/base.sh"\nlog_info() { echo "$1"; }\n',
    "scripts/lib/base.sh": "deep() { :; }\n",
    "scripts/env": "#!/bin/sh\nA=1\n",
    "scripts/other.sh": "log_info\n",
}


def test_bash_sources_by_the_scripts_own_folder_and_by_what_is_known_of_a_path() -> None:
    assert included(BASH, "scripts/run.sh") == {
        ("scripts/lib/log.sh", "includes"),
        ("scripts/env", "includes"),
        ("scripts/other.sh", "imports"),
    }
    assert included(BASH, "scripts/lib/log.sh") == {("scripts/lib/base.sh", "includes")}


def test_bash_functions_come_from_sourced_scripts_there_and_further_on() -> None:
    assert targets(BASH, "scripts/run.sh", "log_info") == {("scripts/lib/log.sh", "log_info")}
    assert targets(BASH, "scripts/run.sh", "deep") == {("scripts/lib/base.sh", "deep")}
    assert targets(BASH, "scripts/other.sh", "log_info") == set()


def test_bash_a_script_beside_this_one_must_be_there() -> None:
    lost = linked({"a.sh": "source ./gone.sh\nsource /etc/profile\n"}).unresolved
    assert [one.expression for one in lost] == ["./gone.sh"]
