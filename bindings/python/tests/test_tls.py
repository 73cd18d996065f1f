"""Encrypted connections: whose certificate is not believed, and who never ends a handshake."""

import shutil
import socket
import ssl
import subprocess
import threading
import time

import pytest

from conftest import Shop, usd
from lictor import Gateway, GatewayUnavailable

ASKED = {"action": "payments.refund", "resource": {"charge_id": "c-1", "amount": usd("20.00")}}


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-keyout",
        "key.pem",
        "-out",
        "cert.pem",
        *subject,
    ]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    shop = Shop(folder, "--tls-cert", str(folder / "cert.pem"), "--tls-key", str(folder / "key.pem"))
    yield shop, shop.url.replace("127.0.0.1", "localhost"), str(folder / "cert.pem")
    shop.process.terminate()
    shop.process.wait(15)


def test_a_certificate_that_is_believed(encrypted):
    shop, url, certificate = encrypted
    assert url.startswith("https://")
    trusting = ssl.create_default_context(cafile=certificate)
    assert Gateway(url, shop.agent_key, context=trusting).authorize(**ASKED).receipt.permits


def test_one_that_is_not(encrypted):
    shop, url, certificate = encrypted
    with pytest.raises(GatewayUnavailable):
        Gateway(url, shop.agent_key).authorize(**ASKED)
    # It is for another name.
    trusting = ssl.create_default_context(cafile=certificate)
    with pytest.raises(GatewayUnavailable):
        Gateway(shop.url, shop.agent_key, context=trusting).authorize(**ASKED)


def test_a_handshake_that_never_ends():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip():
            while True:
                try:
                    other, _ = server.accept()
                    other.sendall(b"\x16\x03\x03\x40\x00")
                    for _ in range(50):
                        time.sleep(0.1)
                        other.sendall(b"\x00")
                except OSError:
                    if server.fileno() < 0:
                        return

        threading.Thread(target=drip, daemon=True).start()
        began = time.monotonic()
        with pytest.raises(GatewayUnavailable):
            Gateway(f"https://127.0.0.1:{server.getsockname()[1]}", "key", timeout=0.5).authorize(**ASKED)
        assert time.monotonic() - began < 3
