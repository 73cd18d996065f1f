"""LangChain and LangGraph: calls of tools that run only where it was decided that they may.

    create_agent(model, tools, middleware=[LictorMiddleware(guard)])
    ToolNode(tools, wrap_tool_call=wrap_tool_call(guard), awrap_tool_call=awrap_tool_call(guard))

Where people edit the arguments of a call (``HumanInTheLoopMiddleware``), what is asked here is what they made of it: the guard stands around the tool itself.
It is to be the last middleware of the list, the innermost: one that came after it could change the call again.
"""

from __future__ import annotations

from typing import Any, Awaitable, Callable, Union

from langchain.agents.middleware import AgentMiddleware
from langchain_core.messages import ToolMessage
from langgraph.prebuilt.tool_node import ToolCallRequest
from langgraph.types import Command

from .._guard import Guard, own, refusal

Result = Union[ToolMessage, "Command[Any]"]


def wrap_tool_call(guard: Guard) -> Callable[[ToolCallRequest, Callable[[ToolCallRequest], Result]], Result]:
    """For ``ToolNode``, and for agents that are not awaited."""

    def wrap(request: ToolCallRequest, handler: Callable[[ToolCallRequest], Result]) -> Result:
        began = False

        def run() -> Any:
            nonlocal began
            began = True
            return handler(mine)

        try:
            mine = _own(request)
            result: Result = guard.run(guard.tool(mine.tool_call["name"], mine.tool_call["args"]), run)
            return result
        except Exception as error:
            if began:
                raise
            return _refused(request, error)

    return wrap


def awrap_tool_call(guard: Guard) -> Callable[[ToolCallRequest, Callable[[ToolCallRequest], Awaitable[Result]]], Awaitable[Result]]:
    """The same for what is awaited."""

    async def wrap(request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[Result]]) -> Result:
        began = False

        async def run() -> Any:
            nonlocal began
            began = True
            return await handler(mine)

        try:
            mine = _own(request)
            result: Result = await guard.arun(guard.tool(mine.tool_call["name"], mine.tool_call["args"]), run)
            return result
        except Exception as error:
            if began:
                raise
            return _refused(request, error)

    return wrap


class LictorMiddleware(AgentMiddleware):
    """The guard around each call of a tool of an agent that ``create_agent`` has made."""

    def __init__(self, guard: Guard) -> None:
        super().__init__()
        self._wrap, self._awrap = wrap_tool_call(guard), awrap_tool_call(guard)

    def wrap_tool_call(self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Result]) -> Result:
        return self._wrap(request, handler)

    async def awrap_tool_call(self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[Result]]) -> Result:
        return await self._awrap(request, handler)


def _own(request: ToolCallRequest) -> ToolCallRequest:
    """The same request with a call that nobody else can change."""
    return request.override(tool_call=own(request.tool_call))


def _refused(request: ToolCallRequest, error: BaseException) -> ToolMessage:
    call = request.tool_call
    return ToolMessage(content=refusal(error), name=call["name"], tool_call_id=call["id"] or "", status="error")
