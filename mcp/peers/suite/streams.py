"""What goes over streams: events that can be had again, what is logged, and what changes."""
import asyncio

import mcp_types as types
from mcp.server.mcpserver import Context
from mcp.server.streamable_http import EventCallback, EventMessage, EventStore

from content import server


class Kept(EventStore):
    """Keeps events by their number, with the stream that each went over."""

    def __init__(self) -> None:
        self.events: list[tuple[str, types.JSONRPCMessage | None]] = []

    async def store_event(self, stream_id: str, message: types.JSONRPCMessage | None) -> str:
        self.events.append((stream_id, message))
        return str(len(self.events) - 1)

    async def replay_events_after(self, last_event_id: str, send_callback: EventCallback) -> str | None:
        last = int(last_event_id) if last_event_id.isdigit() else len(self.events)
        if last >= len(self.events):
            return None
        stream = self.events[last][0]
        for number, (of, message) in list(enumerate(self.events))[last + 1:]:
            if of == stream and message is not None:
                await send_callback(EventMessage(message, str(number)))
        return stream


@server.tool()
async def test_reconnection(ctx: Context) -> str:
    """Hangs up before it is done."""
    await ctx.close_sse_stream()
    await asyncio.sleep(0.2)
    return "Reconnection test completed"


@server.tool()
async def test_logging_tool(ctx: Context) -> str:
    """Logs something, for whoever wants it."""
    await ctx.info("it is done")
    return "done"


@server.tool()
async def test_trigger_tool_change(ctx: Context) -> str:
    """Changes the tools, and says so."""
    await ctx.notify_tools_changed()
    return "told"


@server.tool()
async def test_trigger_prompt_change(ctx: Context) -> str:
    """Changes the prompts, and says so."""
    await ctx.notify_prompts_changed()
    return "told"


async def taken(_ctx: object, _params: object) -> types.EmptyResult:
    return types.EmptyResult()


@server.resource("test://watched-resource", mime_type="text/plain")
def watched() -> str:
    return "Watched resource content"


# The low-level server has these, and the other one no way to say so.
for method, params in [
    ("logging/setLevel", types.SetLevelRequestParams),
    ("resources/subscribe", types.SubscribeRequestParams),
    ("resources/unsubscribe", types.UnsubscribeRequestParams),
]:
    server._lowlevel_server.add_request_handler(method, params, taken)
