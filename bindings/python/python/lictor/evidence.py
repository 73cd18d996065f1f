"""Tokens and receipts, verified offline with public keys alone."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Iterable, Mapping, NoReturn, Optional, Union

from . import _native
from ._json import decode, texts
from .errors import ReceiptRefused

Bytes = Union[str, bytes]


def _bytes(given: Bytes) -> bytes:
    if isinstance(given, (bytes, bytearray, memoryview)):
        return bytes(given)
    if isinstance(given, str):
        return given.encode()
    # A number would become as many zeros.
    raise TypeError(f"a document is a text or bytes, and not {type(given).__name__}")


@dataclass(frozen=True)
class Receipt:
    """A receipt that was verified. There is no other way to come by one."""

    id: str
    issuer: str
    tenant: str
    event: str
    time: str
    action: str
    agent: str
    decision: str
    reason_code: str
    mode: str
    #: The name of the token that was issued with it.
    token_id: Optional[str]
    #: ``root`` where a root key that was known beforehand has signed the history of keys; ``connection`` where the history is only as good as the
    #: connection that it came by.
    trust: str
    #: All that it says.
    content: Mapping[str, Any]
    #: Line by line what was checked, and what could not be.
    report: str
    #: The document, to be kept.
    document: bytes

    @property
    def approved(self) -> bool:
        """Whether people were asked, and all that it tells of have approved."""
        answers = self.content.get("approvals", [])
        return len(answers) > 0 and all(answer.get("answer") == "approved" for answer in answers)

    @property
    def permits(self) -> bool:
        """Whether it is of a decision by which the action may happen: one that allows it, or one that asked people, who have approved it. A token was
        issued with it."""
        return self.token_id is not None and (self.decision == "allow" or (self.decision == "step_up" and self.approved))

    def __bool__(self) -> NoReturn:
        raise TypeError("a receipt of a denial is a receipt, too: ask .decision")


def verify_receipt(
    receipt: Bytes,
    history: Bytes,
    *,
    root: Optional[str] = None,
    anchors: Union[str, Iterable[str]] = (),
    witnesses: Union[str, Iterable[str]] = (),
) -> Receipt:
    """Verifies a receipt by the history of its issuer's keys.

    :param root: the PEM text of the issuer's root key. Without it the history is believed as it is, and ``trust`` says so.
    :param anchors: checkpoints that were kept elsewhere, as texts, with the signatures under them or without.
    :param witnesses: keys of witnesses (``NAME+ID+KEY``). Each of them must have cosigned the checkpoint of the receipt's proof.
    :raises ReceiptRefused: it is not genuine. ``code`` is the check that fails.
    :raises KeysRefused: the history is not the root's, or contradicts itself; or an anchor or the key of a witness is none.
    """
    document = _bytes(receipt)
    failed, report, says = _native.verify_receipt(document, _bytes(history), root, texts(anchors), texts(witnesses))
    if failed is not None or says is None:
        raise ReceiptRefused(failed or "form", "the receipt is not to be relied on", report)
    content = decode(says)
    token = content.get("token")
    return Receipt(
        id=content["id"],
        issuer=content["issuer"],
        tenant=content["tenant"],
        event=content["event"],
        time=content["time"],
        action=content["action"],
        agent=content["agent"]["id"],
        decision=content["decision"],
        reason_code=content["reason_code"],
        mode=content["mode"],
        token_id=None if token is None else token["id"],
        trust="connection" if root is None else "root",
        content=content,
        report=report,
        document=document,
    )


def verify_token(
    token: str,
    jwks: Bytes,
    *,
    issuer: str,
    audience: str,
    scope: str = "agent_exec",
    mode: str = "enforce",
    now: Optional[int] = None,
    skew: int = 0,
) -> Mapping[str, Any]:
    """What a token says, where it was issued by this issuer for this audience and its time is now.

    It proves that the token was issued, and not that it was not used: only the gateway's ``validate`` does.

    :param now: milliseconds since 1970 UTC; the clock of this machine where it is not said.
    :raises TokenRefused: it is not good; ``code`` says why.
    """
    moment = time.time_ns() // 1_000_000 if now is None else now
    claims: Mapping[str, Any] = decode(_native.verify_token(token, _bytes(jwks), issuer, audience, scope, mode, moment, skew))
    return claims
