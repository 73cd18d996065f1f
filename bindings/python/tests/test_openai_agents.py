"""OpenAI Agents SDK: a real run of a real agent, with a model that was scripted."""

import asyncio
import json

import pytest

agents = pytest.importorskip("agents")

from agents import Agent, RunConfig, Runner, function_tool  # noqa: E402
from agents.items import ModelResponse  # noqa: E402
from agents.models.interface import Model  # noqa: E402
from agents.usage import Usage  # noqa: E402
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText  # noqa: E402

from lictor import Guard  # noqa: E402
from lictor.adapters.openai_agents import all_guarded, guarded  # noqa: E402


class Scripted(Model):
    """Calls a tool once, and then repeats what it was told."""

    def __init__(self, arguments):
        self.arguments, self.told = arguments, None

    async def get_response(self, system_instructions, input, *rest, **more):
        results = (
            [item for item in input if isinstance(item, dict) and item.get("type") == "function_call_output"]
            if isinstance(input, list)
            else []
        )
        if not results:
            output = ResponseFunctionToolCall(type="function_call", call_id="call-1", name="refund", arguments=self.arguments)
        else:
            self.told = str(results[0]["output"])
            text = ResponseOutputText(type="output_text", text="done", annotations=[])
            output = ResponseOutputMessage(id="m-1", type="message", role="assistant", status="completed", content=[text])
        return ModelResponse(output=[output], usage=Usage(), response_id=None)

    def stream_response(self, *given, **named):
        raise NotImplementedError


def run(model, tool):
    agent = Agent(name="desk", model=model, tools=[tool])
    return asyncio.run(Runner.run(agent, "give it back", run_config=RunConfig(tracing_disabled=True)))


def made(ran):
    @function_tool
    def refund(charge_id: str, cents: int) -> str:
        """Gives money back."""
        ran.append((charge_id, cents))
        return f"gave back {cents}"

    return refund


def test_the_tool_runs_where_it_may(case, charge):
    ran = []
    model = Scripted(json.dumps({"charge_id": charge, "cents": case.cents}))
    run(model, guarded(made(ran), case.guard))
    case.check(ran, model.told)


def test_without_the_guard_it_would_run(charge):
    ran = []
    run(Scripted(json.dumps({"charge_id": charge, "cents": 60_000})), made(ran))
    assert ran == [(charge, 60_000)]


def test_arguments_that_two_would_read_as_two(shop, charge):
    ran = []
    model = Scripted(f'{{"charge_id": "{charge}", "cents": 1, "cents": 60000}}')
    run(model, guarded(made(ran), Guard(shop.gateway())))
    assert ran == [] and "refused" in model.told


def test_what_the_tool_raises_is_the_tools(shop, charge):
    ran = []

    @function_tool
    def refund(charge_id: str, cents: int) -> str:
        """Gives money back."""
        ran.append(cents)
        raise RuntimeError("the bank is closed")

    model = Scripted(json.dumps({"charge_id": charge, "cents": 5}))
    run(model, guarded(refund, Guard(shop.gateway())))
    # The SDK keeps what it was to itself, and tells the model that something was.
    assert ran == [5] and "error occurred" in model.told and "refused" not in model.told


def test_what_cannot_be_held_here_is_refused(shop):
    with pytest.raises(TypeError):
        all_guarded([object()], Guard(shop.gateway()))
