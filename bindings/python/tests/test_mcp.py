"""Model Context Protocol SDK: a real client and a real server, which speak with each other in one process."""

import asyncio

import pytest

pytest.importorskip("mcp")

from mcp import Client  # noqa: E402
from mcp.server.mcpserver import MCPServer  # noqa: E402

from lictor import Guard  # noqa: E402
from lictor.adapters.mcp import guard_server, guarded_call  # noqa: E402


def made(ran, fails=False):
    server = MCPServer("shop")

    @server.tool()
    def refund(charge_id: str, cents: int) -> str:
        """Gives money back."""
        ran.append((charge_id, cents))
        if fails:
            raise RuntimeError("the bank is closed")
        return f"gave back {cents}"

    return server


def asked(server, name, arguments, call=None):
    async def all():
        async with Client(server) as client:
            result = await (client.call_tool(name, arguments) if call is None else call(client))
            return result, result.content[0].text

    return asyncio.run(all())


def test_a_server(case, charge):
    ran = []
    result, text = asked(guard_server(made(ran), case.guard), "refund", {"charge_id": charge, "cents": case.cents})
    case.check(ran, text)
    assert bool(result.is_error) != case.runs


def test_a_client(case, charge):
    ran = []
    arguments = {"charge_id": charge, "cents": case.cents}
    result, text = asked(made(ran), "refund", arguments, lambda client: guarded_call(client, case.guard, "refund", arguments))
    case.check(ran, text)


def test_tools_that_come_later_are_held_too(shop, charge):
    ran = []
    server = guard_server(made(ran), Guard(shop.gateway(), server="shop"))

    @server.tool()
    def format_disk() -> str:
        """Nobody knows what it does."""
        ran.append("disk")
        return "formatted"

    result, text = asked(server, "format_disk", {})
    assert result.is_error and "refused" in text and ran == []
    result, text = asked(server, "refund", {"charge_id": charge, "cents": 7})
    assert not result.is_error and ran == [(charge, 7)]


def test_what_the_tool_raises_is_the_tools(shop, charge):
    ran = []
    result, text = asked(guard_server(made(ran, fails=True), Guard(shop.gateway())), "refund", {"charge_id": charge, "cents": 5})
    assert result.is_error and "refused" not in text and ran == [(charge, 5)]


def test_a_decorator_is_enough(shop, charge):
    ran = []
    server = MCPServer("shop")

    @server.tool()
    @Guard(shop.gateway()).protect(
        "payments.refund", lambda charge_id, cents: {"charge_id": charge_id, "amount": {"minor": cents, "currency": "USD"}}
    )
    def refund(charge_id: str, cents: int) -> str:
        """Gives money back."""
        ran.append(cents)
        return "done"

    assert asked(server, "refund", {"charge_id": charge, "cents": 60_000})[0].is_error and ran == []
    assert not asked(server, "refund", {"charge_id": charge, "cents": 9})[0].is_error and ran == [9]
