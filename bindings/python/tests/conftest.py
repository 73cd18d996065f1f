"""A real gateway with a small policy, people who answer, and servers that are no gateways."""

import http.server
import json
import os
import pathlib
import socket
import subprocess
import threading
import time
import urllib.request

import pytest

from lictor import AsyncGateway, Gateway

pytest_plugins = ["cases"]

HERE = pathlib.Path(__file__).parent
LICTOR = os.environ.get("LICTOR", str(HERE.parents[2] / "target" / "debug" / "lictor"))


class Shop:
    """A gateway that runs, and keys for it."""

    def __init__(self, folder, *more):
        self.data = str(folder / "data")
        self.agent_key = self.add("shopper-7", "--role", "agent")
        self.other_agent_key = self.add("shopper-8", "--role", "agent")
        self.checkout_key = self.add("till-1", "--role", "checkout")
        self.owner_key = self.add("ann", "--role", "approver", "--approves", "owner")
        self.process = subprocess.Popen(
            [LICTOR, "serve", str(HERE / "policy"), "--data", self.data, "--listen", "127.0.0.1:0", *more],
            stdout=subprocess.PIPE,
            stderr=open(folder / "log", "wb"),
            text=True,
        )
        self.url = self.process.stdout.readline().split()[-1]

    def add(self, *words):
        command = [LICTOR, "keys", "add", *words, "--data", self.data]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def gateway(self, **options):
        return Gateway(self.url, self.agent_key, **options)

    def awaited(self, **options):
        return AsyncGateway(self.url, self.agent_key, **options)

    def checkout(self):
        return Gateway(self.url, self.checkout_key)

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"X-API-Key": self.owner_key, "Content-Type": "application/json", "Accept": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(self.url + path, data, headers), timeout=10) as answer:
            return json.loads(answer.read())

    def answers(self, what):
        """Somebody who approves or denies whatever waits, until the end of the block."""
        return Person(self, what)


class Person(threading.Thread):
    def __init__(self, shop, what):
        super().__init__(daemon=True)
        self.shop, self.what, self.over, self.answered = shop, what, threading.Event(), []

    def run(self):
        while not self.over.wait(0.05):
            for waiting in self.shop.ask("/approvals?state=pending")["approvals"]:
                self.shop.ask(f"/approvals/{waiting['id']}/{self.what}", {})
                self.answered.append(waiting["id"])

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join(10)


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    shop = Shop(tmp_path_factory.mktemp("shop"))
    for _ in range(100):
        try:
            shop.gateway().authorize(action="orders.look", resource={"order": "o-0"})
            break
        except Exception as error:
            last = error
            time.sleep(0.1)
    else:
        raise last
    yield shop
    shop.process.terminate()
    shop.process.wait(15)


@pytest.fixture(scope="session")
def nowhere():
    """An address at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


class Fault(http.server.BaseHTTPRequestHandler):
    """Answers as the server was told to: a function of the handler."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append(self.path)
        self.server.answer(self)

    do_GET = do_POST

    def say(self, status, body, kind="application/json", **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def handle(self):
        # Whoever hangs up, or is hung up on, is what these servers are for.
        try:
            super().handle()
        except OSError:
            pass

    def log_message(self, *_):
        pass


@pytest.fixture
def faulty():
    """Makes servers that are no gateways."""
    made = []

    def make(answer):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Fault)
        server.daemon_threads, server.answer, server.asked = True, answer, []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made.append(server)
        server.url = f"http://127.0.0.1:{server.server_address[1]}"
        return server

    yield make
    for server in made:
        server.shutdown()


class Once:
    """Each test asks for something else, so that what one was denied does not count for another."""

    number = 0


@pytest.fixture
def charge():
    Once.number += 1
    return f"c-{os.getpid()}-{Once.number}"


def usd(amount):
    return {"amount": amount, "currency": "USD"}
