"""JSON with one meaning: nothing that two readers could read as two things goes out or comes in."""

from __future__ import annotations

import datetime
import decimal
import json
from typing import Any, Iterable, Union

Given = Union[str, bytes, bytearray, memoryview, Any]


def _plain(value: Any) -> Any:
    if isinstance(value, decimal.Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is no amount")
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone is none: give it one, such as datetime.timezone.utc")
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise ValueError(f"{type(value).__name__} is nothing that a request can hold")


def _names(value: Any) -> None:
    """Refuses names that are no text: ``json`` would write 1 and "1" as one name, and so a member twice."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(name, str):
                raise ValueError(f"the name {name!r} is no text")
            _names(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _names(inner)


def encode(value: Any) -> bytes:
    """Writes a value. ``Decimal`` becomes the text of an amount, ``datetime`` and ``date`` what they are in requests; NaN and infinity are refused."""
    _names(value)
    return json.dumps(value, default=_plain, allow_nan=False, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def request_bytes(given: Given) -> bytes:
    """The bytes of a request: as they are where they are bytes or a text, else the value as JSON."""
    if isinstance(given, (bytes, bytearray, memoryview)):
        return bytes(given)
    if isinstance(given, str):
        # Half of a surrogate pair is no text; the engine is to refuse it, and not this line to fail otherwise.
        return given.encode("utf-8", "surrogatepass")
    return encode(given)


def texts(given: Union[str, Iterable[str]]) -> "list[str]":
    """These texts; one by itself is one, and not a row of letters."""
    found = [given] if isinstance(given, str) else list(given)
    for one in found:
        if not isinstance(one, str):
            raise TypeError(f"a text is expected, and not {type(one).__name__}: read its file as text")
    return found


def _members(pairs: "list[tuple[str, Any]]") -> "dict[str, Any]":
    found: "dict[str, Any]" = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the member {name!r} stands twice")
        found[name] = value
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def decode(data: Union[str, bytes]) -> Any:
    """Reads JSON; a member that stands twice, NaN and infinity are refused. Numbers with a point stay exact."""
    return json.loads(data, object_pairs_hook=_members, parse_float=decimal.Decimal, parse_constant=_no_constant)
