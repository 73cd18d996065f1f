"""Functions and tools that run only where it was decided that they may.

A decorator is a guard rail, not a boundary: whoever can change the program, or call what it calls, gets past it. A boundary is whoever holds the
credentials and asks for a token that is good once (``checkout`` below, or ``Gateway.validate`` at the other end).
"""

from __future__ import annotations

import asyncio
import copy
import functools
import inspect
import json
import logging
import time
from typing import Any, Awaitable, Callable, Collection, Dict, Mapping, Optional, Tuple, TypeVar, Union, cast

from ._json import encode
from ._protocol import Permit
from .client import AsyncGateway, Gateway
from .errors import ApprovalRequired, Denied, LictorError, NotAllowed

F = TypeVar("F", bound=Callable[..., Any])
#: What a function's arguments are to the policy: their names, or a function of them.
Resource = Union[None, Mapping[str, str], Callable[..., Mapping[str, Any]]]
#: Which action a tool is: its name, or a function of the input that gives the action and its fields.
Action = Union[str, Callable[[Mapping[str, Any]], Tuple[str, Mapping[str, Any]]]]

#: Says anew what is asked.
Again = Callable[[], Mapping[str, Any]]

log = logging.getLogger("lictor")


class Guard:
    """Asks a gateway before anything runs. What it cannot find out refuses."""

    def __init__(
        self,
        gateway: Union[Gateway, AsyncGateway],
        *,
        checkout: Union[Gateway, AsyncGateway, None] = None,
        wait: Union[bool, float] = False,
        obligations: Collection[str] = (),
        actions: Optional[Mapping[str, Action]] = None,
        server: Optional[str] = None,
        people: bool = False,
    ) -> None:
        """A guard that asks ``gateway`` with the key of an agent.

        :param checkout: the same gateway with a key of the role ``checkout``: then each token is used up before the function runs, and it is
            told how it went. Without it, tokens are left to end by themselves.
        :param wait: whether to wait for people, or for how many seconds.
        :param obligations: the names of those obligations that are fulfilled here.
        :param actions: which actions tools are, by their names, where the policy has no normalizer for them.
        :param server: what stands before the name of each tool, as of an MCP server: ``server/tool``.
        :param people: whether nothing runs that people have not approved, even where the policy would allow it.
        """
        self._gateway, self._checkout = gateway, checkout
        self._options: Dict[str, Any] = {"wait": wait, "obligations": tuple(obligations)}
        self._actions = dict(actions or {})
        self._server = server
        self._people = people

    def protect(self, action: str, resource: Resource = None) -> Callable[[F], F]:
        """A decorator: the function runs only after ``action`` was allowed for its arguments."""

        if not isinstance(action, str) or not action:
            # Without the brackets, what follows the name would be the function itself, and nothing would stand before it.
            raise TypeError('say which action it is: @guard("payment.refund")')

        def decorate(function: F) -> F:
            return _decorated(self, action, resource, function)

        return decorate

    def tool(self, name: str, input: Any) -> Dict[str, Any]:
        """What is asked about the call of a tool."""
        action = self._actions.get(name)
        if action is None:
            return {"tool": name if self._server is None else f"{self._server}/{name}", "input": input}
        if isinstance(action, str):
            return {"action": action, "resource": input}
        called, resource = action(input)
        return {"action": called, "resource": resource}

    def run(self, asked: Mapping[str, Any], function: Callable[[], Any], again: Optional[Again] = None) -> Any:
        """Runs it where it may happen; raises, and runs nothing, everywhere else. ``again`` says anew what is asked: it must still be the same then."""
        if isinstance(self._gateway, AsyncGateway) or isinstance(self._checkout, AsyncGateway):
            raise TypeError("an AsyncGateway is awaited: use Gateway, or arun")
        before = encode(dict(asked))
        permit = self._approved(self._gateway.authorize(**asked, **self._options))
        if self._checkout is not None:
            self._checkout.validate(permit.token, **asked)
        _still(permit, before, asked if again is None else again())
        if self._checkout is None:
            return function()
        outcome = "unknown"
        try:
            result = function()
            outcome = "executed"
            return result
        finally:
            try:
                self._checkout.settle(permit.token, outcome)
            except LictorError as error:
                log.warning("the outcome %s could not be told: %s", outcome, error)

    async def arun(self, asked: Mapping[str, Any], function: Callable[[], Awaitable[Any]], again: Optional[Again] = None) -> Any:
        """The same for what is awaited."""
        before = encode(dict(asked))
        permit = self._approved(await _awaited(self._gateway.authorize, **asked, **self._options))
        if self._checkout is not None:
            await _awaited(self._checkout.validate, permit.token, **asked)
        _still(permit, before, asked if again is None else again())
        if self._checkout is None:
            return await function()
        outcome = "unknown"
        try:
            result = await function()
            outcome = "executed"
            return result
        finally:
            try:
                await asyncio.shield(_awaited(self._checkout.settle, permit.token, outcome))
            except LictorError as error:
                log.warning("the outcome %s could not be told: %s", outcome, error)

    def _approved(self, permit: Permit) -> Permit:
        if not isinstance(permit, Permit):
            raise TypeError("the gateway has given no permit")
        if self._people and not permit.receipt.approved:
            raise Denied("NOT_APPROVED", "nobody was asked, and this runs only after people have approved it")
        return permit


def refusal(error: BaseException) -> str:
    """What an agent is told that called a tool which did not run: JSON, without anything that is not for it."""
    told: Dict[str, Any] = {"refused": True, "executed": False}
    if isinstance(error, NotAllowed):
        told.update(code=error.code, reason=error.message)
        if isinstance(error, ApprovalRequired) and error.link is not None:
            told.update(approval=error.link, then="call the tool again, with the same arguments, once a person has approved it")
    elif isinstance(error, LictorError):
        told.update(code=error.code, reason="nobody could say whether this may happen, so it did not")
    else:
        told.update(code="FAULT", reason="nobody could say whether this may happen, so it did not")
    return json.dumps(told)


def own(input: Any) -> Any:
    """A copy of an input that nobody else can change between the question and the deed."""
    return copy.deepcopy(input)


async def _awaited(method: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Awaits a method of either kind of gateway."""
    if inspect.iscoroutinefunction(method):
        return await method(*given, **named)
    return await asyncio.get_running_loop().run_in_executor(None, functools.partial(method, *given, **named))


#: How long after its end a permit may still be gone by, in seconds: the clocks may differ, and whoever uses tokens up has looked at it already.
LATE = 5.0


def _still(permit: Permit, before: bytes, asked: Mapping[str, Any]) -> None:
    if not time.time() <= permit.claims["exp"] + LATE:
        raise Denied("TOKEN_EXPIRED", "it was permitted for a time that is over; nothing was done")
    if encode(dict(asked)) != before:
        raise Denied("CHANGED_MEANWHILE", "what was asked was changed before it could run; nothing was done")


def _decorated(guard: Guard, action: str, resource: Resource, function: F) -> F:
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise TypeError("a generator runs later than it is called: guard what it calls")
    signature = inspect.signature(function)
    if isinstance(resource, Mapping):
        unknown = [name for name in resource.values() if name not in signature.parameters]
        if unknown:
            raise TypeError(f"{function.__name__} has no argument {unknown[0]!r}, which is said to be a field of {action}")

    def asked(given: Tuple[Any, ...], named: Dict[str, Any]) -> Dict[str, Any]:
        bound = signature.bind(*given, **named)
        bound.apply_defaults()
        arguments = dict(bound.arguments)
        if callable(resource):
            fields = dict(resource(**arguments))
        elif resource is not None:
            fields = {field: arguments[argument] for field, argument in resource.items()}
        else:
            arguments.pop("self", None)
            fields = {name: value for name, value in arguments.items() if value is not None}
        return {"action": action, "resource": fields}

    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def awaits(*given: Any, **named: Any) -> Any:
            return await guard.arun(asked(given, named), lambda: function(*given, **named), lambda: asked(given, named))

        return cast(F, awaits)

    if isinstance(guard._gateway, AsyncGateway):
        raise TypeError("a function that is not awaited is guarded with Gateway, not with AsyncGateway")

    @functools.wraps(function)
    def waits(*given: Any, **named: Any) -> Any:
        return guard.run(asked(given, named), lambda: function(*given, **named), lambda: asked(given, named))

    return cast(F, waits)
