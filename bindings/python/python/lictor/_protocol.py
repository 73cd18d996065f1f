"""What is said to a gateway, without a word about how it gets there: generators that yield calls, are sent answers, and return what was verified.

One way to ask, and two drivers (``client.py``): so what is asked and checked is the same whether somebody awaits it or not.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, replace
from typing import Any, Collection, Dict, Generator, List, Mapping, NoReturn, Optional
from urllib.parse import quote

from . import _native
from ._http import Answer, Call
from ._json import encode
from .errors import (
    ApprovalDenied,
    ApprovalRequired,
    ApprovalTimeout,
    Denied,
    GatewayError,
    GatewayUnavailable,
    KeysRefused,
    NotAllowed,
    ReceiptRefused,
    TokenRefused,
)
from .evidence import Receipt, verify_receipt, verify_token

Steps = Generator[Call, Answer, Any]

#: For how long a set of keys is used before it is asked for again, in seconds.
KEYS_LAST = 60.0
#: How long one question waits for people, in seconds. A gateway answers after half a minute at the latest.
ONE_WAIT = 25.0
#: How long nothing is asked after a question that was not answered while people are waited for, in seconds.
PAUSE = 1.0


@dataclass(frozen=True)
class Permit:
    """An action that may happen, once and now. Its token and its receipt were verified."""

    #: Presented by whoever carries the action out, to ``validate``.
    token: str
    #: What the token says.
    claims: Mapping[str, Any]
    #: The receipt of the decision.
    receipt: Receipt
    #: What whoever goes on must do.
    obligations: List[Mapping[str, Any]]
    expires_at: str

    def __bool__(self) -> NoReturn:
        raise TypeError("a permit is neither true nor false: where there is none, an exception was raised")


@dataclass
class Keys:
    """What tokens and receipts of a gateway are verified with."""

    history: bytes
    jwks: bytes
    issuer: str
    tenant: str
    edition: int
    since: float


class Protocol:
    """What a gateway is asked, and what must be true of its answers."""

    def __init__(
        self, *, url: str, timeout: float, root: Optional[str], history: Optional[bytes], skew: float, allow_observe: bool
    ) -> None:
        self.url = url
        self.timeout = timeout
        self._root = root
        self._pinned = history
        self._skew = int(skew * 1000)
        self._allow_observe = allow_observe
        self._keys: Optional[Keys] = None
        self._highest = 0

    def authorize(self, body: Mapping[str, Any], *, action: Optional[str], wait: Optional[float], obligations: Collection[str]) -> Steps:
        """Asks for an action until it is decided, and verifies what comes of it."""
        over = time.monotonic() + (wait or 0.0)
        asked: Dict[str, Any] = dict(body)
        while True:
            answer = yield from self._post("/agents/v1/exec/authorize", asked)
            decision = answer.get("decision")
            code, reason = _text(answer, "reasonCode", "UNSAID"), _text(answer, "reason", "the gateway does not say why")
            receipt = answer.get("receipt")
            if decision == "allowed":
                return (yield from self._permitted(answer, action, obligations))
            if decision == "denied":
                raise Denied(code, reason, receipt=receipt, answer=answer)
            if decision != "step_up":
                raise GatewayUnavailable("GATEWAY_UNAVAILABLE", "the answer says neither yes nor no")
            approval = answer.get("approval")
            id = approval.get("id") if isinstance(approval, dict) else asked.get("approval")
            if not isinstance(id, str):
                raise ApprovalRequired(code, reason, receipt=receipt, answer=answer)
            held: Dict[str, Any] = {
                "approval_id": id,
                "link": f"{self.url}/approvals/{quote(id)}",
                "expires_at": approval.get("expiresAt") if isinstance(approval, dict) else None,
                "receipt": receipt,
                "answer": answer,
            }
            if wait is None:
                raise ApprovalRequired(code, reason, **held)
            state = yield from self._wait(id, over)
            if state == "pending":
                raise ApprovalTimeout(code, f"nobody has answered in the time that was given to wait: {reason}", **held)
            if state == "denied":
                raise ApprovalDenied("APPROVAL_DENIED", "people were asked, and said no", receipt=receipt, answer=answer)
            if state != "approved":
                raise ApprovalDenied("APPROVAL_VOID", f"the request for approval is {state}", receipt=receipt, answer=answer)
            asked = {**body, "approval": id}

    def validate(self, token: str, body: Mapping[str, Any]) -> Steps:
        """Uses a token up, for a checkout that is about to do what it is for."""
        answer = yield from self._post("/agents/v1/exec/validate", {"executionToken": token, **body})
        if answer.get("allowed") is not True or answer.get("tokenConsumed") is not True:
            told = answer.get("policy")
            reason = _text(told, "reason", "") if isinstance(told, dict) else ""
            raise Denied(
                _text(answer, "reasonCode", "UNSAID"),
                reason or "the token is not good for this",
                receipt=answer.get("receipt"),
                answer=answer,
            )
        return answer

    def settle(self, token: str, outcome: str, amount: Any) -> Steps:
        """Says how it went."""
        if outcome not in ("executed", "failed", "unknown"):
            raise ValueError("an outcome is executed, failed or unknown")
        body: Dict[str, Any] = {"executionToken": token, "outcome": outcome}
        if amount is not None:
            body["amount"] = amount
        return (yield from self._post("/agents/v1/exec/settle", body))

    def receipt(self, path: str) -> Steps:
        """Reads a receipt and verifies it."""
        if not path.startswith("/") or path.startswith("//"):
            raise ReceiptRefused("place", "the receipt lies somewhere else than at the gateway")
        answer = yield Call("GET", path, timeout=self.timeout)
        if answer.status != 200:
            raise _refusal(answer)
        keys = yield from self._known(False)
        try:
            return verify_receipt(answer.raw, keys.history, root=self._root)
        except ReceiptRefused as error:
            # It may be of a key that has come since.
            if error.code != "key":
                raise
        keys = yield from self._known(True)
        return verify_receipt(answer.raw, keys.history, root=self._root)

    def _permitted(self, answer: Mapping[str, Any], action: Optional[str], able: Collection[str]) -> Steps:
        """What a yes must be: a token of this gateway for this action, and the receipt of the decision that issued it."""
        token, path = answer.get("executionToken"), answer.get("receipt")
        if not isinstance(token, str) or not isinstance(path, str):
            raise GatewayUnavailable("GATEWAY_UNAVAILABLE", "the answer says yes, and has no token or no receipt")
        obligations = answer.get("obligations", [])
        for obligation in obligations:
            if obligation.get("id") not in able:
                raise NotAllowed(
                    "OBLIGATION_NOT_MET",
                    f"it may happen where {obligation.get('id')} is done, and nobody has said that it is",
                    receipt=path,
                    answer=answer,
                )
        receipt: Receipt = yield from self.receipt(path)
        keys = yield from self._known(False)
        try:
            claims = self._claims(token, keys)
        except TokenRefused as error:
            if error.code != "INVALID_SIGNATURE":
                raise
            keys = yield from self._known(True)
            claims = self._claims(token, keys)
        wanted = {
            "action": (receipt.action, claims["act"]),
            "token": (receipt.token_id, claims["jti"]),
            "agent": (receipt.agent, claims["sub"]),
            "bundle": (receipt.content["bundle"], claims["bundle"]),
            "mode": (receipt.mode, claims["mode"]),
            "tenant": ((receipt.issuer, receipt.tenant), (keys.issuer, keys.tenant)),
            "action that was asked": (action if action is not None else receipt.action, receipt.action),
        }
        for what, (one, other) in wanted.items():
            if one != other:
                raise ReceiptRefused("other", f"the receipt and the token are not of one thing: the {what} differs", receipt.report)
        if not receipt.permits and not (self._allow_observe and receipt.mode == "observe"):
            raise ReceiptRefused("decision", f"the receipt says {receipt.decision}, and of nobody who approved it", receipt.report)
        return Permit(token, claims, receipt, obligations, _text(answer, "expiresAt", ""))

    def _claims(self, token: str, keys: Keys) -> Mapping[str, Any]:
        mode = "observe" if self._allow_observe else "enforce"
        return verify_token(token, keys.jwks, issuer=keys.issuer, audience=keys.tenant, mode=mode, skew=self._skew)

    def _wait(self, id: str, over: float) -> Generator[Call, Answer, str]:
        """What has become of a request for approval, once it is no longer pending or the time is over."""
        pause = 0.0
        while True:
            left = max(over - time.monotonic(), 0.0)
            seconds = min(left, ONE_WAIT)
            # People take long, and a gateway may be started again meanwhile: that is no answer, neither yes nor no.
            try:
                answer = yield Call(
                    "GET", f"/approvals/{quote(id)}/wait?seconds={int(seconds)}", timeout=self.timeout + seconds, after=pause
                )
            except GatewayUnavailable:
                if left < 1.0:
                    raise
                pause = PAUSE
                continue
            if answer.status in (429, 503) and left >= 1.0:
                pause = PAUSE
                continue
            if answer.status != 200:
                raise _refusal(answer)
            pause = 0.0
            state = answer.data.get("state") if isinstance(answer.data, dict) else None
            if not isinstance(state, str):
                raise GatewayUnavailable("GATEWAY_UNAVAILABLE", "the answer does not say what became of the request for approval")
            if state != "pending" or left < 1.0:
                return state

    def _known(self, anew: bool) -> Generator[Call, Answer, Keys]:
        """The keys of the gateway."""
        keys = self._keys
        if keys is not None and not anew and time.monotonic() - keys.since < KEYS_LAST:
            return keys
        jwks = yield from self._get("/.well-known/jwks.json")
        history = self._pinned or (yield from self._get("/.well-known/lictor-keys.json"))
        issuer, tenant, edition = _native.key_history(history, self._root)
        if edition < self._highest:
            raise KeysRefused("V0121", f"edition {edition} of the history of keys is shown, and {self._highest} was seen before")
        self._highest = edition
        self._keys = Keys(history, jwks, issuer, tenant, edition, time.monotonic())
        return self._keys

    def _get(self, path: str) -> Generator[Call, Answer, bytes]:
        answer = yield Call("GET", path, timeout=self.timeout)
        if answer.status != 200:
            raise _refusal(answer)
        return answer.raw

    def _post(self, path: str, body: Mapping[str, Any]) -> Generator[Call, Answer, Mapping[str, Any]]:
        """Sends it, and once more with the same key of idempotency where nobody knows whether it was done."""
        call = Call("POST", path, encode(body), {"Idempotency-Key": uuid.uuid4().hex}, self.timeout)
        try:
            answer = yield call
        except GatewayUnavailable:
            answer = yield replace(call)
        if answer.status == 503 and _error(answer)[0] == "STORE_UNKNOWN":
            answer = yield replace(call)
        if answer.status != 200:
            raise _refusal(answer)
        if not isinstance(answer.data, dict):
            raise GatewayUnavailable("GATEWAY_UNAVAILABLE", "the answer is no object")
        return answer.data


def _text(answer: Any, member: str, otherwise: str) -> str:
    value = answer.get(member)
    return value if isinstance(value, str) else otherwise


def _error(answer: Answer) -> "tuple[str, str]":
    error = answer.data.get("error") if isinstance(answer.data, dict) else None
    if not isinstance(error, dict):
        return "UNSAID", "the gateway does not say why"
    return _text(error, "code", "UNSAID"), _text(error, "message", "the gateway does not say why")


def _refusal(answer: Answer) -> GatewayError:
    code, message = _error(answer)
    return GatewayError(code, message, answer.status)
