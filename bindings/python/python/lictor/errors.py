"""What goes wrong. Whatever is raised here, or anywhere else in this package, means the same: the action must not happen."""

from __future__ import annotations

from typing import Any, Mapping, Optional


class LictorError(Exception):
    """Something that must not happen, or of which nobody knows whether it may. ``code`` is for programs, ``message`` for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class BundleRefused(LictorError):
    """A bundle, or the keys that it is to be verified with, is not taken. The codes are those of ``lictor explain``."""


class TokenRefused(LictorError):
    """A token is not good here and now."""


class KeysRefused(LictorError):
    """A set or a history of keys is not taken."""


class ReceiptRefused(LictorError):
    """A receipt is not genuine, or is of something else than what was asked. ``report`` says line by line what was checked."""

    def __init__(self, code: str, message: str, report: str = "") -> None:
        super().__init__(code, message)
        self.report = report


class NotAllowed(LictorError):
    """It was decided, and it may not happen now."""

    def __init__(self, code: str, message: str, *, receipt: Optional[str] = None, answer: Optional[Mapping[str, Any]] = None) -> None:
        super().__init__(code, message)
        #: Where the receipt of the decision is read.
        self.receipt = receipt
        #: What the gateway or the engine said.
        self.answer: Mapping[str, Any] = answer or {}


class Denied(NotAllowed):
    """It may not happen. Asking again does not help, and no person can approve it."""


class ApprovalRequired(NotAllowed):
    """It may happen once people approve it."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        approval_id: Optional[str] = None,
        link: Optional[str] = None,
        expires_at: Optional[str] = None,
        receipt: Optional[str] = None,
        answer: Optional[Mapping[str, Any]] = None,
    ) -> None:
        super().__init__(code, message, receipt=receipt, answer=answer)
        self.approval_id = approval_id
        #: The page on which people answer.
        self.link = link
        self.expires_at = expires_at


class ApprovalDenied(Denied):
    """People were asked, and said no, or nothing while they could."""


class ApprovalTimeout(ApprovalRequired):
    """People were asked, and have not answered in the time that was given to wait."""


class GatewayError(LictorError):
    """The gateway refuses to decide: a malformed request, a key that does not count, something that it does not know."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__(code, message)
        self.status = status


class GatewayUnavailable(LictorError):
    """The gateway does not answer, not in time, or not as a gateway does. Nothing is known, so nothing may happen."""
