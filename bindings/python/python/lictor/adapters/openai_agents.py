"""OpenAI Agents SDK: tools that run only where it was decided that they may.

agent = Agent(name="…", tools=[guarded(refund, guard)])
"""

from __future__ import annotations

import dataclasses
from typing import Any, Sequence

from agents import FunctionTool
from agents.tool_context import ToolContext

from .._json import decode, encode
from .._guard import Guard, refusal


def guarded(tool: FunctionTool, guard: Guard) -> FunctionTool:
    """The same tool behind a guard. Where it may not run, the model is told so, as the result of the call, and the run goes on."""
    inner = tool.on_invoke_tool

    async def invoke(context: ToolContext[Any], arguments: str) -> Any:
        began = False

        async def run() -> Any:
            nonlocal began
            began = True
            # Written anew from what was decided on: a second reader could read the text of the model otherwise.
            return await inner(context, written)

        try:
            input = decode(arguments or "{}")
            if not isinstance(input, dict):
                raise ValueError("the arguments are no object")
            written = encode(input).decode("ascii")
            return await guard.arun(guard.tool(tool.name, input), run)
        except Exception as error:
            if began:
                raise
            return refusal(error)

    return dataclasses.replace(tool, on_invoke_tool=invoke)


def all_guarded(tools: Sequence[FunctionTool], guard: Guard) -> "list[FunctionTool]":
    """All of them behind one guard. A tool that is no function of this process cannot be held here, and is refused."""
    for tool in tools:
        if not isinstance(tool, FunctionTool):
            raise TypeError(f"{type(tool).__name__} runs somewhere else: nothing here can hold it")
    return [guarded(tool, guard) for tool in tools]
