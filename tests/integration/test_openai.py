"""Request bodies are taken as they are by the client library of chat completions, and arrive as they were written."""

import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ctxpack import tools
from ctxpack.api import Index
from ctxpack.store import Store

openai = pytest.importorskip("openai")

FIXTURES = Path(__file__).parents[2] / "fixtures"
TASK = "refund single lines of an order"


class Host(http.server.BaseHTTPRequestHandler):
    """A host that notes what it is asked, and answers with a text, or with a call of a tool where it is offered one."""

    asked: list[tuple[str, dict[str, Any]]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).asked.append((self.path, body))
        told = any(message["role"] == "tool" for message in body["messages"])
        call = {
            "id": "call_1", "type": "function",
            "function": {"name": "read_symbol", "arguments": '{"name": "RefundService.refund", "budget": 800}'},
        }  # fmt: skip
        message: dict[str, Any] = {"role": "assistant", "content": "done"}
        if body.get("tools") and not told:
            message = {"role": "assistant", "content": None, "tool_calls": [call]}
        answer = {
            "id": "1", "object": "chat.completion", "created": 0, "model": body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        }  # fmt: skip
        raw = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def client() -> Iterator[Any]:
    Host.asked = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Host)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with openai.OpenAI(base_url=f"http://127.0.0.1:{server.server_port}/v1", api_key="none", max_retries=0) as made:
        yield made
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    base = tmp_path_factory.mktemp("openai")
    root = shutil.copytree(FIXTURES / "webshop", base / "webshop")
    (root / "odd.md").write_text("refund ünï \U0001f600 <|eot|> \u202e end\n", encoding="utf-8")
    with Store.open(base / "cache") as store, Index.open(root, store=store, workers=1) as index:
        yield index


def request(index: Index, format_name: str, **more: Any) -> dict[str, Any]:
    pack = index.pack(index.target(task=TASK), budget=6000, format=format_name, **more)
    body = json.loads(index.render(pack).text)
    assert isinstance(body, dict)
    return body


@pytest.mark.parametrize("format_name", ["chat", "chat-cached"])
def test_a_body_is_sent_as_it_is(shop: Index, client: Any, format_name: str) -> None:
    body = request(shop, format_name)
    reply = client.chat.completions.create(**body)
    assert reply.choices[0].message.content == "done"
    assert Host.asked == [("/v1/chat/completions", body)]
    assert [message["role"] for message in body["messages"]] == ["system", "user"]


def test_marked_blocks_joined_are_the_plain_message(shop: Index) -> None:
    plain, marked = request(shop, "chat"), request(shop, "chat-cached")
    blocks = marked["messages"][1]["content"]
    assert "".join(block["text"] for block in blocks) == plain["messages"][1]["content"]
    assert marked["messages"][0] == plain["messages"][0]
    assert 2 <= len([block for block in blocks if "cache_control" in block]) <= 4
    assert all(block.get("cache_control", {"type": "ephemeral"}) == {"type": "ephemeral"} for block in blocks)
    assert blocks[0]["text"].endswith("</map>\n")
    assert "cache_control" not in blocks[-1]
    assert TASK in blocks[-1]["text"]
    assert not any(TASK in block["text"] for block in blocks[:-1])


def test_the_first_block_is_the_same_for_another_task(shop: Index) -> None:
    first = request(shop, "chat-cached")
    pack = shop.pack(shop.target(task="show the stock of a product"), budget=6000, format="chat-cached")
    other = json.loads(shop.render(pack).text)
    assert other["messages"][0] == first["messages"][0]
    assert other["messages"][1]["content"][0] == first["messages"][1]["content"][0]


def test_a_body_holds_what_its_budget_says(shop: Index) -> None:
    for format_name in ("chat", "chat-cached"):
        pack = shop.pack(shop.target(task=TASK), budget=6000, format=format_name)
        contents: list[str] = []
        for message in json.loads(shop.render(pack).text)["messages"]:
            content = message["content"]
            contents += [content] if isinstance(content, str) else [block["text"] for block in content]
        # What a template adds around two messages is part of the budget and in no message.
        assert pack.tokens - 40 <= shop.meter().count(["".join(contents)])[0] < pack.tokens <= 6000


def test_a_loop_with_tools(shop: Index, client: Any) -> None:
    messages: list[Any] = [{"role": "user", "content": TASK}]
    for _ in range(5):
        reply = client.chat.completions.create(model="scout", messages=messages, tools=tools.definitions())
        message = reply.choices[0].message
        messages.append(message)
        if not message.tool_calls:
            break
        for call in message.tool_calls:
            text = tools.text(tools.call(call.function.name, call.function.arguments, shop))
            messages.append({"role": "tool", "tool_call_id": call.id, "content": text})
    (_, first), (_, second) = Host.asked
    assert first["tools"] == tools.definitions()
    assert "def refund(self" in json.loads(second["messages"][-1]["content"])["definitions"][0]["source"]
    assert messages[-1].content == "done"


def test_the_marks_follow_what_is_shared(shop: Index) -> None:
    def blocks(task: str, **more: Any) -> list[str]:
        pack = shop.pack(shop.target(task=task), budget=6000, format="chat-cached", **more)
        return [block["text"] for block in json.loads(shop.render(pack).text)["messages"][1]["content"]]

    plain, first = blocks(TASK), blocks(TASK, cache_prefix=0.35)
    other = blocks("show the stock of a product", cache_prefix=0.35)
    assert other[0] == first[0]
    assert len(first[0]) > len(plain[0]) and len(first[0]) > 0.25 * sum(map(len, first))
    again = blocks("Now make the tests pass.", about=TASK)
    assert again[:-1] == blocks(f"{TASK}, please", about=TASK)[:-1]
    assert sum(map(len, again[:-1])) > 0.9 * sum(map(len, again))
