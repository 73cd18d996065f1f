"""A gateway that is asked over HTTP, by a program that waits and by one that awaits."""

from __future__ import annotations

import asyncio
import ssl
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Collection, Dict, Mapping, Optional, Union

from ._http import Transport
from ._protocol import Permit, Protocol, Steps
from .engine import PathLike
from .errors import GatewayUnavailable, LictorError
from .evidence import Receipt

#: How long people are waited for, in seconds, where nobody says how long.
WAIT = 900.0


class _Asking:
    """What both kinds of client are made with, and what they ask."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float = 10.0,
        root: Optional[str] = None,
        history: Optional[Union[bytes, PathLike]] = None,
        skew: float = 30.0,
        context: Optional[ssl.SSLContext] = None,
        plain_http: bool = False,
        allow_observe: bool = False,
    ) -> None:
        """A gateway at ``url``, asked with ``key``.

        :param timeout: the most seconds that one question takes, the last byte of its answer included.
        :param root: the PEM text of the gateway's root key, known beforehand. Receipts are then worth something without trusting the connection.
        :param history: the history of keys, a path or its bytes, in the place of what the gateway publishes.
        :param skew: how many seconds the clocks may differ.
        :param plain_http: whether to send the key unencrypted to another machine.
        :param allow_observe: whether to go on where the gateway only observes, and so allows everything.
        """
        if not _is_number(timeout) or not timeout > 0:
            raise ValueError("a time-out is a number of seconds, more than none")
        if root is not None and not isinstance(root, str):
            raise TypeError(f"the root key is the text of its PEM file, and not {type(root).__name__}")
        known = history if history is None or isinstance(history, bytes) else Path(history).read_bytes()
        self._transport = Transport(url, key, context, plain_http)
        self._protocol = Protocol(
            url=self._transport.url, timeout=float(timeout), root=root, history=known, skew=skew, allow_observe=allow_observe
        )

    @property
    def url(self) -> str:
        """Where it is."""
        return self._transport.url

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    def _authorize(self, asked: Mapping[str, Any], wait: Union[bool, float], obligations: Collection[str]) -> Steps:
        if not _is_number(wait) or not wait >= 0:
            raise ValueError("`wait` is whether to wait for people, or for how many seconds")
        seconds = (WAIT if wait is True else float(wait)) if wait is not False else None
        return self._protocol.authorize(_body(asked), action=asked["action"], wait=seconds, obligations=obligations)


class Gateway(_Asking):
    """A gateway, for programs that wait. Threads may share it."""

    def authorize(
        self,
        *,
        action: Optional[str] = None,
        resource: Optional[Mapping[str, Any]] = None,
        tool: Optional[str] = None,
        input: Any = None,
        context: Optional[Mapping[str, Any]] = None,
        mandate: Optional[str] = None,
        user: Optional[str] = None,
        wait: Union[bool, float] = False,
        obligations: Collection[str] = (),
    ) -> Permit:
        """Asks whether an action may happen, and returns the permit, with its token and its receipt verified. Whatever is not a yes is raised.

        :param action: an action of the policy, and ``resource``, its fields.
        :param tool: in their place the call of a tool, and ``input``, what it is called with.
        :param wait: whether to wait where people are asked, or for how many seconds; ``True`` is a quarter of an hour.
        :param obligations: the names of those obligations that the caller fulfils. Any other one is a refusal.
        :raises NotAllowed: it was decided, and it may not happen: ``Denied``, ``ApprovalRequired`` …
        :raises LictorError: nobody knows whether it may: the gateway does not answer, or what it says cannot be verified.
        """
        asked = {"action": action, "resource": resource, "tool": tool, "input": input, "context": context, "mandate": mandate, "user": user}
        permit: Permit = self._run(self._authorize(asked, wait, obligations))
        return permit

    def validate(
        self,
        token: str,
        *,
        action: Optional[str] = None,
        resource: Optional[Mapping[str, Any]] = None,
        tool: Optional[str] = None,
        input: Any = None,
    ) -> Mapping[str, Any]:
        """Uses a token up for exactly this action, with a key of the role ``checkout``. Whoever is told yes does it, and nobody else ever.

        :raises Denied: the token is not good for it; the code says why.
        """
        asked = {"action": action, "resource": resource, "tool": tool, "input": input}
        answer: Mapping[str, Any] = self._run(self._protocol.validate(token, _body(asked)))
        return answer

    def settle(self, token: str, outcome: str, amount: Optional[Mapping[str, Any]] = None) -> None:
        """Says how it went: ``executed``, ``failed`` or ``unknown``."""
        self._run(self._protocol.settle(token, outcome, amount))

    def receipt(self, path: str) -> Receipt:
        """Reads and verifies a receipt, by the path that an answer gave."""
        receipt: Receipt = self._run(self._protocol.receipt(path))
        return receipt

    def _run(self, steps: Steps) -> Any:
        try:
            call = next(steps)
            while True:
                try:
                    answer = self._transport.send(call)
                except LictorError as error:
                    call = steps.throw(error)
                else:
                    call = steps.send(answer)
        except StopIteration as done:
            return done.value
        except (KeyError, TypeError, AttributeError) as error:
            raise _unlike(error) from error


class AsyncGateway(_Asking):
    """The same for programs that await. What blocks does so in threads of its own; cancelling ends the waiting at once."""

    def __init__(self, url: str, key: str, **options: Any) -> None:
        super().__init__(url, key, **options)
        self._threads = ThreadPoolExecutor(max_workers=32, thread_name_prefix="lictor")

    async def authorize(
        self,
        *,
        action: Optional[str] = None,
        resource: Optional[Mapping[str, Any]] = None,
        tool: Optional[str] = None,
        input: Any = None,
        context: Optional[Mapping[str, Any]] = None,
        mandate: Optional[str] = None,
        user: Optional[str] = None,
        wait: Union[bool, float] = False,
        obligations: Collection[str] = (),
    ) -> Permit:
        """As :meth:`Gateway.authorize`."""
        asked = {"action": action, "resource": resource, "tool": tool, "input": input, "context": context, "mandate": mandate, "user": user}
        permit: Permit = await self._run(self._authorize(asked, wait, obligations))
        return permit

    async def validate(
        self,
        token: str,
        *,
        action: Optional[str] = None,
        resource: Optional[Mapping[str, Any]] = None,
        tool: Optional[str] = None,
        input: Any = None,
    ) -> Mapping[str, Any]:
        """As :meth:`Gateway.validate`."""
        asked = {"action": action, "resource": resource, "tool": tool, "input": input}
        answer: Mapping[str, Any] = await self._run(self._protocol.validate(token, _body(asked)))
        return answer

    async def settle(self, token: str, outcome: str, amount: Optional[Mapping[str, Any]] = None) -> None:
        """As :meth:`Gateway.settle`."""
        await self._run(self._protocol.settle(token, outcome, amount))

    async def receipt(self, path: str) -> Receipt:
        """As :meth:`Gateway.receipt`."""
        receipt: Receipt = await self._run(self._protocol.receipt(path))
        return receipt

    def close(self) -> None:
        """Lets the threads end."""
        self._threads.shutdown(wait=False)

    async def _run(self, steps: Steps) -> Any:
        loop = asyncio.get_running_loop()
        try:
            call = next(steps)
            while True:
                try:
                    answer = await loop.run_in_executor(self._threads, self._transport.send, call)
                except LictorError as error:
                    call = steps.throw(error)
                else:
                    call = steps.send(answer)
        except StopIteration as done:
            return done.value
        except (KeyError, TypeError, AttributeError) as error:
            raise _unlike(error) from error


def _unlike(error: Exception) -> GatewayUnavailable:
    return GatewayUnavailable("GATEWAY_UNAVAILABLE", f"the answer is unlike those of a gateway: {type(error).__name__}: {error}")


def _is_number(given: Any) -> bool:
    return isinstance(given, (int, float))


def _body(asked: Mapping[str, Any]) -> Dict[str, Any]:
    """The request: an action with its fields, or the call of a tool."""
    action, tool = asked.get("action"), asked.get("tool")
    if (action is None) == (tool is None):
        raise ValueError("say either an action or a tool")
    if not isinstance(tool if action is None else action, str):
        raise TypeError("an action, or a tool, is said by its name")
    if action is not None:
        if asked.get("input") is not None:
            raise ValueError("an action has a resource; an input is a tool's")
        resource = asked.get("resource")
        if resource is not None and not isinstance(resource, Mapping):
            raise TypeError(f"a resource is a mapping, the fields of the action by their names, and not {type(resource).__name__}")
        body: Dict[str, Any] = {"action": action, "params": dict(resource or {})}
    else:
        if asked.get("resource") is not None:
            raise ValueError("a tool has an input; a resource is an action's")
        body = {"tool": tool, "input": {} if asked.get("input") is None else asked["input"]}
    for member in ("context", "mandate", "user"):
        if asked.get(member) is not None:
            body[member] = asked[member]
    return body
