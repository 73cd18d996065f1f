"""Decisions, as the engine makes them in process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, NoReturn, Optional, Tuple

from ._json import decode
from .errors import ApprovalRequired, Denied


@dataclass(frozen=True)
class Obligation:
    """What whoever goes on must do. Who cannot must not go on."""

    id: str
    code: str
    reason: str
    by: Optional[str] = None


@dataclass(frozen=True)
class Cause:
    """One reason for a decision."""

    effect: str
    code: str
    reason: str
    rule: Optional[str] = None
    layer: Optional[str] = None
    to: Optional[str] = None
    quorum: Optional[int] = None


@dataclass(frozen=True)
class Decision:
    """What was decided about a request, and why. It is neither true nor false: ask ``allowed``, or let ``require`` raise."""

    #: ``allow``, ``step_up`` or ``deny``.
    verdict: str
    reason_code: str
    reason: str
    #: What may be told to the agent: another code where the policy says so, and then without the true words.
    told_code: str
    told_reason: str
    causes: Tuple[Cause, ...]
    obligations: Tuple[Obligation, ...]
    #: The action that a tool call was taken for.
    action: Optional[str]
    bundle: str
    request_digest: str
    facts_digest: str
    #: The whole decision, as the engine wrote it.
    text: str

    @property
    def allowed(self) -> bool:
        """Whether it may happen now. Only ``allow`` is yes."""
        return self.verdict == "allow"

    @property
    def data(self) -> Mapping[str, Any]:
        """The whole decision, read."""
        data: Mapping[str, Any] = decode(self.text)
        return data

    def require(self) -> "Decision":
        """Itself, where it may happen.

        :raises Denied: it may not.
        :raises ApprovalRequired: not before people approve it.
        """
        if self.verdict == "allow":
            return self
        if self.verdict == "step_up":
            raise ApprovalRequired(self.told_code, self.told_reason, answer=self.data)
        raise Denied(self.told_code, self.told_reason, answer=self.data)

    def __bool__(self) -> NoReturn:
        raise TypeError("a decision is neither true nor false: ask .allowed, or call .require()")

    @staticmethod
    def of(text: str) -> "Decision":
        """Reads what the engine wrote."""
        data = decode(text)
        causes = tuple(
            Cause(
                cause["effect"], cause["code"], cause["reason"], cause.get("rule"), cause.get("layer"), cause.get("to"), cause.get("quorum")
            )
            for cause in data["reasons"]
        )
        obligations = tuple(Obligation(one["id"], one["code"], one["reason"], one.get("by")) for one in data["obligations"])
        return Decision(
            verdict=data["decision"],
            reason_code=data["reason_code"],
            reason=data["reason"],
            told_code=data.get("told_as", data["reason_code"]),
            told_reason=data.get("told_reason", data["reason"]),
            causes=causes,
            obligations=obligations,
            action=data["call"]["action"] if "call" in data else None,
            bundle=data["bundle"],
            request_digest=data["request_digest"],
            facts_digest=data["facts_digest"],
            text=text,
        )
