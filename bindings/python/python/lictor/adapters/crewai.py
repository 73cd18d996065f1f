"""CrewAI: tools that run only where it was decided that they may.

    Agent(…, tools=[guarded(refund, guard)])

CrewAI goes on where one of its hooks raises anything but ``HookAborted``, so a hook is no place to hold a call. Here the tool itself is another one: it asks first,
and whatever goes wrong before it has asked ends in a text for the model, with nothing done.
"""

from __future__ import annotations

import asyncio
from typing import Any, Dict, Type

from crewai.tools import BaseTool
from pydantic import BaseModel, PrivateAttr

from .._guard import Guard, own, refusal


def _never(*_: Any) -> bool:
    """Whether a result is kept."""
    return False


class _Guarded(BaseTool):
    _inner: BaseTool = PrivateAttr()
    _guard: Guard = PrivateAttr()

    def _run(self, **given: Any) -> Any:
        began = False

        def run() -> Any:
            nonlocal began
            began = True
            return self._inner._run(**input)

        try:
            input: Dict[str, Any] = own(given)
            return self._guard.run(self._guard.tool(self._inner.name, input), run)
        except Exception as error:
            if began:
                raise
            return refusal(error)

    async def _arun(self, **given: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(None, lambda: self._run(**given))


def guarded(tool: BaseTool, guard: Guard) -> BaseTool:
    """The same tool behind a guard, which asks with a :class:`~lictor.Gateway`. Its results are not kept: a call is asked about each time."""
    schema: Type[BaseModel] = tool.args_schema
    made = _Guarded(
        name=tool.name,
        description=tool.description,
        args_schema=schema,
        result_as_answer=tool.result_as_answer,
        max_usage_count=tool.max_usage_count,
        cache_function=_never,
    )
    made._inner, made._guard = tool, guard
    return made
