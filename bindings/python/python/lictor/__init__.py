"""Lictor decides, before it happens, what an AI agent may do, and proves afterwards why.

``Engine`` decides in process, from a bundle. ``Gateway`` and ``AsyncGateway`` ask a server, which also counts, asks people and keeps a log. ``guard``, ``require_approval``
and ``permit.require`` stand before functions. Whatever is raised, or takes too long, means that nothing runs.
"""

from . import permit
from ._protocol import Permit
from .client import AsyncGateway, Gateway
from .decision import Cause, Decision, Obligation
from .engine import Engine
from .errors import (
    ApprovalDenied,
    ApprovalRequired,
    ApprovalTimeout,
    BundleRefused,
    Denied,
    GatewayError,
    GatewayUnavailable,
    KeysRefused,
    LictorError,
    NotAllowed,
    ReceiptRefused,
    TokenRefused,
)
from .evidence import Receipt, verify_receipt, verify_token
from ._guard import Guard, refusal
from .permit import guard, require_approval

__all__ = [
    "ApprovalDenied",
    "ApprovalRequired",
    "ApprovalTimeout",
    "AsyncGateway",
    "BundleRefused",
    "Cause",
    "Decision",
    "Denied",
    "Engine",
    "Gateway",
    "GatewayError",
    "GatewayUnavailable",
    "Guard",
    "KeysRefused",
    "LictorError",
    "NotAllowed",
    "Obligation",
    "Permit",
    "Receipt",
    "ReceiptRefused",
    "TokenRefused",
    "guard",
    "permit",
    "refusal",
    "require_approval",
    "verify_receipt",
    "verify_token",
]
