"""The gateway of this program, and what is asked of it: ``permit.require("payment.refund", {...})``, ``@guard``, ``@require_approval``.

``use`` says once which gateway that is; or the environment does, with ``LICTOR_URL``, ``LICTOR_KEY`` and, for ``checkout``, ``LICTOR_CHECKOUT_KEY``.
Where nobody does, everything is refused.
"""

from __future__ import annotations

import os
from typing import Any, Callable, Mapping, Optional, Union

from ._protocol import Permit
from .client import AsyncGateway, Gateway
from .errors import LictorError
from ._guard import Again, F, Guard, Resource

_gateway: Optional[Gateway] = None
_checkout: Optional[Gateway] = None


def use(gateway: Optional[Gateway], *, checkout: Optional[Gateway] = None) -> None:
    """Says which gateway is asked, and which key uses tokens up."""
    global _gateway, _checkout
    _gateway, _checkout = gateway, checkout


def gateway() -> Gateway:
    """The gateway that is asked.

    :raises LictorError: nobody has said which.
    """
    if _gateway is not None:
        return _gateway
    url, key = os.environ.get("LICTOR_URL"), os.environ.get("LICTOR_KEY")
    if not url or not key:
        raise LictorError(
            "NO_GATEWAY", "nobody has said which gateway is asked: call lictor.permit.use(Gateway(…)), or set LICTOR_URL and LICTOR_KEY"
        )
    other = os.environ.get("LICTOR_CHECKOUT_KEY")
    use(Gateway(url, key), checkout=Gateway(url, other) if other else None)
    return gateway()


def require(action: str, resource: Optional[Mapping[str, Any]] = None, *, wait: Union[bool, float] = False, **more: Any) -> Permit:
    """The permit for an action, or an exception. See :meth:`Gateway.authorize`."""
    return gateway().authorize(action=action, resource=resource or {}, wait=wait, **more)


def guard(action: str, resource: Resource = None, **options: Any) -> Callable[[F], F]:
    """A decorator: the function runs only after the action was allowed for its arguments. ``options`` are those of :class:`Guard`."""
    return _later(action, resource, options)


def require_approval(action: str, resource: Resource = None, *, wait: Union[bool, float] = True, **options: Any) -> Callable[[F], F]:
    """A decorator: the function runs only after a person has approved the action for its arguments, which it waits for. Where the policy
    allows it without asking anybody, it does not run either."""
    return _later(action, resource, {"wait": wait, "people": True, **options})


def _later(action: str, resource: Resource, options: Mapping[str, Any]) -> Callable[[F], F]:
    """Which gateway is asked is found out when the function is called, and not when it is written."""
    options = dict(options)
    asked: Union[Gateway, AsyncGateway, None] = options.pop("gateway", None)

    class Now(Guard):
        def __init__(self) -> None:
            # What the options say is looked at now all the same.
            super().__init__(asked, **options)  # type: ignore[arg-type]

        def _found(self) -> Guard:
            if asked is not None:
                return Guard(asked, **options)
            found = gateway()
            return Guard(found, **{"checkout": _checkout, **options})

        def run(self, asked: Mapping[str, Any], function: Callable[[], Any], again: Optional[Again] = None) -> Any:
            return self._found().run(asked, function, again)

        async def arun(self, asked: Mapping[str, Any], function: Callable[[], Any], again: Optional[Again] = None) -> Any:
            return await self._found().arun(asked, function, again)

    return Now().protect(action, resource)
