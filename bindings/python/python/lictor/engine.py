"""Deciding in process, from a bundle: no server, no clock, no network."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Iterable, List, Mapping, Optional, Union

from . import _native
from ._json import Given, decode, request_bytes, texts
from .decision import Decision
from .errors import BundleRefused

PathLike = Union[str, "os.PathLike[str]"]


class Engine:
    """A verified bundle that decides. Threads may share it."""

    def __init__(self, native: _native.Engine) -> None:
        self._native = native

    @classmethod
    def open(
        cls,
        bundle: Union[bytes, PathLike],
        *,
        keys: Union[str, Iterable[str]] = (),
        trusted: Optional[str] = None,
        min_sequence: int = 0,
        now: Optional[int] = None,
        max_steps: Optional[int] = None,
        allow_observed: bool = False,
    ) -> "Engine":
        """Loads a bundle, a path or its bytes, and verifies all of it.

        :param keys: texts of PEM files of public keys; one of them must have signed.
        :param trusted: in their place the text of a file of trusted keys, as ``lictor keys`` writes it.
        :param min_sequence: the lowest number of an edition that is taken: the highest one that this host has loaded.
        :param now: milliseconds since 1970 UTC; a bundle that expires is refused without it.
        :param allow_observed: whether to take a policy that is only observed, and so allows everything.
        :raises BundleRefused: it is not as required, or not whole.
        """
        data = bundle if isinstance(bundle, bytes) else _read(Path(bundle))
        loaded = _native.Engine.load(data, texts(keys), trusted, min_sequence, now, max_steps)
        if loaded.observed and not allow_observed:
            raise BundleRefused(
                "OBSERVED", "the policy is only observed, and would allow everything; allow_observed=True takes it all the same"
            )
        return cls(loaded)

    def decide(self, request: Given, said: Optional[Given] = None) -> Decision:
        """Decides a request: a mapping, or JSON as it came.

        With ``said``, who asks and who vouches are two: ``request`` has ``action`` and ``params`` (or ``tool`` and ``input``) of the caller, ``said`` what the
        host says (``agent``, ``context``, ``facts`` …), and whatever comes from the wrong side is refused.

        What cannot be read is a denial, not an error.
        """
        other = None if said is None else request_bytes(said)
        verdict, _, text = self._native.decide(request_bytes(request), other)
        decision = Decision.of(text)
        if decision.verdict != verdict:
            raise RuntimeError("a decision says two things")
        return decision

    def decide_tool(self, tool: str, input: Any, said: Given) -> Decision:
        """Decides the call of a tool; ``said`` is what the host says of it."""
        return self.decide({"tool": tool, "input": input}, said)

    def facts_needed(self, request: Given, said: Optional[Given] = None) -> List[Mapping[str, Any]]:
        """The facts that deciding it needs and that it does not carry."""
        needed: List[Mapping[str, Any]] = decode(self.facts_needed_text(request, said))
        return needed

    def facts_needed_text(self, request: Given, said: Optional[Given] = None) -> str:
        """The same as the engine writes it."""
        return self._native.facts_needed(request_bytes(request), None if said is None else request_bytes(said))

    def explain(self, request: Given) -> Mapping[str, Any]:
        """How a decision comes about: for authors and auditors, and not to be passed on to an agent."""
        why: Mapping[str, Any] = decode(self._native.explain(request_bytes(request)))
        return why

    @property
    def id(self) -> str:
        """What the bundle is called."""
        return self._native.id

    @property
    def sequence(self) -> int:
        """The number of its edition: what ``min_sequence`` is next time."""
        return self._native.sequence


def _read(bundle: Path) -> bytes:
    try:
        return bundle.read_bytes()
    except OSError as error:
        raise BundleRefused("UNREADABLE", f"the bundle {bundle} cannot be read: {error.strerror or error}") from error
