"""What names and imports of Python mean, in small repositories of several files."""

from __future__ import annotations

from textwrap import dedent

import pytest

from ctxpack.graph.edges import link
from ctxpack.graph.project import Project, is_settings
from ctxpack.parse import detect, parse


class Linked:
    """The links of a small repository, given as texts by path."""

    def __init__(self, files: dict[str, str]) -> None:
        files = {path: dedent(text) for path, text in sorted(files.items())}
        self.facts = {path: parse(text, detect(path, text[:200].encode())).facts for path, text in files.items()}
        project = Project(self.facts, lambda path: files.get(path, ""), tuple(p for p in files if is_settings(p)))
        found = link(project)
        self.links, self.unresolved = found.links, found.unresolved
        self.lines = {path: text.split("\n") for path, text in files.items()}

    def imports(self, path: str) -> list[str]:
        """The files that a file imports, in the order of its lines, each once."""
        return list(dict.fromkeys(one.target for one in self.links[path] if one.kind == "imports"))

    def meaning(self, path: str, where: str, name: str) -> set[str]:
        """What `name` is bound to on the only line that contains `where`, as path::qualname."""
        numbers = [number for number, line in enumerate(self.lines[path], 1) if where in line]
        assert len(numbers) == 1, f"{len(numbers)} lines of {path} have {where!r}"
        return {
            f"{one.target}::{self.facts[one.target].definitions[one.symbol].qualname}"
            for one in self.links[path]
            if (one.line, one.name) == (numbers[0], name) and one.symbol >= 0
        }

    def origins(self, path: str, name: str) -> set[str]:
        """The rules that bound a name of a file."""
        return {one.origin for one in self.links[path] if one.name == name and one.symbol >= 0}


MODELS = """
    class Base:
        def save(self): ...
    class User(Base):
        name: str = ""
        def rename(self, name, *, loud=False): ...
    class Order(Base):
        def total(self) -> int: ...
"""


def bound(body: str, where: str, name: str, **more: str) -> set[str]:
    """What `name` means in `app.py` with this body, beside the models."""
    files = {"models.py": MODELS, "app.py": "from models import Order, User\n" + dedent(body), **more}
    return Linked(files).meaning("app.py", where, name)


# --- what values are --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "def f(u: User):\n    u.rename('x')",
        "def f(u: 'User'):\n    u.rename('x')",
        "def f(u: User | None = None):\n    u.rename('x')",
        "from typing import Optional\ndef f(u: Optional['User']):\n    u.rename('x')",
        "import typing as t\ndef f(u: t.Annotated[User, 'doc']):\n    u.rename('x')",
        "u = User()\nu.rename('x')",
        "def make() -> User: ...\ndef f():\n    u = make()\n    u.rename('x')",
        "def make():\n    return User()\ndef f():\n    make().rename('x')",
        "async def make() -> User: ...\nasync def f():\n    (await make()).rename('x')",
        "def make() -> Awaitable[User]: ...\nasync def f():\n    u = await make()\n    u.rename('x')",
        "def f(us: list[User]):\n    for u in us:\n        u.rename('x')",
        "def f(us: 'list[User]'):\n    us[0].rename('x')",
        "from typing import Iterable\ndef f(us: Iterable[User]):\n    [u.rename('x') for u in us]",
        "def f(us: list[User]):\n    for number, u in enumerate(sorted(us)):\n        u.rename('x')",
        "def f(us: dict[str, User]):\n    us['a'].rename('x')",
        "def f(us: dict[str, User]):\n    for key, u in us.items():\n        u.rename('x')",
        "def f(us: dict[str, User]):\n    for u in us.values():\n        u.rename('x')",
        "def f(us: dict[str, User]):\n    u = us.get('a')\n    u.rename('x')",
        "def f(us: dict[str, list[User]]):\n    us['a'][0].rename('x')",
        "def f(pair: tuple[Order, User]):\n    o, u = pair\n    u.rename('x')",
        "def both() -> tuple[Order, User]: ...\ndef f():\n    o, u = both()\n    u.rename('x')",
        "def f(us: tuple[User, ...]):\n    us[3].rename('x')",
        "def f():\n    us = [User(), User()]\n    us[0].rename('x')",
        "def f(raw):\n    us = [User() for one in raw]\n    us[0].rename('x')",
        "from typing import Callable\ndef f(make: Callable[[], User]):\n    make().rename('x')",
        "def f(kind: type[User]):\n    kind().rename('x')",
        "def f(x):\n    u = x or User()\n    u.rename('x')",
        "def f(x):\n    u = User() if x else None\n    u.rename('x')",
        "def f(x):\n    if (u := User()):\n        u.rename('x')",
        "from typing import cast\ndef f(x):\n    cast(User, x).rename('x')",
        "from typing import cast\ndef f(x):\n    cast('User', x).rename('x')",
        "from typing import NewType\nAdmin = NewType('Admin', User)\ndef f(a: Admin):\n    a.rename('x')",
        "from typing import TypeVar\nT = TypeVar('T', bound=User)\ndef f(a: T):\n    a.rename('x')",
        "import copy\ndef f(u: User):\n    v = copy.deepcopy(u)\n    v.rename('x')",
        "def f(us: list[User]):\n    next(iter(us)).rename('x')",
        "current: ContextVar[User] = ContextVar('c')\ndef f():\n    current.get().rename('x')",
        "def each():\n    yield User()\ndef f():\n    for u in each():\n        u.rename('x')",
        "@contextmanager\ndef opened():\n    yield User()\ndef f():\n    with opened() as u:\n        u.rename('x')",
    ],
)  # fmt: skip
def test_the_class_of_a_value(body: str) -> None:
    assert bound(body, "rename('x')", "rename") == {"models.py::User.rename"}


@pytest.mark.parametrize(
    "body",
    [
        "def f(u):\n    u.rename('x')",
        "def f(u: list[User]):\n    u.rename('x')",
        "def f(u: dict[User, int]):\n    u['a'].rename('x')",
        "def f(u: Unknown):\n    u.rename('x')",
        "def f(u: 'Literal[\"User\"]'):\n    u.rename('x')",
        "def f(raw):\n    us = [User(), raw]\n    us[0].rename('x')",
        "import shop\ndef f(u: shop.User):\n    u.rename('x')",
        "def f():\n    class User:\n        pass\n    User().rename('x')",
    ],
)
def test_a_value_of_which_nothing_is_known_has_no_members(body: str) -> None:
    assert bound(body, "rename('x')", "rename") == set()


def test_one_of_several_types_is_each_that_has_the_member() -> None:
    body = "def f(thing: User | Order | str):\n    thing.save()\n    thing.total()\n    thing.gone()\n"
    assert bound(body, "thing.save", "save") == {"models.py::Base.save"}
    assert bound(body, "thing.total", "total") == {"models.py::Order.total"}
    assert bound(body, "thing.gone", "gone") == set()
    two = "class A:\n    def go(self): ...\nclass B:\n    def go(self): ...\ndef f(x: A | B):\n    x.go()\n"
    assert Linked({"app.py": two}).meaning("app.py", "x.go", "go") == {"app.py::A.go", "app.py::B.go"}


def test_a_test_by_isinstance_narrows_what_it_guards() -> None:
    body = """
        def f(x, y):
            if isinstance(x, User):
                x.rename("inside")
            x.rename("after")
            if not isinstance(y, User):
                return
            y.rename("guarded")
            y = other()
            y.rename("bound again")
        def g(x):
            assert isinstance(x, User)
            x.rename("asserted")
        def h(xs, self):
            if isinstance(self.x, User) and self.x.rename("both"):
                pass
            elif isinstance(xs, (Order, User)):
                xs.rename("one of two")
            else:
                xs.rename("otherwise")
            return [x for x in xs if isinstance(x, User) and x.rename("each")]
    """
    for said in ("inside", "guarded", "asserted", "both", "one of two", "each"):
        assert bound(body, f'rename("{said}")', "rename") == {"models.py::User.rename"}, said
    for said in ("after", "bound again", "otherwise"):
        assert bound(body, f'rename("{said}")', "rename") == set(), said


# --- classes ----------------------------------------------------------------------------------------------------------


def test_attributes_through_annotations_properties_and_return_types() -> None:
    body = """
        from dataclasses import dataclass
        @dataclass
        class Cart:
            owner: User
            orders: list[Order]
            @property
            def first(self) -> Order: ...
            def of(self):
                return self.owner
        class Page:
            def __init__(self, cart: "Cart"):
                self.cart = cart
                self.last: Order = None
            def show(self):
                self.cart.owner.rename("field")
                self.cart.first.total()  # property
                self.cart.of().rename("method")
                self.last.total()  # annotated
                self.cart.orders[0].total()  # element
                self.missing.total()  # unknown
    """
    assert bound(body, '"field"', "rename") == {"models.py::User.rename"}
    assert bound(body, '"method"', "rename") == {"models.py::User.rename"}
    for said in ("property", "annotated", "element"):
        assert bound(body, f"# {said}", "total") == {"models.py::Order.total"}, said
    assert bound(body, "# unknown", "total") == set()
    assert bound(body, '"field"', "owner") == {"app.py::Cart.owner"}


def test_members_come_from_the_nearest_class_that_declares_them() -> None:
    linked = Linked(
        {
            "base.py": """
                class Root:
                    color = "red"
                    debug: bool = False
                    def go(self): ...
                class Middle(Root):
                    color = "blue"
            """,
            "leaf.py": """
                import base
                class Leaf(base.Middle):
                    def __init__(self):
                        self.debug = True  # assigned
                        self.extra = 1
                    def go(self):
                        super().go()  # above
                        super(Leaf, self).go()  # old style
                        self.go()  # own
                        self.color  # overridden
                        self.debug  # declared above
                        self.extra  # made here
            """,
        }
    )
    assert linked.meaning("leaf.py", "# above", "go") == {"base.py::Root.go"}
    assert linked.meaning("leaf.py", "# old style", "go") == {"base.py::Root.go"}
    assert linked.meaning("leaf.py", "# own", "go") == {"leaf.py::Leaf.go"}
    assert linked.meaning("leaf.py", "# overridden", "color") == {"base.py::Middle.color"}
    assert linked.meaning("leaf.py", "# declared above", "debug") == {"base.py::Root.debug"}
    assert linked.meaning("leaf.py", "# assigned", "debug") == {"base.py::Root.debug"}
    assert linked.meaning("leaf.py", "# made here", "extra") == {"leaf.py::Leaf.extra"}


def test_what_cls_self_and_type_make() -> None:
    body = """
        from typing import Self
        class Made(User):
            @classmethod
            def new(cls):
                cls().rename("cls")
                return cls()
            def same(self) -> Self: ...
            def again(self):
                type(self)().rename("type")
        class More(Made):
            def only(self): ...
        Made.new().rename("classmethod")
        More().same().only()
    """
    for said in ("cls", "type", "classmethod"):
        assert bound(body, f'"{said}"', "rename") == {"models.py::User.rename"}, said
    assert bound(body, "same().only", "only") == {"app.py::More.only"}


def test_containers_of_the_repository_say_what_they_hold() -> None:
    body = """
        from typing import Iterator
        class Shelf:
            def __iter__(self) -> Iterator[User]: ...
            def __getitem__(self, key) -> Order: ...
            def __enter__(self) -> User: ...
            def __call__(self) -> Order: ...
        def f(shelf: Shelf):
            for u in shelf:
                u.rename("iterated")
            shelf[1].total()  # subscript
            with shelf as opened:
                opened.rename("entered")
            shelf().total()  # called
        def g():
            with User() as plain:
                plain.rename("itself")
    """
    for said in ("iterated", "entered", "itself"):
        assert bound(body, f'"{said}"', "rename") == {"models.py::User.rename"}, said
    for said in ("subscript", "called"):
        assert bound(body, f"# {said}", "total") == {"models.py::Order.total"}, said


def test_protocols_and_generic_bases() -> None:
    body = """
        from typing import Generic, Protocol, TypeVar
        T = TypeVar("T")
        class Named(Protocol):
            def label(self) -> User: ...
        class Store(Generic[T]):
            def put(self, item: T): ...
        class Users(Store["User"]):
            pass
        def f(named: Named, users: Users):
            named.label().rename("protocol")
            users.put(1)
            users.rename("not a base")
    """
    assert bound(body, '"protocol"', "rename") == {"models.py::User.rename"}
    assert bound(body, "users.put", "put") == {"app.py::Store.put"}
    assert bound(body, '"not a base"', "rename") == set()
    assert bound(body, 'Store["User"]', "User") == {"models.py::User"}


# --- names in strings and keywords ------------------------------------------------------------------------------------


def test_quoted_annotations_use_the_names_in_them() -> None:
    body = """
        import models, typing as t
        a: "User"
        def f(b: "list[Order] | None", c: t.Optional["models.User"]) -> "models.Order": ...
        def g(d: t.Literal["User"], e: t.Annotated[int, "Order"]): ...
        h = "User"
    """
    assert bound(body, 'a: "User"', "User") == {"models.py::User"}
    assert bound(body, "def f", "Order") == {"models.py::Order"}
    assert bound(body, "def f", "User") == {"models.py::User"}
    assert bound(body, "def g", "User") == set()
    assert bound(body, "def g", "Order") == set()
    assert bound(body, "h =", "User") == set()


def test_keyword_arguments_belong_to_what_takes_them() -> None:
    body = """
        from dataclasses import dataclass
        @dataclass
        class Point:
            x: int
        class Line(Point):
            def __init__(self, start, *, width=1, **more): ...
        def draw(line, color="red"): ...
        def f(user: User, anything):
            user.rename(name="n", loud=True)
            Point(x=1)
            Line(start=0, width=2, other=3)
            draw(color="blue", gone=1)
            anything(color="x")
            dict(color="y")
    """
    assert bound(body, "user.rename(", "loud") == {"models.py::User.rename"}
    assert bound(body, "Point(x=1)", "x") == {"app.py::Point.x"}
    assert bound(body, "Line(start", "width") == {"app.py::Line.__init__"}
    assert bound(body, "Line(start", "other") == set()
    assert bound(body, 'draw(color="blue"', "color") == {"app.py::draw"}
    assert bound(body, 'draw(color="blue"', "gone") == set()
    assert bound(body, "anything(", "color") == set()
    assert bound(body, "dict(", "color") == set()


# --- imports ----------------------------------------------------------------------------------------------------------


def test_every_way_to_import_a_module() -> None:
    linked = Linked(
        {
            "pkg/__init__.py": "from .a import run as go\n",
            "pkg/a.py": "def run(): ...\n",
            "pkg/sub/__init__.py": "",
            "pkg/sub/b.py": """
                from .. import a
                from ..a import run
                import pkg.a
                import pkg.a as alias
                from pkg import go
                def f():
                    from pkg import a as late
                    late.run()  # late
                    alias.run()  # alias
                    pkg.a.run()  # dotted
                    a.run()  # relative
                    go()  # re-exported
                late.run()  # outside
            """,
        }
    )
    assert linked.imports("pkg/sub/b.py") == ["pkg/a.py", "pkg/__init__.py"]
    for said in ("late", "alias", "dotted", "relative"):
        assert linked.meaning("pkg/sub/b.py", f"# {said}", "run") == {"pkg/a.py::run"}, said
    assert linked.meaning("pkg/sub/b.py", "# re-exported", "go") == {"pkg/a.py::run"}
    assert linked.meaning("pkg/sub/b.py", "# outside", "run") == set()


def test_conditional_imports_try_each_branch() -> None:
    linked = Linked(
        {
            "fast.py": "def go(): ...\ndef only(): ...\n",
            "app.py": """
                from typing import TYPE_CHECKING
                try:
                    import missing_library as impl
                    from missing_library import only
                except ImportError:
                    import fast as impl
                    from fast import only
                if TYPE_CHECKING:
                    from fast import go
                impl.go()
                only()
                def f(x: "go"): ...
            """,
        }
    )
    assert linked.meaning("app.py", "impl.go()", "go") == {"fast.py::go"}
    assert linked.meaning("app.py", "only()", "only") == {"fast.py::only"}
    assert linked.meaning("app.py", "def f(x", "go") == {"fast.py::go"}


def test_wildcards_bring_what_a_module_has_and_no_more() -> None:
    linked = Linked(
        {
            "a.py": "from b import *\nseen()\ngone()\nlen([])\n",
            "b.py": "from c import *\n__all__ = ['seen']\n",
            "c.py": "def seen(): ...\n",
        }
    )
    assert linked.meaning("a.py", "seen()", "seen") == {"c.py::seen"}
    assert linked.meaning("a.py", "gone()", "gone") == set()
    assert linked.meaning("a.py", "len(", "len") == set()


def test_roots_namespace_packages_and_stubs() -> None:
    linked = Linked(
        {
            "pyproject.toml": "",
            "src/space/one/a.py": "import space.two.b\nspace.two.b.go()\nfrom space import two\n",
            "libs/more/pyproject.toml": "",
            "libs/more/src/space/two/b.py": "def go(): ...\n",
            "src/typed/__init__.py": "",
            "src/typed/fast.pyi": "def quick() -> int: ...\n",
            "src/typed/use.py": "from typed.fast import quick\nquick()\n",
        }
    )
    assert linked.imports("src/space/one/a.py") == ["libs/more/src/space/two/b.py"]
    assert linked.meaning("src/space/one/a.py", "b.go()", "go") == {"libs/more/src/space/two/b.py::go"}
    assert linked.meaning("src/typed/use.py", "quick()", "quick") == {"src/typed/fast.pyi::quick"}


def test_the_source_goes_before_the_stub_beside_it() -> None:
    linked = Linked({"fast.py": "def quick(): ...\n", "fast.pyi": "def quick() -> int: ...\n", "a.py": "import fast\n"})
    assert linked.imports("a.py") == ["fast.py"]


def test_external_built_in_shadowed_and_ambiguous_names_stay_unbound() -> None:
    linked = Linked(
        {
            "one/util.py": "def load(): ...\n",
            "two/util.py": "def load(): ...\n",
            "one/json.py": "def dumps(): ...\n",
            "three/app.py": """
                import json, requests
                from util import load
                json.dumps()
                requests.load()
                load()
                def f(print, dumps):
                    print()
                    dumps()
                def g():
                    load = 3
                    return load
                print()
            """,
            "print.py": "def print(): ...\n",
        }
    )
    assert [one for one in linked.links["three/app.py"] if one.symbol >= 0] == []
    assert linked.imports("three/app.py") == []


def test_a_module_that_makes_its_members_has_those_that_it_writes_down() -> None:
    linked = Linked(
        {
            "lazy.py": "def here(): ...\ndef __getattr__(name): ...\n",
            "a.py": "import lazy\nfrom lazy import made\nlazy.here()\nlazy.made()\nmade()\n",
        }
    )
    assert linked.meaning("a.py", "lazy.here()", "here") == {"lazy.py::here"}
    assert linked.meaning("a.py", "lazy.made()", "made") == set()


def test_imports_that_lead_nowhere_are_told_where_they_should_lead_here() -> None:
    linked = Linked(
        {
            "pkg/__init__.py": "",
            "pkg/a.py": "from . import gone\nfrom .lost import x\nimport pkg.lost\nimport numpy\n",
            "google/cloud/own/__init__.py": "",
            "google/cloud/own/b.py": "from google.cloud import storage\n",
        }
    )
    assert [(one.path, one.line) for one in linked.unresolved] == [("pkg/a.py", 2), ("pkg/a.py", 3)]


# --- tests ------------------------------------------------------------------------------------------------------------


def test_parameters_of_tests_are_filled_by_fixtures() -> None:
    linked = Linked(
        {
            "models.py": MODELS,
            "conftest.py": "import pytest\nfrom models import User\n@pytest.fixture\ndef user():\n    return User()\n",
            "tests/conftest.py": """
                import pytest
                from models import Order
                @pytest.fixture(scope="session")
                def order(user) -> Order: ...
                def helper(): ...
            """,
            "tests/test_a.py": """
                import pytest
                @pytest.fixture
                def loud(user):
                    yield user
                def test_it(user, order, helper, unknown):
                    user.rename("root")
                    order.total()
                    unknown.total()  # unknown
                class TestMore:
                    @pytest.fixture
                    def user(self, user):
                        return user
                    def test_this(self, user, loud):
                        loud.rename("yielded")
                def plain(user): ...
            """,
            "other/test_b.py": "def test_b(order): ...\n",
        }
    )
    assert linked.meaning("tests/test_a.py", "def test_it", "user") == {"conftest.py::user"}
    assert linked.meaning("tests/test_a.py", "def test_it", "order") == {"tests/conftest.py::order"}
    assert linked.meaning("tests/test_a.py", "def test_it", "helper") == set()
    assert linked.meaning("tests/test_a.py", "def test_it", "unknown") == set()
    assert linked.meaning("tests/test_a.py", '"root"', "rename") == {"models.py::User.rename"}
    assert linked.meaning("tests/test_a.py", "order.total()", "total") == {"models.py::Order.total"}
    assert linked.meaning("tests/test_a.py", "# unknown", "total") == set()
    assert linked.meaning("tests/test_a.py", "def user(self", "user") == {"conftest.py::user"}
    assert linked.meaning("tests/test_a.py", "def test_this", "user") == {"tests/test_a.py::TestMore.user"}
    assert linked.meaning("tests/test_a.py", '"yielded"', "rename") == {"models.py::User.rename"}
    assert linked.meaning("tests/test_a.py", "def plain", "user") == set()
    assert linked.meaning("other/test_b.py", "def test_b", "order") == set()
    assert linked.origins("tests/test_a.py", "order") == {"fixture"}


def test_a_test_may_import_what_stands_beside_it() -> None:
    linked = Linked(
        {
            "tests/__init__.py": "",
            "tests/conftest.py": "class Server: ...\n",
            "tests/test_a.py": "from conftest import Server\n",
            "tests/yaml.py": "import yaml\n",
        }
    )
    assert linked.imports("tests/test_a.py") == ["tests/conftest.py"]
    assert linked.imports("tests/yaml.py") == []


def test_values_that_a_module_sets_under_a_condition_are_its_own() -> None:
    compat = "try:\n    import fast\n    HAS_FAST = True\nexcept ImportError:\n    HAS_FAST = False\n"
    linked = Linked({"compat.py": compat, "app.py": "from compat import HAS_FAST\nprint(HAS_FAST, HAS_SLOW)\n"})
    assert linked.meaning("app.py", "print", "HAS_FAST") == {"compat.py::HAS_FAST"}
    assert linked.meaning("app.py", "print", "HAS_SLOW") == set()


def test_a_definition_inside_a_function_is_meant_in_that_function_alone() -> None:
    body = """
        def one():
            with open("x"):
                def save(): ...
            save()  # inner
        def two():
            save()  # outer
    """
    files = {"models.py": "def save(): ...\n", "app.py": "from models import save\n" + dedent(body)}
    linked = Linked(files)
    assert linked.meaning("app.py", "# inner", "save") == {"app.py::one.save"}
    assert linked.meaning("app.py", "# outer", "save") == {"models.py::save"}


def test_a_property_goes_before_what_is_assigned_to_it() -> None:
    body = """
        class Shop:
            def __init__(self):
                self.owner = None
                self.open = True
            @property
            def owner(self) -> User: ...
            @owner.setter
            def owner(self, value): ...
        def f(shop: Shop):
            shop.owner.rename("x")
            shop.open  # field
    """
    assert bound(body, "shop.owner", "owner") == {"app.py::Shop.owner"}
    assert bound(body, "shop.owner", "rename") == {"models.py::User.rename"}
    assert bound(body, "# field", "open") == {"app.py::Shop.open"}


def test_what_stands_in_for_an_import_is_not_meant() -> None:
    body = """
        try:
            from models import Base
        except ImportError:
            Base = None
        class Own: ...
        Own = None
        def f(b: Base):
            b.save()
    """
    assert bound(body, "b.save", "save") == {"models.py::Base.save"}
    assert bound(body, "def f(b", "Base") == {"models.py::Base"}
