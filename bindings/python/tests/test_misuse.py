"""What somebody gets wrong: each says where, and nothing runs, is decided or is believed."""

import pytest

import lictor
from lictor import BundleRefused, Engine, Gateway, KeysRefused, LictorError, verify_receipt
from test_vectors import BUNDLES, DOCUMENTS, KEYS

TINY, RELEASE = BUNDLES["tiny"], KEYS["release"]


def gateway(**options):
    return Gateway("http://127.0.0.1:9", "lictor_x", **options)


def code(what, *given, **named):
    with pytest.raises(LictorError) as found:
        what(*given, **named)
    return found.value.code


def test_bundles_and_their_keys(tmp_path):
    Engine.open(TINY, keys=RELEASE)
    path = tmp_path / "shop.bundle"
    with pytest.raises(BundleRefused, match="shop.bundle cannot be read") as found:
        Engine.open(path, keys=[RELEASE])
    assert found.value.code == "UNREADABLE"
    path.write_bytes(TINY)
    assert Engine.open(path, keys=[RELEASE]).id == Engine.open(str(path), keys=RELEASE).id
    assert code(Engine.open, tmp_path, keys=[RELEASE]) == "UNREADABLE"
    assert code(Engine.open, TINY) == "B0107"
    assert code(Engine.open, TINY, keys=["release.pub"]) == "B0140"
    assert code(Engine.open, TINY, keys=[KEYS["foreign"]]) == "B0107"
    with pytest.raises(TypeError, match="read its file as text"):
        Engine.open(TINY, keys=[RELEASE.encode()])
    with pytest.raises(TypeError):
        Engine.open(TINY, keys=[RELEASE], min_sequence="7")


@pytest.mark.parametrize("url", ["localhost:8420", None, "", "ftp://gateway.example", "https://", "http://gateway.example"])
def test_addresses(url):
    with pytest.raises(ValueError):
        Gateway(url, "lictor_x")


@pytest.mark.parametrize("key", ["", None, "two words", "lictor_x\n"])
def test_keys(key):
    with pytest.raises(ValueError, match="one word of ASCII"):
        Gateway("http://127.0.0.1:9", key)


def test_options():
    for timeout in (0, -1, "10", None, float("nan")):
        with pytest.raises(ValueError, match="time-out"):
            gateway(timeout=timeout)
    with pytest.raises(TypeError, match="text of its PEM file"):
        gateway(root=KEYS["root"].encode())


def test_what_is_asked():
    asks = gateway(timeout=2).authorize
    for wrong in ({}, {"action": "a", "tool": "b"}, {"action": "a", "input": {}}, {"tool": "b", "resource": {}}):
        with pytest.raises(ValueError):
            asks(**wrong)
    for resource in ([1], "ch-1", 5):
        with pytest.raises(TypeError, match="a resource is a mapping"):
            asks(action="a", resource=resource)
    for name in (5, b"a"):
        with pytest.raises(TypeError, match="by its name"):
            asks(action=name)
    for wait in ("yes", float("nan"), -1):
        with pytest.raises(ValueError, match="`wait`"):
            asks(action="a", wait=wait)
    assert code(asks, action="a") == "GATEWAY_UNAVAILABLE"


def test_decorators():
    def refund(charge):
        raise AssertionError("it ran")

    for decorator in (lictor.guard, lictor.require_approval):
        with pytest.raises(TypeError, match="say which action"):
            decorator(refund)
        with pytest.raises(TypeError, match="say which action"):
            decorator("")
        with pytest.raises(TypeError, match="no argument 'amount'"):
            decorator("payment.refund", {"charge_id": "amount"})(refund)
        with pytest.raises(TypeError):
            decorator("payment.refund", waiting=True)
        with pytest.raises(TypeError, match="charge"):
            decorator("payment.refund", gateway=gateway())(refund)()


def test_what_is_verified():
    for document in (None, 5, {}):
        with pytest.raises(TypeError, match="a text or bytes"):
            verify_receipt(document, DOCUMENTS["history"])
        with pytest.raises(TypeError, match="a text or bytes"):
            verify_receipt("{}", document)
    with pytest.raises(KeysRefused, match="the history of keys: "):
        verify_receipt("receipt.json", "history.json")
    assert code(verify_receipt, "receipt.json", DOCUMENTS["history"], root=KEYS["root"]) == "form"
    assert code(verify_receipt, "{}", DOCUMENTS["history"], root="root.pub") == "B0140"
    # One by itself is one.
    assert code(verify_receipt, "{}", DOCUMENTS["history"], witnesses="witness.key") == "L0133"
    assert code(verify_receipt, "{}", DOCUMENTS["history"], anchors="anchor") == "L0140"
    with pytest.raises(TypeError):
        verify_receipt("{}", DOCUMENTS["history"], witnesses=[None])
