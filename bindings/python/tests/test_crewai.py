"""CrewAI: a real crew, with a model that was scripted. It speaks the form in which a model without calls of tools names one."""

import asyncio
import json

import pytest

pytest.importorskip("crewai")

from crewai import Agent, Crew, Task  # noqa: E402
from crewai.llms.base_llm import BaseLLM  # noqa: E402
from crewai.tools import tool  # noqa: E402
from pydantic import PrivateAttr  # noqa: E402

from lictor import Guard  # noqa: E402
from lictor.adapters.crewai import guarded  # noqa: E402


class Scripted(BaseLLM):
    """Names a tool a few times, and keeps what it was told."""

    _calls: list = PrivateAttr(default_factory=list)
    _told: list = PrivateAttr(default_factory=list)

    def call(self, messages, *given, **named):
        # The prompt shows the form, so only what comes after it is an observation.
        said = [] if isinstance(messages, str) else [str(message.get("content")) for message in messages[2:]]
        self._told = [text.split("Observation:", 1)[1].strip() for text in said if "Observation:" in text]
        if self._calls:
            return f"Thought: I give it back.\nAction: refund\nAction Input: {json.dumps(self._calls.pop(0))}\n"
        return "Thought: I know the answer.\nFinal Answer: done"

    async def acall(self, messages, *given, **named):
        return self.call(messages, *given, **named)

    def supports_function_calling(self):
        return False


def run(made, *calls, kickoff=lambda crew: crew.kickoff()):
    model = Scripted(model="scripted")
    model._calls.extend(calls)
    agent = Agent(role="desk", goal="give it back", backstory="A desk.", llm=model, tools=[made], verbose=False, cache=True)
    task = Task(description="Give it back.", expected_output="done", agent=agent)
    kickoff(Crew(agents=[agent], tasks=[task], verbose=False))
    return "\n".join(model._told)


def made(ran, fails=False):
    @tool("refund")
    def refund(charge_id: str, cents: int) -> str:
        """Gives money back."""
        ran.append((charge_id, cents))
        if fails:
            raise RuntimeError("the bank is closed")
        return f"gave back {cents}"

    return refund


def test_a_crew(case, charge):
    ran = []
    told = run(guarded(made(ran), case.guard), {"charge_id": charge, "cents": case.cents})
    assert told
    case.check(ran, told)


def test_without_the_guard_it_would_run(charge):
    ran = []
    run(made(ran), {"charge_id": charge, "cents": 60_000})
    assert ran == [(charge, 60_000)]


def test_nothing_is_kept_of_an_answer(shop, charge):
    """What was refused may be approved later, and what was allowed once may be refused: each call is asked about."""
    asked = []

    class Counted(Guard):
        def run(self, *given):
            asked.append(given)
            return super().run(*given)

    ran = []
    call = {"charge_id": charge, "cents": 5}
    run(guarded(made(ran), Counted(shop.gateway())), call, {"charge_id": charge, "cents": 60_000}, call)
    assert len(asked) == 3 and len(ran) == 2


def test_a_hook_would_let_it_through(charge):
    """Why the adapter is no hook: what one raises is swallowed, and the tool runs."""
    from crewai.hooks import register_before_tool_call_hook, unregister_before_tool_call_hook

    raised = []

    def hook(context):
        raised.append(context.tool_name)
        raise RuntimeError("no")

    register_before_tool_call_hook(hook)
    try:
        ran = []
        run(made(ran), {"charge_id": charge, "cents": 1})
    finally:
        unregister_before_tool_call_hook(hook)
    assert raised and ran == [(charge, 1)]


def test_what_the_tool_raises_is_the_tools(shop, charge):
    ran = []
    told = run(guarded(made(ran, fails=True), Guard(shop.gateway())), {"charge_id": charge, "cents": 5})
    assert ran and "the bank is closed" in told and "refused" not in told


def test_a_crew_that_is_awaited(case, charge):
    ran = []
    told = run(
        guarded(made(ran), case.guard), {"charge_id": charge, "cents": case.cents}, kickoff=lambda crew: asyncio.run(crew.akickoff())
    )
    case.check(ran, told)
