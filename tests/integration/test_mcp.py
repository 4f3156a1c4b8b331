"""The server, end to end, with the protocol kit's own client: over pipes, over HTTP, with clients that misbehave."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jsonschema
import pytest

pytest.importorskip("mcp")

import anyio
import mcp_types as types
from mcp import Client, MCPError, StdioServerParameters

from ctxpack import tools
from ctxpack.api import Index
from ctxpack.config import load
from ctxpack.errors import CtxpackError, TargetError
from ctxpack.integrations.desk import Desk, Listener, StoppedError
from ctxpack.integrations.mcp_server import DATASETS, MAP, Service
from ctxpack.integrations.roots import allowed, of_uri
from ctxpack.store import Store

PROJECT = Path(__file__).parents[2]
REFUND = "src/webshop/services/refunds.py::RefundService.refund"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mcp-cache")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shop, with a neighbour that nobody may read and links that lead there."""
    base = tmp_path_factory.mktemp("mcp")
    (base / "secret.py").write_text("def secret():\n    return 'treasure'\n")
    root = Path(shutil.copytree(PROJECT / "fixtures" / "webshop", base / "webshop"))
    (root / "link.py").symlink_to(base / "secret.py")
    (root / "way").symlink_to(base)
    return root


def environment(cache: Path) -> dict[str, str]:
    return {"PYTHONPATH": str(PROJECT), "CTXPACK_CACHE_DIR": str(cache)}


def over_pipes(shop: Path, cache: Path, **more: Any) -> Client:
    arguments = ["-m", "ctxpack", "mcp", "-C", str(shop), "--workers", "1"]
    return Client(StdioServerParameters(command=sys.executable, args=arguments, env=environment(cache)), **more)


@contextmanager
def served_over_http(shop: Path, cache: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "ctxpack", "mcp", "-C", str(shop), "--workers", "1", "--http", "--port", "0"]
    process = subprocess.Popen(
        command, env={**os.environ, **environment(cache)}, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    )
    assert process.stderr is not None
    try:
        told = process.stderr.readline()
        assert " at http://127.0.0.1:" in told
        yield told.rsplit(" ", 1)[1].strip()
    finally:
        process.terminate()
        process.communicate(timeout=20)


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        with anyio.fail_after(60):
            await work()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        asyncio.run(limited())


def text_of(result: types.CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    return content.text


async def use_everything(client: Client) -> None:
    """What a client does that behaves: every tool, resource and prompt."""
    listed = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert list(listed) == [tool.name for tool in tools.TOOLS]
    calls: list[tuple[str, dict[str, Any]]] = [
        ("build_pack", {"task": "refund single lines of an order", "budget": "3000"}),
        ("rank", {"task": "refund single lines of an order"}),
        ("read_symbol", {"name": REFUND}),
        ("find_references", {"name": REFUND}),
        ("upstream", {"name": REFUND}),
        ("schema", {"datasets": ["orders"]}),
        ("lineage", {}),
        ("impact", {"targets": [REFUND]}),
        ("map", {}),
    ]
    assert {name for name, _ in calls} == set(listed)
    for name, arguments in calls:
        jsonschema.validate(arguments, listed[name].input_schema)
        result = await client.call_tool(name, arguments)
        assert not result.is_error, text_of(result)
        jsonschema.validate(result.structured_content, listed[name].output_schema)
        if name == "build_pack":
            assert text_of(result) == result.structured_content["text"]
        else:
            assert json.loads(text_of(result)) == result.structured_content
        assert listed[name].annotations is not None
        assert listed[name].annotations.read_only_hint
    source = (await client.call_tool("read_symbol", {"name": REFUND})).structured_content["definitions"][0]["source"]
    assert source.startswith("    def refund(self")
    uris = [str(one.uri) for one in (await client.list_resources()).resources]
    assert uris == [MAP, DATASETS]
    (read,) = (await client.read_resource(MAP)).contents
    assert "src/webshop/services/" in read.text  # type: ignore[union-attr]
    (read,) = (await client.read_resource(DATASETS)).contents
    assert "orders" in {one["name"] for one in json.loads(read.text)["datasets"]}  # type: ignore[union-attr]
    assert {one.name for one in (await client.list_prompts()).prompts} == {"change", "find", "assess"}
    for prompt, given in (
        ("change", {"task": "refund single lines", "budget": "3000"}),
        ("find", {"question": "where are refunds decided?"}),
        ("assess", {"targets": REFUND}),
    ):
        (message,) = (await client.get_prompt(prompt, given)).messages
        assert isinstance(message.content, types.TextContent)
        assert "refund" in message.content.text


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_over_pipes(shop: Path, cache: Path, mode: str) -> None:
    async def work() -> None:
        async with over_pipes(shop, cache, mode=mode) as client:
            await use_everything(client)

    run(work)


def test_over_http_on_the_loopback_interface_alone(shop: Path, cache: Path) -> None:
    with served_over_http(shop, cache) as address:

        async def work() -> None:
            for mode in ("auto", "legacy"):
                async with Client(address, mode=mode) as client:
                    await use_everything(client)

        run(work)
        port = int(address.rsplit(":", 1)[1].split("/")[0])
        asked = (
            f"POST /mcp HTTP/1.1\r\nHost: evil.example:{port}\r\nContent-Type: application/json\r\n"
            "Content-Length: 2\r\nConnection: close\r\n\r\n{}"
        )
        with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
            raw.sendall(asked.encode())
            assert b" 421 " in raw.recv(1000).split(b"\r\n")[0]
        others = {found[4][0] for found in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
        for other in sorted(found for found in others if not str(found).startswith("127.")):
            with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
                socket.create_connection((str(other), port), timeout=2)


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("rank", {"budget": "many"}),
    ("rank", {"task": 7}),
    ("rank", {"task": "x" * 1_000_000}),
    ("rank", {"targets": [{}]}),
    ("read_symbol", {}),
    ("read_symbol", {"name": None}),
    ("read_symbol", {"name": "\x00" * 3000}),
    ("read_symbol", {"name": "../secret.py::secret"}),
    ("read_symbol", {"name": "link.py::secret"}),
    ("read_symbol", {"name": "way/secret.py::secret"}),
    ("read_symbol", {"name": "src/../../secret.py::secret"}),
    ("read_symbol", {"name": "secret"}),
    ("find_references", {"name": "/etc/passwd"}),
    ("build_pack", {"targets": ["/etc/passwd"], "task": "x"}),
    ("build_pack", {"targets": ["way/"], "task": "x"}),
    ("impact", {"targets": ["../secret.py"]}),
    ("map", {"root": "/"}),
    ("map", {"root": 7}),
    ("map", {"budget": -1}),
    ("schema", {"datasets": ["nothing.like.this"]}),
]


async def misuse(client: Client, shop: Path) -> None:
    for name, arguments in (*WRONG, ("read_symbol", {"name": f"{shop.parent}/secret.py::secret"})):
        result = await client.call_tool(name, arguments)
        assert result.is_error, (name, str(arguments)[:100])
        assert 10 < len(text_of(result)) < 500
        assert "Traceback" not in text_of(result)
        assert "treasure" not in text_of(result)
    with pytest.raises(MCPError, match="there is no tool"):
        await client.call_tool("rm", {})
    for uri in ("file:///etc/passwd", "ctxpack://../map", "ctxpack://files/secret.py"):
        with pytest.raises(MCPError, match="there is no resource"):
            await client.read_resource(uri)
    given: dict[str, str]
    for prompt, given in (("change", {}), ("nothing", {}), ("change", {"task": "x", "targets": "/etc/passwd"})):
        with pytest.raises(MCPError):
            await client.get_prompt(prompt, given)
    assert not (await client.call_tool("map", {})).is_error


def test_wrong_calls_are_answered_with_a_sentence(shop: Path, cache: Path) -> None:
    async def work() -> None:
        async with over_pipes(shop, cache) as client:
            await misuse(client, shop)

    run(work)


def test_a_flood_of_calls_is_answered_or_refused_each(shop: Path, cache: Path) -> None:
    async def work() -> None:
        async with over_pipes(shop, cache) as client:

            async def one(number: int) -> tuple[bool, str]:
                result = await client.call_tool("read_symbol", {"name": REFUND, "budget": 1000 + number})
                return bool(result.is_error), text_of(result)

            answers = await asyncio.gather(*(one(number) for number in range(200)))
            good = [text for failed, text in answers if not failed]
            assert len(good) >= 60
            assert all(json.loads(text)["definitions"][0]["symbol"] == "RefundService.refund" for text in good)
            assert all("waiting already" in text for failed, text in answers if failed)
            assert not (await client.call_tool("map", {})).is_error

    run(work)


def test_lines_that_are_no_messages_do_not_end_it(shop: Path, cache: Path) -> None:
    hello = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}},
    }  # fmt: skip
    lines = [
        json.dumps(hello),
        json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        "not json",
        "[" * 50_000,
        json.dumps({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": 5}}),
        json.dumps({"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "map", "arguments": {}}}),
    ]
    command = [sys.executable, "-m", "ctxpack", "mcp", "-C", str(shop), "--workers", "1"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, **environment(cache)},
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("".join(f"{line}\n" for line in lines))
    process.stdin.flush()
    answers: dict[int, dict[str, Any]] = {}
    while 3 not in answers:
        message = json.loads(process.stdout.readline())
        answers[message.get("id") or 0] = message
    _, said = process.communicate(timeout=20)
    assert answers[1]["result"]["serverInfo"]["name"] == "ctxpack"
    assert "error" in answers[2]
    assert answers[3]["result"]["structuredContent"]["tool"] == "map"
    assert process.returncode == 0, said


def test_a_client_that_leaves_early_ends_it(shop: Path, tmp_path: Path) -> None:
    hello = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}},
    }  # fmt: skip
    asked = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "map", "arguments": {}}}
    command = [sys.executable, "-m", "ctxpack", "mcp", "-C", str(shop), "--workers", "1"]
    done = subprocess.run(
        command, input=f"{json.dumps(hello)}\n{json.dumps(asked)}\n", capture_output=True, text=True, timeout=40,
        env={**os.environ, **environment(tmp_path)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


# --- in this process --------------------------------------------------------------------------------------------------


class Counting:
    """Opens indexes that tell of progress slowly, and counts them."""

    def __init__(self, steps: int = 0) -> None:
        self.opened: list[Path] = []
        self.steps, self.gone_on = steps, 0

    def __call__(self, root: Path, progress: Callable[[str, int, int], None]) -> Index:
        self.opened.append(root)
        for step in range(self.steps):
            progress("parsing", step + 1, self.steps)
            self.gone_on = step + 1
            time.sleep(0.02 if self.steps > 20 else 0)
        return Index.open(root, workers=1, progress=progress)


def test_progress_is_told_and_only_grows(shop: Path) -> None:
    told: list[tuple[float, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, message))

    async def work() -> None:
        opener = Counting(steps=5)
        server = Service(Desk(opener), shop, named=True).server()
        for mode in ("auto", "legacy"):
            async with Client(server, mode=mode) as client:
                assert not (await client.call_tool("map", {}, progress_callback=hear)).is_error
        assert opener.opened == [shop.resolve()]

    run(work)
    assert (5.0, "parsing 5 of 5") in told
    assert [progress for progress, _ in told] == sorted(progress for progress, _ in told)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_cancelled_call_stops_and_the_next_one_is_answered(shop: Path, mode: str) -> None:
    opener = Counting(steps=500)

    async def work() -> None:
        async with Client(Service(Desk(opener), shop, named=True).server(), mode=mode) as client:
            with anyio.move_on_after(0.3) as scope:
                await client.call_tool("map", {})
            assert scope.cancelled_caught
            await anyio.sleep(0.3)
            before = opener.gone_on
            await anyio.sleep(0.3)
            assert opener.gone_on == before < 400
            opener.steps = 0
            assert not (await client.call_tool("map", {})).is_error

    run(work)


def test_an_unforeseen_error_is_a_sentence_and_its_traceback_is_logged(
    shop: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(root: Path, progress: object) -> Index:
        raise ZeroDivisionError("by zero")

    async def work() -> None:
        async with Client(Service(Desk(broken), shop, named=True).server()) as client:
            result = await client.call_tool("map", {})
            assert result.is_error
            said = "internal error: ZeroDivisionError: by zero; please report it, with what the server's log says"
            assert text_of(result) == said

    run(work)
    assert "Traceback" in caplog.text
    assert 'raise ZeroDivisionError("by zero")' in caplog.text


def roots_of(*places: Path) -> Callable[[object], Awaitable[types.ListRootsResult]]:
    async def listed(context: object) -> types.ListRootsResult:
        return types.ListRootsResult(roots=[types.Root(uri=place.as_uri()) for place in places])  # type: ignore[arg-type]

    return listed


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_only_what_lies_in_the_roots_of_the_client_is_read(shop: Path, tmp_path: Path, mode: str) -> None:
    async def ask(own: Path, listed: list[Path], name: str, *, named: bool = True, **more: Any) -> types.CallToolResult:
        server = Service(Desk(Counting()), own, named=named).server()
        async with Client(server, mode=mode, list_roots_callback=roots_of(*listed)) as client:
            return await client.call_tool("read_symbol", {"name": name, **more})

    async def work() -> None:
        services = shop / "src" / "webshop" / "services"
        assert not (await ask(shop, [shop], REFUND)).is_error
        assert not (await ask(shop, [shop.parent], REFUND)).is_error
        inside = await ask(shop, [services], "RefundService.refund")
        assert inside.structured_content["definitions"][0]["path"] == "refunds.py"
        assert "nothing here is named" in text_of(await ask(shop, [services], "OrderRepository"))
        refused = await ask(shop, [tmp_path], REFUND)
        assert refused.is_error
        assert "outside the roots" in text_of(refused)
        assert not (await ask(tmp_path, [shop], REFUND, named=False)).is_error
        models = shop / "src" / "webshop" / "models"
        both = [services, models]
        assert not (await ask(shop, both, "money.py::Money", root=str(models))).is_error
        assert (await ask(shop, both, "money.py::Money", root=str(shop))).is_error

    run(work)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_every_root_has_its_resources_and_prompts(shop: Path, tmp_path: Path, mode: str) -> None:
    services, models = (shop / "src" / "webshop" / name for name in ("services", "models"))

    async def work() -> None:
        server = Service(Desk(Counting()), shop, named=True).server()
        async with Client(server, mode=mode, list_roots_callback=roots_of(services, models)) as client:
            uris = [str(one.uri) for one in (await client.list_resources()).resources]
            of_models = f"{MAP}?root={models}"
            assert uris[:2] == [MAP, DATASETS]
            assert (of_models in uris) == (mode == "legacy")
            templates = (await client.list_resource_templates()).resource_templates
            assert [one.uri_template for one in templates] == [f"{MAP}{{?root}}", f"{DATASETS}{{?root}}"]
            (first,) = (await client.read_resource(MAP)).contents
            (second,) = (await client.read_resource(of_models)).contents
            assert "refund" in first.text and "refund" not in second.text  # type: ignore[union-attr]
            assert "money" in second.text  # type: ignore[union-attr]
            (read,) = (await client.read_resource(f"{DATASETS}?root={models}")).contents
            assert "datasets" in json.loads(read.text)  # type: ignore[union-attr]
            (message,) = (await client.get_prompt("find", {"question": "money", "root": str(models)})).messages
            assert "money.py" in message.content.text  # type: ignore[union-attr]
            wrong = (f"{MAP}?root={shop}", f"{MAP}?root={tmp_path}", f"{MAP}?root=..", f"{MAP}?x=1", f"{MAP}/../etc")
            for uri in wrong:
                with pytest.raises(MCPError):
                    await client.read_resource(uri)

    run(work)


def test_allowed_directories(tmp_path: Path) -> None:
    own, inner, other = tmp_path / "own", tmp_path / "own" / "inner", tmp_path / "other"
    for place in (inner, other):
        place.mkdir(parents=True)
    way = tmp_path / "way"
    way.symlink_to(own)
    assert allowed(own, None, named=True) == (own,)
    assert allowed(own, [], named=True) == ()
    assert allowed(own, [tmp_path], named=True) == (own,)
    assert allowed(own, [way], named=True) == (own,)
    assert allowed(own, [inner, other], named=True) == (inner,)
    assert allowed(own, [other], named=True) == ()
    assert allowed(own, [other, tmp_path / "missing"], named=False) == (other,)
    assert of_uri("file:///a%20b") == Path("/a b")
    assert of_uri("file://host/a") is None
    assert of_uri("https://example.org/a") is None
    assert of_uri("file:///a%00b") is None


def test_whoever_waits_for_a_turn_can_give_up(shop: Path) -> None:
    desk = Desk(Counting())
    listener = Listener()

    def inside(index: Index) -> str:
        late = Listener()
        late.stop()
        with pytest.raises(StoppedError):
            desk.answer(shop, lambda index: "never", late)
        return "done"

    assert desk.answer(shop, inside, listener) == "done"
    desk.close()


def test_a_desk_holds_a_limited_number_of_directories(shop: Path) -> None:
    def refuse(root: Path, progress: object) -> Index:
        raise TargetError("not now")

    desk = Desk(refuse)
    for number in range(16):
        with pytest.raises(CtxpackError, match="not now"):
            desk.answer(shop / str(number), lambda index: "", Listener())
    with pytest.raises(CtxpackError, match="16 directories open"):
        desk.answer(shop / "17", lambda index: "", Listener())


def test_settings_are_read_again_when_they_change(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("a = 1\n")
    (tmp_path / "b.py").write_text("b = 1\n")
    opened: list[Path] = []
    now = [0.0]

    def opener(root: Path, progress: object) -> Index:
        opened.append(root)
        return Index.open(root, config=lambda: load(root, {"workers": 1}), store=Store.open(None))

    def paths() -> list[str]:
        now[0] += 2.0
        return desk.answer(tmp_path, lambda index: [file.path for file in index.files().files], Listener())

    desk = Desk(opener, lambda: now[0])
    assert (paths(), paths()) == (["a.py", "b.py"], ["a.py", "b.py"])
    assert len(opened) == 1
    (tmp_path / "ctxpack.toml").write_text('extend-exclude = ["b.py"]\nweights = {}\n')
    assert paths() == ["a.py", "ctxpack.toml"]
    (tmp_path / "ctxpack.toml").write_text("not TOML")
    with pytest.raises(CtxpackError, match="not valid TOML"):
        paths()
    (tmp_path / "ctxpack.toml").write_text('extend-exclude = ["b.py"]\nweights = {}\n')
    assert paths() == ["a.py", "ctxpack.toml"]
    assert len(opened) == 1
    desk.close()


def test_what_is_no_message_is_answered(shop: Path, cache: Path) -> None:
    command = [sys.executable, "-m", "ctxpack", "mcp", "-C", str(shop), "--workers", "1"]
    call = '{"jsonrpc":"2.0","id":%s,"method":"tools/call","params":{"name":"rank","arguments":{"task":"%s"}}}'
    begin = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}},
    }  # fmt: skip
    lines = [
        "{not JSON", '{"jsonrpc":"2.0","id":7}', "[]", '{"jsonrpc":"2.0","id":null,"method":"tools/list"}',
        call % ("8", "\\ud800"), call % ('"\\ud800"', "a"), "", '{"jsonrpc":"2.0","id":9,"result":3}', "[" * 100_000,
        json.dumps(begin),
    ]  # fmt: skip
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment(cache)}
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("".join(f"{line}\n" for line in lines))
    process.stdin.flush()
    answers = [json.loads(process.stdout.readline()) for _ in range(8)]
    process.communicate(timeout=20)
    told = [(one["id"], one["error"]["code"]) for one in answers if "error" in one]
    assert told == [
        (None, -32700), (7, -32600), (None, -32600), (None, -32600), (8, -32600), (None, -32600), (None, -32700)
    ]  # fmt: skip
    assert [one["id"] for one in answers if "result" in one] == [1]


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interruption_ends_it_at_once(shop: Path, cache: Path) -> None:
    command = [sys.executable, "-m", "ctxpack", "mcp", "-C", str(shop), "--workers", "1"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, **environment(cache)},
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"}) + "\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["id"] == 1
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 130
    assert process.stderr is not None
    assert process.stderr.read() == "ctxpack: interrupted\n"
