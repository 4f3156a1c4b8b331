"""Serves one client on standard input and output, and answers malformed messages too.

The SDK drops a line that it cannot parse, and takes a request with a null id for a notification, so that the sender
would wait forever. Such lines are answered here with JSON-RPC errors, before the SDK sees them.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from typing import Any

import anyio
import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage

from ctxpack.text import well_formed


def refusal(line: str) -> types.JSONRPCError | None:
    """The error for a line that is no valid message; None for a valid one, and for malformed responses."""
    if not line.strip():
        return None
    try:
        loaded = json.loads(line)
    except (ValueError, RecursionError):
        return _error(None, types.PARSE_ERROR, "Parse error: the line is not JSON")
    if isinstance(loaded, dict) and "method" not in loaded and ("result" in loaded or "error" in loaded):
        return None
    if isinstance(loaded, dict) and "method" in loaded and loaded.get("id", 0) is None:
        return _error(None, types.INVALID_REQUEST, "Invalid request: the id of a request must not be null")
    try:
        types.jsonrpc_message_adapter.validate_json(line, by_name=False)
    except ValueError as error:
        lone = "surrogate" in str(error)
        why = "a string has a lone surrogate" if lone else "it is no request or notification of JSON-RPC 2.0"
        return _error(_id(loaded), types.INVALID_REQUEST, f"Invalid request: {why}")
    return None


def _id(loaded: object) -> int | str | None:
    """The id of a message for the answer; None where it has no usable one."""
    found = loaded.get("id") if isinstance(loaded, dict) else None
    if isinstance(found, str):
        return found if well_formed(found) == found else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _error(own: int | str | None, code: int, message: str) -> types.JSONRPCError:
    return types.JSONRPCError(jsonrpc="2.0", id=own, error=types.ErrorData(code=code, message=message))


class _Lines:
    """Iterates over the lines of standard input that are valid messages; answers the others through `answer_by`."""

    def __init__(self, lines: anyio.AsyncFile[str]) -> None:
        self._lines = lines
        self._ready = anyio.Event()
        self._write: Any = None

    def answer_by(self, write: Any) -> None:
        self._write = write
        self._ready.set()

    async def __aiter__(self) -> AsyncIterator[str]:
        await self._ready.wait()
        async for line in self._lines:
            error = refusal(line)
            if error is None:
                yield line
            else:
                await self._write.send(SessionMessage(error))


def _own_input() -> int:
    """Reserve standard input for the protocol: other readers, here or in a child process, find it at its end."""
    own = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return own


def serve(server: Server[dict[str, Any]]) -> None:
    """Serve one client on standard input and output, until it closes them."""

    async def served() -> None:
        # The descriptor is never closed, since the thread that waits for a line cannot be interrupted.
        text = os.fdopen(_own_input(), encoding="utf-8", errors="replace", closefd=False)
        lines = _Lines(anyio.wrap_file(text))
        stdin: Any = lines
        async with stdio_server(stdin) as (read, write):
            lines.answer_by(write)
            await server.run(read, write, server.create_initialization_options())

    anyio.run(served)
