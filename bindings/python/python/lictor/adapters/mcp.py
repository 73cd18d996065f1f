"""Model Context Protocol SDK: a server whose tools run, and a client that calls, only where it was decided.

    server = guard_server(MCPServer("shop"), guard)      # holds the credentials: a boundary, with checkout=
    result = await guarded_call(session, guard, "refund", {...})

A server that a guard stands before holds all its tools, those that are registered later, too.
"""

from __future__ import annotations

from typing import Any, Mapping, Optional, TypeVar

from mcp.types import CallToolResult

from .._guard import Guard, own, refusal

Server = TypeVar("Server")


def guard_server(server: Server, guard: Guard) -> Server:
    """Puts a guard before all tools of an ``MCPServer`` (``FastMCP`` of before), and returns it. A refused call answers with ``isError``, and the model can
    read why."""
    inner = server.call_tool  # type: ignore[attr-defined]

    async def call_tool(name: str, arguments: "dict[str, Any]", *more: Any, **named: Any) -> Any:
        began = False

        async def run() -> Any:
            nonlocal began
            began = True
            return await inner(name, input, *more, **named)

        try:
            input = own(arguments)
            return await guard.arun(guard.tool(name, input), run)
        except Exception as error:
            if began:
                raise
            return _refused(error)

    server.call_tool = call_tool  # type: ignore[attr-defined]
    return server


async def guarded_call(
    session: Any, guard: Guard, name: str, arguments: Optional[Mapping[str, Any]] = None, **named: Any
) -> CallToolResult:
    """Calls a tool of a server by a ``Client`` or a ``ClientSession``, where it may happen."""
    began = False

    async def run() -> Any:
        nonlocal began
        began = True
        return await session.call_tool(name, input, **named)

    try:
        input = own(dict(arguments or {}))
        result: CallToolResult = await guard.arun(guard.tool(name, input), run)
        return result
    except Exception as error:
        if began:
            raise
        return _refused(error)


def _refused(error: BaseException) -> CallToolResult:
    # Under the name that it has on the wire: as an attribute it is called so in one edition of the SDK, and is_error in the other.
    return CallToolResult.model_validate({"content": [{"type": "text", "text": refusal(error)}], "isError": True})
