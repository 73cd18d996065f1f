"""LangChain and LangGraph: real agents and a real ToolNode, with a model that was scripted."""

import asyncio

import pytest

pytest.importorskip("langchain")

from langchain.agents import create_agent  # noqa: E402
from langchain.tools import tool  # noqa: E402
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel  # noqa: E402
from langchain_core.messages import AIMessage, ToolMessage  # noqa: E402
from langgraph.graph import START, MessagesState, StateGraph  # noqa: E402
from langgraph.prebuilt import ToolNode  # noqa: E402

from lictor import Guard  # noqa: E402
from lictor.adapters.langchain import LictorMiddleware, awrap_tool_call, wrap_tool_call  # noqa: E402


class Scripted(GenericFakeChatModel):
    def bind_tools(self, tools, **named):
        return self


def called(charge, cents):
    return AIMessage(
        content="", tool_calls=[{"name": "refund", "args": {"charge_id": charge, "cents": cents}, "id": "call-1", "type": "tool_call"}]
    )


def made(ran, fails=False):
    @tool
    def refund(charge_id: str, cents: int) -> str:
        """Gives money back."""
        ran.append((charge_id, cents))
        if fails:
            raise RuntimeError("the bank is closed")
        return f"gave back {cents}"

    return refund


def told(state):
    (message,) = [message for message in state["messages"] if isinstance(message, ToolMessage)]
    return message


def agent(ran, guard, charge, cents, fails=False):
    model = Scripted(messages=iter([called(charge, cents), AIMessage(content="done")]))
    return create_agent(model, [made(ran, fails)], middleware=[LictorMiddleware(guard)])


QUESTION = {"messages": [{"role": "user", "content": "give it back"}]}


def test_an_agent(case, charge):
    ran = []
    message = told(agent(ran, case.guard, charge, case.cents).invoke(QUESTION))
    case.check(ran, message.content)
    assert message.status == ("success" if case.runs else "error")


def test_an_agent_that_is_awaited(case, charge):
    ran = []
    state = asyncio.run(agent(ran, case.guard, charge, case.cents).ainvoke(QUESTION))
    case.check(ran, told(state).content)


def graph(node):
    built = StateGraph(MessagesState)
    built.add_node("tools", node)
    built.add_edge(START, "tools")
    return built.compile()


def test_a_graph(case, charge):
    ran = []
    node = ToolNode([made(ran)], wrap_tool_call=wrap_tool_call(case.guard), awrap_tool_call=awrap_tool_call(case.guard))
    case.check(ran, told(graph(node).invoke({"messages": [called(charge, case.cents)]})).content)


def test_a_graph_that_is_awaited(case, charge):
    ran = []
    node = ToolNode([made(ran)], wrap_tool_call=wrap_tool_call(case.guard), awrap_tool_call=awrap_tool_call(case.guard))
    case.check(ran, told(asyncio.run(graph(node).ainvoke({"messages": [called(charge, case.cents)]}))).content)


def test_what_the_tool_raises_is_the_tools(shop, charge):
    ran = []
    with pytest.raises(RuntimeError, match="the bank is closed"):
        agent(ran, Guard(shop.gateway()), charge, 5, fails=True).invoke(QUESTION)
    assert ran == [(charge, 5)]
