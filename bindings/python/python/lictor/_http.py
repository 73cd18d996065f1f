"""One request over HTTP, with the standard library: no redirect is followed, no proxy asked, nothing is read without a bound, and there is an end to it."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Mapping, Optional
from urllib.parse import urlsplit

from ._json import decode
from .errors import GatewayUnavailable

#: The most bytes that an answer may have. The longest document of a gateway, a history of keys, has no more.
MAX_ANSWER = 1 << 20


@dataclass(frozen=True)
class Call:
    """A request to a gateway."""

    method: str
    path: str
    body: Optional[bytes] = None
    headers: Mapping[str, str] = field(default_factory=dict)
    #: The most seconds until all of the answer is there.
    timeout: float = 10.0
    #: How many seconds pass before it is sent.
    after: float = 0.0


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    data: Any
    raw: bytes


def unavailable(message: str) -> GatewayUnavailable:
    return GatewayUnavailable("GATEWAY_UNAVAILABLE", message)


class Transport:
    """Where a gateway is, and with which key it is asked. Each request has a connection of its own, so that threads may share it."""

    def __init__(self, url: str, key: str, context: Optional[ssl.SSLContext], plain_http: bool) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
            raise ValueError("the address of a gateway is https://HOST or https://HOST/PREFIX, without a name, a query or a fragment")
        if parts.scheme == "http" and not plain_http and not _is_loopback(parts.hostname):
            raise ValueError("a key would be sent where everybody can read it: use https, or plain_http=True where something else encrypts")
        if not key or any(not "!" <= sign <= "~" for sign in key):
            raise ValueError("the key is none: it is one word of ASCII, as `lictor keys add` shows it")
        self.url = url.rstrip("/")
        self._host, self._port, self._prefix = parts.hostname, parts.port, parts.path.rstrip("/")
        self._key = key
        self._context = (context or ssl.create_default_context()) if parts.scheme == "https" else None

    def __repr__(self) -> str:
        return f"Transport({self.url!r})"

    def send(self, call: Call) -> Answer:
        """Sends it and reads the answer, a JSON document.

        :raises GatewayUnavailable: there is no connection, no answer in time, or one that is no gateway's.
        """
        if call.after > 0:
            time.sleep(call.after)
        over = time.monotonic() + call.timeout
        kind = http.client.HTTPConnection if self._context is None else http.client.HTTPSConnection
        connection = kind(self._host, self._port, timeout=call.timeout)
        # A time-out of a socket begins anew with each byte that comes; this one does not.
        cut = threading.Event()
        timer: Optional[threading.Timer] = None
        try:
            sock = socket.create_connection((self._host, connection.port), call.timeout)
            connection.sock = sock
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._context is not None:
                sock = self._context.wrap_socket(sock, server_hostname=self._host, do_handshake_on_connect=False)
                connection.sock = sock
            timer = threading.Timer(max(over - time.monotonic(), 0.0), _cut, (sock, cut))
            timer.daemon = True
            timer.start()
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
            headers = {"X-API-Key": self._key, "Accept": "application/json", "User-Agent": "lictor-python", **call.headers}
            if call.body is not None:
                headers["Content-Type"] = "application/json"
            connection.request(call.method, self._prefix + call.path, call.body, headers)
            response = connection.getresponse()
            raw = response.read(MAX_ANSWER + 1)
            if cut.is_set():
                raise unavailable(f"the gateway has not answered within {call.timeout:g} seconds")
            if len(raw) > MAX_ANSWER:
                raise unavailable("the answer is longer than any of a gateway")
            expected = response.headers.get("Content-Length")
            if expected is not None and int(expected) != len(raw):
                raise unavailable("the answer was cut short")
            if response.headers.get_content_type() != "application/json":
                raise unavailable(f"what answered with {response.status} is no gateway: it sent no JSON")
            return Answer(response.status, decode(raw), raw)
        except GatewayUnavailable:
            raise
        except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
            if cut.is_set() or isinstance(error, TimeoutError):
                raise unavailable(f"the gateway has not answered within {call.timeout:g} seconds") from error
            raise unavailable(f"the gateway cannot be asked: {type(error).__name__}: {error}") from error
        finally:
            if timer is not None:
                timer.cancel()
            connection.close()


def _cut(sock: socket.socket, cut: threading.Event) -> None:
    cut.set()
    try:
        # Of the connection, not of the encryption over it, which another thread is reading.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        pass


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
