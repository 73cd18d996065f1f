"""Tools that ask the client for something: in requests of their own, and, since 2026-07-28, in their answers."""
import mcp_types as types
from mcp.server.mcpserver import Context
from mcp.shared.exceptions import MCPError
from mcp.server.mcpserver.prompts.base import UserMessage
from pydantic import BaseModel, Field

from content import server

Asks = types.InputRequiredResult


@server.tool()
async def test_sampling(prompt: str, ctx: Context) -> str:
    """Asks the client's model."""
    message = types.SamplingMessage(role="user", content=types.TextContent(type="text", text=prompt))
    said = await ctx.session.create_message(messages=[message], max_tokens=100)
    return f"LLM response: {said.content}"


class Answer(BaseModel):
    username: str = Field(description="User's response")
    email: str = Field(description="User's email address")


@server.tool()
async def test_elicitation(message: str, ctx: Context) -> str:
    """Asks the user."""
    said = await ctx.elicit(message, Answer)
    return f"User response: {said.action}"


async def form(ctx: Context, properties: dict) -> str:
    schema = {"type": "object", "properties": properties, "required": []}
    said = await ctx.session.elicit_form("Please fill this in", schema, related_request_id=ctx.request_id)
    return f"Elicitation completed: action={said.action}, content={said.content}"


@server.tool()
async def test_elicitation_sep1034_defaults(ctx: Context) -> str:
    """Asks the user, and suggests answers."""
    return await form(ctx, {
        "name": {"type": "string", "default": "John Doe"},
        "age": {"type": "integer", "default": 30},
        "score": {"type": "number", "default": 95.5},
        "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
        "verified": {"type": "boolean", "default": True},
    })


@server.tool()
async def test_elicitation_sep1330_enums(ctx: Context) -> str:
    """Asks the user to choose."""
    plain = ["option1", "option2", "option3"]
    titled = [{"const": f"value{n}", "title": f"{word} Choice"} for n, word in enumerate(["First", "Second", "Third"], 1)]
    return await form(ctx, {
        "untitledSingle": {"type": "string", "enum": plain},
        "titledSingle": {"type": "string", "oneOf": titled},
        "legacyEnum": {"type": "string", "enum": ["opt1", "opt2"], "enumNames": ["Option One", "Option Two"]},
        "untitledMulti": {"type": "array", "items": {"type": "string", "enum": plain}},
        "titledMulti": {"type": "array", "items": {"anyOf": titled}},
    })


def elicits(message: str, name: str, kind: str = "string") -> types.ElicitRequest:
    schema = {"type": "object", "properties": {name: {"type": kind}}, "required": [name]}
    return types.ElicitRequest(params=types.ElicitRequestFormParams(message=message, requested_schema=schema))


def samples(text: str) -> types.CreateMessageRequest:
    message = types.SamplingMessage(role="user", content=types.TextContent(type="text", text=text))
    return types.CreateMessageRequest(params=types.CreateMessageRequestParams(messages=[message], max_tokens=100))


def answered(ctx: Context, *names: str) -> list | None:
    """The answers of these names, where all are there."""
    answers = ctx.input_responses or {}
    return [answers[name] for name in names] if all(name in answers for name in names) else None


@server.tool()
async def test_input_required_result_elicitation(ctx: Context) -> str | Asks:
    """Asks for a name."""
    if (said := answered(ctx, "user_name")) is None:
        return Asks(input_requests={"user_name": elicits("What is your name?", "name")})
    return f"Hello, {(said[0].content or {}).get('name')}!"


@server.tool()
async def test_input_required_result_sampling(ctx: Context) -> str | Asks:
    """Asks the client's model."""
    if (said := answered(ctx, "capital_question")) is None:
        return Asks(input_requests={"capital_question": samples("What is the capital of France?")})
    return f"It said: {said[0].content}"


@server.tool()
async def test_input_required_result_list_roots(ctx: Context) -> str | Asks:
    """Asks for the roots."""
    if (said := answered(ctx, "client_roots")) is None:
        return Asks(input_requests={"client_roots": types.ListRootsRequest()})
    return f"Roots: {[str(root.uri) for root in said[0].roots]}"


async def confirmed(ctx: Context) -> str | Asks:
    # What is kept by the client is sealed by the SDK: it comes back as it was, or not at all.
    if answered(ctx, "confirm") is None or ctx.request_state is None:
        return Asks(input_requests={"confirm": elicits("Please confirm", "ok", "boolean")}, request_state="asked")
    return "state-ok" if ctx.request_state == "asked" else "another state"


@server.tool()
async def test_input_required_result_request_state(ctx: Context) -> str | Asks:
    """Has the client keep something."""
    return await confirmed(ctx)


@server.tool()
async def test_input_required_result_tampered_state(ctx: Context) -> str | Asks:
    """Has the client keep something that is not to be changed."""
    return await confirmed(ctx)


@server.tool()
async def test_input_required_result_multiple_inputs(ctx: Context) -> str | Asks:
    """Asks three things at once."""
    if answered(ctx, "user_name", "greeting", "client_roots") is None:
        return Asks(
            input_requests={
                "user_name": elicits("What is your name?", "name"),
                "greeting": samples("Generate a greeting"),
                "client_roots": types.ListRootsRequest(),
            },
            request_state="asked",
        )
    return "all are there"


@server.tool()
async def test_input_required_result_multi_round(ctx: Context) -> str | Asks:
    """Asks twice, one after the other."""
    if ctx.request_state == "second" and answered(ctx, "step2") is not None:
        return "both are there"
    if ctx.request_state == "first" and answered(ctx, "step1") is not None:
        color = elicits("Step 2: What is your favorite color?", "color")
        return Asks(input_requests={"step2": color}, request_state="second")
    name = elicits("Step 1: What is your name?", "name")
    return Asks(input_requests={"step1": name}, request_state="first")


@server.tool()
async def test_input_required_result_capabilities(ctx: Context) -> str | Asks:
    """Asks for what the client can do, and for nothing else."""
    can = ctx.client_capabilities or types.ClientCapabilities()
    asks = {"greeting": samples("Generate a greeting")} if can.sampling else {}
    if can.elicitation:
        asks["user_name"] = elicits("What is your name?", "name")
    return Asks(input_requests=asks) if asks and not ctx.input_responses else "nothing is asked"


@server.prompt()
async def test_input_required_result_prompt(ctx: Context) -> list[UserMessage] | Asks:
    """Asks before it says anything."""
    if (said := answered(ctx, "user_context")) is None:
        asks = elicits("What context should the prompt use?", "context")
        return Asks(input_requests={"user_context": asks})
    return [UserMessage(content=f"In this context: {said[0].content}")]


@server.tool()
async def test_streaming_elicitation(ctx: Context) -> str | Asks:
    """Asks in its answer, and never beside it."""
    return await test_input_required_result_elicitation(ctx)


@server.tool()
async def test_missing_capability(ctx: Context) -> str:
    """Needs a client with a model."""
    if not (ctx.client_capabilities and ctx.client_capabilities.sampling):
        needs = {"requiredCapabilities": {"sampling": {}}}
        raise MCPError(types.MISSING_REQUIRED_CLIENT_CAPABILITY, "the client has no model", needs)
    return "there is one"
