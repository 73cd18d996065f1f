"""The extension for tasks, which the SDK leaves to others: calls that go on after they are answered."""
import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime, timezone
from typing import Any

import mcp_types as types
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.extension import Extension, MethodBinding, ToolBinding
from mcp.server.mcpserver.server import require_client_extension
from mcp.shared.exceptions import MCPError

NAME = "io.modelcontextprotocol/tasks"
HEADER_MISMATCH = -32020


def now() -> str:
    return datetime.now(timezone.utc).isoformat()


def text(said: str, failed: bool = False) -> dict:
    return {"content": [{"type": "text", "text": said}], "isError": failed}


def elicit(message: str, name: str) -> dict:
    schema = {"type": "object", "properties": {name: {"type": "string"}}, "required": [name]}
    return {"method": "elicitation/create", "params": {"mode": "form", "message": message, "requestedSchema": schema}}


class Task:
    def __init__(self, job: Callable[["Task", dict], Awaitable[dict]], arguments: dict) -> None:
        self.id, self.status, self.created, self.updated = str(uuid.uuid4()), "working", now(), now()
        self.asked: dict[str, dict] = {}
        self.answers: dict[str, Any] = {}
        self.came, self.more = asyncio.Event(), {}
        self.running = asyncio.create_task(self.run(job, arguments))

    async def run(self, job: Callable[["Task", dict], Awaitable[dict]], arguments: dict) -> None:
        try:
            self.is_now("completed", result={**await job(self, arguments), "resultType": "complete"})
        except asyncio.CancelledError:
            self.is_now("cancelled")
        except Exception as error:
            self.is_now("failed", error={"code": types.INTERNAL_ERROR, "message": str(error)})

    def is_now(self, status: str, **more: dict) -> None:
        self.status, self.updated, self.more = status, now(), more

    async def ask(self, asked: dict[str, dict]) -> None:
        """Waits until all of these are answered."""
        self.asked = asked
        self.is_now("input_required")
        while self.asked:
            await self.came.wait()
            self.came.clear()
        self.is_now("working")

    def shown(self) -> dict:
        asked = {"inputRequests": self.asked} if self.asked else {}
        return {
            "taskId": self.id, "status": self.status, "createdAt": self.created, "lastUpdatedAt": self.updated,
            "ttlMs": 600_000, "pollIntervalMs": 50, **asked, **self.more,
        }


async def slow(_task: Task | None, arguments: dict) -> dict:
    await asyncio.sleep(arguments["seconds"])
    return text(f"{arguments.get('label', '')}: done")


async def failing(_task: Task, _arguments: dict) -> dict:
    await asyncio.sleep(0.2)
    return text("it did not work", failed=True)


async def broken(_task: Task, _arguments: dict) -> dict:
    raise RuntimeError("it broke")


async def confirm(task: Task, arguments: dict) -> dict:
    await task.ask({"confirm": elicit(f"Delete {arguments['filename']}?", "confirm")})
    return text(f"{arguments['filename']}: {task.answers}")


async def several(task: Task, _arguments: dict) -> dict:
    await task.ask({"one": elicit("One?", "one"), "two": elicit("Two?", "two")})
    return text(str(task.answers))


async def greeting(_task: Task, arguments: dict) -> dict:
    return text(f"Hello, {arguments['name']}!")


JOBS = {
    "slow_compute": slow, "failing_job": failing, "protocol_error_job": broken, "confirm_delete": confirm,
    "multi_input": several, "test_tool_with_task": greeting,
}
# What cannot be done while somebody waits.
REQUIRED = set(JOBS) - {"slow_compute"}


class Params(types.RequestParams):
    task_id: str
    input_responses: dict[str, Any] | None = None


class Tasks(Extension):
    identifier = NAME

    def __init__(self) -> None:
        self.tasks: dict[str, Task] = {}

    def tools(self) -> list[ToolBinding]:
        jobs = [slow_compute, failing_job, protocol_error_job, confirm_delete, multi_input, test_tool_with_task]
        return [ToolBinding(tool) for tool in [greet, *jobs]]

    def methods(self) -> list[MethodBinding]:
        return [MethodBinding(f"tasks/{word}", Params, getattr(self, word)) for word in ["get", "update", "cancel"]]

    async def intercept_tool_call(
        self, params: types.CallToolRequestParams, ctx: ServerRequestContext[Any, Any], call_next: CallNext
    ) -> HandlerResult:
        job = JOBS.get(params.name)
        can = ctx.session.client_capabilities
        if job is None or (params.name not in REQUIRED and NAME not in ((can and can.extensions) or {})):
            return await call_next(ctx)
        require_client_extension(ctx, NAME)
        arguments = params.arguments or {}
        if params.name == "test_tool_with_task":
            said = (params.input_responses or {}).get("user_name")
            if said is None:
                asks = types.ElicitRequest.model_validate(elicit("What is your name?", "name"))
                return types.InputRequiredResult(input_requests={"user_name": asks}, request_state="asked")
            arguments = {"name": (said.content or {}).get("name")}
        task = Task(job, arguments)
        self.tasks[task.id] = task
        return {**task.shown(), "resultType": "task"}

    def of(self, ctx: ServerRequestContext[Any, Any], params: Params) -> Task:
        require_client_extension(ctx, NAME)
        if ctx.request is not None and ctx.request.headers.get("mcp-name") != params.task_id:
            raise MCPError(HEADER_MISMATCH, "Mcp-Name is not the id of the task")
        if params.task_id not in self.tasks:
            raise MCPError(types.INVALID_PARAMS, "there is no such task")
        return self.tasks[params.task_id]

    async def get(self, ctx: ServerRequestContext[Any, Any], params: Params) -> HandlerResult:
        return {**self.of(ctx, params).shown(), "resultType": "complete"}

    async def update(self, ctx: ServerRequestContext[Any, Any], params: Params) -> HandlerResult:
        task = self.of(ctx, params)
        for name, answer in (params.input_responses or {}).items():
            if task.asked.pop(name, None) is not None:
                task.answers[name] = answer
        task.came.set()
        return {"resultType": "complete"}

    async def cancel(self, ctx: ServerRequestContext[Any, Any], params: Params) -> HandlerResult:
        task = self.of(ctx, params)
        task.running.cancel()
        await asyncio.wait([task.running])
        return {"resultType": "complete"}


def greet(name: str) -> str:
    """Says hello."""
    return f"Hello, {name}!"


async def slow_compute(seconds: int, label: str = "") -> str:
    """Takes its time."""
    return (await slow(None, {"seconds": seconds, "label": label}))["content"][0]["text"]


def failing_job() -> str:
    """Does not work, after a while."""
    raise RuntimeError("a task only")


def protocol_error_job() -> str:
    """Breaks."""
    raise RuntimeError("a task only")


def confirm_delete(filename: str) -> str:
    """Asks before it does it."""
    raise RuntimeError("a task only")


def multi_input() -> str:
    """Asks two things."""
    raise RuntimeError("a task only")


def test_tool_with_task() -> str:
    """Asks for a name, and greets later."""
    raise RuntimeError("a task only")
