"""What the suite reads: tools that answer at once, resources and prompts."""
import asyncio
import base64
from typing import Annotated

import mcp_types as types
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.prompts.base import UserMessage
from pydantic import Field

import tasks

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SOUND = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAAAAA=="

server = MCPServer("conformance", extensions=[tasks.Tasks()])


@server.tool()
def test_simple_text() -> str:
    """Says something."""
    return "This is a simple text response for testing."


@server.tool()
def test_image_content() -> list[types.ImageContent]:
    """Shows something."""
    return [types.ImageContent(type="image", data=PIXEL, mime_type="image/png")]


@server.tool()
def test_audio_content() -> list[types.AudioContent]:
    """Plays something."""
    return [types.AudioContent(type="audio", data=SOUND, mime_type="audio/wav")]


def resource(text: str, uri: str = "test://embedded-resource") -> types.EmbeddedResource:
    held = types.TextResourceContents(uri=uri, mime_type="text/plain", text=text)
    return types.EmbeddedResource(type="resource", resource=held)


@server.tool()
def test_embedded_resource() -> list[types.EmbeddedResource]:
    """Holds something."""
    return [resource("This is an embedded resource content.")]


@server.tool()
def test_multiple_content_types() -> list[types.TextContent | types.ImageContent | types.EmbeddedResource]:
    """All at once."""
    return [
        types.TextContent(type="text", text="Multiple content types test:"),
        types.ImageContent(type="image", data=PIXEL, mime_type="image/png"),
        resource("{}", "test://mixed-content-resource"),
    ]


@server.tool()
async def test_tool_with_logging(ctx: Context) -> str:
    """Tells what it does."""
    for said in ["Tool execution started", "Tool processing data", "Tool execution completed"]:
        await ctx.info(said)
        await asyncio.sleep(0.05)
    return "done"


@server.tool()
async def test_tool_with_progress(ctx: Context) -> str:
    """Tells how far it is."""
    for done in [0, 50, 100]:
        await ctx.report_progress(done, 100)
    return "done"


@server.tool()
def test_error_handling() -> str:
    """Fails."""
    raise RuntimeError("This tool intentionally returns an error for testing")


@server.tool()
def test_header(region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})]) -> str:
    """Takes something that stands in a header, too."""
    return f"in {region}"


ADDRESS = {
    "$anchor": "addressDef",
    "type": "object",
    "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
}
HARD = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {"address": ADDRESS},
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}


@server.tool(name="json_schema_2020_12_tool")
def hard(name: str | None = None) -> str:
    """Has a schema of its own."""
    return name or "nobody"


# The SDK makes schemas of types, and this one is no type's.
server._tool_manager.get_tool("json_schema_2020_12_tool").parameters = HARD


@server.resource("test://static-text", mime_type="text/plain")
def static_text() -> str:
    return "This is the content of the static text resource."


@server.resource("test://static-binary", mime_type="image/png")
def static_binary() -> bytes:
    return base64.b64decode(PIXEL)


@server.resource("test://template/{id}/data", mime_type="application/json")
def template(id: str) -> str:
    return f'{{"id":"{id}","templateTest":true,"data":"Data for ID: {id}"}}'


@server.prompt()
def test_simple_prompt() -> str:
    """Asks something."""
    return "This is a simple prompt for testing."


@server.prompt()
def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
    """Asks something of these."""
    return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"


@server.prompt()
def test_prompt_with_embedded_resource(resourceUri: str) -> list[UserMessage]:
    """Holds something."""
    held = resource("Embedded resource content for testing.", resourceUri)
    return [UserMessage(content=held), UserMessage(content="Please process the embedded resource above.")]


@server.prompt()
def test_prompt_with_image() -> list[UserMessage]:
    """Shows something."""
    image = types.ImageContent(type="image", data=PIXEL, mime_type="image/png")
    return [UserMessage(content=image), UserMessage(content="Please analyze the image above.")]


@server.completion()
async def complete(_ref: object, argument: types.CompletionArgument, _context: object) -> types.Completion:
    known = ["paris", "park", "party"]
    return types.Completion(values=[name for name in known if name.startswith(argument.value)], has_more=False)
