"""A server with a few tools, made with the official SDK: it notes what it is really called with."""
import os
import sys

from mcp.server import MCPServer
from mcp.server.mcpserver import Context

server = MCPServer("desk")


def note(text: str) -> None:
    with open(os.environ["DESK_NOTES"], "a", encoding="utf-8") as notes:
        notes.write(text + "\n")


@server.tool()
def add(a: int, b: int) -> int:
    """Add two numbers."""
    note(f"add {a} {b}")
    return a + b


@server.tool()
async def refund(amount: int, ctx: Context) -> str:
    """Give money back."""
    await ctx.report_progress(1, 2)
    note(f"refund {amount}")
    return f"{amount} were given back"


@server.tool()
def burn(everything: bool) -> str:
    """Nobody said what this is."""
    note("burn")
    return "gone"


@server.resource("desk://page")
def page() -> str:
    """A page."""
    note("page")
    return "a page"


@server.resource("desk://other")
def other() -> str:
    return "another page"


@server.prompt()
def greet(who: str) -> str:
    """Nobody said what this is."""
    note("greet")
    return f"Greet {who}"


if __name__ == "__main__":
    if len(sys.argv) < 2:
        server.run("stdio")
    else:
        server.run("streamable-http", host="127.0.0.1", port=int(sys.argv[1]))
